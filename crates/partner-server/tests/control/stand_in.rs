//! The stand-in aggregator as a partner's own server meets it.

use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, TOKEN};

const PARTNERS: &str = "/aggregator/v1alpha/notification/partners";

async fn patch(mock: &Mock, partner: &str, id: &str, query: &str, body: Value) -> Answer {
    let path = format!("{PARTNERS}/{partner}/bookings/{id}?{query}");
    mock.send(Method::PATCH, &path, body).await
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "it is given a literal each time"
)]
fn body(id: &str, rest: Value) -> Value {
    let mut body = json!({"name": format!("partners/20002/bookings/{id}"),
        "merchantId": "1234", "serviceId": "massage-60"});
    for (name, value) in rest.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn error(answer: &Answer) -> (u16, &str) {
    let error = &answer.body["error"];
    assert_eq!(error["code"], answer.status, "{}", answer.text);
    assert_eq!(error["details"], json!([]));
    assert!(error["message"].is_string());
    (answer.status, error["status"].as_str().unwrap())
}

#[tokio::test]
async fn it_answers_each_row_of_6_5() {
    let mock = Mock::start().await;
    let id = mock.book("mina").await;
    let cancel = || body(&id, json!({"status": "CANCELED"}));
    let status = "updateMask=status";

    let path = format!("{PARTNERS}/20002/bookings/{id}?{status}");
    let bare = Answer::of(
        mock.bare(Method::PATCH, &path)
            .json(&cancel())
            .send()
            .await
            .unwrap(),
    );
    assert_eq!(error(&bare.await), (401, "UNAUTHENTICATED"));
    let wrong = mock
        .bare(Method::PATCH, &path)
        .bearer_auth("wrong")
        .json(&cancel());
    assert_eq!(
        error(&Answer::of(wrong.send().await.unwrap()).await),
        (401, "UNAUTHENTICATED")
    );
    let elsewhere = patch(&mock, "7", &id, status, cancel()).await;
    assert_eq!(error(&elsewhere), (403, "PERMISSION_DENIED"));
    let none = patch(
        &mock,
        "20002",
        "bk-none",
        status,
        body("bk-none", json!({"status": "CANCELED"})),
    );
    assert_eq!(error(&none.await), (404, "NOT_FOUND"));
    let other = patch(
        &mock,
        "20002",
        &id,
        status,
        body("bk-other", json!({"status": "CANCELED"})),
    );
    assert_eq!(error(&other.await), (400, "INVALID_ARGUMENT"));
    let mask = patch(&mock, "20002", &id, "updateMask=name", cancel()).await;
    assert_eq!(error(&mask), (400, "INVALID_ARGUMENT"));
    let no_mask = patch(&mock, "20002", &id, "", cancel()).await;
    assert_eq!(error(&no_mask), (400, "INVALID_ARGUMENT"));
    let illegal = body(&id, json!({"status": "DECLINED_BY_MERCHANT"}));
    let illegal = patch(&mock, "20002", &id, status, illegal).await;
    assert_eq!(error(&illegal), (400, "FAILED_PRECONDITION"));
    for (code, name) in [
        (409, "ABORTED"),
        (429, "RESOURCE_EXHAUSTED"),
        (500, "INTERNAL"),
        (503, "UNAVAILABLE"),
        (504, "DEADLINE_EXCEEDED"),
    ] {
        let faults = json!({"fail_next": 1, "status": code});
        let set = mock
            .send(Method::PUT, "/api/aggregator/faults", faults)
            .await;
        assert_eq!(set.body["faults"]["fail_next"], 1, "{}", set.text);
        assert_eq!(
            error(&patch(&mock, "20002", &id, status, cancel()).await),
            (code, name)
        );
    }
    let done = patch(&mock, "20002", &id, status, cancel()).await;
    assert_eq!(done.status, 200, "{}", done.text);
    assert_eq!(
        done.body,
        json!({"name": format!("partners/20002/bookings/{id}"), "merchantId": "1234",
            "serviceId": "massage-60", "startTime": "2026-11-23T10:00:00Z", "duration": "3600s",
            "status": "CANCELED", "partySize": "2",
            "paymentInformation": {"prepaymentStatus": "PREPAYMENT_NOT_PROVIDED"}})
    );
    // The same once more is fine, and by POST as well.
    let again = mock
        .call(Method::POST, &path)
        .header("X-HTTP-Method-Override", "PATCH");
    assert_eq!(again.json(&cancel()).send().await.unwrap().status(), 200);
    let plain = mock
        .call(Method::POST, &path)
        .json(&cancel())
        .send()
        .await
        .unwrap();
    assert_eq!(plain.status(), 404);
    let unknown = mock
        .call(Method::GET, "/aggregator/v1alpha/x")
        .send()
        .await
        .unwrap();
    assert_eq!(error(&Answer::of(unknown).await), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn each_call_from_outside_is_one_exchange_with_its_findings() {
    let mock = Mock::start().await;
    let id = mock.book("mina").await;
    let query = "updateMask=status&bookingFailure.cause=SLOT_UNAVAILABLE";
    let answer = patch(
        &mock,
        "20002",
        &id,
        query,
        body(&id, json!({"status": "CANCELED"})),
    )
    .await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let list = mock
        .get(&format!("/api/exchanges?booking_id={id}"))
        .await
        .body;
    let rows = list["exchanges"].as_array().unwrap();
    assert_eq!(rows.len(), 2, "{list}");
    let row = &rows[0];
    assert_eq!(
        (&row["direction"], &row["label"]),
        (&json!("inbound"), &json!("CANCELED"))
    );
    let exchange = mock
        .get(&format!("/api/exchanges/{}", row["id"]))
        .await
        .body;
    assert_eq!(exchange["findings"][0]["code"], "failure_ignored");
    assert!(!exchange.to_string().contains(TOKEN), "{exchange}");
    let target = exchange["request"]["target"].as_str().unwrap();
    assert!(target.starts_with(mock.url()), "{target}");
    // The partner's own side did not change: that is a difference to see.
    let both = mock.get(&format!("/api/bookings/{id}")).await.body;
    assert_eq!(
        (&both["status"], &both["differs"]),
        (&json!("CONFIRMED"), &json!(["status"]))
    );
}

#[tokio::test]
async fn the_quota_is_fifteen_hundred_a_minute_of_the_engines_clock() {
    let mock = Mock::start().await;
    let gate = mock.engine.aggregator_gate();
    let now = mock.clock.now();
    for _ in 0..1_500 {
        gate.pass(now).unwrap();
    }
    let call = || {
        patch(
            &mock,
            "20002",
            "bk-x",
            "updateMask=status",
            body("bk-x", json!({"status": "CANCELED"})),
        )
    };
    assert_eq!(error(&call().await), (429, "RESOURCE_EXHAUSTED"));
    mock.clock.advance(std::time::Duration::from_secs(60));
    assert_eq!(error(&call().await), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn a_partners_own_server_may_use_it_once_that_is_allowed() {
    let mock = Mock::start().await;
    let allowed = mock
        .send(
            Method::PATCH,
            "/api/aggregator",
            json!({"accept_unknown_bookings": true}),
        )
        .await;
    assert_eq!(
        allowed.body["accept_unknown_bookings"], true,
        "{}",
        allowed.text
    );
    assert!(
        allowed.body["url"]
            .as_str()
            .unwrap()
            .ends_with("/aggregator")
    );
    let theirs = |rest: Value| {
        let mut body = body("bk-7", rest);
        body["name"] = json!("partners/7/bookings/bk-7");
        body
    };
    let query = "updateMask=status&booking_failure.cause=\"SLOT_UNAVAILABLE\"";
    let failed = patch(
        &mock,
        "7",
        "bk-7",
        query,
        theirs(json!({"status": "FAILED"})),
    )
    .await;
    assert_eq!(failed.body["status"], "FAILED", "{}", failed.text);
    let known = mock.get("/api/aggregator/bookings/bk-7").await.body;
    assert_eq!(known["cause"], "SLOT_UNAVAILABLE");
    assert_eq!(known["is_foreign"], true);
    // From now on it is known, and judged.
    let confirmed = theirs(json!({"status": "CONFIRMED"}));
    let illegal = patch(&mock, "7", "bk-7", "updateMask=status", confirmed).await;
    assert_eq!(error(&illegal), (400, "FAILED_PRECONDITION"));
    mock.book("mina").await;
    let page = mock.get("/api/aggregator/bookings?limit=1").await.body;
    assert_eq!(page["bookings"][0]["booking_id"], "bk-7");
    let next = page["next"].as_str().unwrap();
    let rest = mock
        .get(&format!("/api/aggregator/bookings?limit=1&before={next}"))
        .await
        .body;
    assert_eq!(rest["bookings"][0]["is_foreign"], false);
    assert!(rest["next"].is_null());
}

#[tokio::test]
async fn real_time_updates_replace_what_they_cover() {
    let mock = Mock::start().await;
    let base = "/aggregator/v1alpha/inventory/partners/20002";
    let slot = |start: &str| {
        json!({"startTime": start, "duration": "3600s", "spotsOpen": "1",
        "spotsTotal": "2", "confirmationMode": "CONFIRMATION_MODE_SYNCHRONOUS"})
    };
    let batch = json!({"extendedServiceAvailability": [
        {"merchantId": "m", "serviceId": "s", "availability": [
            slot("2027-01-01T09:00:00Z"), slot("2027-01-01T10:00:00Z")]},
        {"merchantId": "m", "serviceId": "t", "availability": [{"startTime": "2027-01-01T09:00:00Z"}]},
    ]});
    let path = format!("{base}/availability:replace");
    let answer = mock.send(Method::POST, &path, batch).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let taken = answer.body["extendedServiceAvailability"]
        .as_array()
        .unwrap();
    assert_eq!(taken.len(), 1, "only what was replaced comes back");
    let single = json!({"serviceAvailability": {"startTimeRestrict": "2027-01-01T09:30:00Z",
        "availability": []}});
    let path = format!("{base}/merchants/m/services/s/availability:replace");
    let answer = mock.send(Method::POST, &path, single).await;
    assert_eq!(
        answer.body["name"], "partners/20002/merchants/m/services/s",
        "{}",
        answer.text
    );
    let left = mock
        .get("/api/aggregator/availability?merchant_id=m&service_id=s")
        .await
        .body;
    let slots = left["slots"].as_array().unwrap();
    assert_eq!(slots.len(), 1);
    assert_eq!(
        slots[0]["availability"]["startTime"],
        "2027-01-01T09:00:00Z"
    );
    let wrong = mock
        .send(
            Method::POST,
            &path,
            json!({"serviceAvailability": {"availability": [
        {"startTime": "2027-01-01T09:00:00Z", "duration": "0s"}]}}),
        )
        .await;
    assert_eq!(error(&wrong), (400, "INVALID_ARGUMENT"));
}

#[tokio::test]
async fn what_cannot_be_set_is_refused() {
    let mock = Mock::start().await;
    for (body, code) in [
        (json!({}), "missing_field"),
        (json!({"fail_next": -1}), "unknown_value"),
        (json!({"fail_next": 1, "status": 418}), "unknown_value"),
        (json!({"fail_nxt": 1}), "unknown_field"),
    ] {
        let refused = mock.send(Method::PUT, "/api/aggregator/faults", body).await;
        assert_eq!(refused.refusal().1, code);
    }
    let refused = mock.get("/api/notifications?state=lost").await;
    assert_eq!(refused.refusal().1, "unknown_value");
    let refused = mock.get("/api/aggregator/bookings?before=x").await;
    assert_eq!(refused.refusal().1, "unknown_value");
}
