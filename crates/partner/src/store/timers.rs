//! The table `timers`: what happens by itself at a time of the engine's clock.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use crate::clock::from_micros;

/// A timer that has not fired yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimerRow {
    /// Order of creation.
    pub timer_id: i64,
    /// When it fires.
    pub due_at: Timestamp,
    /// What happens then, a name of `crate::timers::Kind`.
    pub kind: String,
    /// What it is about: the id of a booking or a lease.
    pub subject: String,
    /// What the kind needs to know, as JSON; may be empty.
    pub payload: String,
}

fn timer(row: &Row<'_>) -> rusqlite::Result<TimerRow> {
    Ok(TimerRow {
        timer_id: row.get(0)?,
        due_at: from_micros(row.get(1)?),
        kind: row.get(2)?,
        subject: row.get(3)?,
        payload: row.get(4)?,
    })
}

/// Sets a timer.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    connection: &Connection,
    due_at: Timestamp,
    kind: &str,
    subject: &str,
    payload: &str,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO timers (due_at, kind, subject, payload) VALUES (?1,?2,?3,?4)")?
        .execute(params![due_at.as_microsecond(), kind, subject, payload])?;
    Ok(())
}

/// The timer that fires next: by due time, then in the order of creation.
///
/// # Errors
/// [`StoreError`].
pub fn next(connection: &Connection) -> Result<Option<TimerRow>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT timer_id, due_at, kind, subject, payload FROM timers
             ORDER BY due_at, timer_id LIMIT 1",
        )?
        .query_row([], timer)
        .optional()?)
}

/// The timer of one kind about `subject`.
///
/// # Errors
/// [`StoreError`].
pub fn find(
    connection: &Connection,
    kind: &str,
    subject: &str,
) -> Result<Option<TimerRow>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT timer_id, due_at, kind, subject, payload FROM timers
             WHERE subject = ?1 AND kind = ?2",
        )?
        .query_row([subject, kind], timer)
        .optional()?)
}

/// Takes a timer away, fired or not.
///
/// # Errors
/// [`StoreError`].
pub fn delete(connection: &Connection, timer_id: i64) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM timers WHERE timer_id = ?1")?
        .execute([timer_id])?;
    Ok(())
}

/// Takes the timers of one kind about `subject` away.
///
/// # Errors
/// [`StoreError`].
pub fn cancel(connection: &Connection, kind: &str, subject: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("DELETE FROM timers WHERE subject = ?1 AND kind = ?2")?
        .execute([subject, kind])?;
    Ok(())
}

/// Takes the timers away that decide about a pending booking; others about it stay.
///
/// # Errors
/// [`StoreError`].
pub fn cancel_decisions(connection: &Connection, booking_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "DELETE FROM timers WHERE subject = ?1 AND kind IN ('merchant_reply', 'auto_decline')",
        )?
        .execute([booking_id])?;
    Ok(())
}

/// Takes all timers away.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("DELETE FROM timers", [])?;
    Ok(())
}
