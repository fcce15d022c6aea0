//! A scenario's rules as its file has them: when a rule holds, and what it does then.
//!
//! Shape and legality only: `numbers` and `then` have what files may say in short. Whether a rule
//! holds for a request is decided in [`crate::rules`].

mod numbers;
#[cfg(test)]
mod tests;
mod then;

use booking_api::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use self::numbers::{NthCall, Per, Range};
pub use self::then::Then;
use super::one_or_many::OneOrMany;
use crate::behaviour::patch::BehaviourError;
use crate::behaviour::{Behaviour, PaymentMode};

/// When a rule holds, and what it does then. Rules are asked in order; of two that hold and set the
/// same field, the first one wins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is called in decisions and lists; each rule of a file has a name of its own.
    pub name: String,
    /// Whether it is on at the start.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub on: bool,
    /// When it holds: all that is named must be so. Without, always.
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub when: When,
    /// What it does then.
    pub then: Then,
}

fn yes() -> bool {
    true
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn is_true(on: &bool) -> bool {
    *on
}

/// When a rule holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// The method that is called, or several. Without, every method that `then` can be about.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub method: OneOrMany<Method>,
    /// The merchant's id, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub merchant: OneOrMany<String>,
    /// The service's id, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub service: OneOrMany<String>,
    /// The guest's `user_id` or e-mail address, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub user: OneOrMany<String>,
    /// How many people come: a number, or `{from, to}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party_size: Option<Range>,
    /// The payment mode of the slot, as a toggle or the inventory has it, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub payment_mode: OneOrMany<PaymentMode>,
    /// The confirmation mode of the slot, as a toggle or the inventory has it, or both.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub confirmation: OneOrMany<Mode>,
    /// Which call: a number, or `{n, from, to, every, per}`. Calls are counted for which all
    /// else under `when` holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth_call: Option<NthCall>,
    /// How likely it holds when all else does, above 0 to 1; drawn from the seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

impl When {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }
}

/// A slot's confirmation mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Confirmed or refused in the answer.
    Synchronous,
    /// The merchant decides later.
    Asynchronous,
}

/// Something that cannot be, with the field below the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// As a JSON pointer from the rule on.
    pub(super) pointer: &'static str,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Flaw {
    fn new(pointer: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            pointer,
            message: message.into(),
            hint: hint.into(),
        }
    }

    fn of(pointer: &'static str, error: BehaviourError) -> Self {
        Self::new(pointer, error.message, error.hint)
    }
}

impl Rule {
    /// The methods that it can be about: those under `when`, else all that what it does fits.
    #[must_use]
    pub fn methods(&self) -> Vec<Method> {
        if !self.when.method.is_empty() {
            return self.when.method.to_vec();
        }
        let fits = |method: &&Method| self.then.misfit(**method).is_none();
        Method::ALL.iter().filter(fits).copied().collect()
    }

    /// What cannot be. `normal` is the scenario's behaviour.
    pub(super) fn flaws(&self, normal: &Behaviour) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.name.trim().is_empty() {
            flaws.push(Flaw::new(
                "/name",
                "The name is empty.",
                "Say in a few words what the rule does.",
            ));
        }
        if self.then.fields().is_empty() {
            flaws.push(Flaw::new(
                "/then",
                "The rule does nothing.",
                "Set failure, confirmation, merchant_reply, payment or fault.",
            ));
        }
        self.then.flaws(normal, &mut flaws);
        for method in &self.when.method.0 {
            if let Some((field, hint)) = self.then.misfit(*method) {
                let message = format!("{} has no {field} to set.", method.name());
                flaws.push(Flaw::new("/when/method", message, hint));
            }
        }
        if flaws.is_empty() && self.methods().is_empty() {
            flaws.push(Flaw::new(
                "/then",
                "No method has all that the rule sets.",
                "Split it into several rules.",
            ));
        }
        if self
            .when
            .probability
            .is_some_and(|p| !(p > 0.0 && p <= 1.0))
        {
            flaws.push(Flaw::new(
                "/when/probability",
                "The probability is out of range.",
                "It is above 0 and at most 1; leave it out for always.",
            ));
        }
        if let Some(Range { from, to }) = self.when.party_size
            && (from.is_none() && to.is_none() || from > to.or(from))
        {
            flaws.push(Flaw::new(
                "/when/party_size",
                "No party is of this size.",
                "It is a number, or {from, to} with from at most to.",
            ));
        }
        if self.when.payment_mode.contains(&PaymentMode::Inventory) {
            flaws.push(Flaw::new(
                "/when/payment_mode",
                "\"inventory\" is no payment mode of a slot.",
                "Use none, prepayment, no_show_fee, deposit or card_required.",
            ));
        }
        flaws
    }
}
