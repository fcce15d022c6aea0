//! What a request sets for itself: the header `X-Mock-Partner` and tags in the e-mail address.

use partner::decision::{Change, Layer};
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::request;
use crate::common::{Answer, Mock};

impl Mock {
    /// A call with the header of overrides.
    async fn with_header(&self, method: &str, header: &str, body: &Value) -> Answer {
        let url = format!("{}/v3/{method}", self.booking_url());
        let call = self.client.post(url).basic_auth("mock", Some("partner"));
        let call = call.header("X-Mock-Partner", header).json(body);
        Answer::of(call.send().await.unwrap()).await
    }
}

/// A guest whose address has tags.
fn tagged(guest: &str, tags: &str) -> Value {
    let mut request = request(guest);
    request["user_information"]["email"] = json!(format!("{guest}{tags}@example.com"));
    request
}

#[tokio::test]
async fn each_key_has_its_effect_on_one_request_only() {
    let mock = Mock::start().await;
    let create = async |guest: &str, header: &str| {
        mock.with_header("CreateBooking", header, &request(guest))
            .await
    };
    assert_eq!(
        create("1", "failure=SLOT_UNAVAILABLE").await.cause(),
        "SLOT_UNAVAILABLE"
    );
    let header = "failure=PAYMENT_ERROR_CARD_TYPE_REJECTED; rejected_card_type=JCB";
    assert_eq!(
        create("2", header).await.failure()["rejected_card_type"],
        "JCB"
    );
    let answer = create("3", "confirmation=asynchronous").await;
    assert_eq!(answer.booking()["status"], "PENDING_MERCHANT_CONFIRMATION");
    let answer = create("4", "payment=deposit; processed_by=PROCESSED_BY_GOOGLE").await;
    let paid = &answer.booking()["payment_information"];
    assert_eq!(paid["payment_processed_by"], "PROCESSED_BY_GOOGLE");
    assert!(paid["deposit"].is_object());
    assert_eq!(
        create("5", "unknown_inventory=reject").await.status,
        200,
        "known by now"
    );
    let mut elsewhere = request("6");
    elsewhere["slot"]["merchant_id"] = json!("nobody");
    let answer = mock
        .with_header("CreateBooking", "unknown_inventory=reject", &elsewhere)
        .await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let answer = create("7", "status=503").await;
    assert_eq!(answer.status, 503);
    assert!(
        answer.message().contains("X-Mock-Partner"),
        "{}",
        answer.text
    );
    create("8", "latency_ms=30").await.booking();
    assert_eq!(mock.newest().await.timing.delay_us, 30_000);
    let answer = mock.create(&request("9")).await;
    assert_eq!(answer.booking()["status"], "CONFIRMED", "nothing lasts");
}

#[tokio::test]
async fn every_method_takes_a_status_and_a_delay() {
    let mock = Mock::start().await;
    for method in booking_api::Method::ALL {
        let verb = if method.verb().name() == "GET" {
            Method::GET
        } else {
            Method::POST
        };
        let url = format!("{}/v3/{}", mock.booking_url(), method.name());
        let call = mock
            .client
            .request(verb, url)
            .basic_auth("mock", Some("partner"));
        let call = call.header("X-Mock-Partner", "status=429").body("{}");
        assert_eq!(call.send().await.unwrap().status(), 429, "{method}");
    }
}

#[tokio::test]
async fn availability_and_changes_obey_too() {
    let mock = Mock::start().await;
    let asked = json!({"merchant_id": "1234", "slot_time": [
        {"service_id": "massage-60", "start_sec": "1795428000", "duration_sec": "3600"}]});
    let header = "confirmation=asynchronous";
    let answer = mock
        .with_header("BatchAvailabilityLookup", header, &asked)
        .await;
    let echo = &answer.body["slot_time_availability"][0]["slot_time"];
    assert_eq!(echo["confirmation_mode"], "CONFIRMATION_MODE_ASYNCHRONOUS");

    let id = mock.book("mina").await;
    let cancel = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    let header = "failure=OUTSIDE_CANCELLATION_WINDOW";
    let answer = mock.with_header("UpdateBooking", header, &cancel).await;
    assert_eq!(answer.cause(), "OUTSIDE_CANCELLATION_WINDOW");
    let header = "failure=LEASE_EXPIRED";
    let answer = mock.with_header("UpdateBooking", header, &cancel).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.message().contains("CreateBooking"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn tags_work_joined_and_beside_ordinary_ones() {
    let mock = Mock::start().await;
    let answer = mock.create(&tagged("1", "+news+SLOT_UNAVAILABLE")).await;
    assert_eq!(answer.cause(), "SLOT_UNAVAILABLE");
    let answer = mock.create(&tagged("2", "+ASYNC+LATENCY_20")).await;
    assert_eq!(answer.booking()["status"], "PENDING_MERCHANT_CONFIRMATION");
    assert_eq!(mock.newest().await.timing.delay_us, 20_000);
    assert_eq!(mock.create(&tagged("3", "+STATUS_503")).await.status, 503);
    mock.create(&tagged("4", "+slot_unavailable"))
        .await
        .booking();
    let findings = mock.newest().await.findings;
    assert!(
        findings
            .iter()
            .any(|it| it.code == "override_in_small_letters"),
        "{findings:?}"
    );
}

#[tokio::test]
async fn a_stronger_layer_wins_and_leaves_the_count_of_a_toggle() {
    let mock = Mock::start().await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_ERROR", "times": 1}}));
    let header = "failure=OFFER_UNAVAILABLE";
    let body = tagged("1", "+SLOT_UNAVAILABLE");
    let answer = mock.with_header("CreateBooking", header, &body).await;
    assert_eq!(answer.cause(), "OFFER_UNAVAILABLE");
    let exchange = mock.newest().await;
    let decided = exchange.decisions.iter().find(|it| it.decided).unwrap();
    assert_eq!(decided.layer, Layer::Header);
    let way_out = Change::Header {
        name: "X-Mock-Partner".into(),
        value: None,
    };
    assert!(
        decided
            .counterfactuals
            .iter()
            .any(|it| it.change == way_out),
        "{decided:?}"
    );
    let said: Vec<_> = exchange
        .decisions
        .iter()
        .map(|it| it.text.as_ref())
        .collect();
    assert!(
        said.iter()
            .any(|it| it.contains("instead of SLOT_UNAVAILABLE")),
        "{said:?}"
    );
    assert!(
        said.iter()
            .any(|it| it.contains("instead of PAYMENT_ERROR (a toggle)")),
        "{said:?}"
    );

    assert_eq!(mock.create(&body).await.cause(), "SLOT_UNAVAILABLE");
    let decisions = mock.newest().await.decisions;
    let decided = decisions.iter().find(|it| it.decided).unwrap();
    assert_eq!(decided.layer, Layer::Payload);
    let Change::Request { pointer, value } = &decided.counterfactuals[0].change else {
        panic!("{decided:?}");
    };
    assert_eq!(pointer, "/user_information/email");
    assert_eq!(*value, Some(json!("1@example.com")));

    assert_eq!(mock.create(&request("1")).await.cause(), "PAYMENT_ERROR");
    mock.create(&request("1")).await.booking();
}

#[tokio::test]
async fn a_replayed_token_comes_first_and_says_so() {
    let mock = Mock::start().await;
    let first = mock.create(&request("mina")).await;
    let header = "failure=SLOT_UNAVAILABLE";
    let again = mock
        .with_header("CreateBooking", header, &request("mina"))
        .await;
    assert_eq!(again.text, first.text);
    let decisions = mock.newest().await.decisions;
    assert!(
        decisions.iter().any(|it| it.layer == Layer::Header
            && it
                .text
                .contains("no effect, because the token was replayed")),
        "{decisions:?}"
    );
}

#[tokio::test]
async fn what_is_wrong_is_a_400_that_books_nothing() {
    let mock = Mock::start().await;
    for header in [
        "failure=SLOT_UNAVALABLE",
        "falure=SLOT_UNAVAILABLE",
        "confirmation=asynchronous; latency_ms=5; status=503",
        "validation=strict",
        "session=one two",
        "session=",
        ";",
    ] {
        let answer = mock
            .with_header("CreateBooking", header, &request("1"))
            .await;
        assert_eq!(answer.status, 400, "{header}: {}", answer.text);
        assert!(
            answer.message().contains("X-Mock-Partner"),
            "{}",
            answer.text
        );
        let exchange = mock.newest().await;
        assert!(
            exchange.findings[0].code.starts_with("override_"),
            "{exchange:?}"
        );
        let decided: Vec<_> = exchange.decisions.iter().filter(|it| it.decided).collect();
        assert_eq!(decided.len(), 1);
        assert_eq!(decided[0].layer, Layer::Header);
        assert!(!decided[0].counterfactuals.is_empty());
    }
    let answer = mock.create(&tagged("1", "+SLOT_UNAVALABLE")).await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.message().contains("+SLOT_UNAVAILABLE?"),
        "{}",
        answer.text
    );
    let finding = &mock.newest().await.findings[0];
    assert_eq!(finding.pointer, "/user_information/email");
    assert_eq!(*mock.engine.bookings_changed().borrow(), 0);

    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let bytes = reqwest::header::HeaderValue::from_bytes(b"failure=\xff").unwrap();
    let call = mock.client.post(url).basic_auth("mock", Some("partner"));
    let call = call.header("X-Mock-Partner", bytes).json(&request("1"));
    assert_eq!(call.send().await.unwrap().status(), 400);
}
