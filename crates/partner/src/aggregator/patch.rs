//! What a notification does to the aggregator's view of a booking. Pure: the view and the PATCH
//! in, the new view or the error out.

use booking_api::notification::patch::Patch;
use booking_api::notification::{MaskField, RpcCode, RpcError};
use booking_api::{
    Booking, BookingStatus, Cause, Finding, FindingCode, PaymentInformation, PrepaymentStatus, Slot,
};

use super::transition;

/// The booking after the PATCH.
///
/// # Errors
/// [`RpcError`] with FAILED_PRECONDITION for a move that the protocol does not know.
pub fn apply(before: &Booking, patch: &Patch) -> Result<Booking, RpcError> {
    let mut after = before.clone();
    if patch.fields.contains(&MaskField::Status) {
        let (from, to) = (before.status, patch.booking.status);
        if !transition::is_legal(from, to) {
            return Err(forbidden(format!(
                "The booking is {}: it cannot become {}.",
                from.name(),
                to.name()
            )));
        }
        after.status = to;
    }
    set_values(&mut after, patch)?;
    let moved = |booking: &Booking| {
        let slot = booking.slot.clone().unwrap_or_default();
        let party_size = slot.resources.map_or(0, |it| it.party_size);
        (slot.start_sec, slot.duration_sec, party_size)
    };
    if moved(before) != moved(&after) && after.status != BookingStatus::Confirmed {
        return Err(forbidden(format!(
            "The booking is {}: only a confirmed one can be moved.",
            after.status.name()
        )));
    }
    let paid = |booking: &Booking| {
        let payment = booking.payment_information.as_ref();
        match payment.map_or(PrepaymentStatus::NotProvided, |it| it.prepayment_status) {
            PrepaymentStatus::Unspecified => PrepaymentStatus::NotProvided,
            other => other,
        }
    };
    match (paid(before), paid(&after)) {
        (from, to) if from == to => {}
        (PrepaymentStatus::Provided, PrepaymentStatus::Refunded | PrepaymentStatus::Credited) => {}
        (from, to) => {
            return Err(forbidden(format!(
                "The payment is {}: it cannot become {}.",
                from.name(),
                to.name()
            )));
        }
    }
    Ok(after)
}

/// A booking of which the aggregator knows nothing but this PATCH.
///
/// # Errors
/// [`RpcError`] for values out of range.
pub fn found(booking_id: &str, patch: &Patch) -> Result<Booking, RpcError> {
    let mut booking = Booking {
        booking_id: booking_id.to_owned(),
        slot: Some(Slot {
            merchant_id: patch.booking.merchant_id.clone(),
            service_id: patch.booking.service_id.clone(),
            ..Slot::default()
        }),
        ..Booking::default()
    };
    if patch.fields.contains(&MaskField::Status) {
        booking.status = patch.booking.status;
    }
    set_values(&mut booking, patch)?;
    Ok(booking)
}

/// The cause that the PATCH tells, if it tells one.
#[must_use]
pub fn cause(patch: &Patch) -> Option<Cause> {
    patch.failure.as_ref().map(|failure| failure.cause)
}

/// What is odd about the PATCH, now that its booking is known.
#[must_use]
pub fn remarks(before: &Booking, patch: &Patch) -> Vec<Finding> {
    let slot = before.slot.clone().unwrap_or_default();
    [
        ("merchantId", &patch.booking.merchant_id, &slot.merchant_id),
        ("serviceId", &patch.booking.service_id, &slot.service_id),
    ]
    .into_iter()
    .filter(|(_, sent, own)| !sent.is_empty() && !own.is_empty() && sent != own)
    .map(|(name, sent, own)| {
        Finding::new(
            FindingCode::OtherId,
            format!("/{name}"),
            sent.as_str(),
            own.as_str(),
        )
    })
    .collect()
}

/// Sets what the mask names, but for the status.
fn set_values(booking: &mut Booking, patch: &Patch) -> Result<(), RpcError> {
    let new = &patch.booking;
    for field in &patch.fields {
        match field {
            MaskField::Status => {}
            MaskField::StartTime => {
                let start = new.start_time.map_or(0, |it| it.0.as_second());
                booking.slot.get_or_insert_default().start_sec = start;
            }
            MaskField::Duration => {
                let duration = new.duration.map_or(0, |it| it.seconds);
                booking.slot.get_or_insert_default().duration_sec = duration;
            }
            MaskField::PartySize => {
                let party_size = i32::try_from(new.party_size).map_err(|_| {
                    let message = format!("partySize {} is too large.", new.party_size);
                    RpcError::new(RpcCode::InvalidArgument, message)
                })?;
                let slot = booking.slot.get_or_insert_default();
                slot.resources.get_or_insert_default().party_size = party_size;
            }
            MaskField::PrepaymentStatus => {
                let payment: &mut PaymentInformation =
                    booking.payment_information.get_or_insert_default();
                payment.prepayment_status = new
                    .payment_information
                    .as_ref()
                    .map_or(PrepaymentStatus::Unspecified, |it| it.prepayment_status);
            }
        }
    }
    Ok(())
}

fn forbidden(message: String) -> RpcError {
    RpcError::new(RpcCode::FailedPrecondition, message)
}

#[cfg(test)]
mod tests;
