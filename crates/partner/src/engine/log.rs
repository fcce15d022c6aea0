//! The log as the control API asks for it.

use std::sync::Arc;

use super::Engine;
use crate::exchange::query::Query;
use crate::exchange::{Exchange, Summary};
use crate::store::{StoreError, exchanges};
use crate::verify::{Question, Verdict, VerifyError};

impl Engine {
    /// Exchanges that fit the query, newest first, and where the next page starts.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchanges(&self, query: Query) -> Result<(Vec<Summary>, Option<u64>), StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| exchanges::query(connection, &query))
            .await
    }

    /// Up to `limit` summaries behind the cursor, oldest first: from memory where it reaches
    /// back that far, else from the store.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchanges_after(
        &self,
        cursor: u64,
        limit: usize,
    ) -> Result<Vec<Arc<Summary>>, StoreError> {
        if let Some(rows) = self.0.log.after(cursor, limit) {
            return Ok(rows);
        }
        self.0.store.flush().await?;
        let rows = self
            .0
            .store
            .read(move |connection| exchanges::after(connection, cursor, limit))
            .await?;
        Ok(rows.into_iter().map(Arc::new).collect())
    }

    /// One exchange with everything.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchange(&self, id: u64) -> Result<Option<Exchange>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| exchanges::get(connection, id))
            .await
    }

    /// Up to `limit` whole exchanges from `first` on, oldest first, for exports.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn exchange_page(
        &self,
        first: u64,
        limit: usize,
    ) -> Result<Vec<Exchange>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| exchanges::page(connection, first, limit))
            .await
    }

    /// Looks for exchanges since the last reset, also those that the log dropped or cleared.
    ///
    /// # Errors
    /// [`VerifyError`].
    pub async fn verify(&self, question: Question) -> Result<Verdict, VerifyError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| {
                Ok(question.verdict(&|visitor| exchanges::dropped::read_all(connection, visitor)))
            })
            .await?
    }

    /// Clears the log; bookings stay, and verifications still count what it held.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn clear_exchanges(&self) -> Result<(), StoreError> {
        let log = Arc::clone(&self.0.log);
        self.0
            .store
            .write(move |connection| {
                let waiting = log.clear(exchanges::clear(connection)?, false);
                exchanges::dropped::keep(connection, &waiting)
            })
            .await
    }
}
