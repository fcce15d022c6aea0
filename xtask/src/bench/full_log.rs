//! What 100 000 exchanges in the file cost: the start, filters and words.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::http::{self, Connection};
use super::programs::Control;
use super::report::{Verdict, median, ms, thousands};
use super::{Bench, load, machine};

const EXCHANGES: u64 = 100_000;
const STARTS: usize = 5;
const QUERIES: usize = 20;
const QUICKLY: Duration = Duration::from_millis(150);

pub(super) async fn measure(
    bench: &mut Bench,
    wants_start: bool,
    wants_queries: bool,
) -> Result<()> {
    let data = bench.folder()?;
    let server = bench.programs.start(data.path(), &[])?;
    let began = Instant::now();
    let first_token = load::fill(server.address, EXCHANGES).await?;
    println!(
        "  {} exchanges sent in {:.1} s",
        thousands(EXCHANGES),
        began.elapsed().as_secs_f64()
    );

    if wants_queries {
        queries(
            bench,
            server.control()?,
            &first_token,
            "right after the load",
        )
        .await?;
    }
    let busy = machine::settled(server.pid()).await;
    println!(
        "  the index had caught up {:.1} s later",
        busy.as_secs_f64()
    );
    if wants_queries {
        queries(bench, server.control()?, &first_token, "at rest").await?;
    }
    server.stop()?;

    if wants_start {
        let mut times = Vec::new();
        for _ in 0..STARTS {
            let (server, time) = bench.programs.time_start(data.path()).await?;
            times.push(time);
            // Let it come to rest, or the next start would pay for what this one left undone.
            machine::settled(server.pid()).await;
            server.stop()?;
        }
        let time = median(&times);
        bench.report.add(
            &format!(
                "start to the first 200, {} exchanges in the file",
                thousands(EXCHANGES)
            ),
            "≤ 100 ms",
            ms(time),
            Verdict::of(time <= Duration::from_millis(100)),
        );
    }
    Ok(())
}

async fn queries(
    bench: &mut Bench,
    control: &Control,
    first_token: &str,
    when: &str,
) -> Result<()> {
    let filters = [
        "cause=SLOT_UNAVAILABLE",
        "cause=OVERLAPPING_RESERVATION",
        "merchant_id=nobody",
        "status=4xx&method=CreateBooking",
    ];
    // Nearly every exchange, none, only the very first ones, and two words that meet in a tenth.
    let oldest = format!("q={first_token}");
    let words = [
        "q=okafor",
        "q=nowhere",
        oldest.as_str(),
        "q=slot_unavailable%20okafor",
    ];
    for (what, queries) in [("filter", filters), ("words in paths and bodies", words)] {
        let mut times = Vec::new();
        for query in queries.iter().cycle().take(QUERIES) {
            times.push((ask(control, query).await?, *query));
        }
        let (worst, query) = times.iter().copied().max().unwrap_or_default();
        let middle = median(&times.iter().map(|(time, _)| *time).collect::<Vec<_>>());
        bench.report.add(
            &format!("{what}, {} exchanges, {when}", thousands(EXCHANGES)),
            "≤ 150 ms",
            format!("median {}, worst {} ({query})", ms(middle), ms(worst)),
            Verdict::of(worst <= QUICKLY),
        );
    }
    Ok(())
}

async fn ask(control: &Control, query: &str) -> Result<Duration> {
    let target = format!("/api/exchanges?{query}");
    let request = http::get(control.address, &target, &control.authorization);
    let mut connection = Connection::open(control.address).await?;
    let asked = Instant::now();
    let answer = connection.ask(&request).await?;
    ensure!(
        answer.status == 200,
        "{query}: {} {}",
        answer.status,
        answer.text()
    );
    Ok(asked.elapsed())
}
