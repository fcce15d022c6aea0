//! The engine's clock: the one place that asks the system for the time (invariant 4).
//!
//! It goes as the system's does, stands still, or goes at a rate of its own. Moving it past
//! timers so that each fires at its own instant is the engine's task (`Engine::move_clock`), not
//! the clock's; tests may move a clock by hand with [`Clock::advance`].

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use utoipa::ToSchema;

/// How a clock goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockMode {
    /// As the system's.
    #[default]
    Real,
    /// Not at all; only an advance moves it.
    Frozen,
    /// By itself, from an instant of its own and at its own rate; 1 is the system's pace.
    Scaled,
}

impl ClockMode {
    /// The modes with their names in JSON.
    pub const NAMES: [(Self, &'static str); 3] = [
        (Self::Real, "real"),
        (Self::Frozen, "frozen"),
        (Self::Scaled, "scaled"),
    ];
}

/// How a clock is set. Everything that it says follows from this and the system's time, so this
/// is all that a restart needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Setting {
    /// As the system's.
    Real,
    /// Always this instant.
    Frozen(Timestamp),
    /// At a pace of its own.
    Scaled {
        /// Seconds of this clock in one second of the system's; above 0.
        rate: f64,
        /// What it said at the system's time `since`.
        from: Timestamp,
        /// The system's time when it was set.
        since: Timestamp,
    },
}

impl Setting {
    /// A clock that says `from` now and goes on at `rate`.
    #[must_use]
    pub fn scaled(rate: f64, from: Timestamp) -> Self {
        let since = system_now();
        Self::Scaled { rate, from, since }
    }

    /// How it goes.
    #[must_use]
    pub fn mode(&self) -> ClockMode {
        match self {
            Self::Real => ClockMode::Real,
            Self::Frozen(_) => ClockMode::Frozen,
            Self::Scaled { .. } => ClockMode::Scaled,
        }
    }

    /// Seconds of this clock in one second of the system's.
    #[must_use]
    pub fn rate(&self) -> f64 {
        match self {
            Self::Real => 1.0,
            Self::Frozen(_) => 0.0,
            Self::Scaled { rate, .. } => *rate,
        }
    }

    /// The same way of going, from another instant on. A real clock that is moved cannot be real
    /// any more: it goes on at the system's pace.
    #[must_use]
    pub fn moved_to(&self, instant: Timestamp) -> Self {
        match self {
            Self::Frozen(_) => Self::Frozen(instant),
            other => Self::scaled(other.rate(), instant),
        }
    }

    /// What a clock that is set so says now.
    pub(crate) fn now(&self) -> Timestamp {
        match self {
            Self::Real => system_now(),
            Self::Frozen(at) => *at,
            Self::Scaled { rate, from, since } => {
                let passed = system_now().as_microsecond() - since.as_microsecond();
                // Exact for 285 years of the system's time, and cut off at both ends.
                let passed = (passed as f64 * rate) as i64;
                from_micros(from.as_microsecond().saturating_add(passed).min(LATEST))
            }
        }
    }
}

/// The end of the year 9998: whatever is added to an instant here, a year of leeway is left.
const LATEST: i64 = 253_370_764_799_000_000;

/// Where "now" comes from. Cheap to clone; all clones tell the same time.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    setting: ArcSwap<Setting>,
    changed: watch::Sender<u64>,
}

impl Default for Clock {
    fn default() -> Self {
        Self::system()
    }
}

impl Clock {
    /// The system's own time.
    #[must_use]
    pub fn system() -> Self {
        Self::with(Setting::Real)
    }

    /// A clock that stands still until it is told to advance.
    #[must_use]
    pub fn manual(start: Timestamp) -> Self {
        Self::with(Setting::Frozen(start))
    }

    fn with(setting: Setting) -> Self {
        Self(Arc::new(Inner {
            setting: ArcSwap::from_pointee(setting),
            changed: watch::Sender::new(0),
        }))
    }

    /// The current instant, in microseconds at the finest.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.0.setting.load().now()
    }

    /// How it is set.
    #[must_use]
    pub fn setting(&self) -> Setting {
        **self.0.setting.load()
    }

    /// Sets it. Timers that are due by then fire as soon as somebody looks after them.
    pub fn set(&self, setting: Setting) {
        self.0.setting.store(Arc::new(setting));
        self.0.changed.send_modify(|count| *count += 1);
    }

    /// Told whenever the clock is set; the number only ever grows.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changed.subscribe()
    }

    /// Moves the clock forward without a look at timers: for tests, whose clock stands still.
    pub fn advance(&self, by: Duration) {
        self.0.setting.rcu(|setting| {
            let now = setting.now();
            Arc::new(setting.moved_to(now.checked_add(by).unwrap_or(now)))
        });
        self.0.changed.send_modify(|count| *count += 1);
    }

    /// How much of this clock's time is left until `instant`; zero when it has passed.
    #[must_use]
    pub fn until(&self, instant: Timestamp) -> Duration {
        let left: SignedDuration = instant.duration_since(self.now());
        left.try_into().unwrap_or(Duration::ZERO)
    }

    /// How long to wait, in real time, until `instant` is reached; zero when it has passed,
    /// `None` where it is never reached since the clock stands still.
    #[must_use]
    pub fn real_until(&self, instant: Timestamp) -> Option<Duration> {
        let left = self.until(instant);
        match self.setting() {
            _ if left.is_zero() => Some(left),
            Setting::Real => Some(left),
            Setting::Frozen(_) => None,
            Setting::Scaled { rate, .. } => {
                // Rounded up, so that who waited so long finds the instant reached.
                let micros = (left.as_micros() as f64 / rate).ceil() + 1.0;
                Some(Duration::from_micros(micros as u64))
            }
        }
    }
}

/// Whole micros, so that what is in memory equals what comes back from the store.
fn system_now() -> Timestamp {
    from_micros(Timestamp::now().as_microsecond())
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

/// An instant for a sentence, as people say it and as the protocol counts it, in Unix seconds:
/// `2025-11-28 10:00:00 UTC (1764324000)`.
#[must_use]
pub fn in_words(sec: i64) -> String {
    match Timestamp::from_second(sec) {
        Ok(at) => format!("{} ({sec})", at.strftime("%Y-%m-%d %H:%M:%S UTC")),
        // Requests may name instants that no calendar has.
        Err(_) => sec.to_string(),
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
        assert_eq!(clock.real_until(from_micros(8_000_000)), None);
        assert_eq!(
            clock.real_until(from_micros(6_000_000)),
            Some(Duration::ZERO)
        );
    }

    #[test]
    fn a_scaled_clock_goes_on_from_where_it_would_be() {
        // Set ten seconds ago, as it is after a restart.
        let since = system_now().checked_sub(Duration::from_secs(10)).unwrap();
        let from = from_micros(1_000_000_000);
        let clock = Clock::with(Setting::Scaled {
            rate: 60.0,
            from,
            since,
        });
        let gone = clock.now().duration_since(from).as_secs();
        assert!((600..720).contains(&gone), "{gone}");
        let hour = clock.now().checked_add(Duration::from_secs(3_600)).unwrap();
        let wait = clock.real_until(hour).unwrap();
        assert!(wait <= Duration::from_secs(61), "{wait:?}");
        assert!(wait > Duration::from_secs(50), "{wait:?}");
    }

    #[test]
    fn a_real_clock_that_is_moved_goes_on_at_the_same_pace() {
        let clock = Clock::system();
        clock.advance(Duration::from_secs(3_600));
        let ahead = clock.now().duration_since(system_now()).as_secs();
        assert!((3_598..=3_600).contains(&ahead), "{ahead}");
        assert_eq!(clock.setting().mode(), ClockMode::Scaled);
        assert_eq!(clock.setting().rate(), 1.0);
    }

    #[test]
    fn instants_are_said_as_people_and_as_the_protocol_do() {
        assert_eq!(
            in_words(1_764_324_000),
            "2025-11-28 10:00:00 UTC (1764324000)"
        );
        assert_eq!(in_words(i64::MAX), "9223372036854775807");
    }
}
