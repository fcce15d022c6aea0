//! UpdateBooking's cancel (sections 2.6, 5.3 and 10.13).

use booking_api::{Booking, BookingStatus, PlainCause};
use rusqlite::Connection;

use super::update::{event, updated};
use super::{Answer, Call, No, Reply, to_json, unless, window};
use crate::decision::Layer;
use crate::outbox;
use crate::scenario::Settings;
use crate::scenario::switches::RepeatedCancel;
use crate::store::bookings::BookingRow;
use crate::store::{StoreError, bookings};

/// Cancels the booking, where that can be.
pub(super) fn cancel(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    row: &BookingRow,
    reply: &mut Reply,
) -> Result<Result<Answer, No>, StoreError> {
    match row.booking.status {
        BookingStatus::Canceled => Ok(again(settings, row, reply)),
        BookingStatus::Confirmed | BookingStatus::PendingMerchantConfirmation => {
            let would = Some(BookingStatus::Canceled);
            let trail = &mut reply.trail;
            if let Err(no) = window::check(connection, settings, call, row, would, trail)? {
                return Ok(Err(no));
            }
            let booking = Booking {
                status: BookingStatus::Canceled,
                ..row.booking.clone()
            };
            let event = event(call, "cancelled", "Cancelled by the guest.", &booking);
            let text = to_json(&booking);
            bookings::update(connection, &booking, &text, row.slot_id, &event)?;
            bookings::cancelled_by_guest(connection, &booking.booking_id)?;
            outbox::places_changed(connection, settings, call.now, row.slot_id)?;
            let text = "The booking is cancelled and its place is free again.";
            let unless = unless::failure_toggle();
            trail.decide_unless("cancel", Layer::Domain, text, "2.6", unless);
            Ok(Ok(updated(booking)))
        }
        other => {
            let text = format!("A booking that is {} cannot be cancelled.", other.name());
            let no = No::fail(PlainCause::BookingNotCancellable, &text);
            let unless = unless::failure_toggle();
            reply
                .trail
                .decide_unless("cancel", Layer::Domain, text, "3.5", unless);
            Ok(Err(no))
        }
    }
}

/// A cancel of what is cancelled.
fn again(settings: &Settings, row: &BookingRow, reply: &mut Reply) -> Result<Answer, No> {
    let unless = unless::failure_toggle();
    let (layer, text) = match (row.cancelled_by_guest, settings.repeated_cancel) {
        (true, RepeatedCancel::Succeed) => {
            let text = "The caller had cancelled it already. The sources disagree about a \
                        repetition; section 10.13 recommends that it succeeds again.";
            reply
                .trail
                .decide_unless("cancel", Layer::Domain, text, "10.13", unless);
            return Ok(updated(row.booking.clone()));
        }
        (true, RepeatedCancel::Refuse) => (
            Layer::Scenario,
            "The caller had cancelled it already, and settings.repeated_cancel refuses a \
             repetition.",
        ),
        (false, _) => (
            Layer::Domain,
            "The booking had been cancelled already, and not by the caller.",
        ),
    };
    reply
        .trail
        .decide_unless("cancel", layer, text, "10.13", unless);
    Err(No::fail(PlainCause::BookingAlreadyCancelled, text))
}
