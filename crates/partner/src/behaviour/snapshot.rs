//! The behaviour as one request sees it, and who set what in it: the scenario, a toggle, a rule or
//! the request itself.

use std::sync::Arc;

use jiff::Timestamp;

use super::Behaviour;
use crate::decision::Layer;
use crate::scenario::Scenario;

/// One behaviour as a request sees it, from its first step to its last.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// What is in force.
    pub behaviour: Behaviour,
    /// What the scenario says.
    pub normal: Arc<Behaviour>,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// When the expiring toggles undo themselves.
    pub expires_at: Option<Timestamp>,
    pub(super) expiring: Vec<String>,
    /// Top-level fields and parts of a payment that the request itself sets, and where.
    pub(super) overridden: Vec<(&'static str, Layer)>,
    /// Which rule set a top-level field: its number and name.
    pub(super) ruled: Vec<(&'static str, Arc<str>)>,
    pub(super) editions: Editions,
}

/// Grow whenever the failure or the fault is set anew, so that a request with an old snapshot
/// cannot use up the count of a newer toggle. Each has its own: a change of one must not free
/// the other's requests from its count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Editions {
    pub(super) failure: u64,
    pub(super) fault: u64,
}

impl Editions {
    pub(super) fn of(self, name: &str) -> u64 {
        match name {
            "failure" => self.failure,
            _ => self.fault,
        }
    }

    /// Notes that these top-level fields are set anew.
    pub(super) fn renew<'a>(&mut self, names: impl IntoIterator<Item = &'a String>) {
        for name in names {
            match name.as_str() {
                "failure" => self.failure += 1,
                "fault" => self.fault += 1,
                _ => {}
            }
        }
    }
}

impl Snapshot {
    pub(super) fn is_expiring(&self, name: &str) -> bool {
        self.expiring.iter().any(|field| field == name)
    }

    /// The top-level fields that undo themselves at [`Self::expires_at`].
    #[must_use]
    pub fn expiring(&self) -> &[String] {
        &self.expiring
    }

    /// Which layer set the top-level field `name`, or one of a payment's parts by its path
    /// (`payment.authorisation`).
    #[must_use]
    pub fn layer_of(&self, name: &str) -> Layer {
        if let Some((_, layer)) = self.overridden.iter().rfind(|(field, _)| *field == name) {
            return *layer;
        }
        let (whole, part) = name.split_once('.').unwrap_or((name, ""));
        if self.is_expiring(whole) {
            return Layer::ExpiringToggle;
        }
        let (payment, normal) = (&self.behaviour.payment, &self.normal.payment);
        let same = match whole {
            "payment" if part == "mode" => payment.mode == normal.mode,
            "payment" if part == "processed_by" => payment.processed_by == normal.processed_by,
            "payment" if part == "authorisation" => {
                (payment.authorisation, payment.rejected_card_type)
                    == (normal.authorisation, normal.rejected_card_type)
            }
            "confirmation" => self.behaviour.confirmation == self.normal.confirmation,
            "failure" => self.behaviour.failure == self.normal.failure,
            "payment" => self.behaviour.payment == self.normal.payment,
            "fault" => self.behaviour.fault == self.normal.fault,
            "merchant_reply" => self.behaviour.merchant_reply == self.normal.merchant_reply,
            "validation" => self.behaviour.validation == self.normal.validation,
            _ => self.behaviour.unknown_inventory == self.normal.unknown_inventory,
        };
        if same { Layer::Scenario } else { Layer::Toggle }
    }

    /// The same for one request that sets some top-level `fields` itself, from `layer`: toggles
    /// below it neither bite this request nor count down by it.
    #[must_use]
    pub fn overridden(
        &self,
        behaviour: Behaviour,
        layer: Layer,
        fields: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        let mut snapshot = self.clone();
        snapshot.behaviour = behaviour;
        let fields = fields.into_iter().map(|field| (field, layer));
        snapshot.overridden.extend(fields);
        snapshot
    }

    /// The same for one request that a rule sets some top-level fields for; `rule` is its number
    /// and name.
    #[must_use]
    pub fn ruled(
        &self,
        behaviour: Behaviour,
        rule: &Arc<str>,
        fields: impl IntoIterator<Item = &'static str> + Clone,
    ) -> Self {
        let mut snapshot = self.overridden(behaviour, Layer::Rule, fields.clone());
        let fields = fields.into_iter().map(|field| (field, Arc::clone(rule)));
        snapshot.ruled.extend(fields);
        snapshot
    }

    /// Who set the top-level field `name`, as the start of a sentence; people call what it sets
    /// `what`.
    #[must_use]
    pub fn who(&self, name: &str, what: &str) -> String {
        let layer = self.layer_of(name);
        let rule = self.ruled.iter().find(|(field, _)| *field == name);
        match rule {
            Some((_, rule)) if layer == Layer::Rule => format!("Rule {rule}"),
            _ => layer.who(what),
        }
    }

    /// The top-level fields that the request itself sets, and where.
    #[must_use]
    pub fn overrides(&self) -> &[(&'static str, Layer)] {
        &self.overridden
    }

    /// The top-level fields that differ from the scenario.
    #[must_use]
    pub fn changes(&self) -> Vec<&'static str> {
        const FIELDS: [&str; 7] = [
            "confirmation",
            "merchant_reply",
            "failure",
            "payment",
            "fault",
            "validation",
            "unknown_inventory",
        ];
        let toggled =
            |name: &&str| matches!(self.layer_of(name), Layer::Toggle | Layer::ExpiringToggle);
        FIELDS.into_iter().filter(toggled).collect()
    }

    /// Whether anything differs from the scenario.
    #[must_use]
    pub fn changed(&self) -> bool {
        self.behaviour != *self.normal
    }
}
