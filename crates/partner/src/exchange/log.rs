//! The newest exchanges in memory, and the way of all of them to the store.
//!
//! Followers pull from a cursor and are woken by a counter: there is no queue per follower, so a
//! slow one costs nothing. What the ring no longer holds is read from the store.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, watch};

use super::{Exchange, Summary};
use crate::store::exchanges::{Entry, Pages};

/// Summaries kept in memory. Followers that fall further behind read from the store.
const RING: usize = 8_192;

/// Records that may wait for the writer before answers are held back.
const WAITING: usize = 8_192;

/// How far the log has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// The newest exchange's id; 0 before the first.
    pub newest: u64,
    /// The oldest id that is still kept.
    pub oldest: u64,
    /// Another one when the log is cleared, or a store in memory begun anew: cursors from
    /// before mean nothing any more.
    pub run: u64,
}

impl Position {
    /// How many exchanges are kept. Ids have no holes, so this needs no counting.
    #[must_use]
    pub fn count(&self) -> u64 {
        (self.newest + 1).saturating_sub(self.oldest.max(1))
    }
}

#[derive(Debug, Default)]
struct State {
    ring: VecDeque<Arc<Summary>>,
    waiting: Pages,
}

/// The log's memory.
#[derive(Debug)]
pub struct Log {
    state: Mutex<State>,
    position: watch::Sender<Position>,
    drained: Notify,
}

impl Log {
    /// Goes on behind what the store holds.
    #[must_use]
    pub fn new(oldest: u64, newest: u64, run: u64) -> Self {
        Self {
            state: Mutex::default(),
            position: watch::Sender::new(Position {
                newest,
                oldest,
                run,
            }),
            drained: Notify::new(),
        }
    }

    /// Gives the exchange its id and takes it in. Answers the id, and whether the writer should be
    /// woken.
    pub fn record(&self, exchange: Exchange) -> (u64, bool) {
        // By whoever brings it, in parallel: the one writer has enough to do.
        let entry = Entry::of(&exchange);
        let mut summary = Arc::new(exchange.summary);
        let mut state = self.lock();
        // The position changes under the lock, so that ids and ring never disagree.
        let mut id = 0;
        self.position.send_modify(|position| {
            position.newest += 1;
            if position.oldest == 0 {
                position.oldest = 1;
            }
            id = position.newest;
        });
        Arc::make_mut(&mut summary).id = id;
        let too_old = (state.ring.len() == RING).then(|| state.ring.pop_front());
        state.ring.push_back(summary);
        state.waiting.add(id, &entry);
        let wake = state.waiting.len() == 1;
        drop(state);
        drop(too_old);
        (id, wake)
    }

    /// Waits while the writer is far behind, so that memory stays bounded.
    pub async fn room(&self) {
        loop {
            let drained = self.drained.notified();
            if self.lock().waiting.len() < WAITING {
                return;
            }
            drained.await;
        }
    }

    /// Takes what waits for the writer into `taken`, which is emptied first. The two lists change
    /// places, so that neither has to grow anew with each group.
    pub fn take_waiting(&self, taken: &mut Pages) {
        taken.clear();
        std::mem::swap(&mut self.lock().waiting, taken);
        if taken.len() > 0 {
            self.drained.notify_waiters();
        }
    }

    /// How far the log has come.
    #[must_use]
    pub fn position(&self) -> Position {
        *self.position.borrow()
    }

    /// Woken with each exchange and each clearing.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<Position> {
        self.position.subscribe()
    }

    /// Up to `limit` summaries behind the cursor, oldest first; `None` where the ring no longer
    /// reaches back that far.
    #[must_use]
    pub fn after(&self, cursor: u64, limit: usize) -> Option<Vec<Arc<Summary>>> {
        let state = self.lock();
        let newest = self.position.borrow().newest;
        if cursor >= newest {
            return Some(Vec::new());
        }
        let first = state.ring.front()?.id;
        let skip = usize::try_from((cursor + 1).checked_sub(first)?).ok()?;
        Some(state.ring.iter().skip(skip).take(limit).cloned().collect())
    }

    /// Forgets everything and goes on as `run`. `restart` starts the ids anew as well. Answers what
    /// waited for the writer still.
    pub fn clear(&self, run: u64, restart: bool) -> Pages {
        let mut state = self.lock();
        state.ring.clear();
        let waiting = std::mem::take(&mut state.waiting);
        self.position.send_modify(|position| {
            if restart {
                position.newest = 0;
            }
            position.oldest = position.newest + 1;
            position.run = run;
        });
        waiting
    }

    /// Notes that the store dropped everything before `oldest`.
    pub fn evicted(&self, oldest: u64) {
        self.position
            .send_modify(|position| position.oldest = oldest);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Pushes and pops only: a panic elsewhere leaves nothing half done in here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
