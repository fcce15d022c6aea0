//! Days and hours where a business is. Summer time is left out: a demonstration's hours do not
//! depend on it.

use jiff::Timestamp;

const DAY: i64 = 24 * 60 * 60;

/// The days for which slots are drawn, from today on.
pub(super) struct Calendar {
    first_midnight: i64,
    first_weekday: u32,
    days: u32,
}

/// One day.
#[derive(Clone, Copy)]
pub(super) struct Day {
    midnight: i64,
    /// 0 is Monday, 6 is Sunday.
    pub(super) weekday: u32,
}

impl Calendar {
    pub(super) fn new(now: Timestamp, utc_offset_sec: i64, days: u32) -> Self {
        let local_day = (now.as_second() + utc_offset_sec).div_euclid(DAY);
        // The first of January 1970 was a Thursday.
        let weekday = (local_day + 3).rem_euclid(7);
        Self {
            first_midnight: local_day * DAY - utc_offset_sec,
            first_weekday: u32::try_from(weekday).unwrap_or(0),
            days,
        }
    }

    pub(super) fn days(&self) -> impl Iterator<Item = Day> + '_ {
        (0..self.days).map(|number| Day {
            midnight: self.first_midnight + i64::from(number) * DAY,
            weekday: (self.first_weekday + number) % 7,
        })
    }
}

impl Day {
    /// A moment of the day, in seconds since 1970 (UTC).
    pub(super) fn at(self, minutes: u32) -> i64 {
        self.midnight + i64::from(minutes) * 60
    }

    /// Saturday or Sunday.
    pub(super) fn is_weekend(self) -> bool {
        self.weekday >= 5
    }
}

/// Minutes of the day for a clock time.
pub(super) const fn clock(hour: u32, minute: u32) -> u32 {
    hour * 60 + minute
}

/// Starts from `open` on, every so often, such that the last one ends by `close`.
pub(super) fn starts(open: u32, close: u32, every: u32, minutes: u32) -> impl Iterator<Item = u32> {
    (open..close)
        .step_by(every as usize)
        .filter(move |start| start + minutes <= close)
}
