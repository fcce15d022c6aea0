//! `GET /api/thresholds`: how the partner does beside the limits that Google publishes.

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use jiff::Timestamp;
use partner::thresholds::{self, MethodFigures};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::Given;
use crate::app::App;

/// Rolling figures by method.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ThresholdList {
    /// Since when requests are counted: the start, or the last reset, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    since: Timestamp,
    /// How many of the newest requests of each method the figures are made of, at most.
    window: usize,
    /// One row per method; CreateBooking has a second one with payment.
    methods: Vec<MethodFigures>,
}

/// Error rate and latency of the newest requests of each method, beside the published limits.
///
/// The limits are those of protocol section 9.4. The figures are kept in memory; a reset forgets
/// them.
#[utoipa::path(
    get,
    path = "/api/thresholds",
    tag = "partner",
    params(("window" = Option<u64>, Query,
        description = "How many of the newest requests of each method to look at: 1 to 10000, else 1000.")),
    responses(
        (status = 200, description = "The figures.", body = ThresholdList),
        (status = 422, description = "`unknown_field` or `unknown_value`.", body = ErrorBody),
    )
)]
pub(super) async fn get_thresholds(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<ThresholdList>, ApiError> {
    let given = Given::read(&uri, &["window"])?;
    let window = given.number("window", 1..=thresholds::MOST as u64)?;
    let window = window
        .and_then(|window| usize::try_from(window).ok())
        .unwrap_or(thresholds::USUAL);
    let figures = app.engine.thresholds();
    Ok(Json(ThresholdList {
        since: figures.since(),
        window,
        methods: figures.figures(window),
    }))
}
