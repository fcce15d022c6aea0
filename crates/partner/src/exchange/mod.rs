//! Exchanges: one request with its answer, as the log keeps and shows it.
//!
//! [`log`] holds the newest summaries in memory and hands full records to the store;
//! [`redact`] takes secrets out before anything is kept. How an exchange comes about (sockets,
//! bodies, time-outs) belongs to the server.

pub mod amend;
pub mod curl;
pub mod har;
pub mod log;
pub mod query;
pub mod redact;

use std::borrow::Cow;

use booking_api::{Cause, Finding, Method};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::decision::Decision;

/// How an exchange ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExchangeOutcome {
    /// 200, and the wish was granted.
    Ok,
    /// 200 with a business failure.
    Failure,
    /// Any other status, no answer, or one that was spoilt on its way.
    Error,
}

impl ExchangeOutcome {
    /// The word as it stands in JSON and in filters.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failure => "failure",
            Self::Error => "error",
        }
    }

    /// The reverse of [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Ok, Self::Failure, Self::Error]
            .into_iter()
            .find(|outcome| outcome.name() == name)
    }
}

/// Who called whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// A client called the Booking Server.
    Inbound,
    /// We called the aggregator.
    Outbound,
}

/// One row of the traffic list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Summary {
    /// Grows by one with each exchange; the log's order.
    pub id: u64,
    /// Who called whom.
    pub direction: Direction,
    /// When the request arrived, by the engine's clock (RFC 3339, micros).
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// The protocol's method; null where the path names none.
    pub method: Option<Method>,
    /// The path as it was asked for.
    pub path: String,
    /// The HTTP status answered; 499 where the client went away first, 0 where no answer came or,
    /// on purpose, none was sent.
    pub status: u16,
    /// How it ended, in one word.
    pub outcome: ExchangeOutcome,
    /// The cause of a business failure.
    pub cause: Option<Cause>,
    /// The booking it was about.
    pub booking_id: Option<String>,
    /// The merchant it was about.
    pub merchant_id: Option<String>,
    /// From the request's arrival to the end of the answer, in microseconds.
    pub duration_us: u64,
    /// How many things were wrong with the request.
    pub finding_count: u32,
    /// The answer in a word or two, e.g. `CONFIRMED` or `400 wrong type`.
    #[schema(value_type = String)]
    pub label: Cow<'static, str>,
    /// What it was about, in a few words.
    pub note: String,
}

/// A request as it came, secrets redacted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RequestRecord {
    /// The HTTP verb.
    pub verb: String,
    /// Path and query; the whole address where the request did not come to the Booking Server.
    pub target: String,
    /// e.g. `HTTP/1.1`.
    pub version: String,
    /// Names and values in the order they came.
    pub headers: Vec<(String, String)>,
    /// The body, as text (bytes that are not UTF-8 are shown as U+FFFD).
    pub body: String,
    /// The body's size in bytes as it arrived.
    pub body_size: u64,
    /// Whether something in it was hidden.
    pub redacted: bool,
}

impl RequestRecord {
    /// Whether the request did not come to the Booking Server: one of our own, or one to the
    /// stand-in aggregator.
    #[must_use]
    pub fn is_elsewhere(&self) -> bool {
        self.target.starts_with("http://") || self.target.starts_with("https://")
    }

    /// The whole address, behind the Booking Server's where the request came to that.
    #[must_use]
    pub fn url(&self, base_url: &str) -> String {
        if self.is_elsewhere() {
            self.target.clone()
        } else {
            format!("{base_url}{}", self.target)
        }
    }
}

/// An answer as it went out, secrets redacted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResponseRecord {
    /// The HTTP status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// The body, as text.
    pub body: String,
    /// The body's size in bytes.
    pub body_size: u64,
}

/// Where the time of one exchange went, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Timing {
    /// Until the body was read.
    pub read_us: u64,
    /// For deciding, commit included.
    pub decide_us: u64,
    /// Held back on purpose.
    pub delay_us: u64,
    /// All in all.
    pub total_us: u64,
}

/// Everything about one exchange.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Exchange {
    /// The row in the list.
    #[serde(flatten)]
    pub summary: Summary,
    /// The request.
    pub request: RequestRecord,
    /// The answer; null where none was sent.
    pub response: Option<ResponseRecord>,
    /// Where the time went.
    pub timing: Timing,
    /// What was wrong with the request.
    pub findings: Vec<Finding>,
    /// Why the answer came.
    pub decisions: Vec<Decision>,
    /// The request's number, from which its chance was drawn.
    #[serde(skip)]
    pub number: u64,
}

impl Exchange {
    /// An exchange of which nothing is known but when it began, as the `number`th request of the
    /// Booking Server, or 0 where it is none. Left like this, its client went away. Allocates nothing.
    #[must_use]
    pub fn begun(at: Timestamp, number: u64) -> Self {
        Self {
            summary: Summary {
                id: 0,
                direction: Direction::Inbound,
                at,
                method: None,
                path: String::new(),
                status: 499,
                outcome: ExchangeOutcome::Error,
                cause: None,
                booking_id: None,
                merchant_id: None,
                duration_us: 0,
                finding_count: 0,
                label: Cow::Borrowed("499 client gone"),
                note: String::new(),
            },
            request: RequestRecord::default(),
            response: None,
            timing: Timing::default(),
            findings: Vec::new(),
            decisions: Vec::new(),
            number,
        }
    }
}
