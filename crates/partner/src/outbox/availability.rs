//! Real-time updates (section 7): which places changed, and what they are now. What is sent is read
//! from the inventory at the moment of sending, so that many changes of one slot cost one update.

use booking_api::moment::{Lasting, Moment};
use booking_api::rtu::{
    self, BatchReplaceRequest, ExtendedServiceAvailability, ReplaceRequest, RtuAvailability,
    RtuResources, RtuSchedulingRuleOverrides,
};
use booking_api::{ConfirmationMode, camel_case};
use jiff::Timestamp;
use rusqlite::{Connection, params};
use serde_json::Value;

use crate::inventory::SlotTerms;
use crate::store::outbox::{Kind, Places};
use crate::store::{StoreError, outbox};

/// Windows in one update; each holds the slots of one start, so that an update stays well below
/// the thousand slots that are advised as the most.
const WINDOWS: usize = 250;

/// Puts noted places into a notification, unless one about places waits already: then they go with
/// the next one.
///
/// # Errors
/// [`StoreError`].
pub fn gather(connection: &Connection, now: Timestamp) -> Result<(), StoreError> {
    if outbox::availability_waits(connection)? {
        return Ok(());
    }
    let places = outbox::take_places(connection, WINDOWS)?;
    if places.is_empty() {
        return Ok(());
    }
    let change = crate::booking::to_json(&places);
    outbox::insert(connection, Kind::Availability, "", 0, &change, "", now)?;
    Ok(())
}

/// The path and the body of the update that tells what these places are now.
///
/// # Errors
/// [`StoreError`].
pub fn compose(
    connection: &Connection,
    places: &[Places],
    partner_id: &str,
    now: Timestamp,
) -> Result<(String, Value), StoreError> {
    let mut windows = places
        .iter()
        .map(|place| window(connection, place, now))
        .collect::<Result<Vec<_>, _>>()?;
    if windows.len() == 1
        && let Some(window) = windows.pop()
    {
        let path = rtu::single_path(partner_id, &window.merchant_id, &window.service_id);
        let request = ReplaceRequest {
            service_availability: Some(window.single(partner_id)),
        };
        return Ok((path, camel_case(&request)));
    }
    let request = BatchReplaceRequest {
        extended_service_availability: windows,
    };
    Ok((rtu::batch_path(partner_id), camel_case(&request)))
}

/// All slots of a service that start at one second: a slot that is gone is told by its absence.
fn window(
    connection: &Connection,
    place: &Places,
    now: Timestamp,
) -> Result<ExtendedServiceAvailability, StoreError> {
    Ok(ExtendedServiceAvailability {
        merchant_id: place.merchant_id.clone(),
        service_id: place.service_id.clone(),
        start_time_restrict: Moment::of_second(place.start_sec),
        end_time_restrict: Moment::of_second(place.start_sec + 1),
        availability: slots(connection, place, now)?,
        ..ExtendedServiceAvailability::default()
    })
}

fn slots(
    connection: &Connection,
    place: &Places,
    now: Timestamp,
) -> Result<Vec<RtuAvailability>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT s.duration_sec, s.staff_id, s.room_id, s.party_size, s.confirmation_mode,
             s.capacity, s.taken_elsewhere
             + (SELECT count(*) FROM bookings b WHERE b.slot_id = s.slot_id
                  AND b.status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION'))
             + (SELECT count(*) FROM leases l WHERE l.slot_id = s.slot_id AND l.consumed = 0
                  AND l.expires_sec > ?4), s.terms
         FROM slots s WHERE s.merchant_id = ?1 AND s.service_id = ?2 AND s.start_sec = ?3
         ORDER BY s.slot_id",
    )?;
    let rows = statement.query_map(
        params![
            place.merchant_id,
            place.service_id,
            place.start_sec,
            now.as_second()
        ],
        |row| {
            let terms: Option<String> = row.get(7)?;
            let terms: SlotTerms = terms
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default();
            let mode = row.get_ref(4)?.as_str()?;
            let (total, taken): (i64, i64) = (row.get(5)?, row.get(6)?);
            let resources = RtuResources {
                staff_id: row.get(1)?,
                staff_name: terms.staff_name.clone(),
                room_id: row.get(2)?,
                room_name: terms.room_name.clone(),
                party_size: row.get(3)?,
                ..RtuResources::default()
            };
            Ok(RtuAvailability {
                start_time: Moment::of_second(place.start_sec),
                duration: Some(Lasting::of_seconds(row.get(0)?)),
                spots_open: (total - taken).max(0),
                spots_total: total,
                resources: (resources != RtuResources::default()).then_some(resources),
                confirmation_mode: ConfirmationMode::from_name(mode).unwrap_or_default(),
                scheduling_rule_overrides: overrides(&terms),
                availability_tag: terms.availability_tag,
                payment_option_id: terms.payment_option_ids,
                deposit: terms.deposit,
                no_show_fee: terms.no_show_fee,
                prepayment: terms.prepayment,
                require_credit_card: terms.require_credit_card.unwrap_or_default(),
                duration_requirement: terms.duration_requirement.unwrap_or_default(),
                ..RtuAvailability::default()
            })
        },
    )?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn overrides(terms: &SlotTerms) -> Option<RtuSchedulingRuleOverrides> {
    let overrides = RtuSchedulingRuleOverrides {
        first_bookable_sec: terms.first_bookable_sec.unwrap_or(0),
        last_bookable_sec: terms.last_bookable_sec.unwrap_or(0),
        last_online_cancellable_sec: terms.last_online_cancellable_sec.unwrap_or(0),
    };
    (overrides != RtuSchedulingRuleOverrides::default()).then_some(overrides)
}
