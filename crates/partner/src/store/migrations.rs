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
    #[test]
    fn the_steps_are_valid() {
        super::all().validate().unwrap();
    }
}
