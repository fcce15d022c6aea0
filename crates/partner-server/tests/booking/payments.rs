//! What an answer says of payment: each mode with each answer of the processor and each of the two
//! who may handle the money.

use partner::store::bookings::Wanted;
use serde_json::{Value, json};

use crate::client::{pretty, redacted, request};
use crate::common::{Answer, Mock};

const TOKEN: &str = "{\"signature\":\"MEQCIF\",\"protocolVersion\":\"ECv2\"}";

fn paying(guest: &str) -> Value {
    let mut request = request(guest);
    request["payment_information"] = json!({
        "prepayment_status": "PREPAYMENT_NOT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER",
        "price": {"price_micros": "85000000", "currency_code": "EUR"},
        "tax_amount": {"price_micros": "7000000", "currency_code": "EUR"},
        "fraud_signals": "opaque-signals",
    });
    request["payment_processing_parameters"] = json!({
        "payment_processor": "stripe",
        "unparsed_payment_method_token": TOKEN,
    });
    request
}

async fn answered(mode: &str) -> Answer {
    let mock = Mock::start().await;
    mock.toggle(json!({"payment": {"mode": mode}}));
    mock.create(&paying("mina")).await
}

fn payment(answer: &Answer) -> String {
    redacted(&answer.booking()["payment_information"])
}

#[tokio::test]
async fn prepayment() {
    insta::assert_snapshot!(payment(&answered("prepayment").await), @r#"
    {
      "prepayment_status": "PREPAYMENT_PROVIDED",
      "payment_transaction_id": "[payment_transaction_id]",
      "price": {
        "price_micros": "85000000",
        "currency_code": "EUR"
      },
      "tax_amount": {
        "price_micros": "7000000",
        "currency_code": "EUR"
      },
      "payment_processed_by": "PROCESSED_BY_PARTNER"
    }
    "#);
}

#[tokio::test]
async fn no_show_fee() {
    insta::assert_snapshot!(payment(&answered("no_show_fee").await), @r#"
    {
      "prepayment_status": "PREPAYMENT_PROVIDED",
      "payment_transaction_id": "[payment_transaction_id]",
      "price": {
        "price_micros": "85000000",
        "currency_code": "EUR"
      },
      "tax_amount": {
        "price_micros": "7000000",
        "currency_code": "EUR"
      },
      "no_show_fee": {
        "fee": {
          "price_micros": "25000000",
          "currency_code": "USD"
        },
        "fee_type": "FIXED_RATE_DEFAULT"
      },
      "payment_processed_by": "PROCESSED_BY_PARTNER"
    }
    "#);
}

#[tokio::test]
async fn deposit() {
    insta::assert_snapshot!(payment(&answered("deposit").await), @r#"
    {
      "prepayment_status": "PREPAYMENT_PROVIDED",
      "payment_transaction_id": "[payment_transaction_id]",
      "price": {
        "price_micros": "85000000",
        "currency_code": "EUR"
      },
      "tax_amount": {
        "price_micros": "7000000",
        "currency_code": "EUR"
      },
      "deposit": {
        "deposit": {
          "price_micros": "30000000",
          "currency_code": "USD"
        },
        "min_advance_cancellation_sec": "14400",
        "deposit_type": "FIXED_RATE_DEFAULT"
      },
      "payment_processed_by": "PROCESSED_BY_PARTNER"
    }
    "#);
}

#[tokio::test]
async fn pay_on_arrival_and_card_required_say_the_same() {
    let arrival = payment(&answered("none").await);
    insta::assert_snapshot!(arrival, @r#"
    {
      "prepayment_status": "PREPAYMENT_NOT_PROVIDED",
      "price": {
        "price_micros": "85000000",
        "currency_code": "EUR"
      },
      "tax_amount": {
        "price_micros": "7000000",
        "currency_code": "EUR"
      },
      "payment_processed_by": "PROCESSED_BY_PARTNER"
    }
    "#);
    assert_eq!(payment(&answered("card_required").await), arrival);
}

#[tokio::test]
async fn inventory_gives_back_what_was_sent() {
    let answer = answered("inventory").await;
    let mut sent = paying("mina")["payment_information"].clone();
    sent.as_object_mut().unwrap().remove("fraud_signals");
    let mut got = answer.booking()["payment_information"].clone();
    got.sort_all_objects();
    sent.sort_all_objects();
    assert_eq!(pretty(&got), pretty(&sent));
}

const OUTCOMES: &[(&str, Option<&str>, &str)] = &[
    ("approve", None, ""),
    ("decline", None, "PAYMENT_ERROR_CARD_DECLINED"),
    ("error", None, "PAYMENT_ERROR"),
    ("option_not_valid", None, "PAYMENT_OPTION_NOT_VALID"),
    ("cannot_use_option", None, "USER_CANNOT_USE_PAYMENT_OPTION"),
    ("require_3ds1", None, "PAYMENT_REQUIRES_3DS1"),
    ("reject_card_type", None, "PAYMENT_ERROR_CARD_TYPE_REJECTED"),
    (
        "reject_card_type",
        Some("VISA"),
        "PAYMENT_ERROR_CARD_TYPE_REJECTED",
    ),
    (
        "reject_card_type",
        Some("MASTERCARD"),
        "PAYMENT_ERROR_CARD_TYPE_REJECTED",
    ),
    (
        "reject_card_type",
        Some("AMERICAN_EXPRESS"),
        "PAYMENT_ERROR_CARD_TYPE_REJECTED",
    ),
    (
        "reject_card_type",
        Some("DISCOVER"),
        "PAYMENT_ERROR_CARD_TYPE_REJECTED",
    ),
    (
        "reject_card_type",
        Some("JCB"),
        "PAYMENT_ERROR_CARD_TYPE_REJECTED",
    ),
];

/// The answer of an approved payment, and its ledger in short.
fn approved(mode: &str, by: &str) -> (Value, Vec<(String, String, String)>) {
    let mut information = json!({
        "prepayment_status": "PREPAYMENT_PROVIDED",
        "price": {"price_micros": "85000000", "currency_code": "EUR"},
        "tax_amount": {"price_micros": "7000000", "currency_code": "EUR"},
        "payment_processed_by": by,
    });
    let ledger = match mode {
        // Price and tax.
        "prepayment" => vec![
            ("authorised", "92000000", "EUR"),
            ("captured", "92000000", "EUR"),
        ],
        "no_show_fee" => {
            information["no_show_fee"] = json!({
                "fee": {"price_micros": "25000000", "currency_code": "USD"},
                "fee_type": "FIXED_RATE_DEFAULT",
            });
            vec![("held", "25000000", "USD")]
        }
        "deposit" => {
            information["deposit"] = json!({
                "deposit": {"price_micros": "30000000", "currency_code": "USD"},
                "min_advance_cancellation_sec": "14400",
                "deposit_type": "FIXED_RATE_DEFAULT",
            });
            vec![
                ("authorised", "30000000", "USD"),
                ("captured", "30000000", "USD"),
            ]
        }
        // What was sent comes back, and nothing is taken.
        _ => {
            information["prepayment_status"] = json!("PREPAYMENT_NOT_PROVIDED");
            information["payment_processed_by"] = json!("PROCESSED_BY_PARTNER");
            vec![]
        }
    };
    let own = |(kind, amount, code): (&str, &str, &str)| (kind.into(), amount.into(), code.into());
    (information, ledger.into_iter().map(own).collect())
}

#[tokio::test]
async fn every_mode_with_every_outcome_and_either_processor() {
    let mock = Mock::start().await;
    let mut number = 0;
    for mode in [
        "none",
        "prepayment",
        "no_show_fee",
        "deposit",
        "card_required",
    ] {
        for by in ["PROCESSED_BY_PARTNER", "PROCESSED_BY_GOOGLE"] {
            for (authorisation, card, cause) in OUTCOMES {
                let place = format!("{mode} {by} {authorisation} {card:?}");
                let mut toggle = json!({"mode": mode, "processed_by": by,
                    "authorisation": authorisation});
                if let Some(card) = card {
                    toggle["rejected_card_type"] = json!(card);
                }
                mock.toggle(json!({"payment": toggle}));
                number += 1;
                let guest = format!("guest{number}");
                let answer = mock.create(&paying(&guest)).await;
                if cause.is_empty() {
                    let booking = answer.booking();
                    let mut information = booking["payment_information"].clone();
                    let (mut expected, ledger) = approved(mode, by);
                    if !ledger.is_empty() {
                        let id = information["payment_transaction_id"].take();
                        assert!(id.as_str().unwrap().starts_with("tx-"), "{place}");
                        expected["payment_transaction_id"] = Value::Null;
                    }
                    assert_eq!(information, expected, "{place}");
                    assert_eq!(booking["status"], "CONFIRMED");
                    assert_eq!(
                        ledger_of(&mock, &answer.booking_id()).await,
                        ledger,
                        "{place}"
                    );
                    continue;
                }
                let mut failure = answer.failure().clone();
                let words = failure["description"].take();
                assert!(words.as_str().is_some_and(|it| !it.is_empty()), "{place}");
                let challenge = failure["payment_failure"].take();
                let mut expected = json!({"cause": cause, "description": null});
                expected["payment_failure"] = Value::Null;
                if *authorisation == "reject_card_type" {
                    expected["rejected_card_type"] = json!(card.unwrap_or("VISA"));
                }
                assert_eq!(failure, expected, "{place}");
                let parameters = challenge["threeds1_parameters"].as_object();
                let complete = parameters.is_some_and(|it| it.len() == 4);
                assert_eq!(complete, *authorisation == "require_3ds1", "{place}");
            }
        }
    }
    // A failed booking leaves nothing behind: only the approved ones are there.
    let bookings = mock
        .engine
        .bookings(Wanted::default(), None, 1_000)
        .await
        .unwrap();
    assert_eq!(bookings.len(), 10);
}

async fn ledger_of(mock: &Mock, id: &str) -> Vec<(String, String, String)> {
    let details = mock.get(&format!("/api/bookings/{id}")).await.body;
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let entries = details["ledger"].as_array().unwrap();
    for entry in entries {
        assert!(text(entry, "text").ends_with('.'), "{entry}");
        assert_eq!(entry["at"], "2026-11-22T01:00:00Z");
        assert!(entry["exchange_id"].is_u64(), "{entry}");
        let by_google = entry["processed_by"] == "PROCESSED_BY_GOOGLE";
        assert_eq!(text(entry, "payment_method").starts_with("pm-"), !by_google);
    }
    entries
        .iter()
        .map(|it| {
            (
                text(it, "kind"),
                text(it, "amount_micros"),
                text(it, "currency_code"),
            )
        })
        .collect()
}

#[tokio::test]
async fn a_test_token_chooses_the_answer_and_the_header_counts_more() {
    let mock = Mock::start().await;
    let listed = mock.get("/api/payment_tokens").await.body;
    let listed = listed["payment_tokens"].as_array().unwrap();
    assert_eq!(listed.len(), 12);
    for mode in ["inventory", "deposit"] {
        mock.toggle(json!({"payment": {"mode": mode, "authorisation": "error"}}));
        for (number, token) in listed.iter().enumerate() {
            let name = token["token"].as_str().unwrap();
            let wallet = json!({"paymentMethodData": {"tokenizationData":
                {"type": "PAYMENT_GATEWAY", "token": json!({"id": name}).to_string()}}});
            for sent in [name.to_owned(), wallet.to_string()] {
                let mut request = paying(&format!("guest{mode}{number}{}", sent.len()));
                request["payment_processing_parameters"]["unparsed_payment_method_token"] =
                    json!(sent);
                let answer = mock.create(&request).await;
                let exchange = mock.newest().await;
                assert_eq!(
                    exchange.summary.label,
                    token["answer"].as_str().unwrap(),
                    "{name}"
                );
                let card = &answer.body["booking_failure"]["rejected_card_type"];
                assert_eq!(card, &token["rejected_card_type"], "{name}");
                if name != "tok_approve" && name != "tok_ok_visa" {
                    let approved = [("X-Mock-Partner", "authorisation=approve")];
                    let answer = sent_with(&mock, &request, approved[0]).await;
                    assert_eq!(answer.booking()["status"], "CONFIRMED", "{name}");
                }
            }
        }
    }
}

async fn sent_with(mock: &Mock, request: &Value, header: (&str, &str)) -> Answer {
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let call = mock.client.post(url).basic_auth("mock", Some("partner"));
    let call = call.header(header.0, header.1).json(request);
    Answer::of(call.send().await.unwrap()).await
}

#[tokio::test]
async fn a_token_that_is_nearly_a_test_token_is_refused() {
    let mock = Mock::start().await;
    let mut request = paying("mina");
    for (field, token, right) in [
        (
            "unparsed_payment_method_token",
            "{\"id\":\"tok_reject_amexx\"}",
            "tok_reject_amex",
        ),
        (
            "payment_method_token",
            "tok_requires_3ds2",
            "tok_requires_3ds1",
        ),
    ] {
        request["payment_processing_parameters"] = json!({ field: token });
        let answer = mock.create(&request).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        let message = answer.message();
        assert!(
            message.contains(&format!("Did you mean {right}?")),
            "{message}"
        );
    }
    assert!(
        mock.engine
            .bookings(Wanted::default(), None, 10)
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn what_could_have_no_effect_is_refused() {
    let mock = Mock::start().await;
    for header in ["authorisation=decline", "processed_by=PROCESSED_BY_GOOGLE"] {
        let answer = sent_with(&mock, &request("mina"), ("X-Mock-Partner", header)).await;
        assert_eq!(answer.status, 400, "{header}: {}", answer.text);
        assert!(
            answer.message().contains("has an effect only where"),
            "{}",
            answer.text
        );
    }
    // With something to pay both are obeyed.
    let header = "payment=deposit; processed_by=PROCESSED_BY_GOOGLE; authorisation=approve";
    let answer = sent_with(&mock, &request("mina"), ("X-Mock-Partner", header)).await;
    let by = &answer.booking()["payment_information"]["payment_processed_by"];
    assert_eq!(by, "PROCESSED_BY_GOOGLE");
}

#[tokio::test]
async fn decisions_tell_what_the_processor_did() {
    let mock = Mock::start().await;
    mock.toggle(json!({"payment": {"mode": "no_show_fee"}}));
    let id = mock.create(&paying("mina")).await.booking_id();
    let exchange = mock.newest().await;
    let said: Vec<&str> = exchange
        .decisions
        .iter()
        .filter(|it| it.step == "payment_processor")
        .map(|it| &*it.text)
        .collect();
    assert!(
        said[0].contains("exchanged the short-lived token for the durable card pm-"),
        "{said:?}"
    );
    assert_eq!(
        said[1],
        "The processor keeps the card for a fee of up to 25.00 USD."
    );
    let details = mock.get(&format!("/api/bookings/{id}")).await.body;
    let method = details["ledger"][0]["payment_method"].as_str().unwrap();
    assert!(
        said[0].contains(method),
        "the card that is kept is the one it was exchanged for"
    );
}

#[tokio::test]
async fn google_may_be_the_one_who_takes_the_money() {
    let mock = Mock::start().await;
    mock.toggle(json!({"payment": {"mode": "deposit", "processed_by": "PROCESSED_BY_GOOGLE"}}));
    let answer = mock.create(&request("mina")).await;
    let payment = &answer.booking()["payment_information"];
    assert_eq!(payment["payment_processed_by"], "PROCESSED_BY_GOOGLE");
    // The request names no price: the scenario's own is shown.
    assert_eq!(payment["price"]["price_micros"], "120000000");
}

#[tokio::test]
async fn a_booking_keeps_its_payment_when_the_toggle_is_back_until_it_is_cancelled_in_time() {
    let mock = Mock::start().await;
    mock.toggle(json!({"payment": {"mode": "prepayment"}}));
    let id = mock.create(&paying("mina")).await.booking_id();
    mock.engine.behaviour().reset();
    let status = mock
        .booking_server("GetBookingStatus", json!({"booking_id": id}))
        .await;
    assert_eq!(status.body["prepayment_status"], "PREPAYMENT_PROVIDED");
    let cancel = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    let answer = mock.booking_server("UpdateBooking", cancel).await;
    let payment = &answer.booking()["payment_information"];
    assert_eq!(payment["prepayment_status"], "PREPAYMENT_REFUNDED");
}

#[tokio::test]
async fn secrets_do_not_reach_the_log() {
    let mock = Mock::start().await;
    mock.toggle(json!({"payment": {"mode": "prepayment"}}));
    mock.create(&paying("mina")).await.booking();
    let exchange = mock.newest().await;
    assert!(exchange.request.redacted);
    let whole = serde_json::to_string(&exchange).unwrap();
    for secret in ["MEQCIF", "opaque-signals", "bW9jazpwYXJ0bmVy"] {
        assert!(!whole.contains(secret), "{secret}");
    }
    let header = exchange
        .request
        .headers
        .iter()
        .find(|(name, _)| name == "authorization");
    assert_eq!(header.unwrap().1, "Basic [redacted]");
    // The rest of the body is there, and its true size.
    let body: Value = serde_json::from_str(&exchange.request.body).unwrap();
    assert_eq!(body["idempotency_token"], "token-mina");
    assert_eq!(
        body["payment_processing_parameters"]["payment_processor"],
        "stripe"
    );
    assert_eq!(
        exchange.request.body_size,
        paying("mina").to_string().len() as u64
    );
}

#[tokio::test]
async fn a_switch_reveals_secrets() {
    let serve = partner_server::ServeOptions {
        reveal_secrets: true,
        ..partner_server::ServeOptions::default()
    };
    let mock = Mock::start_with(partner::EngineOptions::default(), serve).await;
    mock.create(&paying("mina")).await.booking();
    let exchange = mock.newest().await;
    assert!(!exchange.request.redacted);
    assert!(exchange.request.body.contains("MEQCIF"));
    let header = exchange
        .request
        .headers
        .iter()
        .find(|(name, _)| name == "authorization");
    assert_eq!(header.unwrap().1, "Basic bW9jazpwYXJ0bmVy");
}
