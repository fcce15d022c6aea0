//! `POST /api/verify`: counts, orders, near misses; whatever the log still shows.

use std::time::Duration;

use partner::verify::pattern::Pattern;
use partner::verify::{Bounds, Question, Wanted};
use partner::{Engine, EngineOptions, OpenError};
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, create_booking};

impl Mock {
    async fn verify(&self, question: Value) -> Value {
        let answer = self.ask(question).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.body
    }

    async fn ask(&self, question: Value) -> Answer {
        self.send(Method::POST, "/api/verify", question).await
    }

    /// How many exchanges fit, which must be so many.
    async fn counts(&self, mut question: Value, exactly: u64) {
        question["exactly"] = json!(exactly);
        let verdict = self.verify(question.clone()).await;
        assert_eq!(verdict["ok"], true, "{question}: {verdict}");
        assert_eq!(verdict["matched"], exactly);
    }

    async fn fail_next(&self, cause: &str) {
        let failure = json!({"failure": {"cause": cause, "times": 1}});
        let answer = self.send(Method::PATCH, "/api/behaviour", failure).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
}

/// Two bookings, a failure, a list, and a path that does not exist.
async fn mock() -> (Mock, String) {
    let mock = Mock::start().await;
    let id = mock.book("mina").await;
    mock.clock.advance(Duration::from_secs(60));
    mock.book("tom").await;
    mock.fail_next("SLOT_UNAVAILABLE").await;
    mock.booking_server("CreateBooking", create_booking("eve"))
        .await;
    mock.booking_server("ListBookings", json!({"userId": "user-mina"}))
        .await;
    mock.booking_server("NoSuchMethod", json!({})).await;
    (mock, id)
}

#[tokio::test]
async fn every_criterion_counts() {
    let (mock, id) = mock().await;
    for (question, count) in [
        (json!({}), 5),
        (json!({"method": "CreateBooking"}), 3),
        (json!({"method": null}), 1),
        (json!({"method": "CreateBooking", "cause": null}), 2),
        (json!({"cause": "SLOT_UNAVAILABLE"}), 1),
        (json!({"outcome": "failure"}), 1),
        (json!({"outcome": "error"}), 1),
        (json!({"status": 404}), 1),
        (json!({"status": "2xx"}), 4),
        (json!({"path": "/v3/NoSuchMethod"}), 1),
        (json!({"booking_id": id}), 1),
        (json!({"booking_id": null, "method": "CreateBooking"}), 1),
        (json!({"merchant_id": "1234"}), 3),
        (json!({"user_id": "user-mina"}), 2),
        (json!({"user_id": "user-mina", "method": "ListBookings"}), 1),
        (json!({"direction": "inbound"}), 5),
        (json!({"direction": "outbound"}), 0),
        (json!({"request": {"/slot/merchant_id": "1234"}}), 3),
        (
            json!({"request": {"/slot/merchantId": "1234", "/slot/start_sec": 1_795_428_000}}),
            3,
        ),
        (json!({"request": {"/slot/merchant_id": "1235"}}), 0),
        (json!({"request": {"/slot/resources/party_size": 2}}), 3),
        (json!({"answer": {"/booking/booking_id": id}}), 1),
        (
            json!({"answer": {"/booking_failure/cause": "SLOT_UNAVAILABLE"}}),
            1,
        ),
        (
            json!({"method": "CreateBooking", "answer": {"/booking": null}}),
            1,
        ),
        (json!({"since": "2026-11-22T01:00:30Z"}), 4),
        (json!({"until": "2026-11-22T01:00:30Z"}), 1),
        (json!({"until": "2026-11-22T02:01:00+01:00"}), 1),
    ] {
        mock.counts(question, count).await;
    }
}

#[tokio::test]
async fn bounds_hold_or_say_what_came_nearest() {
    let (mock, _) = mock().await;
    for (bound, ok) in [
        (json!({"at_least": 3}), true),
        (json!({"at_least": 4}), false),
        (json!({"at_most": 3}), true),
        (json!({"at_most": 2}), false),
        (json!({"at_least": 1, "at_most": 3}), true),
        (json!({"exactly": 2}), false),
        (json!({}), true),
    ] {
        let mut question = bound.clone();
        question["method"] = json!("CreateBooking");
        let verdict = mock.verify(question).await;
        assert_eq!(verdict["ok"], ok, "{bound}");
        assert_eq!(verdict["matched"], 3);
        assert_eq!(verdict["exchanges"], json!([1, 2, 3]));
    }
    let question = json!({
        "method": "CreateBooking", "cause": "SLOT_UNAVAILABLE",
        "request": {"/user_information/given_name": "mina"},
    });
    let verdict = mock.verify(question).await;
    assert_eq!(
        (&verdict["ok"], &verdict["matched"]),
        (&json!(false), &json!(0))
    );
    let nearest = verdict["nearest"].as_array().unwrap();
    let ids: Vec<u64> = nearest
        .iter()
        .map(|it| it["id"].as_u64().unwrap())
        .collect();
    // One thing is wrong with the failure and with Mina's booking, more with the others.
    assert_eq!(ids, [3, 1, 2, 5, 4]);
    let why = "request /user_information/given_name is \"eve\", not \"mina\".";
    assert_eq!(nearest[0]["why"], json!([why]));
    assert_eq!(
        nearest[1]["why"],
        json!(["cause is null, not SLOT_UNAVAILABLE."])
    );
    assert_eq!(nearest[1]["label"], "CONFIRMED");
    assert_eq!(nearest[4]["why"].as_array().unwrap().len(), 3);
    let message = verdict["message"].as_str().unwrap();
    assert!(
        message.starts_with("0 exchanges fit; expected: at least 1."),
        "{message}"
    );
    assert!(message.ends_with(why), "{message}");
}

#[tokio::test]
async fn an_order_is_found_or_the_missing_step_is_named() {
    let (mock, id) = mock().await;
    let order = json!({"in_order": [
        {"method": "CreateBooking", "booking_id": id},
        {"cause": "SLOT_UNAVAILABLE"},
        {"method": "ListBookings"},
    ]});
    let verdict = mock.verify(order).await;
    assert_eq!(verdict["ok"], true);
    assert_eq!(verdict["exchanges"], json!([1, 3, 4]));
    let backwards = json!({"in_order": [{"method": "ListBookings"}, {"method": "CreateBooking"}]});
    let verdict = mock.verify(backwards).await;
    assert_eq!(
        (&verdict["ok"], &verdict["matched"]),
        (&json!(false), &json!(1))
    );
    let message = verdict["message"].as_str().unwrap();
    assert!(
        message.starts_with("Number 2 of 2 did not come behind exchange 4"),
        "{message}"
    );
    assert!(
        message.contains("exchange 3 would fit, but came before"),
        "{message}"
    );
    assert_eq!(verdict["nearest"][0]["id"], 5);
    // The same exchange does not stand for two.
    let twice = json!({"in_order": [{"cause": "SLOT_UNAVAILABLE"}, {"outcome": "failure"}]});
    assert_eq!(mock.verify(twice).await["ok"], false);
}

#[tokio::test]
async fn clearing_the_log_changes_nothing_and_a_reset_begins_anew() {
    let (mock, _) = mock().await;
    let cleared = mock
        .call(Method::DELETE, "/api/exchanges")
        .send()
        .await
        .unwrap();
    assert_eq!(cleared.status(), 204);
    mock.counts(json!({"method": "CreateBooking"}), 3).await;
    mock.book("new").await;
    mock.counts(json!({"method": "CreateBooking"}), 4).await;
    mock.call(Method::DELETE, "/api/exchanges")
        .send()
        .await
        .unwrap();
    mock.counts(json!({"request": {"/slot/merchant_id": "1234"}}), 4)
        .await;
    let reset = mock.call(Method::POST, "/api/reset").send().await.unwrap();
    assert_eq!(reset.status(), 200);
    mock.counts(json!({}), 0).await;
    mock.book("mina").await;
    mock.counts(json!({"user_id": "user-mina"}), 1).await;
}

#[tokio::test]
async fn what_the_log_drops_is_counted_on_and_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let options = || EngineOptions {
        data_dir: Some(folder.path().to_owned()),
        keep_exchanges: 100,
        ..EngineOptions::default()
    };
    let mock = Mock::start_with(options(), ServeOptions::default()).await;
    mock.book("mina").await;
    mock.record(500).await;
    mock.counts(json!({}), 501).await;
    let listed = mock.get("/api/exchanges?method=CreateBooking").await;
    assert_eq!(listed.body["exchanges"], json!([]), "the log dropped it");
    mock.counts(json!({"user_id": "user-mina"}), 1).await;
    let Mock {
        running, engine, ..
    } = mock;
    running.shutdown().await;
    drop(engine);
    let opened = async {
        loop {
            // What is being ended holds the folder for a moment still.
            match Engine::open(options()) {
                Err(OpenError::InUse { .. }) => tokio::task::yield_now().await,
                opened => return opened.unwrap(),
            }
        }
    };
    let engine = tokio::time::timeout(Duration::from_secs(10), opened).await;
    let pattern = Pattern {
        user_id: Some("user-mina".to_owned()),
        ..Pattern::default()
    };
    let question = Question {
        wanted: Wanted::Count(Box::new(pattern), Bounds::default()),
        ..Question::default()
    };
    assert_eq!(engine.unwrap().verify(question).await.unwrap().matched, 1);
}

#[tokio::test]
async fn a_secret_is_not_guessed_at() {
    let mock = Mock::start().await;
    let mut request = create_booking("mina");
    request["payment_processing_parameters"] =
        json!({"processor": "PROCESSOR_STRIPE", "unparsed_payment_method_token": "tok_approve"});
    mock.booking_server("CreateBooking", request).await;
    let place = "/payment_processing_parameters/unparsed_payment_method_token";
    let question = json!({"method": "CreateBooking", "request": {place: "tok_approve"}});
    let refused = mock.ask(question).await;
    assert_eq!(
        (refused.refusal().0, refused.refusal().1),
        (409, "hidden_value")
    );
    // Where something else does not fit, nobody needs to know.
    mock.counts(
        json!({"method": "ListBookings", "request": {place: "x"}}),
        0,
    )
    .await;
}

#[tokio::test]
async fn mistakes_are_refused_with_the_right_name() {
    let mock = Mock::start().await;
    for (question, code, word) in [
        (
            json!({"methods": "CreateBooking"}),
            "unknown_field",
            "\"method\"?",
        ),
        (
            json!({"method": "CreateBokking"}),
            "unknown_value",
            "\"CreateBooking\"?",
        ),
        (
            json!({"cause": "SLOT_GONE"}),
            "unknown_value",
            "SLOT_UNAVAILABLE",
        ),
        (json!({"status": 700}), "unknown_value", "4xx"),
        (
            json!({"exactly": 1, "at_most": 2}),
            "illegal_combination",
            "alone",
        ),
        (
            json!({"at_least": 2, "at_most": 1}),
            "illegal_combination",
            "both",
        ),
        (json!({"at_least": -1}), "unknown_value", "whole number"),
        (
            json!({"request": {"slot/merchant_id": 1}}),
            "unknown_value",
            "\"/slot/",
        ),
        (
            json!({"request": "x"}),
            "unknown_value",
            "/slot/merchant_id",
        ),
        (json!({"since": "yesterday"}), "unknown_value", "2026"),
        (json!({"in_order": []}), "unknown_value", "list"),
        (
            json!({"in_order": [{"at_least": 1}]}),
            "unknown_field",
            "Known here",
        ),
        (
            json!({"in_order": [{}], "method": "CreateBooking"}),
            "illegal_combination",
            "into the patterns",
        ),
    ] {
        let refused = mock.ask(question.clone()).await;
        let (status, found, hint) = refused.refusal();
        assert_eq!((status, found), (422, code), "{question}");
        assert!(hint.contains(word), "{question}: {hint}");
    }
}
