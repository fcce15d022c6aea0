//! `POST /api/sample`: a request to try the partner with.
//!
//! It goes through the Booking Server's own socket, so that it is answered and logged like any
//! client's.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use booking_api::CreateBookingRequest;
use partner::behaviour::PaymentMode;
use partner::clock::Stopwatch;
use partner::overrides;
use partner::sample;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{self, Body};
use crate::app::App;
use crate::sessions::prefix;

/// Longer than the longest delay that the network toggle can impose.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(300);

/// The names of [`SampleKind`].
const KINDS: &[&str] = &["create_booking", "check_availability", "health"];

/// The names of [`PaymentMode`].
const MODES: &[&str] = &[
    "inventory",
    "none",
    "prepayment",
    "no_show_fee",
    "deposit",
    "card_required",
];

/// A payment token that chooses no outcome, so that the toggles do.
const PLAIN_TOKEN: &str = "sample";

/// What to send.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the body, which is read by hand for better refusals"
)]
struct SampleWish {
    /// `create_booking` where left out.
    kind: Option<SampleKind>,
    /// With `create_booking`: the payment mode of this one booking, whatever the toggles say; it
    /// is confirmed at once, since payments and asynchronous bookings exclude each other.
    payment: Option<PaymentMode>,
    /// With `create_booking`: the payment token it carries, of `GET /api/payment_tokens` or any
    /// other. Without `payment`, the mode is `prepayment`.
    payment_token: Option<String>,
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
    let wish = body.object(&["kind", "payment", "payment_token"])?;
    let kind = match wish.get("kind") {
        None => SampleKind::CreateBooking,
        Some(Value::String(name)) => match name.as_str() {
            "create_booking" => SampleKind::CreateBooking,
            "check_availability" => SampleKind::CheckAvailability,
            "health" => SampleKind::Health,
            other => return Err(given::unknown_name("kind", other, KINDS)),
        },
        Some(other) => return Err(given::unknown_name("kind", &other.to_string(), KINDS)),
    };
    let paid = Paid::read(&wish, kind)?;
    let url = format!("{}{}", listening(&app)?, prefix(app.session.as_deref()));
    let stopwatch = Stopwatch::start();
    let answer = request(&app, &url, kind, paid)
        .send()
        .await
        .map_err(no_answer)?;
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

/// How a sample booking is paid.
struct Paid<'a> {
    mode: &'a str,
    token: &'a str,
}

impl<'a> Paid<'a> {
    fn read(wish: &'a Map<String, Value>, kind: SampleKind) -> Result<Option<Self>, ApiError> {
        let text = |name: &str| match wish.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(other) => Err(ApiError::unknown_value(
                format!("{other} is no value for \"{name}\"."),
                "It is a string.",
            )),
        };
        let (mode, token) = (text("payment")?, text("payment_token")?);
        if mode.is_none() && token.is_none() {
            return Ok(None);
        }
        if kind != SampleKind::CreateBooking {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "illegal_combination",
                "Only a sample CreateBooking is paid for.",
                "Leave payment and payment_token out, or set kind to \"create_booking\".",
            ));
        }
        let mode = mode.unwrap_or("prepayment");
        if !MODES.contains(&mode) {
            return Err(given::unknown_name("payment", mode, MODES));
        }
        let token = token.unwrap_or(PLAIN_TOKEN);
        Ok(Some(Self { mode, token }))
    }

    /// The header that has this mode bite one request alone.
    fn header(&self) -> String {
        format!("payment={}; confirmation=synchronous", self.mode)
    }

    fn of(&self, app: &App, request: &mut CreateBookingRequest) {
        if self.mode == "none" {
            return;
        }
        let snapshot = app.engine.behaviour().current();
        let processed_by = snapshot.behaviour.payment.processed_by;
        let price = app.engine.scenario().settings.payment.price.clone();
        sample::pay(request, price, processed_by, self.token);
    }
}

fn request(
    app: &App,
    url: &str,
    kind: SampleKind,
    paid: Option<Paid<'_>>,
) -> reqwest::RequestBuilder {
    let now = app.engine.clock().now();
    // Not drawn from the scenario's seed: every sample is a guest that nobody had before.
    let bits = rand::random();
    let post = |method: &str| app.client.post(format!("{url}/v3/{method}"));
    let request = match kind {
        SampleKind::CreateBooking => {
            let mut booking = sample::create_booking(now, bits);
            let mut call = post("CreateBooking");
            if let Some(paid) = paid {
                paid.of(app, &mut booking);
                call = call.header(overrides::HEADER, paid.header());
            }
            call.json(&booking)
        }
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
