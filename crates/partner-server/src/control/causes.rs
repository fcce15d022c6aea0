//! `GET /api/causes`: what a failure can be.

use axum::Json;
use booking_api::{CauseInfo, causes};
use serde::Serialize;
use utoipa::ToSchema;

/// The causes that a partner can answer with.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CauseList {
    /// In the order of their numbers.
    #[schema(value_type = Vec<CauseInfo>)]
    causes: &'static [CauseInfo],
}

/// Every cause of a business failure (protocol section 3.11): meaning, methods, companion field.
#[utoipa::path(
    get,
    path = "/api/causes",
    tag = "behaviour",
    responses((status = 200, description = "The causes.", body = CauseList))
)]
pub(super) async fn get_causes() -> Json<CauseList> {
    Json(CauseList { causes: causes() })
}
