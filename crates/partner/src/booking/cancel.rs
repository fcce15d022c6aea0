//! UpdateBooking's cancel (sections 2.6, 5.3 and 10.13).

use booking_api::{Booking, BookingStatus, PlainCause, PrepaymentStatus, UserPaymentOption};
use rusqlite::Connection;

use super::update::{event, updated_with};
use super::{Answer, Call, No, Reply, to_json, unless, window};
use crate::decision::{Layer, Trail};
use crate::inventory::effective_terms;
use crate::outbox::{self, Change, What};
use crate::payment::later::{Back, Cause, Money, with_status};
use crate::payment::options;
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
        BookingStatus::Canceled => {
            let option = options::changed_by(connection, &row.booking)?;
            Ok(again(settings, row, option, reply))
        }
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
            let (back, booking) = give_back(
                connection,
                settings,
                call,
                (booking, row.slot_id),
                &mut money,
                trail,
            )?;
            let text = match back {
                Back::Money => "Cancelled by the guest; what was paid is given back.",
                Back::Credit => "Cancelled by the guest, who gets a payment option for it.",
                Back::Nothing => "Cancelled by the guest.",
            };
            let event = event(call, "cancelled", text, &booking);
            let text = to_json(&booking);
            bookings::update(connection, &booking, &text, row.slot_id, &event)?;
            bookings::cancelled_by_guest(connection, &booking.booking_id)?;
            let cause = Cause {
                number: call.number,
                at: call.now,
            };
            let option = match money.keep(connection, &booking, cause)? {
                // The merchant had given it before.
                None => options::changed_by(connection, &booking)?,
                option => option,
            };
            // A credit needs no notification: its option can only be told by the answer.
            if back == Back::Money && settings.guest_cancel_refund.in_patch() {
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
            let booking = match back {
                Back::Money if !settings.guest_cancel_refund.in_answer() => {
                    with_status(booking, PrepaymentStatus::Provided)
                }
                _ => booking,
            };
            Ok(Ok(updated_with(booking, option)))
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

/// Gives back what is refundable still and lets go of what is only held. Answers what the guest gets,
/// and the booking as it is then.
fn give_back(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    (booking, slot_id): (Booking, i64),
    money: &mut Money,
    trail: &mut Trail,
) -> Result<(Back, Booking), StoreError> {
    if !money.is_open() {
        return Ok((Back::Nothing, booking));
    }
    let terms = effective_terms(connection, slot_id)?;
    let until = settings.limits.last(terms.cancellable_until_sec);
    let back = money.due_back(&booking, settings, until, call.now_sec());
    let status = match back {
        Back::Money => money.give_back(),
        Back::Credit => money.credit(),
        Back::Nothing => None,
    };
    let Some(status) = status else {
        money.let_go();
        note(money, trail);
        let text = "Nothing is to be given back: what was paid stays with the merchant, if \
                    anything was.";
        trail.note("refund", Layer::Domain, text, "4.4");
        return Ok((Back::Nothing, booking));
    };
    note(money, trail);
    let booking = with_status(booking, status);
    if back == Back::Credit {
        let (layer, text) = match money.paid_with_uses() {
            true => (
                Layer::Domain,
                "The guest had paid with a payment option and gets its use back, in time. The \
                 answer holds the option as it is now.",
            ),
            false => (
                Layer::Scenario,
                "settings.cancel_gives has the guest get a payment option instead of money; the \
                 answer holds it.",
            ),
        };
        trail.note("refund", layer, text, "4.4");
        return Ok((back, booking));
    }
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
    Ok((back, booking))
}

fn note(money: &Money, trail: &mut Trail) {
    for text in money.sentences() {
        trail.note("payment_processor", Layer::Domain, text, "4.4");
    }
}

/// A cancel of what is cancelled.
fn again(
    settings: &Settings,
    row: &BookingRow,
    option: Option<UserPaymentOption>,
    reply: &mut Reply,
) -> Result<Answer, No> {
    let unless = unless::failure_toggle();
    let (layer, text) = match (row.cancelled_by_guest, settings.repeated_cancel) {
        (true, RepeatedCancel::Succeed) => {
            let text = "The caller had cancelled it already. The sources disagree about a \
                        repetition; section 10.13 recommends that it succeeds again.";
            reply
                .trail
                .decide_unless("cancel", Layer::Domain, text, "10.13", unless);
            return Ok(updated_with(row.booking.clone(), option));
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
