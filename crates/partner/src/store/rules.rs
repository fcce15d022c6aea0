//! The tables `rules` and `rule_calls`: what a scenario's rules have counted, and which of them
//! somebody switched. Rules are known by name, so that an edited file goes on counting.

use std::collections::HashMap;

use rusqlite::{Connection, params};

use super::StoreError;

/// Counts one more call and answers which one it is, 1 being the first.
///
/// # Errors
/// [`StoreError`].
pub fn count_call(connection: &Connection, rule: &str, subject: &str) -> Result<u64, StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO rule_calls (rule, subject, calls) VALUES (?1, ?2, 1)
         ON CONFLICT (rule, subject) DO UPDATE SET calls = calls + 1 RETURNING calls",
    )?;
    Ok(statement.query_row(params![rule, subject], |row| row.get(0))?)
}

/// Counts that a rule did something.
///
/// # Errors
/// [`StoreError`].
pub fn count_hit(connection: &Connection, rule: &str) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO rules (rule, hits) VALUES (?1, 1)
             ON CONFLICT (rule) DO UPDATE SET hits = hits + 1",
        )?
        .execute([rule])?;
    Ok(())
}

/// How often each rule did something; those that never did are not there.
///
/// # Errors
/// [`StoreError`].
pub fn hits(connection: &Connection) -> Result<HashMap<String, u64>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT rule, hits FROM rules")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Switches a rule on or off.
///
/// # Errors
/// [`StoreError`].
pub fn switch(connection: &Connection, rule: &str, on: bool) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO rules (rule, hits, switched) VALUES (?1, 0, ?2)
         ON CONFLICT (rule) DO UPDATE SET switched = excluded.switched",
        params![rule, on],
    )?;
    Ok(())
}

/// The rules that somebody switched.
///
/// # Errors
/// [`StoreError`].
pub fn switched(connection: &Connection) -> Result<HashMap<String, bool>, StoreError> {
    let sql = "SELECT rule, switched FROM rules WHERE switched IS NOT NULL";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Forgets all counts and switches.
///
/// # Errors
/// [`StoreError`].
pub fn clear(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch("DELETE FROM rules; DELETE FROM rule_calls;")?;
    Ok(())
}
