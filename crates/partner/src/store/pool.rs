//! Connections that only read, used from the blocking pool.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use super::StoreError;

/// Reads that may run at once. More would only fight for two cores.
const READERS: usize = 3;

#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    places: Arc<Semaphore>,
}

impl Pool {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Arc::default(),
            places: Arc::new(Semaphore::new(READERS)),
        }
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let idle = Arc::clone(&self.idle);
        let path = self.path.clone();
        tokio::task::spawn_blocking(move || {
            let _place = place;
            let waiting = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match waiting {
                Some(connection) => connection,
                None => open(&path)?,
            };
            let result = in_one_snapshot(&connection, work);
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            result
        })
        .await
        .map_err(|_| StoreError::Refused("a read was cut short".to_owned()))?
    }
}

/// Shows the work one state of the store from its first look to its last, though the writer goes
/// on meanwhile: else a row that is being indexed would be found twice, or not at all.
fn in_one_snapshot<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.prepare_cached("BEGIN")?.execute([])?;
    let result = work(connection);
    connection.prepare_cached("COMMIT")?.execute([])?;
    result
}

fn open(path: &PathBuf) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_read_sees_one_state_from_its_first_look_to_its_last() {
        let folder = tempfile::tempdir().unwrap();
        let writer = crate::store::open::open(Some(folder.path()), "").unwrap();
        let crate::store::Place::File(path) = writer.place else {
            panic!("a folder has a file")
        };
        let pool = Pool::new(path);
        let count = |connection: &Connection| -> Result<u64, StoreError> {
            Ok(connection.query_row("SELECT count(*) FROM services", [], |row| row.get(0))?)
        };
        let write = move || {
            let sql = "INSERT INTO services (merchant_id, service_id) VALUES ('m', 's')";
            writer.connection.execute(sql, []).unwrap();
        };
        let seen = pool.run(move |connection| {
            let before = count(connection)?;
            write();
            Ok((before, count(connection)?))
        });
        assert_eq!(seen.await, Ok((0, 0)));
        assert_eq!(pool.run(count).await, Ok(1));
        // Work that fails leaves its connection fit for the next.
        let failed = pool.run(|_| -> Result<(), StoreError> { Err(StoreError::Closed) });
        assert_eq!(failed.await, Err(StoreError::Closed));
        assert_eq!(pool.run(count).await, Ok(1));
    }
}
