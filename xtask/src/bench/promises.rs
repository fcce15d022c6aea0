//! Promises that hold always, however busy the machine: the last place goes to one, and what was
//! answered survives `kill -9`. Breaking one fails the run.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::http::Connection;
use super::report::{Verdict, median, ms, thousands};
use super::requests::{self, CreateBooking};
use super::{Bench, load};

/// Parallel requests for the last place.
const RIVALS: usize = 64;

const ONE_PLACE: &str = "\
name: one-place
title: Every slot has one place
behaviour: { unknown_inventory: accept }
settings: { default_capacity: 1 }
";

pub(super) async fn last_place(bench: &mut Bench) -> Result<()> {
    let data = bench.folder()?;
    let scenario = data.path().join("one-place.yaml");
    fs::write(&scenario, ONE_PLACE)?;
    let scenario = scenario.display().to_string();
    let server = bench
        .programs
        .start(data.path(), &["--scenario", &scenario])?;
    let times = if bench.quick { 5 } else { 20 };
    let mut winners = Vec::new();
    for _ in 0..times {
        winners.push(race(server.address).await?);
    }
    server.kill()?;
    let right = winners.iter().filter(|count| **count == 1).count();
    bench.report.add(
        &format!("{RIVALS} parallel requests for the last place"),
        "exactly one wins, always",
        format!("one winner in {right} of {times} races"),
        if right == times {
            Verdict::Reached
        } else {
            Verdict::Broken
        },
    );
    Ok(())
}

/// How many win; everybody else must be told that the slot is gone.
async fn race(address: SocketAddr) -> Result<usize> {
    let slot = requests::number();
    let start = Arc::new(Barrier::new(RIVALS));
    let mut tasks = JoinSet::new();
    for _ in 0..RIVALS {
        let mut connection = Connection::open(address).await?;
        let mut request = CreateBooking::new(address);
        let start = Arc::clone(&start);
        tasks.spawn(async move {
            let request = request.on_slot(requests::number(), slot);
            start.wait().await;
            let answer = connection.ask(request).await?;
            let has_won = answer.holds("\"CONFIRMED\"");
            ensure!(
                answer.status == 200 && (has_won || answer.holds("\"SLOT_UNAVAILABLE\"")),
                "a wrong answer in a race: {} {}",
                answer.status,
                answer.text()
            );
            Ok(has_won)
        });
    }
    let mut winners = 0;
    while let Some(done) = tasks.join_next().await {
        winners += usize::from(done??);
    }
    Ok(winners)
}

pub(super) async fn kill(bench: &mut Bench) -> Result<()> {
    let times = if bench.quick { 1 } else { 3 };
    let (mut answered, mut lost) = (0, 0);
    let mut starts = Vec::new();
    for _ in 0..times {
        let data = bench.folder()?;
        let server = bench.programs.start(data.path(), &[])?;
        let load = tokio::spawn(load::until_gone(server.address, 64));
        tokio::time::sleep(Duration::from_secs(1)).await;
        server.kill()?;
        let ids = load.await??;
        ensure!(!ids.is_empty(), "nothing was booked before the kill");
        let (server, time) = bench.programs.time_start(data.path()).await?;
        starts.push(time);
        answered += ids.len();
        lost += missing(server.address, ids).await?;
        server.kill()?;
    }
    bench.report.add(
        "`kill -9` under load, then a restart",
        "every answered booking is there",
        format!(
            "{} of {} lost, {times} times",
            thousands(lost as u64),
            thousands(answered as u64)
        ),
        if lost == 0 {
            Verdict::Reached
        } else {
            Verdict::Broken
        },
    );
    bench.report.add(
        "the restart to its first 200",
        "",
        ms(median(&starts)),
        Verdict::Told,
    );
    Ok(())
}

/// How many of the bookings the server does not know.
async fn missing(address: SocketAddr, ids: Vec<String>) -> Result<usize> {
    let ids = Arc::new(std::sync::Mutex::new(ids));
    let mut tasks = JoinSet::new();
    for _ in 0..16 {
        let mut connection = Connection::open(address).await?;
        let ids = Arc::clone(&ids);
        tasks.spawn(async move {
            let mut missing = 0;
            loop {
                let next = ids
                    .lock()
                    .unwrap_or_else(std::sync::PoisonError::into_inner)
                    .pop();
                let Some(id) = next else { break };
                let answer = connection
                    .ask(&requests::get_booking_status(address, &id))
                    .await?;
                missing += usize::from(answer.status != 200 || !answer.holds(&id));
            }
            anyhow::Ok(missing)
        });
    }
    let mut missing = 0;
    while let Some(done) = tasks.join_next().await {
        missing += done??;
    }
    Ok(missing)
}
