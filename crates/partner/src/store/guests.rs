//! What else a guest has booked: the table `bookings`, asked by guest.
//!
//! Only bookings that hold a place count: those that are confirmed or wait for the merchant.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;

/// A booking that a new one could collide with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Its id.
    pub booking_id: String,
    /// The slot it holds.
    pub slot_id: i64,
    /// When it starts, in Unix seconds.
    pub start_sec: i64,
    /// When it ends, in Unix seconds.
    pub end_sec: i64,
}

/// Who wants to book what.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// The guest.
    pub user_id: &'a str,
    /// The guest's address, in small letters.
    pub email: &'a str,
    /// The wanted start, in Unix seconds.
    pub start_sec: i64,
    /// The wanted end, in Unix seconds.
    pub end_sec: i64,
    /// For how many.
    pub party_size: i32,
    /// A booking that does not count, since it is the one to be moved; may be empty.
    pub except: &'a str,
}

fn other(row: &Row<'_>) -> rusqlite::Result<Other> {
    Ok(Other {
        booking_id: row.get(0)?,
        slot_id: row.get(1)?,
        start_sec: row.get(2)?,
        end_sec: row.get(3)?,
    })
}

/// The user's booking of this very slot.
///
/// # Errors
/// [`StoreError`].
pub fn same_slot(
    connection: &Connection,
    wanted: &Wanted<'_>,
    slot_id: i64,
) -> Result<Option<Other>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT booking_id, slot_id, start_sec, end_sec FROM bookings
         WHERE user_id = ?1 AND start_sec = ?2 AND slot_id = ?3 AND booking_id <> ?4
             AND status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION') LIMIT 1",
    )?;
    let values = params![wanted.user_id, wanted.start_sec, slot_id, wanted.except];
    Ok(statement.query_row(values, other).optional()?)
}

/// A booking of the same address, at the same time and for as many.
///
/// # Errors
/// [`StoreError`].
pub fn duplicate(
    connection: &Connection,
    wanted: &Wanted<'_>,
) -> Result<Option<Other>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT booking_id, slot_id, start_sec, end_sec FROM bookings
         WHERE email = ?1 AND start_sec = ?2 AND party_size = ?3 AND booking_id <> ?4
             AND status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION') LIMIT 1",
    )?;
    let values = params![
        wanted.email,
        wanted.start_sec,
        wanted.party_size,
        wanted.except
    ];
    Ok(statement.query_row(values, other).optional()?)
}

/// A booking of the user with less than `gap_sec` between it and the wanted time.
///
/// # Errors
/// [`StoreError`].
pub fn too_close(
    connection: &Connection,
    wanted: &Wanted<'_>,
    gap_sec: i64,
) -> Result<Option<Other>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT booking_id, slot_id, start_sec, end_sec FROM bookings
         WHERE user_id = ?1 AND start_sec < ?3 AND end_sec > ?2 AND booking_id <> ?4
             AND status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION')
         ORDER BY start_sec LIMIT 1",
    )?;
    let values = params![
        wanted.user_id,
        wanted.start_sec.saturating_sub(gap_sec),
        wanted.end_sec.saturating_add(gap_sec),
        wanted.except,
    ];
    Ok(statement.query_row(values, other).optional()?)
}

/// How many of the user's bookings are still to come.
///
/// # Errors
/// [`StoreError`].
pub fn upcoming(connection: &Connection, user_id: &str, now_sec: i64) -> Result<u32, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM bookings WHERE user_id = ?1 AND start_sec > ?2
             AND status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION')",
    )?;
    Ok(statement.query_row(params![user_id, now_sec], |row| row.get(0))?)
}
