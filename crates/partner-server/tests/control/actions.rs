//! Every row of section 5.3 over HTTP, and what else a merchant can and cannot do.

mod consequences;
mod moves;

use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock};

async fn behave(mock: &Mock, change: Value) {
    let answer = mock.send(Method::PATCH, "/api/behaviour", change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn pending(mock: &Mock, guest: &str) -> String {
    behave(mock, json!({"confirmation": "asynchronous"})).await;
    let id = mock.book(guest).await;
    behave(mock, json!({"confirmation": "inventory"})).await;
    assert_eq!(
        details(mock, &id).await["status"],
        "PENDING_MERCHANT_CONFIRMATION"
    );
    id
}

async fn act(mock: &Mock, id: &str, action: Value) -> Answer {
    mock.send(Method::POST, &format!("/api/bookings/{id}/actions"), action)
        .await
}

async fn done(mock: &Mock, id: &str, action: Value) -> Value {
    let answer = act(mock, id, action).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.body
}

async fn details(mock: &Mock, id: &str) -> Value {
    mock.get(&format!("/api/bookings/{id}")).await.body
}

async fn go_to(mock: &Mock, to: &str) -> Value {
    let moved = mock
        .send(Method::POST, "/api/clock/advance", json!({ "to": to }))
        .await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    moved.body
}

async fn cancel_as_guest(mock: &Mock, id: &str) -> Value {
    let request = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", request).await.body
}

fn legal(details: &Value) -> HashSet<String> {
    let actions = details["actions"].as_array().unwrap();
    assert_eq!(actions.len(), 9);
    actions
        .iter()
        .filter(|action| {
            assert_eq!(
                action["reason"].is_null(),
                action["legal"] == true,
                "{action}"
            );
            action["legal"] == true
        })
        .map(|action| action["action"].as_str().unwrap().to_owned())
        .collect()
}

fn emails(details: &Value) -> Vec<&str> {
    let emails = details["emails"].as_array().unwrap();
    emails
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect()
}
