//! Random histories of bookings with every kind of payment, of guests, merchants and time: each
//! booking's ledger adds up, never gives back more than was taken, and fits the status of its
//! payment.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use std::time::Duration;

use partner::Engine;
use partner::merchant::Order;
use partner::payment::ledger::{Account, Entry};
use proptest::prelude::*;
use serde_json::{Value, json};

mod support;
use support::{Answered, booking_request, call, slot, update, with_scenario};

#[derive(Clone, Debug)]
enum Step {
    Book {
        mode: &'static str,
        by: &'static str,
        authorisation: &'static str,
        asynchronous: bool,
    },
    GuestCancels(usize),
    GuestMoves(usize, u32),
    Merchant(usize, Order),
    Wait(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let mode = prop::sample::select(vec![
        "none",
        "prepayment",
        "no_show_fee",
        "deposit",
        "card_required",
    ]);
    let by = prop::sample::select(vec!["PROCESSED_BY_PARTNER", "PROCESSED_BY_GOOGLE"]);
    let authorisation = prop::sample::select(vec!["approve", "approve", "approve", "decline"]);
    let order = prop::sample::select(vec![
        Order::Confirm,
        Order::Decline { by_silence: false },
        Order::Cancel { refund: None },
        Order::Cancel { refund: Some(true) },
        Order::Cancel {
            refund: Some(false),
        },
        Order::NoShow,
        Order::ChargeNoShowFee,
        Order::Refund,
    ]);
    prop_oneof![
        3 => (mode, by, authorisation, any::<bool>()).prop_map(
            |(mode, by, authorisation, asynchronous)| Step::Book {
                mode,
                by,
                authorisation,
                asynchronous,
            }
        ),
        2 => (0..4_usize).prop_map(Step::GuestCancels),
        1 => (0..4_usize, 6..9_u32).prop_map(|(at, hour)| Step::GuestMoves(at, hour)),
        5 => (0..4_usize, order).prop_map(|(at, order)| Step::Merchant(at, order)),
        3 => (1..40_000_u64).prop_map(Step::Wait),
    ]
}

async fn entries(engine: &Engine, id: &str) -> Vec<Entry> {
    let rows = engine.ledger(id.to_owned()).await.unwrap();
    rows.into_iter().map(|(entry, _)| entry).collect()
}

async fn run(steps: Vec<Step>, give_back: &'static str) {
    let settings = json!({"allow_async_payment": true, "guest_cancel_refund": give_back});
    let (engine, clock) = with_scenario(&settings, &Value::Null);
    let mut bookings: Vec<String> = Vec::new();
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Book {
                mode,
                by,
                authorisation,
                asynchronous,
            } => {
                let confirmation = match asynchronous {
                    true => "asynchronous",
                    false => "synchronous",
                };
                let change = json!({"confirmation": confirmation, "payment": {"mode": mode,
                    "processed_by": by, "authorisation": authorisation}});
                engine.behaviour().patch(&change, None).unwrap();
                let request = booking_request(&format!("t{number}"), slot(0));
                let reply = engine.create_booking(call(&engine), request.into()).await;
                let answer = Answered::of(reply);
                let pays = !matches!(mode, "none" | "card_required");
                let refused = authorisation == "decline" && mode != "none";
                assert_eq!(answer.cause().is_some(), refused, "{answer:?}");
                if answer.cause().is_none() {
                    let id = answer.booking_id();
                    assert_eq!(entries(&engine, &id).await.is_empty(), !pays);
                    bookings.push(id);
                }
            }
            Step::GuestCancels(at) => {
                if let Some(id) = bookings.get(at) {
                    let wish = json!({"booking_id": id, "status": "CANCELED"});
                    update(&engine, wish).await;
                }
            }
            Step::GuestMoves(at, hour) => {
                if let Some(id) = bookings.get(at) {
                    let new = slot(hour);
                    let times = json!({"start_sec": new["start_sec"], "duration_sec": "3600"});
                    update(&engine, json!({"booking_id": id, "slot": times})).await;
                }
            }
            Step::Merchant(at, order) => {
                if let Some(id) = bookings.get(at) {
                    // What is not legal now is refused; that is a step like any other.
                    let _ = engine.act(id.clone(), order).await.unwrap();
                }
            }
            Step::Wait(sec) => clock.advance(Duration::from_secs(sec)),
        }
        for id in &bookings {
            let (row, _) = engine.booking(id.clone()).await.unwrap().unwrap();
            let entries = entries(&engine, id).await;
            let account = Account::of(&entries).expect("a ledger that adds up");
            for (_, balance) in account.balances() {
                assert!(balance.balance() >= 0 && balance.held >= 0);
                assert!(balance.refunded <= balance.captured + balance.fees);
            }
            let status = row.booking.payment_information.unwrap().prepayment_status;
            assert!(account.fits(status), "{status:?} {entries:?}");
            let never_was = ["DECLINED_BY_MERCHANT", "FAILED"].contains(&row.booking.status.name());
            assert!(!never_was || !account.is_open(), "{entries:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn over_any_history_every_ledger_adds_up_and_fits_the_status(
        steps in prop::collection::vec(step(), 1..25),
        give_back in prop::sample::select(vec!["answer_and_patch", "answer", "patch"]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(run(steps, give_back));
    }
}

#[tokio::test]
async fn the_two_limits_of_a_deposit_are_kept_apart() {
    const HOUR: u64 = 3_600;
    // The slot is a day ahead; online cancelling ends with its start, the deposit four hours before.
    for (wait, guest, refunded) in [
        (20 * HOUR, true, true),
        (20 * HOUR + 1, true, false),
        (20 * HOUR, false, true),
        (20 * HOUR + 1, false, false),
    ] {
        let (engine, clock) = with_scenario(&json!({}), &json!({"payment": {"mode": "deposit"}}));
        let id = support::book(&engine, "t", slot(0)).await.booking_id();
        clock.advance(Duration::from_secs(wait));
        if guest {
            let wish = json!({"booking_id": id, "status": "CANCELED"});
            let answer = update(&engine, wish).await.json();
            let paid = &answer["booking"]["payment_information"]["prepayment_status"];
            let expected = match refunded {
                true => "PREPAYMENT_REFUNDED",
                false => "PREPAYMENT_PROVIDED",
            };
            assert_eq!(paid, expected);
        } else {
            let order = Order::Cancel { refund: None };
            engine.act(id.clone(), order).await.unwrap().unwrap();
        }
        let account = Account::of(&entries(&engine, &id).await).unwrap();
        assert_eq!(account.is_open(), !refunded, "{wait} {guest}");
    }
}
