//! CreateBooking (section 2.5).

use booking_api::{
    Booking, BookingFailure, BookingStatus, Cause, ConfirmationMode, CreateBookingRequest,
    CreateBookingResponse, Finding, FindingCode, Method, PlainCause, Slot,
};
use rusqlite::Connection;

use super::{Answer, Call, Refusal, Reply, force, note_of, payment, to_json};
use crate::behaviour::control::Control;
use crate::behaviour::{Confirmation, UnknownInventory};
use crate::chance::Purpose;
use crate::decision::{Layer, Trail};
use crate::overrides;
use crate::scenario::Settings;
use crate::store::inventory::{Known, SlotRow};
use crate::store::leases::LeaseRow;
use crate::store::{StoreError, bookings, inventory, leases};
use crate::timers::Kind;

/// What is decided for a new booking.
#[derive(Clone, Debug, PartialEq)]
enum Verdict {
    /// A protocol error.
    Refuse(Refusal),
    /// A business failure.
    Fail(BookingFailure),
    /// A booking in this mode; on a slot that exists, or on a new one.
    Book {
        mode: ConfirmationMode,
        slot: Option<SlotRow>,
    },
}

/// Answers the request. Runs inside the writer's transaction.
///
/// # Errors
/// [`StoreError`].
pub fn create(
    connection: &Connection,
    control: &Control,
    settings: &Settings,
    call: &Call,
    request: &CreateBookingRequest,
) -> Result<Reply, StoreError> {
    let slot = request.slot.clone().unwrap_or_default();
    let note = note_of(Some(&slot), request.user_information.as_ref());
    let mut reply = Reply::about(&slot.merchant_id, note);

    if let Some((booking_id, body, merchant_id)) =
        bookings::replay(connection, &request.idempotency_token)?
    {
        let text = "This idempotency token already led to a booking: it is answered again, and \
                    nothing new is made. Toggles do not touch a replay.";
        reply.trail.decide("token", Layer::Domain, text, "2.5");
        overrides::without_effect(call, &mut reply.trail);
        reply.booking_id = Some(booking_id);
        reply.merchant_id = Some(merchant_id);
        reply.note = format!("replay · {}", reply.note);
        let label = status_in(&body);
        return Ok(reply.with(Ok(Answer {
            body,
            label: label.into(),
            cause: None,
        })));
    }
    let text = "The idempotency token has led to no booking yet: this is a new request.";
    reply.trail.note("token", Layer::Domain, text, "2.5");

    let forced = force::claim(
        control,
        call,
        Method::CreateBooking,
        |_| true,
        &mut reply.trail,
    );
    if let Some(failure) = forced {
        return Ok(reply.with(Ok(failed(failure))));
    }

    let lease_id = request
        .lease_ref
        .as_ref()
        .map_or("", |lease| lease.lease_id.as_str());
    let known = inventory::look_up(connection, &slot, call.now_sec(), lease_id)?;
    let lease = if lease_id.is_empty() {
        None
    } else {
        Some(leases::get(connection, lease_id)?)
    };
    let verdict = decide(
        &slot,
        known,
        lease,
        settings,
        call,
        &mut reply.trail,
        &mut reply.findings,
    );
    let (mode, row) = match verdict {
        Verdict::Refuse(refusal) => return Ok(reply.with(Err(refusal))),
        Verdict::Fail(failure) => return Ok(reply.with(Ok(failed(failure)))),
        Verdict::Book { mode, slot } => (mode, slot),
    };

    let row = match row {
        Some(row) => row,
        None => {
            let own = own_mode(&slot);
            inventory::create_slot(connection, &slot, known, own, settings.default_capacity)?
        }
    };
    let information = payment::information(
        request,
        call,
        &settings.payment,
        mode,
        &mut reply.trail,
        &mut reply.findings,
    );
    let status = match mode {
        ConfirmationMode::Asynchronous => BookingStatus::PendingMerchantConfirmation,
        _ => BookingStatus::Confirmed,
    };
    let mut booking = Booking {
        booking_id: call.chance.id(Purpose::BookingId, "bk-"),
        slot: Some(Slot {
            confirmation_mode: mode,
            ..slot
        }),
        user_information: request.user_information.clone(),
        status,
        payment_information: Some(information),
        ..Booking::default()
    };
    let token = &request.idempotency_token;
    let keep = |booking: &Booking| {
        let (text, slot_id) = (to_json(booking), row.slot_id);
        bookings::insert(
            connection,
            booking,
            &text,
            token,
            slot_id,
            call.number,
            call.now,
        )
    };
    if let Err(error) = keep(&booking) {
        // After a reset the numbers start anew, and a request that was under way then may bear
        // the number of a newer one, and with it its id.
        if bookings::get(connection, &booking.booking_id)?.is_none() {
            return Err(error);
        }
        booking.booking_id = call.chance.id(Purpose::SpareBookingId, "bk-");
        keep(&booking)?;
    }
    if !lease_id.is_empty() {
        leases::consume(connection, lease_id)?;
        Kind::Lease.cancel(connection, lease_id)?;
    }
    reply
        .trail
        .decide("booked", Layer::Domain, booked(&row, mode), "2.5");
    reply.booking_id = Some(booking.booking_id.clone());
    reply.made_booking = true;
    let answer = Answer::granted(&CreateBookingResponse::booked(booking, None), status.name());
    Ok(reply.with(Ok(answer)))
}

fn booked(row: &SlotRow, mode: ConfirmationMode) -> String {
    let place = row.taken + 1;
    let what = match mode {
        ConfirmationMode::Asynchronous => "and waits for the merchant",
        _ => "and is confirmed at once",
    };
    format!(
        "The booking takes place {place} of {} {what}.",
        row.capacity
    )
}

/// The pure part: may this slot be booked, and how?
fn decide(
    slot: &Slot,
    known: Known,
    lease: Option<Option<LeaseRow>>,
    settings: &Settings,
    call: &Call,
    trail: &mut Trail,
    findings: &mut Vec<Finding>,
) -> Verdict {
    let past = slot.start_sec <= call.now_sec();
    if past {
        findings.push(slot_in_the_past(slot, call, "/slot/start_sec"));
    }
    if let Err(verdict) = check_inventory(slot, known, past, settings, call, trail) {
        return verdict;
    }
    match lease {
        Some(lease) => {
            if let Err(verdict) = check_lease(lease, known, call, trail) {
                return verdict;
            }
        }
        None => {
            if let Some(row) = known.slot
                && row.free() == 0
            {
                let text = format!("All {} places of the slot are taken.", row.capacity);
                trail.decide("capacity", Layer::Domain, text, "2.5");
                return fail(PlainCause::SlotUnavailable, "all places are taken");
            }
        }
    }
    confirmation(slot, known, call, trail, findings)
}

/// What is odd about a slot that has begun already.
pub(super) fn slot_in_the_past(slot: &Slot, call: &Call, pointer: &str) -> Finding {
    Finding::new(
        FindingCode::SlotInThePast,
        pointer,
        slot.start_sec.to_string(),
        format!("a time after {}", call.now_sec()),
    )
}

/// Whether the inventory has, or may get, this slot.
fn check_inventory(
    slot: &Slot,
    known: Known,
    past: bool,
    settings: &Settings,
    call: &Call,
    trail: &mut Trail,
) -> Result<(), Verdict> {
    let layer = call.snapshot.layer_of("unknown_inventory");
    if call.snapshot.behaviour.unknown_inventory == UnknownInventory::Accept {
        if known.slot.is_none() {
            let text = format!(
                "The slot was unknown and springs into being with {} places.",
                settings.default_capacity
            );
            trail.note("unknown_inventory", layer, text, "1.4");
        }
        return Ok(());
    }
    if !known.service {
        let refusal = unknown_service(slot, known.merchant);
        trail.decide("unknown_inventory", layer, refusal.message.clone(), "1.4");
        return Err(Verdict::Refuse(refusal));
    }
    if known.slot.is_none() || past {
        let why = if past {
            "it has begun already"
        } else {
            "the inventory has no such slot"
        };
        let text = format!("The slot cannot be booked: {why}.");
        trail.decide("unknown_inventory", layer, text, "1.4");
        return Err(fail(PlainCause::SlotUnavailable, why));
    }
    Ok(())
}

/// The 400 for ids that the inventory lacks.
pub(super) fn unknown_service(slot: &Slot, merchant_known: bool) -> Refusal {
    if merchant_known {
        let message = format!(
            "The merchant \"{}\" has no service \"{}\".",
            slot.merchant_id, slot.service_id
        );
        Refusal::new(400, "unknown service", message)
    } else {
        unknown_merchant(&slot.merchant_id)
    }
}

/// The 400 for a merchant that the inventory lacks.
pub(super) fn unknown_merchant(merchant_id: &str) -> Refusal {
    Refusal::new(
        400,
        "unknown merchant",
        format!("There is no merchant \"{merchant_id}\"."),
    )
}

/// A lease holds the place, so capacity is not asked again (section 2.4).
fn check_lease(
    lease: Option<LeaseRow>,
    known: Known,
    call: &Call,
    trail: &mut Trail,
) -> Result<(), Verdict> {
    let Some(lease) = lease else {
        let text = "There is no lease of this id. Ask CreateLease first, or leave lease_ref out.";
        trail.decide("lease", Layer::Domain, text, "2.4");
        return Err(Verdict::Refuse(Refusal::new(400, "unknown lease", text)));
    };
    if lease.consumed || lease.expires_sec <= call.now_sec() {
        let why = if lease.consumed {
            "has been used already"
        } else {
            "has run out"
        };
        trail.decide("lease", Layer::Domain, format!("The lease {why}."), "2.4");
        return Err(fail(PlainCause::LeaseExpired, &format!("the lease {why}")));
    }
    if known.slot.is_none_or(|slot| slot.slot_id != lease.slot_id) {
        let text = "The slot differs from the leased one. Send the slot of the lease.";
        trail.decide("lease", Layer::Domain, text, "2.4");
        return Err(Verdict::Refuse(Refusal::new(400, "lease mismatch", text)));
    }
    trail.note(
        "lease",
        Layer::Domain,
        "The lease holds a place of this slot.",
        "2.4",
    );
    Ok(())
}

/// Which confirmation mode the booking gets.
fn confirmation(
    slot: &Slot,
    known: Known,
    call: &Call,
    trail: &mut Trail,
    findings: &mut Vec<Finding>,
) -> Verdict {
    let asked = own_mode(slot);
    let forced = match call.snapshot.behaviour.confirmation {
        Confirmation::Synchronous => ConfirmationMode::Synchronous,
        Confirmation::Asynchronous => ConfirmationMode::Asynchronous,
        Confirmation::Inventory => {
            let own = known.slot.map_or(asked, |row| row.confirmation_mode);
            if own != asked {
                let text = format!(
                    "The request asks for {}, the slot is {}: the guest was told something else.",
                    asked.name(),
                    own.name()
                );
                trail.decide("confirmation", Layer::Inventory, text, "10.35");
                return fail(PlainCause::SlotUnavailable, "the confirmation mode differs");
            }
            let text = format!("The slot's own mode is {}.", own.name());
            trail.note("confirmation", Layer::Inventory, text, "3.4");
            return Verdict::Book {
                mode: own,
                slot: known.slot,
            };
        }
    };
    let layer = call.snapshot.layer_of("confirmation");
    let text = format!("{} makes it {}.", layer.who("confirmation"), forced.name());
    trail.note("confirmation", layer, text, "3.4");
    if forced != asked {
        findings.push(Finding::new(
            FindingCode::ConfirmationModeDiffers,
            "/slot/confirmation_mode",
            asked.name(),
            forced.name(),
        ));
    }
    Verdict::Book {
        mode: forced,
        slot: known.slot,
    }
}

/// The mode that a request speaks of; unspecified counts as synchronous (section 3.4).
pub(super) fn own_mode(slot: &Slot) -> ConfirmationMode {
    match slot.confirmation_mode {
        ConfirmationMode::Asynchronous => ConfirmationMode::Asynchronous,
        _ => ConfirmationMode::Synchronous,
    }
}

fn fail(cause: PlainCause, why: &str) -> Verdict {
    Verdict::Fail(BookingFailure::of(cause).with_description(why))
}

fn failed(failure: BookingFailure) -> Answer {
    let cause: Cause = failure.cause();
    Answer::failed(&CreateBookingResponse::failed(failure), cause)
}

/// The status inside a stored answer, for the row of a replay.
fn status_in(body: &str) -> &'static str {
    let pending = body.contains("\"status\":\"PENDING_MERCHANT_CONFIRMATION\"");
    if pending {
        BookingStatus::PendingMerchantConfirmation
    } else {
        BookingStatus::Confirmed
    }
    .name()
}
