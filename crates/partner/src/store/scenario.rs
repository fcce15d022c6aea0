//! The table `scenario_in_force`: which scenario a restart goes on with.

use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;

/// A scenario that was put in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptScenario {
    /// Its name.
    pub name: String,
    /// Its file; empty where it comes with the program.
    pub file: String,
}

/// The scenario that was put in force last; `None` before the first.
///
/// # Errors
/// [`StoreError`].
pub fn get(connection: &Connection) -> Result<Option<KeptScenario>, StoreError> {
    let sql = "SELECT name, file FROM scenario_in_force";
    let kept = connection.query_row(sql, [], |row| {
        Ok(KeptScenario {
            name: row.get(0)?,
            file: row.get(1)?,
        })
    });
    Ok(kept.optional()?)
}

/// Keeps it.
///
/// # Errors
/// [`StoreError`].
pub fn put(connection: &Connection, kept: &KeptScenario) -> Result<(), StoreError> {
    let sql = "INSERT OR REPLACE INTO scenario_in_force VALUES (1, ?1, ?2)";
    connection.execute(sql, params![kept.name, kept.file])?;
    Ok(())
}
