//! Whether a slot has a place for one more: known or not, begun or not, within its windows,
//! full or not. All methods that look at a slot ask here, so that they agree.

use booking_api::{Finding, FindingCode, PlainCause, ResourceIds, Slot};
use rusqlite::Connection;
use serde_json::json;

use super::{Call, No, Refusal, unless};
use crate::behaviour::UnknownInventory;
use crate::clock::in_words;
use crate::decision::{Counterfactual, Layer, Trail};
use crate::inventory::{EffectiveTerms, effective_terms, service_terms};
use crate::scenario::Settings;
use crate::store::StoreError;
use crate::store::inventory::{self, Known};

/// What the partner knows of a slot that a request names.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) known: Known,
    /// On which terms it can be booked, where anything is said of that.
    pub(crate) terms: Option<EffectiveTerms>,
}

/// Why a slot cannot be booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// The inventory has no such slot.
    Unknown,
    /// It has begun.
    Past,
    /// It can be booked from then on, in Unix seconds.
    TooEarly(i64),
    /// It could be booked until then, in Unix seconds.
    TooLate(i64),
    /// All of its places are taken; this many.
    Full(u32),
}

impl Place {
    /// Looks the slot up. `except_lease` is a lease whose hold does not count.
    pub(crate) fn find(
        connection: &Connection,
        slot: &Slot,
        call: &Call,
        except_lease: &str,
    ) -> Result<Self, StoreError> {
        let known = inventory::look_up(connection, slot, call.now_sec(), except_lease)?;
        let terms = match known.slot {
            Some(row) if row.has_terms => Some(effective_terms(connection, row.slot_id)?),
            None if known.service_is_listed => Some(service_terms(
                connection,
                &slot.merchant_id,
                &slot.service_id,
                slot.start_sec,
            )?),
            _ => None,
        };
        Ok(Self { known, terms })
    }

    /// Places left: those that a slot springs into being with where it is not there yet.
    pub(super) fn free(&self, settings: &Settings) -> u32 {
        self.known
            .slot
            .map_or(settings.default_capacity, |row| row.free())
    }

    /// Why the slot cannot be booked, if it cannot.
    pub(super) fn closed(&self, slot: &Slot, settings: &Settings, call: &Call) -> Option<Closed> {
        if !accepts(call) {
            if self.known.slot.is_none() {
                return Some(Closed::Unknown);
            }
            if slot.start_sec <= call.now_sec() {
                return Some(Closed::Past);
            }
        }
        if let Some(terms) = &self.terms {
            let now = call.now_sec();
            if let Some(sec) = terms.bookable_from_sec
                && now < settings.limits.first(sec)
            {
                return Some(Closed::TooEarly(settings.limits.first(sec)));
            }
            if let Some(sec) = terms.bookable_until_sec
                && now > settings.limits.last(sec)
            {
                return Some(Closed::TooLate(settings.limits.last(sec)));
            }
        }
        let row = self.known.slot?;
        (row.free() == 0).then_some(Closed::Full(row.taken.max(row.capacity)))
    }

    /// The 400 for ids that the inventory lacks and may not get.
    pub(super) fn check_ids(&self, slot: &Slot, call: &Call, trail: &mut Trail) -> Result<(), No> {
        if accepts(call) || self.known.service {
            return Ok(());
        }
        let message = if self.known.merchant {
            format!(
                "The merchant \"{}\" has no service \"{}\".",
                slot.merchant_id, slot.service_id
            )
        } else {
            format!("There is no merchant \"{}\".", slot.merchant_id)
        };
        let label = if self.known.merchant {
            "unknown service"
        } else {
            "unknown merchant"
        };
        Err(No::Refuse(unknown(label, message, call, trail)))
    }

    /// What is odd about the slot that the request names at `pointer`, though it may be taken.
    pub(super) fn oddities(
        &self,
        connection: &Connection,
        slot: &Slot,
        call: &Call,
        pointer: &str,
    ) -> Result<Vec<Finding>, StoreError> {
        let mut odd = Vec::new();
        if slot.start_sec <= call.now_sec() {
            odd.push(in_the_past(slot, call, pointer));
        } else if self.known.slot.is_none() && self.known.service_is_listed && accepts(call) {
            let like = inventory::most_like(connection, slot)?;
            odd.push(not_in_timetable(slot, like.as_ref(), pointer));
        }
        Ok(odd)
    }

    /// Notes that the slot will spring into being, where it will.
    pub(super) fn note_new(&self, settings: &Settings, call: &Call, trail: &mut Trail) {
        if self.known.slot.is_none() {
            let text = format!(
                "The slot was unknown and springs into being with {} places.",
                settings.default_capacity
            );
            let layer = call.snapshot.layer_of("unknown_inventory");
            trail.note("unknown_inventory", layer, text, "1.4");
        }
    }
}

impl Closed {
    /// Why, as the end of a sentence.
    pub(super) fn why(self) -> String {
        match self {
            Self::Unknown => "the inventory has no such slot".to_owned(),
            Self::Past => "it has begun already".to_owned(),
            Self::TooEarly(sec) => format!("it can be booked from {} on only", in_words(sec)),
            Self::TooLate(sec) => format!("it could be booked until {} only", in_words(sec)),
            Self::Full(taken) => format!("all {taken} places are taken"),
        }
    }

    /// Which layer says so.
    pub(super) fn layer(self, call: &Call) -> Layer {
        match self {
            Self::Unknown | Self::Past => call.snapshot.layer_of("unknown_inventory"),
            Self::TooEarly(_) | Self::TooLate(_) => Layer::Inventory,
            Self::Full(_) => Layer::Domain,
        }
    }

    /// The step's name and the section that speaks of it.
    fn step(self) -> (&'static str, &'static str) {
        match self {
            Self::Unknown | Self::Past => ("unknown_inventory", "1.4"),
            Self::TooEarly(_) | Self::TooLate(_) => ("bookable_window", "8.5"),
            Self::Full(_) => ("capacity", "2.5"),
        }
    }

    /// What would open the slot. `would` is the answer that comes then; `pointer` where the
    /// request names the slot's start.
    pub(super) fn unless(
        self,
        place: &Place,
        call: &Call,
        would: Option<&'static str>,
        pointer: &'static str,
    ) -> Option<Counterfactual> {
        let now = call.now_sec();
        Some(match (self, place.known.slot) {
            (Self::TooEarly(sec), _) => {
                let wait = sec.saturating_sub(now);
                let text = unless::sentence(would, &format!("{wait} seconds later"));
                Counterfactual::wait(text, would, wait)
            }
            (Self::TooLate(_), Some(row)) => {
                let patch = json!({"terms": {"last_bookable_sec": now + 3_600}});
                let condition = "if the slot could be booked for one hour more";
                unless::slot(row.slot_id, patch, would, condition)
            }
            (Self::TooLate(sec), None) => {
                let later = now
                    .saturating_add(now.saturating_sub(sec))
                    .saturating_add(86_400);
                let text = unless::sentence(None, "for a later slot");
                Counterfactual::request(text, None, pointer, later.to_string())
            }
            (Self::Full(taken), Some(row)) => {
                let patch = json!({"spots_total": taken + 1});
                let condition = "if the slot had 1 place more";
                unless::slot(row.slot_id, patch, would, condition)
            }
            _ => {
                let condition = "if unknown and past slots were accepted";
                let accept = json!("accept");
                return unless::behaviour(call, "unknown_inventory", accept, None, condition);
            }
        })
    }

    /// Settles the answer with it: SLOT_UNAVAILABLE.
    pub(super) fn refuse(
        self,
        call: &Call,
        unless: Option<Counterfactual>,
        trail: &mut Trail,
    ) -> No {
        let why = self.why();
        let (step, section) = self.step();
        let text = format!("The slot cannot be booked: {why}.");
        trail.decide_unless(step, self.layer(call), text, section, unless);
        No::fail(PlainCause::SlotUnavailable, &why)
    }
}

/// Whether what the inventory lacks springs into being.
pub(super) fn accepts(call: &Call) -> bool {
    call.snapshot.behaviour.unknown_inventory == UnknownInventory::Accept
}

/// The 400 for an id that the inventory lacks.
pub(super) fn unknown(
    label: &'static str,
    message: String,
    call: &Call,
    trail: &mut Trail,
) -> Refusal {
    let condition = "if what the inventory lacks were accepted";
    let unless = unless::behaviour(call, "unknown_inventory", json!("accept"), None, condition);
    let layer = call.snapshot.layer_of("unknown_inventory");
    trail.decide_unless("unknown_inventory", layer, message.clone(), "1.4", unless);
    Refusal::new(400, label, message)
}

/// What is odd about a slot that has begun already.
fn in_the_past(slot: &Slot, call: &Call, pointer: &str) -> Finding {
    Finding::new(
        FindingCode::SlotInThePast,
        format!("{pointer}/start_sec"),
        slot.start_sec.to_string(),
        format!("a time after {}", call.now_sec()),
    )
}

/// What is odd about a slot that its service's timetable lacks; `like` is the one most like it.
fn not_in_timetable(slot: &Slot, like: Option<&Slot>, pointer: &str) -> Finding {
    let (field, found, expected) = match like {
        Some(like) if like.start_sec != slot.start_sec => (
            "start_sec",
            slot.start_sec.to_string(),
            format!(
                "a slot of the service; the nearest: {}",
                slot_in_words(like)
            ),
        ),
        Some(like) if like.duration_sec != slot.duration_sec => (
            "duration_sec",
            slot.duration_sec.to_string(),
            format!("a slot of the service, such as: {}", slot_in_words(like)),
        ),
        Some(like) => (
            "resources",
            resources_in_words(slot),
            format!("a slot of the service, such as: {}", slot_in_words(like)),
        ),
        None => (
            "start_sec",
            slot.start_sec.to_string(),
            "a slot of the service, which has none".to_owned(),
        ),
    };
    let pointer = format!("{pointer}/{field}");
    Finding::new(FindingCode::SlotUnknown, pointer, found, expected)
}

fn slot_in_words(slot: &Slot) -> String {
    let (start, duration) = (slot.start_sec, slot.duration_sec);
    let resources = resources_in_words(slot);
    format!("start_sec {start}, duration_sec {duration}, {resources}")
}

fn resources_in_words(slot: &Slot) -> String {
    let none = ResourceIds::default();
    let resources = slot.resources.as_ref().unwrap_or(&none);
    let mut words = Vec::new();
    for (name, value) in [
        ("staff_id", &resources.staff_id),
        ("room_id", &resources.room_id),
    ] {
        if !value.is_empty() {
            words.push(format!("{name} {value}"));
        }
    }
    if resources.party_size != 0 {
        words.push(format!("party_size {}", resources.party_size));
    }
    if words.is_empty() {
        words.push("no resources".to_owned());
    }
    words.join(", ")
}
