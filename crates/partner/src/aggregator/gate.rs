//! What the stand-in does before it looks at a call: failures on demand, and the quota of section
//! 6.5. Kept in memory only: a restart begins with the scenario's settings.

use std::sync::{Mutex, MutexGuard, PoisonError};

use booking_api::notification::{RpcCode, RpcError};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::scenario::AggregatorSettings;

/// The next calls that fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Faults {
    /// How many calls are still to fail.
    pub fail_next: u32,
    /// With which HTTP status: 409, 429, 500, 503 or 504.
    pub status: u16,
}

impl Default for Faults {
    fn default() -> Self {
        Self {
            fail_next: 0,
            status: 503,
        }
    }
}

#[derive(Debug)]
struct State {
    faults: Faults,
    accept_unknown: bool,
    quota: u32,
    /// The minute that is counted, and its calls so far.
    minute: (i64, u32),
}

/// What the stand-in does before it looks at a call.
#[derive(Debug)]
pub struct Gate(Mutex<State>);

impl Gate {
    /// As the scenario has it.
    #[must_use]
    pub fn new(settings: &AggregatorSettings) -> Self {
        Self(Mutex::new(State {
            faults: Faults::default(),
            accept_unknown: settings.accept_unknown_bookings,
            quota: settings.quota_per_minute,
            minute: (0, 0),
        }))
    }

    /// Back to the scenario's settings.
    pub fn reset(&self, settings: &AggregatorSettings) {
        *self.lock() = State {
            faults: Faults::default(),
            accept_unknown: settings.accept_unknown_bookings,
            quota: settings.quota_per_minute,
            minute: (0, 0),
        };
    }

    /// The calls that are still to fail.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.lock().faults
    }

    /// Fails the next calls.
    pub fn set_faults(&self, faults: Faults) {
        self.lock().faults = faults;
    }

    /// Whether notifications about bookings are taken that the stand-in never saw.
    #[must_use]
    pub fn accepts_unknown(&self) -> bool {
        self.lock().accept_unknown
    }

    /// Sets whether such notifications are taken.
    pub fn set_accepts_unknown(&self, accepts: bool) {
        self.lock().accept_unknown = accepts;
    }

    /// Lets one call pass, or says why not.
    ///
    /// # Errors
    /// [`RpcError`]: a failure on demand, or the quota is used up.
    pub fn pass(&self, now: Timestamp) -> Result<(), RpcError> {
        let mut state = self.lock();
        let minute = now.as_second().div_euclid(60);
        if state.minute.0 != minute {
            state.minute = (minute, 0);
        }
        state.minute.1 = state.minute.1.saturating_add(1);
        if state.faults.fail_next > 0 {
            state.faults.fail_next -= 1;
            let code = RpcCode::of_status(state.faults.status).unwrap_or(RpcCode::Unavailable);
            return Err(RpcError::new(
                code,
                "The stand-in aggregator was told to fail this call.",
            ));
        }
        if state.quota > 0 && state.minute.1 > state.quota {
            return Err(RpcError::new(
                RpcCode::ResourceExhausted,
                format!("Quota exceeded: {} queries per minute.", state.quota),
            ));
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Plain values: a panic elsewhere leaves nothing half done in here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::from_micros;

    #[test]
    fn failures_are_counted_and_the_quota_holds_for_a_minute() {
        let gate = Gate::new(&AggregatorSettings {
            quota_per_minute: 3,
            ..AggregatorSettings::default()
        });
        let at = |second: i64| from_micros(second * 1_000_000);
        gate.set_faults(Faults {
            fail_next: 2,
            status: 429,
        });
        for _ in 0..2 {
            let error = gate.pass(at(60)).unwrap_err();
            assert_eq!(error.code, RpcCode::ResourceExhausted);
        }
        assert_eq!(gate.faults().fail_next, 0);
        assert_eq!(gate.pass(at(119)), Ok(()));
        let error = gate.pass(at(119)).unwrap_err();
        assert_eq!(error.code, RpcCode::ResourceExhausted);
        assert_eq!(gate.pass(at(120)), Ok(()));
    }
}
