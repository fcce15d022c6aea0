//! What one listener of the event stream is sent, and when.
//!
//! A follower has a cursor and asks for what lies behind it whenever it is woken. Nothing is
//! queued for it: a slow one falls behind, catches up in big steps, and hears of what was
//! dropped meanwhile.

use std::fmt;
use std::future::pending;
use std::time::Duration;

use axum::response::sse::Event;
use partner::exchange::log::Position;
use partner::inventory::lists::Counts;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::clock::ClockState;
use super::events::{
    BookingsMessage, ExchangesMessage, Gap, InventoryMessage, ResetMessage, WalkthroughMessage,
};
use super::scenarios::ScenarioInForce;
use super::status::{BehaviourState, Status};
use crate::app::{App, ListenerState};

/// The most that a follower without a cursor is told of the past.
const HISTORY: u64 = 100_000;

/// Rows behind which a follower is not live any more and catches up.
const FAR_BEHIND: u64 = 1_024;

/// The most rows in one message: live ones come often, and a window draws each message.
const LIVE_ROWS: usize = 256;
const CATCH_UP_ROWS: usize = 4_096;

/// The least time between two messages of a kind.
const LIVE_PAUSE: Duration = Duration::from_millis(50);
const BOOKINGS_PAUSE: Duration = Duration::from_millis(200);
const INVENTORY_PAUSE: Duration = Duration::from_secs(1);
const SCENARIO_PAUSE: Duration = Duration::from_millis(200);
const CLOCK_PAUSE: Duration = Duration::from_millis(100);

/// One listener of the event stream.
pub(super) struct Follower {
    app: App,
    /// The last exchange that was dealt with.
    cursor: u64,
    /// The first exchange that the listener has not heard of. Behind the cursor where what lies
    /// between is gone.
    expected: u64,
    run: u64,
    is_greeted: bool,
    is_reset_due: bool,
    /// The next message with rows is sent even if it holds none: then the listener knows that
    /// it has all there is.
    is_first: bool,
    rows: Told<Position>,
    listener: Told<ListenerState>,
    behaviour: Told<u64>,
    bookings: Told<u64>,
    inventory: Told<Counts>,
    clock: Told<u64>,
    scenario: Told<u64>,
    walkthrough: Told<u64>,
    notifications: Told<u64>,
}

impl Follower {
    /// Goes on behind `after`; without, starts with what is kept.
    pub(super) fn new(app: App, after: Option<Cursor>) -> Self {
        let engine = &app.engine;
        // Subscribed before anything is read, so that no change falls between.
        let rows = Told::new(engine.log().follow(), LIVE_PAUSE);
        let listener = Told::new(app.listener.changes(), Duration::ZERO);
        let behaviour = Told::new(engine.behaviour().changes(), LIVE_PAUSE);
        let bookings = Told::new(engine.bookings_changed(), BOOKINGS_PAUSE);
        let inventory = Told::new(engine.inventory_changed(), INVENTORY_PAUSE);
        let clock = Told::new(engine.clock_changed(), CLOCK_PAUSE);
        let scenario = Told::new(engine.scenario_changed(), SCENARIO_PAUSE);
        let walkthrough = Told::new(app.player.changed(), LIVE_PAUSE);
        let notifications = Told::new(engine.outbox_changed(), BOOKINGS_PAUSE);
        let position = engine.log().position();
        let start = start_of(position);
        let cursor = after.map_or(0, |after| after.id);
        let is_of_another_run = after
            .and_then(|after| after.run)
            .is_some_and(|run| run != position.run);
        let mut follower = Self {
            app,
            cursor,
            expected: cursor + 1,
            run: position.run,
            is_greeted: false,
            is_reset_due: false,
            is_first: true,
            rows,
            listener,
            behaviour,
            bookings,
            inventory,
            clock,
            scenario,
            walkthrough,
            notifications,
        };
        if cursor == 0 {
            follower.cursor = start;
            follower.expected = start + 1;
        } else if is_of_another_run || cursor > position.newest {
            // Another log than the one the cursor is from: cleared, or a store in memory that was
            // begun anew.
            follower.is_reset_due = true;
            follower.cursor = start;
            follower.expected = start + 1;
        } else if cursor < position.oldest {
            // Nothing of what the listener has is kept: cleared, or dropped to make room.
            follower.is_reset_due = true;
            follower.cursor = start;
        }
        follower
    }

    /// The next event, as soon as there is one. `None` ends the stream: the store is closed or
    /// in trouble, and the listener had better connect again.
    pub(super) async fn next(&mut self) -> Option<Event> {
        loop {
            let now = Instant::now();
            let position = self.app.engine.log().position();
            if position.run != self.run {
                self.start_over(position);
            }
            if !self.is_greeted {
                self.is_greeted = true;
                return event("status", &Status::of(&self.app));
            }
            if self.is_reset_due {
                self.is_reset_due = false;
                let start = Cursor {
                    run: Some(self.run),
                    id: 0,
                };
                return event("reset", &ResetMessage {}).map(|event| event.id(start.to_string()));
            }
            if self.listener.is_due(now) {
                return event("status", &Status::of(&self.app));
            }
            if self.behaviour.is_due(now) {
                return event("behaviour", &BehaviourState::of(&self.app));
            }
            if self.scenario.is_due(now) {
                return event("scenario", &ScenarioInForce::of(&self.app));
            }
            if self.walkthrough.is_due(now) {
                let standing = self.app.player.standing(&self.app);
                let message = WalkthroughMessage {
                    position: standing.reports.len(),
                    running: standing.running,
                };
                return event("walkthrough", &message);
            }
            if self.bookings.is_due(now) {
                // A booking takes or frees a place.
                self.inventory.is_changed = true;
                let total = *self.app.engine.bookings_changed().borrow();
                return event("bookings", &BookingsMessage { total });
            }
            if self.inventory.is_due(now) {
                return event("inventory", &InventoryMessage {});
            }
            if self.clock.is_due(now) {
                return match ClockState::of(&self.app).await {
                    Ok(clock) => event("clock", &clock),
                    Err(error) => {
                        tracing::warn!(%error, "the clock could not be read for the event stream");
                        None
                    }
                };
            }
            if self.notifications.is_due(now) {
                return match self.app.engine.notification_counts().await {
                    Ok(counts) => event("notifications", &counts),
                    Err(error) => {
                        tracing::warn!(%error, "the outbox could not be read for the event stream");
                        None
                    }
                };
            }
            let is_far_behind = position.newest.saturating_sub(self.cursor) > FAR_BEHIND;
            if self.rows.is_due(now) || self.is_first || is_far_behind {
                match self.exchanges(position, is_far_behind).await {
                    Ok(Some(message)) => {
                        let reached = Cursor {
                            run: Some(self.run),
                            id: message.cursor,
                        };
                        let id = reached.to_string();
                        return event("exchanges", &message).map(|event| event.id(id));
                    }
                    Ok(None) => continue,
                    Err(error) => {
                        tracing::warn!(%error, "the log could not be read for the event stream");
                        return None;
                    }
                }
            }
            tokio::select! {
                () = self.rows.wait() => {}
                () = self.listener.wait() => {}
                () = self.behaviour.wait() => {}
                () = self.bookings.wait() => {}
                () = self.inventory.wait() => {}
                () = self.clock.wait() => {}
                () = self.scenario.wait() => {}
                () = self.walkthrough.wait() => {}
                () = self.notifications.wait() => {}
            }
        }
    }

    /// The rows behind the cursor, if there is anything to say.
    async fn exchanges(
        &mut self,
        position: Position,
        is_far_behind: bool,
    ) -> Result<Option<ExchangesMessage>, partner::StoreError> {
        let limit = if is_far_behind || self.is_first {
            CATCH_UP_ROWS
        } else {
            LIVE_ROWS
        };
        let rows = self.app.engine.exchanges_after(self.cursor, limit).await?;
        let reached = self.app.engine.log().position();
        if reached.run != self.run {
            // Cleared while we read: these rows are of the past.
            return Ok(None);
        }
        match rows.last() {
            Some(row) => self.cursor = row.id,
            // Ids were given out whose rows the store could not keep.
            None => self.cursor = self.cursor.max(position.newest),
        }
        let lost_to = rows.first().map_or(self.cursor, |row| row.id - 1);
        let gap = (lost_to >= self.expected).then_some(Gap {
            from: self.expected,
            to: lost_to,
        });
        if rows.is_empty() && gap.is_none() && !self.is_first {
            return Ok(None);
        }
        self.is_first = false;
        self.expected = self.cursor + 1;
        if self.cursor < reached.newest {
            self.rows.is_changed = true;
        }
        Ok(Some(ExchangesMessage {
            rows,
            cursor: self.cursor,
            last: reached.newest,
            gap,
        }))
    }

    /// The log was cleared while we followed it.
    fn start_over(&mut self, position: Position) {
        self.run = position.run;
        self.cursor = start_of(position);
        self.expected = self.cursor + 1;
        self.is_reset_due = self.is_greeted;
        self.is_first = true;
        self.listener.is_changed = self.is_greeted;
    }
}

/// How far a listener has come: the last exchange that it heard of, and the run of ids that this
/// exchange is of. Written `RUN-ID`; a bare `ID` is taken for one of the present run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) run: Option<u64>,
    pub(super) id: u64,
}

impl Cursor {
    /// Reads one.
    pub(super) fn read(text: &str) -> Option<Self> {
        match text.split_once('-') {
            Some((run, id)) => Some(Self {
                run: Some(run.parse().ok()?),
                id: id.parse().ok()?,
            }),
            None => Some(Self {
                run: None,
                id: text.parse().ok()?,
            }),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.run {
            Some(run) => write!(formatter, "{run}-{}", self.id),
            None => self.id.fmt(formatter),
        }
    }
}

/// Where a follower without a cursor starts.
fn start_of(position: Position) -> u64 {
    position
        .oldest
        .saturating_sub(1)
        .max(position.newest.saturating_sub(HISTORY))
}

fn event<T: Serialize>(name: &str, data: &T) -> Option<Event> {
    // Messages are structs of plain values: they always serialise.
    Event::default().event(name).json_data(data).ok()
}

/// News of one kind, passed on at a measured pace.
struct Told<T> {
    changes: watch::Receiver<T>,
    is_changed: bool,
    pause: Duration,
    not_before: Instant,
}

impl<T> Told<T> {
    fn new(changes: watch::Receiver<T>, pause: Duration) -> Self {
        Self {
            changes,
            is_changed: false,
            pause,
            not_before: Instant::now(),
        }
    }

    /// Whether there is news that may be passed on now. Saying so takes it off the list.
    fn is_due(&mut self, now: Instant) -> bool {
        if self.changes.has_changed().unwrap_or(false) {
            self.changes.mark_unchanged();
            self.is_changed = true;
        }
        let is_due = self.is_changed && now >= self.not_before;
        if is_due {
            self.is_changed = false;
            self.not_before = now + self.pause;
        }
        is_due
    }

    /// Waits until there may be news to pass on.
    async fn wait(&mut self) {
        if self.is_changed {
            sleep_until(self.not_before).await;
        } else if self.changes.changed().await.is_ok() {
            self.is_changed = true;
        } else {
            pending::<()>().await;
        }
    }
}
