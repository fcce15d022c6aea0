use super::*;
use crate::clock::from_micros;

const NOW: i64 = 1_000;

fn pack() -> OwnedOption {
    OwnedOption {
        user_id: "mina".to_owned(),
        merchant_id: "studio".to_owned(),
        option: UserPaymentOption {
            user_payment_option_id: "upo-1".to_owned(),
            valid_start_time_sec: NOW,
            valid_end_time_sec: NOW,
            r#type: PaymentOptionType::MultiUse,
            original_count: 10,
            current_count: 1,
            payment_option_id: "pack".to_owned(),
        },
        withdrawn: false,
        origin: Origin::Given,
        booking_id: String::new(),
        created_at: from_micros(0),
    }
}

fn checked(owned: OwnedOption, listed: &[&str]) -> Choice {
    let listed: Vec<String> = listed.iter().map(|id| (*id).to_owned()).collect();
    let use_for = UseFor {
        user_id: "mina",
        merchant_id: "studio",
        listed: &listed,
        now_sec: NOW,
    };
    use_for.check(owned)
}

/// The cause, the end of the sentence, and the fields that the change sets.
fn refused(owned: OwnedOption, listed: &[&str]) -> (PlainCause, String, Value) {
    let Choice::Refused(no) = checked(owned, listed) else {
        panic!("it can be used");
    };
    let (_, why) = no.why.split_once(": ").unwrap();
    let Change::Control { path, body, .. } = no.unless.1 else {
        panic!("it is a control call");
    };
    assert_eq!(path, "/api/user_payment_options/upo-1");
    (no.cause, why.to_owned(), body.unwrap())
}

#[test]
fn the_very_moments_of_its_limits_are_in_time() {
    assert_eq!(checked(pack(), &[]), Choice::Used(pack()));
    assert_eq!(checked(pack(), &["year", "pack"]), Choice::Used(pack()));
}

#[test]
fn each_thing_that_stands_against_its_use_has_its_cause_and_what_would_help() {
    use PlainCause::{PaymentOptionNotValid as Invalid, UserCannotUsePaymentOption as Cannot};
    type Change = fn(&mut OwnedOption);
    let cases: [(Change, &[&str], PlainCause, &str, Value); 7] = [
        (
            |it| it.user_id = "ravi".to_owned(),
            &[],
            Cannot,
            "it belongs to another guest.",
            json!({"user_id": "mina"}),
        ),
        (
            |it| it.merchant_id = "spa".to_owned(),
            &[],
            Invalid,
            "it is another merchant's.",
            json!({"merchant_id": "studio"}),
        ),
        (
            |_| {},
            &["year"],
            Invalid,
            "the service does not take it.",
            json!({"payment_option_id": "year"}),
        ),
        (
            |it| it.withdrawn = true,
            &[],
            Invalid,
            "its price was given back.",
            json!({"withdrawn": false}),
        ),
        (
            |it| it.option.valid_start_time_sec = NOW + 1,
            &[],
            Invalid,
            "its time has not begun.",
            json!({"valid_start_time_sec": NOW}),
        ),
        (
            |it| it.option.valid_end_time_sec = NOW - 1,
            &[],
            Invalid,
            "its time is over.",
            json!({"valid_end_time_sec": 0}),
        ),
        (
            |it| it.option.current_count = 0,
            &[],
            Invalid,
            "all its uses are used up.",
            json!({"current_count": 1}),
        ),
    ];
    for (change, listed, cause, why, patch) in cases {
        let mut owned = pack();
        change(&mut owned);
        assert_eq!(refused(owned, listed), (cause, why.to_owned(), patch));
    }
    // Several at once: the first decides, and all of them are mended.
    let mut owned = pack();
    owned.user_id = "ravi".to_owned();
    owned.option.current_count = 0;
    let (cause, _, patch) = refused(owned, &[]);
    assert_eq!(cause, Cannot);
    assert_eq!(patch, json!({"user_id": "mina", "current_count": 1}));
}

#[test]
fn memberships_count_nothing_and_vouchers_are_for_any_service() {
    let mut membership = pack();
    membership.option.r#type = PaymentOptionType::UnlimitedUse;
    membership.option.original_count = 0;
    membership.option.current_count = 0;
    assert_eq!(checked(membership.clone(), &[]), Choice::Used(membership));
    let mut voucher = pack();
    VOUCHER.clone_into(&mut voucher.option.payment_option_id);
    assert_eq!(checked(voucher.clone(), &["year"]), Choice::Used(voucher));
}

#[test]
fn an_offer_is_read_from_the_merchants_feed() {
    let record = json!([
        {"payment_option_id": "pack", "payment_option_type": "PAYMENT_OPTION_MULTI_USE",
            "session_count": "10", "valid_duration_sec": 86_400,
            "price": {"price_micros": 150_000_000, "currency_code": "USD"}},
        {"payment_option_id": "drop-in", "payment_option_type": "PAYMENT_OPTION_SINGLE_USE",
            "session_count": 3},
        {"payment_option_id": "year", "payment_option_type": "PAYMENT_OPTION_UNLIMITED_USE"},
        {"payment_option_id": "bare"},
    ])
    .to_string();
    let uses = |id| Offer::find(&record, id).map(|it| (it.kind(), it.uses()));
    use PaymentOptionType::{MultiUse, SingleUse, UnlimitedUse};
    assert_eq!(uses("pack"), Some((MultiUse, 10)));
    assert_eq!(uses("drop-in"), Some((SingleUse, 1)));
    assert_eq!(uses("year"), Some((UnlimitedUse, 0)));
    assert_eq!(uses("bare"), Some((MultiUse, USUAL_USES)));
    assert_eq!(uses("none"), None);
    let pack = Offer::find(&record, "pack").unwrap();
    assert_eq!(pack.valid_sec, Some(86_400));
    assert_eq!(pack.price.unwrap().price_micros, 150_000_000);
}

#[test]
fn ids_are_escaped_in_a_path() {
    assert_eq!(in_path("upo-1_a.B~"), "upo-1_a.B~");
    assert_eq!(in_path("a/b ä"), "a%2Fb%20%C3%A4");
}
