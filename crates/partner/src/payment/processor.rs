//! The payment processor: what it says of a request, and what it does. A model, not a network: pure
//! decisions from the behaviour, the request's own words and its dice.

use booking_api::{BookingFailure, Cause, CreditCardType, PaymentProcessedBy, Price};

use super::due::Due;
use super::ledger::EntryKind;
use crate::behaviour::{Authorisation, Payment};
use crate::booking::{Call, force};
use crate::chance::Purpose;

/// What the processor says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The payment goes through.
    Approved,
    /// It does not, for this reason; the card where its brand is the reason.
    Refused(Cause, Option<CreditCardType>),
}

/// What the processor says of a request: the one place that decides it. Who has `passed` the bank's
/// challenge is not sent to the bank once more.
#[must_use]
pub fn outcome(payment: &Payment, passed: bool) -> Outcome {
    let plain = |cause| Outcome::Refused(cause, None);
    match payment.authorisation {
        Authorisation::Approve => Outcome::Approved,
        Authorisation::Decline => plain(Cause::PaymentErrorCardDeclined),
        Authorisation::RejectCardType => {
            let card = payment.rejected_card_type.unwrap_or(CreditCardType::Visa);
            Outcome::Refused(Cause::PaymentErrorCardTypeRejected, Some(card))
        }
        Authorisation::Error => plain(Cause::PaymentError),
        Authorisation::Require3ds1 if passed => Outcome::Approved,
        Authorisation::Require3ds1 => plain(Cause::PaymentRequires3ds1),
        Authorisation::OptionNotValid => plain(Cause::PaymentOptionNotValid),
        Authorisation::CannotUseOption => plain(Cause::UserCannotUsePaymentOption),
    }
}

/// The business failure that a refusal leads to, in its legal form (section 3.11).
#[must_use]
pub fn failure(cause: Cause, card: Option<CreditCardType>, call: &Call) -> Option<BookingFailure> {
    let built = force::build(cause, card, call.chance, &call.booking_url)?;
    Some(built.with_description(words_of(cause)))
}

/// Why, for whoever debugs.
fn words_of(cause: Cause) -> &'static str {
    match cause {
        Cause::PaymentErrorCardDeclined => "the processor declined the card",
        Cause::PaymentErrorCardTypeRejected => "the merchant does not take this brand of card",
        Cause::PaymentRequires3ds1 => "the bank wants a challenge",
        Cause::PaymentOptionNotValid => "the payment option cannot be used",
        Cause::UserCannotUsePaymentOption => "the guest cannot use the payment option",
        _ => "the processor failed",
    }
}

/// What the processor did for a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// Its durable id of the card, in the place of the short-lived token.
    pub payment_method: String,
    /// What it took and held, in order.
    pub steps: Vec<(EntryKind, Price)>,
}

/// Takes and holds what is due. The token is exchanged for a durable id, since what is charged
/// later cannot be charged with a token that lives for minutes (section 4.1).
#[must_use]
pub fn settle(due: &Due, call: &Call) -> Settled {
    let payment_method = match due.by {
        PaymentProcessedBy::Google => String::new(),
        _ => call.chance.id(Purpose::PaymentMethod, "pm-"),
    };
    let mut steps = Vec::new();
    let later = due.charged_later(call.now_sec()).is_some();
    for (taken, later) in [(due.total(), later), (due.deposit_in_all(), false)] {
        let Some(taken) = taken else { continue };
        steps.push((EntryKind::Authorised, taken.clone()));
        if !later {
            steps.push((EntryKind::Captured, taken));
        }
    }
    if let Some(fee) = due.fee_in_all() {
        steps.push((EntryKind::Held, fee));
    }
    Settled {
        payment_method,
        steps,
    }
}
