//! What goes on within a session without anybody asking: time, replies, notifications, walk-throughs,
//! edited scenarios; and how it ends.

use std::path::Path;
use std::time::{Duration, Instant};

use partner::EngineOptions;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::receiver::Receiver;
use crate::common::{Answer, Mock, create_booking};

const PENDING: &str = "PENDING_MERCHANT_CONFIRMATION";

const WALK: &str = "
name: walk
title: The merchant takes its time
behaviour: { confirmation: asynchronous, merchant_reply: { decision: confirm, after_sec: 60 } }
steps:
  - title: Mina asks
    send:
      method: CreateBooking
      body:
        idempotency_token: t-1
        slot: { merchant_id: m, service_id: s, start_sec: \"1795428000\", duration_sec: \"3600\" }
        user_information: { user_id: u, given_name: Mina, family_name: Okafor, telephone: +1 206-555-0142, email: mina@example.com }
        payment_information: { prepayment_status: PREPAYMENT_NOT_PROVIDED }
    capture: { booking_id: /booking/booking_id }
    expect: { fields: { /booking/status: PENDING_MERCHANT_CONFIRMATION } }
  - title: The merchant replies
    advance: { sec: 60 }
    expect:
      notification: { status: CONFIRMED }
      booking: { booking_id: \"${booking_id}\", status: CONFIRMED }
";

/// A partner with a folder that has the scenario.
async fn with_walk(folder: &Path) -> Mock {
    std::fs::write(folder.join("walk.yaml"), WALK).unwrap();
    let options = EngineOptions {
        scenarios_dir: Some(folder.to_owned()),
        ..EngineOptions::default()
    };
    Mock::start_with(options, ServeOptions::default()).await
}

async fn post(mock: &Mock, path: &str, body: Value) -> Value {
    let answer = mock.send(Method::POST, path, body).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.body
}

/// Asks until it is so.
async fn until(what: &str, mock: &Mock, path: &str, is_so: impl Fn(&Value) -> bool) {
    let begun = Instant::now();
    loop {
        let answer = mock.get(path).await;
        if is_so(&answer.body) {
            return;
        }
        let patient = begun.elapsed() < Duration::from_secs(20);
        assert!(patient, "{what}: {}", answer.text);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn time_passes_in_one_session_alone() {
    let receiver = Receiver::start().await;
    let mut serve = ServeOptions::default();
    serve.notify.url = Some(receiver.url.clone());
    let mock = Mock::start_with(EngineOptions::default(), serve).await;
    let toggles = json!({
        "confirmation": "asynchronous",
        "merchant_reply": {"decision": "confirm", "after_sec": 30},
    });
    let mut ids = Vec::new();
    for place in ["", "?session=a", "?session=b"] {
        let path = format!("/api/behaviour{place}");
        let set = mock.send(Method::PATCH, &path, toggles.clone()).await;
        assert_eq!(set.status, 200, "{}", set.text);
    }
    for name in ["a", "b"] {
        let made = mock
            .within(name, "CreateBooking", create_booking("mina"))
            .await;
        assert_eq!(made.body["booking"]["status"], PENDING);
        ids.push(made.body["booking"]["booking_id"].clone());
    }
    let outside = mock.book("mina").await;
    // The same seed and the same requests: one id, in three places.
    assert_eq!(ids, [json!(outside), json!(outside)]);
    post(&mock, "/api/clock/advance?session=a", json!({"sec": 30})).await;
    let status = async |place: &str| {
        let booking = mock.get(&format!("/api/bookings/{outside}{place}")).await;
        booking.body["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status("?session=a").await, "CONFIRMED");
    assert_eq!(status("?session=b").await, PENDING);
    assert_eq!(status("").await, PENDING);
    // The aggregator elsewhere was told by that session, once; the clock waited for it.
    let received = receiver.received();
    assert_eq!(received.len(), 1, "{received:?}");
    assert_eq!(received[0].body["status"], "CONFIRMED");
    for (place, count) in [("?session=a", 1), ("?session=b", 0), ("", 0)] {
        let outbox = mock.get(&format!("/api/notifications{place}")).await;
        let list = outbox.body["notifications"].as_array().unwrap();
        assert_eq!(list.len(), count, "{place}");
        let question = json!({"direction": "outbound", "exactly": count});
        let verdict = post(&mock, &format!("/api/verify{place}"), question).await;
        assert_eq!(verdict["ok"], true, "{place}: {verdict}");
    }
}

#[tokio::test]
async fn a_walk_through_walks_within_its_session() {
    let folder = tempfile::tempdir().unwrap();
    let mock = with_walk(folder.path()).await;
    post(
        &mock,
        "/api/scenarios/walk/activate?session=class",
        json!({}),
    )
    .await;
    for step in 0..2 {
        let walk = post(&mock, "/api/walkthrough/next?session=class", json!({})).await;
        assert_eq!(walk["steps"][step]["state"], "passed", "{walk}");
    }
    let listed = mock.get("/api/bookings?session=class").await.body;
    assert_eq!(listed["bookings"].as_array().unwrap().len(), 1);
    // A step back plays it again, in the session still.
    let walk = post(&mock, "/api/walkthrough/back?session=class", json!({})).await;
    assert_eq!(walk["position"], 1, "{walk}");
    let again = post(&mock, "/api/walkthrough/next?session=class", json!({})).await;
    assert_eq!(again["steps"][1]["state"], "passed", "{again}");
    // Outside, nothing of that has happened.
    assert_eq!(mock.engine.scenario().name, "default");
    assert_eq!(mock.engine.log().position().newest, 0);
    assert_eq!(*mock.engine.bookings_changed().borrow(), 0);
    let refused = mock
        .send(Method::POST, "/api/walkthrough/next", json!({}))
        .await;
    assert_eq!(refused.refusal().1, "no_steps");
}

#[tokio::test]
async fn a_session_begins_as_the_scenario_says_and_goes_its_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let mock = with_walk(folder.path()).await;
    mock.send(Method::PATCH, "/api/behaviour?session=early", json!({}))
        .await;
    post(&mock, "/api/scenarios/walk/activate", json!({})).await;
    let toggle = json!({"failure": {"cause": "SLOT_UNAVAILABLE"}});
    mock.send(Method::PATCH, "/api/behaviour", toggle).await;
    // One that was there already stays as it is; a new one has the scenario, but no toggle.
    let scenario = async |name: &str| {
        let status = mock.get(&format!("/api/status?session={name}")).await.body;
        status["scenario"]["name"].as_str().unwrap().to_owned()
    };
    assert_eq!(scenario("early").await, "default");
    let made = mock
        .within("late", "CreateBooking", create_booking("mina"))
        .await;
    assert_eq!(made.body["booking"]["status"], PENDING, "{}", made.text);
    assert_eq!(scenario("late").await, "walk");
    // An edited file takes effect in all that are in it.
    let edited = WALK.replace("asynchronous", "synchronous");
    std::fs::write(folder.path().join("walk.yaml"), edited).unwrap();
    for place in ["", "?session=late"] {
        let path = format!("/api/behaviour{place}");
        until("edited", &mock, &path, |it| {
            it["confirmation"] == "synchronous"
        })
        .await;
    }
    let early = mock.get("/api/behaviour?session=early").await.body;
    assert_eq!(early["confirmation"], "inventory");
    // A reset outside is none of theirs.
    post(&mock, "/api/reset", json!({})).await;
    let list = mock.get("/api/bookings?session=late").await.body;
    assert_eq!(list["bookings"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_session_ends_with_what_hangs_on_it() {
    let mock = Mock::start().await;
    let fault = json!({"fault": {"kind": "latency", "ms": 120_000, "times": 1}});
    mock.send(Method::PATCH, "/api/behaviour?session=a", fault)
        .await;
    let events = mock.call(Method::GET, "/api/events?session=a");
    let mut events = events.send().await.unwrap();
    assert_eq!(events.status(), 200);
    let held = {
        let url = format!(
            "{}/sessions/a/v3/CreateBooking",
            mock.running.listener().url
        );
        let call = mock.client.post(url).basic_auth("mock", Some("partner"));
        let call = call.timeout(Duration::from_secs(60));
        tokio::spawn(call.json(&create_booking("mina")).send())
    };
    until("held", &mock, "/api/behaviour?session=a", |it| {
        it["fault"].is_null()
    })
    .await;
    let ended = mock.call(Method::DELETE, "/api/sessions/a").send().await;
    assert_eq!(ended.unwrap().status(), 204);
    // Streams end in good order, and who waits is told at once.
    while events.chunk().await.unwrap().is_some() {}
    let answer = tokio::time::timeout(Duration::from_secs(10), held).await;
    let answer = Answer::of(answer.expect("an answer").unwrap().unwrap()).await;
    assert_eq!(answer.status, 503, "{}", answer.text);
    // The name is free for a new one that knows of nothing.
    let made = mock
        .within("a", "CreateBooking", create_booking("mina"))
        .await;
    assert_eq!(made.body["booking"]["status"], "CONFIRMED");
    let log = mock.get("/api/exchanges?session=a").await.body;
    assert_eq!(log["exchanges"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn sessions_end_with_the_program_and_leave_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let options = EngineOptions {
            data_dir: Some(folder.path().to_owned()),
            ..EngineOptions::default()
        };
        Mock::start_with(options, ServeOptions::default())
    };
    let mock = start().await;
    mock.book("outside").await;
    let made = mock
        .within("a", "CreateBooking", create_booking("mina"))
        .await;
    assert_eq!(made.status, 200);
    let Mock {
        running, engine, ..
    } = mock;
    running.shutdown().await;
    drop(engine);
    let mock = start().await;
    assert!(mock.names().await.is_empty());
    assert_eq!(*mock.engine.bookings_changed().borrow(), 1);
    let begun = mock
        .within("a", "ListBookings", json!({"user_id": "user-mina"}))
        .await;
    assert_eq!(begun.text, "{\"bookings\":[]}");
}

#[tokio::test]
async fn a_path_that_names_no_session_says_what_a_name_is() {
    let mock = Mock::start().await;
    for path in [
        "/sessions/a%20b/v3/HealthCheck",
        "/sessions//v3/HealthCheck",
    ] {
        let url = format!("{}{path}", mock.running.listener().url);
        let call = mock.client.get(url).basic_auth("mock", Some("partner"));
        let answer = Answer::of(call.send().await.unwrap()).await;
        assert_eq!(answer.status, 404);
        assert!(answer.text.contains("up to 64 letters"), "{}", answer.text);
    }
    assert!(mock.names().await.is_empty());
    let wrong = mock.within("a", "CreateBookings", json!({})).await;
    let right = "/sessions/a/v3/CreateBooking?";
    assert!(wrong.text.contains(right), "{}", wrong.text);
    // What is said to help stays in the session, as one replay shows.
    let far = mock.within("a", "Zzz", json!({})).await;
    assert_eq!(far.status, 404);
    let exchange = mock.get("/api/exchanges/2?session=a").await.body;
    let steps = exchange["decisions"].as_array().unwrap();
    let decided = steps.iter().find(|it| it["decided"] == true).unwrap();
    let change = &decided["counterfactuals"][0]["change"];
    let replayed = mock
        .send(
            Method::POST,
            "/api/exchanges/2/replay?session=a",
            json!({ "change": change }),
        )
        .await;
    assert_eq!(
        replayed.body["body"]["status"], "SERVING",
        "{}",
        replayed.text
    );
    assert_eq!(replayed.body["exchange_id"], 3, "{}", replayed.text);
}
