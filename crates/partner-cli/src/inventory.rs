//! `mock-partner import` and `mock-partner feeds`: inventories in and out of a data folder.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};
use partner::inventory::import::{ImportFile, ImportOptions, ImportReport, OnError};
use partner::{Engine, EngineOptions, default_data_dir};

/// What `import` can be told.
#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    /// Feeds of merchants, services or availability, in any order; JSON, or gzip of it.
    #[arg(long = "feed", value_name = "FILE", num_args = 1.., required = true)]
    feeds: Vec<PathBuf>,
    /// Folder to import into. Default: the system's folder for application data.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// What becomes of the rest when a record is bad.
    #[arg(long, value_enum, default_value_t = WhenBad::Skip)]
    on_error: WhenBad,
    /// Take away what the feeds do not name and no booking holds.
    #[arg(long)]
    replace: bool,
    /// Scenario whose settings count, by name or file.
    #[arg(long)]
    scenario: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WhenBad {
    /// The rest is taken.
    Skip,
    /// Nothing is taken.
    Abort,
}

/// What `feeds` can be told.
#[derive(Debug, Args)]
pub(crate) struct FeedsArguments {
    /// Folder that merchants.json, services.json and availability.json are written to.
    #[arg(long)]
    out: PathBuf,
    /// Folder to read from. Default: the system's folder for application data.
    #[arg(long)]
    data_dir: Option<PathBuf>,
    /// Scenario whose settings count, by name or file; its inventory, where the folder has none.
    #[arg(long)]
    scenario: Option<String>,
}

fn open(data_dir: Option<PathBuf>, scenario: Option<String>) -> Result<Engine> {
    Ok(Engine::open(EngineOptions {
        data_dir: Some(data_dir.unwrap_or_else(default_data_dir)),
        scenario,
        in_passing: true,
        ..EngineOptions::default()
    })?)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .build()?)
}

/// Takes feeds in. Exit code 1 where a record was bad.
pub(crate) fn import(arguments: ImportArguments) -> Result<ExitCode> {
    let mut files = Vec::new();
    for path in &arguments.feeds {
        let name = path.display().to_string();
        let bytes = std::fs::read(path)
            .with_context(|| format!("The feed {name} cannot be read. Name a file that exists"))?;
        files.push(ImportFile { name, bytes });
    }
    let options = ImportOptions {
        on_error: match arguments.on_error {
            WhenBad::Skip => OnError::Skip,
            WhenBad::Abort => OnError::Abort,
        },
        replace: arguments.replace,
    };
    let engine = open(arguments.data_dir, arguments.scenario)?;
    let report = runtime()?.block_on(engine.import(files, options))?;
    engine.close();
    tell(&report)?;
    Ok(if report.errors > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// What was taken goes to standard output, what was wrong to standard error.
fn tell(report: &ImportReport) -> Result<()> {
    let mut errors = std::io::stderr().lock();
    for problem in &report.problems {
        let severity = match problem.severity {
            booking_api::Severity::Error => "error",
            _ => "warning",
        };
        writeln!(
            errors,
            "{severity}: {}: {} {}",
            problem.file, problem.message, problem.hint
        )?;
        if !problem.pointer.is_empty() && !problem.message.starts_with(&problem.pointer) {
            writeln!(errors, "  at {}", problem.pointer)?;
        }
    }
    if report.more_problems > 0 {
        writeln!(errors, "… and {} more.", report.more_problems)?;
    }
    let mut out = std::io::stdout().lock();
    if report.taken {
        writeln!(
            out,
            "Taken: {} merchants, {} services, {} slots.",
            report.merchants, report.services, report.slots
        )?;
    } else {
        writeln!(out, "Nothing was taken.")?;
    }
    Ok(())
}

/// Writes the inventory as feeds.
pub(crate) fn feeds(arguments: FeedsArguments) -> Result<()> {
    use booking_api::feed::FeedKind;
    std::fs::create_dir_all(&arguments.out).with_context(|| {
        let out = arguments.out.display();
        format!("The folder {out} cannot be made. Choose another with --out")
    })?;
    let engine = open(arguments.data_dir, arguments.scenario)?;
    let runtime = runtime()?;
    for (name, kind) in [
        ("merchants.json", FeedKind::Merchants),
        ("services.json", FeedKind::Services),
        ("availability.json", FeedKind::Availability),
    ] {
        let text = runtime.block_on(engine.feed(kind))?;
        let path = arguments.out.join(name);
        std::fs::write(&path, text).with_context(|| {
            format!(
                "{} cannot be written. Choose another folder with --out",
                path.display()
            )
        })?;
        writeln!(std::io::stdout(), "{}", path.display())?;
    }
    engine.close();
    Ok(())
}
