//! A feed's file, taken apart record by record, so that one bad record does not take the others
//! with it, and so that each problem has its place.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::availability::{Availability, ResourcesRestrict};
use super::merchant::FeedMerchant;
use super::metadata::FeedMetadata;
use super::service::FeedService;
use crate::finding::{Finding, Severity};
use crate::json::message::nearest;
use crate::json::{Message, message, read};
use crate::required::Required;

/// Past this many problems of one file the rest is counted, not kept.
const MOST_PROBLEMS: usize = 1_000;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedKind {
    /// Merchants.
    Merchants,
    /// Services.
    Services,
    /// Slots.
    Availability,
}

/// A record and where it stood.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<T> {
    /// The record.
    pub message: T,
    /// Its JSON pointer.
    pub pointer: String,
}

/// One element of `service_availability`: slots, and what they replace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Restricts {
    /// Only slots that start then or later.
    pub start_sec: Option<i64>,
    /// Only slots that start before then.
    pub end_sec: Option<i64>,
    /// Only slots of this merchant.
    pub merchant_id: Option<String>,
    /// Only slots of this service.
    pub service_id: Option<String>,
    /// Only slots of this length.
    pub duration_sec: Option<i64>,
    /// Only slots with this staff and room.
    pub resources: Option<ResourcesRestrict>,
}

impl Restricts {
    /// Whether nothing is narrowed: a complete feed.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        *self == Self::default()
    }
}

/// Something wrong, or odd, with a file or a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedProblem {
    /// An error leaves the record out; a warning does not.
    pub severity: Severity,
    /// The JSON pointer; empty for the file as a whole.
    pub pointer: String,
    /// One sentence.
    pub message: String,
    /// What to do; may be empty.
    pub hint: String,
}

/// A file that was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedFile {
    /// What it holds; `None` where that could not be told.
    pub kind: Option<FeedKind>,
    /// What it says about itself.
    pub metadata: Option<FeedMetadata>,
    /// Its merchants.
    pub merchants: Vec<Record<FeedMerchant>>,
    /// Its services.
    pub services: Vec<Record<FeedService>>,
    /// Its lists of slots.
    pub availability: Vec<(Restricts, Vec<Record<Availability>>)>,
    /// What is wrong or odd, in the order of the file.
    pub problems: Vec<FeedProblem>,
    /// Problems that were counted and left out.
    pub more_problems: usize,
    /// How many of all problems are errors.
    pub errors: usize,
}

message! {
    /// What narrows a list of slots.
    struct ServiceAvailability ["8.5"] {
        /// From when.
        start_timestamp_restrict: i64,
        /// Until when.
        end_timestamp_restrict: i64,
        /// Which merchant.
        merchant_id_restrict: String,
        /// Which service.
        service_id_restrict: String,
        /// Which length.
        duration_restrict_sec: i64,
        /// Which staff and room.
        resources_restrict: Option<ResourcesRestrict>,
    }
}

type Fields<'a> = BTreeMap<String, &'a RawValue>;

/// Takes a feed's file apart.
///
/// Reads `{metadata, merchant[]}`, `{metadata, service[]}` and `{metadata, service_availability[]}`,
/// and a bare `{availability[]}`, which is one element of the last. Never fails: what cannot be
/// used is a problem.
///
/// Reference: sections 8.2 to 8.5.
#[must_use]
pub fn read_feed(bytes: &[u8]) -> FeedFile {
    let mut file = FeedFile::default();
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let at = error.valid_up_to();
            let message = format!("The file is not valid UTF-8: byte {at} starts no character.");
            file.error("", message, "Save it as UTF-8; gzip is taken too.");
            return file;
        }
    };
    let fields: Fields<'_> = match serde_json::from_str(text) {
        Ok(fields) => fields,
        Err(error) => {
            let (message, hint) = malformed(&error);
            file.error("", message, hint);
            return file;
        }
    };
    file.fields(&fields);
    file
}

fn malformed(error: &serde_json::Error) -> (String, &'static str) {
    let (line, column) = (error.line(), error.column());
    if error.is_data() {
        return (
            "The file is not a JSON object.".to_owned(),
            "A feed is {\"metadata\":{…},\"merchant\":[…]}, or has service or service_availability.",
        );
    }
    let full = error.to_string();
    let what = full.strip_suffix(&format!(" at line {line} column {column}"));
    let what = what.unwrap_or(&full);
    (
        format!("The file is not valid JSON: {what} (line {line}, column {column})."),
        "Nothing of a file that is not JSON can be taken: mend it there.",
    )
}

impl FeedFile {
    fn fields(&mut self, fields: &Fields<'_>) {
        const KNOWN: &[&str] = &[
            "metadata",
            "merchant",
            "service",
            "service_availability",
            "availability",
        ];
        let mut kinds = Vec::new();
        for (name, raw) in fields {
            let pointer = pointer_of("", name);
            match name.as_str() {
                "metadata" => self.metadata = self.message(raw, &pointer),
                "merchant" => {
                    kinds.push(FeedKind::Merchants);
                    self.merchants = self.records(raw, &pointer);
                }
                "service" => {
                    kinds.push(FeedKind::Services);
                    self.services = self.records(raw, &pointer);
                }
                "service_availability" | "serviceAvailability" => {
                    kinds.push(FeedKind::Availability);
                    for (place, raw) in self.list(raw, &pointer).into_iter().enumerate() {
                        self.service_availability(raw, &format!("{pointer}/{place}"));
                    }
                }
                "availability" => {
                    kinds.push(FeedKind::Availability);
                    let records = self.records(raw, &pointer);
                    self.availability.push((Restricts::default(), records));
                }
                other => {
                    let hint = match nearest(other, KNOWN.iter().copied()) {
                        Some(name) => format!("Did you mean {name}?"),
                        None => format!("A feed has: {}.", KNOWN.join(", ")),
                    };
                    self.warning(&pointer, format!("A feed has no field \"{other}\"."), hint);
                }
            }
        }
        kinds.dedup();
        match kinds[..] {
            [kind] => self.kind = Some(kind),
            [] => self.error(
                "",
                "The file holds no records.".to_owned(),
                "A feed has merchant, service or service_availability.",
            ),
            _ => {
                self.error(
                    "",
                    "The file holds records of several kinds.".to_owned(),
                    "Send merchants, services and availability in a file each.",
                );
                self.merchants.clear();
                self.services.clear();
                self.availability.clear();
            }
        }
    }

    fn service_availability(&mut self, raw: &RawValue, pointer: &str) {
        let fields: Fields<'_> = match serde_json::from_str(raw.get()) {
            Ok(fields) => fields,
            Err(_) => {
                let message = format!("{pointer}: found no object.");
                self.error(pointer, message, "An element is {\"availability\":[…]}.");
                return;
            }
        };
        // The restricts are read without the list, which may be long.
        let mut restricts = String::from("{");
        for (name, raw) in &fields {
            if name == "availability" {
                continue;
            }
            if restricts.len() > 1 {
                restricts.push(',');
            }
            restricts.push_str(&serde_json::Value::from(name.as_str()).to_string());
            restricts.push(':');
            restricts.push_str(raw.get());
        }
        restricts.push('}');
        let Some(read) = self.read::<ServiceAvailability>(&restricts, pointer) else {
            return;
        };
        let given = |value: i64| (value != 0).then_some(value);
        let named = |value: String| (!value.is_empty()).then_some(value);
        let restricts = Restricts {
            start_sec: given(read.start_timestamp_restrict),
            end_sec: given(read.end_timestamp_restrict),
            merchant_id: named(read.merchant_id_restrict),
            service_id: named(read.service_id_restrict),
            duration_sec: given(read.duration_restrict_sec),
            resources: read.resources_restrict,
        };
        let records = match fields.get("availability") {
            Some(raw) => self.records(raw, &pointer_of(pointer, "availability")),
            None => Vec::new(),
        };
        self.availability.push((restricts, records));
    }

    fn records<T: Required>(&mut self, raw: &RawValue, pointer: &str) -> Vec<Record<T>> {
        let items = self.list(raw, pointer);
        let mut records = Vec::with_capacity(items.len());
        for (place, raw) in items.into_iter().enumerate() {
            let pointer = format!("{pointer}/{place}");
            let Some(message) = self.message::<T>(raw, &pointer) else {
                continue;
            };
            let missing = message.missing();
            if missing.is_empty() {
                records.push(Record { message, pointer });
                continue;
            }
            for finding in missing {
                self.finding(&finding, &pointer);
            }
        }
        records
    }

    fn list<'a>(&mut self, raw: &'a RawValue, pointer: &str) -> Vec<&'a RawValue> {
        serde_json::from_str(raw.get()).unwrap_or_else(|_| {
            let message = format!("{pointer}: found no list.");
            self.error(pointer, message, "Records stand in a JSON array.");
            Vec::new()
        })
    }

    fn message<T: Message>(&mut self, raw: &RawValue, pointer: &str) -> Option<T> {
        self.read(raw.get(), pointer)
    }

    fn read<T: Message>(&mut self, text: &str, pointer: &str) -> Option<T> {
        let reading = read::<T>(text.as_bytes());
        for finding in &reading.findings {
            if finding.severity > Severity::Info {
                self.finding(finding, pointer);
            }
        }
        reading.message.ok()
    }

    fn finding(&mut self, finding: &Finding, at: &str) {
        let pointer = format!("{at}{}", finding.pointer);
        let message = format!(
            "{pointer}: found {}, expected {}.",
            finding.found, finding.expected
        );
        let hint = finding.hint.clone();
        self.problem(finding.severity, &pointer, message, hint);
    }

    fn error(&mut self, pointer: &str, message: String, hint: &str) {
        self.problem(Severity::Error, pointer, message, hint.to_owned());
    }

    fn warning(&mut self, pointer: &str, message: String, hint: String) {
        self.problem(Severity::Warning, pointer, message, hint);
    }

    /// Adds a problem, or counts it where there are many.
    pub fn problem(&mut self, severity: Severity, pointer: &str, message: String, hint: String) {
        self.errors += usize::from(severity == Severity::Error);
        if self.problems.len() >= MOST_PROBLEMS {
            self.more_problems += 1;
            return;
        }
        self.problems.push(FeedProblem {
            severity,
            pointer: pointer.to_owned(),
            message,
            hint,
        });
    }
}

fn pointer_of(at: &str, name: &str) -> String {
    let name: Cow<'_, str> = if name.contains(['~', '/']) {
        name.replace('~', "~0").replace('/', "~1").into()
    } else {
        name.into()
    };
    format!("{at}/{name}")
}
