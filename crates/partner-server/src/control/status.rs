//! `GET /api/status`: how the partner stands, in one object.

use std::path::Path;

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use partner::behaviour::Behaviour;
use partner::behaviour::snapshot::Snapshot;
use partner::clock::ClockMode;
use partner::inventory::lists::Counts as InventoryCounts;
use partner::sample;
use partner::store::Place;
use serde::Serialize;
use utoipa::ToSchema;

use super::scenarios::ScenarioInForce;
use crate::app::{App, ListenerState};

/// How the partner stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Status {
    /// The program's version.
    version: &'static str,
    /// The Booking Server's socket.
    listener: ListenerState,
    /// The control API's address.
    control_url: String,
    /// What callers of the Booking Server must present.
    credentials: CredentialsInForce,
    /// The scenario in force.
    scenario: ScenarioInForce,
    /// The behaviour in force.
    behaviour: BehaviourState,
    /// How much there is.
    counts: Counts,
    /// The newest exchange's id; 0 before the first.
    last_exchange_id: u64,
    /// Where the data is kept.
    store: StoreState,
    /// The engine's clock.
    clock: ClockReading,
    /// A command that makes a booking when it is pasted into a shell.
    sample_curl: String,
}

/// What callers of the Booking Server must present (protocol section 1.2).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CredentialsInForce {
    /// Whether anything is asked for.
    required: bool,
    /// The user's name; null where nothing is asked for.
    #[schema(required)]
    username: Option<String>,
    /// The password; null where nothing is asked for.
    #[schema(required)]
    password: Option<String>,
}

/// The behaviour in force, beside the scenario's.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BehaviourState {
    /// How requests are answered now.
    in_force: Behaviour,
    /// How the scenario would have it.
    normal: Behaviour,
    /// Whether the two differ.
    changed: bool,
    /// When expiring toggles undo themselves, by the engine's clock.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    expires_at: Option<Timestamp>,
    /// Seconds until then, rounded up.
    #[schema(required)]
    expires_in_sec: Option<u64>,
    /// The top-level fields that undo themselves then.
    expiring: Vec<String>,
}

/// How much there is.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Counts {
    /// Exchanges that are kept.
    exchanges: u64,
    /// Bookings, cancelled ones included.
    bookings: u64,
    /// What can be booked.
    #[serde(flatten)]
    inventory: InventoryCounts,
}

/// Where the data is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StoreState {
    /// Whether everything is gone with the program.
    in_memory: bool,
    /// The file; null in memory.
    #[schema(required)]
    path: Option<String>,
    /// Where a damaged file was moved to at the start; null where none was.
    #[schema(required)]
    set_aside: Option<String>,
}

/// The engine's clock; `GET /api/clock` tells more.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClockReading {
    /// How it goes.
    mode: ClockMode,
    /// What it says.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// Its seconds in one second of the system's: 1 where it is real, 0 where it is frozen.
    rate: f64,
}

impl BehaviourState {
    /// What is in force now.
    pub(super) fn of(app: &App) -> Self {
        let snapshot = app.engine.behaviour().current();
        let Snapshot {
            behaviour,
            normal,
            expires_at,
            ..
        } = &*snapshot;
        let left = expires_at.map(|at| app.engine.clock().until(at));
        Self {
            in_force: behaviour.clone(),
            normal: Behaviour::clone(normal),
            changed: snapshot.changed(),
            expires_at: *expires_at,
            expires_in_sec: left.map(|left| left.as_secs() + u64::from(left.subsec_nanos() > 0)),
            expiring: snapshot.expiring().to_vec(),
        }
    }
}

impl Status {
    /// How things stand now.
    pub(super) fn of(app: &App) -> Self {
        let engine = &app.engine;
        let now = engine.clock().now();
        let setting = engine.clock().setting();
        let mut listener = app.listener.state();
        listener.url = app.booking_url().to_string();
        let position = engine.log().position();
        let credentials = app.credentials.as_ref();
        let shown = |path: &Path| path.display().to_string();
        let path = match engine.place() {
            Place::File(path) => Some(shown(path)),
            Place::Memory => None,
        };
        let pair = credentials.map(|it| (it.username.as_str(), it.password.as_str()));
        Self {
            version: env!("CARGO_PKG_VERSION"),
            sample_curl: sample::curl(&listener.url, pair, now),
            listener,
            control_url: app.control_url.clone(),
            credentials: CredentialsInForce {
                required: credentials.is_some(),
                username: credentials.map(|it| it.username.clone()),
                password: credentials.map(|it| it.password.clone()),
            },
            scenario: ScenarioInForce::of(app),
            behaviour: BehaviourState::of(app),
            counts: Counts {
                exchanges: position.count(),
                bookings: *engine.bookings_changed().borrow(),
                inventory: *engine.inventory_changed().borrow(),
            },
            last_exchange_id: position.newest,
            store: StoreState {
                in_memory: path.is_none(),
                path,
                set_aside: engine.set_aside().map(|path| shown(path)),
            },
            clock: ClockReading {
                mode: setting.mode(),
                now,
                rate: setting.rate(),
            },
        }
    }
}

/// How the partner stands: addresses, scenario, behaviour, counts.
#[utoipa::path(
    get,
    path = "/api/status",
    tag = "partner",
    responses((status = 200, description = "How the partner stands.", body = Status))
)]
pub(super) async fn get_status(State(app): State<App>) -> Json<Status> {
    Json(Status::of(&app))
}
