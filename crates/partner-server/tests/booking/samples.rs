//! The protocol's own two samples, sent as they are published.

use serde_json::Value;

use crate::client::redacted;
use crate::common::Mock;

const BEAUTY: &str = include_str!("data/beauty.json");
const FITNESS: &str = include_str!("data/fitness.json");

#[tokio::test]
async fn the_beauty_sample_is_confirmed() {
    let mock = Mock::start().await;
    let answer = mock.post("/v3/CreateBooking", BEAUTY).await;
    assert_eq!(answer.status, 200);
    insta::assert_snapshot!(redacted(&answer.body), @r#"
    {
      "booking": {
        "booking_id": "[booking_id]",
        "slot": {
          "merchant_id": "1234",
          "service_id": "5678",
          "start_sec": "1606509000",
          "duration_sec": "1800",
          "resources": {
            "staff_id": "82725"
          },
          "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS"
        },
        "user_information": {
          "user_id": "1111111111111111111",
          "given_name": "John",
          "family_name": "Smith",
          "telephone": "+12091111111",
          "email": "john.smith@gmail.com"
        },
        "status": "CONFIRMED",
        "payment_information": {
          "prepayment_status": "PREPAYMENT_NOT_PROVIDED"
        }
      }
    }
    "#);
    // What was asked for comes back as it was.
    let asked: Value = serde_json::from_str(BEAUTY).unwrap();
    for part in ["slot", "user_information", "payment_information"] {
        assert_eq!(answer.booking()[part], asked[part]);
    }
}

#[tokio::test]
async fn the_fitness_sample_is_confirmed() {
    let mock = Mock::start().await;
    let answer = mock.post("/v3/CreateBooking", FITNESS).await;
    assert_eq!(answer.status, 200);
    insta::assert_snapshot!(redacted(&answer.body), @r#"
    {
      "booking": {
        "booking_id": "[booking_id]",
        "slot": {
          "merchant_id": "1234",
          "service_id": "5678",
          "start_sec": "1606359600",
          "duration_sec": "4500",
          "availability_tag": "5042328",
          "resources": {
            "staff_id": "276191"
          },
          "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS"
        },
        "user_information": {
          "user_id": "1111111111111111111",
          "given_name": "John",
          "family_name": "Smith",
          "telephone": "+12091111111",
          "email": "john.smith@gmail.com"
        },
        "status": "CONFIRMED",
        "payment_information": {
          "prepayment_status": "PREPAYMENT_NOT_PROVIDED"
        }
      }
    }
    "#);
}

#[tokio::test]
async fn both_samples_one_after_the_other_are_two_bookings_in_the_log() {
    let mock = Mock::start().await;
    let beauty = mock.post("/v3/CreateBooking", BEAUTY).await.booking_id();
    let fitness = mock.post("/v3/CreateBooking/", FITNESS).await.booking_id();
    assert_ne!(beauty, fitness);
    let rows = mock.log().await;
    assert_eq!(rows.len(), 2);
    for (row, id) in rows.iter().zip([&beauty, &fitness]) {
        assert_eq!(row.status, 200);
        assert_eq!(row.label, "CONFIRMED");
        assert_eq!(row.booking_id.as_ref(), Some(id));
        assert_eq!(row.merchant_id.as_deref(), Some("1234"));
        assert_eq!(row.note, "5678 · John Smith");
    }
    let exchange = mock.exchange(1).await;
    assert_eq!(exchange.request.body, BEAUTY);
    let answered = exchange.response.unwrap();
    assert!(answered.body.contains(&beauty));
    assert!(exchange.timing.total_us >= exchange.timing.decide_us);
    // The sample's slot lies in the past by now: taken, with a word about it.
    let codes: Vec<&str> = exchange.findings.iter().map(|it| &*it.code).collect();
    assert_eq!(codes, ["slot_in_the_past"]);
}

#[tokio::test]
async fn the_answer_follows_the_toggles_and_goes_back_to_normal() {
    let mock = Mock::start().await;
    let send = async |token: &str| {
        let mut request: Value = serde_json::from_str(BEAUTY).unwrap();
        request["idempotency_token"] = token.into();
        // Another guest each time: the same one cannot book the same slot twice.
        request["user_information"]["user_id"] = token.into();
        request["user_information"]["email"] = format!("guest-{token}@example.com").into();
        mock.create(&request).await
    };
    assert_eq!(send("1").await.booking()["status"], "CONFIRMED");

    mock.toggle(serde_json::json!({"confirmation": "asynchronous"}));
    let answer = send("2").await;
    assert_eq!(answer.booking()["status"], "PENDING_MERCHANT_CONFIRMATION");
    let mode = &answer.booking()["slot"]["confirmation_mode"];
    assert_eq!(mode, "CONFIRMATION_MODE_ASYNCHRONOUS");

    mock.toggle(serde_json::json!({"failure": {"cause": "SLOT_UNAVAILABLE"}}));
    assert_eq!(send("3").await.cause(), "SLOT_UNAVAILABLE");

    mock.engine.behaviour().reset();
    let answer = send("4").await;
    assert_eq!(answer.booking()["status"], "CONFIRMED");
    let mode = &answer.booking()["slot"]["confirmation_mode"];
    assert_eq!(mode, "CONFIRMATION_MODE_SYNCHRONOUS");

    let labels: Vec<String> = mock
        .log()
        .await
        .iter()
        .map(|row| row.label.to_string())
        .collect();
    let expected = [
        "CONFIRMED",
        "PENDING_MERCHANT_CONFIRMATION",
        "SLOT_UNAVAILABLE",
        "CONFIRMED",
    ];
    assert_eq!(labels, expected);
}
