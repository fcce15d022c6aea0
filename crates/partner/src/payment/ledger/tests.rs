use proptest::prelude::*;

use super::*;
use crate::clock::from_micros;

fn entry(kind: EntryKind, price_micros: i64, code: &str) -> Entry {
    Entry {
        kind,
        amount: Price {
            price_micros,
            currency_code: code.to_owned(),
            ..Price::default()
        },
        at: from_micros(0),
        number: 1,
        payment_method: "pm-1".to_owned(),
        processed_by: PaymentProcessedBy::Partner,
        text: String::new(),
    }
}

fn account(steps: &[(EntryKind, i64)]) -> Result<Account, Misfit> {
    let entries: Vec<Entry> = steps
        .iter()
        .map(|(kind, amount)| entry(*kind, *amount, "USD"))
        .collect();
    Account::of(&entries)
}

fn usd(account: &Account) -> Balance {
    *account.balances().next().unwrap().1
}

#[test]
fn nothing_is_taken_or_given_back_that_was_not_there() {
    use EntryKind::{Authorised, Captured, FeeCharged, Held, Refunded, Released};
    for bad in [
        vec![(Captured, 5)],
        vec![(Authorised, 5), (Captured, 6)],
        vec![(Refunded, 1)],
        vec![(Authorised, 5), (Refunded, 1)],
        vec![(Authorised, 5), (Captured, 5), (Refunded, 6)],
        vec![(Authorised, 5), (Captured, 5), (Refunded, 5), (Refunded, 1)],
        vec![(Released, 1)],
        vec![(Held, 5), (Released, 6)],
        vec![(Authorised, -1)],
        vec![(Held, i64::MAX), (Held, 1)],
        vec![(FeeCharged, i64::MAX), (FeeCharged, 1)],
    ] {
        assert!(account(&bad).is_err(), "{bad:?}");
    }
    let paid = account(&[(Authorised, 5), (Captured, 5)]).unwrap();
    assert_eq!((usd(&paid).balance(), usd(&paid).authorised), (5, 0));
    let fee = account(&[(Held, 5), (Released, 5), (FeeCharged, 5)]).unwrap();
    assert_eq!((usd(&fee).balance(), usd(&fee).held), (5, 0));
}

#[test]
fn currencies_do_not_mix() {
    use EntryKind::{Authorised, Captured, Refunded};
    let entries = [
        entry(Authorised, 5, "USD"),
        entry(Captured, 5, "USD"),
        entry(Refunded, 5, "EUR"),
    ];
    assert!(Account::of(&entries).is_err());
}

#[test]
fn a_fee_is_charged_once_and_only_where_one_was_agreed() {
    use EntryKind::{Authorised, Captured, FeeCharged, Held};
    let agreed = account(&[(Authorised, 9), (Captured, 9), (Held, 5)]).unwrap();
    let steps = agreed.charge_fee();
    assert_eq!(steps.len(), 1);
    assert_eq!((steps[0].0, steps[0].1.price_micros), (FeeCharged, 5));
    let charged = account(&[(Authorised, 9), (Captured, 9), (Held, 5), (FeeCharged, 5)]).unwrap();
    assert!(charged.charge_fee().is_empty());
    let none = account(&[(Authorised, 9), (Captured, 9)]).unwrap();
    assert!(none.charge_fee().is_empty());
}

/// What can happen to an account that keeps the rules.
#[derive(Clone, Copy, Debug)]
enum Step {
    Pay(i64),
    Hold(i64),
    GiveBack,
    LetGo,
    ChargeFee,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_i64..1_000_000_000).prop_map(Step::Pay),
        (0_i64..1_000_000_000).prop_map(Step::Hold),
        Just(Step::GiveBack),
        Just(Step::LetGo),
        Just(Step::ChargeFee),
    ]
}

proptest! {
    #[test]
    fn over_any_history_no_balance_is_negative_and_no_more_is_refunded_than_taken(
        steps in prop::collection::vec((step(), prop::sample::select(vec!["USD", "EUR"])), 0..30),
    ) {
        let mut entries: Vec<Entry> = Vec::new();
        for (step, code) in steps {
            let account = Account::of(&entries).unwrap();
            let more = match step {
                Step::Pay(amount) => vec![
                    entry(EntryKind::Authorised, amount, code),
                    entry(EntryKind::Captured, amount, code),
                ],
                Step::Hold(amount) => vec![entry(EntryKind::Held, amount, code)],
                Step::GiveBack => entries_of(account.give_back()),
                Step::LetGo => entries_of(account.let_go()),
                Step::ChargeFee => entries_of(account.charge_fee()),
            };
            entries.extend(more);
            let account = Account::of(&entries).expect("what the rules say fits");
            for (_, balance) in account.balances() {
                prop_assert!(balance.balance() >= 0);
                prop_assert!(balance.held >= 0 && balance.authorised >= 0);
                prop_assert!(balance.refunded <= balance.captured + balance.fees);
            }
            if matches!(step, Step::GiveBack) {
                prop_assert!(!account.is_open());
                prop_assert!(account.give_back().is_empty());
            }
        }
    }

    #[test]
    fn any_entries_at_all_add_up_or_are_refused(
        steps in prop::collection::vec((0..EntryKind::NAMES.len(), any::<i64>()), 0..20),
    ) {
        let entries: Vec<Entry> = steps
            .into_iter()
            .map(|(kind, amount)| entry(EntryKind::NAMES[kind].0, amount, "USD"))
            .collect();
        if let Ok(account) = Account::of(&entries) {
            for (_, balance) in account.balances() {
                prop_assert!(balance.balance() >= 0);
            }
        }
    }
}

fn entries_of(steps: Vec<(EntryKind, Price)>) -> Vec<Entry> {
    steps
        .into_iter()
        .map(|(kind, amount)| entry(kind, amount.price_micros, &amount.currency_code))
        .collect()
}
