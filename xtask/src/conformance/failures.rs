//! Business failures (reference: sections 3.11 and 9.5). That an answer with one holds nothing
//! else is looked for in every answer (`answers`).

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::target::Session;
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "every cause, in its legal form and with nothing but booking_failure",
        section: "9.5",
        how: How::AskMock(every_cause),
    },
    Item {
        name: "PAYMENT_REQUIRES_3DS1 carries complete threeds1_parameters",
        section: "4.5",
        how: How::AskMock(challenge),
    },
    Item {
        name: "another token for the slot that the guest holds is refused",
        section: "2.5",
        how: How::Ask(same_slot),
    },
    Item {
        name: "same time, party and e-mail under another user is OVERLAPPING_RESERVATION",
        section: "9.5",
        how: How::AskMock(duplicate),
    },
    Item {
        name: "a booking that overlaps the guest's other one is OVERLAPPING_RESERVATION",
        section: "9.5",
        how: How::AskMock(overlapping),
    },
];

fn every_cause(session: &Session) -> Result<Outcome> {
    let causes = session.control("GET", "/api/causes", &Value::Null)?;
    let causes = causes["causes"].as_array().context("no list of causes")?;
    ensure!(causes.len() == 15, "{} causes", causes.len());
    let slot = session.slot()?;
    let (_, booking) = session.book(&slot)?;
    for info in causes {
        let cause = info["cause"].as_str().context("no name of a cause")?;
        let methods = info["methods"].to_string();
        let overrides = format!("failure={cause}");
        let cancel = json!({"booking":
            {"booking_id": booking["booking_id"], "status": "CANCELED"}});
        let (method, request) = if methods.contains("\"CreateBooking\"") {
            ("CreateBooking", session.booking(&slot))
        } else {
            ("UpdateBooking", cancel)
        };
        session
            .force(method, &overrides, &request)?
            .failure(cause)?;
    }
    // None of them left anything behind.
    session.cancel(&booking)?.booking()?;
    passed()
}

fn challenge(session: &Session) -> Result<Outcome> {
    let request = session.booking(&session.slot()?);
    let overrides = "failure=PAYMENT_REQUIRES_3DS1";
    let answer = session.force("CreateBooking", overrides, &request)?;
    answer.failure("PAYMENT_REQUIRES_3DS1")?;
    // The attempt stays failed: no booking exists.
    ensure!(
        session.upcoming(&request)?.is_empty(),
        "the failed attempt booked"
    );
    passed()
}

fn same_slot(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let (request, _) = session.book(&slot)?;
    let mut again = session.booking(&slot);
    again["user_information"] = request["user_information"].clone();
    let answer = session.ask("CreateBooking", &again)?.ok()?;
    // The reference calls either defensible.
    let causes = ["SLOT_ALREADY_BOOKED_BY_USER", "OVERLAPPING_RESERVATION"];
    ensure!(
        answer.cause().is_some_and(|cause| causes.contains(&cause)),
        "it was answered {}",
        answer.text
    );
    passed()
}

fn duplicate(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let (request, _) = session.book(&slot)?;
    let mut again = session.booking(&slot);
    again["user_information"]["email"] = request["user_information"]["email"].clone();
    session
        .ask("CreateBooking", &again)?
        .failure("OVERLAPPING_RESERVATION")?;
    passed()
}

fn overlapping(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let (request, booking) = session.book(&slot)?;
    let mut later = slot.clone();
    let start: i64 = slot["start_sec"].as_str().unwrap_or_default().parse()?;
    later["start_sec"] = json!((start + 60).to_string());
    later["service_id"] = json!("another-service");
    let mut second = session.booking(&later);
    second["user_information"] = request["user_information"].clone();
    session
        .ask("CreateBooking", &second)?
        .failure("OVERLAPPING_RESERVATION")?;
    // A token that failed is tried afresh: nothing is in the way any more.
    session.cancel(&booking)?.booking()?;
    session.ask("CreateBooking", &second)?.booking()?;
    passed()
}
