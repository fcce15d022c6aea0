//! `serve` that starts, is killed and comes back.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{DEADLINE, Serving, book, client, command, status};

#[tokio::test]
async fn the_ready_line_says_all_that_a_script_needs() {
    let mut serving = Serving::start(&["--in-memory"]);
    let fields: Vec<&String> = serving.ready.as_object().unwrap().keys().collect();
    let expected = [
        "booking_url",
        "control_url",
        "control_token",
        "username",
        "password",
        "pid",
        "version",
    ];
    assert_eq!(fields, expected);
    assert_eq!(serving.ready["pid"], serving.child.id());
    assert_eq!(serving.word("username"), "mock");
    assert_eq!(serving.word("password"), "partner");
    assert_eq!(serving.word("version"), env!("CARGO_PKG_VERSION"));
    assert!(serving.word("control_token").len() >= 32);
    // Both answer at once.
    let health = client().get(serving.booking_url("HealthCheck"));
    let health = health
        .basic_auth("mock", Some("partner"))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), 200);
    assert_eq!(status(&serving).await["listener"]["listening"], true);
    // Nothing else comes on standard output.
    serving.signal("-TERM");
    let (status, rest) = serving.ended();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""));
}

#[tokio::test]
async fn credentials_and_token_are_those_that_were_given() {
    let given = [
        "--in-memory",
        "--username",
        "u",
        "--password",
        "p:q",
        "--control-token",
        "t",
    ];
    let serving = Serving::start(&given);
    assert_eq!(serving.word("control_token"), "t");
    let health = client().get(serving.booking_url("HealthCheck"));
    let health = health.basic_auth("u", Some("p:q")).send().await.unwrap();
    assert_eq!(health.status(), 200);
    let open = Serving::start(&["--in-memory", "--no-auth"]);
    assert_eq!((open.word("username"), open.word("password")), ("", ""));
    let health = client()
        .get(open.booking_url("HealthCheck"))
        .send()
        .await
        .unwrap();
    assert_eq!(health.status(), 200);
}

#[tokio::test]
async fn a_signal_ends_it_within_five_seconds_though_clients_wait() {
    for signal in ["-TERM", "-INT"] {
        let mut serving = Serving::start(&["--in-memory"]);
        let client = client();
        let control = serving.word("control_url").to_owned();
        let token = serving.word("control_token").to_owned();
        let slow = json!({"fault": {"kind": "latency", "ms": 60_000, "times": 1}});
        let behaviour = format!("{control}/api/behaviour");
        let patch = client.patch(&behaviour).bearer_auth(&token).json(&slow);
        assert_eq!(patch.send().await.unwrap().status(), 200);
        // One client waits for an answer, another follows the events.
        let url = serving.booking_url("CreateBooking");
        let held = {
            let client = client.clone();
            tokio::spawn(async move { book(&client, &url, "held").await })
        };
        let events = client
            .get(format!("{control}/api/events"))
            .bearer_auth(&token);
        let _events = events.send().await.unwrap();
        let deadline = Instant::now() + DEADLINE;
        loop {
            let now: Value = {
                let get = client.get(&behaviour).bearer_auth(&token);
                get.send().await.unwrap().json().await.unwrap()
            };
            if now["fault"].is_null() {
                break;
            }
            assert!(Instant::now() < deadline, "the request never came");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let asked = Instant::now();
        serving.signal(signal);
        let (status, _) = serving.ended();
        assert!(
            asked.elapsed() < Duration::from_secs(5),
            "{:?}",
            asked.elapsed()
        );
        assert_eq!(status.code(), Some(0), "{signal}");
        held.abort();
    }
}

#[tokio::test]
async fn a_restart_keeps_bookings_and_log() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let client = client();
    let mut serving = Serving::start(&data);
    let first = book(&client, &serving.booking_url("CreateBooking"), "1")
        .await
        .unwrap();
    serving.signal("-TERM");
    serving.ended();
    let serving = Serving::start(&data);
    let now = status(&serving).await;
    let counts = json!({"exchanges": 1, "bookings": 1, "merchants": 1, "services": 1, "slots": 1});
    assert_eq!(now["counts"], counts);
    let url = serving.booking_url("CreateBooking");
    assert_eq!(book(&client, &url, "1").await.unwrap(), first);
    assert_ne!(book(&client, &url, "2").await.unwrap(), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kill_9_under_load_keeps_every_booking_that_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let mut answered = Vec::new();
    for round in 0..2 {
        let mut serving = Serving::start(&data);
        let url = serving.booking_url("CreateBooking");
        let count = Arc::new(AtomicUsize::new(0));
        let clients: Vec<_> = (0..8)
            .map(|number| {
                let (url, count, client) = (url.clone(), Arc::clone(&count), client());
                tokio::spawn(async move {
                    let mut kept = Vec::new();
                    // Until the server is gone.
                    for step in 0.. {
                        let token = format!("{round}-{number}-{step}");
                        match book(&client, &url, &token).await {
                            Some(body) => kept.push((token, body)),
                            None => break,
                        }
                        count.fetch_add(1, Ordering::Relaxed);
                    }
                    kept
                })
            })
            .collect();
        let deadline = Instant::now() + DEADLINE;
        while count.load(Ordering::Relaxed) < 200 {
            assert!(Instant::now() < deadline, "too few answers");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        serving.signal("-KILL");
        serving.ended();
        for client in clients {
            answered.extend(client.await.unwrap());
        }
    }
    let granted = |body: &String| body.contains("\"booking\":");
    assert!(answered.iter().filter(|(_, body)| granted(body)).count() >= 100);

    let serving = Serving::start(&data);
    assert_eq!(status(&serving).await["store"]["set_aside"], Value::Null);
    let (url, client) = (serving.booking_url("CreateBooking"), client());
    for (token, body) in &answered {
        if granted(body) {
            assert_eq!(&book(&client, &url, token).await.unwrap(), body, "{token}");
        }
    }
    // And no two of them share an id.
    let id = |body: &String| -> String {
        let body: Value = serde_json::from_str(body).unwrap();
        body["booking"]["booking_id"].as_str().unwrap().to_owned()
    };
    let bodies = answered.iter().map(|(_, body)| body);
    let mut ids: Vec<String> = bodies.filter(|body| granted(body)).map(id).collect();
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[tokio::test]
async fn people_are_told_where_to_go() {
    let serve = ["serve", "--in-memory", "--port", "0", "--control-port", "0"];
    let mut child = command(&serve).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut said = String::new();
    while !said.contains("Ctrl C") {
        assert_ne!(stdout.read_line(&mut said).unwrap(), 0, "{said}");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    for words in [
        "Booking Server  http://127.0.0.1:",
        "mock : partner",
        "/#token=",
    ] {
        assert!(said.contains(words), "{words:?} in {said}");
    }
}

#[tokio::test]
async fn kill_9_keeps_a_frozen_clock_and_what_the_merchant_will_reply() {
    let folder = tempfile::tempdir().unwrap();
    let data = ["--data-dir", folder.path().to_str().unwrap()];
    let serving = Serving::start(&data);
    let control = async |serving: &Serving, verb, path: &str, body: Value| -> Value {
        let url = format!("{}{path}", serving.word("control_url"));
        let call = client().request(verb, url).json(&body);
        let call = call.bearer_auth(serving.word("control_token"));
        call.send().await.unwrap().json().await.unwrap()
    };
    let noon = json!({"mode": "frozen", "now": "2026-11-22T12:00:00Z"});
    control(&serving, reqwest::Method::PUT, "/api/clock", noon).await;
    let reply = json!({
        "confirmation": "asynchronous",
        "merchant_reply": {"decision": "decline", "after_sec": 3600},
    });
    control(&serving, reqwest::Method::PATCH, "/api/behaviour", reply).await;
    let booked = book(&client(), &serving.booking_url("CreateBooking"), "one").await;
    let booked: Value = serde_json::from_str(&booked.unwrap()).unwrap();
    let id = booked["booking"]["booking_id"].as_str().unwrap();
    assert_eq!(booked["booking"]["status"], "PENDING_MERCHANT_CONFIRMATION");
    serving.signal("-KILL");
    drop(serving);

    let serving = Serving::start(&data);
    let next = json!({"to": "next_timer"});
    let moved = control(&serving, reqwest::Method::POST, "/api/clock/advance", next).await;
    assert_eq!(moved["now"], "2026-11-22T13:00:00Z", "{moved}");
    assert_eq!(moved["fired"], 1);
    let path = format!("/api/bookings/{id}");
    let details = control(&serving, reqwest::Method::GET, &path, Value::Null).await;
    assert_eq!(details["status"], "DECLINED_BY_MERCHANT");
    assert_eq!(details["updated_at"], "2026-11-22T13:00:00Z");
}
