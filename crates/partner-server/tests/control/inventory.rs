//! Inventories in, out and by hand.

mod edits;
mod feeds;

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, create_booking};

const SERVICES: &str = include_str!("data/paid_services.json");

async fn import(mock: &Mock, query: &str, body: impl Into<Vec<u8>>) -> Answer {
    let call = mock.call(Method::POST, &format!("/api/inventory/import{query}"));
    Answer::of(call.body(body.into()).send().await.unwrap()).await
}

async fn generate(mock: &Mock, body: Value) -> Value {
    let answer = mock
        .send(Method::POST, "/api/inventory/generate", body)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

async fn slots(mock: &Mock, query: &str) -> Vec<Value> {
    let answer = mock.get(&format!("/api/slots{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body["slots"].as_array().unwrap().clone()
}

/// Everything of a slot that a CreateBooking asks for.
fn booking_of(slot: &Value, guest: &str) -> Value {
    let mut request = create_booking(guest);
    request["slot"] = json!({
        "merchant_id": slot["merchant_id"],
        "service_id": slot["service_id"],
        "start_sec": slot["start_sec"],
        "duration_sec": slot["duration_sec"],
        "resources": slot["resources"],
        "confirmation_mode": slot["confirmation_mode"],
    });
    request
}
