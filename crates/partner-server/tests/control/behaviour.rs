//! Toggles: change, count down, expire, refuse.

use std::time::Duration;

use insta::assert_json_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, create_booking};

async fn patch(mock: &Mock, change: Value) -> Answer {
    mock.send(Method::PATCH, "/api/behaviour", change).await
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_the_next_request_sees_it() {
    let mock = Mock::start().await;
    assert_json_snapshot!(mock.get("/api/behaviour").await.body, @r#"
    {
      "confirmation": "inventory",
      "merchant_reply": {
        "decision": "manual"
      },
      "failure": null,
      "payment": {
        "mode": "inventory",
        "processed_by": "PROCESSED_BY_PARTNER",
        "authorisation": "approve",
        "rejected_card_type": null,
        "threeds1_parameters": "complete"
      },
      "fault": null,
      "validation": "warn",
      "unknown_inventory": "accept"
    }
    "#);
    let changed = patch(&mock, json!({ "confirmation": "asynchronous" })).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.body["confirmation"], "asynchronous");
    assert_eq!(changed.body["unknown_inventory"], "accept");
    assert_eq!(mock.get("/api/behaviour").await.body, changed.body);
    let answer = mock
        .booking_server("CreateBooking", create_booking("Mina"))
        .await;
    assert_eq!(
        answer.body["booking"]["status"],
        "PENDING_MERCHANT_CONFIRMATION"
    );
    let status = mock.get("/api/status").await.body;
    assert_eq!(status["behaviour"]["changed"], true);
    assert_eq!(status["behaviour"]["in_force"], changed.body);

    let normal = mock
        .call(Method::DELETE, "/api/behaviour")
        .send()
        .await
        .unwrap();
    let normal = Answer::of(normal).await.body;
    assert_eq!(normal, status["behaviour"]["normal"]);
}

#[tokio::test]
async fn a_failure_counts_down_to_null() {
    let mock = Mock::start().await;
    patch(
        &mock,
        json!({ "failure": { "cause": "SLOT_UNAVAILABLE", "times": 2 } }),
    )
    .await;
    for left in [json!(1), Value::Null] {
        let answer = mock
            .booking_server("CreateBooking", create_booking("Mina"))
            .await;
        assert_eq!(answer.body["booking_failure"]["cause"], "SLOT_UNAVAILABLE");
        assert_eq!(
            mock.get("/api/behaviour").await.body["failure"]["times"],
            left
        );
    }
    assert_eq!(
        mock.get("/api/behaviour").await.body["failure"],
        Value::Null
    );
    mock.book("Mina").await;
}

#[tokio::test]
async fn a_change_undoes_itself_when_its_time_is_up() {
    let mock = Mock::start().await;
    let change = json!({ "confirmation": "asynchronous" });
    let path = "/api/behaviour?expires_in_sec=30";
    let changed = mock.send(Method::PATCH, path, change).await;
    assert_eq!(changed.body["confirmation"], "asynchronous");
    mock.clock.advance(Duration::from_millis(10_500));
    let state = mock.get("/api/status").await.body["behaviour"].clone();
    assert_eq!(state["expires_at"], "2026-11-22T01:00:30Z");
    assert_eq!(state["expires_in_sec"], 20);
    assert_eq!(state["expiring"], json!(["confirmation"]));
    mock.clock.advance(Duration::from_secs(20));
    assert_eq!(
        mock.get("/api/behaviour").await.body["confirmation"],
        "inventory"
    );
    let state = mock.get("/api/status").await.body["behaviour"].clone();
    assert_eq!(
        (&state["changed"], &state["expires_at"]),
        (&json!(false), &Value::Null)
    );
}

#[tokio::test]
async fn what_does_not_exist_is_refused_with_the_nearest_name() {
    let mock = Mock::start().await;
    for (change, code, hint) in [
        (
            json!({ "confirmaton": "synchronous" }),
            "unknown_field",
            "\"confirmation\"?",
        ),
        (
            json!({ "confirmation": "asynchronus" }),
            "unknown_value",
            "\"asynchronous\"?",
        ),
        (
            json!({ "payment": { "mod": "deposit" } }),
            "unknown_field",
            "\"mode\"?",
        ),
        (
            json!({ "failure": { "cause": "SLOT_UNAVAILABEL" } }),
            "unknown_value",
            "SLOT_UNAVAILABLE",
        ),
        (
            json!({ "fault": { "kind": "reset", "ms": 5 } }),
            "illegal_combination",
            "when, methods",
        ),
        (
            json!({ "failure": { "cause": "LEASE_EXPIRED", "methods": ["UpdateBooking"] } }),
            "illegal_combination",
            "CreateBooking",
        ),
    ] {
        let answer = patch(&mock, change).await;
        let refusal = answer.refusal();
        assert_eq!((refusal.0, refusal.1), (422, code), "{}", answer.text);
        assert!(refusal.2.contains(hint), "{}", answer.text);
    }
    for query in [
        "expires_in_sec=0",
        "expires_in_sec=soon",
        "expires_in_sec=86401",
    ] {
        let answer = mock
            .send(Method::PATCH, &format!("/api/behaviour?{query}"), json!({}))
            .await;
        assert_eq!(answer.refusal().1, "unknown_value", "{query}");
    }
    let answer = mock
        .send(Method::PATCH, "/api/behaviour?expires_in=5", json!({}))
        .await;
    assert_eq!(
        answer.refusal(),
        (422, "unknown_field", "Did you mean \"expires_in_sec\"?")
    );
    assert_eq!(
        mock.get("/api/status").await.body["behaviour"]["changed"],
        false
    );
}

#[tokio::test]
async fn a_body_needs_no_content_type() {
    let mock = Mock::start().await;
    let request = mock.call(Method::PATCH, "/api/behaviour");
    let request = request.body("{\"confirmation\":\"synchronous\"}");
    assert_eq!(request.send().await.unwrap().status(), 200);
    let request = mock
        .call(Method::PATCH, "/api/behaviour")
        .body("confirmation=synchronous");
    let answer = Answer::of(request.send().await.unwrap()).await;
    assert_eq!((answer.status, answer.refusal().1), (400, "invalid_json"));
    let answer = patch(&mock, json!([])).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn all_fifteen_causes_are_told() {
    let mock = Mock::start().await;
    let causes = mock.get("/api/causes").await.body["causes"].clone();
    let causes = causes.as_array().unwrap();
    assert_eq!(causes.len(), 15);
    let first = &causes[0];
    assert_eq!(
        (&first["cause"], &first["number"]),
        (&json!("SLOT_UNAVAILABLE"), &json!(1))
    );
    for cause in causes {
        let change = json!({ "failure": { "cause": cause["cause"] } });
        assert_eq!(patch(&mock, change).await.status, 200, "{cause}");
    }
}
