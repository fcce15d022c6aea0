//! The engine's merchant: what a person does with a booking, and what can be told of it.

use std::sync::Arc;

use booking_api::{BookingFailure, Cause, CreditCardType};

use super::{Engine, Inner};
use crate::behaviour::UnknownInventory;
use crate::behaviour::snapshot::Snapshot;
use crate::chance::Chance;
use crate::merchant::act::Situation;
use crate::merchant::lifeline::{self, Lifeline};
use crate::merchant::{Order, Refused, act, reply};
use crate::store::{StoreError, bookings};

impl Inner {
    /// What orders and timers stand on now.
    pub(super) fn situation<'s>(&self, snapshot: &'s Snapshot) -> Situation<'s> {
        let unknown = snapshot.behaviour.unknown_inventory;
        Situation {
            settings: &snapshot.scenario.settings,
            now: self.clock.now(),
            accepts_unknown: unknown == UnknownInventory::Accept,
            seed: self.stage.seed(),
        }
    }
}

impl Engine {
    /// Does with a booking what the merchant orders.
    ///
    /// # Errors
    /// [`StoreError`]; and [`Refused`], where nothing was changed and nothing is sent.
    pub async fn act(
        &self,
        booking_id: String,
        order: Order,
    ) -> Result<Result<(), Refused>, StoreError> {
        let inner = Arc::clone(&self.0);
        let done = self
            .0
            .store
            .write(move |connection| {
                let snapshot = inner.control.current();
                let situation = inner.situation(&snapshot);
                act::act(connection, situation, &booking_id, &order)
            })
            .await?;
        if done.is_ok() {
            self.0.bookings.send_modify(|_| {});
            self.timers_taken();
        }
        Ok(done)
    }

    /// A failure in its legal form for [`Order::Fail`]; the dice are the booking's own. `None`
    /// where a pending booking cannot fail with this cause.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn failure_of(
        &self,
        booking_id: String,
        cause: Option<Cause>,
        card: Option<CreditCardType>,
        description: Option<&str>,
        booking_url: &str,
    ) -> Result<Option<BookingFailure>, StoreError> {
        let row = self
            .0
            .store
            .read(move |connection| bookings::get(connection, &booking_id))
            .await?;
        let number = row.map_or(0, |row| row.number);
        let chance = Chance::new(self.seed(), number);
        Ok(reply::failure(
            cause,
            card,
            description,
            chance,
            booking_url,
        ))
    }

    /// What can be done with a booking, who said what to whom, and the e-mails; `None` where
    /// there never was such a booking.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn lifeline(&self, booking_id: String) -> Result<Option<Lifeline>, StoreError> {
        self.0.store.flush().await?;
        let inner = Arc::clone(&self.0);
        let now = self.0.clock.now();
        self.0
            .store
            .read(move |connection| {
                let settings = &inner.control.current().scenario.settings;
                lifeline::tell(connection, settings, &booking_id, now)
            })
            .await
    }
}
