//! A suite to begin with: run it by `cargo test`.
//!
//! The program is found by the variable `MOCK_PARTNER`, else on the path.

mod mock_partner;

use std::time::{SystemTime, UNIX_EPOCH};

use mock_partner::{Session, partner};
use serde_json::{Value, json};

/// In the place of your own client: what it does is what is tested here.
fn book(session: &Session, guest: &str, token: &str) -> Result<(u16, Value), ureq::Error> {
    session.call("POST", "/v3/CreateBooking", &request(guest, token))
}

fn book_with_retries(session: &Session, guest: &str, token: &str) -> Value {
    for _ in 0..3 {
        // Without an answer nobody knows whether it was booked: the same token asks again.
        if let Ok((200, answer)) = book(session, guest, token) {
            return answer;
        }
    }
    panic!("three times is enough");
}

fn request(guest: &str, token: &str) -> Value {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let tomorrow = (now / 86_400 + 1) * 86_400;
    json!({
        "slot": {
            "merchant_id": "salon-17",
            "service_id": "cut",
            "start_sec": (tomorrow + 10 * 3_600).to_string(),
            "duration_sec": "1800",
            "resources": {"party_size": 1},
        },
        "user_information": {
            "user_id": format!("user-{guest}"),
            "given_name": guest,
            "family_name": "Example",
            "telephone": "+1 206-555-0100",
            "email": format!("{guest}@example.com"),
        },
        "payment_information": {"prepayment_status": "PREPAYMENT_NOT_PROVIDED"},
        "idempotency_token": token,
    })
}

#[test]
fn a_booking_is_confirmed() {
    let session = partner().session("confirmed");
    let (status, answer) = book(&session, "mina", "token-1").unwrap();
    assert_eq!(status, 200);
    assert_eq!(answer["booking"]["status"], "CONFIRMED");
    session.verify(&json!({
        "method": "CreateBooking",
        "cause": null,
        "request": {"/slot/merchant_id": "salon-17"},
        "exactly": 1,
    }));
}

#[test]
fn a_slot_that_is_gone() {
    let session = partner().session("gone");
    session.toggle(&json!({"failure": {"cause": "SLOT_UNAVAILABLE", "times": 1}}));
    let (_, answer) = book(&session, "mina", "token-1").unwrap();
    assert_eq!(answer["booking_failure"]["cause"], "SLOT_UNAVAILABLE");
    session.verify(&json!({"cause": "SLOT_UNAVAILABLE", "exactly": 1}));
}

#[test]
fn a_lost_answer_does_not_book_twice() {
    let session = partner().session("lost");
    session.toggle(&json!({"fault": {"kind": "reset", "when": "after", "times": 1}}));
    let answer = book_with_retries(&session, "mina", "token-1");
    assert_eq!(answer["booking"]["status"], "CONFIRMED");
    let list = session.control("GET", "/api/bookings", None);
    assert_eq!(list["bookings"].as_array().unwrap().len(), 1);
    session.verify(&json!({"in_order": [{"status": 0}, {"outcome": "ok"}]}));
}

#[test]
fn a_partner_that_has_enough_is_asked_again() {
    let session = partner().session("enough");
    session.toggle(&json!({"fault": {"kind": "rate_limit", "retry_after_sec": 0, "times": 2}}));
    book_with_retries(&session, "mina", "token-1");
    session.verify(&json!({"status": 429, "exactly": 2}));
}

#[test]
#[should_panic(expected = "merchant_id is \"salon-17\", not \"salon-18\"")]
fn what_was_not_asked_is_told_by_its_nearest_misses() {
    let session = partner().session("misses");
    book(&session, "mina", "token-1").unwrap();
    session.verify(&json!({"request": {"/slot/merchant_id": "salon-18"}}));
}
