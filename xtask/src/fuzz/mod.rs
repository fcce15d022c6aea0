//! `cargo xtask fuzz`: arbitrary bytes and mutated requests against the real headless program.
//!
//! Every request is made from the seed and its own number. Each must be answered with a status below
//! 500 and leave exactly one exchange, and the program must live to the end. With one connection a
//! run is the same each time; with more, only the ids of bookings differ. A request that went wrong
//! is kept as it was sent.

mod mutate;
mod requests;
mod wire;

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng};
use serde_json::Value;

use crate::process::{self, Background};
use crate::workspace::{Profile, Workspace};
use wire::{Connection, Sent};

/// What `fuzz` can be told.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Arguments {
    /// How many requests.
    #[arg(long, default_value_t = 200_000)]
    count: u64,
    /// Where all chance starts from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many connections at once; 1 makes runs the same to the byte.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u64).range(1..=256))]
    connections: u64,
    /// Against the release build.
    #[arg(long)]
    release: bool,
}

impl Arguments {
    /// The short run of every test run, against the debug build that is there already.
    pub(crate) fn short() -> Self {
        Self {
            count: 5_000,
            seed: 1,
            connections: 8,
            release: false,
        }
    }
}

/// Builds the program and sends it what it must survive.
pub(crate) fn fuzz(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let profile = if arguments.release {
        Profile::Release
    } else {
        Profile::Debug
    };
    let mut build = workspace.cargo(&["build", "--quiet", "--package", "partner-cli"]);
    process::pass(build.args(profile.arguments()))?;
    run(workspace, profile, arguments)
}

/// As [`fuzz`], with a program that is built.
pub(crate) fn run(workspace: &Workspace, profile: Profile, arguments: &Arguments) -> Result<()> {
    let data = tempfile::tempdir()?;
    let mut command = Command::new(workspace.binary(profile, "mock-partner"));
    command
        .args([
            "serve",
            "--port",
            "0",
            "--control-port",
            "0",
            "--ready-json",
            "--data-dir",
        ])
        .arg(data.path())
        .stdout(Stdio::piped());
    let mut program = Background::start(&mut command)?;
    let ready: Value = serde_json::from_str(&program.first_line()?)?;
    let text = |name: &str| {
        ready[name]
            .as_str()
            .map(str::to_owned)
            .context(name.to_owned())
    };
    let address: SocketAddr = text("booking_url")?.trim_start_matches("http://").parse()?;

    let campaign = Campaign {
        address,
        seed: arguments.seed,
        count: arguments.count,
        next: AtomicU64::new(0),
        failed: AtomicBool::new(false),
        kept: workspace.target().join("fuzz"),
        statuses: Mutex::new(BTreeMap::new()),
    };
    let started = Instant::now();
    let results: Vec<Result<()>> = std::thread::scope(|scope| {
        let workers = (0..arguments.connections).map(|_| scope.spawn(|| campaign.work()));
        let workers: Vec<_> = workers.collect();
        let joined = workers.into_iter().map(|worker| {
            let ended = worker.join();
            ended.unwrap_or_else(|_| bail!("a worker of the fuzzer panicked"))
        });
        joined.collect()
    });
    let seconds = started.elapsed().as_secs_f64();
    ensure!(
        program.is_alive(),
        "the program ended while it was being tried"
    );
    results.into_iter().collect::<Result<()>>()?;

    let control = text("control_url")?;
    let token = text("control_token")?;
    let exchanges = came_in(&control, &token, arguments.count)?;
    ensure!(
        exchanges == arguments.count,
        "{} requests left {exchanges} exchanges",
        arguments.count
    );
    ensure!(program.is_alive(), "the program ended after it was tried");
    let statuses = campaign.statuses.into_inner().unwrap_or_default();
    let statuses: Vec<String> = statuses
        .iter()
        .map(|(status, count)| format!("{count} × {status}"))
        .collect();
    println!(
        "{} requests in {seconds:.1} s, seed {}: {}; as many exchanges, and the program lives",
        arguments.count,
        arguments.seed,
        statuses.join(", ")
    );
    Ok(())
}

/// How many exchanges came in, once they are no less than what was sent: what was not HTTP is recorded
/// after its answer. What the program sends itself is none of them: refunds are told to the stand-in
/// aggregator, which answers each at the first try.
fn came_in(control: &str, token: &str, sent: u64) -> Result<u64> {
    let agent: ureq::Agent = ureq::Agent::config_builder().proxy(None).build().into();
    let ask = |path: &str| -> Result<Value> {
        let mut answer = agent
            .get(format!("{control}/api/{path}?limit=1"))
            .header("authorization", format!("Bearer {token}"))
            .call()?;
        Ok(answer.body_mut().read_json()?)
    };
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let asked = Instant::now();
    loop {
        let told = &ask("notifications")?["counts"];
        // Ids have no holes, and go on where the log drops its oldest pages.
        let newest = number(&ask("exchanges")?["exchanges"][0]["id"]);
        let went_out = number(&told["delivered"]) + number(&told["given_up"]);
        let came_in = newest.saturating_sub(went_out);
        let settled = number(&told["waiting"]) == 0 && came_in >= sent;
        if settled || asked.elapsed() > Duration::from_secs(10) {
            return Ok(came_in);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// One run: what its workers share.
struct Campaign {
    address: SocketAddr,
    seed: u64,
    count: u64,
    next: AtomicU64,
    failed: AtomicBool,
    /// Where a request that went wrong is kept.
    kept: PathBuf,
    statuses: Mutex<BTreeMap<u16, u64>>,
}

impl Campaign {
    fn work(&self) -> Result<()> {
        let mut connection = Connection::new(self.address);
        let mut bookings = VecDeque::new();
        let mut statuses: BTreeMap<u16, u64> = BTreeMap::new();
        while !self.failed.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.count {
                break;
            }
            let mut dice = StdRng::seed_from_u64(self.seed.wrapping_mul(1_000_003) ^ number);
            let sent = if dice.random_ratio(1, 100) {
                requests::not_http(&mut dice)
            } else {
                requests::mutated(&mut dice, number, &bookings)
            };
            match connection.send(&sent) {
                Ok(answer) if answer.status < 500 => {
                    *statuses.entry(answer.status).or_default() += 1;
                    bookings.extend(answer.booking_id);
                    if bookings.len() > 8 {
                        bookings.pop_front();
                    }
                }
                Ok(answer) => return Err(self.keep(number, &sent, &answer.status.to_string())),
                Err(error) => return Err(self.keep(number, &sent, &format!("{error:#}"))),
            }
        }
        let mut all = self
            .statuses
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        for (status, count) in statuses {
            *all.entry(status).or_default() += count;
        }
        Ok(())
    }

    /// Keeps a request that went wrong, and says so.
    fn keep(&self, number: u64, sent: &Sent, what: &str) -> anyhow::Error {
        self.failed.store(true, Ordering::Relaxed);
        let path = self.kept.join(format!("{}-{number}.http", self.seed));
        let kept =
            std::fs::create_dir_all(&self.kept).and_then(|()| std::fs::write(&path, &sent.bytes));
        let place = match kept {
            Ok(()) => format!("it is kept in {}", path.display()),
            Err(error) => format!("it could not be kept: {error}"),
        };
        anyhow::anyhow!("request {number} was answered with {what}; {place}")
    }
}
