//! Which request tells the aggregator of which change: the table of section 6.6 in code, and the
//! updates of section 7. Pure: what is stored and the scenario's switches in, a request out.

use booking_api::moment::{Lasting, Moment};
use booking_api::notification::failure::{self, FailureSpelling};
use booking_api::notification::{MaskField, NotifiedBooking, NotifiedPayment, PatchRequest};
use booking_api::{Booking, BookingStatus, PrepaymentStatus};

use super::What;
use crate::scenario::{NotificationSettings, RefundMask};

/// The PATCH for a change. `now` is the booking as it is at the moment of sending: a move that was
/// overtaken by another one tells the newest time, never an older one.
#[must_use]
pub fn patch(
    what: &What,
    now: &Booking,
    partner_id: &str,
    settings: &NotificationSettings,
) -> PatchRequest {
    let slot = now.slot.clone().unwrap_or_default();
    let mut body = NotifiedBooking::default();
    if settings.send_ids {
        body.merchant_id = slot.merchant_id;
        body.service_id = slot.service_id;
    }
    let mut fields = Vec::new();
    if let Some(status) = status_of(what) {
        body.status = status;
        fields.push(MaskField::Status);
    }
    match what {
        What::Canceled { refunded: true } => {
            body.payment_information = Some(payment(PrepaymentStatus::Refunded));
            if settings.refund_mask == RefundMask::StatusAndPayment {
                fields.push(MaskField::PrepaymentStatus);
            }
        }
        What::Refunded => {
            body.payment_information = Some(payment(PrepaymentStatus::Refunded));
            fields.push(MaskField::PrepaymentStatus);
        }
        // No page shows this one: it is spelt as the refund is.
        What::CanceledAndCredited | What::Credited => {
            body.payment_information = Some(payment(PrepaymentStatus::Credited));
            fields.push(MaskField::PrepaymentStatus);
        }
        What::Moved { time, party_size } => {
            if *time || !*party_size {
                body.start_time = Moment::of_second(slot.start_sec);
                body.duration = Some(Lasting::of_seconds(slot.duration_sec));
                fields.extend([MaskField::StartTime, MaskField::Duration]);
            }
            if *party_size {
                body.party_size = i64::from(slot.resources.map_or(0, |it| it.party_size));
                fields.push(MaskField::PartySize);
            }
        }
        _ => {}
    }
    let mut request = PatchRequest::new(partner_id, body, &now.booking_id, &fields);
    if let What::Failed(failure) = what {
        let spelling = if settings.quoted_snake_case_failure {
            FailureSpelling::SnakeCaseQuoted
        } else {
            FailureSpelling::CamelCase
        };
        request.query.extend(failure::query(failure, spelling));
    }
    request
}

/// The status that the change sets, if it sets one.
#[must_use]
pub fn status_of(what: &What) -> Option<BookingStatus> {
    match what {
        What::Confirmed => Some(BookingStatus::Confirmed),
        What::Declined => Some(BookingStatus::DeclinedByMerchant),
        What::Failed(_) => Some(BookingStatus::Failed),
        What::Canceled { .. } | What::CanceledAndCredited => Some(BookingStatus::Canceled),
        What::NoShow => Some(BookingStatus::NoShow),
        What::NoShowPenalized => Some(BookingStatus::NoShowPenalized),
        What::Moved { .. } | What::Refunded | What::Credited => None,
    }
}

fn payment(prepayment_status: PrepaymentStatus) -> NotifiedPayment {
    NotifiedPayment {
        prepayment_status,
        ..NotifiedPayment::default()
    }
}

#[cfg(test)]
mod tests;
