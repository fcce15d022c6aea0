//! The engine's clock and its timers, across restarts.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use std::time::Duration;

use jiff::Timestamp;
use partner::clock::{Clock, ClockMode};
use partner::timers::Kind;
use partner::{Engine, EngineOptions, MoveTo};
use serde_json::json;

mod support;
use support::{Answered, call, message, slot};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// An engine in a folder, with the clock that the folder remembers.
fn reopened(folder: &std::path::Path) -> Engine {
    support::engine(EngineOptions {
        data_dir: Some(folder.to_owned()),
        ..EngineOptions::default()
    })
}

async fn lease(engine: &Engine, expires: Timestamp) {
    let expires = expires.as_second().to_string();
    let lease = json!({"slot": slot(1), "lease_expiration_time_sec": expires});
    let request = message(json!({ "lease": lease }));
    let answer = Answered::of(engine.create_lease(call(engine), request).await);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_frozen_clock_and_its_timers_survive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let noon = at("2026-11-22T12:00:00Z");
    {
        let engine = reopened(folder.path());
        assert_eq!(engine.clock_view().await.unwrap().mode, ClockMode::Real);
        engine
            .set_clock(ClockMode::Frozen, Some(noon), 1.0)
            .await
            .unwrap();
        lease(&engine, at("2026-11-22T12:01:00Z")).await;
        engine.close();
    }
    let engine = reopened(folder.path());
    let view = engine.clock_view().await.unwrap();
    assert_eq!((view.mode, view.now), (ClockMode::Frozen, noon));
    let next = view.next_timer.unwrap();
    assert_eq!(
        (next.what, next.at),
        (Kind::Lease, at("2026-11-22T12:01:00Z"))
    );
    let fired = engine.move_clock(MoveTo::NextTimer).await.unwrap();
    assert_eq!(fired, Ok(1));
    assert_eq!(engine.clock().now(), at("2026-11-22T12:01:00Z"));
}

#[tokio::test]
async fn a_scaled_clock_is_where_it_would_be_and_a_real_one_stays_real() {
    let folder = tempfile::tempdir().unwrap();
    let start = at("2030-01-01T00:00:00Z");
    {
        let engine = reopened(folder.path());
        engine
            .set_clock(ClockMode::Scaled, Some(start), 3_600.0)
            .await
            .unwrap();
        engine.close();
    }
    {
        let engine = reopened(folder.path());
        let view = engine.clock_view().await.unwrap();
        assert_eq!((view.mode, view.rate), (ClockMode::Scaled, 3_600.0));
        assert!(view.now > start, "{}", view.now);
        engine.set_clock(ClockMode::Real, None, 1.0).await.unwrap();
        engine.close();
    }
    let engine = reopened(folder.path());
    assert_eq!(engine.clock_view().await.unwrap().mode, ClockMode::Real);
}

#[tokio::test]
async fn a_clock_that_was_given_counts_more_than_the_one_that_was_kept() {
    let folder = tempfile::tempdir().unwrap();
    let engine = support::engine(support::in_folder(folder.path()));
    engine
        .set_clock(ClockMode::Frozen, Some(at("2030-01-01T00:00:00Z")), 1.0)
        .await
        .unwrap();
    engine.close();
    drop(engine);
    let engine = support::engine(support::in_folder(folder.path()));
    assert_eq!(engine.clock().now(), support::clock().now());
}

#[tokio::test]
async fn a_clock_that_is_set_ahead_lets_timers_fire_and_set_back_lets_none_fire_again() {
    let (engine, clock) = support::with_capacity(1);
    let start = clock.now();
    lease(&engine, start.checked_add(Duration::from_secs(60)).unwrap()).await;
    let later = start.checked_add(Duration::from_secs(3_600)).unwrap();
    let set = engine.set_clock(ClockMode::Frozen, Some(later), 1.0);
    assert_eq!(set.await, Ok(1));
    let set = engine.set_clock(ClockMode::Frozen, Some(start), 1.0);
    assert_eq!(set.await, Ok(0));
    let moved = engine.move_clock(MoveTo::Ahead(Duration::from_secs(7_200)));
    assert_eq!(moved.await, Ok(Ok(0)));
    assert_eq!(clock.now().duration_since(start).as_secs(), 7_200);
}

/// Timers fire by themselves as time passes, here a hundred thousand times as fast as it does.
#[tokio::test]
async fn timers_fire_as_time_passes() {
    let engine = support::engine(EngineOptions {
        clock: Clock::system(),
        ..EngineOptions::default()
    });
    let runner = engine.clone();
    let timers = tokio::spawn(async move { runner.run_timers().await });
    let start = at("2026-11-22T01:00:00Z");
    engine
        .set_clock(ClockMode::Frozen, Some(start), 1.0)
        .await
        .unwrap();
    lease(&engine, at("2026-11-22T01:01:00Z")).await;
    let mut changes = engine.clock_changed();
    while engine.clock_view().await.unwrap().next_timer.is_none() {
        changes.changed().await.unwrap();
    }
    engine
        .set_clock(ClockMode::Scaled, None, 86_400.0)
        .await
        .unwrap();
    while engine.clock_view().await.unwrap().next_timer.is_some() {
        changes.changed().await.unwrap();
    }
    assert!(engine.clock().now() >= at("2026-11-22T01:01:00Z"));
    timers.abort();
}
