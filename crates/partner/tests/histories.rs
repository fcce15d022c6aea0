//! Random histories of requests against a small model: no slot is oversold, a token always gets
//! its first answer, a place that is given back can be had again.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

mod support;
use support::{Answered, NOW, book, booking_request, call, free_places, message, slot, update};

const SLOTS: u32 = 3;
const LEASE_SEC: i64 = 60;

#[derive(Clone, Debug)]
enum Step {
    Book { token: u8, slot: u32 },
    Cancel { booking: usize },
    Move { booking: usize, slot: u32 },
    Lease { slot: u32 },
    BookLeased { lease: usize, token: u8 },
    Wait { sec: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12_u8, 0..SLOTS).prop_map(|(token, slot)| Step::Book { token, slot }),
        2 => (0..8_usize).prop_map(|booking| Step::Cancel { booking }),
        2 => (0..8_usize, 0..SLOTS).prop_map(|(booking, slot)| Step::Move { booking, slot }),
        1 => (0..SLOTS).prop_map(|slot| Step::Lease { slot }),
        1 => (0..4_usize, 0..12_u8).prop_map(|(lease, token)| Step::BookLeased { lease, token }),
        1 => (1..70_u32).prop_map(|sec| Step::Wait { sec }),
    ]
}

struct Held {
    id: String,
    slot: u32,
    active: bool,
}

struct Hold {
    id: String,
    slot: u32,
    expires: i64,
    consumed: bool,
}

/// What a partner should know, in the simplest way.
struct Model {
    capacity: usize,
    now: i64,
    bookings: Vec<Held>,
    leases: Vec<Hold>,
    answers: HashMap<u8, String>,
}

impl Model {
    fn free(&self, slot: u32) -> usize {
        let held = |held: &&Held| held.active && held.slot == slot;
        let leased = |it: &&Hold| it.slot == slot && !it.consumed && it.expires > self.now;
        let taken =
            self.bookings.iter().filter(held).count() + self.leases.iter().filter(leased).count();
        // The subtraction fails, and with it the test, where a slot is oversold.
        self.capacity
            .checked_sub(taken)
            .expect("a slot is oversold")
    }

    fn booked(&mut self, token: u8, slot: u32, answer: &Answered) {
        assert_eq!(answer.status_word(), "CONFIRMED");
        let id = answer.booking_id();
        assert!(
            self.bookings.iter().all(|held| held.id != id),
            "an id twice"
        );
        let active = true;
        self.bookings.push(Held { id, slot, active });
        self.answers.insert(token, answer.body.clone());
    }
}

fn token(number: u8) -> String {
    format!("token-{number}")
}

fn leased(engine_slot: Value, lease_id: &str, number: u8) -> booking_api::CreateBookingRequest {
    let mut request = booking_request(&token(number), engine_slot);
    request.lease_ref = Some(message(json!({ "lease_id": lease_id })));
    request
}

async fn run(capacity: u32, steps: Vec<Step>) {
    let settings = json!({"default_capacity": capacity, "max_lease_sec": LEASE_SEC});
    let (engine, clock) = support::with_scenario(&settings, &Value::Null);
    let mut model = Model {
        capacity: capacity as usize,
        now: NOW,
        bookings: Vec::new(),
        leases: Vec::new(),
        answers: HashMap::new(),
    };
    for step in steps {
        match step {
            Step::Book {
                token: number,
                slot: place,
            } => {
                let answer = book(&engine, &token(number), slot(place)).await;
                if let Some(first) = model.answers.get(&number) {
                    assert_eq!(&answer.body, first, "a token gets its first answer");
                } else if model.free(place) == 0 {
                    assert_eq!(answer.cause().as_deref(), Some("SLOT_UNAVAILABLE"));
                } else {
                    model.booked(number, place, &answer);
                }
            }
            Step::Cancel { booking } => {
                let Some(held) = model.bookings.get_mut(booking) else {
                    continue;
                };
                let wish = json!({"booking_id": held.id, "status": "CANCELED"});
                let answer = update(&engine, wish).await;
                assert_eq!(answer.status_word(), "CANCELED");
                held.active = false;
            }
            Step::Move {
                booking,
                slot: place,
            } => {
                let Some(held) = model.bookings.get(booking) else {
                    continue;
                };
                let wish = json!({"booking_id": held.id, "slot": slot(place)});
                let answer = update(&engine, wish).await;
                if !held.active {
                    let cause = answer.cause();
                    assert_eq!(cause.as_deref(), Some("BOOKING_ALREADY_CANCELLED"));
                } else if held.slot != place && model.free(place) == 0 {
                    assert_eq!(answer.cause().as_deref(), Some("SLOT_UNAVAILABLE"));
                } else {
                    assert_eq!(answer.status_word(), "CONFIRMED");
                    let start = slot(place)["start_sec"].clone();
                    assert_eq!(answer.json()["booking"]["slot"]["start_sec"], start);
                    model.bookings[booking].slot = place;
                }
            }
            Step::Lease { slot: place } => {
                let request = message(json!({"lease": {"slot": slot(place)}}));
                let answer = Answered::of(engine.create_lease(call(&engine), request).await);
                if model.free(place) == 0 {
                    assert_eq!(answer.cause().as_deref(), Some("SLOT_UNAVAILABLE"));
                } else {
                    let lease = answer.json()["lease"].clone();
                    let expires = model.now + LEASE_SEC;
                    assert_eq!(lease["lease_expiration_time_sec"], expires.to_string());
                    model.leases.push(Hold {
                        id: lease["lease_id"].as_str().unwrap().to_owned(),
                        slot: place,
                        expires,
                        consumed: false,
                    });
                }
            }
            Step::BookLeased {
                lease,
                token: number,
            } => {
                let Some(hold) = model.leases.get_mut(lease) else {
                    continue;
                };
                let request = leased(slot(hold.slot), &hold.id, number);
                let answer = Answered::of(engine.create_booking(call(&engine), request).await);
                if let Some(first) = model.answers.get(&number) {
                    assert_eq!(&answer.body, first);
                } else if hold.consumed || hold.expires <= model.now {
                    assert_eq!(answer.cause().as_deref(), Some("LEASE_EXPIRED"));
                } else {
                    hold.consumed = true;
                    let place = hold.slot;
                    model.booked(number, place, &answer);
                }
            }
            Step::Wait { sec } => {
                clock.advance(Duration::from_secs(sec.into()));
                model.now += i64::from(sec);
            }
        }
        for place in 0..SLOTS {
            let free = free_places(&engine, slot(place)).await;
            assert_eq!(free, i64::try_from(model.free(place)).unwrap());
        }
        assert_eq!(
            *engine.bookings_changed().borrow(),
            model.bookings.len() as u64
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_history_breaks_the_rules(
        capacity in 1..4_u32, steps in proptest::collection::vec(step(), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(capacity, steps));
    }
}
