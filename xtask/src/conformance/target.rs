//! The partner that is asked: our own program or one that runs elsewhere, and the requests that
//! all items are made of.

use std::error::Error;
use std::fmt;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use super::{Arguments, answers};

/// Few places, so that a slot is soon full; and bookings of a guest may not overlap.
const SCENARIO: &str = "\
name: conformance
title: Slots of three places
settings: { default_capacity: 3, min_gap_sec: 0 }
";

/// Places of a slot that are filled at most before the suite gives up.
const MOST_PLACES: usize = 120;

/// A partner and what the suite has asked of it.
pub(super) struct Session {
    agent: ureq::Agent,
    url: String,
    authorization: String,
    merchant_id: String,
    service_id: String,
    duration_sec: i64,
    control: Option<Control>,
    /// Makes guests, tokens and slots that nobody had before.
    next: AtomicU64,
    answers: AtomicU64,
    _program: Option<Program>,
}

/// Where our own program takes control calls.
struct Control {
    url: String,
    token: String,
}

/// Our own program; ends with its handle.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        // It may be gone already, which is what we want.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Why an item cannot be tried on this partner. Not a failure of the partner's.
#[derive(Debug)]
pub(super) struct CannotTry(pub(super) String);

impl fmt::Display for CannotTry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Error for CannotTry {}

/// What came back.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) text: String,
    /// Null where it is no JSON.
    pub(super) body: Value,
}

/// Headers beside the usual ones, which one of the same name replaces.
type Headers<'a> = &'a [(&'a str, &'a str)];

impl Session {
    /// A partner that runs already.
    pub(super) fn of(url: &str, arguments: &Arguments) -> Self {
        let pair = format!("{}:{}", arguments.username, arguments.password);
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self {
            agent: config.into(),
            url: url.trim_end_matches('/').to_owned(),
            authorization: format!("Basic {}", BASE64_STANDARD.encode(pair)),
            merchant_id: arguments.merchant_id.clone(),
            service_id: arguments.service_id.clone(),
            duration_sec: arguments.duration_sec,
            control: None,
            next: AtomicU64::new(1),
            answers: AtomicU64::new(0),
            _program: None,
        }
    }

    /// Starts our own program, which forgets everything when it ends.
    pub(super) fn start(program: &Path, arguments: &Arguments) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let scenario = folder.path().join("conformance.yaml");
        std::fs::write(&scenario, SCENARIO)?;
        let mut child = Command::new(program)
            .args(["serve", "--in-memory", "--port", "0", "--control-port", "0"])
            .arg("--ready-json")
            .arg("--scenario")
            .arg(&scenario)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = child.stdout.take().context("stdout was not piped")?;
        let program = Program(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line)
            .with_context(|| format!("--ready-json printed {line:?}"))?;
        let text = |name: &str| -> Result<String> {
            let text = ready[name].as_str();
            Ok(text
                .with_context(|| format!("no {name} in {line}"))?
                .to_owned())
        };
        let mut session = Self::of(&text("booking_url")?, arguments);
        let pair = format!("{}:{}", text("username")?, text("password")?);
        session.authorization = format!("Basic {}", BASE64_STANDARD.encode(pair));
        session.control = Some(Control {
            url: text("control_url")?,
            token: text("control_token")?,
        });
        session._program = Some(program);
        Ok(session)
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn is_mock(&self) -> bool {
        self.control.is_some()
    }

    /// How many answers were looked at.
    pub(super) fn answers(&self) -> u64 {
        self.answers.load(Ordering::Relaxed)
    }

    /// A number that no other call got.
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn now_sec(&self) -> i64 {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.map_or(0, |it| i64::try_from(it.as_secs()).unwrap_or(i64::MAX))
    }

    /// Sends bytes to a path and looks at the answer.
    pub(super) fn send(
        &self,
        verb: &str,
        path: &str,
        headers: Headers<'_>,
        body: &str,
    ) -> Result<Answer> {
        let method = path
            .trim_matches('/')
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let usual = [
            ("Authorization", self.authorization.as_str()),
            ("Content-Type", "application/json"),
        ];
        let replaced = |name: &str| headers.iter().any(|(it, _)| it.eq_ignore_ascii_case(name));
        let kept = usual.iter().filter(|(name, _)| !replaced(name));
        let mut request = ureq::http::Request::builder()
            .method(verb)
            .uri(format!("{}{path}", self.url));
        for (name, value) in kept.chain(headers) {
            request = request.header(*name, *value);
        }
        let response = if body.is_empty() {
            self.agent.run(request.body(())?)
        } else {
            self.agent.run(request.body(body.to_owned())?)
        };
        let mut response = response.with_context(|| format!("{verb} {path} got no answer"))?;
        let content_type = response.headers().get("content-type");
        let content_type = content_type
            .and_then(|it| it.to_str().ok())
            .unwrap_or_default();
        let content_type = content_type.to_owned();
        let text = response.body_mut().read_to_string()?;
        let answer = Answer {
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        };
        self.answers.fetch_add(1, Ordering::Relaxed);
        let objections = answers::objections(method, answer.status, &content_type, &answer.body);
        ensure!(
            objections.is_empty(),
            "{method} was answered against the protocol: {} ({})",
            objections.join("; "),
            answer.text
        );
        Ok(answer)
    }

    /// Calls a method.
    pub(super) fn ask(&self, method: &str, body: &Value) -> Result<Answer> {
        self.ask_with(method, &[], body)
    }

    /// Calls a method with more headers.
    pub(super) fn ask_with(
        &self,
        method: &str,
        headers: Headers<'_>,
        body: &Value,
    ) -> Result<Answer> {
        self.send("POST", &format!("/v3/{method}"), headers, &body.to_string())
    }

    /// Calls a method with overrides, which only a mock knows.
    pub(super) fn force(&self, method: &str, overrides: &str, body: &Value) -> Result<Answer> {
        self.ask_with(method, &[("X-Mock-Partner", overrides)], body)
    }

    /// A call of our own program's control API; anything but a 2xx is an error.
    pub(super) fn control(&self, verb: &str, path: &str, body: &Value) -> Result<Value> {
        let url = &self.own()?.url;
        let answer = self.control_answer(verb, &format!("{url}{path}"), body)?;
        ensure!(
            (200..300).contains(&answer.status),
            "{verb} {path}: {}",
            answer.text
        );
        Ok(answer.body)
    }

    /// A call of anything at our own program's control port, whatever comes back.
    pub(super) fn control_answer(&self, verb: &str, url: &str, body: &Value) -> Result<Answer> {
        let request = ureq::http::Request::builder()
            .method(verb)
            .uri(url)
            .header("Authorization", format!("Bearer {}", self.own()?.token));
        let mut response = match body {
            Value::Null => self.agent.run(request.body(())?)?,
            body => self.agent.run(request.body(body.to_string())?)?,
        };
        let text = response.body_mut().read_to_string()?;
        Ok(Answer {
            status: response.status().as_u16(),
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        })
    }

    fn own(&self) -> Result<&Control> {
        let control = self.control.as_ref();
        control.context("only a mock has a control API")
    }

    /// A slot that is free and that no other item uses.
    pub(super) fn slot(&self) -> Result<Value> {
        self.slot_in("CONFIRMATION_MODE_SYNCHRONOUS")
    }

    /// As [`Self::slot`], in a confirmation mode.
    pub(super) fn slot_in(&self, mode: &str) -> Result<Value> {
        const HOUR: u64 = 3_600;
        let start = u64::try_from(self.now_sec()).unwrap_or(0) / HOUR * HOUR + 24 * HOUR;
        for _ in 0..400 {
            let start_sec = start + self.number() * HOUR;
            let slot = json!({
                "merchant_id": self.merchant_id,
                "service_id": self.service_id,
                "start_sec": start_sec.to_string(),
                "duration_sec": self.duration_sec.to_string(),
                "confirmation_mode": mode,
            });
            if self.is_available(&slot)? {
                return Ok(slot);
            }
        }
        bail!(
            "no free slot of service {} of merchant {} was found at whole hours",
            self.service_id,
            self.merchant_id
        )
    }

    /// Whether BatchAvailabilityLookup says that a slot is free.
    pub(super) fn is_available(&self, slot: &Value) -> Result<bool> {
        let answer = self
            .ask("BatchAvailabilityLookup", &lookup(&[slot]))?
            .ok()?;
        let available = &answer.body["slot_time_availability"][0]["available"];
        available.as_bool().context("available is no bool")
    }

    /// A CreateBooking request of a guest that nobody had before.
    pub(super) fn booking(&self, slot: &Value) -> Value {
        let number = self.number();
        let run = self.now_sec();
        json!({
            "slot": slot,
            "user_information": {
                "user_id": format!("{run}{number:05}"),
                "given_name": "Mina",
                "family_name": format!("Okafor {number}"),
                "telephone": format!("+1 206-555-{:04}", number % 10_000),
                "email": format!("mina.{run}.{number}@example.com"),
            },
            "payment_information": { "prepayment_status": "PREPAYMENT_NOT_PROVIDED" },
            "idempotency_token": format!("{run}{number:08}"),
        })
    }

    /// Books a slot for a new guest.
    pub(super) fn book(&self, slot: &Value) -> Result<(Value, Value)> {
        let request = self.booking(slot);
        let booking = self.ask("CreateBooking", &request)?.booking()?;
        Ok((request, booking))
    }

    /// Books until nothing is left. Returns the bookings.
    pub(super) fn fill(&self, slot: &Value) -> Result<Vec<Value>> {
        let mut bookings = Vec::new();
        while bookings.len() < MOST_PLACES {
            let answer = self.ask("CreateBooking", &self.booking(slot))?;
            if answer.cause().is_some() {
                answer.failure("SLOT_UNAVAILABLE")?;
                return Ok(bookings);
            }
            bookings.push(answer.booking()?);
        }
        Err(CannotTry(format!("its slots have more than {MOST_PLACES} places")).into())
    }

    /// Cancels as the guest.
    pub(super) fn cancel(&self, booking: &Value) -> Result<Answer> {
        let body = json!({"booking": {"booking_id": booking["booking_id"], "status": "CANCELED"}});
        self.ask("UpdateBooking", &body)
    }

    /// Moves to another slot as the guest.
    pub(super) fn reschedule(&self, booking: &Value, slot: &Value) -> Result<Answer> {
        let new = json!({"start_sec": slot["start_sec"], "duration_sec": slot["duration_sec"]});
        let body = json!({"booking": {"booking_id": booking["booking_id"], "slot": new}});
        self.ask("UpdateBooking", &body)
    }

    /// The bookings of a guest that are still to come.
    pub(super) fn upcoming(&self, request: &Value) -> Result<Vec<Value>> {
        let user = &request["user_information"]["user_id"];
        let answer = self.ask("ListBookings", &json!({"user_id": user}))?.ok()?;
        Ok(answer.body["bookings"]
            .as_array()
            .cloned()
            .unwrap_or_default())
    }

    /// Sends requests at the same time, each on a connection of its own.
    pub(super) fn together(&self, method: &str, bodies: &[Value]) -> Result<Vec<Answer>> {
        let start = std::sync::Barrier::new(bodies.len());
        thread::scope(|scope| {
            let threads: Vec<_> = bodies
                .iter()
                .map(|body| {
                    let start = &start;
                    scope.spawn(move || {
                        start.wait();
                        self.ask(method, body)
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| {
                    thread
                        .join()
                        .map_err(|_| anyhow::anyhow!("a thread panicked"))?
                })
                .collect()
        })
    }
}

/// A BatchAvailabilityLookup request about slots of one merchant.
pub(super) fn lookup(slots: &[&Value]) -> Value {
    let merchant = slots
        .first()
        .map_or(&Value::Null, |slot| &slot["merchant_id"]);
    let times: Vec<Value> = slots
        .iter()
        .map(|slot| {
            let mut time = (*slot).clone();
            if let Some(fields) = time.as_object_mut() {
                fields.remove("merchant_id");
                if let Some(resources) = fields.remove("resources") {
                    fields.insert("resource_ids".to_owned(), resources);
                }
            }
            time
        })
        .collect();
    json!({"merchant_id": merchant, "slot_time": times})
}

impl Answer {
    /// The answer, which must be a 200.
    pub(super) fn ok(self) -> Result<Self> {
        ensure!(
            self.status == 200,
            "{} instead of 200: {}",
            self.status,
            self.text
        );
        Ok(self)
    }

    /// Refuses any other status.
    pub(super) fn refused(&self, status: u16) -> Result<()> {
        ensure!(
            self.status == status,
            "{} instead of {status}: {}",
            self.status,
            self.text
        );
        Ok(())
    }

    /// The cause of a business failure.
    pub(super) fn cause(&self) -> Option<&str> {
        self.body["booking_failure"]["cause"].as_str()
    }

    /// The booking of an answer that grants one.
    pub(super) fn booking(self) -> Result<Value> {
        let answer = self.ok()?;
        ensure!(
            answer.body["booking"].is_object(),
            "no booking: {}",
            answer.text
        );
        Ok(answer.body["booking"].clone())
    }

    /// Refuses anything but this business failure.
    pub(super) fn failure(&self, cause: &str) -> Result<()> {
        ensure!(
            self.status == 200 && self.cause() == Some(cause),
            "{} instead of the failure {cause}: {}",
            self.status,
            self.text
        );
        Ok(())
    }
}

/// Refuses a field that is not as it should be.
pub(super) fn same(object: &Value, pointer: &str, expected: &Value) -> Result<()> {
    let found = object.pointer(pointer).unwrap_or(&Value::Null);
    ensure!(
        found == expected,
        "{pointer} is {found} instead of {expected} in {object}"
    );
    Ok(())
}
