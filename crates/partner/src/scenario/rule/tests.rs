//! Rules as they are read, written and objected to.

use serde_json::{Value, json};

use super::*;

fn rule(value: Value) -> Rule {
    serde_json::from_value(value).unwrap()
}

fn flaws(value: Value) -> Vec<&'static str> {
    let flaws = rule(value).flaws(&Behaviour::default());
    flaws.into_iter().map(|flaw| flaw.pointer).collect()
}

#[test]
fn which_calls_count() {
    let calls = |value: Value| -> Vec<u64> {
        let nth: NthCall = serde_json::from_value(value).unwrap();
        (1..=9).filter(|number| nth.holds(*number)).collect()
    };
    assert_eq!(calls(json!(2)), [2]);
    assert_eq!(calls(json!({"n": 3, "per": "user"})), [3]);
    assert_eq!(calls(json!({"from": 7})), [7, 8, 9]);
    assert_eq!(calls(json!({"to": 2})), [1, 2]);
    assert_eq!(calls(json!({"every": 3})), [3, 6, 9]);
    assert_eq!(calls(json!({"from": 4, "every": 2})), [5, 7, 9]);
    for wrong in [
        json!(0),
        json!({}),
        json!({"per": "user"}),
        json!({"n": 1, "every": 2}),
        json!({"from": 3, "to": 2}),
        json!({"n": 1, "per": "guest"}),
        json!("first"),
    ] {
        assert!(
            serde_json::from_value::<NthCall>(wrong.clone()).is_err(),
            "{wrong}"
        );
    }
}

#[test]
fn short_forms_are_read_and_written() {
    let short = json!({
        "name": "a",
        "when": {"method": "CreateBooking", "party_size": 6, "nth_call": 2},
        "then": {"failure": "SLOT_UNAVAILABLE"},
    });
    assert_eq!(serde_json::to_value(rule(short.clone())).unwrap(), short);
    let long = json!({
        "name": "a",
        "on": false,
        "when": {
            "method": ["CreateBooking", "UpdateBooking"],
            "party_size": {"from": 6},
            "nth_call": {"every": 3, "per": "user"},
        },
        "then": {"fault": {"kind": "latency", "ms": 5}},
    });
    assert_eq!(serde_json::to_value(rule(long.clone())).unwrap(), long);
}

#[test]
fn what_cannot_be_is_named() {
    let with = |when: Value, then: Value| json!({"name": "a", "when": when, "then": then});
    let failure = json!({"failure": "SLOT_UNAVAILABLE"});
    assert!(flaws(with(json!({}), failure.clone())).is_empty());
    assert_eq!(flaws(with(json!({}), json!({}))), ["/then"]);
    let when =
        json!({"method": "HealthCheck", "probability": 0.0, "party_size": {"from": 3, "to": 2}});
    assert_eq!(
        flaws(with(when, failure)),
        ["/when/method", "/when/probability", "/when/party_size"]
    );
    let asynchronous = json!({"confirmation": "asynchronous"});
    let when = json!({"method": "UpdateBooking"});
    assert_eq!(flaws(with(when, asynchronous)), ["/when/method"]);
    for (then, pointer) in [
        (
            json!({"failure": {"cause": "SLOT_UNAVAILABLE", "times": 2}}),
            "/then/failure",
        ),
        (
            json!({"failure": {"cause": "SLOT_UNAVAILABLE", "rejected_card_type": "VISA"}}),
            "/then/failure",
        ),
        (
            json!({"fault": {"kind": "status", "status": 99}}),
            "/then/fault",
        ),
        (
            json!({"fault": {"kind": "latency", "ms": 9, "probability": 0.5}}),
            "/then/fault",
        ),
        (json!({"payment": {"mod": "deposit"}}), "/then/payment"),
        (
            json!({"merchant_reply": {"decision": "manual", "after_sec": 3}}),
            "/then/merchant_reply",
        ),
    ] {
        assert_eq!(flaws(with(json!({}), then.clone())), [pointer], "{then}");
    }
    // A failure of changes and something about new bookings never come together.
    let then = json!({"failure": "OUTSIDE_CANCELLATION_WINDOW", "confirmation": "asynchronous"});
    assert_eq!(flaws(with(json!({}), then)), ["/then"]);
    let mode = json!({"payment_mode": "inventory"});
    assert_eq!(
        flaws(with(mode, json!({"confirmation": "asynchronous"}))),
        ["/when/payment_mode"]
    );
}

#[test]
fn a_rule_without_a_method_is_about_those_that_its_effects_fit() {
    let methods = |then: Value| rule(json!({"name": "a", "then": then})).methods();
    assert_eq!(
        methods(json!({"confirmation": "asynchronous"})),
        [Method::CreateBooking]
    );
    let causes = methods(json!({"failure": "OUTSIDE_CANCELLATION_WINDOW"}));
    assert_eq!(causes, [Method::UpdateBooking]);
    let all = methods(json!({"fault": {"kind": "latency", "ms": 5}}));
    assert_eq!(all.len(), Method::ALL.len());
}
