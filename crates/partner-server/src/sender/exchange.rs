//! The exchange of one attempt, as the log keeps it.

use std::borrow::Cow;

use booking_api::Finding;
use booking_api::notification::{RpcCode, read_patch};
use booking_api::rtu;
use jiff::Timestamp;
use partner::decision::{Change, Counterfactual, Layer, Trail};
use partner::exchange::{
    Direction, Exchange, ExchangeOutcome, RequestRecord, ResponseRecord, Summary, Timing, redact,
};
use partner::outbox::backoff::{Verdict, verdict};
use partner::outbox::queue::Outgoing;
use partner::store::outbox::Kind;
use serde_json::{Value, json};

/// What an aggregator answered.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: String,
}

/// What the answer says is wrong; `None` where nothing is.
pub(super) fn error_of(answer: &Answered) -> Option<String> {
    if (200..300).contains(&answer.status) {
        return None;
    }
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let message = body["error"]["message"].as_str();
    Some(message.map_or_else(
        || format!("It answered {} and did not say why.", answer.status),
        str::to_owned,
    ))
}

/// The exchange of one attempt.
pub(super) fn outbound(
    outgoing: &Outgoing,
    at: Timestamp,
    url: &str,
    headers: Vec<(String, String)>,
    answered: Result<Answered, String>,
    duration_us: u64,
    reveal_secrets: bool,
) -> Exchange {
    let status = answered.as_ref().map_or(0, |answer| answer.status);
    let mut trail = Trail::default();
    explain(&mut trail, outgoing, &answered);
    let findings = findings(outgoing);
    let shown = |text: &str| match reveal_secrets {
        true => text.to_owned(),
        false => redact::body(text).into_owned(),
    };
    let mut redacted = false;
    let headers = headers
        .into_iter()
        .map(|(name, value)| {
            let hidden = match reveal_secrets {
                true => value.clone(),
                false => redact::header(&name, &value).into_owned(),
            };
            redacted |= hidden != value;
            (name, hidden)
        })
        .collect();
    Exchange {
        summary: Summary {
            id: 0,
            direction: Direction::Outbound,
            at,
            method: None,
            path: path_of(&outgoing.target).to_owned(),
            status,
            outcome: match status {
                200..=299 => ExchangeOutcome::Ok,
                _ => ExchangeOutcome::Error,
            },
            cause: None,
            booking_id: outgoing.booking_id.clone(),
            merchant_id: outgoing.merchant_id.clone(),
            duration_us,
            finding_count: u32::try_from(findings.len()).unwrap_or(u32::MAX),
            label: label(outgoing, &answered),
            note: outgoing.note.clone(),
        },
        request: RequestRecord {
            verb: outgoing.verb.to_owned(),
            // Whole, since it went to another server than ours.
            target: url.to_owned(),
            version: "HTTP/1.1".to_owned(),
            headers,
            body: shown(&outgoing.body),
            body_size: outgoing.body.len() as u64,
            redacted,
        },
        response: answered.ok().map(|answer| ResponseRecord {
            status: answer.status,
            headers: answer.headers,
            body_size: answer.body.len() as u64,
            body: shown(&answer.body),
        }),
        timing: Timing {
            total_us: duration_us,
            ..Timing::default()
        },
        findings,
        decisions: trail.into_decisions(),
        number: 0,
    }
}

fn path_of(target: &str) -> &str {
    target.split_once('?').map_or(target, |(path, _)| path)
}

/// The answer in a word or two: what was told, or the error's name.
fn label(outgoing: &Outgoing, answered: &Result<Answered, String>) -> Cow<'static, str> {
    let Ok(answer) = answered else {
        return Cow::Borrowed("no answer");
    };
    if !(200..300).contains(&answer.status) {
        let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        let name = body["error"]["status"].as_str().map(str::to_owned);
        let usual = || {
            RpcCode::of_status(answer.status)
                .map_or("", RpcCode::name)
                .to_owned()
        };
        let label = format!("{} {}", answer.status, name.unwrap_or_else(usual));
        return Cow::Owned(label.trim_end().to_owned());
    }
    let body: Value = serde_json::from_str(&outgoing.body).unwrap_or_default();
    let told = match outgoing.kind {
        Kind::Availability => "places told",
        Kind::Booking => match body["status"].as_str() {
            Some(status) => return Cow::Owned(format!("{status} told")),
            None if body["startTime"].is_string() => "new time told",
            None if body["partySize"].is_string() => "party size told",
            None => "refund told",
        },
    };
    Cow::Borrowed(told)
}

/// What becomes of the notification, and what would have made it another thing.
fn explain(trail: &mut Trail, outgoing: &Outgoing, answered: &Result<Answered, String>) {
    let text = match answered {
        Ok(answer) => match verdict(Some(answer.status)) {
            Verdict::Delivered => "The aggregator has taken it.".to_owned(),
            Verdict::Retry => format!(
                "The aggregator answered {}: it is tried again after a pause.",
                answer.status
            ),
            Verdict::GiveUp => format!(
                "The aggregator answered {}: sending it again would not help, so it is given up.",
                answer.status
            ),
        },
        Err(reason) => format!("{reason} It is tried again after a pause."),
    };
    let id = outgoing.notification_id;
    let counterfactual = match answered {
        Ok(answer) if verdict(Some(answer.status)) == Verdict::Delivered => Counterfactual::new(
            "Would fail if the stand-in aggregator were told to fail the next call.",
            None,
            Change::Control {
                verb: "PUT".into(),
                path: "/api/aggregator/faults".into(),
                body: Some(json!({"fail_next": 1, "status": 503})),
            },
        ),
        _ => Counterfactual::new(
            "Is sent once more, at once, when it is asked for.",
            None,
            Change::Control {
                verb: "POST".into(),
                path: format!("/api/notifications/{id}/resend").into(),
                body: None,
            },
        ),
    };
    trail.decide_unless("delivery", Layer::Protocol, text, "6.5", counterfactual);
}

/// What an aggregator finds odd about what we send: the same that the stand-in says.
fn findings(outgoing: &Outgoing) -> Vec<Finding> {
    let body = outgoing.body.as_bytes();
    let (path, query) = outgoing
        .target
        .split_once('?')
        .unwrap_or((&outgoing.target, ""));
    let ids: Vec<String> = path
        .split('/')
        .map(|segment| {
            percent_encoding::percent_decode_str(segment)
                .decode_utf8_lossy()
                .into_owned()
        })
        .collect();
    // "", v1alpha, notification, partners, P, bookings, B
    match (outgoing.kind, ids.as_slice()) {
        (Kind::Booking, [_, _, _, _, partner, _, booking]) => {
            read_patch(partner, booking, query, body).findings
        }
        // "", v1alpha, inventory, partners, P, merchants, M, services, S, availability:replace
        (Kind::Availability, [_, _, _, _, _, _, merchant, _, service, _]) => {
            rtu::read_single(merchant, service, body).findings
        }
        (Kind::Availability, _) => rtu::read_batch(body).findings,
        _ => Vec::new(),
    }
}
