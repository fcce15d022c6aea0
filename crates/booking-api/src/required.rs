//! Which fields a request must have. The reader does not care: an absent field is a default to it.
//!
//! Deliberately not here: rules that need more than the body, and limits that the protocol only
//! recommends.

use crate::finding::{Finding, FindingCode};
use crate::json::Message;
use crate::slot::Slot;
use crate::user::UserInformation;

/// A request that cannot be answered without some of its fields.
pub trait Required: Message {
    /// One error per required field that is absent or at its default; empty, and nothing allocated,
    /// if all are there.
    ///
    /// Pointers are in snake_case, whatever spelling the body used; [`spelt`](crate::spelt) is the
    /// way to the body's own.
    fn missing(&self) -> Vec<Finding>;
}

/// Past this many, the rest is left out.
const MOST_MISSING: usize = 100;

/// Collects what is missing below one object.
#[derive(Debug, Default)]
pub(crate) struct Missing {
    findings: Vec<Finding>,
}

impl Missing {
    /// Demands a text, by the pointer of the object that should hold it and its name there.
    pub(crate) fn text(&mut self, value: &str, at: &str, name: &str, reference: &'static str) {
        if value.is_empty() {
            self.add(at, name, "nothing", "a text that is not empty", reference);
        }
    }

    /// Demands a moment after 1970.
    pub(crate) fn moment(&mut self, value: i64, at: &str, name: &str, reference: &'static str) {
        if value == 0 {
            self.add(at, name, "nothing", "seconds since 1970 (UTC)", reference);
        } else if value < 0 {
            let found = value.to_string();
            self.add(
                at,
                name,
                &found,
                "seconds since 1970 (UTC), above zero",
                reference,
            );
        }
    }

    /// Demands a message, and gives it to look inside.
    pub(crate) fn message<'m, M: Message>(
        &mut self,
        value: Option<&'m M>,
        name: &str,
        reference: &'static str,
    ) -> Option<&'m M> {
        if value.is_none() {
            self.add(
                "",
                name,
                "nothing",
                &format!("an object ({})", M::NAME),
                reference,
            );
        }
        value
    }

    pub(crate) fn add(
        &mut self,
        at: &str,
        name: &str,
        found: &str,
        expected: &str,
        reference: &'static str,
    ) {
        // A long list of incomplete items would say the same thing over and over.
        if self.findings.len() == MOST_MISSING {
            return;
        }
        let pointer = format!("{at}/{name}");
        self.findings.push(
            Finding::new(FindingCode::MissingField, pointer, found, expected)
                .with_reference(reference),
        );
    }

    /// What every slot that is asked for must have.
    pub(crate) fn slot(&mut self, slot: &Slot, at: &str) {
        self.text(&slot.merchant_id, at, "merchant_id", "3.1");
        self.text(&slot.service_id, at, "service_id", "3.1");
        self.moment(slot.start_sec, at, "start_sec", "3.1");
    }

    /// What every guest who books must have.
    pub(crate) fn guest(&mut self, guest: &UserInformation, at: &str) {
        self.text(&guest.user_id, at, "user_id", "3.2");
        self.text(&guest.given_name, at, "given_name", "3.2");
        self.text(&guest.family_name, at, "family_name", "3.2");
        self.text(&guest.telephone, at, "telephone", "3.2");
        self.text(&guest.email, at, "email", "3.2");
    }

    pub(crate) fn found(self) -> Vec<Finding> {
        self.findings
    }
}
