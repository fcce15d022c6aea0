//! CreateBooking (section 2.5).

use booking_api::{CreateBookingRequest, CreateBookingResponse};
use partner::Engine;
use partner::booking::Reply;

use super::{Sent, read_then};
use crate::booking::openapi::ProtocolError;

/// Books a slot. A business failure is a 200 with only `booking_failure`.
#[utoipa::path(
    post,
    path = "/v3/CreateBooking",
    tag = "Booking Server",
    request_body = CreateBookingRequest,
    responses(
        (status = 200, description = "Granted, or a business failure", body = CreateBookingResponse),
        (status = 400, description = "Malformed JSON, a wrong type, a missing field", body = ProtocolError),
        (status = 401, description = "Missing or wrong credentials", body = ProtocolError),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) async fn create_booking(engine: &Engine, sent: Sent<'_>) -> Reply {
    read_then(sent, |call, request: Box<CreateBookingRequest>| {
        engine.create_booking(call, request)
    })
    .await
}
