//! An answer, and what else is seen after a step, held against what is expected. Pure: whoever
//! takes the step brings what there is to see.

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{Expect, ExpectedBooking, ExpectedExchange, ExpectedNotification, Matcher};

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = StepDifference)]
pub struct Difference {
    /// Where the expectation stands in the step, as a JSON pointer.
    pub path: String,
    /// What it is about: a JSON pointer into the answer, or words.
    pub what: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub got: String,
}

impl Difference {
    /// Something that is not as expected.
    pub fn new(
        path: impl Into<String>,
        what: impl Into<String>,
        expected: impl Into<String>,
        got: impl Into<String>,
    ) -> Self {
        Self {
            path: path.into(),
            what: what.into(),
            expected: expected.into(),
            got: got.into(),
        }
    }
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The HTTP status; `None` where no whole answer came.
    pub status: Option<u16>,
    /// The body as JSON; as text where it is no JSON.
    pub body: Value,
    /// Whether the body is JSON.
    pub is_json: bool,
    /// Why no whole answer came, in words.
    pub broke: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
}

/// Holds the answer of a request or a control call against what is expected of it.
#[must_use]
pub fn answer(expect: &Expect, answer: &Answer, is_request: bool) -> Vec<Difference> {
    let mut differences = Vec::new();
    let Some(status) = answer.status else {
        if !expect.is_no_answer() {
            let why = answer.broke.as_deref().unwrap_or("no answer");
            differences.push(Difference::new("/expect", "answer", "an answer", why));
        }
        return differences;
    };
    if expect.is_no_answer() {
        let got = format!("status {status}");
        differences.push(Difference::new("/expect/no_answer", "answer", "none", got));
        return differences;
    }
    let usual = match (expect.status, is_request) {
        (Some(wanted), _) => (status != wanted).then(|| wanted.to_string()),
        (None, true) => (status != 200).then(|| "200".to_owned()),
        (None, false) => (!(200..300).contains(&status)).then(|| "2xx".to_owned()),
    };
    if let Some(wanted) = usual {
        let got = format!("{status} {}", short(&answer.body));
        differences.push(Difference::new("/expect/status", "status", wanted, got));
    }
    let wants_json = expect.json.unwrap_or(is_request && status == 200);
    if wants_json != answer.is_json && (expect.json.is_some() || !answer.is_json) {
        let words = |is_json: bool| if is_json { "JSON" } else { "no JSON" };
        let (wanted, got) = (words(wants_json), words(answer.is_json));
        differences.push(Difference::new("/expect/json", "body", wanted, got));
    }
    if is_request {
        let found = answer.body.pointer("/booking_failure/cause");
        let found = found.and_then(Value::as_str);
        let wanted = expect.cause.map(|cause| cause.name());
        // A failure that the fields speak of is one that was thought of.
        let spoken_of = expect
            .fields
            .keys()
            .any(|it| it.starts_with("/booking_failure"));
        if found != wanted && !(wanted.is_none() && spoken_of) {
            let words = |cause: Option<&str>| cause.unwrap_or("no failure").to_owned();
            let what = "/booking_failure/cause";
            let (wanted, got) = (words(wanted), words(found));
            differences.push(Difference::new("/expect/cause", what, wanted, got));
        }
    }
    if let Some(least) = expect.at_least_ms
        && answer.took_ms < least
    {
        let wanted = format!("{least} ms or more");
        let got = format!("{} ms", answer.took_ms);
        differences.push(Difference::new("/expect/at_least_ms", "time", wanted, got));
    }
    differences.extend(fields("/expect/fields", &expect.fields, &answer.body));
    differences
}

/// Holds values by pointer against what is expected.
fn fields(place: &str, fields: &serde_json::Map<String, Value>, body: &Value) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (pointer, wanted) in fields {
        let found = body.pointer(pointer);
        let got = || found.map_or_else(|| "nothing".to_owned(), short);
        let wanted = match Matcher::of(wanted) {
            Ok(matcher) => (!holds(&matcher, found)).then(|| words(&matcher)),
            Err((message, _)) => Some(message),
        };
        if let Some(wanted) = wanted {
            let path = field_path(place, pointer);
            differences.push(Difference::new(path, pointer.as_str(), wanted, got()));
        }
    }
    differences
}

fn holds(matcher: &Matcher, found: Option<&Value>) -> bool {
    match matcher {
        Matcher::Equals(wanted) => found == Some(wanted),
        Matcher::Exists(wanted) => found.is_some() == *wanted,
        Matcher::Matches(pattern) => match found {
            Some(Value::String(text)) => pattern.is_match(text),
            Some(other) => pattern.is_match(&other.to_string()),
            None => false,
        },
    }
}

/// What a single value must be, in words.
pub(super) fn words(matcher: &Matcher) -> String {
    match matcher {
        Matcher::Equals(wanted) => short(wanted),
        Matcher::Exists(true) => "any value".to_owned(),
        Matcher::Exists(false) => "nothing".to_owned(),
        Matcher::Matches(pattern) => format!("text that matches {}", pattern.as_str()),
    }
}

/// Where the expectation of a value stands in a step, as a JSON pointer.
pub(super) fn field_path(place: &str, pointer: &str) -> String {
    format!("{place}/{}", pointer.replace('~', "~0").replace('/', "~1"))
}

/// Holds the notifications that a step made or sent, newest first, against what is expected.
#[must_use]
pub fn notification(expected: &ExpectedNotification, made: &[Value]) -> Vec<Difference> {
    let place = "/expect/notification";
    let id = expected.booking_id.as_deref();
    let is_about = |it: &&Value| id.is_none_or(|id| it["booking_id"] == id);
    let newest = made.iter().find(is_about);
    let notification = match (expected.sent, newest) {
        (Some(false), None) => return Vec::new(),
        (Some(false), Some(made)) => {
            let got = format!(
                "{} {}",
                made["method"].as_str().unwrap_or("one"),
                made["url"]
            );
            let path = format!("{place}/sent");
            return vec![Difference::new(path, "notification", "none", got)];
        }
        (_, None) => return vec![Difference::new(place, "notification", "one", "none")],
        (_, Some(newest)) => newest,
    };
    let state = expected.state.unwrap_or(super::expect::Delivery::Delivered);
    let attempts = notification["attempts"].as_array().map_or(0, Vec::len) as u64;
    let cause = "bookingFailure.cause";
    let checks = [
        (
            "state",
            Some(state.name().into()),
            notification["state"].clone(),
        ),
        (
            "update_mask",
            expected.update_mask.as_deref().map(Value::from),
            notification["update_mask"].clone(),
        ),
        (
            "status",
            expected.status.map(|it| it.name().into()),
            notification["body"]["status"].clone(),
        ),
        (
            "prepayment_status",
            expected.prepayment_status.map(|it| it.name().into()),
            notification["body"]["paymentInformation"]["prepaymentStatus"].clone(),
        ),
        (
            "cause",
            expected.cause.map(|it| it.name().into()),
            notification["query"][cause].clone(),
        ),
        (
            "attempts",
            expected.attempts.map(Value::from),
            attempts.into(),
        ),
    ];
    let mut differences = differing(place, "notification", checks);
    let place = format!("{place}/fields");
    differences.extend(fields(&place, &expected.fields, notification));
    differences
}

/// Holds a booking as the control API has it against what is expected.
#[must_use]
pub fn booking(expected: &ExpectedBooking, found: &Value) -> Vec<Difference> {
    let place = "/expect/booking";
    let checks = [
        (
            "status",
            expected.status.map(|it| it.name().into()),
            found["status"].clone(),
        ),
        (
            "prepayment_status",
            expected.prepayment_status.map(|it| it.name().into()),
            found["booking"]["payment_information"]["prepayment_status"].clone(),
        ),
    ];
    let mut differences = differing(place, "booking", checks);
    let place = format!("{place}/fields");
    differences.extend(fields(&place, &expected.fields, found));
    differences
}

/// Holds an exchange as the control API has it against what is expected.
#[must_use]
pub fn exchange(expected: &ExpectedExchange, found: &Value) -> Vec<Difference> {
    let place = "/expect/exchange";
    let outcome = expected.outcome.map(|it| it.name().into());
    let checks = [("outcome", outcome, found["outcome"].clone())];
    let mut differences = differing(place, "exchange", checks);
    let list = |name: &str| found[name].as_array().cloned().unwrap_or_default();
    let codes: Vec<Value> = list("findings")
        .iter()
        .map(|it| it["code"].clone())
        .collect();
    for (index, code) in expected.findings.iter().enumerate() {
        if !codes.contains(&Value::from(code.as_str())) {
            let path = format!("{place}/findings/{index}");
            let got = short(&Value::from(codes.clone()));
            differences.push(Difference::new(path, "findings", code.as_str(), got));
        }
    }
    if let Some(words) = &expected.decision {
        let texts: Vec<String> = list("decisions")
            .iter()
            .filter_map(|it| it["text"].as_str().map(str::to_owned))
            .collect();
        if !texts.iter().any(|text| text.contains(words)) {
            let path = format!("{place}/decision");
            let got = texts.join(" ");
            differences.push(Difference::new(path, "decisions", words.as_str(), got));
        }
    }
    differences
}

fn differing<const N: usize>(
    place: &str,
    of: &str,
    checks: [(&str, Option<Value>, Value); N],
) -> Vec<Difference> {
    let wrong = checks.into_iter().filter_map(|(name, wanted, found)| {
        let wanted = wanted.filter(|wanted| *wanted != found)?;
        let got = match found {
            Value::Null => "nothing".to_owned(),
            found => short(&found),
        };
        let (path, what) = (format!("{place}/{name}"), format!("{of}'s {name}"));
        Some(Difference::new(path, what, short(&wanted), got))
    });
    wrong.collect()
}

/// A value on one line, cut where it is long.
#[must_use]
pub fn short(value: &Value) -> String {
    const LONGEST: usize = 300;
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
