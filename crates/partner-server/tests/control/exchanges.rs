//! The log: filters, words, pages, one exchange, exports, clearing.

use insta::assert_json_snapshot;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Mock, create_booking};

async fn ids(mock: &Mock, query: &str) -> Vec<u64> {
    let answer = mock.get(&format!("/api/exchanges?{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let rows = answer.body["exchanges"].as_array().unwrap();
    rows.iter().map(|row| row["id"].as_u64().unwrap()).collect()
}

/// Ids 1 to 5: a booking, another, a failure, a refused body, somebody without credentials.
async fn busy() -> (Mock, String) {
    let mock = Mock::start().await;
    let booking_id = mock.book("Mina").await;
    mock.book("Tom").await;
    let failure = json!({ "failure": { "cause": "SLOT_UNAVAILABLE", "times": 1 } });
    mock.send(Method::PATCH, "/api/behaviour", failure).await;
    mock.booking_server("CreateBooking", create_booking("Noor"))
        .await;
    mock.booking_server("CreateBooking", json!({ "slot": 7 }))
        .await;
    let url = format!("{}/v3/HealthCheck", mock.running.listener().url);
    assert_eq!(mock.client.get(url).send().await.unwrap().status(), 401);
    (mock, booking_id)
}

#[tokio::test]
async fn filters_and_words_find_what_fits() {
    let (mock, booking_id) = busy().await;
    for (query, found) in [
        ("", &[5, 4, 3, 2, 1][..]),
        ("direction=inbound&limit=2", &[5, 4]),
        ("direction=outbound", &[]),
        ("method=HealthCheck", &[5]),
        ("outcome=ok", &[2, 1]),
        ("outcome=failure", &[3]),
        ("cause=SLOT_UNAVAILABLE", &[3]),
        ("status=401", &[5]),
        ("status=4xx", &[5, 4]),
        ("status=2xx&outcome=ok&merchant_id=1234", &[2, 1]),
        ("merchant_id=999", &[]),
        ("after=3", &[5, 4]),
        ("before=3", &[2, 1]),
        ("after=1&before=4", &[3, 2]),
        ("q=mina", &[1]),
        ("q=mina%20okafor", &[1]),
        ("q=okaf", &[3, 2, 1]),
        ("q=slot_unavailable&method=CreateBooking", &[3]),
        ("q=%22okafor%20mina%22", &[]),
        ("q=", &[5, 4, 3, 2, 1]),
    ] {
        assert_eq!(ids(&mock, query).await, found, "{query}");
    }
    assert_eq!(ids(&mock, &format!("booking_id={booking_id}")).await, [1]);
}

#[tokio::test]
async fn pages_meet_without_a_seam() {
    let (mock, _) = busy().await;
    let mut seen = Vec::new();
    let mut before = String::new();
    loop {
        let page = mock
            .get(&format!("/api/exchanges?limit=2{before}"))
            .await
            .body;
        let rows = page["exchanges"].as_array().unwrap();
        seen.extend(rows.iter().map(|row| row["id"].as_u64().unwrap()));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        before = format!("&before={next}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn a_misspelt_filter_is_refused_with_the_nearest_name() {
    let mock = Mock::start().await;
    for (query, code, hint) in [
        (
            "mehtod=CreateBooking",
            "unknown_field",
            "Did you mean \"method\"?",
        ),
        (
            "method=createbooking",
            "unknown_value",
            "Did you mean \"CreateBooking\"?",
        ),
        ("outcome=fail", "unknown_value", "Did you mean \"failure\"?"),
        ("direction=in", "unknown_value", "Did you mean \"inbound\"?"),
        (
            "cause=SLOT_GONE",
            "unknown_value",
            "Did you mean \"SLOT_UNAVAILABLE\"?",
        ),
        (
            "status=4x",
            "unknown_value",
            "It is an HTTP status like 404, or a class of them like 4xx.",
        ),
        (
            "limit=0",
            "unknown_value",
            "It is a whole number from 1 to 1000.",
        ),
        ("after=-1", "unknown_value", "It is a whole number."),
        ("q=a&q=b", "unknown_value", "Give it once."),
    ] {
        let answer = mock.get(&format!("/api/exchanges?{query}")).await;
        assert_eq!(answer.refusal(), (422, code, hint), "{query}");
    }
}

#[tokio::test]
async fn one_exchange_has_everything() {
    let (mock, booking_id) = busy().await;
    let row = mock.get("/api/exchanges?before=2").await.body["exchanges"][0].clone();
    let exchange = mock.get("/api/exchanges/1").await.body;
    assert_json_snapshot!(row, {
        ".booking_id" => "[booking]",
        ".duration_us" => "[time]",
    }, @r#"
    {
      "id": 1,
      "direction": "inbound",
      "at": "2026-11-22T01:00:00Z",
      "method": "CreateBooking",
      "path": "/v3/CreateBooking",
      "status": 200,
      "outcome": "ok",
      "cause": null,
      "booking_id": "[booking]",
      "merchant_id": "1234",
      "duration_us": "[time]",
      "finding_count": 0,
      "label": "CONFIRMED",
      "note": "massage-60 · Mina Okafor"
    }
    "#);
    for (name, value) in row.as_object().unwrap() {
        assert_eq!(&exchange[name], value, "{name}");
    }
    let request: Value =
        serde_json::from_str(exchange["request"]["body"].as_str().unwrap()).unwrap();
    assert_eq!(request, create_booking("Mina"));
    let headers = exchange["request"]["headers"].to_string();
    assert!(headers.contains("Basic [redacted]"), "{headers}");
    let response = exchange["response"]["body"].as_str().unwrap();
    assert!(response.contains(&booking_id));
    assert_eq!(exchange["timing"]["total_us"], exchange["duration_us"]);
    let decisions = exchange["decisions"].as_array().unwrap();
    assert_eq!(
        decisions.iter().filter(|it| it["decided"] == true).count(),
        1
    );
    let findings = mock.get("/api/exchanges/4").await.body["findings"].clone();
    assert_eq!(findings[0]["pointer"], "/slot");
}

#[tokio::test]
async fn the_curl_command_can_be_pasted() {
    let (mock, _) = busy().await;
    let response = mock
        .call(Method::GET, "/api/exchanges/1/curl")
        .send()
        .await
        .unwrap();
    assert_eq!(
        response.headers()["content-type"],
        "text/plain; charset=utf-8"
    );
    let command = response.text().await.unwrap();
    let url = format!("{}/v3/CreateBooking", mock.running.listener().url);
    assert!(
        command.starts_with(&format!("curl -sS {url} ")),
        "{command}"
    );
    assert!(command.contains("-u mock:partner"));
    assert!(command.contains("--data-binary '{\"slot\":"));
    assert!(command.ends_with('\n'));
    assert_eq!(
        mock.get("/api/exchanges/99/curl").await.refusal().1,
        "not_found"
    );
}

#[tokio::test]
async fn the_har_file_is_whole() {
    let (mock, _) = busy().await;
    mock.record(200).await;
    let response = mock
        .call(Method::GET, "/api/exchanges.har")
        .send()
        .await
        .unwrap();
    let disposition = response.headers()["content-disposition"].clone();
    assert_eq!(disposition, "attachment; filename=\"mock-partner.har\"");
    let file: Value = response.json().await.unwrap();
    assert_eq!(file["log"]["version"], "1.2");
    let entries = file["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 205);
    for (place, entry) in entries.iter().enumerate() {
        assert_eq!(entry["_id"], place + 1);
        for name in [
            "startedDateTime",
            "time",
            "request",
            "response",
            "cache",
            "timings",
        ] {
            assert!(!entry[name].is_null(), "{name}");
        }
    }
    let sent = entries[0]["request"]["postData"]["text"].as_str().unwrap();
    assert_eq!(
        serde_json::from_str::<Value>(sent).unwrap(),
        create_booking("Mina")
    );
    let answered = entries[0]["response"]["content"]["text"].as_str().unwrap();
    let answered: Value = serde_json::from_str(answered).unwrap();
    assert_eq!(answered["booking"]["status"], "CONFIRMED");

    mock.call(Method::DELETE, "/api/exchanges")
        .send()
        .await
        .unwrap();
    let empty = mock.get("/api/exchanges.har").await.body;
    assert_eq!(empty["log"]["entries"], json!([]));
}

#[tokio::test]
async fn clearing_the_log_keeps_the_bookings() {
    let (mock, booking_id) = busy().await;
    let response = mock
        .call(Method::DELETE, "/api/exchanges")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 204);
    assert!(ids(&mock, "").await.is_empty());
    assert_eq!(mock.get("/api/exchanges/1").await.status, 404);
    let status = mock.get("/api/status").await.body;
    let counts = &status["counts"];
    assert_eq!(
        (&counts["exchanges"], &counts["bookings"]),
        (&json!(0), &json!(2))
    );
    let timeline = mock.get(&format!("/api/bookings/{booking_id}")).await.body["timeline"].clone();
    assert_eq!(timeline[0]["exchange_id"], Value::Null);
    // Ids go on, so that an old one never names another exchange.
    mock.book("Lin").await;
    assert_eq!(ids(&mock, "").await, [6]);
}
