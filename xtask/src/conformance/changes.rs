//! UpdateBooking (reference: sections 2.6 and 9.5).

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::target::{Session, same};
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "moving to a full slot is SLOT_UNAVAILABLE and leaves the booking as it was",
        section: "9.5",
        how: How::Ask(full_slot),
    },
    Item {
        name: "a move frees the old place and takes the new one",
        section: "2.6",
        how: How::Ask(frees_and_takes),
    },
    Item {
        name: "the same move again is a success that changes nothing",
        section: "2.6",
        how: How::Ask(move_again),
    },
    Item {
        name: "a repeated cancel succeeds again, and frees nothing twice",
        section: "10.13",
        how: How::Ask(cancel_again),
    },
    Item {
        name: "an asynchronous booking cannot be modified, only cancelled",
        section: "9.5",
        how: How::AskMock(asynchronous),
    },
    Item {
        name: "an unknown booking is refused, and a wish without any change",
        section: "1.4",
        how: How::Ask(unknown),
    },
    Item {
        name: "cancel one second before and after the end of the cancellation window",
        section: "9.5",
        how: How::AskMock(window),
    },
];

fn full_slot(session: &Session) -> Result<Outcome> {
    let (old, full) = (session.slot()?, session.slot()?);
    session.fill(&full)?;
    let (request, booking) = session.book(&old)?;
    session
        .reschedule(&booking, &full)?
        .failure("SLOT_UNAVAILABLE")?;
    let bookings = session.upcoming(&request)?;
    ensure!(
        bookings.len() == 1,
        "the guest has {} bookings",
        bookings.len()
    );
    same(&bookings[0], "/slot/start_sec", &old["start_sec"])?;
    same(&bookings[0], "/status", &json!("CONFIRMED"))?;
    passed()
}

fn frees_and_takes(session: &Session) -> Result<Outcome> {
    let (old, new) = (session.slot()?, session.slot()?);
    let bookings = session.fill(&old)?;
    let mut at_new = session.fill(&new)?;
    ensure!(!session.is_available(&old)?, "the old slot is not full");
    let Some(last) = at_new.pop() else {
        return Ok(Outcome::LeftOut("the slot has no place".to_owned()));
    };
    session.cancel(&last)?.booking()?;
    session.reschedule(&bookings[0], &new)?.booking()?;
    ensure!(session.is_available(&old)?, "the old place is not free");
    ensure!(!session.is_available(&new)?, "the new place is not taken");
    passed()
}

fn move_again(session: &Session) -> Result<Outcome> {
    let (old, new) = (session.slot()?, session.slot()?);
    let (_, booking) = session.book(&old)?;
    let first = session.reschedule(&booking, &new)?.booking()?;
    let again = session.reschedule(&booking, &new)?.booking()?;
    ensure!(first == again, "{first} and then {again}");
    passed()
}

fn cancel_again(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let bookings = session.fill(&slot)?;
    for _ in 0..2 {
        let canceled = session.cancel(&bookings[0])?.booking()?;
        same(&canceled, "/status", &json!("CANCELED"))?;
    }
    session.book(&slot)?;
    ensure!(!session.is_available(&slot)?, "one cancel freed two places");
    passed()
}

fn asynchronous(session: &Session) -> Result<Outcome> {
    let slot = session.slot_in("CONFIRMATION_MODE_ASYNCHRONOUS")?;
    let new = session.slot_in("CONFIRMATION_MODE_ASYNCHRONOUS")?;
    let (_, booking) = session.book(&slot)?;
    same(&booking, "/status", &json!("PENDING_MERCHANT_CONFIRMATION"))?;
    let answer = session.reschedule(&booking, &new)?.ok()?;
    ensure!(answer.cause().is_some(), "it was moved: {}", answer.text);
    let canceled = session.cancel(&booking)?.booking()?;
    same(&canceled, "/status", &json!("CANCELED"))?;
    passed()
}

fn unknown(session: &Session) -> Result<Outcome> {
    let nobody = json!({"booking_id": "no-such-booking"});
    let status = session.cancel(&nobody)?.status;
    ensure!(
        matches!(status, 400 | 404),
        "UpdateBooking of an unknown booking: {status}"
    );
    session.ask("GetBookingStatus", &nobody)?.refused(404)?;
    let (_, booking) = session.book(&session.slot()?)?;
    let asked = json!({"booking": {"booking_id": booking["booking_id"]}});
    session.ask("UpdateBooking", &asked)?.refused(400)?;
    passed()
}

fn window(session: &Session) -> Result<Outcome> {
    session.control("PUT", "/api/clock", &json!({"mode": "frozen"}))?;
    let done = around_the_limit(session);
    session.control("PUT", "/api/clock", &json!({"mode": "real"}))?;
    done
}

/// The same wishes while the limit is a second ahead, now, and a second ago. The limit itself is
/// still in time (section 10.36).
fn around_the_limit(session: &Session) -> Result<Outcome> {
    let clock = session.control("GET", "/api/clock", &Value::Null)?;
    let now = clock["now"].as_str().context("the clock says nothing")?;
    let now = now.parse::<jiff::Timestamp>()?.as_second();
    for (ahead, in_time) in [(1, true), (0, true), (-1, false)] {
        let (slot, new) = (session.slot()?, session.slot()?);
        let (_, moving) = session.book(&slot)?;
        let (_, leaving) = session.book(&slot)?;
        let terms = json!({"terms": {"last_online_cancellable_sec": now + ahead}});
        session.control(
            "PATCH",
            &format!("/api/slots/{}", slot_id(session, &slot)?),
            &terms,
        )?;
        let answers = [
            session.reschedule(&moving, &new)?,
            session.cancel(&leaving)?,
        ];
        for answer in answers {
            if in_time {
                answer.booking()?;
            } else {
                answer.failure("OUTSIDE_CANCELLATION_WINDOW")?;
            }
        }
    }
    passed()
}

/// The inventory's id of a slot that was booked.
fn slot_id(session: &Session, slot: &Value) -> Result<i64> {
    let text = |name: &str| slot[name].as_str().unwrap_or_default().to_owned();
    let start: i64 = text("start_sec").parse()?;
    let path = format!(
        "/api/slots?merchant_id={}&service_id={}&from_sec={start}&to_sec={}",
        text("merchant_id"),
        text("service_id"),
        start + 1
    );
    let list = session.control("GET", &path, &Value::Null)?;
    let id = list["slots"][0]["slot_id"].as_i64();
    id.with_context(|| format!("no slot in {list}"))
}
