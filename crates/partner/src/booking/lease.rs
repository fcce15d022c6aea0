//! CreateLease (section 2.4): a short hold on a slot.

use booking_api::{
    BookingFailure, CreateLeaseRequest, CreateLeaseResponse, Lease, Method, PlainCause,
};
use jiff::Timestamp;
use rusqlite::Connection;

use super::create::{own_mode, unknown_service};
use super::{Answer, Call, Refusal, Reply, force};
use crate::behaviour::UnknownInventory;
use crate::behaviour::control::Control;
use crate::chance::Purpose;
use crate::decision::Layer;
use crate::scenario::Settings;
use crate::store::{StoreError, inventory, leases};
use crate::timers::Kind;

/// Answers the request. Runs inside the writer's transaction.
///
/// # Errors
/// [`StoreError`].
pub fn create(
    connection: &Connection,
    control: &Control,
    settings: &Settings,
    call: &Call,
    request: &CreateLeaseRequest,
) -> Result<Reply, StoreError> {
    let asked = request.lease.clone().unwrap_or_default();
    let slot = asked.slot.clone().unwrap_or_default();
    let mut reply = Reply::about(&slot.merchant_id, slot.service_id.clone());
    if !settings.create_lease {
        let text = "The scenario switches CreateLease off (settings.create_lease).";
        reply
            .trail
            .decide("create_lease", Layer::Scenario, text, "2.4");
        return Ok(reply.with(Err(Refusal::new(501, "not enabled", text))));
    }
    let forced = force::claim(
        control,
        call,
        Method::CreateLease,
        |_| true,
        &mut reply.trail,
    );
    if let Some(failure) = forced {
        return Ok(reply.with(Ok(failed(failure))));
    }
    let known = inventory::look_up(connection, &slot, call.now_sec(), "")?;
    let accepts = call.snapshot.behaviour.unknown_inventory == UnknownInventory::Accept;
    let row = match known.slot {
        Some(row) => row,
        None if accepts => {
            let capacity = settings.default_capacity;
            inventory::create_slot(connection, &slot, known, own_mode(&slot), capacity)?
        }
        None if !known.service => {
            let refusal = unknown_service(&slot, known.merchant);
            let layer = call.snapshot.layer_of("unknown_inventory");
            reply
                .trail
                .decide("unknown_inventory", layer, refusal.message.clone(), "1.4");
            return Ok(reply.with(Err(refusal)));
        }
        None => {
            let why = "the inventory has no such slot";
            reply
                .trail
                .decide("capacity", Layer::Inventory, "The slot is unknown.", "2.4");
            return Ok(reply.with(Ok(unavailable(why))));
        }
    };
    if row.free() == 0 {
        let text = format!("All {} places of the slot are taken.", row.capacity);
        reply.trail.decide("capacity", Layer::Domain, text, "2.4");
        return Ok(reply.with(Ok(unavailable("all places are taken"))));
    }
    // The expiry may be shorter than asked, never longer.
    let longest = call.now_sec() + settings.max_lease_sec;
    let expires = match asked.lease_expiration_time_sec {
        0 => longest,
        wished => wished.min(longest),
    };
    if expires <= call.now_sec() {
        let text = "The wished lease_expiration_time_sec has passed already. Send a later one.";
        reply.trail.decide("expiry", Layer::Domain, text, "2.4");
        return Ok(reply.with(Err(Refusal::new(400, "expired at once", text))));
    }
    let lease_id = call.chance.id(Purpose::LeaseId, "ls-");
    let user = &asked.user_reference;
    leases::insert(
        connection,
        &lease_id,
        call.number,
        row.slot_id,
        user,
        expires,
    )?;
    reply.timer = Timestamp::from_second(expires).ok();
    if let Some(due) = reply.timer {
        Kind::Lease.set(connection, due, &lease_id, "")?;
    }
    let text = format!("A place is held for {} seconds.", expires - call.now_sec());
    reply.trail.decide("leased", Layer::Domain, text, "2.4");
    let lease = Lease {
        lease_id,
        lease_expiration_time_sec: expires,
        ..asked
    };
    Ok(reply.with(Ok(Answer::granted(
        &CreateLeaseResponse::leased(lease),
        "leased",
    ))))
}

fn unavailable(why: &str) -> Answer {
    failed(BookingFailure::of(PlainCause::SlotUnavailable).with_description(why))
}

fn failed(failure: BookingFailure) -> Answer {
    let cause = failure.cause();
    Answer::failed(&CreateLeaseResponse::failed(failure), cause)
}
