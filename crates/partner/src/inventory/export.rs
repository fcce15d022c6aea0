//! Feeds going out (section 8): the inventory as it stands, valid against what the section says.

use booking_api::ProcessingInstruction;
use booking_api::feed::{
    Availability, FeedKind, FeedMerchant, FeedMetadata, FeedService, GeoCoordinates, Opaque,
    RulesKey, SchedulingRuleOverrides, SlotResources, write_record,
};
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use super::lists::{SLOT_COLUMNS, SlotDetails, slot_of};
use super::terms::json_at;
use crate::store::StoreError;

/// The category of a merchant of which only the id is known; feeds demand one.
const UNKNOWN_CATEGORY: &str = "Unknown";

/// One feed in one file, one record a line.
///
/// # Errors
/// [`StoreError`].
pub fn feed(
    connection: &Connection,
    kind: FeedKind,
    rules: RulesKey,
    now: Timestamp,
) -> Result<String, StoreError> {
    let mut text = String::from("{\"metadata\":");
    text.push_str(&write_record(&metadata(kind, now), rules));
    text.push_str(match kind {
        FeedKind::Merchants => ",\"merchant\":[",
        FeedKind::Services => ",\"service\":[",
        FeedKind::Availability => ",\"service_availability\":[{\"availability\":[",
    });
    let before = text.len();
    let mut push = |record: &str| {
        if text.len() > before {
            text.push(',');
        }
        text.push('\n');
        text.push_str(record);
    };
    match kind {
        FeedKind::Merchants => {
            let sql = "SELECT merchant_id, record FROM merchants ORDER BY merchant_id";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let record: Option<FeedMerchant> = json_at(row, 1)?;
                let record = match record {
                    Some(record) => record,
                    None => bare_merchant(row.get(0)?),
                };
                push(&write_record(&record, rules));
            }
        }
        FeedKind::Services => {
            let sql = "SELECT merchant_id, service_id, record FROM services
                       ORDER BY merchant_id, service_id";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let record: Option<FeedService> = json_at(row, 2)?;
                let record = match record {
                    Some(record) => record,
                    None => bare_service(row.get(0)?, row.get(1)?),
                };
                push(&write_record(&record, rules));
            }
        }
        FeedKind::Availability => {
            let sql = format!(
                "SELECT {SLOT_COLUMNS} FROM slots ORDER BY merchant_id, service_id, start_sec,
                     duration_sec, staff_id, room_id, party_size"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query([now.as_second()])?;
            while let Some(row) = rows.next()? {
                push(&write_record(&availability(slot_of(row)?), rules));
            }
        }
    }
    text.push_str(match kind {
        FeedKind::Availability => "]}]}\n",
        _ => "]}\n",
    });
    Ok(text)
}

/// What a feed says about itself. The nonce comes from the engine's clock: it differs between the
/// three kinds, and between two moments.
fn metadata(kind: FeedKind, now: Timestamp) -> FeedMetadata {
    let nonce = now.as_microsecond().saturating_mul(3) + kind as i64;
    FeedMetadata {
        processing_instruction: ProcessingInstruction::AsComplete,
        shard_number: 0,
        total_shards: 1,
        nonce: Some(Opaque(Value::from(nonce.to_string()))),
        generation_timestamp: now.as_second(),
    }
}

/// What can be said of a merchant that a request made.
pub(super) fn bare_merchant(merchant_id: String) -> FeedMerchant {
    FeedMerchant {
        name: merchant_id.clone(),
        category: UNKNOWN_CATEGORY.to_owned(),
        geo: Some(GeoCoordinates {
            unstructured_address: merchant_id.clone(),
            ..GeoCoordinates::default()
        }),
        merchant_id,
        ..FeedMerchant::default()
    }
}

/// What can be said of a service that a request made.
pub(super) fn bare_service(merchant_id: String, service_id: String) -> FeedService {
    FeedService {
        name: service_id.clone(),
        merchant_id,
        service_id,
        ..FeedService::default()
    }
}

/// A slot as its feed describes it.
fn availability(details: SlotDetails) -> Availability {
    let SlotDetails { slot, terms, .. } = details;
    let resources = slot.resources.unwrap_or_default();
    let resources = SlotResources {
        staff_id: resources.staff_id,
        staff_name: terms.staff_name,
        room_id: resources.room_id,
        room_name: terms.room_name,
        party_size: resources.party_size,
    };
    let overrides = SchedulingRuleOverrides {
        first_bookable_sec: terms.first_bookable_sec.unwrap_or(0),
        last_bookable_sec: terms.last_bookable_sec.unwrap_or(0),
        last_online_cancellable_sec: terms.last_online_cancellable_sec.unwrap_or(0),
    };
    Availability {
        merchant_id: slot.merchant_id,
        service_id: slot.service_id,
        start_sec: slot.start_sec,
        duration_sec: slot.duration_sec,
        spots_total: i64::from(details.spots_total),
        spots_open: i64::from(details.spots_open),
        availability_tag: terms.availability_tag,
        resources: (resources != SlotResources::default()).then_some(resources),
        payment_option_id: terms.payment_option_ids,
        deposit: terms.deposit,
        no_show_fee: terms.no_show_fee,
        require_credit_card: terms.require_credit_card.unwrap_or_default(),
        scheduling_rule_overrides: (overrides != SchedulingRuleOverrides::default())
            .then_some(overrides),
        confirmation_mode: slot.confirmation_mode,
        duration_requirement: terms.duration_requirement.unwrap_or_default(),
        prepayment: terms.prepayment,
        ..Availability::default()
    }
}
