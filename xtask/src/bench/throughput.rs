//! CreateBooking under full load, beside the floor.

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
    let (mut floor, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..if bench.quick { 1 } else { 3 } {
        floor.push(round(bench, bench.programs.start_floor()?, "idempotency_token").await?);
        // Anew each time, or the index that it fills when idle would slow the floor's next round.
        let data = bench.folder()?;
        let server = bench.programs.start(data.path(), &[])?;
        ours.push(round(bench, server, "\"CONFIRMED\"").await?);
    }
    let middle = |rounds: &[Round], value: fn(&Round) -> f64| {
        median(&rounds.iter().map(value).collect::<Vec<_>>())
    };
    let floor_rate = middle(&floor, |round| round.per_second);
    let rate = middle(&ours, |round| round.per_second);
    let ratio = rate / floor_rate;
    bench.report.add(
        &format!("CreateBooking, {CONNECTIONS} connections"),
        "≥ 0.50 of the floor",
        format!(
            "{ratio:.2} ({} of {} per second)",
            thousands(rate as u64),
            thousands(floor_rate as u64)
        ),
        Verdict::of(ratio >= 0.5),
    );
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
    if ours.iter().chain(&floor).all(|round| round.cpu.is_some()) {
        let cpu = |rounds: &[Round]| middle(rounds, |round| round.cpu.unwrap_or_default());
        bench.report.add(
            "processor time per request",
            "",
            format!("{:.0} µs; the floor {:.0} µs", cpu(&ours), cpu(&floor)),
            Verdict::Told,
        );
    }
    Ok(())
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
