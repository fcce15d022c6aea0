//! The table `challenges`: 3-D Secure 1 challenges, each with what became of it.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use crate::clock::from_micros;
use crate::payment::threeds::{Challenge, Decision};

const COLUMNS: &str = "transaction_id, pa_req, md_merchant_data, secret, number, stake, \
     merchant_name, amount, created_at, expires_at, decision, decided_at, used_by, row_id";

fn challenge(row: &Row<'_>) -> rusqlite::Result<Challenge> {
    let secret: i64 = row.get(3)?;
    let decision: Option<String> = row.get(10)?;
    let decision = decision.as_deref().and_then(Decision::from_name);
    let decided_at: Option<i64> = row.get(11)?;
    Ok(Challenge {
        transaction_id: row.get(0)?,
        pa_req: row.get(1)?,
        md_merchant_data: row.get(2)?,
        secret: secret.cast_unsigned(),
        number: row.get(4)?,
        stake: json(row, 5)?.unwrap_or_default(),
        merchant_name: row.get(6)?,
        amount: json(row, 7)?,
        created_at: from_micros(row.get(8)?),
        expires_at: from_micros(row.get(9)?),
        decided: decision.zip(decided_at.map(from_micros)),
        used_by: row.get(12)?,
    })
}

fn json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(serde_json::from_str).transpose().map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
    })
}

/// The merchant as guests know it; empty where the inventory has no name for it.
///
/// # Errors
/// [`StoreError`].
pub fn merchant_name(connection: &Connection, merchant_id: &str) -> Result<String, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT name FROM merchants WHERE merchant_id = ?1")?;
    let name = statement.query_row([merchant_id], |row| row.get(0));
    Ok(name.optional()?.unwrap_or_default())
}

/// Keeps a challenge that was just opened.
///
/// # Errors
/// [`StoreError`].
pub fn put(connection: &Connection, challenge: &Challenge) -> Result<(), StoreError> {
    // Ids are drawn from the request's number, which can come again when the log was cleared
    // before a restart: the newer challenge counts.
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO challenges (transaction_id, pa_req, md_merchant_data, secret,
                 number, stake, merchant_name, amount, created_at, expires_at)
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
        )?
        .execute(params![
            challenge.transaction_id,
            challenge.pa_req,
            challenge.md_merchant_data,
            challenge.secret.cast_signed(),
            challenge.number,
            crate::booking::to_json(&challenge.stake),
            challenge.merchant_name,
            challenge.amount.as_ref().map(crate::booking::to_json),
            challenge.created_at.as_microsecond(),
            challenge.expires_at.as_microsecond(),
        ])?;
    Ok(())
}

/// The challenge of this name.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, transaction_id: &str) -> Result<Option<Challenge>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM challenges WHERE transaction_id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement
        .query_row([transaction_id], challenge)
        .optional()?)
}

/// The challenge that a PaReq opens the bank's page for.
///
/// # Errors
/// [`StoreError`].
pub fn of_pa_req(connection: &Connection, pa_req: &str) -> Result<Option<Challenge>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM challenges WHERE pa_req = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row([pa_req], challenge).optional()?)
}

/// Challenges with their rows, newest first, below the row `before`.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    connection: &Connection,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<(i64, Challenge)>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM challenges WHERE row_id < ?1 ORDER BY row_id DESC LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![before.unwrap_or(i64::MAX), limit], |row| {
        Ok((row.get(13)?, challenge(row)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes what the guest did.
///
/// # Errors
/// [`StoreError`].
pub fn decided(
    connection: &Connection,
    transaction_id: &str,
    decision: Decision,
    at: Timestamp,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "UPDATE challenges SET decision = ?2, decided_at = ?3 WHERE transaction_id = ?1",
        )?
        .execute(params![
            transaction_id,
            decision.name(),
            at.as_microsecond()
        ])?;
    Ok(())
}

/// Notes which request made a booking with the bank's answer.
///
/// # Errors
/// [`StoreError`].
pub fn used(connection: &Connection, transaction_id: &str, number: u64) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE challenges SET used_by = ?2 WHERE transaction_id = ?1")?
        .execute(params![transaction_id, number])?;
    Ok(())
}

/// Forgets all of them.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute("DELETE FROM challenges", [])?;
    Ok(())
}
