//! CreateLease (section 2.4): a short hold on a slot.

use booking_api::{
    BookingFailure, CreateLeaseRequest, CreateLeaseResponse, Lease, Method, UserInformation,
};
use jiff::Timestamp;
use rusqlite::Connection;

use super::guest;
use super::place::{self, Place};
use super::{Answer, Call, No, Refusal, Reply, force, mode};
use crate::behaviour::control::Control;
use crate::chance::Purpose;
use crate::decision::{Counterfactual, Layer};
use crate::outbox;
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
        let unless = Counterfactual::network_toggle();
        reply
            .trail
            .decide_unless("create_lease", Layer::Scenario, text, "2.4", unless);
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
    let place = Place::find(connection, &slot, call, "")?;
    if let Err(No::Refuse(refusal)) = place.check_ids(&slot, call, &mut reply.trail) {
        return Ok(reply.with(Err(refusal)));
    }
    if place::accepts(call) {
        let odd = place.oddities(connection, &slot, call, "/lease/slot")?;
        reply.findings.extend(odd);
    }
    // Of the guest only the reference is known here, so only the very same slot can be told.
    let user = UserInformation {
        user_id: asked.user_reference.clone(),
        ..UserInformation::default()
    };
    let slot_id = place.known.slot.map(|row| row.slot_id);
    if let Some(clash) = guest::clash(connection, settings, &user, &slot, slot_id, "")? {
        let unless = Counterfactual::request(
            "Would be leased for another guest.",
            Some("leased"),
            "/lease/user_reference",
            format!("guest-{}", call.number),
        );
        let (text, section) = (clash.text(), clash.section());
        reply
            .trail
            .decide_unless("guest", Layer::Domain, text, section, unless);
        return Ok(reply.with(Ok(failed(clash.failure()))));
    }
    if let Some(closed) = place.closed(&slot, settings, call) {
        let would = Some("leased");
        let unless = closed.unless(&place, call, would, "/lease/slot/start_sec");
        if let No::Fail(failure) = closed.refuse(call, unless, &mut reply.trail) {
            return Ok(reply.with(Ok(failed(failure))));
        }
    }
    // The expiry may be shorter than asked, never longer.
    let longest = call.now_sec() + settings.max_lease_sec;
    let expires = match asked.lease_expiration_time_sec {
        0 => longest,
        wished => wished.min(longest),
    };
    if expires <= call.now_sec() {
        let text = "The wished lease_expiration_time_sec has passed already. Send a later one.";
        let unless = Counterfactual::without(
            "Would be leased without lease_expiration_time_sec.",
            Some("leased"),
            "/lease/lease_expiration_time_sec",
        );
        reply
            .trail
            .decide_unless("expiry", Layer::Domain, text, "2.4", unless);
        return Ok(reply.with(Err(Refusal::new(400, "expired at once", text))));
    }
    let row = match place.known.slot {
        Some(row) => row,
        None => {
            place.note_new(settings, call, &mut reply.trail);
            let (own, capacity) = (mode::asked(&slot), settings.default_capacity);
            reply.made_slot = Some(place.known);
            inventory::create_slot(connection, &slot, place.known, own, capacity)?
        }
    };
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
    outbox::places_changed(connection, settings, call.now, row.slot_id)?;
    let unless = Counterfactual::request(
        "Would be 400 with a lease_expiration_time_sec that has passed.",
        Some("400 expired at once"),
        "/lease/lease_expiration_time_sec",
        "1",
    );
    reply
        .trail
        .decide_unless("leased", Layer::Domain, text, "2.4", unless);
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

fn failed(failure: BookingFailure) -> Answer {
    let cause = failure.cause();
    Answer::failed(&CreateLeaseResponse::failed(failure), cause)
}
