//! The recorder: exactly one exchange for every request, whatever becomes of it (invariant 5).

use std::borrow::Cow;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ALLOW, CONNECTION, CONTENT_TYPE, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use booking_api::{Cause, Method};
use bytes::Bytes;
use partner::Fault;
use partner::booking::{Answer, Call, Refusal, Reply};
use partner::clock::Stopwatch;
use partner::decision::{Counterfactual, Layer, Trail};
use partner::exchange::{
    Direction, Exchange, ExchangeOutcome, RequestRecord, ResponseRecord, Summary, Timing, redact,
};
use partner::overrides::{self, Taken};

use super::incoming::{self, Trouble};
use super::route::{Route, route};
use super::{answer as bodies, credentials, methods, unless};
use crate::app::App;

/// An exchange that is not finished. Dropping it unfinished records that the client went away.
#[derive(Debug)]
pub(super) struct Draft {
    app: App,
    pub(super) call: Call,
    pub(super) exchange: Exchange,
    pub(super) trail: Trail,
    watch: Stopwatch,
    with_payment: bool,
    finished: bool,
}

impl Draft {
    /// Opens an exchange: its number, its time, its behaviour.
    pub(super) fn open(app: &App) -> Self {
        let call = app.engine.call(app.listener.url());
        let exchange = blank(&call);
        let watch = Stopwatch::start();
        Self {
            app: app.clone(),
            call,
            exchange,
            trail: Trail::default(),
            watch,
            with_payment: false,
            finished: false,
        }
    }

    /// Takes the request's head in.
    fn head(&mut self, request: &Request<Body>) {
        let uri = request.uri();
        let record = &mut self.exchange.request;
        record.verb = request.method().as_str().to_owned();
        record.target = uri
            .path_and_query()
            .map_or_else(String::new, |it| it.as_str().to_owned());
        record.version = format!("{:?}", request.version());
        record.headers = Vec::with_capacity(request.headers().len());
        for (name, value) in request.headers() {
            let text = incoming::text(value.as_bytes());
            let shown = if self.app.reveal_secrets {
                Cow::Borrowed(text.as_ref())
            } else {
                redact::header(name.as_str(), &text)
            };
            record.redacted |= shown != text;
            record
                .headers
                .push((name.as_str().to_owned(), shown.into_owned()));
        }
        let summary = &mut self.exchange.summary;
        summary.path = uri.path().to_owned();
        // Before the body is read: a client that hangs up in it has named its method already.
        summary.method = match route(request.method().as_str(), uri.path()) {
            Route::Call(method) | Route::WrongVerb(method, _) => Some(method),
            Route::Unknown => None,
        };
    }

    /// Takes the request's body in.
    fn body(&mut self, bytes: &[u8], size: usize) {
        let text = incoming::text(bytes);
        let (body, hidden) = self.shown(&text);
        let record = &mut self.exchange.request;
        record.body = body;
        record.redacted |= hidden;
        record.body_size = size as u64;
        self.exchange.timing.read_us = self.watch.micros();
    }

    /// Lets the request set behaviour for itself.
    fn take_overrides(
        &mut self,
        method: Method,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Taken, Refusal> {
        let lines = headers.get_all(overrides::HEADER).iter();
        let lines: Vec<_> = lines.map(|line| incoming::text(line.as_bytes())).collect();
        let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
        match overrides::take(&mut self.call, method, &lines, body, &mut self.trail) {
            Ok(taken) => {
                self.exchange.findings.extend_from_slice(&taken.findings);
                Ok(taken)
            }
            Err(refused) => {
                self.exchange.findings.push(refused.finding);
                Err(refused.refusal)
            }
        }
    }

    /// A body as the log may keep it, and whether something was hidden.
    fn shown(&self, text: &str) -> (String, bool) {
        if self.app.reveal_secrets {
            return (text.to_owned(), false);
        }
        let shown = redact::body(text);
        let hidden = matches!(shown, Cow::Owned(_));
        (shown.into_owned(), hidden)
    }

    /// Closes the exchange with an answer that has been sent or is about to be.
    pub(super) async fn answered(
        mut self,
        status: u16,
        label: &str,
        headers: Vec<(String, String)>,
        body: &str,
    ) {
        self.exchange.summary.label = Cow::Owned(format!("{status} {label}"));
        self.respond(status, headers, body);
        self.close().await;
    }

    /// Closes the exchange where no answer can be sent.
    pub(super) async fn unanswered(mut self, status: u16, label: &str) {
        self.exchange.summary.status = status;
        self.exchange.summary.label = Cow::Owned(format!("{status} {label}"));
        self.close().await;
    }

    fn respond(&mut self, status: u16, headers: Vec<(String, String)>, body: &str) {
        let body_size = body.len() as u64;
        let (body, _) = self.shown(body);
        self.exchange.summary.status = status;
        self.exchange.response = Some(ResponseRecord {
            status,
            headers,
            body,
            body_size,
        });
    }

    async fn close(mut self) {
        let exchange = self.take();
        self.app.engine.record(exchange).await;
    }

    fn take(&mut self) -> Exchange {
        self.finished = true;
        let mut exchange = std::mem::replace(&mut self.exchange, blank(&self.call));
        exchange.decisions = std::mem::take(&mut self.trail).into_decisions();
        let total = self.watch.micros();
        exchange.timing.total_us = total;
        exchange.summary.duration_us = total;
        if let Some(method) = exchange.summary.method {
            let (status, thresholds) = (exchange.summary.status, self.app.engine.thresholds());
            thresholds.add(method, self.with_payment, status, total);
        }
        exchange.summary.finding_count = u32::try_from(exchange.findings.len()).unwrap_or(u32::MAX);
        exchange
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.finished {
            return;
        }
        if std::thread::panicking() {
            self.exchange.summary.status = 500;
            self.exchange.summary.label = Cow::Borrowed("500 internal error");
            let text = "The program made a mistake while answering. Please report it.";
            self.trail.decide_unless(
                "internal",
                Layer::Protocol,
                text,
                "1.4",
                unless::sent_again(),
            );
        } else {
            let text = "The client went away before the answer was ready.";
            self.trail.decide_unless(
                "connection",
                Layer::Protocol,
                text,
                "1.4",
                unless::sent_again(),
            );
        }
        let exchange = self.take();
        self.app.engine.record_now(exchange);
    }
}

/// An exchange of which nothing is known but when it began. Allocates nothing.
fn blank(call: &Call) -> Exchange {
    let summary = Summary {
        id: 0,
        direction: Direction::Inbound,
        at: call.now,
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
    };
    Exchange {
        summary,
        request: RequestRecord::default(),
        response: None,
        timing: Timing::default(),
        findings: Vec::new(),
        decisions: Vec::new(),
        number: call.number,
    }
}

/// Answers one request and records it.
pub(super) fn record(
    State(app): State<App>,
    request: Request<Body>,
) -> impl Future<Output = Response<Body>> + Send {
    // The layers above move what they are given several times: a pointer instead of kilobytes.
    Box::pin(answer_one(app, request))
}

async fn answer_one(app: App, request: Request<Body>) -> Response<Body> {
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
        return plain(StatusCode::BAD_REQUEST, String::new());
    }

    let decided = decide(
        &app,
        &mut draft,
        &parts.headers,
        &parts.method,
        &parts.uri,
        incoming,
    );
    let (result, extra) = decided.await;
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
    let mut headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    headers.extend(extra.iter().map(|(name, value)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    }));
    draft.respond(status, headers, &body);
    draft.close().await;

    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = plain(status, body);
    response.headers_mut().extend(extra);
    response
}

fn plain(status: StatusCode, body: String) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

type Extra = Vec<(HeaderName, HeaderValue)>;

/// Everything between the body's arrival and the answer.
async fn decide(
    app: &App,
    draft: &mut Draft,
    headers: &HeaderMap,
    verb: &axum::http::Method,
    uri: &axum::http::Uri,
    incoming: incoming::Incoming,
) -> (Result<Answer, Refusal>, Extra) {
    let refuse = |draft: &mut Draft, step, refusal: Refusal, section, extra, unless| {
        let text = refusal.message.clone();
        draft
            .trail
            .decide_unless(step, Layer::Protocol, text, section, unless);
        (Err(refusal), extra)
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
    let trouble = match incoming.trouble {
        Some(Trouble::TooLarge) => Some(Refusal::new(
            413,
            "body too large",
            "The body is larger than 1 MiB.",
        )),
        Some(Trouble::Stalled) => Some(Refusal::new(
            408,
            "slow body",
            "The rest of the body did not arrive in time.",
        )),
        _ => None,
    };
    if let Some(refusal) = trouble {
        let extra = vec![(CONNECTION, HeaderValue::from_static("close"))];
        let unless = match refusal.status {
            413 => unless::empty_body(),
            _ => unless::sent_again(),
        };
        return refuse(draft, "body", refusal, "1.4", extra, unless);
    }
    let overrides = match draft.take_overrides(method, headers, &incoming.bytes) {
        Ok(overrides) => overrides,
        Err(refusal) => return (Err(refusal), Vec::new()),
    };
    let result = answer(app, draft, method, &incoming.bytes).await;
    overrides.explain(&mut draft.trail);
    (result, Vec::new())
}

/// Bears what the network toggle does, and calls the method.
async fn answer(
    app: &App,
    draft: &mut Draft,
    method: Method,
    body: &Bytes,
) -> Result<Answer, Refusal> {
    match app.engine.fault(&draft.call, method, &mut draft.trail) {
        Some(Fault::Latency(ms)) => {
            // Nothing is held meanwhile: no lock, no transaction, no reader (invariant 8).
            tokio::time::sleep(std::time::Duration::from_millis(ms)).await;
            draft.exchange.timing.delay_us = ms * 1_000;
        }
        Some(Fault::Status(status)) => {
            let who = draft.call.snapshot.layer_of("fault").who("network");
            let message = format!("{who} answers {status} to every call it bites.");
            return Err(Refusal::new(status, "forced", message));
        }
        None => {}
    }
    call(app, draft, method, body).await
}

/// Runs the method and takes what it says into the draft.
async fn call(
    app: &App,
    draft: &mut Draft,
    method: Method,
    body: &Bytes,
) -> Result<Answer, Refusal> {
    let started = draft.watch.micros();
    let content_type = methods::content_type(&draft.exchange.request.headers);
    let call = draft.call.clone();
    let reply: Reply = methods::call(&app.engine, method, call, body, content_type).await;
    draft.exchange.timing.decide_us = draft.watch.micros().saturating_sub(started);
    draft.exchange.findings.extend(reply.findings);
    draft.trail.append(reply.trail);
    if let Some(decided) = draft.trail.decided()
        && decided.counterfactuals.is_empty()
        && !matches!(decided.layer, Layer::Header | Layer::Payload)
    {
        // The network toggle speaks before any method does.
        draft.trail.unless(Counterfactual::network_toggle());
    }
    draft.with_payment = reply.with_payment;
    let summary = &mut draft.exchange.summary;
    summary.booking_id = reply.booking_id;
    summary.merchant_id = reply.merchant_id;
    summary.note = reply.note;
    debug_assert!(
        reply.result.as_ref().map_or(true, |answer| {
            answer.cause.is_none_or(|cause| cause != Cause::Unspecified)
        }),
        "a failure needs a cause"
    );
    reply.result
}

/// A 404 that names the nearest path.
fn unknown_path(path: &str) -> (String, Counterfactual) {
    let asked = path
        .trim_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let nearest = Method::ALL
        .iter()
        .map(|method| (strsim::jaro_winkler(asked, method.name()), *method))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(score, _)| *score > 0.75);
    let Some((_, method)) = nearest else {
        let message = format!("There is nothing at {path}. Every method lies at /v3/<Method>.");
        return (message, unless::health_check());
    };
    let name = method.name();
    let verb = match method {
        Method::HealthCheck => "GET",
        _ => "POST",
    };
    (
        format!("There is nothing at {path}. Did you mean /v3/{name}?"),
        unless::other_line(verb, format!("/v3/{name}")),
    )
}
