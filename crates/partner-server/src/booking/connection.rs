//! Connections of the Booking Server, and what goes wrong on them before there is a request.
//!
//! A client that never finishes its headers, or sends what is not HTTP, never reaches the
//! router; it is recorded here, so that the log has it all the same.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use partner::decision::Layer;
use tokio::sync::watch;
use tower::ServiceExt as _;

use super::answer::error_body;
use super::record::Draft;
use crate::app::App;

/// Records connections that broke before they had a request.
#[derive(Clone, Debug)]
pub struct BrokenConnections(App);

impl BrokenConnections {
    /// Records into this app's log.
    #[must_use]
    pub fn new(app: App) -> Self {
        Self(app)
    }
}

/// Takes connections until told to stop, then lets open requests end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    mut stopped: watch::Receiver<bool>,
    log: BrokenConnections,
) {
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
        let router = router.clone();
        let log = log.clone();
        let watcher = graceful.watcher();
        tokio::spawn(async move { one(stream, router, log, watcher).await });
    }
    drop(listener);
    graceful.shutdown().await;
}

async fn one(
    stream: TcpStream,
    router: Router,
    log: BrokenConnections,
    watcher: hyper_util::server::graceful::Watcher,
) {
    let shared = Arc::new(Shared::default());
    let stream = Watched { stream: Some(stream), shared: Arc::clone(&shared) };
    let seen = Arc::clone(&shared);
    let service = router.map_request(move |request: axum::http::Request<Incoming>| {
        // From here on the recorder answers for these bytes.
        seen.unread.store(0, Ordering::Relaxed);
        request.map(Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(log.0.stall_timeout)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let Err(error) = watcher.watch(connection).await else { return };
    let unread = shared.unread.load(Ordering::Relaxed);
    if unread == 0 {
        // An idle connection that ran out of patience, or an answer that nobody took.
        return;
    }
    let (status, label, message) = if error.is_timeout() {
        (408, "slow headers", "The request's head did not arrive in time.")
    } else if error.is_parse() {
        (400, "not HTTP", "What was sent is not an HTTP request.")
    } else {
        (499, "client gone", "The client hung up in the middle of the request's head.")
    };
    let mut draft = Draft::open(&log.0);
    draft.exchange.request.body_size = unread;
    draft.trail.decide("connection", Layer::Protocol, message, "1.4");
    let stream = shared.given_back.lock().unwrap_or_else(PoisonError::into_inner).take();
    if status == 408 && let Some(mut stream) = stream {
        // The HTTP library closes without a word here; the client shall know why.
        let body = error_body(status, message);
        let head = format!(
            "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\n\
             content-length: {}\r\nconnection: close\r\n\r\n",
            body.len()
        );
        let _ = stream.write_all(head.as_bytes()).await;
        let _ = stream.write_all(body.as_bytes()).await;
        let _ = stream.shutdown().await;
        draft.answered(status, label, Vec::new(), &body).await;
    } else {
        draft.unanswered(status, label).await;
    }
}

/// What a connection leaves behind when it breaks.
#[derive(Debug, Default)]
struct Shared {
    /// Bytes that came since the last request reached the router.
    unread: AtomicU64,
    /// The socket, once the HTTP library has let go of it.
    given_back: Mutex<Option<TcpStream>>,
}

/// A socket that counts what it reads and is given back when it is dropped.
#[derive(Debug)]
struct Watched {
    /// Always there until the drop.
    stream: Option<TcpStream>,
    shared: Arc<Shared>,
}

impl Watched {
    fn pinned(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        self.stream.as_mut().map(Pin::new).ok_or_else(|| io::ErrorKind::NotConnected.into())
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        *self.shared.given_back.lock().unwrap_or_else(PoisonError::into_inner) =
            self.stream.take();
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
        polled
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
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
        self.pinned()?.poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}
