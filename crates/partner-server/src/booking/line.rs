//! A request's line to the connection that it came on: what the recorder asks of it, and what it
//! tells the recorder.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::broken::Broken;
use super::record::Answered;
use crate::app::App;

/// The line. All requests of a connection share one.
#[derive(Clone, Debug)]
pub(super) struct Line {
    connection: Arc<Connection>,
    /// Turns true when the session ends that the request is for.
    ended: Option<watch::Receiver<bool>>,
}

#[derive(Debug)]
struct Connection {
    /// Turns true when the server is stopped.
    stopped: watch::Receiver<bool>,
    is_broken: AtomicBool,
    broken: Mutex<Option<Broken>>,
}

impl Line {
    pub(super) fn new(stopped: watch::Receiver<bool>) -> Self {
        Self {
            connection: Arc::new(Connection {
                stopped,
                is_broken: AtomicBool::new(false),
                broken: Mutex::new(None),
            }),
            ended: None,
        }
    }

    /// The line of a request to this partner, whose end it does not outlast if it is a session.
    pub(super) fn of(&self, app: &App) -> Self {
        Self {
            connection: Arc::clone(&self.connection),
            ended: app.session.is_some().then(|| app.ending.subscribe()),
        }
    }

    /// Has the connection end like this instead of an answer. What is answered here goes nowhere.
    pub(super) fn break_off(&self, broken: Broken) -> Answered {
        *self.lock() = Some(broken);
        self.connection.is_broken.store(true, Ordering::Release);
        Answered::default()
    }

    /// Whether the connection is to end instead of an answer.
    pub(super) fn is_broken(&self) -> bool {
        self.connection.is_broken.load(Ordering::Acquire)
    }

    /// How the connection is to end, once.
    pub(super) fn take_broken(&self) -> Option<Broken> {
        self.lock().take()
    }

    /// Waits in real time. A server that is stopped, or a session that ends, waits no longer: then
    /// false.
    pub(super) async fn wait(&self, time: Duration) -> bool {
        let stop = async |mut stopped: watch::Receiver<bool>| {
            // A sender that is gone has stopped us as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        let end = async {
            match self.ended.clone() {
                Some(ended) => stop(ended).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = stop(self.connection.stopped.clone()) => false,
            () = end => false,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Broken>> {
        self.connection
            .broken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
