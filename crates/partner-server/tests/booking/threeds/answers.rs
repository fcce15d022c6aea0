//! What an answer of the bank is worth that is forged, late, used or about something else, and what
//! would have changed it.

use super::*;

/// Sends a request whose bank's answer is refused.
async fn refused(mock: &Mock, request: &Value, code: &str) -> Exchange {
    let before = mock.bookings().await;
    let answer = mock.create(request).await;
    assert_eq!(answer.cause(), "PAYMENT_ERROR", "{code}: {}", answer.text);
    assert_eq!(mock.bookings().await, before, "{code}");
    let exchange = mock.newest().await;
    let found = [(code, "/payment_information/pa_response")];
    assert_eq!(codes(&exchange), found);
    exchange
}

#[tokio::test]
async fn a_forged_answer_is_refused() {
    let mock = asking().await;
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    let declined = mock.pa_res(&paying("omar"), "decline").await;
    let flipped = pa_res.chars().rev().collect::<String>();
    let longer = format!("{pa_res}AAAA");
    for forged in ["eJxVUl1Pg0A=", "x", " ", "\u{1f4a5}", &flipped, &longer] {
        refused(
            &mock,
            &with_answer(&paying("mina"), forged),
            "pa_response_forged",
        )
        .await;
    }
    // It is no secret that the bank said no: another's answer does not count as one's own.
    refused(
        &mock,
        &with_answer(&paying("mina"), &declined),
        "pa_response_mismatched",
    )
    .await;
    // The right one still books.
    mock.create(&with_answer(&paying("mina"), &pa_res))
        .await
        .booking();
}

#[tokio::test]
async fn an_answer_about_something_else_is_refused() {
    let mock = asking().await;
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    let right = with_answer(&paying("mina"), &pa_res);
    for (pointer, value) in [
        ("/slot/merchant_id", json!("5678")),
        ("/slot/service_id", json!("facial")),
        ("/slot/start_sec", json!("1795431600")),
        ("/slot/resources/party_size", json!(3)),
        ("/user_information/user_id", json!("user-omar")),
        ("/payment_information/price/price_micros", json!("85500001")),
        ("/payment_information/price/currency_code", json!("USD")),
    ] {
        let mut other = right.clone();
        *other.pointer_mut(pointer).unwrap() = value;
        let exchange = refused(&mock, &other, "pa_response_mismatched").await;
        assert!(
            exchange.response.unwrap().body.contains("another"),
            "{pointer}"
        );
    }
    let mut other = right.clone();
    other["payment_information"]["md_merchant_data"] = json!("md-of-another");
    refused(&mock, &other, "pa_response_mismatched").await;
    mock.create(&right).await.booking();
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_refused() {
    let mock = asking().await;
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    mock.clock.advance(Duration::from_secs(601));
    refused(
        &mock,
        &with_answer(&paying("mina"), &pa_res),
        "pa_response_expired",
    )
    .await;
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    mock.clock.advance(Duration::from_secs(600));
    mock.create(&with_answer(&paying("mina"), &pa_res))
        .await
        .booking();
}

#[tokio::test]
async fn an_answer_that_was_used_is_refused() {
    let mock = asking().await;
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    let mut request = with_answer(&paying("mina"), &pa_res);
    let id = mock.create(&request).await.booking_id();
    let cancel = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", cancel).await.booking();
    request["idempotency_token"] = json!("another");
    refused(&mock, &request, "pa_response_replayed").await;
}

#[tokio::test]
async fn two_requests_at_once_cannot_use_one_answer() {
    let mock = crate::client::with_settings(json!({"duplicates": "accept"})).await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    let requests = (0..8).map(|number| {
        let mut request = with_answer(&paying("mina"), &pa_res);
        request["idempotency_token"] = json!(format!("token-{number}"));
        request
    });
    let calls = requests.map(|request| {
        let mock = &mock;
        async move { mock.create(&request).await }
    });
    let answers = futures_util::future::join_all(calls).await;
    let booked = answers.iter().filter(|it| it.body.get("booking").is_some());
    assert_eq!(booked.count(), 1);
    assert_eq!(mock.bookings().await, 1);
}

/// Makes each change that the newest exchange names and `takes` wants, as a program would, and looks
/// whether the answer is the one that was said.
async fn prove(mock: &Mock, takes: impl Fn(&Value) -> bool) {
    let newest = mock.engine.log().position().newest;
    let exchange = mock.get(&format!("/api/exchanges/{newest}")).await.body;
    let decisions = exchange["decisions"].as_array().unwrap();
    let decided = decisions.iter().find(|it| it["decided"] == true).unwrap();
    let list = decided["counterfactuals"].as_array().unwrap().iter();
    let list: Vec<&Value> = list.filter(|it| takes(&it["change"])).collect();
    assert!(!list.is_empty(), "{exchange:#}");
    for one in list {
        let mut change = one["change"].clone();
        if change["kind"] == "control" {
            let path = change["path"].as_str().unwrap();
            let done = mock.send(Method::PATCH, path, change["body"].clone()).await;
            assert_eq!(done.status, 200, "{}", done.text);
            change = Value::Null;
        }
        let path = format!("/api/exchanges/{newest}/replay");
        let sent = mock
            .send(Method::POST, &path, json!({ "change": change }))
            .await;
        assert_eq!(sent.status, 200, "{one:#}: {}", sent.text);
        let again = mock
            .get(&format!("/api/exchanges/{}", sent.body["exchange_id"]))
            .await
            .body;
        match one["would"].as_str() {
            Some(label) => assert_eq!(again["label"], label, "{one:#}"),
            None => assert_ne!(
                again["response"]["body"], exchange["response"]["body"],
                "{one:#}"
            ),
        }
    }
}

#[tokio::test]
async fn each_decision_says_what_would_have_changed_it() {
    // Without a payment token, since what holds a secret cannot be sent again from the log.
    let any = |_: &Value| true;
    let mock = Mock::start().await;
    let forged = with_answer(&request("mina"), "eJxVUl1Pg0A=");
    assert_eq!(mock.create(&forged).await.cause(), "PAYMENT_ERROR");
    prove(&mock, any).await;

    let mock = asking().await;
    assert_eq!(mock.create(&forged).await.cause(), "PAYMENT_ERROR");
    prove(&mock, any).await;
    let pa_res = mock.pa_res(&request("mina"), "decline").await;
    let declined = with_answer(&request("mina"), &pa_res);
    assert_eq!(
        mock.create(&declined).await.cause(),
        "PAYMENT_ERROR_CARD_DECLINED"
    );
    prove(&mock, any).await;
    mock.toggle(json!({"failure": null}));
    mock.create(&declined).await.failure();
    prove(&mock, any).await;

    let mock = asking().await;
    mock.toggle(json!({"payment": {"threeds1_parameters": "missing"}}));
    mock.create(&request("mina")).await.failure();
    prove(&mock, |change| change["body"].get("payment").is_some()).await;

    mock.browse(Method::POST, "/3ds1/challenge", &[]).await;
    prove(&mock, any).await;
    mock.browse(Method::PUT, "/3ds1/return", &[]).await;
    prove(&mock, any).await;
}
