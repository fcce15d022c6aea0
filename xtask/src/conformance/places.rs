//! Capacity (reference: sections 2.5, 9.3 and 9.5): never oversold, filled to the last place.

use anyhow::{Result, ensure};

use super::target::Session;
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "a class fills to exactly its maximum",
        section: "9.3",
        how: How::Ask(class_fills),
    },
    Item {
        name: "parallel CreateBooking for the last place: one wins, the others SLOT_UNAVAILABLE",
        section: "9.5",
        how: How::Ask(last_place),
    },
];

/// Parallel requests for one place.
const RIVALS: usize = 24;

fn class_fills(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let capacity = session.fill(&slot)?.len();
    ensure!(capacity > 0, "no booking at all was possible");
    if session.is_mock() {
        ensure!(
            capacity == 3,
            "{capacity} bookings in a slot of three places"
        );
    }
    // And it stays full.
    let answer = session.ask("CreateBooking", &session.booking(&slot))?;
    answer.failure("SLOT_UNAVAILABLE")?;
    passed()
}

fn last_place(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let bookings = session.fill(&slot)?;
    session.cancel(&bookings[0])?.booking()?;
    let rivals: Vec<_> = (0..RIVALS).map(|_| session.booking(&slot)).collect();
    let answers = session.together("CreateBooking", &rivals)?;
    let mut winners = 0;
    for answer in answers {
        if answer.cause().is_some() {
            answer.failure("SLOT_UNAVAILABLE")?;
        } else {
            answer.booking()?;
            winners += 1;
        }
    }
    ensure!(winners == 1, "{winners} of {RIVALS} got the last place");
    passed()
}
