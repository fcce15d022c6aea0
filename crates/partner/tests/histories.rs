//! Random histories of requests against a small model: no slot is oversold, a token always gets
//! its first answer, a guest holds a slot once, a place that is given back can be had again, and
//! each booking is in the state that its history leads to.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

use std::collections::HashMap;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::{Value, json};

mod support;
use support::{Answered, NOW, call, free_places, message, request_of, slot, update};

const SLOTS: u32 = 3;
const GUESTS: u8 = 6;
const TWICE: &str = "SLOT_ALREADY_BOOKED_BY_USER";
const LEASE_SEC: i64 = 60;

#[derive(Clone, Debug)]
enum Step {
    Book { token: u8, guest: u8, slot: u32 },
    Cancel { booking: usize },
    Move { booking: usize, slot: u32 },
    Lease { slot: u32 },
    BookLeased { lease: usize, token: u8, guest: u8 },
    Wait { sec: u32 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12_u8, 0..GUESTS, 0..SLOTS)
            .prop_map(|(token, guest, slot)| Step::Book { token, guest, slot }),
        2 => (0..8_usize).prop_map(|booking| Step::Cancel { booking }),
        2 => (0..8_usize, 0..SLOTS).prop_map(|(booking, slot)| Step::Move { booking, slot }),
        1 => (0..SLOTS).prop_map(|slot| Step::Lease { slot }),
        1 => (0..4_usize, 0..12_u8, 0..GUESTS)
            .prop_map(|(lease, token, guest)| Step::BookLeased { lease, token, guest }),
        1 => (1..70_u32).prop_map(|sec| Step::Wait { sec }),
    ]
}

struct Held {
    id: String,
    guest: u8,
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

    /// Whether the guest holds the slot already, other than by the booking `except`.
    fn holds(&self, guest: u8, slot: u32, except: &str) -> bool {
        let same = |held: &Held| held.active && held.guest == guest && held.slot == slot;
        self.bookings
            .iter()
            .any(|held| same(held) && held.id != except)
    }

    fn booked(&mut self, token: u8, guest: u8, slot: u32, answer: &Answered) {
        assert_eq!(answer.status_word(), "CONFIRMED");
        let id = answer.booking_id();
        assert!(
            self.bookings.iter().all(|held| held.id != id),
            "an id twice"
        );
        let active = true;
        self.bookings.push(Held {
            id,
            guest,
            slot,
            active,
        });
        self.answers.insert(token, answer.body.clone());
    }
}

fn token(number: u8) -> String {
    format!("token-{number}")
}

fn request(number: u8, guest: u8, slot: Value) -> booking_api::CreateBookingRequest {
    request_of(&format!("guest-{guest}"), &token(number), slot)
}

fn leased(slot: Value, lease_id: &str, number: u8, guest: u8) -> booking_api::CreateBookingRequest {
    let mut request = request(number, guest, slot);
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
                guest,
                slot: place,
            } => {
                let request = request(number, guest, slot(place));
                let answer =
                    Answered::of(engine.create_booking(call(&engine), request.into()).await);
                if let Some(first) = model.answers.get(&number) {
                    assert_eq!(&answer.body, first, "a token gets its first answer");
                } else if model.holds(guest, place, "") {
                    assert_eq!(answer.cause().as_deref(), Some(TWICE));
                } else if model.free(place) == 0 {
                    assert_eq!(answer.cause().as_deref(), Some("SLOT_UNAVAILABLE"));
                } else {
                    model.booked(number, guest, place, &answer);
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
                } else if held.slot != place && model.holds(held.guest, place, &held.id) {
                    assert_eq!(answer.cause().as_deref(), Some(TWICE));
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
                guest,
            } => {
                let Some(hold) = model.leases.get(lease) else {
                    continue;
                };
                let request = leased(slot(hold.slot), &hold.id, number, guest);
                let answer =
                    Answered::of(engine.create_booking(call(&engine), request.into()).await);
                if let Some(first) = model.answers.get(&number) {
                    assert_eq!(&answer.body, first);
                } else if hold.consumed || hold.expires <= model.now {
                    assert_eq!(answer.cause().as_deref(), Some("LEASE_EXPIRED"));
                } else if model.holds(guest, hold.slot, "") {
                    assert_eq!(answer.cause().as_deref(), Some(TWICE));
                } else {
                    let place = hold.slot;
                    model.leases[lease].consumed = true;
                    model.booked(number, guest, place, &answer);
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
        for held in &model.bookings {
            let request = message(json!({"booking_id": held.id}));
            let reply = engine.get_booking_status(call(&engine), request).await;
            let status = Answered::of(reply).json()["booking_status"].clone();
            let expected = if held.active { "CONFIRMED" } else { "CANCELED" };
            assert_eq!(status, expected);
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
