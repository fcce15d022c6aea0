//! What the partner holds, and what happened to it.

use std::time::Duration;

use insta::assert_json_snapshot;
use serde_json::{Value, json};

use crate::common::Mock;

#[tokio::test]
async fn a_booking_tells_its_history() {
    let mock = Mock::start().await;
    let id = mock.book("Mina").await;
    mock.clock.advance(Duration::from_secs(90));
    let cancelled = json!({ "booking": { "booking_id": id, "status": "CANCELED" } });
    assert_eq!(
        mock.booking_server("UpdateBooking", cancelled).await.status,
        200
    );
    let mut details = mock.get(&format!("/api/bookings/{id}")).await.body;
    // What can be done with it, and who heard what, have tests of their own.
    for name in ["actions", "emails", "messages", "aggregator", "differs"] {
        details.as_object_mut().unwrap().remove(name).expect(name);
    }
    assert_json_snapshot!(details, {
        ".booking_id" => "[booking]",
        ".booking.booking_id" => "[booking]",
    }, @r#"
    {
      "booking_id": "[booking]",
      "status": "CANCELED",
      "merchant_id": "1234",
      "service_id": "massage-60",
      "start_sec": "1795428000",
      "start_at": "2026-11-23T10:00:00Z",
      "duration_sec": "3600",
      "user_id": "user-Mina",
      "guest": "Mina Okafor",
      "party_size": 2,
      "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS",
      "prepayment_status": "PREPAYMENT_NOT_PROVIDED",
      "created_at": "2026-11-22T01:00:00Z",
      "updated_at": "2026-11-22T01:01:30Z",
      "booking": {
        "booking_id": "[booking]",
        "slot": {
          "merchant_id": "1234",
          "service_id": "massage-60",
          "start_sec": "1795428000",
          "duration_sec": "3600",
          "resources": {
            "party_size": 2
          },
          "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS"
        },
        "user_information": {
          "user_id": "user-Mina",
          "given_name": "Mina",
          "family_name": "Okafor",
          "telephone": "+1 206-555-0142",
          "email": "Mina@example.com"
        },
        "status": "CANCELED",
        "payment_information": {
          "prepayment_status": "PREPAYMENT_NOT_PROVIDED"
        }
      },
      "timeline": [
        {
          "at": "2026-11-22T01:00:00Z",
          "event": "created",
          "text": "Booked by the guest.",
          "status": "CONFIRMED",
          "exchange_id": 1
        },
        {
          "at": "2026-11-22T01:01:30Z",
          "event": "cancelled",
          "text": "Cancelled by the guest.",
          "status": "CANCELED",
          "exchange_id": 2
        }
      ],
      "ledger": [],
      "balances": [],
      "user_payment_options": []
    }
    "#);
    let row = mock.get("/api/bookings").await.body["bookings"][0].clone();
    for (name, value) in row.as_object().unwrap() {
        assert_eq!(&details[name], value, "{name}");
    }
}

#[tokio::test]
async fn the_list_filters_and_pages() {
    let mock = Mock::start().await;
    for guest in ["Ana", "Lin", "Mina", "Noor", "Tom"] {
        mock.book(guest).await;
    }
    let guests = |page: &Value| -> Vec<String> {
        let rows = page["bookings"].as_array().unwrap();
        rows.iter()
            .map(|row| row["user_id"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = mock.get("/api/bookings?limit=3").await.body;
    assert_eq!(guests(&first), ["user-Tom", "user-Noor", "user-Mina"]);
    let next = first["next"].as_str().unwrap();
    let second = mock
        .get(&format!("/api/bookings?limit=3&before={next}"))
        .await
        .body;
    assert_eq!(guests(&second), ["user-Lin", "user-Ana"]);
    assert_eq!(second["next"], Value::Null);
    let exact = mock.get("/api/bookings?limit=5").await.body;
    assert_eq!(exact["next"], Value::Null);

    let id = exact["bookings"][4]["booking_id"].clone();
    let cancelled = json!({ "booking": { "booking_id": id, "status": "CANCELED" } });
    mock.booking_server("UpdateBooking", cancelled).await;
    let found = mock
        .get("/api/bookings?status=CANCELED&merchant_id=1234")
        .await
        .body;
    assert_eq!(guests(&found), ["user-Ana"]);
    let whole = id.as_str().unwrap();
    for (words, expected) in [
        ("mina", vec!["user-Mina"]),
        ("A%20OKA", vec!["user-Mina", "user-Ana"]),
        (&whole[1..], vec!["user-Ana"]),
        (
            "",
            vec!["user-Tom", "user-Noor", "user-Mina", "user-Lin", "user-Ana"],
        ),
        // No pattern, and no other field.
        ("M%25na", vec![]),
        ("massage", vec![]),
    ] {
        let found = mock.get(&format!("/api/bookings?q={words}")).await.body;
        assert_eq!(guests(&found), expected, "{words}");
    }
    let both = mock
        .get("/api/bookings?status=CONFIRMED&q=a%20okafor")
        .await;
    assert_eq!(guests(&both.body), ["user-Mina"]);
    let none = mock.get("/api/bookings?merchant_id=other").await.body;
    assert_eq!(none["bookings"], json!([]));

    let answer = mock.get("/api/bookings?status=CANCELLED").await;
    assert_eq!(
        answer.refusal(),
        (422, "unknown_value", "Did you mean \"CANCELED\"?")
    );
    let answer = mock.get("/api/bookings?merchant=1").await;
    assert_eq!(
        answer.refusal(),
        (422, "unknown_field", "Did you mean \"merchant_id\"?")
    );
}
