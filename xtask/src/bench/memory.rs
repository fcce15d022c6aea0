//! Memory: at rest with nothing done, and after many exchanges.

use std::time::Duration;

use anyhow::Result;

use super::report::{Verdict, mb, thousands};
use super::{Bench, load, machine};

pub(super) async fn measure(bench: &mut Bench) -> Result<()> {
    let data = bench.folder()?;
    let server = bench.programs.start(data.path(), &[])?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let Some(idle) = machine::memory(server.pid()) else {
        bench.report.add(
            "memory",
            "≤ 30 MB at rest",
            "not measured on this system".to_owned(),
            Verdict::Told,
        );
        return Ok(());
    };
    bench.report.add(
        "memory at rest, headless",
        "≤ 30 MB",
        format!("{} (at most {})", mb(idle.now), mb(idle.peak)),
        Verdict::of(idle.now <= 30_000_000),
    );

    let count = match (bench.full, bench.quick) {
        (true, _) => 1_000_000,
        (_, true) => 50_000,
        _ => 200_000,
    };
    load::fill(server.address, count).await?;
    machine::settled(server.pid()).await;
    if let Some(after) = machine::memory(server.pid()) {
        let growth = after.now.saturating_sub(idle.now);
        bench.report.add(
            &format!("memory after {} exchanges", thousands(count)),
            "≤ 50 MB more",
            format!("{} more (at most {})", mb(growth), mb(after.peak)),
            Verdict::of(growth <= 50_000_000),
        );
    }
    server.kill()
}
