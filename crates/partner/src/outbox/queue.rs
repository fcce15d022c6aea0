//! Which notification is sent next, and what becomes of it: in order per booking, tried again where
//! that may help, at least once in any case.

use booking_api::Booking;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use super::What;
use super::availability;
use super::backoff::{self, Verdict};
use super::compose;
use crate::booking::note_of;
use crate::scenario::Settings;
use crate::store::outbox::{Attempt, Kind, NotificationRow, Places, State};
use crate::store::{StoreError, bookings, outbox};
use crate::timers;

/// Notifications that are sent side by side: of different bookings, since one booking's go out one
/// by one.
const TOGETHER: usize = 16;

/// A request that is to be sent now.
#[derive(Clone, Debug, PartialEq)]
pub struct Outgoing {
    /// Which notification it is.
    pub notification_id: i64,
    /// What it is about.
    pub kind: Kind,
    /// The booking it is about.
    pub booking_id: Option<String>,
    /// The merchant it is about, where it is one.
    pub merchant_id: Option<String>,
    /// What it is about, in a few words.
    pub note: String,
    /// The HTTP verb.
    pub verb: &'static str,
    /// Path and query behind the aggregator's address.
    pub target: String,
    /// The body.
    pub body: String,
}

/// How a notification looks on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct Composed {
    /// The HTTP verb.
    pub verb: &'static str,
    /// Path and query behind the aggregator's address.
    pub target: String,
    /// The query's names and values.
    pub query: Vec<(String, String)>,
    /// The body.
    pub body: Value,
}

/// Who sends, and how.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// The partner's id with the aggregator.
    pub partner_id: &'a str,
    /// The scenario's switches.
    pub settings: &'a Settings,
    /// Where chance starts from.
    pub seed: u64,
}

/// What is to be sent now: at most one request per booking.
///
/// # Errors
/// [`StoreError`].
pub fn take_due(
    connection: &Connection,
    sender: Sender<'_>,
    now: Timestamp,
) -> Result<Vec<Outgoing>, StoreError> {
    availability::gather(connection, now)?;
    outbox::due(connection, now, TOGETHER)?
        .iter()
        .map(|row| outgoing(connection, sender, row, now))
        .collect()
}

fn outgoing(
    connection: &Connection,
    sender: Sender<'_>,
    row: &NotificationRow,
    now: Timestamp,
) -> Result<Outgoing, StoreError> {
    let composed = compose(connection, sender, row, now)?;
    let booking: Booking = serde_json::from_str(&row.booking).unwrap_or_default();
    let slot = booking.slot.as_ref();
    let note = match row.kind {
        Kind::Booking => note_of(slot, booking.user_information.as_ref()),
        Kind::Availability => "places".to_owned(),
    };
    Ok(Outgoing {
        notification_id: row.notification_id,
        kind: row.kind,
        booking_id: (row.kind == Kind::Booking).then(|| row.subject.clone()),
        merchant_id: slot.map(|slot| slot.merchant_id.clone()),
        note,
        verb: composed.verb,
        target: composed.target,
        body: composed.body.to_string(),
    })
}

/// How the notification looks on the wire, now or, once it is delivered, then.
///
/// # Errors
/// [`StoreError`].
pub fn compose(
    connection: &Connection,
    sender: Sender<'_>,
    row: &NotificationRow,
    now: Timestamp,
) -> Result<Composed, StoreError> {
    if row.kind == Kind::Availability {
        let places: Vec<Places> = serde_json::from_str(&row.change).unwrap_or_default();
        let (target, body) = availability::compose(connection, &places, sender.partner_id, now)?;
        return Ok(Composed {
            verb: "POST",
            target,
            query: Vec::new(),
            body,
        });
    }
    let then = || serde_json::from_str::<Booking>(&row.booking).unwrap_or_default();
    let booking = if row.state == State::Waiting {
        bookings::get(connection, &row.subject)?.map_or_else(then, |row| row.booking)
    } else {
        then()
    };
    let what: What = serde_json::from_str(&row.change).map_err(|error| {
        StoreError::Refused(format!("a notification cannot be understood: {error}"))
    })?;
    let settings = &sender.settings.notification;
    let request = compose::patch(&what, &booking, sender.partner_id, settings);
    Ok(Composed {
        verb: "PATCH",
        target: request.target(),
        query: request.query,
        body: request.body,
    })
}

/// Keeps what became of an attempt. `again` keeps the notification as it is: a second attempt of
/// the same sending follows at once. Answers when the notification is tried again, if that is later.
///
/// # Errors
/// [`StoreError`].
pub fn tried(
    connection: &Connection,
    sender: Sender<'_>,
    now: Timestamp,
    sent: &Outgoing,
    attempt: &Attempt,
    again: bool,
) -> Result<Option<Timestamp>, StoreError> {
    let id = sent.notification_id;
    let Some(row) = outbox::get(connection, id)? else {
        // Reset meanwhile: there is nothing left to keep it with.
        return Ok(None);
    };
    outbox::add_attempt(connection, id, attempt)?;
    if again {
        return Ok(None);
    }
    match backoff::verdict(attempt.status) {
        Verdict::Delivered => {
            if row.state == State::Waiting && is_outdated(connection, sender, &row, sent, now)? {
                outbox::set(connection, id, State::Waiting, 0, Some(now), "")?;
                return Ok(None);
            }
            outbox::set(connection, id, State::Delivered, 0, None, "")?;
            Ok(None)
        }
        // Given up by hand while it was under way: it stays so.
        _ if row.state != State::Waiting => Ok(None),
        Verdict::Retry => {
            let tries = row.tries + 1;
            let pause = backoff::pause(sender.seed, id, tries);
            let next = now.checked_add(pause).unwrap_or(now);
            outbox::set(connection, id, State::Waiting, tries, Some(next), "")?;
            let timer = timers::Kind::Notification;
            timer.set(connection, next, &row.subject, &id.to_string())?;
            Ok(Some(next))
        }
        Verdict::GiveUp => {
            let status = attempt.status.unwrap_or_default();
            let why = attempt.error.as_deref().unwrap_or("no reason was given");
            let reason = format!("The aggregator answered {status}: {why}");
            outbox::set(connection, id, State::GivenUp, row.tries + 1, None, &reason)?;
            Ok(None)
        }
    }
}

/// Whether the booking was changed while the request was under way, so that what arrived is old.
fn is_outdated(
    connection: &Connection,
    sender: Sender<'_>,
    row: &NotificationRow,
    sent: &Outgoing,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let composed = compose(connection, sender, row, now)?;
    let told: Value = serde_json::from_str(&sent.body).unwrap_or_default();
    Ok(composed.body != told)
}

/// Sends a notification once more, whatever became of it; at once.
///
/// # Errors
/// [`StoreError`].
pub fn resend(connection: &Connection, id: i64, now: Timestamp) -> Result<bool, StoreError> {
    let Some(row) = outbox::get(connection, id)? else {
        return Ok(false);
    };
    timers::Kind::Notification.cancel(connection, &row.subject)?;
    outbox::set(connection, id, State::Waiting, 0, Some(now), "")?;
    Ok(true)
}

/// Gives a notification up that waits. `None` where there is no such one, false where it does not
/// wait.
///
/// # Errors
/// [`StoreError`].
pub fn give_up(connection: &Connection, id: i64) -> Result<Option<bool>, StoreError> {
    let Some(row) = outbox::get(connection, id)? else {
        return Ok(None);
    };
    if row.state != State::Waiting {
        return Ok(Some(false));
    }
    timers::Kind::Notification.cancel(connection, &row.subject)?;
    let reason = "Given up by hand.";
    outbox::set(connection, id, State::GivenUp, row.tries, None, reason)?;
    Ok(Some(true))
}
