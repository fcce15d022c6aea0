//! The control API over real sockets.

#![expect(clippy::unwrap_used, reason = "what tests share is test code too")]

#[path = "../common/mod.rs"]
mod common;

mod actions;
mod behaviour;
mod bookings;
mod clock;
mod events;
mod exchanges;
mod guard;
mod inventory;
mod notifications;
mod openapi;
mod partner;
mod replay;
mod scenarios;
mod session_state;
mod sessions;
mod stand_in;
mod thresholds;
mod verify;
mod walkthrough;
