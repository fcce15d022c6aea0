//! Scenarios over the control API: the list, loading one, saving one, and edited files.

use std::path::Path;
use std::time::{Duration, Instant};

use partner::EngineOptions;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, create_booking};

const BUSY: &str = "\
name: busy
title: Everything is taken
audience: [product, training]
seed: 7
behaviour: { failure: { cause: SLOT_UNAVAILABLE } }
rules:
  - name: guest of the house
    when: { user: user-vip }
    then: { fault: { kind: status, status: 503 } }
";

/// A partner with a folder of scenarios.
async fn with_folder(folder: &Path) -> Mock {
    let options = EngineOptions {
        scenarios_dir: Some(folder.to_owned()),
        ..EngineOptions::default()
    };
    Mock::start_with(options, ServeOptions::default()).await
}

async fn book(mock: &Mock, guest: &str) -> Value {
    mock.booking_server("CreateBooking", create_booking(guest))
        .await
        .body
}

fn cause(body: &Value) -> &str {
    body["booking_failure"]["cause"].as_str().unwrap_or("none")
}

async fn activate(mock: &Mock, name: &str, query: &str) -> Answer {
    let path = format!("/api/scenarios/{name}/activate{query}");
    mock.send(Method::POST, &path, json!({})).await
}

async fn put(mock: &Mock, name: &str, text: &str) -> Answer {
    let call = mock.call(Method::PUT, &format!("/api/scenarios/{name}"));
    let call = call.header("content-type", "application/yaml");
    Answer::of(call.body(text.to_owned()).send().await.unwrap()).await
}

/// Asks until it is so; a change on the disk must be seen within a second, other programs on the
/// machine aside.
async fn until(what: &str, mock: &Mock, is_so: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let status = mock.get("/api/status").await.body;
        if is_so(&status) {
            return status;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(20),
            "{what}: {}",
            status["scenario"]
        );
        tokio::task::yield_now().await;
    }
}

fn row<'a>(list: &'a Value, name: &str) -> &'a Value {
    let rows = list["scenarios"].as_array().unwrap();
    rows.iter().find(|row| row["name"] == name).unwrap()
}

#[tokio::test]
async fn the_list_says_where_each_is_from_and_what_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("busy.yaml"), BUSY).unwrap();
    std::fs::write(
        folder.path().join("broken.yaml"),
        "name: broken\ntitle: X\nseed: x\n",
    )
    .unwrap();
    let mock = with_folder(folder.path()).await;
    let list = mock.get("/api/scenarios").await.body;
    assert_eq!(list["folder"], folder.path().display().to_string());
    let default = row(&list, "default");
    assert_eq!(
        (&default["origin"], &default["in_force"]),
        (&json!("shipped"), &json!(true))
    );
    let busy = row(&list, "busy");
    assert_eq!(busy["audience"], json!(["product", "training"]));
    assert_eq!(
        (&busy["origin"], &busy["valid"]),
        (&json!("folder"), &json!(true))
    );
    assert_eq!(
        (&busy["rules"], &busy["has_steps"]),
        (&json!(1), &json!(false))
    );
    let broken = row(&list, "broken");
    assert_eq!(broken["valid"], false);
    assert_eq!(broken["problems"][0]["line"], 3);
    assert_eq!(broken["problems"][0]["path"], "seed");
    let text = mock.get("/api/scenarios/busy").await;
    assert_eq!((text.status, text.text.as_str()), (200, BUSY));
    assert_eq!(mock.get("/api/scenarios/broken").await.status, 200);
    assert_eq!(mock.get("/api/scenarios/nowhere").await.status, 404);
    assert_eq!(mock.get("/api/scenarios/..%2Fbusy").await.status, 404);
}

#[tokio::test]
async fn what_there_is_is_discarded_only_on_request() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("busy.yaml"), BUSY).unwrap();
    std::fs::write(folder.path().join("broken.yaml"), "name: broken\n").unwrap();
    let mock = with_folder(folder.path()).await;
    mock.book("mina").await;
    mock.send(
        Method::PATCH,
        "/api/behaviour",
        json!({"validation": "off"}),
    )
    .await;
    let dry = activate(&mock, "busy", "?dry_run=true").await;
    assert_eq!((dry.status, &dry.body["activated"]), (200, &json!(false)));
    assert_eq!(dry.body["discards"]["bookings"], 1);
    assert_eq!(dry.body["discards"]["exchanges"], 1);
    assert_eq!(dry.body["discards"]["toggles"], json!(["validation"]));
    assert_eq!(dry.body["status"]["scenario"]["name"], "default");
    let refused = activate(&mock, "busy", "").await;
    assert_eq!(refused.refusal().1, "would_discard");
    assert_eq!(refused.status, 409);
    assert!(
        refused.text.contains("1 booking, 1 exchange, 1 toggle"),
        "{}",
        refused.text
    );
    assert_eq!(refused.body["error"]["discards"]["bookings"], 1);
    let broken = activate(&mock, "broken", "?discard=true").await;
    assert_eq!(
        (broken.status, broken.refusal().1),
        (422, "broken_scenario")
    );
    assert_eq!(broken.body["error"]["problems"][0]["line"], 1);
    assert_eq!(activate(&mock, "busy", "?discard=maybe").await.status, 422);
    assert_eq!(
        activate(&mock, "nowhere", "?discard=true").await.status,
        404
    );
    let status = mock.get("/api/status").await.body;
    assert_eq!(
        (&status["scenario"]["name"], &status["counts"]["bookings"]),
        (&json!("default"), &json!(1))
    );

    let done = activate(&mock, "busy", "?discard=true").await;
    assert_eq!(
        (done.status, &done.body["activated"]),
        (200, &json!(true)),
        "{}",
        done.body
    );
    let status = &done.body["status"];
    assert_eq!(status["scenario"]["name"], "busy");
    assert_eq!(status["counts"]["bookings"], 0);
    assert_eq!(status["counts"]["exchanges"], 0);
    assert_eq!(status["behaviour"]["changed"], false);
    assert_eq!(cause(&book(&mock, "mina").await), "SLOT_UNAVAILABLE");
    assert_eq!(mock.engine.seed(), 7);
    // Nothing but the log is at stake now; with nothing at all, no word is needed.
    mock.send(Method::DELETE, "/api/exchanges", json!(null))
        .await;
    assert_eq!(activate(&mock, "default", "").await.status, 200);
    assert_eq!(cause(&book(&mock, "mina").await), "none");
}

#[tokio::test]
async fn the_same_scenario_seed_and_requests_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let text = "name: still\ntitle: Time stands still\nseed: 11\n\
                clock: { mode: frozen, now: 2026-11-20T09:00:00Z }\n";
    std::fs::write(folder.path().join("still.yaml"), text).unwrap();
    let mock = with_folder(folder.path()).await;
    let mut answers = Vec::new();
    for _ in 0..2 {
        let done = activate(&mock, "still", "?discard=true").await;
        assert_eq!(done.body["status"]["clock"]["now"], "2026-11-20T09:00:00Z");
        let mut bytes = String::new();
        for guest in ["a", "b"] {
            let body = create_booking(guest);
            bytes.push_str(&mock.booking_server("CreateBooking", body).await.text);
        }
        mock.send(Method::POST, "/api/clock/advance", json!({"sec": 60}))
            .await;
        answers.push(bytes);
    }
    assert_eq!(answers[0], answers[1]);
    // A reset sets the clock as well, an activation of another scenario lets it go.
    mock.send(Method::POST, "/api/reset", json!({})).await;
    let clock = mock.get("/api/clock").await.body;
    assert_eq!(
        (&clock["mode"], &clock["now"]),
        (&json!("frozen"), &json!("2026-11-20T09:00:00Z"))
    );
}

#[tokio::test]
async fn a_scenario_is_saved_and_takes_effect_where_it_is_in_force() {
    let folder = tempfile::tempdir().unwrap();
    let mock = with_folder(folder.path()).await;
    let saved = put(&mock, "busy", BUSY).await;
    assert_eq!(
        (saved.status, &saved.body["valid"]),
        (200, &json!(true)),
        "{}",
        saved.body
    );
    assert_eq!(
        std::fs::read_to_string(folder.path().join("busy.yaml")).unwrap(),
        BUSY
    );
    for (name, text, code) in [
        (
            "busy",
            "name: busy\ntitle: X\nsed: 1\nseed: x\n",
            "broken_scenario",
        ),
        ("other", BUSY, "broken_scenario"),
        ("con", "name: con\ntitle: X\n", "unknown_value"),
        ("a%2Fb", BUSY, "unknown_value"),
    ] {
        let refused = put(&mock, name, text).await;
        assert_eq!((refused.status, refused.refusal().1), (422, code), "{name}");
    }
    let both = put(&mock, "busy", "name: busy\ntitle: X\nsed: 1\nseed: x\n").await;
    let lines: Vec<_> = both.body["error"]["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["line"])
        .collect();
    assert_eq!(lines, [3, 4]);
    assert_eq!(
        std::fs::read_to_string(folder.path().join("busy.yaml")).unwrap(),
        BUSY
    );

    activate(&mock, "busy", "?discard=true").await;
    let milder = BUSY.replace("SLOT_UNAVAILABLE", "OVERLAPPING_RESERVATION");
    assert_eq!(put(&mock, "busy", &milder).await.status, 200);
    assert_eq!(cause(&book(&mock, "mina").await), "OVERLAPPING_RESERVATION");
    // One that comes with the program is covered by a copy, in force or not.
    activate(&mock, "default", "?discard=true").await;
    let own = "name: default\ntitle: Mine\nbehaviour: { failure: { cause: PAYMENT_ERROR } }\n";
    let saved = put(&mock, "default", own).await;
    assert_eq!(
        (&saved.body["origin"], &saved.body["covers_shipped"]),
        (&json!("folder"), &json!(true))
    );
    assert_eq!(cause(&book(&mock, "mina").await), "PAYMENT_ERROR");

    let without = Mock::start().await;
    let refused = put(&without, "busy", BUSY).await;
    assert_eq!((refused.status, refused.refusal().1), (409, "no_folder"));
}

#[tokio::test]
async fn what_is_set_becomes_a_scenario() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("busy.yaml"), BUSY).unwrap();
    let mock = with_folder(folder.path()).await;
    activate(&mock, "busy", "").await;
    let change = json!({"failure": {"cause": "PAYMENT_ERROR"}, "confirmation": "asynchronous"});
    mock.send(Method::PATCH, "/api/behaviour", change).await;
    mock.send(
        Method::PATCH,
        "/api/scenarios/rules/1",
        json!({"on": false}),
    )
    .await;
    let generate = json!({"kind": "salon", "days": 2});
    let made = mock
        .send(Method::POST, "/api/inventory/generate", generate)
        .await;
    assert_eq!(made.status, 200, "{}", made.body);
    let slots = mock.get("/api/status").await.body["counts"]["slots"].clone();
    let wish = json!({"name": "mine", "title": "As I like it", "audience": ["engineering"]});
    let saved = mock
        .send(Method::POST, "/api/scenarios", wish.clone())
        .await;
    assert_eq!(
        (saved.status, &saved.body["valid"]),
        (200, &json!(true)),
        "{}",
        saved.body
    );
    for (wish, status) in [
        (wish, 409),
        (json!({"name": "busy", "title": "X"}), 409),
        (json!({"name": "x"}), 422),
        (json!({"title": "X"}), 422),
        (json!({"name": "x/y", "title": "X"}), 422),
        (json!({"name": "x", "titel": "X"}), 422),
        (json!({"name": "x", "title": "X", "audience": ["all"]}), 422),
    ] {
        let refused = mock
            .send(Method::POST, "/api/scenarios", wish.clone())
            .await;
        assert_eq!(refused.status, status, "{wish}");
    }
    assert!(!folder.path().join("x").exists());

    mock.send(Method::DELETE, "/api/behaviour", json!(null))
        .await;
    let done = activate(&mock, "mine", "?discard=true").await;
    assert_eq!(done.status, 200, "{}", done.body);
    let status = &done.body["status"];
    assert_eq!(
        status["behaviour"]["normal"]["failure"]["cause"],
        "PAYMENT_ERROR"
    );
    assert_eq!(
        status["behaviour"]["normal"]["confirmation"],
        "asynchronous"
    );
    assert_eq!(status["counts"]["slots"], slots);
    let rules = mock.get("/api/scenarios/rules").await.body;
    assert_eq!(rules["rules"][0]["on"], false);
    let text = mock.get("/api/scenarios/mine").await.text;
    assert!(text.contains("mine/availability.json"), "{text}");
}

#[tokio::test]
async fn an_edited_file_takes_effect_without_a_failed_request_or_a_lost_booking() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("busy.yaml");
    let calm = "name: busy\ntitle: Calm\nsettings: { default_capacity: 1000 }\n";
    std::fs::write(&file, calm).unwrap();
    let mock = with_folder(folder.path()).await;
    activate(&mock, "busy", "").await;
    mock.send(
        Method::PATCH,
        "/api/behaviour",
        json!({"validation": "off"}),
    )
    .await;
    mock.book("first").await;

    // Requests all the while.
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let url = format!("{}/v3/CreateBooking", mock.running.listener().url);
    let client = mock.client.clone();
    let traffic = tokio::spawn(async move {
        let (mut booked, mut stopped) = (0_u64, stopped);
        loop {
            let body = create_booking(&format!("guest-{booked}"));
            let request = client
                .post(&url)
                .basic_auth("mock", Some("partner"))
                .json(&body);
            let answer = Answer::of(request.send().await.unwrap()).await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            assert_eq!(cause(&answer.body), "none", "the rule is for somebody else");
            booked += 1;
            if stopped.try_recv().is_ok() {
                return booked;
            }
        }
    });
    let ruled = "name: busy\ntitle: Ruled\nsettings: { default_capacity: 1000 }\nrules:\n  - { name: vip, \
                 when: { user: user-vip }, then: { failure: SLOT_UNAVAILABLE } }\n";
    std::fs::write(&file, ruled).unwrap();
    let status = until("the new text", &mock, |it| {
        it["scenario"]["title"] == "Ruled"
    })
    .await;
    assert_eq!(status["scenario"]["rules"], 1);
    assert_eq!(
        status["behaviour"]["in_force"]["validation"], "off",
        "toggles stay"
    );
    assert_eq!(cause(&book(&mock, "vip").await), "SLOT_UNAVAILABLE");

    // A broken one leaves the last good in force and says where it is broken.
    let follow = mock.call(Method::GET, "/api/events").send().await.unwrap();
    std::fs::write(&file, "name: busy\ntitle: Ruled\nrules:\n  - nam: vip\n").unwrap();
    let status = until("the broken text", &mock, |it| {
        !it["scenario"]["broken"].is_null()
    })
    .await;
    let problem = &status["scenario"]["broken"]["problems"][0];
    assert_eq!(
        (&problem["line"], &problem["path"]),
        (&json!(4), &json!("rules[0].nam"))
    );
    assert!(problem["hint"].as_str().unwrap().contains("\"name\""));
    assert_eq!(cause(&book(&mock, "vip").await), "SLOT_UNAVAILABLE");
    assert_eq!(
        row(&mock.get("/api/scenarios").await.body, "busy")["valid"],
        false
    );
    assert!(
        told(follow, "event: scenario")
            .await
            .contains("rules[0].nam")
    );

    // Written as editors do: another file that takes its place. What would take bookings away waits.
    let part = folder.path().join("busy.yaml.new");
    let other = format!(
        "{calm}seed: 9\nclock: {{ mode: frozen }}\ninventory: {{ generate: {{ kind: spa, days: 1 }} }}\n"
    );
    std::fs::write(&part, other).unwrap();
    std::fs::rename(&part, &file).unwrap();
    let status = until("the mended text", &mock, |it| {
        it["scenario"]["title"] == "Calm"
    })
    .await;
    assert_eq!(status["scenario"]["broken"], Value::Null);
    assert_eq!(
        status["scenario"]["waits_for_reset"],
        json!(["seed", "clock", "inventory"])
    );
    assert_eq!(cause(&book(&mock, "vip").await), "none");

    stop.send(()).unwrap();
    let booked = traffic.await.unwrap();
    let status = mock.get("/api/status").await.body;
    assert_eq!(
        status["counts"]["bookings"].as_u64(),
        Some(booked + 2),
        "the first, and the vip's"
    );
    mock.send(Method::POST, "/api/reset", json!({})).await;
    let status = mock.get("/api/status").await.body;
    assert_eq!(status["scenario"]["waits_for_reset"], json!([]));
    assert_eq!(status["clock"]["mode"], "frozen");
    assert_ne!(status["counts"]["merchants"], 0);
    assert_eq!(mock.engine.seed(), 9);
    // Gone altogether: what it said last stays.
    std::fs::remove_file(&file).unwrap();
    let status = until("the file's end", &mock, |it| {
        !it["scenario"]["broken"].is_null()
    })
    .await;
    assert_eq!(status["scenario"]["title"], "Calm");
}

/// What the event stream says until an event of this kind has come whole.
async fn told(mut stream: reqwest::Response, kind: &str) -> String {
    let mut heard = String::new();
    let read = async {
        while let Some(piece) = stream.chunk().await.unwrap() {
            heard.push_str(&String::from_utf8_lossy(&piece));
            if let Some(at) = heard.find(kind)
                && heard[at..].contains("rules[0].nam")
            {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), read)
        .await
        .unwrap();
    heard
}

#[tokio::test]
async fn a_restart_goes_on_with_the_scenario_that_was_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let options = || EngineOptions {
        data_dir: Some(data.clone()),
        ..EngineOptions::default()
    };
    let mock = Mock::start_with(options(), ServeOptions::default()).await;
    assert_eq!(put(&mock, "busy", BUSY).await.status, 200);
    activate(&mock, "busy", "?discard=true").await;
    mock.running.shutdown().await;
    drop(mock.engine);
    let mock = Mock::start_with(options(), ServeOptions::default()).await;
    assert_eq!(mock.engine.scenario().name, "busy");
    assert_eq!(mock.engine.seed(), 7);
    mock.running.shutdown().await;
    drop(mock.engine);
    // Broken meanwhile: the program starts all the same and says so, and mends itself.
    let file = data.join("scenarios/busy.yaml");
    std::fs::write(&file, "name: busy\n").unwrap();
    let mock = Mock::start_with(options(), ServeOptions::default()).await;
    let status = mock.get("/api/status").await.body;
    assert_eq!(status["scenario"]["name"], "default");
    assert_eq!(status["scenario"]["broken"]["problems"][0]["line"], 1);
    std::fs::write(&file, BUSY).unwrap();
    until("the mended text", &mock, |it| {
        it["scenario"]["name"] == "busy"
    })
    .await;
}
