//! The corpus of broken requests: what can be said from the body alone is said, and nothing else.

use std::collections::BTreeSet;

use booking_api::{
    BatchAvailabilityLookupRequest, CheckAvailabilityRequest, CreateBookingRequest,
    CreateLeaseRequest, Examined, Finding, GetBookingStatusRequest, ListBookingsRequest, Method,
    SetMarketingPreferenceRequest, Severity, UpdateBookingRequest, examine,
};
use serde_json::Value;

/// Every request of the corpus with the file that it stands in.
fn corpus() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let mut cases = Vec::new();
    for file in std::fs::read_dir(folder).expect("the corpus") {
        let path = file.expect("a file").path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("readable");
        let list: Vec<Value> = serde_json::from_str(&text).expect("a list of requests");
        let name = path.file_name().expect("a name").to_string_lossy();
        cases.extend(
            list.into_iter()
                .map(|case| (format!("{name}: {}", case["title"]), case)),
        );
    }
    cases
}

fn bytes(case: &Value) -> Vec<u8> {
    match &case["body"] {
        Value::String(text) if case["encoding"] == "latin1" => {
            text.chars().map(|letter| letter as u8).collect()
        }
        Value::String(text) => text.clone().into_bytes(),
        body => body.to_string().into_bytes(),
    }
}

/// What the doctor says, and whether the body can be used.
fn said<T: Examined>(body: &[u8]) -> (Vec<Finding>, bool) {
    let reading = examine::<T>(body);
    (reading.findings, reading.message.is_ok())
}

fn examined(method: &str, body: &[u8]) -> (Vec<Finding>, bool) {
    match Method::from_name(method).expect("a method") {
        Method::BatchAvailabilityLookup => said::<BatchAvailabilityLookupRequest>(body),
        Method::CheckAvailability => said::<CheckAvailabilityRequest>(body),
        Method::CreateLease => said::<CreateLeaseRequest>(body),
        Method::CreateBooking => said::<CreateBookingRequest>(body),
        Method::UpdateBooking => said::<UpdateBookingRequest>(body),
        Method::GetBookingStatus => said::<GetBookingStatusRequest>(body),
        Method::ListBookings => said::<ListBookingsRequest>(body),
        Method::SetMarketingPreference => said::<SetMarketingPreferenceRequest>(body),
        other => panic!("{other} has no body"),
    }
}

#[test]
fn each_body_has_the_findings_that_it_should_have() {
    let corpus = corpus();
    assert!(corpus.len() >= 60, "{}", corpus.len());
    let mut differ = Vec::new();
    for (name, case) in corpus.iter().filter(|(_, case)| case["needs"] != "partner") {
        let method = case["method"].as_str().expect("a method");
        let (findings, usable) = examined(method, &bytes(case));
        let of = |code: &str, pointer: &str, severity: Severity| {
            format!("{code} {pointer} {severity:?}").to_lowercase()
        };
        let found: BTreeSet<String> = findings
            .iter()
            .map(|it| of(&it.code, &it.pointer, it.severity))
            .collect();
        assert_eq!(found.len(), findings.len(), "{name}: said twice");
        let expected: BTreeSet<String> = case["findings"]
            .as_array()
            .expect("findings")
            .iter()
            .map(|it| {
                let text = |name: &str| it[name].as_str().expect("a text").to_owned();
                format!("{} {} {}", text("code"), text("pointer"), text("severity")).to_lowercase()
            })
            .collect();
        if found != expected {
            differ.push(format!(
                "{name}\n  found    {found:?}\n  expected {expected:?}"
            ));
        }
        // NO_SHOW reads well; that a caller cannot set it is for the method to refuse.
        let refused_by_method = findings.iter().any(|it| it.code == "wrong_status");
        if usable == (case["answer"] == 400) && !refused_by_method {
            differ.push(format!("{name}: usable is {usable}"));
        }
        for finding in &findings {
            let sentence = finding.hint.ends_with(['.', '?']);
            assert!(sentence && !finding.found.is_empty(), "{name}: {finding:?}");
            assert!(!finding.expected.is_empty(), "{name}: {finding:?}");
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn no_finding_repeats_a_payment_token() {
    for (name, case) in corpus() {
        if case["needs"] == "partner" {
            continue;
        }
        let (findings, _) = examined(case["method"].as_str().expect("a method"), &bytes(&case));
        assert!(!format!("{findings:?}").contains("tok_"), "{name}");
    }
}
