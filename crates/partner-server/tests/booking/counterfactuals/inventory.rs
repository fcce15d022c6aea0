//! What the inventory says, and whether it says so at once or later.

use serde_json::json;

use super::Step::{Send, Toggle};
use super::{LATER, NONE, PAST, lease, lookup, prove, rule, slot_of, with};
use crate::client::request;

#[tokio::test]
async fn of_the_inventory_and_the_mode() {
    let create =
        |settings, before, body, label| rule(settings, before, "CreateBooking", body, label);
    let book = || Send("CreateBooking", request("mina"));
    let strict = || Toggle(json!({"unknown_inventory": "reject"}));
    let past = |guest| with(guest, [("/slot/start_sec", json!(PAST))]);
    let asynchronous = json!("CONFIRMATION_MODE_ASYNCHRONOUS");
    prove(vec![
        create(
            NONE,
            vec![strict()],
            request("mina"),
            "400 unknown merchant",
        ),
        create(
            NONE,
            vec![book(), strict()],
            with("other", [("/slot/service_id", json!("cut"))]),
            "400 unknown service",
        ),
        create(
            NONE,
            vec![book(), strict()],
            with("other", [("/slot/start_sec", json!(LATER))]),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            vec![Send("CreateBooking", past("mina")), strict()],
            past("other"),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            vec![book()],
            with("other", [("/slot/confirmation_mode", asynchronous)]),
            "SLOT_UNAVAILABLE",
        ),
        rule(
            NONE,
            vec![strict()],
            "CreateLease",
            lease("mina"),
            "400 unknown merchant",
        ),
        rule(
            NONE,
            vec![],
            "BatchAvailabilityLookup",
            lookup("1234"),
            "1 of 1 free",
        ),
        rule(
            NONE,
            vec![strict()],
            "BatchAvailabilityLookup",
            lookup("x"),
            "400 unknown merchant",
        ),
        rule(
            NONE,
            vec![],
            "CheckAvailability",
            slot_of("mina"),
            "100 free",
        ),
        rule(
            NONE,
            vec![strict()],
            "CheckAvailability",
            slot_of("mina"),
            "400 unknown merchant",
        ),
    ])
    .await;
}
