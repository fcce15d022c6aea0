use booking_api::moment::{Lasting, Moment};
use booking_api::rtu::{RtuAvailability, RtuResources};

use super::*;
use crate::clock::from_micros;
use crate::store::open;

fn slot(start: i64, length: i64, staff: &str) -> RtuAvailability {
    RtuAvailability {
        start_time: Moment::of_second(start),
        duration: Some(Lasting::of_seconds(length)),
        spots_open: 1,
        spots_total: 1,
        resources: (!staff.is_empty()).then(|| RtuResources {
            staff_id: staff.to_owned(),
            ..RtuResources::default()
        }),
        ..RtuAvailability::default()
    }
}

fn window(
    from: Option<i64>,
    to: Option<i64>,
    availability: Vec<RtuAvailability>,
) -> ExtendedServiceAvailability {
    ExtendedServiceAvailability {
        merchant_id: "m".to_owned(),
        service_id: "s".to_owned(),
        start_time_restrict: from.and_then(Moment::of_second),
        end_time_restrict: to.and_then(Moment::of_second),
        availability,
        ..ExtendedServiceAvailability::default()
    }
}

/// What is left of ten slots, one a minute, after a replacement: their starts in order.
fn left(change: &ExtendedServiceAvailability) -> Vec<i64> {
    let connection = open::open(None, "").unwrap().connection;
    let now = from_micros(0);
    let before = (0..10)
        .map(|place| {
            slot(
                place * 60,
                if place % 2 == 0 { 600 } else { 900 },
                ["", "ana"][place as usize / 5],
            )
        })
        .collect();
    replace(&connection, now, &window(None, None, before)).unwrap();
    let mut other = window(None, None, vec![slot(0, 600, "")]);
    other.service_id = "other".to_owned();
    replace(&connection, now, &other).unwrap();
    replace(&connection, now, change).unwrap();
    let rows = aggregator::slots(&connection, Some("m"), None, None, 100).unwrap();
    let (others, rows): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.service_id == "other");
    assert_eq!(others.len(), 1, "another service's slots stay");
    let mut starts: Vec<i64> = rows
        .iter()
        .map(|row| {
            let slot: serde_json::Value = serde_json::from_str(&row.availability).unwrap();
            let start: Timestamp = slot["startTime"].as_str().unwrap().parse().unwrap();
            start.as_second() / 60
        })
        .collect();
    starts.sort_unstable();
    starts
}

#[test]
fn windows_are_half_open_and_open_ended_where_a_side_is_missing() {
    let empty = Vec::new;
    assert_eq!(
        left(&window(Some(120), Some(300), empty())),
        [0, 1, 5, 6, 7, 8, 9]
    );
    assert_eq!(left(&window(Some(120), None, empty())), [0, 1]);
    assert_eq!(left(&window(None, Some(480), empty())), [8, 9]);
    assert_eq!(left(&window(None, None, empty())), [] as [i64; 0]);
    let listed = vec![slot(120, 600, ""), slot(86_400, 600, "")];
    assert_eq!(
        left(&window(Some(120), Some(540), listed)),
        [0, 1, 2, 9, 1_440]
    );
}

#[test]
fn length_and_resources_narrow_what_is_dropped() {
    let mut by_length = window(None, None, Vec::new());
    by_length.duration_restrict = Some(Lasting::of_seconds(900));
    assert_eq!(left(&by_length), [0, 2, 4, 6, 8]);
    let mut by_staff = window(Some(240), None, Vec::new());
    by_staff.resources_restrict = Some(RtuResources {
        staff_id: "ana".to_owned(),
        ..RtuResources::default()
    });
    assert_eq!(left(&by_staff), [0, 1, 2, 3, 4]);
}

#[test]
fn what_cannot_be_is_a_problem() {
    assert_eq!(
        problem(&window(Some(60), Some(120), vec![slot(60, 60, "")])),
        None
    );
    assert!(problem(&window(Some(60), Some(60), Vec::new())).is_some());
    assert!(problem(&window(None, None, vec![slot(60, 0, "")])).is_some());
    let mut overfull = slot(60, 60, "");
    overfull.spots_open = 2;
    assert!(problem(&window(None, None, vec![overfull])).is_some());
    let mut nameless = window(None, None, Vec::new());
    nameless.merchant_id = String::new();
    assert!(problem(&nameless).is_some());
}
