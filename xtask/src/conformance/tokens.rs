//! Idempotency (reference: sections 2.5, 9.3 and 9.5).

use anyhow::{Result, ensure};

use super::target::Session;
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "the same request again gets the same answer, and books nothing",
        section: "9.3",
        how: How::Ask(replay),
    },
    Item {
        name: "the same token in parallel books once",
        section: "9.5",
        how: How::Ask(parallel),
    },
    Item {
        name: "a replay after a cancel gets the first answer again",
        section: "9.5",
        how: How::Ask(after_cancel),
    },
    Item {
        name: "a token whose attempt failed is tried afresh",
        section: "9.5",
        how: How::Ask(failed_then_booked),
    },
];

fn replay(session: &Session) -> Result<Outcome> {
    let request = session.booking(&session.slot()?);
    let first = session.ask("CreateBooking", &request)?;
    let second = session.ask("CreateBooking", &request)?;
    ensure!(
        first.body == second.body,
        "{} and then {}",
        first.text,
        second.text
    );
    first.booking()?;
    let count = session.upcoming(&request)?.len();
    ensure!(count == 1, "the guest has {count} bookings");
    passed()
}

fn parallel(session: &Session) -> Result<Outcome> {
    let request = session.booking(&session.slot()?);
    let answers = session.together("CreateBooking", &vec![request.clone(); 16])?;
    for answer in answers {
        // The reference tolerates 409 for those that lose.
        if answer.status != 409 {
            answer.booking()?;
        }
    }
    let count = session.upcoming(&request)?.len();
    ensure!(count == 1, "the guest has {count} bookings");
    passed()
}

fn after_cancel(session: &Session) -> Result<Outcome> {
    let request = session.booking(&session.slot()?);
    let first = session.ask("CreateBooking", &request)?;
    session.cancel(&first.clone().booking()?)?.booking()?;
    let again = session.ask("CreateBooking", &request)?;
    ensure!(
        first.body == again.body,
        "{} and then {}",
        first.text,
        again.text
    );
    ensure!(
        session.upcoming(&request)?.is_empty(),
        "the replay brought the cancelled booking back"
    );
    passed()
}

fn failed_then_booked(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let bookings = session.fill(&slot)?;
    let request = session.booking(&slot);
    for _ in 0..2 {
        session
            .ask("CreateBooking", &request)?
            .failure("SLOT_UNAVAILABLE")?;
    }
    session.cancel(&bookings[0])?.booking()?;
    session.ask("CreateBooking", &request)?.booking()?;
    passed()
}
