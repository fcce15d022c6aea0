//! How the stand-in takes real-time updates: what a window covers is dropped, and its list put in
//! the place (section 7).

use booking_api::camel_case;
use booking_api::rtu::ExtendedServiceAvailability;
use jiff::Timestamp;
use rusqlite::Connection;

use crate::store::StoreError;
use crate::store::aggregator::{self, Window};

const SECOND: i64 = 1_000_000_000;

/// Replaces the slots of one window of a service.
///
/// # Errors
/// [`StoreError`].
pub fn replace(
    connection: &Connection,
    now: Timestamp,
    window: &ExtendedServiceAvailability,
) -> Result<(), StoreError> {
    let restrict = window.resources_restrict.as_ref();
    aggregator::delete_slots(
        connection,
        &Window {
            merchant_id: &window.merchant_id,
            service_id: &window.service_id,
            from: window
                .start_time_restrict
                .map_or(i64::MIN, |it| nanos(it.0)),
            to: window.end_time_restrict.map(|it| nanos(it.0)),
            duration: window
                .duration_restrict
                .map(|it| length(it.seconds, it.nanos)),
            resources: restrict.map(|it| (it.staff_id.as_str(), it.room_id.as_str())),
        },
    )?;
    for slot in &window.availability {
        let resources = slot.resources.clone().unwrap_or_default();
        aggregator::add_slot(
            connection,
            &window.merchant_id,
            &window.service_id,
            slot.start_time.map_or(0, |it| nanos(it.0)),
            slot.duration.map_or(0, |it| length(it.seconds, it.nanos)),
            (&resources.staff_id, &resources.room_id),
            &camel_case(slot).to_string(),
            now,
        )?;
    }
    Ok(())
}

/// What is wrong with a window in itself, in a sentence.
#[must_use]
pub fn problem(window: &ExtendedServiceAvailability) -> Option<String> {
    if window.merchant_id.is_empty() || window.service_id.is_empty() {
        return Some("merchantId and serviceId are required.".to_owned());
    }
    if let (Some(from), Some(to)) = (window.start_time_restrict, window.end_time_restrict)
        && from >= to
    {
        return Some(format!("startTimeRestrict {from} is not before {to}."));
    }
    for slot in &window.availability {
        let Some(start) = slot.start_time else {
            return Some("startTime is required.".to_owned());
        };
        if slot
            .duration
            .is_none_or(|it| it.seconds == 0 && it.nanos == 0)
        {
            return Some(format!("The slot at {start} needs a duration."));
        }
        if slot.spots_open < 0 || slot.spots_total < 0 || slot.spots_open > slot.spots_total {
            return Some(format!(
                "The slot at {start} has {} of {} spots open.",
                slot.spots_open, slot.spots_total
            ));
        }
    }
    None
}

/// Nanoseconds since 1970, to the ends of what 64 bits hold (the years 1677 and 2262).
fn nanos(instant: Timestamp) -> i64 {
    let nanos = instant.as_nanosecond();
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

fn length(seconds: i64, nanos: u32) -> i64 {
    seconds
        .saturating_mul(SECOND)
        .saturating_add(i64::from(nanos))
}

#[cfg(test)]
mod tests;
