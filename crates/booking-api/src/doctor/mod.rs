//! The request doctor: everything that can be said about a request from its body alone.
//!
//! [`examine`] reads a body as [`read`](crate::read) does, adds what is missing, and looks at what
//! the reader does not care for: lengths, ranges, amounts, and fields that do not go together. One
//! file per part of a request; the protocol's limits stand beside the checks that use them.
//!
//! Deliberately not here: whatever needs the time, the inventory or earlier requests. A sound
//! request costs a few comparisons and allocates nothing for it.

mod currency;
mod guest;
mod payment;
mod requests;
mod slot;

use std::fmt::{Display, Write as _};

use crate::finding::{Finding, FindingCode};
use crate::json::{
    FieldSpec, Json, MOST_FINDINGS, Reader, Reading, Rejection, RejectionKind, parse,
};
use crate::required::Required;

/// A request that the doctor knows.
pub trait Examined: Required {
    /// Looks at what was read. Pointers are given in snake_case.
    fn examine(&self, checkup: &mut Checkup<'_>);
}

/// Reads a request's body and says everything that is odd or wrong about it.
///
/// The message is refused if it cannot be read, if something required is missing, or if a number
/// is one that no slot can have. Never panics, whatever the bytes.
///
/// Reference: sections 1.3, 1.4 and 3.
pub fn examine<T: Examined>(body: &[u8]) -> Reading<T> {
    let mut reader = Reader::new();
    let Some(json) = parse(body, &mut reader) else {
        return reader.finish(T::default());
    };
    let message = reader.whole::<T>(&json);
    let mut reading = reader.finish(message);
    let Ok(message) = &reading.message else {
        return reading;
    };
    let mut missing = message.missing();
    for finding in &mut missing {
        finding.pointer = json.locate(T::FIELDS, &finding.pointer).0;
    }
    let mut checkup = Checkup {
        json: &json,
        fields: T::FIELDS,
        findings: Vec::new(),
        left_out: 0,
        rejection: None,
    };
    message.examine(&mut checkup);
    let rejection = Rejection::missing(&missing).or(checkup.rejection);
    reading.findings.append(&mut missing);
    reading.findings.append(&mut checkup.findings);
    if checkup.left_out > 0 {
        let found = format!("{} further findings", checkup.left_out);
        let expected = format!("at most {MOST_FINDINGS} of these");
        let more = Finding::new(FindingCode::MoreFindings, "", found, expected);
        reading.findings.push(more);
    }
    if let Some(rejection) = rejection {
        reading.message = Err(rejection);
    }
    reading
}

/// Collects what the doctor finds, and knows the body that it is about.
#[derive(Debug)]
pub struct Checkup<'v> {
    json: &'v Json<'v>,
    fields: &'static [FieldSpec],
    findings: Vec<Finding>,
    left_out: usize,
    rejection: Option<Rejection>,
}

impl Checkup<'_> {
    /// Adds a finding about the field `name` of the object at `at`.
    #[cold]
    pub(crate) fn note(
        &mut self,
        code: FindingCode,
        at: impl Display,
        name: &str,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> &mut Finding {
        let mut pointer = at.to_string();
        let _ = write!(pointer, "/{name}");
        let finding = Finding::new(
            code,
            self.json.locate(self.fields, &pointer).0,
            found,
            expected,
        );
        if self.findings.len() >= MOST_FINDINGS {
            self.left_out += 1;
            // The last one makes way: its like were told often enough.
            self.findings.pop();
        }
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }

    /// A number that no slot can have: the request cannot be answered.
    #[cold]
    pub(crate) fn refuse_number(&mut self, at: impl Display, name: &str, found: i64) {
        let expected = "zero or more";
        let code = FindingCode::NegativeNumber;
        let finding = self.note(code, at, name, found.to_string(), expected);
        let rejection = Rejection::of(RejectionKind::OutOfRange, finding, code.advice());
        self.rejection.get_or_insert(rejection);
    }

    /// Whether the body has an explicit zero for this field, which reads as if it were absent.
    #[cold]
    pub(crate) fn says_zero(&self, at: impl Display, name: &str) -> bool {
        let (_, given) = self.json.locate(self.fields, &format!("{at}/{name}"));
        match given {
            Some(Json::Integer(0)) => true,
            Some(Json::Float(number)) => *number == 0.0,
            Some(Json::Text(text)) => !text.is_empty(),
            _ => false,
        }
    }
}
