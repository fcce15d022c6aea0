//! BatchAvailabilityLookup (section 2.2) and CheckAvailability (section 2.3): the live state.

use booking_api::{
    BatchAvailabilityLookupRequest, BatchAvailabilityLookupResponse, CheckAvailabilityRequest,
    CheckAvailabilityResponse, ConfirmationMode, DurationRequirement, Slot, SlotTimeAvailability,
};
use rusqlite::Connection;
use serde_json::json;

use super::place::{self, Closed, Place};
use super::{Answer, Call, No, Reply, mode, unless};
use crate::decision::{Counterfactual, Layer};
use crate::scenario::Settings;
use crate::store::StoreError;
use crate::store::inventory;

/// What can be said of one slot now.
struct State {
    place: Place,
    closed: Option<Closed>,
    free: u32,
    mode: ConfirmationMode,
}

impl State {
    fn of(
        connection: &Connection,
        slot: &Slot,
        settings: &Settings,
        call: &Call,
    ) -> Result<Self, StoreError> {
        let place = Place::find(connection, slot, call, "")?;
        let closed = place.closed(slot, settings, call);
        let free = closed.map_or_else(|| place.free(settings), |_| 0);
        let own = place.known.slot.map(|row| row.confirmation_mode);
        let mode = mode::granted(slot, own, call);
        Ok(Self {
            place,
            closed,
            free,
            mode,
        })
    }

    /// What would make the answer another one: a place, where there is none, else another mode.
    fn unless(&self, call: &Call, would: &str, pointer: &'static str) -> Option<Counterfactual> {
        match self.closed {
            Some(closed) => {
                let mut unless = closed.unless(&self.place, call, None, pointer)?;
                if let Closed::Full(_) = closed {
                    unless.text =
                        unless::sentence(Some(would), "if the slot had 1 place more").into();
                    unless.would = Some(would.to_owned().into());
                }
                Some(unless)
            }
            None => Some(another_mode(self.mode, call)),
        }
    }
}

fn another_mode(mode: ConfirmationMode, call: &Call) -> Counterfactual {
    if call
        .snapshot
        .overrides()
        .iter()
        .any(|(field, _)| *field == "confirmation")
    {
        return Counterfactual::network_toggle();
    }
    let (other, words) = match mode {
        ConfirmationMode::Asynchronous => ("synchronous", "Would speak of synchronous slots"),
        _ => ("asynchronous", "Would speak of asynchronous slots"),
    };
    Counterfactual::behaviour(
        format!("{words} if the confirmation toggle were set so."),
        None,
        json!({ "confirmation": other }),
    )
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
    if !place::accepts(call) && !inventory::knows_merchant(connection, &request.merchant_id)? {
        let message = format!("There is no merchant \"{}\".", request.merchant_id);
        let refusal = place::unknown("unknown merchant", message, call, &mut reply.trail);
        return Ok(reply.with(Err(refusal)));
    }
    let mut answers = Vec::with_capacity(request.slot_time.len());
    let mut first = None;
    for asked in &request.slot_time {
        let slot = asked.to_slot(&request.merchant_id);
        let state = State::of(connection, &slot, settings, call)?;
        let ids = state.place.check_ids(&slot, call, &mut reply.trail);
        if let Err(No::Refuse(refusal)) = ids {
            return Ok(reply.with(Err(refusal)));
        }
        let mut echo = asked.clone();
        echo.confirmation_mode = state.mode;
        answers.push(SlotTimeAvailability {
            slot_time: Some(echo),
            available: state.free > 0,
        });
        first.get_or_insert(state);
    }
    let free = answers.iter().filter(|answer| answer.available).count();
    let text = format!("{free} of {} slots have a place left now.", answers.len());
    let unless = match &first {
        Some(state) if answers.len() == 1 => {
            state.unless(call, "1 of 1 free", "/slot_time/0/start_sec")
        }
        Some(state) => Some(another_mode(state.mode, call)),
        None => Some(Counterfactual::network_toggle()),
    };
    reply
        .trail
        .decide_unless("availability", Layer::Domain, text, "2.2", unless);
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
    let state = State::of(connection, &slot, settings, call)?;
    let ids = state.place.check_ids(&slot, call, &mut reply.trail);
    if let Err(No::Refuse(refusal)) = ids {
        return Ok(reply.with(Err(refusal)));
    }
    let free = state.free;
    let text = match state.closed {
        Some(closed) => format!("The slot has no place left now: {}.", closed.why()),
        None => format!("The slot has {free} places left now."),
    };
    let unless = state.unless(call, "1 free", "/slot/start_sec");
    reply
        .trail
        .decide_unless("availability", Layer::Domain, text, "2.3", unless);
    let terms = state.place.terms.as_ref();
    let duration = terms.map_or(DurationRequirement::Unspecified, |terms| {
        terms.duration_requirement
    });
    let message = CheckAvailabilityResponse {
        slot: Some(Slot {
            confirmation_mode: state.mode,
            ..slot
        }),
        count_available: i32::try_from(free).unwrap_or(i32::MAX),
        last_online_cancellable_sec: terms
            .and_then(|terms| terms.last_online_cancellable_sec)
            .unwrap_or_default(),
        duration_requirement: match duration {
            DurationRequirement::Unspecified => DurationRequirement::DoNotShowDuration,
            said => said,
        },
        ..CheckAvailabilityResponse::default()
    };
    Ok(reply.with(Ok(Answer::granted(&message, format!("{free} free")))))
}
