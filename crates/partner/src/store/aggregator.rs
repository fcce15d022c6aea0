//! The tables `aggregator_bookings` and `aggregator_slots`: what the aggregator knows, by its own
//! account.

use booking_api::{Booking, Cause};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use crate::clock::from_micros;

/// A booking as the aggregator knows it.
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// The booking, in the Booking Server's shape.
    pub booking: Booking,
    /// Why it failed, as the aggregator was told.
    pub cause: Option<Cause>,
    /// Whether only a notification told of it: a booking of a partner elsewhere.
    pub is_foreign: bool,
    /// When the aggregator last heard of it.
    pub updated_at: Timestamp,
}

/// A slot as the aggregator was told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct SlotView {
    /// The merchant.
    pub merchant_id: String,
    /// The service.
    pub service_id: String,
    /// The slot as it was sent, in lowerCamelCase.
    pub availability: String,
    /// When it was told.
    pub updated_at: Timestamp,
    /// Its row, for paging.
    pub row_id: i64,
}

/// Where a page of bookings ended: whether at a foreign one (1) or at our own (0), and its row.
pub type Place = (i64, i64);

const COLUMNS: &str = "booking, cause, is_foreign, updated_at";

fn view(row: &Row<'_>) -> rusqlite::Result<View> {
    let text = row.get_ref(0)?.as_str()?;
    let booking = serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(View {
        booking,
        cause: Cause::from_name(row.get_ref(1)?.as_str()?),
        is_foreign: row.get(2)?,
        updated_at: from_micros(row.get(3)?),
    })
}

/// A booking's own row, where the view may differ from the partner's.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, booking_id: &str) -> Result<Option<View>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM aggregator_bookings WHERE booking_id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([booking_id], view).optional()?)
}

/// Keeps the aggregator's view of a booking.
///
/// # Errors
/// [`StoreError`].
pub fn put(connection: &Connection, view: &View) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO aggregator_bookings (booking_id, booking, cause, is_foreign, updated_at)
             VALUES (?1,?2,?3,?4,?5)
             ON CONFLICT (booking_id) DO UPDATE SET booking = excluded.booking,
                 cause = excluded.cause, updated_at = excluded.updated_at",
        )?
        .execute(params![
            view.booking.booking_id,
            crate::booking::to_json(&view.booking),
            view.cause.map_or("", Cause::name),
            view.is_foreign,
            view.updated_at.as_microsecond()
        ])?;
    Ok(())
}

/// Keeps what the aggregator knows of a booking before the partner changes it. Nothing, where its
/// view has been set down already.
///
/// # Errors
/// [`StoreError`].
pub fn keep_before(connection: &Connection, booking_id: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO aggregator_bookings (booking_id, booking, is_foreign, updated_at)
             SELECT booking_id, booking, 0, updated_at FROM bookings WHERE booking_id = ?1
             ON CONFLICT DO NOTHING",
        )?
        .execute([booking_id])?;
    Ok(())
}

/// Bookings that the aggregator knows, newest first: the partner's own and foreign ones. Each comes
/// with the place to go on from.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    connection: &Connection,
    before: Option<Place>,
    limit: usize,
) -> Result<Vec<(View, Place)>, StoreError> {
    // Foreign ones have no row among the bookings: they come first, by their own rows.
    let sql = "SELECT coalesce(a.booking, b.booking), coalesce(a.cause, ''), 0,
                coalesce(a.updated_at, b.updated_at), 0, b.row_id
            FROM bookings b LEFT JOIN aggregator_bookings a ON a.booking_id = b.booking_id
            WHERE (0, b.row_id) < (?1, ?2)
        UNION ALL
        SELECT booking, cause, 1, updated_at, 1, row_id FROM aggregator_bookings
            WHERE is_foreign = 1 AND (1, row_id) < (?1, ?2)
        ORDER BY 5 DESC, 6 DESC LIMIT ?3";
    let (kind, row_id) = before.unwrap_or((2, 0));
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![kind, row_id, limit], |row| {
        Ok((view(row)?, (row.get(4)?, row.get(5)?)))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a replacement of slots covers: starts from `from` up to, but without, `to`, in nanoseconds
/// since 1970, and of these only slots that fit the rest.
#[derive(Clone, Debug)]
pub struct Window<'a> {
    /// The merchant.
    pub merchant_id: &'a str,
    /// The service.
    pub service_id: &'a str,
    /// The first start.
    pub from: i64,
    /// The first start that is not covered; `None` for no end.
    pub to: Option<i64>,
    /// Only slots of this length, in nanoseconds.
    pub duration: Option<i64>,
    /// Only slots of this staff and room.
    pub resources: Option<(&'a str, &'a str)>,
}

/// Drops the slots that a window covers.
///
/// # Errors
/// [`StoreError`].
pub fn delete_slots(connection: &Connection, window: &Window<'_>) -> Result<usize, StoreError> {
    Ok(connection
        .prepare_cached(
            "DELETE FROM aggregator_slots WHERE merchant_id = ?1 AND service_id = ?2
                 AND start_nanos >= ?3 AND (?4 IS NULL OR start_nanos < ?4)
                 AND (?5 IS NULL OR duration_nanos = ?5)
                 AND (?6 IS NULL OR (staff_id = ?6 AND room_id = ?7))",
        )?
        .execute(params![
            window.merchant_id,
            window.service_id,
            window.from,
            window.to,
            window.duration,
            window.resources.map(|(staff, _)| staff),
            window.resources.map(|(_, room)| room)
        ])?)
}

/// Keeps a slot.
///
/// # Errors
/// [`StoreError`].
#[expect(clippy::too_many_arguments, reason = "one per column")]
pub fn add_slot(
    connection: &Connection,
    merchant_id: &str,
    service_id: &str,
    start_nanos: i64,
    duration_nanos: i64,
    (staff_id, room_id): (&str, &str),
    availability: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO aggregator_slots (merchant_id, service_id, start_nanos, duration_nanos,
                 staff_id, room_id, availability, updated_at)
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8)",
        )?
        .execute(params![
            merchant_id,
            service_id,
            start_nanos,
            duration_nanos,
            staff_id,
            room_id,
            availability,
            now.as_microsecond()
        ])?;
    Ok(())
}

/// Slots that the aggregator was told of, newest first, below the row `before`.
///
/// # Errors
/// [`StoreError`].
pub fn slots(
    connection: &Connection,
    merchant_id: Option<&str>,
    service_id: Option<&str>,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<SlotView>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT merchant_id, service_id, availability, updated_at, row_id FROM aggregator_slots
         WHERE (?1 IS NULL OR merchant_id = ?1) AND (?2 IS NULL OR service_id = ?2)
             AND (?3 IS NULL OR row_id < ?3)
         ORDER BY row_id DESC LIMIT ?4",
    )?;
    let rows = statement.query_map(params![merchant_id, service_id, before, limit], |row| {
        Ok(SlotView {
            merchant_id: row.get(0)?,
            service_id: row.get(1)?,
            availability: row.get(2)?,
            updated_at: from_micros(row.get(3)?),
            row_id: row.get(4)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Drops everything.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("DELETE FROM aggregator_bookings; DELETE FROM aggregator_slots;")?;
    Ok(())
}
