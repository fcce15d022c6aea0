//! What becomes of a pending booking without anybody's hand: the reply that the behaviour sets
//! (`merchant_reply`), and the refusal of a merchant who stays silent for too long
//! (`settings.auto_decline_after_sec`; sections 10.26 and 10.27).
//!
//! Both are timers of the booking, set when it is made, from the behaviour of that request. They
//! are taken away as soon as it is pending no longer, whoever decided.

use std::time::Duration;

use booking_api::{BookingFailure, Cause, CreditCardType, causes};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::act::{self, Order, Situation};
use crate::behaviour::MerchantDecision;
use crate::booking::{Call, force, to_json};
use crate::chance::Chance;
use crate::decision::{Layer, Trail};
use crate::scenario::Settings;
use crate::store::timers::TimerRow;
use crate::store::{StoreError, bookings};
use crate::timers::Kind;

/// The cause of a booking that fails where none is named (section 10.28).
const USUAL_CAUSE: Cause = Cause::SlotUnavailable;

/// Whether a pending booking can fail with this cause: those of the notification's own list, in
/// which offers are missing (sections 3.11 and 10.17).
#[must_use]
pub fn can_fail_with(cause: Cause) -> bool {
    cause != Cause::OfferUnavailable && causes().iter().any(|info| info.cause == cause)
}

/// A failure in its legal form, for a booking that was made by request `number`. `None` where the
/// cause is not one that a pending booking fails with.
#[must_use]
pub fn failure(
    cause: Option<Cause>,
    card: Option<CreditCardType>,
    description: Option<&str>,
    chance: Chance,
    booking_url: &str,
) -> Option<BookingFailure> {
    let named = cause.unwrap_or(USUAL_CAUSE);
    if !can_fail_with(named) {
        return None;
    }
    let failure = force::build(named, card, chance, booking_url)?;
    Some(match (description, cause) {
        (Some(words), _) => failure.with_description(words),
        (None, None) => failure.with_description("the merchant's system gave no cause"),
        (None, Some(_)) => failure,
    })
}

/// What the timer of a reply needs to know.
#[derive(Debug, Serialize, Deserialize)]
struct Planned {
    decision: MerchantDecision,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cause: Option<Cause>,
    /// For the address of a 3-D Secure challenge.
    booking_url: String,
}

/// Sets the timers of a booking that was just made and waits for the merchant. Answers the
/// earliest one, for [`crate::booking::Reply::timer`].
///
/// # Errors
/// [`StoreError`].
pub fn plan(
    connection: &Connection,
    settings: &Settings,
    call: &Call,
    booking_id: &str,
    trail: &mut Trail,
) -> Result<Option<Timestamp>, StoreError> {
    let reply = &call.snapshot.behaviour.merchant_reply;
    let after = |sec: u64| call.now.checked_add(Duration::from_secs(sec)).ok();
    let mut earliest = None;
    let layer = call.snapshot.layer_of("merchant_reply");
    let text = match reply.decision {
        MerchantDecision::Manual => "The booking waits until somebody decides.".to_owned(),
        decision => {
            let sec = reply.after_sec.unwrap_or(0);
            earliest = after(sec);
            if let Some(due) = earliest {
                let payload = to_json(&Planned {
                    decision,
                    cause: reply.cause,
                    booking_url: call.booking_url.to_string(),
                });
                Kind::MerchantReply.set(connection, due, booking_id, &payload)?;
            }
            let what = match decision {
                MerchantDecision::Confirm => "confirm it".to_owned(),
                MerchantDecision::Decline => "decline it".to_owned(),
                _ => {
                    let cause = reply.cause.unwrap_or(USUAL_CAUSE).name();
                    format!("give up on it with {cause}")
                }
            };
            let when = match sec {
                0 => "at once".to_owned(),
                1 => "after a second".to_owned(),
                sec => format!("after {sec} seconds"),
            };
            format!("The merchant will {what} {when}, unless somebody decides before.")
        }
    };
    trail.note("merchant_reply", layer, text, "5.2");
    if let Some(sec) = settings.auto_decline_after_sec
        && let Some(due) = after(sec)
    {
        Kind::AutoDecline.set(connection, due, booking_id, "")?;
        let text = format!(
            "It is declined by itself after {sec} seconds (settings.auto_decline_after_sec); no \
             source names a time limit, section 10.26 leaves it to the partner."
        );
        trail.note("auto_decline", Layer::Scenario, text, "10.26");
        earliest = earliest.into_iter().chain([due]).min();
    }
    Ok(earliest)
}

/// Does what the timer is there for. A booking that is pending no longer stays as it is.
///
/// # Errors
/// [`StoreError`].
pub fn fire(
    connection: &Connection,
    situation: Situation<'_>,
    seed: u64,
    kind: Kind,
    timer: &TimerRow,
) -> Result<bool, StoreError> {
    let booking_id = &timer.subject;
    let order = match kind {
        Kind::AutoDecline => Order::Decline { by_silence: true },
        _ => {
            let Ok(planned) = serde_json::from_str::<Planned>(&timer.payload) else {
                tracing::warn!(
                    booking_id,
                    "a merchant's reply that cannot be read was dropped"
                );
                return Ok(false);
            };
            let number = bookings::get(connection, booking_id)?.map_or(0, |row| row.number);
            match order(&planned, Chance::new(seed, number)) {
                Some(order) => order,
                None => return Ok(false),
            }
        }
    };
    let done = act::act(connection, situation, booking_id, &order)?;
    if let Err(refused) = &done {
        tracing::debug!(booking_id, ?refused, "a merchant's reply came too late");
    }
    Ok(done.is_ok())
}

fn order(planned: &Planned, chance: Chance) -> Option<Order> {
    match planned.decision {
        MerchantDecision::Confirm => Some(Order::Confirm),
        MerchantDecision::Decline => Some(Order::Decline { by_silence: false }),
        MerchantDecision::Fail => {
            failure(planned.cause, None, None, chance, &planned.booking_url).map(Order::Fail)
        }
        MerchantDecision::Manual => None,
    }
}
