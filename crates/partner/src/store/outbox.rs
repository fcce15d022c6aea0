//! The tables `notifications`, `notification_attempts` and `changed_places`.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::StoreError;

/// Keeps a notification that waits, due at once; answers its id.
///
/// # Errors
/// [`StoreError`].
pub fn insert(
    connection: &Connection,
    kind: &str,
    subject: &str,
    number: u64,
    change: &str,
    booking: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    Ok(connection
        .prepare_cached(
            "INSERT INTO notifications (kind, subject, number, change, booking, state, created_at,
                 next_attempt_at)
             VALUES (?1,?2,?3,?4,?5,'waiting',?6,?6)",
        )?
        .insert(params![
            kind,
            subject,
            number,
            change,
            booking,
            now.as_microsecond()
        ])?)
}

/// Remembers that the places of a slot changed; once is enough until they are told.
///
/// # Errors
/// [`StoreError`].
pub fn note_places(
    connection: &Connection,
    slot_id: i64,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO changed_places (merchant_id, service_id, start_sec, changed_at)
             SELECT merchant_id, service_id, start_sec, ?2 FROM slots WHERE slot_id = ?1
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![slot_id, now.as_microsecond()])?;
    Ok(())
}
