//! `cargo xtask conformance`: what Google tests and what is worth testing besides (reference:
//! sections 9.1, 9.3 and 9.5), over HTTP, one line each.
//!
//! Each group of items has a file of its own with a table at its top; here are the order and the
//! printing. Without `--url` the suite starts the headless program and asks everything of it; a
//! partner that runs elsewhere is spared what only a mock can do, and the line says so. Every
//! answer that the suite receives is looked at for mistakes that partners have made (`answers`).

mod answers;
mod availability;
mod changes;
mod failures;
mod notifications;
mod payments;
mod places;
mod target;
mod test_client;
mod tokens;
mod wire;

use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::workspace::{Profile, Workspace};
use target::{CannotTry, Session};

/// What `conformance` can be told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// A Booking Server that runs already, up to before /v3; without, our own is started
    #[arg(long)]
    url: Option<String>,
    /// Its user
    #[arg(long, default_value = "mock", requires = "url")]
    username: String,
    /// Its password
    #[arg(long, default_value = "partner", requires = "url")]
    password: String,
    /// A merchant that it has
    #[arg(long, default_value = "conformance-merchant")]
    merchant_id: String,
    /// A service of that merchant with free slots at whole hours
    #[arg(long, default_value = "conformance-service")]
    service_id: String,
    /// How long these slots last, in seconds
    #[arg(long, default_value_t = 3_600)]
    duration_sec: i64,
}

/// One thing that a partner must do.
struct Item {
    /// What, in the words of the reference.
    name: &'static str,
    /// The section that asks for it.
    section: &'static str,
    /// How it is found out.
    how: How,
}

/// How an item is found out.
enum How {
    /// By asking any partner.
    Ask(fn(&Session) -> Result<Outcome>),
    /// With the help of toggles, so of our own program only.
    AskMock(fn(&Session) -> Result<Outcome>),
}

/// How an item went, where nothing was wrong.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    /// It could not be tried, for this reason.
    LeftOut(String),
}

/// The end of most items.
#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands where an item's result stands"
)]
fn passed() -> Result<Outcome> {
    Ok(Outcome::Passed)
}

/// The groups in the order in which they run.
const GROUPS: &[(&str, &[Item])] = &[
    ("Google's test client", test_client::ITEMS),
    ("The wire", wire::ITEMS),
    ("Availability", availability::ITEMS),
    ("Places", places::ITEMS),
    ("Idempotency tokens", tokens::ITEMS),
    ("Changes", changes::ITEMS),
    ("Failures", failures::ITEMS),
    ("Payments", payments::ITEMS),
    ("Notifications", notifications::ITEMS),
];

/// Counts of the lines that were printed.
#[derive(Default)]
struct Tally {
    ok: u64,
    failed: u64,
    left_out: u64,
}

pub(crate) fn conformance(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let session = match &arguments.url {
        Some(url) => Session::of(url, arguments),
        None => {
            process::pass(&mut build(workspace))?;
            Session::start(&workspace.binary(Profile::Debug, "mock-partner"), arguments)?
        }
    };
    run(&session).map(drop)
}

/// The suite as a step of `cargo xtask test`: against the program as the step `rust` built it.
/// Returns how many items are kept.
pub(crate) fn step(workspace: &Workspace) -> Result<u64> {
    workspace.build_all()?;
    let program = workspace.binary(Profile::Debug, "mock-partner");
    let arguments = Arguments {
        url: None,
        username: String::new(),
        password: String::new(),
        merchant_id: "conformance-merchant".to_owned(),
        service_id: "conformance-service".to_owned(),
        duration_sec: 3_600,
    };
    run(&Session::start(&program, &arguments)?)
}

fn build(workspace: &Workspace) -> Command {
    workspace.cargo(&["build", "--quiet", "--package", "partner-cli"])
}

fn run(session: &Session) -> Result<u64> {
    println!("Conformance of {}", session.url());
    let mut tally = Tally::default();
    for (title, items) in GROUPS {
        println!("\n{title}");
        for item in *items {
            let (word, why) = tally.take(item, session);
            let why = why.map_or_else(String::new, |why| format!(": {why}"));
            println!("  {word}: {} [{}]{why}", item.name, item.section);
        }
    }
    let Tally {
        ok,
        failed,
        left_out,
    } = tally;
    println!(
        "\nconformance: {ok} ok, {failed} failed, {left_out} left out; {} answers looked at",
        session.answers()
    );
    if failed > 0 {
        bail!("{failed} of the conformance items failed");
    }
    Ok(ok)
}

impl Tally {
    /// Runs an item and counts it; returns the word for its line, and why.
    fn take(&mut self, item: &Item, session: &Session) -> (&'static str, Option<String>) {
        let asked = match item.how {
            How::AskMock(_) if !session.is_mock() => {
                Ok(Outcome::LeftOut("only a mock can be told to".to_owned()))
            }
            How::Ask(ask) | How::AskMock(ask) => ask(session),
        };
        match asked {
            Ok(Outcome::Passed) => {
                self.ok += 1;
                ("ok", None)
            }
            Ok(Outcome::LeftOut(why)) => {
                self.left_out += 1;
                ("left out", Some(why))
            }
            Err(error) if error.is::<CannotTry>() => {
                self.left_out += 1;
                ("left out", Some(error.to_string()))
            }
            Err(error) => {
                self.failed += 1;
                ("FAILED", Some(format!("{error:#}")))
            }
        }
    }
}
