//! The tests of Google's installable client (reference: section 9.1), in its order.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::target::{Session, same};
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "HealthCheck succeeds",
        section: "9.1",
        how: How::Ask(health_check),
    },
    Item {
        name: "CheckAvailability tells how many places each slot has",
        section: "9.1",
        how: How::Ask(check_availability),
    },
    Item {
        name: "BatchAvailabilityLookup tells of each slot whether it is free",
        section: "9.1",
        how: How::Ask(lookup),
    },
    Item {
        name: "CreateBooking answers with the slot and the guest that were asked for",
        section: "9.1",
        how: How::Ask(create),
    },
    Item {
        name: "UpdateBooking cancels what was booked",
        section: "9.1",
        how: How::Ask(cancel),
    },
    Item {
        name: "ListBookings returns the bookings just made",
        section: "9.1",
        how: How::Ask(list),
    },
    Item {
        name: "GetBookingStatus tells where each booking stands",
        section: "9.1",
        how: How::Ask(status),
    },
    Item {
        name: "UpdateBooking moves a booking to another slot of the same service",
        section: "9.1",
        how: How::Ask(reschedule),
    },
];

fn health_check(session: &Session) -> Result<Outcome> {
    session
        .send("GET", "/v3/HealthCheck", &[], "")?
        .refused(200)?;
    passed()
}

fn check_availability(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let answer = session.ask("CheckAvailability", &json!({"slot": slot}))?;
    if matches!(answer.status, 404 | 501) {
        return Ok(Outcome::LeftOut(
            "CheckAvailability is not offered".to_owned(),
        ));
    }
    let answer = answer.ok()?;
    same(&answer.body, "/slot/start_sec", &slot["start_sec"])?;
    let count = answer.body["count_available"].as_i64().unwrap_or_default();
    ensure!(count > 0, "a free slot has no places: {}", answer.text);
    passed()
}

fn lookup(session: &Session) -> Result<Outcome> {
    let (one, other) = (session.slot()?, session.slot()?);
    let answer = session
        .ask(
            "BatchAvailabilityLookup",
            &super::target::lookup(&[&one, &other]),
        )?
        .ok()?;
    for (index, slot) in [one, other].iter().enumerate() {
        let entry = &answer.body["slot_time_availability"][index];
        same(entry, "/available", &json!(true))?;
        same(entry, "/slot_time/start_sec", &slot["start_sec"])?;
    }
    passed()
}

fn create(session: &Session) -> Result<Outcome> {
    let slot = session.slot()?;
    let (request, booking) = session.book(&slot)?;
    for name in ["merchant_id", "service_id", "start_sec", "duration_sec"] {
        same(&booking, &format!("/slot/{name}"), &slot[name])?;
    }
    same(&booking, "/status", &json!("CONFIRMED"))?;
    let user = &request["user_information"]["user_id"];
    same(&booking, "/user_information/user_id", user)?;
    same(
        &booking,
        "/payment_information/prepayment_status",
        &json!("PREPAYMENT_NOT_PROVIDED"),
    )?;
    passed()
}

fn cancel(session: &Session) -> Result<Outcome> {
    let (request, booking) = session.book(&session.slot()?)?;
    let canceled = session.cancel(&booking)?.booking()?;
    same(&canceled, "/booking_id", &booking["booking_id"])?;
    same(&canceled, "/status", &json!("CANCELED"))?;
    ensure!(
        session.upcoming(&request)?.is_empty(),
        "a cancelled booking is still upcoming"
    );
    passed()
}

fn list(session: &Session) -> Result<Outcome> {
    let (request, booking) = session.book(&session.slot()?)?;
    let mut second = session.booking(&session.slot()?);
    second["user_information"] = request["user_information"].clone();
    let second = session.ask("CreateBooking", &second)?.booking()?;
    let mut found: Vec<Value> = session
        .upcoming(&request)?
        .iter()
        .map(|it| it["booking_id"].clone())
        .collect();
    let mut expected = vec![booking["booking_id"].clone(), second["booking_id"].clone()];
    let by_text = |it: &Value| it.to_string();
    found.sort_by_key(by_text);
    expected.sort_by_key(by_text);
    ensure!(found == expected, "{found:?} instead of {expected:?}");
    passed()
}

fn status(session: &Session) -> Result<Outcome> {
    let (_, booking) = session.book(&session.slot()?)?;
    let asked = json!({"booking_id": booking["booking_id"]});
    let before = session.ask("GetBookingStatus", &asked)?.ok()?;
    same(&before.body, "/booking_status", &json!("CONFIRMED"))?;
    session.cancel(&booking)?.booking()?;
    let after = session.ask("GetBookingStatus", &asked)?.ok()?;
    same(&after.body, "/booking_status", &json!("CANCELED"))?;
    same(&after.body, "/booking_id", &booking["booking_id"])?;
    passed()
}

fn reschedule(session: &Session) -> Result<Outcome> {
    let (old, new) = (session.slot()?, session.slot()?);
    let (_, booking) = session.book(&old)?;
    let moved = session.reschedule(&booking, &new)?.booking()?;
    same(&moved, "/slot/start_sec", &new["start_sec"])?;
    same(&moved, "/status", &json!("CONFIRMED"))?;
    same(&moved, "/booking_id", &booking["booking_id"])?;
    passed()
}
