//! Finds exchanges by filters and by words, newest first.

use booking_api::{Cause, Method};
use memchr::memmem::Finder;
use rusqlite::{Connection, OptionalExtension, Row as SqlRow, params};

use super::entry::Row;
use super::page::{self, Texts};
use super::row_id;
use crate::exchange::query::{Query, Words};
use crate::exchange::{Direction, ExchangeOutcome, Summary};
use crate::store::{StoreError, fulltext};

/// Summaries that fit the query, newest first, and where the next page of the answer starts.
///
/// # Errors
/// [`StoreError`].
pub fn query(
    connection: &Connection,
    query: &Query,
) -> Result<(Vec<Summary>, Option<u64>), StoreError> {
    let limit = query.limit();
    // One more than asked for tells whether there is a next page.
    let mut found = Found {
        query,
        wanted: limit + 1,
        rows: Vec::new(),
    };
    let words = Words::new(query.terms());
    if words.is_empty() {
        read_through(connection, &mut found, 0, None)?;
    } else {
        let indexed = fulltext::indexed(connection)?;
        read_through(connection, &mut found, indexed, Some(&words))?;
        look_up(connection, &mut found, &words)?;
    }
    let mut rows = found.rows;
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = if more {
        rows.last().map(|row| row.id)
    } else {
        None
    };
    Ok((rows, next))
}

struct Found<'a> {
    query: &'a Query,
    wanted: usize,
    rows: Vec<Summary>,
}

impl<'a> Found<'a> {
    fn is_full(&self) -> bool {
        self.rows.len() >= self.wanted
    }

    /// Takes the row in if it is wanted still.
    fn push(&mut self, id: u64, row: &Row<'_>) {
        if !self.is_full() {
            self.rows.push(row.summary(id));
        }
    }

    /// The lowest and the highest id that the query lets in.
    fn bounds(&self) -> (u64, u64) {
        let query = self.query;
        let lowest = query.after.map_or(0, |id| id.saturating_add(1));
        let highest = query.before.map_or(u64::MAX, |id| id.saturating_sub(1));
        (lowest, highest)
    }

    /// Words that stand in every page with an exchange that fits.
    fn telling(&self) -> Vec<Finder<'a>> {
        let query = self.query;
        let fails = query.status.is_some_and(|(low, _)| low >= 400);
        let words = [
            query.method.map(Method::name),
            query.outcome.map(ExchangeOutcome::name),
            // Both outcomes that are none have a good status.
            fails.then_some(ExchangeOutcome::Error.name()),
            query.cause.map(Cause::name),
            query.booking_id.as_deref(),
            query.merchant_id.as_deref(),
        ];
        words.into_iter().flatten().map(Finder::new).collect()
    }

    /// Whether everything but the words fits.
    fn fits(&self, id: u64, row: &Row<'_>) -> bool {
        let query = self.query;
        let (lowest, highest) = self.bounds();
        let is = |wanted: Option<&str>, found: Option<&str>| wanted.is_none() || wanted == found;
        (lowest..=highest).contains(&id)
            && query
                .direction
                .is_none_or(|direction| (direction == Direction::Outbound) == row.outbound)
            && is(query.method.map(Method::name), row.method)
            && is(query.outcome.map(ExchangeOutcome::name), Some(row.outcome))
            && is(query.cause.map(Cause::name), row.cause)
            && query
                .status
                .is_none_or(|(low, high)| (low..=high).contains(&row.status))
            && is(query.booking_id.as_deref(), row.booking_id)
            && is(query.merchant_id.as_deref(), row.merchant_id)
    }
}

/// Reads through the pages above `floor`, the newest first. `words` are looked for in the texts.
fn read_through(
    connection: &Connection,
    found: &mut Found<'_>,
    floor: u64,
    words: Option<&Words>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT first_id, last_id, summaries FROM exchange_pages WHERE first_id <= ?1
         ORDER BY first_id DESC",
    )?;
    let mut of_page =
        connection.prepare_cached("SELECT texts FROM exchange_details WHERE first_id = ?1")?;
    let telling = found.telling();
    let (lowest, highest) = found.bounds();
    let lowest = lowest.max(floor.saturating_add(1));
    let mut pages = statement.query([row_id(highest)])?;
    while !found.is_full()
        && let Some(next) = pages.next()?
    {
        let (first_id, last_id): (u64, u64) = (next.get(0)?, next.get(1)?);
        if last_id < lowest {
            break;
        }
        let summaries = blob(next, 2)?;
        // Most pages lack what is rare, and a look at bytes costs a fraction of taking rows or texts
        // apart: the summaries are a tenth of the texts.
        let mut unpacked = Vec::new();
        if !telling.is_empty() || words.is_none() {
            unpacked = page::unpack(summaries)?;
            if telling.iter().any(|word| word.find(&unpacked).is_none()) {
                continue;
            }
        }
        let holds = match words {
            Some(words) => {
                let texts = of_page.query_row([first_id], |row| Ok(holding(blob(row, 0)?, words)));
                Some(texts.optional()?.transpose()?.unwrap_or_default())
            }
            None => None,
        };
        if holds.as_ref().is_some_and(Vec::is_empty) {
            continue;
        }
        if unpacked.is_empty() {
            unpacked = page::unpack(summaries)?;
        }
        let mut rows: Vec<_> = (first_id..).zip(page::rows(&unpacked)?).collect();
        rows.retain(|(id, row)| *id > floor && found.fits(*id, row));
        if let Some(holds) = holds {
            rows.retain(|(id, _)| {
                let place = usize::try_from(id - first_id).unwrap_or(usize::MAX);
                holds.get(place).copied().unwrap_or(false)
            });
        }
        for (id, row) in rows.iter().rev() {
            found.push(*id, row);
        }
    }
    Ok(())
}

/// Which exchanges of a page hold the words; empty where none does.
fn holding(texts: &[u8], words: &Words) -> Result<Vec<bool>, StoreError> {
    let mut texts = Texts::unpack(texts)?;
    if !words.may_stand_in(texts.all()) {
        return Ok(Vec::new());
    }
    Ok(texts.each().map(|text| words.stand_in(text)).collect())
}

/// Takes what the index of words finds.
fn look_up(
    connection: &Connection,
    found: &mut Found<'_>,
    words: &Words,
) -> Result<(), StoreError> {
    if found.is_full() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(
        "SELECT rowid FROM exchange_text
         WHERE exchange_text MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC",
    )?;
    let (lowest, highest) = found.bounds();
    let asked = params![
        fulltext::expression(words.terms()),
        row_id(lowest),
        row_id(highest)
    ];
    let mut ids = statement.query_map(asked, |row| row.get::<_, u64>(0))?;
    let mut of_page = connection.prepare_cached(
        "SELECT first_id, summaries FROM exchange_pages WHERE first_id <= ?1
         ORDER BY first_id DESC LIMIT 1",
    )?;
    let mut next = ids.next().transpose()?;
    while !found.is_full()
        && let Some(newest) = next
    {
        let page = of_page
            .query_row([row_id(newest)], |row| {
                Ok((
                    row.get::<_, u64>(0)?,
                    row.get_ref(1)?.as_blob().map(page::unpack).ok(),
                ))
            })
            .optional()?;
        // The index forgets what the pages lose, in the same transaction.
        let Some((first_id, Some(summaries))) = page else {
            break;
        };
        let summaries = summaries?;
        let rows = page::rows(&summaries)?;
        while let Some(id) = next.filter(|id| *id >= first_id) {
            let place = usize::try_from(id - first_id).unwrap_or(usize::MAX);
            if let Some(row) = rows.get(place).filter(|row| found.fits(id, row)) {
                found.push(id, row);
            }
            next = ids.next().transpose()?;
        }
    }
    Ok(())
}

fn blob<'a>(row: &'a SqlRow<'_>, place: usize) -> rusqlite::Result<&'a [u8]> {
    Ok(row.get_ref(place)?.as_blob().unwrap_or_default())
}
