//! On which terms a slot can be booked, cancelled and paid: the service's, with the slot's own in
//! their place where it has any (sections 4.3 and 8.4).

use booking_api::feed::{FeedMerchant, FeedService, Prepayment};
use booking_api::{
    Deposit, DurationRequirement, NoShowFee, PrepaymentType, Price, RequireCreditCard,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::store::StoreError;

/// What a slot says for itself. Absent means: as the service says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SlotTerms {
    /// Opaque mark that comes back with every request for this slot.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub availability_tag: String,
    /// From when it can be booked, in seconds since 1970 (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_bookable_sec: Option<i64>,
    /// Until when it can be booked, in seconds since 1970 (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_bookable_sec: Option<i64>,
    /// Until when guests can cancel online, in seconds since 1970 (UTC).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_online_cancellable_sec: Option<i64>,
    /// The offers that can be used with it; absent where offers are not restricted. Feeds have no
    /// field for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offer_ids: Option<Vec<String>>,
    /// The fee for who does not come, instead of the service's; zero switches it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_show_fee: Option<NoShowFee>,
    /// The deposit, instead of the service's; zero switches it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deposit: Option<Deposit>,
    /// Whether a card is asked for, instead of the service's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub require_credit_card: Option<RequireCreditCard>,
    /// Packs and memberships that it can be paid with, instead of the service's.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub payment_option_ids: Vec<String>,
    /// The member of staff's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub staff_name: String,
    /// The room's name.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub room_name: String,
    /// Whether guests see how long it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_requirement: Option<DurationRequirement>,
    /// Terms of a prepayment by link; kept for the feed, and without effect on bookings.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepayment: Option<Prepayment>,
}

impl SlotTerms {
    /// Whether the slot says nothing for itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What a booking costs, and how it is paid.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentTerms {
    /// The price.
    pub price: Option<Price>,
    /// Whether the price is paid in advance.
    pub prepayment_type: PrepaymentType,
    /// How many seconds before the start a prepayment is charged (CHARGE_LATER); `None` for at once.
    pub charged_before_start_sec: Option<i64>,
    /// The fee for who does not come; `None` also where a slot's zero switched it off.
    pub no_show_fee: Option<NoShowFee>,
    /// The deposit; `None` also where a slot's zero switched it off.
    pub deposit: Option<Deposit>,
    /// Whether a card is asked for.
    pub require_credit_card: RequireCreditCard,
    /// The tax on the price in millionths of a percent; the service's, else the merchant's.
    pub tax_rate_micro_percent: i64,
}

impl PaymentTerms {
    /// Whether the price is paid when booking: REQUIRED, and there is a price.
    #[must_use]
    pub fn is_prepaid(&self) -> bool {
        self.prepayment_type == PrepaymentType::Required
            && self
                .price
                .as_ref()
                .is_some_and(|price| price.price_micros > 0)
    }

    /// Whether a token must come with the booking (section 4.2).
    #[must_use]
    pub fn requires_card(&self) -> bool {
        self.require_credit_card == RequireCreditCard::Always
            || self.is_prepaid()
            || self.no_show_fee.is_some()
            || self.deposit.is_some()
    }
}

/// The `charge_timing` of a prepayment that is not charged at once (section 4.3).
const CHARGE_LATER: &str = "CHARGE_LATER";

/// The terms that hold for one slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectiveTerms {
    /// From when it can be booked, in seconds since 1970 (UTC), included.
    pub bookable_from_sec: Option<i64>,
    /// Until when it can be booked, in seconds since 1970 (UTC), included: the slot's own moment,
    /// else the service's `min_advance_booking` before the start.
    pub bookable_until_sec: Option<i64>,
    /// Until when guests can cancel online, in seconds since 1970 (UTC), included: the slot's own
    /// moment, else the service's `min_advance_online_canceling` before the start, else the start.
    pub cancellable_until_sec: i64,
    /// The offers that can be used; `None` where offers are not restricted.
    pub offer_ids: Option<Vec<String>>,
    /// The packs and memberships that it can be paid with.
    pub payment_option_ids: Vec<String>,
    /// Whether guests see how long it lasts.
    pub duration_requirement: DurationRequirement,
    /// The slot's own online cancellation limit, as CheckAvailability tells it.
    pub last_online_cancellable_sec: Option<i64>,
    /// What it costs.
    pub payment: PaymentTerms,
}

impl EffectiveTerms {
    /// The terms of a slot of which nothing is said.
    #[must_use]
    pub fn none(start_sec: i64) -> Self {
        Self::of(start_sec, None, None, &SlotTerms::default())
    }

    /// The pure rule: a slot's word replaces the service's, and unset means inherited.
    #[must_use]
    pub fn of(
        start_sec: i64,
        service: Option<&FeedService>,
        merchant: Option<&FeedMerchant>,
        slot: &SlotTerms,
    ) -> Self {
        let rules = service.and_then(|service| service.scheduling_rules.as_ref());
        let before_start = |sec: i64| (sec > 0).then(|| start_sec.saturating_sub(sec));
        let bookable_until = rules.and_then(|rules| before_start(rules.min_advance_booking));
        let cancellable_until =
            rules.and_then(|rules| before_start(rules.min_advance_online_canceling));
        let inherited_options = || service.map_or(&[][..], |it| &it.payment_option_id[..]);
        let own_card = slot
            .require_credit_card
            .filter(|own| *own != RequireCreditCard::Unspecified);
        let tax = service
            .and_then(|it| it.tax_rate.as_ref())
            .or_else(|| merchant.and_then(|it| it.tax_rate.as_ref()));
        let payment = PaymentTerms {
            price: service.and_then(|it| it.price.clone()),
            prepayment_type: service.map(|it| it.prepayment_type).unwrap_or_default(),
            charged_before_start_sec: service
                .and_then(|it| it.prepayment_terms.as_ref())
                .filter(|terms| terms.charge_timing == CHARGE_LATER)
                .map(|terms| terms.charge_time_before_start_time_sec.max(0)),
            no_show_fee: slot
                .no_show_fee
                .as_ref()
                .or_else(|| service.and_then(|it| it.no_show_fee.as_ref()))
                .filter(|fee| is_due(fee.fee.as_ref()))
                .cloned(),
            deposit: slot
                .deposit
                .as_ref()
                .or_else(|| service.and_then(|it| it.deposit.as_ref()))
                .filter(|deposit| is_due(deposit.deposit.as_ref()))
                .cloned(),
            require_credit_card: own_card
                .or_else(|| service.map(|it| it.require_credit_card))
                .unwrap_or_default(),
            tax_rate_micro_percent: tax.map_or(0, |tax| i64::from(tax.micro_percent)),
        };
        Self {
            bookable_from_sec: slot.first_bookable_sec,
            bookable_until_sec: slot.last_bookable_sec.or(bookable_until),
            cancellable_until_sec: slot
                .last_online_cancellable_sec
                .or(cancellable_until)
                .unwrap_or(start_sec),
            offer_ids: slot.offer_ids.clone(),
            payment_option_ids: if slot.payment_option_ids.is_empty() {
                inherited_options().to_vec()
            } else {
                slot.payment_option_ids.clone()
            },
            duration_requirement: slot.duration_requirement.unwrap_or_default(),
            last_online_cancellable_sec: slot.last_online_cancellable_sec,
            payment,
        }
    }
}

fn is_due(price: Option<&Price>) -> bool {
    price.is_some_and(|price| price.price_micros > 0)
}

/// The terms of a slot. One statement; ask only where
/// [`SlotRow::has_terms`](crate::store::inventory::SlotRow::has_terms), else take
/// [`EffectiveTerms::none`]. A slot that does not exist has none.
///
/// # Errors
/// [`StoreError`].
pub fn effective_terms(
    connection: &Connection,
    slot_id: i64,
) -> Result<EffectiveTerms, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT s.start_sec, v.record, m.record, s.terms FROM slots s
         LEFT JOIN services v ON v.merchant_id = s.merchant_id AND v.service_id = s.service_id
         LEFT JOIN merchants m ON m.merchant_id = s.merchant_id
         WHERE s.slot_id = ?1",
    )?;
    let terms = statement.query_row([slot_id], read_terms).optional()?;
    Ok(terms.unwrap_or_else(|| EffectiveTerms::none(0)))
}

/// The terms of a slot of this service that the inventory lacks and that springs into being.
///
/// # Errors
/// [`StoreError`].
pub fn service_terms(
    connection: &Connection,
    merchant_id: &str,
    service_id: &str,
    start_sec: i64,
) -> Result<EffectiveTerms, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT ?3, v.record, m.record, NULL FROM services v
         LEFT JOIN merchants m ON m.merchant_id = v.merchant_id
         WHERE v.merchant_id = ?1 AND v.service_id = ?2",
    )?;
    let terms = statement
        .query_row(params![merchant_id, service_id, start_sec], read_terms)
        .optional()?;
    Ok(terms.unwrap_or_else(|| EffectiveTerms::none(start_sec)))
}

fn read_terms(row: &Row<'_>) -> rusqlite::Result<EffectiveTerms> {
    let service: Option<FeedService> = json_at(row, 1)?;
    let merchant: Option<FeedMerchant> = json_at(row, 2)?;
    let slot: Option<SlotTerms> = json_at(row, 3)?;
    Ok(EffectiveTerms::of(
        row.get(0)?,
        service.as_ref(),
        merchant.as_ref(),
        &slot.unwrap_or_default(),
    ))
}

/// A column that holds JSON, or null.
pub(super) fn json_at<T: serde::de::DeserializeOwned>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null()?;
    text.map(serde_json::from_str).transpose().map_err(|error| {
        let kind = rusqlite::types::Type::Text;
        rusqlite::Error::FromSqlConversionFailure(column, kind, Box::new(error))
    })
}

#[cfg(test)]
mod tests;
