//! The engine's outbox: who sends notifications asks here what is due, and tells here what became
//! of it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::watch;

use super::{Engine, Inner};
use crate::behaviour::snapshot::Snapshot;
use crate::outbox::queue::{self, Composed, Outgoing, Sender};
use crate::store::outbox::{self, Attempt, Counts, NotificationRow, State};
use crate::store::{StoreError, aggregator};

/// How long, in real time, whoever moves the clock waits for notifications that are due: a target
/// that does not answer must not hold up the clock.
const PATIENCE: Duration = Duration::from_secs(5);

/// A notification with all that is known of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Notification {
    /// What is kept.
    pub row: NotificationRow,
    /// How it looks on the wire.
    pub composed: Composed,
    /// Each time that it was sent, oldest first.
    pub attempts: Vec<Attempt>,
}

/// What the engine remembers between two looks into the outbox.
#[derive(Debug)]
pub(super) struct Post {
    /// Grows with each change of the outbox, before it is committed.
    changed: Arc<watch::Sender<u64>>,
    /// How far somebody who sends has looked and found nothing due; `None` while nobody sends.
    idle: watch::Sender<Option<u64>>,
}

impl Post {
    /// Listens to the writer's connection, so that no change of the outbox goes unnoticed,
    /// whoever makes it.
    pub(super) fn listen(connection: &Connection) -> Self {
        let changed = Arc::new(watch::Sender::new(0));
        let told = Arc::clone(&changed);
        let hook = move |_: rusqlite::hooks::Action, _: &str, table: &str, _: i64| {
            if matches!(table, "notifications" | "changed_places") {
                told.send_modify(|count| *count += 1);
            }
        };
        if let Err(error) = connection.update_hook(Some(hook)) {
            tracing::error!(%error, "notifications will go out late");
        }
        Self {
            changed,
            idle: watch::Sender::new(None),
        }
    }
}

impl Inner {
    fn sender<'s>(&'s self, snapshot: &'s Snapshot) -> Sender<'s> {
        Sender {
            partner_id: &self.partner_id,
            settings: &snapshot.scenario.settings,
            seed: self.stage.seed(),
        }
    }
}

/// What whoever sends needs.
impl Engine {
    /// Told of each change of the outbox. A change may not be committed yet; the calls below wait
    /// for that.
    #[must_use]
    pub fn outbox_changed(&self) -> watch::Receiver<u64> {
        self.0.post.changed.subscribe()
    }

    /// What is to be sent now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox_due(&self) -> Result<Vec<Outgoing>, StoreError> {
        let inner = Arc::clone(&self.0);
        self.0
            .store
            .write(move |connection| {
                let snapshot = inner.control.current();
                queue::take_due(connection, inner.sender(&snapshot), inner.clock.now())
            })
            .await
    }

    /// Whoever sends has looked after the change with this number and found nothing due; `None`
    /// when it stops sending.
    pub fn outbox_idle(&self, seen: Option<u64>) {
        self.0.post.idle.send_replace(seen);
    }

    /// Keeps what became of an attempt; `again` where a second one follows at once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn outbox_tried(
        &self,
        sent: Outgoing,
        attempt: Attempt,
        again: bool,
    ) -> Result<(), StoreError> {
        let inner = Arc::clone(&self.0);
        let next = self.0.store.write(move |connection| {
            let now = inner.clock.now();
            let snapshot = inner.control.current();
            queue::tried(
                connection,
                inner.sender(&snapshot),
                now,
                &sent,
                &attempt,
                again,
            )
        });
        self.timer_set(next.await?);
        Ok(())
    }

    /// A notification has become due without a change of the outbox: time has passed.
    pub(super) fn outbox_wake(&self) {
        self.0.post.changed.send_modify(|count| *count += 1);
    }

    /// Waits until nothing is due that has not been sent, as long as somebody sends at all. False
    /// where that takes too long.
    pub(super) async fn outbox_settled(&self) -> bool {
        let changed = *self.0.post.changed.borrow();
        let mut idle = self.0.post.idle.subscribe();
        let settled = idle.wait_for(|seen| seen.is_none_or(|seen| seen >= changed));
        let in_time = tokio::time::timeout(PATIENCE, settled).await.is_ok();
        if !in_time {
            tracing::warn!("the clock moves on before all notifications are sent");
        }
        in_time
    }
}

/// What the control API asks.
impl Engine {
    /// The partner's id with the aggregator.
    #[must_use]
    pub fn partner_id(&self) -> &str {
        &self.0.partner_id
    }

    /// Notifications, newest first, below `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notifications(
        &self,
        booking_id: Option<String>,
        state: Option<State>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<Notification>, StoreError> {
        self.0.store.flush().await?;
        let inner = Arc::clone(&self.0);
        self.0
            .store
            .read(move |connection| {
                outbox::list(connection, booking_id.as_deref(), state, before, limit)?
                    .into_iter()
                    .map(|row| whole(connection, &inner, row))
                    .collect()
            })
            .await
    }

    /// One notification.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notification(&self, id: i64) -> Result<Option<Notification>, StoreError> {
        self.0.store.flush().await?;
        let inner = Arc::clone(&self.0);
        self.0
            .store
            .read(move |connection| {
                outbox::get(connection, id)?
                    .map(|row| whole(connection, &inner, row))
                    .transpose()
            })
            .await
    }

    /// How many notifications there are.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn notification_counts(&self) -> Result<Counts, StoreError> {
        self.0.store.flush().await?;
        self.0.store.read(outbox::counts).await
    }

    /// Sends a notification once more, whatever became of it. False where there is no such one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn resend_notification(&self, id: i64) -> Result<bool, StoreError> {
        let now = self.0.clock.now();
        let found = self
            .0
            .store
            .write(move |connection| queue::resend(connection, id, now))
            .await?;
        self.timers_taken();
        Ok(found)
    }

    /// Gives a notification up that waits. `None` where there is no such one, false where it does
    /// not wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn give_up_notification(&self, id: i64) -> Result<Option<bool>, StoreError> {
        let found = self
            .0
            .store
            .write(move |connection| queue::give_up(connection, id))
            .await?;
        self.timers_taken();
        Ok(found)
    }
}

fn whole(
    connection: &Connection,
    inner: &Inner,
    row: NotificationRow,
) -> Result<Notification, StoreError> {
    let now: Timestamp = inner.clock.now();
    Ok(Notification {
        composed: queue::compose(
            connection,
            inner.sender(&inner.control.current()),
            &row,
            now,
        )?,
        attempts: outbox::attempts(connection, row.notification_id)?,
        row,
    })
}

/// Forgets everything that was told or is to be told.
pub(super) fn clear(connection: &Connection) -> Result<(), StoreError> {
    outbox::clear(connection)?;
    aggregator::clear(connection)
}
