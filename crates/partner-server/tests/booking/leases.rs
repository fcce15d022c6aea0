//! CreateLease, and bookings that use one.

use std::time::Duration;

use serde_json::{Value, json};

use crate::client::{redacted, request, with_settings};
use crate::common::{Answer, Mock};

async fn lease(mock: &Mock, slot: &Value) -> Answer {
    let lease = json!({"lease": {"slot": slot, "user_reference": "user-mina"}});
    mock.booking_server("CreateLease", lease).await
}

fn with_lease(guest: &str, lease: &Answer) -> Value {
    let mut request = request(guest);
    request["lease_ref"] = json!({"lease_id": lease.body["lease"]["lease_id"]});
    request
}

#[tokio::test]
async fn a_lease_holds_the_last_place_for_its_owner() {
    let mock = with_settings(json!({"default_capacity": 1})).await;
    let slot = request("mina")["slot"].clone();
    let leased = lease(&mock, &slot).await;
    insta::assert_snapshot!(redacted(&leased.body), @r#"
    {
      "lease": {
        "lease_id": "[lease_id]",
        "slot": {
          "merchant_id": "1234",
          "service_id": "massage-60",
          "start_sec": "1795428000",
          "duration_sec": "3600",
          "resources": {
            "party_size": 2
          }
        },
        "user_reference": "user-mina",
        "lease_expiration_time_sec": "1795309500"
      }
    }
    "#);

    assert_eq!(
        mock.create(&request("other")).await.cause(),
        "SLOT_UNAVAILABLE"
    );
    assert_eq!(lease(&mock, &slot).await.cause(), "SLOT_UNAVAILABLE");
    let booked = mock.create(&with_lease("mina", &leased)).await;
    assert_eq!(booked.booking()["status"], "CONFIRMED");
    // It is used up now, even if its booking is cancelled.
    let cancel = json!({"booking": {"booking_id": booked.booking_id(), "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", cancel).await.booking();
    let again = mock.create(&with_lease("second", &leased)).await;
    assert_eq!(again.cause(), "LEASE_EXPIRED");
}

#[tokio::test]
async fn a_lease_ends_by_itself() {
    let mock = with_settings(json!({"default_capacity": 1, "max_lease_sec": 60})).await;
    let leased = lease(&mock, &request("mina")["slot"]).await;
    mock.clock.advance(Duration::from_secs(59));
    assert_eq!(
        mock.create(&request("early")).await.cause(),
        "SLOT_UNAVAILABLE"
    );
    mock.clock.advance(Duration::from_secs(1));
    let late = mock.create(&with_lease("mina", &leased)).await;
    assert_eq!(late.cause(), "LEASE_EXPIRED");
    mock.create(&request("other")).await.booking();
}

#[tokio::test]
async fn a_lease_may_be_shorter_than_wished_never_longer() {
    let mock = with_settings(json!({"max_lease_sec": 60})).await;
    let now = mock.clock.now().as_second();
    let slot = request("mina")["slot"].clone();
    for (wished, granted) in [(now + 10, now + 10), (now + 9_999, now + 60)] {
        let lease = json!({"lease": {"slot": slot,
            "lease_expiration_time_sec": wished.to_string()}});
        let answer = mock.booking_server("CreateLease", lease).await;
        let expires = &answer.body["lease"]["lease_expiration_time_sec"];
        assert_eq!(expires, &granted.to_string());
    }
    let gone = json!({"lease": {"slot": slot, "lease_expiration_time_sec": now.to_string()}});
    assert_eq!(mock.booking_server("CreateLease", gone).await.status, 400);
}

#[tokio::test]
async fn a_lease_of_another_slot_or_of_nobody_is_a_bad_request() {
    let mock = Mock::start().await;
    let leased = lease(&mock, &request("mina")["slot"]).await;
    let mut other = with_lease("mina", &leased);
    other["slot"]["start_sec"] = json!("1795440000");
    let answer = mock.create(&other).await;
    assert_eq!(answer.status, 400);
    assert!(answer.message().contains("leased"), "{}", answer.text);
    let mut unknown = request("mina");
    unknown["lease_ref"] = json!({"lease_id": "ls-none"});
    let answer = mock.create(&unknown).await;
    assert_eq!(
        (answer.status, mock.newest().await.summary.label.as_ref()),
        (400, "400 unknown lease")
    );
    // Neither has used the lease up.
    mock.create(&with_lease("mina", &leased)).await.booking();
}

#[tokio::test]
async fn a_partner_may_do_without_leases() {
    let mock = with_settings(json!({"create_lease": false})).await;
    let answer = lease(&mock, &request("mina")["slot"]).await;
    assert_eq!(answer.status, 501);
    assert!(answer.message().contains("create_lease"), "{}", answer.text);
}
