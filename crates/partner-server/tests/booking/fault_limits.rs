//! Which requests the network toggle bites, for each of its kinds and as a bare socket sees it: so
//! many times, until it runs out, as the seed has it. How each kind bites is in `broken_answers`;
//! the two that leave HTTP whole, a status and a delay, are looked at here.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use partner::EngineOptions;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{BASIC, request};
use crate::common::Mock;

/// How long the two slow kinds hold an answer back at least.
const SLOW: Duration = Duration::from_millis(100);

fn kinds() -> Vec<Value> {
    vec![
        json!({"kind": "latency", "ms": 150, "jitter_ms": 50}),
        json!({"kind": "status", "status": 503}),
        json!({"kind": "rate_limit", "retry_after_sec": 2}),
        json!({"kind": "reset"}),
        json!({"kind": "empty"}),
        json!({"kind": "truncated"}),
        json!({"kind": "malformed"}),
        json!({"kind": "drip", "bytes_per_sec": 2_000}),
    ]
}

/// What came of one request.
struct Came {
    answer: String,
    reset: bool,
    took: Duration,
}

impl Came {
    /// The body, where it is whole and JSON.
    fn booked(&self) -> Option<Value> {
        let (head, body) = self.answer.split_once("\r\n\r\n")?;
        let size = format!("content-length: {}\r\n", body.len());
        let is_whole = !self.reset && head.starts_with("HTTP/1.1 200 ");
        let body: Value = serde_json::from_str(body).ok()?;
        (is_whole && format!("{head}\r\n").contains(&size) && body["booking"].is_object())
            .then_some(body)
    }

    /// Whether it is what this kind does to an answer, and nothing else.
    fn is_bitten_by(&self, kind: &str) -> bool {
        let (head, body) = self.answer.split_once("\r\n\r\n").unwrap_or_default();
        match kind {
            "latency" | "drip" => self.booked().is_some() && self.took >= SLOW,
            "status" => head.starts_with("HTTP/1.1 503 "),
            "rate_limit" => {
                head.starts_with("HTTP/1.1 429 ") && head.contains("\r\nretry-after: 2")
            }
            "reset" => self.reset && self.answer.is_empty(),
            "empty" => !self.reset && self.answer.is_empty(),
            "truncated" => {
                let begins = head.starts_with("HTTP/1.1 200 ") && body.starts_with('{');
                !self.reset && begins && self.booked().is_none()
            }
            "malformed" => head.starts_with("HTTP/1.1 200 ") && body.starts_with("{,"),
            other => panic!("{other}"),
        }
    }
}

/// A CreateBooking on a socket of its own.
async fn create(mock: &Mock, guest: &str) -> Came {
    let body = request(guest).to_string();
    let bytes = format!(
        "POST /v3/CreateBooking HTTP/1.1\r\nHost: x\r\n{BASIC}Connection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut socket = mock.socket().await;
    let began = Instant::now();
    socket.send(bytes).await;
    let (answer, reset) = socket.end().await;
    Came {
        answer,
        reset,
        took: began.elapsed(),
    }
}

/// Whether the log says of the exchange that a fault bit it.
async fn is_logged_as_bitten(mock: &Mock, id: u64) -> bool {
    let exchange = mock.exchange(id).await;
    let step = exchange.decisions.iter();
    let mut step = step.filter(|it| it.step == "fault_toggle");
    step.any(|it| !it.text.contains("dice spared"))
}

#[tokio::test]
async fn as_often_as_it_is_told_however_many_come_at_once() {
    for fault in kinds() {
        let kind = fault["kind"].as_str().unwrap();
        let mock = Mock::start().await;
        let mut counted = fault.clone();
        counted["times"] = json!(3);
        mock.toggle(json!({ "fault": counted }));
        let guests: Vec<String> = (0..8).map(|guest| format!("g{guest}")).collect();
        let came = join_all(guests.iter().map(|guest| create(&mock, guest))).await;
        let mut bitten = 0;
        for id in 1..=8 {
            bitten += u64::from(is_logged_as_bitten(&mock, id).await);
        }
        assert_eq!(bitten, 3, "{kind}");
        assert_eq!(mock.log().await.len(), 8, "{kind}: one exchange each");
        let seen = came.iter().filter(|it| it.is_bitten_by(kind)).count();
        if matches!(kind, "latency" | "drip") {
            // A busy machine may hold up others too.
            assert!(seen >= 3, "{kind}: {seen}");
            assert!(came.iter().all(|it| it.booked().is_some()), "{kind}");
        } else {
            assert_eq!(seen, 3, "{kind}");
            let whole = came.iter().filter(|it| it.booked().is_some()).count();
            assert_eq!(whole, 5, "{kind}: everybody else is served");
        }
        assert_eq!(mock.engine.behaviour().current().behaviour.fault, None);
    }
}

#[tokio::test]
async fn until_it_runs_out() {
    for fault in kinds() {
        let kind = fault["kind"].as_str().unwrap();
        let mock = Mock::start().await;
        let path = "/api/behaviour?expires_in_sec=60";
        let set = mock.send(Method::PATCH, path, json!({ "fault": fault }));
        assert_eq!(set.await.status, 200);
        mock.clock.advance(Duration::from_secs(59));
        let first = create(&mock, "first").await;
        assert!(first.is_bitten_by(kind), "{kind}: {}", first.answer);
        mock.clock.advance(Duration::from_secs(1));
        let second = create(&mock, "second").await;
        assert!(second.booked().is_some(), "{kind}: {}", second.answer);
        assert!(is_logged_as_bitten(&mock, 1).await, "{kind}");
        assert!(!is_logged_as_bitten(&mock, 2).await, "{kind}");
        let now = mock.get("/api/behaviour").await.body;
        assert_eq!(now["fault"], Value::Null, "{kind}");
    }
}

/// Which of twelve requests in a row are bitten, and how long they were held back, with this seed.
async fn drawn(seed: u64, fault: &Value) -> Vec<(bool, u64)> {
    let options = EngineOptions {
        seed: Some(seed),
        ..EngineOptions::default()
    };
    let mock = Mock::start_with(options, ServeOptions::default()).await;
    mock.toggle(json!({ "fault": fault }));
    let mut drawn = Vec::new();
    for id in 1..=12 {
        let came = create(&mock, &format!("g{id}")).await;
        let bitten = is_logged_as_bitten(&mock, id).await;
        let delay = mock.exchange(id).await.timing.delay_us;
        assert!(came.took >= Duration::from_micros(delay), "{delay}");
        if fault["kind"] != "latency" {
            let kind = fault["kind"].as_str().unwrap();
            assert_eq!(came.is_bitten_by(kind), bitten, "{}", came.answer);
        }
        drawn.push((bitten, delay));
    }
    drawn
}

#[tokio::test]
async fn chance_and_jitter_come_from_the_seed() {
    for fault in [
        json!({"kind": "empty", "probability": 0.5}),
        json!({"kind": "latency", "ms": 30, "jitter_ms": 20, "probability": 0.7}),
    ] {
        let one = drawn(1, &fault).await;
        assert_eq!(one, drawn(1, &fault).await, "{fault}");
        assert_ne!(one, drawn(2, &fault).await, "{fault}");
        let bitten = one.iter().filter(|(bitten, _)| *bitten).count();
        assert!((1..12).contains(&bitten), "{fault}: {one:?}");
        if fault["kind"] == "latency" {
            let mut delays: Vec<u64> = one
                .iter()
                .filter(|(bitten, _)| *bitten)
                .map(|(_, delay)| *delay)
                .collect();
            let within = |delay: &u64| (10_000..=50_000).contains(delay);
            assert!(delays.iter().all(within), "{delays:?}");
            delays.dedup();
            assert!(delays.len() > 1, "jitter varies: {delays:?}");
        }
    }
}

#[tokio::test]
async fn a_status_is_a_whole_answer_and_the_connection_goes_on() {
    let mock = Mock::start().await;
    let head = format!("GET /v3/HealthCheck HTTP/1.1\r\nHost: x\r\n{BASIC}\r\n");
    let mut socket = mock.socket().await;
    for status in [400, 418, 500, 503, 599] {
        mock.toggle(json!({"fault": {"kind": "status", "status": status, "times": 1}}));
        socket.send(&head).await;
        let answer = socket.read_until("}}").await;
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{head}");
        assert!(head.contains("content-type: application/json"), "{head}");
        let size = format!("content-length: {}", body.len());
        assert!(head.contains(&size), "{answer}");
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["error"]["code"], status);
    }
    socket.send(&head).await;
    socket.read_until("{\"status\":\"SERVING\"}").await;
    assert_eq!(mock.log().await.len(), 6);
}

#[tokio::test]
async fn a_delay_lets_no_byte_through_before_its_time() {
    let mock = Mock::start().await;
    let fault = json!({"kind": "latency", "ms": 400, "times": 1, "methods": ["CreateBooking"]});
    mock.toggle(json!({ "fault": fault }));
    let came = create(&mock, "mina").await;
    assert!(came.took >= Duration::from_millis(400), "{:?}", came.took);
    assert!(came.booked().is_some(), "{}", came.answer);
    let exchange = mock.newest().await;
    assert_eq!(exchange.timing.delay_us, 400_000);
    // The method itself took none of that time.
    assert!(exchange.timing.decide_us < 400_000, "{:?}", exchange.timing);
    // Jitter goes both ways.
    let fault = json!({"kind": "latency", "ms": 3, "jitter_ms": 3, "times": 1});
    mock.toggle(json!({ "fault": fault }));
    create(&mock, "noor").await;
    assert!(mock.newest().await.timing.delay_us <= 6_000);
}
