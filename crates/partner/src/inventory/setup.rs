//! The inventory that a scenario starts with: drawn, imported, or written out in its file.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Deserialize;
use serde_json::{Value, json};

use super::MadeBy;
use super::generate::{self, MOST_DAYS, Order};
use super::import::{self, ImportFile, ImportOptions, OnError, ReadFile};
use crate::scenario::Settings;
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

/// The key `inventory` of a scenario's file: one way in at a time.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SetupFile {
    /// A business, or several.
    generate: Option<Orders>,
    /// Feeds' files, beside the scenario's.
    import: Vec<String>,
    /// Records, as they stand in feeds.
    merchants: Vec<Value>,
    services: Vec<Value>,
    availability: Vec<Value>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Orders {
    One(Order),
    Several(Vec<Order>),
}

impl SetupFile {
    /// Reads what the file names. Errors are sentences.
    pub(crate) fn read(self, folder: Option<&Path>) -> Result<Setup, String> {
        let inline = [
            ("merchant", self.merchants),
            ("service", self.services),
            ("availability", self.availability),
        ];
        let is_inline = inline.iter().any(|(_, records)| !records.is_empty());
        let ways = [self.generate.is_some(), !self.import.is_empty(), is_inline];
        if ways.iter().filter(|way| **way).count() > 1 {
            return Err("inventory has either generate, or import, or records.".to_owned());
        }
        if let Some(orders) = self.generate {
            let orders = match orders {
                Orders::One(order) => vec![order],
                Orders::Several(orders) => orders,
            };
            if orders
                .iter()
                .any(|order| !(1..=MOST_DAYS).contains(&order.days))
            {
                return Err(format!("inventory.generate.days is 1 to {MOST_DAYS}."));
            }
            return Ok(Setup::Generate(orders));
        }
        let files: Vec<ImportFile> = if is_inline {
            inline
                .into_iter()
                .filter(|(_, records)| !records.is_empty())
                .map(|(name, records)| ImportFile {
                    name: format!("inventory ({name})"),
                    bytes: json!({ name: records }).to_string().into_bytes(),
                })
                .collect()
        } else {
            let read = |name: String| {
                let path = folder.unwrap_or(Path::new(".")).join(&name);
                match std::fs::read(&path) {
                    Ok(bytes) => Ok(ImportFile { name, bytes }),
                    Err(error) => Err(format!("{} cannot be read: {error}.", path.display())),
                }
            };
            self.import
                .into_iter()
                .map(read)
                .collect::<Result<_, _>>()?
        };
        if files.is_empty() {
            return Ok(Setup::Empty);
        }
        let files = import::read(files);
        match files.iter().find_map(ReadFile::first_error) {
            Some(error) => Err(error),
            None => Ok(Setup::Feeds(Arc::new(files))),
        }
    }
}
