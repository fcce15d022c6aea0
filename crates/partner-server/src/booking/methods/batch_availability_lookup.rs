//! BatchAvailabilityLookup (section 2.2).

use booking_api::{BatchAvailabilityLookupRequest, BatchAvailabilityLookupResponse};
use partner::Engine;
use partner::booking::Reply;

use super::{Sent, read_then};
use crate::booking::openapi::ProtocolError;

/// Asks whether slots are bookable now: one answer per question, in order.
#[utoipa::path(
    post,
    path = "/v3/BatchAvailabilityLookup",
    tag = "Booking Server",
    request_body = BatchAvailabilityLookupRequest,
    responses(
        (status = 200, description = "The answer", body = BatchAvailabilityLookupResponse),
        (status = 400, description = "Malformed JSON, a wrong type, a missing field", body = ProtocolError),
        (status = 401, description = "Missing or wrong credentials", body = ProtocolError),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) async fn batch_availability_lookup(
    engine: &Engine,
    sent: Sent<'_>,
) -> Reply {
    read_then(
        sent,
        |call, request: Box<BatchAvailabilityLookupRequest>| {
            engine.batch_availability_lookup(call, request)
        },
    )
    .await
}
