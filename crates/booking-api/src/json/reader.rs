//! The reader that walks the tree: it knows where it is, collects findings, and remembers the first
//! fatal one. The rules for one field's value are in `field`, those for one object in `message`.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use serde::de::{Deserialize, Deserializer, Error as _};

use super::field::Field;
use super::message::Message;
use super::tree::{Json, shorten};
use crate::finding::{Finding, FindingCode};

/// Past this many findings about one body the rest is counted, not kept: a hostile body must not
/// fill the log.
pub(crate) const MOST_FINDINGS: usize = 100;

/// Longest part of a key that a pointer repeats.
const MOST_POINTER_CHARS: usize = 200;

/// What became of a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading<T> {
    /// The message, or the first problem that made it unusable.
    pub message: Result<T, Rejection>,
    /// Everything odd about the body, the fatal problems included, in document order.
    pub findings: Vec<Finding>,
}

/// Why a body was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Rejection {
    /// The kind of problem.
    pub kind: RejectionKind,
    /// Where in the body, as a JSON pointer; `""` is the whole body.
    pub pointer: String,
    /// One sentence for whoever sent the body.
    pub message: String,
}

/// The kinds of problem that make a body unusable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RejectionKind {
    /// The bytes are not UTF-8.
    InvalidUtf8,
    /// The text is not JSON.
    MalformedJson,
    /// The body is JSON, but not an object.
    NotAnObject,
    /// A field holds a value that it cannot hold.
    WrongType,
    /// An enum field holds a name or number that the enum lacks.
    UnknownEnumValue,
    /// A number is one that no slot can have, such as a negative duration; only
    /// [`examine`](crate::examine) finds it.
    OutOfRange,
    /// A field that the method needs is absent; only [`Rejection::missing`] makes it.
    MissingField,
}

impl Rejection {
    pub(crate) fn of(kind: RejectionKind, finding: &Finding, hint: &str) -> Self {
        let Finding {
            pointer,
            found,
            expected,
            ..
        } = finding;
        let place = if pointer.is_empty() {
            "The body"
        } else {
            pointer
        };
        let mut message = format!("{place}: found {found}, expected {expected}.");
        if !hint.is_empty() {
            message.push(' ');
            message.push_str(hint);
        }
        Self {
            kind,
            pointer: pointer.clone(),
            message,
        }
    }

    /// The rejection that the findings of [`Required::missing`](crate::Required::missing) amount
    /// to, if there are any.
    pub fn missing(findings: &[Finding]) -> Option<Self> {
        let first = findings.first()?;
        let mut message = format!(
            "{} is required: expected {}.",
            first.pointer, first.expected
        );
        if findings.len() > 1 {
            let rest: Vec<&str> = findings[1..].iter().map(|f| f.pointer.as_str()).collect();
            let _ = write!(message, " Also missing: {}.", rest.join(", "));
        }
        Some(Self {
            kind: RejectionKind::MissingField,
            pointer: first.pointer.clone(),
            message,
        })
    }
}

/// Reads a message from a request's body.
///
/// Never panics, whatever the bytes. With a regular body `findings` is empty and nothing was
/// allocated for it.
///
/// Reference: section 1.3.
pub fn read<T: Message>(body: &[u8]) -> Reading<T> {
    let mut reader = Reader::new();
    match parse(body, &mut reader) {
        Some(json) => {
            let message = reader.whole::<T>(&json);
            reader.finish(message)
        }
        None => reader.finish(T::default()),
    }
}

/// Reads a message out of anything serde can walk, for rows that were stored as JSON.
pub(crate) fn from_deserializer<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: Field,
    D: Deserializer<'de>,
{
    let json = Json::deserialize(deserializer)?;
    let mut reader = Reader::new();
    let message = T::read(&json, &mut reader);
    reader.finish(message).message.map_err(D::Error::custom)
}

pub(crate) fn parse<'v>(body: &'v [u8], reader: &mut Reader<'_>) -> Option<Json<'v>> {
    let text = match std::str::from_utf8(body) {
        Ok(text) => text,
        Err(error) => {
            let at = error.valid_up_to();
            reader.refuse_body(
                RejectionKind::InvalidUtf8,
                FindingCode::InvalidUtf8,
                &format!("byte {at} (0x{:02x}) is not UTF-8", body[at]),
                "JSON in UTF-8",
                format!("The body is not valid UTF-8: byte {at} starts no character."),
            );
            return None;
        }
    };
    let json = match text.strip_prefix('\u{feff}') {
        None => text,
        Some(rest) => {
            reader.report(|pointer| {
                let expected = "JSON from the first byte on";
                Finding::new(
                    FindingCode::ByteOrderMark,
                    pointer,
                    "a byte order mark",
                    expected,
                )
            });
            rest
        }
    };
    if json.trim_ascii().is_empty() {
        reader.refuse_body(
            RejectionKind::MalformedJson,
            FindingCode::MalformedJson,
            "an empty body",
            "a JSON object",
            "The body is empty; a JSON object is expected (line 1, column 1).".to_owned(),
        );
        return None;
    }
    let mut parser = serde_json::Deserializer::from_str(json);
    let parsed =
        Json::deserialize(&mut parser).map_err(|error| (FindingCode::MalformedJson, error));
    let whole = parsed.and_then(|json| match parser.end() {
        Ok(()) => Ok(json),
        Err(error) => Err((FindingCode::TrailingData, error)),
    });
    match whole {
        Ok(json) => Some(json),
        Err((code, error)) => {
            let (line, column) = (error.line(), error.column());
            let full = error.to_string();
            let what = full.strip_suffix(&format!(" at line {line} column {column}"));
            let what = what.unwrap_or(&full);
            reader.refuse_body(
                RejectionKind::MalformedJson,
                code,
                &format!("{what} at line {line}, column {column}"),
                "one JSON object",
                format!("The body is not valid JSON: {what} (line {line}, column {column})."),
            );
            None
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Segment<'v> {
    Key(&'v str),
    Index(usize),
}

/// Walks a tree, knows the JSON pointer of the place it is at, and collects findings.
#[derive(Debug, Default)]
pub struct Reader<'v> {
    path: Vec<Segment<'v>>,
    findings: Vec<Finding>,
    /// What was remarked upon, and how often it occurs.
    habits: Vec<(FindingCode, usize)>,
    left_out: usize,
    rejection: Option<Rejection>,
}

impl<'v> Reader<'v> {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The body as a message; anything but an object is refused.
    pub(crate) fn whole<T: Message>(&mut self, json: &'v Json<'v>) -> T {
        if let Json::Object(_) = json {
            return T::read(json, self);
        }
        self.refuse_body(
            RejectionKind::NotAnObject,
            FindingCode::NotAnObject,
            json.kind(),
            "an object",
            format!(
                "The body must be a JSON object ({}), not {}.",
                T::NAME,
                json.kind()
            ),
        );
        T::default()
    }

    /// A field's value, where absent, `null` and default are all one.
    pub(crate) fn field<T: Field>(&mut self, value: &'v Json<'v>) -> T {
        match value {
            Json::Null => {
                self.remark(FindingCode::NullValue, || "null".into(), "no field at all");
                T::default()
            }
            value => T::read(value, self),
        }
    }

    pub(crate) fn at_key<R>(&mut self, key: &'v str, then: impl FnOnce(&mut Self) -> R) -> R {
        self.path.push(Segment::Key(key));
        let result = then(self);
        self.path.pop();
        result
    }

    pub(crate) fn at_index<R>(&mut self, index: usize, then: impl FnOnce(&mut Self) -> R) -> R {
        self.path.push(Segment::Index(index));
        let result = then(self);
        self.path.pop();
        result
    }

    /// The JSON pointer of the current place.
    pub(crate) fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in &self.path {
            pointer.push('/');
            match segment {
                Segment::Index(index) => {
                    let _ = write!(pointer, "{index}");
                }
                Segment::Key(key) => {
                    for character in key.chars().take(MOST_POINTER_CHARS) {
                        match character {
                            '~' => pointer.push_str("~0"),
                            '/' => pointer.push_str("~1"),
                            other => pointer.push(other),
                        }
                    }
                }
            }
        }
        pointer
    }

    /// Whether another finding would still be kept; asked before one that is dear to make.
    pub(crate) fn has_room(&self) -> bool {
        self.findings.len() < MOST_FINDINGS
    }

    /// Adds a finding about the current place.
    pub(crate) fn report(&mut self, make: impl FnOnce(String) -> Finding) {
        if self.has_room() {
            let finding = make(self.pointer());
            self.findings.push(finding);
        } else {
            self.left_out += 1;
        }
    }

    /// Adds a finding about a habit of whoever wrote the body, at the first place that shows it:
    /// a body in camelCase is one remark, not forty.
    #[cold]
    pub(crate) fn remark(
        &mut self,
        code: FindingCode,
        found: impl FnOnce() -> Cow<'static, str>,
        expected: &str,
    ) {
        if let Some((_, times)) = self.habits.iter_mut().find(|(habit, _)| *habit == code) {
            *times += 1;
            return;
        }
        self.habits.push((code, 1));
        self.report(|pointer| Finding::new(code, pointer, found(), expected));
    }

    /// An empty string where a number, a boolean or an enum belongs: it counts as absent.
    pub(crate) fn empty_value(&mut self, expected: &str) {
        self.remark(FindingCode::EmptyValue, || "\"\"".into(), expected);
    }

    /// Takes back the findings of one kind at one place, for fields that are read in an unusual
    /// place after all.
    pub(crate) fn take_back(&mut self, code: &str, pointer: &str) {
        self.findings
            .retain(|finding| finding.code != code || finding.pointer != pointer);
    }

    /// Adds a fatal finding about the current place. The words are made only if somebody will read
    /// them.
    pub(crate) fn refuse(
        &mut self,
        kind: RejectionKind,
        code: FindingCode,
        found: impl FnOnce() -> String,
        expected: impl fmt::Display,
        hint: impl FnOnce() -> String,
    ) {
        let first = self.rejection.is_none();
        if !first && !self.has_room() {
            self.left_out += 1;
            return;
        }
        let finding = Finding::new(code, self.pointer(), found(), expected.to_string());
        let hint = hint();
        if first {
            self.rejection = Some(Rejection::of(kind, &finding, &hint));
        }
        let finding = finding.with_hint(hint);
        // The first fatal one is kept even where there is no room: it is why the body was refused.
        self.findings.push(finding);
    }

    /// The commonest fatal finding.
    pub(crate) fn wrong_type(
        &mut self,
        found: impl FnOnce() -> String,
        expected: impl fmt::Display,
        hint: &str,
    ) {
        let hint = || hint.to_owned();
        self.refuse(
            RejectionKind::WrongType,
            FindingCode::WrongType,
            found,
            expected,
            hint,
        );
    }

    fn refuse_body(
        &mut self,
        kind: RejectionKind,
        code: FindingCode,
        found: &str,
        expected: &str,
        message: String,
    ) {
        let found = shorten(found).into_owned();
        self.rejection.get_or_insert(Rejection {
            kind,
            pointer: String::new(),
            message,
        });
        self.report(|pointer| Finding::new(code, pointer, found, expected));
    }

    pub(crate) fn finish<T>(mut self, message: T) -> Reading<T> {
        for (code, times) in self.habits {
            let named = |finding: &&mut Finding| finding.code == code.name();
            if let Some(finding) = self.findings.iter_mut().find(named).filter(|_| times > 1) {
                let _ = write!(finding.found, ", and {} more like it", times - 1);
            }
        }
        if self.left_out > 0 {
            let found = format!("{} further findings", self.left_out);
            let expected = format!("at most {MOST_FINDINGS}");
            self.findings
                .push(Finding::new(FindingCode::MoreFindings, "", found, expected));
        }
        Reading {
            message: self.rejection.map_or(Ok(message), Err),
            findings: self.findings,
        }
    }
}
