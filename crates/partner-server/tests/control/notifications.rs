//! Notifications from the merchant's action to the aggregator and back: what is sent, what becomes
//! of it, and that both sides agree in the end.

use partner::EngineOptions;
use partner_server::{NotifyCredentials, NotifyOptions, ServeOptions};
use reqwest::Method;
use serde_json::{Value, json};

use crate::common::receiver::Receiver;
use crate::common::{Mock, create_booking};

/// A partner that tells an aggregator elsewhere.
async fn telling(receiver: &Receiver) -> Mock {
    let serve = ServeOptions {
        notify: NotifyOptions {
            url: Some(receiver.url.clone()),
            credentials: NotifyCredentials::Token("secret-token".to_owned()),
        },
        ..ServeOptions::default()
    };
    Mock::start_with(EngineOptions::default(), serve).await
}

async fn behave(mock: &Mock, change: Value) {
    let answer = mock.send(Method::PATCH, "/api/behaviour", change).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn pending(mock: &Mock, guest: &str) -> String {
    behave(mock, json!({"confirmation": "asynchronous"})).await;
    let id = mock.book(guest).await;
    behave(mock, json!({"confirmation": "inventory"})).await;
    id
}

async fn act(mock: &Mock, id: &str, action: Value) {
    let path = format!("/api/bookings/{id}/actions");
    let answer = mock.send(Method::POST, &path, action).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

/// Lets time pass; what is due is sent before the call returns.
async fn advance(mock: &Mock, sec: u64) {
    let path = "/api/clock/advance";
    let answer = mock.send(Method::POST, path, json!({ "sec": sec })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
}

async fn notifications(mock: &Mock, id: &str) -> Vec<Value> {
    let path = format!("/api/notifications?booking_id={id}");
    let list = mock.get(&path).await;
    assert_eq!(list.status, 200, "{}", list.text);
    list.body["notifications"].as_array().unwrap().clone()
}

async fn details(mock: &Mock, id: &str) -> Value {
    mock.get(&format!("/api/bookings/{id}")).await.body
}

async fn outbound(mock: &Mock) -> Vec<Value> {
    let list = mock.get("/api/exchanges?direction=outbound").await;
    list.body["exchanges"].as_array().unwrap().clone()
}

/// What came at the receiver beside name and ids: verb, query and body.
fn told(receiver: &Receiver, id: &str) -> (String, Value) {
    let received = receiver.received();
    assert_eq!(received.len(), 1, "{received:?}");
    let call = &received[0];
    assert_eq!(call.verb, "PATCH");
    assert_eq!(call.authorization.as_deref(), Some("Bearer secret-token"));
    let path = format!("/v1alpha/notification/partners/20002/bookings/{id}?");
    let query = call.target.strip_prefix(&path).unwrap().to_owned();
    let mut body = call.body.clone();
    let fields = body.as_object_mut().unwrap();
    let name = format!("partners/20002/bookings/{id}");
    assert_eq!(fields.remove("name"), Some(json!(name)));
    assert_eq!(fields.remove("merchantId"), Some(json!("1234")));
    assert_eq!(fields.remove("serviceId"), Some(json!("massage-60")));
    (query, body)
}

#[tokio::test]
async fn every_event_of_6_6_is_told_as_the_table_has_it() {
    let receiver = Receiver::start().await;
    let mock = telling(&receiver).await;
    let status = |name: &str| ("updateMask=status".to_owned(), json!({ "status": name }));
    for (action, expected) in [
        (json!({"action": "confirm"}), status("CONFIRMED")),
        (json!({"action": "decline"}), status("DECLINED_BY_MERCHANT")),
        (
            json!({"action": "fail", "cause": "OVERLAPPING_RESERVATION"}),
            (
                "updateMask=status&bookingFailure.cause=OVERLAPPING_RESERVATION".to_owned(),
                json!({"status": "FAILED"}),
            ),
        ),
    ] {
        let id = pending(&mock, action["action"].as_str().unwrap()).await;
        act(&mock, &id, action).await;
        advance(&mock, 1).await;
        assert_eq!(told(&receiver, &id), expected);
    }
    let id = mock.book("moved").await;
    let time = json!({"action": "reschedule", "start_sec": 1_795_431_600, "duration_sec": 1_800});
    act(&mock, &id, time).await;
    advance(&mock, 1).await;
    let times = json!({"startTime": "2026-11-23T11:00:00Z", "duration": "1800s"});
    assert_eq!(
        told(&receiver, &id),
        ("updateMask=startTime,duration".to_owned(), times)
    );
    act(&mock, &id, json!({"action": "reschedule", "party_size": 5})).await;
    advance(&mock, 1).await;
    let party = json!({"partySize": "5"});
    assert_eq!(
        told(&receiver, &id),
        ("updateMask=partySize".to_owned(), party)
    );
    act(&mock, &id, json!({"action": "cancel"})).await;
    advance(&mock, 1).await;
    assert_eq!(told(&receiver, &id), status("CANCELED"));

    behave(&mock, json!({"payment": {"mode": "no_show_fee"}})).await;
    let (stayed_away, charged) = (mock.book("a").await, mock.book("b").await);
    behave(&mock, json!({"payment": {"mode": "deposit"}})).await;
    let refunded = mock.book("c").await;
    act(&mock, &refunded, json!({"action": "cancel"})).await;
    advance(&mock, 1).await;
    let (query, body) = told(&receiver, &refunded);
    if body["paymentInformation"].is_null() {
        // The merchant cancels first and gives the deposit back then.
        assert_eq!((query, body), status("CANCELED"));
        act(&mock, &refunded, json!({"action": "refund"})).await;
        advance(&mock, 1).await;
        let (query, body) = told(&receiver, &refunded);
        assert_eq!(query, "updateMask=paymentInformation.prepaymentStatus");
        let paid = &body["paymentInformation"]["prepaymentStatus"];
        assert_eq!(paid, "PREPAYMENT_REFUNDED");
    } else {
        assert_eq!(
            query,
            "updateMask=status,paymentInformation.prepaymentStatus"
        );
        let paid = json!({"prepaymentStatus": "PREPAYMENT_REFUNDED"});
        assert_eq!(
            body,
            json!({"status": "CANCELED", "paymentInformation": paid})
        );
    }
    // Two days later the slot has passed.
    advance(&mock, 2 * 86_400).await;
    receiver.received();
    act(&mock, &stayed_away, json!({"action": "no_show"})).await;
    advance(&mock, 1).await;
    assert_eq!(told(&receiver, &stayed_away), status("NO_SHOW"));
    act(&mock, &charged, json!({"action": "charge_no_show_fee"})).await;
    advance(&mock, 1).await;
    assert_eq!(told(&receiver, &charged), status("NO_SHOW_PENALIZED"));
}

#[tokio::test]
async fn every_answer_of_6_5_has_its_consequence() {
    let receiver = Receiver::start().await;
    let mock = telling(&receiver).await;
    for status in [400, 401, 403, 404] {
        let id = pending(&mock, &format!("given-up-{status}")).await;
        receiver.answer(&[status]);
        act(&mock, &id, json!({"action": "confirm"})).await;
        advance(&mock, 3_600).await;
        assert_eq!(receiver.received().len(), 1, "{status}");
        let notification = &notifications(&mock, &id).await[0];
        assert_eq!(notification["state"], "given_up");
        assert!(notification["next_attempt_at"].is_null());
        let reason = notification["reason"].as_str().unwrap();
        assert!(
            reason.contains(&format!("told to say {status}")),
            "{reason}"
        );
    }
    for status in [409, 429, 500, 503, 504] {
        let id = pending(&mock, &format!("again-{status}")).await;
        receiver.answer(&[status, status, status]);
        act(&mock, &id, json!({"action": "confirm"})).await;
        // Barely a moment: the first attempt only.
        let path = "/api/clock/advance";
        advance(&mock, 1).await;
        let mut tries = receiver.received().len();
        let waiting = &notifications(&mock, &id).await[0];
        assert_eq!(waiting["state"], "waiting", "{status}");
        assert!(waiting["next_attempt_at"].is_string());
        while tries < 4 {
            let next = mock
                .send(Method::POST, path, json!({"to": "next_timer"}))
                .await;
            assert_eq!(next.status, 200, "{}", next.text);
            let more = receiver.received().len();
            assert!(more <= 1, "each try has a moment of its own");
            tries += more;
        }
        let delivered = &notifications(&mock, &id).await[0];
        assert_eq!(delivered["state"], "delivered");
        let attempts = delivered["attempts"].as_array().unwrap();
        let statuses: Vec<_> = attempts
            .iter()
            .map(|it| it["status"].as_u64().unwrap())
            .collect();
        assert_eq!(statuses, [status, status, status, 200].map(u64::from));
        let moments: Vec<&str> = attempts
            .iter()
            .map(|it| it["at"].as_str().unwrap())
            .collect();
        assert!(moments.is_sorted() && moments[0] < moments[1] && moments[2] < moments[3]);
        for attempt in attempts {
            let path = format!("/api/exchanges/{}", attempt["exchange_id"]);
            let exchange = mock.get(&path).await.body;
            assert_eq!(exchange["direction"], "outbound");
            assert_eq!(exchange["booking_id"], *id);
            assert_eq!(exchange["status"], attempt["status"]);
            assert!(!exchange.to_string().contains("secret-token"), "{exchange}");
        }
    }
}

#[tokio::test]
async fn nobody_at_the_other_end_is_tried_again_and_a_booking_stays_in_order() {
    let receiver = Receiver::start().await;
    let mock = telling(&receiver).await;
    let id = mock.book("mina").await;
    receiver.answer(&[503, 503]);
    act(&mock, &id, json!({"action": "reschedule", "party_size": 4})).await;
    act(&mock, &id, json!({"action": "cancel"})).await;
    advance(&mock, 1).await;
    let masks = |calls: Vec<crate::common::receiver::Received>| -> Vec<bool> {
        calls
            .iter()
            .map(|call| call.target.contains("partySize"))
            .collect()
    };
    assert_eq!(
        masks(receiver.received()),
        [true],
        "the cancellation waits behind"
    );
    advance(&mock, 600).await;
    assert_eq!(masks(receiver.received()), [true, true, false]);

    let closed = ServeOptions {
        notify: NotifyOptions {
            url: Some("http://127.0.0.1:9".to_owned()),
            credentials: NotifyCredentials::None,
        },
        ..ServeOptions::default()
    };
    let alone = Mock::start_with(EngineOptions::default(), closed).await;
    let id = alone.book("mina").await;
    act(&alone, &id, json!({"action": "cancel"})).await;
    advance(&alone, 30).await;
    let waiting = &notifications(&alone, &id).await[0];
    assert_eq!(waiting["state"], "waiting");
    let attempts = waiting["attempts"].as_array().unwrap();
    assert!(attempts.len() > 1 && attempts[0]["status"].is_null());
    assert!(
        attempts[0]["error"]
            .as_str()
            .unwrap()
            .contains("could not be reached")
    );
    assert_eq!(outbound(&alone).await[0]["label"], "no answer");
}

#[tokio::test]
async fn by_hand_it_is_sent_again_or_given_up() {
    let receiver = Receiver::start().await;
    let mock = telling(&receiver).await;
    let id = mock.book("mina").await;
    receiver.answer(&[404]);
    act(&mock, &id, json!({"action": "cancel"})).await;
    advance(&mock, 1).await;
    let notification = &notifications(&mock, &id).await[0];
    let path = format!("/api/notifications/{}", notification["id"]);
    assert_eq!(notification["state"], "given_up");
    assert_eq!(&mock.get(&path).await.body, notification);
    assert_eq!(mock.get("/api/notifications/77").await.status, 404);
    let refused = mock
        .call(Method::POST, &format!("{path}/give_up"))
        .send()
        .await
        .unwrap();
    assert_eq!(refused.status(), 409);
    let again = mock
        .call(Method::POST, &format!("{path}/resend"))
        .send()
        .await
        .unwrap();
    assert_eq!(again.status(), 200);
    advance(&mock, 1).await;
    assert_eq!(notifications(&mock, &id).await[0]["state"], "delivered");
    assert_eq!(receiver.received().len(), 2);

    let id = mock.book("oda").await;
    receiver.answer(&[503]);
    act(&mock, &id, json!({"action": "cancel"})).await;
    advance(&mock, 1).await;
    let path = format!(
        "/api/notifications/{}",
        notifications(&mock, &id).await[0]["id"]
    );
    let given_up = mock
        .call(Method::POST, &format!("{path}/give_up"))
        .send()
        .await
        .unwrap();
    assert_eq!(given_up.status(), 200);
    receiver.received();
    advance(&mock, 3_600).await;
    assert_eq!(receiver.received().len(), 0);
    let none = mock
        .call(Method::POST, "/api/notifications/77/resend")
        .send()
        .await
        .unwrap();
    assert_eq!(none.status(), 404);
    let counts = mock.get("/api/notifications?state=given_up").await.body;
    assert_eq!(
        counts["counts"],
        json!({"waiting": 0, "delivered": 1, "given_up": 1})
    );
    assert_eq!(counts["notifications"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn both_sides_are_shown_and_agree_once_the_stand_in_is_told() {
    let mock = Mock::start().await;
    let id = pending(&mock, "mina").await;
    let before = details(&mock, &id).await;
    assert_eq!(
        before["aggregator"]["status"],
        "PENDING_MERCHANT_CONFIRMATION"
    );
    assert_eq!(before["differs"], json!([]));
    let faults = json!({"fail_next": 1, "status": 503});
    mock.send(Method::PUT, "/api/aggregator/faults", faults)
        .await;
    act(&mock, &id, json!({"action": "confirm"})).await;
    // The first attempt fails, so the aggregator still has it pending.
    mock.send(Method::POST, "/api/clock/advance", json!({"sec": 1}))
        .await;
    let path = "/api/aggregator/bookings";
    if notifications(&mock, &id).await[0]["state"] == "waiting" {
        let apart = details(&mock, &id).await;
        assert_eq!(apart["status"], "CONFIRMED");
        assert_eq!(apart["differs"], json!(["status"]));
        let known = mock.get(&format!("{path}/{id}")).await.body;
        assert_eq!(known["status"], "PENDING_MERCHANT_CONFIRMATION");
    }
    advance(&mock, 300).await;
    let agreed = details(&mock, &id).await;
    assert_eq!(agreed["aggregator"]["status"], "CONFIRMED");
    assert_eq!(agreed["differs"], json!([]));
    let list = mock.get(path).await.body;
    assert_eq!(list["bookings"][0]["booking_id"], *id);
    // Each attempt is one outbound exchange, and the stand-in logs none of them again.
    let exchanges = outbound(&mock).await;
    let labels: Vec<&str> = exchanges
        .iter()
        .map(|it| it["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["CONFIRMED told", "503 UNAVAILABLE"]);
    let all = mock.get("/api/exchanges").await.body;
    let inbound = |it: &&Value| it["direction"] == "inbound";
    let count = all["exchanges"]
        .as_array()
        .unwrap()
        .iter()
        .filter(inbound)
        .count();
    assert_eq!(count, 1, "only CreateBooking");
}

#[tokio::test]
async fn a_guest_who_cancels_first_leaves_nothing_to_tell() {
    let receiver = Receiver::start().await;
    let mock = telling(&receiver).await;
    let id = pending(&mock, "mina").await;
    receiver.answer(&[503]);
    act(&mock, &id, json!({"action": "confirm"})).await;
    advance(&mock, 1).await;
    let cancel = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    let answer = mock.booking_server("UpdateBooking", cancel).await;
    assert_eq!(
        answer.body["booking"]["status"], "CANCELED",
        "{}",
        answer.text
    );
    receiver.received();
    advance(&mock, 3_600).await;
    assert_eq!(receiver.received().len(), 0);
    let notification = &notifications(&mock, &id).await[0];
    assert_eq!(notification["state"], "given_up");
    assert!(
        notification["reason"]
            .as_str()
            .unwrap()
            .starts_with("Overtaken")
    );
    let both = details(&mock, &id).await;
    assert_eq!(both["aggregator"]["status"], "CANCELED");
    assert_eq!(both["differs"], json!([]));
}

#[tokio::test]
async fn a_service_account_gets_its_token_from_the_key_files_address() {
    let folder = tempfile::tempdir().unwrap();
    let stand_in = Mock::start().await;
    let base = format!("{}/aggregator", stand_in.url());
    let accept = json!({"accept_unknown_bookings": true});
    stand_in
        .send(Method::PATCH, "/api/aggregator", accept)
        .await;
    let key = json!({
        "type": "service_account",
        "client_email": "mock@partner.example",
        "private_key": include_str!("data/throwaway-key.pem"),
        "token_uri": format!("{base}/token"),
    });
    let path = folder.path().join("key.json");
    std::fs::write(&path, key.to_string()).unwrap();
    let serve = ServeOptions {
        notify: NotifyOptions {
            url: Some(base),
            credentials: NotifyCredentials::KeyFile(path),
        },
        ..ServeOptions::default()
    };
    let mock = Mock::start_with(EngineOptions::default(), serve).await;
    let id = mock.book("mina").await;
    act(&mock, &id, json!({"action": "cancel"})).await;
    advance(&mock, 1).await;
    let notification = &notifications(&mock, &id).await[0];
    assert_eq!(notification["state"], "delivered", "{notification}");
    // There the calls came from outside: each is one inbound exchange, with its secrets hidden.
    let list = stand_in.get("/api/exchanges").await.body;
    let rows = list["exchanges"].as_array().unwrap();
    let labels: Vec<&str> = rows
        .iter()
        .map(|it| it["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["CANCELED", "token given"]);
    let token = stand_in
        .get(&format!("/api/exchanges/{}", rows[1]["id"]))
        .await
        .body;
    let (request, response) = (&token["request"]["body"], &token["response"]["body"]);
    assert!(
        request.as_str().unwrap().ends_with("assertion=[redacted]"),
        "{request}"
    );
    assert!(
        response
            .as_str()
            .unwrap()
            .contains("\"access_token\":\"[redacted]\"")
    );
    let known = stand_in
        .get(&format!("/api/aggregator/bookings/{id}"))
        .await
        .body;
    assert_eq!(
        (&known["is_foreign"], &known["status"]),
        (&json!(true), &json!("CANCELED"))
    );
}

#[tokio::test]
async fn places_are_told_when_they_change_and_only_where_it_is_wanted() {
    let quiet = Mock::start().await;
    quiet.book("mina").await;
    advance(&quiet, 1).await;
    assert_eq!(outbound(&quiet).await.len(), 0);
    let wanted =
        async |mock: &Mock| mock.get("/api/aggregator").await.body["real_time_updates"].clone();
    assert_eq!(wanted(&quiet).await, false);

    let folder = tempfile::tempdir().unwrap();
    let scenario = folder.path().join("loud.yaml");
    let settings = "name: loud\ntitle: Loud\nsettings: { default_capacity: 3, send_real_time_updates: true }\n";
    std::fs::write(&scenario, settings).unwrap();
    let engine = EngineOptions {
        scenario: Some(scenario.to_str().unwrap().to_owned()),
        ..EngineOptions::default()
    };
    let mock = Mock::start_with(engine, ServeOptions::default()).await;
    assert_eq!(wanted(&mock).await, true);
    let slots = async || {
        advance(&mock, 1).await;
        let list = mock.get("/api/aggregator/availability").await.body;
        let mut open: Vec<String> = list["slots"]
            .as_array()
            .unwrap()
            .iter()
            .map(|slot| {
                let it = &slot["availability"];
                assert_eq!(slot["merchant_id"], "1234");
                assert_eq!(it["confirmationMode"], "CONFIRMATION_MODE_SYNCHRONOUS");
                let text = |name: &str| it[name].as_str().unwrap().to_owned();
                format!(
                    "{} {} of {}",
                    text("startTime"),
                    text("spotsOpen"),
                    text("spotsTotal")
                )
            })
            .collect();
        open.sort();
        open
    };
    let id = mock.book("mina").await;
    assert_eq!(slots().await, ["2026-11-23T10:00:00Z 2 of 3"]);
    let single = &outbound(&mock).await[0];
    assert_eq!(
        single["path"],
        "/v1alpha/inventory/partners/20002/merchants/1234/services/massage-60/availability:replace"
    );
    let mv = json!({"booking": {"booking_id": id,
        "slot": {"start_sec": "1795431600", "duration_sec": "3600"}}});
    let moved = mock.booking_server("UpdateBooking", mv).await;
    assert_eq!(
        moved.body["booking"]["slot"]["start_sec"], "1795431600",
        "{}",
        moved.text
    );
    let both = ["2026-11-23T10:00:00Z 3 of 3", "2026-11-23T11:00:00Z 2 of 3"];
    assert_eq!(slots().await, both);
    let batch = &outbound(&mock).await[0];
    assert_eq!(
        batch["path"],
        "/v1alpha/inventory/partners/20002/availability:replace"
    );
    act(&mock, &id, json!({"action": "cancel"})).await;
    let free = ["2026-11-23T10:00:00Z 3 of 3", "2026-11-23T11:00:00Z 3 of 3"];
    assert_eq!(slots().await, free);
    let lease = json!({"lease": {"slot": create_booking("x")["slot"], "user_reference": "u",
        "lease_expiration_time_sec": "1795309300"}});
    let leased = mock.booking_server("CreateLease", lease).await;
    assert!(
        leased.body["lease"]["lease_id"].is_string(),
        "{}",
        leased.text
    );
    advance(&mock, 600).await;
    assert_eq!(slots().await, free, "a lease that ran out holds no place");
}
