//! CheckAvailability (section 2.3).

use booking_api::{CheckAvailabilityRequest, CheckAvailabilityResponse};
use partner::Engine;
use partner::booking::Reply;

use super::{Sent, read_then};
use crate::booking::openapi::ProtocolError;

/// Asks how many places a slot has left (legacy).
#[utoipa::path(
    post,
    path = "/v3/CheckAvailability",
    tag = "Booking Server",
    request_body = CheckAvailabilityRequest,
    responses(
        (status = 200, description = "The answer", body = CheckAvailabilityResponse),
        (status = 400, description = "Malformed JSON, a wrong type, a missing field", body = ProtocolError),
        (status = 401, description = "Missing or wrong credentials", body = ProtocolError),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) async fn check_availability(engine: &Engine, sent: Sent<'_>) -> Reply {
    read_then(sent, |call, request: Box<CheckAvailabilityRequest>| {
        engine.check_availability(call, request)
    })
    .await
}
