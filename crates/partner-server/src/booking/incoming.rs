//! Reading a request's body: bounded in size, and in the time between two of its pieces.

use std::borrow::Cow;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt as _;
use hyper::body::Body;

/// The largest body that is read (1 MiB).
const LIMIT: usize = 1024 * 1024;

/// How much of a larger body is swallowed, so that its sender lives to see the answer.
const SWALLOWED: usize = 16 * 1024 * 1024;

/// Why a body could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Over the limit.
    TooLarge,
    /// The client stopped sending.
    Stalled,
    /// The client went away.
    Gone,
}

/// What came of a body, and what went wrong.
#[derive(Debug)]
pub(super) struct Incoming {
    pub(super) bytes: Bytes,
    /// All that arrived, kept or not.
    pub(super) size: usize,
    pub(super) trouble: Option<Trouble>,
}

/// Reads the body.
pub(super) async fn read<B>(mut body: B, patience: Duration) -> Incoming
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let mut size = 0;
    let mut trouble = None;
    loop {
        let frame = match tokio::time::timeout(patience, body.frame()).await {
            Ok(None) => break,
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => {
                trouble = Some(Trouble::Gone);
                break;
            }
            Err(_) => {
                trouble = Some(Trouble::Stalled);
                break;
            }
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        size += data.len();
        if size > LIMIT {
            trouble = Some(Trouble::TooLarge);
            if size > SWALLOWED {
                break;
            }
        } else if first.is_empty() && rest.is_empty() {
            // Nearly every body comes in one piece: keep it without a copy.
            first = data;
        } else {
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&data);
        }
    }
    let bytes = if rest.is_empty() {
        first
    } else {
        rest.freeze()
    };
    Incoming {
        bytes,
        size,
        trouble,
    }
}

/// Bytes as text; what is not UTF-8 becomes U+FFFD.
pub(super) fn text(bytes: &[u8]) -> Cow<'_, str> {
    // Nearly all are, and finding that out is quicker alone.
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}
