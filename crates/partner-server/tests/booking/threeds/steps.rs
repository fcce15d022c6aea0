//! From the failure to the booking: each step of section 4.5, the merchant's own failure included.

use super::*;

#[tokio::test]
async fn steps_1_and_2_the_booking_fails_and_says_where_to_go() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let url = format!("{}/3ds1/challenge", mock.booking_url());
    assert_eq!(parameters["acs_url"], url);
    assert_eq!(mock.bookings().await, 0);
    let known = mock.challenges().await;
    assert_eq!(known.len(), 1);
    assert_eq!(known[0]["id"], parameters["transaction_id"]);
    assert_eq!(known[0]["state"], "open");
    assert_eq!(known[0]["amount"]["price_micros"], "85500000");
    // This attempt stays failed: the same request is a new one, with a challenge of its own.
    let second = mock.challenged(&paying("mina")).await;
    assert_ne!(second["transaction_id"], parameters["transaction_id"]);
}

#[tokio::test]
async fn step_3_parameters_can_be_missing() {
    let mock = asking().await;
    mock.toggle(json!({"payment": {"threeds1_parameters": "missing"}}));
    let answer = mock.create(&paying("mina")).await;
    assert_eq!(answer.cause(), "PAYMENT_REQUIRES_3DS1");
    assert_eq!(answer.failure().get("payment_failure"), None);
    assert!(mock.challenges().await.is_empty());
    let steps = mock.newest().await.decisions;
    assert!(steps.iter().any(|it| it.step == "threeds1_parameters"));
    // For one request only, by its header.
    mock.toggle(json!({"payment": {"threeds1_parameters": "complete"}, "failure": null}));
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let call = mock.client.post(url).basic_auth("mock", Some("partner"));
    let words = "failure=PAYMENT_REQUIRES_3DS1; threeds1_parameters=missing";
    let call = call.header("X-Mock-Partner", words).json(&paying("mina"));
    let answer = Answer::of(call.send().await.unwrap()).await;
    assert_eq!(answer.failure().get("payment_failure"), None);
    assert_eq!(answer.cause(), "PAYMENT_REQUIRES_3DS1");
}

#[tokio::test]
async fn steps_4_and_5_the_banks_page_asks_and_posts_its_answer_to_term_url() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let page = mock.bank(&parameters, None).await;
    assert_eq!(page.status, 200);
    assert_eq!(page.title(), "Confirm your payment");
    for text in [
        "1234",
        "85.50 EUR",
        "2026-11-22 01:10:00 UTC",
        "10 min left",
    ] {
        assert!(page.html.contains(text), "{text} in {}", page.html);
    }
    for word in ["approve", "decline", "cancel", "time_out"] {
        assert!(page.html.contains(&format!("value=\"{word}\"")), "{word}");
    }
    assert!(page.html.contains("simulation") && page.html.contains("retired"));
    assert!(!page.html.contains("<script"), "it works without");
    assert!(
        page.policy
            .starts_with("default-src 'none'; style-src 'sha256-")
    );
    assert!(
        page.policy.contains("form-action 'self';"),
        "{}",
        page.policy
    );
    // Looking at it decides nothing.
    assert_eq!(mock.challenges().await[0]["state"], "open");

    let done = mock.bank(&parameters, Some("approve")).await;
    assert_eq!((done.status, done.title()), (200, "Payment confirmed"));
    assert!(
        done.html.contains(&format!("action=\"{TERM_URL}\"")),
        "{}",
        done.html
    );
    assert_eq!(done.field("MD").unwrap(), parameters["md_merchant_data"]);
    let pa_res = done.field("PaRes").unwrap();
    // Loading the page anew, or answering the same again, changes nothing.
    for decision in [None, Some("approve")] {
        let again = mock.bank(&parameters, decision).await;
        assert_eq!(again.field("PaRes").unwrap(), pa_res);
    }
    // The first answer stands.
    let other = mock.bank(&parameters, Some("decline")).await;
    assert_eq!((other.status, other.title()), (409, "Payment confirmed"));
    assert_eq!(other.field("PaRes").unwrap(), pa_res);
}

#[tokio::test]
async fn step_5_the_md_is_whatever_the_client_makes_of_it() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let pa_req = parameters["pa_req"].as_str().unwrap();
    let without = [
        ("PaReq", pa_req),
        ("TermUrl", TERM_URL),
        ("decision", "approve"),
    ];
    let page = mock
        .browse(Method::POST, "/3ds1/challenge/", &without)
        .await;
    assert_eq!((page.status, page.field("MD")), (200, None));
    let own = [&without[..], &[("MD", "a&b=\u{e4} c")]].concat();
    let page = mock.browse(Method::POST, "/3ds1/challenge", &own).await;
    assert_eq!(page.field("MD").as_deref(), Some("a&b=\u{e4} c"));
}

#[tokio::test]
async fn steps_6_to_8_the_same_request_with_the_banks_answer_books() {
    // The toggle stays: whoever passed the challenge is not asked for another one.
    let mock = asking().await;
    mock.toggle(json!({"payment": {"mode": "prepayment"}}));
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    let answer = mock.create(&with_answer(&paying("mina"), &pa_res)).await;
    let payment = &answer.booking()["payment_information"];
    assert_eq!(payment["prepayment_status"], "PREPAYMENT_PROVIDED");
    assert_eq!(payment.get("pa_response"), None);
    assert_eq!(mock.bookings().await, 1);
    assert_eq!(mock.challenges().await[0]["state"], "used");
    assert!(mock.newest().await.findings.is_empty());
    // A lost answer: the very same request is a replay of its token, not of the bank's answer.
    let again = mock.create(&with_answer(&paying("mina"), &pa_res)).await;
    assert_eq!(again.text, answer.text);
}

#[tokio::test]
async fn step_7_the_merchant_data_may_come_back_in_either_form() {
    for name in ["md_merchant_data", "transaction_id"] {
        let mock = asking().await;
        let parameters = mock.challenged(&paying("mina")).await;
        let page = mock.bank(&parameters, Some("approve")).await;
        let mut again = with_answer(&paying("mina"), &page.field("PaRes").unwrap());
        again["payment_information"]["md_merchant_data"] = parameters[name].clone();
        let answer = mock.create(&again).await;
        let payment = &answer.booking()["payment_information"];
        assert_eq!(payment.get("md_merchant_data"), None);
    }
}

#[tokio::test]
async fn steps_9_and_10_both_tokens_may_be_new() {
    let mock = asking().await;
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    let mut again = with_answer(&paying("mina"), &pa_res);
    again["idempotency_token"] = json!("another");
    again["payment_processing_parameters"]["unparsed_payment_method_token"] = json!("another");
    mock.create(&again).await.booking();
}

#[tokio::test]
async fn step_8_the_bank_may_say_no() {
    for (decision, cause) in [
        ("decline", "PAYMENT_ERROR_CARD_DECLINED"),
        ("cancel", "PAYMENT_ERROR"),
    ] {
        let mock = asking().await;
        let pa_res = mock.pa_res(&paying("mina"), decision).await;
        for _ in 0..2 {
            let answer = mock.create(&with_answer(&paying("mina"), &pa_res)).await;
            assert_eq!(answer.cause(), cause);
        }
        assert_eq!(mock.bookings().await, 0);
        assert!(
            mock.newest().await.findings.is_empty(),
            "nothing is wrong with it"
        );
        // Without the answer, the bank asks once more.
        mock.challenged(&paying("mina")).await;
    }
}

#[tokio::test]
async fn step_11_a_guest_who_does_nothing_runs_out_of_time() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    mock.clock.advance(Duration::from_secs(599));
    let page = mock.bank(&parameters, None).await;
    assert!(page.html.contains("1 s left"), "{}", page.html);
    mock.clock.advance(Duration::from_secs(1));
    let page = mock.bank(&parameters, None).await;
    assert_eq!(page.title(), "Time is over");
    let late = mock.bank(&parameters, Some("approve")).await;
    assert_eq!((late.status, late.title()), (409, "Time is over"));
    let pa_res = late.field("PaRes").unwrap();
    let answer = mock.create(&with_answer(&paying("mina"), &pa_res)).await;
    assert_eq!(answer.cause(), "PAYMENT_ERROR");
}

#[tokio::test]
async fn letting_it_time_out_obeys_the_partners_clock() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let page = mock.bank(&parameters, Some("time_out")).await;
    assert_eq!(page.title(), "Waiting for the time to run out");
    assert_eq!(page.field("PaRes"), None);
    // The clock knows what it waits for, and can be moved to it.
    let clock = mock.get("/api/clock").await.body;
    assert_eq!(clock["next_timer"]["what"], "challenge", "{clock}");
    assert_eq!(clock["next_timer"]["at"], "2026-11-22T01:10:00Z");
    let to = json!({"to": "next_timer"});
    let moved = mock.send(Method::POST, "/api/clock/advance", to).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    let page = mock.bank(&parameters, Some("time_out")).await;
    assert_eq!((page.status, page.title()), (200, "Time is over"));
    let pa_res = page.field("PaRes").unwrap();
    let answer = mock.create(&with_answer(&paying("mina"), &pa_res)).await;
    assert_eq!(answer.cause(), "PAYMENT_ERROR");
}

#[tokio::test]
async fn whoever_lets_it_time_out_can_think_again() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    mock.bank(&parameters, Some("time_out")).await;
    let page = mock.bank(&parameters, Some("approve")).await;
    assert_eq!(page.title(), "Payment confirmed");
    assert_eq!(mock.get("/api/clock").await.body["next_timer"], Value::Null);
}

#[tokio::test]
async fn a_merchants_own_failure_opens_a_challenge_that_the_bank_knows() {
    for by_itself in [false, true] {
        let mock = Mock::start().await;
        mock.toggle(json!({"confirmation": "asynchronous"}));
        if by_itself {
            mock.toggle(
                json!({"merchant_reply": {"decision": "fail", "after_sec": 1,
                "cause": "PAYMENT_REQUIRES_3DS1"}}),
            );
        }
        let asked = request("mina");
        let id = mock.create(&asked).await.booking_id();
        if !by_itself {
            let path = format!("/api/bookings/{id}/actions");
            let wish = json!({"action": "fail", "cause": "PAYMENT_REQUIRES_3DS1"});
            let failed = mock.send(Method::POST, &path, wish).await;
            assert_eq!(failed.body["status"], "FAILED", "{}", failed.text);
        }
        mock.send(Method::POST, "/api/clock/advance", json!({"sec": 2}))
            .await;
        let log = mock.log().await;
        let sent = log.iter().rfind(|it| it.direction == Direction::Outbound);
        let target = mock.exchange(sent.unwrap().id).await.request.target;
        let (_, query) = target.split_once('?').unwrap();
        let parameter = |name: &str| {
            let name = format!("bookingFailure.paymentFailure.threeds1Parameters.{name}");
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let found = pairs.find(|(key, _)| *key == name);
            found
                .unwrap_or_else(|| panic!("{name} in {query}"))
                .1
                .into_owned()
        };
        let parameters = json!({"pa_req": parameter("paReq"),
            "md_merchant_data": parameter("mdMerchantData")});
        let listed = mock.challenges().await;
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0]["id"], parameter("transactionId"));
        assert_eq!(listed[0]["user_id"], "user-mina");
        let page = mock.bank(&parameters, Some("approve")).await;
        assert_eq!(page.status, 200, "{}", page.html);

        mock.toggle(json!({"confirmation": "synchronous"}));
        let mut again = asked.clone();
        again["idempotency_token"] = json!("with-the-banks-answer");
        again["payment_information"]["pa_response"] = json!(page.field("PaRes").unwrap());
        again["payment_information"]["md_merchant_data"] = parameters["md_merchant_data"].clone();
        let booked = mock.create(&again).await;
        assert_eq!(booked.booking()["status"], "CONFIRMED", "{}", booked.text);
        assert_eq!(mock.challenges().await[0]["state"], "used");
    }
}
