//! Sessions: clients that share this program without meeting. Each has a partner of its own
//! ([`Engine::session`]), with its own state, clock, behaviour and log, behind the same two sockets.
//!
//! A request to the Booking Server names its session by the header `X-Mock-Partner: session=NAME`
//! or by the path `/sessions/NAME/v3/…`, a control call by `?session=NAME` or by the path
//! `/sessions/NAME/api/…`. A session is made when it is first named, by who may call at all, and
//! ends with the program or by `DELETE /api/sessions/NAME`.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use partner::Engine;
use partner::overrides::is_session_name;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

use crate::aggregator::{self, Tokens};
use crate::app::{App, Shared};
use crate::control;
use crate::sender::{NotifyOptions, Sender};
use crate::walkthrough::Player;

/// Sessions at once, unless told otherwise.
pub(crate) const USUAL: usize = 100;

/// Where paths of sessions begin.
pub(crate) const PREFIX: &str = "/sessions/";

/// All sessions. Those of a session itself are none.
#[derive(Debug)]
pub struct Sessions {
    open: RwLock<BTreeMap<String, Arc<Session>>>,
    /// Held while one is made, so that two requests do not make it twice.
    making: Mutex<()>,
    most: usize,
    notify: NotifyOptions,
}

/// One session.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) app: App,
    /// Its control calls.
    pub(crate) control: Router,
    timers: JoinHandle<()>,
    sender: JoinHandle<()>,
}

/// Why a session could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NoSession {
    /// There are as many as there may be.
    TooMany(usize),
    /// The engine or the sender did not start; a sentence.
    Failed(String),
}

impl NoSession {
    /// What is wrong.
    pub(crate) fn message(&self) -> String {
        match self {
            Self::TooMany(most) => format!("There are {most} sessions already."),
            Self::Failed(reason) => format!("The session could not be started: {reason}"),
        }
    }

    /// What to do.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::TooMany(_) => {
                "End one with DELETE /api/sessions/NAME; GET /api/sessions lists them."
            }
            Self::Failed(_) => "Try again; if it stays so, look at the program's log.",
        }
    }
}

impl Sessions {
    /// None yet, and never more than `most`.
    pub(crate) fn new(most: usize, notify: NotifyOptions) -> Self {
        Self {
            open: RwLock::default(),
            making: Mutex::default(),
            most,
            notify,
        }
    }

    /// How many there may be.
    pub(crate) fn most(&self) -> usize {
        self.most
    }

    /// A session that there is.
    pub(crate) fn get(&self, name: &str) -> Option<Arc<Session>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(name).cloned()
    }

    /// All of them by name.
    pub(crate) fn all(&self) -> Vec<(String, Arc<Session>)> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let pairs = open.iter();
        pairs
            .map(|(name, it)| (name.clone(), Arc::clone(it)))
            .collect()
    }

    /// The session of this name, made where there is none. `main` is the partner outside of all
    /// sessions.
    pub(crate) async fn get_or_make(
        &self,
        main: &App,
        name: &str,
    ) -> Result<Arc<Session>, NoSession> {
        if let Some(session) = self.get(name) {
            return Ok(session);
        }
        let _making = self.making.lock().await;
        if let Some(session) = self.get(name) {
            return Ok(session);
        }
        if self.all().len() >= self.most {
            return Err(NoSession::TooMany(self.most));
        }
        let session = Arc::new(self.make(main, name).await?);
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(name.to_owned(), Arc::clone(&session));
        Ok(session)
    }

    async fn make(&self, main: &App, name: &str) -> Result<Session, NoSession> {
        let parent = main.engine.clone();
        // A store is opened, which must not hold up the runtime.
        let engine = tokio::task::spawn_blocking(move || parent.session())
            .await
            .map_err(|error| NoSession::Failed(error.to_string()))?
            .map_err(|error| NoSession::Failed(error.to_string()))?;
        let control_url = format!("{}{PREFIX}{name}", main.control_url);
        let tokens = Tokens::new();
        let stand_in = format!("{control_url}{}", aggregator::PATH);
        let sender = Sender::new(
            engine.clone(),
            self.notify.clone(),
            (stand_in, tokens.own().to_owned()),
            main.reveal_secrets,
        )
        .await
        .map_err(|error| NoSession::Failed(error.to_string()))?;
        let app = App::new(Shared {
            tokens,
            notify_url: sender.base().to_owned(),
            engine: engine.clone(),
            credentials: main.credentials.clone(),
            control_token: main.control_token.clone(),
            reveal_secrets: main.reveal_secrets,
            control_url,
            control_host: main.control_host.clone(),
            stall_timeout: main.stall_timeout,
            listener: Arc::clone(&main.listener),
            client: main.client.clone(),
            ending: watch::Sender::new(false),
            player: Player::default(),
            session: Some(name.into()),
            sessions: Self::new(0, NotifyOptions::default()),
        });
        Ok(Session {
            control: control::router(app.clone()),
            app,
            timers: tokio::spawn(async move { engine.run_timers().await }),
            sender: tokio::spawn(sender.run()),
        })
    }

    /// Ends a session; false where there is none.
    pub(crate) async fn end(&self, name: &str) -> bool {
        let ended = {
            let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
            open.remove(name)
        };
        match ended {
            Some(session) => {
                session.end().await;
                true
            }
            None => false,
        }
    }

    /// Has everything end that would go on without end.
    pub(crate) fn say_ending(&self) {
        for (_, session) in self.all() {
            session.app.ending.send_replace(true);
        }
    }

    /// Ends all of them.
    pub(crate) async fn end_all(&self) {
        for (name, _) in self.all() {
            self.end(&name).await;
        }
    }
}

impl Session {
    /// Lets go of what runs by itself, and closes the store. Requests under way are answered 503,
    /// those that a fault holds back at once.
    async fn end(&self) {
        self.timers.abort();
        self.sender.abort();
        let engine: Engine = self.app.engine.clone();
        let _ = tokio::task::spawn_blocking(move || engine.close()).await;
        self.app.ending.send_replace(true);
    }
}

/// A path's session, if it has one by a lawful name, and the path within it.
pub(crate) fn split(path: &str) -> (Option<&str>, &str) {
    let within = path.strip_prefix(PREFIX).and_then(|rest| {
        let end = rest.find('/')?;
        let (name, within) = rest.split_at(end);
        is_session_name(name).then_some((name, within))
    });
    match within {
        Some((name, within)) => (Some(name), within),
        None => (None, path),
    }
}

/// What stands before the path within a session.
pub(crate) fn prefix(name: Option<&str>) -> String {
    name.map_or_else(String::new, |name| format!("{PREFIX}{name}"))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_path_is_split_behind_its_session() {
        assert_eq!(split("/sessions/a.b-1/v3/X"), (Some("a.b-1"), "/v3/X"));
        assert_eq!(split("/sessions/a/"), (Some("a"), "/"));
        for other in [
            "/v3/X",
            "/sessions/a",
            "/sessions//v3/X",
            "/sessions/a%20b/v3/X",
        ] {
            assert_eq!(split(other), (None, other));
        }
    }
}
