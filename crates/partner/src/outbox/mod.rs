//! The outbox: what the aggregator is to be told about changes that it did not make itself
//! (sections 6 and 7).
//!
//! A change is put here in the transaction that makes it, so that neither exists without the
//! other. Sending it is the server's part; this module decides what is sent ([`compose`]), in which
//! order ([`queue`]), and when it is tried again ([`backoff`]).

pub mod availability;
pub mod backoff;
pub mod compose;
pub mod queue;

use booking_api::{Booking, BookingFailure, BookingStatus, PrepaymentStatus};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::aggregator;
use crate::payment::later::with_status;
use crate::scenario::Settings;
use crate::store::outbox::{Kind, State};
use crate::store::{StoreError, bookings, outbox};
use crate::timers;

/// A change of a booking on the partner's or the merchant's side.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// The booking after the change.
    pub booking: &'a Booking,
    /// What happened to it.
    pub what: What,
}

/// What happened to a booking on the partner's or the merchant's side: one row each of the table
/// in section 6.6.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// The merchant accepted.
    Confirmed,
    /// The merchant declined, or stayed silent for too long.
    Declined,
    /// It could be neither confirmed nor declined.
    Failed(BookingFailure),
    /// The merchant or the partner cancelled.
    Canceled {
        /// Whether the prepayment or the deposit was given back with it.
        refunded: bool,
    },
    /// The guest did not come, and no fee was taken.
    NoShow,
    /// The guest did not come, and the fee was taken.
    NoShowPenalized,
    /// The merchant moved it.
    Moved {
        /// Whether start or duration differ now.
        time: bool,
        /// Whether the number of guests differs now.
        party_size: bool,
    },
    /// The money was given back, and nothing else changed.
    Refunded,
    /// The merchant or the partner cancelled, and the guest got a payment option for what was paid.
    CanceledAndCredited,
    /// The guest got a payment option instead of money, and nothing else changed.
    Credited,
}

/// Puts a change of a booking into the outbox. Runs in the transaction that made the change, behind
/// it; `number` is that of the request or timer that made it.
///
/// What the guest asked for through UpdateBooking does not belong here: the aggregator has it from
/// the answer already (section 6.6).
///
/// # Errors
/// [`StoreError`].
pub fn booking_changed(
    connection: &Connection,
    now: Timestamp,
    number: u64,
    change: &Change<'_>,
) -> Result<(), StoreError> {
    let what = crate::booking::to_json(&change.what);
    let booking = crate::booking::to_json(change.booking);
    let subject = &change.booking.booking_id;
    let kind = Kind::Booking;
    outbox::insert(connection, kind, subject, number, &what, &booking, now)?;
    Ok(())
}

/// A booking changed because the guest asked for it through UpdateBooking: the aggregator has it
/// from the answer, and what was to be told of the time before is told no more. Runs in the
/// transaction that made the change, behind it.
///
/// # Errors
/// [`StoreError`].
pub fn guest_changed(
    connection: &Connection,
    settings: &Settings,
    now: Timestamp,
    booking_id: &str,
) -> Result<(), StoreError> {
    let Some(row) = bookings::get(connection, booking_id)? else {
        return Ok(());
    };
    if row.booking.status != BookingStatus::Canceled {
        return aggregator::answered(connection, now, &row.booking);
    }
    let waiting = outbox::list(
        connection,
        Some(booking_id),
        Some(State::Waiting),
        None,
        1_000,
    )?;
    let change = |text: &str| serde_json::from_str::<What>(text).ok();
    let untold = !settings.guest_cancel_refund.in_answer()
        && waiting
            .iter()
            .any(|it| change(&it.change) == Some(What::Canceled { refunded: true }));
    if untold {
        let known = with_status(row.booking, PrepaymentStatus::Provided);
        aggregator::answered(connection, now, &known)?;
    } else {
        aggregator::answered(connection, now, &row.booking)?;
    }
    for earlier in waiting {
        // Money that came back is told all the same.
        let what = serde_json::from_str(&earlier.change);
        if matches!(what, Ok(What::Confirmed | What::Moved { .. })) {
            timers::Kind::Notification.cancel(connection, booking_id)?;
            let (id, tries) = (earlier.notification_id, earlier.tries);
            let reason = "Overtaken: the guest cancelled before it was delivered.";
            outbox::set(connection, id, State::GivenUp, tries, None, reason)?;
        }
    }
    Ok(())
}

/// Notes that places of a slot were taken, freed, or changed in number, so that the aggregator is
/// told (section 7). Does nothing where the scenario switches these updates off. Runs in the
/// transaction that made the change, and before a slot is deleted.
///
/// # Errors
/// [`StoreError`].
pub fn places_changed(
    connection: &Connection,
    settings: &Settings,
    now: Timestamp,
    slot_id: i64,
) -> Result<(), StoreError> {
    if !settings.send_real_time_updates {
        return Ok(());
    }
    outbox::note_places(connection, slot_id, now)
}
