//! The full cross product of status, action and mode against section 5.3, written down a second
//! time as the reference has it: by status, with what a merchant can do there.

use std::collections::HashSet;

use super::*;

const START: i64 = 1_000_000;

fn facts(status: BookingStatus, mode: ConfirmationMode) -> Facts {
    Facts {
        status,
        mode,
        prepayment: PrepaymentStatus::NotProvided,
        is_open: true,
        credit: Credit::Possible,
        start_sec: START,
        cancellable_until_sec: START,
        now_sec: START - 1,
    }
}

fn legal(facts: &Facts) -> HashSet<Action> {
    Action::NAMES
        .into_iter()
        .map(|(action, _)| action)
        .filter(|action| check(facts, *action).is_ok())
        .collect()
}

#[test]
fn the_cross_product_is_as_section_5_3_has_it() {
    use Action::{Cancel, ChargeNoShowFee, Confirm, Decline, Fail, NoShow as Absent, Reschedule};
    let modes = [
        ConfirmationMode::Unspecified,
        ConfirmationMode::Synchronous,
        ConfirmationMode::Asynchronous,
    ];
    let mut combinations = 0;
    for status in BookingStatus::ALL {
        for mode in modes {
            for begun in [false, true] {
                let asynchronous = mode == ConfirmationMode::Asynchronous;
                let expected: &[Action] = match *status {
                    Pending if asynchronous => &[Confirm, Decline, Fail],
                    Confirmed if begun => &[Cancel, Reschedule, Absent, ChargeNoShowFee],
                    Confirmed => &[Cancel, Reschedule],
                    NoShow => &[ChargeNoShowFee],
                    _ => &[],
                };
                let mut facts = facts(*status, mode);
                facts.now_sec += i64::from(begun);
                let expected: HashSet<Action> = expected.iter().copied().collect();
                assert_eq!(legal(&facts), expected, "{status:?} {mode:?} {begun}");
                combinations += Action::NAMES.len();
            }
        }
    }
    assert_eq!(combinations, 8 * 3 * 2 * 9);
}

#[test]
fn every_refusal_has_a_reason_in_a_sentence() {
    for status in BookingStatus::ALL {
        for mode in [
            ConfirmationMode::Synchronous,
            ConfirmationMode::Asynchronous,
        ] {
            for (action, name) in Action::NAMES {
                if let Err(reason) = check(&facts(*status, mode), action) {
                    assert!(reason.ends_with('.'), "{status:?} {name}: {reason}");
                    assert!(reason.len() > 30, "{status:?} {name}: {reason}");
                }
            }
        }
    }
}

#[test]
fn a_cancellation_that_comes_too_late_is_a_no_show_before_the_start() {
    let mut facts = facts(Confirmed, ConfirmationMode::Synchronous);
    facts.cancellable_until_sec = START - 3_600;
    facts.now_sec = START - 3_600;
    // At the very limit the guest is in time still.
    let reason = check(&facts, Action::NoShow).unwrap_err();
    assert!(reason.contains("1970-01-12 12:46:40 UTC"), "{reason}");
    facts.now_sec += 1;
    assert_eq!(check(&facts, Action::NoShow), Ok(()));
    assert_eq!(check(&facts, Action::ChargeNoShowFee), Ok(()));
}

#[test]
fn only_what_was_provided_can_be_refunded_and_only_once() {
    for status in BookingStatus::ALL {
        for prepayment in PrepaymentStatus::ALL {
            for is_open in [false, true] {
                let facts = Facts {
                    prepayment: *prepayment,
                    is_open,
                    ..facts(*status, ConfirmationMode::Synchronous)
                };
                let expected = *prepayment == PrepaymentStatus::Provided && is_open;
                assert_eq!(check(&facts, Action::Refund).is_ok(), expected);
            }
        }
    }
}

#[test]
fn only_what_was_paid_can_be_credited_and_no_deposit_that_is_due_back() {
    for prepayment in PrepaymentStatus::ALL {
        for credit in [
            Credit::Possible,
            Credit::NothingPaid,
            Credit::DepositIsDue,
            Credit::Membership,
        ] {
            let facts = Facts {
                prepayment: *prepayment,
                credit,
                ..facts(Confirmed, ConfirmationMode::Synchronous)
            };
            let expected = *prepayment == PrepaymentStatus::Provided && credit == Credit::Possible;
            assert_eq!(check(&facts, Action::Credit).is_ok(), expected);
        }
    }
}

#[test]
fn each_of_the_five_emails_belongs_to_a_move() {
    assert_eq!(email(None, Pending), Some(EmailKind::Pending));
    assert_eq!(email(None, Confirmed), Some(EmailKind::Confirmed));
    assert_eq!(email(Some(Pending), Confirmed), Some(EmailKind::Confirmed));
    assert_eq!(
        email(Some(Pending), DeclinedByMerchant),
        Some(EmailKind::Declined)
    );
    assert_eq!(email(Some(Pending), Failed), Some(EmailKind::Failed));
    assert_eq!(email(Some(Pending), Canceled), Some(EmailKind::Cancelled));
    assert_eq!(email(Some(Confirmed), Canceled), Some(EmailKind::Cancelled));
    assert_eq!(email(Some(Confirmed), Confirmed), None);
    assert_eq!(email(Some(Confirmed), NoShow), None);
}
