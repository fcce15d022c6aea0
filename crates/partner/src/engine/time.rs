//! The engine's time: how the clock is set and moved, and who looks after timers.
//!
//! Timers fire one by one, by due time and then in the order of creation, each in a transaction
//! of its own. [`Engine::run_timers`] lets them fire as time passes, [`Engine::move_clock`] lets
//! them fire as the clock is moved past them; never both at once.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;
use thiserror::Error;
use tokio::sync::watch;

use super::{Engine, Inner};
use crate::clock::{Clock, ClockMode, Setting};
use crate::scenario::ClockSetup;
use crate::store::open::{OpenError, Opened, Place};
use crate::store::{self, StoreError};
use crate::timers::{self, Kind};

/// However far away the next timer is, the clock is looked at this often: the system's own may
/// have been set meanwhile, or the machine may have slept.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

/// How long to leave a store in trouble alone.
const PAUSE: Duration = Duration::from_secs(1);

/// How the clock stands, and what it waits for.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockView {
    /// How it goes.
    pub mode: ClockMode,
    /// What it says.
    pub now: Timestamp,
    /// Its seconds in one second of the system's; 0 where it stands still.
    pub rate: f64,
    /// What happens next by itself.
    pub next_timer: Option<NextTimer>,
}

/// What happens next by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextTimer {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Kind,
    /// The booking it is about, if it is about one.
    pub booking_id: Option<String>,
}

/// Where a clock is moved to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoveTo {
    /// So far ahead.
    Ahead(Duration),
    /// This instant.
    Instant(Timestamp),
    /// The instant at which the next timer fires, if that is still to come.
    NextTimer,
}

/// There is no timer to move to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("no timer is set")]
pub struct NoTimer;

/// What the engine remembers between two timers.
#[derive(Debug)]
pub(super) struct Timekeeper {
    /// How the clock was when the engine was opened, if it was not real: a test's own clock.
    given: Option<Setting>,
    /// Held by who lets timers fire: two would fire them out of order.
    firing: tokio::sync::Mutex<()>,
    /// The earliest timer that is known of, in micros; `i64::MAX` for none.
    next_due: watch::Sender<i64>,
    /// Told of each change of what [`ClockView`] says, but for the time that passes.
    told: watch::Sender<u64>,
}

impl Timekeeper {
    /// Sets the clock as the store says, unless a clock of its own was given; as `anew` says where
    /// a scenario begins that has a word on it.
    pub(super) fn start(
        clock: &Clock,
        opened: &Opened,
        anew: Option<&ClockSetup>,
    ) -> Result<Self, OpenError> {
        let given = Some(clock.setting()).filter(|setting| *setting != Setting::Real);
        if given.is_none() {
            let kept = store::clock::get(&opened.connection).map_err(|error| OpenError::Store {
                path: match &opened.place {
                    Place::File(path) => path.clone(),
                    Place::Memory => ":memory:".into(),
                },
                reason: error.to_string(),
            })?;
            if kept != Setting::Real {
                clock.set(kept);
            }
        }
        if let Some(anew) = anew.filter(|setup| !setup.is_real()) {
            clock.set(anew.setting(Setting::Real.now()));
        }
        Ok(Self {
            given,
            firing: tokio::sync::Mutex::new(()),
            next_due: watch::Sender::new(i64::MAX),
            told: watch::Sender::new(0),
        })
    }

    /// How the clock was when the engine was opened, if it was not real.
    pub(super) fn given(&self) -> Option<Setting> {
        self.given
    }

    /// The clock as a scenario starts with it. Where that has no word on it, a test's own clock is
    /// the test's to set back.
    pub(super) fn at_start(&self, clock: &Clock, setup: &ClockSetup) -> Setting {
        match self.given {
            Some(_) if setup.is_real() => clock.setting(),
            _ => setup.setting(Setting::Real.now()),
        }
    }

    /// Keeps how the clock is set from now on, and sets it.
    pub(super) fn reset(
        &self,
        connection: &Connection,
        clock: &Clock,
        setting: Setting,
        setup: &ClockSetup,
    ) -> Result<(), StoreError> {
        let kept = match setup.is_real() {
            true => Setting::Real,
            false => setting,
        };
        store::clock::put(connection, &kept)?;
        if clock.setting() != setting {
            clock.set(setting);
        }
        Ok(())
    }
}

impl Engine {
    /// How the clock stands, and what it waits for.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clock_view(&self) -> Result<ClockView, StoreError> {
        let next_timer = self.next_timer().await?;
        let setting = self.0.clock.setting();
        Ok(ClockView {
            mode: setting.mode(),
            now: self.0.clock.now(),
            rate: setting.rate(),
            next_timer,
        })
    }

    /// Told of each change of [`Self::clock_view`] but for the time that passes.
    #[must_use]
    pub fn clock_changed(&self) -> watch::Receiver<u64> {
        self.0.timekeeper.told.subscribe()
    }

    /// What happens next by itself.
    async fn next_timer(&self) -> Result<Option<NextTimer>, StoreError> {
        let row = self.0.store.read(store::timers::next).await?;
        let timer = row.and_then(|row| {
            let what = Kind::of(&row)?;
            Some(NextTimer {
                at: row.due_at,
                what,
                booking_id: Some(row.subject)
                    .filter(|subject| what.is_about_a_booking() && !subject.is_empty()),
            })
        });
        let expiry = self.0.control.current().expires_at.map(|at| NextTimer {
            at,
            what: Kind::Behaviour,
            booking_id: None,
        });
        // Where both are due at once, the timer of the table is the one worth naming.
        Ok(timer.into_iter().chain(expiry).min_by_key(|timer| timer.at))
    }

    /// Sets the clock: how it goes, and from which instant on (`None`: from now on). An instant
    /// ahead is moved to as [`Self::move_clock`] does; timers that fired do not unfire where the
    /// clock is set back. Answers how many timers fired.
    ///
    /// # Errors
    /// [`StoreError`]; then the clock may have come part of the way.
    pub async fn set_clock(
        &self,
        mode: ClockMode,
        now: Option<Timestamp>,
        rate: f64,
    ) -> Result<u64, StoreError> {
        let setting = move |at| match mode {
            ClockMode::Real => Setting::Real,
            ClockMode::Frozen => Setting::Frozen(at),
            ClockMode::Scaled => Setting::scaled(rate, at),
        };
        let engine = self.clone();
        // A caller that goes away must not leave the clock half-way.
        let moved = tokio::spawn(async move {
            let _firing = engine.timers_held().await;
            let before = engine.0.clock.now();
            let wanted = match mode {
                ClockMode::Real => Some(Setting::Real.now()),
                _ => now,
            };
            let fired = match wanted {
                Some(at) if at > before => engine.fire_until(at, &setting).await?,
                _ => 0,
            };
            engine.put_clock(setting(now.unwrap_or(before))).await?;
            Ok(fired)
        });
        moved.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Moves the clock ahead. Timers that are due by then fire in order before this returns, each
    /// with the clock at its own instant; then the clock goes on from there as it went before. A
    /// real clock goes on at the system's pace, ahead of it. Answers how many timers fired.
    ///
    /// # Errors
    /// [`StoreError`]; then the clock may have come part of the way. [`NoTimer`].
    pub async fn move_clock(&self, to: MoveTo) -> Result<Result<u64, NoTimer>, StoreError> {
        let engine = self.clone();
        let moved = tokio::spawn(async move {
            let _firing = engine.timers_held().await;
            let before = engine.0.clock.setting();
            let now = engine.0.clock.now();
            let target = match to {
                MoveTo::Ahead(by) => now.checked_add(by).unwrap_or(now),
                MoveTo::Instant(at) => at.max(now),
                MoveTo::NextTimer => match engine.next_timer().await? {
                    Some(timer) => timer.at.max(now),
                    None => return Ok(Err(NoTimer)),
                },
            };
            let fired = engine
                .fire_until(target, &move |at| before.moved_to(at))
                .await?;
            let after = if target > now {
                before.moved_to(target)
            } else {
                before
            };
            engine.put_clock(after).await?;
            Ok(Ok(fired))
        });
        moved.await.unwrap_or(Err(StoreError::Closed))
    }

    /// Lets all timers up to `target` fire, with the clock at each one's instant. `going` is how
    /// the clock goes in the end: that is what is kept on the way, so that a program that is
    /// killed meanwhile finds a clock that no timer is ahead of.
    async fn fire_until(
        &self,
        target: Timestamp,
        going: &(impl Fn(Timestamp) -> Setting + Clone + Send + 'static),
    ) -> Result<u64, StoreError> {
        let before = self.0.clock.setting();
        let mut fired = 0;
        // What is due is sent before the time moves on, unless nobody takes it.
        let mut settled = true;
        loop {
            settled = settled && self.outbox_settled().await;
            let going = going.clone();
            let done = self
                .fire_one(target, move |connection, inner, due| {
                    let at = due.max(inner.clock.now());
                    inner.clock.set(Setting::Frozen(at));
                    store::clock::put(connection, &going(at))
                })
                .await;
            match done {
                Ok(true) => fired += 1,
                Ok(false) => return Ok(fired),
                Err(error) => {
                    if fired > 0 {
                        self.0.clock.set(before.moved_to(self.0.clock.now()));
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Lets the next timer fire if it is due by `limit`; false where none is.
    async fn fire_one(
        &self,
        limit: Timestamp,
        prepare: impl FnOnce(&Connection, &Inner, Timestamp) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<bool, StoreError> {
        let inner = Arc::clone(&self.0);
        let fired = self
            .0
            .store
            .write(move |connection| {
                let next = store::timers::next(connection)?;
                let Some(timer) = next.filter(|timer| timer.due_at <= limit) else {
                    return Ok(None);
                };
                prepare(connection, &inner, timer.due_at)?;
                store::timers::delete(connection, timer.timer_id)?;
                let snapshot = inner.control.current();
                let situation = inner.situation(&snapshot);
                timers::fire(connection, situation, inner.stage.seed(), &timer).map(Some)
            })
            .await?;
        if fired.is_some_and(|fired| fired.booking) {
            self.0.bookings.send_modify(|_| {});
        }
        if fired.is_some_and(|fired| fired.notification) {
            self.outbox_wake();
        }
        Ok(fired.is_some())
    }

    /// Sets the clock and keeps how it is set.
    async fn put_clock(&self, setting: Setting) -> Result<(), StoreError> {
        let inner = Arc::clone(&self.0);
        self.0
            .store
            .write(move |connection| {
                store::clock::put(connection, &setting)?;
                inner.clock.set(setting);
                Ok(())
            })
            .await?;
        self.0.control.expire();
        Ok(())
    }

    /// No timer fires while this is held.
    pub(super) async fn timers_held(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.0.timekeeper.firing.lock().await
    }

    /// To be called after the commit of a job that set a timer.
    pub fn timer_set(&self, due: Option<Timestamp>) {
        let Some(due) = due.map(Timestamp::as_microsecond) else {
            return;
        };
        self.0.timekeeper.next_due.send_if_modified(|known| {
            let is_earlier = due < *known;
            *known = due.min(*known);
            is_earlier
        });
    }

    /// Lets timers fire as time passes, and undoes expiring toggles. Runs for ever; a server
    /// spawns it.
    pub async fn run_timers(&self) {
        let keeper = &self.0.timekeeper;
        let mut toggles = self.0.control.changes();
        let mut clock = self.0.clock.changes();
        let mut set = keeper.next_due.subscribe();
        // What everybody knows who asks before anything happens.
        let mut last_told = (self.0.clock.setting(), None);
        loop {
            // Marked before anything is read: what comes later wakes us again.
            clock.mark_unchanged();
            keeper.next_due.send_replace(i64::MAX);
            set.mark_unchanged();
            self.0.control.expire();
            let next = match self.next_timer().await {
                Ok(next) => next,
                Err(error) => {
                    self.trouble(&error).await;
                    continue;
                }
            };
            let due = next.as_ref().map(|timer| timer.at);
            if due.is_some_and(|due| due <= self.0.clock.now()) {
                if let Err(error) = self.fire_due().await {
                    self.trouble(&error).await;
                }
                continue;
            }
            self.known(due);
            let news = (self.0.clock.setting(), next);
            if news != last_told {
                last_told = news;
                keeper.told.send_modify(|count| *count += 1);
            }
            let wait = due.and_then(|due| self.0.clock.real_until(due));
            let sleep = async {
                match wait {
                    Some(wait) => tokio::time::sleep(wait.min(LONGEST_SLEEP)).await,
                    None => std::future::pending().await,
                }
            };
            // A toggle that counts down changes with each request, its expiry does not.
            let expires = self.0.control.current().expires_at;
            let expiry = toggles.wait_for(|_| self.0.control.expires_at() != expires);
            tokio::select! {
                () = sleep => {}
                changed = expiry => if changed.is_err() { return },
                changed = clock.changed() => if changed.is_err() { return },
                changed = set.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Says that timers had to wait, and leaves the store alone for a while.
    async fn trouble(&self, error: &StoreError) {
        tracing::warn!(%error, "timers could not fire");
        tokio::time::sleep(PAUSE).await;
    }

    /// To be called after the commit of a job that took timers away: what is shown of the next
    /// one is looked up again.
    pub(super) fn timers_taken(&self) {
        let keeper = &self.0.timekeeper;
        if *keeper.next_due.borrow() != i64::MAX {
            keeper.next_due.send_modify(|_| {});
        }
    }

    /// Notes the next timer without waking ourselves.
    fn known(&self, due: Option<Timestamp>) {
        let Some(due) = due.map(Timestamp::as_microsecond) else {
            return;
        };
        self.0.timekeeper.next_due.send_if_modified(|known| {
            *known = due.min(*known);
            false
        });
    }

    /// Lets all timers fire that are due by now.
    async fn fire_due(&self) -> Result<(), StoreError> {
        let _firing = self.timers_held().await;
        while self.fire_one(self.0.clock.now(), |_, _, _| Ok(())).await? {}
        Ok(())
    }
}
