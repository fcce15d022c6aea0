//! What came of a step.

use partner::exchange::redact;
use partner::scenario::steps::compare::{Answer, Difference};
use partner::scenario::steps::expected::Expectation;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Not taken yet.
    Pending,
    /// All is as expected.
    Passed,
    /// Something is not as expected.
    Failed,
    /// It could not be taken here.
    Skipped,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct StepReport {
    /// Where it stands.
    pub state: StepState,
    /// Why it was left out, or what was not looked at; null otherwise.
    #[schema(required)]
    pub reason: Option<String>,
    /// What was sent; null where nothing was.
    #[schema(required)]
    pub sent: Option<Sent>,
    /// What came back; null where nothing was sent.
    #[schema(required)]
    pub answer: Option<Received>,
    /// From the first byte sent to the last one read, in microseconds.
    pub duration_us: u64,
    /// What is as expected.
    pub held: Vec<Expectation>,
    /// What is not as expected.
    pub differences: Vec<Difference>,
    /// The exchanges in the log: the request, and what the aggregator was told.
    pub exchange_ids: Vec<u64>,
}

impl StepReport {
    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self {
            state: StepState::Skipped,
            reason: Some(reason.into()),
            sent: None,
            answer: None,
            duration_us: 0,
            held: Vec::new(),
            differences: Vec::new(),
            exchange_ids: Vec::new(),
        }
    }

    /// The same with its secrets hidden, for whoever shows it.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        let hidden = |value: &mut Value| {
            if !value.is_null() {
                let text = value.to_string();
                *value = serde_json::from_str(&redact::body(&text)).unwrap_or_default();
            }
        };
        if let Some(sent) = &mut self.sent {
            hidden(&mut sent.body);
        }
        if let Some(answer) = &mut self.answer {
            hidden(&mut answer.body);
        }
        self
    }
}

/// What was sent, credentials left out.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = StepSent)]
pub struct Sent {
    /// The HTTP verb.
    pub verb: String,
    /// The whole address.
    pub url: String,
    /// Headers that the step names.
    pub headers: Vec<(String, String)>,
    /// The body as JSON; text where it is none; null where there is none.
    pub body: Value,
    /// Headers of our own.
    #[serde(skip)]
    pub(super) own: Vec<(String, String)>,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = StepReceived)]
pub struct Received {
    /// The HTTP status; null where no whole answer came.
    #[schema(required)]
    pub status: Option<u16>,
    /// The body as JSON; text where it is none.
    pub body: Value,
    /// Why no whole answer came; null where one did.
    #[schema(required)]
    pub broke: Option<String>,
}

impl Received {
    pub(super) fn of(answer: &Answer) -> Self {
        Self {
            status: answer.status,
            body: answer.body.clone(),
            broke: answer.broke.clone(),
        }
    }
}
