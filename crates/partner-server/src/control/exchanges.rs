//! `/api/exchanges`: the log, one exchange, clearing.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use booking_api::{Cause, Method};
use partner::exchange::query::Query;
use partner::exchange::{Direction, Exchange, ExchangeOutcome, Summary};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{ExchangeId, Given};
use crate::app::App;

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ExchangeList {
    /// Newest first.
    exchanges: Vec<Summary>,
    /// Give this as `before` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// The names that the query may hold.
const FILTERS: &[&str] = &[
    "after",
    "before",
    "limit",
    "direction",
    "method",
    "outcome",
    "cause",
    "status",
    "booking_id",
    "merchant_id",
    "q",
];

/// Exchanges that fit all of the filters, newest first.
#[utoipa::path(
    get,
    path = "/api/exchanges",
    tag = "exchanges",
    params(
        ("after" = Option<u64>, Query, description = "Only ids above this one."),
        ("before" = Option<u64>, Query, description = "Only ids below this one: the `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
        ("direction" = Option<Direction>, Query, description = "Who called whom."),
        ("method" = Option<Method>, Query, description = "The protocol's method."),
        ("outcome" = Option<ExchangeOutcome>, Query, description = "How it ended."),
        ("cause" = Option<Cause>, Query, description = "The cause of a business failure."),
        ("status" = Option<String>, Query, pattern = "^[1-5]([0-9][0-9]|xx)$",
            description = "An HTTP status, or a class of them: `404`, `4xx`."),
        ("booking_id" = Option<String>, Query, description = "The booking it was about."),
        ("merchant_id" = Option<String>, Query, description = "The merchant it was about."),
        ("q" = Option<String>, Query, description = "Words in path or bodies, each as the beginning \
            of a word, all of which must be found; words in \"…\" must follow one another."),
    ),
    responses(
        (status = 200, description = "A page of the log.", body = ExchangeList),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_exchanges(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<ExchangeList>, ApiError> {
    let query = read(&Given::read(&uri, FILTERS)?)?;
    let (exchanges, next) = app.engine.exchanges(query).await?;
    Ok(Json(ExchangeList {
        exchanges,
        next: next.map(|id| id.to_string()),
    }))
}

fn read(given: &Given) -> Result<Query, ApiError> {
    let methods: Vec<&str> = Method::ALL.iter().map(|method| method.name()).collect();
    let causes: Vec<&str> = Cause::ALL.iter().map(|cause| cause.name()).collect();
    let text = |name| given.text(name).map(str::to_owned);
    let limit = given.number("limit", 1..=1_000)?;
    Ok(Query {
        after: given.number("after", 0..=u64::MAX)?,
        before: given.number("before", 0..=u64::MAX)?,
        limit: limit.and_then(|limit| usize::try_from(limit).ok()),
        direction: given.one_of("direction", &["inbound", "outbound"], |name| match name {
            "inbound" => Some(Direction::Inbound),
            "outbound" => Some(Direction::Outbound),
            _ => None,
        })?,
        method: given.one_of("method", &methods, Method::from_name)?,
        outcome: given.one_of(
            "outcome",
            &["ok", "failure", "error"],
            ExchangeOutcome::from_name,
        )?,
        cause: given.one_of("cause", &causes, Cause::from_name)?,
        status: given.text("status").map(statuses).transpose()?,
        booking_id: text("booking_id"),
        merchant_id: text("merchant_id"),
        text: text("q"),
    })
}

/// `404` or `4xx` as the lowest and the highest status.
pub(super) fn statuses(value: &str) -> Result<(u16, u16), ApiError> {
    let class = value
        .strip_suffix("xx")
        .or_else(|| value.strip_suffix("XX"));
    let bounds = match class {
        Some(class) => class
            .parse::<u16>()
            .ok()
            .map(|class| (class * 100, class * 100 + 99)),
        None => value.parse::<u16>().ok().map(|status| (status, status)),
    };
    bounds
        .filter(|(low, high)| *low >= 100 && *high <= 599 && value.len() == 3)
        .ok_or_else(|| {
            ApiError::unknown_value(
                format!("\"{value}\" is no value for \"status\"."),
                "It is an HTTP status like 404, or a class of them like 4xx.",
            )
        })
}

/// One exchange: headers, bodies, timing, findings, and why it was answered so.
#[utoipa::path(
    get,
    path = "/api/exchanges/{id}",
    tag = "exchanges",
    params(("id" = u64, Path, description = "The exchange's id.")),
    responses(
        (status = 200, description = "The exchange, with secrets hidden.", body = Exchange),
        (status = 404, description = "`not_found`: never there, or no longer kept.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_exchange(
    State(app): State<App>,
    ExchangeId(id): ExchangeId,
) -> Result<Json<Exchange>, ApiError> {
    Ok(Json(exchange(&app, id).await?))
}

/// The exchange, or the refusal that says it is not there.
pub(super) async fn exchange(app: &App, id: u64) -> Result<Exchange, ApiError> {
    app.engine.exchange(id).await?.ok_or_else(|| {
        ApiError::not_found(
            format!("There is no exchange {id}."),
            "It may have been cleared, or dropped to make room; GET /api/exchanges lists the rest.",
        )
    })
}

/// Clears the log; bookings stay.
#[utoipa::path(
    delete,
    path = "/api/exchanges",
    tag = "exchanges",
    responses(
        (status = 204, description = "The log is empty."),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn delete_exchanges(State(app): State<App>) -> Result<StatusCode, ApiError> {
    app.engine.clear_exchanges().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_or_a_class() {
        assert_eq!(statuses("404").unwrap(), (404, 404));
        assert_eq!(statuses("4xx").unwrap(), (400, 499));
        for wrong in [
            "", "4", "40", "4x", "xx", "6xx", "0xx", "+404", "4040", "600", "+1xx",
        ] {
            assert!(statuses(wrong).is_err(), "{wrong}");
        }
    }
}
