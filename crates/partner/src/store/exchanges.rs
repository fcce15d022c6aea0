//! The tables `exchanges` (narrow, for lists) and `exchange_details` (wide, for one).

use std::borrow::Cow;
use std::fmt::Write as _;

use booking_api::{Cause, Method};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};

use super::{StoreError, fulltext, lists};
use crate::clock::from_micros;
use crate::exchange::log::Position;
use crate::exchange::query::{Query, holds};
use crate::exchange::{
    Direction, Exchange, ExchangeOutcome, RequestRecord, ResponseRecord, Summary, Timing,
};

/// The columns of a summary, in the order of [`summary`].
const SUMMARY: &str = "e.id, e.direction, e.at, e.method, e.path, e.status, e.outcome, e.cause, \
     e.booking_id, e.merchant_id, e.duration_us, e.finding_count, e.label, e.note";

/// Writes one exchange.
///
/// # Errors
/// [`StoreError`].
pub fn insert(connection: &Connection, exchange: &Exchange) -> Result<(), StoreError> {
    let row = &exchange.summary;
    let direction = match row.direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    };
    connection
        .prepare_cached(
            "INSERT INTO exchanges VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15)",
        )?
        .execute(params![
            row.id,
            exchange.number,
            direction,
            row.at.as_microsecond(),
            row.method.map(Method::name),
            row.path,
            row.status,
            row.outcome.name(),
            row.cause.map(Cause::name),
            row.booking_id,
            row.merchant_id,
            row.duration_us,
            row.finding_count,
            row.label,
            row.note,
        ])?;
    let none = ResponseRecord::default();
    let response = exchange.response.as_ref();
    let answer = response.unwrap_or(&none);
    let request = &exchange.request;
    connection
        .prepare_cached(
            "INSERT INTO exchange_details
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13,?14,?15,?16,?17)",
        )?
        .execute(params![
            row.id,
            request.verb,
            request.target,
            request.version,
            lists::headers(&request.headers)?,
            request.body,
            request.body_size,
            request.redacted,
            response.map(|response| response.status),
            lists::headers(&answer.headers)?,
            answer.body,
            answer.body_size,
            exchange.timing.read_us,
            exchange.timing.decide_us,
            exchange.timing.delay_us,
            json(&exchange.findings)?,
            lists::decisions(&exchange.decisions)?,
        ])?;
    Ok(())
}

/// Drops the oldest exchanges once there are a quarter too many, a few thousand at a time.
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
    let oldest = (position.newest + 1 - keep).min(position.oldest + 4_000);
    fulltext::forget_below(connection, oldest)?;
    connection.execute("DELETE FROM exchanges WHERE id < ?1", [oldest])?;
    connection.execute("DELETE FROM exchange_details WHERE id < ?1", [oldest])?;
    Ok(Some(oldest))
}

/// The run of ids that the log is in.
///
/// # Errors
/// [`StoreError`].
pub fn run(connection: &Connection) -> Result<u64, StoreError> {
    Ok(connection.query_row("SELECT run FROM log_run", [], |row| row.get(0))?)
}

/// Drops all. Answers the run that begins with that.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<u64, StoreError> {
    connection.execute_batch(
        "DELETE FROM exchanges; DELETE FROM exchange_details;
         INSERT INTO exchange_text (exchange_text) VALUES ('delete-all');
         UPDATE exchange_text_progress SET indexed = 0;
         UPDATE log_run SET run = run % 4294967295 + 1;",
    )?;
    run(connection)
}

/// The oldest and the newest id that are kept; zeros where there are none.
///
/// # Errors
/// [`StoreError`].
pub fn bounds(connection: &Connection) -> Result<(u64, u64), StoreError> {
    // Two plain lookups: SQLite would scan for min and max together.
    let get = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, Option<u64>>(0));
    let oldest = get("SELECT min(id) FROM exchanges")?.unwrap_or(0);
    let newest = get("SELECT max(id) FROM exchanges")?.unwrap_or(0);
    Ok((oldest, newest))
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
    let sql = format!("SELECT {SUMMARY} FROM exchanges e WHERE e.id > ?1 ORDER BY e.id LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![row_id(cursor), limit], summary)?;
    Ok(rows.collect::<Result<_, _>>()?)
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
        "SELECT id FROM exchanges WHERE number = ?1 AND booking_id = ?2 ORDER BY id DESC LIMIT 1",
    )?;
    Ok(statement
        .query_row(params![number, booking_id], |row| row.get(0))
        .optional()?)
}

/// Summaries that fit the query, newest first, and where the next page starts.
///
/// # Errors
/// [`StoreError`].
pub fn query(
    connection: &Connection,
    query: &Query,
) -> Result<(Vec<Summary>, Option<u64>), StoreError> {
    let limit = query.limit();
    // One more than asked for tells whether there is a next page.
    let wanted = limit + 1;
    let terms = query.terms();
    let mut found = if query.text.is_some() && !terms.is_empty() {
        let indexed = fulltext::indexed(connection)?;
        let mut found = unindexed(connection, query, &terms, indexed, wanted)?;
        if found.len() < wanted {
            let (mut filter, mut values) = conditions(query);
            filter.push_str(" AND exchange_text MATCH ?");
            values.push(Sql::Text(fulltext::expression(&terms)));
            let sql = format!(
                "SELECT {SUMMARY} FROM exchange_text t CROSS JOIN exchanges e ON e.id = t.rowid
                 WHERE {filter} ORDER BY t.rowid DESC LIMIT {}",
                wanted - found.len()
            );
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map(params_from_iter(values), summary)?;
            for row in rows {
                found.push(row?);
            }
        }
        found
    } else {
        let (filter, values) = conditions(query);
        let sql = format!(
            "SELECT {SUMMARY} FROM exchanges e WHERE {filter} ORDER BY e.id DESC LIMIT {wanted}"
        );
        let mut statement = connection.prepare(&sql)?;
        let rows = statement.query_map(params_from_iter(values), summary)?;
        rows.collect::<Result<Vec<_>, _>>()?
    };
    let more = found.len() > limit;
    found.truncate(limit);
    let next = if more {
        found.last().map(|row| row.id)
    } else {
        None
    };
    Ok((found, next))
}

/// The newest exchanges that the index does not hold yet, read through one by one.
fn unindexed(
    connection: &Connection,
    query: &Query,
    terms: &[Vec<String>],
    indexed: u64,
    wanted: usize,
) -> Result<Vec<Summary>, StoreError> {
    let (mut filter, mut values) = conditions(query);
    filter.push_str(" AND e.id > ?");
    values.push(Sql::Integer(row_id(indexed)));
    let sql = format!(
        "SELECT {SUMMARY}, d.target, d.request_body, d.response_body
         FROM exchanges e JOIN exchange_details d ON d.id = e.id
         WHERE {filter} ORDER BY e.id DESC"
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query(params_from_iter(values))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |place| {
            row.get_ref(place)
                .map(|value| value.as_str().unwrap_or_default())
        };
        let text = fulltext::text_of(text(14)?, text(15)?, text(16)?);
        if holds(&text, terms) {
            found.push(summary(row)?);
            if found.len() == wanted {
                break;
            }
        }
    }
    Ok(found)
}

/// The WHERE clause of everything but the words.
fn conditions(query: &Query) -> (String, Vec<Sql>) {
    let mut sql = String::from("1");
    let mut values = Vec::new();
    let mut add = |condition: &str, value: Sql| {
        let _ = write!(sql, " AND e.{condition}");
        values.push(value);
    };
    let number = |id: u64| Sql::Integer(row_id(id));
    let text = |word: &str| Sql::Text(word.to_owned());
    if let Some(id) = query.after {
        add("id > ?", number(id));
    }
    if let Some(id) = query.before {
        add("id < ?", number(id));
    }
    match query.direction {
        Some(Direction::Inbound) => add("direction = ?", text("inbound")),
        Some(Direction::Outbound) => add("direction = ?", text("outbound")),
        None => {}
    }
    if let Some(method) = query.method {
        add("method = ?", text(method.name()));
    }
    if let Some(outcome) = query.outcome {
        add("outcome = ?", text(outcome.name()));
    }
    if let Some(cause) = query.cause {
        add("cause = ?", text(cause.name()));
    }
    if let Some((low, high)) = query.status {
        add("status >= ?", Sql::Integer(low.into()));
        add("status <= ?", Sql::Integer(high.into()));
    }
    if let Some(id) = &query.booking_id {
        add("booking_id = ?", text(id));
    }
    if let Some(id) = &query.merchant_id {
        add("merchant_id = ?", text(id));
    }
    (sql, values)
}

/// One exchange with everything.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection, id: u64) -> Result<Option<Exchange>, StoreError> {
    Ok(whole(connection, "e.id = ?1", params![row_id(id)], 1)?.pop())
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
    whole(connection, "e.id >= ?1", params![row_id(first)], limit)
}

/// An id as SQLite has it. Callers may name ids that no exchange can have.
fn row_id(id: u64) -> i64 {
    i64::try_from(id).unwrap_or(i64::MAX)
}

fn whole(
    connection: &Connection,
    filter: &str,
    values: &[&dyn rusqlite::ToSql],
    limit: usize,
) -> Result<Vec<Exchange>, StoreError> {
    let sql = format!(
        "SELECT {SUMMARY}, e.number, d.verb, d.target, d.version, d.request_headers,
             d.request_body, d.request_size, d.redacted, d.response_status, d.response_headers,
             d.response_body, d.response_size, d.read_us, d.decide_us, d.delay_us, d.findings,
             d.decisions
         FROM exchanges e JOIN exchange_details d ON d.id = e.id
         WHERE {filter} ORDER BY e.id LIMIT {limit}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(values, |row| {
        let summary = summary(row)?;
        let status: Option<u16> = row.get(22)?;
        Ok(Exchange {
            number: row.get(14)?,
            request: RequestRecord {
                verb: row.get(15)?,
                target: row.get(16)?,
                version: row.get(17)?,
                headers: from_json(row, 18)?,
                body: row.get(19)?,
                body_size: row.get(20)?,
                redacted: row.get(21)?,
            },
            response: match status {
                Some(status) => Some(ResponseRecord {
                    status,
                    headers: from_json(row, 23)?,
                    body: row.get(24)?,
                    body_size: row.get(25)?,
                }),
                None => None,
            },
            timing: Timing {
                read_us: row.get(26)?,
                decide_us: row.get(27)?,
                delay_us: row.get(28)?,
                total_us: summary.duration_us,
            },
            findings: from_json(row, 29)?,
            decisions: from_json(row, 30)?,
            summary,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    let word = |place| {
        row.get_ref(place)
            .map(|value| value.as_str().unwrap_or_default())
    };
    let direction = if word(1)? == "outbound" {
        Direction::Outbound
    } else {
        Direction::Inbound
    };
    let label: String = row.get(12)?;
    Ok(Summary {
        id: row.get(0)?,
        direction,
        at: from_micros(row.get(2)?),
        method: Method::from_name(word(3)?),
        path: row.get(4)?,
        status: row.get(5)?,
        outcome: ExchangeOutcome::from_name(word(6)?).unwrap_or(ExchangeOutcome::Error),
        cause: Cause::from_name(word(7)?),
        booking_id: row.get(8)?,
        merchant_id: row.get(9)?,
        duration_us: row.get(10)?,
        finding_count: row.get(11)?,
        label: Cow::Owned(label),
        note: row.get(13)?,
    })
}

/// Findings are nearly always none: then nothing needs to be serialised.
fn json<T: serde::Serialize>(list: &[T]) -> Result<Cow<'static, str>, StoreError> {
    if list.is_empty() {
        return Ok(Cow::Borrowed("[]"));
    }
    serde_json::to_string(list)
        .map(Cow::Owned)
        .map_err(|error| StoreError::Refused(error.to_string()))
}

fn from_json<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    place: usize,
) -> rusqlite::Result<Vec<T>> {
    let text = row.get_ref(place)?.as_str().unwrap_or("[]");
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(
            place,
            rusqlite::types::Type::Text,
            Box::new(error),
        )
    })
}

#[cfg(test)]
mod tests;
