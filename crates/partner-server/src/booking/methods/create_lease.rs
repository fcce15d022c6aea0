//! CreateLease (section 2.4).

use booking_api::{CreateLeaseRequest, CreateLeaseResponse};
use partner::Engine;
use partner::booking::Reply;

use super::{Sent, read_then};
use crate::booking::openapi::ProtocolError;

/// Holds a place for a short while (legacy, optional).
#[utoipa::path(
    post,
    path = "/v3/CreateLease",
    tag = "Booking Server",
    request_body = CreateLeaseRequest,
    responses(
        (status = 200, description = "Granted, or a business failure", body = CreateLeaseResponse),
        (status = 400, description = "Malformed JSON, a wrong type, a missing field", body = ProtocolError),
        (status = 401, description = "Missing or wrong credentials", body = ProtocolError),
        (status = 501, description = "Switched off by the scenario", body = ProtocolError),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) async fn create_lease(engine: &Engine, sent: Sent<'_>) -> Reply {
    read_then(sent, |call, request: Box<CreateLeaseRequest>| {
        engine.create_lease(call, request)
    })
    .await
}
