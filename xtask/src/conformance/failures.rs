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
        name: "a second booking too close to the guest's first is OVERLAPPING_RESERVATION",
        section: "9.5",
        how: How::Later("the partner does not look at overlapping bookings yet"),
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
