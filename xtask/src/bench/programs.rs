//! The programs that are measured, each in a process of its own that ends with its handle.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::{http, requests};
use crate::process;

/// Where the release builds lie.
pub(super) struct Programs {
    pub(super) mock_partner: PathBuf,
    pub(super) floor: PathBuf,
    pub(super) least: PathBuf,
}

/// A program that runs, and where it answers.
pub(super) struct Server {
    child: Child,
    pub(super) address: SocketAddr,
    control: Option<Control>,
}

/// Where and how the control API is asked.
#[derive(Clone)]
pub(super) struct Control {
    pub(super) address: SocketAddr,
    pub(super) authorization: String,
}

impl Programs {
    /// Starts the floor, or with `json` the one that reads and writes its body as JSON.
    pub(super) fn start_floor(&self, more: &[&str]) -> Result<Server> {
        Server::bare(Command::new(&self.floor).args(more))
    }

    /// Starts the least that keeps a booking before it answers, in this folder.
    pub(super) fn start_least(&self, data: &Path) -> Result<Server> {
        Server::bare(Command::new(&self.least).arg(data.join("least.sqlite")))
    }

    /// Starts Mock Partner on a data folder and waits until it says that it is ready.
    pub(super) fn start(&self, data: &Path, more: &[&str]) -> Result<Server> {
        let mut command = self.serve(data, 0);
        let (child, line) = start(command.args(more))?;
        let ready: Value = serde_json::from_str(&line).context("--ready-json printed no JSON")?;
        let address = |name: &str| -> Result<SocketAddr> {
            let url = ready[name]
                .as_str()
                .with_context(|| format!("no {name} in {line}"))?;
            Ok(url.trim_start_matches("http://").parse()?)
        };
        let token = ready["control_token"]
            .as_str()
            .context("no control_token")?;
        let control = Control {
            address: address("control_url")?,
            authorization: format!("Bearer {token}"),
        };
        Ok(Server {
            child,
            address: address("booking_url")?,
            control: Some(control),
        })
    }

    /// Starts Mock Partner and answers how long it took until HealthCheck was a 200.
    pub(super) async fn time_start(&self, data: &Path) -> Result<(Server, Duration)> {
        // Known before the start, or waiting for --ready-json would be part of what is measured.
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))?
            .local_addr()?
            .port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let request = requests::health_check(address);
        let started = Instant::now();
        let child = spawn(&mut self.serve(data, port))?;
        let mut server = Server {
            child,
            address,
            control: None,
        };
        loop {
            if let Ok(mut connection) = http::Connection::open(address).await
                && let Ok(answer) = connection.ask(&request).await
                && answer.status == 200
            {
                return Ok((server, started.elapsed()));
            }
            if started.elapsed() > Duration::from_secs(30) || server.child.try_wait()?.is_some() {
                bail!("mock-partner ended, or did not answer HealthCheck within 30 s");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn serve(&self, data: &Path, port: u16) -> Command {
        let mut command = Command::new(&self.mock_partner);
        command
            .args(["serve", "--control-port", "0", "--ready-json", "--port"])
            .arg(port.to_string())
            .arg("--data-dir")
            .arg(data);
        command
    }
}

impl Server {
    /// Starts a program that prints nothing but its address.
    fn bare(command: &mut Command) -> Result<Self> {
        let (child, line) = start(command)?;
        let address = line.parse().context("the program printed no address")?;
        Ok(Self {
            child,
            address,
            control: None,
        })
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn control(&self) -> Result<&Control> {
        self.control
            .as_ref()
            .context("this program has no control API")
    }

    /// Asks it to end, as a user would, and waits for it.
    pub(super) fn stop(mut self) -> Result<()> {
        if cfg!(unix) {
            process::succeeds(Command::new("kill").args(["-TERM", &self.pid().to_string()]));
            let asked = Instant::now();
            while self.child.try_wait()?.is_none() {
                if asked.elapsed() > Duration::from_secs(10) {
                    bail!("the program did not end within 10 s of being asked to");
                }
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        // Elsewhere the drop ends it.
        Ok(())
    }

    /// Ends it at once, as `kill -9` does.
    pub(super) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may be gone already, which is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a program and waits for its first line.
fn start(command: &mut Command) -> Result<(Child, String)> {
    let mut child = spawn(command)?;
    let stdout = child.stdout.take().context("stdout was not piped")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    if line.is_empty() {
        let status = child.wait()?;
        bail!(
            "`{}` ended with {status} before it was ready",
            process::line(command)
        );
    }
    Ok((child, line.trim_end().to_owned()))
}

fn spawn(command: &mut Command) -> Result<Child> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", process::line(command)))
}
