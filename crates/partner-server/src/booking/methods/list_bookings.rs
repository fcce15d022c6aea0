//! ListBookings (section 2.8).

use booking_api::{ListBookingsRequest, ListBookingsResponse};
use partner::Engine;
use partner::booking::Reply;

use super::{Sent, read_then};
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
pub(in crate::booking) async fn list_bookings(engine: &Engine, sent: Sent<'_>) -> Reply {
    read_then(sent, |call, request: Box<ListBookingsRequest>| {
        engine.list_bookings(call, request)
    })
    .await
}
