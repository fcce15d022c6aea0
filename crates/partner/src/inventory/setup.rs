//! The inventory that a scenario starts with: drawn, imported, or written out in its file.

use std::sync::Arc;

use booking_api::feed::FeedProblem;
use jiff::Timestamp;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::MadeBy;
use super::generate::{self, MOST_DAYS, Order};
use super::import::{self, ImportFile, ImportOptions, OnError, ReadFile};
use crate::scenario::Settings;
use crate::scenario::home::Home;
use crate::scenario::one_or_many::OneOrMany;
use crate::store::StoreError;

/// What a scenario's inventory is made of.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Setup {
    /// Nothing: it springs into being.
    #[default]
    Empty,
    /// Businesses drawn from the seed.
    Generate(Vec<Order>),
    /// Feeds.
    Feeds(Arc<Vec<ReadFile>>),
}

impl Setup {
    /// Makes the inventory. Runs inside a transaction.
    ///
    /// # Errors
    /// [`StoreError`], also where a record cannot be taken.
    pub fn make(
        &self,
        connection: &Connection,
        settings: &Settings,
        seed: u64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        match self {
            Self::Empty => {}
            Self::Generate(orders) => {
                for order in orders {
                    generate::keep(connection, *order, false, seed, now)?;
                }
            }
            Self::Feeds(files) => {
                let options = ImportOptions {
                    on_error: OnError::Abort,
                    replace: false,
                };
                let (made_by, now_sec) = (MadeBy::Imported, now.as_second());
                let report = import::take(connection, files, options, settings, made_by, now_sec)?;
                if let Some(error) = report.first_error() {
                    return Err(StoreError::Refused(error));
                }
            }
        }
        Ok(())
    }
}

/// What can be booked at the start: either `generate`, or `import`, or records. Without, it springs
/// into being.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SetupFile {
    /// A business drawn from the seed, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub generate: OneOrMany<Order>,
    /// Feeds' files, beside the scenario's.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub import: OneOrMany<String>,
    /// Merchants, as they stand in feeds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merchants: Vec<Value>,
    /// Services, as they stand in feeds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<Value>,
    /// Availability, as it stands in feeds.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub availability: Vec<Value>,
}

/// Something wrong with a scenario's inventory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SetupFlaw {
    /// The field, as a JSON pointer from the inventory on.
    pub(crate) pointer: String,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: String,
}

impl SetupFlaw {
    fn new(pointer: impl Into<String>, message: impl Into<String>, hint: &str) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
            hint: hint.to_owned(),
        }
    }
}

impl SetupFile {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The records that are written out: the field here, the one in a feed, and they themselves.
    fn inline(&self) -> [(&'static str, &'static str, &Vec<Value>); 3] {
        [
            ("merchants", "merchant", &self.merchants),
            ("services", "service", &self.services),
            ("availability", "availability", &self.availability),
        ]
    }

    /// Reads what the file names.
    pub(crate) fn read(&self, home: &Home) -> Result<Setup, Vec<SetupFlaw>> {
        let is_inline = self.inline().iter().any(|(_, _, list)| !list.is_empty());
        let ways = [
            !self.generate.is_empty(),
            !self.import.is_empty(),
            is_inline,
        ];
        if ways.iter().filter(|way| **way).count() > 1 {
            let message = "An inventory has either generate, or import, or records.";
            return Err(vec![SetupFlaw::new("", message, "Keep one of them.")]);
        }
        if !self.generate.is_empty() {
            return self.orders();
        }
        let mut flaws = Vec::new();
        let mut files = Vec::new();
        for (name, field, records) in self.inline() {
            if !records.is_empty() {
                files.push(ImportFile {
                    name: name.to_owned(),
                    bytes: json!({ field: records }).to_string().into_bytes(),
                });
            }
        }
        for (index, name) in self.import.iter().enumerate() {
            match home.read(name) {
                Ok(bytes) => files.push(ImportFile {
                    name: name.clone(),
                    bytes,
                }),
                Err(why) => {
                    let message = format!("{name} cannot be imported. {why}");
                    let hint = "Name files that lie in the scenario's own folder.";
                    flaws.push(SetupFlaw::new(format!("/import/{index}"), message, hint));
                }
            }
        }
        let files = import::read(files);
        for file in &files {
            flaws.extend(file.errors().map(|error| self.flaw(is_inline, file, error)));
        }
        match (flaws.is_empty(), files.is_empty()) {
            (true, true) => Ok(Setup::Empty),
            (true, false) => Ok(Setup::Feeds(Arc::new(files))),
            (false, _) => Err(flaws),
        }
    }

    fn orders(&self) -> Result<Setup, Vec<SetupFlaw>> {
        let wrong = |order: &Order| !(1..=MOST_DAYS).contains(&order.days);
        let flaws: Vec<SetupFlaw> = self
            .generate
            .iter()
            .enumerate()
            .filter(|(_, order)| wrong(order))
            .map(|(index, _)| {
                let pointer = match self.generate.len() {
                    1 => "/generate/days".to_owned(),
                    _ => format!("/generate/{index}/days"),
                };
                let hint = format!("It is from 1 to {MOST_DAYS}.");
                SetupFlaw::new(pointer, "The number of days is out of range.", &hint)
            })
            .collect();
        match flaws.is_empty() {
            true => Ok(Setup::Generate(self.generate.to_vec())),
            false => Err(flaws),
        }
    }

    fn flaw(&self, is_inline: bool, file: &ReadFile, error: &FeedProblem) -> SetupFlaw {
        let FeedProblem {
            pointer,
            message,
            hint,
            ..
        } = error;
        if is_inline {
            // `/merchant/0/geo` of the feed is `/merchants/0/geo` here.
            let rest = pointer.splitn(3, '/').nth(2).unwrap_or_default();
            return SetupFlaw::new(format!("/{}/{rest}", file.name()), message.as_str(), hint);
        }
        let place = self.import.iter().position(|name| name == file.name());
        let message = format!("{}: {message}", file.name());
        SetupFlaw::new(format!("/import/{}", place.unwrap_or(0)), message, hint)
    }
}
