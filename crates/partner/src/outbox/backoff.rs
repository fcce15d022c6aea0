//! When a notification is tried again: what an answer means for the sender (section 6.5), and how
//! long it waits. Chance comes from the seed, so that a run can be repeated.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

use crate::chance::{Chance, Purpose};

/// The first pause; each further one doubles, and as much again at most is added by chance.
const FIRST: Duration = Duration::from_secs(1);

/// No pause before jitter is longer: notifications are to arrive within five minutes.
const LONGEST: Duration = Duration::from_secs(120);

/// What an attempt means for its notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The aggregator has taken it.
    Delivered,
    /// Worth another try after a pause.
    Retry,
    /// The aggregator will never take it so.
    GiveUp,
}

/// What an answer's status means; `None` where no answer came.
#[must_use]
pub fn verdict(status: Option<u16>) -> Verdict {
    match status {
        Some(200..=299) => Verdict::Delivered,
        // A concurrent change: the next try is composed anew, from what is true then.
        Some(409 | 429) | None => Verdict::Retry,
        Some(status) if status >= 500 => Verdict::Retry,
        Some(_) => Verdict::GiveUp,
    }
}

/// The pause after so many failed tries (1 for the first) of one notification.
#[must_use]
pub fn pause(seed: u64, notification_id: i64, tries: u32) -> Duration {
    let chance = Chance::new(seed, notification_id.unsigned_abs());
    let strategy = ExponentialBuilder::new()
        .with_min_delay(FIRST)
        .with_max_delay(LONGEST)
        .without_max_times()
        .with_jitter()
        .with_jitter_seed(chance.bits(Purpose::Backoff));
    let skipped = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
    strategy.build().nth(skipped.min(64)).unwrap_or(LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_may_pass_is_tried_again() {
        for status in [200, 204] {
            assert_eq!(verdict(Some(status)), Verdict::Delivered, "{status}");
        }
        for status in [409, 429, 500, 502, 503, 504] {
            assert_eq!(verdict(Some(status)), Verdict::Retry, "{status}");
        }
        for status in [301, 400, 401, 403, 404, 410, 413] {
            assert_eq!(verdict(Some(status)), Verdict::GiveUp, "{status}");
        }
        assert_eq!(verdict(None), Verdict::Retry);
    }

    #[test]
    fn pauses_grow_stay_bounded_and_repeat_with_the_seed() {
        for tries in 1..80 {
            let base = FIRST * 2_u32.pow((tries - 1).min(7));
            let base = base.min(LONGEST);
            let pause = pause(7, 3, tries);
            assert!(
                pause >= base && pause <= base * 2 + LONGEST,
                "{tries}: {pause:?}"
            );
            assert_eq!(pause, super::pause(7, 3, tries));
        }
        assert_ne!(pause(7, 3, 4), pause(7, 4, 4));
    }
}
