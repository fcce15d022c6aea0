//! Amounts of money, and whether what is said about a payment fits what was sent.

use std::fmt::Display;

use super::{Checkup, currency};
use crate::enums::{PaymentProcessedBy, PaymentProcessor, PrepaymentStatus};
use crate::finding::FindingCode;
use crate::methods::CreateBookingRequest;
use crate::payment::{PaymentInformation, PaymentProcessingParameters, Price};

/// The payment of a new booking.
pub(super) fn payment(request: &CreateBookingRequest, checkup: &mut Checkup<'_>) {
    let parameters = request.payment_processing_parameters.as_ref();
    if let Some(parameters) = parameters {
        old_forms(parameters, checkup);
    }
    let token = parameters.is_some_and(|given| {
        !given.unparsed_payment_method_token.is_empty() || !given.payment_method_token.is_empty()
    });
    let none = PaymentInformation::default();
    let given = request.payment_information.as_ref();
    let information = given.unwrap_or(&none);
    if given.is_some() {
        amounts(information, "/payment_information", checkup);
    }
    who_processes(information, parameters, token, checkup);
    status(information, given.is_some(), token, checkup);
    option(information, checkup);

    let asynchronous = request
        .slot
        .as_ref()
        .is_some_and(|slot| slot.confirmation_mode.is_asynchronous());
    let paid = information.prepayment_status == PrepaymentStatus::Provided;
    if asynchronous && (token || paid) {
        let code = FindingCode::PaymentWithAsynchronous;
        let expected = "payments with synchronous bookings only";
        checkup.note(
            code,
            "/slot",
            "confirmation_mode",
            "asynchronous, with a payment",
            expected,
        );
    }
}

/// Every amount in payment information.
pub(super) fn amounts(
    information: &PaymentInformation,
    at: impl Display + Copy,
    checkup: &mut Checkup<'_>,
) {
    let plain = [
        (&information.price, "price"),
        (&information.tax_amount, "tax_amount"),
        (&information.fees, "fees"),
        (&information.fees_and_taxes, "fees_and_taxes"),
    ];
    for (price, name) in plain {
        if let Some(price) = price {
            amount(price, format_args!("{at}/{name}"), checkup);
        }
    }
    let deposit = information.deposit.as_ref();
    if let Some(price) = deposit.and_then(|deposit| deposit.deposit.as_ref()) {
        amount(price, format_args!("{at}/deposit/deposit"), checkup);
    }
    let fee = information.no_show_fee.as_ref();
    if let Some(price) = fee.and_then(|fee| fee.fee.as_ref()) {
        amount(price, format_args!("{at}/no_show_fee/fee"), checkup);
    }
}

fn amount(price: &Price, at: impl Display + Copy, checkup: &mut Checkup<'_>) {
    let micros = price.price_micros;
    let code = price.currency_code.as_str();
    if micros < 0 {
        let expected = "zero or more";
        let found = micros.to_string();
        checkup.note(
            FindingCode::NegativeAmount,
            at,
            "price_micros",
            found,
            expected,
        );
    } else if micros > 0 && micros < currency::smallest_coin(code) {
        let expected = format!(
            "micros, such as \"{}\" for {micros} whole units",
            micros * 1_000_000
        );
        let found = micros.to_string();
        checkup.note(
            FindingCode::AmountNotMicros,
            at,
            "price_micros",
            found,
            expected,
        );
    }
    if currency::is_known(code) || (code.is_empty() && micros == 0) {
        return;
    }
    let found = match code {
        "" => "nothing".to_owned(),
        code => code.chars().take(20).collect(),
    };
    let finding = checkup.note(
        FindingCode::CurrencyCode,
        at,
        "currency_code",
        found,
        "three capital letters of ISO 4217",
    );
    let upper = code.to_ascii_uppercase();
    if currency::is_known(&upper) {
        finding.hint = format!("Did you mean {upper}?");
    }
}

/// Fields that newer callers have replaced.
fn old_forms(parameters: &PaymentProcessingParameters, checkup: &mut Checkup<'_>) {
    const AT: &str = "/payment_processing_parameters";
    if parameters.processor != PaymentProcessor::Unspecified {
        let found = parameters.processor.name();
        checkup.note(
            FindingCode::DeprecatedField,
            AT,
            "processor",
            found,
            "payment_processor, with the processor's name",
        );
    }
    if !parameters.payment_method_token.is_empty() {
        checkup.note(
            FindingCode::DeprecatedField,
            AT,
            "payment_method_token",
            "a token",
            "unparsed_payment_method_token, with the whole token",
        );
    }
}

/// Whether the processing parameters and the processor belong together.
fn who_processes(
    information: &PaymentInformation,
    parameters: Option<&PaymentProcessingParameters>,
    token: bool,
    checkup: &mut Checkup<'_>,
) {
    let by = information.payment_processed_by;
    let empty = PaymentProcessingParameters::default();
    if by == PaymentProcessedBy::Partner {
        if !token && information.user_payment_option_id.is_empty() {
            checkup.note(
                FindingCode::PaymentTokenMissing,
                "/payment_processing_parameters",
                "unparsed_payment_method_token",
                "no token",
                "the payment method token",
            );
        }
    } else if parameters.is_some_and(|given| *given != empty) {
        let code = FindingCode::UnexpectedProcessingParameters;
        let expected = PaymentProcessedBy::Partner.name();
        checkup.note(
            code,
            "/payment_information",
            "payment_processed_by",
            by.name(),
            expected,
        );
    }
}

/// Whether the request says which payment option it means.
fn option(information: &PaymentInformation, checkup: &mut Checkup<'_>) {
    let (bought, used) = (
        &information.payment_option_id,
        &information.user_payment_option_id,
    );
    if !bought.is_empty() && !used.is_empty() {
        checkup.note(
            FindingCode::PaymentOptionTwice,
            "/payment_information",
            "payment_option_id",
            bought.clone(),
            "nothing beside user_payment_option_id",
        );
    }
}

/// Whether the status of the prepayment fits what was sent.
fn status(information: &PaymentInformation, given: bool, token: bool, checkup: &mut Checkup<'_>) {
    const AT: &str = "/payment_information";
    const NAME: &str = "prepayment_status";
    let status = information.prepayment_status;
    let not_provided = PrepaymentStatus::NotProvided.name();
    match status {
        PrepaymentStatus::NotProvided => {}
        PrepaymentStatus::Unspecified => {
            if given {
                let code = FindingCode::PrepaymentStatusMissing;
                checkup.note(code, AT, NAME, "nothing", not_provided);
            }
        }
        PrepaymentStatus::Refunded | PrepaymentStatus::Credited => {
            let code = FindingCode::PrepaymentStatusFinal;
            checkup.note(code, AT, NAME, status.name(), not_provided);
        }
        PrepaymentStatus::Provided if token => {
            let code = FindingCode::PrepaymentStatusEarly;
            checkup.note(code, AT, NAME, status.name(), not_provided);
        }
        PrepaymentStatus::Provided => {
            // Without a token, somebody else must have taken the money, or an option was used; a
            // partner that lacks its token has been told so.
            let by_somebody = information.payment_processed_by != PaymentProcessedBy::Unspecified;
            let by_option = !information.user_payment_option_id.is_empty()
                || !information.payment_option_id.is_empty();
            if !by_somebody && !by_option {
                let code = FindingCode::PrepaymentWithoutMeans;
                checkup.note(code, AT, NAME, status.name(), not_provided);
            }
        }
    }
}
