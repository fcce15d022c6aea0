//! Prepayments that are charged later.

use reqwest::Method;
use serde_json::{Value, json};

use super::{NOW, START, act, book, cancel, done, kinds, with_service};
use crate::common::Mock;

/// A service that charges its prepayment an hour before, and can be cancelled until four hours before.
async fn charging_later() -> Mock {
    let mock = Mock::start().await;
    let terms = json!({"prepayment_type": "REQUIRED",
        "scheduling_rules": {"min_advance_online_canceling": 14_400},
        "prepayment_terms": {"charge_timing": "CHARGE_LATER",
            "charge_time_before_start_time_sec": 3_600}});
    with_service(&mock, terms).await;
    mock
}

async fn advance(mock: &Mock, sec: i64) {
    let path = "/api/clock/advance";
    let moved = mock.send(Method::POST, path, json!({ "sec": sec })).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
}

async fn details_of(mock: &Mock, id: &str) -> Value {
    mock.get(&format!("/api/bookings/{id}")).await.body
}

#[tokio::test]
async fn a_prepayment_that_is_charged_later_is_authorised_first() {
    let mock = charging_later().await;
    let (id, information) = book(&mock, "mina", START).await;
    assert_eq!(information["prepayment_status"], "PREPAYMENT_PROVIDED");
    let of_it = details_of(&mock, &id).await;
    assert_eq!(kinds(&of_it), ["authorised"]);
    assert_eq!(of_it["balances"][0]["authorised_micros"], "200000000");
    assert_eq!(of_it["balances"][0]["balance_micros"], "0");
    advance(&mock, START - 3_601 - NOW).await;
    assert_eq!(kinds(&details_of(&mock, &id).await), ["authorised"]);
    advance(&mock, 1).await;
    let of_it = details_of(&mock, &id).await;
    assert_eq!(kinds(&of_it), ["authorised", "captured"]);
    assert_eq!(of_it["ledger"][1]["at"], "2026-11-23T09:00:00Z");
    assert_eq!(of_it["balances"][0]["balance_micros"], "200000000");
    assert_eq!(of_it["prepayment_status"], "PREPAYMENT_PROVIDED");
    // Once the hour has begun, it is charged with the booking.
    let (late, _) = book(&mock, "ravi", START).await;
    let of_it = details_of(&mock, &late).await;
    assert_eq!(kinds(&of_it), ["authorised", "captured"]);
    advance(&mock, 10_000).await;
    assert_eq!(
        details_of(&mock, &id).await["ledger"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
}

#[tokio::test]
async fn what_is_not_charged_yet_is_let_go_by_a_cancel_and_moves_with_the_booking() {
    let mock = charging_later().await;
    let (guest, _) = book(&mock, "mina", START).await;
    let (merchant, _) = book(&mock, "ravi", START).await;
    let (moved, _) = book(&mock, "lena", START).await;
    let (absent, _) = book(&mock, "aiko", START).await;
    let answer = cancel(&mock, &guest).await;
    let paid = &answer.booking()["payment_information"]["prepayment_status"];
    assert_eq!(paid, "PREPAYMENT_REFUNDED");
    let refused = act(&mock, &merchant, json!({"action": "credit"})).await;
    assert_eq!(
        refused.status, 409,
        "nothing was paid yet: {}",
        refused.text
    );
    done(
        &mock,
        &merchant,
        json!({"action": "cancel", "refund": false}),
    )
    .await;
    // Two hours later in the day, so two hours later charged; and the merchant moves it once more.
    let slot = json!({"start_sec": (START + 7_200).to_string(), "duration_sec": "3600"});
    let change = json!({"booking": {"booking_id": moved, "slot": slot}});
    mock.booking_server("UpdateBooking", change).await.booking();
    let later = json!({"action": "reschedule", "start_sec": START + 10_800});
    done(&mock, &moved, later).await;

    advance(&mock, START - 10_000 - NOW).await;
    // Who does not come pays all the same.
    done(&mock, &absent, json!({"action": "no_show"})).await;
    advance(&mock, 10_000).await;
    for id in [&guest, &merchant] {
        let of_it = details_of(&mock, id).await;
        assert_eq!(kinds(&of_it), ["authorised", "released"], "{id}");
        assert_eq!(of_it["balances"][0]["balance_micros"], "0");
    }
    let of_absent = details_of(&mock, &absent).await;
    assert_eq!(kinds(&of_absent), ["authorised", "captured"]);
    assert_eq!(kinds(&details_of(&mock, &moved).await), ["authorised"]);
    advance(&mock, 7_199).await;
    assert_eq!(kinds(&details_of(&mock, &moved).await), ["authorised"]);
    advance(&mock, 1).await;
    let of_moved = details_of(&mock, &moved).await;
    assert_eq!(kinds(&of_moved), ["authorised", "captured"]);
}
