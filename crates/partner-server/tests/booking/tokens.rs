//! Idempotency tokens, and many requests at once.

use partner::exchange::{Direction, Summary};
use partner::store::bookings::Wanted;
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
            .bookings(Wanted::default(), None, 9)
            .await
            .unwrap()
            .len(),
        1
    );
    // The refund's notification may come behind it.
    let rows = mock.log().await;
    let inbound = |it: &&Summary| it.direction == Direction::Inbound;
    let row = rows.iter().rfind(inbound).unwrap();
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
async fn another_token_of_the_same_guest_is_a_duplicate_until_the_first_is_cancelled() {
    let mock = Mock::start().await;
    let mut asked = request("mina");
    let first = mock.create(&asked).await.booking_id();
    asked["idempotency_token"] = json!("another");
    assert_eq!(
        mock.create(&asked).await.cause(),
        "SLOT_ALREADY_BOOKED_BY_USER"
    );
    // The failure used the token up no more than any other.
    let cancel = json!({"booking": {"booking_id": first, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", cancel).await.booking();
    assert_ne!(mock.create(&asked).await.booking_id(), first);
}

#[tokio::test]
async fn the_same_time_party_and_address_is_a_duplicate_whoever_asks() {
    let mock = Mock::start().await;
    mock.create(&request("mina")).await.booking();
    let mut other = request("other");
    other["slot"]["service_id"] = json!("facial");
    other["user_information"]["email"] = json!("MINA@example.com");
    assert_eq!(mock.create(&other).await.cause(), "OVERLAPPING_RESERVATION");
    // Another party, another time or another address is another booking.
    for (pointer, value) in [
        ("/slot/resources/party_size", json!(3)),
        ("/slot/start_sec", json!("1795431600")),
        ("/user_information/email", json!("other@example.com")),
    ] {
        let mut fine = other.clone();
        *fine.pointer_mut(pointer).unwrap() = value;
        fine["idempotency_token"] = json!(pointer);
        fine["user_information"]["user_id"] = json!(pointer);
        mock.create(&fine).await.booking();
    }
}

#[tokio::test]
async fn a_scenario_may_name_one_cause_or_take_duplicates() {
    let one_cause = with_settings(json!({"duplicates": "overlapping_reservation"})).await;
    let accepts = with_settings(json!({"duplicates": "accept"})).await;
    let mut again = request("mina");
    again["idempotency_token"] = json!("another");
    one_cause.create(&request("mina")).await.booking();
    assert_eq!(
        one_cause.create(&again).await.cause(),
        "OVERLAPPING_RESERVATION"
    );
    let first = accepts.create(&request("mina")).await.booking_id();
    assert_ne!(accepts.create(&again).await.booking_id(), first);
}

#[tokio::test]
async fn bookings_of_a_guest_may_have_to_keep_their_distance() {
    let mock = with_settings(json!({"min_gap_sec": 600})).await;
    let start = 1_795_428_000_i64;
    let at = |token: &str, start: i64| {
        let mut asked = request("mina");
        asked["slot"]["start_sec"] = json!(start.to_string());
        asked["idempotency_token"] = json!(token);
        asked
    };
    let first = mock.create(&at("first", start)).await.booking_id();
    for close in [start + 1_800, start + 3_600 + 599, start - 3_600 - 599] {
        let answer = mock.create(&at("close", close)).await;
        assert_eq!(answer.cause(), "OVERLAPPING_RESERVATION", "{close}");
    }
    // Exactly as far apart as they must be is far enough (section 10.36).
    let second = mock
        .create(&at("after", start + 3_600 + 600))
        .await
        .booking_id();
    mock.create(&at("before", start - 3_600 - 600))
        .await
        .booking();
    // A move may not close the gap either, and the booking itself is no obstacle.
    let to = |id: &str, start: i64| {
        json!({"booking": {"booking_id": id,
            "slot": {"start_sec": start.to_string(), "duration_sec": "3600"}}})
    };
    let close = mock
        .booking_server("UpdateBooking", to(&second, start + 3_600))
        .await;
    assert_eq!(close.cause(), "OVERLAPPING_RESERVATION");
    let fine = mock
        .booking_server("UpdateBooking", to(&second, start + 4_260))
        .await;
    assert_eq!(
        fine.booking()["slot"]["start_sec"],
        (start + 4_260).to_string()
    );
    let same = mock
        .booking_server("UpdateBooking", to(&first, start + 10))
        .await;
    assert_eq!(
        same.booking()["slot"]["start_sec"],
        (start + 10).to_string()
    );
}

#[tokio::test]
async fn a_guest_may_have_so_many_bookings_to_come() {
    let mock = with_settings(json!({"user_booking_limit": 2})).await;
    let at = |number: i64| {
        let mut asked = request("mina");
        asked["slot"]["start_sec"] = json!((1_795_428_000 + number * 3_600).to_string());
        asked["idempotency_token"] = json!(number.to_string());
        asked
    };
    let first = mock.create(&at(1)).await.booking_id();
    mock.create(&at(2)).await.booking();
    assert_eq!(mock.create(&at(3)).await.cause(), "USER_OVER_BOOKING_LIMIT");
    mock.create(&request("other")).await.booking();
    // One that is cancelled counts no more, and neither does one that has begun.
    let cancel = json!({"booking": {"booking_id": first, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", cancel).await.booking();
    mock.create(&at(3)).await.booking();
    assert_eq!(mock.create(&at(9)).await.cause(), "USER_OVER_BOOKING_LIMIT");
    let second_begins = 1_795_428_000 + 2 * 3_600 - mock.clock.now().as_second();
    let wait = std::time::Duration::from_secs(second_begins.try_into().unwrap());
    mock.clock.advance(wait);
    mock.create(&at(9)).await.booking();
}

#[tokio::test]
async fn the_same_token_with_another_body_is_a_finding_or_a_conflict() {
    let strict = with_settings(json!({"strict_tokens": true})).await;
    let lenient = Mock::start().await;
    let mut other = request("mina");
    other["additional_request"] = json!("High chair, please");
    // Another spelling of the same request is the same request.
    let mut spelt = request("mina");
    let slot = spelt["slot"].as_object_mut().unwrap();
    let start = slot.remove("start_sec").unwrap();
    slot.insert(
        "startSec".to_owned(),
        json!(start.as_str().unwrap().parse::<i64>().unwrap()),
    );
    for mock in [&strict, &lenient] {
        let first = mock.create(&request("mina")).await;
        assert_eq!(mock.create(&spelt).await.text, first.text);
        assert!(
            mock.newest()
                .await
                .findings
                .iter()
                .all(|it| it.code != "token_reused")
        );
        let answer = mock.create(&other).await;
        if mock.engine.scenario().settings.strict_tokens {
            assert_eq!(answer.status, 409);
        } else {
            assert_eq!(answer.text, first.text);
        }
        let findings = mock.newest().await.findings;
        assert!(
            findings.iter().any(|it| it.code == "token_reused"),
            "{findings:?}"
        );
    }
}

#[tokio::test]
async fn a_scenario_may_replay_the_booking_as_it_is_now() {
    let mock = with_settings(json!({"replay": "current_booking"})).await;
    let first = mock.create(&request("mina")).await;
    assert_eq!(mock.create(&request("mina")).await.text, first.text);
    let cancel = json!({"booking": {"booking_id": first.booking_id(), "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", cancel).await.booking();
    let again = mock.create(&request("mina")).await;
    assert_eq!(again.booking()["status"], "CANCELED");
    assert_eq!(mock.newest().await.summary.label, "CANCELED");
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
            .bookings(Wanted::default(), None, 9)
            .await
            .unwrap()
            .len(),
        1
    );
}
