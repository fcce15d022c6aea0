//! The cancellation window: until when the guest may cancel or change a booking online (section
//! 2.6, rule 4). The same window governs both.

use booking_api::{BookingStatus, PlainCause};
use rusqlite::Connection;
use serde_json::json;

use super::{Call, No, place, unless};
use crate::clock::in_words;
use crate::decision::{Counterfactual, Layer, Trail};
use crate::inventory::effective_terms;
use crate::scenario::Settings;
use crate::store::StoreError;
use crate::store::bookings::BookingRow;

/// The last second in which the booking can be cancelled or changed online; `None` for a booking
/// of a slot that had begun before, which only a lenient partner takes.
pub(super) fn open_until(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    row: &BookingRow,
) -> Result<Option<i64>, StoreError> {
    let start = row.booking.slot.as_ref().map_or(0, |slot| slot.start_sec);
    let terms = effective_terms(connection, row.slot_id)?;
    let until = terms.cancellable_until_sec;
    if until == start && place::accepts(call) && start <= row.created_at.as_second() {
        return Ok(None);
    }
    Ok(Some(settings.limits.last(until)))
}

/// OUTSIDE_CANCELLATION_WINDOW where the window has closed. `would` is the answer that comes where
/// it has not.
pub(super) fn check(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    row: &BookingRow,
    would: Option<BookingStatus>,
    trail: &mut Trail,
) -> Result<Result<(), No>, StoreError> {
    let now = call.now_sec();
    let Some(until) = open_until(connection, settings, call, row)? else {
        let text = "The slot had begun when it was booked, so no window is kept.";
        trail.note("cancellation_window", Layer::Domain, text, "2.6");
        return Ok(Ok(()));
    };
    if now <= until {
        let text = format!("The cancellation window is open until {}.", in_words(until));
        trail.note("cancellation_window", Layer::Inventory, text, "2.6");
        return Ok(Ok(()));
    }
    let until = in_words(until);
    let text = format!(
        "The cancellation window closed at {until}. It governs cancelling and changing alike; no \
         source settles the very moment, which settings.limits does as section 10.36 recommends."
    );
    trail.decide_unless(
        "cancellation_window",
        Layer::Inventory,
        text,
        "2.6",
        longer(row.slot_id, now, would),
    );
    let why = format!("the window closed at {until}");
    Ok(Err(No::fail(PlainCause::OutsideCancellationWindow, &why)))
}

fn longer(slot_id: i64, now: i64, would: Option<BookingStatus>) -> Counterfactual {
    let patch = json!({"terms": {"last_online_cancellable_sec": now + 3_600}});
    let condition = "if the slot could be cancelled for one hour more";
    unless::slot(slot_id, patch, would.map(BookingStatus::name), condition)
}
