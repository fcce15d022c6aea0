//! Taking the steps of a scenario: true HTTP requests to a Booking Server, and control calls for
//! what only a mock can do. `mock-partner rehearse` and the player of the window both take steps
//! here.
//!
//! What is expected, and whether it came, is decided without sockets in
//! [`partner::scenario::steps`].

mod http;
mod mock;
mod player;
mod report;
mod send;

use std::sync::Arc;

use booking_api::Cause;
use partner::behaviour::{Behaviour, PaymentMode};
use partner::clock::Stopwatch;
use partner::scenario::Scenario;
use partner::scenario::steps::compare::{self, Answer, Difference};
use partner::scenario::steps::expected;
use partner::scenario::steps::fill::{Unknown, Variables};
use partner::scenario::steps::{Expect, Step, StepAction};
use serde_json::{Map, Value};

use crate::app::Credentials;
use http::Http;
use mock::Before;
pub use mock::Mock;
pub(crate) use player::{Player, Refused};
pub use report::{Received, Sent, StepReport, StepState};

/// The Booking Server that requests go to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Its address: everything before `/v3/`.
    pub url: String,
    /// What it is shown; `None` where it asks for nothing.
    pub credentials: Option<Credentials>,
}

/// A walk through a scenario's steps.
#[derive(Debug)]
pub struct Walk {
    http: Http,
    target: Target,
    mock: Option<Mock>,
    name: String,
    steps: Arc<[Step]>,
    variables: Variables,
    /// Why steps are left out, once one was that others stand on.
    stands_on: Option<String>,
}

impl Walk {
    /// Before the first step. Without a `mock`, steps that only a mock can do are left out, and
    /// what stands on them.
    ///
    /// # Errors
    /// [`crate::NotifyError`], where https is wanted and the system has no root certificates.
    pub fn new(
        scenario: &Scenario,
        target: Target,
        mock: Option<Mock>,
    ) -> Result<Self, crate::NotifyError> {
        let stands_on = match &mock {
            None => stage(scenario),
            Some(_) => None,
        };
        Ok(Self {
            http: Http::new(target.url.starts_with("https://"))?,
            target,
            mock,
            name: scenario.name.clone(),
            steps: scenario.steps.clone().into(),
            variables: Variables::from(&scenario.variables),
            stands_on,
        })
    }

    /// Gives a variable another value than the scenario's.
    pub fn set(&mut self, name: &str, value: Value) {
        self.variables.set(name, value);
    }

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Takes a step, and holds what came of it against what is expected.
    pub async fn take(&mut self, index: usize) -> StepReport {
        let steps = Arc::clone(&self.steps);
        let Some((step, action)) = steps.get(index).and_then(|it| Some((it, it.action()?))) else {
            return StepReport::skipped("There is no such step.");
        };
        if let Some(reason) = self.left_out(step, action) {
            if !matches!(action, StepAction::Send(request) if is_reading(request)) {
                self.stands_on.get_or_insert_with(|| reason.clone());
            }
            return StepReport::skipped(reason);
        }
        match self.try_take(index, step, action).await {
            Ok(report) => report,
            Err(Unknown { name }) => {
                let reason = format!("No earlier step gave a value for ${{{name}}}.");
                StepReport::skipped(reason)
            }
        }
    }

    /// Why a step is not taken with this Booking Server, if it is not.
    fn left_out(&self, step: &Step, action: StepAction<'_>) -> Option<String> {
        if self.mock.is_some() {
            return None;
        }
        let own = match action {
            StepAction::Send(request) => {
                let mut headers = request.headers.keys();
                let steers = headers.any(|name| name.eq_ignore_ascii_case("x-mock-partner"));
                steers.then(|| "It steers the mock by a header.".to_owned())
            }
            other => Some(format!("Only a mock can do this: {}.", other.name())),
        };
        match (step.target, own) {
            (_, Some(own)) => Some(own),
            (Some(false), None) => Some("It is for the mock alone.".to_owned()),
            (Some(true), None) => None,
            (None, None) => self
                .stands_on
                .as_ref()
                .map(|reason| format!("It stands on what was left out before. {reason}")),
        }
    }

    async fn try_take(
        &mut self,
        index: usize,
        step: &Step,
        action: StepAction<'_>,
    ) -> Result<StepReport, Unknown> {
        let mark = format!("{}/{}", self.name, index + 1);
        let before = match &self.mock {
            Some(mock) => Some(mock.before(&self.http).await),
            None => None,
        };
        let (sent, credentials) = self.request(action, &mark).await?;
        let watch = Stopwatch::start();
        let answer = self.http.call(&sent, credentials.as_deref()).await;
        let duration_us = watch.micros();
        let is_request = matches!(action, StepAction::Send(_));
        let mut differences = Vec::new();
        for (name, pointer) in &step.capture {
            match answer.body.pointer(pointer) {
                Some(value) => self.variables.set(name, value.clone()),
                None => {
                    let path = format!("/capture/{name}");
                    differences.push(Difference::new(path, pointer, "a value", "nothing"));
                }
            }
        }
        let mut expect = self.filled(&step.expect)?;
        if self.mock.is_none() {
            // Nobody says when another's answer takes long, and what it logs.
            (expect.at_least_ms, expect.exchange) = (None, None);
        }
        let mut all = compare::answer(&expect, &answer, is_request);
        all.append(&mut differences);
        let mut report = StepReport {
            state: StepState::Passed,
            reason: None,
            sent: Some(sent),
            answer: Some(Received::of(&answer)),
            duration_us,
            held: Vec::new(),
            differences: all,
            exchange_ids: Vec::new(),
        };
        if let (Some(mock), Some(before)) = (&self.mock, before) {
            let mark = is_request.then_some(mark.as_str());
            self.look_around(mock, &before, &expect, mark, &mut report)
                .await;
        } else if expect.notification.is_some() || expect.booking.is_some() {
            let reason = "Notifications and the partner's own view were not looked at.";
            report.reason = Some(reason.to_owned());
            (expect.notification, expect.booking) = (None, None);
        }
        report.held = expected::held(expected::all(&expect, is_request), &report.differences);
        if !report.differences.is_empty() {
            report.state = StepState::Failed;
        }
        Ok(report)
    }

    /// What else a step has brought about: its exchanges, notifications, the booking.
    async fn look_around(
        &self,
        mock: &Mock,
        before: &Before,
        expect: &Expect,
        mark: Option<&str>,
        report: &mut StepReport,
    ) {
        let differences = &mut report.differences;
        match mock.told(&self.http, before).await {
            Ok(told) => {
                for notification in &told {
                    let attempts = notification["attempts"].as_array();
                    let ids = attempts.into_iter().flatten();
                    let ids = ids.filter_map(|it| it["exchange_id"].as_u64());
                    report
                        .exchange_ids
                        .extend(ids.filter(|id| *id > before.exchange));
                }
                if let Some(expected) = &expect.notification {
                    differences.extend(compare::notification(expected, &told));
                }
            }
            Err(trouble) => differences.push(trouble.difference("/expect/notification")),
        }
        if let Some(expected) = &expect.booking {
            match mock.booking(&self.http, &expected.booking_id).await {
                Ok(found) => differences.extend(compare::booking(expected, &found)),
                Err(trouble) => differences.push(trouble.difference("/expect/booking")),
            }
        }
        let Some(mark) = mark else { return };
        match mock.exchange(&self.http, before, mark).await {
            Ok(found) => {
                report.exchange_ids.extend(found["id"].as_u64());
                if let Some(expected) = &expect.exchange {
                    differences.extend(compare::exchange(expected, &found));
                }
            }
            Err(trouble) if expect.exchange.is_some() => {
                differences.push(trouble.difference("/expect/exchange"));
            }
            Err(_) => {}
        }
        report.exchange_ids.sort_unstable();
    }

    fn filled(&self, expect: &Expect) -> Result<Expect, Unknown> {
        let mut filled = expect.clone();
        filled.fields = self.variables.fill_fields(&expect.fields)?;
        if let Some(notification) = &mut filled.notification {
            notification.fields = self.variables.fill_fields(&notification.fields)?;
            if let Some(id) = &mut notification.booking_id {
                *id = self.variables.fill_text(id)?;
            }
        }
        if let Some(booking) = &mut filled.booking {
            booking.fields = self.variables.fill_fields(&booking.fields)?;
            booking.booking_id = self.variables.fill_text(&booking.booking_id)?;
        }
        Ok(filled)
    }
}

/// Whether a request changes nothing, so that nothing can stand on it.
fn is_reading(request: &partner::scenario::steps::Request) -> bool {
    use booking_api::Method::{
        BatchAvailabilityLookup, CheckAvailability, GetBookingStatus, HealthCheck, ListBookings,
    };
    let reading = [
        HealthCheck,
        BatchAvailabilityLookup,
        CheckAvailability,
        GetBookingStatus,
        ListBookings,
    ];
    request
        .method
        .is_some_and(|method| reading.contains(&method))
}

/// Why no step can be taken with another Booking Server: the scenario has the mock behave in a way
/// that nobody else is known to.
fn stage(scenario: &Scenario) -> Option<String> {
    let usual = Behaviour::default();
    let Behaviour {
        failure,
        fault,
        payment,
        confirmation,
        ..
    } = &scenario.behaviour;
    let forced = |what: &str| Some(format!("The scenario has the mock {what}."));
    if !scenario.rules.is_empty() {
        return forced("follow rules");
    }
    if let Some(failure) = failure {
        let cause: Cause = failure.cause;
        return forced(&format!("answer {cause}"));
    }
    if fault.is_some() {
        return forced("break the network");
    }
    if payment.authorisation != usual.payment.authorisation {
        return forced("refuse payments");
    }
    if payment.mode != PaymentMode::Inventory || *confirmation != usual.confirmation {
        return forced("take all slots for others than they are");
    }
    None
}

/// A struct as the fields of a body, with its references filled in.
fn fields_of<T: serde::Serialize>(
    part: &T,
    variables: &Variables,
) -> Result<Map<String, Value>, Unknown> {
    match serde_json::to_value(part) {
        Ok(Value::Object(fields)) => variables.fill_fields(&fields),
        _ => Ok(Map::new()),
    }
}

/// What an answer's text is worth.
fn answer_of(status: Option<u16>, text: String, broke: Option<String>, took_ms: u64) -> Answer {
    let read: Result<Value, _> = serde_json::from_str(&text);
    Answer {
        status,
        is_json: read.is_ok(),
        body: read.unwrap_or(Value::String(text)),
        broke,
        took_ms,
    }
}
