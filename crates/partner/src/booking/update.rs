//! UpdateBooking (section 2.6): what the caller wishes, and to which booking. Cancelling is in
//! `cancel`, moving in `reschedule`.

use booking_api::{
    Booking, BookingFailure, BookingStatus, Cause, Method, UpdateBookingRequest,
    UpdateBookingResponse, UserPaymentOption, causes,
};
use rusqlite::Connection;

use super::{Answer, Call, No, Refusal, Reply, cancel, force, note_of, reschedule};
use crate::behaviour::control::Control;
use crate::decision::{Counterfactual, Layer};
use crate::scenario::Settings;
use crate::store::bookings::EventRow;
use crate::store::{StoreError, bookings};

/// What the caller wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Cancel,
    Change,
}

/// Answers the request. Runs inside the writer's transaction.
///
/// # Errors
/// [`StoreError`].
pub fn update(
    connection: &Connection,
    control: &Control,
    settings: &Settings,
    call: &Call,
    request: &UpdateBookingRequest,
) -> Result<Reply, StoreError> {
    let none = Booking::default();
    let asked = request.booking.as_ref().unwrap_or(&none);
    let row = bookings::get(connection, &asked.booking_id)?;
    let before = row.as_ref().map(|row| &row.booking);
    let note = note_of(
        before.and_then(|booking| booking.slot.as_ref()),
        before.and_then(|booking| booking.user_information.as_ref()),
    );
    let merchant = before
        .and_then(|booking| booking.slot.as_ref())
        .map(|slot| &slot.merchant_id);
    let mut reply = Reply::about(merchant.map_or("", String::as_str), note);
    reply.booking_id = (!asked.booking_id.is_empty()).then(|| asked.booking_id.clone());

    let wish = match wish(asked) {
        Ok(wish) => wish,
        Err(refusal) => {
            let unless = Counterfactual::request(
                "Would be decided as a cancel with the status CANCELED.",
                None,
                "/booking/status",
                BookingStatus::Canceled.name(),
            );
            let text = refusal.message.clone();
            reply
                .trail
                .decide_unless("wish", Layer::Protocol, text, "2.6", unless);
            return Ok(reply.with(Err(refusal)));
        }
    };
    let fits = |cause: Cause| {
        causes().iter().any(|info| {
            info.cause == cause
                && match wish {
                    Wish::Cancel => info.applies_to_cancel,
                    Wish::Change => info.applies_to_change,
                }
        })
    };
    let forced = force::claim(control, call, Method::UpdateBooking, fits, &mut reply.trail);
    if let Some(failure) = forced {
        return Ok(reply.with(Ok(failed(failure))));
    }
    let Some(row) = row else {
        let status = settings.unknown_booking_status;
        let refusal = unknown_booking(connection, &asked.booking_id, status, &mut reply, UPDATE)?;
        return Ok(reply.with(Err(refusal)));
    };
    let result = match wish {
        Wish::Cancel => cancel::cancel(connection, settings, call, &row, &mut reply)?,
        Wish::Change => reschedule::change(connection, settings, call, &row, asked, &mut reply)?,
    };
    Ok(reply.with(match result {
        Ok(answer) => Ok(answer),
        Err(No::Fail(failure)) => Ok(failed(failure)),
        Err(No::Refuse(refusal)) => Err(refusal),
    }))
}

const UPDATE: &str = "/booking/booking_id";

/// Settles the answer for a booking id that was never given out.
pub(super) fn unknown_booking(
    connection: &Connection,
    booking_id: &str,
    status: u16,
    reply: &mut Reply,
    pointer: &'static str,
) -> Result<Refusal, StoreError> {
    let unless = match bookings::newest(connection)? {
        Some(known) => Counterfactual::request(
            format!("Would be another answer for a booking that exists, like {known}."),
            None,
            pointer,
            known,
        ),
        None => Counterfactual::network_toggle(),
    };
    let message = format!("There never was a booking \"{booking_id}\".");
    let text = format!(
        "{message} The sources disagree about the status; section 10.3 recommends it by method, \
         and the scenario may choose another."
    );
    reply
        .trail
        .decide_unless("booking", Layer::Domain, text, "10.3", unless);
    Ok(Refusal::new(status, "unknown booking", message))
}

/// Which of the two wishes it is (rules 11 and 12).
fn wish(asked: &Booking) -> Result<Wish, Refusal> {
    match asked.status {
        BookingStatus::Canceled => Ok(Wish::Cancel),
        BookingStatus::Unspecified | BookingStatus::Confirmed if asked.slot.is_some() => {
            Ok(Wish::Change)
        }
        BookingStatus::Unspecified | BookingStatus::Confirmed => Err(Refusal::new(
            400,
            "nothing to do",
            "The request changes nothing. Send booking.slot with the new time, or \
             booking.status CANCELED.",
        )),
        other => Err(Refusal::new(
            400,
            "wrong status",
            format!(
                "A caller cannot set the status {}; only CANCELED.",
                other.name()
            ),
        )),
    }
}

pub(super) fn event(call: &Call, event: &str, text: &str, booking: &Booking) -> EventRow {
    EventRow {
        number: call.number,
        at: call.now,
        event: event.to_owned(),
        text: text.to_owned(),
        status: booking.status.name().to_owned(),
    }
}

pub(super) fn updated(booking: Booking) -> Answer {
    updated_with(booking, None)
}

/// The same with the payment option that changed.
pub(super) fn updated_with(booking: Booking, option: Option<UserPaymentOption>) -> Answer {
    let label = booking.status.name();
    Answer::granted(&UpdateBookingResponse::updated(booking, option), label)
}

fn failed(failure: BookingFailure) -> Answer {
    let cause = failure.cause();
    Answer::failed(&UpdateBookingResponse::failed(failure), cause)
}

#[cfg(test)]
mod tests;
