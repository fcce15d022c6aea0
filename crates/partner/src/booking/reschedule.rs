//! UpdateBooking's change of time or party (section 2.6): the new place is taken and the old one
//! freed in one step, or nothing happens.

use booking_api::{Booking, BookingStatus, ConfirmationMode, PlainCause, Slot, UserInformation};
use rusqlite::Connection;

use super::place::{self, Place};
use super::update::{event, updated};
use super::{Answer, Call, No, Refusal, Reply, guest, mode, to_json, unless, window};
use crate::behaviour::Confirmation;
use crate::decision::{Counterfactual, Layer, Trail};
use crate::outbox;
use crate::payment::later;
use crate::scenario::Settings;
use crate::store::bookings::BookingRow;
use crate::store::{StoreError, bookings, inventory};

/// Moves the booking, where that can be.
pub(super) fn change(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    row: &BookingRow,
    asked: &Booking,
    reply: &mut Reply,
) -> Result<Result<Answer, No>, StoreError> {
    let old = row.booking.slot.clone().unwrap_or_default();
    let wanted = asked.slot.clone().unwrap_or_default();
    let trail = &mut reply.trail;
    if let Err(no) = can_move(row, &old, &wanted, trail) {
        return Ok(Err(no));
    }
    let new = moved(&old, &wanted);
    if new == old {
        let text = "Everything is as asked already: a repetition succeeds again.";
        trail.decide_unless("change", Layer::Domain, text, "2.6", cancel_instead());
        return Ok(Ok(updated(row.booking.clone())));
    }
    let (would, trail) = (None, &mut reply.trail);
    if let Err(no) = window::check(connection, settings, call, row, would, trail)? {
        return Ok(Err(no));
    }
    let place = Place::find(connection, &new, call, "")?;
    if place::accepts(call) {
        let odd = place.oddities(connection, &new, call, "/booking/slot")?;
        reply.findings.extend(odd);
    }
    let slot_id = place.known.slot.map(|slot| slot.slot_id);
    let none = UserInformation::default();
    let user = row.booking.user_information.as_ref().unwrap_or(&none);
    let except = &row.booking.booking_id;
    if let Some(clash) = guest::clash(connection, settings, user, &new, slot_id, except)? {
        let text = format!("The booking stays as it was: {}", clash.text());
        let section = clash.section();
        trail.decide_unless("guest", Layer::Domain, text, section, cancel_instead());
        return Ok(Err(No::Fail(clash.failure())));
    }
    // Its own place is no obstacle: what it holds already is in the same slot.
    if slot_id != Some(row.slot_id)
        && let Some(closed) = place.closed(&new, settings, call)
    {
        let would = Some(BookingStatus::Confirmed.name());
        let unless = closed.unless(&place, call, would, "/booking/slot/start_sec");
        let text = format!("The booking stays as it was: {}.", closed.why());
        trail.decide_unless("change", closed.layer(call), text, "2.6", unless);
        return Ok(Err(No::fail(PlainCause::SlotUnavailable, &closed.why())));
    }
    let own = place.known.slot.map(|slot| slot.confirmation_mode);
    if call.snapshot.behaviour.confirmation == Confirmation::Inventory
        && own.is_some_and(|own| own != mode::asked(&old))
    {
        let text = "The booking stays as it was: the confirmation mode of the new slot differs. No \
                    source says what follows; section 10.35 recommends to refuse.";
        trail.decide_unless("change", Layer::Inventory, text, "10.35", cancel_instead());
        let why = "the confirmation mode differs";
        return Ok(Err(No::fail(PlainCause::SlotUnavailable, why)));
    }
    place.note_new(settings, call, trail);
    let slot_id = match slot_id {
        Some(slot_id) => slot_id,
        None => {
            let (mode, capacity) = (mode::asked(&old), settings.default_capacity);
            reply.made_slot = Some(place.known);
            inventory::create_slot(connection, &new, place.known, mode, capacity)?.slot_id
        }
    };
    let booking = Booking {
        slot: Some(new),
        ..row.booking.clone()
    };
    let event = event(call, "rescheduled", "Moved by the guest.", &booking);
    bookings::update(connection, &booking, &to_json(&booking), slot_id, &event)?;
    reply.timer = later::moved(connection, &booking, call.now)?;
    outbox::places_changed(connection, settings, call.now, row.slot_id)?;
    outbox::places_changed(connection, settings, call.now, slot_id)?;
    let text = "The booking moved: the old place is free, the new one is taken.";
    trail.decide_unless("change", Layer::Domain, text, "2.6", cancel_instead());
    Ok(Ok(updated(booking)))
}

/// Whether the booking and the wish are of a kind that can be changed at all.
fn can_move(row: &BookingRow, old: &Slot, wanted: &Slot, trail: &mut Trail) -> Result<(), No> {
    if row.booking.status == BookingStatus::Canceled {
        let text = "The booking is cancelled: there is nothing left to change.";
        let unless = unless::failure_toggle();
        trail.decide_unless("change", Layer::Domain, text, "3.11", unless);
        return Err(No::fail(PlainCause::BookingAlreadyCancelled, text));
    }
    if old.confirmation_mode == ConfirmationMode::Asynchronous
        || row.booking.status != BookingStatus::Confirmed
    {
        let text = "An asynchronous booking cannot be modified: cancel it and book anew.";
        let words =
            format!("{text} No source says which cause; section 2.6 recommends SLOT_UNAVAILABLE.");
        trail.decide_unless("change", Layer::Domain, words, "2.6", cancel_instead());
        return Err(No::fail(PlainCause::SlotUnavailable, text));
    }
    let other = |new: &str, old: &str| !new.is_empty() && new != old;
    let pointer = if other(&wanted.merchant_id, &old.merchant_id) {
        Some("/booking/slot/merchant_id")
    } else if other(&wanted.service_id, &old.service_id) {
        Some("/booking/slot/service_id")
    } else {
        None
    };
    if let Some(pointer) = pointer {
        let text = "A booking cannot move to another merchant or service: cancel and book anew.";
        let unless = Counterfactual::without(
            "Would be decided as a change of the time if the booking's own were left out.",
            None,
            pointer,
        );
        trail.decide_unless("change", Layer::Domain, text, "2.6", unless);
        return Err(No::Refuse(Refusal::new(400, "other service", text)));
    }
    let impossible = [
        (wanted.start_sec < 0, "/booking/slot/start_sec"),
        (wanted.duration_sec < 0, "/booking/slot/duration_sec"),
        (
            bookings::party_of(wanted) < 0,
            "/booking/slot/resources/party_size",
        ),
    ];
    if let Some((_, pointer)) = impossible.into_iter().find(|(wrong, _)| *wrong) {
        let text = "No slot starts before 1970, lasts less than nothing or is for fewer than \
                    nobody. Send the new values.";
        let unless = Counterfactual::without(
            "Would be decided without the impossible value.",
            None,
            pointer,
        );
        trail.decide_unless("change", Layer::Protocol, text, "1.4", unless);
        return Err(No::Refuse(Refusal::new(400, "impossible slot", text)));
    }
    Ok(())
}

/// The other thing that a caller can do with a booking.
fn cancel_instead() -> Counterfactual {
    Counterfactual::request(
        "Would be decided as a cancel with the status CANCELED.",
        None,
        "/booking/status",
        BookingStatus::Canceled.name(),
    )
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

#[cfg(test)]
mod tests;
