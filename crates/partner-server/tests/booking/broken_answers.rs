//! The network toggle's faults below HTTP, as a caller sees them on a bare socket, and what the
//! log says of them.

use std::time::{Duration, Instant};

use partner::exchange::{Exchange, ExchangeOutcome};
use serde_json::{Value, json};

use crate::client::{BASIC, request};
use crate::common::Mock;

/// A CreateBooking of a guest as it goes over the line.
fn create(guest: &str, headers: &str) -> String {
    let body = request(guest).to_string();
    format!(
        "POST /v3/CreateBooking HTTP/1.1\r\nHost: x\r\n{BASIC}{headers}Content-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// What one booking gets on a socket of its own: all that comes, and whether it ended in a reset.
async fn sent(mock: &Mock, guest: &str) -> (String, bool) {
    let mut socket = mock.socket().await;
    socket.send(create(guest, "")).await;
    socket.end().await
}

/// How many bookings there are.
fn bookings(mock: &Mock) -> u64 {
    *mock.engine.bookings_changed().borrow()
}

fn decided(exchange: &Exchange) -> (&str, &str, bool) {
    let mut decided = exchange.decisions.iter().filter(|it| it.decided);
    let step = decided.next().unwrap();
    assert!(decided.next().is_none(), "{exchange:?}");
    let reference = step.reference.as_deref().unwrap();
    (&step.step, reference, !step.counterfactuals.is_empty())
}

fn content_length(head: &str) -> usize {
    let line = head.lines().find(|line| line.starts_with("content-length"));
    line.unwrap().split(": ").nth(1).unwrap().parse().unwrap()
}

#[tokio::test]
async fn no_answer_before_anything_is_done() {
    for (kind, is_reset, label) in [
        ("reset", true, "connection reset"),
        ("empty", false, "empty answer"),
    ] {
        let mock = Mock::start().await;
        mock.toggle(json!({"fault": {"kind": kind, "times": 1}}));
        assert_eq!(
            sent(&mock, "mina").await,
            (String::new(), is_reset),
            "{kind}"
        );
        assert_eq!(bookings(&mock), 0);
        let exchange = mock.newest().await;
        let summary = &exchange.summary;
        assert_eq!((summary.status, &*summary.label), (0, label));
        assert_eq!(summary.outcome, ExchangeOutcome::Error);
        assert_eq!(exchange.response, None);
        assert_eq!(decided(&exchange), ("fault_toggle", "1.4", true));
        // Nothing was done: the same request books.
        mock.create(&request("mina")).await.booking();
        assert_eq!(mock.engine.log().position().newest, 2);
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_leaves_the_booking_and_a_retry_gets_it() {
    for (kind, is_reset) in [("reset", true), ("empty", false)] {
        let mock = Mock::start().await;
        mock.toggle(json!({"fault": {"kind": kind, "when": "after", "times": 1}}));
        assert_eq!(
            sent(&mock, "mina").await,
            (String::new(), is_reset),
            "{kind}"
        );
        let exchange = mock.newest().await;
        assert_eq!(exchange.summary.status, 0);
        assert_eq!(decided(&exchange), ("fault_toggle", "2.5", true));
        let steps: Vec<&str> = exchange.decisions.iter().map(|it| &*it.step).collect();
        assert!(steps.contains(&"booked"), "{steps:?}");
        let again = mock.create(&request("mina")).await;
        assert_eq!(exchange.summary.booking_id, Some(again.booking_id()));
        assert_eq!(bookings(&mock), 1);
    }
}

#[tokio::test]
async fn a_truncated_answer_ends_in_the_middle_of_what_its_head_promises() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "truncated", "times": 1}}));
    let (answer, is_reset) = sent(&mock, "mina").await;
    assert!(!is_reset);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n"), "{head}");
    assert_eq!(body.len(), content_length(head) / 2);
    let exchange = mock.newest().await;
    let response = exchange.response.as_ref().unwrap();
    assert_eq!(
        (&*response.body, response.body_size),
        (body, body.len() as u64)
    );
    assert_eq!(exchange.summary.label, "200 truncated");
    assert_eq!(exchange.summary.outcome, ExchangeOutcome::Error);
    assert_eq!(decided(&exchange), ("fault_toggle", "2.5", true));
    // The booking was made, so the token is answered with it.
    let again = mock.create(&request("mina")).await;
    assert!(again.text.starts_with(body), "{}", again.text);
    assert_eq!(exchange.summary.booking_id, Some(again.booking_id()));
    assert_eq!(bookings(&mock), 1);
}

#[tokio::test]
async fn a_malformed_answer_is_whole_http_and_no_json() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "malformed", "times": 2}}));
    let mut socket = mock.socket().await;
    socket.send(create("mina", "")).await;
    let answer = socket.read_until("}").await;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(body.len() <= content_length(head));
    assert!(body.starts_with("{,\"booking\""), "{body}");
    let exchange = mock.newest().await;
    let response = exchange.response.as_ref().unwrap();
    assert_eq!(response.body.len(), content_length(head));
    assert!(serde_json::from_str::<Value>(&response.body).is_err());
    assert_eq!(exchange.summary.label, "200 malformed");
    assert_eq!(decided(&exchange), ("fault_toggle", "2.5", true));
    assert_eq!(bookings(&mock), 1);
    // Even the smallest answer is spoilt, and the connection stays.
    let head = format!("GET /v3/HealthCheck HTTP/1.1\r\nHost: x\r\n{BASIC}\r\n");
    let mut socket = mock.socket().await;
    socket.send(&head).await;
    let spoilt = socket.read_until("\r\n\r\n{,").await;
    assert!(spoilt.starts_with("HTTP/1.1 200"), "{spoilt}");
    socket.send(&head).await;
    socket.read_until("{\"status\":\"SERVING\"}").await;
}

#[tokio::test]
async fn a_rate_limit_says_when_to_come_again() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "rate_limit", "retry_after_sec": 7, "times": 1}}));
    let mut socket = mock.socket().await;
    socket.send(create("mina", "Connection: close\r\n")).await;
    let (answer, _) = socket.end().await;
    assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    assert!(answer.contains("\r\nretry-after: 7\r\n"), "{answer}");
    assert!(answer.contains("\"RESOURCE_EXHAUSTED\""), "{answer}");
    assert_eq!(bookings(&mock), 0);
    let exchange = mock.newest().await;
    assert_eq!(exchange.summary.label, "429 rate limit");
    assert_eq!(decided(&exchange), ("fault_toggle", "1.4", true));
    let headers = exchange.response.unwrap().headers;
    assert!(headers.contains(&("retry-after".to_owned(), "7".to_owned())));
}

#[tokio::test]
async fn a_drip_comes_slowly_and_whole() {
    let mock = Mock::start().await;
    let whole = mock.create(&request("mina")).await.text;
    let per_sec = whole.len() as u64 * 2;
    mock.toggle(json!({"fault": {"kind": "drip", "bytes_per_sec": per_sec, "times": 1}}));
    let started = Instant::now();
    let (answer, is_reset) = sent(&mock, "mina").await;
    // Half a second, less the piece that comes first.
    assert!(started.elapsed() >= Duration::from_millis(300));
    assert!(!is_reset);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, whole, "the same booking, by its token");
    assert!(head.contains("connection: close"), "{head}");
    let exchange = mock.newest().await;
    assert_eq!(exchange.summary.outcome, ExchangeOutcome::Ok);
    assert_eq!(exchange.summary.label, "CONFIRMED");
    assert_eq!(exchange.response.as_ref().unwrap().body, whole);
    assert!(exchange.timing.delay_us >= 300_000, "{:?}", exchange.timing);
    let text = &exchange
        .decisions
        .iter()
        .find(|it| it.step == "fault_toggle");
    assert!(text.unwrap().text.contains("bytes a second"));
}

#[tokio::test]
async fn who_hangs_up_on_a_drip_is_logged_with_what_it_got() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "drip", "bytes_per_sec": 40, "times": 1}}));
    let mut socket = mock.socket().await;
    socket.send(create("mina", "")).await;
    socket.read_until("\r\n\r\n{\"book").await;
    drop(socket);
    mock.logged(1).await;
    let exchange = mock.exchange(1).await;
    assert_eq!(exchange.summary.label, "499 client gone");
    let response = exchange.response.as_ref().unwrap();
    assert!(response.body.starts_with("{\"book"), "{response:?}");
    assert!(response.body_size < 100, "{response:?}");
    assert_eq!(response.status, 200);
    let last = &exchange.decisions.last().unwrap().text;
    assert!(last.contains("hung up after"), "{last}");
    assert!(exchange.summary.booking_id.is_some(), "it was booked");
    assert_eq!(mock.only_exchange().await.summary.id, 1);
}

#[tokio::test]
async fn a_stopped_server_waits_for_no_fault_and_answers_all_the_same() {
    for fault in [
        json!({"kind": "latency", "ms": 120_000, "times": 1}),
        json!({"kind": "drip", "bytes_per_sec": 1, "times": 1}),
    ] {
        let mock = Mock::start().await;
        mock.toggle(json!({ "fault": fault }));
        let mut socket = mock.socket().await;
        socket.send(create("mina", "")).await;
        mock.until_claimed().await;
        if fault["kind"] == "drip" {
            socket.read_until("\r\n\r\n{").await;
        }
        let started = Instant::now();
        let stop = json!({"listening": false});
        let stopped = mock.send(reqwest::Method::PUT, "/api/listener", stop).await;
        assert_eq!(stopped.status, 200);
        assert!(started.elapsed() < Duration::from_secs(3), "{fault}");
        assert_eq!(mock.engine.log().position().newest, 1);
        let exchange = mock.newest().await;
        assert_eq!(exchange.summary.label, "CONFIRMED", "{fault}");
        let (answer, _) = socket.end().await;
        assert!(answer.ends_with('}'), "{answer}");
        let said = |it: &partner::decision::Decision| it.text.contains("was stopped");
        assert!(exchange.decisions.iter().any(said), "{exchange:?}");
    }
}

#[tokio::test]
async fn chance_and_methods_are_obeyed_by_every_kind() {
    let kinds = [
        json!({"kind": "status", "status": 500}),
        json!({"kind": "rate_limit", "retry_after_sec": 1}),
        json!({"kind": "reset"}),
        json!({"kind": "empty"}),
        json!({"kind": "truncated"}),
        json!({"kind": "malformed"}),
        json!({"kind": "drip", "bytes_per_sec": 1_000_000}),
    ];
    let mut first: Option<Vec<bool>> = None;
    for kind in kinds {
        let mock = Mock::start().await;
        let mut fault = kind.clone();
        fault["probability"] = json!(0.5);
        fault["methods"] = json!(["CreateBooking"]);
        mock.toggle(json!({ "fault": fault }));
        for guest in 0..12 {
            sent_to(
                &mock,
                &create(&format!("g{guest}"), "Connection: close\r\n"),
            )
            .await;
        }
        let health =
            format!("GET /v3/HealthCheck HTTP/1.1\r\nHost: x\r\n{BASIC}Connection: close\r\n\r\n");
        let answer = sent_to(&mock, &health).await;
        assert!(
            answer.ends_with("{\"status\":\"SERVING\"}"),
            "{kind}: {answer}"
        );
        let mut bitten = Vec::new();
        for row in mock.log().await {
            let exchange = mock.exchange(row.id).await;
            let toggled = exchange
                .decisions
                .iter()
                .find(|it| it.step == "fault_toggle");
            bitten.push(toggled.is_some_and(|it| !it.text.contains("dice spared")));
        }
        assert_eq!(bitten.len(), 13, "one exchange each");
        let hits = bitten.iter().filter(|hit| **hit).count();
        assert!((2..=10).contains(&hits), "{kind}: {bitten:?}");
        // The same seed and the same numbers bite the same requests, whatever the kind.
        assert_eq!(*first.get_or_insert_with(|| bitten.clone()), bitten);
    }
}

async fn sent_to(mock: &Mock, bytes: &str) -> String {
    let mut socket = mock.socket().await;
    socket.send(bytes).await;
    socket.end().await.0
}

#[tokio::test]
async fn one_request_can_ask_for_any_of_them() {
    let mock = Mock::start().await;
    for (word, guest, begins, is_reset, booked) in [
        ("fault=reset", "a", "", true, false),
        ("fault=empty", "b", "", false, false),
        ("fault=reset_after", "c", "", true, true),
        ("fault=truncated", "d", "HTTP/1.1 200", false, true),
        ("fault=malformed", "e", "HTTP/1.1 200", false, true),
        ("retry_after_sec=3", "f", "HTTP/1.1 429", false, false),
        ("bytes_per_sec=100000", "g", "HTTP/1.1 200", false, true),
    ] {
        let before = bookings(&mock);
        let headers = format!("X-Mock-Partner: {word}\r\nConnection: close\r\n");
        let mut socket = mock.socket().await;
        socket.send(create(guest, &headers)).await;
        let (answer, reset) = socket.end().await;
        assert_eq!(reset, is_reset, "{word}");
        assert!(answer.starts_with(begins), "{word}: {answer}");
        assert_eq!(answer.is_empty(), begins.is_empty(), "{word}: {answer}");
        assert_eq!(bookings(&mock) - before, u64::from(booked), "{word}");
        let exchange = mock.newest().await;
        if word != "bytes_per_sec=100000" {
            let (step, _, has_way_out) = decided(&exchange);
            assert_eq!((step, has_way_out), ("fault_toggle", true), "{word}");
        }
    }
    for (tag, guest, status, end) in [
        ("TRUNCATED", "h", "HTTP/1.1 200", "200 truncated"),
        ("RATE_LIMIT_9", "i", "HTTP/1.1 429", "429 rate limit"),
        ("DRIP_100000", "j", "HTTP/1.1 200", "CONFIRMED"),
        ("EMPTY_AFTER", "k", "", "empty answer"),
    ] {
        let mut body = request(guest);
        body["user_information"]["email"] = json!(format!("{guest}+{tag}@example.com"));
        let body = body.to_string();
        let head = format!(
            "POST /v3/CreateBooking HTTP/1.1\r\nHost: x\r\n{BASIC}Connection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let answer = sent_to(&mock, &(head + &body)).await;
        assert!(answer.starts_with(status), "{tag}: {answer}");
        assert_eq!(mock.newest().await.summary.label, end);
    }
    // What could have no effect, or contradicts itself, is refused.
    for wrong in [
        "fault=reset; confirmation=asynchronous",
        "fault=truncated; latency_ms=5",
        "retry_after_sec=1; bytes_per_sec=5",
        "fault=resett",
        "bytes_per_sec=0",
    ] {
        let headers = format!("X-Mock-Partner: {wrong}\r\nConnection: close\r\n");
        let answer = sent_to(&mock, &create("z", &headers)).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{wrong}: {answer}");
    }
}
