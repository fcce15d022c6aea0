//! Sends what is in the outbox: to the stand-in aggregator, or wherever `--notify-url` says.
//!
//! What is sent, in which order and when again is the engine's decision; here are the connection,
//! the credentials and the exchange in the log. Each attempt is one outbound exchange.

mod auth;
pub(crate) mod client;
mod exchange;

use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::join_all;
use http_body_util::{BodyExt, Limited};
use partner::clock::Stopwatch;
use partner::outbox::queue::Outgoing;
use partner::store::outbox::Attempt;
use partner::{Engine, StoreError};
use thiserror::Error;

use self::auth::Auth;
use self::client::Client;
use self::exchange::Answered;

/// How long an aggregator may take to answer, in real time.
const PATIENCE: Duration = Duration::from_secs(30);

/// How long to leave a store in trouble alone.
const PAUSE: Duration = Duration::from_secs(1);

/// The longest answer that is read.
const LONGEST_ANSWER: usize = 1024 * 1024;

/// Where notifications go, and with which credentials.
#[derive(Clone, Debug, Default)]
pub struct NotifyOptions {
    /// The aggregator's address, without a path of the interface; the stand-in's where none is
    /// given.
    pub url: Option<String>,
    /// What it is shown.
    pub credentials: NotifyCredentials,
}

/// What an aggregator is shown.
#[derive(Clone, Debug, Default)]
pub enum NotifyCredentials {
    /// Nothing; the stand-in still knows us.
    #[default]
    None,
    /// A bearer token that stays the same.
    Token(String),
    /// The key file of a Google service account: a signed JWT is exchanged for a token at its
    /// `token_uri`.
    KeyFile(PathBuf),
}

/// Why notifications could not be sent at all. Each is one sentence and what to do.
#[derive(Debug, Error)]
pub enum NotifyError {
    /// The address is none.
    #[error(
        "The address {0} for notifications cannot be used. Give --notify-url as http://HOST:PORT \
         or https://HOST."
    )]
    Url(String),
    /// The key file cannot be used.
    #[error(
        "The key file {path} cannot be used: {reason}. Give --notify-key-file the JSON key of a \
         Google service account."
    )]
    KeyFile {
        /// Which file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// There is nothing to check certificates against.
    #[error(
        "This system has no root certificates, so no https address can be trusted. Install the \
         package ca-certificates."
    )]
    NoRoots,
}

/// Sends what is in the outbox.
#[derive(Debug)]
pub(crate) struct Sender {
    engine: Engine,
    /// Everything before the interface's own path.
    base: String,
    auth: Auth,
    client: Client,
    reveal_secrets: bool,
}

impl Sender {
    /// Makes ready to send. `stand_in` is the stand-in's address, and the token by which it knows
    /// our own calls.
    pub(crate) async fn new(
        engine: Engine,
        options: NotifyOptions,
        stand_in: (String, String),
        reveal_secrets: bool,
    ) -> Result<Self, NotifyError> {
        let (own_url, own_token) = stand_in;
        let credentials = match (&options.url, options.credentials) {
            (None, NotifyCredentials::None) => NotifyCredentials::Token(own_token),
            (_, credentials) => credentials,
        };
        let base = match options.url {
            None => own_url,
            Some(url) => checked(&url)?,
        };
        let key = auth::key(&credentials).await?;
        let token_uri = key.as_ref().map(|key| key.token_uri.as_str());
        let is_https = |url: &str| url.starts_with("https://");
        let client = client::client(is_https(&base) || token_uri.is_some_and(is_https))?;
        Ok(Self {
            auth: Auth::new(credentials, key, client.clone()).await?,
            engine,
            base,
            client,
            reveal_secrets,
        })
    }

    /// Everything before the interface's own path.
    pub(crate) fn base(&self) -> &str {
        &self.base
    }

    /// Sends what is due, whenever something is. Runs until the store is closed.
    pub(crate) async fn run(self) {
        let mut changed = self.engine.outbox_changed();
        loop {
            let seen = *changed.borrow_and_update();
            match self.engine.outbox_due().await {
                Ok(due) if due.is_empty() => {
                    self.engine.outbox_idle(Some(seen));
                    if changed.changed().await.is_err() {
                        return;
                    }
                }
                Ok(due) => {
                    join_all(due.into_iter().map(|outgoing| self.send(outgoing))).await;
                }
                Err(StoreError::Closed) => return,
                Err(error) => {
                    tracing::warn!(%error, "the outbox could not be read");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Sends one notification: twice where the first time only a newer token was missing.
    async fn send(&self, outgoing: Outgoing) {
        let mut attempt = self.attempt(&outgoing, false).await;
        if attempt.status == Some(401) && self.auth.can_renew() {
            self.keep(outgoing.clone(), attempt, true).await;
            attempt = self.attempt(&outgoing, true).await;
        }
        self.keep(outgoing, attempt, false).await;
    }

    async fn keep(&self, outgoing: Outgoing, attempt: Attempt, again: bool) {
        let id = outgoing.notification_id;
        if let Err(error) = self.engine.outbox_tried(outgoing, attempt, again).await {
            // It will be sent once more: at least once is what is promised.
            tracing::warn!(%error, id, "what became of a notification could not be kept");
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// One call, with its exchange in the log.
    async fn attempt(&self, outgoing: &Outgoing, renewed: bool) -> Attempt {
        let at = self.engine.clock().now();
        let watch = Stopwatch::start();
        let url = format!("{}{}", self.base, outgoing.target);
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("user-agent".to_owned(), USER_AGENT.to_owned()),
        ];
        let answered = match self.auth.token(renewed).await {
            Ok(token) => {
                if let Some(token) = token {
                    headers.push(("authorization".to_owned(), format!("Bearer {token}")));
                }
                self.call(outgoing, &url, &headers).await
            }
            Err(reason) => Err(format!("No token was had: {reason}.")),
        };
        let duration_us = watch.micros();
        let (status, error) = match &answered {
            Ok(answer) => (Some(answer.status), exchange::error_of(answer)),
            Err(reason) => (None, Some(reason.clone())),
        };
        let exchange = exchange::outbound(
            outgoing,
            at,
            &url,
            headers,
            answered,
            duration_us,
            self.reveal_secrets,
        );
        Attempt {
            at,
            status,
            error,
            duration_us,
            exchange_id: self.engine.record_with_id(exchange),
        }
    }

    async fn call(
        &self,
        outgoing: &Outgoing,
        url: &str,
        headers: &[(String, String)],
    ) -> Result<Answered, String> {
        let mut request = http::Request::builder().method(outgoing.verb).uri(url);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request
            .body(outgoing.body.clone())
            .map_err(|error| format!("The request cannot be made: {error}."))?;
        let calling = async {
            let response = self.client.request(request).await.map_err(|error| {
                format!("The aggregator could not be reached: {}.", cause_of(&error))
            })?;
            let (parts, body) = response.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER).collect().await;
            let body = body.map_err(|error| format!("The answer broke off: {error}."))?;
            let headers = parts
                .headers
                .iter()
                .map(|(name, value)| {
                    let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                    (name.as_str().to_owned(), value)
                })
                .collect();
            Ok(Answered {
                status: parts.status.as_u16(),
                headers,
                body: String::from_utf8_lossy(&body.to_bytes()).into_owned(),
            })
        };
        tokio::time::timeout(PATIENCE, calling)
            .await
            .unwrap_or_else(|_| Err("The aggregator did not answer within 30 s.".to_owned()))
    }
}

const USER_AGENT: &str = concat!("mock-partner/", env!("CARGO_PKG_VERSION"));

/// The innermost reason, which names what happened on the network.
pub(crate) fn cause_of(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(inner) = error.source() {
        error = inner;
    }
    error.to_string()
}

/// An address without a slash at its end; only http and https will do.
fn checked(url: &str) -> Result<String, NotifyError> {
    let wrong = || NotifyError::Url(url.to_owned());
    let parsed: http::Uri = url.parse().map_err(|_| wrong())?;
    let is_known = matches!(parsed.scheme_str(), Some("http" | "https"));
    if !is_known || parsed.host().is_none_or(str::is_empty) || parsed.query().is_some() {
        return Err(wrong());
    }
    Ok(url.trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_without_their_last_slash() {
        for (given, kept) in [
            ("http://127.0.0.1:9/", "http://127.0.0.1:9"),
            (
                "https://mapsbooking.googleapis.com",
                "https://mapsbooking.googleapis.com",
            ),
            ("http://[::1]:9/aggregator", "http://[::1]:9/aggregator"),
        ] {
            assert_eq!(checked(given).unwrap(), kept);
        }
        for wrong in [
            "",
            "127.0.0.1:9",
            "ftp://x",
            "http://",
            "/x",
            "http://x/?a=b",
        ] {
            assert!(checked(wrong).is_err(), "{wrong}");
        }
    }
}
