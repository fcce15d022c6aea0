//! The clock over HTTP: reading, setting and moving it, and what is refused.

use std::time::Duration;

use partner::EngineOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock};

async fn put(mock: &Mock, wish: Value) -> Answer {
    mock.send(Method::PUT, "/api/clock", wish).await
}

async fn advance(mock: &Mock, step: Value) -> Answer {
    mock.send(Method::POST, "/api/clock/advance", step).await
}

/// Asks for a lease that runs out after so many seconds, and answers its id.
async fn lease(mock: &Mock, sec: i64) -> String {
    let expires = mock.clock.now().as_second() + sec;
    let request = json!({"lease": {
        "slot": {
            "merchant_id": "1234", "service_id": "massage-60",
            "start_sec": "1795428000", "duration_sec": "3600",
        },
        "lease_expiration_time_sec": expires.to_string(),
    }});
    let answer = mock.booking_server("CreateLease", request).await;
    answer.body["lease"]["lease_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn the_clock_stands_where_it_was_set_and_goes_on_as_it_was_told() {
    let mock = Mock::start().await;
    let wish = json!({"mode": "frozen", "now": "2026-12-24T18:00:00+01:00"});
    let set = put(&mock, wish).await;
    let expected = json!({
        "mode": "frozen", "now": "2026-12-24T17:00:00Z", "rate": 0.0, "next_timer": null,
        "fired": 0,
    });
    assert_eq!(set.body, expected);
    assert_eq!(
        mock.get("/api/clock").await.body["now"],
        "2026-12-24T17:00:00Z"
    );
    let status = mock.get("/api/status").await.body;
    assert_eq!(status["clock"]["now"], "2026-12-24T17:00:00Z");

    let moved = advance(&mock, json!({"sec": 86_400})).await;
    assert_eq!(moved.body["now"], "2026-12-25T17:00:00Z");
    assert_eq!(moved.body["mode"], "frozen");
    mock.book("Mina").await;
    let bookings = mock.get("/api/bookings").await.body;
    assert_eq!(
        bookings["bookings"][0]["created_at"],
        "2026-12-25T17:00:00Z"
    );
    let row = mock.get("/api/exchanges").await.body;
    assert_eq!(row["exchanges"][0]["at"], "2026-12-25T17:00:00Z");

    let back = put(
        &mock,
        json!({"mode": "frozen", "now": "2026-12-01T00:00:00Z"}),
    )
    .await;
    assert_eq!(back.body["now"], "2026-12-01T00:00:00Z");

    let scaled = put(&mock, json!({"mode": "scaled", "rate": 600})).await;
    assert_eq!(scaled.body["rate"], 600.0);
    assert!(scaled.body["now"].as_str().unwrap() > "2026-12-01");
    let usual = put(&mock, json!({"mode": "scaled"})).await;
    assert_eq!(usual.body["rate"], 60.0);
    let frozen = put(&mock, json!({"mode": "frozen"})).await;
    assert!(frozen.body["now"].as_str().unwrap() < "2026-12-02");

    let real = put(&mock, json!({"mode": "real"})).await;
    assert_eq!(
        (&real.body["mode"], &real.body["rate"]),
        (&json!("real"), &json!(1.0))
    );
    // Moved, it goes on at the same pace, which is not real any more.
    let ahead = advance(&mock, json!({"sec": 3_600})).await;
    assert_eq!(
        (&ahead.body["mode"], &ahead.body["rate"]),
        (&json!("scaled"), &json!(1.0))
    );
}

#[tokio::test]
async fn an_advance_lets_timers_fire_in_order_before_it_answers() {
    let mock = Mock::start().await;
    lease(&mock, 200).await;
    lease(&mock, 100).await;
    let next = mock.get("/api/clock").await.body["next_timer"].clone();
    let expected = json!({"at": "2026-11-22T01:01:40Z", "what": "lease", "booking_id": null});
    assert_eq!(next, expected);

    let moved = advance(&mock, json!({"to": "next_timer"})).await;
    assert_eq!(moved.body["now"], "2026-11-22T01:01:40Z");
    assert_eq!(moved.body["fired"], 1);
    assert_eq!(moved.body["next_timer"]["at"], "2026-11-22T01:03:20Z");

    let moved = advance(&mock, json!({"to": "2026-11-22T01:10:00Z"})).await;
    assert_eq!(
        (&moved.body["fired"], &moved.body["next_timer"]),
        (&json!(1), &Value::Null)
    );
    let none = advance(&mock, json!({"to": "next_timer"})).await;
    assert_eq!((none.status, none.refusal().1), (409, "no_timer"));
}

#[tokio::test]
async fn toggles_that_expire_are_timers_too() {
    let mock = Mock::start().await;
    let path = "/api/behaviour?expires_in_sec=30";
    let change = json!({"confirmation": "asynchronous"});
    mock.send(Method::PATCH, path, change).await;
    let next = mock.get("/api/clock").await.body["next_timer"].clone();
    assert_eq!(next["what"], "behaviour");
    let moved = advance(&mock, json!({"to": "next_timer"})).await;
    assert_eq!(moved.body["now"], "2026-11-22T01:00:30Z");
    let behaviour = mock.get("/api/behaviour").await.body;
    assert_eq!(behaviour["confirmation"], "inventory");
}

#[tokio::test]
async fn a_lease_that_was_used_leaves_no_timer() {
    let mock = Mock::start().await;
    let id = lease(&mock, 100).await;
    let mut request = crate::common::create_booking("Mina");
    request["lease_ref"] = json!({ "lease_id": id });
    request["slot"]["resources"] = Value::Null;
    let answer = mock.booking_server("CreateBooking", request).await;
    assert_eq!(answer.body["booking"]["status"], "CONFIRMED");
    assert_eq!(mock.get("/api/clock").await.body["next_timer"], Value::Null);
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_and_moves_nothing() {
    let mock = Mock::start().await;
    let wishes = [
        (json!({}), "missing_field", "real, frozen, scaled"),
        (json!({"mode": "frosen"}), "unknown_value", "\"frozen\"?"),
        (
            json!({"mode": "frozen", "nov": "x"}),
            "unknown_field",
            "\"now\"?",
        ),
        (
            json!({"mode": "frozen", "now": "tomorrow"}),
            "unknown_value",
            "RFC 3339",
        ),
        (
            json!({"mode": "frozen", "now": "-000001-01-01T00:00:00Z"}),
            "unknown_value",
            "RFC 3339",
        ),
        (
            json!({"mode": "real", "now": "2026-12-24T18:00:00Z"}),
            "illegal_combination",
            "scaled",
        ),
        (
            json!({"mode": "frozen", "rate": 60}),
            "illegal_combination",
            "scaled",
        ),
        (
            json!({"mode": "scaled", "rate": 0}),
            "unknown_value",
            "from 0.001",
        ),
        (
            json!({"mode": "scaled", "rate": "60"}),
            "unknown_value",
            "from 0.001",
        ),
    ];
    for (wish, code, hint) in wishes {
        let answer = put(&mock, wish.clone()).await;
        let (status, found, words) = answer.refusal();
        assert_eq!((status, found), (422, code), "{wish}");
        assert!(words.contains(hint), "{wish}: {words}");
    }
    let steps = [
        (json!({}), "illegal_combination", "next_timer"),
        (
            json!({"sec": 5, "to": "next_timer"}),
            "illegal_combination",
            "next_timer",
        ),
        (json!({"sec": -5}), "unknown_value", "PUT /api/clock"),
        (json!({"sec": 1.5}), "unknown_value", "whole number"),
        (
            json!({"sec": 999_999_999_999_u64}),
            "unknown_value",
            "whole number",
        ),
        (json!({"to": "next"}), "unknown_value", "RFC 3339"),
        (
            json!({"to": "2026-11-22T00:59:59Z"}),
            "unknown_value",
            "PUT /api/clock",
        ),
        (json!({"secs": 5}), "unknown_field", "\"sec\"?"),
    ];
    for (step, code, hint) in steps {
        let answer = advance(&mock, step.clone()).await;
        let (status, found, words) = answer.refusal();
        assert_eq!((status, found), (422, code), "{step}");
        assert!(words.contains(hint), "{step}: {words}");
    }
    let clock = mock.get("/api/clock").await.body;
    assert_eq!(
        (&clock["mode"], &clock["now"]),
        (&json!("frozen"), &json!("2026-11-22T01:00:00Z"))
    );
}

#[tokio::test]
async fn a_reset_takes_timers_away_and_leaves_a_tests_own_clock_alone() {
    let mock = Mock::start_with(EngineOptions::default(), Default::default()).await;
    lease(&mock, 100).await;
    mock.clock.advance(Duration::from_secs(10));
    mock.send(Method::POST, "/api/reset", json!({})).await;
    let clock = mock.get("/api/clock").await.body;
    assert_eq!(clock["next_timer"], Value::Null);
    assert_eq!(clock["now"], "2026-11-22T01:00:10Z");
}
