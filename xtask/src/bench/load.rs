//! Load: many connections, each with one request after another.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use tokio::task::JoinSet;

use super::http::Connection;
use super::requests::{self, CreateBooking};

/// How long and how much one run of load may be.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    pub(super) connections: usize,
    pub(super) warm_up: Duration,
    pub(super) time: Duration,
    /// The most requests, warm-up included: a fast machine must not fill its disk.
    pub(super) at_most: u64,
}

/// What a run of load saw after its warm-up.
pub(super) struct Seen {
    pub(super) per_second: f64,
    /// In microseconds, the shortest first.
    pub(super) latencies: Vec<u32>,
}

/// CreateBooking as fast as the server answers. Every answer must be a 200 that holds `expected`.
pub(super) async fn bookings(
    address: SocketAddr,
    bounds: Bounds,
    expected: &'static str,
) -> Result<Seen> {
    let mut connections = Vec::with_capacity(bounds.connections);
    for _ in 0..bounds.connections {
        connections.push(Connection::open(address).await?);
    }
    let from = Instant::now() + bounds.warm_up;
    let until = from + bounds.time;
    let left = Arc::new(AtomicU64::new(bounds.at_most));
    let mut tasks = JoinSet::new();
    for mut connection in connections {
        let mut request = CreateBooking::new(address);
        let left = Arc::clone(&left);
        tasks.spawn(async move {
            let mut latencies = Vec::with_capacity(4_096);
            let mut sent = Instant::now();
            while sent < until && take_one(&left) {
                let answer = connection.ask(request.fresh()).await?;
                ensure!(
                    answer.status == 200 && answer.holds(expected),
                    "a wrong answer under load: {} {}",
                    answer.status,
                    answer.text()
                );
                let now = Instant::now();
                if sent >= from {
                    // An hour fits.
                    latencies.push(now.duration_since(sent).as_micros() as u32);
                }
                sent = now;
            }
            Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(done) = tasks.join_next().await {
        latencies.extend(done??);
    }
    // Where the count ended it before its time, less time has passed.
    let seconds = Instant::now()
        .min(until)
        .saturating_duration_since(from)
        .as_secs_f64();
    ensure!(
        !latencies.is_empty(),
        "the bound on requests ended the load within its warm-up"
    );
    latencies.sort_unstable();
    Ok(Seen {
        per_second: latencies.len() as f64 / seconds,
        latencies,
    })
}

fn take_one(left: &AtomicU64) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
        left.checked_sub(1)
    })
    .is_ok()
}

/// Fills the log with `count` exchanges as a day of testing leaves them: mostly bookings, a few of
/// which find their slot full, and some health checks. Answers the first request's token.
pub(super) async fn fill(address: SocketAddr, count: u64) -> Result<String> {
    let busy_slot = requests::number();
    let first = requests::token(requests::number());
    let left = Arc::new(AtomicU64::new(count));
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let mut connection = Connection::open(address).await?;
        let mut booking = CreateBooking::new(address);
        let health = requests::health_check(address);
        let left = Arc::clone(&left);
        tasks.spawn(async move {
            while take_one(&left) {
                let number = requests::number();
                let request = match number % 10 {
                    0 => &health,
                    1 => booking.on_slot(number, busy_slot),
                    _ => booking.on_slot(number, number),
                };
                let answer = connection.ask(request).await?;
                ensure!(answer.status == 200, "{} {}", answer.status, answer.text());
            }
            Ok(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        done?.context("the log could not be filled")?;
    }
    Ok(first)
}

/// Load that goes on until the server is gone. Answers the bookings that it was told of.
pub(super) async fn until_gone(address: SocketAddr, connections: usize) -> Result<Vec<String>> {
    let mut tasks = JoinSet::new();
    for _ in 0..connections {
        let mut connection = Connection::open(address).await?;
        let mut request = CreateBooking::new(address);
        tasks.spawn(async move {
            let mut ids = Vec::new();
            // The error is the end that we wait for.
            while let Ok(answer) = connection.ask(request.fresh()).await {
                ids.extend(requests::booking_ids(answer.body));
            }
            ids
        });
    }
    let mut ids = Vec::new();
    while let Some(done) = tasks.join_next().await {
        ids.extend(done?);
    }
    Ok(ids)
}
