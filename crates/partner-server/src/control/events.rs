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
use futures_util::stream::{self, Stream, StreamExt};
use partner::exchange::Summary;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::follow::{Cursor, Follower};
use super::given::Given;
use crate::app::App;

/// Silence after which a comment tells both sides that the connection still stands.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// The data of an `exchanges` event.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExchangesMessage {
    /// Rows that follow those sent before, oldest first.
    #[schema(value_type = Vec<Summary>)]
    pub(super) rows: Vec<Arc<Summary>>,
    /// The last row's id: give this as `after` to go on from here. The event's own id says the same
    /// and can tell a log that was begun anew.
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

/// The data of a `walkthrough` event. Ask again for the steps.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WalkthroughMessage {
    /// The place of the step that comes next, from 0.
    pub(super) position: usize,
    /// The place of the step that is being taken; null where none is.
    #[schema(required)]
    pub(super) running: Option<usize>,
}

/// The data of an `inventory` event: nothing. Ask again for what is shown.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InventoryMessage {}

/// The data of a `reset` event: nothing.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ResetMessage {}

/// Everything that happens, as a stream of server-sent events that ends with the program.
///
/// | event | data | when |
/// |---|---|---|
/// | `status` | `Status` | first, when the Booking Server starts, stops or moves, and after `reset` |
/// | `exchanges` | `ExchangesMessage` | once at the start even if empty, then at most every 50 ms |
/// | `behaviour` | `BehaviourState` | when a toggle changes, counts down or expires |
/// | `bookings` | `BookingsMessage` | when a booking is made or changed, at most every 200 ms |
/// | `notifications` | `NotificationCounts` | when a notification is made, delivered, given up or tried, at most every 200 ms |
/// | `scenario` | `ScenarioInForce` | when another scenario is loaded, its file is edited or found broken, a rule acts or is switched, and when files of the folder change; at most every 200 ms |
/// | `walkthrough` | `WalkthroughMessage` | when a step is begun or ended, and when the walk-through goes back or begins anew |
/// | `clock` | `ClockState` | when the clock is set or moved, and when another timer is the next one |
/// | `inventory` | `InventoryMessage` | when merchants, services, slots or free places change, at most every second |
/// | `reset` | `ResetMessage` | the log was cleared: drop your rows, ids of before mean nothing |
///
/// The `id` of `exchanges` and `reset` is the cursor, `RUN-ID`: a cursor of a log that was cleared or
/// begun anew since is answered with `reset`. Without a cursor, or with 0, the stream begins with
/// the oldest exchange that is kept, at most 100 000 back.
#[utoipa::path(
    get,
    path = "/api/events",
    tag = "exchanges",
    params(
        ("after" = Option<String>, Query, description = "Only exchanges behind this cursor: an \
            event's id, or an exchange's."),
        ("Last-Event-ID" = Option<String>, Header, description = "As `after`, and stronger: what a \
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
    let given = Given::read(&uri, &["after"])?;
    let after = given
        .text("after")
        .map(|value| cursor("after", value))
        .transpose()?;
    let cursor = match headers.get(LAST) {
        Some(id) => Some(cursor(LAST, id.to_str().unwrap_or("?"))?),
        None => after,
    };
    let ending = app.ending();
    let follower = Follower::new(app, cursor);
    let events = stream::unfold(follower, |mut follower| async {
        let event = follower.next().await?;
        Some((Ok(event), follower))
    });
    // A stream that were cut off instead would be an error in the browser's console.
    let events = events.take_until(Box::pin(ending));
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

fn cursor(name: &str, value: &str) -> Result<Cursor, ApiError> {
    Cursor::read(value).ok_or_else(|| {
        ApiError::unknown_value(
            format!("\"{value}\" is no value for \"{name}\"."),
            "It is the id of an event of this stream, or a whole number.",
        )
    })
}
