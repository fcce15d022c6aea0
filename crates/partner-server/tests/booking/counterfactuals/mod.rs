//! Why this answer, and what would have made it another one: each rule is provoked, each change
//! that the exchange names is made as a program would make it, and the request is sent again. Changes
//! of the request are made in each spelling that its names can have.

mod changes;
mod guests_and_leases;
mod inventory;
mod methods;
mod payment_options;
mod payments;
mod places;
mod spelling;
mod tokens;

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{request, with_settings};
use crate::common::{Answer, Mock};

/// Something that happens before the request in question.
enum Step {
    /// A request; what it made is `$booking` and `$lease` from then on.
    Send(&'static str, Value),
    /// A change of behaviour.
    Toggle(Value),
    /// Terms of the first slot, set by hand.
    Terms(Value),
    /// Another call of the control API, by POST.
    Post(&'static str, Value),
    /// Time passes, in seconds.
    Wait(u64),
}

use Step::{Post, Send, Terms, Toggle, Wait};

/// A rule: what provokes it, and the label of its answer.
struct Rule {
    settings: Value,
    before: Vec<Step>,
    verb: &'static str,
    path: &'static str,
    body: Value,
    label: &'static str,
}

fn rule(
    settings: Value,
    before: Vec<Step>,
    method: &'static str,
    body: Value,
    label: &'static str,
) -> Rule {
    let verb = "POST";
    let path = method;
    Rule {
        settings,
        before,
        verb,
        path,
        body,
        label,
    }
}

const NONE: Value = Value::Null;

/// A request of a guest with some places set.
fn with<const N: usize>(guest: &str, places: [(&str, Value); N]) -> Value {
    let mut request = request(guest);
    for (pointer, value) in places {
        set(&mut request, pointer, value);
    }
    request
}

fn set(root: &mut Value, pointer: &str, value: Value) {
    let mut place = root;
    for step in pointer.split('/').skip(1) {
        if place.is_null() {
            *place = json!({});
        }
        place = &mut place[step];
    }
    *place = value;
}

fn update(booking: Value) -> Value {
    Value::Object([("booking".to_owned(), booking)].into_iter().collect())
}

fn cancel() -> Value {
    update(json!({"booking_id": "$booking", "status": "CANCELED"}))
}

fn to(start: &str) -> Value {
    update(json!({"booking_id": "$booking",
        "slot": {"start_sec": start, "duration_sec": "3600"}}))
}

fn lease(guest: &str) -> Value {
    json!({"lease": {"slot": request("mina")["slot"], "user_reference": format!("user-{guest}")}})
}

fn lookup(merchant: &str) -> Value {
    json!({"merchant_id": merchant, "slot_time": [{"service_id": "massage-60",
        "start_sec": "1795428000", "duration_sec": "3600", "resource_ids": {"party_size": 2}}]})
}

fn slot_of(guest: &str) -> Value {
    json!({"slot": request(guest)["slot"]})
}

const LATER: &str = "1795440000";
/// Before every test begins.
const PAST: &str = "1795309100";

/// Replaces the names of what earlier steps made.
fn filled(body: &Value, booking: &str, lease: &str) -> String {
    match body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        body => body
            .to_string()
            .replace("$booking", booking)
            .replace("$lease", lease),
    }
}

impl Rule {
    /// The answer's exchange.
    async fn provoke(&self, body: &Value) -> (Mock, Value) {
        let mock = match &self.settings {
            Value::Null => Mock::start().await,
            settings => with_settings(settings.clone()).await,
        };
        let (mut booking, mut lease) = (String::new(), String::new());
        for step in &self.before {
            match step {
                Send(method, body) => {
                    let body = filled(body, &booking, &lease);
                    let answer = mock.post(&format!("/v3/{method}"), body).await;
                    assert_eq!(answer.status, 200, "{}", answer.text);
                    if let Some(id) = answer.body["booking"]["booking_id"].as_str() {
                        id.clone_into(&mut booking);
                    }
                    if let Some(id) = answer.body["lease"]["lease_id"].as_str() {
                        id.clone_into(&mut lease);
                    }
                }
                Toggle(change) => mock.toggle(change.clone()),
                Terms(terms) => {
                    let change = json!({ "terms": terms });
                    let answer = mock.send(Method::PATCH, "/api/slots/1", change).await;
                    assert_eq!(answer.status, 200, "{}", answer.text);
                }
                Post(path, body) => {
                    let answer = mock.send(Method::POST, path, body.clone()).await;
                    assert!(answer.status < 300, "{}", answer.text);
                }
                Wait(sec) => mock.clock.advance(Duration::from_secs(*sec)),
            }
        }
        let verb = Method::from_bytes(self.verb.as_bytes()).unwrap();
        let url = format!("{}/v3/{}", mock.booking_url(), self.path);
        let mut call = mock.client.request(verb, url);
        if self.label != "401 wrong password" {
            call = call.basic_auth("mock", Some("partner"));
        } else {
            call = call.basic_auth("mock", Some("guess"));
        }
        let body = filled(body, &booking, &lease);
        Answer::of(call.body(body).send().await.unwrap()).await;
        let newest = mock.engine.log().position().newest;
        let exchange = mock.get(&format!("/api/exchanges/{newest}")).await.body;
        assert_eq!(exchange["label"], self.label, "{exchange:#}");
        (mock, exchange)
    }

    async fn prove(&self) {
        let all = self.prove_those(&self.body, |_| true).await;
        let of_request = |change: &Value| change["kind"] == "request" && change["pointer"] != "";
        let all = all.iter().filter(|change| of_request(change));
        let places: Vec<&str> = all.map(|it| it["pointer"].as_str().unwrap()).collect();
        if places.is_empty() {
            return;
        }
        for body in spelling::others(&self.body, &places) {
            let proved = self.prove_those(&body, of_request).await;
            assert_eq!(proved.len(), places.len());
        }
    }

    /// Proves changes of the request with this body, and gives them.
    async fn prove_those(&self, body: &Value, wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let (_, exchange) = self.provoke(body).await;
        let mut changes = counterfactuals(&exchange);
        for (number, one) in changes.iter().enumerate() {
            if !wanted(&one["change"]) {
                continue;
            }
            // On a partner of its own, since one change may stand in another's way.
            let (mock, exchange) = self.provoke(body).await;
            assert_eq!(counterfactuals(&exchange)[number]["text"], one["text"]);
            let again = apply(&mock, &exchange, &one["change"]).await;
            let place = format!("{}: {one:#}\n{again:#}", self.label);
            match one["would"].as_str() {
                Some(label) => assert_eq!(again["label"], label, "{place}"),
                None => assert_ne!(
                    (&again["status"], &again["response"]["body"]),
                    (&exchange["status"], &exchange["response"]["body"]),
                    "{place}"
                ),
            }
            let twins = |it: &Value| it["code"] == "duplicate_field";
            let findings = again["findings"].as_array().unwrap();
            assert!(!findings.iter().any(twins), "{place}");
        }
        changes.retain(|it| wanted(&it["change"]));
        changes.into_iter().map(|it| it["change"].clone()).collect()
    }
}

/// What the step that settled the answer says of others.
fn counterfactuals(exchange: &Value) -> Vec<Value> {
    let steps = exchange["decisions"].as_array().unwrap();
    let decided: Vec<&Value> = steps.iter().filter(|it| it["decided"] == true).collect();
    assert_eq!(decided.len(), 1, "{exchange:#}");
    let list = decided[0]["counterfactuals"].as_array();
    let list = list.unwrap_or_else(|| panic!("no counterfactual: {exchange:#}"));
    for one in list {
        let text = one["text"].as_str().unwrap();
        assert!(
            text.ends_with('.') && text.starts_with(char::is_uppercase),
            "{text}"
        );
    }
    list.clone()
}

/// Makes the change, sends the request again, and gives the new exchange.
async fn apply(mock: &Mock, exchange: &Value, change: &Value) -> Value {
    let mut in_request = NONE;
    match change["kind"].as_str().unwrap() {
        "control" => {
            let verb = Method::from_bytes(change["verb"].as_str().unwrap().as_bytes()).unwrap();
            let path = change["path"].as_str().unwrap();
            let answer = mock.send(verb, path, change["body"].clone()).await;
            assert!(answer.status < 300, "{change}: {}", answer.text);
        }
        "wait" => {
            let sec = change["sec"].as_u64().unwrap();
            mock.clock.advance(Duration::from_secs(sec));
        }
        _ => in_request = change.clone(),
    }
    let path = format!("/api/exchanges/{}/replay", exchange["id"]);
    let sent = mock
        .send(Method::POST, &path, json!({ "change": in_request }))
        .await;
    assert_eq!(sent.status, 200, "{change}: {}", sent.text);
    let path = format!("/api/exchanges/{}", sent.body["exchange_id"]);
    mock.get(&path).await.body
}

async fn prove(rules: Vec<Rule>) {
    for rule in rules {
        rule.prove().await;
    }
}
