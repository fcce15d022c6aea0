//! The recorder: a request's way from its arrival to the answer, as exactly one exchange.

use std::borrow::Cow;
use std::cell::RefCell;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::http::header::{
    ALLOW, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, DATE, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use booking_api::{Cause, Method};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http_body_util::Full;
use hyper::body::Body;
use jiff::Timestamp;
use partner::Fault;
use partner::booking::{Answer, Refusal};
use partner::clock::Stopwatch;
use partner::decision::{Counterfactual, Layer};
use partner::exchange::ExchangeOutcome;
use partner::overrides::SESSION_NAME;

use super::broken;
use super::draft::Draft;
use super::incoming::{self, Incoming, Trouble};
use super::line::Line;
use super::route::{Route, route};
use super::{answer as bodies, credentials, methods, pages, session, unless};
use crate::app::App;
use crate::sessions::{self, prefix, split};
use crate::threeds;

/// What the HTTP library sends.
pub(super) type Answered = Response<Full<Bytes>>;

/// Answers one request and records it, whatever becomes of it.
pub(super) async fn record<B>(app: App, line: &Line, request: Request<B>) -> Answered
where
    B: Body<Data = Bytes> + Unpin,
{
    let answered = AssertUnwindSafe(answer_one(app, line, request)).catch_unwind();
    answered.await.unwrap_or_else(|_| {
        // The recorder has it: what a panic drops is an exchange that says so.
        let body = bodies::error_body(500, "The program made a mistake.", &[]);
        response(500, HeaderMap::new(), body)
    })
}

async fn answer_one<B>(app: App, line: &Line, request: Request<B>) -> Answered
where
    B: Body<Data = Bytes> + Unpin,
{
    let (app, denied) = session::of(app, request.uri(), request.headers()).await;
    let line = line.of(&app);
    let mut draft = Draft::open(&app);
    draft.head(&request);
    let (parts, body) = request.into_parts();
    let incoming = incoming::read(body, app.stall_timeout).await;
    draft.body(&incoming.bytes, incoming.size);
    if incoming.trouble == Some(Trouble::Gone) {
        let text = "The client hung up in the middle of the body.";
        draft
            .trail
            .decide_unless("body", Layer::Protocol, text, "1.4", unless::sent_again());
        draft.unanswered(499, "client gone").await;
        // Nobody is there to read it.
        return response(400, HeaderMap::new(), String::new());
    }

    if let Some(which) = threeds::which(parts.uri.path()) {
        // Boxed, as everything is that few requests need: all of them pay for its room.
        return Box::pin(pages::answer(&app, draft, which, &parts, &incoming)).await;
    }
    let decided = decide(
        &app,
        &mut draft,
        &parts.headers,
        &parts.method,
        &parts.uri,
        (incoming, &line, denied),
    );
    let Decided {
        result,
        extra,
        fault,
    } = decided.await;
    let (status, body) = match result {
        Ok(answer) => {
            let summary = &mut draft.exchange.summary;
            summary.outcome = match answer.cause {
                Some(_) => ExchangeOutcome::Failure,
                None => ExchangeOutcome::Ok,
            };
            summary.cause = answer.cause;
            summary.label = answer.label;
            (200, answer.body)
        }
        Err(refusal) => {
            let label = format!("{} {}", refusal.status, refusal.label);
            draft.exchange.summary.label = Cow::Owned(label);
            (
                refusal.status,
                bodies::error_body(refusal.status, &refusal.message, &refusal.findings),
            )
        }
    };
    let mut headers = headers(&app, &parts.headers, body.len());
    headers.extend(extra);
    if let Some(fault) = fault {
        return Box::pin(broken::send(&line, draft, fault, (status, headers, body))).await;
    }
    draft.respond(status, &headers, &body);
    draft.close().await;
    response(status, headers, body)
}

/// The headers of every answer. The HTTP library would add all but the type by itself; set here,
/// the log has what the client gets.
pub(super) fn headers(app: &App, asked: &HeaderMap, size: usize) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    let json = HeaderValue::from_static("application/json");
    headers.insert(CONTENT_TYPE, json);
    headers.insert(CONTENT_LENGTH, HeaderValue::from(size));
    if let Some(date) = date(app.engine.clock().now()) {
        headers.insert(DATE, date);
    }
    let closes = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"close");
    if asked.get(CONNECTION).is_some_and(closes) {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    headers
}

/// The header `date`, written once a second.
fn date(now: Timestamp) -> Option<HeaderValue> {
    thread_local! {
        static NEWEST: RefCell<(i64, Option<HeaderValue>)> = const { RefCell::new((i64::MIN, None)) };
    }
    NEWEST.with_borrow_mut(|(sec, header)| {
        if *sec != now.as_second() {
            *sec = now.as_second();
            *header = HeaderValue::from_str(&bodies::date(now)).ok();
        }
        header.clone()
    })
}

pub(super) fn response(status: u16, headers: HeaderMap, body: String) -> Answered {
    let mut response = Response::new(Full::from(body));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = headers;
    response
}

type Extra = Vec<(HeaderName, HeaderValue)>;

/// What is to be answered.
struct Decided {
    result: Result<Answer, Refusal>,
    /// Headers beside the usual ones.
    extra: Extra,
    /// What becomes of the answer on its way.
    fault: Option<Fault>,
}

impl Decided {
    fn refused(refusal: Refusal, extra: Extra) -> Self {
        Self {
            result: Err(refusal),
            extra,
            fault: None,
        }
    }
}

/// Everything between the body's arrival and the answer.
async fn decide(
    app: &App,
    draft: &mut Draft,
    headers: &HeaderMap,
    verb: &axum::http::Method,
    uri: &axum::http::Uri,
    (incoming, line, denied): (incoming::Incoming, &Line, Option<Refusal>),
) -> Decided {
    let refuse = |draft: &mut Draft, step, refusal: Refusal, section, extra, unless| {
        let text = refusal.message.clone();
        draft
            .trail
            .decide_unless(step, Layer::Protocol, text, section, unless);
        Decided::refused(refusal, extra)
    };
    let found = route(verb.as_str(), uri.path());
    if let Err((label, message)) = credentials::check(headers, app.credentials.as_ref()) {
        let realm = HeaderValue::from_static("Basic realm=\"Mock Partner\", charset=\"UTF-8\"");
        let extra = vec![(WWW_AUTHENTICATE, realm)];
        let refusal = Refusal::new(401, label, message);
        let unless = unless::credentials(app);
        return refuse(draft, "credentials", refusal, "1.2", extra, unless);
    }
    draft.trail.note(
        "credentials",
        Layer::Protocol,
        "The credentials are right.",
        "1.2",
    );
    if let Some(refusal) = denied {
        let unless = unless::sent_again();
        return refuse(draft, "session", refusal, "", Vec::new(), unless);
    }
    if let Some(name) = &app.session {
        let text = format!("The request is for the session {name}.");
        draft.trail.note("session", Layer::Protocol, text, "");
    }
    let method = match found {
        Route::Call(method) => method,
        Route::WrongVerb(method, right) => {
            let message = format!("{} is called with {right}, not {verb}.", method.name());
            let extra = vec![(ALLOW, HeaderValue::from_static(right))];
            let unless = unless::other_line(right, uri.path().to_owned());
            let refusal = Refusal::new(405, "wrong verb", message);
            return refuse(draft, "verb", refusal, "1.1", extra, unless);
        }
        Route::Unknown => {
            let (message, unless) = unknown_path(uri.path());
            let refusal = Refusal::new(404, "unknown path", message);
            return refuse(draft, "path", refusal, "1.1", Vec::new(), unless);
        }
    };
    if let Some(refusal) = trouble_of(&incoming) {
        let extra = vec![(CONNECTION, HeaderValue::from_static("close"))];
        let unless = match refusal.status {
            413 => unless::empty_body(),
            _ => unless::sent_again(),
        };
        return refuse(draft, "body", refusal, "1.4", extra, unless);
    }
    let rules = match draft.take_rules(method, &incoming.bytes).await {
        Ok(rules) => rules,
        Err(refusal) => return Decided::refused(refusal, Vec::new()),
    };
    let overrides = match draft.take_overrides(method, headers, &incoming.bytes) {
        Ok(overrides) => overrides,
        Err(refusal) => return Decided::refused(refusal, Vec::new()),
    };
    let decided = answer(app, draft, method, &incoming.bytes, line).await;
    overrides.explain(&mut draft.trail);
    rules.explain(&mut draft.trail);
    decided
}

/// The refusal of a body that did not arrive whole.
pub(super) fn trouble_of(incoming: &Incoming) -> Option<Refusal> {
    match incoming.trouble? {
        Trouble::TooLarge => Some(Refusal::new(
            413,
            "body too large",
            "The body is larger than 1 MiB.",
        )),
        Trouble::Stalled => Some(Refusal::new(
            408,
            "slow body",
            "The rest of the body did not arrive in time.",
        )),
        Trouble::Gone => None,
    }
}

/// Bears what the network toggle does before the method, and calls it.
async fn answer(
    app: &App,
    draft: &mut Draft,
    method: Method,
    body: &Bytes,
    line: &Line,
) -> Decided {
    let fault = app.engine.fault(&draft.call, method, &mut draft.trail);
    if let Some(fault) = fault.filter(|fault| fault.comes_first()) {
        return instead(draft, fault);
    }
    if let Some(Fault::Latency(ms)) = fault {
        let watch = Stopwatch::start();
        // Nothing is held meanwhile: no lock, no transaction, no reader (invariant 8).
        if line.wait(Duration::from_millis(ms)).await {
            draft.exchange.timing.delay_us = ms * 1_000;
        } else {
            draft.exchange.timing.delay_us = watch.micros();
            let text = "The delay was cut short: the server was stopped.";
            let layer = Layer::Protocol;
            draft.trail.note("fault_toggle", layer, text, "");
        }
    }
    Decided {
        result: call(app, draft, method, body).await,
        extra: Vec::new(),
        fault: fault.filter(|fault| !matches!(fault, Fault::Latency(_))),
    }
}

/// What comes instead of the method's answer, of which nothing is done.
fn instead(draft: &Draft, fault: Fault) -> Decided {
    let who = draft.call.snapshot.who("fault", "network");
    let message = |status: u16| format!("{who} answers {status} to every call it bites.");
    match fault {
        Fault::Status(status) => {
            let refusal = Refusal::new(status, "forced", message(status));
            Decided::refused(refusal, Vec::new())
        }
        Fault::RateLimit(sec) => {
            let refusal = Refusal::new(429, "rate limit", message(429));
            Decided::refused(refusal, vec![(RETRY_AFTER, HeaderValue::from(sec))])
        }
        // Nobody gets this answer.
        fault => Decided {
            fault: Some(fault),
            ..Decided::refused(Refusal::new(503, "no answer", String::new()), Vec::new())
        },
    }
}

/// Runs the method and takes what it says into the draft.
async fn call(
    app: &App,
    draft: &mut Draft,
    method: Method,
    body: &Bytes,
) -> Result<Answer, Refusal> {
    let content_type = methods::content_type(&draft.exchange.request.headers);
    let (engine, call, body) = (app.engine.clone(), draft.call.clone(), body.clone());
    let result = draft
        .decided(async move { methods::call(&engine, method, call, &body, content_type).await })
        .await;
    debug_assert!(
        result.as_ref().map_or(true, |answer| {
            answer.cause.is_none_or(|cause| cause != Cause::Unspecified)
        }),
        "a failure needs a cause"
    );
    result
}

/// A 404 that names the nearest path, within the same session.
fn unknown_path(path: &str) -> (String, Counterfactual) {
    let (session, within) = split(path);
    if session.is_none() && within.starts_with(sessions::PREFIX) {
        let message = format!(
            "There is nothing at {path}. A session's methods lie at /sessions/NAME/v3/<Method>; \
             NAME has {SESSION_NAME}."
        );
        return (message, unless::health_check());
    }
    let asked = within
        .trim_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let nearest = Method::ALL
        .iter()
        .map(|method| (strsim::jaro_winkler(asked, method.name()), *method))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.75);
    let before = prefix(session);
    let Some((_, method)) = nearest else {
        let message =
            format!("There is nothing at {path}. Every method lies at {before}/v3/<Method>.");
        return (message, unless::health_check());
    };
    let right = format!("{before}/v3/{}", method.name());
    let verb = match method {
        Method::HealthCheck => "GET",
        _ => "POST",
    };
    (
        format!("There is nothing at {path}. Did you mean {right}?"),
        unless::other_line(verb, right),
    )
}
