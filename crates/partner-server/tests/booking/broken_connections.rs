//! Clients that stall, hang up or talk something else: each is exactly one exchange.

use booking_api::Method;
use partner::store::bookings::Wanted;
use serde_json::json;

use crate::client::{BASIC, PATIENCE, impatient, request, with_patience};
use crate::common::Mock;

fn head(length: usize) -> String {
    format!("POST /v3/CreateBooking HTTP/1.1\r\nHost: x\r\n{BASIC}Content-Length: {length}\r\n\r\n")
}

#[tokio::test]
async fn a_body_that_stalls() {
    let mock = impatient().await;
    let mut socket = mock.socket().await;
    socket.send(head(500)).await;
    socket.send("{\"slot\":").await;
    let answer = socket.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":408"), "{answer}");
    let exchange = mock.only_exchange().await;
    assert_eq!(exchange.summary.label, "408 slow body");
    assert_eq!(exchange.summary.method, Some(Method::CreateBooking));
    assert_eq!(exchange.request.body, "{\"slot\":");
}

#[tokio::test]
async fn a_head_that_stalls() {
    let mock = impatient().await;
    let mut socket = mock.socket().await;
    let sent = "POST /v3/CreateBooking HTTP/1.1\r\nHost: x\r\n";
    socket.send(sent).await;
    let answer = socket.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"code\":408"), "{answer}");
    let exchange = mock.only_exchange().await;
    assert_eq!(exchange.summary.label, "408 slow headers");
    assert_eq!(exchange.request.body_size, sent.len() as u64);
}

#[tokio::test]
async fn a_head_that_comes_in_drips_stalls_too() {
    let mock = impatient().await;
    let mut socket = mock.socket().await;
    let started = tokio::time::Instant::now();
    // Each drip comes in time, the whole does not.
    let mut drips = "GET /v3/HealthCheck HTTP/1.1\r\nX-Long: ".to_owned();
    drips.push_str(&"x".repeat(400));
    for drip in drips.as_bytes().chunks(4) {
        if started.elapsed() > PATIENCE * 5 {
            break;
        }
        socket.send_or_closed(drip).await;
        tokio::time::sleep(PATIENCE / 10).await;
    }
    let exchange = mock.only_exchange().await;
    assert_eq!(exchange.summary.status, 408);
}

#[tokio::test]
async fn a_slow_client_that_goes_on_is_served() {
    let mock = with_patience(PATIENCE * 5).await;
    let mut socket = mock.socket().await;
    let body = request("mina").to_string();
    socket.send(head(body.len())).await;
    // Every piece comes in time, though all of them together do not.
    for piece in body.as_bytes().chunks(body.len() / 5) {
        tokio::time::sleep(PATIENCE * 5 / 4).await;
        socket.send(piece).await;
    }
    let answer = socket.read_until("\"CONFIRMED\"").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    drop(socket);
    assert_eq!(mock.only_exchange().await.summary.label, "CONFIRMED");
}

#[tokio::test]
async fn what_is_not_http() {
    for garbage in [
        "\u{16}\u{3}\u{1} hello\r\n\r\n",
        "hello there\r\n\r\n",
        "GET\r\n\r\n",
        "POST /v3/CreateBooking HTTP/1.1\r\nno colon\r\n\r\n",
        "POST /v3/CreateBooking HTTP/1.1\r\nContent-Length: many\r\n\r\n",
    ] {
        let mock = Mock::start().await;
        let mut socket = mock.socket().await;
        socket.send(garbage).await;
        let answer = socket.read_to_end().await;
        assert!(
            answer.starts_with("HTTP/1.1 400 "),
            "{garbage:?}: {answer:?}"
        );
        let exchange = mock.only_exchange().await;
        assert_eq!(exchange.summary.label, "400 not HTTP", "{garbage:?}");
        assert_eq!(exchange.request.body_size, garbage.len() as u64);
    }
}

#[tokio::test]
async fn a_head_that_is_too_large() {
    let mock = Mock::start().await;
    let mut socket = mock.socket().await;
    let headers = "X-One-More: header\r\n".repeat(200);
    socket
        .send(format!("POST /v3/CreateBooking HTTP/1.1\r\n{headers}\r\n"))
        .await;
    let answer = socket.read_to_end().await;
    let exchange = mock.only_exchange().await;
    // What the client was told is what the log says.
    assert!(answer.starts_with("HTTP/1.1 431 "), "{answer}");
    assert_eq!(exchange.summary.status, 431);
}

#[tokio::test]
async fn a_target_that_is_too_long() {
    let mock = Mock::start().await;
    let mut socket = mock.socket().await;
    let target = format!("/v3/HealthCheck?{}", "x".repeat(70_000));
    socket.send(format!("GET {target} HTTP/1.1\r\n\r\n")).await;
    let answer = socket.read_to_end().await;
    let exchange = mock.only_exchange().await;
    assert!(answer.starts_with("HTTP/1.1 414 "), "{answer}");
    assert_eq!(exchange.summary.label, "414 target too long");
    assert_eq!(exchange.response.unwrap().status, 414);
}

#[tokio::test]
async fn a_hang_up_in_the_body() {
    let mock = Mock::start().await;
    let mut socket = mock.socket().await;
    socket.send(head(500)).await;
    socket.send("{\"slot\":").await;
    drop(socket);
    let exchange = mock.only_exchange().await;
    assert_eq!(exchange.summary.label, "499 client gone");
    assert_eq!(exchange.summary.method, Some(Method::CreateBooking));
    assert_eq!(exchange.response, None);
    assert_eq!(exchange.request.body, "{\"slot\":");
}

#[tokio::test]
async fn a_hang_up_in_the_head() {
    let mock = Mock::start().await;
    let mut socket = mock.socket().await;
    socket.send("POST /v3/CreateBooking HTTP/1.1\r\nHost").await;
    drop(socket);
    let exchange = mock.only_exchange().await;
    assert_eq!(exchange.summary.label, "499 client gone");
    assert_eq!(exchange.response, None);
}

#[tokio::test]
async fn a_hang_up_while_the_answer_is_held_back() {
    let mock = Mock::start().await;
    mock.toggle(json!({"fault": {"kind": "latency", "ms": 60_000, "times": 1}}));
    let body = request("mina").to_string();
    let mut socket = mock.socket().await;
    socket.send(head(body.len())).await;
    socket.send(&body).await;
    mock.until_claimed().await;
    drop(socket);
    mock.logged(1).await;
    // Nothing was booked for somebody who is gone.
    assert!(
        mock.engine
            .bookings(Wanted::default(), None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let exchange = mock.only_exchange().await;
    assert_eq!(exchange.summary.label, "499 client gone");
    assert_eq!(exchange.response, None);
    assert_eq!(exchange.request.body, body);
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_no_request() {
    let mock = impatient().await;
    drop(mock.socket().await);
    let silent = mock.socket().await;
    tokio::time::sleep(PATIENCE * 2).await;
    drop(silent);
    let engine = mock.engine.clone();
    mock.running.shutdown().await;
    assert_eq!(engine.log().position().newest, 0);
}

#[tokio::test]
async fn a_connection_that_idles_after_an_answer_leaves_no_trace() {
    let mock = impatient().await;
    let mut socket = mock.socket().await;
    let mut large = request("mina");
    large["additional_request"] = json!("x".repeat(300_000));
    let body = large.to_string();
    // In two pieces, so that the body's end is read after the head.
    socket.send(head(body.len())).await;
    socket.send(&body).await;
    socket.read_until("\"CONFIRMED\"").await;
    tokio::time::sleep(PATIENCE * 2).await;
    // It is still there, for clients keep connections in pools.
    let next = format!("GET /v3/HealthCheck HTTP/1.1\r\nHost: x\r\n{BASIC}\r\n");
    socket.send(next).await;
    socket.read_until("SERVING").await;
    tokio::time::sleep(PATIENCE * 2).await;
    drop(socket);
    let engine = mock.engine.clone();
    mock.running.shutdown().await;
    assert_eq!(engine.log().position().newest, 2);
}

#[tokio::test]
async fn garbage_after_a_request_is_one_exchange_more() {
    let mock = Mock::start().await;
    let mut socket = mock.socket().await;
    let body = request("mina").to_string();
    socket.send(head(body.len())).await;
    socket.send(&body).await;
    socket.read_until("\"CONFIRMED\"").await;
    socket.send("what now?\r\n\r\n").await;
    socket.read_to_end().await;
    mock.logged(2).await;
    let labels: Vec<String> = mock
        .log()
        .await
        .iter()
        .map(|row| row.label.to_string())
        .collect();
    assert_eq!(labels, ["CONFIRMED", "400 not HTTP"]);
}

#[tokio::test]
async fn two_requests_in_one_piece_are_two_exchanges() {
    let mock = Mock::start().await;
    let mut socket = mock.socket().await;
    let one = format!("GET /v3/HealthCheck HTTP/1.1\r\nHost: x\r\n{BASIC}\r\n");
    let last = one.replace("Host: x", "Host: x\r\nConnection: close");
    socket.send(format!("{one}{last}")).await;
    let answers = socket.read_to_end().await;
    assert_eq!(answers.matches("HTTP/1.1 200 ").count(), 2, "{answers}");
    assert_eq!(mock.log().await.len(), 2);
}
