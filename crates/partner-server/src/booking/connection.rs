//! Connections of the Booking Server, and what goes wrong on them before there is a request.
//!
//! A client that never finishes its headers, or sends what is not HTTP, never reaches the
//! router; it is recorded here, so that the log has it all the same.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU16, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use partner::decision::Layer;
use thiserror::Error;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::Sleep;

use super::answer::{date, error_body};
use super::broken;
use super::draft::Draft;
use super::line::Line;
use super::{record, unless};
use crate::app::App;

/// How long a connection may idle between two requests. Clients keep connections in pools, and
/// one that is closed under them is an error that no partner of theirs would show.
const IDLE: Duration = Duration::from_secs(75);

/// What the HTTP library is told where an answer breaks off.
#[derive(Debug, Error)]
#[error("the connection ends instead of an answer")]
struct BrokenOff;

/// Takes connections until told to stop, then lets open requests end.
pub(crate) async fn serve(listener: TcpListener, mut stopped: watch::Receiver<bool>, app: App) {
    let graceful = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stopped.wait_for(|stop| *stop) => break,
        };
        let stream = match accepted {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Too many open files, most likely: a short rest lets some of them close.
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let app = app.clone();
        let watcher = graceful.watcher();
        // Held to the very end: a stopped server waits for connections that break as well.
        let open = graceful.watcher();
        let line = Line::new(stopped.clone());
        tokio::spawn(async move {
            one(stream, app, line, watcher).await;
            drop(open);
        });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn one(
    stream: TcpStream,
    app: App,
    line: Line,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let shared = Arc::new(Shared::default());
    let patience = app.stall_timeout;
    let stream = Watched {
        stream: Some(stream),
        shared: Arc::clone(&shared),
        patience,
        stall: None,
    };
    let (to_recorder, of_requests, to_line) = (app.clone(), Arc::clone(&shared), line.clone());
    let service = service_fn(move |request| {
        // From here on the recorder answers for what arrives.
        of_requests.answering.store(true, Ordering::Relaxed);
        let (app, line) = (to_recorder.clone(), to_line.clone());
        let shared = Arc::clone(&of_requests);
        async move {
            let answered = record::record(app, &line, request).await;
            if line.is_broken() {
                // The HTTP library drops the connection, and we get its socket back.
                return Err(BrokenOff);
            }
            shared.unread.store(0, Ordering::Relaxed);
            shared.answering.store(false, Ordering::Relaxed);
            Ok(answered)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .serve_connection(TokioIo::new(stream), service);
    let Err(error) = watcher.watch(connection).await else {
        return;
    };
    let given_back = || {
        let mut given_back = shared
            .given_back
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        given_back.take()
    };
    if let Some(broken) = line.take_broken() {
        if let Some(stream) = given_back() {
            broken::play(stream, broken).await;
        }
        return;
    }
    let unread = shared.unread.load(Ordering::Relaxed);
    if unread == 0 || shared.answering.load(Ordering::Relaxed) {
        // An idle connection that came to its end, or an answer that the recorder has seen to.
        return;
    }
    let (status, label, message) = if shared.stalled.load(Ordering::Relaxed) {
        (
            408,
            "slow headers",
            "The request's head did not arrive in time.",
        )
    } else if error.is_parse() {
        match shared.told.load(Ordering::Relaxed) {
            414 => (
                414,
                "target too long",
                "The request's target is too long to be read.",
            ),
            431 => (
                431,
                "head too large",
                "The request's head is too large to be read.",
            ),
            _ => (400, "not HTTP", "What was sent is not an HTTP request."),
        }
    } else {
        (
            499,
            "client gone",
            "The client hung up in the middle of the request's head.",
        )
    };
    let mut draft = Draft::open(&app);
    draft.exchange.request.body_size = unread;
    let unless = unless::health_check();
    draft
        .trail
        .decide_unless("connection", Layer::Protocol, message, "1.4", unless);
    if status == 408
        && let Some(mut stream) = given_back()
    {
        // The HTTP library closes without a word here; the client shall know why.
        let body = error_body(status, message, &[]);
        let head = format!(
            "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\ndate: {}\r\n\r\n",
            body.len(),
            date(app.engine.clock().now())
        );
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(body.as_bytes()).await;
        let _ = stream.shutdown().await;
        let headers = headers_of(head.as_bytes());
        draft.answered(status, label, &headers, &body).await;
    } else if error.is_parse() {
        // The HTTP library has answered, with a bare status.
        let head = std::mem::take(&mut *shared.lock_head());
        draft.answered(status, label, &headers_of(&head), "").await;
    } else {
        draft.unanswered(status, label).await;
    }
}

/// The headers of an answer's head.
fn headers_of(head: &[u8]) -> HeaderMap {
    let head = String::from_utf8_lossy(head);
    head.lines()
        .skip(1)
        .map_while(|line| line.split_once(": "))
        .filter_map(|(name, value)| Some((name.parse::<HeaderName>().ok()?, value.parse().ok()?)))
        .collect()
}

/// What a connection leaves behind when it breaks.
#[derive(Debug, Default)]
struct Shared {
    /// Bytes that came since the last answer.
    unread: AtomicU64,
    /// Whether a request is with the router.
    answering: AtomicBool,
    /// Whether a request's head took too long.
    stalled: AtomicBool,
    /// The status of the newest answer that was written, by us or by the HTTP library.
    told: AtomicU16,
    /// The newest answer's head, where it tells of a mistake: the HTTP library does not say what
    /// it wrote.
    head: Mutex<Vec<u8>>,
    /// The socket, once the HTTP library has let go of it.
    given_back: Mutex<Option<TcpStream>>,
}

impl Shared {
    fn lock_head(&self) -> MutexGuard<'_, Vec<u8>> {
        self.head.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A socket that counts what it reads and is given back when it is dropped.
#[derive(Debug)]
struct Watched {
    /// Always there until the drop.
    stream: Option<TcpStream>,
    shared: Arc<Shared>,
    /// How long a head may take from its first byte on.
    patience: Duration,
    /// Runs while a head is incomplete.
    stall: Option<Pin<Box<Sleep>>>,
}

impl Watched {
    /// Whether the head that is being read has used up the client's time.
    fn has_stalled(&mut self, context: &mut Context<'_>) -> bool {
        if self.shared.answering.load(Ordering::Relaxed)
            || self.shared.unread.load(Ordering::Relaxed) == 0
        {
            self.stall = None;
            return false;
        }
        let patience = self.patience;
        let stall = self
            .stall
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(patience)));
        let stalled = stall.as_mut().poll(context).is_ready();
        self.shared.stalled.store(stalled, Ordering::Relaxed);
        stalled
    }

    /// Remembers the status if this is the beginning of an answer.
    fn note_status(&self, bytes: &[u8]) {
        let status = bytes
            .strip_prefix(b"HTTP/1.1 ")
            .and_then(|rest| rest.get(..3))
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| digits.parse().ok());
        if let Some(status) = status {
            self.shared.told.store(status, Ordering::Relaxed);
            if status >= 400 {
                bytes.clone_into(&mut self.shared.lock_head());
            }
        }
    }

    fn pinned(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream
            .as_mut()
            .map(Pin::new)
            .ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        *self
            .shared
            .given_back
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = self.stream.take();
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = self.pinned()?.poll_read(context, buffer);
        let read = buffer.filled().len() - before;
        if read > 0 {
            self.shared.unread.fetch_add(read as u64, Ordering::Relaxed);
        }
        if polled.is_pending() && self.has_stalled(context) {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.note_status(bytes);
        self.pinned()?.poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pinned()?.poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.pinned()?.poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let Some(first) = slices.first() {
            self.note_status(first);
        }
        self.pinned()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
