//! `/api/walkthrough`: steps one by one, back, and from the start.

use partner::EngineOptions;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Mock, create_booking};

/// A pending booking that the merchant confirms, and an expectation that does not hold.
const STEPS: &str = r#"
name: walk
title: A walk
behaviour: { confirmation: asynchronous }
steps:
  - title: Ask
    text: It is **pending** then.
    send:
      method: CreateBooking
      body:
        idempotency_token: t-1
        slot: { merchant_id: m-1, service_id: s, start_sec: "4102444800", duration_sec: "1800" }
        user_information: { user_id: u-1, given_name: Mina, family_name: Okafor, telephone: "+1 206-555-0142", email: mina@example.com }
        payment_information: { prepayment_status: PREPAYMENT_NOT_PROVIDED }
        payment_processing_parameters: { unparsed_payment_method_token: never-shown-to-anybody }
    capture: { id: /booking/booking_id }
    expect: { fields: { /booking/status: PENDING_MERCHANT_CONFIRMATION } }
  - title: Confirm
    merchant: { booking_id: "${id}", action: confirm }
    expect:
      notification: { booking_id: "${id}", update_mask: status, status: CONFIRMED }
      booking: { booking_id: "${id}", status: CONFIRMED }
  - title: Ask again
    send: { method: GetBookingStatus, body: { booking_id: "${id}" } }
    expect: { fields: { /booking_status: CANCELED } }
"#;

async fn walking(text: &str) -> (Mock, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("walk.yaml");
    std::fs::write(&path, text).unwrap();
    let options = EngineOptions {
        scenario: Some(path.display().to_string()),
        ..EngineOptions::default()
    };
    (
        Mock::start_with(options, ServeOptions::default()).await,
        folder,
    )
}

async fn post(mock: &Mock, what: &str) -> Value {
    let answer = mock
        .send(Method::POST, &format!("/api/walkthrough/{what}"), json!({}))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

fn states(walkthrough: &Value) -> Vec<&str> {
    let steps = walkthrough["steps"].as_array().unwrap();
    let states = steps.iter().map(|step| step["state"].as_str().unwrap());
    states.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_are_taken_one_by_one_and_stand_in_the_log() {
    let (mock, _folder) = walking(STEPS).await;
    let walkthrough = mock.get("/api/walkthrough").await.body;
    assert_eq!(walkthrough["scenario"], "walk");
    assert_eq!(walkthrough["steps"][0]["text"], "It is **pending** then.");
    assert_eq!(walkthrough["steps"][1]["what"], "confirm");
    assert_eq!(states(&walkthrough), ["pending", "pending", "pending"]);

    let walkthrough = post(&mock, "next").await;
    assert_eq!(states(&walkthrough), ["passed", "pending", "pending"]);
    let report = &walkthrough["steps"][0]["report"];
    assert_eq!(report["answer"]["status"], 200);
    let id = report["exchange_ids"][0].as_u64().unwrap();
    let exchange = mock.get(&format!("/api/exchanges/{id}")).await.body;
    assert_eq!(exchange["path"], "/v3/CreateBooking");
    let whole = walkthrough.to_string();
    assert!(!whole.contains("never-shown-to-anybody"), "{whole}");

    let walkthrough = post(&mock, "next").await;
    assert_eq!(states(&walkthrough), ["passed", "passed", "pending"]);
    let ids = walkthrough["steps"][1]["report"]["exchange_ids"].as_array();
    let told = ids.unwrap()[0].as_u64().unwrap();
    let exchange = mock.get(&format!("/api/exchanges/{told}")).await.body;
    assert_eq!(exchange["direction"], "outbound");

    let walkthrough = post(&mock, "next").await;
    assert_eq!(states(&walkthrough), ["passed", "passed", "failed"]);
    assert_eq!(walkthrough["position"], 3);
    let difference = &walkthrough["steps"][2]["report"]["differences"][0];
    assert_eq!(difference["what"], "/booking_status");
    assert_eq!(difference["expected"], "\"CANCELED\"");
    assert_eq!(difference["got"], "\"CONFIRMED\"");

    let answer = mock
        .send(Method::POST, "/api/walkthrough/next", json!({}))
        .await;
    let (status, code, hint) = answer.refusal();
    assert_eq!((status, code), (409, "at_end"));
    assert!(hint.contains("restart"), "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn back_and_restart_begin_from_the_scenarios_start() {
    let (mock, _folder) = walking(STEPS).await;
    let answer = mock
        .send(Method::POST, "/api/walkthrough/back", json!({}))
        .await;
    assert_eq!(answer.refusal().1, "at_start");
    post(&mock, "next").await;
    post(&mock, "next").await;
    // Whatever else was done meanwhile is gone as well.
    let stray = mock
        .booking_server("CreateBooking", create_booking("stray"))
        .await;
    assert_eq!(stray.status, 200);
    let walkthrough = post(&mock, "back").await;
    assert_eq!(states(&walkthrough), ["passed", "pending", "pending"]);
    let bookings = mock.get("/api/bookings").await.body;
    let bookings = bookings["bookings"].as_array().unwrap();
    assert_eq!(bookings.len(), 1);
    assert_eq!(bookings[0]["status"], "PENDING_MERCHANT_CONFIRMATION");
    // Values of the steps before are there again.
    let walkthrough = post(&mock, "next").await;
    assert_eq!(states(&walkthrough), ["passed", "passed", "pending"]);
    let walkthrough = post(&mock, "restart").await;
    assert_eq!(states(&walkthrough), ["pending", "pending", "pending"]);
    assert_eq!(mock.get("/api/bookings").await.body["bookings"], json!([]));
    post(&mock, "next").await;
    // A reset from elsewhere takes away what steps have done.
    mock.send(Method::POST, "/api/reset", json!({})).await;
    let walkthrough = mock.get("/api/walkthrough").await.body;
    assert_eq!(walkthrough["position"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_step_is_taken_at_a_time() {
    let slow = STEPS.replace(
        "behaviour: {",
        "behaviour: { fault: { kind: latency, ms: 300, methods: [CreateBooking] },",
    );
    let (mock, _folder) = walking(&slow).await;
    let next = || mock.send(Method::POST, "/api/walkthrough/next", json!({}));
    let (one, other) = tokio::join!(next(), next());
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    let refused = if one.status == 409 { one } else { other };
    assert_eq!(refused.refusal().1, "walkthrough_busy");
    let (bare, _folder) = walking("name: walk\ntitle: Bare\n").await;
    let answer = bare
        .send(Method::POST, "/api/walkthrough/next", json!({}))
        .await;
    assert_eq!(answer.refusal().1, "no_steps");
}
