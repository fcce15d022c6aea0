//! What both listeners share.

use std::sync::Arc;
use std::time::Duration;

use partner::Engine;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::aggregator::Tokens;
use crate::listener::Listener;
use crate::sessions::{self, Sessions};
use crate::walkthrough::Player;

/// What a caller of the Booking Server must present (Basic authentication).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub username: String,
    /// The password.
    pub password: String,
}

/// What both listeners share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct App(Arc<Shared>);

/// The parts of [`App`].
#[derive(Debug)]
pub struct Shared {
    /// The partner.
    pub engine: Engine,
    /// What callers of the Booking Server must present; `None` lets everybody in.
    pub credentials: Option<Credentials>,
    /// What callers of the control API must present.
    pub control_token: String,
    /// Whether secrets are logged as they come.
    pub reveal_secrets: bool,
    /// The control API's own address.
    pub control_url: String,
    /// The host that the control API is bound to.
    pub control_host: String,
    /// How long a client may take to send its next bytes before it is answered 408.
    pub stall_timeout: Duration,
    /// The Booking Server's socket, which all sessions share.
    pub listener: Arc<Listener>,
    /// The tokens that the stand-in aggregator takes.
    pub(crate) tokens: Tokens,
    /// Where notifications go: everything before the interface's own path.
    pub notify_url: String,
    /// Where the walk-through of the scenario stands.
    pub(crate) player: Player,
    /// Sends sample requests to our own Booking Server.
    pub client: reqwest::Client,
    /// Whether the program is ending: what goes on without end ends then.
    pub(crate) ending: watch::Sender<bool>,
    /// The session that this is; `None` for the partner outside of all sessions.
    pub session: Option<Arc<str>>,
    /// The sessions beside it.
    pub sessions: Sessions,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    /// Done once the program is ending.
    pub(crate) fn ending(&self) -> impl Future<Output = ()> + Send + 'static + use<> {
        let mut ending = self.ending.subscribe();
        async move {
            // No sender, no program.
            let _ = ending.wait_for(|ending| *ending).await;
        }
    }

    /// The Booking Server's address for clients: within a session, of that session.
    #[must_use]
    pub fn booking_url(&self) -> Arc<str> {
        let url = self.listener.url();
        match &self.session {
            None => url,
            session => format!("{url}{}", sessions::prefix(session.as_deref())).into(),
        }
    }
}

impl std::ops::Deref for App {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}

/// Whether the Booking Server can be called, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ListenerState {
    /// Whether it takes calls.
    pub listening: bool,
    /// Its address, for clients.
    pub url: String,
    /// The host it is bound to.
    pub host: String,
    /// The port it is bound to, or would be.
    pub port: u16,
    /// Why it takes no calls, in a sentence.
    pub reason: Option<String>,
}
