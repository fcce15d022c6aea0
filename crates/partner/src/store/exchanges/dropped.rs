//! The log's pages that lists show no longer, in `dropped_pages`: verifications count them until
//! the next reset, and read them together with what the log still shows.
//!
//! A page is moved as it is when the log drops it, so that a booking pays nothing for it. Only
//! about [`MOST`] exchanges are kept so; how many are gone for good is noted in `forgotten`.

use std::cell::OnceCell;

use rusqlite::{Connection, OptionalExtension as _, params};
use serde_json::Value;

use super::page::{self, Pages, Texts};
use crate::clock::from_micros;
use crate::exchange::Summary;
use crate::store::StoreError;
use crate::verify::pattern::Bodies;
use crate::verify::{Forgotten, Visitor};

/// Exchanges that are kept behind the log's back.
pub const MOST: u64 = 200_000;

/// Moves the log's pages below `first_id` here. They are deleted there by the caller.
///
/// # Errors
/// [`StoreError`].
pub(super) fn keep_below(connection: &Connection, first_id: u64) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO dropped_pages
         SELECT p.first_id, p.last_id, p.summaries, d.texts
         FROM exchange_pages p JOIN exchange_details d ON d.first_id = p.first_id
         WHERE p.first_id < ?1",
        [super::row_id(first_id)],
    )?;
    forget(connection, MOST)
}

/// Keeps exchanges that no list will ever show.
///
/// # Errors
/// [`StoreError`].
pub fn keep(connection: &Connection, exchanges: &Pages) -> Result<(), StoreError> {
    for page in exchanges.packed() {
        connection
            .prepare_cached("INSERT INTO dropped_pages VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![
                page.first_id,
                page.last_id,
                page.summaries,
                page.texts
            ])?;
    }
    Ok(())
}

/// Drops the oldest pages for good once there are a quarter too many exchanges.
fn forget(connection: &Connection, most: u64) -> Result<(), StoreError> {
    // Ids have no holes, so that their span tells how many there are without reading any page.
    let end = |sql| {
        let mut statement = connection.prepare_cached(sql)?;
        statement.query_row([], |row| row.get(0)).optional()
    };
    let oldest: Option<u64> =
        end("SELECT first_id FROM dropped_pages ORDER BY first_id ASC LIMIT 1")?;
    let newest: Option<u64> =
        end("SELECT last_id FROM dropped_pages ORDER BY first_id DESC LIMIT 1")?;
    let (Some(oldest), Some(newest)) = (oldest, newest) else {
        return Ok(());
    };
    if newest + 1 - oldest <= most + most / 4 {
        return Ok(());
    }
    let below = newest + 1 - most;
    let mut statement = connection.prepare_cached(
        "SELECT summaries FROM dropped_pages WHERE last_id < ?1 ORDER BY first_id",
    )?;
    let mut pages = statement.query([below])?;
    let mut gone = forgotten(connection)?;
    while let Some(row) = pages.next()? {
        let summaries = page::unpack(row.get_ref(0)?.as_blob().unwrap_or_default())?;
        for row in page::rows(&summaries)? {
            gone.count += 1;
            gone.until = gone.until.max(row.began());
        }
    }
    connection.execute(
        "UPDATE forgotten SET count = ?1, until = ?2",
        params![gone.count, gone.until.as_microsecond()],
    )?;
    connection.execute("DELETE FROM dropped_pages WHERE last_id < ?1", [below])?;
    Ok(())
}

fn forgotten(connection: &Connection) -> Result<Forgotten, StoreError> {
    Ok(
        connection.query_row("SELECT count, until FROM forgotten", [], |row| {
            Ok(Forgotten {
                count: row.get(0)?,
                until: from_micros(row.get(1)?),
            })
        })?,
    )
}

/// Begins to count anew.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection
        .execute_batch("DELETE FROM dropped_pages; UPDATE forgotten SET count = 0, until = 0;")?;
    Ok(())
}

/// Hands every exchange that is kept to `visitor`, oldest first, until it has enough. Answers what
/// is kept no longer.
///
/// # Errors
/// [`StoreError`].
pub fn read_all(
    connection: &Connection,
    visitor: &mut Visitor<'_>,
) -> Result<Forgotten, StoreError> {
    let gone = forgotten(connection)?;
    // All that was dropped is older than what the log shows.
    for sql in [
        "SELECT first_id, summaries, texts FROM dropped_pages ORDER BY first_id",
        "SELECT p.first_id, p.summaries, d.texts
         FROM exchange_pages p JOIN exchange_details d ON d.first_id = p.first_id
         ORDER BY p.first_id",
    ] {
        let mut statement = connection.prepare_cached(sql)?;
        let mut pages = statement.query([])?;
        while let Some(next) = pages.next()? {
            let first_id: u64 = next.get(0)?;
            let summaries = page::unpack(next.get_ref(1)?.as_blob().unwrap_or_default())?;
            // Unpacked for the first exchange whose bodies are asked for.
            let texts = OnceCell::new();
            for (place, row) in page::rows(&summaries)?.iter().enumerate() {
                let summary: Summary = row.summary(first_id + place as u64);
                let mut bodies = || {
                    if texts.get().is_none() {
                        let part = next.get_ref(2)?.as_blob().unwrap_or_default();
                        // Nobody else sets it: it was empty a line ago.
                        let _ = texts.set(Texts::unpack(part)?);
                    }
                    let parts = texts.get().and_then(|texts| texts.parts(place));
                    let [_, request, answer] = parts.ok_or_else(page::damaged)?;
                    Ok(Bodies {
                        request: json(request),
                        answer: json(answer),
                    })
                };
                if !visitor(summary, &mut bodies)? {
                    return Ok(gone);
                }
            }
        }
    }
    Ok(gone)
}

fn json(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Exchange;
    use crate::store::exchanges::{bounds, clear as clear_log, insert};
    use crate::store::open;

    fn exchange(id: u64) -> Exchange {
        let mut exchange = Exchange::begun(from_micros(i64::try_from(id).unwrap() * 1_000), id);
        exchange.summary.id = id;
        exchange.request.body = format!("{{\"n\":{id}}}");
        exchange
    }

    fn ids(connection: &Connection) -> (Vec<u64>, Forgotten) {
        let mut ids = Vec::new();
        let gone = read_all(connection, &mut |summary, bodies| {
            let request = bodies()?.request.unwrap();
            assert_eq!(request["n"], summary.id);
            ids.push(summary.id);
            Ok(true)
        });
        (ids, gone.unwrap())
    }

    #[test]
    fn what_the_log_clears_is_read_on() {
        let connection = open::open(None, "").unwrap().connection;
        let exchanges: Vec<_> = (1..=150).map(exchange).collect();
        insert(&connection, &Pages::of(&exchanges[..100])).unwrap();
        clear_log(&connection).unwrap();
        keep(&connection, &Pages::of(&exchanges[100..120])).unwrap();
        insert(&connection, &Pages::of(&exchanges[120..])).unwrap();
        let all: Vec<u64> = (1..=150).collect();
        assert_eq!(ids(&connection), (all, Forgotten::default()));
        clear(&connection).unwrap();
        assert_eq!(ids(&connection).0, (121..=150).collect::<Vec<u64>>());
    }

    #[test]
    fn ids_go_on_behind_what_was_cleared() {
        let connection = open::open(None, "").unwrap().connection;
        assert_eq!(bounds(&connection).unwrap(), (0, 0));
        for round in 0..3 {
            let (_, newest) = bounds(&connection).unwrap();
            assert_eq!(newest, round * 3);
            let exchanges: Vec<_> = (newest + 1..=newest + 3).map(exchange).collect();
            insert(&connection, &Pages::of(&exchanges)).unwrap();
            assert_eq!(bounds(&connection).unwrap(), (newest + 1, newest + 3));
            clear_log(&connection).unwrap();
            assert_eq!(bounds(&connection).unwrap(), (newest + 4, newest + 3));
        }
        assert_eq!(ids(&connection).0, (1..=9).collect::<Vec<u64>>());
    }

    #[test]
    fn too_many_are_forgotten_and_said_to_be() {
        let connection = open::open(None, "").unwrap().connection;
        let exchanges: Vec<_> = (1..=640).map(exchange).collect();
        keep(&connection, &Pages::of(&exchanges)).unwrap();
        forget(&connection, 600).unwrap();
        assert_eq!(ids(&connection).0.len(), 640, "not a quarter too many yet");
        forget(&connection, 256).unwrap();
        let (left, gone) = ids(&connection);
        assert_eq!(left, (385..=640).collect::<Vec<u64>>());
        assert_eq!((gone.count, gone.until), (384, from_micros(384_000)));
        // A page goes as a whole, so one that is wanted in part stays.
        forget(&connection, 100).unwrap();
        let (left, gone) = ids(&connection);
        assert_eq!(left, (513..=640).collect::<Vec<u64>>());
        assert_eq!((gone.count, gone.until), (512, from_micros(512_000)));
    }
}
