//! `/api/aggregator`: the stand-in aggregator as a person sees it: what it knows, and how its next
//! calls go. The stand-in itself lies at `/aggregator`.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use booking_api::notification::RpcCode;
use booking_api::{Booking, BookingStatus, Cause, PrepaymentStatus};
use jiff::Timestamp;
use partner::aggregator::gate::Faults;
use partner::aggregator::{Difference, View, differences};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{Body, BookingId, Given};
use super::page::{self, Page};
use crate::app::App;

/// The stand-in aggregator.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AggregatorState {
    /// Its address, for a partner's own server: the paths of section 6 and 7 follow.
    url: String,
    /// Where our notifications go: its address, or the one of `--notify-url`.
    notify_url: String,
    /// The partner's id in the paths.
    partner_id: String,
    /// The calls that are still to fail.
    faults: Faults,
    /// Whether it takes notifications about bookings that it never saw, and of any partner.
    accept_unknown_bookings: bool,
    /// Whether it is told when places change, as the scenario has it
    /// (`settings.send_real_time_updates`).
    real_time_updates: bool,
}

impl AggregatorState {
    fn of(app: &App) -> Self {
        let gate = app.engine.aggregator_gate();
        Self {
            url: format!("{}{}", app.control_url, crate::aggregator::PATH),
            notify_url: app.notify_url.clone(),
            partner_id: app.engine.partner_id().to_owned(),
            faults: gate.faults(),
            accept_unknown_bookings: gate.accepts_unknown(),
            real_time_updates: app.engine.scenario().settings.send_real_time_updates,
        }
    }
}

/// What the aggregator knows of a booking, in short.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AggregatorView {
    /// Where it stands.
    status: BookingStatus,
    /// Why it failed, as it was told; null otherwise.
    #[schema(required)]
    cause: Option<Cause>,
    /// When it starts, in seconds since 1970 (UTC).
    start_sec: String,
    /// How long it lasts, in seconds.
    duration_sec: String,
    /// How many guests come; null where nobody said.
    #[schema(required)]
    party_size: Option<i32>,
    /// What became of the money; null where nothing is known.
    #[schema(required)]
    prepayment_status: Option<PrepaymentStatus>,
    /// When it last heard of it, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl AggregatorView {
    fn of(view: &View) -> Self {
        let slot = view.booking.slot.clone().unwrap_or_default();
        let payment = view.booking.payment_information.as_ref();
        Self {
            status: view.booking.status,
            cause: view.cause,
            start_sec: slot.start_sec.to_string(),
            duration_sec: slot.duration_sec.to_string(),
            party_size: slot
                .resources
                .map(|it| it.party_size)
                .filter(|size| *size != 0),
            prepayment_status: payment
                .map(|it| it.prepayment_status)
                .filter(|status| *status != PrepaymentStatus::Unspecified),
            updated_at: view.updated_at,
        }
    }
}

/// Both sides of a booking: what the aggregator knows, and in what it differs from the partner.
pub(super) async fn both_sides(
    app: &App,
    booking: &Booking,
) -> Result<(Option<AggregatorView>, Vec<Difference>), ApiError> {
    let id = booking.booking_id.clone();
    let Some(view) = app.engine.aggregator_booking(id).await? else {
        return Ok((None, Vec::new()));
    };
    let differs = differences(booking, &view.booking);
    Ok((Some(AggregatorView::of(&view)), differs))
}

/// The stand-in aggregator: its address, and how its next calls go.
#[utoipa::path(
    get,
    path = "/api/aggregator",
    tag = "aggregator",
    responses((status = 200, description = "How it stands.", body = AggregatorState))
)]
pub(super) async fn get_aggregator(State(app): State<App>) -> Json<AggregatorState> {
    Json(AggregatorState::of(&app))
}

/// What can be set.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the body, which is read by hand")]
struct AggregatorChange {
    /// Take notifications about bookings that it never saw, and of any partner, instead of
    /// answering 404 and 403: for a partner's own server.
    accept_unknown_bookings: bool,
}

/// Sets how the stand-in aggregator takes what it does not know.
#[utoipa::path(
    patch,
    path = "/api/aggregator",
    tag = "aggregator",
    request_body = AggregatorChange,
    responses(
        (status = 200, description = "How it stands now.", body = AggregatorState),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 422, description = "`unknown_field` or `unknown_value`.", body = ErrorBody),
    )
)]
pub(super) async fn patch_aggregator(
    State(app): State<App>,
    body: Body,
) -> Result<Json<AggregatorState>, ApiError> {
    let fields = body.object(&["accept_unknown_bookings"])?;
    match fields.get("accept_unknown_bookings") {
        Some(Value::Bool(accepts)) => app.engine.aggregator_gate().set_accepts_unknown(*accepts),
        Some(_) => {
            let message = "\"accept_unknown_bookings\" is neither true nor false.";
            return Err(ApiError::unknown_value(message, "Send true or false."));
        }
        None => {}
    }
    Ok(Json(AggregatorState::of(&app)))
}

/// Fails the next calls of the stand-in aggregator, whoever makes them.
#[utoipa::path(
    put,
    path = "/api/aggregator/faults",
    tag = "aggregator",
    request_body = Faults,
    responses(
        (status = 200, description = "How it stands now.", body = AggregatorState),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value` or `missing_field`.", body = ErrorBody),
    )
)]
pub(super) async fn put_faults(
    State(app): State<App>,
    body: Body,
) -> Result<Json<AggregatorState>, ApiError> {
    let fields = body.object(&["fail_next", "status"])?;
    let Some(fail_next) = fields.get("fail_next") else {
        return Err(ApiError::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "missing_field",
            "The field \"fail_next\" is missing.",
            "Send how many calls shall fail, e.g. {\"fail_next\":2,\"status\":503}.",
        ));
    };
    let number = |name: &str, value: &Value| {
        let number = value.as_u64().and_then(|it| u32::try_from(it).ok());
        number.ok_or_else(|| {
            let hint = format!("\"{name}\" is a whole number from 0 on.");
            ApiError::unknown_value(format!("{value} is no value for \"{name}\"."), hint)
        })
    };
    let fail_next = number("fail_next", fail_next)?;
    let status = match fields.get("status") {
        Some(value) => number("status", value)?,
        None => u32::from(Faults::default().status),
    };
    let status = u16::try_from(status)
        .ok()
        .filter(|status| RpcCode::of_status(*status).is_some())
        .ok_or_else(|| {
            let known = "400, 401, 403, 404, 409, 429, 500, 503 and 504";
            ApiError::unknown_value(
                format!("The stand-in does not answer {status}."),
                format!("It can answer {known}."),
            )
        })?;
    let faults = Faults { fail_next, status };
    app.engine.aggregator_gate().set_faults(faults);
    Ok(Json(AggregatorState::of(&app)))
}

/// A page of bookings as the aggregator knows them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AggregatorBookingList {
    /// Newest first; those of partners elsewhere before our own.
    bookings: Vec<AggregatorBooking>,
    /// Give this as `before` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// A booking as the aggregator knows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AggregatorBooking {
    /// The partner's id of the booking.
    booking_id: String,
    /// What notifications can tell of it.
    #[serde(flatten)]
    view: AggregatorView,
    /// Whether only a notification told of it: a booking of a partner elsewhere.
    is_foreign: bool,
    /// All that it knows, in the Booking Server's shape.
    booking: Booking,
}

impl AggregatorBooking {
    fn of(view: View) -> Self {
        Self {
            booking_id: view.booking.booking_id.clone(),
            is_foreign: view.is_foreign,
            view: AggregatorView::of(&view),
            booking: view.booking,
        }
    }
}

/// Bookings as the aggregator knows them.
#[utoipa::path(
    get,
    path = "/api/aggregator/bookings",
    tag = "aggregator",
    params(
        ("before" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of bookings.", body = AggregatorBookingList),
        (status = 422, description = "`unknown_field` or `unknown_value`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_aggregator_bookings(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<AggregatorBookingList>, ApiError> {
    let given = Given::read(&uri, &["before", "limit"])?;
    let before = page::pair(&given, "before")?;
    let page = Page::read(&given, 1_000)?;
    let engine = &app.engine;
    let mut rows = engine.aggregator_bookings(before, page.wanted()).await?;
    let next = page.cut(&mut rows, |(_, (kind, row))| format!("{kind}-{row}"));
    let bookings = rows
        .into_iter()
        .map(|(view, _)| AggregatorBooking::of(view))
        .collect();
    Ok(Json(AggregatorBookingList { bookings, next }))
}

/// A booking as the aggregator knows it.
#[utoipa::path(
    get,
    path = "/api/aggregator/bookings/{id}",
    tag = "aggregator",
    params(("id" = String, Path, description = "The booking's id.")),
    responses(
        (status = 200, description = "The booking.", body = AggregatorBooking),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn get_aggregator_booking(
    State(app): State<App>,
    BookingId(id): BookingId,
) -> Result<Json<AggregatorBooking>, ApiError> {
    match app.engine.aggregator_booking(id.clone()).await? {
        Some(view) => Ok(Json(AggregatorBooking::of(view))),
        None => Err(ApiError::not_found(
            format!("The aggregator knows no booking \"{id}\"."),
            "GET /api/aggregator/bookings lists them.",
        )),
    }
}

/// A page of slots as the aggregator was told of them.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AggregatorSlotList {
    /// Those that were told last come first.
    slots: Vec<AggregatorSlot>,
    /// Give this as `before` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// A slot as the aggregator was told of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AggregatorSlot {
    /// The merchant, by the partner's id.
    merchant_id: String,
    /// The service, by the partner's id.
    service_id: String,
    /// The slot as it was sent, in lowerCamelCase (protocol section 7).
    #[schema(value_type = Object)]
    availability: Value,
    /// When it was told, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Slots as real-time updates told the aggregator of them.
#[utoipa::path(
    get,
    path = "/api/aggregator/availability",
    tag = "aggregator",
    params(
        ("merchant_id" = Option<String>, Query, description = "The merchant they are of."),
        ("service_id" = Option<String>, Query, description = "The service they are of."),
        ("before" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of slots.", body = AggregatorSlotList),
        (status = 422, description = "`unknown_field` or `unknown_value`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_aggregator_availability(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<AggregatorSlotList>, ApiError> {
    let given = Given::read(&uri, &["merchant_id", "service_id", "before", "limit"])?;
    let text = |name| given.text(name).map(str::to_owned);
    let before = page::row(&given, "before")?;
    let page = Page::read(&given, 1_000)?;
    let (merchant_id, service_id) = (text("merchant_id"), text("service_id"));
    let engine = &app.engine;
    let mut rows = engine
        .aggregator_slots(merchant_id, service_id, before, page.wanted())
        .await?;
    let next = page.cut(&mut rows, |row| row.row_id.to_string());
    let slots = rows
        .into_iter()
        .map(|row| AggregatorSlot {
            merchant_id: row.merchant_id,
            service_id: row.service_id,
            availability: serde_json::from_str(&row.availability).unwrap_or_default(),
            updated_at: row.updated_at,
        })
        .collect();
    Ok(Json(AggregatorSlotList { slots, next }))
}
