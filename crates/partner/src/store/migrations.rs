//! The tables, one step per release that changed them. Steps are never edited once released.

use rusqlite_migration::{M, Migrations};

/// All steps in order.
#[must_use]
pub fn all() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(include_str!("0001_first.sql")),
        M::up(include_str!("0002_outbox.sql")),
        M::up(include_str!("0003_inventory.sql")),
        M::up(include_str!("0004_log_run.sql")),
        M::up(include_str!("0005_time.sql")),
        M::up(include_str!("0006_log_pages.sql")),
        M::up(include_str!("0007_aggregator.sql")),
        M::up(include_str!("0008_guests.sql")),
        M::up(include_str!("0009_challenges.sql")),
        M::up(include_str!("0010_scenario.sql")),
        M::up(include_str!("0011_ledger.sql")),
        M::up(include_str!("0012_dropped_pages.sql")),
        M::up(include_str!("0013_user_payment_options.sql")),
        M::up(include_str!("0014_steps.sql")),
    ])
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::all;

    #[test]
    fn the_steps_are_valid() {
        all().validate().unwrap();
    }

    /// A store as an earlier version left it, with one booking and a page of two exchanges.
    fn left_behind(version: usize) -> Connection {
        let mut store = Connection::open_in_memory().unwrap();
        all().to_version(&mut store, version).unwrap();
        store
            .execute_batch(
                "PRAGMA foreign_keys = OFF;
                 INSERT INTO bookings (booking_id, number, idempotency_token, slot_id, user_id,
                     merchant_id, start_sec, status, booking, created_at, updated_at, fingerprint)
                 VALUES ('bk-1', 7, 'token-1', 1, 'u', 'm', 5, 'CONFIRMED', '{}', 1, 1, 99);
                 INSERT INTO exchange_pages VALUES (7, 8, 3, 4, x'0a');
                 INSERT INTO exchange_details VALUES (7, x'0b', x'0c');
                 INSERT INTO exchange_text (rowid, text) VALUES (7, 'salon');
                 UPDATE exchange_text_progress SET indexed = 8; UPDATE log_run SET run = 5",
            )
            .unwrap();
        store
    }

    #[test]
    fn the_step_that_empties_the_log_keeps_bookings_and_what_is_counted() {
        let mut store = left_behind(13);
        all().to_latest(&mut store).unwrap();
        let says = |sql: &str| -> String { store.query_row(sql, [], |row| row.get(0)).unwrap() };
        for (sql, expected) in [
            (
                "SELECT concat_ws(' ', booking_id, idempotency_token, status, booking,
                     coalesce(fingerprint, 'none')) FROM bookings",
                "bk-1 token-1 CONFIRMED {} none",
            ),
            ("SELECT concat(count(*)) FROM exchange_pages", "0"),
            ("SELECT concat(count(*)) FROM exchange_details", "0"),
            (
                "SELECT concat(count(*)) FROM exchange_text WHERE exchange_text MATCH 'salon'",
                "0",
            ),
            ("SELECT concat(indexed) FROM exchange_text_progress", "0"),
            // Whoever follows the log begins anew.
            ("SELECT concat(run) FROM log_run", "6"),
            (
                "SELECT concat_ws(' ', first_id, last_id, hex(summaries), hex(texts))
                 FROM dropped_pages",
                "7 8 0A 0B",
            ),
        ] {
            assert_eq!(says(sql), expected, "{sql}");
        }
    }
}
