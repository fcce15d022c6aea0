//! Counterfactuals that several methods have in common.

use serde_json::{Value, json};

use super::Call;
use crate::decision::{Change, Counterfactual, Layer};

/// "Would be CONFIRMED if …", or "Would be another answer if …" where nobody can tell which.
pub(super) fn sentence(would: Option<&str>, condition: &str) -> String {
    format!(
        "Would be {} {condition}.",
        would.unwrap_or("another answer")
    )
}

/// Sets a top-level field of the behaviour to something else. Nothing where the request itself or a
/// rule sets it: the override or the rule says then how to leave it out.
pub(crate) fn behaviour(
    call: &Call,
    field: &'static str,
    value: Value,
    would: Option<&'static str>,
    condition: &str,
) -> Option<Counterfactual> {
    if matches!(
        call.snapshot.layer_of(field),
        Layer::Header | Layer::Payload | Layer::Rule
    ) {
        return None;
    }
    let mut patch = serde_json::Map::new();
    patch.insert(field.to_owned(), value);
    let patch = Value::Object(patch);
    Some(Counterfactual::behaviour(
        sentence(would, condition),
        would,
        patch,
    ))
}

/// The failure toggle set to a cause of UpdateBooking: it speaks before the partner's own rules.
pub(super) fn failure_toggle() -> Counterfactual {
    Counterfactual::behaviour(
        "Would be OUTSIDE_CANCELLATION_WINDOW if the failure toggle said so.",
        Some("OUTSIDE_CANCELLATION_WINDOW"),
        json!({"failure": {
            "cause": "OUTSIDE_CANCELLATION_WINDOW", "methods": ["UpdateBooking"],
        }}),
    )
}

/// A guest that nobody has seen, in the place of the request's.
pub(super) fn another_guest(
    call: &Call,
    would: Option<&'static str>,
    pointer: &'static str,
) -> Counterfactual {
    let text = sentence(would, "for another guest");
    Counterfactual::request(text, would, pointer, guest(call.number))
}

/// A guest of its own for each request, so that two tries do not meet.
fn guest(number: u64) -> Value {
    json!({
        "user_id": format!("guest-{number}"),
        "given_name": "Another",
        "family_name": "Guest",
        "telephone": "+1 206-555-0199",
        "email": format!("guest-{number}@example.com"),
    })
}

/// One control call about a slot.
pub(super) fn slot(
    slot_id: i64,
    patch: Value,
    would: Option<&'static str>,
    condition: &str,
) -> Counterfactual {
    let change = Change::Control {
        verb: "PATCH".into(),
        path: format!("/api/slots/{slot_id}").into(),
        body: Some(patch),
    };
    Counterfactual::new(sentence(would, condition), would, change)
}
