//! BatchAvailabilityLookup (reference: section 2.2): one answer per question, live.

use anyhow::{Result, ensure};
use serde_json::json;

use super::target::{Session, lookup, same};
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "one answer per question, in order, duplicates too",
        section: "9.5",
        how: How::Ask(one_each),
    },
    Item {
        name: "the whole SlotTime comes back, resources and mode included",
        section: "2.2",
        how: How::Ask(echo),
    },
    Item {
        name: "the answer is live: a full slot is not available, and free again after a cancel",
        section: "2.2",
        how: How::Ask(live),
    },
    Item {
        name: "an unknown merchant is 400",
        section: "1.4",
        how: How::AskMock(unknown_merchant),
    },
];

fn one_each(session: &Session) -> Result<Outcome> {
    let (one, other) = (session.slot()?, session.slot()?);
    let asked = [&one, &other, &one, &one];
    let answer = session
        .ask("BatchAvailabilityLookup", &lookup(&asked))?
        .ok()?;
    let entries = answer.body["slot_time_availability"].as_array();
    let entries = entries.map_or(&[][..], Vec::as_slice);
    ensure!(
        entries.len() == asked.len(),
        "{} answers to 4 questions",
        entries.len()
    );
    for (entry, slot) in entries.iter().zip(asked) {
        same(entry, "/slot_time/start_sec", &slot["start_sec"])?;
        same(entry, "/available", &json!(true))?;
    }
    passed()
}

fn echo(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let mut asked = lookup(&[&slot]);
    asked["slot_time"][0]["resource_ids"] = json!({"party_size": 2});
    asked["slot_time"][0]["availability_tag"] = json!("tag-1");
    let answer = session.ask("BatchAvailabilityLookup", &asked)?.ok()?;
    let entry = &answer.body["slot_time_availability"][0]["slot_time"];
    ensure!(
        *entry == asked["slot_time"][0],
        "{entry} instead of {}",
        asked["slot_time"][0]
    );
    passed()
}

fn live(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let bookings = session.fill(&slot)?;
    ensure!(
        !session.is_available(&slot)?,
        "a full slot is said to be available"
    );
    session.cancel(&bookings[0])?.booking()?;
    ensure!(
        session.is_available(&slot)?,
        "a place that was freed is not available"
    );
    passed()
}

fn unknown_merchant(session: &Session) -> Result<Outcome> {
    let mut asked = lookup(&[&session.slot()?]);
    asked["merchant_id"] = json!("nobody-has-this-id");
    let strict = "unknown_inventory=reject";
    session
        .force("BatchAvailabilityLookup", strict, &asked)?
        .refused(400)?;
    passed()
}
