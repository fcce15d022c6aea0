//! Random histories of bookings that are paid with packs, single uses and memberships, given and
//! bought: a count is never below zero, each use is taken once and comes back once at most, and
//! every ledger fits the status of its payment.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use booking_api::{BookingStatus, PaymentOptionType, PrepaymentStatus};
use partner::inventory::import::{ImportFile, ImportOptions, OnError};
use partner::merchant::Order;
use partner::payment::ledger::{Account, EntryKind};
use partner::payment::options::{Origin, OwnedOption};
use partner::scenario::{Problem, ScenarioError};
use partner::store::payment_options::Wanted;
use partner::{Engine, EngineOptions};
use proptest::prelude::*;
use serde_json::{Value, json};

mod support;
use support::{Answered, call, message, slot, update, with_scenario};

#[derive(Clone, Debug)]
enum Step {
    /// A guest books with the option at this place of the list of all.
    Use {
        guest: usize,
        option: usize,
    },
    /// A guest buys one of this kind with a booking.
    Buy {
        guest: usize,
        kind: usize,
    },
    Pay {
        guest: usize,
    },
    GuestCancels(usize),
    Merchant(usize, Order),
    Wait(u64),
}

const GUESTS: [&str; 2] = ["mina", "ravi"];
const KINDS: [&str; 4] = ["pack", "drop-in", "year", "unheard-of"];

fn step() -> impl Strategy<Value = Step> {
    let order = prop::sample::select(vec![
        Order::Confirm,
        Order::Decline { by_silence: false },
        Order::Cancel { refund: None },
        Order::Cancel { refund: Some(true) },
        Order::Cancel {
            refund: Some(false),
        },
        Order::CancelWithCredit,
        Order::NoShow,
        Order::Refund,
        Order::Credit,
    ]);
    prop_oneof![
        5 => (0..2_usize, 0..8_usize).prop_map(|(guest, option)| Step::Use { guest, option }),
        2 => (0..2_usize, 0..4_usize).prop_map(|(guest, kind)| Step::Buy { guest, kind }),
        1 => (0..2_usize).prop_map(|guest| Step::Pay { guest }),
        4 => (0..12_usize).prop_map(Step::GuestCancels),
        5 => (0..12_usize, order).prop_map(|(at, order)| Step::Merchant(at, order)),
        2 => (1..30_000_u64).prop_map(Step::Wait),
    ]
}

fn inventory() -> Value {
    json!([{"merchant_id": "m-harbor", "name": "Harbor", "category": "fitness",
    "geo": {"latitude": 47.6, "longitude": -122.3},
    "payment_option": [
        {"payment_option_id": "pack", "payment_option_type": "PAYMENT_OPTION_MULTI_USE",
            "session_count": 2, "price": {"price_micros": 40_000_000, "currency_code": "USD"}},
        {"payment_option_id": "drop-in", "payment_option_type": "PAYMENT_OPTION_SINGLE_USE",
            "price": {"price_micros": 25_000_000, "currency_code": "USD"}},
        {"payment_option_id": "year", "payment_option_type": "PAYMENT_OPTION_UNLIMITED_USE",
            "price": {"price_micros": 900_000_000, "currency_code": "USD"}},
    ]}])
}

async fn all(engine: &Engine) -> Vec<OwnedOption> {
    let rows = engine.payment_options(Wanted::default(), None, 1_000).await;
    let mut options: Vec<_> = rows.unwrap().into_iter().map(|(_, owned)| owned).collect();
    options.reverse();
    options
}

async fn book(engine: &Engine, guest: &str, number: usize, payment: Value) -> Answered {
    let mut information = json!({"prepayment_status": "PREPAYMENT_NOT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER"});
    for (name, value) in payment.as_object().unwrap() {
        information[name] = value.clone();
    }
    let request = json!({
        "idempotency_token": format!("t{number}"),
        "slot": slot(0),
        "user_information": {"user_id": guest, "given_name": "A", "family_name": "B",
            "telephone": "+1 206-555-0142", "email": format!("{guest}@example.com")},
        "payment_information": information,
        "payment_processing_parameters": {"unparsed_payment_method_token": "tok_approve"},
    });
    Answered::of(engine.create_booking(call(engine), message(request)).await)
}

/// What an option must count by the ledgers: what it had, less the uses that are taken and did not
/// come back. A single use never comes back itself, but as a new one.
fn expected(option: &OwnedOption, taken: &BTreeMap<String, (i32, i32)>) -> i32 {
    let id = &option.option.user_payment_option_id;
    let (used, returned) = taken.get(id).copied().unwrap_or_default();
    match option.option.r#type {
        PaymentOptionType::UnlimitedUse => 0,
        PaymentOptionType::SingleUse if !option.withdrawn => option.option.original_count - used,
        _ => option.option.original_count - used + returned,
    }
}

async fn run(steps: Vec<Step>, asynchronous: bool, gives: &'static str) {
    let settings = json!({"allow_async_payment": true, "duplicates": "accept",
        "cancel_gives": gives});
    let confirmation = if asynchronous {
        "asynchronous"
    } else {
        "synchronous"
    };
    let behaviour = json!({ "confirmation": confirmation });
    let (engine, clock) = with_scenario(&settings, &behaviour);
    let feed = ImportFile {
        name: "merchants.json".to_owned(),
        bytes: json!({"merchant": inventory()}).to_string().into_bytes(),
    };
    let options = ImportOptions {
        on_error: OnError::Abort,
        replace: false,
    };
    let report = engine.import(vec![feed], options).await.unwrap();
    assert_eq!(report.first_error(), None);
    for (kind, count) in [("pack", 3), ("drop-in", 1)] {
        let fields = json!({"user_id": "mina", "merchant_id": "m-harbor",
            "payment_option_id": kind, "original_count": count});
        let Value::Object(fields) = fields else {
            unreachable!()
        };
        engine.give_payment_option(fields).await.unwrap().unwrap();
    }
    let mut bookings: Vec<String> = Vec::new();
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Use { guest, option } => {
                let options = all(&engine).await;
                let option = &options[option % options.len()];
                let id = &option.option.user_payment_option_id;
                let asked = json!({"user_payment_option_id": id});
                let answer = book(&engine, GUESTS[guest], number, asked).await;
                let own = option.user_id == GUESTS[guest];
                let left = !option.counts() || option.option.current_count > 0;
                let cause = match (own, option.withdrawn || !left) {
                    (false, _) => Some("USER_CANNOT_USE_PAYMENT_OPTION"),
                    (true, true) => Some("PAYMENT_OPTION_NOT_VALID"),
                    (true, false) => None,
                };
                assert_eq!(answer.cause().as_deref(), cause, "{option:?}");
                if cause.is_none() {
                    bookings.push(answer.booking_id());
                }
            }
            Step::Buy { guest, kind } => {
                let asked = json!({"payment_option_id": KINDS[kind]});
                let answer = book(&engine, GUESTS[guest], number, asked).await;
                let option = &answer.json()["user_payment_option"];
                assert_eq!(option["payment_option_id"], KINDS[kind]);
                bookings.push(answer.booking_id());
            }
            Step::Pay { guest } => {
                let price = json!({"price": {"price_micros": 5, "currency_code": "USD"},
                    "prepayment_status": "PREPAYMENT_PROVIDED"});
                let answer = book(&engine, GUESTS[guest], number, price).await;
                bookings.push(answer.booking_id());
            }
            Step::GuestCancels(at) => {
                if let Some(id) = bookings.get(at) {
                    let wish = json!({"booking_id": id, "status": "CANCELED"});
                    let first = update(&engine, wish.clone()).await;
                    if first.cause().is_none() {
                        // Once more is the same, and gives nothing once more.
                        assert_eq!(update(&engine, wish).await.body, first.body);
                    }
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
        check(&engine, &bookings).await;
    }
}

async fn check(engine: &Engine, bookings: &[String]) {
    let mut taken: BTreeMap<String, (i32, i32)> = BTreeMap::new();
    let mut in_place = BTreeSet::new();
    for id in bookings {
        let (row, _) = engine.booking(id.clone()).await.unwrap().unwrap();
        let rows = engine.ledger(id.clone()).await.unwrap();
        let entries: Vec<_> = rows.into_iter().map(|(entry, _)| entry).collect();
        let account = Account::of(&entries).expect("a ledger that adds up");
        let status = row.booking.payment_information.unwrap().prepayment_status;
        assert!(account.fits(status), "{status:?} {entries:?}");
        let count = |kind| entries.iter().filter(|it| it.kind == kind).count();
        assert!(count(EntryKind::OptionUsed) <= 1, "{entries:?}");
        assert!(count(EntryKind::OptionReturned) <= count(EntryKind::OptionUsed));
        let never_was = [BookingStatus::DeclinedByMerchant, BookingStatus::Failed];
        assert!(!never_was.contains(&row.booking.status) || !account.is_open());
        for entry in &entries {
            let (used, returned) = taken.entry(entry.payment_method.clone()).or_default();
            match entry.kind {
                EntryKind::OptionUsed => *used += 1,
                EntryKind::OptionReturned => *returned += 1,
                _ => {}
            }
        }
        let options = engine.payment_options_of(id.clone()).await.unwrap();
        let given = options.iter().filter(|it| {
            it.booking_id == *id && matches!(it.origin, Origin::Returned | Origin::Credited)
        });
        let given = given.count();
        assert!(given <= 1, "{options:?}");
        assert!(given == 0 || status == PrepaymentStatus::Credited);
        in_place.extend((given == 1).then(|| id.clone()));
    }
    let options = all(engine).await;
    for owned in &options {
        let option = &owned.option;
        assert!(
            (0..=option.original_count).contains(&option.current_count),
            "{owned:?}"
        );
        assert_eq!(
            option.current_count,
            expected(owned, &taken),
            "{owned:?} {taken:?}"
        );
    }
    let new = options
        .iter()
        .filter(|it| matches!(it.origin, Origin::Returned | Origin::Credited));
    assert_eq!(new.count(), in_place.len(), "each belongs to one booking");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn over_any_history_uses_are_taken_once_and_come_back_once(
        steps in prop::collection::vec(step(), 1..30),
        asynchronous in any::<bool>(),
        gives in prop::sample::select(vec!["money", "credit"]),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(run(steps, asynchronous, gives));
    }
}

#[tokio::test]
async fn a_scenario_gives_guests_options_which_survive_a_restart_and_begin_anew_with_a_reset() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("packs.yaml");
    let scenario = json!({"name": "packs", "title": "Packs", "user_payment_options": [
        {"user_payment_option_id": "minas-pack", "user_id": "mina", "merchant_id": "m-harbor",
            "payment_option_id": "pack", "original_count": 3},
        {"user_id": "ravi", "merchant_id": "m-harbor", "payment_option_id": "year",
            "type": "PAYMENT_OPTION_UNLIMITED_USE"},
    ]});
    std::fs::write(&path, scenario.to_string()).unwrap();
    let open = || {
        support::engine(EngineOptions {
            scenario: Some(path.to_str().unwrap().to_owned()),
            ..support::in_folder(&folder.path().join("data"))
        })
    };
    let counts = async |engine: &Engine| -> Vec<(String, i32)> {
        let options = all(engine).await.into_iter();
        let one = |it: OwnedOption| (it.option.user_payment_option_id, it.option.current_count);
        options.map(one).collect()
    };
    let named = |left| vec![("minas-pack".to_owned(), left), ("upo-2".to_owned(), 0)];
    let engine = open();
    assert_eq!(counts(&engine).await, named(3));
    let asked = json!({"user_payment_option_id": "minas-pack"});
    let first = book(&engine, "mina", 1, asked.clone()).await;
    assert_eq!(first.json()["user_payment_option"]["current_count"], 2);
    engine.close();
    drop(engine);

    let engine = open();
    assert_eq!(counts(&engine).await, named(2), "given once");
    // The answer is kept as it was, option included.
    assert_eq!(book(&engine, "mina", 1, asked).await.body, first.body);
    engine.reset().await.unwrap();
    assert_eq!(counts(&engine).await, named(3));
}

#[test]
fn a_scenarios_mistakes_are_named_by_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.yaml");
    let problems = |options: &str| -> Vec<(u64, String)> {
        let text = format!("name: a\ntitle: A\nuser_payment_options:\n{options}");
        std::fs::write(&path, text).unwrap();
        let error = partner::scenario::load_file(&path).unwrap_err();
        let ScenarioError::Invalid { problems, .. } = error else {
            panic!("{error}");
        };
        let place = |it: Problem| (it.line, it.path);
        problems.into_iter().map(place).collect()
    };
    let named = |line, field: &str| (line, format!("user_payment_options{field}"));
    assert_eq!(
        problems(
            "- { user_id: u, merchant_id: m, kind: p }\n\
             - { user_id: u, merchant_id: m, payment_option_id: p, type: PACK }\n"
        ),
        [named(4, "[0]"), named(4, "[0].kind"), named(5, "[1].type")]
    );
    assert_eq!(
        problems(
            "- { user_payment_option_id: x, user_id: u, merchant_id: m, payment_option_id: p }\n\
             - { user_id: u, merchant_id: m, payment_option_id: p, original_count: 0 }\n\
             - { user_payment_option_id: x, user_id: u, merchant_id: m, payment_option_id: p }\n"
        ),
        [
            named(5, "[1].original_count"),
            named(6, "[2].user_payment_option_id")
        ]
    );
}
