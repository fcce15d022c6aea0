//! UpdateBooking: changes, moves and cancels.

use serde_json::json;

use super::Step::{Send, Toggle};
use super::{LATER, NONE, cancel, prove, rule, to, update, with};
use crate::client::request;

#[tokio::test]
async fn of_changes_and_cancels() {
    let book = || Send("CreateBooking", request("mina"));
    let change =
        |settings, before, body, label| rule(settings, before, "UpdateBooking", body, label);
    let cancelled = || Send("UpdateBooking", cancel());
    let status = |status: &str| update(json!({"booking_id": "$booking", "status": status}));
    let second = with(
        "mina",
        [
            ("/idempotency_token", json!("second")),
            ("/slot/start_sec", json!(LATER)),
        ],
    );
    prove(vec![
        change(NONE, vec![book()], cancel(), "CANCELED"),
        change(NONE, vec![book(), cancelled()], cancel(), "CANCELED"),
        change(
            json!({"repeated_cancel": "refuse"}),
            vec![book(), cancelled()],
            cancel(),
            "BOOKING_ALREADY_CANCELLED",
        ),
        change(NONE, vec![book()], to(LATER), "CONFIRMED"),
        change(NONE, vec![book()], to("1795428000"), "CONFIRMED"),
        change(
            NONE,
            vec![book(), cancelled()],
            to(LATER),
            "BOOKING_ALREADY_CANCELLED",
        ),
        change(
            NONE,
            vec![Toggle(json!({"confirmation": "asynchronous"})), book()],
            to(LATER),
            "SLOT_UNAVAILABLE",
        ),
        change(
            NONE,
            vec![Send("CreateBooking", second), book()],
            to(LATER),
            "SLOT_ALREADY_BOOKED_BY_USER",
        ),
        change(
            NONE,
            vec![book(), Toggle(json!({"unknown_inventory": "reject"}))],
            to(LATER),
            "SLOT_UNAVAILABLE",
        ),
        change(NONE, vec![book()], status("NO_SHOW"), "400 wrong status"),
        change(NONE, vec![book()], status("CONFIRMED"), "400 nothing to do"),
        change(NONE, vec![book()], to("-5"), "400 impossible slot"),
        change(
            NONE,
            vec![book()],
            update(json!({"booking_id": "$booking", "slot": {"resources": {"party_size": -1}}})),
            "400 out of range",
        ),
        change(
            NONE,
            vec![book()],
            update(json!({"booking_id": "$booking", "slot": {"service_id": "cut"}})),
            "400 other service",
        ),
        change(
            NONE,
            vec![],
            update(json!({"booking_id": "bk-0", "status": "CANCELED"})),
            "400 unknown booking",
        ),
        change(
            NONE,
            vec![book()],
            update(json!({"booking_id": "bk-0", "status": "CANCELED"})),
            "400 unknown booking",
        ),
        change(
            NONE,
            vec![
                book(),
                Toggle(json!({"failure":
            {"cause": "BOOKING_NOT_CANCELLABLE"}})),
            ],
            cancel(),
            "BOOKING_NOT_CANCELLABLE",
        ),
    ])
    .await;
}
