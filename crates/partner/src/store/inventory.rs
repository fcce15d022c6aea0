//! What a request needs of the tables `merchants`, `services` and `slots`: the hot path.
//!
//! Everything that is not asked by every request is in [`crate::inventory`].

use booking_api::{ConfirmationMode, ResourceIds, Slot};
use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;

/// A slot as the inventory knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotRow {
    /// Its row.
    pub slot_id: i64,
    /// The confirmation mode of its bookings.
    pub confirmation_mode: ConfirmationMode,
    /// Places it has.
    pub capacity: u32,
    /// Places that bookings, leases and others hold.
    pub taken: u32,
    /// Whether [`effective_terms`](crate::inventory::effective_terms) has anything to say.
    pub has_terms: bool,
}

impl SlotRow {
    /// Places left.
    #[must_use]
    pub fn free(&self) -> u32 {
        self.capacity.saturating_sub(self.taken)
    }
}

/// What the inventory knows of a slot's surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Whether the merchant is known.
    pub merchant: bool,
    /// Whether the merchant has this service.
    pub service: bool,
    /// Whether the service was listed, by a feed, a generator or an edit, and may have terms of
    /// booking, cancelling and paying; asked only where the slot is unknown.
    pub service_is_listed: bool,
    /// The slot itself.
    pub slot: Option<SlotRow>,
}

/// Looks a slot up. `except_lease` is a lease whose hold does not count, since its owner asks.
///
/// # Errors
/// [`StoreError`].
pub fn look_up(
    connection: &Connection,
    slot: &Slot,
    now_sec: i64,
    except_lease: &str,
) -> Result<Known, StoreError> {
    let none = ResourceIds::default();
    let resources = slot.resources.as_ref().unwrap_or(&none);
    // One question for the slot and its service: each statement has its price.
    let mut statement = connection.prepare_cached(
        "SELECT v.record IS NOT NULL, s.slot_id, s.confirmation_mode, s.capacity,
             s.taken_elsewhere
             + (SELECT count(*) FROM bookings b WHERE b.slot_id = s.slot_id
                  AND b.status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION'))
             + (SELECT count(*) FROM leases l WHERE l.slot_id = s.slot_id AND l.consumed = 0
                  AND l.expires_sec > ?8 AND l.lease_id <> ?9),
             s.has_terms
         FROM services v LEFT JOIN slots s
             ON s.merchant_id = ?1 AND s.service_id = ?2 AND s.start_sec = ?3
             AND s.duration_sec = ?4 AND s.staff_id = ?5 AND s.room_id = ?6 AND s.party_size = ?7
         WHERE v.merchant_id = ?1 AND v.service_id = ?2",
    )?;
    let found = statement
        .query_row(
            params![
                slot.merchant_id,
                slot.service_id,
                slot.start_sec,
                slot.duration_sec,
                resources.staff_id,
                resources.room_id,
                resources.party_size,
                now_sec,
                except_lease,
            ],
            |row| {
                let service_is_listed: bool = row.get(0)?;
                let Some(slot_id) = row.get(1)? else {
                    return Ok((service_is_listed, None));
                };
                let mode = row.get_ref(2)?.as_str().unwrap_or_default();
                let slot = SlotRow {
                    slot_id,
                    confirmation_mode: ConfirmationMode::from_name(mode).unwrap_or_default(),
                    capacity: row.get(3)?,
                    taken: row.get(4)?,
                    has_terms: row.get(5)?,
                };
                Ok((service_is_listed, Some(slot)))
            },
        )
        .optional()?;
    Ok(match found {
        Some((service_is_listed, slot)) => Known {
            merchant: true,
            service: true,
            service_is_listed: service_is_listed && slot.is_none(),
            slot,
        },
        None => Known {
            merchant: knows_merchant(connection, &slot.merchant_id)?,
            service: false,
            service_is_listed: false,
            slot: None,
        },
    })
}

/// The slot of the same service that is most like this one, of those that no request made.
///
/// # Errors
/// [`StoreError`].
pub fn most_like(connection: &Connection, slot: &Slot) -> Result<Option<Slot>, StoreError> {
    let none = ResourceIds::default();
    let resources = slot.resources.as_ref().unwrap_or(&none);
    let mut statement = connection.prepare_cached(
        "SELECT start_sec, duration_sec, staff_id, room_id, party_size FROM slots
         WHERE merchant_id = ?1 AND service_id = ?2 AND made_by IS NOT NULL
         ORDER BY abs(start_sec - ?3), abs(duration_sec - ?4),
             (staff_id <> ?5) + (room_id <> ?6) + (party_size <> ?7), slot_id
         LIMIT 1",
    )?;
    let asked = params![
        slot.merchant_id,
        slot.service_id,
        slot.start_sec,
        slot.duration_sec,
        resources.staff_id,
        resources.room_id,
        resources.party_size,
    ];
    let found = statement.query_row(asked, |row| {
        Ok(Slot {
            merchant_id: slot.merchant_id.clone(),
            service_id: slot.service_id.clone(),
            start_sec: row.get(0)?,
            duration_sec: row.get(1)?,
            resources: Some(ResourceIds {
                staff_id: row.get(2)?,
                room_id: row.get(3)?,
                party_size: row.get(4)?,
            }),
            ..Slot::default()
        })
    });
    Ok(found.optional()?)
}

/// Whether the merchant is known; it may have no service yet.
///
/// # Errors
/// [`StoreError`].
pub fn knows_merchant(connection: &Connection, merchant_id: &str) -> Result<bool, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM merchants WHERE merchant_id = ?1")?;
    Ok(statement.exists([merchant_id])?)
}

/// Makes a slot that a request named, and its merchant and service where they are new.
///
/// # Errors
/// [`StoreError`].
pub fn create_slot(
    connection: &Connection,
    slot: &Slot,
    known: Known,
    mode: ConfirmationMode,
    capacity: u32,
) -> Result<SlotRow, StoreError> {
    if !known.merchant {
        connection
            .prepare_cached("INSERT INTO merchants VALUES (?1, '', '', 'request', NULL)")?
            .execute([&slot.merchant_id])?;
    }
    if !known.service {
        connection
            .prepare_cached("INSERT INTO services (merchant_id, service_id) VALUES (?1, ?2)")?
            .execute(params![slot.merchant_id, slot.service_id])?;
    }
    let none = ResourceIds::default();
    let resources = slot.resources.as_ref().unwrap_or(&none);
    let slot_id = connection
        .prepare_cached(
            "INSERT INTO slots (merchant_id, service_id, start_sec, duration_sec, staff_id,
                 room_id, party_size, confirmation_mode, capacity, has_terms)
             VALUES (?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)",
        )?
        .insert(params![
            slot.merchant_id,
            slot.service_id,
            slot.start_sec,
            slot.duration_sec,
            resources.staff_id,
            resources.room_id,
            resources.party_size,
            mode.name(),
            capacity,
            known.service_is_listed,
        ])?;
    Ok(SlotRow {
        slot_id,
        confirmation_mode: mode,
        capacity,
        taken: 0,
        has_terms: known.service_is_listed,
    })
}
