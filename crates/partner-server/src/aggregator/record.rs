//! The exchange of a call that came to the stand-in from outside.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use partner::StandInReply;
use partner::clock::Stopwatch;
use partner::decision::{Change, Counterfactual, Layer, Trail};
use partner::exchange::{Exchange, ExchangeOutcome, RequestRecord, ResponseRecord, redact};
use serde_json::{Value, json};

use super::token::Denied;
use crate::app::App;

/// An exchange that is not answered yet.
#[derive(Debug)]
pub(super) struct Draft {
    app: App,
    exchange: Exchange,
    watch: Stopwatch,
}

impl Draft {
    /// Takes the request's head in.
    pub(super) fn open(app: &App, request: &Request<Body>) -> Self {
        let uri = request.uri();
        let mut redacted = false;
        let headers = request
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes());
                let shown = match app.reveal_secrets {
                    true => value.clone(),
                    false => redact::header(name.as_str(), &value),
                };
                redacted |= shown != value;
                (name.as_str().to_owned(), shown.into_owned())
            })
            .collect();
        let target = uri.path_and_query().map_or("", |it| it.as_str());
        // Not a request of the Booking Server: it draws no chance.
        let mut exchange = Exchange::begun(app.engine.clock().now(), 0);
        exchange.summary.path = uri.path().to_owned();
        exchange.summary.note = "stand-in aggregator".to_owned();
        exchange.request = RequestRecord {
            verb: request.method().as_str().to_owned(),
            // Whole, since it did not come to the Booking Server.
            target: format!("{}{target}", app.control_url),
            version: format!("{:?}", request.version()),
            headers,
            redacted,
            ..RequestRecord::default()
        };
        Self {
            app: app.clone(),
            exchange,
            watch: Stopwatch::start(),
        }
    }

    /// Takes the request's body in.
    pub(super) fn body(&mut self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let shown = self.shown(&text);
        let record = &mut self.exchange.request;
        record.redacted |= shown != text;
        record.body = shown;
        record.body_size = bytes.len() as u64;
        self.exchange.timing.read_us = self.watch.micros();
    }

    fn shown(&self, text: &str) -> String {
        if self.app.reveal_secrets {
            return text.to_owned();
        }
        // A form, not JSON: what follows the name is the signed JWT.
        match text.split_once("assertion=") {
            Some((before, secret)) if !text.trim_start().starts_with('{') => {
                let rest = secret.find('&').map_or("", |end| &secret[end..]);
                format!("{before}assertion={}{rest}", redact::HIDDEN)
            }
            _ => redact::body(text).into_owned(),
        }
    }

    /// The exchange with its answer.
    pub(super) fn answered(mut self, status: u16, body: &str, reply: StandInReply) -> Exchange {
        let mut trail = Trail::default();
        let text = match &reply.result {
            Ok(_) => "The stand-in aggregator has taken it.".to_owned(),
            Err(error) => error.message.clone(),
        };
        let (fail_next, text_of_other) = match reply.result {
            Ok(_) => (1, "Would be 503 UNAVAILABLE if the next call were to fail."),
            Err(_) => (
                0,
                "Would be judged by itself if no call were to fail on demand.",
            ),
        };
        let other = Counterfactual::new(
            text_of_other,
            None,
            Change::Control {
                verb: "PUT".into(),
                path: "/api/aggregator/faults".into(),
                body: Some(json!({"fail_next": fail_next, "status": 503})),
            },
        );
        trail.decide_unless("stand_in", Layer::Protocol, text, "6.5", other);
        self.exchange.decisions = trail.into_decisions();
        let summary = &mut self.exchange.summary;
        summary.label = Cow::Owned(reply.label);
        summary.booking_id = reply.booking_id;
        summary.merchant_id = reply.merchant_id;
        summary.finding_count = u32::try_from(reply.findings.len()).unwrap_or(u32::MAX);
        self.exchange.findings = reply.findings;
        self.close(status, body)
    }

    /// Answers an exchange of a JWT for a token, and records it.
    pub(super) async fn token(mut self, granted: Result<Value, Denied>) -> Response<Body> {
        let (status, label, text, body) = match &granted {
            Ok(token) => (200, "token given", "The claims are right.", token.clone()),
            Err(denied) => (400, denied.name(), denied.description(), denied.body()),
        };
        let mut trail = Trail::default();
        trail.decide("token", Layer::Protocol, text.to_owned(), "6.1");
        self.exchange.decisions = trail.into_decisions();
        self.exchange.summary.label = Cow::Owned(match status {
            200 => label.to_owned(),
            status => format!("{status} {label}"),
        });
        let body = body.to_string();
        let app = self.app.clone();
        app.engine.record(self.close(status, &body)).await;
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
        let json = HeaderValue::from_static("application/json; charset=UTF-8");
        response.headers_mut().insert(CONTENT_TYPE, json);
        response
    }

    fn close(mut self, status: u16, body: &str) -> Exchange {
        let total = self.watch.micros();
        self.exchange.response = Some(ResponseRecord {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: self.shown(body),
            body_size: body.len() as u64,
        });
        let summary = &mut self.exchange.summary;
        summary.status = status;
        summary.duration_us = total;
        if status == 200 {
            summary.outcome = ExchangeOutcome::Ok;
        }
        self.exchange.timing.total_us = total;
        self.exchange
    }
}
