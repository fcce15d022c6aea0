//! CreateBooking: spellings, modes, inventory.

use serde_json::{Value, json};

use crate::client::{BASIC, request, with_settings};
use crate::common::Mock;

#[tokio::test]
async fn both_spellings_of_names_and_all_forms_of_numbers_are_taken() {
    let mock = Mock::start().await;
    let body = r#"{
        "idempotencyToken": "camel",
        "slot": {"merchantId": "1234", "serviceId": "massage-60", "startSec": 1.795428e9,
            "durationSec": 3600, "resources": {"partySize": "2"},
            "confirmationMode": 1},
        "userInformation": {"userId": "user-mina", "givenName": "Mina", "familyName": "Okafor",
            "telephone": "+1 206-555-0142", "email": "mina@example.com"},
        "paymentInformation": {"prepaymentStatus": "PREPAYMENT_NOT_PROVIDED"}
    }"#;
    let answer = mock.post("/v3/CreateBooking", body).await;
    let booking = answer.booking();
    let slot = json!({
        "merchant_id": "1234", "service_id": "massage-60", "start_sec": "1795428000",
        "duration_sec": "3600", "resources": {"party_size": 2},
        "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS",
    });
    assert_eq!(booking["slot"], slot);
    assert_eq!(booking["user_information"]["given_name"], "Mina");
    assert!(
        mock.newest()
            .await
            .findings
            .iter()
            .all(|it| it.code != "unknown_field")
    );
}

#[tokio::test]
async fn unknown_fields_are_ignored_with_a_finding() {
    let mock = Mock::start().await;
    let mut asked = request("mina");
    asked["slot"]["resource_idz"] = json!({"x": 1});
    mock.create(&asked).await.booking();
    let exchange = mock.newest().await;
    assert_eq!(exchange.summary.finding_count, 1);
    assert_eq!(exchange.findings[0].pointer, "/slot/resource_idz");
}

#[tokio::test]
async fn the_slots_own_mode_counts() {
    let mock = Mock::start().await;
    let mut asynchronous = request("mina");
    asynchronous["slot"]["confirmation_mode"] = json!("CONFIRMATION_MODE_ASYNCHRONOUS");
    let answer = mock.create(&asynchronous).await;
    assert_eq!(answer.booking()["status"], "PENDING_MERCHANT_CONFIRMATION");
    // The guest of this one was told that the slot is confirmed at once.
    assert_eq!(
        mock.create(&request("other")).await.cause(),
        "SLOT_UNAVAILABLE"
    );
    // A toggle decides for both alike.
    mock.toggle(json!({"confirmation": "synchronous"}));
    assert_eq!(
        mock.create(&request("third")).await.booking()["status"],
        "CONFIRMED"
    );
    let mut fourth = request("fourth");
    fourth["slot"] = asynchronous["slot"].clone();
    let answer = mock.create(&fourth).await;
    assert_eq!(answer.booking()["status"], "CONFIRMED");
    let mode = &answer.booking()["slot"]["confirmation_mode"];
    assert_eq!(mode, "CONFIRMATION_MODE_SYNCHRONOUS");
    let finding = &mock.newest().await.findings[0];
    assert_eq!(finding.code, "confirmation_mode_differs");
}

#[tokio::test]
async fn a_class_is_filled_to_its_capacity_exactly() {
    let mock = with_settings(json!({"default_capacity": 3})).await;
    for guest in ["1", "2", "3"] {
        mock.create(&request(guest)).await.booking();
    }
    assert_eq!(mock.create(&request("4")).await.cause(), "SLOT_UNAVAILABLE");
    // Other resources are another slot.
    let mut other = request("5");
    other["slot"]["resources"] = json!({"party_size": 3});
    mock.create(&other).await.booking();
}

#[tokio::test]
async fn pending_bookings_hold_their_place() {
    let mock = with_settings(json!({"default_capacity": 1})).await;
    mock.toggle(json!({"confirmation": "asynchronous"}));
    mock.create(&request("1")).await.booking();
    assert_eq!(mock.create(&request("2")).await.cause(), "SLOT_UNAVAILABLE");
}

#[tokio::test]
async fn a_strict_partner_refuses_ids_that_it_does_not_know() {
    let mock = Mock::start().await;
    mock.toggle(json!({"unknown_inventory": "reject"}));
    let answer = mock.create(&request("mina")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.message().contains("1234"), "{}", answer.text);
    let row = mock.newest().await.summary;
    assert_eq!(row.label, "400 unknown merchant");
    assert_eq!(row.merchant_id.as_deref(), Some("1234"));
    let slot = json!({"slot": request("mina")["slot"]});
    assert_eq!(
        mock.booking_server("CheckAvailability", slot).await.status,
        400
    );
    let batch = json!({"merchant_id": "1234",
        "slot_time": [{"service_id": "massage-60", "start_sec": "1795428000"}]});
    assert_eq!(
        mock.booking_server("BatchAvailabilityLookup", batch)
            .await
            .status,
        400
    );
    let lease = json!({"lease": {"slot": request("mina")["slot"]}});
    assert_eq!(mock.booking_server("CreateLease", lease).await.status, 400);
}

#[tokio::test]
async fn answers_are_json_whatever_they_say() {
    let mock = Mock::start().await;
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    for (body, status) in [(request("mina").to_string(), 200), ("{".to_owned(), 400)] {
        let call = mock
            .client
            .post(&url)
            .basic_auth("mock", Some("partner"))
            .body(body);
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.headers()["content-type"], "application/json");
        let _: Value = answer.json().await.unwrap();
    }
}

#[tokio::test]
async fn the_log_has_the_headers_that_the_client_gets() {
    for (more, label) in [
        ("", "CONFIRMED"),
        ("Connection: close\r\n", "CONFIRMED"),
        ("Content-Length: many\r\n", "400 not HTTP"),
    ] {
        let mock = Mock::start().await;
        let mut socket = mock.socket().await;
        let body = request("mina").to_string();
        let head = format!("POST /v3/CreateBooking HTTP/1.1\r\nHost: x\r\n{BASIC}{more}");
        let length = body.len();
        socket
            .send(format!("{head}Content-Length: {length}\r\n\r\n{body}"))
            .await;
        let answer = socket.read_until("\r\n\r\n").await;
        drop(socket);
        let exchange = mock.only_exchange().await;
        assert_eq!(exchange.summary.label, label, "{answer}");
        let (sent, _) = answer.split_once("\r\n\r\n").unwrap();
        let sent: Vec<String> = sent.lines().skip(1).map(str::to_owned).collect();
        let logged = exchange.response.unwrap().headers;
        let mut logged: Vec<String> = logged
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        let mut expected = sent.clone();
        expected.sort();
        logged.sort();
        assert_eq!(logged, expected);
        assert!(logged.iter().any(|line| line.starts_with("date: ")));
        assert!(
            logged
                .iter()
                .any(|line| line.starts_with("content-length: "))
        );
    }
}
