//! CreateBooking under full load, beside the floor, and beside two that do a part of what has to be
//! done: an echo that reads and writes JSON, and a server that keeps bookings and log but no rules.

use std::time::Duration;

use anyhow::Result;

use super::load::{self, Bounds};
use super::machine;
use super::programs::Server;
use super::report::{Verdict, median, ms, percentile, thousands};
use super::{Bench, CONNECTIONS};

/// What one round saw of one server.
struct Round {
    per_second: f64,
    p50: Duration,
    p99: Duration,
    /// Processor time of the server per request, in microseconds.
    cpu: Option<f64>,
}

pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    let (mut floor, mut json, mut ours) = (Vec::new(), Vec::new(), Vec::new());
    let mut least = Vec::new();
    for _ in 0..if bench.quick { 1 } else { 3 } {
        let echoed = "idempotency_token";
        floor.push(round(bench, bench.programs.start_floor(&[])?, echoed).await?);
        json.push(round(bench, bench.programs.start_floor(&["json"])?, echoed).await?);
        let data = bench.folder()?;
        let server = bench.programs.start_least(data.path())?;
        least.push(round(bench, server, "\"CONFIRMED\"").await?);
        // Anew each time, or the index that it fills when idle would slow the floor's next round.
        let data = bench.folder()?;
        let server = bench.programs.start(data.path(), &[])?;
        ours.push(round(bench, server, "\"CONFIRMED\"").await?);
    }
    let rate = |rounds: &[Round]| middle(rounds, |round| round.per_second);
    let beside = |floor: &[Round]| {
        let ratio = rate(&ours) / rate(floor);
        let measured = format!(
            "{ratio:.2} ({} of {} per second)",
            thousands(rate(&ours) as u64),
            thousands(rate(floor) as u64)
        );
        (ratio, measured)
    };
    let (ratio, measured) = beside(&floor);
    bench.report.add(
        &format!("CreateBooking, {CONNECTIONS} connections"),
        "≥ 0.50 of the floor",
        measured,
        Verdict::of(ratio >= 0.5),
    );
    for (what, rounds) in [
        ("an echo through `Json<Value>`", &json),
        (
            "a server without rules that commits booking and log first",
            &least,
        ),
    ] {
        let (_, measured) = beside(rounds);
        let name = format!("the same, of {what}");
        bench.report.add(&name, "", measured, Verdict::Told);
        let name = format!("{what}, of the floor");
        let share = format!("{:.2}", rate(rounds) / rate(&floor));
        bench.report.add(&name, "", share, Verdict::Told);
    }
    let latency = |rounds: &[Round]| {
        let value = |of: fn(&Round) -> Duration| median(&rounds.iter().map(of).collect::<Vec<_>>());
        format!(
            "{} / {}",
            ms(value(|round| round.p50)),
            ms(value(|round| round.p99))
        )
    };
    bench.report.add(
        "its latency under that load, p50 / p99",
        "",
        format!("{}; the floor {}", latency(&ours), latency(&floor)),
        Verdict::Told,
    );
    let mut all = ours.iter().chain(&floor).chain(&json).chain(&least);
    if all.all(|round| round.cpu.is_some()) {
        let cpu = |rounds: &[Round]| middle(rounds, |round| round.cpu.unwrap_or_default());
        bench.report.add(
            "processor time per request",
            "",
            format!(
                "{:.0} µs; the floor {:.0} µs; the echo of JSON {:.0} µs; without rules {:.0} µs",
                cpu(&ours),
                cpu(&floor),
                cpu(&json),
                cpu(&least)
            ),
            Verdict::Told,
        );
    }
    Ok(())
}

fn middle(rounds: &[Round], value: fn(&Round) -> f64) -> f64 {
    median(&rounds.iter().map(value).collect::<Vec<_>>())
}

async fn round(bench: &Bench, server: Server, expected: &'static str) -> Result<Round> {
    let bounds = Bounds {
        connections: CONNECTIONS,
        warm_up: Duration::from_secs(1),
        time: Duration::from_secs(if bench.quick { 2 } else { 4 }),
        at_most: 2_000_000,
    };
    let before = machine::cpu_time(server.pid());
    let seen = load::bookings(server.address, bounds, expected).await?;
    let after = machine::cpu_time(server.pid());
    server.kill()?;
    let share = |share| Duration::from_micros(percentile(&seen.latencies, share).into());
    // The warm-up's requests were not counted, but they took as much as the others.
    let seconds = (bounds.warm_up + bounds.time).as_secs_f64();
    Ok(Round {
        per_second: seen.per_second,
        p50: share(0.5),
        p99: share(0.99),
        cpu: before.zip(after).map(|(before, after)| {
            (after - before).as_secs_f64() * 1e6 / (seen.per_second * seconds)
        }),
    })
}
