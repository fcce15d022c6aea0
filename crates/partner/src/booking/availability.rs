//! BatchAvailabilityLookup (section 2.2) and CheckAvailability (section 2.3): the live state.

use booking_api::{
    BatchAvailabilityLookupRequest, BatchAvailabilityLookupResponse, CheckAvailabilityRequest,
    CheckAvailabilityResponse, ConfirmationMode, DurationRequirement, Slot, SlotTimeAvailability,
};
use rusqlite::Connection;

use super::create::{own_mode, unknown_merchant, unknown_service};
use super::{Answer, Call, Reply};
use crate::behaviour::{Confirmation, UnknownInventory};
use crate::decision::Layer;
use crate::scenario::Settings;
use crate::store::StoreError;
use crate::store::inventory::{self, Known};

/// Places left, and the mode that a booking would get.
fn state(slot: &Slot, known: Known, settings: &Settings, call: &Call) -> (u32, ConfirmationMode) {
    let behaviour = &call.snapshot.behaviour;
    let accepts = behaviour.unknown_inventory == UnknownInventory::Accept;
    let free = match known.slot {
        Some(row) if accepts || slot.start_sec > call.now_sec() => row.free(),
        None if accepts => settings.default_capacity,
        _ => 0,
    };
    let mode = match behaviour.confirmation {
        Confirmation::Synchronous => ConfirmationMode::Synchronous,
        Confirmation::Asynchronous => ConfirmationMode::Asynchronous,
        Confirmation::Inventory => known
            .slot
            .map_or_else(|| own_mode(slot), |row| row.confirmation_mode),
    };
    (free, mode)
}

/// Answers BatchAvailabilityLookup: one entry per question, in order.
///
/// # Errors
/// [`StoreError`].
pub fn batch(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    request: &BatchAvailabilityLookupRequest,
) -> Result<Reply, StoreError> {
    let services: std::collections::BTreeSet<&str> = request
        .slot_time
        .iter()
        .map(|slot| slot.service_id.as_str())
        .collect();
    let note = services.into_iter().collect::<Vec<_>>().join(", ");
    let mut reply = Reply::about(&request.merchant_id, note);
    let rejects = call.snapshot.behaviour.unknown_inventory == UnknownInventory::Reject;
    if rejects && !inventory::knows_merchant(connection, &request.merchant_id)? {
        let refusal = unknown_merchant(&request.merchant_id);
        let layer = call.snapshot.layer_of("unknown_inventory");
        reply
            .trail
            .decide("unknown_inventory", layer, refusal.message.clone(), "1.4");
        return Ok(reply.with(Err(refusal)));
    }
    let mut answers = Vec::with_capacity(request.slot_time.len());
    for asked in &request.slot_time {
        let slot = asked.to_slot(&request.merchant_id);
        let known = inventory::look_up(connection, &slot, call.now_sec(), "")?;
        if rejects && !known.service {
            let refusal = unknown_service(&slot, known.merchant);
            let layer = call.snapshot.layer_of("unknown_inventory");
            reply
                .trail
                .decide("unknown_inventory", layer, refusal.message.clone(), "1.4");
            return Ok(reply.with(Err(refusal)));
        }
        let (free, mode) = state(&slot, known, settings, call);
        let mut echo = asked.clone();
        echo.confirmation_mode = mode;
        answers.push(SlotTimeAvailability {
            slot_time: Some(echo),
            available: free > 0,
        });
    }
    let free = answers.iter().filter(|answer| answer.available).count();
    let text = format!("{free} of {} slots have a place left now.", answers.len());
    reply
        .trail
        .decide("availability", Layer::Domain, text, "2.2");
    let label = format!("{free} of {} free", answers.len());
    let message = BatchAvailabilityLookupResponse {
        slot_time_availability: answers,
    };
    Ok(reply.with(Ok(Answer::granted(&message, label))))
}

/// Answers CheckAvailability.
///
/// # Errors
/// [`StoreError`].
pub fn check(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    request: &CheckAvailabilityRequest,
) -> Result<Reply, StoreError> {
    let slot = request.slot.clone().unwrap_or_default();
    let mut reply = Reply::about(&slot.merchant_id, slot.service_id.clone());
    let known = inventory::look_up(connection, &slot, call.now_sec(), "")?;
    let rejects = call.snapshot.behaviour.unknown_inventory == UnknownInventory::Reject;
    if rejects && !known.service {
        let refusal = unknown_service(&slot, known.merchant);
        let layer = call.snapshot.layer_of("unknown_inventory");
        reply
            .trail
            .decide("unknown_inventory", layer, refusal.message.clone(), "1.4");
        return Ok(reply.with(Err(refusal)));
    }
    let (free, mode) = state(&slot, known, settings, call);
    let text = format!("The slot has {free} places left now.");
    reply
        .trail
        .decide("availability", Layer::Domain, text, "2.3");
    let message = CheckAvailabilityResponse {
        slot: Some(Slot {
            confirmation_mode: mode,
            ..slot
        }),
        count_available: i32::try_from(free).unwrap_or(i32::MAX),
        duration_requirement: DurationRequirement::DoNotShowDuration,
        ..CheckAvailabilityResponse::default()
    };
    Ok(reply.with(Ok(Answer::granted(&message, format!("{free} free")))))
}
