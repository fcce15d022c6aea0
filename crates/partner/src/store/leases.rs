//! The table `leases`.

use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;

/// A hold on a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseRow {
    /// The slot it holds.
    pub slot_id: i64,
    /// When it ends by itself, in Unix seconds.
    pub expires_sec: i64,
    /// Whether a booking has used it.
    pub consumed: bool,
}

/// Looks a lease up.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, lease_id: &str) -> Result<Option<LeaseRow>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT slot_id, expires_sec, consumed FROM leases WHERE lease_id = ?1")?;
    let row = statement.query_row([lease_id], |row| {
        Ok(LeaseRow {
            slot_id: row.get(0)?,
            expires_sec: row.get(1)?,
            consumed: row.get(2)?,
        })
    });
    Ok(row.optional()?)
}

/// Makes a lease.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    connection: &Connection,
    lease_id: &str,
    number: u64,
    slot_id: i64,
    user_id: &str,
    expires_sec: i64,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO leases (lease_id, number, slot_id, user_id, expires_sec)
             VALUES (?1,?2,?3,?4,?5)",
        )?
        .execute(params![lease_id, number, slot_id, user_id, expires_sec])?;
    Ok(())
}

/// Notes that a booking has used the lease.
///
/// # Errors
/// [`StoreError`].
pub fn consume(connection: &Connection, lease_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE leases SET consumed = 1 WHERE lease_id = ?1")?
        .execute([lease_id])?;
    Ok(())
}
