//! `cargo xtask bench`: how fast and how small Mock Partner is on this machine, in one table.
//!
//! It starts release builds of `mock-partner serve` and of the floor, a bare Axum echo, and sends
//! them true HTTP requests over loopback. Each server has a process and a data folder of its own;
//! all end with the run. A figure that is missed fails nothing, since machines differ; a wrong
//! answer or a lost booking does. The window is not measured here.

mod full_log;
mod http;
mod load;
mod machine;
mod memory;
mod programs;
mod promises;
mod report;
mod requests;
mod stream;
mod throughput;

use std::process::Command;

use anyhow::{Result, bail};
use clap::ValueEnum;
use tempfile::TempDir;

use crate::workspace::{Profile, Workspace};
use crate::{process, ui};
use programs::Programs;
use report::{Report, Verdict};

/// Connections of the throughput measurement.
const CONNECTIONS: usize = 128;

/// What `bench` can be told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Fewer and shorter rounds, for a look in between.
    #[arg(long, conflicts_with = "full")]
    quick: bool,
    /// A million exchanges for the memory's growth.
    #[arg(long)]
    full: bool,
    /// Only this measurement; may be given several times.
    #[arg(long, value_name = "NAME")]
    only: Vec<Part>,
    /// Everything is built already.
    #[arg(long, hide = true)]
    built: bool,
}

/// The measurements in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// CreateBooking at 128 connections beside the floor
    Throughput,
    /// Memory at rest and after many exchanges
    Memory,
    /// Start to the first 200 with a full log
    Start,
    /// Filters and words over a full log
    Queries,
    /// From the answer to the row on the event stream
    Stream,
    /// Parallel requests for the last place
    LastPlace,
    /// `kill -9` under load
    Kill,
}

/// What all measurements share.
struct Bench {
    programs: Programs,
    report: Report,
    quick: bool,
    full: bool,
}

pub(crate) fn bench(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    if !arguments.built {
        return build_and_run(workspace);
    }
    println!("{}", machine::facts());
    let load = machine::load();
    if let Some(load) = load {
        println!("Load of the last minute before the run: {load:.1} cores.");
        if load > 0.5 {
            println!("The machine is busy with something else; every figure suffers from it.");
        }
    }
    let mut bench = Bench {
        programs: Programs {
            mock_partner: workspace.binary(Profile::Release, "mock-partner"),
            floor: workspace.binary(Profile::Release, "bench-floor"),
            least: workspace.binary(Profile::Release, "bench-least"),
        },
        report: Report::default(),
        quick: arguments.quick,
        full: arguments.full,
    };
    let parts = if arguments.only.is_empty() {
        Part::value_variants()
    } else {
        &arguments.only
    };
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(bench.run(parts))?;

    println!("\n{}\n\n{}", machine::facts(), bench.report.markdown());
    let missed = bench.report.count(Verdict::Missed);
    if missed > 0 {
        println!("{missed} of the figures were missed. On a busy machine, try again.");
    }
    match bench.report.count(Verdict::Broken) {
        0 => Ok(()),
        broken => bail!("{broken} promises were broken"),
    }
}

/// Builds what is measured, and what measures it: a client that is built for debugging would be
/// slower than the servers.
fn build_and_run(workspace: &Workspace) -> Result<()> {
    ui::build(workspace)?;
    println!("Building for speed; the first time takes minutes.");
    for arguments in [
        ["build", "--release", "--package", "partner-cli"].as_slice(),
        &[
            "build",
            "--release",
            "--package",
            "xtask",
            "--bins",
            "--features",
            "bench",
        ],
    ] {
        process::pass(&mut workspace.cargo(arguments))?;
    }
    let mut measuring = Command::new(workspace.binary(Profile::Release, "xtask"));
    process::pass(measuring.args(std::env::args_os().skip(1)).arg("--built"))
}

impl Bench {
    async fn run(&mut self, parts: &[Part]) -> Result<()> {
        let wants = |part| parts.contains(&part);
        if wants(Part::Throughput) {
            throughput::measure(self).await?;
        }
        if wants(Part::Memory) {
            memory::measure(self).await?;
        }
        if wants(Part::Start) || wants(Part::Queries) {
            full_log::measure(self, wants(Part::Start), wants(Part::Queries)).await?;
        }
        if wants(Part::Stream) {
            stream::measure(self).await?;
        }
        if wants(Part::LastPlace) {
            promises::last_place(self).await?;
        }
        if wants(Part::Kill) {
            promises::kill(self).await?;
        }
        Ok(())
    }

    /// A data folder that is gone with its handle.
    fn folder(&self) -> Result<TempDir> {
        Ok(tempfile::Builder::new()
            .prefix("mock-partner-bench-")
            .tempdir()?)
    }
}
