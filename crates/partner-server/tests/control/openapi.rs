//! The description that is kept in the repository, and the one that is served.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::common::Mock;

#[test]
fn the_committed_description_is_the_present_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi/control.json");
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == partner_server::control_openapi(),
        "docs/openapi/control.json is out of date: run `cargo xtask generate` and commit the result"
    );
}

#[test]
fn it_is_the_same_each_time() {
    assert_eq!(
        partner_server::control_openapi(),
        partner_server::control_openapi()
    );
    assert!(partner_server::control_openapi().ends_with("}\n"));
}

#[test]
fn every_reference_leads_somewhere_and_every_call_is_described() {
    let description: Value = serde_json::from_str(&partner_server::control_openapi()).unwrap();
    let mut references = BTreeSet::new();
    collect_references(&description, &mut references);
    assert!(references.len() > 30);
    for reference in references {
        let target = description.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference}");
    }
    let mut ids = BTreeSet::new();
    for (path, item) in description["paths"].as_object().unwrap() {
        for (verb, call) in item.as_object().unwrap() {
            let name = format!("{verb} {path}");
            let summary = call["summary"].as_str().unwrap();
            assert!(
                summary.ends_with('.') && !summary.contains('\n'),
                "{name}: {summary}"
            );
            assert!(ids.insert(call["operationId"].as_str().unwrap()), "{name}");
            for status in ["401", "403"] {
                assert!(call["responses"][status].is_object(), "{name}");
            }
        }
    }
    for schema in [
        "Behaviour",
        "CauseInfo",
        "Decision",
        "ListenerState",
        "Payment",
        "Summary",
    ] {
        let schema = &description["components"]["schemas"][schema];
        let fields = schema["properties"].as_object().unwrap().len();
        assert_eq!(
            schema["required"].as_array().unwrap().len(),
            fields,
            "{schema}"
        );
    }
}

#[tokio::test]
async fn it_is_served() {
    let mock = Mock::start().await;
    let answer = mock.get("/api/openapi.json").await;
    assert_eq!(answer.text, partner_server::control_openapi());
}

/// Each filter that is described is taken, and each that is taken is described.
#[tokio::test]
async fn filters_are_described_as_they_are() {
    let mock = Mock::start().await;
    let description: Value = serde_json::from_str(&partner_server::control_openapi()).unwrap();
    for path in ["/api/exchanges", "/api/bookings"] {
        let parameters = description["paths"][path]["get"]["parameters"]
            .as_array()
            .unwrap();
        let described: BTreeSet<&str> = parameters
            .iter()
            .map(|it| it["name"].as_str().unwrap())
            .collect();
        let answer = mock.get(&format!("{path}?%3F=1")).await;
        let (_, code, hint) = answer.refusal();
        assert_eq!(code, "unknown_field");
        let names = hint
            .trim_start_matches("Known here: ")
            .trim_end_matches('.');
        assert_eq!(names.split(", ").collect::<BTreeSet<_>>(), described);
    }
}

fn collect_references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            found.extend(
                fields
                    .get("$ref")
                    .and_then(Value::as_str)
                    .map(str::to_owned),
            );
            fields
                .values()
                .for_each(|value| collect_references(value, found));
        }
        Value::Array(items) => items
            .iter()
            .for_each(|value| collect_references(value, found)),
        _ => {}
    }
}
