//! The event stream.

use std::time::{Duration, Instant};

use partner::EngineOptions;
use partner_server::ServeOptions;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::common::Mock;

/// One event as it came.
#[derive(Debug)]
struct Event {
    name: String,
    id: Option<String>,
    data: Value,
}

impl Event {
    /// What the event's id says behind the run: how far the stream has come.
    fn place(&self) -> Option<u64> {
        let (run, place) = self.id.as_deref()?.split_once('-')?;
        run.parse::<u64>().ok()?;
        place.parse().ok()
    }

    fn ids(&self) -> Vec<u64> {
        let rows = self.data["rows"].as_array().unwrap();
        rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
    }
}

/// A listener of the stream.
struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn open(mock: &Mock, path: &str, last_event_id: Option<&str>) -> Self {
        let mut request = mock.call(Method::GET, path);
        if let Some(id) = last_event_id {
            request = request.header("last-event-id", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            response,
            text: String::new(),
        }
    }

    async fn next(&mut self) -> Event {
        let wait = tokio::time::timeout(Duration::from_secs(5), self.read());
        wait.await.expect("an event within five seconds")
    }

    async fn read(&mut self) -> Event {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let start = format!("{name}: ");
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(&start))
                        .map(str::to_owned)
                };
                let event = field("event").map(|event| Event {
                    name: event,
                    id: field("id"),
                    data: serde_json::from_str(&field("data").unwrap()).unwrap(),
                });
                self.text = rest.to_owned();
                match event {
                    Some(event) => return event,
                    None => continue,
                }
            }
            let bytes = self
                .response
                .chunk()
                .await
                .unwrap()
                .expect("the stream goes on");
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }

    /// The next event of this name; others are passed over.
    async fn next_of(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await;
            if event.name == name {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn the_stream_begins_with_status_and_rows() {
    let mock = Mock::start().await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    let status = stream.next().await;
    assert_eq!((status.name.as_str(), status.id), ("status", None));
    assert_eq!(status.data, mock.get("/api/status").await.body);
    let rows = stream.next().await;
    assert_eq!((rows.name.as_str(), rows.place()), ("exchanges", Some(0)));
    assert_eq!(
        rows.data,
        json!({ "rows": [], "cursor": 0, "last": 0, "gap": null })
    );
}

#[tokio::test]
async fn the_stream_ends_in_good_order_with_the_program() {
    let mock = Mock::start().await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    let Mock { running, .. } = mock;
    let begun = Instant::now();
    running.shutdown().await;
    // A connection that is cut off would be an error here.
    while stream.response.chunk().await.unwrap().is_some() {}
    // Nothing had to be waited for, let alone cut off.
    assert!(begun.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_row_comes_at_once() {
    let mock = Mock::start().await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    mock.book("Mina").await;
    let (mut rows, mut total) = (None, None);
    while rows.is_none() || total.is_none() {
        let event = stream.next().await;
        match event.name.as_str() {
            "exchanges" => rows = Some(event),
            "bookings" => total = Some(event.data),
            // A slot that sprang into being, and what is told of it.
            "inventory" | "status" | "notifications" | "clock" => {}
            other => panic!("{other} was not to be expected"),
        }
    }
    let rows = rows.unwrap();
    assert_eq!(rows.place(), Some(1));
    let listed = mock.get("/api/exchanges").await.body["exchanges"].clone();
    assert_eq!(rows.data["rows"], listed);
    assert_eq!(total.unwrap(), json!({ "total": 1 }));
}

#[tokio::test]
async fn live_rows_come_in_small_batches() {
    let mock = Mock::start().await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    let started = Instant::now();
    mock.record(1_000).await;
    let mut next = 1;
    let mut messages = 0;
    while next <= 1_000 {
        let event = stream.next_of("exchanges").await;
        let ids = event.ids();
        assert!(ids.len() <= 256);
        assert_eq!(ids, (next..next + ids.len() as u64).collect::<Vec<_>>());
        next += ids.len() as u64;
        messages += 1;
    }
    // All but the first wait for their turn.
    assert!(started.elapsed() >= Duration::from_millis(50) * (messages - 1));
}

#[tokio::test]
async fn a_listener_that_comes_back_misses_nothing() {
    let mock = Mock::start().await;
    mock.record(3).await;
    for (path, header) in [
        ("/api/events?after=1", None),
        ("/api/events", Some("1")),
        ("/api/events?after=3", Some("1")),
    ] {
        let mut stream = Stream::open(&mock, path, header).await;
        assert_eq!(stream.next().await.name, "status");
        let rows = stream.next().await;
        assert_eq!(
            (rows.ids(), rows.data["gap"].clone()),
            (vec![2, 3], Value::Null)
        );
    }
    let answer = mock.get("/api/events?after=new").await;
    assert_eq!(answer.refusal().1, "unknown_value");
    let answer = mock.get("/api/events?since=1").await;
    assert_eq!(answer.refusal().1, "unknown_field");
}

#[tokio::test]
async fn a_cursor_of_another_log_starts_over() {
    let mock = Mock::start().await;
    mock.record(1).await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    let first = stream.next_of("exchanges").await;
    let cursor = first.id.unwrap();
    // While nobody listens the log is cleared, and another comes as far as the first had come.
    mock.send(Method::POST, "/api/reset", json!({})).await;
    mock.record(3).await;
    let mut stream = Stream::open(&mock, "/api/events", Some(&cursor)).await;
    assert_eq!(stream.next().await.name, "status");
    assert_eq!(stream.next().await.name, "reset");
    assert_eq!(stream.next().await.ids(), [1, 2, 3]);

    let other = Mock::start().await;
    other.record(3).await;
    let mut stream = Stream::open(&other, "/api/events", Some(&cursor)).await;
    assert_eq!(stream.next().await.name, "status");
    assert_eq!(stream.next().await.name, "reset");
    assert_eq!(stream.next().await.ids(), [1, 2, 3]);
}

#[tokio::test]
async fn the_past_comes_in_big_batches_from_the_store_too() {
    let mock = Mock::start().await;
    // More than the newest that are held in memory.
    mock.record(10_000).await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    let mut seen = Vec::new();
    while seen.len() < 10_000 {
        let event = stream.next_of("exchanges").await;
        seen.extend(event.ids());
        assert_eq!(event.data["last"], 10_000);
        assert_eq!(event.data["cursor"], *seen.last().unwrap());
        assert_eq!(event.data["gap"], Value::Null);
    }
    assert_eq!(seen, (1..=10_000).collect::<Vec<_>>());
}

#[tokio::test]
async fn clearing_the_log_is_told() {
    let mock = Mock::start().await;
    mock.record(2).await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    mock.call(Method::DELETE, "/api/exchanges")
        .send()
        .await
        .unwrap();
    let reset = stream.next().await;
    assert_eq!((reset.name.as_str(), reset.place()), ("reset", Some(0)));
    assert_eq!(reset.data, json!({}));
    let status = stream.next().await;
    assert_eq!(
        (status.name.as_str(), &status.data["counts"]["exchanges"]),
        ("status", &json!(0))
    );
    let rows = stream.next().await;
    assert_eq!(
        rows.data,
        json!({ "rows": [], "cursor": 2, "last": 2, "gap": null })
    );
    mock.record(1).await;
    assert_eq!(stream.next_of("exchanges").await.ids(), [3]);
}

#[tokio::test]
async fn after_a_reset_ids_begin_anew() {
    let mock = Mock::start().await;
    mock.book("Mina").await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    mock.send(Method::POST, "/api/reset", json!({})).await;
    assert_eq!(stream.next().await.name, "reset");
    assert_eq!(stream.next_of("bookings").await.data, json!({ "total": 0 }));
    mock.book("Mina").await;
    loop {
        let rows = stream.next_of("exchanges").await;
        if !rows.ids().is_empty() {
            assert_eq!(rows.ids(), [1]);
            break;
        }
    }
}

#[tokio::test]
async fn a_cursor_of_another_log_is_reset() {
    let mock = Mock::start().await;
    mock.record(2).await;
    let mut stream = Stream::open(&mock, "/api/events", Some("500")).await;
    assert_eq!(stream.next().await.name, "status");
    assert_eq!(stream.next().await.name, "reset");
    let rows = stream.next().await;
    assert_eq!(
        (rows.ids(), rows.data["gap"].clone()),
        (vec![1, 2], Value::Null)
    );
}

#[tokio::test]
async fn what_was_dropped_is_said() {
    let engine = EngineOptions {
        keep_exchanges: 100,
        ..EngineOptions::default()
    };
    let mock = Mock::start_with(engine, ServeOptions::default()).await;
    // The log is dropped by the page, and what waits together becomes one page: reading brings it
    // into the store, and makes that drop what is too much.
    for _ in 0..20 {
        mock.record(15).await;
        mock.get("/api/exchanges?limit=1").await;
    }
    let oldest = loop {
        mock.get("/api/exchanges?limit=1").await;
        let position = mock.engine.log().position();
        if position.count() <= 125 {
            break position.oldest;
        }
    };
    let mut stream = Stream::open(&mock, "/api/events", Some("20")).await;
    assert_eq!(stream.next().await.name, "status");
    assert_eq!(stream.next().await.name, "reset");
    let rows = stream.next().await;
    assert_eq!(rows.ids(), (oldest..=300).collect::<Vec<_>>());
    assert_eq!(rows.data["gap"], json!({ "from": 21, "to": oldest - 1 }));

    // Who asks for all there is has lost nothing.
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    assert_eq!(stream.next_of("exchanges").await.data["gap"], Value::Null);
}

#[tokio::test]
async fn toggles_and_the_socket_are_told() {
    let mock = Mock::start().await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    let change = json!({ "confirmation": "asynchronous" });
    mock.send(Method::PATCH, "/api/behaviour?expires_in_sec=60", change)
        .await;
    let event = stream.next_of("behaviour").await;
    assert_eq!(event.data["in_force"]["confirmation"], "asynchronous");
    assert_eq!(event.data["expires_in_sec"], 60);
    mock.clock.advance(Duration::from_secs(61));
    mock.get("/api/behaviour").await;
    let event = stream.next_of("behaviour").await;
    assert_eq!(event.data["changed"], false);
    mock.send(Method::PUT, "/api/listener", json!({ "listening": false }))
        .await;
    let event = stream.next_of("status").await;
    assert_eq!(event.data["listener"]["listening"], false);
}

#[tokio::test]
async fn the_clock_is_told_when_it_is_set_and_when_something_else_is_next() {
    let mock = Mock::start().await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    let wish = json!({ "mode": "frozen", "now": "2026-11-23T09:00:00Z" });
    mock.send(Method::PUT, "/api/clock", wish).await;
    let told = |data: &Value| data["now"] == "2026-11-23T09:00:00Z";
    let mut event = stream.next_of("clock").await;
    while !told(&event.data) {
        event = stream.next_of("clock").await;
    }
    assert_eq!(event.data["mode"], "frozen");
    assert_eq!(event.data["next_timer"], Value::Null);

    let change = json!({ "confirmation": "asynchronous" });
    mock.send(Method::PATCH, "/api/behaviour?expires_in_sec=60", change)
        .await;
    let event = stream.next_of("clock").await;
    let next = json!({ "at": "2026-11-23T09:01:00Z", "what": "behaviour", "booking_id": null });
    assert_eq!(event.data["next_timer"], next);
}

#[tokio::test]
async fn a_retry_that_is_given_up_is_not_next_any_more() {
    let mock = Mock::start().await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    let faults = json!({ "fail_next": 1, "status": 503 });
    mock.send(Method::PUT, "/api/aggregator/faults", faults)
        .await;
    let id = mock.book("mina").await;
    let path = format!("/api/bookings/{id}/actions");
    mock.send(Method::POST, &path, json!({ "action": "cancel" }))
        .await;
    let mut event = stream.next_of("clock").await;
    while event.data["next_timer"]["what"] != "notification" {
        event = stream.next_of("clock").await;
    }
    let list = mock.get("/api/notifications").await.body;
    let path = format!(
        "/api/notifications/{}/give_up",
        list["notifications"][0]["id"]
    );
    let given_up = mock.call(Method::POST, &path).send().await.unwrap();
    assert_eq!(given_up.status(), 200);
    let event = stream.next_of("clock").await;
    assert_eq!(event.data["next_timer"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn steps_of_the_walk_through_are_told_and_reported_with_what_held() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("walk.yaml");
    let steps = "name: walk\ntitle: A walk\nsteps:\n  - title: Is it there?\n    \
                 send: { method: HealthCheck }\n    \
                 expect: { fields: { /status: SERVING, /other: 1 } }\n";
    std::fs::write(&path, steps).unwrap();
    let options = EngineOptions {
        scenario: Some(path.display().to_string()),
        ..EngineOptions::default()
    };
    let mock = Mock::start_with(options, ServeOptions::default()).await;
    let mut stream = Stream::open(&mock, "/api/events", None).await;
    stream.next_of("exchanges").await;
    let taken = mock
        .send(Method::POST, "/api/walkthrough/next", json!({}))
        .await;
    let done = json!({ "position": 1, "running": null });
    while stream.next_of("walkthrough").await.data != done {}

    let report = &taken.body["steps"][0]["report"];
    assert_eq!(report["state"], "failed");
    let held = json!([
        { "path": "/expect/status", "what": "status", "expected": "200" },
        { "path": "/expect/fields/~1status", "what": "/status", "expected": "\"SERVING\"" },
    ]);
    assert_eq!(report["held"], held);
    assert_eq!(report["differences"][0]["what"], "/other");
}
