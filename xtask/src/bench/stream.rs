//! From the answer to the row on the event stream. The browser's part, from the stream to the
//! pixel, is not in it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::interval;

use super::Bench;
use super::http::{self, Connection};
use super::programs::Control;
use super::report::{Verdict, ms, percentile, thousands};
use super::requests::{self, CreateBooking};

const PER_SECOND: u32 = 1_000;
const CONNECTIONS: u32 = 16;

type Times = HashMap<String, Instant>;

pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    let data = bench.folder()?;
    let server = bench.programs.start(data.path(), &[])?;
    let rows: Arc<Mutex<Times>> = Arc::default();
    let listener = tokio::spawn(listen(server.control()?.clone(), Arc::clone(&rows)));
    // The stream stands before there is anything to tell.
    tokio::time::sleep(Duration::from_millis(200)).await;

    let time = Duration::from_secs(if bench.quick { 2 } else { 5 });
    let began = Instant::now();
    let answers = send(server.address, time).await?;
    let rate = answers.len() as f64 / began.elapsed().as_secs_f64();
    let deadline = Instant::now() + Duration::from_secs(3);
    let seen = || rows.lock().unwrap_or_else(PoisonError::into_inner);
    while seen().len() < answers.len() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    listener.abort();
    server.kill()?;

    let seen = seen();
    let mut delays: Vec<_> = answers
        .iter()
        .filter_map(|(id, answered)| Some(seen.get(id)?.saturating_duration_since(*answered)))
        .collect();
    delays.sort_unstable();
    let lost = answers.len() - delays.len();
    let (p50, p99) = (percentile(&delays, 0.5), percentile(&delays, 0.99));
    let what = "answer to row on the stream (not to the pixel), 1 000 requests/s";
    if lost > 0 {
        let measured = format!("{lost} of {} rows never came", answers.len());
        bench
            .report
            .add(what, "≤ 150 ms", measured, Verdict::Broken);
        return Ok(());
    }
    bench.report.add(
        what,
        "≤ 150 ms",
        format!(
            "p50 {}, p99 {} at {}/s",
            ms(p50),
            ms(p99),
            thousands(rate.round() as u64)
        ),
        // Where the machine is too slow for the load, nothing has been shown.
        Verdict::of(p99 <= Duration::from_millis(150) && rate >= f64::from(PER_SECOND) * 0.95),
    );
    Ok(())
}

/// Sends bookings at an even pace and answers when each was answered.
async fn send(address: SocketAddr, time: Duration) -> Result<Vec<(String, Instant)>> {
    let pause = Duration::from_secs(1) * CONNECTIONS / PER_SECOND;
    let until = Instant::now() + time;
    let mut tasks = JoinSet::new();
    for place in 0..CONNECTIONS {
        let mut connection = Connection::open(address).await?;
        let mut request = CreateBooking::new(address);
        tasks.spawn(async move {
            // The connections take turns.
            tokio::time::sleep(pause * place / CONNECTIONS).await;
            let mut turn = interval(pause);
            let mut answers = Vec::new();
            while Instant::now() < until {
                turn.tick().await;
                let answer = connection.ask(request.fresh()).await?;
                let answered = Instant::now();
                ensure!(answer.status == 200, "{} {}", answer.status, answer.text());
                answers.extend(requests::booking_ids(answer.body).map(|id| (id, answered)));
            }
            Ok(answers)
        });
    }
    let mut answers = Vec::new();
    while let Some(done) = tasks.join_next().await {
        answers.extend(done??);
    }
    Ok(answers)
}

/// Notes when each booking first stood in a row.
async fn listen(control: Control, rows: Arc<Mutex<Times>>) -> Result<()> {
    let mut stream = TcpStream::connect(control.address).await?;
    let request = http::get(control.address, "/api/events", &control.authorization);
    // In HTTP/1.0 the body comes as it is, not in chunks.
    let request = String::from_utf8(request)?.replacen("HTTP/1.1", "HTTP/1.0", 1);
    stream.write_all(request.as_bytes()).await?;
    let mut received = Vec::with_capacity(256 * 1024);
    while stream.read_buf(&mut received).await? > 0 {
        let now = Instant::now();
        // A message ends with an empty line; the rest waits for its end.
        while let Some(end) = http::find(&received, b"\n\n") {
            let mut rows = rows.lock().unwrap_or_else(PoisonError::into_inner);
            for id in requests::booking_ids(&received[..end]) {
                rows.entry(id).or_insert(now);
            }
            drop(rows);
            received.drain(..end + 2);
        }
    }
    Ok(())
}
