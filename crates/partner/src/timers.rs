//! Timers: what happens by itself at a time of the engine's clock.
//!
//! Here are the kinds and what each does when it fires. They are kept in the store, so that a
//! restart loses none; when they fire is the engine's task (`Engine::run_timers`,
//! `Engine::move_clock`). Toggles that expire are no timers of this table: they are in memory
//! only, as the toggles themselves are.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use crate::merchant::act::Situation;
use crate::merchant::reply;
use crate::names::{name_of, named};
use crate::outbox;
use crate::payment::later;
use crate::store::timers::TimerRow;
use crate::store::{StoreError, leases, timers};

/// What a timer does when it fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TimerKind)]
pub enum Kind {
    /// The merchant replies to a pending booking, as `behaviour.merchant_reply` had it. The
    /// subject is the booking's id.
    MerchantReply,
    /// A pending booking is declined, since nobody decided in time. The subject is its id.
    AutoDecline,
    /// A lease runs out, unless a booking has used it. The subject is the lease's id.
    Lease,
    /// A notification is tried again. The subject is the booking's id, empty for availability.
    Notification,
    /// The time of a 3-D Secure challenge is over that its guest lets run out. The subject is the
    /// bank's id of it.
    Challenge,
    /// What was authorised for a booking is charged (CHARGE_LATER). The subject is its id, the
    /// payload how many seconds before its start.
    Charge,
    /// Toggles undo themselves. Never in the table.
    Behaviour,
}

impl Kind {
    const NAMES: [(Self, &'static str); 6] = [
        (Self::MerchantReply, "merchant_reply"),
        (Self::AutoDecline, "auto_decline"),
        (Self::Lease, "lease"),
        (Self::Notification, "notification"),
        (Self::Challenge, "challenge"),
        (Self::Charge, "charge"),
    ];

    /// The kind as it stands in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, &self)
    }

    /// The kind of a row of the table.
    #[must_use]
    pub fn of(row: &TimerRow) -> Option<Self> {
        named(&Self::NAMES, &row.kind)
    }

    /// Whether the subject is a booking's id.
    #[must_use]
    pub fn is_about_a_booking(self) -> bool {
        match self {
            Self::MerchantReply | Self::AutoDecline | Self::Notification | Self::Charge => true,
            Self::Lease | Self::Challenge | Self::Behaviour => false,
        }
    }

    /// Sets a timer of this kind. Whoever does so tells the engine after the commit
    /// (`Reply::timer`, `Engine::timer_set`), or it may sleep too long.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set(
        self,
        connection: &Connection,
        due_at: Timestamp,
        subject: &str,
        payload: &str,
    ) -> Result<(), StoreError> {
        timers::insert(connection, due_at, self.name(), subject, payload)
    }

    /// Takes the timers of this kind about `subject` away.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn cancel(self, connection: &Connection, subject: &str) -> Result<(), StoreError> {
        timers::cancel(connection, self.name(), subject)
    }
}

/// What fired: what the engine tells others about after the commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fired {
    /// A booking changed.
    pub booking: bool,
    /// A notification is due.
    pub notification: bool,
}

/// Does what the timer is there for, in the transaction that takes it off the table. The clock
/// stands at `situation.now`: the timer's own instant, or later where nobody could look after it then.
///
/// # Errors
/// [`StoreError`].
pub fn fire(
    connection: &Connection,
    situation: Situation<'_>,
    seed: u64,
    timer: &TimerRow,
) -> Result<Fired, StoreError> {
    let mut fired = Fired::default();
    match Kind::of(timer) {
        Some(kind @ (Kind::MerchantReply | Kind::AutoDecline)) => {
            fired.booking = reply::fire(connection, situation, seed, kind, timer)?;
        }
        Some(Kind::Charge) => {
            fired.booking = later::charge(connection, &timer.subject, situation.now)?;
        }
        Some(Kind::Lease) => {
            // The place is free by the lease's own time, whether or not anybody looks; but the
            // aggregator has to be told.
            if let Some(lease) = leases::get(connection, &timer.subject)?
                && !lease.consumed
            {
                let Situation { settings, now, .. } = situation;
                outbox::places_changed(connection, settings, now, lease.slot_id)?;
            }
        }
        Some(Kind::Notification) => {
            return Ok(Fired {
                notification: true,
                ..Fired::default()
            });
        }
        // A challenge is over by its own time; the timer is there so that the clock can be moved to
        // it.
        Some(Kind::Challenge) => {}
        Some(Kind::Behaviour) | None => {
            tracing::warn!(kind = timer.kind, "a timer of an unknown kind was dropped");
        }
    }
    Ok(fired)
}
