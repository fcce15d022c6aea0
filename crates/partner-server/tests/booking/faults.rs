//! The network toggle: slowness and statuses.

use std::time::{Duration, Instant};

use partner::exchange::ExchangeOutcome;
use partner::store::bookings::Wanted;
use serde_json::json;

use crate::client::request;
use crate::common::Mock;

#[tokio::test]
async fn a_status_is_answered_before_anything_is_done() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "status", "status": 503, "times": 2}}));
    for _ in 0..2 {
        let answer = mock.create(&request("mina")).await;
        assert_eq!(answer.status, 503);
        assert!(answer.message().contains("503"), "{}", answer.text);
    }
    let exchange = mock.newest().await;
    assert_eq!(exchange.summary.outcome, ExchangeOutcome::Error);
    assert_eq!(exchange.summary.label, "503 forced");
    let decided: Vec<&str> = exchange
        .decisions
        .iter()
        .filter(|it| it.decided)
        .map(|it| &*it.step)
        .collect();
    assert_eq!(decided, ["fault_toggle"]);
    assert!(
        mock.engine
            .bookings(Wanted::default(), None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        mock.create(&request("mina")).await.booking()["status"],
        "CONFIRMED"
    );
}

#[tokio::test]
async fn a_fault_bites_only_the_methods_that_it_is_meant_for() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "status", "status": 429, "methods": ["ListBookings"]}}));
    mock.create(&request("mina")).await.booking();
    let listed = mock
        .booking_server("ListBookings", json!({"user_id": "x"}))
        .await;
    assert_eq!(listed.status, 429);
    let url = format!("{}/v3/HealthCheck", mock.booking_url());
    let health = mock.client.get(url).basic_auth("mock", Some("partner"));
    assert_eq!(health.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn without_methods_a_fault_bites_all_but_spares_who_has_no_credentials() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "status", "status": 500, "times": 1}}));
    let url = format!("{}/v3/HealthCheck", mock.booking_url());
    let stranger = mock.client.get(&url).send().await.unwrap();
    assert_eq!(stranger.status(), 401);
    let health = mock.client.get(&url).basic_auth("mock", Some("partner"));
    assert_eq!(health.send().await.unwrap().status(), 500);
}

#[tokio::test]
async fn latency_holds_the_answer_back_and_says_so() {
    let mock = Mock::start().await;
    let fault = json!({"kind": "latency", "ms": 120, "jitter_ms": 20, "times": 1});
    mock.toggle(json!({ "fault": fault }));
    let started = Instant::now();
    mock.create(&request("mina")).await.booking();
    assert!(started.elapsed() >= Duration::from_millis(100));
    let timing = mock.newest().await.timing;
    assert!((100_000..=140_000).contains(&timing.delay_us), "{timing:?}");
    assert!(timing.total_us >= timing.delay_us);
    assert!(timing.decide_us < timing.total_us);
    assert_eq!(mock.engine.behaviour().current().behaviour.fault, None);
}

#[tokio::test]
async fn a_held_request_keeps_to_what_it_saw_and_holds_up_nobody() {
    let mock = Mock::start().await;
    let fault = json!({"kind": "latency", "ms": 2_000, "methods": ["CreateBooking"], "times": 1});
    mock.toggle(json!({ "fault": fault }));
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let call = mock.client.post(url).basic_auth("mock", Some("partner"));
    let held = tokio::spawn(call.json(&request("held")).send());
    mock.until_claimed().await;
    mock.toggle(json!({"confirmation": "asynchronous"}));
    let next = mock.create(&request("next")).await;
    assert_eq!(next.booking()["status"], "PENDING_MERCHANT_CONFIRMATION");
    assert!(!held.is_finished());
    let answer = crate::common::Answer::of(held.await.unwrap().unwrap()).await;
    assert_eq!(answer.booking()["status"], "CONFIRMED");
    // The log has them in the order in which they ended.
    let notes: Vec<String> = mock
        .log()
        .await
        .iter()
        .map(|row| row.note.clone())
        .collect();
    assert_eq!(
        notes,
        ["massage-60 · next Okafor", "massage-60 · held Okafor"]
    );
}
