//! The engine as a whole: parallel requests, determinism, reset, the log's memory.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use partner::exchange::query::Query;
use partner::store::bookings::Wanted;
use partner::{Engine, EngineOptions};
use serde_json::{Value, json};

mod support;
use support::{Answered, book, call, clock, exchange, free_places, message, slot, update};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn parallel_requests_for_the_last_place_have_one_winner() {
    let (engine, _) = support::with_capacity(1);
    for round in 0..5 {
        let requests = (0..40).map(|number| {
            let engine = engine.clone();
            tokio::spawn(
                async move { book(&engine, &format!("{round}-{number}"), slot(round)).await },
            )
        });
        let mut winners = 0;
        for request in requests.collect::<Vec<_>>() {
            let answer = request.await.unwrap();
            match answer.cause() {
                None => winners += 1,
                Some(cause) => assert_eq!(cause, "SLOT_UNAVAILABLE"),
            }
        }
        assert_eq!(winners, 1);
    }
    assert_eq!(*engine.bookings_changed().borrow(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_token_many_times_at_once_is_one_booking() {
    let (engine, _) = support::with_capacity(100);
    let requests = (0..40).map(|_| {
        let engine = engine.clone();
        tokio::spawn(async move { book(&engine, "same", slot(0)).await.body })
    });
    let mut bodies = Vec::new();
    for request in requests.collect::<Vec<_>>() {
        bodies.push(request.await.unwrap());
    }
    bodies.dedup();
    assert_eq!(bodies.len(), 1, "{bodies:?}");
    assert_eq!(*engine.bookings_changed().borrow(), 1);
    assert_eq!(free_places(&engine, slot(0)).await, 99);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_failure_with_a_count_bites_exactly_so_many_of_many() {
    let (engine, _) = support::with_capacity(100);
    let change = json!({"failure":{"cause":"PAYMENT_ERROR","times":7}});
    engine.behaviour().patch(&change, None).unwrap();
    let requests = (0..40).map(|number| {
        let engine = engine.clone();
        tokio::spawn(async move { book(&engine, &number.to_string(), slot(0)).await.cause() })
    });
    let mut failed = 0;
    for request in requests.collect::<Vec<_>>() {
        failed += usize::from(request.await.unwrap().is_some());
    }
    assert_eq!(failed, 7);
    assert_eq!(free_places(&engine, slot(0)).await, 100 - 33);
}

/// A history with every method that draws from chance.
async fn history(seed: u64) -> Vec<String> {
    let engine = support::engine(EngineOptions {
        seed: Some(seed),
        clock: clock(),
        ..EngineOptions::default()
    });
    let mut bodies = Vec::new();
    for (step, change) in [
        json!({}),
        json!({"payment":{"mode":"deposit"}}),
        json!({"failure":{"cause":"PAYMENT_REQUIRES_3DS1","probability":0.5}}),
    ]
    .iter()
    .enumerate()
    {
        engine.behaviour().patch(change, None).unwrap();
        for number in 0..6 {
            let answer = book(&engine, &format!("{step}-{number}"), slot(0)).await;
            bodies.push(answer.body);
        }
    }
    let request = message(json!({"lease": {"slot": slot(1)}}));
    bodies.push(Answered::of(engine.create_lease(call(&engine), request).await).body);
    bodies
}

#[tokio::test]
async fn the_same_seed_and_requests_give_the_same_bytes() {
    let first = history(7).await;
    assert_eq!(first, history(7).await);
    let other = history(8).await;
    assert!(first.iter().zip(&other).all(|(one, two)| one != two));
    let failures = first.iter().filter(|body| body.contains("booking_failure"));
    assert!(
        (1..6).contains(&failures.count()),
        "the dice fell both ways"
    );
}

#[tokio::test]
async fn what_guests_are_called_does_not_change_the_count() {
    let (engine, _) = support::with_capacity(2);
    let mut odd = slot(0);
    odd["service_id"] = json!("replay");
    book(&engine, "1", odd.clone()).await.booking_id();
    assert_eq!(*engine.bookings_changed().borrow(), 1);
    book(&engine, "1", odd).await.booking_id();
    assert_eq!(*engine.bookings_changed().borrow(), 1);
}

#[tokio::test]
async fn reset_goes_back_to_the_start_with_the_same_ids_again() {
    let (engine, _) = support::with_capacity(1);
    let first = book(&engine, "1", slot(0)).await;
    engine.record(exchange("a")).await;
    let change = json!({"confirmation":"asynchronous"});
    engine.behaviour().patch(&change, None).unwrap();
    let run = engine.log().position().run;

    engine.reset().await.unwrap();
    assert!(!engine.behaviour().current().changed());
    assert_eq!(*engine.bookings_changed().borrow(), 0);
    assert!(
        engine
            .bookings(Wanted::default(), None, 10)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        engine
            .exchanges(Query::default())
            .await
            .unwrap()
            .0
            .is_empty()
    );
    assert_ne!(engine.log().position().run, run);
    assert_eq!(book(&engine, "1", slot(0)).await, first);
    engine.record(exchange("b")).await;
    let (rows, _) = engine.exchanges(Query::default()).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [1]);
}

#[tokio::test]
async fn a_request_that_a_reset_overtook_is_booked_all_the_same() {
    let (engine, _) = support::with_capacity(5);
    let under_way = call(&engine);
    engine.reset().await.unwrap();
    let first = book(&engine, "1", slot(0)).await.booking_id();
    let request = support::booking_request("2", slot(0));
    let answer = Answered::of(engine.create_booking(under_way, request.into()).await);
    assert_ne!(answer.booking_id(), first);
    assert_eq!(free_places(&engine, slot(0)).await, 3);
}

#[tokio::test]
async fn clearing_the_log_keeps_bookings_and_goes_on_counting() {
    let (engine, _) = support::with_capacity(2);
    let booked = book(&engine, "1", slot(0)).await;
    for body in ["a", "b"] {
        engine.record(exchange(body)).await;
    }
    engine.clear_exchanges().await.unwrap();
    assert_eq!(engine.log().position().count(), 0);
    assert!(engine.exchanges_after(0, 10).await.unwrap().is_empty());
    assert_eq!(engine.exchange(1).await.unwrap(), None);
    engine.record(exchange("c")).await;
    let rows = engine.exchanges_after(0, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [3]);
    assert_eq!(book(&engine, "1", slot(0)).await, booked);
}

#[tokio::test]
async fn followers_read_on_from_any_cursor() {
    let engine = support::engine(EngineOptions::default());
    for number in 0..9_000 {
        engine.record(exchange(&number.to_string())).await;
    }
    let ids = |rows: Vec<std::sync::Arc<partner::exchange::Summary>>| -> Vec<u64> {
        rows.iter().map(|row| row.id).collect()
    };
    let after = async |cursor, limit| ids(engine.exchanges_after(cursor, limit).await.unwrap());
    // The memory does not reach back to the first ones; the store does.
    assert_eq!(after(0, 3).await, [1, 2, 3]);
    assert_eq!(after(8_990, 5).await, [8_991, 8_992, 8_993, 8_994, 8_995]);
    assert_eq!(after(8_999, 5).await, [9_000]);
    assert!(after(9_000, 5).await.is_empty());
    assert!(after(u64::MAX, 5).await.is_empty());
    let mut cursor = 0;
    let mut seen = 0;
    loop {
        let rows = after(cursor, 1_000).await;
        let Some(last) = rows.last() else { break };
        assert_eq!(rows, (cursor + 1..=*last).collect::<Vec<_>>());
        seen += rows.len();
        cursor = *last;
    }
    assert_eq!(seen, 9_000);
}

#[tokio::test]
async fn the_oldest_exchanges_make_room_for_the_newest() {
    let engine = support::engine(EngineOptions {
        keep_exchanges: 10,
        ..EngineOptions::default()
    });
    for number in 1..=50 {
        engine.record(exchange(&format!("word{number}"))).await;
        // Each in a group of its own, as slow traffic would have it.
        engine.exchange(number).await.unwrap();
    }
    let (rows, _) = engine.exchanges(Query::default()).await.unwrap();
    let newest: Vec<u64> = rows.iter().map(|row| row.id).collect();
    assert_eq!(newest[0], 50);
    assert!((10..=13).contains(&newest.len()), "{newest:?}");
    assert_eq!(engine.log().position().count(), newest.len() as u64);
    assert_eq!(engine.log().position().oldest, *newest.last().unwrap());
}

/// What the toggle was when the request came holds to its end.
#[tokio::test]
async fn a_toggle_never_bites_half_a_request() {
    let (engine, _) = support::with_capacity(5);
    let before = call(&engine);
    let change = json!({"confirmation":"asynchronous","payment":{"mode":"deposit"}});
    engine.behaviour().patch(&change, None).unwrap();
    let request = support::booking_request("1", slot(0));
    let answer = Answered::of(engine.create_booking(before, request.into()).await);
    assert_eq!(answer.status_word(), "CONFIRMED");
    assert_eq!(
        answer.json()["booking"]["payment_information"]["deposit"],
        Value::Null
    );
}

async fn strict() -> Engine {
    let (engine, _) = support::with_capacity(1);
    book(&engine, "known", slot(0)).await.booking_id();
    let change = json!({"unknown_inventory":"reject"});
    engine.behaviour().patch(&change, None).unwrap();
    engine
}

#[tokio::test]
async fn a_strict_partner_knows_only_its_own_inventory() {
    let engine = strict().await;
    let mut other = slot(0);
    other["merchant_id"] = json!("m-nobody");
    let answer = book(&engine, "1", other.clone()).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("m-nobody"), "{}", answer.body);
    other = slot(0);
    other["service_id"] = json!("lunch");
    let answer = book(&engine, "2", other).await;
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("lunch"), "{}", answer.body);
    let unknown_slot = book(&engine, "3", slot(9)).await;
    assert_eq!(unknown_slot.cause().as_deref(), Some("SLOT_UNAVAILABLE"));
    assert_eq!(free_places(&engine, slot(9)).await, 0);
    let moved = json!({"booking_id": book(&engine, "known", slot(0)).await.booking_id(),
        "slot": slot(9)});
    assert_eq!(
        update(&engine, moved).await.cause().as_deref(),
        Some("SLOT_UNAVAILABLE")
    );
}

#[tokio::test]
async fn a_move_obeys_the_slot_that_it_goes_to() {
    let (engine, _) = support::with_capacity(2);
    let mut asynchronous = slot(1);
    asynchronous["confirmation_mode"] = json!("CONFIRMATION_MODE_ASYNCHRONOUS");
    assert_eq!(
        book(&engine, "1", asynchronous).await.status_word(),
        "PENDING_MERCHANT_CONFIRMATION"
    );
    let id = book(&engine, "2", slot(0)).await.booking_id();
    book(&engine, "3", slot(2)).await.booking_id();
    let to = |slot: Value| json!({"booking_id": id, "slot": slot});
    // Another mode than the guest was told.
    let answer = update(&engine, to(slot(1))).await;
    assert_eq!(answer.cause().as_deref(), Some("SLOT_UNAVAILABLE"));
    // Times that no slot can have.
    for slot in [json!({"start_sec":"-5"}), json!({"duration_sec":"-5"})] {
        assert_eq!(update(&engine, to(slot)).await.status, 400);
    }
    // Into the past: taken with a finding, or not at all.
    let mut begun = slot(2);
    begun["start_sec"] = json!((support::NOW - 60).to_string());
    book(&engine, "4", begun.clone()).await.booking_id();
    let change = json!({"unknown_inventory":"reject"});
    engine.behaviour().patch(&change, None).unwrap();
    let answer = update(&engine, to(begun.clone())).await;
    assert_eq!(answer.cause().as_deref(), Some("SLOT_UNAVAILABLE"));
    engine.behaviour().reset();
    let answer = update(&engine, to(begun)).await;
    assert_eq!(answer.status_word(), "CONFIRMED");
    assert_eq!(answer.findings, ["slot_in_the_past"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_at_once_for_the_last_place_fifty_times_have_one_winner_each() {
    let (engine, _) = support::with_capacity(1);
    for round in 0..50 {
        let requests: Vec<_> = (0..200)
            .map(|guest| {
                let engine = engine.clone();
                let token = format!("{round}-{guest}");
                tokio::spawn(async move { book(&engine, &token, slot(round)).await })
            })
            .collect();
        let mut winners = 0;
        for request in requests {
            match request.await.unwrap().cause() {
                None => winners += 1,
                Some(cause) => assert_eq!(cause, "SLOT_UNAVAILABLE"),
            }
        }
        assert_eq!(winners, 1, "round {round}");
        assert_eq!(free_places(&engine, slot(round)).await, 0);
    }
}
