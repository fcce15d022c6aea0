//! One availability record that stands for a row of slots.

use thiserror::Error;

/// The longest time from the first to the last start of a recurrence: a day.
pub const MOST_RECURRENCE_SEC: i64 = 24 * 60 * 60;

/// Why a recurrence cannot be expanded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum RecurrenceError {
    /// No step.
    #[error("repeat_every_sec is at least 1 second")]
    NoStep,
    /// The last start lies before the first.
    #[error("repeat_until_sec lies before start_sec")]
    Backwards,
    /// Too long.
    #[error("repeat_until_sec lies more than 24 hours after start_sec")]
    TooLong,
}

/// Every start that a record stands for, in order, and whether an exception takes its place away.
///
/// A recurrence (`repeat_until_sec`, `repeat_every_sec`) includes its end. An exception is
/// half-open, and takes every slot that overlaps it.
///
/// Reference: section 8.5.
///
/// # Errors
/// [`RecurrenceError`].
pub fn expand(
    start_sec: i64,
    duration_sec: i64,
    recurrence: Option<(i64, i64)>,
    exceptions: &[(i64, i64)],
) -> Result<Vec<(i64, bool)>, RecurrenceError> {
    let (until, every) = recurrence.unwrap_or((start_sec, 1));
    if every < 1 {
        return Err(RecurrenceError::NoStep);
    }
    let span = until
        .checked_sub(start_sec)
        .ok_or(RecurrenceError::TooLong)?;
    if span < 0 {
        return Err(RecurrenceError::Backwards);
    }
    if span > MOST_RECURRENCE_SEC {
        return Err(RecurrenceError::TooLong);
    }
    let is_excepted = |start: i64| {
        // A slot of no length still has its start.
        let end = start.saturating_add(duration_sec.max(1));
        exceptions
            .iter()
            .any(|(begin, stop)| start < *stop && *begin < end)
    };
    Ok((0..=span / every)
        .map(|step| start_sec + step * every)
        .map(|start| (start, is_excepted(start)))
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_end_is_included_and_exceptions_are_half_open() {
        let starts = expand(0, 30, Some((120, 60)), &[(30, 60)]).unwrap();
        assert_eq!(starts, [(0, false), (60, false), (120, false)]);
        let starts = expand(0, 60, Some((121, 60)), &[(60, 61), (61, 120)]).unwrap();
        assert_eq!(starts, [(0, false), (60, true), (120, false)]);
        assert_eq!(expand(7, 60, None, &[]).unwrap(), [(7, false)]);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert_eq!(
            expand(0, 1, Some((9, 0)), &[]),
            Err(RecurrenceError::NoStep)
        );
        assert_eq!(
            expand(9, 1, Some((8, 1)), &[]),
            Err(RecurrenceError::Backwards)
        );
        let day = MOST_RECURRENCE_SEC;
        assert_eq!(
            expand(0, 1, Some((day + 1, 60)), &[]),
            Err(RecurrenceError::TooLong)
        );
        assert_eq!(expand(0, 1, Some((day, 3_600)), &[]).unwrap().len(), 25);
        assert_eq!(
            expand(i64::MIN, 1, Some((i64::MAX, 60)), &[]),
            Err(RecurrenceError::TooLong)
        );
    }

    proptest! {
        #[test]
        fn a_row_is_evenly_spaced_within_bounds_and_excepts_what_overlaps(
            start in 0_i64..4_000_000_000,
            span in 0_i64..=MOST_RECURRENCE_SEC,
            every in 60_i64..20_000,
            duration in 0_i64..10_000,
            exceptions in prop::collection::vec((0_i64..90_000, 1_i64..9_000), 0..4),
        ) {
            let ranges: Vec<(i64, i64)> = exceptions
                .iter()
                .map(|(begin, length)| (start + begin, start + begin + length))
                .collect();
            let row = expand(start, duration, Some((start + span, every)), &ranges).unwrap();
            prop_assert_eq!(row.len() as i64, span / every + 1);
            prop_assert!(start + span - row[row.len() - 1].0 < every);
            for (place, (at, excepted)) in row.iter().enumerate() {
                prop_assert_eq!(*at, start + place as i64 * every);
                // Second by second, as slow as it is plain.
                let seconds = *at..*at + duration.max(1);
                let overlaps = ranges
                    .iter()
                    .any(|(begin, end)| seconds.start.max(*begin) < seconds.end.min(*end));
                prop_assert_eq!(*excepted, overlaps);
            }
        }
    }
}
