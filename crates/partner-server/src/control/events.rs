//! `GET /api/events`: everything that happens, as server-sent events.
//!
//! Here are the call and its messages; [`follow`](super::follow) decides what is sent when.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive, KeepAliveStream};
use futures_util::stream::{self, Stream};
use partner::exchange::Summary;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::follow::Follower;
use super::given::{self, Given};
use crate::app::App;

/// Silence after which a comment tells both sides that the connection still stands.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The data of an `exchanges` event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExchangesMessage {
    /// Rows that follow those sent before, oldest first.
    #[schema(value_type = Vec<Summary>)]
    pub(super) rows: Vec<Arc<Summary>>,
    /// Give this as `after` to go on from here; also the event's id.
    pub(super) cursor: u64,
    /// The newest exchange's id: how far there is to go.
    pub(super) last: u64,
    /// Exchanges that were dropped before they could be sent.
    #[schema(required)]
    pub(super) gap: Option<Gap>,
}

/// A run of exchanges that are no longer there.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Gap {
    /// The first id.
    pub(super) from: u64,
    /// The last id.
    pub(super) to: u64,
}

/// The data of a `bookings` event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BookingsMessage {
    /// How many bookings there are.
    pub(super) total: u64,
}

/// The data of a `reset` event: nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResetMessage {}

/// Everything that happens, as a stream of server-sent events that does not end.
///
/// | event | data | when |
/// |---|---|---|
/// | `status` | `Status` | first, when the Booking Server starts, stops or moves, and after `reset` |
/// | `exchanges` | `ExchangesMessage` | once at the start even if empty, then at most every 50 ms |
/// | `behaviour` | `BehaviourState` | when a toggle changes, counts down or expires |
/// | `bookings` | `BookingsMessage` | when a booking is made or changed, at most every 200 ms |
/// | `reset` | `ResetMessage` | the log was cleared: drop your rows, ids of before mean nothing |
///
/// The `id` of `exchanges` and `reset` is the cursor. Without a cursor, or with 0, the stream
/// begins with the oldest exchange that is kept, at most 100 000 back.
#[utoipa::path(
    get,
    path = "/api/events",
    tag = "exchanges",
    params(
        ("after" = Option<u64>, Query, description = "Only exchanges behind this cursor."),
        ("Last-Event-ID" = Option<u64>, Header, description = "As `after`, and stronger: what a \
            browser sends when it connects again."),
    ),
    responses(
        (status = 200, description = "The stream.", body = String, content_type = "text/event-stream"),
        (status = 422, description = "`unknown_field` or `unknown_value`.", body = ErrorBody),
    )
)]
pub(super) async fn follow_events(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Sse<KeepAliveStream<impl Stream<Item = Result<Event, Infallible>>>>, ApiError> {
    const LAST: &str = "last-event-id";
    let after = Given::read(&uri, &["after"])?.number("after", 0..=u64::MAX)?;
    let cursor = match headers.get(LAST) {
        Some(id) => given::number(LAST, id.to_str().unwrap_or("?"), 0..=u64::MAX)?,
        None => after.unwrap_or(0),
    };
    let follower = Follower::new(app, cursor);
    let events = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}
