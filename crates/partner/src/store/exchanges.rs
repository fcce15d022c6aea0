//! The log's tables `exchange_pages` (narrow, for lists) and `exchange_details` (wide, for one).
//!
//! Exchanges come in groups and are kept in pages, two rows for many exchanges; `entry` serialises
//! one, `page` packs many, `search` finds them by filters and words, `dropped` has what the log
//! shows no longer.

pub mod dropped;
mod entry;
mod page;
mod search;

use rusqlite::{Connection, OptionalExtension, params};

use super::{StoreError, fulltext};
use crate::exchange::log::Position;
use crate::exchange::{Exchange, Summary};

pub(crate) use entry::Entry;
pub use page::Pages;
pub(super) use page::Texts;
pub use search::query;

/// Writes exchanges, whose ids grow.
///
/// # Errors
/// [`StoreError`].
pub fn insert(connection: &Connection, exchanges: &Pages) -> Result<(), StoreError> {
    for page in exchanges.packed() {
        connection
            .prepare_cached("INSERT INTO exchange_pages VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![
                page.first_id,
                page.last_id,
                page.lowest_number,
                page.highest_number,
                page.summaries,
            ])?;
        connection
            .prepare_cached("INSERT INTO exchange_details VALUES (?1, ?2, ?3)")?
            .execute(params![page.first_id, page.texts, page.rest])?;
    }
    Ok(())
}

/// Drops the oldest pages once there are a quarter too many exchanges, a few thousand at a time.
/// Answers the oldest id that is left, if anything was dropped.
///
/// # Errors
/// [`StoreError`].
pub fn evict(
    connection: &Connection,
    position: Position,
    keep: u64,
) -> Result<Option<u64>, StoreError> {
    if position.count() <= keep + keep / 4 {
        return Ok(None);
    }
    let target = (position.newest + 1 - keep).min(position.oldest + 4_000);
    // A page is dropped once all of it may go.
    let oldest: Option<u64> = connection.query_row(
        "SELECT max(first_id) FROM exchange_pages WHERE first_id <= ?1",
        [target],
        |row| row.get(0),
    )?;
    let Some(oldest) = oldest.filter(|oldest| *oldest > position.oldest) else {
        return Ok(None);
    };
    fulltext::forget_below(connection, position.oldest, oldest)?;
    dropped::keep_below(connection, oldest)?;
    connection.execute("DELETE FROM exchange_pages WHERE first_id < ?1", [oldest])?;
    connection.execute("DELETE FROM exchange_details WHERE first_id < ?1", [oldest])?;
    Ok(Some(oldest))
}

/// The run of ids that the log is in.
///
/// # Errors
/// [`StoreError`].
pub fn run(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT run FROM log_run", [], |row| row.get(0))?)
}

/// Empties the log; what it showed is kept for verifications. Answers the run that begins with
/// that.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<u64, StoreError> {
    dropped::keep_below(connection, u64::MAX)?;
    empty(connection)
}

/// Empties the log, and what was kept of it. Answers the run that begins with that.
///
/// # Errors
/// [`StoreError`].
pub fn reset(connection: &Connection) -> Result<u64, StoreError> {
    dropped::clear(connection)?;
    empty(connection)
}

fn empty(connection: &Connection) -> Result<u64, StoreError> {
    connection.execute_batch(
        "DELETE FROM exchange_pages; DELETE FROM exchange_details;
         INSERT INTO exchange_text (exchange_text) VALUES ('delete-all');
         UPDATE exchange_text_progress SET indexed = 0;
         UPDATE log_run SET run = run % 4294967295 + 1;",
    )?;
    run(connection)
}

/// The oldest id that is kept, and the newest one of all since the last reset; zeros where there are
/// none. Of a log that was cleared, the oldest is the one to come.
///
/// # Errors
/// [`StoreError`].
pub fn bounds(connection: &Connection) -> Result<(u64, u64), StoreError> {
    // Two plain lookups: SQLite would scan for both together.
    let get = |sql: &str| {
        let row = connection.query_row(sql, [], |row| row.get::<_, u64>(0));
        row.optional()
    };
    let oldest = get("SELECT first_id FROM exchange_pages ORDER BY first_id LIMIT 1")?;
    let newest = get("SELECT last_id FROM exchange_pages ORDER BY first_id DESC LIMIT 1")?;
    if let (Some(oldest), Some(newest)) = (oldest, newest) {
        return Ok((oldest, newest));
    }
    // What was dropped has ids still, and no exchange to come may get one of them.
    let dropped: Option<u64> =
        get("SELECT last_id FROM dropped_pages ORDER BY first_id DESC LIMIT 1")?;
    Ok(dropped.map_or((0, 0), |newest| (newest + 1, newest)))
}

/// The highest number of a request among the newest exchanges.
///
/// # Errors
/// [`StoreError`].
pub fn highest_number(connection: &Connection) -> Result<u64, StoreError> {
    // Requests end in the order of their numbers, give or take those that run in parallel.
    Ok(connection.query_row(
        "SELECT coalesce(max(highest_number), 0) FROM
             (SELECT highest_number FROM exchange_pages ORDER BY first_id DESC LIMIT 2000)",
        [],
        |row| row.get(0),
    )?)
}

/// Up to `limit` summaries behind `cursor`, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn after(
    connection: &Connection,
    cursor: u64,
    limit: usize,
) -> Result<Vec<Summary>, StoreError> {
    let mut statement = connection.prepare_cached(&pages_from("p.first_id, p.summaries"))?;
    let mut pages = statement.query([row_id(cursor.saturating_add(1))])?;
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(next) = pages.next()?
    {
        let first_id: u64 = next.get(0)?;
        let summaries = page::unpack(next.get_ref(1)?.as_blob().unwrap_or_default())?;
        let rows = page::rows(&summaries)?;
        let behind = (first_id..).zip(&rows).filter(|(id, _)| *id > cursor);
        let room = limit - found.len();
        found.extend(behind.take(room).map(|(id, row)| row.summary(id)));
    }
    Ok(found)
}

/// The exchange of request `number`, if it is still kept.
///
/// # Errors
/// [`StoreError`].
pub fn id_of_number(
    connection: &Connection,
    number: u64,
    booking_id: &str,
) -> Result<Option<u64>, StoreError> {
    // No index: this is asked once per line of one booking's timeline, and writing comes first.
    let mut statement = connection.prepare_cached(
        "SELECT first_id, summaries FROM exchange_pages
         WHERE ?1 BETWEEN lowest_number AND highest_number ORDER BY first_id DESC",
    )?;
    let mut pages = statement.query([row_id(number)])?;
    while let Some(next) = pages.next()? {
        let first_id: u64 = next.get(0)?;
        let summaries = page::unpack(next.get_ref(1)?.as_blob().unwrap_or_default())?;
        let found = (first_id..)
            .zip(page::rows(&summaries)?)
            .filter(|(_, row)| row.number == number && row.booking_id == Some(booking_id))
            .last();
        if let Some((id, _)) = found {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

/// One exchange with everything.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, id: u64) -> Result<Option<Exchange>, StoreError> {
    let found = page(connection, id, 1)?.pop();
    Ok(found.filter(|exchange| exchange.summary.id == id))
}

/// Up to `limit` whole exchanges from `first` on, oldest first.
///
/// # Errors
/// [`StoreError`].
pub fn page(
    connection: &Connection,
    first: u64,
    limit: usize,
) -> Result<Vec<Exchange>, StoreError> {
    let mut statement = connection.prepare_cached(&pages_from(
        "p.first_id, p.last_id, p.summaries, d.texts, d.rest",
    ))?;
    let mut pages = statement.query([row_id(first)])?;
    let mut found = Vec::new();
    while found.len() < limit
        && let Some(next) = pages.next()?
    {
        let (first_id, last_id): (u64, u64) = (next.get(0)?, next.get(1)?);
        let blob = |place| {
            next.get_ref(place)
                .map(|value| value.as_blob().unwrap_or_default())
        };
        // Ids are kept as numbers of 63 bits, and a page is small.
        let place = |id: u64| usize::try_from(id.saturating_sub(first_id)).unwrap_or(usize::MAX);
        let start = place(first.min(last_id.saturating_add(1)));
        let end = place(last_id.saturating_add(1)).min(start.saturating_add(limit - found.len()));
        if start < end {
            let parts = (blob(2)?, blob(3)?, blob(4)?);
            found.extend(page::whole(first_id, start..end, parts)?);
        }
    }
    Ok(found)
}

/// Selects from the pages that begin with the one that holds id ?1, or would hold it.
fn pages_from(columns: &str) -> String {
    format!(
        "SELECT {columns} FROM exchange_pages p JOIN exchange_details d ON d.first_id = p.first_id
         WHERE p.first_id >= coalesce(
             (SELECT max(first_id) FROM exchange_pages WHERE first_id <= ?1), 0)
         ORDER BY p.first_id"
    )
}

/// An id as SQLite has it. Callers may name ids that no exchange can have.
fn row_id(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
