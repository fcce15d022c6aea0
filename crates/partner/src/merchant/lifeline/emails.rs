//! The five e-mails of section 5.3, as a guest might read them. The aggregator's own words are not
//! published; these are ours, and a preview only.

use booking_api::{Booking, Slot, UserInformation};
use jiff::Timestamp;

use super::Email;
use crate::booking::guest_name;
use crate::merchant::moves::EmailKind;

/// The e-mail of this kind about a booking of this slot.
pub(super) fn preview(kind: EmailKind, at: Timestamp, slot: Slot, booking: &Booking) -> Email {
    let none = UserInformation::default();
    let user = booking.user_information.as_ref().unwrap_or(&none);
    let name = match guest_name(user) {
        name if name.is_empty() => "guest".to_owned(),
        name => name,
    };
    let (what, news) = words(kind, &slot);
    let begins = Timestamp::from_second(slot.start_sec).map_or_else(
        |_| slot.start_sec.to_string(),
        |at| at.strftime("%A, %-d %B %Y, %H:%M UTC").to_string(),
    );
    let party = slot
        .resources
        .map(|resources| resources.party_size)
        .filter(|size| *size > 0)
        .map_or_else(String::new, |size| format!("Guests: {size}\n"));
    let text = format!(
        "Hello {name},\n\n{news}\n\nMerchant: {}\nService: {}\nWhen: {begins}, {} minutes\n{party}\
         Booking: {}\n",
        slot.merchant_id,
        slot.service_id,
        slot.duration_sec / 60,
        booking.booking_id,
    );
    Email {
        at,
        kind,
        to: user.email.clone(),
        subject: format!("{what}: {} at {}", slot.service_id, slot.merchant_id),
        text,
    }
}

fn words(kind: EmailKind, slot: &Slot) -> (&'static str, String) {
    let merchant = &slot.merchant_id;
    match kind {
        EmailKind::Pending => (
            "Booking requested",
            format!("Your request was sent. {merchant} will accept or decline it."),
        ),
        EmailKind::Confirmed => ("Booking confirmed", "Your booking is confirmed.".to_owned()),
        EmailKind::Declined => (
            "Booking declined",
            format!("{merchant} could not accept your booking."),
        ),
        EmailKind::Failed => (
            "Booking failed",
            "Your booking could not be made. Please book another time.".to_owned(),
        ),
        EmailKind::Cancelled => ("Booking cancelled", "Your booking is cancelled.".to_owned()),
    }
}
