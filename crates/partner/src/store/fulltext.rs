//! The index of words in paths and bodies.
//!
//! It is filled while the writer has nothing else to do, so that it costs a booking nothing;
//! what it lacks is read through by [`super::exchanges::query`].

use rusqlite::{Connection, params};

use super::StoreError;

/// Exchanges per step: a job that comes meanwhile waits about a millisecond.
const STEP: usize = 64;

/// What of an exchange can be found by its words.
#[must_use]
pub fn text_of(target: &str, request_body: &str, response_body: &str) -> String {
    [target, request_body, response_body].join("\n")
}

/// The newest id that is indexed.
///
/// # Errors
/// [`StoreError`].
pub fn indexed(connection: &Connection) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached("SELECT indexed FROM exchange_text_progress")?;
    Ok(statement.query_row([], |row| row.get(0))?)
}

/// Indexes a few exchanges more; false when all are.
///
/// # Errors
/// [`StoreError`].
pub fn index_some(connection: &mut Connection) -> Result<bool, StoreError> {
    let transaction = connection.transaction()?;
    let from = indexed(&transaction)?;
    let mut newest = from;
    let mut count = 0;
    {
        let mut read = transaction.prepare_cached(
            "SELECT id, target, request_body, response_body FROM exchange_details
             WHERE id > ?1 ORDER BY id LIMIT ?2",
        )?;
        let mut write = transaction
            .prepare_cached("INSERT INTO exchange_text (rowid, text) VALUES (?1, ?2)")?;
        let mut rows = read.query(params![from, STEP])?;
        while let Some(row) = rows.next()? {
            newest = row.get(0)?;
            let text = |place| {
                row.get_ref(place)
                    .map(|value| value.as_str().unwrap_or_default())
            };
            write.execute(params![newest, text_of(text(1)?, text(2)?, text(3)?)])?;
            count += 1;
        }
    }
    if count > 0 {
        transaction.execute("UPDATE exchange_text_progress SET indexed = ?1", [newest])?;
    }
    transaction.commit()?;
    Ok(count == STEP)
}

/// Forgets everything below `oldest`.
///
/// # Errors
/// [`StoreError`].
pub fn forget_below(connection: &Connection, oldest: u64) -> Result<(), StoreError> {
    connection.execute(
        "DELETE FROM exchange_text WHERE rowid IN
             (SELECT id FROM exchanges WHERE id < ?1 AND id <=
                 (SELECT indexed FROM exchange_text_progress))",
        [oldest],
    )?;
    connection.execute(
        "UPDATE exchange_text_progress SET indexed = max(indexed, ?1 - 1)",
        [oldest],
    )?;
    Ok(())
}

/// The terms in the index's own language.
#[must_use]
pub fn expression(terms: &[Vec<String>]) -> String {
    let phrases: Vec<String> = terms
        .iter()
        .map(|term| format!("\"{}\"*", term.join(" ")))
        .collect();
    phrases.join(" AND ")
}
