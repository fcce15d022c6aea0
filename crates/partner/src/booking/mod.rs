//! What the partner answers, one file per method of the protocol.
//!
//! Each file has a pure part (request, rows, behaviour and time in; answer out) and a thin part
//! that fetches the rows and writes the effects. HTTP is not known here: a protocol error is a
//! [`Refusal`] with a status, a business failure is a 200 (invariant 7).

pub mod availability;
mod cancel;
pub mod create;
pub mod force;
mod guest;
pub mod lease;
pub(crate) mod mode;
mod offer;
pub(crate) mod place;
pub mod preference;
mod reschedule;
pub mod status;
mod token;
pub(crate) mod unless;
pub mod update;
pub mod validation;
mod window;

use std::borrow::Cow;
use std::sync::Arc;

use booking_api::{BookingFailure, Cause, Finding, PlainCause, Slot, UserInformation};
use jiff::Timestamp;
use serde::Serialize;

use crate::behaviour::snapshot::Snapshot;
use crate::chance::Chance;
use crate::decision::{Counterfactual, Trail};
use crate::store::StoreError;
use crate::store::inventory::Known;

/// What one request stands on, from its first step to its last.
#[derive(Clone, Debug)]
pub struct Call {
    /// The request's number; chance is drawn from it.
    pub number: u64,
    /// When it arrived.
    pub now: Timestamp,
    /// The behaviour in force then.
    pub snapshot: Arc<Snapshot>,
    /// The request's dice.
    pub chance: Chance,
    /// The Booking Server's own address, for links in answers.
    pub booking_url: Arc<str>,
}

impl Call {
    /// The time in Unix seconds, as the protocol has it.
    #[must_use]
    pub fn now_sec(&self) -> i64 {
        self.now.as_second()
    }
}

/// A protocol error: an HTTP status with a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The HTTP status (section 1.4).
    pub status: u16,
    /// Two or three words for the log's row, e.g. `unknown booking`.
    pub label: Cow<'static, str>,
    /// What is wrong and what to do.
    pub message: String,
    /// What the answer lists beside the message.
    pub findings: Vec<Finding>,
}

impl Refusal {
    /// A refusal with its words.
    #[must_use]
    pub fn new(
        status: u16,
        label: impl Into<Cow<'static, str>>,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            label: label.into(),
            message: message.into(),
            findings: Vec::new(),
        }
    }

    /// The same with findings that the answer lists.
    #[must_use]
    pub fn listing(mut self, findings: &[Finding]) -> Self {
        self.findings = findings.to_vec();
        self
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // 503 tells the caller to come again (section 1.4); nothing was written.
        Self::new(
            503,
            "store busy",
            format!("Nothing was done, try again: {error}."),
        )
    }
}

/// Why a wish is not granted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum No {
    /// A protocol error.
    Refuse(Refusal),
    /// A business failure.
    Fail(BookingFailure),
}

impl No {
    fn fail(cause: PlainCause, why: &str) -> Self {
        Self::Fail(BookingFailure::of(cause).with_description(why))
    }
}

/// A 200 answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The JSON body.
    pub body: String,
    /// The answer in a word, for the log's row.
    pub label: Cow<'static, str>,
    /// Set where the body holds a business failure.
    pub cause: Option<Cause>,
}

impl Answer {
    /// The wish is granted.
    #[must_use]
    pub fn granted<T: Serialize>(message: &T, label: impl Into<Cow<'static, str>>) -> Self {
        Self {
            body: to_json(message),
            label: label.into(),
            cause: None,
        }
    }

    /// A business failure.
    #[must_use]
    pub fn failed<T: Serialize>(message: &T, cause: Cause) -> Self {
        Self {
            body: to_json(message),
            label: cause.name().into(),
            cause: Some(cause),
        }
    }
}

/// An answer with all that the log wants to know.
#[derive(Clone, Debug)]
pub struct Reply {
    /// What is sent.
    pub result: Result<Answer, Refusal>,
    /// Why.
    pub trail: Trail,
    /// What was wrong with the request, beyond its JSON.
    pub findings: Vec<Finding>,
    /// The booking it was about.
    pub booking_id: Option<String>,
    /// The merchant it was about.
    pub merchant_id: Option<String>,
    /// What it was about, in a few words.
    pub note: String,
    /// Whether it is about money, for which other limits hold (section 9.4).
    pub with_payment: bool,
    /// Whether there is one booking more now; a replay makes none.
    pub made_booking: bool,
    /// Where a slot sprang into being: what was known beside it.
    pub made_slot: Option<Known>,
    /// The earliest timer that was set for what was answered.
    pub timer: Option<Timestamp>,
}

impl Reply {
    /// Starts an answer about a slot.
    #[must_use]
    pub fn about(merchant_id: &str, note: String) -> Self {
        Self {
            result: Err(Refusal::new(500, "no answer", "No answer was decided.")),
            trail: Trail::default(),
            findings: Vec::new(),
            booking_id: None,
            merchant_id: (!merchant_id.is_empty()).then(|| merchant_id.to_owned()),
            note,
            with_payment: false,
            made_booking: false,
            made_slot: None,
            timer: None,
        }
    }

    /// Sets the answer.
    #[must_use]
    pub fn with(mut self, result: Result<Answer, Refusal>) -> Self {
        self.result = result;
        self
    }
}

/// What lifts the network toggle, whoever set it.
pub(crate) fn fault_unless(call: &Call, condition: &str) -> Option<Counterfactual> {
    unless::behaviour(call, "fault", serde_json::Value::Null, None, condition)
}

/// `5678 · John Smith`: what a row says of a booking.
#[must_use]
pub fn note_of(slot: Option<&Slot>, user: Option<&UserInformation>) -> String {
    let mut note = slot.map_or_else(String::new, |slot| slot.service_id.clone());
    if let Some(name) = user.map(guest_name).filter(|name| !name.is_empty()) {
        if !note.is_empty() {
            note.push_str(" · ");
        }
        note.push_str(&name);
    }
    note
}

/// The guest's name as people write it.
#[must_use]
pub fn guest_name(user: &UserInformation) -> String {
    format!("{} {}", user.given_name, user.family_name)
        .trim()
        .to_owned()
}

pub(crate) fn to_json<T: Serialize>(message: &T) -> String {
    // Most messages fit, and growing costs more than room.
    let mut json = Vec::with_capacity(1_024);
    // Messages are structs of strings, numbers and lists: none of them can fail to serialise, and
    // what is written is UTF-8.
    match serde_json::to_writer(&mut json, message) {
        Ok(()) => String::from_utf8(json).unwrap_or_default(),
        Err(_) => "{}".to_owned(),
    }
}
