//! Inventories in, out and by hand.

mod edits;
mod feeds;

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, create_booking};

const SLOTS: &str = include_str!("data/async_availability.json");
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

async fn feeds(mock: &Mock) -> [String; 3] {
    let merchants = mock.get("/feeds/merchants.json").await;
    let services = mock.get("/feeds/services.json").await;
    let availability = mock.get("/feeds/availability.json").await;
    assert_eq!(
        (merchants.status, services.status, availability.status),
        (200, 200, 200)
    );
    [merchants.text, services.text, availability.text]
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

fn problems(answer: &Answer) -> Vec<(&str, &str, &str)> {
    let problems = answer.body["problems"].as_array().unwrap();
    let word = |problem: &'_ Value, name: &str| -> &'static str {
        let text = problem[name].as_str().unwrap().to_owned();
        Box::leak(text.into_boxed_str())
    };
    problems
        .iter()
        .map(|it| {
            (
                word(it, "severity"),
                word(it, "pointer"),
                word(it, "message"),
            )
        })
        .collect()
}
