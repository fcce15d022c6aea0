//! Checkpoints: what the journal has gathered goes into the file by a thread of its own. Left to
//! the writer, every few thousand bookings would wait for the disk.

use std::cell::Cell;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;

/// Pages in the journal from which on it is time.
const PAGES: i32 = 4_000;

thread_local! {
    /// How many pages the journal had after this thread's newest commit.
    static JOURNAL: Cell<i32> = const { Cell::new(0) };
}

/// The thread's handle. Its drop waits for it.
#[derive(Debug)]
pub(super) struct Checkpoints {
    /// `None` only while it is dropped.
    wake: Option<SyncSender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// Takes the checkpoints of this connection's file over; `None` for one in memory, which has
    /// no journal.
    pub(super) fn of(connection: &Connection) -> Option<Self> {
        let path = connection.path().filter(|path| !path.is_empty())?;
        let path = PathBuf::from(path);
        let (wake, woken) = sync_channel(1);
        let thread = std::thread::Builder::new()
            .name("checkpoints".to_owned())
            .spawn(move || run(&path, &woken))
            .map_err(|error| tracing::warn!(%error, "the writer has to make the checkpoints"))
            .ok()?;
        // This also ends SQLite's own ones, which the writer would make.
        connection.wal_hook(Some(|_, pages| {
            JOURNAL.set(pages);
            Ok(())
        }));
        Some(Self {
            wake: Some(wake),
            thread: Some(thread),
        })
    }

    /// Called by the writer behind its commits: says whether it is time.
    pub(super) fn consider(&self) {
        if JOURNAL.get() >= PAGES
            && let Some(wake) = &self.wake
        {
            // Full means that it has been told, or is at it.
            let _ = wake.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(path: &PathBuf, woken: &Receiver<()>) {
    let mut opened: Option<Connection> = None;
    while woken.recv().is_ok() {
        let made = (|| {
            let connection = match opened.take() {
                Some(connection) => connection,
                None => {
                    let connection = Connection::open(path)?;
                    connection.busy_timeout(Duration::from_secs(1))?;
                    connection
                        .execute_batch("PRAGMA synchronous = NORMAL; PRAGMA cache_size = 0")?;
                    connection
                }
            };
            // Nearly all of it beside the writer; then the writer waits for what it has written
            // meanwhile, so that the journal begins anew.
            connection
                .execute_batch("PRAGMA wal_checkpoint(PASSIVE); PRAGMA wal_checkpoint(RESTART)")?;
            opened = Some(connection);
            Ok::<_, rusqlite::Error>(())
        })();
        if let Err(error) = made {
            tracing::warn!(%error, "a checkpoint was not made; the journal grows on");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::open;

    #[test]
    fn the_journal_goes_into_the_file_while_writing_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let connection = open::open(Some(folder.path()), "").unwrap().connection;
        let checkpoints = Checkpoints::of(&connection).unwrap();
        let file = folder.path().join("mock-partner.sqlite");
        let size = || std::fs::metadata(&file).unwrap().len();
        let before = size();
        connection
            .execute_batch("CREATE TABLE many (bytes BLOB)")
            .unwrap();
        // More than a journal's worth.
        for _ in 0..40 {
            connection
                .execute("INSERT INTO many VALUES (zeroblob(1000000))", [])
                .unwrap();
            checkpoints.consider();
        }
        drop(checkpoints);
        assert!(size() > before + 30_000_000, "{before} {}", size());
        let many: u64 = connection
            .query_row("SELECT count(*) FROM many", [], |row| row.get(0))
            .unwrap();
        assert_eq!(many, 40);
    }

    #[test]
    fn a_store_in_memory_has_none() {
        let connection = open::open(None, "").unwrap().connection;
        assert!(Checkpoints::of(&connection).is_none());
    }
}
