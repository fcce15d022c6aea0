//! What an answer says of a payment; each mode with each outcome is walked through over HTTP.

use std::sync::Arc;

use booking_api::{PaymentProcessingParameters, Slot};
use serde_json::Value;

use super::*;
use crate::behaviour::Behaviour;
use crate::behaviour::control::Control;
use crate::chance::Chance;
use crate::clock::{Clock, from_micros};

fn call(payment: &Value) -> Call {
    let control = Control::new(Behaviour::default(), Clock::manual(from_micros(0)));
    control.patch(&json!({ "payment": payment }), None).unwrap();
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

type Answered = Result<(PaymentInformation, Vec<Entry>), Refused>;

fn answered_in(
    mode: ConfirmationMode,
    settings: &Settings,
    request: &CreateBookingRequest,
    payment: &Value,
) -> (Answered, Vec<String>) {
    let call = call(payment);
    let asked = Asked {
        request,
        terms: None,
        mode,
        settings,
        call: &call,
    };
    let (mut trail, mut findings) = (Trail::default(), Vec::new());
    let answer = match Plan::of(asked, None) {
        None => Ok((given_back(request), Vec::new())),
        Some(plan) => plan
            .check(asked, None, &mut trail, &mut findings, "CONFIRMED")
            .map(|()| plan.settle(asked, &mut trail))
            .map(|it| (it.information, it.entries)),
    };
    let codes = findings.iter().map(|it| it.code.to_string()).collect();
    (answer, codes)
}

fn answered(request: &CreateBookingRequest, payment: &Value) -> (Answered, Vec<String>) {
    let mode = ConfirmationMode::Synchronous;
    answered_in(mode, &Settings::default(), request, payment)
}

#[test]
fn modes_without_payment_speak_of_none() {
    for mode in ["none", "card_required", "inventory"] {
        let (answer, findings) = answered(&request("tok"), &json!({ "mode": mode }));
        let (information, entries) = answer.unwrap();
        let expected = PaymentInformation {
            prepayment_status: PrepaymentStatus::NotProvided,
            ..PaymentInformation::default()
        };
        assert_eq!(information, expected, "{mode}");
        assert!(entries.is_empty() && findings.is_empty(), "{mode}");
    }
    let (answer, findings) = answered(&request(""), &json!({"mode": "card_required"}));
    assert!(answer.is_ok());
    assert_eq!(findings, ["payment_token_missing"], "the card is the point");
}

#[test]
fn a_request_that_nobody_pays_for_needs_no_plan() {
    for payment in [json!({}), json!({"authorisation": "decline"})] {
        let call = call(&payment);
        let bare = CreateBookingRequest::default();
        for request in [&request(""), &bare] {
            let asked = Asked {
                request,
                terms: None,
                mode: ConfirmationMode::Synchronous,
                settings: &Settings::default(),
                call: &call,
            };
            assert!(Plan::of(asked, None).is_none());
        }
    }
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
    let (answer, _) = answered(&request, &json!({"mode": "prepayment"}));
    let (information, entries) = answer.unwrap();
    assert_eq!(information.price, Some(price));
    assert_eq!(information.payment_transaction_id, "theirs");
    assert_eq!(entries[1].amount.price_micros, 12_345_678_901);
}

#[test]
fn a_token_is_looked_at_where_nothing_is_due() {
    let decline = json!({"authorisation": "decline"});
    let (answer, _) = answered(&request("a card"), &decline);
    let Err(Refused::Business(failure)) = answer else {
        panic!("{answer:?}");
    };
    assert_eq!(failure.cause().name(), "PAYMENT_ERROR_CARD_DECLINED");
}

#[test]
fn a_new_booking_never_begins_refunded_and_what_is_said_to_be_paid_is_taken_so() {
    let mut request = request("");
    let information = request.payment_information.as_mut().unwrap();
    information.prepayment_status = PrepaymentStatus::Refunded;
    let (answer, _) = answered(&request, &json!({}));
    let (information, _) = answer.unwrap();
    assert_eq!(information.prepayment_status, PrepaymentStatus::NotProvided);

    let information = request.payment_information.as_mut().unwrap();
    information.prepayment_status = PrepaymentStatus::Provided;
    information.payment_processed_by = PaymentProcessedBy::Google;
    information.price = Some(Price {
        price_micros: 5_000_000,
        currency_code: "EUR".to_owned(),
        ..Price::default()
    });
    let (answer, _) = answered(&request, &json!({}));
    let (information, entries) = answer.unwrap();
    assert_eq!(information.prepayment_status, PrepaymentStatus::Provided);
    assert_eq!(information.payment_processed_by, PaymentProcessedBy::Google);
    assert_eq!(entries.len(), 2);
}

#[test]
fn a_missing_token_and_an_asynchronous_payment_are_found() {
    let (_, findings) = answered(&request(""), &json!({"mode": "prepayment"}));
    assert_eq!(findings, ["payment_token_missing"]);
    let asynchronous = |allow_async_payment| {
        let settings = Settings {
            allow_async_payment,
            ..Settings::default()
        };
        let mode = ConfirmationMode::Asynchronous;
        let deposit = json!({"mode": "deposit"});
        let (answer, findings) = answered_in(mode, &settings, &request("tok"), &deposit);
        assert_eq!(findings, ["payment_with_asynchronous"]);
        answer.unwrap()
    };
    // Nothing is taken, unless the scenario wants it so.
    let (refused, entries) = asynchronous(false);
    assert_eq!(refused.prepayment_status, PrepaymentStatus::NotProvided);
    assert_eq!(
        (refused.deposit, &*refused.payment_transaction_id),
        (None, "")
    );
    assert!(entries.is_empty());
    let (allowed, entries) = asynchronous(true);
    assert_eq!(allowed.prepayment_status, PrepaymentStatus::Provided);
    assert!(allowed.deposit.is_some());
    assert_eq!(entries.len(), 2);
}
