//! Decisions: the ordered steps of why an answer came out as it did.
//!
//! Sentences here are for people; nothing branches on their text. The step that settled the answer
//! says too what would have made it another one ([`counterfactual`]).

pub mod counterfactual;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

pub use counterfactual::{Change, Counterfactual};

/// Which layer spoke, strongest first (design: "who wins").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Layer {
    /// The transport and the wire format: credentials, verb, path, body.
    Protocol,
    /// The request's header `X-Mock-Partner`.
    Header,
    /// A value inside the request's body: a tag in the guest's e-mail.
    Payload,
    /// A toggle that undoes itself after a time.
    ExpiringToggle,
    /// A toggle.
    Toggle,
    /// A rule of the scenario.
    Rule,
    /// The scenario's own behaviour and settings.
    Scenario,
    /// What the inventory says of merchant, service and slot.
    Inventory,
    /// The partner's own rules and state.
    Domain,
}

impl Layer {
    /// Who speaks, as the start of a sentence about `what` it sets: "The confirmation toggle".
    #[must_use]
    pub fn who(self, what: &str) -> String {
        match self {
            Self::Header => "The header X-Mock-Partner".to_owned(),
            Self::Payload => "A tag in the guest's e-mail".to_owned(),
            Self::ExpiringToggle => format!("The {what} toggle, which will undo itself,"),
            Self::Rule => "A rule of the scenario".to_owned(),
            Self::Scenario => format!("The scenario's {what}"),
            Self::Inventory => "The inventory".to_owned(),
            Self::Protocol | Self::Toggle | Self::Domain => format!("The {what} toggle"),
        }
    }
}

/// One step of the way to an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Decision {
    /// A short, stable name of the step, e.g. `token` or `failure_toggle`.
    #[schema(value_type = String)]
    pub step: Cow<'static, str>,
    /// Who spoke.
    pub layer: Layer,
    /// One plain sentence.
    #[schema(value_type = String)]
    pub text: Cow<'static, str>,
    /// True for the step that settled the answer.
    pub decided: bool,
    /// Section of the protocol reference, where one applies.
    #[schema(value_type = Option<String>)]
    pub reference: Option<Cow<'static, str>>,
    /// What would have made the answer another one. The step that settled the answer has at
    /// least one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counterfactuals: Vec<Counterfactual>,
}

/// Collects the decisions of one request in order.
#[derive(Clone, Debug, Default)]
pub struct Trail(Vec<Decision>);

impl Trail {
    /// Adds a step that let the request pass on.
    pub fn note(
        &mut self,
        step: &'static str,
        layer: Layer,
        text: impl Into<Cow<'static, str>>,
        reference: &'static str,
    ) {
        self.push(step, layer, text.into(), reference, false);
    }

    /// Adds the step that settles the answer. Only the first one counts as decisive.
    pub fn decide(
        &mut self,
        step: &'static str,
        layer: Layer,
        text: impl Into<Cow<'static, str>>,
        reference: &'static str,
    ) {
        let first = self.decided().is_none();
        self.push(step, layer, text.into(), reference, first);
    }

    /// Adds to the step that settled the answer what would have made it another one; nothing
    /// where no step has settled it yet, or where the same change stands there already.
    pub fn unless(&mut self, counterfactual: Counterfactual) {
        if let Some(step) = self.0.iter_mut().find(|step| step.decided) {
            let known = &mut step.counterfactuals;
            if known.iter().all(|it| it.change != counterfactual.change) {
                known.push(counterfactual);
            }
        }
    }

    /// [`Self::decide`] with its counterfactual; none where whoever took the request in adds it
    /// (an override says itself how to leave it out).
    pub fn decide_unless(
        &mut self,
        step: &'static str,
        layer: Layer,
        text: impl Into<Cow<'static, str>>,
        reference: &'static str,
        counterfactual: impl Into<Option<Counterfactual>>,
    ) {
        if self.decided().is_none() {
            self.decide(step, layer, text, reference);
            if let Some(counterfactual) = counterfactual.into() {
                self.unless(counterfactual);
            }
        } else {
            self.note(step, layer, text, reference);
        }
    }

    /// Renames the places of the request's body that changes name, each a JSON pointer.
    pub fn respell(&mut self, spell: impl Fn(&str) -> String) {
        let steps = self.0.iter_mut();
        for it in steps.flat_map(|step| &mut step.counterfactuals) {
            if let Change::Request { pointer, .. } = &mut it.change {
                *pointer = spell(pointer).into();
            }
        }
    }

    /// The step that settled the answer, once there is one.
    #[must_use]
    pub fn decided(&self) -> Option<&Decision> {
        self.0.iter().find(|step| step.decided)
    }

    fn push(
        &mut self,
        step: &'static str,
        layer: Layer,
        text: Cow<'static, str>,
        reference: &'static str,
        decided: bool,
    ) {
        self.0.push(Decision {
            step: step.into(),
            layer,
            text,
            decided,
            reference: (!reference.is_empty()).then_some(reference.into()),
            counterfactuals: Vec::new(),
        });
    }

    /// The steps taken so far.
    #[must_use]
    pub fn into_decisions(self) -> Vec<Decision> {
        self.0
    }

    /// Adds the steps of another trail behind these. Where a step here has settled the answer,
    /// none of those can.
    pub fn append(&mut self, mut other: Trail) {
        if self.decided().is_some() {
            for step in &mut other.0 {
                step.decided = false;
            }
        }
        self.0.extend(other.0);
    }
}
