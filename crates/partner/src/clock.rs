//! The engine's clock: the one place that asks the system for the time (invariant 4).
//!
//! Tests hand in a clock that they move by hand, so nothing has to sleep. Frozen and scaled
//! clocks for users are not here yet.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// Where "now" comes from. Cheap to clone; all clones tell the same time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// `None` for the system's time, else micros since the epoch.
    manual_micros: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The system's own time.
    #[must_use]
    pub fn system() -> Self {
        Self {
            manual_micros: None,
        }
    }

    /// A clock that stands still until it is told to advance.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self {
            manual_micros: Some(Arc::new(AtomicI64::new(start.as_microsecond()))),
        }
    }

    /// The current instant, in microseconds at the finest.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.manual_micros {
            // Whole micros, so that what is in memory equals what comes back from the store.
            None => from_micros(Timestamp::now().as_microsecond()),
            Some(micros) => from_micros(micros.load(Ordering::SeqCst)),
        }
    }

    /// Moves a manual clock forward; a system clock is left as it is.
    pub fn advance(&self, by: Duration) {
        if let Some(micros) = &self.manual_micros {
            let step = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
            micros.fetch_add(step, Ordering::SeqCst);
        }
    }

    /// How long to wait, in real time, until `instant` is reached; zero when it has passed.
    #[must_use]
    pub fn until(&self, instant: Timestamp) -> Duration {
        let left: SignedDuration = instant.duration_since(self.now());
        left.try_into().unwrap_or(Duration::ZERO)
    }
}

/// A timestamp from microseconds since the epoch; out-of-range values become the epoch.
#[must_use]
pub fn from_micros(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or_default()
}

/// Measures how long a step of one exchange took. Durations are real time even where the
/// clock is not: they tell how quick the program was, not what time the scenario has.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts measuring.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Microseconds since the start.
    #[must_use]
    pub fn micros(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = Clock::manual(from_micros(1_000_000));
        let twin = clock.clone();
        assert_eq!(clock.now(), from_micros(1_000_000));
        twin.advance(Duration::from_secs(5));
        assert_eq!(clock.now(), from_micros(6_000_000));
        assert_eq!(clock.until(from_micros(8_000_000)), Duration::from_secs(2));
        assert_eq!(clock.until(from_micros(1)), Duration::ZERO);
    }
}
