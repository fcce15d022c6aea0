//! What an answer says of payment, by mode.

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
async fn a_booking_keeps_its_payment_when_the_toggle_is_back() {
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
    // The status of the booking does not change that of its payment (rule 10).
    let payment = &answer.booking()["payment_information"];
    assert_eq!(payment["prepayment_status"], "PREPAYMENT_PROVIDED");
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
