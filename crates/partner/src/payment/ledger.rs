//! The ledger: for each booking what was authorised, captured, held, released, refunded and
//! charged, and what that adds up to. Pure; the rows are in [`crate::store::ledger`].
//!
//! Whoever handles the money, the partner or the aggregator, the account is the same.

use std::collections::BTreeMap;

use booking_api::{PaymentProcessedBy, PrepaymentStatus, Price};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use utoipa::ToSchema;

use super::in_words;
use crate::names::{name_of, named};

/// What an entry says of its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// The card is good for it; nothing is taken yet.
    Authorised,
    /// What was authorised is taken.
    Captured,
    /// The card is kept for a fee that may become due.
    Held,
    /// What was held or authorised is let go.
    Released,
    /// What was taken is given back.
    Refunded,
    /// The no-show fee is taken.
    FeeCharged,
    /// A use of the guest's payment option is taken. Like the next one it has no amount.
    OptionUsed,
    /// That use is given back.
    OptionReturned,
    /// The guest gets a payment option for what was taken, which stays with the merchant.
    Credited,
}

impl EntryKind {
    /// All kinds with their names, in JSON and in the table.
    pub const NAMES: [(Self, &'static str); 9] = [
        (Self::Authorised, "authorised"),
        (Self::Captured, "captured"),
        (Self::Held, "held"),
        (Self::Released, "released"),
        (Self::Refunded, "refunded"),
        (Self::FeeCharged, "fee_charged"),
        (Self::OptionUsed, "option_used"),
        (Self::OptionReturned, "option_returned"),
        (Self::Credited, "credited"),
    ];

    /// The name, in JSON and in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, &self)
    }

    /// The kind of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        named(&Self::NAMES, name)
    }
}

/// One line of a booking's ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it says of the amount.
    pub kind: EntryKind,
    /// The amount.
    pub amount: Price,
    /// When, by the engine's clock.
    pub at: Timestamp,
    /// The number of the request that caused it; 0 where the merchant or a timer did.
    pub number: u64,
    /// The processor's durable id of the card, never the token that came with the request; or the
    /// guest's payment option of which a use is taken or given back.
    pub payment_method: String,
    /// Who handled it.
    pub processed_by: PaymentProcessedBy,
    /// The same in a sentence.
    pub text: String,
}

/// What an account holds in one currency, in micros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    /// Authorised and not yet captured or released.
    pub authorised: i64,
    /// Kept on the card for a fee.
    pub held: i64,
    /// Ever kept on the card for a fee: what a fee charge takes.
    pub ever_held: i64,
    /// Ever captured.
    pub captured: i64,
    /// Ever charged as a fee.
    pub fees: i64,
    /// Ever given back.
    pub refunded: i64,
    /// Of what was taken: for what the guest got a payment option instead of money.
    pub credited: i64,
}

impl Balance {
    /// What the guest has paid and not got back.
    #[must_use]
    pub fn balance(&self) -> i64 {
        self.captured
            .saturating_add(self.fees)
            .saturating_sub(self.refunded)
    }

    /// What could be given back: what was paid, and not credited instead.
    fn refundable(&self) -> i64 {
        self.balance().saturating_sub(self.credited)
    }

    fn is_open(&self) -> bool {
        self.authorised > 0 || self.held > 0 || self.refundable() > 0
    }
}

/// An entry that does not fit those before it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind:?} of {amount} does not fit the entries before it")]
pub struct Misfit {
    /// Its kind.
    pub kind: EntryKind,
    /// Its amount, in words.
    pub amount: String,
}

/// A booking's entries added up, by currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    balances: BTreeMap<String, Balance>,
    /// How many entries there are.
    pub entries: usize,
    /// Whether something was given back or let go.
    pub returned: bool,
    /// The durable id of the card that was paid with.
    pub payment_method: String,
    /// The guest's payment option of which a use is taken; empty where none is, or not any more.
    pub option: String,
    /// Whether a use was given back, or a payment option given instead of money.
    pub credited: bool,
    /// Who handles the money.
    pub processed_by: PaymentProcessedBy,
}

impl Account {
    /// Adds entries up, oldest first.
    ///
    /// # Errors
    /// [`Misfit`] for the first one that cannot be: nothing is captured that was not authorised,
    /// and nothing given back that was not taken.
    pub fn of(entries: &[Entry]) -> Result<Self, Misfit> {
        let mut account = Self::default();
        for entry in entries {
            account.add(entry)?;
        }
        Ok(account)
    }

    fn add(&mut self, entry: &Entry) -> Result<(), Misfit> {
        let misfit = || Misfit {
            kind: entry.kind,
            amount: in_words(&entry.amount),
        };
        let amount = entry.amount.price_micros;
        if amount < 0 {
            return Err(misfit());
        }
        match entry.kind {
            EntryKind::OptionUsed if self.option.is_empty() && amount == 0 => {
                self.option.clone_from(&entry.payment_method);
                return self.added(entry);
            }
            EntryKind::OptionReturned if self.option == entry.payment_method && amount == 0 => {
                self.option.clear();
                self.credited = true;
                return self.added(entry);
            }
            EntryKind::OptionUsed | EntryKind::OptionReturned => return Err(misfit()),
            _ => {}
        }
        let balance = self
            .balances
            .entry(entry.amount.currency_code.clone())
            .or_default();
        let plus = |place: &mut i64| match place.checked_add(amount) {
            Some(sum) => {
                *place = sum;
                Ok(())
            }
            None => Err(misfit()),
        };
        match entry.kind {
            EntryKind::Authorised => plus(&mut balance.authorised)?,
            EntryKind::Captured => {
                if balance.authorised < amount {
                    return Err(misfit());
                }
                balance.authorised -= amount;
                plus(&mut balance.captured)?;
            }
            EntryKind::Held => {
                plus(&mut balance.held)?;
                plus(&mut balance.ever_held)?;
            }
            EntryKind::Released if balance.held >= amount => balance.held -= amount,
            EntryKind::Released if balance.authorised >= amount => balance.authorised -= amount,
            EntryKind::Refunded if balance.refundable() >= amount => plus(&mut balance.refunded)?,
            EntryKind::Credited if balance.refundable() >= amount => {
                plus(&mut balance.credited)?;
                self.credited = true;
            }
            EntryKind::Released
            | EntryKind::Refunded
            | EntryKind::Credited
            | EntryKind::OptionUsed
            | EntryKind::OptionReturned => return Err(misfit()),
            EntryKind::FeeCharged => {
                balance.held -= balance.held.min(amount);
                plus(&mut balance.fees)?;
            }
        }
        self.returned |= matches!(entry.kind, EntryKind::Released | EntryKind::Refunded);
        self.payment_method.clone_from(&entry.payment_method);
        self.added(entry)
    }

    fn added(&mut self, entry: &Entry) -> Result<(), Misfit> {
        self.entries += 1;
        self.processed_by = entry.processed_by;
        Ok(())
    }

    /// What it holds, by currency.
    pub fn balances(&self) -> impl Iterator<Item = (&str, &Balance)> {
        self.balances
            .iter()
            .map(|(code, balance)| (code.as_str(), balance))
    }

    /// Whether there is anything left to give back or let go.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.balances.values().any(Balance::is_open)
    }

    /// What gives everything back: money that was taken, and what is held.
    #[must_use]
    pub fn give_back(&self) -> Vec<(EntryKind, Price)> {
        let mut steps = self.let_go();
        for (code, balance) in &self.balances {
            push(&mut steps, EntryKind::Refunded, balance.refundable(), code);
        }
        steps.extend(self.give_use_back());
        steps
    }

    /// What gives the use of a payment option back; nothing where none is taken.
    #[must_use]
    pub fn give_use_back(&self) -> Option<(EntryKind, Price)> {
        let taken = !self.option.is_empty();
        taken.then(|| (EntryKind::OptionReturned, Price::default()))
    }

    /// What lets go of all that is only held, and notes that the guest gets a payment option for
    /// what was taken.
    #[must_use]
    pub fn credit(&self) -> Vec<(EntryKind, Price)> {
        let mut steps = self.let_go();
        for (code, balance) in &self.balances {
            push(&mut steps, EntryKind::Credited, balance.refundable(), code);
        }
        steps
    }

    /// What lets go of all that is only held, and keeps what was taken.
    #[must_use]
    pub fn let_go(&self) -> Vec<(EntryKind, Price)> {
        let mut steps = Vec::new();
        for (code, balance) in &self.balances {
            push(&mut steps, EntryKind::Released, balance.held, code);
            push(&mut steps, EntryKind::Released, balance.authorised, code);
        }
        steps
    }

    /// What lets go of the card that is kept for a fee; what is authorised stays.
    #[must_use]
    pub fn let_go_of_card(&self) -> Vec<(EntryKind, Price)> {
        let mut steps = Vec::new();
        for (code, balance) in &self.balances {
            push(&mut steps, EntryKind::Released, balance.held, code);
        }
        steps
    }

    /// What captures all that is authorised.
    #[must_use]
    pub fn capture(&self) -> Vec<(EntryKind, Price)> {
        let mut steps = Vec::new();
        for (code, balance) in &self.balances {
            push(&mut steps, EntryKind::Captured, balance.authorised, code);
        }
        steps
    }

    /// What takes the fee that the card was kept for. Nothing where none was agreed, or where it
    /// was taken already.
    #[must_use]
    pub fn charge_fee(&self) -> Vec<(EntryKind, Price)> {
        let mut steps = Vec::new();
        for (code, balance) in &self.balances {
            let due = balance.ever_held.saturating_sub(balance.fees);
            push(&mut steps, EntryKind::FeeCharged, due, code);
        }
        steps
    }

    /// Whether it fits what the booking says of its payment (section 4.4).
    #[must_use]
    pub fn fits(&self, status: PrepaymentStatus) -> bool {
        match status {
            PrepaymentStatus::Unspecified | PrepaymentStatus::NotProvided => self.entries == 0,
            PrepaymentStatus::Provided => {
                let refunded = self.balances.values().any(|it| it.refunded > 0);
                self.entries > 0 && !refunded && !self.credited
            }
            PrepaymentStatus::Refunded => {
                self.returned && !self.is_open() && self.option.is_empty()
            }
            PrepaymentStatus::Credited => {
                let held = |it: &Balance| it.held > 0 || it.authorised > 0;
                self.credited && self.option.is_empty() && !self.balances.values().any(held)
            }
        }
    }
}

fn push(steps: &mut Vec<(EntryKind, Price)>, kind: EntryKind, price_micros: i64, code: &str) {
    if price_micros > 0 {
        let amount = Price {
            price_micros,
            currency_code: code.to_owned(),
            ..Price::default()
        };
        steps.push((kind, amount));
    }
}

/// What an entry says, in a sentence.
#[must_use]
pub fn sentence(kind: EntryKind, amount: &Price, by: PaymentProcessedBy) -> String {
    let amount = in_words(amount);
    let who = match by {
        PaymentProcessedBy::Google => "The aggregator",
        _ => "The processor",
    };
    match kind {
        EntryKind::Authorised => format!("{who} authorised {amount}."),
        EntryKind::Captured => format!("{who} captured {amount}."),
        EntryKind::Held => format!("{who} keeps the card for a fee of up to {amount}."),
        EntryKind::Released => format!("{who} let go of {amount}."),
        EntryKind::Refunded => format!("{who} gave {amount} back."),
        EntryKind::FeeCharged => format!("{who} took the no-show fee of {amount}."),
        EntryKind::OptionUsed => "A use of the guest's payment option is taken.".to_owned(),
        EntryKind::OptionReturned => "The use of the payment option is given back.".to_owned(),
        EntryKind::Credited => {
            format!("The guest gets a payment option instead of the {amount}.")
        }
    }
}

#[cfg(test)]
mod tests;
