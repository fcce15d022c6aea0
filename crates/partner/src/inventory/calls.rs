//! What the control API and the command line ask of the engine about its inventory.

use booking_api::feed::{FeedKind, RulesKey};
use serde_json::{Map, Value};
use tokio::sync::watch;

use super::edit::{Edit, EditError};
use super::generate::{self, Order};
use super::import::{self, ImportFile, ImportOptions, ImportReport};
use super::lists::{self, Counts, MerchantRow, ServiceRow, SlotDetails, SlotQuery};
use super::{MadeBy, export};
use crate::Engine;
use crate::scenario::SchedulingRulesKey;
use crate::store::StoreError;

/// What came of an edit: the outer error is the store's, the inner one the caller's.
type Edited<T> = Result<Result<T, EditError>, StoreError>;

impl Engine {
    /// How much inventory there is, and word of each change, that of free places included.
    #[must_use]
    pub fn inventory_changed(&self) -> watch::Receiver<Counts> {
        self.inventory().subscribe()
    }

    /// Takes files in. A bad record is left out, or nothing is taken, as asked.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was taken.
    pub async fn import(
        &self,
        files: Vec<ImportFile>,
        options: ImportOptions,
    ) -> Result<ImportReport, StoreError> {
        let files = tokio::task::spawn_blocking(move || import::read(files))
            .await
            .map_err(|_| StoreError::Refused("the files could not be read".to_owned()))?;
        let engine = self.clone();
        let now_sec = self.clock().now().as_second();
        let work = move |connection: &rusqlite::Connection| {
            let scenario = engine.scenario();
            let settings = &scenario.settings;
            let made_by = MadeBy::Imported;
            let report = import::take(connection, &files, options, settings, made_by, now_sec)?;
            Ok((report, lists::counts(connection)?))
        };
        let (report, counts) = self.store().write(work).await?;
        self.inventory().send_replace(counts);
        Ok(report)
    }

    /// Draws a business from a seed; with `replace`, all else goes that no booking holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn generate(&self, order: Order, replace: bool) -> Result<Counts, StoreError> {
        let (seed, now) = (self.seed(), self.clock().now());
        let work = move |connection: &rusqlite::Connection| {
            let made = generate::keep(connection, order, replace, seed, now)?;
            Ok((made, lists::counts(connection)?))
        };
        let (made, counts) = self.store().write(work).await?;
        self.inventory().send_replace(counts);
        Ok(made)
    }

    /// One feed, complete, in one file.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn feed(&self, kind: FeedKind) -> Result<String, StoreError> {
        let now = self.clock().now();
        let rules = match self.scenario().settings.scheduling_rules_key {
            SchedulingRulesKey::SchedulingRules => RulesKey::SchedulingRules,
            SchedulingRulesKey::Rules => RulesKey::Rules,
        };
        let work =
            move |connection: &rusqlite::Connection| export::feed(connection, kind, rules, now);
        self.store().read(work).await
    }

    /// Merchants whose id, name or category holds `words`, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn merchants(
        &self,
        words: String,
        after: String,
        limit: usize,
    ) -> Result<Vec<MerchantRow>, StoreError> {
        let work = move |connection: &rusqlite::Connection| {
            lists::merchants(connection, None, &words, &after, limit)
        };
        self.store().read(work).await
    }

    /// Services of one merchant or all, in the order of their ids.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn services(
        &self,
        merchant_id: Option<String>,
        after: (String, String),
        limit: usize,
    ) -> Result<Vec<ServiceRow>, StoreError> {
        let work = move |connection: &rusqlite::Connection| {
            let after = (after.0.as_str(), after.1.as_str());
            lists::services(connection, merchant_id.as_deref(), None, after, limit)
        };
        self.store().read(work).await
    }

    /// Slots in the order of their start.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn slots(&self, query: SlotQuery) -> Result<Vec<SlotDetails>, StoreError> {
        let now_sec = self.clock().now().as_second();
        let work =
            move |connection: &rusqlite::Connection| lists::slots(connection, &query, now_sec);
        self.store().read(work).await
    }

    /// Makes a slot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_slot(&self, body: Map<String, Value>) -> Edited<SlotDetails> {
        self.edit(move |edit| edit.create_slot(&body)).await
    }

    /// Changes a slot by a JSON merge patch.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn patch_slot(&self, slot_id: i64, body: Map<String, Value>) -> Edited<SlotDetails> {
        self.edit(move |edit| edit.patch_slot(slot_id, &body)).await
    }

    /// Deletes a slot that nobody holds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_slot(&self, slot_id: i64) -> Edited<()> {
        self.edit(move |edit| edit.delete_slot(slot_id)).await
    }

    /// Changes a merchant by a JSON merge patch.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn patch_merchant(
        &self,
        merchant_id: String,
        body: Map<String, Value>,
    ) -> Edited<MerchantRow> {
        self.edit(move |edit| edit.patch_merchant(&merchant_id, &body))
            .await
    }

    /// Changes a service by a JSON merge patch.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn patch_service(
        &self,
        merchant_id: String,
        service_id: String,
        body: Map<String, Value>,
    ) -> Edited<ServiceRow> {
        self.edit(move |edit| edit.patch_service(&merchant_id, &service_id, &body))
            .await
    }

    async fn edit<T: Send + 'static>(
        &self,
        change: impl FnOnce(Edit<'_>) -> Edited<T> + Send + 'static,
    ) -> Edited<T> {
        let engine = self.clone();
        let now = self.clock().now();
        let work = move |connection: &rusqlite::Connection| {
            let scenario = engine.scenario();
            let edited = change(Edit {
                connection,
                settings: &scenario.settings,
                now,
            })?;
            Ok((edited, lists::counts(connection)?))
        };
        let (edited, counts) = self.store().write(work).await?;
        if edited.is_ok() {
            self.inventory().send_replace(counts);
        }
        Ok(edited)
    }
}
