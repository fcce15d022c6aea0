//! The client that steps are taken with. Each call has a connection of its own: one that broke,
//! which may be what a step is about, never has the client send anything twice.

use std::time::Duration;

use http_body_util::{BodyExt, Limited};
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use partner::clock::Stopwatch;
use partner::scenario::steps::compare::Answer;
use serde_json::Value;

use super::answer_of;
use super::report::Sent;
use crate::NotifyError;
use crate::sender::client::{Client, connector};

/// Longer than the longest delay that the network toggle can impose.
const PATIENCE: Duration = Duration::from_secs(300);

/// The longest answer that is read.
const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// The client.
#[derive(Clone, Debug)]
pub(super) struct Http(Client);

impl Http {
    pub(super) fn new(https: bool) -> Result<Self, NotifyError> {
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(0)
            .build(connector(https)?);
        Ok(Self(client))
    }

    /// One call. Never fails: that no answer came is an answer here.
    pub(super) async fn call(&self, sent: &Sent, authorization: Option<&str>) -> Answer {
        let watch = Stopwatch::start();
        let calling = tokio::time::timeout(PATIENCE, self.text(sent, authorization));
        let result = calling
            .await
            .unwrap_or_else(|_| Err("no answer within 300 s".to_owned()));
        let took_ms = watch.micros() / 1_000;
        match result {
            Ok((status, text)) => answer_of(Some(status), text, None, took_ms),
            Err(reason) => answer_of(None, String::new(), Some(reason), took_ms),
        }
    }

    async fn text(
        &self,
        sent: &Sent,
        authorization: Option<&str>,
    ) -> Result<(u16, String), String> {
        let mut request = ::http::Request::builder()
            .method(sent.verb.as_str())
            .uri(sent.url.as_str());
        for (name, value) in sent.headers.iter().chain(&sent.own) {
            request = request.header(name, value);
        }
        if let Some(value) = authorization {
            request = request.header("authorization", value);
        }
        let body = match &sent.body {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            body => body.to_string(),
        };
        let request = request
            .body(body)
            .map_err(|error| format!("the request cannot be made: {error}"))?;
        let response = self.0.request(request).await;
        let response = response.map_err(|error| crate::sender::cause_of(&error))?;
        let status = response.status().as_u16();
        let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect();
        let body = body
            .await
            .map_err(|error| format!("the answer broke off: {error}"))?;
        let text = String::from_utf8_lossy(&body.to_bytes()).into_owned();
        Ok((status, text))
    }
}
