//! Writing merchants, services and slots: what imports, generators and edits share.

use std::collections::HashMap;

use booking_api::feed::{Availability, FeedMerchant, FeedService};
use booking_api::{ConfirmationMode, ResourceIds, Slot};
use rusqlite::{Connection, OptionalExtension, params};

use super::MadeBy;
use super::terms::{EffectiveTerms, SlotTerms, json_at};
use crate::booking::to_json;
use crate::store::StoreError;

/// A slot to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct NewSlot {
    /// Its identity, and its confirmation mode.
    pub slot: Slot,
    /// Places it has.
    pub spots_total: u32,
    /// Places that are free.
    pub spots_open: u32,
    /// What it says for itself.
    pub terms: SlotTerms,
}

impl NewSlot {
    /// One of the slots that a feed's record stands for. `excepted` takes its place away.
    #[must_use]
    pub fn of(record: &Availability, start_sec: i64, excepted: bool) -> Self {
        let resources = record.resources.clone().unwrap_or_default();
        let overrides = record.scheduling_rule_overrides.clone().unwrap_or_default();
        let moment = |sec: i64| (sec != 0).then_some(sec);
        let places = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        let (spots_total, spots_open) = match record.recurrence {
            Some(_) => (1, u32::from(!excepted)),
            None if excepted => (places(record.spots_total), 0),
            None => (places(record.spots_total), places(record.spots_open)),
        };
        let identity = ResourceIds {
            staff_id: resources.staff_id,
            room_id: resources.room_id,
            party_size: resources.party_size,
        };
        Self {
            slot: Slot {
                merchant_id: record.merchant_id.clone(),
                service_id: record.service_id.clone(),
                start_sec,
                duration_sec: record.duration_sec,
                resources: (identity != ResourceIds::default()).then_some(identity),
                confirmation_mode: record.confirmation_mode,
                ..Slot::default()
            },
            spots_total,
            spots_open,
            terms: SlotTerms {
                availability_tag: record.availability_tag.clone(),
                first_bookable_sec: moment(overrides.first_bookable_sec),
                last_bookable_sec: moment(overrides.last_bookable_sec),
                last_online_cancellable_sec: moment(overrides.last_online_cancellable_sec),
                offer_ids: None,
                no_show_fee: record.no_show_fee.clone(),
                deposit: record.deposit.clone(),
                require_credit_card: Some(record.require_credit_card)
                    .filter(|card| *card != Default::default()),
                payment_option_ids: record.payment_option_id.clone(),
                staff_name: resources.staff_name,
                room_name: resources.room_name,
                duration_requirement: Some(record.duration_requirement)
                    .filter(|requirement| *requirement != Default::default()),
                prepayment: record.prepayment.clone(),
            },
        }
    }
}

/// Keeps a merchant.
///
/// # Errors
/// [`StoreError`].
pub fn put_merchant(
    connection: &Connection,
    merchant: &FeedMerchant,
    made_by: MadeBy,
) -> Result<(), StoreError> {
    connection
        .prepare_cached(
            "INSERT INTO merchants VALUES (?1,?2,?3,?4,?5) ON CONFLICT (merchant_id) DO UPDATE
             SET name = ?2, category = ?3, made_by = ?4, record = ?5",
        )?
        .execute(params![
            merchant.merchant_id,
            merchant.name,
            merchant.category,
            made_by.name(),
            to_json(merchant),
        ])?;
    Ok(())
}

/// Keeps a service. Its slots, and those that spring into being, have its terms from now on.
///
/// # Errors
/// [`StoreError`].
pub fn put_service(
    connection: &Connection,
    service: &FeedService,
    made_by: MadeBy,
) -> Result<(), StoreError> {
    bare_merchant(connection, &service.merchant_id, made_by)?;
    connection
        .prepare_cached(
            "INSERT INTO services (merchant_id, service_id, name, made_by, record)
             VALUES (?1,?2,?3,?4,?5) ON CONFLICT (merchant_id, service_id) DO UPDATE
             SET name = ?3, made_by = ?4, record = ?5",
        )?
        .execute(params![
            service.merchant_id,
            service.service_id,
            service.shown_name(),
            made_by.name(),
            to_json(service),
        ])?;
    connection
        .prepare_cached(
            "UPDATE slots SET has_terms = 1
             WHERE merchant_id = ?1 AND service_id = ?2 AND has_terms = 0",
        )?
        .execute(params![service.merchant_id, service.service_id])?;
    Ok(())
}

/// Makes a merchant of which only the id is known; true where it is new.
pub(super) fn bare_merchant(
    connection: &Connection,
    merchant_id: &str,
    made_by: MadeBy,
) -> Result<bool, StoreError> {
    let made = connection
        .prepare_cached("INSERT OR IGNORE INTO merchants VALUES (?1, '', '', ?2, NULL)")?
        .execute(params![merchant_id, made_by.name()])?;
    Ok(made > 0)
}

/// Makes a service of which only the ids are known; true where it is new.
pub(super) fn bare_service(
    connection: &Connection,
    merchant_id: &str,
    service_id: &str,
    made_by: MadeBy,
) -> Result<bool, StoreError> {
    bare_merchant(connection, merchant_id, made_by)?;
    let made = connection
        .prepare_cached(
            "INSERT OR IGNORE INTO services (merchant_id, service_id, made_by) VALUES (?1,?2,?3)",
        )?
        .execute(params![merchant_id, service_id, made_by.name()])?;
    Ok(made > 0)
}

/// Writes many slots, and remembers what it has looked up.
#[derive(Default)]
pub(super) struct SlotWriter {
    services: HashMap<(String, String), Option<FeedService>>,
}

impl SlotWriter {
    /// The service's record, if it has one.
    pub(super) fn service(
        &mut self,
        connection: &Connection,
        slot: &Slot,
    ) -> Result<Option<&FeedService>, StoreError> {
        let key = (slot.merchant_id.clone(), slot.service_id.clone());
        if !self.services.contains_key(&key) {
            let record = service(connection, &key.0, &key.1)?.and_then(|(record, _)| record);
            self.services.insert(key.clone(), record);
        }
        Ok(self.services.get(&key).and_then(Option::as_ref))
    }

    /// Whether a booking of this slot would be asynchronous and paid, which the protocol does not
    /// know (sections 4.1 and 10.24).
    pub(super) fn is_asynchronous_and_paid(
        &mut self,
        connection: &Connection,
        new: &NewSlot,
    ) -> Result<bool, StoreError> {
        if !new.slot.confirmation_mode.is_asynchronous() {
            return Ok(false);
        }
        let service = self.service(connection, &new.slot)?;
        let terms = EffectiveTerms::of(new.slot.start_sec, service, None, &new.terms);
        Ok(terms.payment.requires_card())
    }

    /// Keeps a slot; one of the same identity stays the same row with its bookings, and never has
    /// less places than these hold. Its service must be known.
    pub(super) fn put(
        &mut self,
        connection: &Connection,
        new: &NewSlot,
        made_by: MadeBy,
        now_sec: i64,
    ) -> Result<i64, StoreError> {
        let has_terms = !new.terms.is_empty() || self.service(connection, &new.slot)?.is_some();
        let terms = (!new.terms.is_empty()).then(|| to_json(&new.terms));
        let mode = mode_of(new.slot.confirmation_mode).name();
        let none = ResourceIds::default();
        let resources = new.slot.resources.as_ref().unwrap_or(&none);
        let existing: Option<i64> = connection
            .prepare_cached(
                "SELECT slot_id FROM slots WHERE merchant_id = ?1 AND service_id = ?2
                     AND start_sec = ?3 AND duration_sec = ?4 AND staff_id = ?5 AND room_id = ?6
                     AND party_size = ?7",
            )?
            .query_row(
                params![
                    new.slot.merchant_id,
                    new.slot.service_id,
                    new.slot.start_sec,
                    new.slot.duration_sec,
                    resources.staff_id,
                    resources.room_id,
                    resources.party_size,
                ],
                |row| row.get(0),
            )
            .optional()?;
        if let Some(slot_id) = existing {
            let held = held(connection, slot_id, now_sec)?;
            let total = new.spots_total.max(held);
            let elsewhere = total.saturating_sub(new.spots_open).saturating_sub(held);
            connection
                .prepare_cached(
                    "UPDATE slots SET confirmation_mode = ?2, capacity = ?3, made_by = ?4,
                         taken_elsewhere = ?5, has_terms = ?6, terms = ?7 WHERE slot_id = ?1",
                )?
                .execute(params![
                    slot_id,
                    mode,
                    total,
                    made_by.name(),
                    elsewhere,
                    has_terms,
                    terms,
                ])?;
            return Ok(slot_id);
        }
        Ok(connection
            .prepare_cached(
                "INSERT INTO slots (merchant_id, service_id, start_sec, duration_sec, staff_id,
                     room_id, party_size, confirmation_mode, capacity, made_by, taken_elsewhere,
                     has_terms, terms)
                 VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12,?13)",
            )?
            .insert(params![
                new.slot.merchant_id,
                new.slot.service_id,
                new.slot.start_sec,
                new.slot.duration_sec,
                resources.staff_id,
                resources.room_id,
                resources.party_size,
                mode,
                new.spots_total,
                made_by.name(),
                new.spots_total.saturating_sub(new.spots_open),
                has_terms,
                terms,
            ])?)
    }
}

/// The mode as the inventory keeps it: unset counts as synchronous (section 3.4).
pub(super) fn mode_of(mode: ConfirmationMode) -> ConfirmationMode {
    match mode {
        ConfirmationMode::Asynchronous => ConfirmationMode::Asynchronous,
        _ => ConfirmationMode::Synchronous,
    }
}

/// Places of a slot that bookings and leases hold.
pub(super) fn held(connection: &Connection, slot_id: i64, now_sec: i64) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT (SELECT count(*) FROM bookings WHERE slot_id = ?1
                 AND status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION'))
             + (SELECT count(*) FROM leases WHERE slot_id = ?1 AND consumed = 0
                 AND expires_sec > ?2)",
        )?
        .query_row(params![slot_id, now_sec], |row| row.get(0))?)
}

/// A service's record, if it has one, and how it came to be.
pub(super) fn service(
    connection: &Connection,
    merchant_id: &str,
    service_id: &str,
) -> Result<Option<(Option<FeedService>, MadeBy)>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT record, made_by FROM services WHERE merchant_id = ?1 AND service_id = ?2",
    )?;
    let found = statement.query_row([merchant_id, service_id], |row| {
        let made_by = row.get_ref(1)?.as_str().unwrap_or_default();
        Ok((json_at(row, 0)?, MadeBy::from_name(made_by)))
    });
    Ok(found.optional()?)
}

/// A merchant's record, if it has one, and how it came to be.
pub(super) fn merchant(
    connection: &Connection,
    merchant_id: &str,
) -> Result<Option<(Option<FeedMerchant>, MadeBy)>, StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT record, made_by FROM merchants WHERE merchant_id = ?1")?;
    let found = statement.query_row([merchant_id], |row| {
        let made_by = row.get_ref(1)?.as_str().unwrap_or_default();
        Ok((json_at(row, 0)?, MadeBy::from_name(made_by)))
    });
    Ok(found.optional()?)
}

/// Whether asynchronous slots that are there would be paid under this record of their service
/// (section 10.24).
pub(super) fn pays_asynchronously(
    connection: &Connection,
    service: &FeedService,
) -> Result<bool, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT start_sec, terms FROM slots WHERE merchant_id = ?1 AND service_id = ?2
             AND confirmation_mode = 'CONFIRMATION_MODE_ASYNCHRONOUS'",
    )?;
    let mut rows = statement.query([&service.merchant_id, &service.service_id])?;
    while let Some(row) = rows.next()? {
        let terms: Option<SlotTerms> = json_at(row, 1)?;
        let terms = terms.unwrap_or_default();
        let terms = EffectiveTerms::of(row.get(0)?, Some(service), None, &terms);
        if terms.payment.requires_card() {
            return Ok(true);
        }
    }
    Ok(false)
}
