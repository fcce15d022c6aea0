//! The tables `bookings`, `booking_events` and `marketing_preferences`.

use booking_api::{Booking, BookingStatus, Slot};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, exchanges, timers};
use crate::clock::from_micros;

/// A booking as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct BookingRow {
    /// Order of creation.
    pub row_id: i64,
    /// The number of the request that made it.
    pub number: u64,
    /// The slot it holds or held.
    pub slot_id: i64,
    /// Whose it is.
    pub user_id: String,
    /// The booking as it goes over the wire.
    pub booking: Booking,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Whether the caller itself cancelled it, through UpdateBooking.
    pub cancelled_by_guest: bool,
}

/// Something that happened to a booking after it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRow {
    /// The number of the request that did it.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// In a word: `rescheduled`, `cancelled`.
    pub event: String,
    /// In a sentence.
    pub text: String,
    /// The status afterwards.
    pub status: String,
}

const COLUMNS: &str =
    "row_id, number, slot_id, user_id, booking, created_at, updated_at, cancelled_by_guest";

fn booking(row: &Row<'_>) -> rusqlite::Result<BookingRow> {
    let text = row.get_ref(4)?.as_str().unwrap_or_default();
    let booking = serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(4, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(BookingRow {
        row_id: row.get(0)?,
        number: row.get(1)?,
        slot_id: row.get(2)?,
        user_id: row.get(3)?,
        booking,
        created_at: from_micros(row.get(5)?),
        updated_at: from_micros(row.get(6)?),
        cancelled_by_guest: row.get(7)?,
    })
}

/// A booking that a token led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replay {
    /// Its id.
    pub booking_id: String,
    /// Its merchant.
    pub merchant_id: String,
    /// What CreateBooking answered when it was made.
    pub first_answer: String,
    /// The booking as it is now, once it differs from that.
    pub changed: Option<String>,
    /// Of the request that made it, where it was kept.
    pub fingerprint: Option<i64>,
}

/// What CreateBooking answers for a booking of this text; [`update`] puts the same by.
#[must_use]
pub fn answer_of(text: &str) -> String {
    format!("{{\"booking\":{text}}}")
}

/// The booking that this token led to, if it led to one.
///
/// # Errors
/// [`StoreError`].
pub fn replay(connection: &Connection, token: &str) -> Result<Option<Replay>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT booking_id, merchant_id, first_answer, booking, fingerprint
         FROM bookings WHERE idempotency_token = ?1",
    )?;
    let row = statement.query_row([token], |row| {
        let booking: String = row.get(3)?;
        let first: Option<String> = row.get(2)?;
        // An answer that held more than the booking was kept from the start.
        let same = first.as_deref().is_none_or(|first| {
            let rest = first.strip_prefix("{\"booking\":");
            let rest = rest.and_then(|rest| rest.strip_prefix(booking.as_str()));
            rest.is_some_and(|rest| rest != "}")
        });
        let changed = (!same).then(|| booking.clone());
        Ok(Replay {
            booking_id: row.get(0)?,
            merchant_id: row.get(1)?,
            first_answer: first.unwrap_or_else(|| answer_of(&booking)),
            changed,
            fingerprint: row.get(4)?,
        })
    });
    Ok(row.optional()?)
}

/// The newest booking's id.
///
/// # Errors
/// [`StoreError`].
pub fn newest(connection: &Connection) -> Result<Option<String>, StoreError> {
    let sql = "SELECT booking_id FROM bookings ORDER BY row_id DESC LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.query_row([], |row| row.get(0)).optional()?)
}

/// What is kept with a new booking beside itself.
#[derive(Clone, Copy, Debug)]
pub struct Origin<'a> {
    /// The idempotency token of the request.
    pub token: &'a str,
    /// The request's fingerprint.
    pub fingerprint: i64,
    /// The request's number.
    pub number: u64,
    /// When it came.
    pub at: Timestamp,
}

/// Keeps a new booking.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    connection: &Connection,
    booking: &Booking,
    text: &str,
    slot_id: i64,
    origin: Origin<'_>,
) -> Result<(), StoreError> {
    let slot = booking.slot.as_ref();
    let user = booking.user_information.as_ref();
    connection
        .prepare_cached(
            "INSERT INTO bookings (booking_id, number, idempotency_token, slot_id, user_id,
                 merchant_id, start_sec, status, booking, created_at, updated_at, end_sec,
                 party_size, email, fingerprint)
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?10,?11,?12,?13,?14)",
        )?
        .execute(params![
            booking.booking_id,
            origin.number,
            origin.token,
            slot_id,
            user.map_or("", |user| user.user_id.as_str()),
            slot.map_or("", |slot| slot.merchant_id.as_str()),
            slot.map_or(0, |slot| slot.start_sec),
            booking.status.name(),
            text,
            origin.at.as_microsecond(),
            slot.map_or(0, end_of),
            slot.map_or(0, party_of),
            user.map_or_else(String::new, |user| user.email.to_lowercase()),
            origin.fingerprint,
        ])?;
    Ok(())
}

/// When a slot ends, in Unix seconds.
#[must_use]
pub fn end_of(slot: &Slot) -> i64 {
    slot.start_sec.saturating_add(slot.duration_sec)
}

/// For how many a slot is; 0 where it does not say.
#[must_use]
pub fn party_of(slot: &Slot) -> i32 {
    slot.resources
        .as_ref()
        .map_or(0, |resources| resources.party_size)
}

/// Keeps the answer to CreateBooking, where it holds more than the booking.
///
/// # Errors
/// [`StoreError`].
pub fn keep_answer(
    connection: &Connection,
    booking_id: &str,
    answer: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE bookings SET first_answer = ?2 WHERE booking_id = ?1")?
        .execute([booking_id, answer])?;
    Ok(())
}

/// Keeps a changed booking; the first answer is put by, for replays of its token.
///
/// # Errors
/// [`StoreError`].
pub fn update(
    connection: &Connection,
    booking: &Booking,
    text: &str,
    slot_id: i64,
    event: &EventRow,
) -> Result<(), StoreError> {
    let slot = booking.slot.as_ref();
    // What the aggregator knows stays what it was, until it is told.
    super::aggregator::keep_before(connection, &booking.booking_id)?;
    connection
        .prepare_cached(
            "UPDATE bookings SET first_answer = coalesce(first_answer, '{\"booking\":' || booking
                 || '}'), booking = ?2, slot_id = ?3, status = ?4, start_sec = ?5, updated_at = ?6,
                 end_sec = ?7, party_size = ?8
             WHERE booking_id = ?1",
        )?
        .execute(params![
            booking.booking_id,
            text,
            slot_id,
            booking.status.name(),
            slot.map_or(0, |slot| slot.start_sec),
            event.at.as_microsecond(),
            slot.map_or(0, end_of),
            slot.map_or(0, party_of),
        ])?;
    connection
        .prepare_cached(
            "INSERT INTO booking_events (booking_id, number, at, event, text, status)
             VALUES (?1,?2,?3,?4,?5,?6)",
        )?
        .execute(params![
            booking.booking_id,
            event.number,
            event.at.as_microsecond(),
            event.event,
            event.text,
            event.status,
        ])?;
    if booking.status != BookingStatus::PendingMerchantConfirmation {
        // What waited for the merchant's decision has nothing to wait for any more.
        timers::cancel_decisions(connection, &booking.booking_id)?;
    }
    Ok(())
}

/// Remembers that the caller itself cancelled the booking, so that doing so again succeeds.
///
/// # Errors
/// [`StoreError`].
pub fn cancelled_by_guest(connection: &Connection, booking_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE bookings SET cancelled_by_guest = 1 WHERE booking_id = ?1")?
        .execute([booking_id])?;
    Ok(())
}

/// Whether a user ever booked.
///
/// # Errors
/// [`StoreError`].
pub fn knows_user(connection: &Connection, user_id: &str) -> Result<bool, StoreError> {
    // Rarely asked, and by no index: it is only where the scenario wants a 404 for strangers.
    let mut statement = connection.prepare_cached("SELECT 1 FROM bookings WHERE user_id = ?1")?;
    Ok(statement.exists([user_id])?)
}

/// One booking.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, booking_id: &str) -> Result<Option<BookingRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM bookings WHERE booking_id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([booking_id], booking)
        .optional()?)
}

/// What happened to a booking after it was made, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn events(connection: &Connection, booking_id: &str) -> Result<Vec<EventRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT number, at, event, text, status FROM booking_events WHERE booking_id = ?1
         ORDER BY row_id",
    )?;
    let rows = statement.query_map([booking_id], |row| {
        Ok(EventRow {
            number: row.get(0)?,
            at: from_micros(row.get(1)?),
            event: row.get(2)?,
            text: row.get(3)?,
            status: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A user's bookings that hold a place and start after `now_sec`, by start.
///
/// # Errors
/// [`StoreError`].
pub fn upcoming(
    connection: &Connection,
    user_id: &str,
    now_sec: i64,
) -> Result<Vec<Booking>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM bookings WHERE user_id = ?1 AND start_sec > ?2
             AND status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION')
         ORDER BY start_sec, row_id"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![user_id, now_sec], booking)?;
    rows.map(|row| Ok(row?.booking)).collect()
}

/// The booking as it was made, where it differs from how it is now.
///
/// # Errors
/// [`StoreError`].
pub fn first(connection: &Connection, booking_id: &str) -> Result<Option<Booking>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT json_extract(first_answer, '$.booking') FROM bookings
         WHERE booking_id = ?1 AND first_answer IS NOT NULL",
    )?;
    let text: Option<String> = statement
        .query_row([booking_id], |row| row.get(0))
        .optional()?;
    Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
}

/// The status that a booking was made with: CONFIRMED or PENDING_MERCHANT_CONFIRMATION.
///
/// # Errors
/// [`StoreError`].
pub fn first_status(connection: &Connection, booking_id: &str) -> Result<String, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT coalesce(json_extract(first_answer, '$.booking.status'), status) FROM bookings
         WHERE booking_id = ?1",
    )?;
    Ok(statement.query_row([booking_id], |row| row.get(0))?)
}

/// Which bookings a list holds; what is `None` does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those that stand so.
    pub status: Option<BookingStatus>,
    /// Those with this merchant.
    pub merchant_id: Option<String>,
    /// Those whose id or guest's name has this in it; capitals of ASCII are as small letters.
    pub words: Option<String>,
}

/// Bookings, newest first, below the row `before`.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    connection: &Connection,
    wanted: &Wanted,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<BookingRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM bookings
         WHERE (?1 IS NULL OR status = ?1) AND (?2 IS NULL OR merchant_id = ?2)
             AND (?3 IS NULL OR row_id < ?3)
             AND (?5 IS NULL OR instr(lower(booking_id), lower(?5)) > 0 OR instr(lower(
                 coalesce(booking ->> '$.user_information.given_name', '') || ' ' ||
                 coalesce(booking ->> '$.user_information.family_name', '')), lower(?5)) > 0)
         ORDER BY row_id DESC LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let status = wanted.status.map(BookingStatus::name);
    let rows = statement.query_map(
        params![status, wanted.merchant_id, before, limit, wanted.words],
        booking,
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many bookings there are.
///
/// # Errors
/// [`StoreError`].
pub fn count(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM bookings", [], |row| row.get(0))?)
}

/// The highest number of a request that left something behind.
///
/// # Errors
/// [`StoreError`].
pub fn highest_number(connection: &Connection) -> Result<u64, StoreError> {
    // Rows come in the order of their numbers, give or take a few parallel requests, so the
    // newest rows hold the highest number: no table has to be read through.
    let sql = "SELECT max(
        (SELECT coalesce(max(number), 0) FROM
            (SELECT number FROM bookings ORDER BY row_id DESC LIMIT 2000)),
        (SELECT coalesce(max(number), 0) FROM leases),
        (SELECT coalesce(max(number), 0) FROM
            (SELECT number FROM challenges ORDER BY row_id DESC LIMIT 2000)))";
    let kept = connection.query_row(sql, [], |row| row.get(0))?;
    Ok(exchanges::highest_number(connection)?.max(kept))
}

/// Remembers a marketing preference.
///
/// # Errors
/// [`StoreError`].
pub fn set_preference(
    connection: &Connection,
    user_id: &str,
    receive: bool,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO marketing_preferences VALUES (?1, ?2)
             ON CONFLICT (user_id) DO UPDATE SET receive = excluded.receive",
        )?
        .execute(params![user_id, receive])?;
    Ok(())
}

/// Drops everything that a partner remembers of guests.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "DELETE FROM bookings; DELETE FROM booking_events; DELETE FROM ledger; DELETE FROM leases;
         DELETE FROM user_payment_options;
         DELETE FROM marketing_preferences; DELETE FROM slots; DELETE FROM services;
         DELETE FROM merchants;",
    )?;
    Ok(())
}
