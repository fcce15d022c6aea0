//! ListBookings (section 2.8).

use booking_api::{ListBookingsRequest, ListBookingsResponse};
use bytes::Bytes;
use partner::Engine;
use partner::booking::{Call, Reply};

use super::read_then;
use crate::booking::openapi::ProtocolError;

/// Lists the upcoming bookings of a user (legacy).
#[utoipa::path(
    post,
    path = "/v3/ListBookings",
    tag = "Booking Server",
    request_body = ListBookingsRequest,
    responses(
        (status = 200, description = "The answer", body = ListBookingsResponse),
        (status = 400, description = "Malformed JSON, a wrong type, a missing field", body = ProtocolError),
        (status = 401, description = "Missing or wrong credentials", body = ProtocolError),
    ),
    security(("basic" = []))
)]
pub(in crate::booking) async fn list_bookings(engine: &Engine, call: Call, body: &Bytes) -> Reply {
    read_then(body, |request: ListBookingsRequest| {
        engine.list_bookings(call, request)
    })
    .await
}
