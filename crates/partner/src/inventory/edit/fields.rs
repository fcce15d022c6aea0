//! The fields of an edit, read strictly: what is misspelt is refused with the nearest right name.

use std::ops::RangeInclusive;

use booking_api::{DurationRequirement, Message, RequireCreditCard, Severity, read};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::inventory::terms::SlotTerms;

/// Why an edit was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EditError {
    /// What kind of refusal.
    pub kind: EditErrorKind,
    /// One sentence: what is wrong.
    pub message: String,
    /// One sentence: what to do.
    pub hint: String,
}

/// The kinds of refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditErrorKind {
    /// Nothing there.
    NotFound,
    /// A name that does not exist.
    UnknownField,
    /// A value that does not exist, or of the wrong type or range.
    UnknownValue,
    /// Each is fine, together they are not.
    IllegalCombination,
    /// What is there stands against it; with a stable word.
    Conflict(&'static str),
}

impl EditError {
    pub(super) fn not_found(what: &str, id: &str) -> Self {
        Self {
            kind: EditErrorKind::NotFound,
            message: format!("There is no {what} \"{id}\"."),
            hint: format!("GET /api/{what}s lists them."),
        }
    }

    /// As [`Self::not_found`], with the nearest id that there is.
    pub(super) fn unknown(what: &str, id: &str, known: &[String]) -> Self {
        let mut error = Self::not_found(what, id);
        if let Some(near) = nearest(id, known.iter().map(String::as_str)) {
            error.hint = format!("Did you mean \"{near}\"?");
        }
        error
    }

    pub(super) fn conflict(code: &'static str, message: String, hint: impl Into<String>) -> Self {
        Self {
            kind: EditErrorKind::Conflict(code),
            message,
            hint: hint.into(),
        }
    }

    pub(super) fn asynchronous_and_paid() -> Self {
        Self {
            kind: EditErrorKind::IllegalCombination,
            message: "An asynchronous slot cannot ask for a payment or a card: the protocol knows \
                      no payment for asynchronous bookings."
                .to_owned(),
            hint: "Make the slot synchronous, or set allow_async_payment in the scenario's \
                   settings (section 10.24)."
                .to_owned(),
        }
    }

    pub(super) fn wrong_value(pointer: String, found: &str, expected: &str) -> Self {
        Self {
            kind: EditErrorKind::UnknownValue,
            message: pointer + ": found " + found + ".",
            hint: format!("It is {expected}."),
        }
    }
}

/// The names of [`SlotTerms`].
pub(super) const TERMS: &[&str] = &[
    "availability_tag",
    "first_bookable_sec",
    "last_bookable_sec",
    "last_online_cancellable_sec",
    "offer_ids",
    "no_show_fee",
    "deposit",
    "require_credit_card",
    "payment_option_ids",
    "staff_name",
    "room_name",
    "duration_requirement",
    "prepayment",
];

/// An object of an edit. Absent means unchanged, null means as if never set.
pub(super) struct Fields<'a> {
    object: &'a Map<String, Value>,
    at: &'static str,
}

impl<'a> Fields<'a> {
    /// An object that may hold the `known` fields.
    pub(super) fn of(
        object: &'a Map<String, Value>,
        at: &'static str,
        known: &[&str],
    ) -> Result<Self, EditError> {
        match object.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(Self { object, at }),
            Some(name) => Err(EditError {
                kind: EditErrorKind::UnknownField,
                message: format!("There is no field \"{name}\" here."),
                hint: match nearest(name, known.iter().copied()) {
                    Some(near) => format!("Did you mean \"{near}\"?"),
                    None => format!("Known here: {}.", known.join(", ")),
                },
            }),
        }
    }

    /// The refusal of a field's value.
    pub(super) fn wrong(&self, name: &str, expected: &str) -> EditError {
        let found = self
            .object
            .get(name)
            .map_or("nothing".to_owned(), Value::to_string);
        let found: String = found.chars().take(80).collect();
        EditError::wrong_value(format!("{}/{name}", self.at), &found, expected)
    }

    /// A text; null is the empty one.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, EditError> {
        match self.object.get(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(String::new())),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(self.wrong(name, "a text")),
        }
    }

    pub(super) fn required_text(&self, name: &str) -> Result<String, EditError> {
        self.text(name)?
            .filter(|text| !text.is_empty())
            .ok_or_else(|| self.wrong(name, "a text that is not empty"))
    }

    /// A whole number, as number or text; `Some(None)` for null.
    pub(super) fn integer(
        &self,
        name: &str,
        range: RangeInclusive<i64>,
    ) -> Result<Option<Option<i64>>, EditError> {
        let number = match self.object.get(name) {
            None => return Ok(None),
            Some(Value::Null) => return Ok(Some(None)),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        match number.filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(Some(number))),
            None => {
                let (low, high) = (range.start(), range.end());
                Err(self.wrong(name, &format!("a whole number from {low} to {high}")))
            }
        }
    }

    pub(super) fn required_integer(
        &self,
        name: &str,
        range: RangeInclusive<i64>,
    ) -> Result<i64, EditError> {
        let found = self.integer(name, range)?.flatten();
        found.ok_or_else(|| self.wrong(name, "a whole number"))
    }

    /// One of a set of names; `Some(None)` for null.
    pub(super) fn one_of<T: Copy>(
        &self,
        name: &str,
        all: &[T],
        name_of: impl Fn(T) -> &'static str,
    ) -> Result<Option<Option<T>>, EditError> {
        let text = match self.object.get(name) {
            None => return Ok(None),
            Some(Value::Null) => return Ok(Some(None)),
            Some(Value::String(text)) => text.as_str(),
            Some(_) => return Err(self.wrong(name, "a name in quotes")),
        };
        if let Some(found) = all.iter().find(|value| name_of(**value) == text) {
            return Ok(Some(Some(*found)));
        }
        let names = || all.iter().map(|value| name_of(*value));
        let mut error = self.wrong(name, "");
        error.hint = match nearest(text, names()) {
            Some(near) => format!("Did you mean \"{near}\"?"),
            None => format!("Known here: {}.", names().collect::<Vec<_>>().join(", ")),
        };
        Err(error)
    }

    /// A message of the protocol, merged over the one that is there.
    pub(super) fn message<T: Message + Serialize + Clone>(
        &self,
        name: &str,
        current: Option<&T>,
    ) -> Result<Option<T>, EditError> {
        let patch = match self.object.get(name) {
            None => return Ok(current.cloned()),
            Some(Value::Null) => return Ok(None),
            Some(patch) => patch,
        };
        let mut merged = current
            .and_then(|current| serde_json::to_value(current).ok())
            .unwrap_or_default();
        merge(&mut merged, patch);
        let reading = read::<T>(merged.to_string().as_bytes());
        // A control call is strict: what the protocol would ignore is refused here.
        let odd = reading
            .findings
            .iter()
            .find(|it| it.severity > Severity::Info);
        match (odd, reading.message) {
            (None, Ok(message)) => Ok(Some(message)),
            (Some(finding), _) => Err(EditError {
                kind: match finding.code.as_ref() {
                    "unknown_field" => EditErrorKind::UnknownField,
                    _ => EditErrorKind::UnknownValue,
                },
                message: format!(
                    "{}/{name}{}: found {}, expected {}.",
                    self.at, finding.pointer, finding.found, finding.expected
                ),
                hint: finding.hint.clone(),
            }),
            (None, Err(_)) => Err(self.wrong(name, T::NAME)),
        }
    }

    /// A list of texts; `Some(None)` for null.
    fn texts(&self, name: &str) -> Result<Option<Option<Vec<String>>>, EditError> {
        match self.object.get(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(value) => serde_json::from_value(value.clone())
                .map(|texts| Some(Some(texts)))
                .map_err(|_| self.wrong(name, "a list of texts")),
        }
    }

    /// An object within; `Some(None)` for null.
    pub(super) fn object(
        &self,
        name: &'static str,
        known: &[&str],
    ) -> Result<Option<Option<Fields<'a>>>, EditError> {
        match self.object.get(name) {
            None => Ok(None),
            Some(Value::Null) => Ok(Some(None)),
            Some(Value::Object(object)) => {
                // The only nesting that edits have.
                Ok(Some(Some(Fields::of(object, "/terms", known)?)))
            }
            Some(_) => Err(self.wrong(name, "an object")),
        }
    }

    /// Changes a slot's terms.
    pub(super) fn apply_to_terms(&self, terms: &mut SlotTerms) -> Result<(), EditError> {
        for (name, place) in [
            ("availability_tag", &mut terms.availability_tag),
            ("staff_name", &mut terms.staff_name),
            ("room_name", &mut terms.room_name),
        ] {
            if let Some(text) = self.text(name)? {
                *place = text;
            }
        }
        for (name, place) in [
            ("first_bookable_sec", &mut terms.first_bookable_sec),
            ("last_bookable_sec", &mut terms.last_bookable_sec),
            (
                "last_online_cancellable_sec",
                &mut terms.last_online_cancellable_sec,
            ),
        ] {
            if let Some(moment) = self.integer(name, 1..=i64::MAX)? {
                *place = moment;
            }
        }
        if let Some(offers) = self.texts("offer_ids")? {
            terms.offer_ids = offers;
        }
        if let Some(options) = self.texts("payment_option_ids")? {
            terms.payment_option_ids = options.unwrap_or_default();
        }
        terms.no_show_fee = self.message("no_show_fee", terms.no_show_fee.as_ref())?;
        terms.deposit = self.message("deposit", terms.deposit.as_ref())?;
        terms.prepayment = self.message("prepayment", terms.prepayment.as_ref())?;
        let cards = RequireCreditCard::ALL;
        if let Some(card) = self.one_of("require_credit_card", cards, RequireCreditCard::name)? {
            terms.require_credit_card = card.filter(|it| *it != RequireCreditCard::Unspecified);
        }
        let all = DurationRequirement::ALL;
        if let Some(shown) = self.one_of("duration_requirement", all, DurationRequirement::name)? {
            terms.duration_requirement = shown.filter(|it| *it != DurationRequirement::Unspecified);
        }
        Ok(())
    }
}

/// A JSON merge patch (RFC 7396).
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(name);
        } else {
            merge(fields.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let written = written.to_lowercase();
    names
        .map(|name| (strsim::jaro_winkler(&written, &name.to_lowercase()), name))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
