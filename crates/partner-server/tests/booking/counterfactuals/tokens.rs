//! The first answer, the same token again, and answers that a toggle forces.

use serde_json::json;

use super::Step::{Send, Toggle};
use super::{NONE, cancel, prove, rule, with};
use crate::client::request;

#[tokio::test]
async fn of_tokens_and_forced_answers() {
    let book = || Send("CreateBooking", request("mina"));
    let create =
        |settings, before, body, label| rule(settings, before, "CreateBooking", body, label);
    let other = with("mina", [("/additional_request", json!("A high chair"))]);
    prove(vec![
        create(NONE, vec![], request("mina"), "CONFIRMED"),
        create(
            json!({"duplicates": "overlapping_reservation"}),
            vec![],
            request("mina"),
            "CONFIRMED",
        ),
        create(
            json!({"duplicates": "accept"}),
            vec![],
            request("mina"),
            "CONFIRMED",
        ),
        create(
            NONE,
            vec![Toggle(json!({"confirmation": "asynchronous"}))],
            request("mina"),
            "PENDING_MERCHANT_CONFIRMATION",
        ),
        create(NONE, vec![book()], request("mina"), "CONFIRMED"),
        create(
            NONE,
            vec![book(), Send("UpdateBooking", cancel())],
            request("mina"),
            "CONFIRMED",
        ),
        create(NONE, vec![book()], other.clone(), "CONFIRMED"),
        create(
            json!({"strict_tokens": true}),
            vec![book()],
            other,
            "409 token reused",
        ),
        create(
            NONE,
            vec![Toggle(json!({"failure": {"cause": "PAYMENT_ERROR"}}))],
            request("mina"),
            "PAYMENT_ERROR",
        ),
        create(
            NONE,
            vec![Toggle(json!({"fault": {"kind": "status", "status": 503}}))],
            request("mina"),
            "503 forced",
        ),
    ])
    .await;
}
