//! `GET /api/findings`: what can be said about a request.

use axum::Json;
use booking_api::FindingInfo;
use booking_api::finding::catalogue;
use serde::Serialize;
use utoipa::ToSchema;

/// The findings that a request can have.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FindingList {
    /// By topic: the body as a whole, names, values, what goes together, what the partner knows.
    #[schema(value_type = Vec<FindingInfo>)]
    findings: &'static [FindingInfo],
}

/// Every kind of finding: how bad it is, what it means, what to do, and where the protocol says so.
#[utoipa::path(
    get,
    path = "/api/findings",
    tag = "exchanges",
    responses((status = 200, description = "The findings.", body = FindingList))
)]
pub(super) async fn get_findings() -> Json<FindingList> {
    let findings = catalogue();
    Json(FindingList { findings })
}
