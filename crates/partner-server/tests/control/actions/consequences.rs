//! What an action leaves behind: the lifeline, e-mails, and what the merchant does by itself.

use reqwest::Method;
use serde_json::{Value, json};

use super::{behave, cancel_as_guest, details, done, go_to, pending};
use crate::common::Mock;

#[tokio::test]
async fn a_lifeline_tells_who_said_what_to_whom() {
    let mock = Mock::start().await;
    let id = pending(&mock, "Ann").await;
    done(&mock, &id, json!({"action": "confirm"})).await;
    // The clock moves on once the aggregator was told.
    go_to(&mock, "2026-11-22T02:00:00Z").await;
    cancel_as_guest(&mock, &id).await;
    let told = details(&mock, &id).await;
    let arrows: Vec<String> = told["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            let word = |name: &str| it[name].as_str().unwrap().to_owned();
            let logged = if it["exchange_id"].is_null() {
                ""
            } else {
                " *"
            };
            format!(
                "{} > {}: {}{logged}",
                word("from"),
                word("to"),
                word("label")
            )
        })
        .collect();
    let expected = [
        "guest > aggregator: books",
        "aggregator > partner: CreateBooking *",
        "partner > aggregator: PENDING_MERCHANT_CONFIRMATION *",
        &format!("partner > merchant: new booking {id}"),
        "aggregator > guest: Booking requested: massage-60 at 1234",
        "merchant > partner: accepts",
        "partner > aggregator: bookings.patch *",
        "aggregator > partner: CONFIRMED told *",
        "aggregator > guest: Booking confirmed: massage-60 at 1234",
        "guest > aggregator: cancels",
        "aggregator > partner: UpdateBooking *",
        "partner > aggregator: CANCELED *",
        "aggregator > guest: Booking cancelled: massage-60 at 1234",
    ];
    assert_eq!(arrows, expected);
    let email = &told["emails"][1];
    assert_eq!(
        (&email["kind"], &email["to"]),
        (&json!("confirmed"), &json!("Ann@example.com"))
    );
    let text = email["text"].as_str().unwrap();
    for word in [
        "Hello Ann Okafor",
        "Monday, 23 November 2026, 10:00 UTC",
        "Guests: 2",
        &*id,
    ] {
        assert!(text.contains(word), "{text}");
    }

    // Without its log, the story is the same, but for the exchanges.
    mock.send(Method::DELETE, "/api/exchanges", Value::Null)
        .await;
    let told = details(&mock, &id).await;
    let labels: Vec<&str> = told["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["label"].as_str().unwrap())
        .collect();
    assert_eq!(
        labels[1..3],
        ["CreateBooking", "PENDING_MERCHANT_CONFIRMATION"]
    );
    // With the log went the notification, and the e-mail stands behind the step itself.
    assert_eq!(
        labels[5..7],
        ["accepts", "Booking confirmed: massage-60 at 1234"]
    );
    assert_eq!(labels.len(), 11);
}

#[tokio::test]
async fn an_email_follows_the_notification_that_the_aggregator_took() {
    let mock = Mock::start().await;
    let id = pending(&mock, "Ann").await;
    let faults = json!({"fail_next": 1, "status": 503});
    mock.send(Method::PUT, "/api/aggregator/faults", faults)
        .await;
    // Both at one instant: each notification belongs behind its own step.
    done(&mock, &id, json!({"action": "confirm"})).await;
    done(&mock, &id, json!({"action": "reschedule", "party_size": 3})).await;
    let labels = |told: &Value| -> Vec<String> {
        let messages = told["messages"].as_array().unwrap();
        let label = |it: &Value| it["label"].as_str().unwrap().to_owned();
        messages.iter().skip(5).map(label).collect()
    };
    let accepted = labels(&details(&mock, &id).await);
    assert_eq!(accepted[0], "accepts");
    assert!(
        !accepted
            .iter()
            .any(|it| it.starts_with("Booking confirmed"))
    );

    go_to(&mock, "2026-11-22T03:00:00Z").await;
    let told = labels(&details(&mock, &id).await);
    let expected = [
        "accepts",
        "bookings.patch",
        "503 UNAVAILABLE",
        "changes the booking",
        "bookings.patch",
        "CONFIRMED told",
        "Booking confirmed: massage-60 at 1234",
        "bookings.patch",
        "party size told",
    ];
    assert_eq!(told, expected);
}

#[tokio::test]
async fn the_merchant_replies_by_itself_and_a_person_comes_first() {
    let mock = Mock::start().await;
    let reply = |decision: &str| json!({"merchant_reply": {"decision": decision, "after_sec": 60}});
    behave(&mock, reply("confirm")).await;
    let confirmed = pending(&mock, "Ann").await;
    behave(&mock, reply("decline")).await;
    let declined = pending(&mock, "Ben").await;
    behave(
        &mock,
        json!({"merchant_reply": {"decision": "fail", "after_sec": 90, "cause": "PAYMENT_ERROR"}}),
    )
    .await;
    let failed = pending(&mock, "Cem").await;
    let by_hand = pending(&mock, "Dan").await;
    behave(&mock, json!({"merchant_reply": null})).await;
    let waits = pending(&mock, "Eva").await;
    done(&mock, &by_hand, json!({"action": "confirm"})).await;

    let clock = mock.get("/api/clock").await.body;
    let next =
        json!({"at": "2026-11-22T01:01:00Z", "what": "merchant_reply", "booking_id": confirmed});
    assert_eq!(clock["next_timer"], next);
    let moved = go_to(&mock, "2026-11-22T02:00:00Z").await;
    assert_eq!(moved["fired"], 3);
    for (id, status, at) in [
        (&confirmed, "CONFIRMED", "2026-11-22T01:01:00Z"),
        (&declined, "DECLINED_BY_MERCHANT", "2026-11-22T01:01:00Z"),
        (&failed, "FAILED", "2026-11-22T01:01:30Z"),
        (&by_hand, "CONFIRMED", "2026-11-22T01:00:00Z"),
        (
            &waits,
            "PENDING_MERCHANT_CONFIRMATION",
            "2026-11-22T01:00:00Z",
        ),
    ] {
        let now = details(&mock, id).await;
        assert_eq!(
            (&now["status"], &now["updated_at"]),
            (&json!(status), &json!(at))
        );
    }
}

#[tokio::test]
async fn a_merchant_reply_is_checked_before_it_is_taken() {
    let mock = Mock::start().await;
    for (change, code) in [
        (
            json!({"decision": "manual", "after_sec": 5}),
            "illegal_combination",
        ),
        (
            json!({"decision": "fail", "cause": "OFFER_UNAVAILABLE"}),
            "illegal_combination",
        ),
        (
            json!({"decision": "confirm", "after_sec": 31_536_001}),
            "unknown_value",
        ),
        (json!({"decision": "accept"}), "unknown_value"),
    ] {
        let change = json!({ "merchant_reply": change });
        let answer = mock.send(Method::PATCH, "/api/behaviour", change).await;
        assert_eq!((answer.status, answer.refusal().1), (422, code));
    }
}
