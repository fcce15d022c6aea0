//! `bench-least`: the least that a server has to do that answers CreateBooking as the design asks.
//! It reads the request, commits the rows of a booking with their indexes and the exchange itself,
//! compressed, in one transaction with what else waits, and answers with the booking. No rules, no
//! findings, no decisions, no credentials; and each of its steps is made as cheap as we know how.
//!
//! It tells how much of the way from the floor down to Mock Partner is the promise itself. Called
//! with the file to keep bookings in; prints its address and runs until it is killed.

use std::convert::Infallible;
use std::error::Error;
use std::io::Write as _;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::time::Duration;

use axum::body::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use lz4_flex::block::{CompressTable, compress_into_with_table, get_maximum_output_size};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Requests in one transaction at most, as in Mock Partner.
const GROUP: usize = 256;

/// Pages in the journal from which on it goes into the file, as in Mock Partner.
const JOURNAL: i32 = 4_000;

const TABLES: &str = "
    PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
    PRAGMA cache_size = -8000;
    CREATE TABLE slots (
        slot_id INTEGER PRIMARY KEY, merchant_id TEXT, service_id TEXT, start_sec INTEGER,
        UNIQUE (merchant_id, service_id, start_sec)
    ) STRICT;
    CREATE TABLE bookings (
        row_id INTEGER PRIMARY KEY, booking_id TEXT UNIQUE, token TEXT UNIQUE, slot_id INTEGER,
        user_id TEXT, email TEXT, start_sec INTEGER, booking TEXT
    ) STRICT;
    CREATE INDEX of_slot ON bookings (slot_id);
    CREATE INDEX of_user ON bookings (user_id, start_sec);
    CREATE INDEX of_email ON bookings (email, start_sec);
    CREATE TABLE exchange_pages (first_id INTEGER PRIMARY KEY, page BLOB) STRICT;";

/// The fields that the load sends.
#[derive(Deserialize)]
struct CreateBooking<'a> {
    idempotency_token: &'a str,
    slot: Slot<'a>,
    user_information: UserInformation<'a>,
    payment_information: PaymentInformation<'a>,
}

#[derive(Deserialize, Serialize)]
struct Slot<'a> {
    merchant_id: &'a str,
    service_id: &'a str,
    start_sec: &'a str,
    duration_sec: &'a str,
    confirmation_mode: &'a str,
    resources: Resources<'a>,
}

#[derive(Deserialize, Serialize)]
struct Resources<'a> {
    staff_id: &'a str,
}

#[derive(Deserialize, Serialize)]
struct UserInformation<'a> {
    user_id: &'a str,
    given_name: &'a str,
    family_name: &'a str,
    telephone: &'a str,
    email: &'a str,
}

#[derive(Deserialize, Serialize)]
struct PaymentInformation<'a> {
    prepayment_status: &'a str,
}

#[derive(Serialize)]
struct Answer<'a> {
    booking: Booking<'a>,
}

#[derive(Serialize)]
struct Booking<'a> {
    booking_id: &'a str,
    slot: &'a Slot<'a>,
    user_information: &'a UserInformation<'a>,
    payment_information: &'a PaymentInformation<'a>,
    status: &'a str,
}

/// What one request leaves behind.
struct Kept {
    booking_id: String,
    token: String,
    merchant_id: String,
    service_id: String,
    start_sec: i64,
    user_id: String,
    email: String,
    request: Bytes,
    answer: Bytes,
}

/// A request on its way to the writer, and who waits for its commit.
type Waiting = (Kept, oneshot::Sender<()>);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::args_os().nth(1).ok_or("name the file")?;
    let connection = Connection::open(&file)?;
    connection.execute_batch(TABLES)?;
    let (sender, receiver) = channel();
    make_checkpoints(&connection, file.as_ref())?;
    std::thread::spawn(move || Writer::new(connection).run(&receiver));

    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    writeln!(std::io::stdout(), "{}", listener.local_addr()?)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let _ = stream.set_nodelay(true);
        let writer = sender.clone();
        let service = service_fn(move |request| create_booking(writer.clone(), request));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn create_booking(
    writer: Sender<Waiting>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let answer = answer(&writer, request).await;
    Ok(answer.map_or_else(
        |_| {
            let mut refused = Response::new(Full::default());
            *refused.status_mut() = StatusCode::BAD_REQUEST;
            refused
        },
        |answer| {
            let mut answer = Response::new(Full::new(answer));
            let json = HeaderValue::from_static("application/json");
            answer.headers_mut().insert(CONTENT_TYPE, json);
            answer
        },
    ))
}

async fn answer(
    writer: &Sender<Waiting>,
    request: Request<Incoming>,
) -> Result<Bytes, Box<dyn Error + Send + Sync>> {
    let body = request.into_body().collect().await?.to_bytes();
    let kept = booked(body)?;
    let answer = kept.answer.clone();
    let (committed, commit) = oneshot::channel();
    writer.send((kept, committed))?;
    commit.await?;
    Ok(answer)
}

fn booked(request: Bytes) -> Result<Kept, Box<dyn Error + Send + Sync>> {
    static NUMBERS: AtomicU64 = AtomicU64::new(1);
    let asked: CreateBooking<'_> = serde_json::from_slice(&request)?;
    let booking_id = format!("bk-{:016x}", NUMBERS.fetch_add(1, Ordering::Relaxed));
    let booking = Booking {
        booking_id: &booking_id,
        slot: &asked.slot,
        user_information: &asked.user_information,
        payment_information: &asked.payment_information,
        status: "CONFIRMED",
    };
    let mut answer = Vec::with_capacity(1_024);
    serde_json::to_writer(&mut answer, &Answer { booking })?;
    Ok(Kept {
        token: asked.idempotency_token.to_owned(),
        merchant_id: asked.slot.merchant_id.to_owned(),
        service_id: asked.slot.service_id.to_owned(),
        start_sec: asked.slot.start_sec.parse()?,
        user_id: asked.user_information.user_id.to_owned(),
        email: asked.user_information.email.to_owned(),
        booking_id,
        answer: answer.into(),
        request,
    })
}

struct Writer {
    connection: Connection,
    /// Kept for their room.
    page: Vec<u8>,
    packed: Vec<u8>,
    table: Box<CompressTable>,
}

impl Writer {
    fn new(connection: Connection) -> Self {
        Self {
            connection,
            page: Vec::new(),
            packed: Vec::new(),
            table: Box::default(),
        }
    }

    fn run(mut self, receiver: &Receiver<Waiting>) {
        while let Ok(first) = receiver.recv() {
            let mut group = vec![first];
            group.extend(receiver.try_iter().take(GROUP - 1));
            if self.keep(&group).is_err() {
                // Dropped without a commit, each becomes an error, which the load takes for what
                // it is.
                return;
            }
            for (_, committed) in group {
                let _ = committed.send(());
            }
        }
    }

    fn keep(&mut self, group: &[Waiting]) -> Result<(), Box<dyn Error>> {
        let connection = &self.connection;
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut slot = connection.prepare_cached(
            "INSERT INTO slots (merchant_id, service_id, start_sec) VALUES (?1, ?2, ?3)",
        )?;
        let mut booking = connection.prepare_cached(
            "INSERT INTO bookings (booking_id, token, slot_id, user_id, email, start_sec, booking)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        self.page.clear();
        for (kept, _) in group {
            let slot_id =
                slot.insert(params![kept.merchant_id, kept.service_id, kept.start_sec])?;
            booking.execute(params![
                kept.booking_id,
                kept.token,
                slot_id,
                kept.user_id,
                kept.email,
                kept.start_sec,
                std::str::from_utf8(&kept.answer)?,
            ])?;
            self.page.extend_from_slice(&kept.request);
            self.page.extend_from_slice(&kept.answer);
        }
        let room = get_maximum_output_size(self.page.len());
        self.packed.resize(room, 0);
        let size = compress_into_with_table(&self.page, &mut self.packed, &mut self.table)?;
        connection
            .prepare_cached("INSERT INTO exchange_pages (page) VALUES (?1)")?
            .execute([&self.packed[..size]])?;
        connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

/// Has what the journal gathers put into the file by a thread of its own.
fn make_checkpoints(connection: &Connection, file: &Path) -> rusqlite::Result<()> {
    static WAKE: OnceLock<SyncSender<()>> = OnceLock::new();
    let (wake, woken) = sync_channel(1);
    let _ = WAKE.set(wake);
    let own = Connection::open(file)?;
    own.busy_timeout(Duration::from_secs(1))?;
    std::thread::spawn(move || {
        while woken.recv().is_ok() {
            // What another holds is left for the next time.
            let _ = own.execute_batch("PRAGMA wal_checkpoint(PASSIVE)");
        }
    });
    connection.wal_hook(Some(|_, pages| {
        if pages >= JOURNAL
            && let Some(wake) = WAKE.get()
        {
            // Full means that it has been told, or is at it.
            let _ = wake.try_send(());
        }
        Ok(())
    }));
    Ok(())
}
