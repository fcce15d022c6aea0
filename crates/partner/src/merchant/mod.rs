//! The merchant: who decides about pending bookings and changes confirmed ones, by a person's
//! hand (`POST /api/bookings/{id}/actions`), by `behaviour.merchant_reply`, or by staying silent
//! for too long (`settings.auto_decline_after_sec`).
//!
//! [`moves`] is the state machine as a table, [`act`] does what it allows, [`reply`] sets and
//! fires the timers. [`lifeline`] tells a booking's story: what each side said to which other,
//! and the e-mails that the aggregator would send. What guests do through UpdateBooking is not
//! here but in [`crate::booking`]; telling the aggregator is the task of [`crate::outbox`].

pub mod act;
pub mod lifeline;
pub mod moves;
pub mod reply;

pub use act::{Order, Refused};
pub use moves::Action;
