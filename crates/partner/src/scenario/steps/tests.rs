//! Steps that are read, steps that are refused, and answers that differ.

use serde_json::{Value, json};

use super::compare::{self, Answer};
use super::{Expect, ExpectedBooking, ExpectedExchange, ExpectedNotification, Step, StepAction};
use crate::scenario::home::Home;
use crate::scenario::{problems, warnings};

/// A scenario with these steps, the first line of which is line 4.
fn with_steps(steps: &str) -> String {
    format!("name: x\ntitle: X\nsteps:\n{steps}")
}

/// What is wrong: line, path and words.
fn wrong(steps: &str) -> Vec<(u64, String, String)> {
    let problems = problems(&with_steps(steps), &Home::Nowhere).err();
    let all = problems.unwrap_or_default().into_iter();
    all.map(|it| (it.line, it.path, format!("{} {}", it.message, it.hint)))
        .collect()
}

#[test]
fn what_is_wrong_with_a_step_has_its_place() {
    for (steps, line, path, words) in [
        ("  - title: A\n", 4, "steps[0]", "does nothing"),
        (
            "  - title: A\n    advance: { sec: 1 }\n    set: { behaviour: {} }\n",
            6,
            "steps[0].set",
            "one thing",
        ),
        (
            "  - title: A\n    sned: { method: HealthCheck }\n",
            5,
            "steps[0].sned",
            "Did you mean \"send\"?",
        ),
        (
            "  - title: A\n    send: {}\n",
            5,
            "steps[0].send",
            "not said what is sent",
        ),
        (
            "  - title: A\n    send: { request: CreateBooking }\n",
            5,
            "steps[0].send.request",
            "POST /v3/CreateBooking",
        ),
        (
            "  - title: A\n    advance: { sec: 1, to: next_timer }\n",
            5,
            "steps[0].advance",
            "either sec or to",
        ),
        (
            "  - title: A\n    set:\n      behaviour:\n        failure: { cause: SLOT_GONE }\n",
            7,
            "steps[0].set.behaviour.failure",
            "SLOT_",
        ),
        (
            "  - title: A\n    send: { method: HealthCheck }\n    expect:\n      fields:\n        \
             booking/status: CONFIRMED\n",
            8,
            "steps[0].expect.fields.booking/status",
            "no JSON pointer",
        ),
        (
            "  - title: A\n    send: { method: HealthCheck }\n    expect:\n      fields: { /a: { \
             like: b } }\n",
            7,
            "steps[0].expect.fields./a",
            "like",
        ),
        (
            "  - title: A\n    send: { method: HealthCheck }\n    expect:\n      fields: { /a: { \
             matches: \"(\" } }\n",
            7,
            "steps[0].expect.fields./a",
            "regular expression",
        ),
        (
            "  - title: A\n    merchant: { booking_id: \"${booking_id}\", action: confirm }\n",
            5,
            "steps[0].merchant.booking_id",
            "no value for ${booking_id}",
        ),
        (
            "  - title: A\n    send: { method: HealthCheck }\n    capture: { state: status }\n",
            6,
            "steps[0].capture.state",
            "no JSON pointer",
        ),
        (
            "  - title: A\n    send: { method: HealthCheck }\n    expect: { no_answer: true, \
             status: 200 }\n",
            6,
            "steps[0].expect.status",
            "nothing can be said",
        ),
        (
            "  - title: A\n    advance: { sec: 1 }\n    expect: { exchange: { outcome: ok } }\n",
            6,
            "steps[0].expect.exchange",
            "Only a request",
        ),
    ] {
        let found = wrong(steps);
        let told = found.iter().find(|it| it.1 == path);
        let told = told.unwrap_or_else(|| panic!("{steps}\n{found:?}"));
        assert!(
            told.0 == line && told.2.contains(words),
            "{steps}\n{found:?}"
        );
    }
}

#[test]
fn names_have_a_value_only_after_they_were_captured() {
    let list = "  - title: A\n    send: { method: ListBookings, body: { user_id: \"${user}\" } }\n";
    let create = "  - title: B\n    send: { method: HealthCheck }\n    capture: { user: /status }\n    \
                  expect: { fields: { /status: \"${user}\" } }\n";
    assert_eq!(wrong(&format!("{create}{list}")), []);
    let backwards = wrong(&format!("{list}{create}"));
    assert_eq!(backwards.len(), 1, "{backwards:?}");
    assert_eq!(
        (backwards[0].0, backwards[0].1.as_str()),
        (5, "steps[0].send.body.user_id")
    );
    let near = list.replace("user}", "usr}");
    let near = wrong(&format!("{create}{near}"));
    assert!(near[0].2.contains("Did you mean \"user\"?"), "{near:?}");
    // Given beforehand, or written as it stands.
    let text = with_steps(list).replace("title: X", "title: X\nvariables: { user: u-1 }");
    let scenario = problems(&text, &Home::Nowhere).unwrap();
    assert_eq!(scenario.variables["user"], "u-1");
    assert_eq!(wrong(&list.replace("${", "$${")), []);
    let again = problems(&scenario.to_file().to_yaml(), &Home::Nowhere).unwrap();
    assert_eq!(again, scenario);
}

#[test]
fn the_doctor_warns_of_bodies_unless_they_are_meant_so() {
    let step = "  - title: A\n    send:\n      method: ListBookings\n      body:\n        \
                user_idd: u-1\n";
    let told = |text: &str| -> Vec<(u64, String)> {
        let warnings = warnings(&with_steps(text), &Home::Nowhere).into_iter();
        warnings.map(|it| (it.line, it.message)).collect()
    };
    let warned = told(step);
    assert!(
        warned
            .iter()
            .any(|(line, words)| *line == 8 && words.contains("user_idd")),
        "{warned:?}"
    );
    assert_eq!(
        told(&step.replace("      body", "      faulty: true\n      body")),
        []
    );
    assert_eq!(told(&step.replace("user_idd", "user_id")), []);
    // What an earlier answer will bring cannot be looked at.
    let open = "  - title: A\n    send: { method: HealthCheck }\n    capture: { at: /status }\n  - \
                title: B\n    send:\n      method: UpdateBooking\n      body: { booking: { \
                booking_id: \"${at}\", slot: { start_sec: \"${at}\", duration_sec: \"60\" } } }\n";
    assert_eq!(told(open), []);
}

fn step(value: Value) -> Step {
    serde_json::from_value(value).unwrap()
}

#[test]
fn a_step_knows_what_it_sends() {
    let line = |send: Value| {
        let step = step(json!({ "title": "A", "send": send }));
        let Some(StepAction::Send(request)) = step.action() else {
            panic!("it sends");
        };
        request.line()
    };
    let health = Some(("GET".to_owned(), "/v3/HealthCheck".to_owned()));
    assert_eq!(line(json!({ "method": "HealthCheck" })), health);
    let slash = Some(("POST".to_owned(), "/v3/CreateBooking/".to_owned()));
    assert_eq!(line(json!({ "request": "POST /v3/CreateBooking/" })), slash);
    for wrong in ["", "POST", "post /v3", "POST v3/X", "POST /v3 /x"] {
        assert_eq!(line(json!({ "request": wrong })), None, "{wrong}");
    }
}

fn expect(value: Value) -> Expect {
    serde_json::from_value(value).unwrap()
}

fn came(status: u16, body: Value) -> Answer {
    Answer {
        status: Some(status),
        is_json: !body.is_string(),
        body,
        ..Answer::default()
    }
}

/// Where the expectations stand that do not hold.
fn differing(wanted: Value, answer: &Answer) -> Vec<String> {
    let differences = compare::answer(&expect(wanted), answer, true).into_iter();
    differences.map(|it| it.path).collect()
}

#[test]
fn an_answer_is_held_against_what_is_expected() {
    let booked = came(
        200,
        json!({ "booking": { "booking_id": "bk-7", "status": "CONFIRMED", "a/b": 3 } }),
    );
    let gone = came(
        200,
        json!({ "booking_failure": { "cause": "SLOT_UNAVAILABLE" } }),
    );
    let none: [&str; 0] = [];
    for good in [
        json!({}),
        json!({ "status": 200, "json": true }),
        json!({ "fields": { "/booking/status": "CONFIRMED", "/booking/a~1b": 3 } }),
        json!({ "fields": { "/booking/booking_id": { "matches": "^bk-[0-9]$" } } }),
        json!({ "fields": { "/booking/slot": { "exists": false }, "/booking": { "exists": true } } }),
        json!({ "fields": { "/booking/a~1b": { "equals": 3 } } }),
    ] {
        assert_eq!(differing(good.clone(), &booked), none, "{good}");
    }
    assert_eq!(
        differing(json!({ "cause": "SLOT_UNAVAILABLE" }), &gone),
        none
    );
    for (bad, answer, path) in [
        (json!({ "status": 400 }), &booked, "/expect/status"),
        (json!({}), &gone, "/expect/cause"),
        (json!({ "cause": "PAYMENT_ERROR" }), &gone, "/expect/cause"),
        (
            json!({ "cause": "PAYMENT_ERROR" }),
            &booked,
            "/expect/cause",
        ),
        (json!({ "json": false }), &booked, "/expect/json"),
        (json!({}), &came(200, json!("<html>")), "/expect/json"),
        (json!({ "no_answer": true }), &booked, "/expect/no_answer"),
        (json!({}), &Answer::default(), "/expect"),
        (json!({ "at_least_ms": 5 }), &booked, "/expect/at_least_ms"),
        (
            json!({ "fields": { "/booking/status": "CANCELED" } }),
            &booked,
            "/expect/fields/~1booking~1status",
        ),
        (
            json!({ "fields": { "/booking/a~1b": "3" } }),
            &booked,
            "/expect/fields/~1booking~1a~01b",
        ),
        (
            json!({ "fields": { "/booking": { "exists": false } } }),
            &booked,
            "/expect/fields/~1booking",
        ),
        (
            json!({ "fields": { "/booking/booking_id": { "matches": "^x" } } }),
            &booked,
            "/expect/fields/~1booking~1booking_id",
        ),
    ] {
        assert_eq!(differing(bad.clone(), answer), [path], "{bad}");
    }
    let broken = Answer {
        broke: Some("connection reset".to_owned()),
        ..Answer::default()
    };
    assert_eq!(differing(json!({ "no_answer": true }), &broken), none);
    // A control call may answer any 2xx.
    let done = came(204, Value::Null);
    assert!(compare::answer(&expect(json!({})), &done, false).is_empty());
    let refused = compare::answer(&expect(json!({})), &came(409, json!({})), false);
    assert_eq!(refused[0].expected, "2xx");
}

#[test]
fn notifications_bookings_and_exchanges_are_held_against_what_is_expected() {
    let told = json!({
        "id": 3, "booking_id": "bk-1", "state": "delivered", "update_mask": "status",
        "method": "PATCH", "url": "http://x", "attempts": [{}, {}],
        "query": { "updateMask": "status", "bookingFailure.cause": "SLOT_UNAVAILABLE" },
        "body": { "status": "FAILED" },
    });
    let of = |wanted: Value, made: &[Value]| -> Vec<String> {
        let expected: ExpectedNotification = serde_json::from_value(wanted).unwrap();
        let differences = compare::notification(&expected, made).into_iter();
        differences.map(|it| it.path).collect()
    };
    let all = json!({
        "booking_id": "bk-1", "update_mask": "status", "status": "FAILED",
        "cause": "SLOT_UNAVAILABLE", "attempts": 2, "fields": { "/id": 3 },
    });
    assert!(of(all, std::slice::from_ref(&told)).is_empty());
    assert!(of(json!({ "sent": false }), &[]).is_empty());
    assert_eq!(
        of(json!({ "sent": false }), std::slice::from_ref(&told)),
        ["/expect/notification/sent"]
    );
    for (wanted, path) in [
        (json!({ "booking_id": "bk-2" }), "/expect/notification"),
        (json!({ "state": "waiting" }), "/expect/notification/state"),
        (
            json!({ "status": "CONFIRMED" }),
            "/expect/notification/status",
        ),
        (json!({ "attempts": 1 }), "/expect/notification/attempts"),
        (
            json!({ "prepayment_status": "PREPAYMENT_REFUNDED" }),
            "/expect/notification/prepayment_status",
        ),
    ] {
        assert_eq!(of(wanted, std::slice::from_ref(&told)), [path]);
    }
    let expected: ExpectedBooking =
        serde_json::from_value(json!({ "booking_id": "bk-1", "status": "CONFIRMED" })).unwrap();
    assert!(compare::booking(&expected, &json!({ "status": "CONFIRMED" })).is_empty());
    let other = compare::booking(&expected, &json!({ "status": "CANCELED" }));
    assert_eq!(
        (other[0].expected.as_str(), other[0].got.as_str()),
        ("\"CONFIRMED\"", "\"CANCELED\"")
    );
    let expected: ExpectedExchange = serde_json::from_value(
        json!({ "outcome": "failure", "findings": ["unknown_field"], "decision": "no place" }),
    )
    .unwrap();
    let logged = json!({
        "outcome": "failure", "findings": [{ "code": "unknown_field" }],
        "decisions": [{ "text": "There is no place left." }],
    });
    assert!(compare::exchange(&expected, &logged).is_empty());
    let other = json!({ "outcome": "ok", "findings": [], "decisions": [] });
    assert_eq!(compare::exchange(&expected, &other).len(), 3);
}
