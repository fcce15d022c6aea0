//! The stand-in aggregator: what the calling side knows of bookings and slots, by its own account,
//! and how it takes notifications and real-time updates (sections 6 and 7).
//!
//! It learns of a booking from what the partner answers to CreateBooking and UpdateBooking, and
//! from notifications. Its view is kept apart from the partner's, so that both can be shown, and
//! where they differ. HTTP and tokens are the server's part.

pub mod availability;
pub mod gate;
pub mod patch;
pub mod transition;

use booking_api::moment::{Lasting, Moment};
use booking_api::notification::{NotifiedBooking, NotifiedPayment, booking_name};
use booking_api::{Booking, PrepaymentStatus};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

pub use crate::store::aggregator::View;
use crate::store::{StoreError, aggregator, bookings};

/// What the aggregator knows of a booking.
///
/// # Errors
/// [`StoreError`].
pub fn view(connection: &Connection, booking_id: &str) -> Result<Option<View>, StoreError> {
    if let Some(view) = aggregator::get(connection, booking_id)? {
        return Ok(Some(view));
    }
    // Nothing has changed since the partner answered: it is known as it is.
    Ok(bookings::get(connection, booking_id)?.map(|row| View {
        booking: row.booking,
        cause: None,
        is_foreign: false,
        updated_at: row.updated_at,
    }))
}

/// The aggregator learned of a booking from the answer to its own UpdateBooking. Runs in the
/// transaction that changed it, behind the change.
///
/// # Errors
/// [`StoreError`].
pub fn answered(
    connection: &Connection,
    now: Timestamp,
    booking: &Booking,
) -> Result<(), StoreError> {
    let view = View {
        booking: booking.clone(),
        cause: None,
        is_foreign: false,
        updated_at: now,
    };
    aggregator::put(connection, &view)
}

/// A booking as the notification interface shows it.
#[must_use]
pub fn notified(booking: &Booking, partner_id: &str) -> NotifiedBooking {
    let slot = booking.slot.clone().unwrap_or_default();
    let payment = booking.payment_information.as_ref();
    let party_size = slot.resources.map_or(0, |it| it.party_size);
    NotifiedBooking {
        name: booking_name(partner_id, &booking.booking_id),
        merchant_id: slot.merchant_id,
        service_id: slot.service_id,
        start_time: (slot.start_sec != 0)
            .then(|| Moment::of_second(slot.start_sec))
            .flatten(),
        duration: (slot.duration_sec > 0).then(|| Lasting::of_seconds(slot.duration_sec)),
        client_information: None,
        status: booking.status,
        payment_information: payment
            .filter(|it| it.prepayment_status != PrepaymentStatus::Unspecified)
            .map(|it| NotifiedPayment {
                prepayment_status: it.prepayment_status,
                payment_transaction_id: it.payment_transaction_id.clone(),
            }),
        party_size: i64::from(party_size.max(1)),
    }
}

/// A field in which the two sides may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Difference {
    /// Where it stands.
    Status,
    /// When it starts.
    StartSec,
    /// How long it lasts.
    DurationSec,
    /// How many guests come.
    PartySize,
    /// What became of the money.
    PrepaymentStatus,
}

/// In which of the fields that notifications can tell the two sides differ.
#[must_use]
pub fn differences(partner: &Booking, aggregator: &Booking) -> Vec<Difference> {
    let parts = |booking: &Booking| {
        let slot = booking.slot.clone().unwrap_or_default();
        let payment = booking.payment_information.as_ref();
        (
            booking.status,
            slot.start_sec,
            slot.duration_sec,
            slot.resources.map_or(0, |it| it.party_size),
            payment.map_or(PrepaymentStatus::NotProvided, |it| {
                match it.prepayment_status {
                    PrepaymentStatus::Unspecified => PrepaymentStatus::NotProvided,
                    other => other,
                }
            }),
        )
    };
    let (ours, theirs) = (parts(partner), parts(aggregator));
    [
        (ours.0 == theirs.0, Difference::Status),
        (ours.1 == theirs.1, Difference::StartSec),
        (ours.2 == theirs.2, Difference::DurationSec),
        (ours.3 == theirs.3, Difference::PartySize),
        (ours.4 == theirs.4, Difference::PrepaymentStatus),
    ]
    .into_iter()
    .filter(|(same, _)| !same)
    .map(|(_, difference)| difference)
    .collect()
}
