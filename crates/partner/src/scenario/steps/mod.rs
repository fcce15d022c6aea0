//! A scenario's steps as its file has them: what is done, and what is expected of it.
//!
//! Shape only. What is wrong with steps is found in [`check`], values of earlier answers are put
//! in by [`fill`], an answer is held against what is expected in [`compare`], and [`expected`] has
//! what is expected line by line. Steps are taken by the server, over HTTP.

pub mod check;
pub mod compare;
mod expect;
pub mod expected;
pub mod fill;
pub mod places;

use std::collections::BTreeMap;

use booking_api::{Cause, Method};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use expect::{Expect, ExpectedBooking, ExpectedExchange, ExpectedNotification, Matcher};

use crate::merchant::Action;

/// One step of a walk-through: what the audience is told, what is done, and what must come of it.
/// It has exactly one of `send`, `merchant`, `advance`, `challenge`, `set` and `control`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What is done, in a few words.
    pub title: String,
    /// What the audience is told, in Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// A request to the Booking Server, as the aggregator, credentials added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<Request>,
    /// Something that the merchant does with a booking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merchant: Option<MerchantMove>,
    /// Time that passes by the partner's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advance: Option<Advance>,
    /// What the guest does on the bank's page (3-D Secure 1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<Challenge>,
    /// Toggles that are set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<Toggles>,
    /// A control call, where none of the others fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<ControlCall>,
    /// What must come of it.
    #[serde(default, skip_serializing_if = "Expect::is_usual")]
    pub expect: Expect,
    /// Values of the answer that later steps use as `${name}`: the name, and a JSON pointer into
    /// the answer's body.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub capture: BTreeMap<String, String>,
    /// Whether it is taken with another Booking Server too (`rehearse --target`). Where left out:
    /// only requests that nothing before them needs a mock for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<bool>,
}

/// A request to the Booking Server.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Request {
    /// The protocol's method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// Instead of `method`: verb and path, e.g. `POST /v3/CreateBooking/`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<String>,
    /// Further headers. Credentials are added unless there is an `Authorization`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body; text is sent as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Whether the body is meant to be wrong; else `check` warns of what is.
    #[serde(skip_serializing_if = "is_false")]
    pub faulty: bool,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn is_false(on: &bool) -> bool {
    !*on
}

impl Request {
    /// Verb and path; `None` where neither is given as it must be.
    #[must_use]
    pub fn line(&self) -> Option<(String, String)> {
        match (self.method, &self.request) {
            (Some(method), None) => {
                let verb = method.verb().name().to_owned();
                Some((verb, format!("/v3/{}", method.name())))
            }
            (None, Some(line)) => verb_and_path(line),
            _ => None,
        }
    }
}

/// `POST /v3/CreateBooking` as verb and path.
#[must_use]
pub fn verb_and_path(line: &str) -> Option<(String, String)> {
    let (verb, path) = line.split_once(' ')?;
    let is_verb = !verb.is_empty() && verb.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_path = path.starts_with('/') && !path.contains(char::is_whitespace);
    (is_verb && is_path).then(|| (verb.to_owned(), path.to_owned()))
}

/// Something that the merchant does with a booking: the fields are those of
/// `POST /api/bookings/{id}/actions`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MerchantMove {
    /// The booking's id, which is usually a captured one.
    pub booking_id: String,
    /// What is done.
    pub action: Action,
    /// `fail`: why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// `fail`: the card brand of PAYMENT_ERROR_CARD_TYPE_REJECTED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_card_type: Option<String>,
    /// `fail`: words for whoever debugs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// `cancel`: whether what was paid or held is given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<bool>,
    /// `cancel`: whether the guest gets a payment option instead of money, or the use of one back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<bool>,
    /// `reschedule`: the new start, in seconds since 1970 (UTC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_sec: Option<Value>,
    /// `reschedule`: how long it lasts then, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_sec: Option<Value>,
    /// `reschedule`: how many guests come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party_size: Option<u32>,
}

/// Time that passes: one of both.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Advance {
    /// So many seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sec: Option<u64>,
    /// `next_timer`, or an instant in RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What the guest does on the bank's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// The decision.
    pub decision: Decision,
    /// Which challenge, by its id; the newest that is open where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
}

/// How a challenge ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The guest proves who they are.
    Approve,
    /// The bank refuses.
    Decline,
    /// The guest goes back.
    Cancel,
    /// Nobody does anything.
    TimeOut,
}

impl Decision {
    /// Its name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Cancel => "cancel",
            Self::TimeOut => "time_out",
        }
    }
}

/// Toggles that are set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Toggles {
    /// What changes, as a JSON merge patch of the behaviour.
    pub behaviour: Map<String, Value>,
    /// After so many seconds it is undone by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in_sec: Option<u64>,
}

/// A control call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ControlCall {
    /// Verb and path, e.g. `PUT /api/aggregator/faults`.
    pub request: String,
    /// The body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

/// What a step does.
#[derive(Clone, Copy, Debug)]
pub enum StepAction<'s> {
    /// A request as the aggregator.
    Send(&'s Request),
    /// The merchant acts.
    Merchant(&'s MerchantMove),
    /// Time passes.
    Advance(&'s Advance),
    /// The guest answers the bank's challenge.
    Challenge(&'s Challenge),
    /// Toggles are set.
    Set(&'s Toggles),
    /// A control call.
    Control(&'s ControlCall),
}

impl StepAction<'_> {
    /// The field's name, which is the action's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Send(_) => "send",
            Self::Merchant(_) => "merchant",
            Self::Advance(_) => "advance",
            Self::Challenge(_) => "challenge",
            Self::Set(_) => "set",
            Self::Control(_) => "control",
        }
    }
}

impl Step {
    /// All actions that it names; a lawful step names one.
    fn actions(&self) -> Vec<StepAction<'_>> {
        let actions = [
            self.send.as_ref().map(StepAction::Send),
            self.merchant.as_ref().map(StepAction::Merchant),
            self.advance.as_ref().map(StepAction::Advance),
            self.challenge.as_ref().map(StepAction::Challenge),
            self.set.as_ref().map(StepAction::Set),
            self.control.as_ref().map(StepAction::Control),
        ];
        actions.into_iter().flatten().collect()
    }

    /// What it does; a step that was checked always does something.
    #[must_use]
    pub fn action(&self) -> Option<StepAction<'_>> {
        self.actions().into_iter().next()
    }
}

#[cfg(test)]
mod tests;
