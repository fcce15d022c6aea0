//! `POST /api/exchanges/{id}/replay`: a recorded request once more, as it was or changed.
//!
//! Like a sample it goes through the Booking Server's own socket, so that it is answered and
//! logged like any client's. A header tells the new exchange from those of clients.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use partner::clock::Stopwatch;
use partner::decision::Change;
use partner::exchange::amend::{self, Amended, Credentials};
use partner::exchange::curl::{REPLAY_HEADER, is_sent_again};
use partner::exchange::redact::HIDDEN;
use partner::exchange::{Direction, Exchange};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::exchanges::exchange;
use super::given::{Body, ExchangeId};
use super::sample::{LONGEST_WAIT, listening, no_answer};
use crate::app::App;
use crate::sessions::{prefix, split};

/// How many exchanges are looked through for the new one.
const LOOKED_THROUGH: usize = 4096;

/// What to change before it is sent.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the body, which is read by hand for better refusals"
)]
struct ReplayWish {
    /// A counterfactual's change of the kind `request`, `request_line` or `header`; without, the
    /// request is sent as it was.
    change: Option<Change>,
}

/// What the Booking Server answered.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReplayAnswer {
    /// The new exchange; null where it was dropped already to make room for others.
    #[schema(required)]
    exchange_id: Option<u64>,
    /// The HTTP status.
    status: u16,
    /// From the first byte sent to the last byte read, in microseconds.
    duration_us: u64,
    /// The body as JSON; as text where it is no JSON.
    body: Value,
}

/// Sends a recorded request to our own Booking Server once more.
///
/// Where the request had credentials, our own are sent in their place. Other secrets are not kept,
/// so a request that held one cannot be sent again from here.
#[utoipa::path(
    post,
    path = "/api/exchanges/{id}/replay",
    tag = "exchanges",
    params(("id" = u64, Path, description = "The exchange's id.")),
    request_body = ReplayWish,
    responses(
        (status = 200, description = "What the Booking Server answered, whatever its status.",
            body = ReplayAnswer),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 409, description = "`listener_stopped`, `secret_not_kept`, or `not_inbound`.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value`, or `no_such_change`.", body = ErrorBody),
        (status = 502, description = "`no_answer`: the connection broke.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_replay(
    State(app): State<App>,
    ExchangeId(id): ExchangeId,
    body: Body,
) -> Result<Json<ReplayAnswer>, ApiError> {
    let change = match body.object(&["change"])?.remove("change") {
        None | Some(Value::Null) => None,
        given => Some(read_change(given)?),
    };
    let exchange = exchange(&app, id).await?;
    if exchange.summary.direction == Direction::Outbound || exchange.request.is_elsewhere() {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "not_inbound",
            format!("Exchange {id} is no request to the Booking Server."),
            "Only requests to the Booking Server can be sent again.",
        ));
    }
    let amended = amended(&exchange, change.as_ref())?;
    if amended.request.body.contains(HIDDEN) {
        return Err(ApiError::new(
            StatusCode::CONFLICT,
            "secret_not_kept",
            "The request held a secret, and secrets are not kept.",
            format!("Take GET /api/exchanges/{id}/curl and put the secret in its place."),
        ));
    }
    let url = listening(&app)?;
    let mark = format!("{id}/{:08x}", rand::random::<u32>());
    let before = app.engine.log().position().newest;
    let stopwatch = Stopwatch::start();
    let answer = request(&app, &url, &amended, &mark)?
        .send()
        .await
        .map_err(no_answer)?;
    let status = answer.status().as_u16();
    let text = answer.text().await.map_err(no_answer)?;
    let duration_us = stopwatch.micros();
    Ok(Json(ReplayAnswer {
        exchange_id: find(&app, before, &mark).await?,
        status,
        duration_us,
        body: serde_json::from_str(&text).unwrap_or(Value::String(text)),
    }))
}

/// A change as a caller gave it.
pub(super) fn read_change(given: Option<Value>) -> Result<Change, ApiError> {
    given
        .and_then(|value| serde_json::from_value(value).ok())
        .ok_or_else(|| {
            ApiError::unknown_value(
                "That is no change.",
                "Send a counterfactual's \"change\" as GET /api/exchanges/{id} gives it.",
            )
        })
}

/// The request of an exchange with a change made.
pub(super) fn amended(exchange: &Exchange, change: Option<&Change>) -> Result<Amended, ApiError> {
    let mut amended = amend::amended(&exchange.request, change).map_err(|error| {
        ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "no_such_change",
            error.to_string(),
            "A change of the kind request, request_line or header can be made to a request.",
        )
    })?;
    // Changes name the protocol's paths: the request stays in its session.
    let (session, _) = split(&exchange.request.target);
    if session.is_some() && split(&amended.request.target).0.is_none() {
        amended.request.target.insert_str(0, &prefix(session));
    }
    Ok(amended)
}

fn request(
    app: &App,
    url: &str,
    amended: &Amended,
    mark: &str,
) -> Result<reqwest::RequestBuilder, ApiError> {
    let recorded = &amended.request;
    let verb = reqwest::Method::from_bytes(recorded.verb.as_bytes()).map_err(|_| {
        let hint = "Take its curl command and mend it.";
        ApiError::unknown_value("The request's verb cannot be sent.", hint)
    })?;
    let mut request = app
        .client
        .request(verb, format!("{url}{}", recorded.target))
        .timeout(LONGEST_WAIT)
        .header(REPLAY_HEADER, mark);
    for (name, value) in &recorded.headers {
        if is_sent_again(name) {
            request = request.header(name, value);
        }
    }
    if !recorded.body.is_empty() {
        request = request.body(recorded.body.clone());
    }
    Ok(match (&amended.credentials, app.credentials.as_ref()) {
        (Credentials::Own, Some(own)) => request.basic_auth(&own.username, Some(&own.password)),
        (Credentials::Given(value), _) => request.header("authorization", value),
        _ => request,
    })
}

/// The exchange whose request bears the mark, among those after `before`.
async fn find(app: &App, before: u64, mark: &str) -> Result<Option<u64>, ApiError> {
    let newest = app.engine.log().position().newest;
    for id in (before + 1..=newest).take(LOOKED_THROUGH) {
        let Some(exchange) = app.engine.exchange(id).await? else {
            continue;
        };
        let headers = &exchange.request.headers;
        if headers
            .iter()
            .any(|(name, value)| name.eq_ignore_ascii_case(REPLAY_HEADER) && value == mark)
        {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
