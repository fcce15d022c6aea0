//! `mock-partner serve`.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;
use partner::{Engine, EngineOptions, default_data_dir};
use partner_server::{Credentials, NotifyCredentials, NotifyOptions, Running, ServeOptions};

/// What `serve` can be told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Host that both sockets bind to.
    #[arg(long, default_value = "127.0.0.1")]
    host: String,
    /// Port of the Booking Server; 0 picks a free one.
    #[arg(long, default_value_t = 8790)]
    port: u16,
    /// Port of the control API and the window; 0 picks a free one.
    #[arg(long, default_value_t = 8791)]
    control_port: u16,
    /// Folder for bookings and the log. Default: the system's folder for application data.
    #[arg(long, conflicts_with = "in_memory")]
    data_dir: Option<PathBuf>,
    /// Keep nothing: bookings and the log are gone with the program.
    #[arg(long)]
    in_memory: bool,
    /// Scenario to start with, by name or file.
    #[arg(long)]
    scenario: Option<String>,
    /// Folder in which scenarios are looked for by name, and saved. Default: scenarios, in the data
    /// folder.
    #[arg(long)]
    scenarios_dir: Option<PathBuf>,
    /// User name that callers of the Booking Server must present.
    #[arg(long, default_value = "mock", conflicts_with = "no_auth")]
    username: String,
    /// Password that callers of the Booking Server must present.
    #[arg(long, default_value = "partner", conflicts_with = "no_auth")]
    password: String,
    /// Let every caller in.
    #[arg(long)]
    no_auth: bool,
    /// Token that callers of the control API must present. Default: a random one.
    #[arg(long, env = "MOCK_PARTNER_CONTROL_TOKEN", hide_env_values = true)]
    control_token: Option<String>,
    /// The partner's id with the aggregator, part of every notification's path.
    #[arg(long, default_value = "20002", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    partner_id: String,
    /// Address that notifications go to, e.g. <https://mapsbooking.googleapis.com>. Default: the
    /// stand-in aggregator at our own control port.
    #[arg(long)]
    notify_url: Option<String>,
    /// Bearer token that the aggregator is shown.
    #[arg(long, env = "MOCK_PARTNER_NOTIFY_TOKEN", hide_env_values = true)]
    notify_token: Option<String>,
    /// JSON key of the Google service account that notifications are sent as.
    #[arg(long, conflicts_with = "notify_token")]
    notify_key_file: Option<PathBuf>,
    /// Where all chance starts from, instead of the scenario's seed.
    #[arg(long)]
    seed: Option<u64>,
    /// Print one line of JSON on standard output once both servers answer.
    #[arg(long)]
    ready_json: bool,
    /// Log credentials and payment tokens as they come, instead of hiding them.
    #[arg(long)]
    reveal_secrets: bool,
    /// Sessions at once; each is a partner of its own in memory.
    #[arg(long, default_value_t = 100)]
    max_sessions: usize,
    /// Seconds that a client may take to send its next bytes before it is answered 408.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600))]
    stall_timeout_sec: u64,
}

/// Serves until interrupted.
pub(crate) fn serve(arguments: Arguments) -> Result<()> {
    let data_dir = match (arguments.in_memory, arguments.data_dir) {
        (true, _) => None,
        (false, Some(folder)) => Some(folder),
        (false, None) => Some(default_data_dir()),
    };
    if let Some(folder) = arguments.scenarios_dir.as_ref().filter(|it| !it.is_dir()) {
        let folder = folder.display();
        bail!("There is no folder {folder}. Make it, or choose another with --scenarios-dir.");
    }
    let engine = Engine::open(EngineOptions {
        data_dir,
        scenario: arguments.scenario,
        scenarios_dir: arguments.scenarios_dir,
        seed: arguments.seed,
        partner_id: Some(arguments.partner_id),
        ..EngineOptions::default()
    })?;
    let credentials = (!arguments.no_auth).then_some(Credentials {
        username: arguments.username,
        password: arguments.password,
    });
    let notify = NotifyOptions {
        url: arguments.notify_url,
        credentials: match (arguments.notify_token, arguments.notify_key_file) {
            (Some(token), _) => NotifyCredentials::Token(token),
            (None, Some(path)) => NotifyCredentials::KeyFile(path),
            (None, None) => NotifyCredentials::None,
        },
    };
    let options = ServeOptions {
        notify,
        host: arguments.host,
        port: arguments.port,
        control_port: arguments.control_port,
        control_token: arguments.control_token,
        credentials,
        reveal_secrets: arguments.reveal_secrets,
        stall_timeout: Duration::from_secs(arguments.stall_timeout_sec),
        most_sessions: arguments.max_sessions,
        ..ServeOptions::default()
    };
    let ready_json = arguments.ready_json;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(async {
            // Before anybody is told that we are ready: a signal right after that must find us.
            let interrupted = interruption()?;
            let running = partner_server::start(engine, options).await?;
            announce(&running, ready_json)?;
            interrupted.await;
            running.shutdown().await;
            Ok(())
        })
}

fn announce(running: &Running, ready_json: bool) -> Result<()> {
    let ready = running.ready();
    let mut out = std::io::stdout().lock();
    if ready_json {
        writeln!(out, "{}", serde_json::to_string(ready)?)?;
    } else {
        writeln!(out, "Booking Server  {}", ready.booking_url)?;
        if ready.username.is_empty() {
            writeln!(out, "Credentials     none are asked for")?;
        } else {
            writeln!(
                out,
                "Credentials     {} : {}",
                ready.username, ready.password
            )?;
        }
        writeln!(out, "Window          {}", running.ui_url())?;
        writeln!(
            out,
            "Control API     {}  token {}",
            ready.control_url, ready.control_token
        )?;
        writeln!(out, "Stop with Ctrl C.")?;
    }
    out.flush()?;
    Ok(())
}

/// Done once the program is asked to end, by SIGINT or SIGTERM.
#[cfg(unix)]
fn interruption() -> Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// Done once the program is asked to end, by Ctrl C.
#[cfg(not(unix))]
fn interruption() -> Result<impl Future<Output = ()>> {
    Ok(async {
        // Without a handler for it, Ctrl C ends the program by itself.
        let _ = tokio::signal::ctrl_c().await;
    })
}
