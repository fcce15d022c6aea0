//! A whole partner on free ports, in memory, with a clock that only tests move.

#![allow(dead_code, reason = "each test binary uses its own part of this")]
#![allow(clippy::unwrap_used, unreachable_pub, reason = "only tests use it")]

pub mod receiver;

use std::time::Duration;

use jiff::Timestamp;
use partner::clock::Clock;
use partner::decision::{Layer, Trail};
use partner::exchange::{
    Direction, Exchange, ExchangeOutcome, RequestRecord, ResponseRecord, Summary, Timing,
};
use partner::{Engine, EngineOptions};
use partner_server::{Running, ServeOptions};
use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

/// The control token of every test.
pub const TOKEN: &str = "test-token";

/// When every test begins.
pub const START: &str = "2026-11-22T01:00:00Z";

/// A partner that runs.
pub struct Mock {
    pub running: Running,
    pub engine: Engine,
    pub clock: Clock,
    pub client: reqwest::Client,
}

impl Mock {
    pub async fn start() -> Self {
        Self::start_with(EngineOptions::default(), ServeOptions::default()).await
    }

    pub async fn start_with(engine: EngineOptions, serve: ServeOptions) -> Self {
        let clock = Clock::manual(START.parse::<Timestamp>().unwrap());
        let engine = Engine::open(EngineOptions {
            clock: clock.clone(),
            ..engine
        })
        .unwrap();
        let options = ServeOptions {
            port: 0,
            control_port: 0,
            control_token: Some(TOKEN.to_owned()),
            ..serve
        };
        let running = partner_server::start(engine.clone(), options)
            .await
            .unwrap();
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(20))
            .build()
            .unwrap();
        Self {
            running,
            engine,
            clock,
            client,
        }
    }

    /// The control API's address.
    pub fn url(&self) -> &str {
        &self.running.ready().control_url
    }

    /// A control call without a token.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url()))
    }

    /// A control call.
    pub fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path).bearer_auth(TOKEN)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.call(Method::GET, path).send().await.unwrap()).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        Answer::of(self.call(method, path).json(&body).send().await.unwrap()).await
    }

    /// A call of the Booking Server, credentials included.
    pub async fn booking_server(&self, method: &str, body: Value) -> Answer {
        let url = format!("{}/v3/{method}", self.running.listener().url);
        let request = self.client.post(url).basic_auth("mock", Some("partner"));
        Answer::of(request.json(&body).send().await.unwrap()).await
    }

    /// Books for a guest and answers the booking's id.
    pub async fn book(&self, guest: &str) -> String {
        let answer = self
            .booking_server("CreateBooking", create_booking(guest))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body["booking"]["booking_id"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// Puts exchanges into the log that nobody sent.
    pub async fn record(&self, count: usize) {
        for _ in 0..count {
            self.engine.record(made_up_exchange(self.clock.now())).await;
        }
    }
}

/// A status and what came with it.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self { status, body, text }
    }

    /// The status with the error's code, and the sentence that says what to do.
    pub fn refusal(&self) -> (u16, &str, &str) {
        let error = &self.body["error"];
        assert!(
            error["message"]
                .as_str()
                .is_some_and(|it| it.ends_with('.')),
            "{}",
            self.text
        );
        (
            self.status,
            error["code"].as_str().unwrap(),
            error["hint"].as_str().unwrap(),
        )
    }
}

/// A CreateBooking request of a guest, for tomorrow at ten.
pub fn create_booking(guest: &str) -> Value {
    json!({
        "slot": {
            "merchant_id": "1234",
            "service_id": "massage-60",
            "start_sec": "1795428000",
            "duration_sec": "3600",
            "resources": { "party_size": 2 },
        },
        "user_information": {
            "user_id": format!("user-{guest}"),
            "given_name": guest,
            "family_name": "Okafor",
            "telephone": "+1 206-555-0142",
            "email": format!("{guest}@example.com"),
        },
        "payment_information": { "prepayment_status": "PREPAYMENT_NOT_PROVIDED" },
        "idempotency_token": format!("token-{guest}"),
    })
}

fn made_up_exchange(at: Timestamp) -> Exchange {
    let mut trail = Trail::default();
    trail.decide("status", Layer::Domain, "The partner is up.", "2.1");
    Exchange {
        summary: Summary {
            id: 0,
            direction: Direction::Inbound,
            at,
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
            verb: "GET".to_owned(),
            target: "/v3/HealthCheck".to_owned(),
            version: "HTTP/1.1".to_owned(),
            ..RequestRecord::default()
        },
        response: Some(ResponseRecord {
            status: 200,
            body: "{\"status\":\"SERVING\"}".to_owned(),
            body_size: 20,
            ..ResponseRecord::default()
        }),
        timing: Timing::default(),
        findings: Vec::new(),
        decisions: trail.into_decisions(),
        number: 0,
    }
}
