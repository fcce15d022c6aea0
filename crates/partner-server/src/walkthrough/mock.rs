//! What only a mock lets us see: notifications, bookings and exchanges, by its control API.

use std::collections::HashMap;
use std::time::Duration;

use jiff::Timestamp;
use partner::clock::Stopwatch;
use partner::exchange::curl::STEP_HEADER;
use partner::scenario::steps::compare::{Difference, short};
use serde_json::Value;

use super::http::Http;
use super::report::Sent;

/// How long is waited for what follows a step by itself: a notification on its way, a line in the
/// log.
const PATIENCE_US: u64 = 10_000_000;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(3);

/// A mock partner's control API.
#[derive(Clone, Debug)]
pub struct Mock {
    /// Its address.
    pub url: String,
    /// Its token.
    pub token: String,
}

/// How the mock stood before a step.
#[derive(Debug, Default)]
pub(super) struct Before {
    /// The newest exchange.
    pub(super) exchange: u64,
    /// How often each notification was sent.
    notifications: HashMap<u64, usize>,
}

/// The control API did not say what was asked.
#[derive(Debug)]
pub(super) struct Trouble(String);

impl Trouble {
    pub(super) fn difference(&self, path: &str) -> Difference {
        Difference::new(path, "control API", "an answer", self.0.as_str())
    }
}

impl Mock {
    pub(super) fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }

    async fn get(&self, http: &Http, path: &str) -> Result<Value, Trouble> {
        let sent = Sent {
            verb: "GET".to_owned(),
            url: format!("{}{path}", self.url),
            headers: Vec::new(),
            body: Value::Null,
            own: Vec::new(),
        };
        let answer = http.call(&sent, Some(&self.bearer())).await;
        match answer.status {
            Some(200) => Ok(answer.body),
            Some(status) => Err(Trouble(format!(
                "{status} for {path}: {}",
                short(&answer.body)
            ))),
            None => Err(Trouble(answer.broke.unwrap_or_default())),
        }
    }

    /// How it stands before a step.
    pub(super) async fn before(&self, http: &Http) -> Before {
        let exchanges = self.get(http, "/api/exchanges?limit=1").await;
        let exchanges = exchanges.unwrap_or_default();
        let notifications = self.notifications(http).await.unwrap_or_default();
        Before {
            exchange: exchanges["exchanges"][0]["id"].as_u64().unwrap_or(0),
            notifications: notifications.iter().filter_map(tries).collect(),
        }
    }

    async fn notifications(&self, http: &Http) -> Result<Vec<Value>, Trouble> {
        let mut page = self.get(http, "/api/notifications?limit=500").await?;
        match page["notifications"].take() {
            Value::Array(list) => Ok(list),
            _ => Ok(Vec::new()),
        }
    }

    /// The notifications that were made or sent since `before`, newest first, once nothing is on
    /// its way any more.
    pub(super) async fn told(&self, http: &Http, before: &Before) -> Result<Vec<Value>, Trouble> {
        let watch = Stopwatch::start();
        let all = loop {
            let all = self.notifications(http).await?;
            let clock = self.get(http, "/api/clock").await?;
            let now = instant(&clock["now"]);
            let on_its_way =
                |it: &Value| it["state"] == "waiting" && instant(&it["next_attempt_at"]) <= now;
            if !all.iter().any(on_its_way) || watch.micros() > PATIENCE_US {
                break all;
            }
            tokio::time::sleep(PAUSE).await;
        };
        let is_new = |it: &Value| {
            tries(it).is_some_and(|(id, tries)| before.notifications.get(&id) != Some(&tries))
        };
        Ok(all.into_iter().filter(is_new).collect())
    }

    /// A booking.
    pub(super) async fn booking(&self, http: &Http, id: &str) -> Result<Value, Trouble> {
        self.get(http, &format!("/api/bookings/{id}")).await
    }

    /// The exchange of the request with this mark since `before`: its summary and its details in
    /// one object.
    pub(super) async fn exchange(
        &self,
        http: &Http,
        before: &Before,
        mark: &str,
    ) -> Result<Value, Trouble> {
        let watch = Stopwatch::start();
        let path = format!(
            "/api/exchanges?direction=inbound&limit=1000&after={}",
            before.exchange
        );
        loop {
            let page = self.get(http, &path).await?;
            let rows = page["exchanges"].as_array().into_iter().flatten();
            for id in rows.filter_map(|row| row["id"].as_u64()) {
                let exchange = self.get(http, &format!("/api/exchanges/{id}")).await?;
                let headers = exchange["request"]["headers"].as_array();
                let mut headers = headers.into_iter().flatten();
                if headers.any(|header| header[0] == STEP_HEADER && header[1] == mark) {
                    return Ok(exchange);
                }
            }
            if watch.micros() > PATIENCE_US {
                return Err(Trouble("the request is not in the log".to_owned()));
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The newest challenge that nobody has answered; empty where there is none.
    pub(super) async fn open_challenge(&self, http: &Http) -> String {
        let page = self.get(http, "/api/challenges").await.unwrap_or_default();
        let mut challenges = page["challenges"].as_array().into_iter().flatten();
        let open = challenges.find(|it| it["decision"].is_null());
        let id = open.and_then(|it| it["id"].as_str());
        id.unwrap_or_default().to_owned()
    }
}

/// A notification's id, and how often it was sent.
fn tries(notification: &Value) -> Option<(u64, usize)> {
    let tries = notification["attempts"].as_array().map_or(0, Vec::len);
    Some((notification["id"].as_u64()?, tries))
}

fn instant(value: &Value) -> Option<Timestamp> {
    value.as_str().and_then(|text| text.parse().ok())
}
