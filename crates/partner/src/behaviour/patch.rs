//! Checking a change of behaviour: unknown names are refused with the nearest right one, and
//! what this version cannot do yet is refused rather than accepted and ignored.

use booking_api::{Cause, CreditCardType, Method, PaymentProcessedBy, causes};
use serde_json::{Map, Value};
use thiserror::Error;

use super::{
    Authorisation, Behaviour, Failure, Fault, FaultKind, MerchantDecision, MerchantReply, Payment,
};
use crate::explain::{self, Explained};
use crate::merchant::reply::can_fail_with;

/// Why a change of behaviour was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct BehaviourError {
    /// What kind of refusal this is.
    pub code: BehaviourErrorCode,
    /// One sentence: what is wrong.
    pub message: String,
    /// One sentence: what to do.
    pub hint: String,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BehaviourErrorCode {
    /// A field that does not exist.
    UnknownField,
    /// A value that does not exist, or of the wrong type or range.
    UnknownValue,
    /// Fields that contradict each other.
    IllegalCombination,
    /// Part of the design, but without effect in this version.
    NotSupportedYet,
}

impl BehaviourErrorCode {
    /// The code as it stands in an error body.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnknownField => "unknown_field",
            Self::UnknownValue => "unknown_value",
            Self::IllegalCombination => "illegal_combination",
            Self::NotSupportedYet => "not_supported_yet",
        }
    }
}

fn refuse(
    code: BehaviourErrorCode,
    message: impl Into<String>,
    hint: impl Into<String>,
) -> BehaviourError {
    BehaviourError {
        code,
        message: message.into(),
        hint: hint.into(),
    }
}

/// The methods that can answer with `cause`.
#[must_use]
pub fn methods_of(cause: Cause) -> &'static [Method] {
    causes()
        .iter()
        .find(|info| info.cause == cause)
        .map_or(&[], |info| info.methods)
}

/// The method that `cause` is forced on where none is named.
#[must_use]
pub fn default_method(cause: Cause) -> Method {
    if methods_of(cause).contains(&Method::CreateBooking) {
        Method::CreateBooking
    } else {
        Method::UpdateBooking
    }
}

/// Reads a whole behaviour from JSON and checks it.
///
/// # Errors
/// [`BehaviourError`] with the path of the offending field and the nearest right name.
pub fn read(value: &Value) -> Result<Behaviour, BehaviourError> {
    check_no_lists(value)?;
    let behaviour: Behaviour = serde_path_to_error::deserialize(value)
        .map_err(|error| explain(&error.path().to_string(), &error.inner().to_string()))?;
    check(&behaviour)?;
    Ok(behaviour)
}

/// Lists stand only where methods are named. Serde would take one for any struct, field by field
/// in order, so that `{"payment":[]}` would be accepted and do nothing.
fn check_no_lists(value: &Value) -> Result<(), BehaviourError> {
    let fields = value.as_object().into_iter().flatten();
    let listed = fields.filter(|(_, value)| value.is_array());
    let place = match listed.map(|(name, _)| name.as_str()).next() {
        Some(name) => format!(" at {name}"),
        None if value.is_array() => String::new(),
        None => return Ok(()),
    };
    Err(refuse(
        BehaviourErrorCode::UnknownValue,
        format!("A list means nothing{place}."),
        "Compare with GET /api/behaviour and the behaviour object in the README.",
    ))
}

/// Turns serde's words into a refusal with the nearest right name.
fn explain(path: &str, words: &str) -> BehaviourError {
    let Explained {
        is_field,
        message,
        hint,
    } = explain::explain(path, words);
    let code = match is_field {
        true => BehaviourErrorCode::UnknownField,
        false => BehaviourErrorCode::UnknownValue,
    };
    let compare = "Compare with GET /api/behaviour and the behaviour object in the README.";
    let hint = if hint.is_empty() {
        compare.to_owned()
    } else {
        hint
    };
    refuse(code, message, hint)
}

/// Checks what the shape alone does not say.
///
/// # Errors
/// [`BehaviourError`].
pub fn check(behaviour: &Behaviour) -> Result<(), BehaviourError> {
    check_reply(&behaviour.merchant_reply)?;
    check_payment(&behaviour.payment)?;
    if let Some(failure) = &behaviour.failure {
        check_failure(failure)?;
    }
    if let Some(fault) = &behaviour.fault {
        check_fault(fault)?;
    }
    Ok(())
}

fn check_payment(payment: &Payment) -> Result<(), BehaviourError> {
    use BehaviourErrorCode::{IllegalCombination, UnknownValue};
    if payment.processed_by == PaymentProcessedBy::Unspecified {
        return Err(refuse(
            UnknownValue,
            "payment.processed_by must say who handles the money.",
            "Use PROCESSED_BY_PARTNER or PROCESSED_BY_GOOGLE.",
        ));
    }
    match payment.rejected_card_type {
        Some(_) if payment.authorisation != Authorisation::RejectCardType => Err(refuse(
            IllegalCombination,
            format!(
                "payment.rejected_card_type does not go with the authorisation {}.",
                payment.authorisation.name()
            ),
            "Leave it out, or use the authorisation reject_card_type.",
        )),
        Some(CreditCardType::Unspecified) => Err(refuse(
            UnknownValue,
            "payment.rejected_card_type must name a card type.",
            "Use VISA, MASTERCARD, AMERICAN_EXPRESS, DISCOVER or JCB.",
        )),
        _ => Ok(()),
    }
}

/// Seconds of a year, beyond which no merchant replies.
const LONGEST_REPLY_SEC: u64 = 31_536_000;

fn check_reply(reply: &MerchantReply) -> Result<(), BehaviourError> {
    use BehaviourErrorCode::{IllegalCombination, UnknownValue};
    if reply.decision == MerchantDecision::Manual
        && (reply.after_sec.is_some() || reply.cause.is_some())
    {
        return Err(refuse(
            IllegalCombination,
            "A merchant_reply that is manual waits for a person: it has no after_sec and no cause.",
            "Send {\"merchant_reply\":{\"decision\":\"manual\"}}, or choose confirm, decline or fail.",
        ));
    }
    if reply.after_sec.is_some_and(|sec| sec > LONGEST_REPLY_SEC) {
        return Err(refuse(
            UnknownValue,
            "merchant_reply.after_sec is too long.",
            format!("It is from 0 to {LONGEST_REPLY_SEC}, a year."),
        ));
    }
    if let Some(cause) = reply.cause
        && !can_fail_with(cause)
    {
        return Err(refuse(
            IllegalCombination,
            format!("A pending booking cannot fail with {}.", cause.name()),
            failing_causes(),
        ));
    }
    Ok(())
}

/// What a pending booking can fail with, as a hint.
#[must_use]
pub fn failing_causes() -> String {
    let names: Vec<&str> = causes()
        .iter()
        .map(|info| info.cause)
        .filter(|cause| can_fail_with(*cause))
        .map(Cause::name)
        .collect();
    format!("Use one of: {}.", names.join(", "))
}

fn check_failure(failure: &Failure) -> Result<(), BehaviourError> {
    use BehaviourErrorCode::{IllegalCombination, UnknownValue};
    let legal = methods_of(failure.cause);
    if legal.is_empty() {
        let names: Vec<&str> = causes().iter().map(|info| info.cause.name()).collect();
        return Err(refuse(
            UnknownValue,
            format!(
                "{} is not a cause that a partner answers with today.",
                failure.cause.name()
            ),
            match failure.cause {
                Cause::DealUnavailable => "Use its present name, OFFER_UNAVAILABLE.".to_owned(),
                _ => format!("Use one of: {}.", names.join(", ")),
            },
        ));
    }
    if let Some(methods) = &failure.methods
        && (methods.is_empty() || methods.iter().any(|method| !legal.contains(method)))
    {
        let names: Vec<&str> = legal.iter().map(|method| method.name()).collect();
        return Err(refuse(
            IllegalCombination,
            format!(
                "{} does not belong to all of failure.methods.",
                failure.cause.name()
            ),
            format!("It can be answered by: {}.", names.join(", ")),
        ));
    }
    match failure.rejected_card_type {
        Some(_) if failure.cause != Cause::PaymentErrorCardTypeRejected => {
            return Err(refuse(
                IllegalCombination,
                format!(
                    "rejected_card_type does not go with {}.",
                    failure.cause.name()
                ),
                "Leave it out, or use the cause PAYMENT_ERROR_CARD_TYPE_REJECTED.",
            ));
        }
        Some(CreditCardType::Unspecified) => {
            return Err(refuse(
                UnknownValue,
                "failure.rejected_card_type must name a card type.",
                "Use VISA, MASTERCARD, AMERICAN_EXPRESS, DISCOVER or JCB.",
            ));
        }
        _ => {}
    }
    check_odds("failure", failure.times, failure.probability)
}

fn check_fault(fault: &Fault) -> Result<(), BehaviourError> {
    use BehaviourErrorCode::{IllegalCombination, UnknownValue};
    let companions = [
        ("ms", fault.ms.is_some()),
        ("jitter_ms", fault.jitter_ms.is_some()),
        ("status", fault.status.is_some()),
        ("retry_after_sec", fault.retry_after_sec.is_some()),
        ("bytes_per_sec", fault.bytes_per_sec.is_some()),
        ("when", fault.when.is_some()),
    ];
    // What goes with each kind, and whether it is there and within its range.
    let (allowed, fits, range): (&[&str], bool, &str) = match fault.kind {
        FaultKind::Latency => (
            &["ms", "jitter_ms"],
            fault.ms.is_some_and(|ms| ms <= 120_000)
                && fault.jitter_ms.unwrap_or(0) <= fault.ms.unwrap_or(0),
            "latency: ms up to 120000 and jitter_ms up to ms.",
        ),
        FaultKind::Status => (
            &["status"],
            fault.status.is_some_and(|it| (400..=599).contains(&it)),
            "status: 400 to 599.",
        ),
        FaultKind::RateLimit => (
            &["retry_after_sec"],
            fault.retry_after_sec.is_some_and(|sec| sec <= 86_400),
            "rate_limit: retry_after_sec from 0 to 86400.",
        ),
        FaultKind::Drip => (
            &["bytes_per_sec"],
            fault
                .bytes_per_sec
                .is_some_and(|it| (1..=1_000_000).contains(&it)),
            "drip: bytes_per_sec from 1 to 1000000.",
        ),
        FaultKind::Reset | FaultKind::Empty => (&["when"], true, ""),
        FaultKind::Truncated | FaultKind::Malformed => (&[], true, ""),
    };
    let stray = companions
        .iter()
        .find(|(name, present)| *present && !allowed.contains(name));
    if let Some((name, _)) = stray {
        let mut takes = allowed.to_vec();
        takes.extend(["methods", "times"]);
        return Err(refuse(
            IllegalCombination,
            format!("fault.{name} has no meaning for this kind of fault."),
            format!("It takes {} and probability.", takes.join(", ")),
        ));
    }
    if !fits {
        return Err(refuse(
            UnknownValue,
            "The fault's numbers are missing or out of range.",
            range,
        ));
    }
    if fault.methods.as_ref().is_some_and(Vec::is_empty) {
        return Err(refuse(
            UnknownValue,
            "fault.methods is empty, so the fault would never bite.",
            "Leave methods out for all methods, or name some.",
        ));
    }
    check_odds("fault", fault.times, fault.probability)
}

fn check_odds(what: &str, times: Option<u32>, odds: Option<f64>) -> Result<(), BehaviourError> {
    if times == Some(0) || odds.is_some_and(|p| !(p > 0.0 && p <= 1.0)) {
        return Err(refuse(
            BehaviourErrorCode::UnknownValue,
            format!("{what}.times starts at 1, and {what}.probability is above 0 and at most 1."),
            format!("To switch it off, send {{\"{what}\":null}}."),
        ));
    }
    Ok(())
}

/// The parts that say what a field is about; the others are their companions.
const NAMING: [&str; 3] = ["cause", "kind", "decision"];

/// Whether a patch of a top-level field changes some companions only, and does not say anew what
/// the field is about.
#[must_use]
pub fn is_partial(patch: &Value) -> bool {
    patch
        .as_object()
        .is_some_and(|fields| !NAMING.iter().any(|name| fields.contains_key(*name)))
}

/// What one top-level field becomes under a merge patch (RFC 7396).
///
/// One rule is added: a patch that names another `cause`, `kind` or `decision` starts afresh,
/// since the old one's companions (a card type, a status) would make no sense with it. Another
/// `authorisation` drops only its card type: the rest of a payment stays.
#[must_use]
pub fn merged(current: &Value, patch: &Value) -> Value {
    let starts_afresh = NAMING.iter().any(|name| {
        patch
            .get(name)
            .is_some_and(|value| current.get(name) != Some(value))
    });
    let (Value::Object(patch), false) = (patch, starts_afresh) else {
        return without_nulls(patch);
    };
    let mut merged = current.as_object().cloned().unwrap_or_default();
    let authorisation = patch.get("authorisation");
    if authorisation.is_some() && authorisation != current.get("authorisation") {
        merged.remove("rejected_card_type");
    }
    for (name, value) in patch {
        if value.is_null() {
            merged.remove(name);
        } else {
            merged.insert(name.clone(), value.clone());
        }
    }
    Value::Object(merged)
}

fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests;
