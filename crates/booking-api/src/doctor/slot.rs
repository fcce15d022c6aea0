//! Times, durations and parties.

use std::fmt::Display;

use super::Checkup;
use crate::finding::FindingCode;
use crate::slot::{ResourceIds, Slot};

/// Later than this (the year 5138) nobody books: the time is in milliseconds.
const LATEST_SEC: i64 = 100_000_000_000;

/// Longer than this (some 11 days) nothing lasts, least of all to the second.
const LONGEST_SEC: i64 = 1_000_000;

/// The largest party that a partner may allow.
///
/// Reference: section 3.1.
const LARGEST_PARTY: i32 = 20;

/// A slot as CreateBooking, CheckAvailability and CreateLease name it.
pub(super) fn slot(slot: &Slot, at: impl Display + Copy, checkup: &mut Checkup<'_>) {
    let Slot {
        start_sec,
        duration_sec,
        resources,
        ..
    } = slot;
    moment(*start_sec, at, "start_sec", checkup);
    duration(*duration_sec, at, checkup);
    if let Some(resources) = resources {
        party(resources, at, "resources", checkup);
    }
}

/// A moment; that it is there at all is somebody else's care.
pub(super) fn moment(sec: i64, at: impl Display, name: &str, checkup: &mut Checkup<'_>) {
    if sec >= LATEST_SEC {
        milliseconds(sec, at, name, checkup);
    }
}

/// How long a slot lasts.
pub(super) fn duration(sec: i64, at: impl Display + Copy, checkup: &mut Checkup<'_>) {
    const NAME: &str = "duration_sec";
    if sec < 0 {
        checkup.refuse_number(at, NAME, sec);
    } else if sec >= LONGEST_SEC && sec % 1_000 == 0 {
        milliseconds(sec, at, NAME, checkup);
    } else if sec == 0 && checkup.says_zero(at, NAME) {
        checkup.note(
            FindingCode::ZeroDuration,
            at,
            NAME,
            "0",
            "more than 0 seconds",
        );
    }
}

fn milliseconds(sec: i64, at: impl Display, name: &str, checkup: &mut Checkup<'_>) {
    let expected = format!("seconds, such as \"{}\"", sec / 1_000);
    checkup.note(
        FindingCode::Milliseconds,
        at,
        name,
        sec.to_string(),
        expected,
    );
}

/// How many guests a slot is for.
pub(super) fn party(
    resources: &ResourceIds,
    at: impl Display,
    name: &str,
    checkup: &mut Checkup<'_>,
) {
    let size = resources.party_size;
    if size < 0 {
        checkup.refuse_number(format_args!("{at}/{name}"), "party_size", size.into());
    } else if size > LARGEST_PARTY {
        let at = format_args!("{at}/{name}");
        let expected = format!("1 to {LARGEST_PARTY}");
        let code = FindingCode::PartySizeOverLimit;
        checkup.note(code, at, "party_size", size.to_string(), expected);
    }
}
