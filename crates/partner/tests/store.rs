//! The file: restart, damage, newer versions, two programs at once.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use std::fs;
use std::path::Path;

use partner::exchange::query::Query;
use partner::{Engine, EngineOptions, OpenError};
use serde_json::json;

mod support;
use support::{book, exchange, free_places, in_folder, slot, update};

fn open(folder: &Path) -> Result<Engine, OpenError> {
    Engine::open(in_folder(folder))
}

fn file(folder: &Path) -> std::path::PathBuf {
    folder.join("mock-partner.sqlite")
}

/// Some bookings and exchanges, closed in good order.
async fn filled(folder: &Path, count: u32) -> Vec<String> {
    let engine = open(folder).unwrap();
    let mut bodies = Vec::new();
    for number in 0..count {
        bodies.push(book(&engine, &number.to_string(), slot(number)).await.body);
        engine
            .record(exchange(&format!("word{number} {}", "x".repeat(500))))
            .await;
    }
    engine.close();
    bodies
}

#[tokio::test]
async fn a_restart_keeps_bookings_leases_and_log() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = filled(folder.path(), 3).await;
    let engine = open(folder.path()).unwrap();
    assert_eq!(*engine.bookings_changed().borrow(), 3);
    assert_eq!(engine.log().position().newest, 3);
    for (number, body) in bodies.iter().enumerate() {
        let again = book(&engine, &number.to_string(), slot(0)).await;
        assert_eq!(&again.body, body);
    }
    assert_eq!(free_places(&engine, slot(1)).await, 99);
    engine.record(exchange("after")).await;
    let (rows, _) = engine.exchanges(Query::default()).await.unwrap();
    assert_eq!(
        rows.iter().map(|row| row.id).collect::<Vec<_>>(),
        [4, 3, 2, 1]
    );
    let words = Query {
        text: Some("word1".to_owned()),
        ..Query::default()
    };
    assert_eq!(engine.exchanges(words).await.unwrap().0.len(), 1);
}

#[tokio::test]
async fn ids_do_not_collide_over_restarts() {
    let folder = tempfile::tempdir().unwrap();
    let mut ids = Vec::new();
    for round in 0..4 {
        let engine = open(folder.path()).unwrap();
        for number in 0..3 {
            let answer = book(&engine, &format!("{round}-{number}"), slot(0)).await;
            ids.push(answer.booking_id());
        }
        let lease = support::message(json!({"lease": {"slot": slot(0)}}));
        let lease = engine.create_lease(support::call(&engine), lease).await;
        ids.push(support::Answered::of(lease).json()["lease"]["lease_id"].to_string());
        engine.record(exchange("x")).await;
        if round > 0 {
            // The last thing that happens: nothing of the log tells the next round how far it was.
            engine.clear_exchanges().await.unwrap();
        }
        engine.close();
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

#[tokio::test]
async fn a_timeline_names_the_exchange_that_did_it() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path()).unwrap();
    let numbered = |number: u64, booking_id: &str| {
        let mut row = exchange("x");
        row.number = number;
        row.summary.booking_id = Some(booking_id.to_owned());
        row
    };
    let id = book(&engine, "1", slot(0)).await.booking_id();
    engine.record(exchange("something else")).await;
    engine.record(numbered(1, &id)).await;
    update(&engine, json!({"booking_id": id, "slot": slot(1)}))
        .await
        .booking_id();
    engine.record(numbered(2, &id)).await;
    update(&engine, json!({"booking_id": id, "status": "CANCELED"}))
        .await
        .booking_id();
    let (row, events) = engine.booking(id.clone()).await.unwrap().unwrap();
    assert_eq!(row.booking.booking_id, id);
    let events: Vec<_> = events
        .iter()
        .map(|(event, exchange)| (&*event.event, &*event.status, *exchange))
        .collect();
    assert_eq!(
        events,
        [
            ("created", "CONFIRMED", Some(2)),
            ("rescheduled", "CONFIRMED", Some(3)),
            ("cancelled", "CANCELED", None),
        ]
    );
    assert!(
        engine
            .booking("bk-none".to_owned())
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn a_file_that_is_none_is_set_aside_and_never_lost() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 1).await;
    let mut aside = Vec::new();
    for round in 0..2 {
        let garbage = format!("this is no database, round {round}").repeat(200);
        fs::write(file(folder.path()), &garbage).unwrap();
        let engine = open(folder.path()).unwrap();
        let kept = engine.set_aside().expect("it was set aside").clone();
        assert_eq!(fs::read_to_string(&kept).unwrap(), garbage);
        book(&engine, "new", slot(0)).await.booking_id();
        engine.close();
        aside.push(kept);
    }
    // The clock stands still, so both were set aside in the same second.
    assert_ne!(aside[0], aside[1]);
    assert!(aside.iter().all(|path| path.exists()));
    assert_eq!(open(folder.path()).unwrap().set_aside(), None);
}

#[tokio::test]
async fn a_file_with_broken_pages_never_keeps_the_program_from_starting() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 60).await;
    let sound = fs::read(file(folder.path())).unwrap();
    let pages = sound.len() / 4096;
    assert!(pages > 20);
    let mut set_aside = 0;
    for first in (1..pages).step_by(3) {
        // The head stays whole; from here on nothing is.
        let mut bytes = sound.clone();
        bytes[first * 4096..].fill(0xA5);
        fs::write(file(folder.path()), &bytes).unwrap();
        let engine = open(folder.path()).unwrap();
        if let Some(aside) = engine.set_aside() {
            set_aside += 1;
            assert_eq!(fs::read(aside).unwrap(), bytes);
            book(&engine, "new", slot(0)).await.booking_id();
        }
        engine.close();
    }
    assert!(set_aside > 2, "{set_aside} of {pages}");
}

#[tokio::test]
async fn a_file_that_was_cut_off_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 60).await;
    let bytes = fs::read(file(folder.path())).unwrap();
    fs::write(file(folder.path()), &bytes[..bytes.len() / 3]).unwrap();
    match open(folder.path()) {
        Ok(engine) => {
            assert!(engine.set_aside().is_some());
            book(&engine, "new", slot(0)).await.booking_id();
        }
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_newer_file_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = filled(folder.path(), 1).await;
    let raw = rusqlite::Connection::open(file(folder.path())).unwrap();
    let version: i64 = raw
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .unwrap();
    raw.pragma_update(None, "user_version", version + 1)
        .unwrap();
    drop(raw);
    let refused = open(folder.path()).unwrap_err();
    assert!(matches!(refused, OpenError::Newer { .. }), "{refused}");
    assert!(refused.to_string().contains("--data-dir"), "{refused}");

    let raw = rusqlite::Connection::open(file(folder.path())).unwrap();
    raw.pragma_update(None, "user_version", version).unwrap();
    drop(raw);
    let engine = open(folder.path()).unwrap();
    assert_eq!(engine.set_aside(), None);
    assert_eq!(book(&engine, "0", slot(5)).await.body, bodies[0]);
}

#[tokio::test]
async fn one_program_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    let refused = open(folder.path()).unwrap_err();
    assert!(matches!(refused, OpenError::InUse { .. }), "{refused}");
    // Connections of its own may hold on to it still.
    let clone = first.clone();
    first.close();
    let second = open(folder.path()).unwrap();
    drop(clone);
    assert!(matches!(open(folder.path()), Err(OpenError::InUse { .. })));
    drop((first, second));
    open(folder.path()).unwrap();
}

#[test]
fn a_folder_that_cannot_be_one_is_said_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("a-file");
    fs::write(&taken, "x").unwrap();
    let refused = open(&taken).unwrap_err();
    assert!(matches!(refused, OpenError::Folder { .. }), "{refused}");
    let refused = Engine::open(EngineOptions {
        scenario: Some("no-such".to_owned()),
        ..EngineOptions::default()
    });
    assert!(refused.unwrap_err().to_string().contains("no-such"));
}

#[tokio::test]
async fn a_closed_store_answers_instead_of_hanging() {
    let engine = support::engine(EngineOptions::default());
    engine.close();
    let answer = book(&engine, "1", slot(0)).await;
    assert_eq!(answer.status, 503);
    assert!(engine.exchanges(Query::default()).await.is_err());
}
