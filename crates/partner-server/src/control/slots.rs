//! `/api/slots`: what can be booked, how much of it is left, and on which terms.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use booking_api::{ConfirmationMode, ResourceIds};
use jiff::Timestamp;
use partner::inventory::lists::{SlotDetails, SlotQuery};
use partner::inventory::{MadeBy, SlotTerms};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{Body, Given};
use super::page::{self, Page};
use crate::app::App;

/// A page of slots.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SlotList {
    /// In the order of their start.
    slots: Vec<SlotState>,
    /// Give this as `after` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// A slot as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SlotState {
    /// Our own id of it.
    slot_id: i64,
    /// The merchant, by the partner's id.
    merchant_id: String,
    /// The service, by the partner's id.
    service_id: String,
    /// When it starts, in seconds since 1970 (UTC), as text like all 64-bit numbers on the wire.
    start_sec: String,
    /// The same in RFC 3339; null where it is beyond the year 9999.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    start_at: Option<Timestamp>,
    /// How long it lasts, in seconds.
    duration_sec: String,
    /// Staff, room and party that it is for; null where it is for anybody.
    #[schema(required)]
    resources: Option<ResourceIds>,
    /// Opaque mark that comes back with every request for it; may be empty.
    availability_tag: String,
    /// Who decides about a booking, and when (protocol section 3.4).
    confirmation_mode: ConfirmationMode,
    /// Places it has.
    spots_total: u32,
    /// Places that are free now.
    spots_open: u32,
    /// How it came to be.
    made_by: MadeBy,
    /// What it says for itself; null where all is as the service says.
    #[schema(required)]
    terms: Option<SlotTerms>,
    /// The bookings that hold a place.
    bookings: Vec<String>,
}

impl From<SlotDetails> for SlotState {
    fn from(details: SlotDetails) -> Self {
        let slot = details.slot;
        Self {
            slot_id: details.slot_id,
            merchant_id: slot.merchant_id,
            service_id: slot.service_id,
            start_sec: slot.start_sec.to_string(),
            start_at: Timestamp::from_second(slot.start_sec).ok(),
            duration_sec: slot.duration_sec.to_string(),
            resources: slot.resources,
            availability_tag: slot.availability_tag,
            confirmation_mode: slot.confirmation_mode,
            spots_total: details.spots_total,
            spots_open: details.spots_open,
            made_by: details.made_by,
            terms: Some(details.terms).filter(|terms| !terms.is_empty()),
            bookings: details.bookings,
        }
    }
}

/// The names that the query may hold.
const FILTERS: &[&str] = &[
    "merchant_id",
    "service_id",
    "from_sec",
    "to_sec",
    "after",
    "limit",
];

/// Slots in the order of their start, with what is left of them.
#[utoipa::path(
    get,
    path = "/api/slots",
    tag = "inventory",
    params(
        ("merchant_id" = Option<String>, Query, description = "Only this merchant's."),
        ("service_id" = Option<String>, Query, description = "Only this service's."),
        ("from_sec" = Option<u64>, Query, description = "Only those that start then or later, in seconds since 1970 (UTC)."),
        ("to_sec" = Option<u64>, Query, description = "Only those that start before then."),
        ("after" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of slots.", body = SlotList),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_slots(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<SlotList>, ApiError> {
    let given = Given::read(&uri, FILTERS)?;
    let moment = |name: &str| -> Result<Option<i64>, ApiError> {
        let number = given.number(name, 0..=u64::MAX)?;
        Ok(number.map(|sec| i64::try_from(sec).unwrap_or(i64::MAX)))
    };
    let page = Page::read(&given, 1_000)?;
    let query = SlotQuery {
        merchant_id: given.text("merchant_id").map(str::to_owned),
        service_id: given.text("service_id").map(str::to_owned),
        from_sec: moment("from_sec")?,
        to_sec: moment("to_sec")?,
        after: page::pair(&given, "after")?,
        limit: page.wanted(),
    };
    let mut slots = app.engine.slots(query).await?;
    let next = page.cut(&mut slots, |it| {
        format!("{}-{}", it.slot.start_sec, it.slot_id)
    });
    Ok(Json(SlotList {
        slots: slots.into_iter().map(SlotState::from).collect(),
        next,
    }))
}

/// Makes a slot of a service that is there.
#[utoipa::path(
    post,
    path = "/api/slots",
    tag = "inventory",
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        description = "`merchant_id`, `service_id`, `start_sec`, `duration_sec`, and any of \
            `resources`, `spots_total` (1 where left out), `confirmation_mode`, \
            `availability_tag`, `terms`.",
        content_type = "application/json",
        example = json!({"merchant_id": "m-harbor", "service_id": "dinner", "start_sec": "1798822800",
            "duration_sec": "5400", "resources": {"party_size": 4}, "spots_total": 3}),
    ),
    responses(
        (status = 201, description = "The slot.", body = SlotState),
        (status = 404, description = "`not_found`: no such merchant or service, with the nearest id.", body = ErrorBody),
        (status = 409, description = "`already_there`.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value` or `illegal_combination`; nothing was made.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_slot(
    State(app): State<App>,
    body: Body,
) -> Result<(StatusCode, Json<SlotState>), ApiError> {
    let made = app.engine.create_slot(body.fields()?).await??;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Changes a slot: its places, mode, tag and terms.
///
/// The body is a JSON merge patch (RFC 7396). In `terms`, null means: as the service says.
#[utoipa::path(
    patch,
    path = "/api/slots/{slot_id}",
    tag = "inventory",
    params(("slot_id" = i64, Path, description = "Our own id of it.")),
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        description = "Any of `spots_total`, `confirmation_mode`, `availability_tag`, `terms`.",
        content_type = "application/json",
        example = json!({"spots_total": 5, "terms": {"last_online_cancellable_sec": 1_798_740_000}}),
    ),
    responses(
        (status = 200, description = "The slot now.", body = SlotState),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 409, description = "`places_taken`: more places are taken than it would have.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value` or `illegal_combination`; nothing was changed.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn patch_slot(
    State(app): State<App>,
    Path(slot_id): Path<String>,
    body: Body,
) -> Result<Json<SlotState>, ApiError> {
    let patched = app.engine.patch_slot(row(&slot_id)?, body.fields()?);
    Ok(Json(patched.await??.into()))
}

/// Deletes a slot that no booking or lease holds.
#[utoipa::path(
    delete,
    path = "/api/slots/{slot_id}",
    tag = "inventory",
    params(("slot_id" = i64, Path, description = "Our own id of it.")),
    responses(
        (status = 204, description = "It is gone."),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 409, description = "`slot_held`, with what holds it.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn delete_slot(
    State(app): State<App>,
    Path(slot_id): Path<String>,
) -> Result<StatusCode, ApiError> {
    app.engine.delete_slot(row(&slot_id)?).await??;
    Ok(StatusCode::NO_CONTENT)
}

/// What is no number is no slot.
fn row(slot_id: &str) -> Result<i64, ApiError> {
    slot_id
        .parse()
        .map_err(|_| ApiError::not_found("A slot's id is a number.", "GET /api/slots lists them."))
}
