//! The corpus of broken requests (`booking-api/tests/corpus`), sent to a real Booking Server with
//! validation off, at warn and at reject.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use booking_api::Severity;
use booking_api::finding::{FindingCode, catalogue};
use partner::decision::{Change, Layer};
use partner::payment::threeds::Decision;
use partner::store::bookings::Wanted;
use serde_json::{Value, json};

use crate::common::{Answer, Mock};

/// Every request of the corpus with the file that it stands in.
fn corpus() -> Vec<(String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../booking-api/tests/corpus");
    let mut cases = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let list: Vec<Value> =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        cases.extend(
            list.into_iter()
                .map(|case| (format!("{name}: {}", case["title"]), case)),
        );
    }
    cases
}

/// What earlier requests of a case made.
#[derive(Default)]
struct Made {
    booking_id: String,
    pa_response: String,
}

/// Sends one request of the corpus as it stands.
async fn send(mock: &Mock, case: &Value, made: &Made) -> Answer {
    let body = match &case["body"] {
        Value::String(text) if case["encoding"] == "latin1" => {
            text.chars().map(|letter| letter as u8).collect()
        }
        Value::String(text) => text.clone().into_bytes(),
        body => body
            .to_string()
            .replace("{booking_id}", &made.booking_id)
            .replace("{pa_response}", &made.pa_response)
            .into_bytes(),
    };
    let method = case["method"].as_str().unwrap();
    let verb = if method == "HealthCheck" {
        reqwest::Method::GET
    } else {
        reqwest::Method::POST
    };
    let url = format!("{}/v3/{method}", mock.booking_url());
    let mut request = mock.client.request(verb, url);
    request = request.basic_auth("mock", Some("partner")).body(body);
    for (name, value) in case["headers"].as_object().into_iter().flatten() {
        request = request.header(name, value.as_str().unwrap());
    }
    Answer::of(request.send().await.unwrap()).await
}

/// The bank's answer to the challenge that a failure asks for.
async fn passed(mock: &Mock, answer: &Answer, word: &str) -> String {
    let parameters = &answer.failure()["payment_failure"]["threeds1_parameters"];
    let id = parameters["transaction_id"].as_str().unwrap().to_owned();
    let decision = Decision::from_name(word).unwrap();
    let decided = mock.engine.decide_challenge(id, decision).await.unwrap();
    decided.unwrap().unwrap().pa_res(mock.clock.now()).unwrap()
}

fn expected(case: &Value) -> BTreeSet<(String, String)> {
    let list = case["findings"].as_array().unwrap().iter();
    list.map(|it| {
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        (text("code"), text("pointer"))
    })
    .collect()
}

/// Sends a request of the corpus to a new partner whose validation is set to `mode`, looks at what
/// the log says, and answers the codes that were found.
async fn try_one(name: &str, case: &Value, mode: &str) -> BTreeSet<String> {
    let mock = Mock::start().await;
    for feed in case["feeds"].as_array().into_iter().flatten() {
        let call = mock.call(reqwest::Method::POST, "/api/inventory/import");
        let answer = Answer::of(call.body(feed.to_string()).send().await.unwrap()).await;
        assert_eq!(answer.status, 200, "{name}: {}", answer.text);
    }
    let mut made = Made::default();
    for before in case["before"].as_array().into_iter().flatten() {
        let answer = send(&mock, before, &made).await;
        match before["challenge"].as_str() {
            Some(word) => made.pa_response = passed(&mock, &answer, word).await,
            None => made.booking_id = answer.booking_id(),
        }
        let wait = before["wait_sec"].as_u64().unwrap_or_default();
        mock.clock.advance(Duration::from_secs(wait));
    }
    if let Some(behaviour) = case.get("behaviour") {
        mock.toggle(behaviour.clone());
    }
    mock.toggle(json!({"validation": mode}));
    let bookings = *mock.engine.bookings_changed().borrow();
    let answer = send(&mock, case, &made).await;
    let exchange = mock.newest().await;
    let about = format!("{name}, {mode}: {} {:?}", answer.text, exchange.findings);

    let objections = case["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|it| it["severity"] != "info")
        .count();
    let lenient = u16::try_from(case["answer"].as_u64().unwrap()).unwrap();
    let status = match mode {
        "reject" if objections > 0 => 400,
        _ => lenient,
    };
    assert_eq!(answer.status, status, "{about}");
    let by_override = case["findings"]
        .as_array()
        .unwrap()
        .iter()
        .any(|it| it["code"].as_str().unwrap().starts_with("override"));
    if mode == "off" {
        assert!(exchange.findings.is_empty() || by_override, "{about}");
    } else {
        let found: BTreeSet<_> = exchange
            .findings
            .iter()
            .map(|it| (it.code.to_string(), it.pointer.clone()))
            .collect();
        assert_eq!(found, expected(case), "{about}");
        assert_eq!(found.len(), exchange.findings.len(), "said twice: {about}");
    }
    if mode != "reject" {
        assert_eq!(answer.body["error"].get("findings"), None, "{about}");
    } else if status == 400 {
        let after = *mock.engine.bookings_changed().borrow();
        assert_eq!(after, bookings, "nothing is booked: {about}");
        if !by_override && lenient == 200 {
            strictly_refused(&answer, &exchange, &about);
        }
    }
    exchange
        .findings
        .iter()
        .map(|it| it.code.to_string())
        .collect()
}

/// The answer lists the findings, and the log says which toggle was strict and how to be lenient.
fn strictly_refused(answer: &Answer, exchange: &partner::exchange::Exchange, about: &str) {
    let listed = answer.body["error"]["findings"].as_array().unwrap();
    assert!(listed.iter().any(|it| it["severity"] != "info"), "{about}");
    assert_eq!(
        answer.body["error"]["status"], "INVALID_ARGUMENT",
        "{about}"
    );
    assert_eq!(exchange.summary.label, "400 validation", "{about}");
    let decided = exchange.decisions.iter().find(|it| it.decided).unwrap();
    assert_eq!(
        (decided.step.as_ref(), decided.layer),
        ("validation", Layer::Toggle)
    );
    let change = &decided.counterfactuals.first().unwrap().change;
    let Change::Control { body, .. } = change else {
        panic!("{about}: {change:?}");
    };
    assert_eq!(body, &Some(json!({"validation": "warn"})), "{about}");
}

#[tokio::test]
async fn a_warning_does_not_change_the_answer_and_every_code_of_the_table_is_produced() {
    let mut produced = BTreeSet::new();
    for (name, case) in corpus() {
        produced.extend(try_one(&name, &case, "warn").await);
    }
    // Those that a partner's own messages to the aggregator can have are tried elsewhere.
    let outbound = FindingCode::SnakeCase as usize..FindingCode::SlotInThePast as usize;
    let table: BTreeSet<String> = catalogue()
        .iter()
        .enumerate()
        .filter(|(place, _)| !outbound.contains(place))
        .map(|(_, info)| info.code.to_owned())
        .collect();
    assert_eq!(produced, table);
}

#[tokio::test]
async fn nothing_is_found_where_validation_is_off() {
    for (name, case) in corpus() {
        try_one(&name, &case, "off").await;
    }
}

#[tokio::test]
async fn strictness_refuses_what_is_objected_to_and_does_nothing() {
    for (name, case) in corpus() {
        try_one(&name, &case, "reject").await;
    }
}

#[tokio::test]
async fn the_control_api_lists_every_finding() {
    let mock = Mock::start().await;
    let answer = mock.get("/api/findings").await;
    let listed = answer.body["findings"].as_array().unwrap();
    assert_eq!(listed.len(), catalogue().len());
    for (entry, info) in listed.iter().zip(catalogue()) {
        assert_eq!(entry["code"], info.code);
        assert_eq!(entry["severity"], json!(info.severity));
        assert!(entry["meaning"].as_str().unwrap().len() > 10);
    }
}

#[tokio::test]
async fn what_was_written_is_taken_back_when_the_partner_objects() {
    let mock = Mock::start().await;
    let mut request = crate::client::request("mina");
    request["slot"]["start_sec"] = json!("1606509000");
    mock.toggle(json!({"validation": "reject"}));
    let refused = mock.create(&request).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert_eq!(mock.newest().await.findings[0].severity, Severity::Warning);
    // The token led to nothing: the same request is new, and its slot has all its places.
    mock.toggle(json!({"validation": "warn"}));
    let answer = mock.create(&request).await;
    let booking_id = answer.booking_id();
    let bookings = mock
        .engine
        .bookings(Wanted::default(), None, 10)
        .await
        .unwrap();
    assert_eq!(bookings.len(), 1);
    assert_eq!(bookings[0].booking.booking_id, booking_id);
    // A change is taken back as well.
    let change = json!({"booking": {"booking_id": booking_id,
        "slot": {"start_sec": "1606512600", "duration_sec": "3600"}}});
    mock.toggle(json!({"validation": "reject"}));
    let refused = mock.booking_server("UpdateBooking", change).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    let rows = mock
        .engine
        .bookings(Wanted::default(), None, 10)
        .await
        .unwrap();
    let slot = rows[0].booking.slot.as_ref().unwrap();
    assert_eq!(slot.start_sec, 1_606_509_000);
}
