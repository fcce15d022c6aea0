//! `/api/clock`: what time it is for the partner, and letting time pass.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use partner::clock::ClockMode;
use partner::timers::Kind;
use partner::{ClockView, MoveTo, NoTimer, StoreError};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{self, Body};
use crate::app::App;

/// The rate of a scaled clock where none is given: a minute in a second.
const USUAL_RATE: f64 = 60.0;

/// The fastest a clock goes: a day in a second.
const FASTEST: f64 = 86_400.0;

/// The furthest that one call moves the clock: ten years of 366 days.
const FURTHEST_SEC: u64 = 10 * 366 * 86_400;

/// The engine's clock.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClockState {
    /// How it goes.
    mode: ClockMode,
    /// What it says.
    #[schema(value_type = String, format = DateTime)]
    now: Timestamp,
    /// Its seconds in one second of the system's: 1 where it is real, 0 where it is frozen.
    rate: f64,
    /// What happens next by itself; null where nothing does.
    #[schema(required)]
    next_timer: Option<NextTimer>,
}

/// What happens next by itself.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NextTimer {
    /// When, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What.
    what: Kind,
    /// The booking it is about; null where it is about none.
    #[schema(required)]
    booking_id: Option<String>,
}

/// The engine's clock after it was set or moved.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClockMoved {
    /// The clock.
    #[serde(flatten)]
    clock: ClockState,
    /// How many timers fired on the way, before this was answered.
    fired: u64,
}

/// How the clock is to go.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the body; it is read by hand, to name what is wrong"
)]
pub(super) struct ClockWish {
    /// How it goes.
    mode: ClockMode,
    /// From which instant on; without, from what it says now. Not with `real`.
    #[schema(value_type = Option<String>, format = DateTime)]
    now: Option<Timestamp>,
    /// With `scaled` only: its seconds in one second of the system's, up to 86400; 60 where left
    /// out.
    #[schema(minimum = 0.001, maximum = 86_400)]
    rate: Option<f64>,
}

/// How far the clock is to be moved: one of both.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the body; it is read by hand, to name what is wrong"
)]
pub(super) struct ClockStep {
    /// Seconds ahead.
    #[schema(minimum = 0, maximum = 316_224_000)]
    sec: Option<u64>,
    /// `next_timer`, or an instant in RFC 3339 that is still to come.
    #[schema(example = "next_timer")]
    to: Option<String>,
}

impl ClockState {
    /// How the clock stands.
    pub(super) async fn of(app: &App) -> Result<Self, StoreError> {
        let ClockView {
            mode,
            now,
            rate,
            next_timer,
        } = app.engine.clock_view().await?;
        Ok(Self {
            mode,
            now,
            rate,
            next_timer: next_timer.map(|timer| NextTimer {
                at: timer.at,
                what: timer.what,
                booking_id: timer.booking_id,
            }),
        })
    }
}

/// The engine's clock.
///
/// All that the partner knows of time comes from it: instants in answers and in the log, windows
/// and leases, toggles that expire, a merchant's replies. It survives a restart: a real clock
/// stays real, a frozen one stands at its instant, a scaled one is where it would be had the
/// program run on.
#[utoipa::path(
    get,
    path = "/api/clock",
    tag = "clock",
    responses(
        (status = 200, description = "The clock.", body = ClockState),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_clock(State(app): State<App>) -> Result<Json<ClockState>, ApiError> {
    Ok(Json(ClockState::of(&app).await?))
}

/// Sets the clock.
///
/// Where that moves it ahead, timers that are due by then fire in order before this answers, each
/// at its own instant. It may be set back too: what has happened by then stays, timers that have
/// fired do not fire again, and new things happen at earlier instants than old ones.
#[utoipa::path(
    put,
    path = "/api/clock",
    tag = "clock",
    request_body = ClockWish,
    responses(
        (status = 200, description = "The clock as it is now.", body = ClockMoved),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value`, `missing_field` or \
            `illegal_combination`; nothing was changed.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn put_clock(
    State(app): State<App>,
    body: Body,
) -> Result<Json<ClockMoved>, ApiError> {
    let wish = body.object(&["mode", "now", "rate"])?;
    let mode = mode_in(&wish)?;
    let now = wish.get("now").filter(|value| !value.is_null());
    let rate = wish.get("rate").filter(|value| !value.is_null());
    if mode == ClockMode::Real && now.is_some() {
        return Err(illegal(
            "A real clock has the system's time and no other.",
            "Use {\"mode\":\"scaled\",\"rate\":1,\"now\":…}: that goes on at the same pace.",
        ));
    }
    if mode != ClockMode::Scaled && rate.is_some() {
        return Err(illegal(
            "Only a scaled clock has a rate.",
            "Leave rate out, or set mode to \"scaled\".",
        ));
    }
    let now = now.map(|value| instant("now", value)).transpose()?;
    let rate = match rate {
        None => USUAL_RATE,
        Some(value) => value
            .as_f64()
            .filter(|rate| (0.001..=FASTEST).contains(rate))
            .ok_or_else(|| {
                ApiError::unknown_value(
                    format!("{value} is no value for \"rate\"."),
                    "It is a number from 0.001 to 86400; 60 makes a minute pass in a second.",
                )
            })?,
    };
    let fired = app.engine.set_clock(mode, now, rate).await?;
    let clock = ClockState::of(&app).await?;
    Ok(Json(ClockMoved { clock, fired }))
}

/// Moves the clock ahead.
///
/// Timers that are due by then fire in order before this answers, each with the clock at its own
/// instant. Then the clock goes on as it went before; a real one becomes a scaled one of rate 1,
/// ahead of the system's.
#[utoipa::path(
    post,
    path = "/api/clock/advance",
    tag = "clock",
    request_body(content = ClockStep, example = json!({ "sec": 300 })),
    responses(
        (status = 200, description = "The clock as it is now.", body = ClockMoved),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 409, description = "`no_timer`: there is no timer to move to.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value` (also an instant that has \
            passed) or `illegal_combination`; the clock was not moved.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_advance(
    State(app): State<App>,
    body: Body,
) -> Result<Json<ClockMoved>, ApiError> {
    let step = body.object(&["sec", "to"])?;
    let to = match (step.get("sec"), step.get("to")) {
        (Some(sec), None) => MoveTo::Ahead(Duration::from_secs(ahead(sec)?)),
        (None, Some(Value::String(word))) if word == "next_timer" => MoveTo::NextTimer,
        (None, Some(value)) => {
            let at = instant("to", value)?;
            let now = app.engine.clock().now();
            if at < now {
                return Err(ApiError::unknown_value(
                    format!("{at} has passed: it is {now}."),
                    "An advance only goes ahead. PUT /api/clock with \"now\" sets the clock back.",
                ));
            }
            MoveTo::Instant(at)
        }
        _ => {
            return Err(illegal(
                "An advance takes either \"sec\" or \"to\".",
                "Send {\"sec\":300}, or {\"to\":\"next_timer\"}.",
            ));
        }
    };
    let fired = app.engine.move_clock(to).await?.map_err(|NoTimer| {
        ApiError::new(
            StatusCode::CONFLICT,
            "no_timer",
            "Nothing is due by itself, so there is no timer to move to.",
            "Send {\"sec\":N} instead; GET /api/clock shows the next timer.",
        )
    })?;
    let clock = ClockState::of(&app).await?;
    Ok(Json(ClockMoved { clock, fired }))
}

fn mode_in(wish: &Map<String, Value>) -> Result<ClockMode, ApiError> {
    let names = ClockMode::NAMES.map(|(_, name)| name);
    let Some(value) = wish.get("mode") else {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "missing_field",
            "The field \"mode\" is missing.",
            format!("It is one of: {}.", names.join(", ")),
        ));
    };
    let word = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    ClockMode::NAMES
        .iter()
        .find(|(_, name)| *name == word)
        .map(|(mode, _)| *mode)
        .ok_or_else(|| given::unknown_name("mode", &word, &names))
}

fn ahead(value: &Value) -> Result<u64, ApiError> {
    value
        .as_u64()
        .filter(|sec| *sec <= FURTHEST_SEC)
        .ok_or_else(|| {
            let hint = if value.as_f64().is_some_and(|sec| sec < 0.0) {
                "An advance only goes ahead. PUT /api/clock with \"now\" sets the clock back."
                    .to_owned()
            } else {
                format!("It is a whole number from 0 to {FURTHEST_SEC}.")
            };
            ApiError::unknown_value(format!("{value} is no value for \"sec\"."), hint)
        })
}

/// An instant from 1970 to the end of 9998.
fn instant(name: &str, value: &Value) -> Result<Timestamp, ApiError> {
    value
        .as_str()
        .and_then(|text| text.parse::<Timestamp>().ok())
        .filter(|at| (0..253_370_764_800).contains(&at.as_second()))
        .ok_or_else(|| {
            ApiError::unknown_value(
                format!("{value} is no value for \"{name}\"."),
                "It is an instant in RFC 3339, e.g. \"2026-11-22T09:00:00Z\".",
            )
        })
}

fn illegal(message: &str, hint: &str) -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "illegal_combination",
        message,
        hint,
    )
}
