//! The Booking Server's socket: stop, start, move.

use partner::EngineOptions;
use partner_server::{ServeOptions, StartError};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::client::request;
use crate::common::{Answer, Mock};

async fn put(mock: &Mock, body: Value) -> Answer {
    mock.send(Method::PUT, "/api/listener", body).await
}

/// A port that somebody else has, for as long as the socket lives.
async fn taken() -> (TcpListener, u16) {
    let socket = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = socket.local_addr().unwrap().port();
    (socket, port)
}

async fn answers(mock: &Mock, url: &str) -> bool {
    let call = mock.client.get(format!("{url}/v3/HealthCheck"));
    let sent = call.basic_auth("mock", Some("partner")).send().await;
    sent.is_ok_and(|answer| answer.status() == 200)
}

#[tokio::test]
async fn stop_and_start_on_the_same_port() {
    let mock = Mock::start().await;
    let url = mock.booking_url();
    assert!(answers(&mock, &url).await);
    let stopped = put(&mock, json!({"listening": false})).await;
    assert_eq!(stopped.body["listening"], false);
    assert!(stopped.body["reason"].as_str().unwrap().ends_with('.'));
    assert!(!answers(&mock, &url).await);
    // Twice is the same.
    assert_eq!(put(&mock, json!({"listening": false})).await.status, 200);
    let started = put(&mock, json!({"listening": true})).await;
    assert_eq!(
        (&started.body["url"], &started.body["reason"]),
        (&json!(url), &Value::Null)
    );
    assert!(answers(&mock, &url).await);
    assert_eq!(
        put(&mock, json!({"listening": true})).await.body,
        started.body
    );
    mock.create(&request("mina")).await.booking();
}

#[tokio::test]
async fn a_move_closes_the_old_port_and_keeps_what_is_known() {
    let mock = Mock::start().await;
    let old = mock.booking_url();
    let first = mock.create(&request("mina")).await;
    let (socket, port) = taken().await;
    drop(socket);
    let moved = put(&mock, json!({"listening": true, "port": port})).await;
    assert_eq!(moved.body["port"], port);
    assert!(!answers(&mock, &old).await);
    assert_eq!(mock.create(&request("mina")).await.text, first.text);
    // Links in answers follow.
    mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
    let answer = mock.create(&request("other")).await;
    assert!(answer.text.contains(&mock.booking_url()), "{}", answer.text);
}

#[tokio::test]
async fn a_taken_port_changes_nothing_and_a_free_one_is_offered() {
    let mock = Mock::start().await;
    let url = mock.booking_url();
    let (_socket, port) = taken().await;
    let refused = put(&mock, json!({"listening": true, "port": port})).await;
    let (status, code, hint) = refused.refusal();
    assert_eq!((status, code), (409, "port_taken"));
    let suggested = refused.body["error"]["suggested_port"].as_u64().unwrap();
    assert!(hint.contains(&suggested.to_string()), "{hint}");
    let message = refused.body["error"]["message"].as_str().unwrap();
    assert!(message.contains(&port.to_string()), "{message}");
    assert!(answers(&mock, &url).await);
    let moved = put(&mock, json!({"listening": true, "port": suggested})).await;
    assert_eq!(moved.body["port"], suggested);
}

#[tokio::test]
async fn the_last_ports_can_be_asked_for() {
    let mock = Mock::start().await;
    // Whichever of them somebody else has: the answer is a sentence, never a 500.
    for port in [65_535, 65_530, 65_490] {
        let _held = TcpListener::bind(("127.0.0.1", port)).await;
        let refused = put(&mock, json!({"listening": true, "port": port})).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert_eq!(refused.refusal().1, "port_taken");
    }
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_socket_closes() {
    let mock = Mock::start().await;
    let fault = json!({"kind": "latency", "ms": 500, "times": 1});
    mock.toggle(json!({ "fault": fault }));
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let call = mock.client.post(url).basic_auth("mock", Some("partner"));
    let held = tokio::spawn(call.json(&request("mina")).send());
    mock.until_claimed().await;
    put(&mock, json!({"listening": false})).await;
    Answer::of(held.await.unwrap().unwrap()).await.booking();
}

#[tokio::test]
async fn a_taken_port_at_the_start_is_one_sentence() {
    let (_socket, port) = taken().await;
    let start = async |keep_going| {
        let engine = partner::Engine::open(EngineOptions::default()).unwrap();
        let options = ServeOptions {
            port,
            control_port: 0,
            keep_going_if_port_taken: keep_going,
            ..ServeOptions::default()
        };
        partner_server::start(engine, options).await
    };
    let refused = start(false).await.unwrap_err();
    assert!(matches!(refused, StartError::Port { .. }));
    let said = refused.to_string();
    assert!(
        said.contains(&port.to_string()) && said.contains("--port"),
        "{said}"
    );
    // The desktop app starts all the same, and its window says why nobody can call.
    let running = start(true).await.unwrap();
    let state = running.listener();
    assert!(!state.listening);
    assert_eq!(state.port, port);
    assert!(state.reason.unwrap().contains(&port.to_string()));
    running.shutdown().await;
}

#[tokio::test]
async fn the_end_comes_within_five_seconds_though_clients_wait() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "latency", "ms": 60_000, "times": 1}}));
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let call = mock.client.post(url).basic_auth("mock", Some("partner"));
    let held = tokio::spawn(call.json(&request("mina")).send());
    mock.until_claimed().await;
    let started = std::time::Instant::now();
    mock.running.shutdown().await;
    assert!(started.elapsed() < std::time::Duration::from_secs(5));
    held.abort();
}
