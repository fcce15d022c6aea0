//! Guest, merchant and clock in random order against a small model, and side by side: states are
//! legal, places are conserved, of two who decide at once exactly one wins; and what is planned
//! survives a program that ends without a word.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use std::time::Duration;

use partner::behaviour::control::Control;
use partner::merchant::{Order, Refused};
use partner::{Engine, EngineOptions, MoveTo};
use proptest::prelude::*;
use serde_json::{Value, json};

mod support;
use support::{Answered, book, booking_request, call, free_places, slot, update};

const PLACES: u32 = 3;
const REPLY_SEC: u64 = 60;
const SILENCE_SEC: u64 = 90;

#[derive(Clone, Debug)]
enum Step {
    Book {
        asynchronous: bool,
        replies: Option<&'static str>,
    },
    Withdraw {
        booking: usize,
    },
    Act {
        booking: usize,
        order: Order,
    },
    Wait {
        sec: u64,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let replies = prop_oneof![
        Just(None),
        Just(Some("confirm")),
        Just(Some("decline")),
        Just(Some("fail")),
    ];
    let order = prop_oneof![
        3 => Just(Order::Confirm),
        1 => Just(Order::Decline { by_silence: false }),
        1 => Just(Order::Cancel { refund: None }),
        1 => Just(Order::NoShow),
        1 => Just(Order::ChargeNoShowFee),
        1 => Just(Order::Refund),
    ];
    prop_oneof![
        4 => (any::<bool>(), replies)
            .prop_map(|(asynchronous, replies)| Step::Book { asynchronous, replies }),
        2 => (0..6_usize).prop_map(|booking| Step::Withdraw { booking }),
        4 => (0..6_usize, order).prop_map(|(booking, order)| Step::Act { booking, order }),
        2 => (1..80_u64).prop_map(|sec| Step::Wait { sec }),
        1 => (80_000..90_000_u64).prop_map(|sec| Step::Wait { sec }),
    ]
}

/// What is planned for a pending booking: when, and what it becomes then.
type Plan = (u64, &'static str);

struct Held {
    id: String,
    status: &'static str,
    plans: Vec<Plan>,
    /// Made once the slot had begun, so that no limit for cancelling can have passed.
    late: bool,
}

struct Model {
    now: u64,
    held: Vec<Held>,
}

/// Seconds from the start of a test to the start of the slot that is booked.
const UNTIL_START: u64 = 86_400;

impl Model {
    fn free(&self) -> usize {
        let holds =
            |held: &&Held| ["CONFIRMED", "PENDING_MERCHANT_CONFIRMATION"].contains(&held.status);
        let taken = self.held.iter().filter(holds).count();
        (PLACES as usize).checked_sub(taken).expect("oversold")
    }

    /// What the order makes of the status, or nothing where it is illegal.
    fn after(&self, status: &str, order: &Order) -> Option<&'static str> {
        let begun = self.now >= UNTIL_START;
        match (status, order) {
            ("PENDING_MERCHANT_CONFIRMATION", Order::Confirm) => Some("CONFIRMED"),
            ("PENDING_MERCHANT_CONFIRMATION", Order::Decline { .. }) => {
                Some("DECLINED_BY_MERCHANT")
            }
            ("CONFIRMED", Order::Cancel { .. }) => Some("CANCELED"),
            ("CONFIRMED", Order::NoShow) if begun => Some("NO_SHOW"),
            ("CONFIRMED", Order::ChargeNoShowFee) if begun => Some("NO_SHOW_PENALIZED"),
            ("NO_SHOW", Order::ChargeNoShowFee) => Some("NO_SHOW_PENALIZED"),
            _ => None,
        }
    }

    fn pass(&mut self, sec: u64) {
        self.now += sec;
        for held in &mut self.held {
            if held.status == "PENDING_MERCHANT_CONFIRMATION"
                && let Some((_, status)) = held
                    .plans
                    .iter()
                    .filter(|(due, _)| *due <= self.now)
                    .min_by_key(|(due, _)| *due)
            {
                held.status = status;
            }
        }
    }
}

fn behave(control: &Control, asynchronous: bool, replies: Option<&str>) {
    let confirmation = if asynchronous {
        "asynchronous"
    } else {
        "synchronous"
    };
    let reply = match replies {
        Some(decision) => json!({"decision": decision, "after_sec": REPLY_SEC}),
        None => json!({"decision": "manual"}),
    };
    let change = json!({"confirmation": confirmation, "merchant_reply": reply});
    control.patch(&change, None).unwrap();
}

/// A guest of its own for each booking.
fn request(number: usize) -> booking_api::CreateBookingRequest {
    let mut request = booking_request(&format!("token-{number}"), slot(0));
    let user = request.user_information.as_mut().unwrap();
    user.user_id = format!("user-{number}");
    user.email = format!("guest-{number}@example.com");
    request
}

async fn status(engine: &Engine, id: &str) -> String {
    let (row, _) = engine.booking(id.to_owned()).await.unwrap().unwrap();
    row.booking.status.name().to_owned()
}

async fn run(steps: Vec<Step>) {
    let settings = json!({"default_capacity": PLACES, "auto_decline_after_sec": SILENCE_SEC});
    let (engine, _) = support::with_scenario(&settings, &Value::Null);
    let mut model = Model {
        now: 0,
        held: Vec::new(),
    };
    for (number, step) in steps.into_iter().enumerate() {
        match step {
            Step::Book {
                asynchronous,
                replies,
            } => {
                behave(engine.behaviour(), asynchronous, replies);
                let reply = engine
                    .create_booking(call(&engine), request(number).into())
                    .await;
                let answer = Answered::of(reply);
                if model.free() == 0 {
                    assert_eq!(answer.cause().as_deref(), Some("SLOT_UNAVAILABLE"));
                    continue;
                }
                let mut plans = vec![(model.now + SILENCE_SEC, "DECLINED_BY_MERCHANT")];
                let planned = replies.map(|decision| match decision {
                    "confirm" => "CONFIRMED",
                    "decline" => "DECLINED_BY_MERCHANT",
                    _ => "FAILED",
                });
                plans.extend(planned.map(|status| (model.now + REPLY_SEC, status)));
                let status = if asynchronous {
                    "PENDING_MERCHANT_CONFIRMATION"
                } else {
                    "CONFIRMED"
                };
                assert_eq!(answer.status_word(), status);
                model.held.push(Held {
                    id: answer.booking_id(),
                    status,
                    plans,
                    late: model.now >= UNTIL_START,
                });
            }
            Step::Withdraw { booking } => {
                let over = model.now > UNTIL_START;
                let Some(held) = model.held.get_mut(booking) else {
                    continue;
                };
                let wish = json!({"booking_id": held.id, "status": "CANCELED"});
                let answer = update(&engine, wish).await;
                match held.status {
                    "CONFIRMED" | "PENDING_MERCHANT_CONFIRMATION" if held.late || !over => {
                        assert_eq!(answer.status_word(), "CANCELED");
                        held.status = "CANCELED";
                    }
                    // Repeated, too late, or decided otherwise: nothing changes.
                    _ => {}
                }
            }
            Step::Act { booking, order } => {
                let Some(held) = model.held.get(booking) else {
                    continue;
                };
                let after = model.after(held.status, &order);
                let done = engine.act(held.id.clone(), order).await.unwrap();
                assert_eq!(done.is_ok(), after.is_some(), "{} {done:?}", held.status);
                if let Some(after) = after {
                    model.held[booking].status = after;
                } else {
                    assert!(matches!(done, Err(Refused::Illegal { .. })));
                }
            }
            Step::Wait { sec } => {
                let to = MoveTo::Ahead(Duration::from_secs(sec));
                engine.move_clock(to).await.unwrap().unwrap();
                model.pass(sec);
            }
        }
        for held in &model.held {
            assert_eq!(status(&engine, &held.id).await, held.status);
        }
        let free = free_places(&engine, slot(0)).await;
        if model.now < UNTIL_START {
            assert_eq!(free, i64::try_from(model.free()).unwrap());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_history_of_guest_merchant_and_clock_breaks_the_rules(
        steps in proptest::collection::vec(step(), 1..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(run(steps));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_a_guests_cancel_and_a_merchants_confirmation_exactly_one_comes_first() {
    let (engine, _) = support::with_scenario(&json!({}), &json!({"confirmation": "asynchronous"}));
    let mut guests_first = 0;
    for number in 0..100 {
        let reply = engine
            .create_booking(call(&engine), request(number).into())
            .await;
        let id = Answered::of(reply).booking_id();
        let (guest, merchant) = (engine.clone(), engine.clone());
        let wish = json!({"booking_id": id, "status": "CANCELED"});
        let ordered = id.clone();
        let cancel = async move { update(&guest, wish).await };
        let confirm = async move { merchant.act(ordered, Order::Confirm).await.unwrap() };
        // Who is asked first changes, so that either gets its chance.
        let (cancel, confirm) = if number % 2 == 0 {
            let cancel = tokio::spawn(cancel);
            (cancel, tokio::spawn(confirm))
        } else {
            let confirm = tokio::spawn(confirm);
            (tokio::spawn(cancel), confirm)
        };
        let (cancelled, confirmed) = (cancel.await.unwrap(), confirm.await.unwrap());
        // The guest's cancel is legal before and after; the confirmation only before.
        assert_eq!(cancelled.status_word(), "CANCELED");
        let (_, events) = engine.booking(id.clone()).await.unwrap().unwrap();
        let events: Vec<&str> = events
            .iter()
            .map(|(event, _)| event.event.as_str())
            .collect();
        match confirmed {
            Ok(()) => assert_eq!(events, ["created", "confirmed", "cancelled"]),
            Err(refused) => {
                guests_first += 1;
                assert!(matches!(refused, Refused::Illegal { .. }), "{refused:?}");
                assert_eq!(
                    events,
                    ["created", "cancelled"],
                    "who is late changes nothing"
                );
            }
        }
        assert_eq!(status(&engine, &id).await, "CANCELED");
    }
    // Both ends were seen, or this test would prove less than it says.
    assert!((1..100).contains(&guests_first), "{guests_first}");
}

#[tokio::test]
async fn what_is_planned_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let settings = json!({"auto_decline_after_sec": SILENCE_SEC});
    let behaviour = json!({"confirmation": "asynchronous"});
    let path = support::scenario(folder.path(), &settings, &behaviour);
    let options = || EngineOptions {
        scenario: Some(path.to_str().unwrap().to_owned()),
        ..support::in_folder(folder.path())
    };
    let engine = support::engine(options());
    let id = book(&engine, "token", slot(0)).await.booking_id();
    engine.close();
    drop(engine);
    let engine = support::engine(options());
    let next = engine.clock_view().await.unwrap().next_timer.unwrap();
    assert_eq!(next.booking_id.as_deref(), Some(&*id));
    engine.move_clock(MoveTo::NextTimer).await.unwrap().unwrap();
    assert_eq!(status(&engine, &id).await, "DECLINED_BY_MERCHANT");
    let (_, events) = engine.booking(id).await.unwrap().unwrap();
    assert_eq!(events.last().unwrap().0.event, "auto_declined");
}
