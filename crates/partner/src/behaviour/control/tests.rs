//! Toggles over time: counting down, expiring, being set anew while requests are under way.

use std::sync::Barrier;
use std::sync::atomic::{AtomicU32, Ordering};

use booking_api::{Cause, PaymentProcessedBy};
use serde_json::json;

use super::*;
use crate::behaviour::{Confirmation, FaultKind, PaymentMode};
use crate::clock::from_micros;
use crate::decision::Layer;

fn control() -> (Control, Clock) {
    let clock = Clock::manual(from_micros(1_795_309_200_000_000));
    (Control::new(Behaviour::default(), clock.clone()), clock)
}

fn secs(count: u64) -> Option<Duration> {
    Some(Duration::from_secs(count))
}

fn failure_cause(control: &Control) -> Option<Cause> {
    let snapshot = control.current();
    snapshot.behaviour.failure.as_ref().map(|it| it.cause)
}

#[test]
fn a_failure_counts_down_and_is_gone_after_its_last_time() {
    let (control, _) = control();
    let change = json!({"failure":{"cause":"SLOT_UNAVAILABLE","times":2}});
    control.patch(&change, None).unwrap();
    assert_eq!(control.claim_failure(&control.current()), Some(Some(1)));
    let times = control.current().behaviour.failure.as_ref().unwrap().times;
    assert_eq!(times, Some(1));
    assert_eq!(control.claim_failure(&control.current()), Some(Some(0)));
    assert_eq!(failure_cause(&control), None);
    assert!(!control.current().changed());
}

#[test]
fn a_failure_without_a_count_never_ends() {
    let (control, _) = control();
    let change = json!({"failure":{"cause":"SLOT_UNAVAILABLE"}});
    control.patch(&change, None).unwrap();
    for _ in 0..10 {
        assert_eq!(control.claim_failure(&control.current()), Some(None));
    }
    assert_eq!(failure_cause(&control), Some(Cause::SlotUnavailable));
}

#[test]
fn a_fault_counts_down_apart_from_the_failure() {
    let (control, _) = control();
    let change = json!({
        "failure": {"cause":"SLOT_UNAVAILABLE","times":5},
        "fault": {"kind":"status","status":503,"times":1},
    });
    control.patch(&change, None).unwrap();
    assert_eq!(control.claim_fault(&control.current()), Some(Some(0)));
    let behaviour = &control.current().behaviour;
    assert_eq!(behaviour.fault, None);
    assert_eq!(behaviour.failure.as_ref().unwrap().times, Some(5));
}

#[test]
fn parallel_requests_use_up_exactly_the_count() {
    let (control, _) = control();
    let change = json!({"failure":{"cause":"SLOT_UNAVAILABLE","times":7}});
    control.patch(&change, None).unwrap();
    let (bitten, start) = (AtomicU32::new(0), Barrier::new(8));
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                // All saw the toggle before anybody claimed it.
                let snapshot = control.current();
                start.wait();
                for _ in 0..20 {
                    if control.claim_failure(&snapshot).is_some() {
                        bitten.fetch_add(1, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    assert_eq!(bitten.load(Ordering::SeqCst), 7);
    assert_eq!(failure_cause(&control), None);
}

#[test]
fn a_change_of_another_toggle_leaves_the_count_exact() {
    let (control, _) = control();
    let change = json!({"failure":{"cause":"SLOT_UNAVAILABLE","times":1}});
    control.patch(&change, None).unwrap();
    let under_way = [control.current(), control.current()];
    let fault = json!({"fault":{"kind":"latency","ms":5}});
    control.patch(&fault, None).unwrap();
    assert_eq!(control.claim_failure(&under_way[0]), Some(Some(0)));
    assert_eq!(control.claim_failure(&under_way[1]), None);
}

#[test]
fn an_expiry_of_another_toggle_leaves_the_count_exact() {
    let (control, clock) = control();
    let change = json!({"failure":{"cause":"SLOT_UNAVAILABLE","times":1}});
    control.patch(&change, None).unwrap();
    let asynchronous = json!({"confirmation":"asynchronous"});
    control.patch(&asynchronous, secs(10)).unwrap();
    let under_way = [control.current(), control.current()];
    clock.advance(Duration::from_secs(11));
    control.expire();
    assert_eq!(control.claim_failure(&under_way[0]), Some(Some(0)));
    assert_eq!(control.claim_failure(&under_way[1]), None);
}

#[test]
fn a_request_under_way_cannot_use_up_a_newer_toggle() {
    let (control, _) = control();
    let first = json!({"failure":{"cause":"SLOT_UNAVAILABLE","times":1}});
    control.patch(&first, None).unwrap();
    let under_way = control.current();
    let second = json!({"failure":{"cause":"PAYMENT_ERROR","times":1}});
    control.patch(&second, None).unwrap();
    // It keeps to what it saw, and the newer toggle keeps its count.
    assert_eq!(control.claim_failure(&under_way), Some(None));
    assert_eq!(failure_cause(&control), Some(Cause::PaymentError));
}

#[test]
fn what_was_set_for_a_time_undoes_itself_and_what_lay_below_is_back() {
    let (control, clock) = control();
    let below = json!({"confirmation":"synchronous"});
    control.patch(&below, None).unwrap();
    let above = json!({"confirmation":"asynchronous","payment":{"mode":"deposit"}});
    let snapshot = control.patch(&above, secs(60)).unwrap();
    assert_eq!(snapshot.behaviour.confirmation, Confirmation::Asynchronous);
    assert_eq!(
        snapshot.expires_at,
        clock.now().checked_add(Duration::from_secs(60)).ok()
    );

    clock.advance(Duration::from_secs(59));
    assert_eq!(
        control.current().behaviour.confirmation,
        Confirmation::Asynchronous
    );
    clock.advance(Duration::from_secs(1));
    let snapshot = control.current();
    assert_eq!(snapshot.behaviour.confirmation, Confirmation::Synchronous);
    assert_eq!(snapshot.behaviour.payment.mode, PaymentMode::Inventory);
    assert_eq!(snapshot.expires_at, None);
}

#[test]
fn a_count_used_up_before_the_expiry_gives_way_to_what_lay_below() {
    let (control, clock) = control();
    let below = json!({"failure":{"cause":"PAYMENT_ERROR","times":3}});
    control.patch(&below, None).unwrap();
    let above = json!({"failure":{"cause":"SLOT_UNAVAILABLE","times":1}});
    control.patch(&above, secs(60)).unwrap();
    let under_way = [control.current(), control.current()];
    assert_eq!(control.claim_failure(&under_way[0]), Some(Some(0)));
    // The other one saw a toggle that is used up; the toggle below keeps its own count.
    assert_eq!(control.claim_failure(&under_way[1]), None);
    let snapshot = control.current();
    let failure = snapshot.behaviour.failure.as_ref().unwrap();
    assert_eq!(
        (failure.cause, failure.times),
        (Cause::PaymentError, Some(3))
    );
    assert_eq!(snapshot.expires_at, None);
    clock.advance(Duration::from_secs(61));
    assert_eq!(failure_cause(&control), Some(Cause::PaymentError));
}

#[test]
fn a_lasting_change_during_an_expiring_one_stays() {
    let (control, clock) = control();
    let for_a_time = json!({"confirmation":"asynchronous"});
    control.patch(&for_a_time, secs(60)).unwrap();
    let lasting = json!({"payment":{"mode":"deposit"}});
    let snapshot = control.patch(&lasting, None).unwrap();
    assert_eq!(snapshot.behaviour.confirmation, Confirmation::Asynchronous);
    assert!(snapshot.expires_at.is_some());
    clock.advance(Duration::from_secs(60));
    let snapshot = control.current();
    assert_eq!(snapshot.behaviour.confirmation, Confirmation::Inventory);
    assert_eq!(snapshot.behaviour.payment.mode, PaymentMode::Deposit);
}

#[test]
fn what_is_in_force_and_is_given_an_end_ends_then() {
    let (control, clock) = control();
    let failure = json!({"failure":{"cause":"PAYMENT_ERROR"},"confirmation":"synchronous"});
    control.patch(&failure, None).unwrap();
    let again = json!({"failure":{"cause":"PAYMENT_ERROR"}});
    let snapshot = control.patch(&again, secs(60)).unwrap();
    assert_eq!(snapshot.expiring(), ["failure"]);
    assert_eq!(failure_cause(&control), Some(Cause::PaymentError));
    // Once more, and its time begins anew.
    clock.advance(Duration::from_secs(59));
    control.patch(&again, secs(60)).unwrap();
    clock.advance(Duration::from_secs(59));
    assert_eq!(failure_cause(&control), Some(Cause::PaymentError));
    clock.advance(Duration::from_secs(1));
    assert_eq!(failure_cause(&control), None);
    let snapshot = control.current();
    assert_eq!(snapshot.behaviour.confirmation, Confirmation::Synchronous);
    assert!(snapshot.expiring().is_empty());
}

#[test]
fn a_lasting_change_of_the_expiring_field_itself_ends_the_expiry() {
    let (control, clock) = control();
    let for_a_time = json!({"confirmation":"asynchronous"});
    control.patch(&for_a_time, secs(60)).unwrap();
    let lasting = json!({"confirmation":"synchronous"});
    let snapshot = control.patch(&lasting, None).unwrap();
    assert_eq!(snapshot.expires_at, None);
    clock.advance(Duration::from_secs(61));
    assert_eq!(
        control.current().behaviour.confirmation,
        Confirmation::Synchronous
    );
}

#[test]
fn another_cause_starts_afresh_and_the_same_cause_keeps_its_companions() {
    let (control, _) = control();
    let card = json!({"failure":{
        "cause":"PAYMENT_ERROR_CARD_TYPE_REJECTED","rejected_card_type":"JCB","times":3}});
    control.patch(&card, None).unwrap();
    let same = json!({"failure":{"cause":"PAYMENT_ERROR_CARD_TYPE_REJECTED","times":2}});
    let snapshot = control.patch(&same, None).unwrap();
    let failure = snapshot.behaviour.failure.clone().unwrap();
    assert!(failure.rejected_card_type.is_some());
    assert_eq!(failure.times, Some(2));
    let other = json!({"failure":{"cause":"SLOT_UNAVAILABLE"}});
    let snapshot = control.patch(&other, None).unwrap();
    let failure = snapshot.behaviour.failure.clone().unwrap();
    assert_eq!((failure.rejected_card_type, failure.times), (None, None));
}

#[test]
fn another_kind_of_fault_starts_afresh() {
    let (control, _) = control();
    let latency = json!({"fault":{"kind":"latency","ms":800,"jitter_ms":200}});
    control.patch(&latency, None).unwrap();
    let status = json!({"fault":{"kind":"status","status":429}});
    let snapshot = control.patch(&status, None).unwrap();
    let fault = snapshot.behaviour.fault.clone().unwrap();
    assert_eq!((fault.kind, fault.ms), (FaultKind::Status, None));
}

#[test]
fn null_takes_a_part_away_and_a_whole_field_back_to_normal() {
    let (control, _) = control();
    let change = json!({
        "failure": {"cause":"SLOT_UNAVAILABLE","times":3},
        "payment": {"mode":"deposit"},
    });
    control.patch(&change, None).unwrap();
    let change = json!({"failure":{"times":null},"payment":null});
    let snapshot = control.patch(&change, None).unwrap();
    let failure = snapshot.behaviour.failure.clone().unwrap();
    assert_eq!(failure.times, None);
    assert_eq!(snapshot.behaviour.payment, snapshot.normal.payment);
    let snapshot = control.patch(&json!({"failure":null}), None).unwrap();
    assert!(!snapshot.changed());
}

#[test]
fn a_refused_change_changes_nothing_at_all() {
    let (control, _) = control();
    let heard = *control.changes().borrow();
    let change = json!({"confirmation":"asynchronous","failure":{"cause":"SLOT_GONE"}});
    control.patch(&change, None).unwrap_err();
    control.patch(&json!([]), None).unwrap_err();
    let asynchronous = json!({"confirmation":"asynchronous"});
    for wrong in [0, 86_401] {
        let refused = control.patch(&asynchronous, secs(wrong)).unwrap_err();
        assert_eq!(refused.code, BehaviourErrorCode::UnknownValue);
    }
    assert!(!control.current().changed());
    assert_eq!(*control.changes().borrow(), heard);
}

#[test]
fn reset_takes_everything_back_expiring_or_not() {
    let (control, clock) = control();
    let lasting = json!({"payment":{"mode":"deposit"}});
    control.patch(&lasting, None).unwrap();
    let for_a_time = json!({"confirmation":"asynchronous"});
    control.patch(&for_a_time, secs(60)).unwrap();
    let snapshot = control.reset();
    assert!(!snapshot.changed());
    assert_eq!(snapshot.expires_at, None);
    clock.advance(Duration::from_secs(61));
    assert!(!control.current().changed());
}

#[test]
fn the_layer_says_who_set_what() {
    let normal = patch::read(&json!({"failure":{"cause":"PAYMENT_ERROR"}})).unwrap();
    let clock = Clock::manual(from_micros(0));
    let control = Control::new(normal, clock);
    let fields = [
        "failure",
        "confirmation",
        "payment",
        "fault",
        "unknown_inventory",
    ];
    for name in fields {
        assert_eq!(control.current().layer_of(name), Layer::Scenario, "{name}");
    }
    let lasting = json!({"confirmation":"asynchronous","unknown_inventory":"reject"});
    control.patch(&lasting, None).unwrap();
    let for_a_time = json!({"payment":{"mode":"none"},"failure":{"cause":"SLOT_UNAVAILABLE"}});
    let snapshot = control.patch(&for_a_time, secs(5)).unwrap();
    assert_eq!(snapshot.layer_of("confirmation"), Layer::Toggle);
    assert_eq!(snapshot.layer_of("unknown_inventory"), Layer::Toggle);
    assert_eq!(snapshot.layer_of("payment"), Layer::ExpiringToggle);
    assert_eq!(snapshot.layer_of("failure"), Layer::ExpiringToggle);
    assert_eq!(snapshot.layer_of("fault"), Layer::Scenario);
}

#[test]
fn every_change_is_told_once() {
    let (control, clock) = control();
    let changes = control.changes();
    let told = || *changes.borrow();
    control
        .patch(&json!({"confirmation":"asynchronous"}), secs(5))
        .unwrap();
    assert_eq!(told(), 1);
    clock.advance(Duration::from_secs(6));
    control.expire();
    control.expire();
    assert_eq!(told(), 2);
}

#[test]
fn a_lasting_change_of_a_part_leaves_the_rest_of_an_expiring_field_to_expire() {
    let clock = Clock::manual(from_micros(1_000_000));
    let control = Control::new(Behaviour::default(), clock.clone());
    let minute = Some(Duration::from_secs(60));
    control
        .patch(&json!({"payment": {"mode": "deposit"}}), minute)
        .unwrap();
    control
        .patch(&json!({"failure": {"cause": "PAYMENT_ERROR"}}), minute)
        .unwrap();
    control
        .patch(
            &json!({"payment": {"processed_by": "PROCESSED_BY_GOOGLE"}, "failure": {"times": 3}}),
            None,
        )
        .unwrap();
    let now = control.current();
    assert_eq!(now.behaviour.payment.mode, PaymentMode::Deposit);
    assert_eq!(
        now.behaviour.payment.processed_by,
        PaymentProcessedBy::Google
    );
    assert_eq!(now.behaviour.failure.as_ref().unwrap().times, Some(3));
    assert_eq!(now.layer_of("payment"), Layer::ExpiringToggle);

    clock.advance(Duration::from_secs(60));
    let later = control.current();
    assert_eq!(
        later.behaviour.payment.mode,
        PaymentMode::Inventory,
        "it expired"
    );
    assert_eq!(
        later.behaviour.payment.processed_by,
        PaymentProcessedBy::Google,
        "it stays"
    );
    assert_eq!(later.behaviour.failure, None);
    assert_eq!(later.layer_of("payment"), Layer::Toggle);
}

#[test]
fn a_lasting_change_that_names_the_matter_ends_the_expiry() {
    let clock = Clock::manual(from_micros(1_000_000));
    let control = Control::new(Behaviour::default(), clock.clone());
    let failure = json!({"failure": {"cause": "PAYMENT_ERROR"}});
    control
        .patch(&failure, Some(Duration::from_secs(60)))
        .unwrap();
    control.patch(&failure, None).unwrap();
    assert_eq!(control.current().expires_at, None);
    clock.advance(Duration::from_secs(60));
    assert!(control.current().behaviour.failure.is_some());
}
