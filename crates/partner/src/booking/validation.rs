//! What findings lead to: `validation` is `off`, `warn` or `reject` (design section 4.4).
//!
//! A body that cannot be used is a 400 whatever it is set to (section 1.4); this is about the
//! others. What can be said from the body alone is judged before a method begins ([`refusal`]).
//! What only the partner knows, such as the time, is judged when the method has spoken
//! ([`judged`]), and what it wrote is taken back ([`strictly`]).

use booking_api::Finding;
use rusqlite::Connection;
use serde_json::json;

use super::{Call, Refusal, Reply};
use crate::behaviour::Validation;
use crate::decision::{Counterfactual, Layer, Trail};
use crate::store::StoreError;

/// The refusal that these findings amount to, where strictness is on: any warning or error does.
#[must_use]
pub fn refusal(call: &Call, findings: &[Finding]) -> Option<Refusal> {
    if call.snapshot.behaviour.validation != Validation::Reject {
        return None;
    }
    let mut objections = findings.iter().filter(|finding| finding.is_objection());
    let first = objections.next()?;
    let place = match first.pointer.as_str() {
        "" => "the request",
        pointer => pointer,
    };
    let more = match objections.count() {
        0 => String::new(),
        1 => " There is one more objection.".to_owned(),
        more => format!(" There are {more} more objections."),
    };
    let message = format!(
        "Strict validation refuses {place} ({}): found {}, expected {}. {}{more}",
        first.code, first.found, first.expected, first.hint
    );
    Some(Refusal::new(400, "validation", message).listing(findings))
}

/// Says in the trail who was strict, and what would have been lenient.
pub fn explain(call: &Call, refusal: &Refusal, trail: &mut Trail) {
    let layer = call.snapshot.layer_of("validation");
    trail.decide("validation", layer, refusal.message.clone(), "1.3");
    // What the request itself asks for, its own override explains.
    if !matches!(layer, Layer::Header | Layer::Payload) {
        let text = "Would be answered leniently if validation were \"warn\".";
        let change = json!({"validation": "warn"});
        trail.unless(Counterfactual::behaviour(text, None, change));
    }
}

/// The reply, or its refusal where strictness is on and the method found something.
#[must_use]
pub fn judged(call: &Call, reply: Reply) -> Reply {
    match refusal(call, &reply.findings) {
        // What is refused already stays refused for its own reason.
        Some(refusal) if reply.result.is_ok() => refused(call, reply, refusal),
        _ => reply,
    }
}

/// Runs a method that writes; where its reply is refused by strictness, nothing was written.
///
/// # Errors
/// [`StoreError`].
pub fn strictly(
    connection: &Connection,
    call: &Call,
    method: impl FnOnce() -> Result<Reply, StoreError>,
) -> Result<Reply, StoreError> {
    if call.snapshot.behaviour.validation != Validation::Reject {
        return method();
    }
    connection.execute_batch("SAVEPOINT strictly")?;
    // An error rolls back the whole transaction, and the savepoint with it.
    let reply = method()?;
    let end = match refusal(call, &reply.findings) {
        Some(_) if reply.result.is_ok() => "ROLLBACK TO strictly; RELEASE strictly",
        _ => "RELEASE strictly",
    };
    connection.execute_batch(end)?;
    Ok(judged(call, reply))
}

fn refused(call: &Call, mut reply: Reply, refusal: Refusal) -> Reply {
    // The steps so far led to something that was taken back.
    reply.trail = Trail::default();
    explain(call, &refusal, &mut reply.trail);
    reply.timer = None;
    if reply.made_booking {
        reply.made_booking = false;
        reply.booking_id = None;
    }
    reply.with(Err(refusal))
}
