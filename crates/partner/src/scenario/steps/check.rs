//! What is wrong with a scenario's steps, beyond their shape: pointers, names without a value,
//! expectations that cannot be, and bodies that the request doctor objects to.

use std::collections::BTreeSet;

use booking_api::{
    BatchAvailabilityLookupRequest, CheckAvailabilityRequest, CreateBookingRequest,
    CreateLeaseRequest, Examined, Finding, GetBookingStatusRequest, ListBookingsRequest, Method,
    SetMarketingPreferenceRequest, UpdateBookingRequest, examine,
};
use serde_json::{Map, Value};

use super::super::located::step as below;
use super::fill::{self, Variables};
use super::{Matcher, Step, StepAction, verb_and_path};
use crate::behaviour::{Behaviour, patch};

/// Something wrong with a step, or odd about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Flaw {
    /// Where, as a JSON pointer from the step on.
    pub(in crate::scenario) pointer: String,
    /// What is wrong.
    pub(in crate::scenario) message: String,
    /// What to do.
    pub(in crate::scenario) hint: String,
}

impl Flaw {
    fn new(
        pointer: impl Into<String>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
            hint: hint.into(),
        }
    }
}

/// What is wrong with a step. `known` are the names that have a value before it, and after this
/// those that have one behind it; `raw` is the step as it stands in the file.
pub(in crate::scenario) fn flaws(
    step: &Step,
    raw: &Value,
    known: &mut BTreeSet<String>,
) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let named = step.actions();
    let actions = "send, merchant, advance, challenge, set, control";
    match &named[..] {
        [action] => flaws.extend(action_flaw(*action)),
        [] => flaws.push(Flaw::new(
            "",
            "The step does nothing.",
            format!("Give it one of: {actions}."),
        )),
        [_, second, ..] => {
            let message = "A step does one thing.";
            let hint = "Make two steps of it.";
            flaws.push(Flaw::new(format!("/{}", second.name()), message, hint));
        }
    }
    if step.title.trim().is_empty() {
        flaws.push(Flaw::new(
            "/title",
            "The title is empty.",
            "Say it in a few words.",
        ));
    }
    flaws.extend(expectation_flaws(step));
    // What is captured can be used by the expectations beside it, and by later steps.
    let mut after = known.clone();
    for (name, pointer) in &step.capture {
        let at = below("/capture", name);
        if !fill::is_name(name) {
            let message = format!("\"{name}\" cannot be a name.");
            let hint = "Use letters, digits and _, and begin with a letter.";
            flaws.push(Flaw::new(at.clone(), message, hint));
        }
        flaws.extend(pointer_flaw(&at, pointer));
        after.insert(name.clone());
    }
    for (name, value) in raw.as_object().into_iter().flatten() {
        let names = match name.as_str() {
            "title" | "text" | "capture" => continue,
            "expect" => &after,
            _ => &*known,
        };
        unknown_names(&below("", name), value, names, &mut flaws);
    }
    *known = after;
    flaws
}

/// Names in a scenario's `variables`: they stand before all steps.
pub(in crate::scenario) fn variable_flaws(variables: &Map<String, Value>) -> Vec<Flaw> {
    let wrong = variables.keys().filter(|name| !fill::is_name(name));
    let hint = "Use letters, digits and _, and begin with a letter.";
    wrong
        .map(|name| {
            Flaw::new(
                below("", name),
                format!("\"{name}\" cannot be a name."),
                hint,
            )
        })
        .collect()
}

fn action_flaw(action: StepAction<'_>) -> Option<Flaw> {
    let line_hint = "Write verb and path, like \"POST /v3/CreateBooking\".";
    match action {
        StepAction::Send(request) => match (request.method, &request.request) {
            (None, None) => Some(Flaw::new(
                "/send",
                "It is not said what is sent.",
                "Give method: CreateBooking, or request: \"POST /v3/CreateBooking/\".",
            )),
            (Some(_), Some(_)) => Some(Flaw::new(
                "/send/request",
                "method says already what is sent.",
                "Keep one of the two.",
            )),
            (None, Some(line)) if verb_and_path(line).is_none() => {
                let message = format!("\"{line}\" is no request.");
                Some(Flaw::new("/send/request", message, line_hint))
            }
            _ => None,
        },
        StepAction::Control(call) if verb_and_path(&call.request).is_none() => {
            let message = format!("\"{}\" is no control call.", call.request);
            let hint = "Write verb and path, like \"PUT /api/aggregator/faults\".";
            Some(Flaw::new("/control/request", message, hint))
        }
        StepAction::Advance(advance) => match (advance.sec, &advance.to) {
            (Some(_), None) | (None, Some(_)) => None,
            _ => Some(Flaw::new(
                "/advance",
                "An advance takes either sec or to.",
                "Write {sec: 300}, or {to: next_timer}.",
            )),
        },
        StepAction::Set(toggles) => toggle_flaw(&toggles.behaviour),
        _ => None,
    }
}

/// Whether the usual behaviour can be changed so. What is in force when the step is taken may be
/// something else, and is looked at then.
fn toggle_flaw(change: &Map<String, Value>) -> Option<Flaw> {
    let usual = serde_json::to_value(Behaviour::default()).unwrap_or_default();
    change.iter().find_map(|(name, value)| {
        let part = patch::merged(usual.get(name).unwrap_or(&Value::Null), value);
        let error = patch::read(&serde_json::json!({ name.as_str(): part })).err()?;
        let pointer = below("/set/behaviour", name);
        Some(Flaw::new(pointer, error.message, error.hint))
    })
}

fn expectation_flaws(step: &Step) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let expect = &step.expect;
    for (place, fields) in expect.all_fields() {
        for (pointer, value) in fields {
            let at = below(place, pointer);
            flaws.extend(pointer_flaw(&at, pointer));
            if let Err((message, hint)) = Matcher::of(value) {
                flaws.push(Flaw::new(at, message, hint));
            }
        }
    }
    let is_request = step.send.is_some();
    if expect.exchange.is_some() && !is_request {
        let message = "Only a request has an exchange of its own.";
        let hint = "What the aggregator was told is under notification.";
        flaws.push(Flaw::new("/expect/exchange", message, hint));
    }
    if expect.is_no_answer() {
        let speaks_of_answer = [
            ("/expect/status", expect.status.is_some()),
            ("/expect/cause", expect.cause.is_some()),
            ("/expect/json", expect.json.is_some()),
            ("/expect/fields", !expect.fields.is_empty()),
            ("/capture", !step.capture.is_empty()),
        ];
        for (pointer, _) in speaks_of_answer.iter().filter(|(_, given)| *given) {
            let message = "Where no answer comes, nothing can be said of it.";
            flaws.push(Flaw::new(*pointer, message, "Leave one of the two out."));
        }
        if !is_request {
            let message = "Only a request can be left without an answer.";
            flaws.push(Flaw::new("/expect/no_answer", message, "Leave it out."));
        }
    }
    flaws
}

/// A JSON pointer is empty, or begins with a slash; `~` stands before 0 or 1 only.
fn pointer_flaw(at: &str, pointer: &str) -> Option<Flaw> {
    let escapes = pointer.split('~').skip(1);
    let escaped = escapes.into_iter().all(|rest| rest.starts_with(['0', '1']));
    if (pointer.is_empty() || pointer.starts_with('/')) && escaped {
        return None;
    }
    let message = format!("\"{pointer}\" is no JSON pointer.");
    let hint = "Write the names one behind the other, each after a slash: /booking/status.";
    Some(Flaw::new(at, message, hint))
}

fn unknown_names(pointer: &str, value: &Value, known: &BTreeSet<String>, flaws: &mut Vec<Flaw>) {
    match value {
        Value::String(text) => {
            for name in fill::names(text) {
                if !known.contains(name) {
                    let message = format!("There is no value for ${{{name}}} here.");
                    let names: Vec<&str> = known.iter().map(String::as_str).collect();
                    let hint = match names.is_empty() {
                        true => "Capture it in an earlier step, or give it under variables. \
                                 $${ stands for ${ itself."
                            .to_owned(),
                        false => crate::explain::suggest(name, &names),
                    };
                    flaws.push(Flaw::new(pointer, message, hint));
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                unknown_names(&format!("{pointer}/{index}"), item, known, flaws);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                unknown_names(&below(pointer, name), value, known, flaws);
            }
        }
        _ => {}
    }
}

/// What the request doctor objects to in a step's body, unless it is meant to be wrong. Values that
/// come from earlier answers cannot be looked at.
pub(in crate::scenario) fn objections(step: &Step, variables: &Map<String, Value>) -> Vec<Flaw> {
    let Some(request) = step.send.as_ref().filter(|request| !request.faulty) else {
        return Vec::new();
    };
    let (Some(method), Some(body)) = (request.method, &request.body) else {
        return Vec::new();
    };
    let text = match body {
        Value::String(text) => text.clone(),
        body => Variables::from(variables).fill_known(body).to_string(),
    };
    let is_open = |finding: &Finding| {
        let at = body.pointer(&finding.pointer).and_then(Value::as_str);
        at.is_some_and(|text| !fill::names(text).is_empty())
    };
    let findings = findings(method, text.as_bytes()).into_iter();
    findings
        .filter(|finding| finding.is_objection() && !is_open(finding))
        .map(|finding| {
            let Finding {
                pointer,
                code,
                found,
                expected,
                hint,
                ..
            } = finding;
            let message = format!(
                "The request doctor objects to the body: {code} at {pointer}, found {found}, \
                 expected {expected}."
            );
            let hint = format!("{hint} Where it is meant so, write faulty: true.");
            Flaw::new(format!("/send/body{pointer}"), message, hint)
        })
        .collect()
}

fn findings(method: Method, body: &[u8]) -> Vec<Finding> {
    fn of<T: Examined>(body: &[u8]) -> Vec<Finding> {
        examine::<T>(body).findings
    }
    match method {
        Method::BatchAvailabilityLookup => of::<BatchAvailabilityLookupRequest>(body),
        Method::CheckAvailability => of::<CheckAvailabilityRequest>(body),
        Method::CreateLease => of::<CreateLeaseRequest>(body),
        Method::CreateBooking => of::<CreateBookingRequest>(body),
        Method::UpdateBooking => of::<UpdateBookingRequest>(body),
        Method::GetBookingStatus => of::<GetBookingStatusRequest>(body),
        Method::ListBookings => of::<ListBookingsRequest>(body),
        Method::SetMarketingPreference => of::<SetMarketingPreferenceRequest>(body),
        _ => Vec::new(),
    }
}
