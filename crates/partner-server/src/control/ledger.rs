//! A booking's ledger as `GET /api/bookings/{id}` shows it.

use booking_api::PaymentProcessedBy;
use jiff::Timestamp;
use partner::payment::ledger::{Account, Balance, Entry, EntryKind};
use serde::Serialize;
use utoipa::ToSchema;

/// One line of a booking's ledger.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LedgerEntry {
    /// When, by the engine's clock.
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    /// What happened to the amount.
    kind: EntryKind,
    /// The amount in micros, as text like all 64-bit numbers on the wire; 0 for a use of a payment
    /// option.
    amount_micros: String,
    /// ISO 4217 code.
    currency_code: String,
    /// The processor's durable id of the card, empty where the aggregator handles the money; of a
    /// use the guest's payment option.
    payment_method: String,
    /// Who handled it.
    processed_by: PaymentProcessedBy,
    /// In a sentence.
    text: String,
    /// The exchange that caused it; null where the merchant did, or where it is no longer kept.
    #[schema(required)]
    exchange_id: Option<u64>,
}

/// What a booking's ledger adds up to in one currency, in micros as text.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LedgerBalance {
    /// ISO 4217 code.
    currency_code: String,
    /// What the guest has paid and not got back.
    balance_micros: String,
    /// Kept on the card for a fee.
    held_micros: String,
    /// Authorised and not captured.
    authorised_micros: String,
    /// All that was captured.
    captured_micros: String,
    /// All that was charged as a no-show fee.
    fee_micros: String,
    /// All that was given back.
    refunded_micros: String,
    /// Of what was captured: for what the guest got a payment option instead of money.
    credited_micros: String,
}

impl LedgerBalance {
    fn of((code, balance): (&str, &Balance)) -> Self {
        Self {
            currency_code: code.to_owned(),
            balance_micros: balance.balance().to_string(),
            held_micros: balance.held.to_string(),
            authorised_micros: balance.authorised.to_string(),
            captured_micros: balance.captured.to_string(),
            fee_micros: balance.fees.to_string(),
            refunded_micros: balance.refunded.to_string(),
            credited_micros: balance.credited.to_string(),
        }
    }
}

/// The ledger and what it adds up to.
pub(super) fn view(rows: Vec<(Entry, Option<u64>)>) -> (Vec<LedgerEntry>, Vec<LedgerBalance>) {
    let (entries, ids): (Vec<Entry>, Vec<Option<u64>>) = rows.into_iter().unzip();
    let account = Account::of(&entries).unwrap_or_else(|error| {
        // Only the engine writes entries, and only those that fit.
        tracing::warn!(%error, "a ledger does not add up");
        Account::default()
    });
    let balances = account
        .balances()
        .filter(|(code, _)| !code.is_empty())
        .map(LedgerBalance::of)
        .collect();
    let entries = entries
        .into_iter()
        .zip(ids)
        .map(|(entry, exchange_id)| LedgerEntry {
            at: entry.at,
            kind: entry.kind,
            amount_micros: entry.amount.price_micros.to_string(),
            currency_code: entry.amount.currency_code,
            payment_method: entry.payment_method,
            processed_by: entry.processed_by,
            text: entry.text,
            exchange_id,
        })
        .collect();
    (entries, balances)
}
