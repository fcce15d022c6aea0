//! What is due for a booking (section 4.3): from the inventory, or as the payment toggle has it.
//! Pure: the request, the toggle and the slot's terms in, the terms of payment out.

use booking_api::{
    CreateBookingRequest, Deposit, NoShowFee, PaymentProcessedBy, PrepaymentStatus, PrepaymentType,
    Price, PriceType, RequireCreditCard, Slot,
};

use super::options::Choice;
use crate::behaviour::{Payment, PaymentMode};
use crate::inventory::terms::PaymentTerms;
use crate::scenario::PaymentSettings;
use crate::store::bookings::party_of;

/// What is due for a booking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The price that the answer speaks of: the request's own, else the service's; the scenario's
    /// where a toggle forces a payment and nobody names one.
    pub price: Option<Price>,
    /// The tax on it that the request names.
    pub tax: Option<Price>,
    /// Whether price and tax are paid when booking.
    pub prepaid: bool,
    /// When they are charged, in Unix seconds, where that is not at once (CHARGE_LATER). May have
    /// passed.
    pub charge_at_sec: Option<i64>,
    /// The deposit that is taken, as the terms have it.
    pub deposit: Option<Deposit>,
    /// The fee that the card is kept for, as the terms have it.
    pub no_show_fee: Option<NoShowFee>,
    /// Whether a card must be given, even where nothing is taken.
    pub card: bool,
    /// Who handles the money.
    pub by: PaymentProcessedBy,
    /// How many guests come; 1 where the slot does not say.
    pub guests: i32,
}

impl Due {
    /// Reads the terms. A forced mode takes its amounts from the inventory where that has some.
    #[must_use]
    pub fn of(
        request: &CreateBookingRequest,
        toggle: &Payment,
        terms: Option<&PaymentTerms>,
        amounts: &PaymentSettings,
    ) -> Self {
        let asked = request.payment_information.as_ref();
        let mut due = Self {
            price: asked.and_then(|it| it.price.clone()),
            tax: asked.and_then(|it| it.tax_amount.clone()),
            by: toggle.processed_by,
            guests: request.slot.as_ref().map_or(1, guests_of),
            ..Self::default()
        };
        let deposit = || terms.and_then(|it| it.deposit.clone());
        let fee = || terms.and_then(|it| it.no_show_fee.clone());
        let offered = || terms.and_then(|it| it.price.clone());
        match toggle.mode {
            PaymentMode::Inventory => {
                if toggle.processed_by == PaymentProcessedBy::Partner
                    && asked.is_some_and(|it| it.payment_processed_by == PaymentProcessedBy::Google)
                {
                    due.by = PaymentProcessedBy::Google;
                }
                let brings_money = has_token(request) || due.by == PaymentProcessedBy::Google;
                due.prepaid = terms.is_some_and(|terms| {
                    terms.is_prepaid()
                        || (terms.prepayment_type == PrepaymentType::Optional
                            && brings_money
                            && terms.price.is_some())
                });
                due.deposit = deposit();
                due.no_show_fee = fee();
                due.card =
                    terms.is_some_and(|it| it.require_credit_card == RequireCreditCard::Always);
                // Nothing is known of the slot, but the caller says that it is paid.
                if !due.takes_money()
                    && asked.is_some_and(|it| it.prepayment_status == PrepaymentStatus::Provided)
                    && brings_money
                    && due.price.is_some()
                {
                    due.prepaid = true;
                }
            }
            PaymentMode::None => {}
            PaymentMode::CardRequired => due.card = true,
            PaymentMode::Prepayment => due.prepaid = true,
            PaymentMode::NoShowFee => {
                due.no_show_fee = fee().or_else(|| {
                    Some(NoShowFee {
                        fee: Some(amounts.no_show_fee.clone()),
                        fee_type: PriceType::FixedRateDefault,
                    })
                });
            }
            PaymentMode::Deposit => {
                due.deposit = deposit().or_else(|| {
                    Some(Deposit {
                        deposit: Some(amounts.deposit.clone()),
                        min_advance_cancellation_sec: amounts.deposit_min_advance_cancellation_sec,
                        deposit_type: PriceType::FixedRateDefault,
                    })
                });
            }
        }
        due.charge_at_sec = terms
            .and_then(|it| it.charged_before_start_sec)
            .zip(request.slot.as_ref())
            .map(|(before, slot)| slot.start_sec.saturating_sub(before));
        if due.price.is_none() && due.takes_money() {
            let usual = || (toggle.mode != PaymentMode::Inventory).then(|| amounts.price.clone());
            due.price = offered().or_else(usual);
        }
        due
    }

    /// A payment option pays for the booking, whatever would be due otherwise; one that is bought is
    /// paid itself, at once: the price that the guest was `shown`, else the merchant's.
    pub fn pay_with(&mut self, option: &Choice, shown: Option<&Price>) {
        self.deposit = None;
        self.no_show_fee = None;
        self.card = false;
        self.prepaid = false;
        self.charge_at_sec = None;
        if let Choice::Bought(_, price) = option {
            self.price = shown.or(price.as_ref()).cloned();
            self.prepaid = self.price.is_some();
        }
    }

    /// Whether money is taken, or a card kept for a fee.
    #[must_use]
    pub fn takes_money(&self) -> bool {
        self.prepaid || self.deposit.is_some() || self.no_show_fee.is_some()
    }

    /// Whether the request must bring a token (sections 4.1 and 4.2).
    #[must_use]
    pub fn wants_token(&self) -> bool {
        (self.takes_money() || self.card) && self.by != PaymentProcessedBy::Google
    }

    /// When the prepayment is charged, in Unix seconds; `None` for at once.
    #[must_use]
    pub fn charged_later(&self, now_sec: i64) -> Option<i64> {
        self.charge_at_sec
            .filter(|at| self.prepaid && *at > now_sec)
    }

    /// The whole of the prepayment: the price and its tax. A tax in another currency cannot be
    /// added, and is left alone.
    #[must_use]
    pub fn total(&self) -> Option<Price> {
        let price = self.price.as_ref().filter(|_| self.prepaid)?;
        let tax = self
            .tax
            .as_ref()
            .filter(|tax| tax.currency_code == price.currency_code)
            .map_or(0, |tax| tax.price_micros);
        Some(amount(price.price_micros.saturating_add(tax), price))
    }

    /// The deposit for all guests.
    #[must_use]
    pub fn deposit_in_all(&self) -> Option<Price> {
        let deposit = self.deposit.as_ref()?;
        Some(in_all(
            deposit.deposit.as_ref()?,
            deposit.deposit_type,
            self.guests,
        ))
    }

    /// The no-show fee for all guests.
    #[must_use]
    pub fn fee_in_all(&self) -> Option<Price> {
        let fee = self.no_show_fee.as_ref()?;
        Some(in_all(fee.fee.as_ref()?, fee.fee_type, self.guests))
    }

    /// What is due, in words for a decision.
    #[must_use]
    pub fn in_words(&self) -> String {
        let parts = [
            self.prepaid.then_some("full prepayment"),
            self.deposit.as_ref().map(|_| "deposit"),
            self.no_show_fee.as_ref().map(|_| "no-show fee"),
            (self.card && !self.takes_money()).then_some("card required"),
        ];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        match parts.as_slice() {
            [] => "pay on arrival".to_owned(),
            parts => parts.join(" and "),
        }
    }
}

/// Whether the request brings a payment token, in its newer or its older field.
#[must_use]
pub fn has_token(request: &CreateBookingRequest) -> bool {
    let given = request.payment_processing_parameters.as_ref();
    given.is_some_and(|it| {
        !it.unparsed_payment_method_token.is_empty() || !it.payment_method_token.is_empty()
    })
}

/// PER_PERSON counts for each guest (section 3.9).
fn in_all(price: &Price, per: PriceType, guests: i32) -> Price {
    let times = match per {
        PriceType::PerPerson => i64::from(guests),
        PriceType::FixedRateDefault => 1,
    };
    amount(price.price_micros.saturating_mul(times), price)
}

fn amount(price_micros: i64, like: &Price) -> Price {
    Price {
        price_micros,
        currency_code: like.currency_code.clone(),
        ..Price::default()
    }
}

fn guests_of(slot: &Slot) -> i32 {
    party_of(slot).max(1)
}

#[cfg(test)]
mod tests;
