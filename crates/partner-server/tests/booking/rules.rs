//! Rules of a scenario, seen from outside: who wins, what is counted, what the log says of it.

use partner::EngineOptions;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, create_booking};

/// A partner whose scenario has these rules.
async fn with_rules(rules: Value) -> Mock {
    with(json!({"rules": rules}), EngineOptions::default()).await
}

async fn with(mut scenario: Value, options: EngineOptions) -> Mock {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ruled.yaml");
    scenario["name"] = json!("ruled");
    scenario["title"] = json!("With rules");
    std::fs::write(&path, scenario.to_string()).unwrap();
    let options = EngineOptions {
        scenario: Some(path.to_str().unwrap().to_owned()),
        ..options
    };
    Mock::start_with(options, ServeOptions::default()).await
}

/// A booking's request with a token and a slot of its own.
fn request(guest: &str, number: i64, party: i64) -> Value {
    let mut body = create_booking(guest);
    body["idempotency_token"] = json!(format!("{guest}-{number}"));
    let start = 1_795_400_000 + number * 7_200;
    body["slot"]["start_sec"] = json!(start.to_string());
    body["slot"]["resources"] = json!({"party_size": party});
    body
}

async fn book(mock: &Mock, guest: &str, number: i64, party: i64) -> Answer {
    let body = request(guest, number, party);
    mock.booking_server("CreateBooking", body).await
}

fn cause(answer: &Answer) -> String {
    let cause = &answer.body["booking_failure"]["cause"];
    cause.as_str().unwrap_or("none").to_owned()
}

/// The newest exchange.
async fn newest(mock: &Mock) -> Value {
    let list = mock.get("/api/exchanges?limit=1").await;
    let id = list.body["exchanges"][0]["id"].as_u64().unwrap();
    mock.get(&format!("/api/exchanges/{id}")).await.body
}

fn decided(exchange: &Value) -> &Value {
    let steps = exchange["decisions"].as_array().unwrap();
    steps.iter().find(|step| step["decided"] == true).unwrap()
}

fn said(exchange: &Value, layer: &str) -> Vec<String> {
    let steps = exchange["decisions"].as_array().unwrap().iter();
    steps
        .filter(|step| step["layer"] == layer)
        .map(|step| step["text"].as_str().unwrap().to_owned())
        .collect()
}

async fn hits(mock: &Mock) -> Vec<u64> {
    let rules = mock.get("/api/scenarios/rules").await;
    let rules = rules.body["rules"].as_array().unwrap().clone();
    rules
        .iter()
        .map(|rule| rule["hits"].as_u64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_rule_answers_names_itself_and_says_how_it_would_be_without_it() {
    let mock = with_rules(json!([
        {"name": "others", "when": {"merchant": "elsewhere"}, "then": {"failure": "SLOT_UNAVAILABLE"}},
        {"name": "no sixes", "when": {"party_size": {"from": 6}}, "then": {"failure": "SLOT_UNAVAILABLE"}},
    ]))
    .await;
    assert_eq!(cause(&book(&mock, "a", 1, 2).await), "none");
    let answer = book(&mock, "b", 2, 6).await;
    assert_eq!(
        (answer.status, cause(&answer).as_str()),
        (200, "SLOT_UNAVAILABLE")
    );
    let exchange = newest(&mock).await;
    let step = decided(&exchange);
    assert_eq!(step["layer"], "rule");
    assert_eq!(
        step["text"],
        "Rule 2 \"no sixes\" answers SLOT_UNAVAILABLE."
    );
    let change = &step["counterfactuals"][0]["change"];
    let expected = json!({
        "kind": "control", "verb": "PATCH", "path": "/api/scenarios/rules/2", "body": {"on": false},
    });
    assert_eq!(change, &expected);
    assert_eq!(hits(&mock).await, [0, 1]);
    // The counterfactual, applied as a program would.
    let path = change["path"].as_str().unwrap();
    let off = mock.send(Method::PATCH, path, change["body"].clone()).await;
    assert_eq!((off.status, &off.body["on"]), (200, &json!(false)));
    assert_eq!(cause(&book(&mock, "b", 2, 6).await), "none");
    assert_eq!(hits(&mock).await, [0, 1]);
    mock.send(Method::PATCH, path, json!({"on": true})).await;
    assert_eq!(cause(&book(&mock, "c", 3, 7).await), "SLOT_UNAVAILABLE");
    // A reset forgets counts and switches.
    mock.send(Method::PATCH, path, json!({"on": false})).await;
    mock.send(Method::POST, "/api/reset", json!({})).await;
    assert_eq!(hits(&mock).await, [0, 0]);
    assert_eq!(cause(&book(&mock, "d", 4, 6).await), "SLOT_UNAVAILABLE");
    for (path, body, status) in [
        ("/api/scenarios/rules/3", json!({"on": true}), 404),
        ("/api/scenarios/rules/x", json!({"on": true}), 404),
        ("/api/scenarios/rules/1", json!({"on": "yes"}), 422),
        ("/api/scenarios/rules/1", json!({"of": true}), 422),
    ] {
        let answer = mock.send(Method::PATCH, path, body).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn header_payload_and_toggles_are_stronger_and_the_scenario_is_weaker() {
    let mock = with(
        json!({
            "behaviour": {"failure": {"cause": "USER_OVER_BOOKING_LIMIT"}},
            "rules": [
                {"name": "first", "then": {"failure": "SLOT_UNAVAILABLE"}},
                {"name": "second", "then": {"failure": "OVERLAPPING_RESERVATION"}},
            ],
        }),
        EngineOptions::default(),
    )
    .await;
    assert_eq!(cause(&book(&mock, "a", 1, 2).await), "SLOT_UNAVAILABLE");
    let rules = said(&newest(&mock).await, "rule");
    assert!(
        rules[1].contains("Rule 2 \"second\" holds and sets nothing"),
        "{rules:?}"
    );
    assert!(rules[1].contains("by a rule before it"), "{rules:?}");
    assert_eq!(hits(&mock).await, [1, 0]);

    // One about another method leaves this one to the rules.
    let toggle = json!({"failure": {"cause": "SLOT_UNAVAILABLE", "methods": ["UpdateBooking"]}});
    mock.send(Method::PATCH, "/api/behaviour", toggle).await;
    assert_eq!(cause(&book(&mock, "a", 1, 2).await), "SLOT_UNAVAILABLE");
    assert_eq!(decided(&newest(&mock).await)["layer"], "rule");
    let toggle = json!({"failure": {"cause": "PAYMENT_ERROR"}});
    mock.send(Method::PATCH, "/api/behaviour", toggle).await;
    assert_eq!(cause(&book(&mock, "a", 1, 2).await), "PAYMENT_ERROR");
    let exchange = newest(&mock).await;
    assert_eq!(decided(&exchange)["layer"], "toggle");
    assert!(said(&exchange, "rule")[0].contains("a toggle, which is stronger"));
    // A failure that is toggled off is a toggle too.
    mock.send(Method::PATCH, "/api/behaviour", json!({"failure": null}))
        .await;
    assert_eq!(cause(&book(&mock, "b", 2, 2).await), "none");
    mock.send(Method::DELETE, "/api/behaviour", json!(null))
        .await;

    let mut body = request("c", 3, 2);
    body["user_information"]["email"] = json!("mina+PAYMENT_ERROR@example.com");
    let tagged = mock.booking_server("CreateBooking", body).await;
    assert_eq!(cause(&tagged), "PAYMENT_ERROR");
    let exchange = newest(&mock).await;
    assert_eq!(decided(&exchange)["layer"], "payload");
    let tag = said(&exchange, "payload");
    assert!(tag[0].contains("a rule of the scenario"), "{tag:?}");
}

#[tokio::test]
async fn calls_are_counted_for_each_guest_booking_merchant_and_all() {
    for (per, expected) in [
        // Guests a, b, a, b, a; the tokens of the last two calls are those of the first two.
        ("all", [0, 1, 0, 0, 0]),
        ("user", [0, 0, 1, 1, 0]),
        ("merchant", [0, 1, 0, 0, 0]),
        ("booking", [0, 0, 0, 1, 1]),
    ] {
        let mock = with_rules(json!([{
            "name": "second",
            "when": {"method": "CreateBooking", "nth_call": {"n": 2, "per": per}},
            "then": {"fault": {"kind": "status", "status": 503}},
        }]))
        .await;
        let mut statuses = Vec::new();
        for (guest, number) in [("a", 1), ("b", 2), ("a", 3), ("b", 2), ("a", 1)] {
            let answer = book(&mock, guest, number, 2).await;
            statuses.push(i32::from(answer.status == 503));
        }
        assert_eq!(statuses, expected, "{per}");
        let last = newest(&mock).await;
        assert!(!said(&last, "rule").is_empty());
    }
}

#[tokio::test]
async fn counts_and_switches_survive_a_restart_and_another_text_but_no_reset() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let rules = json!([
        {"name": "third", "when": {"nth_call": 3}, "then": {"failure": "SLOT_UNAVAILABLE"}},
        {"name": "off", "then": {"fault": {"kind": "status", "status": 500}}, "on": false},
    ]);
    let options = || EngineOptions {
        data_dir: Some(data.clone()),
        ..EngineOptions::default()
    };
    let mock = with(json!({"rules": rules}), options()).await;
    book(&mock, "a", 1, 2).await;
    book(&mock, "b", 2, 2).await;
    mock.send(Method::PATCH, "/api/scenarios/rules/2", json!({"on": true}))
        .await;
    assert_eq!(book(&mock, "c", 3, 2).await.status, 500);
    mock.send(
        Method::PATCH,
        "/api/scenarios/rules/2",
        json!({"on": false}),
    )
    .await;
    mock.running.shutdown().await;
    drop(mock.engine);
    let mock = with(json!({"rules": rules}), options()).await;
    assert_eq!(hits(&mock).await, [1, 1]);
    // The third call was the one that a fault ended: the next is the fourth.
    assert_eq!(cause(&book(&mock, "d", 4, 2).await), "none");
    mock.send(Method::POST, "/api/reset", json!({})).await;
    for (guest, expected) in [
        ("a", "none"),
        ("b", "none"),
        ("c", "SLOT_UNAVAILABLE"),
        ("d", "none"),
    ] {
        let number = i64::from(guest.as_bytes()[0]);
        assert_eq!(
            cause(&book(&mock, guest, number, 2).await),
            expected,
            "{guest}"
        );
    }
}

#[tokio::test]
async fn chance_comes_from_the_seed() {
    let run = |seed| async move {
        let rules = json!([{"name": "half", "when": {"probability": 0.5},
            "then": {"failure": "SLOT_UNAVAILABLE"}}]);
        let mock = with(
            json!({"seed": seed, "rules": rules}),
            EngineOptions::default(),
        )
        .await;
        let mut causes = String::new();
        for number in 0..24 {
            let answer = book(&mock, &format!("g{number}"), number, 2).await;
            causes.push(if cause(&answer) == "none" { '.' } else { 'x' });
        }
        let spared = newest(&mock).await;
        assert!(!said(&spared, "rule").is_empty());
        causes
    };
    let first = run(5).await;
    assert!(first.contains('.') && first.contains('x'), "{first}");
    assert_eq!(first, run(5).await);
    assert_ne!(first, run(6).await);
}

#[tokio::test]
async fn a_rule_sets_confirmation_reply_and_payment() {
    let mock = with(
        json!({
            "settings": {"allow_async_payment": false},
            "rules": [
                {"name": "large parties wait", "when": {"method": "CreateBooking", "party_size": {"from": 8}},
                 "then": {"confirmation": "asynchronous", "merchant_reply": {"decision": "decline", "after_sec": 30}}},
                {"name": "regulars pay", "when": {"user": "guest-7"},
                 "then": {"payment": {"mode": "prepayment"}}},
            ],
        }),
        EngineOptions::default(),
    )
    .await;
    let waits = book(&mock, "a", 1, 8).await;
    assert_eq!(
        waits.body["booking"]["status"],
        "PENDING_MERCHANT_CONFIRMATION"
    );
    let exchange = newest(&mock).await;
    let texts = said(&exchange, "rule");
    assert!(
        texts
            .iter()
            .any(|text| text.contains("the merchant's reply is decline after 30 s"))
    );
    assert!(
        texts
            .iter()
            .any(|text| text.starts_with("Rule 1 \"large parties wait\" makes it")),
        "{texts:?}"
    );
    let advanced = mock
        .send(Method::POST, "/api/clock/advance", json!({"sec": 31}))
        .await;
    assert_eq!(advanced.body["fired"], 1, "{}", advanced.body);
    let id = waits.body["booking"]["booking_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let booking = mock.get(&format!("/api/bookings/{id}")).await;
    assert!(
        booking.text.contains("DECLINED_BY_MERCHANT"),
        "{}",
        booking.text
    );

    let mut body = request("b", 2, 2);
    body["user_information"]["user_id"] = json!("guest-7");
    let pays = mock.booking_server("CreateBooking", body).await;
    let payment = &pays.body["booking"]["payment_information"];
    assert_eq!(
        payment["prepayment_status"], "PREPAYMENT_PROVIDED",
        "{}",
        pays.body
    );
}

#[tokio::test]
async fn a_rule_asks_the_inventory_and_the_booking() {
    let hour = 3_600;
    let start = 1_795_400_000_i64;
    let slot = |number: i64, mode: &str| {
        json!({
            "merchant_id": "m-1", "service_id": "s-1", "start_sec": start + number * hour,
            "duration_sec": hour, "spots_total": 4, "spots_open": 4,
            "confirmation_mode": mode,
        })
    };
    let mock = with(
        json!({
            "inventory": {
                "merchants": [{"merchant_id": "m-1", "name": "Harbor", "category": "spa",
                    "geo": {"latitude": 47.6, "longitude": -122.3}}],
                "services": [
                    {"merchant_id": "m-1", "service_id": "s-1", "name": "Massage"},
                ],
                "availability": [
                    slot(0, "CONFIRMATION_MODE_SYNCHRONOUS"), slot(2, "CONFIRMATION_MODE_ASYNCHRONOUS"),
                ],
            },
            "rules": [
                {"name": "slow confirmations fail", "when": {"method": "CreateBooking", "confirmation": "asynchronous"},
                 "then": {"failure": "SLOT_UNAVAILABLE"}},
                {"name": "unpaid is slow", "when": {"method": "CreateBooking", "payment_mode": "none"},
                 "then": {"fault": {"kind": "status", "status": 429}}, "on": false},
                {"name": "no cancelling here", "when": {"method": "UpdateBooking", "merchant": "m-1"},
                 "then": {"failure": "OUTSIDE_CANCELLATION_WINDOW"}},
            ],
        }),
        EngineOptions::default(),
    )
    .await;
    let request = |guest: &str, number: i64, mode: &str| {
        let mut body = request(guest, number, 0);
        body["slot"] = json!({
            "merchant_id": "m-1", "service_id": "s-1", "start_sec": (start + number * hour).to_string(),
            "duration_sec": hour.to_string(), "confirmation_mode": mode,
        });
        body
    };
    let asynchronous = request("a", 2, "CONFIRMATION_MODE_ASYNCHRONOUS");
    let refused = mock.booking_server("CreateBooking", asynchronous).await;
    assert_eq!(cause(&refused), "SLOT_UNAVAILABLE", "{}", refused.body);
    let synchronous = request("b", 0, "CONFIRMATION_MODE_SYNCHRONOUS");
    let booked = mock.booking_server("CreateBooking", synchronous).await;
    assert_eq!(
        booked.body["booking"]["status"], "CONFIRMED",
        "{}",
        booked.body
    );
    let id = &booked.body["booking"]["booking_id"];
    // The request names no merchant: the booking does.
    let cancel = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    let kept = mock.booking_server("UpdateBooking", cancel).await;
    assert_eq!(cause(&kept), "OUTSIDE_CANCELLATION_WINDOW", "{}", kept.body);
    mock.send(Method::PATCH, "/api/scenarios/rules/2", json!({"on": true}))
        .await;
    let synchronous = request("c", 0, "CONFIRMATION_MODE_SYNCHRONOUS");
    let limited = mock.booking_server("CreateBooking", synchronous).await;
    assert_eq!(limited.status, 429, "{}", limited.body);
}

#[tokio::test]
async fn parallel_calls_are_counted_one_by_one() {
    let mock = with_rules(json!([{
        "name": "every third",
        "when": {"method": "HealthCheck", "nth_call": {"every": 3}},
        "then": {"fault": {"kind": "status", "status": 503}},
    }]))
    .await;
    let url = format!("{}/v3/HealthCheck", mock.running.listener().url);
    let calls = (0..60).map(|_| {
        let request = mock.client.get(&url).basic_auth("mock", Some("partner"));
        tokio::spawn(async move { request.send().await.unwrap().status().as_u16() })
    });
    let calls: Vec<_> = calls.collect();
    let mut refused = 0;
    for call in calls {
        refused += u64::from(call.await.unwrap() == 503);
    }
    assert_eq!(refused, 20);
    assert_eq!(hits(&mock).await, [20]);
}
