//! Idempotency tokens, and many requests at once.

use serde_json::json;

use crate::client::{request, with_settings};
use crate::common::Mock;

#[tokio::test]
async fn a_token_gets_its_first_answer_byte_for_byte_whatever_happened_since() {
    let mock = Mock::start().await;
    mock.toggle(json!({"payment": {"mode": "deposit"}}));
    let mut asked = request("mina");
    asked["user_information"]["given_name"] = json!("Zoë \"Z\" O\u{2019}Hara \u{1F600}");
    let first = mock.create(&asked).await;
    let id = first.booking_id();
    mock.engine.behaviour().reset();
    assert_eq!(mock.create(&asked).await.text, first.text);

    // Another body under the same token is answered the same.
    let mut other = asked.clone();
    other["slot"]["service_id"] = json!("something-else");
    assert_eq!(mock.create(&other).await.text, first.text);

    let slot = json!({"start_sec": "1795440000", "duration_sec": "3600"});
    let change = json!({"booking": {"booking_id": id, "slot": slot}});
    mock.booking_server("UpdateBooking", change).await.booking();
    assert_eq!(mock.create(&asked).await.text, first.text);

    let cancel = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", cancel).await.booking();
    assert_eq!(mock.create(&asked).await.text, first.text);

    // No toggle touches a replay.
    mock.toggle(json!({"failure": {"cause": "SLOT_UNAVAILABLE", "times": 1},
        "confirmation": "asynchronous"}));
    assert_eq!(mock.create(&asked).await.text, first.text);
    let left = mock.engine.behaviour().current().behaviour.failure.clone();
    assert_eq!(left.unwrap().times, Some(1));

    assert_eq!(
        mock.engine
            .bookings(None, None, None, 9)
            .await
            .unwrap()
            .len(),
        1
    );
    let row = mock.newest().await.summary;
    assert_eq!(row.booking_id, Some(id));
    assert!(row.note.starts_with("replay"), "{}", row.note);
}

#[tokio::test]
async fn a_failed_attempt_is_tried_afresh() {
    let mock = Mock::start().await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_ERROR_CARD_DECLINED", "times": 1}}));
    let asked = request("mina");
    assert_eq!(
        mock.create(&asked).await.cause(),
        "PAYMENT_ERROR_CARD_DECLINED"
    );
    let booked = mock.create(&asked).await;
    assert_eq!(booked.booking()["status"], "CONFIRMED");
    assert_eq!(mock.create(&asked).await.text, booked.text);
}

#[tokio::test]
async fn a_refused_request_uses_no_token_up() {
    let mock = Mock::start().await;
    let mut broken = request("mina");
    broken["slot"]["merchant_id"] = json!("");
    assert_eq!(mock.create(&broken).await.status, 400);
    mock.create(&request("mina")).await.booking();
}

#[tokio::test]
async fn another_token_is_another_booking_even_of_the_same_guest() {
    let mock = Mock::start().await;
    let mut asked = request("mina");
    let first = mock.create(&asked).await.booking_id();
    asked["idempotency_token"] = json!("another");
    assert_ne!(mock.create(&asked).await.booking_id(), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_requests_for_the_last_place_have_one_winner() {
    let mock = with_settings(json!({"default_capacity": 1})).await;
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let requests: Vec<_> = (0..32)
        .map(|guest| {
            let call = mock.client.post(&url).basic_auth("mock", Some("partner"));
            tokio::spawn(call.json(&request(&guest.to_string())).send())
        })
        .collect();
    let mut winners = 0;
    for request in requests {
        let answer = crate::common::Answer::of(request.await.unwrap().unwrap()).await;
        if answer.body.get("booking").is_some() {
            winners += 1;
        } else {
            assert_eq!(answer.cause(), "SLOT_UNAVAILABLE");
        }
    }
    assert_eq!(winners, 1);
    assert_eq!(mock.log().await.len(), 32);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_many_times_at_once_is_one_booking() {
    let mock = Mock::start().await;
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let requests: Vec<_> = (0..32)
        .map(|_| {
            let call = mock.client.post(&url).basic_auth("mock", Some("partner"));
            tokio::spawn(call.json(&request("mina")).send())
        })
        .collect();
    let mut bodies = Vec::new();
    for request in requests {
        bodies.push(request.await.unwrap().unwrap().text().await.unwrap());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(
        mock.engine
            .bookings(None, None, None, 9)
            .await
            .unwrap()
            .len(),
        1
    );
}
