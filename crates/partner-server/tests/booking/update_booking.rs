//! UpdateBooking: cancel and change.

use serde_json::{Value, json};

use crate::client::{redacted, request, with_settings};
use crate::common::{Answer, Mock};

async fn update(mock: &Mock, booking: Value) -> Answer {
    let request = json!({ "booking": booking });
    mock.booking_server("UpdateBooking", request).await
}

const LATER: &str = "1795440000";

#[tokio::test]
async fn a_booking_moves_and_its_place_is_free_again() {
    let mock = with_settings(json!({"default_capacity": 1})).await;
    let id = mock.book("mina").await;
    let slot = json!({"start_sec": LATER, "duration_sec": "5400"});
    let moved = update(&mock, json!({"booking_id": id, "slot": slot})).await;
    insta::assert_snapshot!(redacted(&moved.body), @r#"
    {
      "booking": {
        "booking_id": "[booking_id]",
        "slot": {
          "merchant_id": "1234",
          "service_id": "massage-60",
          "start_sec": "1795440000",
          "duration_sec": "5400",
          "resources": {
            "party_size": 2
          },
          "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS"
        },
        "user_information": {
          "user_id": "user-mina",
          "given_name": "mina",
          "family_name": "Okafor",
          "telephone": "+1 206-555-0142",
          "email": "mina@example.com"
        },
        "status": "CONFIRMED",
        "payment_information": {
          "prepayment_status": "PREPAYMENT_NOT_PROVIDED"
        }
      }
    }
    "#);
    assert_eq!(moved.booking_id(), id);
    // Again the same: nothing happens.
    let again = update(&mock, json!({"booking_id": id, "slot": slot})).await;
    assert_eq!(again.text, moved.text);
    // The old place can be had, the new one is taken.
    mock.create(&request("second")).await.booking();
    let mut third = request("third");
    third["slot"]["start_sec"] = json!(LATER);
    third["slot"]["duration_sec"] = json!("5400");
    assert_eq!(mock.create(&third).await.cause(), "SLOT_UNAVAILABLE");
}

#[tokio::test]
async fn a_booking_that_cannot_move_stays_as_it_was() {
    let mock = with_settings(json!({"default_capacity": 1})).await;
    let id = mock.book("mina").await;
    let mut other = request("other");
    other["slot"]["start_sec"] = json!(LATER);
    mock.create(&other).await.booking();
    let before = mock.create(&request("mina")).await;
    let slot = json!({"start_sec": LATER, "duration_sec": "3600"});
    let answer = update(&mock, json!({"booking_id": id, "slot": slot})).await;
    assert_eq!(answer.cause(), "SLOT_UNAVAILABLE");
    let listed = mock
        .booking_server("ListBookings", json!({"user_id": "user-mina"}))
        .await;
    assert_eq!(listed.body["bookings"][0], *before.booking());
    // Still its place.
    assert_eq!(
        mock.create(&request("next")).await.cause(),
        "SLOT_UNAVAILABLE"
    );
}

#[tokio::test]
async fn a_party_changes_alone() {
    let mock = Mock::start().await;
    let id = mock.book("mina").await;
    let slot = json!({"resources": {"party_size": 5}});
    let answer = update(&mock, json!({"booking_id": id, "slot": slot})).await;
    let slot = &answer.booking()["slot"];
    assert_eq!(slot["resources"]["party_size"], 5);
    assert_eq!(slot["start_sec"], request("mina")["slot"]["start_sec"]);
    assert_eq!(answer.booking()["status"], "CONFIRMED");
}

#[tokio::test]
async fn a_cancel_gives_the_place_back_and_may_be_repeated() {
    let mock = with_settings(json!({"default_capacity": 1})).await;
    let id = mock.book("mina").await;
    let cancel = json!({"booking_id": id, "status": "CANCELED"});
    let first = update(&mock, cancel.clone()).await;
    assert_eq!(first.booking()["status"], "CANCELED");
    assert_eq!(update(&mock, cancel.clone()).await.text, first.text);
    mock.create(&request("next")).await.booking();
    let slot = json!({"start_sec": LATER, "duration_sec": "3600"});
    let change = update(&mock, json!({"booking_id": id, "slot": slot})).await;
    assert_eq!(change.cause(), "BOOKING_ALREADY_CANCELLED");
}

#[tokio::test]
async fn an_asynchronous_booking_can_be_cancelled_but_not_changed() {
    let mock = Mock::start().await;
    mock.toggle(json!({"confirmation": "asynchronous"}));
    let id = mock.book("mina").await;
    mock.engine.behaviour().reset();
    let slot = json!({"start_sec": LATER, "duration_sec": "3600"});
    let change = update(&mock, json!({"booking_id": id, "slot": slot})).await;
    assert_eq!(change.cause(), "SLOT_UNAVAILABLE");
    let cancel = update(&mock, json!({"booking_id": id, "status": "CANCELED"})).await;
    assert_eq!(cancel.booking()["status"], "CANCELED");
}

#[tokio::test]
async fn what_cannot_be_wished_is_a_bad_request() {
    let mock = Mock::start().await;
    let id = mock.book("mina").await;
    for booking in [
        json!({"booking_id": id}),
        json!({"booking_id": id, "status": "CONFIRMED"}),
        json!({"booking_id": id, "status": "NO_SHOW"}),
        json!({"booking_id": id, "status": "FAILED"}),
        json!({"booking_id": id, "slot": {"merchant_id": "other"}}),
        json!({"booking_id": id, "slot": {"service_id": "other"}}),
        json!({"booking_id": id, "slot": {"start_sec": "-1"}}),
        json!({"booking_id": "bk-none", "status": "CANCELED"}),
        json!({"status": "CANCELED"}),
    ] {
        let answer = update(&mock, booking.clone()).await;
        assert_eq!(answer.status, 400, "{booking}");
        assert!(!answer.message().is_empty());
    }
    let status = mock
        .booking_server("GetBookingStatus", json!({"booking_id": id}))
        .await;
    assert_eq!(status.body["booking_status"], "CONFIRMED");
}

#[tokio::test]
async fn a_scenario_may_say_404_for_an_unknown_booking() {
    let mock = with_settings(json!({"unknown_booking_status": 404})).await;
    let answer = update(
        &mock,
        json!({"booking_id": "bk-none", "status": "CANCELED"}),
    )
    .await;
    assert_eq!(answer.status, 404);
    assert!(answer.message().contains("bk-none"));
}
