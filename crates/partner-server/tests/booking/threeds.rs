//! 3-D Secure 1 from the failure to the booking: each step of section 4.5, what every answer of
//! the bank is worth, and the pages as a browser without scripts gets them.

use std::time::Duration;

use partner::exchange::{Direction, Exchange};
use partner::store::bookings::Wanted;
use partner_server::ServeOptions;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::request;
use crate::common::{Answer, Mock};

/// Where a client waits for the bank.
const TERM_URL: &str = "http://127.0.0.1:9/back?order=1";

/// A request that pays, of a guest of its own.
fn paying(guest: &str) -> Value {
    let mut request = request(guest);
    request["payment_information"] = json!({
        "prepayment_status": "PREPAYMENT_NOT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER",
        "price": {"price_micros": "85500000", "currency_code": "EUR"},
    });
    request["payment_processing_parameters"] = json!({
        "payment_processor": "mockpay",
        "unparsed_payment_method_token": "{\"id\":\"token-of-mina\"}",
    });
    request
}

/// The same once more, with the bank's answer.
fn with_answer(request: &Value, pa_res: &str) -> Value {
    let mut again = request.clone();
    again["payment_information"]["pa_response"] = json!(pa_res);
    again
}

/// A page as a browser gets it.
struct Shown {
    status: u16,
    policy: String,
    html: String,
}

impl Shown {
    /// The value of a hidden field, as the browser would post it.
    fn field(&self, name: &str) -> Option<String> {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.html.split_once(&start)?;
        let (value, _) = rest.split_once('"')?;
        let plain = value.replace("&lt;", "<").replace("&gt;", ">");
        Some(plain.replace("&quot;", "\"").replace("&amp;", "&"))
    }

    fn title(&self) -> &str {
        let (_, rest) = self.html.split_once("<h1>").unwrap();
        rest.split_once("</h1>").unwrap().0
    }
}

impl Mock {
    /// A browser's call: no credentials.
    async fn browse(&self, verb: Method, path: &str, fields: &[(&str, &str)]) -> Shown {
        let url = format!("{}{path}", self.booking_url());
        let mut call = self.client.request(verb.clone(), url);
        if verb == Method::POST {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(fields);
            let kind = "application/x-www-form-urlencoded";
            call = call.header("content-type", kind).body(form.finish());
        }
        let answer = call.send().await.unwrap();
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map_or("", |it| it.to_str().unwrap()).to_owned()
        };
        assert_eq!(header("content-type"), "text/html; charset=utf-8");
        assert_eq!(header("cache-control"), "no-store");
        assert_eq!(header("referrer-policy"), "no-referrer");
        assert_eq!(header("x-content-type-options"), "nosniff");
        Shown {
            status: answer.status().as_u16(),
            policy: header("content-security-policy"),
            html: answer.text().await.unwrap(),
        }
    }

    /// Posts the challenge's form, as the client's page does, and then a choice on the bank's.
    async fn bank(&self, parameters: &Value, decision: Option<&str>) -> Shown {
        let text = |name: &str| parameters[name].as_str().unwrap();
        let mut fields = vec![
            ("PaReq", text("pa_req")),
            ("MD", text("md_merchant_data")),
            ("TermUrl", TERM_URL),
        ];
        fields.extend(decision.map(|decision| ("decision", decision)));
        self.browse(Method::POST, "/3ds1/challenge", &fields).await
    }

    /// The failure that asks for a challenge, and its parameters.
    async fn challenged(&self, request: &Value) -> Value {
        let answer = self.create(request).await;
        assert_eq!(answer.cause(), "PAYMENT_REQUIRES_3DS1", "{}", answer.text);
        answer.failure()["payment_failure"]["threeds1_parameters"].clone()
    }

    /// The bank's answer to a new challenge of this request.
    async fn pa_res(&self, request: &Value, decision: &str) -> String {
        let parameters = self.challenged(request).await;
        let page = self.bank(&parameters, Some(decision)).await;
        page.field("PaRes").unwrap()
    }

    async fn bookings(&self) -> usize {
        self.engine
            .bookings(Wanted::default(), None, 100)
            .await
            .unwrap()
            .len()
    }

    async fn challenges(&self) -> Vec<Value> {
        let answer = self.get("/api/challenges").await;
        answer.body["challenges"].as_array().unwrap().clone()
    }
}

/// A partner whose bank wants to be asked before every payment.
async fn asking() -> Mock {
    let mock = Mock::start().await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
    mock
}

fn codes(exchange: &Exchange) -> Vec<(&str, &str)> {
    let findings = exchange.findings.iter();
    findings
        .map(|it| (it.code.as_ref(), it.pointer.as_str()))
        .collect()
}

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

#[tokio::test]
async fn markup_in_what_comes_is_text() {
    let mock = asking().await;
    let evil = "\"><script>alert(1)</script>&lt;b>";
    let mut request = paying("mina");
    request["slot"]["merchant_id"] = json!(evil);
    request["payment_information"]["price"]["currency_code"] = json!("<b>");
    let parameters = mock.challenged(&request).await;
    let pa_req = parameters["pa_req"].as_str().unwrap();
    let term_url = "http://127.0.0.1:9/\"><script>x</script>?'\"<b>";
    for decision in [None, Some("time_out"), Some("approve")] {
        let mut fields = vec![("PaReq", pa_req), ("MD", evil), ("TermUrl", term_url)];
        fields.extend(decision.map(|word| ("decision", word)));
        let page = mock.browse(Method::POST, "/3ds1/challenge", &fields).await;
        assert_eq!(page.status, 200);
        assert!(!page.html.contains("<script"), "{}", page.html);
        assert!(!page.html.contains("<b>"), "{}", page.html);
        assert_eq!(
            page.field("MD").as_deref(),
            Some(evil),
            "unharmed on its way"
        );
    }
    let back = [("PaRes", evil), ("MD", evil)];
    let page = mock.browse(Method::POST, "/3ds1/return", &back).await;
    assert!(!page.html.contains("<script"), "{}", page.html);
    assert!(page.html.contains("&lt;script&gt;"), "{}", page.html);
    // A link fills the form in that opens a challenge by hand.
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("PaReq", pa_req), ("MD", evil)])
        .finish();
    let link = format!("/3ds1/challenge?{query}");
    let page = mock.browse(Method::GET, &link, &[]).await;
    assert_eq!(page.field("PaReq").as_deref(), Some(pa_req));
    assert_eq!(page.field("MD").as_deref(), Some(evil));
    assert!(!page.html.contains("<script"), "{}", page.html);
    for fields in [
        &[("PaReq", evil), ("TermUrl", TERM_URL)][..],
        &[("PaReq", pa_req), ("TermUrl", "javascript:alert(1)")],
        &[("PaReq", pa_req), ("TermUrl", TERM_URL), ("decision", evil)],
    ] {
        let page = mock.browse(Method::POST, "/3ds1/challenge", fields).await;
        assert!((400..500).contains(&page.status), "{}", page.status);
        assert!(!page.html.contains("alert(1)"), "{}", page.html);
    }
}

#[tokio::test]
async fn wrong_forms_are_told_what_is_wrong() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let pa_req = parameters["pa_req"].as_str().unwrap();
    let post = Method::POST;
    let challenge = "/3ds1/challenge";
    let page = mock.browse(post.clone(), challenge, &[]).await;
    assert_eq!((page.status, page.html.contains("no PaReq")), (400, true));
    let page = mock
        .browse(post.clone(), challenge, &[("PaReq", pa_req)])
        .await;
    assert_eq!((page.status, page.html.contains("no TermUrl")), (400, true));
    assert!(
        page.html
            .contains(&format!("{}/3ds1/return", mock.booking_url()))
    );
    let unknown = [("PaReq", "70"), ("TermUrl", TERM_URL)];
    assert_eq!(
        mock.browse(post.clone(), challenge, &unknown).await.status,
        404
    );
    let wrong = [
        ("PaReq", pa_req),
        ("TermUrl", TERM_URL),
        ("decision", "aprove"),
    ];
    assert_eq!(
        mock.browse(post.clone(), challenge, &wrong).await.status,
        400
    );
    assert_eq!(mock.browse(post, "/3ds1/return", &[]).await.status, 400);
    let put = mock.browse(Method::PUT, challenge, &[]).await;
    assert_eq!(put.status, 405);
    for path in [challenge, "/3ds1/return", "/3ds1/challenge?PaReq=70"] {
        let page = mock.browse(Method::GET, path, &[]).await;
        assert_eq!(page.status, 200);
        assert!(page.html.contains("/3ds1/return"), "{}", page.html);
    }
    // Whatever else lies there wants credentials like everything on the Booking Server.
    let url = format!("{}/3ds1/other", mock.booking_url());
    assert_eq!(mock.client.get(url).send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_form_that_is_too_large_is_a_page_too() {
    let mock = Mock::start().await;
    let huge = "x".repeat(1024 * 1024 + 1);
    let page = mock
        .browse(Method::POST, "/3ds1/return", &[("PaRes", &huge)])
        .await;
    assert_eq!(page.status, 413);
    assert_eq!(mock.newest().await.summary.status, 413);
}

#[tokio::test]
async fn each_page_is_one_exchange_of_no_method() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let before = mock.log().await.len();
    mock.bank(&parameters, None).await;
    mock.bank(&parameters, Some("decline")).await;
    mock.bank(&parameters, Some("approve")).await;
    mock.browse(Method::GET, "/3ds1/return", &[]).await;
    let rows = mock.log().await.split_off(before);
    let labels: Vec<&str> = rows.iter().map(|row| row.label.as_ref()).collect();
    assert_eq!(
        labels,
        [
            "challenge shown",
            "challenge declined",
            "409 challenge declined",
            "page explained"
        ]
    );
    for row in &rows {
        assert_eq!(row.method, None);
        let exchange = mock.exchange(row.id).await;
        let decided = exchange.decisions.iter().filter(|it| it.decided).count();
        assert_eq!(decided, 1, "{exchange:?}");
    }
    assert_eq!(rows[0].merchant_id.as_deref(), Some("1234"));
    assert_eq!(rows[0].note, parameters["transaction_id"].as_str().unwrap());
}

#[tokio::test]
async fn a_restart_forgets_no_challenge() {
    let folder = tempfile::tempdir().unwrap();
    let start = async || {
        let engine = partner::EngineOptions {
            data_dir: Some(folder.path().to_owned()),
            ..partner::EngineOptions::default()
        };
        let mock = Mock::start_with(engine, ServeOptions::default()).await;
        mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
        mock
    };
    let stop = async |mock: Mock| {
        let Mock { running, .. } = mock;
        running.shutdown().await;
    };
    let mock = start().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let other = mock.challenged(&paying("omar")).await;
    let declined = mock
        .bank(&other, Some("decline"))
        .await
        .field("PaRes")
        .unwrap();
    stop(mock).await;

    let mock = start().await;
    let page = mock.bank(&parameters, Some("approve")).await;
    let pa_res = page.field("PaRes").unwrap();
    let answer = mock.create(&with_answer(&paying("omar"), &declined)).await;
    assert_eq!(answer.cause(), "PAYMENT_ERROR_CARD_DECLINED");
    stop(mock).await;

    let mock = start().await;
    mock.create(&with_answer(&paying("mina"), &pa_res))
        .await
        .booking();
    assert_eq!(mock.challenges().await[1]["state"], "used");
    // A reset does.
    mock.send(Method::POST, "/api/reset", json!({})).await;
    assert!(mock.challenges().await.is_empty());
    assert_eq!(mock.bank(&parameters, None).await.status, 404);
}

/// Everything that is kept or shown of a walk through a challenge, and its PaRes.
async fn walk(reveal_secrets: bool) -> (String, Vec<u8>, String) {
    let folder = tempfile::tempdir().unwrap();
    let engine = partner::EngineOptions {
        data_dir: Some(folder.path().to_owned()),
        ..partner::EngineOptions::default()
    };
    let serve = ServeOptions {
        reveal_secrets,
        ..ServeOptions::default()
    };
    let mock = Mock::start_with(engine, serve).await;
    mock.toggle(json!({"failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}));
    let pa_res = mock.pa_res(&paying("mina"), "approve").await;
    let form = [("PaRes", pa_res.as_str()), ("MD", "md")];
    let page = mock.browse(Method::POST, "/3ds1/return", &form).await;
    assert!(
        page.html.contains(&pa_res),
        "its reader is shown it: {}",
        page.html
    );
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(form)
        .finish();
    mock.browse(Method::GET, &format!("/3ds1/return?{query}"), &[])
        .await;
    mock.create(&with_answer(&paying("mina"), &pa_res))
        .await
        .booking();
    let mut shown = mock.get("/api/exchanges.har").await.text;
    for row in mock.log().await {
        let path = format!("/api/exchanges/{}", row.id);
        shown += &mock.get(&path).await.text;
        shown += &mock.get(&format!("{path}/curl")).await.text;
    }
    shown += &mock.get("/api/challenges").await.text;
    shown += &mock.get("/api/bookings").await.text;
    mock.running.shutdown().await;
    let mut kept = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        kept.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    (pa_res, kept, shown)
}

#[tokio::test]
async fn the_banks_answer_is_neither_kept_nor_shown() {
    let (pa_res, kept, shown) = walk(false).await;
    // As a form has it too, and without the end that base64 fills up.
    let coded = form_urlencoded::byte_serialize(pa_res.as_bytes()).collect::<String>();
    for secret in [&pa_res, &coded] {
        assert!(!shown.contains(secret), "{secret}");
        let bytes = secret.as_bytes();
        assert!(
            !kept.windows(bytes.len()).any(|window| window == bytes),
            "{secret}"
        );
    }
    assert!(shown.contains("PaRes=[redacted]"));
    let (pa_res, _, shown) = walk(true).await;
    assert!(shown.contains(&pa_res), "a switch reveals it");
}

#[tokio::test]
async fn a_script_can_answer_in_the_guests_place() {
    let mock = asking().await;
    let parameters = mock.challenged(&paying("mina")).await;
    let id = parameters["transaction_id"].as_str().unwrap();
    let path = format!("/api/challenges/{id}/complete");
    let complete = async |decision: Value| {
        let body = json!({ "decision": decision });
        mock.send(Method::POST, &path, body).await
    };
    let (status, code, hint) = (422, "unknown_value", "Did you mean \"approve\"?");
    let wrong = complete(json!("aprove")).await;
    assert_eq!(wrong.refusal(), (status, code, hint));
    assert_eq!(complete(json!(null)).await.refusal().1, "missing_field");
    assert_eq!(complete(json!(7)).await.refusal().1, "unknown_value");
    let unknown = json!({"decison": "approve"});
    let unknown = mock.send(Method::POST, &path, unknown).await;
    assert_eq!(unknown.refusal().1, "unknown_field");
    let nobody = json!({"decision": "approve"});
    let nobody = mock
        .send(Method::POST, "/api/challenges/acs-0/complete", nobody)
        .await;
    assert_eq!(nobody.refusal().0, 404);

    let waiting = complete(json!("time_out")).await;
    assert_eq!(waiting.body["pa_res"], Value::Null);
    assert_eq!(waiting.body["challenge"]["state"], "waiting");
    let done = complete(json!("approve")).await;
    assert_eq!(done.status, 200, "{}", done.text);
    let pa_res = done.body["pa_res"].as_str().unwrap();
    assert_eq!(complete(json!("approve")).await.body["pa_res"], pa_res);
    assert_eq!(
        complete(json!("cancel")).await.refusal().1,
        "already_decided"
    );
    mock.create(&with_answer(&paying("mina"), pa_res))
        .await
        .booking();
}

#[tokio::test]
async fn challenges_are_listed_by_pages() {
    let mock = asking().await;
    for guest in ["a", "b", "c"] {
        mock.challenged(&paying(guest)).await;
    }
    let first = mock.get("/api/challenges?limit=2").await.body;
    let users = |page: &Value| -> Vec<String> {
        let rows = page["challenges"].as_array().unwrap().iter();
        rows.map(|it| it["user_id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(users(&first), ["user-c", "user-b"]);
    let next = first["next"].as_str().unwrap();
    let last = mock
        .get(&format!("/api/challenges?before={next}"))
        .await
        .body;
    assert_eq!(users(&last), ["user-a"]);
    assert_eq!(last["next"], Value::Null);
    assert!(
        last["return_url"]
            .as_str()
            .unwrap()
            .ends_with("/3ds1/return")
    );
    let wrong = mock.get("/api/challenges?befor=1").await;
    assert_eq!(wrong.refusal().1, "unknown_field");
}

#[tokio::test]
async fn the_page_names_the_merchant_as_guests_know_it_and_the_amount_of_the_mode() {
    let mock = asking().await;
    let kind = json!({"kind": "spa", "locale": "en"});
    let made = mock
        .send(Method::POST, "/api/inventory/generate", kind)
        .await;
    assert_eq!(made.status, 200, "{}", made.text);
    let merchants = mock.get("/api/merchants").await.body;
    let merchant = &merchants["merchants"][0];
    let name = merchant["name"].as_str().unwrap();
    mock.toggle(json!({"payment": {"mode": "deposit"}}));
    let mut request = paying("mina");
    request["slot"]["merchant_id"] = merchant["merchant_id"].clone();
    let parameters = mock.challenged(&request).await;
    let page = mock.bank(&parameters, None).await;
    let escaped = name.replace('&', "&amp;");
    assert!(page.html.contains(&escaped), "{name} in {}", page.html);
    assert!(
        page.html.contains("30.00 USD"),
        "the deposit, not the price"
    );
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
