//! `bench-least`: the least that a server has to do that keeps a booking before it answers. It reads
//! the request as JSON, commits the rows of a booking, with their indexes, in one transaction with
//! what else waits, and gives the JSON back. No rules, no log.
//!
//! It tells how much of the way from the floor down to Mock Partner is the promise itself. Called
//! with the file to keep bookings in; prints its address and runs until it is killed.

use std::io::Write as _;
use std::sync::mpsc::{Receiver, Sender, channel};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use axum::{Json, Router};
use rusqlite::{Connection, params};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// Requests in one transaction at most, as in Mock Partner.
const GROUP: usize = 256;

const TABLES: &str = "
    PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -8000;
    CREATE TABLE slots (
        slot_id INTEGER PRIMARY KEY, merchant_id TEXT, service_id TEXT, start_sec TEXT,
        UNIQUE (merchant_id, service_id, start_sec)
    ) STRICT;
    CREATE TABLE bookings (
        row_id INTEGER PRIMARY KEY, booking_id TEXT UNIQUE, token TEXT UNIQUE, slot_id INTEGER,
        user_id TEXT, email TEXT, start_sec TEXT, booking TEXT
    ) STRICT;
    CREATE INDEX of_slot ON bookings (slot_id);
    CREATE INDEX of_user ON bookings (user_id, start_sec);
    CREATE INDEX of_email ON bookings (email, start_sec);";

type Waiting = (Value, oneshot::Sender<Value>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("name the file")?;
    let connection = Connection::open(file)?;
    connection.execute_batch(TABLES)?;
    let (sender, receiver) = channel();
    std::thread::spawn(move || write(&connection, &receiver));

    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    let router = Router::new()
        .route("/v3/CreateBooking", post(create_booking))
        .with_state(sender);
    Ok(axum::serve(listener, router).await?)
}

async fn create_booking(
    State(writer): State<Sender<Waiting>>,
    Json(body): Json<Value>,
) -> Result<Json<Value>, StatusCode> {
    let (answer, answered) = oneshot::channel();
    let sent = writer.send((body, answer));
    sent.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let kept = answered.await;
    kept.map(Json).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)
}

fn write(connection: &Connection, receiver: &Receiver<Waiting>) {
    let mut number = 0_u64;
    while let Ok(first) = receiver.recv() {
        let mut group = vec![first];
        group.extend(receiver.try_iter().take(GROUP - 1));
        let kept = keep(connection, &group, &mut number);
        if kept.is_err() {
            // Dropped unanswered, each becomes a 503, which the load takes for what it is.
            return;
        }
        for (body, answer) in group {
            let _ = answer.send(body);
        }
    }
}

fn keep(connection: &Connection, group: &[Waiting], number: &mut u64) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    for (body, _) in group {
        *number += 1;
        let text = |pointer: &str| body.pointer(pointer).and_then(Value::as_str);
        let start = text("/slot/start_sec");
        let slot_id = connection
            .prepare_cached(
                "INSERT INTO slots (merchant_id, service_id, start_sec) VALUES (?1, ?2, ?3)",
            )?
            .insert(params![
                text("/slot/merchant_id"),
                text("/slot/service_id"),
                start
            ])?;
        connection
            .prepare_cached(
                "INSERT INTO bookings (booking_id, token, slot_id, user_id, email, start_sec,
                     booking) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                format!("bk-{number:010}"),
                text("/idempotency_token"),
                slot_id,
                text("/user_information/user_id"),
                text("/user_information/email"),
                start,
                body.to_string(),
            ])?;
    }
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}
