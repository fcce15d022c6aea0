//! GetBookingStatus (section 2.7) and ListBookings (section 2.8).

use booking_api::{
    GetBookingStatusRequest, GetBookingStatusResponse, ListBookingsRequest, ListBookingsResponse,
    PrepaymentStatus,
};
use rusqlite::Connection;

use super::{Answer, Call, Refusal, Reply, note_of};
use crate::decision::Layer;
use crate::store::{StoreError, bookings};

/// Answers GetBookingStatus.
///
/// # Errors
/// [`StoreError`].
pub fn get(
    connection: &Connection,
    request: &GetBookingStatusRequest,
) -> Result<Reply, StoreError> {
    let row = bookings::get(connection, &request.booking_id)?;
    let booking = row.map(|row| row.booking);
    let slot = booking.as_ref().and_then(|booking| booking.slot.as_ref());
    let user = booking
        .as_ref()
        .and_then(|booking| booking.user_information.as_ref());
    let merchant = slot.map_or("", |slot| slot.merchant_id.as_str());
    let mut reply = Reply::about(merchant, note_of(slot, user));
    reply.booking_id = Some(request.booking_id.clone());
    let Some(booking) = booking else {
        let text = format!("There never was a booking \"{}\".", request.booking_id);
        reply
            .trail
            .decide("booking", Layer::Domain, text.clone(), "1.4");
        return Ok(reply.with(Err(Refusal::new(404, "unknown booking", text))));
    };
    let paid = booking
        .payment_information
        .as_ref()
        .map_or(PrepaymentStatus::Unspecified, |info| info.prepayment_status);
    let paid = match paid {
        PrepaymentStatus::Unspecified => PrepaymentStatus::NotProvided,
        known => known,
    };
    let text = format!("The booking is {}.", booking.status.name());
    reply.trail.decide("booking", Layer::Domain, text, "2.7");
    let message = GetBookingStatusResponse {
        booking_id: booking.booking_id,
        booking_status: booking.status,
        prepayment_status: paid,
    };
    Ok(reply.with(Ok(Answer::granted(&message, booking.status.name()))))
}

/// Answers ListBookings: upcoming bookings only; a user that nobody knows has none.
///
/// # Errors
/// [`StoreError`].
pub fn list(
    connection: &Connection,
    call: &Call,
    request: &ListBookingsRequest,
) -> Result<Reply, StoreError> {
    let found = bookings::upcoming(connection, &request.user_id, call.now_sec())?;
    let mut reply = Reply::about("", format!("user {}", request.user_id));
    let count = found.len();
    let text = format!("The user has {count} upcoming bookings; past and ended ones are left out.");
    reply.trail.decide("bookings", Layer::Domain, text, "2.8");
    let label = if count == 1 {
        "1 booking".to_owned()
    } else {
        format!("{count} bookings")
    };
    Ok(reply.with(Ok(Answer::granted(
        &ListBookingsResponse { bookings: found },
        label,
    ))))
}
