//! The store: one SQLite file, one writer thread with group commit, a small pool for reading.
//!
//! [`writer`] runs as many jobs as wait in one transaction and answers them after the commit.
//! One file per table holds its statements. Nothing here decides anything.

pub mod aggregator;
pub mod bookings;
pub mod challenges;
mod checkpoints;
pub mod clock;
pub mod exchanges;
pub mod fulltext;
pub mod guests;
pub mod inventory;
pub mod leases;
pub mod ledger;
pub mod migrations;
pub mod open;
pub mod outbox;
pub mod payment_options;
mod pool;
pub mod rules;
pub mod scenario;
pub mod timers;
pub mod writer;

use std::sync::Arc;

use rusqlite::Connection;
use thiserror::Error;

pub use open::{OpenError, Place};

use self::pool::Pool;
use self::writer::Writer;
use crate::exchange::log::Log;

/// Something went wrong in the store; the caller may try again.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StoreError {
    /// SQLite refused; nothing of the whole group was kept.
    #[error("the store refused: {0}")]
    Refused(String),
    /// The file is broken; nothing of the whole group was kept.
    #[error("the store's file is damaged: {0}")]
    Damaged(String),
    /// The engine is shutting down.
    #[error("the store is closed")]
    Closed,
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        if open::is_damage(&error) {
            Self::Damaged(error.to_string())
        } else {
            Self::Refused(error.to_string())
        }
    }
}

/// The store's handle. Cheap to clone; the last clone's drop ends the writer.
#[derive(Clone, Debug)]
pub struct Store {
    writer: Arc<Writer>,
    /// `None` in memory: there the writer's connection is the only one.
    pool: Option<Arc<Pool>>,
}

impl Store {
    /// Starts the writer on an opened connection.
    #[must_use]
    pub fn start(connection: Connection, place: &Place, log: Arc<Log>, keep: u64) -> Self {
        let pool = match place {
            Place::File(path) => Some(Arc::new(Pool::new(path.clone()))),
            Place::Memory => None,
        };
        Self {
            writer: Arc::new(Writer::start(connection, log, keep)),
            pool,
        }
    }

    /// Runs a job in the next group's transaction and answers once it is committed.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub async fn write<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.writer.run(work).await
    }

    /// Reads what has been committed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn read<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        match &self.pool {
            Some(pool) => pool.run(work).await,
            None => self.writer.run_reading(work).await,
        }
    }

    /// Brings the log's waiting records into the store, so that a read sees them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.writer.run(|_| Ok(())).await
    }

    /// Wakes the writer for records that wait in the log.
    pub fn wake(&self) {
        self.writer.wake();
    }

    /// Writes what waits and ends the writer. Later calls answer [`StoreError::Closed`].
    pub fn close(&self) {
        self.writer.close();
    }
}
