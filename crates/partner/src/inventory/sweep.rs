//! What an import takes away: what its files replace, and did not name.
//!
//! A slot that a booking or lease holds stays, with no free place: its guest is expected.

use std::collections::{BTreeSet, HashSet};

use booking_api::feed::{Availability, FeedFile, FeedKind, Record, Restricts};
use rusqlite::{Connection, params};

use super::rows::held;
use crate::store::StoreError;

/// Whether the files hold every shard of their feeds (section 8.2): only then is what they do not
/// name known to be gone.
pub(super) fn is_whole<'f>(files: impl Iterator<Item = &'f FeedFile> + Clone) -> bool {
    let shards = files
        .clone()
        .filter(|file| file.kind == Some(FeedKind::Availability))
        .count();
    files
        .filter(|file| file.kind == Some(FeedKind::Availability))
        .filter_map(|file| file.metadata.as_ref())
        .all(|metadata| usize::try_from(metadata.total_shards).unwrap_or(0) <= shards.max(1))
}

/// Takes away the slots that one list replaces (section 7): those that fit its restricts, or,
/// where it has none, those of the services that it names.
pub(super) fn restricted(
    connection: &Connection,
    restricts: &Restricts,
    records: &[Record<Availability>],
    written: &HashSet<i64>,
    now_sec: i64,
) -> Result<(), StoreError> {
    let mut named: BTreeSet<(Option<&str>, Option<&str>)> = BTreeSet::new();
    if restricts.merchant_id.is_none() && restricts.service_id.is_none() {
        for Record { message, .. } in records {
            named.insert((Some(&message.merchant_id), Some(&message.service_id)));
        }
    } else {
        let (merchant, service) = (&restricts.merchant_id, &restricts.service_id);
        named.insert((merchant.as_deref(), service.as_deref()));
    }
    let resources = restricts.resources.as_ref();
    let mut statement = connection.prepare_cached(
        "SELECT slot_id FROM slots
         WHERE (?1 IS NULL OR merchant_id = ?1) AND (?2 IS NULL OR service_id = ?2)
             AND start_sec >= ?3 AND start_sec < ?4 AND (?5 IS NULL OR duration_sec = ?5)
             AND (?6 IS NULL OR (staff_id = ?6 AND room_id = ?7))",
    )?;
    for (merchant_id, service_id) in named {
        let found = statement.query_map(
            params![
                merchant_id,
                service_id,
                restricts.start_sec.unwrap_or(i64::MIN),
                restricts.end_sec.unwrap_or(i64::MAX),
                restricts.duration_sec,
                resources.map(|it| it.staff_id.as_str()),
                resources.map(|it| it.room_id.as_str()),
            ],
            |row| row.get(0),
        )?;
        remove(
            connection,
            found.collect::<Result<_, _>>()?,
            written,
            now_sec,
        )?;
    }
    Ok(())
}

/// Takes away everything of the files' kinds that they do not name.
pub(super) fn all_else<'f>(
    connection: &Connection,
    files: impl Iterator<Item = &'f FeedFile>,
    kinds: &BTreeSet<FeedKind>,
    written: &HashSet<i64>,
    now_sec: i64,
) -> Result<(), StoreError> {
    let mut merchants = HashSet::new();
    let mut services = HashSet::new();
    for file in files {
        merchants.extend(
            file.merchants
                .iter()
                .map(|it| it.message.merchant_id.clone()),
        );
        for Record { message, .. } in &file.services {
            services.insert((message.merchant_id.clone(), message.service_id.clone()));
        }
    }
    if kinds.contains(&FeedKind::Availability) {
        let mut statement = connection.prepare_cached("SELECT slot_id FROM slots")?;
        let found = statement.query_map([], |row| row.get(0))?;
        remove(
            connection,
            found.collect::<Result<_, _>>()?,
            written,
            now_sec,
        )?;
    }
    let mut known = connection.prepare_cached("SELECT merchant_id, service_id FROM services")?;
    let known = known.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let known: Vec<(String, String)> = known.collect::<Result<_, _>>()?;
    for (merchant_id, service_id) in known {
        let key = (merchant_id, service_id);
        let gone = (kinds.contains(&FeedKind::Services) && !services.contains(&key))
            || (kinds.contains(&FeedKind::Merchants) && !merchants.contains(&key.0));
        if gone {
            remove_service(connection, &key.0, &key.1, written, now_sec)?;
        }
    }
    if kinds.contains(&FeedKind::Merchants) {
        let mut known = connection.prepare_cached("SELECT merchant_id FROM merchants")?;
        let known = known.query_map([], |row| row.get(0))?;
        let known: Vec<String> = known.collect::<Result<_, _>>()?;
        for merchant_id in known.iter().filter(|it| !merchants.contains(*it)) {
            // One whose services stay, because bookings hold their slots, stays too.
            connection
                .prepare_cached(
                    "DELETE FROM merchants WHERE merchant_id = ?1
                         AND NOT EXISTS (SELECT 1 FROM services WHERE merchant_id = ?1)",
                )?
                .execute([merchant_id])?;
        }
    }
    Ok(())
}

/// Takes a service away with its slots; it stays where a slot must.
fn remove_service(
    connection: &Connection,
    merchant_id: &str,
    service_id: &str,
    written: &HashSet<i64>,
    now_sec: i64,
) -> Result<(), StoreError> {
    let mut statement = connection
        .prepare_cached("SELECT slot_id FROM slots WHERE merchant_id = ?1 AND service_id = ?2")?;
    let found = statement.query_map([merchant_id, service_id], |row| row.get(0))?;
    remove(
        connection,
        found.collect::<Result<_, _>>()?,
        written,
        now_sec,
    )?;
    connection
        .prepare_cached(
            "DELETE FROM services WHERE merchant_id = ?1 AND service_id = ?2 AND NOT EXISTS
                 (SELECT 1 FROM slots WHERE merchant_id = ?1 AND service_id = ?2)",
        )?
        .execute([merchant_id, service_id])?;
    Ok(())
}

fn remove(
    connection: &Connection,
    found: Vec<i64>,
    written: &HashSet<i64>,
    now_sec: i64,
) -> Result<(), StoreError> {
    for slot_id in found.into_iter().filter(|row| !written.contains(row)) {
        let held = held(connection, slot_id, now_sec)?;
        if held == 0 {
            connection
                .prepare_cached("DELETE FROM slots WHERE slot_id = ?1")?
                .execute([slot_id])?;
        } else {
            connection
                .prepare_cached(
                    "UPDATE slots SET capacity = ?2, taken_elsewhere = 0 WHERE slot_id = ?1",
                )?
                .execute(params![slot_id, held])?;
        }
    }
    Ok(())
}

/// Takes everything away that no booking or lease holds.
pub(super) fn everything(connection: &Connection, now_sec: i64) -> Result<(), StoreError> {
    let kinds = BTreeSet::from([
        FeedKind::Merchants,
        FeedKind::Services,
        FeedKind::Availability,
    ]);
    all_else(
        connection,
        std::iter::empty(),
        &kinds,
        &HashSet::new(),
        now_sec,
    )
}
