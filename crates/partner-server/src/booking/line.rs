//! A request's line to the connection that it came on: what the recorder asks of it, and what it
//! tells the recorder.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use tokio::sync::watch;

use super::broken::Broken;

/// The line. All requests of a connection share one.
#[derive(Clone, Debug)]
pub(super) struct Line {
    ending: Arc<Ending>,
    /// Turns true when the server is stopped.
    stopped: watch::Receiver<bool>,
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
        }
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

    /// Waits in real time. A server that is stopped waits no longer: then false.
    pub(super) async fn wait(&self, time: Duration) -> bool {
        let mut stopped = self.stopped.clone();
        let stop = async move {
            // A sender that is gone has stopped us as well.
            let _ = stopped.wait_for(|stop| *stop).await;
        };
        tokio::select! {
            () = tokio::time::sleep(time) => true,
            () = stop => false,
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Broken>> {
        self.ending
            .broken
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
