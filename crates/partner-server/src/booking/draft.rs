//! An exchange that is not finished: how it begins, and every way in which it ends (invariant 5).

use std::borrow::Cow;
use std::fmt;
use std::pin::Pin;

use axum::http::{HeaderMap, Request};
use booking_api::Method;
use partner::booking::{Answer, Call, Refusal, Reply};
use partner::clock::Stopwatch;
use partner::decision::{Counterfactual, Layer, Trail};
use partner::exchange::{Exchange, ExchangeOutcome, ResponseRecord, redact};
use partner::overrides::{self, Taken};
use partner::rules::Ruled;

use super::incoming;
use super::route::{Route, route};
use super::unless;
use crate::app::App;
use crate::threeds;

/// A method that is being run.
struct Deciding(Pin<Box<dyn Future<Output = Reply> + Send>>);

impl fmt::Debug for Deciding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Deciding")
    }
}

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
    /// Set while the method runs: what it does is done, whether its client waits or not.
    deciding: Option<Deciding>,
}

impl Draft {
    /// Opens an exchange: its number, its time, its behaviour.
    pub(super) fn open(app: &App) -> Self {
        let call = app.engine.call(app.booking_url());
        let exchange = Exchange::begun(call.now, call.number);
        let watch = Stopwatch::start();
        Self {
            app: app.clone(),
            call,
            exchange,
            trail: Trail::default(),
            watch,
            with_payment: false,
            finished: false,
            deciding: None,
        }
    }

    /// Takes the request's head in.
    pub(super) fn head<B>(&mut self, request: &Request<B>) {
        let uri = request.uri();
        let record = &mut self.exchange.request;
        record.verb = request.method().as_str().to_owned();
        record.target = uri
            .path_and_query()
            .map_or_else(String::new, |it| it.as_str().to_owned());
        if !self.app.reveal_secrets
            && let Cow::Owned(shown) = redact::target(&record.target)
        {
            record.target = shown;
            record.redacted = true;
        }
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
    pub(super) fn body(&mut self, bytes: &[u8], size: usize) {
        let text = incoming::text(bytes);
        let (body, hidden) = if self.is_form() && !self.app.reveal_secrets {
            let form = redact::form(&text);
            let hidden = matches!(form, Cow::Owned(_));
            let (body, more) = self.shown(&form);
            (body, hidden || more)
        } else {
            self.shown(&text)
        };
        let record = &mut self.exchange.request;
        record.body = body;
        record.redacted |= hidden;
        record.body_size = size as u64;
        self.exchange.timing.read_us = self.watch.micros();
    }

    /// Whether the body is a browser's form: said to be one, or posted to a page.
    fn is_form(&self) -> bool {
        let headers = &self.exchange.request.headers;
        let said = headers.iter().any(|(name, value)| {
            name == "content-type" && value.contains("application/x-www-form-urlencoded")
        });
        said || threeds::which(&self.exchange.summary.path).is_some()
    }

    /// Lets the scenario's rules set behaviour for the request.
    pub(super) async fn take_rules(
        &mut self,
        method: Method,
        body: &[u8],
    ) -> Result<Ruled, Refusal> {
        let engine = self.app.engine.clone();
        let (call, trail) = (&mut self.call, &mut self.trail);
        let ruled = engine.rule(call, method, body, trail).await;
        ruled.inspect_err(|refusal| {
            let text = refusal.message.clone();
            let again = unless::sent_again();
            trail.decide_unless("rule", Layer::Protocol, text, "1.4", again);
        })
    }

    /// Lets the request set behaviour for itself.
    pub(super) fn take_overrides(
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

    /// Runs the method to its end and takes in what it says.
    pub(super) async fn decided(
        &mut self,
        method: impl Future<Output = Reply> + Send + 'static,
    ) -> Result<Answer, Refusal> {
        let started = self.watch.micros();
        let deciding = self.deciding.insert(Deciding(Box::pin(method)));
        let reply = deciding.0.as_mut().await;
        self.deciding = None;
        self.exchange.timing.decide_us = self.watch.micros().saturating_sub(started);
        self.take_in(reply)
    }

    fn take_in(&mut self, reply: Reply) -> Result<Answer, Refusal> {
        self.exchange.findings.extend(reply.findings);
        self.trail.append(reply.trail);
        if let Some(decided) = self.trail.decided()
            && decided.counterfactuals.is_empty()
            && !matches!(decided.layer, Layer::Header | Layer::Payload | Layer::Rule)
        {
            // The network toggle speaks before any method does.
            self.trail.unless(Counterfactual::network_toggle());
        }
        self.with_payment = reply.with_payment;
        let summary = &mut self.exchange.summary;
        summary.booking_id = reply.booking_id;
        summary.merchant_id = reply.merchant_id;
        summary.note = reply.note;
        reply.result
    }

    /// Closes the exchange with an answer that has been sent or is about to be.
    pub(super) async fn answered(
        mut self,
        status: u16,
        label: &str,
        headers: &HeaderMap,
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

    /// Closes the exchange where the connection ends on purpose, without a byte.
    pub(super) async fn silent(mut self, label: &'static str) {
        self.exchange.summary.status = 0;
        self.fail(Cow::Borrowed(label));
        self.close().await;
    }

    /// Closes the exchange with an answer that is spoilt on purpose: `body` is what gets there.
    pub(super) async fn spoilt(mut self, status: u16, how: &str, headers: &HeaderMap, body: &str) {
        self.respond(status, headers, body);
        self.fail(Cow::Owned(format!("{status} {how}")));
        self.close().await;
    }

    /// Closes the exchange of a client that went away in the middle of its answer.
    pub(super) async fn left(mut self, status: u16, headers: &HeaderMap, body: &str) {
        self.respond(status, headers, body);
        self.exchange.summary.status = 499;
        self.fail(Cow::Borrowed("499 client gone"));
        self.close().await;
    }

    /// What the caller cannot read is neither granted nor refused to it.
    fn fail(&mut self, label: Cow<'static, str>) {
        let summary = &mut self.exchange.summary;
        summary.outcome = ExchangeOutcome::Error;
        summary.cause = None;
        summary.label = label;
    }

    /// Takes the answer in as the client gets it.
    pub(super) fn respond(&mut self, status: u16, headers: &HeaderMap, body: &str) {
        let body_size = body.len() as u64;
        let (body, _) = self.shown(body);
        let headers = headers.iter().map(|(name, value)| {
            let value = incoming::text(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        self.exchange.summary.status = status;
        self.exchange.response = Some(ResponseRecord {
            status,
            headers: headers.collect(),
            body,
            body_size,
        });
    }

    /// As [`Self::respond`], for a page; `kept` is what the log keeps where the page itself holds a
    /// secret.
    pub(super) fn respond_page(
        &mut self,
        status: u16,
        headers: &HeaderMap,
        html: &str,
        kept: Option<&str>,
    ) {
        let kept = kept.filter(|_| !self.app.reveal_secrets).unwrap_or(html);
        self.respond(status, headers, kept);
        if let Some(response) = &mut self.exchange.response {
            response.body_size = html.len() as u64;
        }
    }

    pub(super) async fn close(mut self) {
        let exchange = self.take();
        self.app.engine.record(exchange).await;
    }

    fn take(&mut self) -> Exchange {
        self.finished = true;
        let mut exchange = self.take_unfinished();
        exchange.decisions = std::mem::take(&mut self.trail).into_decisions();
        let total = self.watch.micros();
        exchange.timing.total_us = total;
        exchange.summary.duration_us = total;
        if let Some(method) = exchange.summary.method {
            let summary = &exchange.summary;
            let status = match (summary.status, summary.outcome) {
                // An answer that was spoilt on its way is none to the caller.
                (200, ExchangeOutcome::Error) => 0,
                (status, _) => status,
            };
            let thresholds = self.app.engine.thresholds();
            thresholds.add(method, self.with_payment, status, total);
        }
        exchange.summary.finding_count = u32::try_from(exchange.findings.len()).unwrap_or(u32::MAX);
        exchange
    }

    fn take_unfinished(&mut self) -> Exchange {
        std::mem::replace(
            &mut self.exchange,
            Exchange::begun(self.call.now, self.call.number),
        )
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
        } else if let Some(deciding) = self.deciding.take()
            && let Ok(runtime) = tokio::runtime::Handle::try_current()
        {
            // What was asked for is being done and may be committed already: the log waits for it.
            let draft = Self {
                app: self.app.clone(),
                call: self.call.clone(),
                exchange: self.take_unfinished(),
                trail: std::mem::take(&mut self.trail),
                watch: self.watch,
                with_payment: self.with_payment,
                finished: false,
                deciding: None,
            };
            self.finished = true;
            runtime.spawn(draft.left_alone(deciding));
            return;
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

impl Draft {
    /// Ends the exchange of a client that went away while its request was being carried out.
    async fn left_alone(mut self, deciding: Deciding) {
        let reply = deciding.0.await;
        let made_booking = reply.made_booking;
        // Nobody is there to get the answer; what it says is in the decisions.
        let _ = self.take_in(reply);
        let text = match &self.exchange.summary.booking_id {
            Some(id) if made_booking => {
                format!("The client went away before it was told: the booking {id} stands.")
            }
            _ => "The client went away before it was told.".to_owned(),
        };
        self.trail.note("connection", Layer::Protocol, text, "1.4");
        self.close().await;
    }
}

#[cfg(test)]
mod tests {
    use std::task::Poll;
    use std::time::Duration;

    use partner::{Engine, EngineOptions};
    use tokio::sync::oneshot;

    use super::*;
    use crate::aggregator::Tokens;
    use crate::app::Shared;
    use crate::listener::Listener;
    use crate::sender::NotifyOptions;
    use crate::sessions::Sessions;

    fn app() -> App {
        App::new(Shared {
            engine: Engine::open(EngineOptions::default()).unwrap(),
            credentials: None,
            control_token: String::new(),
            reveal_secrets: false,
            control_url: String::new(),
            control_host: String::new(),
            stall_timeout: Duration::from_secs(1),
            listener: Listener::new("127.0.0.1", 0).into(),
            client: reqwest::Client::new(),
            ending: tokio::sync::watch::Sender::new(false),
            player: crate::walkthrough::Player::default(),
            tokens: Tokens::new(),
            notify_url: String::new(),
            session: None,
            sessions: Sessions::new(0, NotifyOptions::default()),
        })
    }

    /// What the log has of a client that hung up while this reply was being worked out.
    async fn left(reply: Reply) -> Exchange {
        let app = app();
        let mut followed = app.engine.log().follow();
        let mut draft = Draft::open(&app);
        let (done, doing) = oneshot::channel::<Reply>();
        let mut running = Box::pin(async move {
            let method = async move { doing.await.unwrap() };
            draft.decided(method).await
        });
        std::future::poll_fn(|context| {
            assert!(running.as_mut().poll(context).is_pending());
            Poll::Ready(())
        })
        .await;
        drop(running);
        assert_eq!(app.engine.log().position().newest, 0, "the log waits");
        done.send(reply).unwrap();
        followed.changed().await.unwrap();
        app.engine.exchange(1).await.unwrap().unwrap()
    }

    #[tokio::test]
    async fn a_hang_up_during_the_commit_is_told_with_the_booking() {
        let mut reply = Reply::about("salon-17", "cut".to_owned());
        reply
            .trail
            .decide("booked", Layer::Domain, "It is booked.", "2.5");
        reply.booking_id = Some("bk-1".to_owned());
        reply.made_booking = true;
        let exchange = left(reply).await;
        assert_eq!(exchange.summary.label, "499 client gone");
        assert_eq!(exchange.summary.status, 499);
        assert_eq!(exchange.summary.booking_id.as_deref(), Some("bk-1"));
        assert_eq!(exchange.response, None);
        let steps: Vec<_> = exchange.decisions.iter().map(|it| &*it.step).collect();
        assert_eq!(steps, ["booked", "connection"]);
        assert!(exchange.decisions[1].text.contains("bk-1 stands"));
    }

    #[tokio::test]
    async fn a_hang_up_before_a_refusal_names_no_booking() {
        let exchange = left(Reply::about("salon-17", String::new())).await;
        assert_eq!(exchange.summary.booking_id, None);
        assert_eq!(exchange.summary.merchant_id.as_deref(), Some("salon-17"));
        let last = exchange.decisions.last().unwrap();
        assert_eq!(last.text, "The client went away before it was told.");
    }

    /// A body that brings the program down.
    struct Panics;

    impl hyper::body::Body for Panics {
        type Data = bytes::Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
            panic!("on purpose")
        }
    }

    #[tokio::test]
    async fn a_panic_is_answered_500_and_stands_in_the_log() {
        let app = app();
        let (_stop, stopped) = tokio::sync::watch::channel(false);
        let line = crate::booking::line::Line::new(stopped);
        let request = Request::post("/v3/CreateBooking").body(Panics).unwrap();
        let answered = crate::booking::record::record(app.clone(), &line, request).await;
        assert_eq!(answered.status(), 500);
        let exchange = app.engine.exchange(1).await.unwrap().unwrap();
        assert_eq!(exchange.summary.label, "500 internal error");
    }
}
