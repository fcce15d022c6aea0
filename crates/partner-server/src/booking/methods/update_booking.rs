//! UpdateBooking (section 2.6).

use booking_api::{UpdateBookingRequest, UpdateBookingResponse};
use partner::Engine;
use partner::booking::Reply;

use super::{Sent, read_then};
use crate::booking::openapi::ProtocolError;

/// Cancels a booking, or moves it to another time or party size.
#[utoipa::path(
    post,
    path = "/v3/UpdateBooking",
    tag = "Booking Server",
    request_body = UpdateBookingRequest,
    responses(
        (status = 200, description = "Granted, or a business failure", body = UpdateBookingResponse),
        (status = 400, description = "Malformed JSON, a wrong type, a missing field", body = ProtocolError),
        (status = 401, description = "Missing or wrong credentials", body = ProtocolError),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) async fn update_booking(engine: &Engine, sent: Sent<'_>) -> Reply {
    read_then(sent, |call, request: Box<UpdateBookingRequest>| {
        engine.update_booking(call, request)
    })
    .await
}
