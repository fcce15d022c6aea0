//! A request's line to the connection that it came on: what the recorder asks of it, and what it
//! tells the recorder.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use tokio::sync::watch;

use super::broken::Broken;
use crate::app::App;

/// The line. All requests of a connection share one.
#[derive(Clone, Debug)]
pub(super) struct Line {
    ending: Arc<Ending>,
    /// Turns true when the server is stopped.
    stopped: watch::Receiver<bool>,
    /// Turns true when the session ends that the request is for.
    ended: Option<watch::Receiver<bool>>,
}

#[derive(Debug, Default)]
struct Ending {
    asked_for: AtomicBool,
    broken: Mutex<Option<Broken>>,
}

impl Line {
    pub(super) fn new(stopped: watch::Receiver<bool>) -> Self {
        Self {
            ending: Arc::default(),
            stopped,
            ended: None,
        }
    }

    /// The line of a request to this partner, whose end it does not outlast if it is a session.
    pub(super) fn of(mut self, app: &App) -> Self {
        self.ended = app.session.is_some().then(|| app.ending.subscribe());
        self
    }

    /// Has the connection end like this instead of an answer. What is answered here goes nowhere.
    pub(super) fn break_off(&self, broken: Broken) -> Response<Body> {
        *self.lock() = Some(broken);
        self.ending.asked_for.store(true, Ordering::Release);
        Response::default()
    }

    /// Whether the connection is to end instead of an answer.
    pub(super) fn is_broken(&self) -> bool {
        self.ending.asked_for.load(Ordering::Acquire)
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
            () = stop(self.stopped.clone()) => false,
            () = end => false,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Broken>> {
        self.ending
            .broken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
