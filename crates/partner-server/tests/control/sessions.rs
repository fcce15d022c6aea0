//! Sessions: clients that share a program without meeting.

use futures_util::future::join_all;
use partner::EngineOptions;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::{Answer, Mock, create_booking};

impl Mock {
    /// A call of the Booking Server within a session, by its path.
    pub(crate) async fn within(&self, session: &str, method: &str, body: Value) -> Answer {
        let url = format!(
            "{}/sessions/{session}/v3/{method}",
            self.running.listener().url
        );
        let call = self.client.post(url).basic_auth("mock", Some("partner"));
        Answer::of(call.json(&body).send().await.unwrap()).await
    }

    /// The same, by the header.
    pub(crate) async fn with_header(&self, value: &str, method: &str, body: Value) -> Answer {
        let url = format!("{}/v3/{method}", self.running.listener().url);
        let call = self.client.post(url).basic_auth("mock", Some("partner"));
        let call = call.header("X-Mock-Partner", value).json(&body);
        Answer::of(call.send().await.unwrap()).await
    }

    pub(crate) async fn names(&self) -> Vec<String> {
        let list = self.get("/api/sessions").await.body;
        let sessions = list["sessions"].as_array().unwrap().clone();
        let name = |it: &Value| it["name"].as_str().unwrap().to_owned();
        sessions.iter().map(name).collect()
    }
}

#[tokio::test]
async fn fifty_sessions_in_parallel_do_not_meet() {
    let mock = Mock::start().await;
    let suites = (0..50).map(|number| {
        let mock = &mock;
        async move {
            let name = format!("suite-{number}");
            // Every second one meets a failure first, and every third another clock.
            let failing = number % 2 == 0;
            if failing {
                let failure = json!({"failure": {"cause": "SLOT_UNAVAILABLE", "times": 1}});
                let path = format!("/api/behaviour?session={name}");
                let set = mock.send(Method::PATCH, &path, failure).await;
                assert_eq!(set.status, 200, "{}", set.text);
            }
            if number % 3 == 0 {
                let path = format!("/sessions/{name}/api/clock/advance");
                let moved = mock.send(Method::POST, &path, json!({"sec": 600})).await;
                assert_eq!(moved.status, 200, "{}", moved.text);
            }
            // All of them ask for the same with the same token.
            let mut request = create_booking("mina");
            request["slot"]["resources"]["party_size"] = json!(number % 4 + 1);
            let mut answers = Vec::new();
            for _ in 0..3 {
                let answer = match number % 5 {
                    0 => {
                        let header = format!("session={name}");
                        mock.with_header(&header, "CreateBooking", request.clone())
                            .await
                    }
                    _ => mock.within(&name, "CreateBooking", request.clone()).await,
                };
                assert_eq!(answer.status, 200, "{}", answer.text);
                answers.push(answer);
            }
            if failing {
                assert_eq!(
                    answers[0].body["booking_failure"]["cause"],
                    "SLOT_UNAVAILABLE"
                );
            } else {
                assert_eq!(answers[0].text, answers[1].text);
            }
            let party = &answers[1].body["booking"]["slot"]["resources"]["party_size"];
            assert_eq!(*party, json!(number % 4 + 1), "its own booking");
            assert_eq!(answers[1].text, answers[2].text);
            let path = format!("/api/verify?session={name}");
            let all = mock.send(Method::POST, &path, json!({"exactly": 3})).await;
            assert_eq!(all.body["ok"], true, "{}", all.text);
            let place = "/slot/resources/party_size";
            let own = json!({"request": {place: number % 4 + 1}, "exactly": 3});
            let own = mock.send(Method::POST, &path, own).await;
            assert_eq!(own.body["ok"], true, "{}", own.text);
            let log = mock.get(&format!("/api/exchanges?session={name}")).await;
            let rows = log.body["exchanges"].as_array().unwrap();
            let ids: Vec<u64> = rows.iter().map(|it| it["id"].as_u64().unwrap()).collect();
            assert_eq!(ids, [3, 2, 1], "{}", log.text);
            let listed = mock.get(&format!("/api/bookings?session={name}")).await;
            assert_eq!(listed.body["bookings"].as_array().unwrap().len(), 1);
            let clock = mock.get(&format!("/sessions/{name}/api/clock")).await;
            let now = if number % 3 == 0 {
                "01:10:00"
            } else {
                "01:00:00"
            };
            assert!(clock.text.contains(now), "{name}: {}", clock.text);
            let behaviour = mock.get(&format!("/api/behaviour?session={name}")).await;
            assert_eq!(behaviour.body["failure"], Value::Null);
            answers[2].text.clone()
        }
    });
    let answers = join_all(suites).await;
    // The same seed and the same requests give the same bytes.
    assert_eq!(answers[1], answers[1 + 20]);
    assert_eq!(mock.names().await.len(), 50);
    // Nothing of it got outside.
    assert_eq!(mock.engine.log().position().newest, 0);
    assert_eq!(*mock.engine.bookings_changed().borrow(), 0);
    assert!(!mock.engine.behaviour().current().changed());
    let booked = mock
        .booking_server("CreateBooking", create_booking("mina"))
        .await;
    assert_eq!(booked.body["booking"]["status"], "CONFIRMED");
}

#[tokio::test]
async fn a_header_names_the_session_and_overrides_beside_it() {
    let mock = Mock::start().await;
    let header = "session=a; failure=PAYMENT_ERROR";
    let failed = mock
        .with_header(header, "CreateBooking", create_booking("mina"))
        .await;
    assert_eq!(failed.body["booking_failure"]["cause"], "PAYMENT_ERROR");
    let exchange = mock.get("/api/exchanges/1?session=a").await;
    let steps = exchange.body["decisions"].as_array().unwrap();
    assert!(
        steps.iter().any(|it| it["step"] == "session"),
        "{}",
        exchange.text
    );
    // How to get another answer leads to the same session.
    let decided = steps.iter().find(|it| it["decided"] == true).unwrap();
    let change = &decided["counterfactuals"][0]["change"];
    assert_eq!(change["value"], "session=a", "{decided}");
    let replayed = mock
        .send(
            Method::POST,
            "/api/exchanges/1/replay?session=a",
            json!({"change": change}),
        )
        .await;
    assert_eq!(replayed.body["exchange_id"], 2, "{}", replayed.text);
    assert_eq!(replayed.body["body"]["booking"]["status"], "CONFIRMED");
    assert_eq!(mock.engine.log().position().newest, 0);
}

#[tokio::test]
async fn everything_of_a_session_is_its_own() {
    let mock = Mock::start().await;
    let pending = json!({"confirmation": "asynchronous"});
    mock.send(Method::PATCH, "/sessions/a/api/behaviour", pending)
        .await;
    let made = mock
        .within("a", "CreateBooking", create_booking("mina"))
        .await;
    let id = made.body["booking"]["booking_id"].as_str().unwrap();
    let path = format!("/api/bookings/{id}/actions?session=a");
    let done = mock
        .send(Method::POST, &path, json!({"action": "confirm"}))
        .await;
    assert_eq!(done.status, 200, "{}", done.text);
    // The stand-in aggregator too: it hears of the booking within the session.
    let delivered = async {
        loop {
            let outbox = mock.get("/api/notifications?session=a").await;
            if outbox.body["notifications"][0]["state"] == "delivered" {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), delivered)
        .await
        .expect("the notification is delivered");
    let view = mock.get("/api/aggregator/bookings?session=a").await;
    assert!(view.text.contains(id), "{}", view.text);
    let outside = mock.get("/api/aggregator/bookings").await;
    assert!(!outside.text.contains(id), "{}", outside.text);
    let status = mock.get("/api/status?session=a").await.body;
    let url = format!("{}/sessions/a", mock.running.listener().url);
    assert_eq!(status["listener"]["url"], url);
    assert!(status["sample_curl"].as_str().unwrap().contains(&url));
    let sample = mock
        .send(Method::POST, "/api/sample?session=a", json!({}))
        .await;
    assert_eq!(sample.body["status"], 200, "{}", sample.text);
    assert_eq!(
        mock.get("/api/status?session=a").await.body["counts"]["bookings"],
        2
    );
    // A reset is the session's own as well.
    mock.book("outside").await;
    mock.send(Method::POST, "/api/reset?session=a", json!({}))
        .await;
    let list = mock.get("/api/sessions").await.body;
    assert_eq!(list["sessions"][0]["bookings"], 0);
    assert_eq!(*mock.engine.bookings_changed().borrow(), 1);
}

#[tokio::test]
async fn the_banks_page_of_a_challenge_lies_within_its_session() {
    let mock = Mock::start().await;
    let header = "session=a; failure=PAYMENT_REQUIRES_3DS1";
    let failed = mock
        .with_header(header, "CreateBooking", create_booking("mina"))
        .await;
    let parameters = &failed.body["booking_failure"]["payment_failure"]["threeds1_parameters"];
    let acs_url = parameters["acs_url"].as_str().unwrap();
    assert!(acs_url.contains("/sessions/a/"), "{acs_url}");
    let coded = |text: &str| -> String { text.bytes().map(|it| format!("%{it:02X}")).collect() };
    let text = |name: &str| coded(parameters[name].as_str().unwrap());
    let (pa_req, md) = (text("pa_req"), text("md_merchant_data"));
    let term_url = coded("http://127.0.0.1:9/back");
    let call = mock.client.post(acs_url);
    let call = call.header("content-type", "application/x-www-form-urlencoded");
    let form = format!("PaReq={pa_req}&MD={md}&TermUrl={term_url}");
    let page = call.body(form.clone()).send().await.unwrap();
    assert_eq!(page.status(), 200);
    let html = page.text().await.unwrap();
    // The form comes back to where it was shown.
    assert!(html.contains("<form method=\"post\">"), "{html}");
    // Outside nobody knows of it.
    let outside = acs_url.replace("/sessions/a/", "/");
    for (url, status) in [(outside.as_str(), 404), (acs_url, 200)] {
        let call = mock.client.post(url);
        let call = call.header("content-type", "application/x-www-form-urlencoded");
        let page = call.body(format!("{form}&decision=approve")).send().await;
        let page = page.unwrap();
        assert_eq!(page.status(), status, "{url}");
        if status == 200 {
            let html = page.text().await.unwrap();
            let (_, rest) = html.split_once("name=\"PaRes\" value=\"").unwrap();
            let (pa_res, _) = rest.split_once('"').unwrap();
            let mut again = create_booking("mina");
            again["payment_information"]["pa_response"] = json!(pa_res);
            let booked = mock.within("a", "CreateBooking", again).await;
            assert_eq!(booked.body["booking"]["status"], "CONFIRMED", "{booked:?}");
        }
    }
    let list = mock.get("/api/challenges?session=a").await.body;
    assert_eq!(list["challenges"][0]["state"], "used", "{list}");
    assert_eq!(
        mock.get("/api/challenges").await.body["challenges"],
        json!([])
    );
    assert_eq!(
        mock.engine.log().position().newest,
        1,
        "the page that was asked for outside"
    );
}

#[tokio::test]
async fn a_session_is_made_and_ended_by_who_may() {
    let serve = ServeOptions {
        most_sessions: 2,
        ..ServeOptions::default()
    };
    let mock = Mock::start_with(EngineOptions::default(), serve).await;
    // Strangers, readers and misspellers make none.
    let url = format!("{}/sessions/x/v3/HealthCheck", mock.running.listener().url);
    assert_eq!(mock.client.get(&url).send().await.unwrap().status(), 401);
    assert_eq!(
        mock.bare(Method::PATCH, "/api/behaviour?session=x")
            .send()
            .await
            .unwrap()
            .status(),
        401
    );
    let unknown = mock.get("/api/exchanges?session=x").await;
    assert_eq!(
        (unknown.refusal().0, unknown.refusal().1),
        (404, "not_found")
    );
    for wrong in ["a%20b", "", "a&session=b"] {
        let refused = mock
            .send(
                Method::PATCH,
                &format!("/api/behaviour?session={wrong}"),
                json!({}),
            )
            .await;
        assert_eq!(
            (refused.refusal().0, refused.refusal().1),
            (422, "unknown_value"),
            "{wrong}"
        );
    }
    let two = mock
        .with_header("session=a b", "ListBookings", json!({"user_id": "u"}))
        .await;
    assert_eq!(two.status, 400, "{}", two.text);
    assert!(mock.names().await.is_empty());
    assert_eq!(
        mock.engine.log().position().newest,
        2,
        "the stranger and the misspelt name"
    );

    for name in ["alpha", "beta"] {
        assert_eq!(
            mock.within(name, "ListBookings", json!({"user_id": "u"}))
                .await
                .status,
            200
        );
    }
    assert_eq!(mock.names().await, ["alpha", "beta"]);
    let third = mock
        .within("gamma", "ListBookings", json!({"user_id": "u"}))
        .await;
    assert_eq!(third.status, 503, "{}", third.text);
    assert!(
        third.text.contains("DELETE /api/sessions"),
        "{}",
        third.text
    );
    let refused = mock
        .send(Method::PATCH, "/api/behaviour?session=gamma", json!({}))
        .await;
    assert_eq!(
        (refused.refusal().0, refused.refusal().1),
        (503, "too_many_sessions")
    );
    let exchange = mock.engine.exchange(3).await.unwrap().unwrap();
    assert_eq!(exchange.summary.label, "503 too many sessions");
    let misspelt = mock.get("/api/bookings?session=alpah").await;
    assert!(
        misspelt.refusal().2.contains("\"alpha\""),
        "{}",
        misspelt.text
    );
    let whole = mock
        .send(
            Method::PUT,
            "/api/listener?session=alpha",
            json!({"listening": false}),
        )
        .await;
    assert_eq!(
        (whole.refusal().0, whole.refusal().1),
        (422, "illegal_combination")
    );

    let gone = mock
        .call(Method::DELETE, "/api/sessions/alpha")
        .send()
        .await
        .unwrap();
    assert_eq!(gone.status(), 204);
    let again = Answer::of(
        mock.call(Method::DELETE, "/api/sessions/alpha")
            .send()
            .await
            .unwrap(),
    )
    .await;
    assert_eq!(again.refusal().0, 404);
    assert_eq!(
        mock.within("gamma", "ListBookings", json!({"user_id": "u"}))
            .await
            .status,
        200
    );
    assert_eq!(mock.names().await, ["beta", "gamma"]);
    mock.running.shutdown().await;
}
