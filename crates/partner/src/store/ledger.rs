//! The table `ledger`: what became of the money of each booking.

use booking_api::{PaymentProcessedBy, Price};
use rusqlite::types::Type;
use rusqlite::{Connection, Row, params};

use super::StoreError;
use crate::clock::from_micros;
use crate::payment::ledger::{Entry, EntryKind};

/// Adds an entry to a booking's ledger.
///
/// # Errors
/// [`StoreError`].
pub fn insert(connection: &Connection, booking_id: &str, entry: &Entry) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO ledger (booking_id, kind, amount_micros, currency_code, at, number,
                 payment_method, processed_by, text)
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        )?
        .execute(params![
            booking_id,
            entry.kind.name(),
            entry.amount.price_micros,
            entry.amount.currency_code,
            entry.at.as_microsecond(),
            entry.number,
            entry.payment_method,
            entry.processed_by.name(),
            entry.text,
        ])?;
    Ok(())
}

/// A booking's ledger, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn of(connection: &Connection, booking_id: &str) -> Result<Vec<Entry>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT kind, amount_micros, currency_code, at, number, payment_method, processed_by, text
         FROM ledger WHERE booking_id = ?1 ORDER BY entry_id",
    )?;
    let rows = statement.query_map([booking_id], entry)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let kind = row.get_ref(0)?.as_str().unwrap_or_default();
    let by = row.get_ref(6)?.as_str().unwrap_or_default();
    Ok(Entry {
        kind: EntryKind::from_name(kind).ok_or_else(|| {
            let why = format!("the ledger has no kind \"{kind}\"").into();
            rusqlite::Error::FromSqlConversionFailure(0, Type::Text, why)
        })?,
        amount: Price {
            price_micros: row.get(1)?,
            currency_code: row.get(2)?,
            ..Price::default()
        },
        at: from_micros(row.get(3)?),
        number: row.get(4)?,
        payment_method: row.get(5)?,
        processed_by: PaymentProcessedBy::from_name(by).unwrap_or_default(),
        text: row.get(7)?,
    })
}
