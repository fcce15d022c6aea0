//! Bookings as the control API asks for them.

use super::Engine;
use crate::payment::ledger::Entry;
use crate::store::bookings::{BookingRow, EventRow, Wanted};
use crate::store::{StoreError, bookings, exchanges, ledger};

impl Engine {
    /// Bookings, newest first, below the row `before`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn bookings(
        &self,
        wanted: Wanted,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<BookingRow>, StoreError> {
        self.0
            .store
            .read(move |connection| bookings::list(connection, &wanted, before, limit))
            .await
    }

    /// One booking with what happened to it, each with the exchange that did it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn booking(
        &self,
        booking_id: String,
    ) -> Result<Option<(BookingRow, Vec<(EventRow, Option<u64>)>)>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| {
                let Some(row) = bookings::get(connection, &booking_id)? else {
                    return Ok(None);
                };
                // The first event is the row itself.
                let made = EventRow {
                    number: row.number,
                    at: row.created_at,
                    event: "created".to_owned(),
                    text: "Booked by the guest.".to_owned(),
                    status: bookings::first_status(connection, &booking_id)?,
                };
                let mut events = vec![made];
                events.extend(bookings::events(connection, &booking_id)?);
                let events = events
                    .into_iter()
                    .map(|event| {
                        // What the merchant did was done by no request.
                        let id = match event.number {
                            0 => None,
                            number => exchanges::id_of_number(connection, number, &booking_id)?,
                        };
                        Ok((event, id))
                    })
                    .collect::<Result<_, StoreError>>()?;
                Ok(Some((row, events)))
            })
            .await
    }

    /// A booking's ledger, oldest first, each entry with the exchange that caused it, if one did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ledger(
        &self,
        booking_id: String,
    ) -> Result<Vec<(Entry, Option<u64>)>, StoreError> {
        self.0.store.flush().await?;
        self.0
            .store
            .read(move |connection| {
                ledger::of(connection, &booking_id)?
                    .into_iter()
                    .map(|entry| {
                        let id = match entry.number {
                            0 => None,
                            number => exchanges::id_of_number(connection, number, &booking_id)?,
                        };
                        Ok((entry, id))
                    })
                    .collect()
            })
            .await
    }
}
