//! What `booking.payment_information` says in an answer (section 4.3).
//!
//! The inventory has no payment terms yet: unless a toggle forces a mode, the request's own
//! information is given back. Money is in micros throughout; no floating point touches it.

use booking_api::{
    ConfirmationMode, CreateBookingRequest, Deposit, Finding, FindingCode, NoShowFee,
    PaymentInformation, PrepaymentStatus, PriceType,
};

use super::Call;
use crate::behaviour::PaymentMode;
use crate::chance::Purpose;
use crate::decision::{Layer, Trail};
use crate::scenario::Settings;

/// Whether money is to be taken: the request brings something to pay with, or a mode that takes
/// money is forced.
#[must_use]
pub fn is_asked_for(call: &Call, request: &CreateBookingRequest) -> bool {
    use PaymentMode::{Deposit, NoShowFee, Prepayment};
    let mode = call.snapshot.behaviour.payment.mode;
    request.payment_processing_parameters.is_some()
        || matches!(mode, Prepayment | NoShowFee | Deposit)
}

/// The answer's payment information.
#[must_use]
pub fn information(
    request: &CreateBookingRequest,
    call: &Call,
    settings: &Settings,
    mode: ConfirmationMode,
    trail: &mut Trail,
    findings: &mut Vec<Finding>,
) -> PaymentInformation {
    let asked = request.payment_information.clone().unwrap_or_default();
    let payment = &call.snapshot.behaviour.payment;
    let layer = call.snapshot.layer_of("payment");
    // What only the request speaks of is not given back: it is secret, or has done its work.
    let mut answer = PaymentInformation {
        fraud_signals: String::new(),
        pa_response: String::new(),
        md_merchant_data: String::new(),
        ..asked
    };
    let (name, pays) = match payment.mode {
        PaymentMode::Inventory => {
            if answer.prepayment_status == PrepaymentStatus::Unspecified {
                answer.prepayment_status = PrepaymentStatus::NotProvided;
            }
            let text = "The service asks for no payment: the request's information is given back.";
            trail.note("payment", Layer::Inventory, text, "4.3");
            return answer;
        }
        PaymentMode::None => ("pay on arrival", false),
        PaymentMode::CardRequired => ("card required", false),
        PaymentMode::Prepayment => ("full prepayment", true),
        PaymentMode::NoShowFee => ("no-show fee", true),
        PaymentMode::Deposit => ("deposit", true),
    };
    let forced = format!("The payment mode is set to {name}, so the answer speaks of that.");
    trail.note("payment", layer, forced, "4.3");
    if !pays {
        answer.prepayment_status = PrepaymentStatus::NotProvided;
        return answer;
    }
    if mode == ConfirmationMode::Asynchronous {
        let hint = if settings.allow_async_payment {
            "The protocol knows no payment for asynchronous bookings; the scenario allows it."
        } else {
            "The protocol knows no payment for asynchronous bookings: nothing is taken."
        };
        findings.push(
            Finding::new(
                FindingCode::PaymentWithAsynchronous,
                "/slot/confirmation_mode",
                "an asynchronous booking with a payment",
                "payments with synchronous bookings only",
            )
            .with_hint(hint),
        );
        if !settings.allow_async_payment {
            let text = "An asynchronous booking takes no payment, so none is taken. \
                        settings.allow_async_payment of a scenario allows it.";
            trail.note("payment", Layer::Domain, text, "10.24");
            answer.prepayment_status = PrepaymentStatus::NotProvided;
            return answer;
        }
    }
    let settings = &settings.payment;
    if request
        .payment_processing_parameters
        .as_ref()
        .is_none_or(|given| {
            given.unparsed_payment_method_token.is_empty() && given.payment_method_token.is_empty()
        })
    {
        findings.push(
            Finding::new(
                FindingCode::PaymentTokenMissing,
                "/payment_processing_parameters/unparsed_payment_method_token",
                "no token",
                "the payment method token",
            )
            .with_hint("A partner could not take the money of this payment mode without it."),
        );
    }
    answer.prepayment_status = PrepaymentStatus::Provided;
    answer.payment_processed_by = payment.processed_by;
    if answer.payment_transaction_id.is_empty() {
        answer.payment_transaction_id = call.chance.id(Purpose::TransactionId, "tx-");
    }
    answer.price = answer.price.or_else(|| Some(settings.price.clone()));
    match payment.mode {
        PaymentMode::NoShowFee => {
            answer.no_show_fee = Some(NoShowFee {
                fee: Some(settings.no_show_fee.clone()),
                fee_type: PriceType::FixedRateDefault,
            });
        }
        PaymentMode::Deposit => {
            answer.deposit = Some(Deposit {
                deposit: Some(settings.deposit.clone()),
                min_advance_cancellation_sec: settings.deposit_min_advance_cancellation_sec,
                deposit_type: PriceType::FixedRateDefault,
            });
        }
        _ => {}
    }
    answer
}

#[cfg(test)]
mod tests;
