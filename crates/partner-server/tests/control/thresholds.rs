//! Rolling figures beside the published limits.

use serde_json::{Value, json};

use crate::common::{Mock, START, create_booking};

async fn row(mock: &Mock, method: &str, with_payment: bool, query: &str) -> Value {
    let answer = mock.get(&format!("/api/thresholds{query}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.body["since"], START);
    let rows = answer.body["methods"].as_array().unwrap();
    let found = rows
        .iter()
        .find(|row| row["method"] == method && row["with_payment"] == with_payment);
    found.unwrap().clone()
}

#[tokio::test]
async fn errors_and_delays_are_counted_as_the_caller_sees_them() {
    let mock = Mock::start().await;
    mock.book("mina").await;
    let change = json!({"failure": {"cause": "SLOT_UNAVAILABLE", "times": 1}});
    mock.engine.behaviour().patch(&change, None).unwrap();
    mock.booking_server("CreateBooking", create_booking("failed"))
        .await;
    mock.booking_server("CreateBooking", json!({})).await;
    let mut paid = create_booking("paid");
    paid["payment_processing_parameters"] = json!({"unparsed_payment_method_token": "tok_approve"});
    mock.booking_server("CreateBooking", paid).await;
    let late = json!({"fault": {"kind": "latency", "ms": 60, "times": 1}});
    mock.engine.behaviour().patch(&late, None).unwrap();
    mock.booking_server("ListBookings", json!({"user_id": "1"}))
        .await;

    let create = row(&mock, "CreateBooking", false, "").await;
    assert_eq!(create["count"], 3, "a business failure is a 200");
    assert_eq!(create["errors"], 1);
    assert_eq!(create["error_rate_limit"], 0.05);
    assert_eq!(create["latency_limit_ms"], 4_000);
    assert_eq!(create["breached"], json!(["error_rate"]));
    let newest = row(&mock, "CreateBooking", false, "?window=1").await;
    assert_eq!(
        (&newest["count"], &newest["error_rate"]),
        (&json!(1), &json!(1.0))
    );
    let paid = row(&mock, "CreateBooking", true, "").await;
    assert_eq!(
        (&paid["count"], &paid["latency_limit_ms"]),
        (&json!(1), &json!(15_000))
    );
    assert_eq!(paid["breached"], json!([]));
    let list = row(&mock, "ListBookings", false, "").await;
    assert!(
        list["latency_ms"]["p50"].as_f64().unwrap() >= 60.0,
        "{list}"
    );
    assert_eq!(list["latency_limit_ms"], Value::Null);

    mock.send(reqwest::Method::POST, "/api/reset", json!({}))
        .await;
    assert_eq!(row(&mock, "CreateBooking", false, "").await["count"], 0);
    let answer = mock.get("/api/thresholds?window=0").await;
    assert_eq!(answer.refusal().0, 422);
}
