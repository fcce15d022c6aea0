//! UpdateBooking (section 2.6): cancel, or move to another time or party size.

use booking_api::{
    Booking, BookingFailure, BookingStatus, Cause, ConfirmationMode, Method, PlainCause, Slot,
    UpdateBookingRequest, UpdateBookingResponse, causes,
};
use rusqlite::Connection;

use super::create::slot_in_the_past;
use super::{Answer, Call, Refusal, Reply, force, note_of, to_json};
use crate::behaviour::control::Control;
use crate::behaviour::{Confirmation, UnknownInventory};
use crate::decision::{Layer, Trail};
use crate::scenario::Settings;
use crate::store::bookings::{BookingRow, EventRow};
use crate::store::inventory::SlotRow;
use crate::store::{StoreError, bookings, inventory};

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
            reply
                .trail
                .decide("wish", Layer::Protocol, refusal.message.clone(), "2.6");
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
        let text = format!("There never was a booking \"{}\".", asked.booking_id);
        reply
            .trail
            .decide("booking", Layer::Domain, text.clone(), "1.4");
        let refusal = Refusal::new(settings.unknown_booking_status, "unknown booking", text);
        return Ok(reply.with(Err(refusal)));
    };
    let result = match wish {
        Wish::Cancel => cancel(connection, call, &row, &mut reply.trail)?,
        Wish::Change => change(connection, settings, call, &row, asked, &mut reply)?,
    };
    Ok(reply.with(result))
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

fn cancel(
    connection: &Connection,
    call: &Call,
    row: &BookingRow,
    trail: &mut Trail,
) -> Result<Result<Answer, Refusal>, StoreError> {
    match row.booking.status {
        BookingStatus::Canceled => {
            // Only callers can cancel so far, so this is a repetition (section 10.13).
            let text = "The caller had cancelled it already: a repetition succeeds again.";
            trail.decide("cancel", Layer::Domain, text, "10.13");
            Ok(Ok(updated(row.booking.clone())))
        }
        BookingStatus::Confirmed | BookingStatus::PendingMerchantConfirmation => {
            let booking = Booking {
                status: BookingStatus::Canceled,
                ..row.booking.clone()
            };
            let text = "The booking is cancelled and its place is free again.";
            let event = event(call, "cancelled", "Cancelled by the guest.", &booking);
            bookings::update(
                connection,
                &booking,
                &to_json(&booking),
                row.slot_id,
                &event,
            )?;
            trail.decide("cancel", Layer::Domain, text, "2.6");
            Ok(Ok(updated(booking)))
        }
        other => {
            let text = format!("A booking that is {} cannot be cancelled.", other.name());
            trail.decide("cancel", Layer::Domain, text.clone(), "3.5");
            Ok(Ok(failure(PlainCause::BookingNotCancellable, &text)))
        }
    }
}

fn change(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    row: &BookingRow,
    asked: &Booking,
    reply: &mut Reply,
) -> Result<Result<Answer, Refusal>, StoreError> {
    let trail = &mut reply.trail;
    let old = row.booking.slot.clone().unwrap_or_default();
    let wanted = asked.slot.clone().unwrap_or_default();
    if row.booking.status == BookingStatus::Canceled {
        let text = "The booking is cancelled: there is nothing left to change.";
        trail.decide("change", Layer::Domain, text, "3.11");
        return Ok(Ok(failure(PlainCause::BookingAlreadyCancelled, text)));
    }
    if old.confirmation_mode == ConfirmationMode::Asynchronous
        || row.booking.status != BookingStatus::Confirmed
    {
        let text = "An asynchronous booking cannot be modified: cancel it and book anew.";
        trail.decide("change", Layer::Domain, text, "2.6");
        return Ok(Ok(failure(PlainCause::SlotUnavailable, text)));
    }
    let other = |new: &str, old: &str| !new.is_empty() && new != old;
    if other(&wanted.merchant_id, &old.merchant_id) || other(&wanted.service_id, &old.service_id) {
        let text = "A booking cannot move to another merchant or service: cancel and book anew.";
        trail.decide("change", Layer::Domain, text, "2.6");
        return Ok(Err(Refusal::new(400, "other service", text)));
    }
    if wanted.start_sec < 0 || wanted.duration_sec < 0 {
        let text = "No slot starts before 1970 or lasts less than nothing. Send the new times.";
        trail.decide("change", Layer::Protocol, text, "1.4");
        return Ok(Err(Refusal::new(400, "impossible slot", text)));
    }
    let new = moved(&old, &wanted);
    if new == old {
        let text = "Everything is as asked already: a repetition succeeds again.";
        trail.decide("change", Layer::Domain, text, "2.6");
        return Ok(Ok(updated(row.booking.clone())));
    }
    let known = inventory::look_up(connection, &new, call.now_sec(), "")?;
    let accepts = call.snapshot.behaviour.unknown_inventory == UnknownInventory::Accept;
    let past = new.start_sec <= call.now_sec();
    if past && accepts {
        reply
            .findings
            .push(slot_in_the_past(&new, call, "/booking/slot/start_sec"));
    }
    let behaviour = &call.snapshot.behaviour;
    let own_mode_counts = behaviour.confirmation == Confirmation::Inventory;
    let differs =
        |slot: SlotRow| own_mode_counts && slot.confirmation_mode != old.confirmation_mode;
    let slot_id = match known.slot {
        Some(slot) if slot.slot_id == row.slot_id => slot.slot_id,
        Some(slot) if slot.free() > 0 && !differs(slot) && (accepts || !past) => slot.slot_id,
        None if accepts => {
            let mode = old.confirmation_mode;
            let capacity = settings.default_capacity;
            inventory::create_slot(connection, &new, known, mode, capacity)?.slot_id
        }
        missing => {
            let why = match missing {
                Some(_) if past && !accepts => "the new slot has begun already".to_owned(),
                Some(slot) if slot.free() > 0 => "the confirmation mode differs".to_owned(),
                Some(slot) => format!("all {} places of the new slot are taken", slot.capacity),
                None => "the inventory has no such slot".to_owned(),
            };
            let text = format!("The booking stays as it was: {why}.");
            trail.decide("change", Layer::Domain, text, "2.6");
            return Ok(Ok(failure(PlainCause::SlotUnavailable, &why)));
        }
    };
    let booking = Booking {
        slot: Some(new),
        ..row.booking.clone()
    };
    let event = event(call, "rescheduled", "Moved by the guest.", &booking);
    bookings::update(connection, &booking, &to_json(&booking), slot_id, &event)?;
    let text = "The booking moved: the old place is free, the new one is taken.";
    trail.decide("change", Layer::Domain, text, "2.6");
    Ok(Ok(updated(booking)))
}

/// The old slot with what the caller wants changed; what is absent stays as before.
fn moved(old: &Slot, wanted: &Slot) -> Slot {
    let mut new = old.clone();
    if wanted.start_sec != 0 {
        new.start_sec = wanted.start_sec;
    }
    if wanted.duration_sec != 0 {
        new.duration_sec = wanted.duration_sec;
    }
    if !wanted.availability_tag.is_empty() {
        new.availability_tag.clone_from(&wanted.availability_tag);
    }
    if let Some(wanted) = &wanted.resources {
        let mut resources = new.resources.unwrap_or_default();
        if wanted.party_size != 0 {
            resources.party_size = wanted.party_size;
        }
        if !wanted.staff_id.is_empty() {
            resources.staff_id.clone_from(&wanted.staff_id);
        }
        if !wanted.room_id.is_empty() {
            resources.room_id.clone_from(&wanted.room_id);
        }
        new.resources = Some(resources);
    }
    new
}

fn event(call: &Call, event: &str, text: &str, booking: &Booking) -> EventRow {
    EventRow {
        number: call.number,
        at: call.now,
        event: event.to_owned(),
        text: text.to_owned(),
        status: booking.status.name().to_owned(),
    }
}

fn updated(booking: Booking) -> Answer {
    let label = booking.status.name();
    Answer::granted(&UpdateBookingResponse::updated(booking, None), label)
}

fn failure(cause: PlainCause, why: &str) -> Answer {
    failed(BookingFailure::of(cause).with_description(why))
}

fn failed(failure: BookingFailure) -> Answer {
    let cause = failure.cause();
    Answer::failed(&UpdateBookingResponse::failed(failure), cause)
}

#[cfg(test)]
mod tests;
