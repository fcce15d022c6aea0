//! The payment options that guests own, as the control API asks for them.

use serde_json::{Map, Value};

use super::Engine;
use crate::inventory::edit::Edited;
use crate::payment::options::{OwnedOption, given};
use crate::store::payment_options::{self, Wanted};
use crate::store::{StoreError, bookings};

impl Engine {
    /// Options with their rows, newest first, below the row `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payment_options(
        &self,
        wanted: Wanted,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<(i64, OwnedOption)>, StoreError> {
        self.0
            .store
            .read(move |connection| payment_options::list(connection, &wanted, before, limit))
            .await
    }

    /// One option; `None` where there is none of this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payment_option(&self, id: String) -> Result<Option<OwnedOption>, StoreError> {
        self.0
            .store
            .read(move |connection| payment_options::get(connection, &id))
            .await
    }

    /// The options that a booking is about: the one that was used or bought with it, and the one
    /// that was given in its place.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn payment_options_of(
        &self,
        booking_id: String,
    ) -> Result<Vec<OwnedOption>, StoreError> {
        self.0
            .store
            .read(move |connection| {
                let row = bookings::get(connection, &booking_id)?;
                let information = row.and_then(|row| row.booking.payment_information);
                let Some(information) = information else {
                    return Ok(Vec::new());
                };
                let used = match information.user_payment_option_id.as_str() {
                    "" => None,
                    id => payment_options::get(connection, id)?,
                };
                let given = payment_options::given_for(connection, &booking_id)?;
                Ok(used.into_iter().chain(given).collect())
            })
            .await
    }

    /// Gives a guest an option.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn give_payment_option(&self, fields: Map<String, Value>) -> Edited<OwnedOption> {
        let now = self.0.clock.now();
        self.0
            .store
            .write(move |connection| given::give_fields(connection, fields, now))
            .await
    }

    /// Changes an option by a JSON merge patch.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn change_payment_option(
        &self,
        id: String,
        patch: Map<String, Value>,
    ) -> Edited<OwnedOption> {
        let now = self.0.clock.now();
        self.0
            .store
            .write(move |connection| given::change(connection, &id, patch, now))
            .await
    }
}
