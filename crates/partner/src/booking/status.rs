//! GetBookingStatus (section 2.7) and ListBookings (section 2.8).

use booking_api::{
    GetBookingStatusRequest, GetBookingStatusResponse, ListBookingsRequest, ListBookingsResponse,
    PrepaymentStatus,
};
use rusqlite::Connection;

use super::update::unknown_booking;
use super::{Answer, Call, Refusal, Reply, note_of};
use crate::decision::{Counterfactual, Layer};
use crate::scenario::Settings;
use crate::store::{StoreError, bookings};

/// Answers GetBookingStatus.
///
/// # Errors
/// [`StoreError`].
pub fn get(
    connection: &Connection,
    settings: &Settings,
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
        let status = settings.unknown_booking_status_when_read;
        let id = &request.booking_id;
        let refusal = unknown_booking(connection, id, status, &mut reply, "/booking_id")?;
        return Ok(reply.with(Err(refusal)));
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
    let unless = Counterfactual::request(
        "Would be refused for a booking that never was.",
        None,
        "/booking_id",
        "never-given-out",
    );
    reply
        .trail
        .decide_unless("booking", Layer::Domain, text, "2.7", unless);
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
    settings: &Settings,
    call: &Call,
    request: &ListBookingsRequest,
) -> Result<Reply, StoreError> {
    let found = bookings::upcoming(connection, &request.user_id, call.now_sec())?;
    let mut reply = Reply::about("", format!("user {}", request.user_id));
    let count = found.len();
    if settings.unknown_user_status == 404 && !bookings::knows_user(connection, &request.user_id)? {
        let text = format!("Nobody called \"{}\" ever booked.", request.user_id);
        let words = format!("{text} The sources disagree; settings.unknown_user_status is 404.");
        let unless = Counterfactual::network_toggle();
        reply
            .trail
            .decide_unless("user", Layer::Scenario, words, "1.4", unless);
        return Ok(reply.with(Err(Refusal::new(404, "unknown user", text))));
    }
    let text = format!(
        "The user has {count} upcoming bookings; past and ended ones are left out, pending ones \
         are not."
    );
    // By the start of the last one, nothing is upcoming.
    let starts = found.iter().filter_map(|booking| booking.slot.as_ref());
    let unless = match starts.map(|slot| slot.start_sec).max() {
        Some(last) => Counterfactual::wait(
            "Would be 0 bookings once the last of them has begun.",
            Some("0 bookings"),
            last - call.now_sec(),
        ),
        None => Counterfactual::network_toggle(),
    };
    reply
        .trail
        .decide_unless("bookings", Layer::Domain, text, "2.8", unless);
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
