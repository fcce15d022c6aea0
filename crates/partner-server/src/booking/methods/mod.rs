//! One file per method of the protocol, each with its description for OpenAPI.

pub(super) mod batch_availability_lookup;
pub(super) mod check_availability;
pub(super) mod create_booking;
pub(super) mod create_lease;
pub(super) mod get_booking_status;
pub(super) mod health_check;
pub(super) mod list_bookings;
pub(super) mod set_marketing_preference;
pub(super) mod update_booking;

use std::future::Future;

use booking_api::{Examined, Finding, FindingCode, Method, Rejection, RejectionKind, spelt};
use bytes::Bytes;
use partner::Engine;
use partner::behaviour::Validation;
use partner::booking::{Call, Refusal, Reply, validation};
use partner::decision::Layer;

use super::unless;

/// Calls the method with the request's body.
pub(super) async fn call(
    engine: &Engine,
    method: Method,
    call: Call,
    body: &Bytes,
    content_type: Option<Finding>,
) -> Reply {
    let sent = Sent {
        call,
        body,
        content_type,
    };
    match method {
        Method::HealthCheck => health_check::health_check(&sent),
        Method::BatchAvailabilityLookup => {
            batch_availability_lookup::batch_availability_lookup(engine, sent).await
        }
        Method::CheckAvailability => check_availability::check_availability(engine, sent).await,
        Method::CreateLease => create_lease::create_lease(engine, sent).await,
        Method::CreateBooking => create_booking::create_booking(engine, sent).await,
        Method::UpdateBooking => update_booking::update_booking(engine, sent).await,
        Method::GetBookingStatus => get_booking_status::get_booking_status(engine, sent).await,
        Method::ListBookings => list_bookings::list_bookings(engine, sent).await,
        Method::SetMarketingPreference => {
            set_marketing_preference::set_marketing_preference(engine, sent).await
        }
        Method::CheckOrderFulfillability | Method::CreateOrder | Method::ListOrders => {
            not_implemented(method, "orders (ticketing)")
        }
        Method::BatchGetWaitEstimates
        | Method::CreateWaitlistEntry
        | Method::GetWaitlistEntry
        | Method::DeleteWaitlistEntry => not_implemented(method, "the waitlist"),
    }
}

fn not_implemented(method: Method, what: &str) -> Reply {
    let message = format!(
        "{} belongs to {what}, which this partner does not offer.",
        method.name()
    );
    let mut reply = Reply::about("", String::new());
    let text = message.clone();
    reply.trail.decide_unless(
        "method",
        Layer::Protocol,
        text,
        "1.4",
        unless::health_check(),
    );
    reply.with(Err(Refusal::new(501, "not offered", message)))
}

/// What came: a method's call, its body, and what is odd about its Content-Type.
pub(super) struct Sent<'r> {
    call: Call,
    body: &'r Bytes,
    content_type: Option<Finding>,
}

/// Reads the body as a message and, if it can be used, lets `answer` do the rest. What is wrong
/// with the request stands among the reply's findings either way, unless validation is off.
async fn read_then<T, F, R>(sent: Sent<'_>, answer: F) -> Reply
where
    T: Examined,
    F: FnOnce(Call, Box<T>) -> R,
    R: Future<Output = Reply>,
{
    let Sent {
        call,
        body,
        content_type,
    } = sent;
    let (message, mut findings) = read::<T>(body);
    findings.extend(content_type);
    let off = call.snapshot.behaviour.validation == Validation::Off;
    let mut reply = match message {
        Err(rejection) => unusable(&call, rejection, &findings),
        Ok(message) => match validation::refusal(&call, &findings) {
            Some(refusal) => {
                let mut reply = Reply::about("", String::new());
                validation::explain(&call, &refusal, &mut reply.trail);
                reply.with(Err(refusal))
            }
            None => {
                let reply = answer(call, message).await;
                // A body that nothing was found about spells all names as the engine does.
                if findings.is_empty() {
                    reply
                } else {
                    as_sent::<T>(reply, body)
                }
            }
        },
    };
    if off {
        reply.findings = Vec::new();
    } else if !findings.is_empty() {
        reply.findings = merged(findings, reply.findings);
    }
    reply
}

/// The reply with the places of the request named as its body spells them: the engine knows them by
/// their names in snake_case.
fn as_sent<T: Examined>(mut reply: Reply, body: &[u8]) -> Reply {
    let spell = |pointer: &str| spelt::<T>(body, pointer);
    reply.trail.respell(spell);
    let refused = reply.result.as_mut().err();
    let told = refused.into_iter().flat_map(|it| &mut it.findings);
    for finding in reply.findings.iter_mut().chain(told) {
        finding.pointer = spell(&finding.pointer);
    }
    reply
}

/// Reads the body. Boxed here and not later: whatever an async function holds is part of it.
fn read<T: Examined>(body: &Bytes) -> (Result<Box<T>, Rejection>, Vec<Finding>) {
    let reading = booking_api::examine::<T>(body);
    (reading.message.map(Box::new), reading.findings)
}

/// What the body showed, and then what only the partner knew; said once where both say it.
fn merged(mut findings: Vec<Finding>, more: Vec<Finding>) -> Vec<Finding> {
    for finding in more {
        let twin = |it: &Finding| it.code == finding.code && it.pointer == finding.pointer;
        if !findings.iter().any(twin) {
            findings.push(finding);
        }
    }
    findings
}

/// A body that cannot be used is a 400, whatever validation is set to.
fn unusable(call: &Call, rejection: Rejection, findings: &[Finding]) -> Reply {
    let label = match rejection.kind {
        RejectionKind::InvalidUtf8 => "invalid UTF-8",
        RejectionKind::MalformedJson => "malformed JSON",
        RejectionKind::NotAnObject | RejectionKind::WrongType => "wrong type",
        RejectionKind::UnknownEnumValue => "unknown value",
        RejectionKind::OutOfRange => "out of range",
        RejectionKind::MissingField => "missing field",
    };
    let unless = match rejection.kind {
        RejectionKind::MissingField => unless::with_place(&rejection.pointer),
        RejectionKind::WrongType | RejectionKind::UnknownEnumValue | RejectionKind::OutOfRange => {
            unless::without_place(&rejection.pointer)
        }
        _ => unless::empty_body(),
    };
    let mut reply = Reply::about("", rejection.pointer);
    let text = rejection.message.clone();
    reply
        .trail
        .decide_unless("body", Layer::Protocol, text, "1.3", unless);
    let mut refusal = Refusal::new(400, label, rejection.message);
    if call.snapshot.behaviour.validation == Validation::Reject {
        refusal = refusal.listing(findings);
    }
    reply.with(Err(refusal))
}

/// What is odd about the Content-Type among these headers. None at all is lawful, and so is any
/// charset that is UTF-8 (section 1.2).
pub(super) fn content_type(headers: &[(String, String)]) -> Option<Finding> {
    let (_, value) = headers.iter().find(|(name, _)| name == "content-type")?;
    if value == "application/json" || is_json(value) {
        return None;
    }
    let found: String = value.chars().take(60).collect();
    let expected = "application/json";
    Some(Finding::new(FindingCode::ContentType, "", found, expected))
}

fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let json = essence.eq_ignore_ascii_case("application/json");
    json && parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
            value.trim().trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_in_utf_8_is_json_however_it_is_written() {
        let odd = |value: &str| {
            let headers = [("content-type".to_owned(), value.to_owned())];
            content_type(&headers).map(|finding| finding.found)
        };
        assert_eq!(content_type(&[]), None);
        for value in [
            "application/json",
            "Application/JSON; Charset=\"UTF-8\"",
            "application/json;charset=utf-8; profile=x",
            "application/json;",
        ] {
            assert_eq!(odd(value), None, "{value}");
        }
        for value in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "application/json; charset=latin1",
            "application/jsonp",
            "",
        ] {
            assert_eq!(odd(value).as_deref(), Some(value));
        }
    }
}
