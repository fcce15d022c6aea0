//! The engine's handle: everything that a server, a window or a test asks of the partner.

mod aggregator;
mod bookings;
mod challenges;
mod fault;
mod library;
mod log;
pub(crate) mod merchant;
mod methods;
mod outbox;
mod payment_options;
mod session;
mod stage;
pub(crate) mod time;

use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::watch;

pub use self::aggregator::StandInReply;
pub use self::fault::Fault;
pub use self::library::NewScenario;
pub use self::outbox::Notification;
pub use self::stage::{AtStake, Broken, RuleState};

use self::outbox::Post;
use self::stage::{Beginning, Stage};
use crate::aggregator::gate::Gate;
use crate::behaviour::control::Control;
use crate::booking::Call;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::exchange::Exchange;
use crate::exchange::log::Log;
use crate::inventory::lists::{self, Counts};
use crate::payment::options::given;
use crate::scenario::{self, Scenario};
use crate::store::inventory::Known;
use crate::store::open::{self, OpenError, Place};
use crate::store::{Store, StoreError};
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
    /// Name or file of the scenario; without, the one that the data folder was left with, else the
    /// default one.
    pub scenario: Option<String>,
    /// Where scenarios are looked for by name, and saved. Without, the folder `scenarios` in the
    /// data folder.
    pub scenarios_dir: Option<PathBuf>,
    /// Whether the next start is not to go on with this scenario: for a program that only looks in.
    pub in_passing: bool,
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
    stage: Stage,
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
    /// Held while the data folder is this engine's.
    lock: Mutex<Option<File>>,
}

/// The partner. Cheap to clone; all clones are the same partner.
#[derive(Clone, Debug)]
pub struct Engine(Arc<Inner>);

impl Engine {
    /// Opens the store and loads the scenario.
    ///
    /// # Errors
    /// [`OpenError`], one sentence that says what to do.
    pub fn open(mut options: EngineOptions) -> Result<Self, OpenError> {
        let own = |folder: &PathBuf| folder.join(scenario::FOLDER);
        let folder = options
            .scenarios_dir
            .take()
            .or_else(|| options.data_dir.as_ref().map(own));
        let wished = options.scenario.as_deref();
        let wished = wished.map(|name| scenario::load(Some(name), folder.as_deref()));
        let wished = wished.transpose()?;
        Self::open_with(wished, folder, options)
    }

    /// Opens the store with a scenario that was read already, or the one that it was left with.
    fn open_with(
        wished: Option<Scenario>,
        folder: Option<PathBuf>,
        options: EngineOptions,
    ) -> Result<Self, OpenError> {
        let clock = options.clock;
        let stamp = clock.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        let opened = open::open(options.data_dir.as_deref(), &stamp)?;
        let begun = Beginning::find(&opened, wished, folder.as_deref())?;
        let anew = begun.is_anew.then_some(&begun.scenario.clock);
        let timekeeper = time::Timekeeper::start(&clock, &opened, anew)?;
        if !options.in_passing {
            begun.keep(&opened, &clock)?;
        }
        let stage = Stage::new(&begun, options.seed, folder, &opened)?;
        let scenario = begun.scenario;
        let seed = stage.seed();
        let anew = begun.is_anew && !options.in_passing;
        let inventory = first_inventory(&opened.connection, &scenario, seed, clock.now(), anew)?;
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
            control: Arc::new(Control::of(scenario, clock.clone())),
            stage,
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
            lock: Mutex::new(opened.lock),
        })))
    }

    /// The scenario in force.
    #[must_use]
    pub fn scenario(&self) -> Arc<Scenario> {
        Arc::clone(&self.0.control.current().scenario)
    }

    /// The seed in force.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.0.stage.seed()
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
            chance: Chance::new(self.0.stage.seed(), number),
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

    /// Writes what waits, closes the store, and leaves the data folder to the next program, though
    /// clones of this engine may still be about.
    pub fn close(&self) {
        self.0.store.close();
        let mut lock = self.0.lock.lock().unwrap_or_else(PoisonError::into_inner);
        *lock = None;
    }
}

/// Makes the scenario's inventory where the store has none yet, and counts it. A scenario that the
/// store does not know yet also gives guests what it has for them.
fn first_inventory(
    connection: &Connection,
    scenario: &Scenario,
    seed: u64,
    now: Timestamp,
    anew: bool,
) -> Result<Counts, OpenError> {
    let made = || -> Result<Counts, StoreError> {
        let counts = lists::counts(connection)?;
        let gives = anew && !scenario.user_payment_options.is_empty();
        if counts.merchants > 0 && !gives {
            return Ok(counts);
        }
        connection.execute_batch("BEGIN IMMEDIATE")?;
        if counts.merchants == 0 {
            scenario
                .inventory
                .make(connection, &scenario.settings, seed, now)?;
        }
        if gives {
            given::give_all(connection, &scenario.user_payment_options, now)?;
        }
        connection.execute_batch("COMMIT")?;
        lists::counts(connection)
    };
    made().map_err(|error| OpenError::Inventory {
        reason: error.to_string(),
    })
}
