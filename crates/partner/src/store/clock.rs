//! The table `clock`: how the engine's clock is set. Without its row, the clock is real.

use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use crate::clock::{ClockMode, Setting, from_micros};
use crate::names::name_of;

/// How the clock was left.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection) -> Result<Setting, StoreError> {
    let found = connection
        .query_row("SELECT mode, rate, at, since FROM clock", [], |row| {
            let mode: String = row.get(0)?;
            let (at, since) = (from_micros(row.get(2)?), from_micros(row.get(3)?));
            Ok(match mode.as_str() {
                "frozen" => Setting::Frozen(at),
                _ => Setting::Scaled {
                    rate: row.get(1)?,
                    from: at,
                    since,
                },
            })
        })
        .optional()?;
    Ok(found.unwrap_or(Setting::Real))
}

/// Keeps how the clock is set.
///
/// # Errors
/// [`StoreError`].
pub fn put(connection: &Connection, setting: &Setting) -> Result<(), StoreError> {
    let (at, since) = match setting {
        Setting::Real => {
            connection.execute("DELETE FROM clock", [])?;
            return Ok(());
        }
        Setting::Frozen(at) => (at, at),
        Setting::Scaled { from, since, .. } => (from, since),
    };
    let mode = name_of(&ClockMode::NAMES, &setting.mode());
    connection
        .prepare_cached("INSERT OR REPLACE INTO clock VALUES (1, ?1, ?2, ?3, ?4)")?
        .execute(params![
            mode,
            setting.rate(),
            at.as_microsecond(),
            since.as_microsecond()
        ])?;
    Ok(())
}
