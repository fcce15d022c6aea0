//! GetBookingStatus (section 2.7).

use booking_api::{GetBookingStatusRequest, GetBookingStatusResponse};
use partner::Engine;
use partner::booking::Reply;

use super::{Sent, read_then};
use crate::booking::openapi::ProtocolError;

/// Tells the status of a booking (legacy).
#[utoipa::path(
    post,
    path = "/v3/GetBookingStatus",
    tag = "Booking Server",
    request_body = GetBookingStatusRequest,
    responses(
        (status = 200, description = "The answer", body = GetBookingStatusResponse),
        (status = 400, description = "Malformed JSON, a wrong type, a missing field", body = ProtocolError),
        (status = 401, description = "Missing or wrong credentials", body = ProtocolError),
        (status = 404, description = "There never was such a booking", body = ProtocolError),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) async fn get_booking_status(engine: &Engine, sent: Sent<'_>) -> Reply {
    read_then(sent, |call, request: Box<GetBookingStatusRequest>| {
        engine.get_booking_status(call, request)
    })
    .await
}
