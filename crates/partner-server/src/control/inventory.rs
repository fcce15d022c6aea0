//! `/api/inventory` and `/feeds`: whole inventories in and out.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use booking_api::feed::FeedKind;
use partner::inventory::generate::{DAYS, Kind, Locale, MOST_DAYS, Order};
use partner::inventory::import::{ImportFile, ImportOptions, ImportReport, OnError, Problem};
use partner::inventory::lists::Counts;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{Body, Given, unknown_name};
use crate::app::App;

/// The longest file that is taken, packed or not.
pub(super) const LONGEST_FEED: usize = 512 * 1024 * 1024;

/// What came of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Imported {
    /// What the file holds; null where that could not be told.
    #[schema(required)]
    kind: Option<FeedName>,
    /// Whether anything was taken.
    taken: bool,
    /// Merchants taken.
    merchants: u64,
    /// Services taken.
    services: u64,
    /// Slots taken, recurrences expanded.
    slots: u64,
    /// What was wrong or odd, by file and place.
    problems: Vec<Problem>,
    /// Further problems that are not listed.
    more_problems: usize,
}

/// The three feeds.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FeedName {
    /// Merchants.
    Merchants,
    /// Services.
    Services,
    /// Slots.
    Availability,
}

impl From<ImportReport> for Imported {
    fn from(report: ImportReport) -> Self {
        Self {
            kind: report.kinds.first().map(|kind| match kind {
                FeedKind::Merchants => FeedName::Merchants,
                FeedKind::Services => FeedName::Services,
                FeedKind::Availability => FeedName::Availability,
            }),
            taken: report.taken,
            merchants: report.merchants,
            services: report.services,
            slots: report.slots,
            problems: report.problems,
            more_problems: report.more_problems,
        }
    }
}

/// Takes one feed's file in.
///
/// JSON, or gzip of it, whatever its name says (protocol section 8). A record with an error is left
/// out, or, with `on_error=abort`, nothing is taken; the answer is 200 in both cases and names each
/// by its place. What is there already is replaced: merchants and services by id, slots of the
/// services that the file names (or of its restricts). With `replace=true`, what the file does not
/// name goes too. A slot that bookings hold never
/// goes, and where a record has an error, nothing goes: it may have meant to name it.
#[utoipa::path(
    post,
    path = "/api/inventory/import",
    tag = "inventory",
    params(
        ("name" = Option<String>, Query, description = "The file's name, for problems."),
        ("on_error" = Option<String>, Query, description = "`skip` (usual) or `abort`."),
        ("replace" = Option<bool>, Query, description = "Whether what the file does not name goes."),
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file."),
    responses(
        (status = 200, description = "What came of it.", body = Imported),
        (status = 413, description = "`body_too_large`.", body = ErrorBody),
        (status = 422, description = "`unknown_field` or `unknown_value`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_import(
    State(app): State<App>,
    uri: Uri,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Imported>, ApiError> {
    let given = Given::read(&uri, &["name", "on_error", "replace"])?;
    let on_error = given.one_of("on_error", &["skip", "abort"], |name| {
        Some(match name {
            "abort" => OnError::Abort,
            _ => OnError::Skip,
        })
    })?;
    let replace = given.one_of("replace", &["true", "false"], |name| Some(name == "true"))?;
    let bytes = body.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            let hint = "Send it with gzip, or in shards (section 8.1).";
            let message = "The file is longer than 512 MiB.";
            return ApiError::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                "body_too_large",
                message,
                hint,
            );
        }
        let message = "The file did not arrive whole.";
        ApiError::new(
            StatusCode::BAD_REQUEST,
            "incomplete",
            message,
            "Send it again.",
        )
    })?;
    let file = ImportFile {
        name: given.text("name").unwrap_or("the file").to_owned(),
        bytes: bytes.into(),
    };
    let options = ImportOptions {
        on_error: on_error.unwrap_or_default(),
        replace: replace.unwrap_or(false),
    };
    let report = app.engine.import(vec![file], options).await?;
    Ok(Json(report.into()))
}

/// Draws a business from a seed.
///
/// The same seed on the same day of the engine's clock draws the same. Without a seed, the
/// scenario's, or the next one whose business is not there yet. With `replace`, all else goes that
/// no booking holds.
#[utoipa::path(
    post,
    path = "/api/inventory/generate",
    tag = "inventory",
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        description = "`kind` (`salon`, `restaurant`, `fitness_studio`, `spa`), and any of `seed`, \
            `locale` (`en`, `de`, `fr`, `it`, `ja`, `nl`, `pt_br`), `days` (30 where left out, at \
            most 90), `replace`.",
        content_type = "application/json",
        example = json!({"kind": "salon", "locale": "en", "days": 30}),
    ),
    responses(
        (status = 200, description = "What was made.", body = Counts),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_generate(
    State(app): State<App>,
    body: Body,
) -> Result<Json<Counts>, ApiError> {
    let fields = body.object(&["kind", "seed", "locale", "days", "replace"])?;
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    let locales: Vec<&str> = Locale::ALL.iter().map(|locale| locale.name()).collect();
    let kind = match fields.get("kind") {
        None | Some(Value::Null) => {
            let hint = format!("Known here: {}.", kinds.join(", "));
            return Err(ApiError::unknown_value("There is no \"kind\".", hint));
        }
        Some(kind) => named("kind", kind, Kind::ALL, &kinds)?,
    };
    let locale = match fields.get("locale") {
        None | Some(Value::Null) => Locale::default(),
        Some(locale) => named("locale", locale, Locale::ALL, &locales)?,
    };
    let number = |name: &str, low: u64, high: u64| match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => match value.as_u64().filter(|it| (low..=high).contains(it)) {
            Some(number) => Ok(Some(number)),
            None => {
                let message = format!("{value} is no value for \"{name}\".");
                let hint = format!("It is a whole number from {low} to {high}.");
                Err(ApiError::unknown_value(message, hint))
            }
        },
    };
    let replace = match fields.get("replace") {
        None | Some(Value::Null) => false,
        Some(Value::Bool(replace)) => *replace,
        Some(other) => {
            let message = format!("{other} is no value for \"replace\".");
            return Err(ApiError::unknown_value(message, "It is true or false."));
        }
    };
    let order = Order {
        kind,
        seed: number("seed", 0, u64::MAX)?,
        locale,
        days: number("days", 1, MOST_DAYS.into())?
            .and_then(|days| u32::try_from(days).ok())
            .unwrap_or(DAYS),
    };
    Ok(Json(app.engine.generate(order, replace).await?))
}

fn named<T: Copy>(name: &str, value: &Value, all: &[T], names: &[&str]) -> Result<T, ApiError> {
    let text = value.as_str().unwrap_or_default();
    match names.iter().position(|it| *it == text) {
        Some(place) => Ok(all[place]),
        None if value.is_string() => Err(unknown_name(name, text, names)),
        None => Err(unknown_name(name, &value.to_string(), names)),
    }
}

async fn feed(app: &App, kind: FeedKind) -> Result<Response, ApiError> {
    let text = app.engine.feed(kind).await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// The merchants as a feed.
#[utoipa::path(
    get,
    path = "/feeds/merchants.json",
    tag = "inventory",
    responses(
        (status = 200, description = "The feed (protocol section 8.3).", body = Object, content_type = "application/json"),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_merchant_feed(State(app): State<App>) -> Result<Response, ApiError> {
    feed(&app, FeedKind::Merchants).await
}

/// The services as a feed.
#[utoipa::path(
    get,
    path = "/feeds/services.json",
    tag = "inventory",
    responses(
        (status = 200, description = "The feed (protocol section 8.4).", body = Object, content_type = "application/json"),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_service_feed(State(app): State<App>) -> Result<Response, ApiError> {
    feed(&app, FeedKind::Services).await
}

/// The slots as a feed, with the places that are free now.
#[utoipa::path(
    get,
    path = "/feeds/availability.json",
    tag = "inventory",
    responses(
        (status = 200, description = "The feed (protocol section 8.5).", body = Object, content_type = "application/json"),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_availability_feed(State(app): State<App>) -> Result<Response, ApiError> {
    feed(&app, FeedKind::Availability).await
}
