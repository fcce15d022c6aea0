//! Requests that cannot be granted: each is answered clearly, and is exactly one exchange.

use booking_api::Method;
use partner::exchange::{Exchange, ExchangeOutcome};
use reqwest::header::{ALLOW, WWW_AUTHENTICATE};
use serde_json::{Value, json};

use crate::client::request;
use crate::common::{Answer, Mock};

/// Sends one body to CreateBooking of a new partner and gives back answer and exchange.
async fn sent(body: impl Into<reqwest::Body>) -> (Answer, Exchange) {
    let mock = Mock::start().await;
    let answer = mock.post("/v3/CreateBooking", body).await;
    let exchange = mock.only_exchange().await;
    assert_eq!(exchange.summary.status, answer.status);
    assert_eq!(exchange.summary.method, Some(Method::CreateBooking));
    let response = exchange.response.clone().unwrap();
    assert_eq!(
        (response.status, &response.body),
        (answer.status, &answer.text)
    );
    (answer, exchange)
}

async fn refused(body: impl Into<reqwest::Body>, label: &str, said: &str) {
    let (answer, exchange) = sent(body).await;
    assert_eq!(exchange.summary.label, label, "{}", answer.text);
    assert_eq!(exchange.summary.outcome, ExchangeOutcome::Error);
    assert!(label.starts_with(&answer.status.to_string()), "{label}");
    assert!(answer.message().contains(said), "{}", answer.text);
    assert_eq!(
        exchange.summary.finding_count as usize,
        exchange.findings.len()
    );
}

#[tokio::test]
async fn malformed_json() {
    refused("{\"slot\":", "400 malformed JSON", "JSON").await;
    refused("", "400 malformed JSON", "").await;
    refused("hello", "400 malformed JSON", "").await;
    refused("{}{}", "400 malformed JSON", "").await;
}

#[tokio::test]
async fn wrong_types() {
    refused("[]", "400 wrong type", "").await;
    refused("7", "400 wrong type", "").await;
    let broken = |pointer: &str, value: Value| {
        let mut request = request("mina");
        *request.pointer_mut(pointer).unwrap() = value;
        request.to_string()
    };
    refused(broken("/slot", json!("x")), "400 wrong type", "slot").await;
    refused(
        broken("/slot/start_sec", json!({})),
        "400 wrong type",
        "start_sec",
    )
    .await;
    refused(
        broken("/slot/start_sec", json!("soon")),
        "400 wrong type",
        "start_sec",
    )
    .await;
    refused(
        broken("/slot/start_sec", json!(1.5)),
        "400 wrong type",
        "start_sec",
    )
    .await;
    refused(
        broken("/slot/merchant_id", json!(1234)),
        "400 wrong type",
        "merchant_id",
    )
    .await;
    let past_i32 = json!(3_000_000_000_u64);
    refused(
        broken("/slot/resources/party_size", past_i32),
        "400 wrong type",
        "party",
    )
    .await;
    let unknown = json!("PREPAYMENT_MAYBE");
    let body = broken("/payment_information/prepayment_status", unknown);
    refused(body, "400 unknown value", "PREPAYMENT_MAYBE").await;
}

#[tokio::test]
async fn missing_required_fields() {
    refused("{}", "400 missing field", "idempotency_token").await;
    for pointer in [
        "/idempotency_token",
        "/slot/merchant_id",
        "/slot/service_id",
        "/slot/start_sec",
        "/user_information/user_id",
        "/user_information/given_name",
        "/user_information/family_name",
        "/user_information/telephone",
        "/user_information/email",
    ] {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let mut request = request("mina");
        let parent = request
            .pointer_mut(parent)
            .unwrap()
            .as_object_mut()
            .unwrap();
        // Null and absent are the same.
        for absent in [false, true] {
            if absent {
                parent.remove(name);
            } else {
                parent.insert(name.to_owned(), Value::Null);
            }
        }
        let (answer, exchange) = sent(request.to_string()).await;
        assert_eq!(answer.status, 400, "{pointer}");
        assert!(answer.message().contains(name), "{}", answer.text);
        assert_eq!(exchange.summary.label, "400 missing field");
        assert_eq!(exchange.findings.len(), 1);
        assert_eq!(exchange.findings[0].pointer, pointer);
        assert_eq!(exchange.findings[0].code, "missing_field");
    }
}

#[tokio::test]
async fn all_that_is_missing_is_said_at_once() {
    let (_, exchange) = sent("{\"slot\":{}}").await;
    assert!(exchange.findings.len() >= 5, "{:?}", exchange.findings);
}

#[tokio::test]
async fn invalid_utf8() {
    let mut body = request("mina").to_string().into_bytes();
    let place = body.windows(4).position(|it| it == b"mina").unwrap();
    body[place] = 0xFF;
    let size = body.len() as u64;
    let (answer, exchange) = sent(body).await;
    assert_eq!(answer.status, 400);
    assert_eq!(exchange.summary.label, "400 invalid UTF-8");
    assert!(exchange.request.body.contains('\u{FFFD}'));
    assert_eq!(exchange.request.body_size, size);
}

#[tokio::test]
async fn a_body_of_one_mib_is_read_and_a_larger_one_is_not() {
    const MIB: usize = 1024 * 1024;
    let padded = |size: usize| {
        let body = request("mina").to_string();
        format!("{body}{}", " ".repeat(size - body.len()))
    };
    let (answer, exchange) = sent(padded(MIB)).await;
    assert_eq!(answer.booking()["status"], "CONFIRMED");
    assert_eq!(exchange.request.body_size, MIB as u64);
    for size in [MIB + 1, 5 * MIB] {
        let (answer, exchange) = sent(padded(size)).await;
        assert_eq!(answer.status, 413);
        assert_eq!(exchange.summary.label, "413 body too large");
        assert_eq!(exchange.request.body_size, size as u64);
        assert!(exchange.request.body.len() <= MIB);
    }
}

#[tokio::test]
async fn a_hostile_body_costs_nothing_but_an_answer() {
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    let (answer, _) = sent(deep).await;
    assert_eq!(answer.status, 400);
    let nested = format!(
        "{{\"slot\":{}1{}}}",
        "{\"a\":".repeat(50_000),
        "}".repeat(50_000)
    );
    let (answer, _) = sent(nested).await;
    assert_eq!(answer.status, 400);
}

#[tokio::test]
async fn wrong_verbs() {
    for (verb, path, right) in [
        (reqwest::Method::GET, "/v3/CreateBooking", "POST"),
        (reqwest::Method::PUT, "/v3/CreateBooking/", "POST"),
        (reqwest::Method::OPTIONS, "/v3/UpdateBooking", "POST"),
        (reqwest::Method::POST, "/v3/HealthCheck", "GET"),
        (reqwest::Method::HEAD, "/v3/HealthCheck", "GET"),
    ] {
        let mock = Mock::start().await;
        let url = format!("{}{path}", mock.booking_url());
        let call = mock
            .client
            .request(verb.clone(), url)
            .basic_auth("mock", Some("partner"));
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), 405, "{verb} {path}");
        assert_eq!(answer.headers()[ALLOW], right);
        drop(answer);
        let exchange = mock.only_exchange().await;
        assert_eq!(exchange.summary.label, "405 wrong verb");
        assert_eq!(exchange.request.verb, verb.as_str());
    }
}

#[tokio::test]
async fn unknown_paths() {
    for (path, said) in [
        ("/v3/CreateBoking", "Did you mean /v3/CreateBooking?"),
        ("/v3/createbooking", "/v3/CreateBooking"),
        ("/v2/CreateBooking", "/v3/CreateBooking"),
        ("/v3/CreateBooking//", "/v3/CreateBooking"),
        ("/", "/v3/<Method>"),
        ("/favicon.ico", "/favicon.ico"),
        ("/v3/%43reateBooking", ""),
    ] {
        let mock = Mock::start().await;
        let answer = mock.post(path, request("mina").to_string()).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.message().contains(said), "{}", answer.text);
        let exchange = mock.only_exchange().await;
        assert_eq!(exchange.summary.label, "404 unknown path");
        assert_eq!(exchange.summary.path, path);
        assert_eq!(exchange.summary.method, None);
    }
}

#[tokio::test]
async fn missing_and_wrong_credentials() {
    for (authorization, label) in [
        (None, "401 no credentials"),
        (Some("Basic bW9jazp3cm9uZw=="), "401 wrong password"),
        (Some("Basic bm9ib2R5OnBhcnRuZXI="), "401 wrong user"),
        (Some("Basic bW9jaw=="), "401 not Basic"),
        (Some("Basic !!!"), "401 not Basic"),
        (Some("Basic"), "401 no credentials"),
        (Some("Bearer bW9jazpwYXJ0bmVy"), "401 not Basic"),
    ] {
        for path in ["/v3/CreateBooking", "/v3/HealthCheck", "/nowhere"] {
            let mock = Mock::start().await;
            let url = format!("{}{path}", mock.booking_url());
            let mut call = mock.client.post(url).json(&request("mina"));
            if let Some(authorization) = authorization {
                call = call.header("authorization", authorization);
            }
            let answer = call.send().await.unwrap();
            assert_eq!(answer.status(), 401);
            let challenge = answer.headers()[WWW_AUTHENTICATE]
                .to_str()
                .unwrap()
                .to_owned();
            assert!(challenge.starts_with("Basic realm="), "{challenge}");
            drop(answer);
            let exchange = mock.only_exchange().await;
            assert_eq!(exchange.summary.label, label, "{authorization:?}");
            let logged = serde_json::to_string(&exchange).unwrap();
            assert!(!logged.contains("bW9ja"), "{logged}");
        }
    }
}

#[tokio::test]
async fn the_scheme_is_known_in_any_case_and_passwords_may_hold_colons() {
    let credentials = partner_server::Credentials {
        username: "mock".to_owned(),
        password: "a:b:c".to_owned(),
    };
    let serve = partner_server::ServeOptions {
        credentials: Some(credentials),
        ..partner_server::ServeOptions::default()
    };
    let mock = Mock::start_with(partner::EngineOptions::default(), serve).await;
    let url = format!("{}/v3/HealthCheck", mock.booking_url());
    let call = mock
        .client
        .get(&url)
        .header("authorization", "bAsIc bW9jazphOmI6Yw==");
    assert_eq!(call.send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn nobody_is_asked_where_no_credentials_are_set() {
    let serve = partner_server::ServeOptions {
        credentials: None,
        ..partner_server::ServeOptions::default()
    };
    let mock = Mock::start_with(partner::EngineOptions::default(), serve).await;
    let url = format!("{}/v3/CreateBooking", mock.booking_url());
    let answer = mock
        .client
        .post(url)
        .json(&request("mina"))
        .send()
        .await
        .unwrap();
    Answer::of(answer).await.booking();
}
