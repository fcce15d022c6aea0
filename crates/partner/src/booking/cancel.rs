//! UpdateBooking's cancel (sections 2.6, 5.3 and 10.13).

use booking_api::{Booking, BookingStatus, PlainCause, PrepaymentStatus};
use rusqlite::Connection;

use super::update::{event, updated};
use super::{Answer, Call, No, Reply, to_json, unless, window};
use crate::decision::{Layer, Trail};
use crate::inventory::effective_terms;
use crate::outbox::{self, Change, What};
use crate::payment::later::{Cause, Money, with_status};
use crate::scenario::Settings;
use crate::scenario::switches::{GuestCancelRefund, RepeatedCancel};
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
            let mut money = Money::of(connection, &booking)?;
            let (answered, booking) = give_back(
                connection,
                settings,
                call,
                (booking, row.slot_id),
                &mut money,
                trail,
            )?;
            let text = if answered.is_some() {
                "Cancelled by the guest; what was paid is given back."
            } else {
                "Cancelled by the guest."
            };
            let event = event(call, "cancelled", text, &booking);
            let text = to_json(&booking);
            bookings::update(connection, &booking, &text, row.slot_id, &event)?;
            bookings::cancelled_by_guest(connection, &booking.booking_id)?;
            money.keep(
                connection,
                &booking.booking_id,
                Cause {
                    number: call.number,
                    at: call.now,
                },
            )?;
            if answered.is_some() && settings.guest_cancel_refund.in_patch() {
                let change = Change {
                    booking: &booking,
                    what: What::Canceled { refunded: true },
                };
                outbox::booking_changed(connection, call.now, call.number, &change)?;
            }
            outbox::places_changed(connection, settings, call.now, row.slot_id)?;
            let text = "The booking is cancelled and its place is free again.";
            let unless = unless::failure_toggle();
            trail.decide_unless("cancel", Layer::Domain, text, "2.6", unless);
            Ok(Ok(updated(match answered {
                Some(status) => with_status(booking, status),
                None => booking,
            })))
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

/// Gives back what is refundable still and lets go of what is only held. Answers the payment's
/// status that the answer speaks of, where money comes back, and the booking as it is then.
fn give_back(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    (booking, slot_id): (Booking, i64),
    money: &mut Money,
    trail: &mut Trail,
) -> Result<(Option<PrepaymentStatus>, Booking), StoreError> {
    if !money.is_open() {
        return Ok((None, booking));
    }
    let terms = effective_terms(connection, slot_id)?;
    let until = settings.limits.last(terms.cancellable_until_sec);
    if !money.is_due_back(&booking, settings, until, call.now_sec()) {
        money.let_go();
        note(money, trail);
        let text = "Nothing is to be given back: what was paid stays with the merchant, if \
                    anything was.";
        trail.note("refund", Layer::Domain, text, "4.4");
        return Ok((None, booking));
    }
    let Some(status) = money.give_back() else {
        return Ok((None, booking));
    };
    note(money, trail);
    let (layer, text) = match settings.guest_cancel_refund {
        GuestCancelRefund::AnswerAndPatch => (
            Layer::Domain,
            "What was paid is given back, in time. The sources are silent on how the caller \
             learns of it; section 10.29 recommends the answer and a notification.",
        ),
        GuestCancelRefund::Answer => (
            Layer::Scenario,
            "What was paid is given back, in time; settings.guest_cancel_refund has only the \
             answer tell it.",
        ),
        GuestCancelRefund::Patch => (
            Layer::Scenario,
            "What was paid is given back, in time; settings.guest_cancel_refund has only a \
             notification tell it.",
        ),
    };
    trail.note("refund", layer, text, "10.29");
    let answered = match settings.guest_cancel_refund.in_answer() {
        true => status,
        false => PrepaymentStatus::Provided,
    };
    Ok((Some(answered), with_status(booking, status)))
}

fn note(money: &Money, trail: &mut Trail) {
    for text in money.sentences() {
        trail.note("payment_processor", Layer::Domain, text, "4.4");
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
