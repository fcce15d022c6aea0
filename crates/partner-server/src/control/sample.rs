//! `POST /api/sample`: a request to try the partner with.
//!
//! It goes through the Booking Server's own socket, so that it is answered and logged like any
//! client's.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use partner::clock::Stopwatch;
use partner::sample;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{self, Body};
use crate::app::App;

/// Longer than the longest delay that the network toggle can impose.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// The names of [`SampleKind`].
const KINDS: &[&str] = &["create_booking", "check_availability", "health"];

/// What to send.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the body, which is read by hand for better refusals"
)]
struct SampleWish {
    /// `create_booking` where left out.
    kind: Option<SampleKind>,
}

/// A request to try the partner with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(rename_all = "snake_case")]
enum SampleKind {
    /// A CreateBooking with a new guest and a slot tomorrow.
    CreateBooking,
    /// A BatchAvailabilityLookup of three slots.
    CheckAvailability,
    /// A HealthCheck.
    Health,
}

/// What the Booking Server answered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SampleAnswer {
    /// The HTTP status.
    status: u16,
    /// From the first byte sent to the last byte read, in microseconds.
    duration_us: u64,
    /// The body as JSON; as text where it is no JSON.
    body: Value,
}

/// Sends one true HTTP request to our own Booking Server, credentials included.
#[utoipa::path(
    post,
    path = "/api/sample",
    tag = "partner",
    request_body = SampleWish,
    responses(
        (status = 200, description = "What the Booking Server answered, whatever its status.",
            body = SampleAnswer),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 409, description = "`listener_stopped`.", body = ErrorBody),
        (status = 422, description = "`unknown_field` or `unknown_value`.", body = ErrorBody),
        (status = 502, description = "`no_answer`: the connection broke.", body = ErrorBody),
    )
)]
pub(super) async fn post_sample(
    State(app): State<App>,
    body: Body,
) -> Result<Json<SampleAnswer>, ApiError> {
    let kind = match body.object(&["kind"])?.get("kind") {
        None => SampleKind::CreateBooking,
        Some(Value::String(name)) => match name.as_str() {
            "create_booking" => SampleKind::CreateBooking,
            "check_availability" => SampleKind::CheckAvailability,
            "health" => SampleKind::Health,
            other => return Err(given::unknown_name("kind", other, KINDS)),
        },
        Some(other) => return Err(given::unknown_name("kind", &other.to_string(), KINDS)),
    };
    let url = listening(&app)?;
    let stopwatch = Stopwatch::start();
    let answer = request(&app, &url, kind).send().await.map_err(no_answer)?;
    let status = answer.status().as_u16();
    let text = answer.text().await.map_err(no_answer)?;
    let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
    Ok(Json(SampleAnswer {
        status,
        duration_us: stopwatch.micros(),
        body,
    }))
}

/// Where the Booking Server listens, if it does.
pub(super) fn listening(app: &App) -> Result<String, ApiError> {
    let listener = app.listener.state();
    if listener.listening {
        return Ok(listener.url.to_string());
    }
    Err(ApiError::new(
        StatusCode::CONFLICT,
        "listener_stopped",
        "The Booking Server takes no calls, so nothing can be sent to it.",
        "Start it with PUT /api/listener {\"listening\":true}.",
    ))
}

fn request(app: &App, url: &str, kind: SampleKind) -> reqwest::RequestBuilder {
    let now = app.engine.clock().now();
    // Not drawn from the scenario's seed: every sample is a guest that nobody had before.
    let bits = rand::random();
    let post = |method: &str| app.client.post(format!("{url}/v3/{method}"));
    let request = match kind {
        SampleKind::CreateBooking => post("CreateBooking").json(&sample::create_booking(now, bits)),
        SampleKind::CheckAvailability => {
            post("BatchAvailabilityLookup").json(&sample::batch_availability_lookup(now, bits))
        }
        SampleKind::Health => app.client.get(format!("{url}/v3/HealthCheck")),
    };
    let request = request.timeout(LONGEST_WAIT);
    match &app.credentials {
        Some(it) => request.basic_auth(&it.username, Some(&it.password)),
        None => request,
    }
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape that map_err wants"
)]
pub(super) fn no_answer(error: reqwest::Error) -> ApiError {
    tracing::warn!(%error, "a request of our own got no answer");
    let hint = "Look at the newest exchanges; a network toggle may have cut it off.";
    let message = "The Booking Server did not answer.";
    ApiError::new(StatusCode::BAD_GATEWAY, "no_answer", message, hint)
}
