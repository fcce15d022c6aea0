//! The engine's handle: everything that a server, a window or a test asks of the partner.

mod aggregator;
mod bookings;
mod challenges;
mod fault;
mod log;
pub(crate) mod merchant;
mod methods;
mod outbox;
pub(crate) mod time;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::watch;

pub use self::aggregator::StandInReply;
pub use self::fault::Fault;
pub use self::outbox::Notification;

use self::outbox::Post;
use crate::aggregator::gate::Gate;
use crate::behaviour::control::Control;
use crate::booking::Call;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::exchange::log::Log;
use crate::inventory::lists::{self, Counts};
use crate::scenario::{self, Scenario};
use crate::store::inventory::Known;
use crate::store::open::{self, OpenError, Place};
use crate::store::{Store, StoreError, exchanges, timers};
use crate::thresholds::Thresholds;

/// The partner's id with the aggregator unless told otherwise.
const PARTNER_ID: &str = "20002";

/// Exchanges that are kept unless told otherwise.
const KEEP: u64 = 200_000;

/// How to open an engine.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    /// The data folder; without one, everything is gone with the program.
    pub data_dir: Option<PathBuf>,
    /// Name or file of the scenario.
    pub scenario: Option<String>,
    /// Where scenarios are looked for by name.
    pub scenarios_dir: Option<PathBuf>,
    /// Overrides the scenario's seed.
    pub seed: Option<u64>,
    /// Where the time comes from. A real clock gives way to how the store says it was set.
    pub clock: Clock,
    /// Exchanges to keep; 0 for the usual 200 000.
    pub keep_exchanges: u64,
    /// The partner's id with the aggregator; 20002 where none is given.
    pub partner_id: Option<String>,
}

#[derive(Debug)]
struct Inner {
    scenario: Scenario,
    seed: u64,
    clock: Clock,
    control: Arc<Control>,
    log: Arc<Log>,
    store: Store,
    place: Place,
    set_aside: Option<PathBuf>,
    numbers: AtomicU64,
    thresholds: Thresholds,
    bookings: watch::Sender<u64>,
    timekeeper: time::Timekeeper,
    partner_id: String,
    post: Post,
    gate: Gate,
    inventory: watch::Sender<Counts>,
    _lock: Option<File>,
}

/// The partner. Cheap to clone; all clones are the same partner.
#[derive(Clone, Debug)]
pub struct Engine(Arc<Inner>);

impl Engine {
    /// Opens the store and loads the scenario.
    ///
    /// # Errors
    /// [`OpenError`], one sentence that says what to do.
    pub fn open(options: EngineOptions) -> Result<Self, OpenError> {
        let scenario = scenario::load(
            options.scenario.as_deref(),
            options.scenarios_dir.as_deref(),
        )?;
        if !scenario.rules.is_empty() || !scenario.clock.is_real() {
            let name = scenario.name.clone();
            return Err(OpenError::NotInForceYet { name });
        }
        let clock = options.clock;
        let stamp = clock.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let opened = open::open(options.data_dir.as_deref(), &stamp)?;
        let timekeeper = time::Timekeeper::start(&clock, &opened)?;
        let seed = options.seed.unwrap_or(scenario.seed);
        let inventory = first_inventory(&opened.connection, &scenario, seed, clock.now())?;
        let kept = opened.kept;
        let (oldest, newest) = kept.exchanges;
        let log = Arc::new(Log::new(oldest, newest, kept.run));
        let keep = if options.keep_exchanges == 0 {
            KEEP
        } else {
            options.keep_exchanges
        };
        let post = Post::listen(&opened.connection);
        let store = Store::start(opened.connection, &opened.place, Arc::clone(&log), keep);
        Ok(Self(Arc::new(Inner {
            gate: Gate::new(&scenario.settings.aggregator),
            seed,
            control: Arc::new(Control::new(scenario.behaviour.clone(), clock.clone())),
            scenario,
            thresholds: Thresholds::new(clock.now()),
            clock,
            log,
            store,
            place: opened.place,
            set_aside: opened.set_aside,
            numbers: AtomicU64::new(kept.highest_number + 1),
            bookings: watch::Sender::new(kept.bookings),
            timekeeper,
            partner_id: options.partner_id.unwrap_or_else(|| PARTNER_ID.to_owned()),
            post,
            inventory: watch::Sender::new(inventory),
            _lock: opened.lock,
        })))
    }

    /// The scenario in force.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.0.scenario
    }

    /// The seed in force.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.0.seed
    }

    pub(crate) fn store(&self) -> &Store {
        &self.0.store
    }

    /// Counts a slot that sprang into being.
    fn slot_made(&self, beside: Option<Known>) {
        if let Some(known) = beside {
            self.0.inventory.send_modify(|counts| {
                counts.slots += 1;
                counts.services += u64::from(!known.service);
                counts.merchants += u64::from(!known.merchant);
            });
        }
    }

    pub(crate) fn inventory(&self) -> &watch::Sender<Counts> {
        &self.0.inventory
    }

    /// The engine's clock.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    /// The toggles.
    #[must_use]
    pub fn behaviour(&self) -> &Control {
        &self.0.control
    }

    /// The newest exchanges and how far the log has come.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.0.log
    }

    /// Where the data lives.
    #[must_use]
    pub fn place(&self) -> &Place {
        &self.0.place
    }

    /// Where a damaged file was moved to when the store was opened.
    #[must_use]
    pub fn set_aside(&self) -> Option<&PathBuf> {
        self.0.set_aside.as_ref()
    }

    /// How the partner did lately, beside the published limits.
    #[must_use]
    pub fn thresholds(&self) -> &Thresholds {
        &self.0.thresholds
    }

    /// How many bookings there are, and word of each change.
    #[must_use]
    pub fn bookings_changed(&self) -> watch::Receiver<u64> {
        self.0.bookings.subscribe()
    }

    /// Opens a call: its number, its time, and the behaviour that it will see.
    #[must_use]
    pub fn call(&self, booking_url: Arc<str>) -> Call {
        let number = self.0.numbers.fetch_add(1, Ordering::Relaxed);
        Call {
            number,
            now: self.0.clock.now(),
            snapshot: self.0.control.current(),
            chance: Chance::new(self.0.seed, number),
            booking_url,
        }
    }

    /// Hands a finished exchange to the log; waits only if the store is far behind.
    pub async fn record(&self, exchange: Exchange) {
        self.record_now(exchange);
        self.0.log.room().await;
    }

    /// As [`Self::record`], where nobody can wait: a client that went away.
    pub fn record_now(&self, exchange: Exchange) {
        self.record_with_id(exchange);
    }

    /// As [`Self::record_now`], for whoever refers to the exchange: answers its id.
    pub fn record_with_id(&self, exchange: Exchange) -> u64 {
        let (id, wake) = self.0.log.record(exchange);
        if wake {
            self.0.store.wake();
        }
        id
    }

    /// Bookings, log, counters, toggles, timers and clock back to the scenario's start.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn reset(&self) -> Result<(), StoreError> {
        let _firing = self.timers_held().await;
        let inner = Arc::clone(&self.0);
        let inventory = self
            .0
            .store
            .write(move |connection| {
                crate::store::bookings::clear(connection)?;
                timers::clear(connection)?;
                inner.timekeeper.reset(connection, &inner.clock)?;
                outbox::clear(connection)?;
                crate::store::challenges::clear(connection)?;
                inner.gate.reset(&inner.scenario.settings.aggregator);
                let now = inner.clock.now();
                let Inner { scenario, seed, .. } = &*inner;
                scenario
                    .inventory
                    .make(connection, &scenario.settings, *seed, now)?;
                let inventory = lists::counts(connection)?;
                inner.log.clear(exchanges::clear(connection)?, true);
                inner.numbers.store(1, Ordering::Relaxed);
                Ok(inventory)
            })
            .await?;
        self.0.control.reset();
        self.0.thresholds.reset(self.0.clock.now());
        self.0.bookings.send_replace(0);
        self.0.inventory.send_replace(inventory);
        Ok(())
    }

    /// Writes what waits and closes the store.
    pub fn close(&self) {
        self.0.store.close();
    }
}

/// Makes the scenario's inventory where the store has none yet, and counts it.
fn first_inventory(
    connection: &Connection,
    scenario: &Scenario,
    seed: u64,
    now: Timestamp,
) -> Result<Counts, OpenError> {
    let made = || -> Result<Counts, StoreError> {
        let counts = lists::counts(connection)?;
        if counts.merchants > 0 {
            return Ok(counts);
        }
        connection.execute_batch("BEGIN IMMEDIATE")?;
        scenario
            .inventory
            .make(connection, &scenario.settings, seed, now)?;
        connection.execute_batch("COMMIT")?;
        lists::counts(connection)
    };
    made().map_err(|error| OpenError::Inventory {
        reason: error.to_string(),
    })
}
