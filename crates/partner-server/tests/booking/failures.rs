//! Business failures: HTTP 200 with only `booking_failure`, each in its legal form.

use booking_api::{Method, causes};
use partner::decision::Layer;
use partner::exchange::ExchangeOutcome;
use partner::store::bookings::Wanted;
use serde_json::{Value, json};

use crate::client::{redacted, request};
use crate::common::{Answer, Mock};

async fn forced(mock: &Mock, cause: &str, method: Method) -> Answer {
    mock.toggle(json!({"failure": {"cause": cause, "methods": [method.name()]}}));
    match method {
        Method::CreateBooking => mock.create(&request("mina")).await,
        Method::CreateLease => {
            let lease = json!({"lease": {"slot": request("mina")["slot"]}});
            mock.booking_server("CreateLease", lease).await
        }
        _ => {
            mock.engine.behaviour().reset();
            let id = mock.book("target").await;
            mock.toggle(json!({"failure": {"cause": cause, "methods": [method.name()]}}));
            // A cause bites the wish that it makes sense for.
            let cancel = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
            let answer = mock.booking_server("UpdateBooking", cancel).await;
            if answer.body.get("booking_failure").is_some() {
                return answer;
            }
            let slot = json!({"start_sec": "1795440000", "duration_sec": "3600"});
            let change = json!({"booking": {"booking_id": id, "slot": slot}});
            mock.booking_server("UpdateBooking", change).await
        }
    }
}

#[tokio::test]
async fn each_cause_is_legal_in_each_of_its_methods() {
    for info in causes() {
        for method in info.methods {
            let mock = Mock::start().await;
            let answer = forced(&mock, info.cause.name(), *method).await;
            let failure = answer.failure();
            assert_eq!(failure["cause"], info.cause.name(), "{method:?}");
            assert!(
                failure["description"]
                    .as_str()
                    .unwrap()
                    .starts_with("forced by")
            );
            let mut fields: Vec<&str> = failure
                .as_object()
                .unwrap()
                .keys()
                .map(String::as_str)
                .collect();
            fields.sort_unstable();
            let expected: &[&str] = match info.companion {
                None => &["cause", "description"],
                Some("rejected_card_type") => &["cause", "description", "rejected_card_type"],
                Some(_) => &["cause", "description", "payment_failure"],
            };
            assert_eq!(fields, expected);

            let exchange = mock.newest().await;
            assert_eq!(exchange.summary.status, 200);
            assert_eq!(exchange.summary.outcome, ExchangeOutcome::Failure);
            assert_eq!(exchange.summary.cause, Some(info.cause));
            assert_eq!(exchange.summary.label, info.cause.name());
            let decided = exchange.decisions.iter().find(|it| it.decided).unwrap();
            assert_eq!(
                (&*decided.step, decided.layer),
                ("failure_toggle", Layer::Toggle)
            );
        }
    }
}

#[tokio::test]
async fn a_forced_failure_books_nothing() {
    let mock = Mock::start().await;
    mock.toggle(json!({"failure": {"cause": "SLOT_UNAVAILABLE"}}));
    mock.create(&request("mina")).await.failure();
    assert!(
        mock.engine
            .bookings(Wanted::default(), None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    let listed = mock
        .booking_server("ListBookings", json!({"user_id": "user-mina"}))
        .await;
    assert_eq!(listed.body, json!({"bookings": []}));
}

#[tokio::test]
async fn a_3ds1_failure_carries_the_whole_challenge() {
    let mock = Mock::start().await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
    let answer = mock.create(&request("mina")).await;
    insta::assert_snapshot!(redacted(&answer.body), @r#"
    {
      "booking_failure": {
        "cause": "PAYMENT_REQUIRES_3DS1",
        "description": "forced by a toggle",
        "payment_failure": {
          "threeds1_parameters": {
            "acs_url": "[url]/3ds1/challenge",
            "pa_req": "[pa_req]",
            "transaction_id": "[transaction_id]",
            "md_merchant_data": "[md_merchant_data]"
          }
        }
      }
    }
    "#);
    let parameters = &answer.failure()["payment_failure"]["threeds1_parameters"];
    let url = parameters["acs_url"].as_str().unwrap();
    assert!(url.starts_with(&mock.booking_url()), "{url}");
}

#[tokio::test]
async fn a_rejected_card_names_its_brand() {
    let mock = Mock::start().await;
    mock.toggle(json!({"failure": {
        "cause": "PAYMENT_ERROR_CARD_TYPE_REJECTED", "rejected_card_type": "AMERICAN_EXPRESS"}}));
    let answer = mock.create(&request("mina")).await;
    insta::assert_snapshot!(redacted(&answer.body), @r#"
    {
      "booking_failure": {
        "cause": "PAYMENT_ERROR_CARD_TYPE_REJECTED",
        "rejected_card_type": "AMERICAN_EXPRESS",
        "description": "forced by a toggle"
      }
    }
    "#);
}

#[tokio::test]
async fn a_cause_of_cancelling_leaves_changes_alone() {
    let mock = Mock::start().await;
    let id = mock.book("mina").await;
    mock.toggle(json!({"failure": {
        "cause": "BOOKING_NOT_CANCELLABLE", "methods": ["UpdateBooking"]}}));
    let slot = json!({"start_sec": "1795440000", "duration_sec": "3600"});
    let change = json!({"booking": {"booking_id": id, "slot": slot}});
    let changed = mock.booking_server("UpdateBooking", change).await;
    assert_eq!(changed.booking()["status"], "CONFIRMED");
    let cancel = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    let answer = mock.booking_server("UpdateBooking", cancel).await;
    assert_eq!(answer.cause(), "BOOKING_NOT_CANCELLABLE");
    let status = mock
        .booking_server("GetBookingStatus", json!({"booking_id": id}))
        .await;
    assert_eq!(status.body["booking_status"], "CONFIRMED");
}

#[tokio::test]
async fn a_count_and_a_probability_end_by_themselves() {
    let mock = Mock::start().await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_ERROR", "times": 2}}));
    let send = async |guest: &str| mock.create(&request(guest)).await;
    assert_eq!(send("1").await.cause(), "PAYMENT_ERROR");
    assert_eq!(send("2").await.cause(), "PAYMENT_ERROR");
    let said = &mock.newest().await.decisions;
    assert!(
        said.iter().any(|it| it.text.contains("for the last time")),
        "{said:?}"
    );
    assert_eq!(send("3").await.booking()["status"], "CONFIRMED");
    assert_eq!(mock.engine.behaviour().current().behaviour.failure, None);

    mock.toggle(json!({"failure": {"cause": "PAYMENT_ERROR", "probability": 0.5}}));
    let mut failed = 0;
    for guest in 0..40 {
        let answer = send(&format!("dice-{guest}")).await;
        failed += usize::from(answer.body.get("booking_failure").is_some());
    }
    assert!((8..=32).contains(&failed), "{failed} of 40");
}

#[tokio::test]
async fn an_expiring_failure_says_so_and_ends() {
    let mock = Mock::start().await;
    let change = json!({"failure": {"cause": "PAYMENT_ERROR"}});
    let for_a_minute = Some(std::time::Duration::from_secs(60));
    mock.engine
        .behaviour()
        .patch(&change, for_a_minute)
        .unwrap();
    assert_eq!(mock.create(&request("1")).await.cause(), "PAYMENT_ERROR");
    let decisions = mock.newest().await.decisions;
    let decided = decisions.iter().find(|it| it.decided).unwrap();
    assert_eq!(decided.layer, Layer::ExpiringToggle);
    mock.clock.advance(std::time::Duration::from_secs(60));
    let answer = mock.create(&request("2")).await;
    assert_eq!(answer.booking()["status"], "CONFIRMED");
    assert_eq!(answer.body["booking_failure"], Value::Null);
}
