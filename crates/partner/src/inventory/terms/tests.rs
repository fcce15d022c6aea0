//! The override table of section 4.3, and who wins.

use booking_api::feed::{SchedulingRules, TaxRate};
use proptest::prelude::*;

use super::*;

const START: i64 = 1_800_000_000;

fn usd(units: i64) -> Price {
    Price {
        price_micros: units * 1_000_000,
        currency_code: "USD".to_owned(),
        ..Price::default()
    }
}

fn fee(units: i64) -> NoShowFee {
    NoShowFee {
        fee: Some(usd(units)),
        ..NoShowFee::default()
    }
}

fn deposit(units: i64) -> Deposit {
    Deposit {
        deposit: Some(usd(units)),
        min_advance_cancellation_sec: 14_400,
        ..Deposit::default()
    }
}

fn spa() -> FeedService {
    FeedService {
        price: Some(usd(200)),
        scheduling_rules: Some(SchedulingRules {
            min_advance_booking: 3_600,
            min_advance_online_canceling: 86_400,
            ..SchedulingRules::default()
        }),
        no_show_fee: Some(fee(25)),
        payment_option_id: vec!["pack".to_owned()],
        ..FeedService::default()
    }
}

#[test]
fn a_slot_that_says_nothing_inherits_everything() {
    let service = spa();
    let terms = EffectiveTerms::of(START, Some(&service), None, &SlotTerms::default());
    assert_eq!(terms.bookable_from_sec, None);
    assert_eq!(terms.bookable_until_sec, Some(START - 3_600));
    assert_eq!(terms.cancellable_until_sec, START - 86_400);
    assert_eq!(terms.offer_ids, None);
    assert_eq!(terms.payment_option_ids, ["pack"]);
    assert_eq!(terms.payment.price, Some(usd(200)));
    assert_eq!(terms.payment.no_show_fee, Some(fee(25)));
    assert!(terms.payment.requires_card());
}

#[test]
fn without_a_window_guests_can_cancel_until_the_start() {
    assert_eq!(EffectiveTerms::none(START).cancellable_until_sec, START);
    let service = FeedService::default();
    let terms = EffectiveTerms::of(START, Some(&service), None, &SlotTerms::default());
    assert_eq!(terms.cancellable_until_sec, START);
    assert!(!terms.payment.requires_card());
}

#[test]
fn a_slot_replaces_fee_deposit_card_and_window() {
    let slot = SlotTerms {
        last_online_cancellable_sec: Some(START - 60),
        last_bookable_sec: Some(START - 120),
        first_bookable_sec: Some(START - 900_000),
        no_show_fee: Some(fee(40)),
        deposit: Some(deposit(30)),
        require_credit_card: Some(RequireCreditCard::Always),
        offer_ids: Some(vec!["two-for-one".to_owned()]),
        payment_option_ids: vec!["year".to_owned()],
        ..SlotTerms::default()
    };
    let service = spa();
    let terms = EffectiveTerms::of(START, Some(&service), None, &slot);
    assert_eq!(terms.cancellable_until_sec, START - 60);
    assert_eq!(terms.bookable_until_sec, Some(START - 120));
    assert_eq!(terms.bookable_from_sec, Some(START - 900_000));
    assert_eq!(terms.payment.no_show_fee, Some(fee(40)));
    assert_eq!(terms.payment.deposit, Some(deposit(30)));
    assert_eq!(terms.payment.require_credit_card, RequireCreditCard::Always);
    assert_eq!(terms.offer_ids, Some(vec!["two-for-one".to_owned()]));
    assert_eq!(terms.payment_option_ids, ["year"]);
    // The price is the service's: it is not in the table.
    assert_eq!(terms.payment.price, Some(usd(200)));
}

#[test]
fn an_explicit_zero_switches_a_fee_off() {
    let slot = SlotTerms {
        no_show_fee: Some(fee(0)),
        deposit: Some(deposit(0)),
        ..SlotTerms::default()
    };
    let service = FeedService {
        deposit: Some(deposit(30)),
        ..spa()
    };
    let payment = EffectiveTerms::of(START, Some(&service), None, &slot).payment;
    assert_eq!(
        (payment.no_show_fee.clone(), payment.deposit.clone()),
        (None, None)
    );
    assert!(!payment.requires_card());
}

#[test]
fn a_price_is_prepaid_only_where_required() {
    let paid = |prepayment_type| {
        let service = FeedService {
            price: Some(usd(80)),
            prepayment_type,
            ..FeedService::default()
        };
        let terms = EffectiveTerms::of(START, Some(&service), None, &SlotTerms::default());
        (terms.payment.is_prepaid(), terms.payment.requires_card())
    };
    assert_eq!(paid(PrepaymentType::Required), (true, true));
    assert_eq!(paid(PrepaymentType::Optional), (false, false));
    assert_eq!(paid(PrepaymentType::Unspecified), (false, false));
}

#[test]
fn the_services_tax_comes_before_the_merchants() {
    let rate = |micro_percent| Some(TaxRate { micro_percent });
    let merchant = FeedMerchant {
        tax_rate: rate(7_250_000),
        ..FeedMerchant::default()
    };
    let tax = |service: &FeedService| {
        let none = SlotTerms::default();
        let terms = EffectiveTerms::of(START, Some(service), Some(&merchant), &none);
        terms.payment.tax_rate_micro_percent
    };
    assert_eq!(tax(&spa()), 7_250_000);
    let reduced = FeedService {
        tax_rate: rate(1_000_000),
        ..spa()
    };
    assert_eq!(tax(&reduced), 1_000_000);
}

proptest! {
    /// Whatever is set where: the slot's word if it has one, else the service's, else nothing.
    #[test]
    fn the_slot_wins_then_the_service(
        own_fee in prop::option::of(0_i64..3), fee_of_service in prop::option::of(0_i64..3),
        own_limit in prop::option::of(1_i64..2_000_000_000), window in 0_i64..200_000,
        own_card in 0_usize..3, card in 0_usize..3,
    ) {
        let service = FeedService {
            no_show_fee: fee_of_service.map(fee),
            require_credit_card: RequireCreditCard::ALL[card],
            scheduling_rules: Some(SchedulingRules {
                min_advance_online_canceling: window,
                ..SchedulingRules::default()
            }),
            ..FeedService::default()
        };
        let slot = SlotTerms {
            no_show_fee: own_fee.map(fee),
            last_online_cancellable_sec: own_limit,
            require_credit_card: Some(RequireCreditCard::ALL[own_card]),
            ..SlotTerms::default()
        };
        let terms = EffectiveTerms::of(START, Some(&service), None, &slot);
        let due = own_fee.or(fee_of_service).filter(|units| *units > 0);
        prop_assert_eq!(terms.payment.no_show_fee, due.map(fee));
        prop_assert_eq!(terms.cancellable_until_sec, own_limit.unwrap_or(START - window));
        let card = if own_card == 0 { card } else { own_card };
        prop_assert_eq!(terms.payment.require_credit_card, RequireCreditCard::ALL[card]);
        // What is kept reads back as it was.
        let text = serde_json::to_string(&slot).unwrap();
        prop_assert_eq!(serde_json::from_str::<SlotTerms>(&text).unwrap(), slot);
    }
}
