//! The Booking Server over real sockets.

#![allow(clippy::unwrap_used, reason = "what tests share is test code too")]

#[path = "../common/mod.rs"]
mod common;

mod bad_input;
mod broken_answers;
mod broken_connections;
mod client;
mod corpus;
mod counterfactuals;
mod create_booking;
mod data_file;
mod failures;
mod fault_limits;
mod faults;
mod leases;
mod listener;
mod methods;
mod overrides;
mod payment_options;
mod payment_samples;
mod payments;
mod rules;
mod samples;
mod threeds;
mod tokens;
mod update_booking;
