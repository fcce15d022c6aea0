//! `/api/user_payment_options`: packs, memberships and single uses that guests own.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use booking_api::UserPaymentOption;
use jiff::Timestamp;
use partner::payment::options::given::{FIELDS, GivenOption};
use partner::payment::options::{Origin, OwnedOption};
use partner::store::payment_options::Wanted;
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{Body, Given};
use super::page::{self, Page};
use crate::app::App;

/// A page of payment options.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OptionList {
    /// Newest first.
    user_payment_options: Vec<OptionView>,
    /// Give this as `before` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// A payment option that a guest owns (protocol section 3.9).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OwnedPaymentOption)]
pub(super) struct OptionView {
    /// Whose it is, by the aggregator's opaque id.
    user_id: String,
    /// With which merchant it can be used, by the partner's id.
    merchant_id: String,
    /// The option as it goes over the wire.
    #[serde(flatten)]
    option: UserPaymentOption,
    /// Whether its price was given back, so that it can be used no more.
    withdrawn: bool,
    /// Where it comes from.
    origin: Origin,
    /// The booking with which it was bought, or in whose place it was given; null where it was
    /// given by hand or by the scenario.
    #[schema(required)]
    booking_id: Option<String>,
    /// When the guest got it, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl From<OwnedOption> for OptionView {
    fn from(owned: OwnedOption) -> Self {
        Self {
            user_id: owned.user_id,
            merchant_id: owned.merchant_id,
            option: owned.option,
            withdrawn: owned.withdrawn,
            origin: owned.origin,
            booking_id: Some(owned.booking_id).filter(|id| !id.is_empty()),
            created_at: owned.created_at,
        }
    }
}

/// Payment options that guests own, newest first.
#[utoipa::path(
    get,
    path = "/api/user_payment_options",
    tag = "payment options",
    params(
        ("user_id" = Option<String>, Query, description = "Those of this guest."),
        ("merchant_id" = Option<String>, Query, description = "Those of this merchant."),
        ("before" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of payment options.", body = OptionList),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_options(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<OptionList>, ApiError> {
    let given = Given::read(&uri, &["user_id", "merchant_id", "before", "limit"])?;
    let text = |name| given.text(name).map(str::to_owned);
    let wanted = Wanted {
        user_id: text("user_id"),
        merchant_id: text("merchant_id"),
    };
    let before = page::row(&given, "before")?;
    let page = Page::read(&given, 1_000)?;
    let listed = app.engine.payment_options(wanted, before, page.wanted());
    let mut rows = listed.await?;
    let next = page.cut(&mut rows, |(row_id, _)| row_id.to_string());
    let views = rows.into_iter().map(|(_, owned)| owned.into());
    Ok(Json(OptionList {
        user_payment_options: views.collect(),
        next,
    }))
}

/// Gives a guest a payment option.
///
/// `user_id`, `merchant_id` and `payment_option_id` are needed. What else is left out is as the
/// merchant's feed has it for this `payment_option_id`; else it is a pack of five uses, from now on
/// and without end.
#[utoipa::path(
    post,
    path = "/api/user_payment_options",
    tag = "payment options",
    request_body(content = GivenOption, example = json!({
        "user_id": "9120044178810023341",
        "merchant_id": "m-studio",
        "payment_option_id": "pack-of-ten",
        "type": "PAYMENT_OPTION_MULTI_USE",
        "original_count": 10,
        "current_count": 1,
    })),
    responses(
        (status = 201, description = "The option.", body = OptionView),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 409, description = "`already_there`: there is one of this id.", body = ErrorBody),
        (status = 422, description = "`unknown_field` or `unknown_value`; nothing was given.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_option(
    State(app): State<App>,
    body: Body,
) -> Result<(StatusCode, Json<OptionView>), ApiError> {
    let given = app
        .engine
        .give_payment_option(body.object(FIELDS)?)
        .await??;
    Ok((StatusCode::CREATED, Json(given.into())))
}

/// Changes a guest's payment option.
///
/// The body is a JSON merge patch (RFC 7396): fields that are left out stay, and null stands for
/// what would be if the field had been left out when it was given. Bookings that took a use keep it.
#[utoipa::path(
    patch,
    path = "/api/user_payment_options/{id}",
    tag = "payment options",
    params(("id" = String, Path, description = "`user_payment_option_id`.")),
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        description = "Any field of the POST but `user_payment_option_id`.",
        content_type = "application/json",
        example = json!({"current_count": 1, "valid_end_time_sec": 0}),
    ),
    responses(
        (status = 200, description = "The option now.", body = OptionView),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 422, description = "`unknown_field` or `unknown_value`; nothing was changed.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn patch_option(
    State(app): State<App>,
    Path(id): Path<String>,
    body: Body,
) -> Result<Json<OptionView>, ApiError> {
    let patch = body.object(FIELDS)?;
    let changed = app.engine.change_payment_option(id, patch).await??;
    Ok(Json(changed.into()))
}
