//! Which rules hold, for what a request is about; and rules in words.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::scenario::rule::NthCall;

#[allow(
    clippy::needless_pass_by_value,
    reason = "rules read better without a borrow"
)]
fn rule(when: Value) -> Rule {
    let then = json!({"fault": {"kind": "latency", "ms": 1}});
    serde_json::from_value(json!({"name": "a", "when": when, "then": then})).unwrap()
}

fn booking(party_size: i32) -> Facts {
    let body = json!({
        "idempotency_token": "t-1",
        "slot": {
            "merchant_id": "m-1", "service_id": "s-1", "start_sec": "1795400000",
            "duration_sec": "3600", "resources": {"party_size": party_size},
        },
        "user_information": {"user_id": "u-1", "email": "Mina@example.com"},
    });
    Facts::of(Method::CreateBooking, body.to_string().as_bytes())
}

#[test]
fn a_rule_holds_where_all_that_it_names_is_so() {
    for (when, holds) in [
        (json!({}), true),
        (json!({"merchant": "m-1"}), true),
        (json!({"merchant": ["m-2", "m-1"]}), true),
        (json!({"merchant": "M-1"}), false),
        (json!({"service": "s-1", "user": "u-1"}), true),
        (json!({"service": "s-1", "user": "u-2"}), false),
        (json!({"user": "mina@EXAMPLE.com"}), true),
        (json!({"user": ["nobody", "mina@example.org"]}), false),
        (json!({"party_size": 6}), true),
        (json!({"party_size": {"from": 7}}), false),
        (json!({"party_size": {"from": 2, "to": 6}}), true),
        (json!({"party_size": {"to": 5}}), false),
        // What only the store knows was not asked for, so it is not so.
        (json!({"payment_mode": "deposit"}), false),
        (json!({"confirmation": "synchronous"}), false),
    ] {
        assert_eq!(rule(when.clone()).holds(&booking(6)), holds, "{when}");
    }
    assert!(
        !rule(json!({"party_size": 1})).holds(&booking(0)),
        "no party was named"
    );
}

#[test]
fn calls_are_counted_by_what_the_request_is_about() {
    let facts = booking(2);
    let subject = |per| facts.subject(per);
    assert_eq!(subject(Per::All).as_deref(), Some(""));
    assert_eq!(subject(Per::User).as_deref(), Some("u-1"));
    assert_eq!(subject(Per::Merchant).as_deref(), Some("m-1"));
    assert_eq!(subject(Per::Booking).as_deref(), Some("token t-1"));
    let health = Facts::of(Method::HealthCheck, b"");
    assert_eq!(health.subject(Per::All).as_deref(), Some(""));
    assert_eq!(health.subject(Per::User), None);
    let update = Facts::of(
        Method::UpdateBooking,
        br#"{"booking":{"booking_id":"bk-1"}}"#,
    );
    assert_eq!(update.subject(Per::Booking).as_deref(), Some("bk-1"));
    assert_eq!(Facts::of(Method::CreateBooking, b"{").merchant_id, None);
}

#[test]
fn every_method_is_about_something() {
    for (method, body, merchant, user, booking) in [
        (
            Method::CreateLease,
            json!({"lease": {"slot": {"merchant_id": "m"}}}),
            true,
            false,
            false,
        ),
        (
            Method::CheckAvailability,
            json!({"slot": {"merchant_id": "m"}}),
            true,
            false,
            false,
        ),
        (
            Method::BatchAvailabilityLookup,
            json!({"merchant_id": "m", "slot_time": [{"service_id": "a"}, {"service_id": "b"}]}),
            true,
            false,
            false,
        ),
        (
            Method::GetBookingStatus,
            json!({"booking_id": "b"}),
            false,
            false,
            true,
        ),
        (
            Method::ListBookings,
            json!({"user_id": "u"}),
            false,
            true,
            false,
        ),
        (
            Method::SetMarketingPreference,
            json!({"user_information": {"user_id": "u"}, "user_to_receive_marketing": true}),
            false,
            true,
            false,
        ),
    ] {
        let facts = Facts::of(method, body.to_string().as_bytes());
        let found = (
            facts.merchant_id.is_some(),
            facts.user_id.is_some(),
            facts.booking.is_some(),
        );
        assert_eq!(found, (merchant, user, booking), "{method}");
    }
}

#[test]
fn a_rule_is_told_in_a_sentence() {
    let said = |when: Value, then: Value| {
        let rule = json!({"name": "a", "when": when, "then": then});
        in_words(&serde_json::from_value(rule).unwrap())
    };
    assert_eq!(
        said(
            json!({"method": "CreateBooking", "party_size": {"from": 6}}),
            json!({"failure": "SLOT_UNAVAILABLE"})
        ),
        "CreateBooking, party of 6 or more: answers SLOT_UNAVAILABLE."
    );
    assert_eq!(
        said(
            json!({"nth_call": {"every": 3, "per": "user"}, "probability": 0.5}),
            json!({"fault": {"kind": "status", "status": 503}})
        ),
        "every 3rd call of each guest, 50 % of them: HTTP 503 is answered."
    );
    assert_eq!(
        said(
            json!({}),
            json!({
                "confirmation": "asynchronous",
                "merchant_reply": {"decision": "decline", "after_sec": 30},
                "payment": {"mode": "deposit"},
            })
        ),
        "Always: confirmation is asynchronous, the merchant's reply is decline after 30 s, \
         payment mode is deposit."
    );
    for (nth, words) in [
        (json!(1), "the 1st call"),
        (json!(12), "the 12th call"),
        (json!(22), "the 22nd call"),
        (json!({"from": 3}), "the 3rd call and all after it"),
        (json!({"to": 2}), "the 1st to the 2nd call"),
        (
            json!({"from": 5, "every": 2}),
            "every 2nd call from the 5th on",
        ),
    ] {
        let nth: NthCall = serde_json::from_value(nth).unwrap();
        assert_eq!(words::which_call(nth), words);
    }
}

proptest! {
    #[test]
    fn a_range_holds_for_what_lies_between(from in 0_u64..20, more in 0_u64..20, size in 1_i32..40) {
        let to = from + more;
        let rule = rule(json!({"party_size": {"from": from, "to": to}}));
        let within = (from..=to).contains(&(size as u64));
        prop_assert_eq!(rule.holds(&booking(size)), within);
    }
}
