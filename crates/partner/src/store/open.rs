//! Opening the file: one program at a time, migrations, and what to do with a file that cannot
//! be used. A damaged file is set aside, never deleted; a newer one is refused.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};
use rusqlite_migration::{Error as MigrationError, MigrationDefinitionError};
use thiserror::Error;

use super::{StoreError, bookings, exchanges, migrations};

/// Where the store lives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file.
    File(PathBuf),
    /// Nowhere: gone with the program.
    Memory,
}

/// An opened store.
#[derive(Debug)]
pub struct Opened {
    /// The writer's connection, migrated.
    pub connection: Connection,
    /// Where it lives.
    pub place: Place,
    /// Where a damaged file was moved to.
    pub set_aside: Option<PathBuf>,
    /// Held while the program runs.
    pub lock: Option<File>,
    /// What it holds.
    pub kept: Kept,
}

/// How far a store has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The oldest and the newest exchange's id; zeros where there are none.
    pub exchanges: (u64, u64),
    /// The run of ids that the log is in.
    pub run: u64,
    /// How many bookings there are.
    pub bookings: u64,
    /// The highest number of a request that left something behind.
    pub highest_number: u64,
}

/// Why the store could not be opened. Each is one sentence and what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The folder or a file in it cannot be used.
    #[error("The data folder {path} cannot be used: {reason}. Choose another with --data-dir.")]
    Folder {
        /// Which folder.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// Another program has it.
    #[error(
        "The data folder {path} is in use by another Mock Partner. Close that one, choose another \
         folder with --data-dir, or use --in-memory."
    )]
    InUse {
        /// Which folder.
        path: PathBuf,
    },
    /// Written by a newer version.
    #[error(
        "The data in {path} was written by a newer Mock Partner. Update this one, or choose \
         another folder with --data-dir."
    )]
    Newer {
        /// Which file.
        path: PathBuf,
    },
    /// Anything else of SQLite.
    #[error("The store {path} cannot be opened: {reason}. Choose another folder with --data-dir.")]
    Store {
        /// Which file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// The scenario's inventory cannot be made.
    #[error("The scenario's inventory cannot be made: {reason}.")]
    Inventory {
        /// What the store says.
        reason: String,
    },
    /// The scenario cannot be loaded.
    #[error(transparent)]
    Scenario(#[from] crate::scenario::ScenarioError),
}

/// Opens the store in a folder, or in memory.
///
/// # Errors
/// [`OpenError`].
pub fn open(folder: Option<&Path>, stamp: &str) -> Result<Opened, OpenError> {
    let Some(folder) = folder else {
        let connection = Connection::open_in_memory()
            .map_err(|error| failed(Path::new(":memory:"), &error))
            .and_then(|connection| migrated(connection, Path::new(":memory:")))?;
        let kept = look(&connection).map_err(|error| OpenError::Store {
            path: ":memory:".into(),
            reason: error.to_string(),
        })?;
        return Ok(Opened {
            connection,
            place: Place::Memory,
            set_aside: None,
            lock: None,
            kept,
        });
    };
    let unusable = |reason: std::io::Error| OpenError::Folder {
        path: folder.to_owned(),
        reason: reason.to_string(),
    };
    std::fs::create_dir_all(folder).map_err(unusable)?;
    let lock = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("mock-partner.lock"))
        .map_err(unusable)?;
    lock.try_lock().map_err(|_| OpenError::InUse {
        path: folder.to_owned(),
    })?;

    let path = folder.join("mock-partner.sqlite");
    let ((connection, kept), set_aside) = match opened(&path) {
        Err(OpenError::Store { reason, .. }) if reason.starts_with(DAMAGED) => {
            let aside = set_aside(&path, stamp).map_err(unusable)?;
            tracing::warn!(?aside, %reason, "a damaged store was set aside");
            (opened(&path)?, Some(aside))
        }
        other => (other?, None),
    };
    Ok(Opened {
        connection,
        place: Place::File(path),
        set_aside,
        lock: Some(lock),
        kept,
    })
}

const DAMAGED: &str = "the file is damaged";

/// Opens the file and takes a first look, so that damage shows while it can be set aside still.
fn opened(path: &Path) -> Result<(Connection, Kept), OpenError> {
    let connection = Connection::open(path).map_err(|error| failed(path, &error))?;
    let connection = migrated(connection, path)?;
    let kept = look(&connection).map_err(|error| OpenError::Store {
        path: path.to_owned(),
        reason: match error {
            StoreError::Damaged(reason) => format!("{DAMAGED}: {reason}"),
            other => other.to_string(),
        },
    })?;
    Ok((connection, kept))
}

fn look(connection: &Connection) -> Result<Kept, StoreError> {
    Ok(Kept {
        exchanges: exchanges::bounds(connection)?,
        run: exchanges::run(connection)?,
        bookings: bookings::count(connection)?,
        highest_number: bookings::highest_number(connection)?,
    })
}

fn migrated(mut connection: Connection, path: &Path) -> Result<Connection, OpenError> {
    // NORMAL in WAL mode keeps every committed booking through a `kill -9`; only a power cut
    // could take the last ones, and a mock may lose those. An exchange fills more than half of a
    // usual page of 4 KiB: larger ones hold several, and a commit writes fewer of them. A file that
    // exists keeps the size that it has.
    connection
        .execute_batch(
            "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;
             PRAGMA wal_autocheckpoint = 4000;
             PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -8000;",
        )
        .map_err(|error| failed(path, &error))?;
    // Only a checkpoint can be in the way, whose end a slow disk may put off.
    connection
        .busy_timeout(Duration::from_secs(30))
        .map_err(|error| failed(path, &error))?;
    connection.set_prepared_statement_cache_capacity(64);
    migrations::all()
        .to_latest(&mut connection)
        .map_err(|error| match error {
            MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
                OpenError::Newer {
                    path: path.to_owned(),
                }
            }
            MigrationError::RusqliteError { err, .. } => failed(path, &err),
            other => OpenError::Store {
                path: path.to_owned(),
                reason: other.to_string(),
            },
        })?;
    Ok(connection)
}

fn failed(path: &Path, error: &rusqlite::Error) -> OpenError {
    let reason = if is_damage(error) {
        format!("{DAMAGED}: {error}")
    } else {
        error.to_string()
    };
    OpenError::Store {
        path: path.to_owned(),
        reason,
    }
}

/// Whether the file itself is broken, rather than what was asked of it.
pub(super) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt)
    )
}

/// Renames the file and its companions, so that a person can still look into them.
fn set_aside(path: &Path, stamp: &str) -> std::io::Result<PathBuf> {
    // One that was set aside before must not be lost to one of the same second.
    let aside = (1..)
        .map(|count| match count {
            1 => format!("mock-partner.damaged-{stamp}.sqlite"),
            count => format!("mock-partner.damaged-{stamp}-{count}.sqlite"),
        })
        .map(|name| path.with_file_name(name))
        .find(|aside| !aside.exists())
        .unwrap_or_else(|| path.with_extension("damaged"));
    std::fs::rename(path, &aside)?;
    for companion in ["-wal", "-shm"] {
        let with = |path: &Path| PathBuf::from(format!("{}{companion}", path.display()));
        if with(path).exists() {
            std::fs::rename(with(path), with(&aside))?;
        }
    }
    Ok(aside)
}
