//! An engine with a clock that only tests move, and requests in few words.

#![allow(dead_code, reason = "each test binary uses its own part of this")]
#![allow(
    clippy::unwrap_used,
    clippy::needless_pass_by_value,
    unreachable_pub,
    missing_docs,
    reason = "only tests use it"
)]

use std::path::{Path, PathBuf};

use booking_api::CreateBookingRequest;
use partner::booking::Reply;
use partner::clock::Clock;
use partner::exchange::{
    Direction, Exchange, ExchangeOutcome, RequestRecord, ResponseRecord, Summary, Timing,
};
use partner::{Engine, EngineOptions};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// When every test begins, in Unix seconds: 2026-11-22T01:00:00Z.
pub const NOW: i64 = 1_795_309_200;

pub fn clock() -> Clock {
    Clock::manual("2026-11-22T01:00:00Z".parse().unwrap())
}

/// An engine in memory.
pub fn engine(options: EngineOptions) -> Engine {
    Engine::open(options).unwrap()
}

pub fn in_folder(folder: &Path) -> EngineOptions {
    EngineOptions {
        data_dir: Some(folder.to_owned()),
        clock: clock(),
        ..EngineOptions::default()
    }
}

/// A scenario file with these settings and this behaviour.
pub fn scenario(folder: &Path, settings: &Value, behaviour: &Value) -> PathBuf {
    let path = folder.join("scenario.yaml");
    let text = json!({"name":"test","title":"Test","settings":settings,"behaviour":behaviour});
    std::fs::write(&path, text.to_string()).unwrap();
    path
}

/// An engine whose slots have so many places.
pub fn with_capacity(capacity: u32) -> (Engine, Clock) {
    with_scenario(&json!({"default_capacity":capacity}), &Value::Null)
}

pub fn with_scenario(settings: &Value, behaviour: &Value) -> (Engine, Clock) {
    let folder = tempfile::tempdir().unwrap();
    let path = scenario(folder.path(), settings, behaviour);
    let clock = clock();
    let engine = engine(EngineOptions {
        scenario: Some(path.to_str().unwrap().to_owned()),
        clock: clock.clone(),
        ..EngineOptions::default()
    });
    (engine, clock)
}

pub fn message<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

/// A slot, one per number, an hour apart from tomorrow on.
pub fn slot(number: u32) -> Value {
    json!({
        "merchant_id": "m-harbor",
        "service_id": "dinner",
        "start_sec": (NOW + 86_400 + i64::from(number) * 3_600).to_string(),
        "duration_sec": "3600",
        "resources": {"party_size": 2},
    })
}

/// A request of a guest of its own for each token.
pub fn booking_request(token: &str, slot: Value) -> CreateBookingRequest {
    request_of(&format!("guest-{token}"), token, slot)
}

pub fn request_of(guest: &str, token: &str, slot: Value) -> CreateBookingRequest {
    message(json!({
        "idempotency_token": token,
        "slot": slot,
        "user_information": {
            "user_id": guest,
            "given_name": "Mina",
            "family_name": "Okafor",
            "telephone": "+1 206-555-0142",
            "email": format!("{guest}@example.com"),
        },
        "payment_information": {"prepayment_status": "PREPAYMENT_NOT_PROVIDED"},
    }))
}

pub fn call(engine: &Engine) -> partner::booking::Call {
    engine.call("http://127.0.0.1:8790".into())
}

pub async fn book(engine: &Engine, token: &str, slot: Value) -> Answered {
    let reply = engine.create_booking(call(engine), booking_request(token, slot).into());
    Answered::of(reply.await)
}

pub async fn update(engine: &Engine, booking: Value) -> Answered {
    let request = message(json!({ "booking": booking }));
    Answered::of(engine.update_booking(call(engine), request).await)
}

pub async fn free_places(engine: &Engine, slot: Value) -> i64 {
    let request = message(json!({ "slot": slot }));
    let reply = engine.check_availability(call(engine), request).await;
    let count = &Answered::of(reply).json()["count_available"];
    count.as_i64().unwrap()
}

/// A reply, in the words of HTTP.
#[derive(Debug, PartialEq)]
pub struct Answered {
    pub status: u16,
    pub body: String,
    pub findings: Vec<String>,
}

impl Answered {
    pub fn of(reply: Reply) -> Self {
        let steps = reply.trail.into_decisions();
        let decided: Vec<_> = steps.iter().filter(|step| step.decided).collect();
        assert_eq!(decided.len(), 1, "exactly one step decides: {steps:?}");
        assert!(!decided[0].counterfactuals.is_empty(), "{steps:?}");
        let findings = reply.findings.iter().map(|it| it.code.to_string());
        let findings = findings.collect();
        let (status, body) = match reply.result {
            Ok(answer) => (200, answer.body),
            Err(refusal) => (refusal.status, refusal.message),
        };
        Self {
            status,
            body,
            findings,
        }
    }

    pub fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{}", self.body);
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn booking_id(&self) -> String {
        let json = self.json();
        json["booking"]["booking_id"].as_str().unwrap().to_owned()
    }

    pub fn status_word(&self) -> String {
        let json = self.json();
        json["booking"]["status"].as_str().unwrap().to_owned()
    }

    /// The failure's cause; nothing may stand beside a failure.
    pub fn cause(&self) -> Option<String> {
        let json = self.json();
        let failure = json.get("booking_failure")?;
        assert_eq!(json.as_object().unwrap().len(), 1, "{json}");
        Some(failure["cause"].as_str().unwrap().to_owned())
    }
}

/// An exchange that nobody sent.
pub fn exchange(body: &str) -> Exchange {
    Exchange {
        summary: Summary {
            id: 0,
            direction: Direction::Inbound,
            at: clock().now(),
            method: Some(booking_api::Method::HealthCheck),
            path: "/v3/HealthCheck".to_owned(),
            status: 200,
            outcome: ExchangeOutcome::Ok,
            cause: None,
            booking_id: None,
            merchant_id: None,
            duration_us: 7,
            finding_count: 0,
            label: "SERVING".into(),
            note: String::new(),
        },
        request: RequestRecord {
            body: body.to_owned(),
            ..RequestRecord::default()
        },
        response: Some(ResponseRecord::default()),
        timing: Timing::default(),
        findings: Vec::new(),
        decisions: Vec::new(),
        number: 0,
    }
}
