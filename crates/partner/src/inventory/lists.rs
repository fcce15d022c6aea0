//! What the window and scripts see of the inventory: pages of merchants, services and slots.

use booking_api::feed::FeedService;
use booking_api::{
    ConfirmationMode, Deposit, NoShowFee, PrepaymentType, Price, RequireCreditCard, ResourceIds,
    Slot,
};
use rusqlite::{Connection, Row, params};
use serde::Serialize;
use utoipa::ToSchema;

use super::MadeBy;
use super::terms::{SlotTerms, json_at};
use crate::store::StoreError;

/// How much inventory there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = InventoryCounts)]
pub struct Counts {
    /// Merchants.
    pub merchants: u64,
    /// Services.
    pub services: u64,
    /// Slots.
    pub slots: u64,
}

/// Merchants that were not made by requests.
///
/// # Errors
/// [`StoreError`].
pub fn made_by_hand(connection: &Connection) -> Result<u64, StoreError> {
    let sql = "SELECT count(*) FROM merchants WHERE made_by <> 'request'";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// Counts the inventory.
///
/// # Errors
/// [`StoreError`].
pub fn counts(connection: &Connection) -> Result<Counts, StoreError> {
    let sql = "SELECT (SELECT count(*) FROM merchants), (SELECT count(*) FROM services),
                   (SELECT count(*) FROM slots)";
    Ok(connection.query_row(sql, [], |row| {
        Ok(Counts {
            merchants: row.get(0)?,
            services: row.get(1)?,
            slots: row.get(2)?,
        })
    })?)
}

/// A row of the list of merchants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MerchantRow {
    /// The partner's id.
    pub merchant_id: String,
    /// Its name; its id where it has none.
    pub name: String,
    /// What kind of business it is; empty where nobody said.
    pub category: String,
    /// How it came to be.
    pub made_by: MadeBy,
    /// Services it has.
    pub services: u64,
    /// Slots it has.
    pub slots: u64,
}

/// Merchants whose id, name or category holds `words`, in the order of their ids, behind `after`;
/// or `only` one of them.
///
/// # Errors
/// [`StoreError`].
pub fn merchants(
    connection: &Connection,
    only: Option<&str>,
    words: &str,
    after: &str,
    limit: usize,
) -> Result<Vec<MerchantRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT merchant_id, name, category, made_by,
             (SELECT count(*) FROM services s WHERE s.merchant_id = m.merchant_id),
             (SELECT count(*) FROM slots s WHERE s.merchant_id = m.merchant_id)
         FROM merchants m
         WHERE merchant_id > ?1 AND (?4 IS NULL OR merchant_id = ?4) AND (?2 = '' OR instr(lower(merchant_id || char(10) || name
             || char(10) || category), ?2) > 0)
         ORDER BY merchant_id LIMIT ?3",
    )?;
    let rows = statement.query_map(params![after, words.to_lowercase(), limit, only], |row| {
        let merchant_id: String = row.get(0)?;
        let name: String = row.get(1)?;
        Ok(MerchantRow {
            name: if name.is_empty() {
                merchant_id.clone()
            } else {
                name
            },
            merchant_id,
            category: row.get(2)?,
            made_by: made_by(row, 3)?,
            services: row.get(4)?,
            slots: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A row of the list of services.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceRow {
    /// The merchant, by the partner's id.
    pub merchant_id: String,
    /// The partner's id.
    pub service_id: String,
    /// Its name; its id where it has none.
    pub name: String,
    /// How it came to be.
    pub made_by: MadeBy,
    /// The price.
    #[schema(required)]
    pub price: Option<Price>,
    /// Whether it is paid in advance.
    pub prepayment_type: PrepaymentType,
    /// Seconds before the start until which it can be booked; 0 is until the start.
    pub min_advance_booking_sec: i64,
    /// Seconds before the start until which guests can cancel online; 0 is until the start.
    pub min_advance_online_canceling_sec: i64,
    /// The fee for who does not come.
    #[schema(required)]
    pub no_show_fee: Option<NoShowFee>,
    /// The deposit.
    #[schema(required)]
    pub deposit: Option<Deposit>,
    /// Whether a card is asked for.
    pub require_credit_card: RequireCreditCard,
    /// Slots it has.
    pub slots: u64,
}

/// Services of one merchant or all, in the order of their ids, behind `after`; or `only` those of
/// one id.
///
/// # Errors
/// [`StoreError`].
pub fn services(
    connection: &Connection,
    merchant_id: Option<&str>,
    only: Option<&str>,
    after: (&str, &str),
    limit: usize,
) -> Result<Vec<ServiceRow>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT merchant_id, service_id, name, made_by, record,
             (SELECT count(*) FROM slots s
                  WHERE s.merchant_id = v.merchant_id AND s.service_id = v.service_id)
         FROM services v
         WHERE (?1 IS NULL OR merchant_id = ?1) AND (?5 IS NULL OR service_id = ?5)
             AND (merchant_id, service_id) > (?2, ?3)
         ORDER BY merchant_id, service_id LIMIT ?4",
    )?;
    let rows = statement.query_map(params![merchant_id, after.0, after.1, limit, only], |row| {
        let record: Option<FeedService> = json_at(row, 4)?;
        let record = record.unwrap_or_default();
        let rules = record.scheduling_rules.unwrap_or_default();
        let service_id: String = row.get(1)?;
        let name: String = row.get(2)?;
        Ok(ServiceRow {
            merchant_id: row.get(0)?,
            name: if name.is_empty() {
                service_id.clone()
            } else {
                name
            },
            service_id,
            made_by: made_by(row, 3)?,
            price: record.price,
            prepayment_type: record.prepayment_type,
            min_advance_booking_sec: rules.min_advance_booking,
            min_advance_online_canceling_sec: rules.min_advance_online_canceling,
            no_show_fee: record.no_show_fee,
            deposit: record.deposit,
            require_credit_card: record.require_credit_card,
            slots: row.get(5)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// A slot with what is taken of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotDetails {
    /// Its row.
    pub slot_id: i64,
    /// Its identity, mode and tag.
    pub slot: Slot,
    /// Places it has.
    pub spots_total: u32,
    /// Places that are free now.
    pub spots_open: u32,
    /// How it came to be.
    pub made_by: MadeBy,
    /// What it says for itself.
    pub terms: SlotTerms,
    /// The bookings that hold a place.
    pub bookings: Vec<String>,
}

/// Which slots are asked for.
#[derive(Clone, Debug, Default)]
pub struct SlotQuery {
    /// Only this merchant's.
    pub merchant_id: Option<String>,
    /// Only this service's.
    pub service_id: Option<String>,
    /// Only those that start then or later.
    pub from_sec: Option<i64>,
    /// Only those that start before then.
    pub to_sec: Option<i64>,
    /// Only those behind this place in the order of start and row.
    pub after: Option<(i64, i64)>,
    /// How many at most.
    pub limit: usize,
}

pub(super) const SLOT_COLUMNS: &str = "slot_id, merchant_id, service_id, start_sec, duration_sec,
     staff_id, room_id, party_size, confirmation_mode, capacity, made_by, terms, taken_elsewhere
     + (SELECT count(*) FROM bookings b WHERE b.slot_id = slots.slot_id
            AND b.status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION'))
     + (SELECT count(*) FROM leases l WHERE l.slot_id = slots.slot_id AND l.consumed = 0
            AND l.expires_sec > :now)";

/// Slots in the order of their start.
///
/// # Errors
/// [`StoreError`].
pub fn slots(
    connection: &Connection,
    query: &SlotQuery,
    now_sec: i64,
) -> Result<Vec<SlotDetails>, StoreError> {
    // One branch per way in, so that the merchant's index is used where there is one.
    let narrowed = match (&query.merchant_id, &query.service_id) {
        (Some(_), Some(_)) => "merchant_id = :merchant AND service_id = :service",
        (Some(_), None) => "merchant_id = :merchant AND :service IS NULL",
        (None, Some(_)) => ":merchant IS NULL AND service_id = :service",
        (None, None) => ":merchant IS NULL AND :service IS NULL",
    };
    let sql = format!(
        "SELECT {SLOT_COLUMNS} FROM slots WHERE {narrowed} AND start_sec >= :from
             AND start_sec < :to AND (start_sec, slot_id) > (:after_start, :after_row)
         ORDER BY start_sec, slot_id LIMIT :limit"
    );
    let after = query.after.unwrap_or((i64::MIN, i64::MIN));
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(
        rusqlite::named_params! {
            ":merchant": query.merchant_id,
            ":service": query.service_id,
            ":from": query.from_sec.unwrap_or(i64::MIN),
            ":to": query.to_sec.unwrap_or(i64::MAX),
            ":after_start": after.0,
            ":after_row": after.1,
            ":limit": query.limit,
            ":now": now_sec,
        },
        slot_of,
    )?;
    let mut slots: Vec<SlotDetails> = rows.collect::<Result<_, _>>()?;
    let mut holding = connection.prepare_cached(
        "SELECT booking_id FROM bookings WHERE slot_id = ?1
             AND status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION') ORDER BY row_id",
    )?;
    for slot in &mut slots {
        if slot.spots_open < slot.spots_total {
            let ids = holding.query_map([slot.slot_id], |row| row.get(0))?;
            slot.bookings = ids.collect::<Result<_, _>>()?;
        }
    }
    Ok(slots)
}

/// One slot.
///
/// # Errors
/// [`StoreError`].
pub fn slot(
    connection: &Connection,
    slot_id: i64,
    now_sec: i64,
) -> Result<Option<SlotDetails>, StoreError> {
    let sql = format!("SELECT {SLOT_COLUMNS} FROM slots WHERE slot_id = :slot");
    let mut statement = connection.prepare_cached(&sql)?;
    let values = rusqlite::named_params! { ":slot": slot_id, ":now": now_sec };
    let mut rows = statement.query_map(values, slot_of)?;
    let Some(mut slot) = rows.next().transpose()? else {
        return Ok(None);
    };
    let mut holding = connection.prepare_cached(
        "SELECT booking_id FROM bookings WHERE slot_id = ?1
             AND status IN ('CONFIRMED', 'PENDING_MERCHANT_CONFIRMATION') ORDER BY row_id",
    )?;
    let ids = holding.query_map([slot_id], |row| row.get(0))?;
    slot.bookings = ids.collect::<Result<_, _>>()?;
    Ok(Some(slot))
}

/// A row of [`SLOT_COLUMNS`], bookings left out.
pub(super) fn slot_of(row: &Row<'_>) -> rusqlite::Result<SlotDetails> {
    let resources = ResourceIds {
        staff_id: row.get(5)?,
        room_id: row.get(6)?,
        party_size: row.get(7)?,
    };
    let mode = row.get_ref(8)?.as_str().unwrap_or_default();
    let terms: Option<SlotTerms> = json_at(row, 11)?;
    let terms = terms.unwrap_or_default();
    let (spots_total, taken): (u32, u32) = (row.get(9)?, row.get(12)?);
    Ok(SlotDetails {
        slot_id: row.get(0)?,
        slot: Slot {
            merchant_id: row.get(1)?,
            service_id: row.get(2)?,
            start_sec: row.get(3)?,
            duration_sec: row.get(4)?,
            availability_tag: terms.availability_tag.clone(),
            resources: (resources != ResourceIds::default()).then_some(resources),
            confirmation_mode: ConfirmationMode::from_name(mode).unwrap_or_default(),
        },
        spots_total,
        spots_open: spots_total.saturating_sub(taken),
        made_by: made_by(row, 10)?,
        terms,
        bookings: Vec::new(),
    })
}

fn made_by(row: &Row<'_>, column: usize) -> rusqlite::Result<MadeBy> {
    Ok(MadeBy::from_name(
        row.get_ref(column)?.as_str_or_null()?.unwrap_or_default(),
    ))
}
