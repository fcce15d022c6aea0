//! `/api/merchants` and `/api/services`: who offers what, and on which terms.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::Uri;
use partner::inventory::lists::{MerchantRow, ServiceRow};
use serde::Serialize;
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::given::{Body, Given};
use super::page::{self, Page};
use crate::app::App;

/// A page of merchants.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MerchantList {
    /// In the order of their ids.
    merchants: Vec<MerchantRow>,
    /// Give this as `after` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// A page of services.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ServiceList {
    /// In the order of their merchants' ids and their own.
    services: Vec<ServiceRow>,
    /// Give this as `after` for the next page; null on the last one.
    #[schema(required)]
    next: Option<String>,
}

/// Merchants, in the order of their ids.
#[utoipa::path(
    get,
    path = "/api/merchants",
    tag = "inventory",
    params(
        ("q" = Option<String>, Query, description = "Only those whose id, name or category holds this."),
        ("after" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of merchants.", body = MerchantList),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_merchants(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<MerchantList>, ApiError> {
    let given = Given::read(&uri, &["q", "after", "limit"])?;
    let words = given.text("q").unwrap_or_default().to_owned();
    let after = given.text("after").unwrap_or_default().to_owned();
    let page = Page::read(&given, 1_000)?;
    let engine = &app.engine;
    let mut merchants = engine.merchants(words, after, page.wanted()).await?;
    let next = page.cut(&mut merchants, |row| row.merchant_id.clone());
    Ok(Json(MerchantList { merchants, next }))
}

/// Changes a merchant.
///
/// The body is a JSON merge patch (RFC 7396): fields that are left out stay.
#[utoipa::path(
    patch,
    path = "/api/merchants/{merchant_id}",
    tag = "inventory",
    params(("merchant_id" = String, Path, description = "The partner's id.")),
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        description = "Any of `name`, `category`, `telephone`, `url`, `tax_rate`.",
        content_type = "application/json",
        example = json!({"name": "Harbor Kitchen", "tax_rate": {"micro_percent": 7_250_000}}),
    ),
    responses(
        (status = 200, description = "The merchant now.", body = MerchantRow),
        (status = 404, description = "`not_found`, with the nearest id.", body = ErrorBody),
        (status = 422, description = "`unknown_field` or `unknown_value`; nothing was changed.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn patch_merchant(
    State(app): State<App>,
    Path(merchant_id): Path<String>,
    body: Body,
) -> Result<Json<MerchantRow>, ApiError> {
    let patched = app.engine.patch_merchant(merchant_id, body.fields()?);
    Ok(Json(patched.await??))
}

/// Services of one merchant or all.
#[utoipa::path(
    get,
    path = "/api/services",
    tag = "inventory",
    params(
        ("merchant_id" = Option<String>, Query, description = "Only this merchant's."),
        ("after" = Option<String>, Query, description = "The `next` of the page before."),
        ("limit" = Option<u64>, Query, minimum = 1, maximum = 1000, description = "Page size; 100 where left out."),
    ),
    responses(
        (status = 200, description = "A page of services.", body = ServiceList),
        (status = 422, description = "`unknown_field` or `unknown_value`, with the nearest right name.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn list_services(
    State(app): State<App>,
    uri: Uri,
) -> Result<Json<ServiceList>, ApiError> {
    let given = Given::read(&uri, &["merchant_id", "after", "limit"])?;
    let merchant_id = given.text("merchant_id").map(str::to_owned);
    let after = match given.text("after") {
        None => (String::new(), String::new()),
        // Ids may hold any character, so the cursor is a pair in JSON.
        Some(cursor) => serde_json::from_str(cursor).map_err(|_| page::unknown("after", cursor))?,
    };
    let page = Page::read(&given, 1_000)?;
    let engine = &app.engine;
    let mut services = engine.services(merchant_id, after, page.wanted()).await?;
    let next = page.cut(&mut services, |row| {
        serde_json::json!([row.merchant_id, row.service_id]).to_string()
    });
    Ok(Json(ServiceList { services, next }))
}

/// Changes a service: its name, prices, scheduling rules and payment terms.
///
/// The body is a JSON merge patch (RFC 7396): fields that are left out stay, and null takes a
/// price, fee or deposit away. Slots that say nothing for themselves have the new terms at once.
#[utoipa::path(
    patch,
    path = "/api/services/{merchant_id}/{service_id}",
    tag = "inventory",
    params(
        ("merchant_id" = String, Path, description = "The merchant, by the partner's id."),
        ("service_id" = String, Path, description = "The partner's id."),
    ),
    request_body(
        content = BTreeMap<String, serde_json::Value>,
        description = "Any of `name`, `price`, `prepayment_type`, `min_advance_booking_sec`, \
            `min_advance_online_canceling_sec`, `no_show_fee`, `deposit`, `require_credit_card`, `tax_rate`.",
        content_type = "application/json",
        example = json!({"min_advance_online_canceling_sec": 86_400, "no_show_fee": null}),
    ),
    responses(
        (status = 200, description = "The service now.", body = ServiceRow),
        (status = 404, description = "`not_found`, with the nearest id.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value` or `illegal_combination`; nothing was changed.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn patch_service(
    State(app): State<App>,
    Path((merchant_id, service_id)): Path<(String, String)>,
    body: Body,
) -> Result<Json<ServiceRow>, ApiError> {
    let patched = app
        .engine
        .patch_service(merchant_id, service_id, body.fields()?);
    Ok(Json(patched.await??))
}
