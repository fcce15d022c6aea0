//! Each payment mode with each of the two who may handle the money.

use std::sync::Arc;

use booking_api::{PaymentProcessedBy, PaymentProcessingParameters, Price, Slot};
use serde_json::json;

use super::*;
use crate::behaviour::Behaviour;
use crate::behaviour::control::Control;
use crate::chance::Chance;
use crate::clock::{Clock, from_micros};

fn call(mode: &str, processed_by: &str) -> Call {
    let control = Control::new(Behaviour::default(), Clock::manual(from_micros(0)));
    let change = json!({"payment":{"mode":mode,"processed_by":processed_by}});
    control.patch(&change, None).unwrap();
    Call {
        number: 1,
        now: from_micros(0),
        snapshot: control.current(),
        chance: Chance::new(1, 1),
        booking_url: Arc::from("http://127.0.0.1:8790"),
    }
}

fn request(token: &str) -> CreateBookingRequest {
    CreateBookingRequest {
        slot: Some(Slot::default()),
        payment_information: Some(PaymentInformation {
            prepayment_status: PrepaymentStatus::NotProvided,
            fraud_signals: "secret".to_owned(),
            pa_response: "secret".to_owned(),
            md_merchant_data: "secret".to_owned(),
            ..PaymentInformation::default()
        }),
        payment_processing_parameters: Some(PaymentProcessingParameters {
            unparsed_payment_method_token: token.to_owned(),
            ..PaymentProcessingParameters::default()
        }),
        ..CreateBookingRequest::default()
    }
}

fn answered(
    request: &CreateBookingRequest,
    mode: &str,
    processed_by: &str,
) -> (PaymentInformation, Vec<String>) {
    let mut findings = Vec::new();
    let mut trail = Trail::default();
    let information = information(
        request,
        &call(mode, processed_by),
        &Settings::default(),
        ConfirmationMode::Synchronous,
        &mut trail,
        &mut findings,
    );
    let codes = findings.iter().map(|it| it.code.to_string()).collect();
    (information, codes)
}

#[test]
fn paying_modes_speak_of_what_was_paid_and_by_whom() {
    let settings = crate::scenario::PaymentSettings::default();
    for (name, processed_by) in [
        ("PROCESSED_BY_PARTNER", PaymentProcessedBy::Partner),
        ("PROCESSED_BY_GOOGLE", PaymentProcessedBy::Google),
    ] {
        for mode in ["prepayment", "no_show_fee", "deposit"] {
            let (answer, findings) = answered(&request("tok"), mode, name);
            assert_eq!(
                answer.prepayment_status,
                PrepaymentStatus::Provided,
                "{mode}"
            );
            assert_eq!(answer.payment_processed_by, processed_by, "{mode}");
            assert!(answer.payment_transaction_id.starts_with("tx-"), "{mode}");
            assert_eq!(answer.price.as_ref(), Some(&settings.price), "{mode}");
            assert_eq!(answer.no_show_fee.is_some(), mode == "no_show_fee");
            assert_eq!(answer.deposit.is_some(), mode == "deposit");
            assert!(findings.is_empty(), "{mode}: {findings:?}");
        }
    }
    let (answer, _) = answered(&request("tok"), "no_show_fee", "PROCESSED_BY_PARTNER");
    let fee = answer.no_show_fee.unwrap();
    assert_eq!(fee.fee, Some(settings.no_show_fee));
    assert_eq!(fee.fee_type, PriceType::FixedRateDefault);
    let (answer, _) = answered(&request("tok"), "deposit", "PROCESSED_BY_PARTNER");
    let deposit = answer.deposit.unwrap();
    assert_eq!(deposit.deposit, Some(settings.deposit));
    assert_eq!(deposit.min_advance_cancellation_sec, 14_400);
}

#[test]
fn modes_without_payment_speak_of_none() {
    for mode in ["none", "card_required"] {
        let (answer, findings) = answered(&request(""), mode, "PROCESSED_BY_PARTNER");
        assert_eq!(
            answer,
            PaymentInformation {
                prepayment_status: PrepaymentStatus::NotProvided,
                ..PaymentInformation::default()
            },
            "{mode}"
        );
        assert!(findings.is_empty(), "{mode}");
    }
}

#[test]
fn the_inventory_mode_gives_back_what_was_sent_but_no_secret() {
    let (answer, _) = answered(&request("tok"), "inventory", "PROCESSED_BY_PARTNER");
    assert_eq!(
        answer,
        PaymentInformation {
            prepayment_status: PrepaymentStatus::NotProvided,
            ..PaymentInformation::default()
        }
    );
    let bare = CreateBookingRequest::default();
    let (answer, _) = answered(&bare, "inventory", "PROCESSED_BY_PARTNER");
    assert_eq!(answer.prepayment_status, PrepaymentStatus::NotProvided);
}

#[test]
fn the_price_that_the_guest_saw_comes_back_exactly() {
    let price = Price {
        price_micros: 12_345_678_901,
        currency_code: "JPY".to_owned(),
        pricing_option_tag: "early".to_owned(),
    };
    let mut request = request("tok");
    let information = request.payment_information.as_mut().unwrap();
    information.price = Some(price.clone());
    information.payment_transaction_id = "theirs".to_owned();
    let (answer, _) = answered(&request, "prepayment", "PROCESSED_BY_PARTNER");
    assert_eq!(answer.price, Some(price));
    assert_eq!(answer.payment_transaction_id, "theirs");
}

#[test]
fn a_missing_token_and_an_asynchronous_payment_are_found() {
    let (_, findings) = answered(&request(""), "prepayment", "PROCESSED_BY_PARTNER");
    assert_eq!(findings, ["payment_token_missing"]);
    let asynchronous = |allow_async_payment| {
        let mut findings = Vec::new();
        let settings = Settings {
            allow_async_payment,
            ..Settings::default()
        };
        let information = information(
            &request("tok"),
            &call("deposit", "PROCESSED_BY_PARTNER"),
            &settings,
            ConfirmationMode::Asynchronous,
            &mut Trail::default(),
            &mut findings,
        );
        assert_eq!(findings[0].code, "payment_with_asynchronous");
        information
    };
    // Nothing is taken, unless the scenario wants it so.
    let refused = asynchronous(false);
    assert_eq!(refused.prepayment_status, PrepaymentStatus::NotProvided);
    assert_eq!(
        (refused.deposit, &*refused.payment_transaction_id),
        (None, "")
    );
    let allowed = asynchronous(true);
    assert_eq!(allowed.prepayment_status, PrepaymentStatus::Provided);
    assert!(allowed.deposit.is_some());
}
