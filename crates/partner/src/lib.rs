//! The engine of Mock Partner: what a Booking Server partner knows and decides.
//!
//! Here are behaviour, bookings, inventory, clock, exchanges and the SQLite store. There is no
//! HTTP server and no window in this crate (invariant 1), and no clock but [`clock`]'s.

pub mod aggregator;
pub mod behaviour;
pub mod booking;
pub mod chance;
pub mod clock;
pub mod decision;
mod engine;
pub mod exchange;
mod explain;
pub mod inventory;
pub mod merchant;
mod names;
pub mod outbox;
pub mod overrides;
pub mod payment;
pub mod rules;
pub mod sample;
pub mod scenario;
pub mod store;
pub mod thresholds;
pub mod timers;
pub mod verify;

use std::path::PathBuf;

pub use engine::time::{ClockView, MoveTo, NextTimer, NoTimer};
pub use engine::{
    AtStake, Broken, Engine, EngineOptions, Fault, NewScenario, Notification, RuleState,
    StandInReply,
};
pub use store::{OpenError, StoreError};

/// Where data is kept unless told otherwise: the system's folder for application data.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    dirs::data_local_dir()
        .unwrap_or_else(|| PathBuf::from("."))
        .join("mock-partner")
}
