//! What is expected of a step, one line for each thing, so that what held can be shown beside what
//! did not. Pure; whether it held is found in [`compare`](super::compare).

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::compare::{Difference, field_path, short, words};
use super::expect::Delivery;
use super::{Expect, ExpectedBooking, ExpectedExchange, ExpectedNotification, Matcher};

/// One thing that is expected of a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = StepExpectation)]
pub struct Expectation {
    /// Where the expectation stands in the step, as a JSON pointer.
    pub path: String,
    /// What it is about: a JSON pointer into the answer, or words.
    pub what: String,
    /// What should be there.
    pub expected: String,
}

/// Everything that is expected, in the order in which it is looked at. Of what is expected without
/// being written, the status alone is in it.
#[must_use]
pub fn all(expect: &Expect, is_request: bool) -> Vec<Expectation> {
    let mut lines = Lines(Vec::new());
    if expect.is_no_answer() {
        lines.add("/expect/no_answer", "answer", "none");
    } else {
        lines.answer(expect, is_request);
    }
    if let Some(notification) = &expect.notification {
        lines.notification(notification);
    }
    if let Some(booking) = &expect.booking {
        lines.booking(booking);
    }
    if let Some(exchange) = &expect.exchange {
        lines.exchange(exchange);
    }
    lines.0
}

/// Those of them that none of the differences is about.
#[must_use]
pub fn held(all: Vec<Expectation>, differences: &[Difference]) -> Vec<Expectation> {
    let is_about = |expectation: &Expectation, path: &str| {
        let rest = expectation.path.strip_prefix(path);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let stands = |it: &Expectation| !differences.iter().any(|other| is_about(it, &other.path));
    all.into_iter().filter(stands).collect()
}

struct Lines(Vec<Expectation>);

impl Lines {
    fn add(
        &mut self,
        path: impl Into<String>,
        what: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.0.push(Expectation {
            path: path.into(),
            what: what.into(),
            expected: expected.into(),
        });
    }

    fn answer(&mut self, expect: &Expect, is_request: bool) {
        let usual = if is_request { "200" } else { "2xx" };
        let status = expect.status.map(|it| it.to_string());
        let status = status.unwrap_or_else(|| usual.to_owned());
        self.add("/expect/status", "status", status);
        if let Some(is_json) = expect.json {
            let words = if is_json { "JSON" } else { "no JSON" };
            self.add("/expect/json", "body", words);
        }
        if let Some(cause) = expect.cause {
            self.add("/expect/cause", "/booking_failure/cause", cause.name());
        }
        if let Some(least) = expect.at_least_ms {
            self.add("/expect/at_least_ms", "time", format!("{least} ms or more"));
        }
        self.fields("/expect/fields", &expect.fields);
    }

    fn notification(&mut self, expected: &ExpectedNotification) {
        let place = "/expect/notification";
        if expected.sent == Some(false) {
            return self.add(format!("{place}/sent"), "notification", "none");
        }
        let state = expected.state.unwrap_or(Delivery::Delivered);
        self.part(place, "notification", "state", Some(state.name()));
        self.part(
            place,
            "notification",
            "update_mask",
            expected.update_mask.as_deref(),
        );
        let status = expected.status.map(|it| it.name());
        self.part(place, "notification", "status", status);
        let paid = expected.prepayment_status.map(|it| it.name());
        self.part(place, "notification", "prepayment_status", paid);
        let cause = expected.cause.map(|it| it.name());
        self.part(place, "notification", "cause", cause);
        self.part(place, "notification", "attempts", expected.attempts);
        self.fields(&format!("{place}/fields"), &expected.fields);
    }

    fn booking(&mut self, expected: &ExpectedBooking) {
        let place = "/expect/booking";
        let status = expected.status.map(|it| it.name());
        self.part(place, "booking", "status", status);
        let paid = expected.prepayment_status.map(|it| it.name());
        self.part(place, "booking", "prepayment_status", paid);
        self.fields(&format!("{place}/fields"), &expected.fields);
    }

    fn exchange(&mut self, expected: &ExpectedExchange) {
        let place = "/expect/exchange";
        let outcome = expected.outcome.map(|it| it.name());
        self.part(place, "exchange", "outcome", outcome);
        for (index, code) in expected.findings.iter().enumerate() {
            self.add(
                format!("{place}/findings/{index}"),
                "findings",
                code.as_str(),
            );
        }
        if let Some(words) = &expected.decision {
            self.add(format!("{place}/decision"), "decisions", words.as_str());
        }
    }

    fn part(&mut self, place: &str, of: &str, name: &str, wanted: Option<impl Into<Value>>) {
        if let Some(wanted) = wanted {
            let wanted: Value = wanted.into();
            self.add(
                format!("{place}/{name}"),
                format!("{of}'s {name}"),
                short(&wanted),
            );
        }
    }

    fn fields(&mut self, place: &str, fields: &Map<String, Value>) {
        for (pointer, wanted) in fields {
            let wanted = Matcher::of(wanted).map_or_else(|(message, _)| message, |it| words(&it));
            self.add(field_path(place, pointer), pointer, wanted);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::{self, Answer};
    use super::*;
    use serde_json::json;

    fn expect() -> Expect {
        serde_json::from_value(json!({
            "fields": {"/booking/status": "CONFIRMED", "/booking/a~1b": {"exists": false}},
            "notification": {"status": "CONFIRMED"},
            "booking": {"booking_id": "b", "status": "CONFIRMED"},
        }))
        .unwrap()
    }

    fn paths(of: &[Expectation]) -> Vec<&str> {
        of.iter().map(|it| it.path.as_str()).collect()
    }

    #[test]
    fn everything_that_is_compared_has_a_line() {
        let expect = expect();
        let all = all(&expect, true);
        assert_eq!(
            paths(&all),
            [
                "/expect/status",
                "/expect/fields/~1booking~1status",
                "/expect/fields/~1booking~1a~01b",
                "/expect/notification/state",
                "/expect/notification/status",
                "/expect/booking/status",
            ]
        );
        let answer = Answer {
            status: Some(500),
            body: json!({"booking": {"status": "PENDING", "a/b": 1}}),
            is_json: true,
            ..Answer::default()
        };
        let mut differences = compare::answer(&expect, &answer, true);
        differences.extend(compare::notification(
            expect.notification.as_ref().unwrap(),
            &[],
        ));
        let held = held(all, &differences);
        assert_eq!(paths(&held), ["/expect/booking/status"]);
    }

    #[test]
    fn without_an_answer_nothing_of_it_holds() {
        let all = all(&Expect::default(), false);
        assert_eq!(all[0].expected, "2xx");
        let differences = compare::answer(&Expect::default(), &Answer::default(), false);
        assert_eq!(held(all, &differences), []);
    }

    #[test]
    fn no_answer_may_be_what_is_expected() {
        let expect: Expect = serde_json::from_value(json!({"no_answer": true})).unwrap();
        let differences = compare::answer(&expect, &Answer::default(), true);
        let held = held(all(&expect, true), &differences);
        assert_eq!(paths(&held), ["/expect/no_answer"]);
    }
}
