//! The no-show fee and the deposit of Google's payment page, field by field: services, answers and
//! notifications, written anew as valid JSON; and that no payment token is kept anywhere.

mod credits;
mod later;

use std::time::Duration;

use partner::EngineOptions;
use partner_server::{NotifyCredentials, NotifyOptions, ServeOptions};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::request;
use crate::common::receiver::Receiver;
use crate::common::{Answer, Mock};
use crate::data_file::{holds, kept_in};

/// 2026-11-23T10:00:00Z.
const START: i64 = 1_795_428_000;
const NOW: i64 = 1_795_309_200;

fn usd(units: i64) -> Value {
    json!({"price_micros": units * 1_000_000, "currency_code": "USD"})
}

/// A price as answers write it.
fn answered(units: i64) -> Value {
    json!({"price_micros": (units * 1_000_000).to_string(), "currency_code": "USD"})
}

async fn told_to(receiver: &Receiver) -> Mock {
    let serve = ServeOptions {
        notify: NotifyOptions {
            url: Some(receiver.url.clone()),
            credentials: NotifyCredentials::Token("secret-token".to_owned()),
        },
        ..ServeOptions::default()
    };
    Mock::start_with(EngineOptions::default(), serve).await
}

async fn with_service(mock: &Mock, terms: Value) {
    let mut service = json!({"merchant_id": "merchant-1", "service_id": "service-2-b",
        "name": "Spa Treatment", "description": "A full spa treatment", "price": usd(200)});
    for (name, value) in terms.as_object().unwrap() {
        service[name] = value.clone();
    }
    let feed = json!({"service": [service]});
    let path = "/api/inventory/import?name=services.json";
    let answer = mock.send(Method::POST, path, feed).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

fn wish(guest: &str, start_sec: i64) -> Value {
    let mut request = request(guest);
    request["slot"]["merchant_id"] = json!("merchant-1");
    request["slot"]["service_id"] = json!("service-2-b");
    request["slot"]["start_sec"] = json!(start_sec.to_string());
    request["payment_information"] = json!({
        "prepayment_status": "PREPAYMENT_NOT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER",
        "price": answered(200),
    });
    request["payment_processing_parameters"] = json!({
        "payment_processor": "mockpay", "version": "1",
        "unparsed_payment_method_token": "{\"id\":\"tok_ok_visa\"}",
    });
    request
}

async fn book(mock: &Mock, guest: &str, start_sec: i64) -> (String, Value) {
    let answer = mock.create(&wish(guest, start_sec)).await;
    let mut information = answer.booking()["payment_information"].clone();
    let id = information["payment_transaction_id"].take();
    assert!(
        id.as_str().is_some_and(|id| !id.is_empty()),
        "{}",
        answer.text
    );
    (answer.booking_id(), information)
}

async fn act(mock: &Mock, id: &str, action: Value) -> Answer {
    let path = format!("/api/bookings/{id}/actions");
    mock.send(Method::POST, &path, action).await
}

async fn done(mock: &Mock, id: &str, action: Value) -> Value {
    let answer = act(mock, id, action).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

async fn cancel(mock: &Mock, id: &str) -> Answer {
    let body = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", body).await
}

/// Lets what is due be sent, and returns it: target and body.
async fn told(mock: &Mock, receiver: &Receiver) -> Vec<(String, Value)> {
    let path = "/api/clock/advance";
    let moved = mock.send(Method::POST, path, json!({"sec": 1})).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    receiver
        .received()
        .into_iter()
        .map(|call| (call.target, call.body))
        .collect()
}

fn kinds(details: &Value) -> Vec<&str> {
    let ledger = details["ledger"].as_array().unwrap();
    ledger
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn the_sample_of_a_no_show_fee() {
    let receiver = Receiver::start().await;
    let mock = told_to(&receiver).await;
    let fee = json!({"fee": usd(25), "fee_type": "FIXED_RATE_DEFAULT"});
    let terms = json!({"scheduling_rules": {"min_advance_online_canceling": 14_400},
        "no_show_fee": fee});
    with_service(&mock, terms).await;
    let (id, information) = book(&mock, "mina", START).await;
    let expected = json!({
        "prepayment_status": "PREPAYMENT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER",
        "payment_transaction_id": null,
        "price": answered(200),
        "no_show_fee": {"fee": answered(25), "fee_type": "FIXED_RATE_DEFAULT"},
    });
    assert_eq!(information, expected);
    let (in_time, _) = book(&mock, "ravi", START).await;
    let (waived, _) = book(&mock, "lena", START).await;

    // In time the card is let go, and the guest owes nothing.
    let answer = cancel(&mock, &in_time).await;
    let paid = &answer.booking()["payment_information"]["prepayment_status"];
    assert_eq!(paid, "PREPAYMENT_PROVIDED", "nothing was taken");
    let details = mock.get(&format!("/api/bookings/{in_time}")).await.body;
    assert_eq!(kinds(&details), ["held", "released"]);
    let refused = act(&mock, &in_time, json!({"action": "refund"})).await;
    assert_eq!(refused.status, 409, "{}", refused.text);

    // Within four hours of the start it is due, though the guest has not failed to come yet.
    let too_early = act(&mock, &id, json!({"action": "charge_no_show_fee"})).await;
    assert_eq!(too_early.status, 409, "{}", too_early.text);
    let until_late = u64::try_from(START - 14_399 - NOW).unwrap();
    mock.send(
        Method::POST,
        "/api/clock/advance",
        json!({"sec": until_late}),
    )
    .await;
    let late = cancel(&mock, &id).await;
    assert_eq!(late.cause(), "OUTSIDE_CANCELLATION_WINDOW");
    let charged = done(&mock, &id, json!({"action": "charge_no_show_fee"})).await;
    assert_eq!(charged["status"], "NO_SHOW_PENALIZED");
    assert_eq!(kinds(&charged), ["held", "fee_charged"]);
    assert_eq!(charged["balances"][0]["balance_micros"], "25000000");
    let told_of_fee = told(&mock, &receiver).await;
    let target = format!("/v1alpha/notification/partners/20002/bookings/{id}?updateMask=status");
    let body = json!({"name": format!("partners/20002/bookings/{id}"),
        "merchantId": "merchant-1", "serviceId": "service-2-b", "status": "NO_SHOW_PENALIZED"});
    assert_eq!(told_of_fee, [(target, body)]);

    let waived = done(&mock, &waived, json!({"action": "no_show"})).await;
    assert_eq!(waived["status"], "NO_SHOW");
    assert_eq!(kinds(&waived), ["held", "released"]);
    // The merchant may think again.
    let id = waived["booking_id"].as_str().unwrap();
    let charged = done(&mock, id, json!({"action": "charge_no_show_fee"})).await;
    assert_eq!(kinds(&charged), ["held", "released", "fee_charged"]);
}

/// Window of 24 hours, deposit refundable until 4 hours before.
fn deposit_terms() -> Value {
    json!({
        "scheduling_rules": {"min_advance_online_canceling": 86_400},
        "deposit": {
            "deposit": {"price_micros": 25_000_000, "currency_code": "USD",
                "min_advance_cancellation_sec": 14_400},
            "deposit_type": "FIXED_RATE_DEFAULT",
        },
    })
}

#[tokio::test]
async fn the_sample_of_a_deposit_with_both_its_limits() {
    let receiver = Receiver::start().await;
    let mock = told_to(&receiver).await;
    with_service(&mock, deposit_terms()).await;
    // A little more and a little less than each limit away.
    let at = |sec: i64| NOW + sec;
    let (guest_in_time, information) = book(&mock, "a", at(86_400 + 100)).await;
    let expected = json!({
        "prepayment_status": "PREPAYMENT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER",
        "payment_transaction_id": null,
        "price": answered(200),
        "deposit": {"deposit": answered(25), "min_advance_cancellation_sec": "14400",
            "deposit_type": "FIXED_RATE_DEFAULT"},
    });
    assert_eq!(information, expected);
    let (guest_late, _) = book(&mock, "b", at(86_400 - 100)).await;
    let (by_phone, _) = book(&mock, "c", at(14_400 + 100)).await;
    let (too_late, _) = book(&mock, "d", at(14_400 - 100)).await;

    let answer = cancel(&mock, &guest_in_time).await;
    let booking = answer.booking();
    assert_eq!(booking["status"], "CANCELED");
    let paid = &booking["payment_information"]["prepayment_status"];
    assert_eq!(paid, "PREPAYMENT_REFUNDED");
    let patch = |id: &str| {
        let mask = "updateMask=status,paymentInformation.prepaymentStatus";
        let target = format!("/v1alpha/notification/partners/20002/bookings/{id}?{mask}");
        let body = json!({"name": format!("partners/20002/bookings/{id}"),
            "merchantId": "merchant-1", "serviceId": "service-2-b", "status": "CANCELED",
            "paymentInformation": {"prepaymentStatus": "PREPAYMENT_REFUNDED"}});
        (target, body)
    };
    // The answer has said it, and the notification must come all the same.
    assert_eq!(told(&mock, &receiver).await, [patch(&guest_in_time)]);
    let details = mock
        .get(&format!("/api/bookings/{guest_in_time}"))
        .await
        .body;
    assert_eq!(kinds(&details), ["authorised", "captured", "refunded"]);
    assert_eq!(details["balances"][0]["balance_micros"], "0");
    assert!(details["ledger"][2]["exchange_id"].is_u64());

    assert_eq!(
        cancel(&mock, &guest_late).await.cause(),
        "OUTSIDE_CANCELLATION_WINDOW"
    );
    for (id, expected) in [
        (&guest_late, "PREPAYMENT_REFUNDED"),
        (&by_phone, "PREPAYMENT_REFUNDED"),
        (&too_late, "PREPAYMENT_PROVIDED"),
    ] {
        let cancelled = done(&mock, id, json!({"action": "cancel"})).await;
        assert_eq!(cancelled["status"], "CANCELED");
        assert_eq!(cancelled["prepayment_status"], expected);
        let refunded = expected == "PREPAYMENT_REFUNDED";
        let balance = &cancelled["balances"][0]["balance_micros"];
        assert_eq!(balance, if refunded { "0" } else { "25000000" });
        if refunded {
            assert_eq!(told(&mock, &receiver).await, [patch(id)]);
        }
    }
}

#[tokio::test]
async fn a_refund_is_told_as_the_switch_has_it() {
    for (switch, in_answer, in_patch) in [
        ("answer_and_patch", true, true),
        ("answer", true, false),
        ("patch", false, true),
    ] {
        let mock = crate::client::with_settings(json!({"guest_cancel_refund": switch})).await;
        mock.toggle(json!({"payment": {"mode": "deposit"}}));
        let id = mock.create(&request("mina")).await.booking_id();
        let answer = cancel(&mock, &id).await;
        let paid = &answer.booking()["payment_information"]["prepayment_status"];
        let expected = match in_answer {
            true => "PREPAYMENT_REFUNDED",
            false => "PREPAYMENT_PROVIDED",
        };
        assert_eq!(paid, expected, "{switch}");
        let moved = mock
            .send(Method::POST, "/api/clock/advance", json!({"sec": 1}))
            .await;
        assert_eq!(moved.status, 200);
        let sent = mock.get("/api/exchanges?direction=outbound").await.body;
        let sent = sent["exchanges"].as_array().unwrap().len();
        assert_eq!(sent, usize::from(in_patch), "{switch}");
        let details = mock.get(&format!("/api/bookings/{id}")).await.body;
        assert_eq!(
            details["prepayment_status"], "PREPAYMENT_REFUNDED",
            "{switch}"
        );
        assert_eq!(
            details["differs"],
            json!([]),
            "both sides know it in the end: {switch}"
        );
    }
}

#[tokio::test]
async fn a_deposit_per_person_and_a_fee_beside_it() {
    let mock = Mock::start().await;
    let mut terms = deposit_terms();
    terms["deposit"]["deposit_type"] = json!("PER_PERSON");
    terms["no_show_fee"] = json!({"fee": usd(10), "fee_type": "PER_PERSON"});
    with_service(&mock, terms).await;
    // For two.
    let (id, information) = book(&mock, "mina", START).await;
    assert_eq!(information["deposit"]["deposit"], answered(25));
    assert_eq!(information["deposit"]["deposit_type"], "PER_PERSON");
    assert_eq!(information["no_show_fee"]["fee"], answered(10));
    let details = mock.get(&format!("/api/bookings/{id}")).await.body;
    assert_eq!(kinds(&details), ["authorised", "captured", "held"]);
    let amounts: Vec<&Value> = details["ledger"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["amount_micros"])
        .collect();
    assert_eq!(amounts, ["50000000", "50000000", "20000000"]);
    // The slot's own word counts more: an explicit zero switches the fee off.
    let change = json!({"terms": {"no_show_fee": {"fee": usd(0)}}});
    let changed = mock.send(Method::PATCH, "/api/slots/1", change).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    let (_, information) = book(&mock, "ravi", START).await;
    assert_eq!(information["no_show_fee"], Value::Null);
}

#[tokio::test]
async fn a_full_prepayment_is_captured_and_given_back_in_time() {
    let mock = Mock::start().await;
    let terms = json!({"prepayment_type": "REQUIRED",
        "require_credit_card": "REQUIRE_CREDIT_CARD_CONDITIONAL",
        "scheduling_rules": {"min_advance_online_canceling": 14_400}});
    with_service(&mock, terms).await;
    let (id, information) = book(&mock, "mina", START).await;
    assert_eq!(information["prepayment_status"], "PREPAYMENT_PROVIDED");
    assert_eq!(information["price"], answered(200));
    let details = mock.get(&format!("/api/bookings/{id}")).await.body;
    assert_eq!(details["balances"][0]["balance_micros"], "200000000");
    let answer = cancel(&mock, &id).await;
    let paid = &answer.booking()["payment_information"]["prepayment_status"];
    assert_eq!(paid, "PREPAYMENT_REFUNDED");
    let (id, _) = book(&mock, "ravi", START).await;
    mock.clock.advance(Duration::from_secs(
        u64::try_from(START - 14_399 - NOW).unwrap(),
    ));
    let cancelled = done(&mock, &id, json!({"action": "cancel"})).await;
    assert_eq!(cancelled["prepayment_status"], "PREPAYMENT_PROVIDED");
}

#[tokio::test]
async fn no_payment_token_is_kept_anywhere() {
    let folder = tempfile::tempdir().unwrap();
    let engine = EngineOptions {
        data_dir: Some(folder.path().to_owned()),
        ..EngineOptions::default()
    };
    let mock = Mock::start_with(engine, ServeOptions::default()).await;
    const SECRETS: [&str; 3] = ["hush-newer-5151", "hush-older-5252", "hush-bank-5353"];
    for mode in [
        "inventory",
        "prepayment",
        "no_show_fee",
        "deposit",
        "card_required",
    ] {
        for authorisation in ["approve", "decline"] {
            mock.toggle(json!({"payment": {"mode": mode, "authorisation": authorisation}}));
            let mut wish = wish(&format!("{mode}{authorisation}"), START);
            wish["payment_processing_parameters"]["unparsed_payment_method_token"] =
                json!({"id": SECRETS[0]}).to_string().into();
            wish["payment_processing_parameters"]["payment_method_token"] = json!(SECRETS[1]);
            let answer = mock.create(&wish).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            wish["payment_information"]["pa_response"] = json!(SECRETS[2]);
            wish["idempotency_token"] = json!(format!("again{mode}{authorisation}"));
            assert_eq!(mock.create(&wish).await.status, 200);
        }
    }
    // A token that is refused for its name is none the less a token.
    let mut wish = wish("refused", START);
    wish["payment_processing_parameters"]["unparsed_payment_method_token"] =
        json!(format!("tok_declin {}", SECRETS[0]));
    assert_eq!(mock.create(&wish).await.status, 400);

    let newest = mock.engine.log().position().newest;
    let mut seen = mock.get("/api/exchanges.har").await.text;
    for id in 1..=newest {
        seen += &mock.get(&format!("/api/exchanges/{id}")).await.text;
        seen += &mock.get(&format!("/api/exchanges/{id}/curl")).await.text;
    }
    seen += &mock.get("/api/bookings?limit=1000").await.text;
    mock.engine.close();
    let kept = kept_in(folder.path());
    let log = |words: &str| kept.iter().any(|part| holds(part, words));
    // So the search does see what the log's pages hold, which are packed in the file.
    for known in [
        "token-inventoryapprove",
        "againdepositdecline",
        "[redacted]",
    ] {
        assert!(log(known), "{known} is in the log");
    }
    for secret in SECRETS {
        assert!(!seen.contains(secret), "{secret} is shown");
        for bytes in &kept {
            assert!(!holds(bytes, secret), "{secret} is in a file");
        }
    }
}
