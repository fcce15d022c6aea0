//! Starting and ending both servers.

use std::time::Duration;

use partner::Engine;
use serde::Serialize;
use thiserror::Error;
use tokio::task::JoinHandle;

use crate::aggregator::Tokens;
use crate::app::{App, Credentials, ListenerState, Shared};
use crate::listener::{self, Listener, PortTaken};
use crate::sender::{NotifyError, NotifyOptions, Sender};
use crate::sessions::{self, Sessions};
use crate::walkthrough::Player;
use crate::{aggregator, control, watch};

/// How long calls of the control API may take to end with the program.
const GRACE: Duration = Duration::from_secs(1);

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The host that both sockets bind to.
    pub host: String,
    /// The Booking Server's port; 0 picks a free one.
    pub port: u16,
    /// The control API's port; 0 picks a free one.
    pub control_port: u16,
    /// What callers of the control API must present; without one, a random token.
    pub control_token: Option<String>,
    /// What callers of the Booking Server must present; `None` lets everybody in.
    pub credentials: Option<Credentials>,
    /// Start even where the Booking Server's port is taken, so that the window can say so, and
    /// take another control port where that one is taken.
    pub keep_going_if_port_taken: bool,
    /// Log secrets as they come.
    pub reveal_secrets: bool,
    /// How long a client may take to send its next bytes before it is answered 408.
    pub stall_timeout: Duration,
    /// Where notifications go, and with which credentials.
    pub notify: NotifyOptions,
    /// How many sessions there may be at once.
    pub most_sessions: usize,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 8790,
            control_port: 8791,
            control_token: None,
            credentials: Some(Credentials {
                username: "mock".to_owned(),
                password: "partner".to_owned(),
            }),
            keep_going_if_port_taken: false,
            reveal_secrets: false,
            stall_timeout: Duration::from_secs(10),
            notify: NotifyOptions::default(),
            most_sessions: sessions::USUAL,
        }
    }
}

/// Why the servers could not start. Each is one sentence and what to do.
#[derive(Debug, Error)]
pub enum StartError {
    /// A port cannot be had.
    #[error("{reason} {hint}")]
    Port {
        /// One sentence.
        reason: String,
        /// What to do.
        hint: String,
    },
    /// The client for sample requests could not be made.
    #[error("The program cannot start: {0}. Start it anew; if that fails too, reinstall it.")]
    Client(#[from] reqwest::Error),
    /// Notifications cannot be sent.
    #[error(transparent)]
    Notify(#[from] NotifyError),
}

/// What a script needs to know once both servers answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ready {
    /// The Booking Server's address.
    pub booking_url: String,
    /// The control API's address.
    pub control_url: String,
    /// The control API's token.
    pub control_token: String,
    /// User name of the Booking Server; empty where nobody is asked.
    pub username: String,
    /// Password of the Booking Server; empty where nobody is asked.
    pub password: String,
    /// The process.
    pub pid: u32,
    /// The program's version.
    pub version: String,
}

/// Two servers that run.
#[derive(Debug)]
pub struct Running {
    app: App,
    ready: Ready,
    control: JoinHandle<()>,
    timers: JoinHandle<()>,
    sender: JoinHandle<()>,
    watch: JoinHandle<()>,
}

/// Starts both servers.
///
/// # Errors
/// [`StartError`].
pub async fn start(engine: Engine, options: ServeOptions) -> Result<Running, StartError> {
    let host = options.host.as_str();
    let socket = match listener::bind(host, options.control_port).await {
        Ok(socket) => socket,
        Err(_) if options.keep_going_if_port_taken => {
            listener::bind(host, 0)
                .await
                .map_err(|error| StartError::Port {
                    reason: format!("No port of {host} can be had: {error}."),
                    hint: "Check the machine's network settings.".to_owned(),
                })?
        }
        Err(error) => {
            let taken = listener::explain(host, options.control_port, &error).await;
            return Err(refused(&taken, "--control-port"));
        }
    };
    let control_port = socket
        .local_addr()
        .map_or(options.control_port, |at| at.port());
    let control_url = listener::url(host, control_port);
    let token = options.control_token.unwrap_or_else(random_token);
    let tokens = Tokens::new();
    let stand_in = format!("{control_url}{}", aggregator::PATH);
    let sender = Sender::new(
        engine.clone(),
        options.notify.clone(),
        (stand_in, tokens.own().to_owned()),
        options.reveal_secrets,
    )
    .await?;
    let app = App::new(Shared {
        tokens,
        notify_url: sender.base().to_owned(),
        engine,
        credentials: options.credentials,
        control_token: token.clone(),
        reveal_secrets: options.reveal_secrets,
        control_url: control_url.clone(),
        control_host: options.host.clone(),
        stall_timeout: options.stall_timeout,
        player: Player::default(),
        listener: Listener::new(host, options.port).into(),
        session: None,
        sessions: Sessions::new(options.most_sessions, options.notify),
        client: reqwest::Client::builder().no_proxy().build()?,
        ending: tokio::sync::watch::Sender::new(false),
    });
    if let Err(taken) = start_listener(&app, host, options.port).await
        && !options.keep_going_if_port_taken
    {
        return Err(refused(&taken, "--port"));
    }
    let router = control::router(app.clone());
    let ending = app.ending();
    let control = tokio::spawn(async move {
        let server = axum::serve(socket, router).with_graceful_shutdown(ending);
        if let Err(error) = server.await {
            tracing::error!(%error, "the control API ended");
        }
    });
    let engine = app.engine.clone();
    let timers = tokio::spawn(async move { engine.run_timers().await });
    // Behind the control API, which the stand-in is part of.
    let sender = tokio::spawn(sender.run());
    let watch = tokio::spawn(watch::watch(app.clone()));
    let credentials = app.credentials.clone();
    let ready = Ready {
        booking_url: app.listener.state().url,
        control_url,
        control_token: token,
        username: credentials
            .as_ref()
            .map_or_else(String::new, |it| it.username.clone()),
        password: credentials.map_or_else(String::new, |it| it.password),
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(Running {
        app,
        ready,
        control,
        timers,
        sender,
        watch,
    })
}

/// Opens the Booking Server's socket, or moves it.
///
/// # Errors
/// [`PortTaken`].
pub(crate) async fn start_listener(
    app: &App,
    host: &str,
    port: u16,
) -> Result<ListenerState, PortTaken> {
    app.listener.start(host, port, app.clone()).await
}

impl Running {
    /// What a script needs to know.
    #[must_use]
    pub fn ready(&self) -> &Ready {
        &self.ready
    }

    /// The window's address for a browser, token included.
    #[must_use]
    pub fn ui_url(&self) -> String {
        format!(
            "{}/#token={}",
            self.ready.control_url, self.ready.control_token
        )
    }

    /// How the Booking Server's socket stands.
    #[must_use]
    pub fn listener(&self) -> ListenerState {
        self.app.listener.state()
    }

    /// Ends both servers within five seconds; requests that are being answered may end.
    pub async fn shutdown(self) {
        self.app.listener.stop("The program is ending.").await;
        self.timers.abort();
        self.sender.abort();
        self.watch.abort();
        // The window's streams end like any answer, instead of being cut off.
        self.app.ending.send_replace(true);
        self.app.sessions.say_ending();
        let control = self.control.abort_handle();
        if tokio::time::timeout(GRACE, self.control).await.is_err() {
            control.abort();
        }
        self.app.sessions.end_all().await;
        let engine = self.app.engine.clone();
        // Closing waits for the writer's thread, which must not hold up the runtime.
        let _ = tokio::task::spawn_blocking(move || engine.close()).await;
    }
}

fn refused(taken: &PortTaken, option: &str) -> StartError {
    let hint = match taken.suggested_port {
        Some(port) => format!("Try {option} {port}, or {option} 0 for any free port."),
        None => format!("Choose another with {option}, or {option} 0 for any free port."),
    };
    StartError::Port {
        reason: taken.message.clone(),
        hint,
    }
}

pub(crate) fn random_token() -> String {
    let bytes: [u8; 16] = rand::random();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
