//! The one thread that writes: group commit.
//!
//! Jobs that wait are run in one transaction, in order; after its commit each is answered. The
//! log's records ride along. When nothing waits, the full-text index catches up in small steps.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::{Semaphore, oneshot};

use super::checkpoints::Checkpoints;
use super::exchanges::{self, Pages};
use super::{StoreError, fulltext};
use crate::exchange::log::Log;

/// Jobs that may wait at once; more callers wait their turn without a place in the queue.
const QUEUE: usize = 1_024;

/// Jobs in one transaction at most, so that no single answer waits long.
const GROUP: usize = 256;

/// A pause of this length counts as idle: time for the full-text index. Shorter ones come in the
/// middle of a burst, where the index would take the time of bookings.
const IDLE: Duration = Duration::from_millis(25);

/// How long records of the log wait for a booking to ride along with, where nobody asks for them:
/// under load the next one is near, and each transaction of their own would cost as much as its.
const LINGER: Duration = Duration::from_millis(3);

/// The pause between two steps of the index.
const BREATH: Duration = Duration::from_millis(1);

type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type Job = Box<dyn FnOnce(&Connection) -> (bool, Reply) + Send>;

enum Message {
    Job(Job),
    Wake,
    Close,
}

/// The writer's handle.
#[derive(Debug)]
pub struct Writer {
    sender: Sender<Message>,
    places: Arc<Semaphore>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Job(_) => "Job",
            Self::Wake => "Wake",
            Self::Close => "Close",
        })
    }
}

impl Writer {
    /// Starts the thread. It keeps at most about `keep` exchanges.
    #[must_use]
    pub fn start(connection: Connection, log: Arc<Log>, keep: u64) -> Self {
        let (sender, receiver) = channel();
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                Worker {
                    checkpoints: Checkpoints::of(&connection),
                    connection,
                    log,
                    keep,
                    receiver,
                    waiting: Pages::default(),
                }
                .run()
            })
            .map_err(|error| tracing::error!(%error, "the store's writer did not start"))
            .ok();
        Self {
            sender,
            places: Arc::new(Semaphore::new(QUEUE)),
            thread: Mutex::new(thread),
        }
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.queue(work, true).await
    }

    /// As [`Self::run`], for work that writes nothing: where it fails, the group's writes stand.
    pub(super) async fn run_reading<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.queue(work, false).await
    }

    async fn queue<T, F>(&self, work: F, writes: bool) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let result = work(connection);
            let good = result.is_ok() || !writes;
            let reply: Reply = Box::new(move |committed| {
                drop(place);
                // The caller may have gone away; what it asked for is done all the same.
                let _ = answer.send(committed.and(result));
            });
            (good, reply)
        });
        self.sender
            .send(Message::Job(job))
            .map_err(|_| StoreError::Closed)?;
        answered.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) fn wake(&self) {
        // A closed writer has nothing to be woken for.
        let _ = self.sender.send(Message::Wake);
    }

    pub(super) fn close(&self) {
        let _ = self.sender.send(Message::Close);
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.close();
    }
}

struct Worker {
    checkpoints: Option<Checkpoints>,
    connection: Connection,
    log: Arc<Log>,
    keep: u64,
    receiver: Receiver<Message>,
    /// The log's records that ride along; kept for their room.
    waiting: Pages,
}

impl Worker {
    fn run(mut self) {
        // How long to wait before the index gets on; none where it has caught up.
        let mut pause = Some(IDLE);
        loop {
            let first = if let Some(pause_now) = pause {
                match self.receiver.recv_timeout(pause_now) {
                    Ok(message) => message,
                    Err(RecvTimeoutError::Timeout) => {
                        pause = self.catch_up().then_some(BREATH);
                        self.consider_checkpoint();
                        continue;
                    }
                    Err(RecvTimeoutError::Disconnected) => Message::Close,
                }
            } else {
                self.receiver.recv().unwrap_or(Message::Close)
            };
            if !self.group(first) {
                break;
            }
            self.consider_checkpoint();
            pause = Some(IDLE);
        }
        self.checkpoints = None;
        // The planner's statistics and a short journal make the next start quick.
        let _ = self
            .connection
            .execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// Runs one group; false when it was the last.
    fn group(&mut self, first: Message) -> bool {
        let mut jobs = Vec::new();
        let mut open = true;
        let mut next = Some(first);
        while let Some(message) = next.take() {
            match message {
                Message::Job(job) => jobs.push(job),
                Message::Wake => {}
                Message::Close => open = false,
            }
            if open && jobs.len() < GROUP {
                next = self.receiver.try_recv().ok();
                if next.is_none() && jobs.is_empty() {
                    next = self.receiver.recv_timeout(LINGER).ok();
                }
            }
        }
        let mut replies = Vec::with_capacity(jobs.len());
        let result = self.transaction(jobs, &mut replies);
        if let Err(error) = &result {
            tracing::error!(%error, "a group of writes was rolled back");
            // A transaction that stayed open would refuse every group from now on.
            if !self.connection.is_autocommit()
                && let Err(error) = self.connection.execute_batch("ROLLBACK")
            {
                tracing::error!(%error, "the store's transaction cannot be ended");
            }
        }
        for reply in replies {
            reply(result.clone());
        }
        open
    }

    fn transaction(&mut self, jobs: Vec<Job>, replies: &mut Vec<Reply>) -> Result<(), StoreError> {
        let connection = &self.connection;
        connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut good = true;
        let mut panicked = None;
        for job in jobs {
            match catch_unwind(AssertUnwindSafe(|| job(connection))) {
                Ok((fine, reply)) => {
                    good &= fine;
                    replies.push(reply);
                }
                Err(panic) => panicked = Some(words_of(panic.as_ref())),
            }
        }
        self.log.take_waiting(&mut self.waiting);
        let outcome = match (panicked, good) {
            (Some(words), _) => Err(StoreError::Refused(words)),
            (None, false) => Err(StoreError::Refused(
                "another write of the group failed".into(),
            )),
            (None, true) => Ok(()),
        };
        if outcome.is_err() {
            connection.execute_batch("ROLLBACK")?;
            connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        }
        // The log is kept even where the group failed: that is when it is needed most.
        exchanges::insert(connection, &self.waiting)?;
        let oldest = exchanges::evict(connection, self.log.position(), self.keep)?;
        connection.prepare_cached("COMMIT")?.execute([])?;
        self.waiting.clear();
        if let Some(oldest) = oldest {
            self.log.evicted(oldest);
        }
        outcome
    }

    fn consider_checkpoint(&self) {
        if let Some(checkpoints) = &self.checkpoints {
            checkpoints.consider();
        }
    }

    /// One step of the full-text index; false when it has caught up.
    fn catch_up(&mut self) -> bool {
        fulltext::index_some(&mut self.connection).unwrap_or_else(|error| {
            tracing::warn!(%error, "the full-text index did not get on");
            false
        })
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a write panicked".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Exchange;
    use crate::store::open;

    fn exchange(id: u64) -> Exchange {
        let mut exchange = Exchange::begun(crate::clock::from_micros(0), id);
        exchange.summary.id = id;
        exchange
    }

    fn writer() -> (Writer, Arc<Log>) {
        let log = Arc::new(Log::new(0, 0, 1));
        let connection = open::open(None, "").unwrap().connection;
        (Writer::start(connection, Arc::clone(&log), 1_000), log)
    }

    fn services(connection: &Connection) -> Result<u64, StoreError> {
        Ok(connection.query_row("SELECT count(*) FROM services", [], |row| row.get(0))?)
    }

    fn add(connection: &Connection, name: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO services (merchant_id, service_id) VALUES ('m', ?1)";
        connection.execute(sql, [name])?;
        Ok(())
    }

    #[tokio::test]
    async fn a_failed_write_leaves_nothing_behind_and_the_next_one_works() {
        let (writer, _) = writer();
        let failed = writer.run(|connection| {
            add(connection, "a")?;
            add(connection, "a")
        });
        assert!(matches!(failed.await, Err(StoreError::Refused(_))));
        assert_eq!(writer.run(services).await, Ok(0));
        writer.run(|connection| add(connection, "b")).await.unwrap();
        assert_eq!(writer.run(services).await, Ok(1));
    }

    #[tokio::test]
    async fn a_write_that_panics_is_answered_and_the_next_one_works() {
        let (writer, _) = writer();
        let failed = writer
            .run(|connection| {
                add(connection, "a")?;
                assert!(services(connection)? == 0, "on purpose");
                Ok(())
            })
            .await;
        assert!(failed.is_err(), "{failed:?}");
        assert_eq!(writer.run(services).await, Ok(0));
    }

    #[tokio::test]
    async fn a_log_that_cannot_be_written_does_not_stop_the_store_for_good() {
        let (writer, log) = writer();
        let seven = exchange(1);
        let taken =
            writer.run(move |connection| exchanges::insert(connection, &Pages::of(&[seven])));
        taken.await.unwrap();
        // Gets the id 1 too, which is taken.
        log.record(exchange(0));
        writer
            .run(|connection| add(connection, "a"))
            .await
            .unwrap_err();
        writer.run(|connection| add(connection, "b")).await.unwrap();
        assert_eq!(writer.run(services).await, Ok(1));
    }

    #[tokio::test]
    async fn a_read_that_fails_takes_no_write_with_it() {
        let (writer, _) = writer();
        // The first job holds the writer until both others wait, so that these form one group.
        let (hold, held) = std::sync::mpsc::channel::<()>();
        let first = writer.run(move |_| {
            let _ = held.recv();
            Ok(())
        });
        let write = writer.run(|connection| add(connection, "a"));
        let read = writer.run_reading(|connection| -> Result<(), StoreError> {
            connection.execute_batch("SELECT * FROM nowhere")?;
            Ok(())
        });
        let release = async {
            tokio::task::yield_now().await;
            hold.send(()).unwrap();
        };
        let (first, write, read, ()) = tokio::join!(first, write, read, release);
        first.unwrap();
        write.unwrap();
        read.unwrap_err();
        assert_eq!(writer.run(services).await, Ok(1));
    }
}
