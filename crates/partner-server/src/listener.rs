//! The Booking Server's socket: start, stop, move to another port.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::app::{App, ListenerState};
use crate::booking::connection;

/// How long open requests may take to end when the socket is closed.
const GRACE: Duration = Duration::from_secs(3);

/// A port that cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct PortTaken {
    /// One sentence.
    pub message: String,
    /// A port that is free, where one was found.
    pub suggested_port: Option<u16>,
}

#[derive(Debug)]
struct Serving {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

/// The Booking Server's socket.
#[derive(Debug)]
pub struct Listener {
    serving: Mutex<Option<Serving>>,
    state: watch::Sender<ListenerState>,
}

impl Listener {
    /// A socket that is closed still.
    #[must_use]
    pub fn new(host: &str, port: u16) -> Self {
        let state = ListenerState {
            listening: false,
            url: url(host, port),
            host: host.to_owned(),
            port,
            reason: Some("The Booking Server has not been started yet.".to_owned()),
        };
        Self {
            serving: Mutex::new(None),
            state: watch::Sender::new(state),
        }
    }

    /// How it stands.
    #[must_use]
    pub fn state(&self) -> ListenerState {
        self.state.borrow().clone()
    }

    /// Told of each change.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<ListenerState> {
        self.state.subscribe()
    }

    /// Its address as of now.
    #[must_use]
    pub fn url(&self) -> Arc<str> {
        self.state.borrow().url.as_str().into()
    }

    /// Starts it, or moves it. The old socket is closed only once the new one is had.
    ///
    /// # Errors
    /// [`PortTaken`]; then everything stays as it was.
    pub async fn start(&self, host: &str, port: u16, app: App) -> Result<ListenerState, PortTaken> {
        let mut serving = self.serving.lock().await;
        let state = self.state();
        if serving.is_some() && state.host == host && state.port == port {
            return Ok(state);
        }
        let socket = match bind(host, port).await {
            Ok(socket) => socket,
            Err(error) => {
                let taken = explain(host, port, &error).await;
                if serving.is_none() {
                    self.state.send_modify(|state| {
                        state.host = host.to_owned();
                        state.port = port;
                        state.url = url(host, port);
                        state.reason = Some(taken.message.clone());
                    });
                }
                return Err(taken);
            }
        };
        let port = socket.local_addr().map_or(port, |address| address.port());
        if let Some(old) = serving.take() {
            finish(old).await;
        }
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(connection::serve(socket, stopped, app));
        *serving = Some(Serving { stop, task });
        drop(serving);
        Ok(self.state.send_if_modified_to(ListenerState {
            listening: true,
            url: url(host, port),
            host: host.to_owned(),
            port,
            reason: None,
        }))
    }

    /// Closes the socket; requests that are being answered may end.
    pub async fn stop(&self, reason: &str) -> ListenerState {
        if let Some(old) = self.serving.lock().await.take() {
            finish(old).await;
        }
        let closed = ListenerState {
            listening: false,
            reason: Some(reason.to_owned()),
            ..self.state()
        };
        self.state.send_if_modified_to(closed)
    }
}

trait Replace {
    fn send_if_modified_to(&self, state: ListenerState) -> ListenerState;
}

impl Replace for watch::Sender<ListenerState> {
    fn send_if_modified_to(&self, state: ListenerState) -> ListenerState {
        self.send_if_modified(|current| {
            let changed = *current != state;
            current.clone_from(&state);
            changed
        });
        state
    }
}

async fn finish(serving: Serving) {
    // A receiver that is gone has stopped already.
    let _ = serving.stop.send(true);
    let abort = serving.task.abort_handle();
    if tokio::time::timeout(GRACE, serving.task).await.is_err() {
        abort.abort();
    }
}

/// Binds a socket; `localhost` and addresses alike.
///
/// # Errors
/// What the system says.
pub(crate) async fn bind(host: &str, port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind((host.trim_matches(['[', ']']), port)).await
}

/// Turns the system's refusal into a sentence and looks for a port that is free.
pub(crate) async fn explain(host: &str, port: u16, error: &std::io::Error) -> PortTaken {
    let mut suggested_port = None;
    let message = match error.kind() {
        std::io::ErrorKind::AddrInUse => format!("Port {port} is taken by another program."),
        std::io::ErrorKind::PermissionDenied => {
            format!("Port {port} needs rights that this program does not have.")
        }
        _ => {
            return PortTaken {
                message: format!("The address {host}:{port} cannot be used: {error}."),
                suggested_port,
            };
        }
    };
    // The next ones up; the last ports of all have none above them.
    let above = port.saturating_add(1).max(1_024)..=u16::MAX;
    let below = (1_024..port).rev();
    for candidate in above.take(50).chain(below.take(50)) {
        if bind(host, candidate).await.is_ok() {
            suggested_port = Some(candidate);
            break;
        }
    }
    PortTaken {
        message,
        suggested_port,
    }
}

/// The address that clients use: a socket open to all is called by the loopback's name.
#[must_use]
pub(crate) fn url(host: &str, port: u16) -> String {
    let host = match host.trim_matches(['[', ']']) {
        "0.0.0.0" => "127.0.0.1",
        "::" => "::1",
        host => host,
    };
    match host.parse::<std::net::IpAddr>() {
        Ok(address) => format!("http://{}", SocketAddr::new(address, port)),
        Err(_) => format!("http://{host}:{port}"),
    }
}
