//! The methods beside CreateBooking and UpdateBooking, and what holds for all of them.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{redacted, request, with_settings};
use crate::common::{Answer, Mock};

async fn health(mock: &Mock, path: &str) -> Answer {
    let url = format!("{}{path}", mock.booking_url());
    let call = mock.client.get(url).basic_auth("mock", Some("partner"));
    Answer::of(call.send().await.unwrap()).await
}

#[tokio::test]
async fn health_check() {
    let mock = Mock::start().await;
    let answer = health(&mock, "/v3/HealthCheck").await;
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (200, "{\"status\":\"SERVING\"}")
    );
    assert_eq!(mock.newest().await.summary.label, "SERVING");
}

#[tokio::test]
async fn each_method_answers_with_and_without_a_slash() {
    let mock = Mock::start().await;
    let id = mock.book("mina").await;
    let slot = request("mina")["slot"].clone();
    let batch = json!({"merchant_id": "1234",
        "slot_time": [{"service_id": "massage-60", "start_sec": "1795428000"}]});
    let calls = [
        ("BatchAvailabilityLookup", batch.clone()),
        ("BatchAvailabilitylookup", batch),
        ("CheckAvailability", json!({ "slot": slot })),
        ("CreateLease", json!({"lease": {"slot": slot}})),
        ("CreateBooking", request("mina")),
        (
            "UpdateBooking",
            json!({"booking": {"booking_id": id, "slot": slot}}),
        ),
        ("GetBookingStatus", json!({"booking_id": id})),
        ("ListBookings", json!({"user_id": "user-mina"})),
        (
            "SetMarketingPreference",
            json!({
            "user_information": request("mina")["user_information"],
            "user_to_receive_marketing": true}),
        ),
    ];
    for (method, body) in calls {
        let without = mock.booking_server(method, body.clone()).await;
        let with = mock.booking_server(&format!("{method}/"), body).await;
        assert_eq!(
            (without.status, with.status),
            (200, 200),
            "{method}: {}",
            without.text
        );
        assert_eq!(redacted(&without.body), redacted(&with.body), "{method}");
        let rows = mock.log().await;
        let last = &rows[rows.len() - 2..];
        assert_eq!(last[0].method, last[1].method);
        assert!(last[0].method.is_some());
    }
    assert_eq!(health(&mock, "/v3/HealthCheck/").await.status, 200);
    // A query does not matter.
    assert_eq!(health(&mock, "/v3/HealthCheck?x=1").await.status, 200);
}

#[tokio::test]
async fn batch_availability_lookup_answers_each_question_in_order() {
    let mock = with_settings(json!({"default_capacity": 1})).await;
    let mut taken = request("mina");
    taken["slot"]["resources"] = json!({"party_size": 2});
    mock.create(&taken).await.booking();
    let ask = json!({"merchant_id": "1234", "slot_time": [
        {"service_id": "massage-60", "start_sec": "1795428000", "duration_sec": "3600",
            "resource_ids": {"party_size": 2}, "availability_tag": "tag"},
        {"service_id": "other", "start_sec": "1795431600",
            "confirmation_mode": "CONFIRMATION_MODE_ASYNCHRONOUS"},
    ]});
    let answer = mock
        .booking_server("BatchAvailabilityLookup", ask.clone())
        .await;
    insta::assert_snapshot!(redacted(&answer.body), @r#"
    {
      "slot_time_availability": [
        {
          "slot_time": {
            "service_id": "massage-60",
            "start_sec": "1795428000",
            "duration_sec": "3600",
            "availability_tag": "tag",
            "resource_ids": {
              "party_size": 2
            },
            "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS"
          },
          "available": false
        },
        {
          "slot_time": {
            "service_id": "other",
            "start_sec": "1795431600",
            "confirmation_mode": "CONFIRMATION_MODE_ASYNCHRONOUS"
          },
          "available": true
        }
      ]
    }
    "#);
    assert_eq!(mock.newest().await.summary.label, "1 of 2 free");

    // A toggle decides what the guest is told.
    mock.toggle(json!({"confirmation": "asynchronous"}));
    let answer = mock.booking_server("BatchAvailabilityLookup", ask).await;
    let times = answer.body["slot_time_availability"].as_array().unwrap();
    for time in times {
        let mode = &time["slot_time"]["confirmation_mode"];
        assert_eq!(mode, "CONFIRMATION_MODE_ASYNCHRONOUS");
    }
    // Asking makes no slot.
    mock.toggle(json!({"unknown_inventory": "reject"}));
    let mut unknown = request("second");
    unknown["slot"]["service_id"] = json!("other");
    assert_eq!(mock.create(&unknown).await.status, 400);
}

#[tokio::test]
async fn check_availability_counts_places() {
    let mock = with_settings(json!({"default_capacity": 2})).await;
    let ask = json!({"slot": request("mina")["slot"]});
    let count = async || {
        let answer = mock.booking_server("CheckAvailability", ask.clone()).await;
        answer.body["count_available"].as_i64().unwrap_or(-1)
    };
    assert_eq!(count().await, 2);
    mock.create(&request("mina")).await.booking();
    assert_eq!(count().await, 1);
    mock.create(&request("second")).await.booking();
    let answer = mock.booking_server("CheckAvailability", ask.clone()).await;
    // Zero is said, not left out.
    insta::assert_snapshot!(redacted(&answer.body), @r#"
    {
      "slot": {
        "merchant_id": "1234",
        "service_id": "massage-60",
        "start_sec": "1795428000",
        "duration_sec": "3600",
        "resources": {
          "party_size": 2
        },
        "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS"
      },
      "count_available": 0,
      "duration_requirement": "DO_NOT_SHOW_DURATION"
    }
    "#);
}

#[tokio::test]
async fn get_booking_status() {
    let mock = Mock::start().await;
    let id = mock.book("mina").await;
    let answer = mock
        .booking_server("GetBookingStatus", json!({"booking_id": id}))
        .await;
    insta::assert_snapshot!(redacted(&answer.body), @r#"
    {
      "booking_id": "[booking_id]",
      "booking_status": "CONFIRMED",
      "prepayment_status": "PREPAYMENT_NOT_PROVIDED"
    }
    "#);
    let unknown = mock
        .booking_server("GetBookingStatus", json!({"booking_id": "bk-no"}))
        .await;
    assert_eq!(unknown.status, 404);
    assert!(unknown.message().contains("bk-no"));
}

#[tokio::test]
async fn list_bookings_shows_what_is_still_to_come() {
    let mock = Mock::start().await;
    let list = async || {
        let answer = mock
            .booking_server("ListBookings", json!({"user_id": "user-mina"}))
            .await;
        assert_eq!(answer.status, 200);
        let bookings = answer.body["bookings"].as_array().unwrap().clone();
        let id = |booking: &Value| booking["booking_id"].as_str().unwrap().to_owned();
        bookings.iter().map(id).collect::<Vec<_>>()
    };
    assert!(list().await.is_empty());
    let at = async |token: &str, start: i64| {
        let mut asked = request("mina");
        asked["idempotency_token"] = json!(token);
        asked["slot"]["start_sec"] = json!(start.to_string());
        mock.create(&asked).await.booking_id()
    };
    let now = mock.clock.now().as_second();
    let later = at("later", now + 7_200).await;
    let soon = at("soon", now + 3_600).await;
    at("past", now - 3_600).await;
    let cancelled = at("cancelled", now + 5_400).await;
    let cancel = json!({"booking": {"booking_id": cancelled, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", cancel).await.booking();
    mock.toggle(json!({"confirmation": "asynchronous"}));
    let pending = at("pending", now + 9_000).await;
    mock.book("somebody-else").await;
    assert_eq!(list().await, [soon, later.clone(), pending.clone()]);
    mock.clock.advance(Duration::from_secs(3_600));
    assert_eq!(list().await, [later, pending]);
}

#[tokio::test]
async fn set_marketing_preference_gives_back_what_was_chosen() {
    let mock = Mock::start().await;
    for chosen in [true, false] {
        let body = json!({
            "user_information": request("mina")["user_information"],
            "user_to_receive_marketing": chosen,
        });
        let answer = mock
            .booking_server("SetMarketingPreference", body.clone())
            .await;
        assert_eq!((answer.status, &answer.body), (200, &body));
    }
}

#[tokio::test]
async fn orders_and_the_waitlist_are_not_offered() {
    let mock = Mock::start().await;
    for method in [
        "CheckOrderFulfillability",
        "CreateOrder",
        "ListOrders",
        "BatchGetWaitEstimates",
        "CreateWaitlistEntry",
        "GetWaitlistEntry",
        "DeleteWaitlistEntry",
    ] {
        for slash in ["", "/"] {
            let answer = mock
                .booking_server(&format!("{method}{slash}"), json!({}))
                .await;
            assert_eq!(answer.status, 501, "{method}");
            assert!(answer.message().contains(method), "{}", answer.text);
        }
    }
}
