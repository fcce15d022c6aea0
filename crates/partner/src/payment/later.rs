//! What becomes of the money later (sections 4.3 and 4.4): given back, let go, kept, or taken as a
//! fee. Who may do what is in [`crate::merchant::moves`]; here is what it does to the account.

use booking_api::{Booking, PaymentInformation, PaymentProcessedBy, PrepaymentStatus, Price};
use jiff::Timestamp;
use rusqlite::Connection;

use super::ledger::{Account, Entry, EntryKind, sentence};
use super::status::{self, Trigger};
use crate::scenario::Settings;
use crate::store::{StoreError, ledger};

/// A booking's money, and the entries that a change adds to it.
#[derive(Clone, Debug, Default)]
pub struct Money {
    status: PrepaymentStatus,
    account: Account,
    new: Vec<(EntryKind, Price)>,
}

/// Who changes something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    /// The number of the request; 0 for the merchant and for timers.
    pub number: u64,
    /// The time.
    pub at: Timestamp,
}

impl Money {
    /// The money of a booking. Asks the store only where something was paid, held or secured.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn of(connection: &Connection, booking: &Booking) -> Result<Self, StoreError> {
        let information = booking.payment_information.as_ref();
        let status = information.map_or(PrepaymentStatus::NotProvided, |it| it.prepayment_status);
        if status != PrepaymentStatus::Provided {
            return Ok(Self {
                status,
                ..Self::default()
            });
        }
        let entries = ledger::of(connection, &booking.booking_id)?;
        let account = Account::of(&entries).map_err(|error| {
            // Only entries that fit are ever written.
            StoreError::Refused(error.to_string())
        })?;
        Ok(Self {
            status,
            account,
            new: Vec::new(),
        })
    }

    /// Whether there is anything to give back or let go: always where an earlier version kept no
    /// ledger.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status == PrepaymentStatus::Provided
            && (self.account.entries == 0 || self.account.is_open())
    }

    /// Whether the account holds what was paid, rather than a card that is kept for a fee.
    fn was_paid(&self, information: &PaymentInformation) -> bool {
        match self.account.entries {
            0 => information.no_show_fee.is_none() || information.deposit.is_some(),
            _ => self.account.balances().any(|(_, it)| it.balance() > 0),
        }
    }

    /// Whether what was paid must be given back on a cancel now: the deposit until its own limit, a
    /// prepayment as long as the guest can cancel online, limits included (sections 4.3, 10.36).
    /// `cancellable_until_sec` is the last second of that.
    #[must_use]
    pub fn is_due_back(
        &self,
        booking: &Booking,
        settings: &Settings,
        cancellable_until_sec: i64,
        now_sec: i64,
    ) -> bool {
        let Some(information) = &booking.payment_information else {
            return false;
        };
        if !self.is_open() || !self.was_paid(information) {
            return false;
        }
        let start_sec = booking.slot.as_ref().map_or(0, |slot| slot.start_sec);
        match &information.deposit {
            Some(deposit) => {
                let limit = start_sec.saturating_sub(deposit.min_advance_cancellation_sec);
                now_sec <= settings.limits.last(limit)
            }
            None => now_sec <= cancellable_until_sec,
        }
    }

    /// Gives everything back. `None` where the status machine has no such move.
    pub fn give_back(&mut self) -> Option<PrepaymentStatus> {
        let after = status::after(Some(self.status), Trigger::Refund)?;
        self.new = self.account.give_back();
        self.status = after;
        Some(after)
    }

    /// Lets go of what is only held, and keeps what was paid.
    pub fn let_go(&mut self) {
        self.new = self.account.let_go();
    }

    /// Takes the fee that the card was kept for; nothing where none was agreed.
    pub fn charge_fee(&mut self) {
        self.new = self.account.charge_fee();
    }

    /// Writes the new entries.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(
        &self,
        connection: &Connection,
        booking_id: &str,
        cause: Cause,
    ) -> Result<(), StoreError> {
        for (kind, amount) in &self.new {
            let entry = Entry {
                kind: *kind,
                amount: amount.clone(),
                at: cause.at,
                number: cause.number,
                payment_method: self.account.payment_method.clone(),
                processed_by: self.account.processed_by,
                text: sentence(*kind, amount, self.account.processed_by),
            };
            ledger::insert(connection, booking_id, &entry)?;
        }
        Ok(())
    }

    /// What the new entries say, one sentence each.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        let by: PaymentProcessedBy = self.account.processed_by;
        self.new
            .iter()
            .map(move |(kind, amount)| sentence(*kind, amount, by))
    }
}

/// The booking with another status of its payment.
#[must_use]
pub fn with_status(booking: Booking, prepayment_status: PrepaymentStatus) -> Booking {
    let information = booking.payment_information.unwrap_or_default();
    Booking {
        payment_information: Some(PaymentInformation {
            prepayment_status,
            ..information
        }),
        ..booking
    }
}
