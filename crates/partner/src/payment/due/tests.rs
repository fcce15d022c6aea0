//! Each mode from the inventory and from the toggle, and how amounts are counted.

use booking_api::{PaymentInformation, PaymentProcessingParameters, ResourceIds};

use super::*;

fn usd(units: i64) -> Price {
    Price {
        price_micros: units * 1_000_000,
        currency_code: "USD".to_owned(),
        ..Price::default()
    }
}

fn terms() -> PaymentTerms {
    PaymentTerms {
        price: Some(usd(200)),
        prepayment_type: PrepaymentType::NotSupported,
        charged_before_start_sec: None,
        no_show_fee: None,
        deposit: None,
        require_credit_card: RequireCreditCard::Unspecified,
        tax_rate_micro_percent: 0,
    }
}

fn fee(units: i64, fee_type: PriceType) -> Option<NoShowFee> {
    Some(NoShowFee {
        fee: Some(usd(units)),
        fee_type,
    })
}

fn deposit(units: i64, deposit_type: PriceType) -> Option<Deposit> {
    Some(Deposit {
        deposit: Some(usd(units)),
        min_advance_cancellation_sec: 3_600,
        deposit_type,
    })
}

fn request(party_size: i32, token: &str) -> CreateBookingRequest {
    CreateBookingRequest {
        slot: Some(Slot {
            resources: Some(ResourceIds {
                party_size,
                ..ResourceIds::default()
            }),
            ..Slot::default()
        }),
        payment_processing_parameters: Some(PaymentProcessingParameters {
            unparsed_payment_method_token: token.to_owned(),
            ..PaymentProcessingParameters::default()
        }),
        ..CreateBookingRequest::default()
    }
}

fn due(request: &CreateBookingRequest, mode: PaymentMode, terms: Option<&PaymentTerms>) -> Due {
    let toggle = Payment {
        mode,
        ..Payment::default()
    };
    Due::of(request, &toggle, terms, &PaymentSettings::default())
}

#[test]
fn the_inventory_says_what_is_due() {
    let request = request(1, "");
    let of = |terms: &PaymentTerms| due(&request, PaymentMode::Inventory, Some(terms)).in_words();
    assert_eq!(of(&terms()), "pay on arrival");
    let mut some = terms();
    some.prepayment_type = PrepaymentType::Required;
    assert_eq!(of(&some), "full prepayment");
    some.deposit = deposit(20, PriceType::FixedRateDefault);
    some.no_show_fee = fee(10, PriceType::FixedRateDefault);
    assert_eq!(of(&some), "full prepayment and deposit and no-show fee");
    some.prepayment_type = PrepaymentType::Unspecified;
    assert_eq!(of(&some), "deposit and no-show fee");
    let mut card = terms();
    card.require_credit_card = RequireCreditCard::Always;
    assert_eq!(of(&card), "card required");
    card.require_credit_card = RequireCreditCard::Conditional;
    assert_eq!(of(&card), "pay on arrival");
}

#[test]
fn an_optional_prepayment_is_paid_by_who_brings_a_token() {
    let mut optional = terms();
    optional.prepayment_type = PrepaymentType::Optional;
    let paid = |token| due(&request(1, token), PaymentMode::Inventory, Some(&optional)).prepaid;
    assert!(!paid(""));
    assert!(paid("tok"));
}

#[test]
fn amounts_per_person_count_for_each_guest() {
    let mut terms = terms();
    for (kind, times) in [(PriceType::PerPerson, 3), (PriceType::FixedRateDefault, 1)] {
        terms.deposit = deposit(20, kind);
        terms.no_show_fee = fee(7, kind);
        let due = due(&request(3, "tok"), PaymentMode::Inventory, Some(&terms));
        assert_eq!(due.deposit_in_all(), Some(usd(20 * times)));
        assert_eq!(due.fee_in_all(), Some(usd(7 * times)));
        // The answer speaks of the terms, not of the sum.
        assert_eq!(due.deposit, deposit(20, kind));
    }
    // Nobody said how many come.
    terms.deposit = deposit(20, PriceType::PerPerson);
    let due = due(&request(0, "tok"), PaymentMode::Inventory, Some(&terms));
    assert_eq!(due.deposit_in_all(), Some(usd(20)));
}

#[test]
fn a_sum_beyond_all_money_stays_at_the_end_of_the_numbers() {
    let mut terms = terms();
    terms.deposit = deposit(0, PriceType::PerPerson);
    terms
        .deposit
        .as_mut()
        .unwrap()
        .deposit
        .as_mut()
        .unwrap()
        .price_micros = i64::MAX;
    let due = due(&request(20, "tok"), PaymentMode::Inventory, Some(&terms));
    assert_eq!(due.deposit_in_all().unwrap().price_micros, i64::MAX);
}

#[test]
fn a_forced_mode_takes_the_inventorys_amounts_where_there_are_some() {
    let mut terms = terms();
    terms.no_show_fee = fee(40, PriceType::PerPerson);
    let request = request(2, "tok");
    let usual = PaymentSettings::default();
    let forced = due(&request, PaymentMode::NoShowFee, Some(&terms));
    assert_eq!(forced.no_show_fee, fee(40, PriceType::PerPerson));
    assert_eq!(forced.price, Some(usd(200)));
    let forced = due(&request, PaymentMode::Deposit, Some(&terms));
    assert_eq!(forced.deposit.unwrap().deposit, Some(usual.deposit));
    assert_eq!(forced.no_show_fee, None);
    let forced = due(&request, PaymentMode::Prepayment, None);
    assert_eq!(
        (forced.total(), forced.price),
        (Some(usual.price.clone()), Some(usual.price))
    );
}

#[test]
fn the_price_that_the_guest_saw_counts_with_its_tax() {
    let mut request = request(1, "tok");
    request.payment_information = Some(PaymentInformation {
        price: Some(usd(85)),
        tax_amount: Some(usd(7)),
        ..PaymentInformation::default()
    });
    let mut terms = terms();
    terms.prepayment_type = PrepaymentType::Required;
    let due = due(&request, PaymentMode::Inventory, Some(&terms));
    assert_eq!(due.price, Some(usd(85)));
    assert_eq!(due.total(), Some(usd(92)));
}

#[test]
fn google_handles_the_money_where_the_request_or_the_toggle_says_so() {
    let mut request = request(1, "");
    request.payment_information = Some(PaymentInformation {
        payment_processed_by: PaymentProcessedBy::Google,
        ..PaymentInformation::default()
    });
    let mut terms = terms();
    terms.no_show_fee = fee(7, PriceType::FixedRateDefault);
    let due = due(&request, PaymentMode::Inventory, Some(&terms));
    assert_eq!(due.by, PaymentProcessedBy::Google);
    assert!(!due.wants_token());
}
