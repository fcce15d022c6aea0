//! Sessions: partners of their own in the same program, so that many clients share it without
//! meeting. Who is in which session is the server's task.

use std::path::Path;

use super::{Engine, EngineOptions};
use crate::clock::Clock;
use crate::scenario::Scenario;
use crate::store::OpenError;

/// Exchanges that the log of a session shows at most.
const KEEP: u64 = 20_000;

impl Engine {
    /// A partner as this one was at its start: the scenario in force, the same seed and id, a
    /// clock, state and behaviour of its own. All of it is in memory, and gone when the last
    /// clone is dropped.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn session(&self) -> Result<Self, OpenError> {
        let clock = Clock::default();
        if let Some(given) = self.0.timekeeper.given() {
            clock.set(given);
        }
        Self::open_with(
            Some(Scenario::clone(&self.scenario())),
            self.scenarios_folder().map(Path::to_owned),
            EngineOptions {
                seed: self.0.stage.own_seed(),
                clock,
                keep_exchanges: KEEP,
                partner_id: Some(self.0.partner_id.clone()),
                ..EngineOptions::default()
            },
        )
    }
}
