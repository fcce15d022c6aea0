//! Status, the Booking Server's socket, samples, reset.

use insta::assert_json_snapshot;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::common::Mock;

#[tokio::test]
async fn the_status_says_it_all() {
    let mock = Mock::start().await;
    mock.book("Mina").await;
    let status = mock.get("/api/status").await.body;
    assert_json_snapshot!(status, {
        ".version" => "[version]",
        ".listener.url" => "[url]",
        ".listener.port" => "[port]",
        ".control_url" => "[url]",
        ".scenario.title" => "[words]",
        ".scenario.description" => "[words]",
        ".behaviour.in_force" => "[behaviour]",
        ".behaviour.normal" => "[behaviour]",
        ".sample_curl" => "[curl]",
    }, @r#"
    {
      "version": "[version]",
      "listener": {
        "listening": true,
        "url": "[url]",
        "host": "127.0.0.1",
        "port": "[port]",
        "reason": null
      },
      "control_url": "[url]",
      "credentials": {
        "required": true,
        "username": "mock",
        "password": "partner"
      },
      "scenario": {
        "name": "default",
        "title": "[words]",
        "description": "[words]",
        "rules": 0,
        "file": null,
        "broken": null,
        "waits_for_reset": []
      },
      "behaviour": {
        "in_force": "[behaviour]",
        "normal": "[behaviour]",
        "changed": false,
        "expires_at": null,
        "expires_in_sec": null,
        "expiring": []
      },
      "counts": {
        "exchanges": 1,
        "bookings": 1,
        "merchants": 1,
        "services": 1,
        "slots": 1
      },
      "last_exchange_id": 1,
      "store": {
        "in_memory": true,
        "path": null,
        "set_aside": null
      },
      "clock": {
        "mode": "frozen",
        "now": "2026-11-22T01:00:00Z",
        "rate": 0.0
      },
      "sample_curl": "[curl]"
    }
    "#);
    let curl = status["sample_curl"].as_str().unwrap();
    let url = status["listener"]["url"].as_str().unwrap();
    assert!(curl.starts_with("curl -sS -u mock:partner"), "{curl}");
    assert!(curl.contains(&format!("{url}/v3/CreateBooking")), "{curl}");
}

#[tokio::test]
async fn without_credentials_none_are_told() {
    let options = ServeOptions {
        credentials: None,
        ..ServeOptions::default()
    };
    let mock = Mock::start_with(Default::default(), options).await;
    let status = mock.get("/api/status").await.body;
    let none = json!({ "required": false, "username": null, "password": null });
    assert_eq!(status["credentials"], none);
    assert!(!status["sample_curl"].as_str().unwrap().contains(" -u "));
}

#[tokio::test]
async fn the_booking_server_stops_starts_and_moves() {
    let mock = Mock::start().await;
    let before = mock.running.listener();
    let stopped = mock
        .send(Method::PUT, "/api/listener", json!({ "listening": false }))
        .await;
    assert_eq!(stopped.body["listening"], false);
    assert_eq!(stopped.body["reason"], "Stopped from the window.");
    assert!(
        mock.client
            .get(&before.url)
            .send()
            .await
            .unwrap_err()
            .is_connect()
    );
    let status = mock.get("/api/status").await.body;
    assert_eq!(status["listener"], stopped.body);

    let answer = mock.send(Method::POST, "/api/sample", json!({})).await;
    assert_eq!(
        (answer.status, answer.refusal().1),
        (409, "listener_stopped")
    );

    let started = mock
        .send(Method::PUT, "/api/listener", json!({ "listening": true }))
        .await;
    assert_eq!(started.body["port"], before.port);
    assert_eq!(started.body["reason"], json!(null));
    mock.book("Mina").await;

    let wish = json!({ "listening": true, "port": 0, "host": "localhost" });
    let moved = mock.send(Method::PUT, "/api/listener", wish).await;
    assert_ne!(moved.body["port"], before.port);
    assert_eq!(moved.body["host"], "localhost");
    mock.book("Tom").await;
}

#[tokio::test]
async fn a_taken_port_is_refused_with_a_free_one() {
    let mock = Mock::start().await;
    let taken = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let wish = json!({ "listening": true, "port": port });
    let answer = mock.send(Method::PUT, "/api/listener", wish).await;
    let (status, code, hint) = answer.refusal();
    assert_eq!((status, code), (409, "port_taken"));
    let free = answer.body["error"]["suggested_port"].as_u64().unwrap();
    assert_eq!(hint, format!("Port {free} is free."));
    // Everything stays as it was.
    mock.book("Mina").await;
}

#[tokio::test]
async fn the_socket_takes_only_wishes_that_make_sense() {
    let mock = Mock::start().await;
    for (wish, code, hint) in [
        (
            json!({ "listening": true, "host": "0.0.0.0" }),
            "unknown_value",
            "127.0.0.1",
        ),
        (
            json!({ "listening": true, "port": 70_000 }),
            "unknown_value",
            "65535",
        ),
        (
            json!({ "listning": true }),
            "unknown_field",
            "Did you mean \"listening\"?",
        ),
        (
            json!({ "listening": false, "port": 1 }),
            "illegal_combination",
            "alone",
        ),
    ] {
        let answer = mock.send(Method::PUT, "/api/listener", wish).await;
        let refusal = answer.refusal();
        assert_eq!((refusal.0, refusal.1), (422, code));
        assert!(refusal.2.contains(hint), "{}", answer.text);
    }
}

#[tokio::test]
async fn samples_go_through_the_socket() {
    let mock = Mock::start().await;
    for (wish, method, status) in [
        (json!({}), "CreateBooking", "CONFIRMED"),
        (
            json!({ "kind": "create_booking" }),
            "CreateBooking",
            "CONFIRMED",
        ),
        (
            json!({ "kind": "check_availability" }),
            "BatchAvailabilityLookup",
            "3 of 3 free",
        ),
        (json!({ "kind": "health" }), "HealthCheck", "SERVING"),
    ] {
        let answer = mock.send(Method::POST, "/api/sample", wish).await;
        assert_eq!(answer.body["status"], 200, "{}", answer.text);
        assert!(answer.body["body"].is_object());
        assert!(answer.body["duration_us"].as_u64().unwrap() > 0);
        let newest = mock.get("/api/exchanges?limit=1").await.body["exchanges"][0].clone();
        assert_eq!(newest["method"], method);
        assert_eq!(newest["label"], status);
    }
    // A body is not needed for the usual one.
    let empty = mock.call(Method::POST, "/api/sample").send().await.unwrap();
    assert_eq!(empty.status(), 200);
    let answer = mock
        .send(Method::POST, "/api/sample", json!({ "kind": "helth" }))
        .await;
    assert_eq!(
        answer.refusal(),
        (422, "unknown_value", "Did you mean \"health\"?")
    );
    let answer = mock
        .send(Method::POST, "/api/sample", json!({ "kind": 1 }))
        .await;
    assert_eq!(answer.refusal().1, "unknown_value");
}

#[tokio::test]
async fn a_sample_shows_whatever_status_comes() {
    let mock = Mock::start().await;
    let fault = json!({ "fault": { "kind": "status", "status": 503 } });
    mock.send(Method::PATCH, "/api/behaviour", fault).await;
    let answer = mock.send(Method::POST, "/api/sample", json!({})).await;
    assert_eq!((answer.status, &answer.body["status"]), (200, &json!(503)));
}

#[tokio::test]
async fn a_reset_leaves_nothing() {
    let mock = Mock::start().await;
    mock.book("Mina").await;
    mock.send(
        Method::PATCH,
        "/api/behaviour",
        json!({ "confirmation": "asynchronous" }),
    )
    .await;
    let status = mock.send(Method::POST, "/api/reset", json!({})).await.body;
    let nothing =
        json!({ "exchanges": 0, "bookings": 0, "merchants": 0, "services": 0, "slots": 0 });
    assert_eq!(status["counts"], nothing);
    assert_eq!(status["last_exchange_id"], 0);
    assert_eq!(status["behaviour"]["changed"], false);
    assert_eq!(mock.get("/api/bookings").await.body["bookings"], json!([]));
    // The same token books anew.
    mock.book("Mina").await;
}

#[tokio::test]
async fn a_sample_is_paid_as_it_is_wished() {
    let mock = Mock::start().await;
    let send = async |wish: Value| mock.send(Method::POST, "/api/sample", wish).await;
    let before = mock.get("/api/behaviour").await.body;
    for (mode, status, field) in [
        ("none", "PREPAYMENT_NOT_PROVIDED", None),
        ("prepayment", "PREPAYMENT_PROVIDED", Some("price")),
        ("no_show_fee", "PREPAYMENT_PROVIDED", Some("no_show_fee")),
        ("deposit", "PREPAYMENT_PROVIDED", Some("deposit")),
        ("card_required", "PREPAYMENT_NOT_PROVIDED", None),
    ] {
        let answer = send(json!({ "payment": mode })).await;
        let payment = &answer.body["body"]["booking"]["payment_information"];
        assert_eq!(
            payment["prepayment_status"], status,
            "{mode}: {}",
            answer.text
        );
        if let Some(field) = field {
            assert!(!payment[field].is_null(), "{mode}: {}", answer.text);
        }
        let newest = &mock.get("/api/exchanges?limit=1").await.body["exchanges"][0];
        assert_eq!(newest["finding_count"], 0, "{mode}");
    }
    // The toggles stay as they are.
    assert_eq!(mock.get("/api/behaviour").await.body, before);

    // Without a word about it the toggles decide what the processor says; with a test token it does.
    let decline = json!({ "payment": { "authorisation": "decline" } });
    mock.send(Method::PATCH, "/api/behaviour", decline).await;
    let cause = |answer: &Value| answer["body"]["booking_failure"]["cause"].clone();
    let declined = send(json!({ "payment": "deposit" })).await;
    assert_eq!(cause(&declined.body), "PAYMENT_ERROR_CARD_DECLINED");
    let wish = json!({ "payment_token": "tok_error" });
    assert_eq!(cause(&send(wish).await.body), "PAYMENT_ERROR");
    // Who waits for the merchant pays nothing, so a sample that is paid for does not wait.
    let later =
        json!({ "confirmation": "asynchronous", "payment": { "authorisation": "approve" } });
    mock.send(Method::PATCH, "/api/behaviour", later).await;
    let paid = send(json!({ "payment": "prepayment" })).await;
    assert_eq!(paid.body["body"]["booking"]["status"], "CONFIRMED");
    // Where the aggregator handles the money, no token comes.
    let google = json!({ "payment": { "processed_by": "PROCESSED_BY_GOOGLE" } });
    mock.send(Method::PATCH, "/api/behaviour", google).await;
    let paid = send(json!({ "payment": "prepayment" })).await;
    let payment = &paid.body["body"]["booking"]["payment_information"];
    assert_eq!(payment["payment_processed_by"], "PROCESSED_BY_GOOGLE");
    let newest = &mock.get("/api/exchanges?limit=1").await.body["exchanges"][0];
    assert_eq!(newest["finding_count"], 0);

    for (wish, code, hint) in [
        (
            json!({ "payment": "deposits" }),
            "unknown_value",
            "Did you mean \"deposit\"?",
        ),
        (
            json!({ "payment_token": 5 }),
            "unknown_value",
            "It is a string.",
        ),
        (
            json!({ "kind": "health", "payment": "deposit" }),
            "illegal_combination",
            "Leave payment and payment_token out, or set kind to \"create_booking\".",
        ),
    ] {
        assert_eq!(send(wish).await.refusal(), (422, code, hint));
    }
}
