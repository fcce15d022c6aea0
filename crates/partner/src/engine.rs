//! The engine's handle: everything that a server, a window or a test asks of the partner.

mod aggregator;
pub(crate) mod merchant;
mod outbox;
pub(crate) mod time;

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use booking_api::{
    BatchAvailabilityLookupRequest, BookingStatus, CheckAvailabilityRequest, CreateBookingRequest,
    CreateLeaseRequest, GetBookingStatusRequest, ListBookingsRequest, Method,
    SetMarketingPreferenceRequest, UpdateBookingRequest,
};
use jiff::Timestamp;
use rusqlite::Connection;
use tokio::sync::watch;

pub use self::aggregator::StandInReply;
pub use self::outbox::Notification;

use self::outbox::Post;
use crate::aggregator::gate::Gate;
use crate::behaviour::FaultKind;
use crate::behaviour::control::Control;
use crate::booking::{self, Answer, Call, Refusal, Reply};
use crate::chance::{Chance, Purpose};
use crate::clock::Clock;
use crate::decision::{Counterfactual, Layer, Trail};
use crate::exchange::log::Log;
use crate::exchange::query::Query;
use crate::exchange::{Exchange, Summary};
use crate::inventory::lists::{self, Counts};
use crate::scenario::{self, Scenario, Settings};
use crate::store::bookings::{BookingRow, EventRow};
use crate::store::inventory::Known;
use crate::store::open::{self, OpenError, Place};
use crate::store::{Store, StoreError, bookings, exchanges, timers};
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

/// What the fault toggle does to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Hold the answer back for so many milliseconds.
    Latency(u64),
    /// Answer this status instead.
    Status(u16),
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

    /// What the fault toggle does to this call, claimed once.
    #[must_use]
    pub fn fault(&self, call: &Call, method: Method, trail: &mut Trail) -> Option<Fault> {
        let fault = call.snapshot.behaviour.fault.as_ref()?;
        if !fault.bites(method) {
            return None;
        }
        let layer = call.snapshot.layer_of("fault");
        if let Some(probability) = fault.probability
            && !call.chance.happens(Purpose::Fault, probability)
        {
            let text = format!("The dice spared this request: the fault bites {probability}.");
            trail.note("fault_toggle", layer, text, "");
            return None;
        }
        self.0.control.claim_fault(&call.snapshot)?;
        match fault.kind {
            FaultKind::Latency => {
                let (ms, jitter) = (fault.ms.unwrap_or(0), fault.jitter_ms.unwrap_or(0));
                let low = ms.saturating_sub(jitter);
                let ms = call.chance.between(Purpose::Jitter, low, ms + jitter);
                let who = layer.who("network");
                let text = format!("{who} holds the answer back for {ms} ms.");
                trail.note("fault_toggle", layer, text, "");
                Some(Fault::Latency(ms))
            }
            FaultKind::Status => {
                let status = fault.status.unwrap_or(503);
                let who = layer.who("network");
                let text = format!("{who} answers {status} before anything is done.");
                let condition = "if the network were left alone";
                let unless = booking::fault_unless(call, condition);
                trail.decide_unless("fault_toggle", layer, text, "1.4", unless);
                Some(Fault::Status(status))
            }
            // Every other kind is refused when the behaviour is set.
            _ => None,
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
}

/// The methods of the protocol. Each answers even where the store is in trouble: then with 503.
impl Engine {
    /// CreateBooking (section 2.5).
    pub async fn create_booking(&self, call: Call, request: CreateBookingRequest) -> Reply {
        let inner = Arc::clone(&self.0);
        let with_payment = booking::payment::is_asked_for(&call, &request);
        let replied = self
            .0
            .store
            .write(move |connection| {
                let settings = &inner.scenario.settings;
                booking::validation::strictly(connection, &call, || {
                    let reply = booking::create::create(
                        connection,
                        &inner.control,
                        settings,
                        &call,
                        &request,
                    )?;
                    if reply.made_booking {
                        tell_places(connection, settings, call.now, reply.booking_id.as_deref())?;
                    }
                    Ok(reply)
                })
            })
            .await;
        let mut reply = settled(replied);
        reply.with_payment = with_payment;
        self.timer_set(reply.timer);
        self.slot_made(reply.made_slot);
        if reply.made_booking {
            self.0.bookings.send_modify(|count| *count += 1);
        }
        reply
    }

    /// UpdateBooking (section 2.6).
    pub async fn update_booking(&self, call: Call, request: UpdateBookingRequest) -> Reply {
        let inner = Arc::clone(&self.0);
        let replied = self
            .0
            .store
            .write(move |connection| {
                let settings = &inner.scenario.settings;
                booking::validation::strictly(connection, &call, || {
                    let asked = request.booking.as_ref().map(|it| it.booking_id.as_str());
                    // The place that a move frees is told as well as the one it takes.
                    tell_places(connection, settings, call.now, asked)?;
                    let reply = booking::update::update(
                        connection,
                        &inner.control,
                        settings,
                        &call,
                        &request,
                    )?;
                    if let (Ok(Answer { cause: None, .. }), Some(booking_id)) =
                        (&reply.result, &reply.booking_id)
                    {
                        crate::outbox::guest_changed(connection, call.now, booking_id)?;
                        tell_places(connection, settings, call.now, Some(booking_id))?;
                    }
                    Ok(reply)
                })
            })
            .await;
        let reply = settled(replied);
        self.slot_made(reply.made_slot);
        if reply
            .result
            .as_ref()
            .is_ok_and(|answer| answer.cause.is_none())
        {
            // The count stays; followers hear of the change all the same.
            self.0.bookings.send_modify(|_| {});
            self.timers_taken();
        }
        reply
    }

    /// CreateLease (section 2.4).
    pub async fn create_lease(&self, call: Call, request: CreateLeaseRequest) -> Reply {
        let inner = Arc::clone(&self.0);
        let replied = self
            .0
            .store
            .write(move |connection| {
                let settings = &inner.scenario.settings;
                booking::validation::strictly(connection, &call, || {
                    booking::lease::create(connection, &inner.control, settings, &call, &request)
                })
            })
            .await;
        let reply = settled(replied);
        self.timer_set(reply.timer);
        self.slot_made(reply.made_slot);
        reply
    }

    /// BatchAvailabilityLookup (section 2.2).
    pub async fn batch_availability_lookup(
        &self,
        call: Call,
        request: BatchAvailabilityLookupRequest,
    ) -> Reply {
        let inner = Arc::clone(&self.0);
        let replied = self.0.store.read(move |connection| {
            let settings = &inner.scenario.settings;
            booking::availability::batch(connection, settings, &call, &request)
                .map(|reply| booking::validation::judged(&call, reply))
        });
        settled(replied.await)
    }

    /// CheckAvailability (section 2.3).
    pub async fn check_availability(&self, call: Call, request: CheckAvailabilityRequest) -> Reply {
        let inner = Arc::clone(&self.0);
        let replied = self.0.store.read(move |connection| {
            let settings = &inner.scenario.settings;
            booking::availability::check(connection, settings, &call, &request)
                .map(|reply| booking::validation::judged(&call, reply))
        });
        settled(replied.await)
    }

    /// GetBookingStatus (section 2.7).
    pub async fn get_booking_status(&self, request: GetBookingStatusRequest) -> Reply {
        let inner = Arc::clone(&self.0);
        let replied = self.0.store.read(move |connection| {
            booking::status::get(connection, &inner.scenario.settings, &request)
        });
        settled(replied.await)
    }

    /// ListBookings (section 2.8).
    pub async fn list_bookings(&self, call: Call, request: ListBookingsRequest) -> Reply {
        let inner = Arc::clone(&self.0);
        let replied = self.0.store.read(move |connection| {
            booking::status::list(connection, &inner.scenario.settings, &call, &request)
        });
        settled(replied.await)
    }

    /// SetMarketingPreference (section 2.9).
    pub async fn set_marketing_preference(&self, request: SetMarketingPreferenceRequest) -> Reply {
        let replied = self
            .0
            .store
            .write(move |connection| booking::preference::set(connection, &request));
        settled(replied.await)
    }
}

/// What the control API asks.
impl Engine {
    /// Exchanges that fit the query, newest first, and where the next page starts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchanges(&self, query: Query) -> Result<(Vec<Summary>, Option<u64>), StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| exchanges::query(connection, &query))
            .await
    }

    /// Up to `limit` summaries behind the cursor, oldest first: from memory where it reaches
    /// back that far, else from the store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchanges_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Summary>>, StoreError> {
        if let Some(rows) = self.0.log.after(cursor, limit) {
            return Ok(rows);
        }
        self.0.store.flush().await?;
        let rows = self
            .0
            .store
            .read(move |connection| exchanges::after(connection, cursor, limit))
            .await?;
        Ok(rows.into_iter().map(Arc::new).collect())
    }

    /// One exchange with everything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchange(&self, id: u64) -> Result<Option<Exchange>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| exchanges::get(connection, id))
            .await
    }

    /// Up to `limit` whole exchanges from `first` on, oldest first, for exports.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchange_page(
        &self,
        first: u64,
        limit: usize,
    ) -> Result<Vec<Exchange>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| exchanges::page(connection, first, limit))
            .await
    }

    /// Clears the log; bookings stay.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clear_exchanges(&self) -> Result<(), StoreError> {
        let log = Arc::clone(&self.0.log);
        self.0
            .store
            .write(move |connection| {
                log.clear(exchanges::clear(connection)?, false);
                Ok(())
            })
            .await
    }

    /// Bookings, newest first, below the row `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn bookings(
        &self,
        status: Option<BookingStatus>,
        merchant_id: Option<String>,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<BookingRow>, StoreError> {
        self.0
            .store
            .read(move |connection| {
                bookings::list(connection, status, merchant_id.as_deref(), before, limit)
            })
            .await
    }

    /// One booking with what happened to it, each with the exchange that did it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn booking(
        &self,
        booking_id: String,
    ) -> Result<Option<(BookingRow, Vec<(EventRow, Option<u64>)>)>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| {
                let Some(row) = bookings::get(connection, &booking_id)? else {
                    return Ok(None);
                };
                // The first event is the row itself.
                let made = EventRow {
                    number: row.number,
                    at: row.created_at,
                    event: "created".to_owned(),
                    text: "Booked by the guest.".to_owned(),
                    status: bookings::first_status(connection, &booking_id)?,
                };
                let mut events = vec![made];
                events.extend(bookings::events(connection, &booking_id)?);
                let events = events
                    .into_iter()
                    .map(|event| {
                        // What the merchant did was done by no request.
                        let id = match event.number {
                            0 => None,
                            number => exchanges::id_of_number(connection, number, &booking_id)?,
                        };
                        Ok((event, id))
                    })
                    .collect::<Result<_, StoreError>>()?;
                Ok(Some((row, events)))
            })
            .await
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
                bookings::clear(connection)?;
                timers::clear(connection)?;
                inner.timekeeper.reset(connection, &inner.clock)?;
                outbox::clear(connection)?;
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

/// Notes that places of a booking's slot changed, where the scenario wants them told.
fn tell_places(
    connection: &Connection,
    settings: &Settings,
    now: Timestamp,
    booking_id: Option<&str>,
) -> Result<(), StoreError> {
    if !settings.send_real_time_updates {
        return Ok(());
    }
    match booking_id
        .map(|id| bookings::get(connection, id))
        .transpose()?
        .flatten()
    {
        Some(row) => crate::outbox::places_changed(connection, settings, now, row.slot_id),
        None => Ok(()),
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

/// A store in trouble is a 503 that says so.
fn settled(replied: Result<Reply, StoreError>) -> Reply {
    replied.unwrap_or_else(|error| {
        let refusal = Refusal::from(error);
        let mut reply = Reply::about("", String::new());
        let again = Counterfactual::wait("May be another answer when it is sent again.", None, 0);
        reply.trail.decide_unless(
            "store",
            Layer::Domain,
            refusal.message.clone(),
            "1.4",
            again,
        );
        reply.with(Err(refusal))
    })
}
