//! The rules that need a slot with terms or with few places.

use serde_json::json;

use super::Step::{Send, Terms, Wait};
use super::{LATER, NONE, cancel, lease, lookup, prove, rule, slot_of, to, with};
use crate::client::request;

#[tokio::test]
async fn of_places_windows_and_offers() {
    const NOW: i64 = 1_795_309_200;
    let book = || Send("CreateBooking", request("mina"));
    let one = || json!({"default_capacity": 1});
    let create =
        |settings, before, body, label| rule(settings, before, "CreateBooking", body, label);
    let change = |before, body, label| rule(NONE, before, "UpdateBooking", body, label);
    let terms = |terms| vec![book(), Terms(terms)];
    let offered = with("other", [("/offer_id", json!("gone"))]);
    let check = |before, label| rule(NONE, before, "CheckAvailability", slot_of("other"), label);
    let second = || {
        let second = with("second", [("/slot/start_sec", json!(LATER))]);
        Send("CreateBooking", second)
    };
    prove(vec![
        create(one(), vec![book()], request("other"), "SLOT_UNAVAILABLE"),
        rule(
            one(),
            vec![book()],
            "CreateLease",
            lease("other"),
            "SLOT_UNAVAILABLE",
        ),
        rule(
            one(),
            vec![book()],
            "CheckAvailability",
            slot_of("other"),
            "0 free",
        ),
        rule(
            one(),
            vec![book()],
            "BatchAvailabilityLookup",
            lookup("1234"),
            "0 of 1 free",
        ),
        rule(
            one(),
            vec![second(), book()],
            "UpdateBooking",
            to(LATER),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            terms(json!({"first_bookable_sec": NOW + 60})),
            request("other"),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            terms(json!({"last_bookable_sec": NOW - 1})),
            request("other"),
            "SLOT_UNAVAILABLE",
        ),
        create(
            json!({"limits": "exclusive"}),
            terms(json!({"last_bookable_sec": NOW})),
            request("other"),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            terms(json!({"last_bookable_sec": NOW})),
            request("other"),
            "CONFIRMED",
        ),
        create(
            NONE,
            terms(json!({"offer_ids": ["spring"]})),
            offered.clone(),
            "OFFER_UNAVAILABLE",
        ),
        create(
            NONE,
            terms(json!({"offer_ids": []})),
            offered,
            "OFFER_UNAVAILABLE",
        ),
        check(terms(json!({"last_bookable_sec": NOW - 1})), "0 free"),
        change(
            terms(json!({"last_online_cancellable_sec": NOW - 1})),
            cancel(),
            "OUTSIDE_CANCELLATION_WINDOW",
        ),
        change(
            terms(json!({"last_online_cancellable_sec": NOW})),
            cancel(),
            "CANCELED",
        ),
        change(
            terms(json!({"last_online_cancellable_sec": NOW - 1})),
            to(LATER),
            "OUTSIDE_CANCELLATION_WINDOW",
        ),
        // Without terms the window is open until the slot begins, that moment included.
        change(
            vec![book(), Wait(1_795_428_000 - 1_795_309_200)],
            cancel(),
            "CANCELED",
        ),
        change(
            vec![book(), Wait(1_795_428_001 - 1_795_309_200)],
            cancel(),
            "OUTSIDE_CANCELLATION_WINDOW",
        ),
    ])
    .await;
}
