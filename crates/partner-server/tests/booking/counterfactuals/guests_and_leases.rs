//! The guest's other bookings, and leases.

use serde_json::json;

use super::Step::{Send, Wait};
use super::{LATER, NONE, lease, prove, rule, with};
use crate::client::request;

#[tokio::test]
async fn of_the_guest_and_the_lease() {
    let book = || Send("CreateBooking", request("mina"));
    let create =
        |settings, before, body, label| rule(settings, before, "CreateBooking", body, label);
    let again = with("mina", [("/idempotency_token", json!("again"))]);
    let leased = with("mina", [("/lease_ref/lease_id", json!("$lease"))]);
    let elsewhere = with(
        "mina",
        [
            ("/lease_ref/lease_id", json!("$lease")),
            ("/slot/start_sec", json!(LATER)),
        ],
    );
    let close = with(
        "mina",
        [
            ("/idempotency_token", json!("again")),
            ("/slot/start_sec", json!("1795429800")),
        ],
    );
    let twin = with(
        "other",
        [
            ("/slot/service_id", json!("facial")),
            ("/user_information/email", json!("mina@example.com")),
        ],
    );
    prove(vec![
        create(NONE, vec![book()], again, "SLOT_ALREADY_BOOKED_BY_USER"),
        create(NONE, vec![book()], twin, "OVERLAPPING_RESERVATION"),
        create(
            json!({"min_gap_sec": 0}),
            vec![book()],
            close.clone(),
            "OVERLAPPING_RESERVATION",
        ),
        create(
            json!({"user_booking_limit": 1}),
            vec![book()],
            close,
            "USER_OVER_BOOKING_LIMIT",
        ),
        create(
            NONE,
            vec![],
            with("mina", [("/lease_ref/lease_id", json!("ls-none"))]),
            "400 unknown lease",
        ),
        create(
            NONE,
            vec![Send("CreateLease", lease("mina"))],
            elsewhere,
            "400 lease mismatch",
        ),
        create(
            NONE,
            vec![Send("CreateLease", lease("mina")), Wait(300)],
            leased.clone(),
            "LEASE_EXPIRED",
        ),
        create(
            NONE,
            vec![
                Send("CreateLease", lease("mina")),
                Send(
                    "CreateBooking",
                    with("other", [("/lease_ref/lease_id", json!("$lease"))]),
                ),
            ],
            leased,
            "LEASE_EXPIRED",
        ),
        rule(NONE, vec![], "CreateLease", lease("mina"), "leased"),
        rule(
            NONE,
            vec![book()],
            "CreateLease",
            lease("mina"),
            "SLOT_ALREADY_BOOKED_BY_USER",
        ),
        rule(
            json!({"create_lease": false}),
            vec![],
            "CreateLease",
            lease("mina"),
            "501 not enabled",
        ),
        rule(
            NONE,
            vec![],
            "CreateLease",
            json!({"lease": {"slot": request("mina")["slot"], "lease_expiration_time_sec": "5"}}),
            "400 expired at once",
        ),
    ])
    .await;
}
