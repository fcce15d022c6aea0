//! The table `user_payment_options`: packs, memberships and vouchers that guests own.

use booking_api::{PaymentOptionType, UserPaymentOption};
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::StoreError;
use crate::clock::from_micros;
use crate::payment::options::{Origin, OwnedOption};

const COLUMNS: &str = "row_id, user_payment_option_id, user_id, merchant_id, payment_option_id, \
     type, original_count, current_count, valid_start_sec, valid_end_sec, withdrawn, origin, \
     booking_id, created_at";

fn owned(row: &Row<'_>) -> rusqlite::Result<(i64, OwnedOption)> {
    let kind = row.get_ref(5)?.as_str().unwrap_or_default();
    let origin = row.get_ref(11)?.as_str().unwrap_or_default();
    let unknown = |column, word: &str| {
        let why = format!("the table has no such word as \"{word}\"").into();
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why)
    };
    let option = UserPaymentOption {
        user_payment_option_id: row.get(1)?,
        valid_start_time_sec: row.get(8)?,
        valid_end_time_sec: row.get(9)?,
        r#type: PaymentOptionType::from_name(kind).ok_or_else(|| unknown(5, kind))?,
        original_count: row.get(6)?,
        current_count: row.get(7)?,
        payment_option_id: row.get(4)?,
    };
    let owned = OwnedOption {
        user_id: row.get(2)?,
        merchant_id: row.get(3)?,
        option,
        withdrawn: row.get(10)?,
        origin: Origin::from_name(origin).ok_or_else(|| unknown(11, origin))?,
        booking_id: row.get(12)?,
        created_at: from_micros(row.get(13)?),
    };
    Ok((row.get(0)?, owned))
}

/// Keeps a new one.
///
/// # Errors
/// [`StoreError`], also where there is one of this id.
pub fn insert(connection: &Connection, owned: &OwnedOption) -> Result<(), StoreError> {
    let option = &owned.option;
    connection
        .prepare_cached(
            "INSERT INTO user_payment_options (user_payment_option_id, user_id, merchant_id,
                 payment_option_id, type, original_count, current_count, valid_start_sec,
                 valid_end_sec, withdrawn, origin, booking_id, created_at)
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
        )?
        .execute(params![
            option.user_payment_option_id,
            owned.user_id,
            owned.merchant_id,
            option.payment_option_id,
            option.r#type.name(),
            option.original_count,
            option.current_count,
            option.valid_start_time_sec,
            option.valid_end_time_sec,
            owned.withdrawn,
            owned.origin.name(),
            owned.booking_id,
            owned.created_at.as_microsecond(),
        ])?;
    Ok(())
}

/// Keeps a changed one: all but its id and where it came from.
///
/// # Errors
/// [`StoreError`].
pub fn update(connection: &Connection, owned: &OwnedOption) -> Result<(), StoreError> {
    let option = &owned.option;
    connection
        .prepare_cached(
            "UPDATE user_payment_options SET user_id = ?2, merchant_id = ?3,
                 payment_option_id = ?4, type = ?5, original_count = ?6, current_count = ?7,
                 valid_start_sec = ?8, valid_end_sec = ?9, withdrawn = ?10
             WHERE user_payment_option_id = ?1",
        )?
        .execute(params![
            option.user_payment_option_id,
            owned.user_id,
            owned.merchant_id,
            option.payment_option_id,
            option.r#type.name(),
            option.original_count,
            option.current_count,
            option.valid_start_time_sec,
            option.valid_end_time_sec,
            owned.withdrawn,
        ])?;
    Ok(())
}

/// One of them.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, id: &str) -> Result<Option<OwnedOption>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM user_payment_options WHERE user_payment_option_id = ?1");
    let found = connection
        .prepare_cached(&sql)?
        .query_row([id], owned)
        .optional()?;
    Ok(found.map(|(_, owned)| owned))
}

/// What a guest got in the place of a booking that was paid for.
///
/// # Errors
/// [`StoreError`].
pub fn given_for(
    connection: &Connection,
    booking_id: &str,
) -> Result<Option<OwnedOption>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM user_payment_options
         WHERE booking_id = ?1 AND booking_id <> '' AND origin IN ('returned', 'credited')"
    );
    let found = connection
        .prepare_cached(&sql)?
        .query_row([booking_id], owned)
        .optional()?;
    Ok(found.map(|(_, owned)| owned))
}

/// An id that nobody has: this one, or it with a number behind it.
///
/// # Errors
/// [`StoreError`].
pub fn free_id(connection: &Connection, wanted: &str) -> Result<String, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT 1 FROM user_payment_options WHERE user_payment_option_id = ?1")?;
    let mut id = wanted.to_owned();
    for number in 2_u64.. {
        if !statement.exists([&id])? {
            break;
        }
        id = format!("{wanted}-{number}");
    }
    Ok(id)
}

/// The number of the row that comes next.
///
/// # Errors
/// [`StoreError`].
pub fn next_row(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(row_id), 0) + 1 FROM user_payment_options";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// Which options a list holds; what is `None` does not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Those of this guest.
    pub user_id: Option<String>,
    /// Those of this merchant.
    pub merchant_id: Option<String>,
}

/// Options with their rows, newest first, below the row `before`.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    connection: &Connection,
    wanted: &Wanted,
    before: Option<i64>,
    limit: usize,
) -> Result<Vec<(i64, OwnedOption)>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM user_payment_options
         WHERE (?1 IS NULL OR user_id = ?1) AND (?2 IS NULL OR merchant_id = ?2)
             AND (?3 IS NULL OR row_id < ?3)
         ORDER BY row_id DESC LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let filters = params![wanted.user_id, wanted.merchant_id, before, limit];
    let rows = statement.query_map(filters, owned)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What a merchant's record says of the payment options that it sells, as JSON; `None` where it
/// says nothing.
///
/// # Errors
/// [`StoreError`].
pub fn offered(connection: &Connection, merchant_id: &str) -> Result<Option<String>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT json_extract(record, '$.payment_option') FROM merchants WHERE merchant_id = ?1",
    )?;
    let row = statement.query_row([merchant_id], |row| row.get(0));
    Ok(row.optional()?.flatten())
}
