//! Which confirmation mode a booking gets: the slot's own, or the toggle's (sections 3.4, 10.35).

use booking_api::{ConfirmationMode, Finding, FindingCode, PlainCause, Slot};

use super::{Call, No};
use crate::behaviour::Confirmation;
use crate::decision::{Counterfactual, Layer, Trail};
use crate::scenario::Settings;
use crate::scenario::switches::ModeMismatch;

/// The mode that a request speaks of; unspecified counts as synchronous.
pub(super) fn asked(slot: &Slot) -> ConfirmationMode {
    match slot.confirmation_mode {
        ConfirmationMode::Asynchronous => ConfirmationMode::Asynchronous,
        _ => ConfirmationMode::Synchronous,
    }
}

/// The mode that a toggle (or the request itself, or the scenario) imposes, if any does.
fn forced(call: &Call) -> Option<ConfirmationMode> {
    match call.snapshot.behaviour.confirmation {
        Confirmation::Synchronous => Some(ConfirmationMode::Synchronous),
        Confirmation::Asynchronous => Some(ConfirmationMode::Asynchronous),
        Confirmation::Inventory => None,
    }
}

/// The mode that a booking gets. `own` is the slot's; a slot that springs into being has the
/// request's.
pub(crate) fn granted(slot: &Slot, own: Option<ConfirmationMode>, call: &Call) -> ConfirmationMode {
    forced(call).or(own).unwrap_or_else(|| asked(slot))
}

/// Notes where the mode comes from, and refuses where the guest was told something else.
pub(super) fn check(
    slot: &Slot,
    own: Option<ConfirmationMode>,
    settings: &Settings,
    call: &Call,
    trail: &mut Trail,
    findings: &mut Vec<Finding>,
) -> Result<(), No> {
    let (asked, granted) = (asked(slot), granted(slot, own, call));
    let differs = || {
        Finding::new(
            FindingCode::ConfirmationModeDiffers,
            "/slot/confirmation_mode",
            asked.name(),
            granted.name(),
        )
    };
    if forced(call).is_some() {
        let layer = call.snapshot.layer_of("confirmation");
        let who = call.snapshot.who("confirmation", "confirmation");
        let text = format!("{who} makes it {}.", granted.name());
        trail.note("confirmation", layer, text, "3.4");
        if granted != asked {
            findings.push(differs());
        }
        return Ok(());
    }
    if granted == asked {
        let text = match granted {
            ConfirmationMode::Asynchronous => {
                "The slot's own mode is CONFIRMATION_MODE_ASYNCHRONOUS."
            }
            _ => "The slot's own mode is CONFIRMATION_MODE_SYNCHRONOUS.",
        };
        trail.note("confirmation", Layer::Inventory, text, "3.4");
        return Ok(());
    }
    let told = format!(
        "The request asks for {}, the slot is {}: the guest was told something else.",
        asked.name(),
        granted.name()
    );
    if settings.confirmation_mode_mismatch == ModeMismatch::TakeSlotMode {
        findings.push(differs());
        let text = format!("{told} settings.confirmation_mode_mismatch takes the slot's.");
        trail.note("confirmation", Layer::Scenario, text, "10.35");
        return Ok(());
    }
    let (would, text) = match granted {
        ConfirmationMode::Asynchronous => (
            "PENDING_MERCHANT_CONFIRMATION",
            "Would be PENDING_MERCHANT_CONFIRMATION if the request asked for that mode.",
        ),
        _ => (
            "CONFIRMED",
            "Would be CONFIRMED if the request asked for that mode.",
        ),
    };
    let pointer = "/slot/confirmation_mode";
    let unless = Counterfactual::request(text, Some(would), pointer, granted.name());
    let text = format!("{told} No source says what follows; section 10.35 recommends to refuse.");
    trail.decide_unless("confirmation", Layer::Inventory, text, "10.35", unless);
    Err(No::fail(
        PlainCause::SlotUnavailable,
        "the confirmation mode differs",
    ))
}
