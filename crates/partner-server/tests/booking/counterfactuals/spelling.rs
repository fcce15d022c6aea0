//! The same request with its names spelt otherwise, as clients may spell them (protocol section 1.3).

use serde_json::{Value, json};

use super::{PAST, with};
use crate::client::request;
use crate::common::Mock;

/// Names under which a field is read too; none of them is another field of the same message.
const OTHER_NAMES: [(&str, &str); 3] = [
    ("offer_id", "deal_id"),
    ("resources", "resource_ids"),
    ("resource_ids", "resources"),
];

/// The body in the other spellings in which these places of it may stand; none of a body that is no
/// object.
pub(super) fn others(body: &Value, places: &[&str]) -> Vec<Value> {
    if !body.is_object() {
        return Vec::new();
    }
    let mut others = vec![respelt(body, &camel_case)];
    let mut steps = places.iter().flat_map(|place| place.split('/'));
    if steps.any(|step| other_name(step) != step) {
        others.push(respelt(body, &other_name));
        others.push(respelt(body, &|name| camel_case(&other_name(name))));
    }
    others
}

fn respelt(value: &Value, spell: &dyn Fn(&str) -> String) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (spell(name), respelt(value, spell)))
            .collect(),
        Value::Array(items) => items.iter().map(|it| respelt(it, spell)).collect(),
        other => other.clone(),
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(1);
        name + &initial.to_uppercase() + rest
    })
}

fn other_name(name: &str) -> String {
    let other = OTHER_NAMES.iter().find(|(known, _)| *known == name);
    other.map_or(name, |(_, other)| other).to_owned()
}

#[test]
fn a_body_has_up_to_four_spellings() {
    let body = json!({"slot": {"start_sec": "1", "resources": {"party_size": 2}}});
    let expected = [
        json!({"slot": {"startSec": "1", "resources": {"partySize": 2}}}),
        json!({"slot": {"start_sec": "1", "resource_ids": {"party_size": 2}}}),
        json!({"slot": {"startSec": "1", "resourceIds": {"partySize": 2}}}),
    ];
    assert_eq!(others(&body, &["/slot/resources/party_size"]), expected);
    assert_eq!(others(&body, &["/slot/start_sec"]), expected[..1]);
    assert_eq!(others(&json!("{\"slot\":"), &["/slot"]), [] as [Value; 0]);
}

fn in_camel_case(body: &Value) -> Value {
    respelt(body, &camel_case)
}

/// The findings' places, and that of the first counterfactual.
async fn places(mock: &Mock) -> (Vec<String>, Value) {
    let exchange = mock.newest().await;
    let decided = exchange.decisions.iter().find(|it| it.decided).unwrap();
    let change = serde_json::to_value(&decided.counterfactuals[0].change).unwrap();
    let findings = exchange.findings.into_iter().map(|it| it.pointer);
    (findings.collect(), change["pointer"].clone())
}

#[tokio::test]
async fn findings_and_changes_name_the_same_place() {
    let mock = Mock::start().await;
    // What the body lacks is spelt as what stands beside it.
    let mut lacking = in_camel_case(&request("mina"));
    let slot = lacking["slot"].as_object_mut().unwrap();
    slot.remove("merchantId").unwrap();
    let answer = mock.create(&lacking).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(
        answer.text.contains("/slot/merchantId is required"),
        "{}",
        answer.text
    );
    let (findings, change) = places(&mock).await;
    assert_eq!(findings.last().unwrap(), "/slot/merchantId");
    assert_eq!(change, "/slot/merchantId");

    // What only the partner knows is said of the place where it stands, too.
    let past = in_camel_case(&with("mina", [("/slot/start_sec", json!(PAST))]));
    mock.create(&past).await.booking();
    let (findings, change) = places(&mock).await;
    assert_eq!(findings.last().unwrap(), "/slot/startSec");
    assert_eq!(change, "/idempotencyToken");

    mock.toggle(json!({"validation": "reject"}));
    let mut strictly = past.clone();
    strictly["idempotencyToken"] = json!("another");
    strictly["userInformation"]["email"] = json!("other@example.com");
    strictly["userInformation"]["userId"] = json!("other");
    let answer = mock.create(&strictly).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    let told = answer.body["error"]["findings"].as_array().unwrap();
    assert!(
        told.iter().any(|it| it["pointer"] == "/slot/startSec"),
        "{}",
        answer.text
    );
}

#[tokio::test]
async fn overrides_in_the_body_are_left_out_where_they_stand() {
    let mock = Mock::start().await;
    let mut body = in_camel_case(&request("mina"));
    // A name in camelCase says nothing of those inside.
    body["paymentProcessingParameters"] = json!({"unparsed_payment_method_token": "tok_decline"});
    mock.create(&body).await;
    let (_, change) = places(&mock).await;
    let place = "/paymentProcessingParameters/unparsed_payment_method_token";
    assert_eq!(change, place);

    // Nor does one that stands somewhere else.
    let mut body = with(
        "mina",
        [("/user_information/email", json!("mina+ASYNK@example.com"))],
    );
    body["additional_request"] = json!("userInformation");
    mock.create(&body).await;
    let (findings, change) = places(&mock).await;
    assert_eq!(findings, ["/user_information/email"]);
    assert_eq!(change, "/user_information/email");

    let update = json!({"booking": {"bookingId": "b", "status": "CANCELED",
        "userInformation": {"email": "mina+BOOKING_NOT_CANCELLABLE@example.com"}}});
    mock.booking_server("UpdateBooking", update).await;
    let (_, change) = places(&mock).await;
    assert_eq!(change, "/booking/userInformation/email");
}
