//! How one exchange is serialised, in three parts: its row for lists, its texts for words, and the
//! rest for its details.
//!
//! postcard rather than JSON, which takes several times as long to write and to read.

use std::borrow::Cow;

use booking_api::{Cause, Finding, Method};
use jiff::Timestamp;
use postcard::ser_flavors::Flavor;
use serde::{Deserialize, Serialize};

use super::page::damaged;
use crate::clock::from_micros;
use crate::decision::{Counterfactual, Decision, Layer};
use crate::exchange::{
    Direction, Exchange, ExchangeOutcome, RequestRecord, ResponseRecord, Summary, Timing,
};
use crate::store::StoreError;

/// What lists and filters need of one exchange; its id follows from its place.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Row<'a> {
    pub(super) number: u64,
    pub(super) outbound: bool,
    at: i64,
    pub(super) method: Option<&'a str>,
    path: &'a str,
    pub(super) status: u16,
    pub(super) outcome: &'a str,
    pub(super) cause: Option<&'a str>,
    pub(super) booking_id: Option<&'a str>,
    pub(super) merchant_id: Option<&'a str>,
    duration_us: u64,
    finding_count: u32,
    label: &'a str,
    note: &'a str,
}

/// What neither lists nor words need.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Rest<'a> {
    verb: &'a str,
    version: &'a str,
    headers: Cow<'a, [(String, String)]>,
    body_size: u64,
    redacted: bool,
    answer: Option<Answer<'a>>,
    read_us: u64,
    decide_us: u64,
    delay_us: u64,
    /// JSON, so that what a finding gains later does no harm to older pages.
    findings: Cow<'a, str>,
    #[serde(borrow)]
    steps: Vec<Step<'a>>,
}

/// A decision. Every exchange has a handful, so they are not kept as JSON, which would take several
/// times as long to write: whoever changes what is kept of them has a migration empty the log.
#[derive(Debug, Serialize, Deserialize)]
struct Step<'a> {
    step: &'a str,
    layer: Layer,
    text: &'a str,
    decided: bool,
    reference: Option<&'a str>,
    #[serde(borrow)]
    counterfactuals: Vec<Unless<'a>>,
}

/// A counterfactual, its change as JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Unless<'a> {
    text: &'a str,
    would: Option<&'a str>,
    change: Cow<'a, str>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Answer<'a> {
    status: u16,
    headers: Cow<'a, [(String, String)]>,
    body_size: u64,
}

/// The sizes in bytes of one exchange's target, request body and response body, which lie behind
/// one another with a line's end after each.
pub(super) type Sizes = [u32; 3];

/// An exchange as its page has it. Its id follows from its place there.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(super) number: u64,
    pub(super) sizes: Sizes,
    pub(super) row: Vec<u8>,
    pub(super) texts: Vec<u8>,
    pub(super) rest: Vec<u8>,
}

impl Entry {
    /// Serialises an exchange.
    pub(crate) fn of(exchange: &Exchange) -> Self {
        let (sizes, texts) = texts_of(exchange);
        Self {
            number: exchange.number,
            sizes,
            row: append(&row(exchange), Vec::with_capacity(256)),
            texts,
            rest: append(&rest_of(exchange), Vec::with_capacity(2_048)),
        }
    }
}

/// Serialises behind what is there.
pub(super) fn append<T: Serialize>(value: &T, to: Vec<u8>) -> Vec<u8> {
    postcard::serialize_with_flavor(value, Whole(to))
        .expect("a struct of texts, numbers and lists has a length, and a Vec has room")
}

/// Takes texts as a whole; the library's own way of filling a `Vec` that is there takes them byte by
/// byte.
struct Whole(Vec<u8>);

impl Flavor for Whole {
    type Output = Vec<u8>;

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<Vec<u8>> {
        Ok(self.0)
    }
}

fn row(exchange: &Exchange) -> Row<'_> {
    let summary = &exchange.summary;
    Row {
        number: exchange.number,
        outbound: summary.direction == Direction::Outbound,
        at: summary.at.as_microsecond(),
        method: summary.method.map(Method::name),
        path: &summary.path,
        status: summary.status,
        outcome: summary.outcome.name(),
        cause: summary.cause.map(Cause::name),
        booking_id: summary.booking_id.as_deref(),
        merchant_id: summary.merchant_id.as_deref(),
        duration_us: summary.duration_us,
        finding_count: summary.finding_count,
        label: &summary.label,
        note: &summary.note,
    }
}

fn rest_of(exchange: &Exchange) -> Rest<'_> {
    let request = &exchange.request;
    Rest {
        verb: &request.verb,
        version: &request.version,
        headers: Cow::Borrowed(&request.headers),
        body_size: request.body_size,
        redacted: request.redacted,
        answer: exchange.response.as_ref().map(|response| Answer {
            status: response.status,
            headers: Cow::Borrowed(&response.headers),
            body_size: response.body_size,
        }),
        read_us: exchange.timing.read_us,
        decide_us: exchange.timing.decide_us,
        delay_us: exchange.timing.delay_us,
        findings: match exchange.findings.as_slice() {
            [] => Cow::Borrowed("[]"),
            findings => json(&findings),
        },
        steps: exchange.decisions.iter().map(step).collect(),
    }
}

fn step(decision: &Decision) -> Step<'_> {
    Step {
        step: &decision.step,
        layer: decision.layer,
        text: &decision.text,
        decided: decision.decided,
        reference: decision.reference.as_deref(),
        counterfactuals: decision.counterfactuals.iter().map(unless).collect(),
    }
}

fn unless(counterfactual: &Counterfactual) -> Unless<'_> {
    Unless {
        text: &counterfactual.text,
        would: counterfactual.would.as_deref(),
        change: json(&counterfactual.change),
    }
}

fn decision(kept: &Step<'_>) -> Result<Decision, StoreError> {
    let counterfactuals = kept.counterfactuals.iter().map(counterfactual);
    Ok(Decision {
        step: owned(kept.step),
        layer: kept.layer,
        text: owned(kept.text),
        decided: kept.decided,
        reference: kept.reference.map(owned),
        counterfactuals: counterfactuals.collect::<Result<_, _>>()?,
    })
}

fn counterfactual(kept: &Unless<'_>) -> Result<Counterfactual, StoreError> {
    Ok(Counterfactual {
        text: owned(kept.text),
        would: kept.would.map(owned),
        change: serde_json::from_str(&kept.change).map_err(|_| damaged())?,
    })
}

fn owned(text: &str) -> Cow<'static, str> {
    Cow::Owned(text.to_owned())
}

fn json<T: Serialize>(value: &T) -> Cow<'static, str> {
    let json = serde_json::to_string(value);
    Cow::Owned(json.expect("texts, numbers and JSON values, with texts for keys, are always JSON"))
}

fn texts_of(exchange: &Exchange) -> (Sizes, Vec<u8>) {
    let answer = exchange.response.as_ref();
    let parts = [
        exchange.request.target.as_str(),
        exchange.request.body.as_str(),
        answer.map_or("", |response| response.body.as_str()),
    ];
    let mut texts = Vec::with_capacity(parts.iter().map(|part| part.len() + 1).sum());
    let sizes = parts.map(|part| {
        texts.extend_from_slice(part.as_bytes());
        texts.push(b'\n');
        u32::try_from(part.len()).expect("bodies are cut off long before 4 GiB")
    });
    (sizes, texts)
}

/// The exchange again.
///
/// # Errors
/// [`StoreError::Damaged`].
pub(super) fn exchange(
    id: u64,
    row: &Row<'_>,
    rest: Rest<'_>,
    [target, request_body, response_body]: [&str; 3],
) -> Result<Exchange, StoreError> {
    let findings: Vec<Finding> = serde_json::from_str(&rest.findings).map_err(|_| damaged())?;
    let steps = rest.steps.iter().map(decision);
    let decisions = steps.collect::<Result<_, _>>()?;
    Ok(Exchange {
        summary: row.summary(id),
        request: RequestRecord {
            verb: rest.verb.to_owned(),
            target: target.to_owned(),
            version: rest.version.to_owned(),
            headers: rest.headers.into_owned(),
            body: request_body.to_owned(),
            body_size: rest.body_size,
            redacted: rest.redacted,
        },
        response: rest.answer.map(|answer| ResponseRecord {
            status: answer.status,
            headers: answer.headers.into_owned(),
            body: response_body.to_owned(),
            body_size: answer.body_size,
        }),
        timing: Timing {
            read_us: rest.read_us,
            decide_us: rest.decide_us,
            delay_us: rest.delay_us,
            total_us: row.duration_us,
        },
        findings,
        decisions,
        number: row.number,
    })
}

impl Row<'_> {
    /// When its request arrived.
    pub(super) fn began(&self) -> Timestamp {
        from_micros(self.at)
    }

    /// The row as everybody else knows it.
    pub(super) fn summary(&self, id: u64) -> Summary {
        Summary {
            id,
            direction: if self.outbound {
                Direction::Outbound
            } else {
                Direction::Inbound
            },
            at: from_micros(self.at),
            method: self.method.and_then(Method::from_name),
            path: self.path.to_owned(),
            status: self.status,
            outcome: ExchangeOutcome::from_name(self.outcome).unwrap_or(ExchangeOutcome::Error),
            cause: self.cause.and_then(Cause::from_name),
            booking_id: self.booking_id.map(str::to_owned),
            merchant_id: self.merchant_id.map(str::to_owned),
            duration_us: self.duration_us,
            finding_count: self.finding_count,
            label: Cow::Owned(self.label.to_owned()),
            note: self.note.to_owned(),
        }
    }
}
