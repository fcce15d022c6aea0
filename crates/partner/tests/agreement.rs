//! Random histories of guests, merchants, time and an aggregator that fails, is slow, or loses its
//! answers: whatever the order, both sides hold the same in the end.

#![expect(clippy::unwrap_used, reason = "only tests use it")]

mod support;

use std::time::Duration;

use booking_api::{BookingFailure, BookingStatus, PlainCause};
use partner::Engine;
use partner::aggregator::differences;
use partner::clock::Clock;
use partner::merchant::act::Order;
use partner::outbox::queue::Outgoing;
use partner::store::outbox::{Attempt, State};
use proptest::prelude::*;
use serde_json::json;

use support::{booking_request, slot, update, with_scenario};

/// One thing that happens.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// A guest books: a slot that is confirmed at once, or one that the merchant decides about.
    Book { asynchronous: bool },
    /// A guest cancels the booking with this number.
    GuestCancels(usize),
    /// A guest moves it to another hour.
    GuestMoves(usize, u32),
    /// The merchant does something with it.
    Merchant(usize, u8),
    /// Time passes.
    Wait(u32),
    /// What is due is taken out of the outbox and is on its way.
    Send,
    /// The oldest of what is on its way arrives, and its answer comes back or is lost.
    Arrive { answer: u8 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let booking = 0_usize..4;
    let step = prop_oneof![
        2 => any::<bool>().prop_map(|asynchronous| Step::Book { asynchronous }),
        2 => booking.clone().prop_map(Step::GuestCancels),
        2 => (booking.clone(), 10_u32..16).prop_map(|(at, hour)| Step::GuestMoves(at, hour)),
        6 => (booking, any::<u8>()).prop_map(|(at, what)| Step::Merchant(at, what)),
        3 => (1_u32..200_000).prop_map(Step::Wait),
        4 => Just(Step::Send),
        5 => (0_u8..6).prop_map(|answer| Step::Arrive { answer }),
    ];
    prop::collection::vec(step, 1..60)
}

struct World {
    engine: Engine,
    clock: Clock,
    bookings: Vec<String>,
    on_the_way: Vec<Outgoing>,
}

impl World {
    async fn step(&mut self, step: Step) {
        match step {
            Step::Book { asynchronous } if self.bookings.len() < 4 => {
                let number = u32::try_from(self.bookings.len()).unwrap();
                let mut slot = slot(number);
                if asynchronous {
                    slot["confirmation_mode"] = json!("CONFIRMATION_MODE_ASYNCHRONOUS");
                }
                let request = booking_request(&format!("t{number}"), slot);
                let call = support::call(&self.engine);
                let reply = self.engine.create_booking(call, request.into()).await;
                self.bookings.extend(reply.booking_id);
            }
            Step::Book { .. } => {}
            Step::GuestCancels(at) => {
                if let Some(id) = self.bookings.get(at) {
                    update(
                        &self.engine,
                        json!({"booking_id": id, "status": "CANCELED"}),
                    )
                    .await;
                }
            }
            Step::GuestMoves(at, hour) => {
                if let Some(id) = self.bookings.get(at) {
                    let new = slot(hour);
                    let times = json!({"start_sec": new["start_sec"], "duration_sec": "3600"});
                    update(&self.engine, json!({"booking_id": id, "slot": times})).await;
                }
            }
            Step::Merchant(at, what) => {
                if let Some(id) = self.bookings.get(at) {
                    // What is not legal now is refused; that is a step like any other.
                    let _ = self.engine.act(id.clone(), order(what)).await.unwrap();
                }
            }
            Step::Wait(sec) => self.clock.advance(Duration::from_secs(u64::from(sec))),
            Step::Send => {
                let due = self.engine.outbox_due().await.unwrap();
                for outgoing in due {
                    let id = outgoing.notification_id;
                    if !self.on_the_way.iter().any(|it| it.notification_id == id) {
                        self.on_the_way.push(outgoing);
                    }
                }
            }
            Step::Arrive { answer } => {
                if !self.on_the_way.is_empty() {
                    let outgoing = self.on_the_way.remove(0);
                    self.arrive(outgoing, answer).await;
                }
            }
        }
    }

    /// Lets a request arrive. 0: it never does. 1: it does, and the answer is lost. 2, 3: the
    /// aggregator is busy or down. Else all is well.
    async fn arrive(&self, outgoing: Outgoing, answer: u8) {
        let status = match answer {
            0 => None,
            2 => Some(429),
            3 => Some(503),
            _ => {
                let (path, query) = outgoing.target.split_once('?').unwrap();
                let ids: Vec<&str> = path.split('/').collect();
                let (partner, booking) = (ids[4].to_owned(), ids[6].to_owned());
                let body = outgoing.body.as_bytes();
                let reply = self
                    .engine
                    .aggregator_patch(partner, booking, query, body)
                    .await;
                let status = reply
                    .result
                    .map_or_else(|error| error.code.status(), |_| 200);
                (answer != 1).then_some(status)
            }
        };
        let attempt = Attempt {
            at: self.clock.now(),
            status,
            error: None,
            duration_us: 1,
            exchange_id: 0,
        };
        self.engine
            .outbox_tried(outgoing, attempt, false)
            .await
            .unwrap();
    }

    /// Lets everything that is still to be told arrive.
    async fn settle(&mut self) {
        while !self.on_the_way.is_empty() {
            self.step(Step::Arrive { answer: 5 }).await;
        }
        for _ in 0..200 {
            self.clock.advance(Duration::from_secs(600));
            let due = self.engine.outbox_due().await.unwrap();
            if due.is_empty() {
                return;
            }
            for outgoing in due {
                self.arrive(outgoing, 5).await;
            }
        }
        panic!("the outbox does not empty");
    }
}

fn order(what: u8) -> Order {
    match what % 9 {
        0 | 1 => Order::Confirm,
        2 => Order::Decline { by_silence: false },
        3 => Order::Fail(BookingFailure::of(PlainCause::OverlappingReservation)),
        4 => Order::Cancel { refund: None },
        5 | 6 => {
            let start = slot(20 + u32::from(what) % 3)["start_sec"]
                .as_str()
                .unwrap()
                .to_owned();
            Order::Reschedule {
                start_sec: start.parse().ok(),
                duration_sec: None,
                party_size: (what > 127).then_some(i32::from(what % 4) + 1),
            }
        }
        7 => Order::NoShow,
        _ => Order::ChargeNoShowFee,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn both_sides_agree_in_the_end(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let settings = json!({"default_capacity": 2, "aggregator": {"quota_per_minute": 0}});
            let (engine, clock) = with_scenario(&settings, &serde_json::Value::Null);
            let mut world = World { engine, clock, bookings: Vec::new(), on_the_way: Vec::new() };
            for step in steps {
                world.step(step).await;
            }
            world.settle().await;
            for id in &world.bookings {
                let (row, _) = world.engine.booking(id.clone()).await.unwrap().unwrap();
                let view = world.engine.aggregator_booking(id.clone()).await.unwrap().unwrap();
                prop_assert_eq!(differences(&row.booking, &view.booking), Vec::new());
                prop_assert!(row.booking.status != BookingStatus::Unspecified);
                let told = world.engine.notifications(Some(id.clone()), None, None, 100).await;
                let waits = told.unwrap().iter().any(|it| it.row.state == State::Waiting);
                prop_assert!(!waits);
            }
            Ok(())
        })?;
    }
}
