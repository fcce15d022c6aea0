//! Answers that break on their way: the network toggle's faults below HTTP.
//!
//! The recorder decides what becomes of an answer and records it; its connection, which the HTTP
//! library has let go of by then, plays it. Nothing of this waits with a lock or a place in the
//! store held (invariant 8), and a server that is stopped waits for no fault.

use std::borrow::Cow;
use std::io;
use std::time::Duration;

use axum::http::header::{CONNECTION, CONTENT_LENGTH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use partner::Fault;
use partner::clock::Stopwatch;
use partner::decision::Layer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::draft::Draft;
use super::line::Line;
use super::record::{Answered, response};

/// Pieces of a dripping body in a second, where its pace allows.
const PIECES: u64 = 10;

/// How a connection ends instead of an answer, or with a part of it.
#[derive(Debug)]
pub(super) enum Broken {
    /// A reset, without a byte.
    Reset,
    /// A close in good order, without a byte.
    Empty,
    /// A close behind these bytes.
    Cut(Vec<u8>),
    /// A body that comes slowly.
    Drip(Box<Drip>),
}

/// An answer that is being sent slowly. Its exchange ends with its body.
#[derive(Debug)]
pub(super) struct Drip {
    draft: Draft,
    status: u16,
    headers: HeaderMap,
    body: String,
    bytes_per_sec: u64,
    line: Line,
}

/// Has an answer break, and records what the caller really gets. The response is for the HTTP
/// library; where the connection breaks, nobody gets it.
pub(super) async fn send(
    line: &Line,
    mut draft: Draft,
    fault: Fault,
    (status, mut headers, body): (u16, HeaderMap, String),
) -> Answered {
    let summary = &mut draft.exchange.summary;
    match fault {
        Fault::Reset(_) => {
            draft.silent("connection reset").await;
            line.break_off(Broken::Reset)
        }
        Fault::Empty(_) => {
            draft.silent("empty answer").await;
            line.break_off(Broken::Empty)
        }
        Fault::Truncated => {
            let sent = &body[..body.floor_char_boundary(body.len() / 2)];
            let mut bytes = head(status, &headers);
            bytes.extend_from_slice(sent.as_bytes());
            draft.spoilt(status, "truncated", &headers, sent).await;
            line.break_off(Broken::Cut(bytes))
        }
        Fault::Malformed => {
            // No reader of JSON, however lenient, takes a comma before the first field.
            let body = body.replacen('{', "{,", 1);
            headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
            draft.spoilt(status, "malformed", &headers, &body).await;
            response(status, headers, body)
        }
        Fault::Drip(bytes_per_sec) => {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
            summary.status = status;
            line.break_off(Broken::Drip(Box::new(Drip {
                draft,
                status,
                headers,
                body,
                bytes_per_sec,
                line: line.clone(),
            })))
        }
        // These have become an answer of their own, or the method's, long ago.
        Fault::Latency(_) | Fault::Status(_) | Fault::RateLimit(_) => {
            draft.respond(status, &headers, &body);
            draft.close().await;
            response(status, headers, body)
        }
    }
}

/// Ends a connection as it was decided.
pub(super) async fn play(mut stream: TcpStream, broken: Broken) {
    match broken {
        Broken::Reset => {
            // Closed with this, the system sends a reset and throws away what waits.
            let _ = stream.set_zero_linger();
        }
        Broken::Empty => {
            let _ = stream.shutdown().await;
        }
        Broken::Cut(bytes) => {
            let _ = stream.write_all(&bytes).await;
            let _ = stream.shutdown().await;
        }
        Broken::Drip(drip) => drip.play(stream).await,
    }
}

impl Drip {
    async fn play(mut self, mut stream: TcpStream) {
        let watch = Stopwatch::start();
        let piece = (self.bytes_per_sec / PIECES).max(1);
        let wait = Duration::from_secs_f64(piece as f64 / self.bytes_per_sec as f64);
        // Below a million.
        let piece = usize::try_from(piece).unwrap_or(usize::MAX);
        let body = std::mem::take(&mut self.body);
        let bytes = body.as_bytes();
        // The last piece follows the exchange: who has all of the answer finds it in the log.
        let mut last = bytes.len().saturating_sub(piece);
        let mut sent = 0;
        let mut gone = stream
            .write_all(&head(self.status, &self.headers))
            .await
            .is_err();
        while !gone && sent < last {
            let next = (sent + piece).min(last);
            gone = stream.write_all(&bytes[sent..next]).await.is_err();
            sent = next;
            if !gone {
                match pause(&self.line, &mut stream, wait).await {
                    Ok(true) => {}
                    Ok(false) => {
                        let text = "The rest of the answer came at once: the server was stopped.";
                        self.draft
                            .trail
                            .note("fault_toggle", Layer::Protocol, text, "");
                        last = sent;
                    }
                    Err(_) => gone = true,
                }
            }
        }
        self.draft.exchange.timing.delay_us = watch.micros();
        if gone {
            let of = bytes.len();
            let text = format!("The client hung up after {sent} of the body's {of} bytes.");
            self.draft
                .trail
                .note("connection", Layer::Protocol, text, "1.4");
            let sent = &body[..body.floor_char_boundary(sent)];
            self.draft.left(self.status, &self.headers, sent).await;
            return;
        }
        self.draft.respond(self.status, &self.headers, &body);
        self.draft.close().await;
        let _ = stream.write_all(&bytes[sent..]).await;
        let _ = stream.shutdown().await;
    }
}

/// Waits for the next piece's turn; false where the server is stopped meanwhile.
///
/// # Errors
/// The client went away.
async fn pause(line: &Line, stream: &mut TcpStream, pause: Duration) -> io::Result<bool> {
    let turn = line.wait(pause);
    tokio::pin!(turn);
    let mut unread = [0; 512];
    loop {
        tokio::select! {
            waited = &mut turn => return Ok(waited),
            read = stream.read(&mut unread) => if read? == 0 {
                return Err(io::ErrorKind::ConnectionReset.into());
            },
        }
    }
}

/// The head of an answer that we send without the HTTP library.
fn head(status: u16, headers: &HeaderMap) -> Vec<u8> {
    let reason = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .map_or(Cow::Borrowed(""), |reason| Cow::Owned(format!(" {reason}")));
    let mut head = format!("HTTP/1.1 {status}{reason}\r\n").into_bytes();
    for (name, value) in headers {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(b"\r\n");
    head
}
