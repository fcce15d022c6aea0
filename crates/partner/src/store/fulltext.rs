//! The index of words in paths and bodies.
//!
//! It is filled while the writer has nothing else to do, so that it costs a booking nothing;
//! what it lacks is read through by [`super::exchanges::query`].

use rusqlite::{Connection, TransactionBehavior, params};

use super::StoreError;
use super::exchanges::Texts;

/// Exchanges per step, give or take a page: a job that comes meanwhile waits a millisecond or two.
const STEP: usize = 64;

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
    // A checkpoint may have the lock for a moment: this waits for it, where one that turned from
    // reading to writing would be refused.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut newest = indexed(&transaction)?;
    let mut count = 0;
    {
        let mut read = transaction.prepare_cached(
            "SELECT first_id, texts FROM exchange_details WHERE first_id > ?1 ORDER BY first_id",
        )?;
        let mut write = transaction
            .prepare_cached("INSERT INTO exchange_text (rowid, text) VALUES (?1, ?2)")?;
        let mut pages = read.query([newest])?;
        while count < STEP
            && let Some(page) = pages.next()?
        {
            let first_id: u64 = page.get(0)?;
            let texts = Texts::unpack(page.get_ref(1)?.as_blob().unwrap_or_default())?;
            for (id, text) in (first_id..).zip(texts.each()) {
                write.execute(params![id, text])?;
                newest = id;
                count += 1;
            }
        }
    }
    if count > 0 {
        transaction.execute("UPDATE exchange_text_progress SET indexed = ?1", [newest])?;
    }
    transaction.commit()?;
    Ok(count >= STEP)
}

/// Forgets the exchanges from `oldest` up to, but not with, `kept`.
///
/// # Errors
/// [`StoreError`].
pub fn forget_below(connection: &Connection, oldest: u64, kept: u64) -> Result<(), StoreError> {
    let end = kept.min(indexed(connection)?.saturating_add(1));
    let mut forget = connection.prepare_cached("DELETE FROM exchange_text WHERE rowid = ?1")?;
    for id in oldest..end {
        forget.execute([id])?;
    }
    connection.execute(
        "UPDATE exchange_text_progress SET indexed = max(indexed, ?1 - 1)",
        [kept],
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

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;
    use crate::clock::from_micros;
    use crate::exchange::Exchange;
    use crate::store::exchanges::{self, Pages};
    use crate::store::open;

    /// Has the file's lock until somebody waits for it.
    static HOLDER: Mutex<Option<Connection>> = Mutex::new(None);

    fn let_go(_tries: i32) -> bool {
        let holder = HOLDER.lock().unwrap_or_else(PoisonError::into_inner).take();
        holder.is_some_and(|holder| holder.execute_batch("COMMIT").is_ok())
    }

    #[test]
    fn a_step_waits_for_whoever_has_the_lock() {
        let folder = tempfile::tempdir().unwrap();
        let opened = open::open(Some(folder.path()), "").unwrap();
        let mut connection = opened.connection;
        let mut exchange = Exchange::begun(from_micros(0), 1);
        exchange.summary.id = 1;
        exchanges::insert(&connection, &Pages::of(&[exchange])).unwrap();

        let holder = Connection::open(connection.path().unwrap()).unwrap();
        holder
            .execute_batch("BEGIN IMMEDIATE; UPDATE log_run SET run = run + 1")
            .unwrap();
        *HOLDER.lock().unwrap() = Some(holder);
        connection.busy_handler(Some(let_go)).unwrap();

        assert_eq!(index_some(&mut connection), Ok(false));
        assert_eq!(indexed(&connection), Ok(1));
        assert!(HOLDER.lock().unwrap().is_none(), "nobody had to wait");
    }
}
