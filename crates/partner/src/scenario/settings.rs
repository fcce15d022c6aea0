//! Switches and amounts of a scenario: what no toggle changes while the partner runs.
//!
//! What the choices among them mean is in [`super::switches`].

use booking_api::Price;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::switches::{
    CancelGives, Duplicates, GuestCancelRefund, Limits, ModeMismatch, RepeatedCancel, Replay,
};

/// Switches and amounts of a scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Places of a slot that springs into being.
    pub default_capacity: u32,
    /// Whether CreateLease is implemented (501 where not; section 2.4).
    pub create_lease: bool,
    /// The longest time a lease holds, in seconds.
    pub max_lease_sec: i64,
    /// Amounts of a payment mode that is forced by a toggle.
    pub payment: PaymentSettings,
    /// HTTP status of UpdateBooking for an unknown booking: 400 or 404 (section 10.3).
    pub unknown_booking_status: u16,
    /// HTTP status of GetBookingStatus for an unknown booking: 404 or 400 (section 10.3).
    pub unknown_booking_status_when_read: u16,
    /// HTTP status of ListBookings for a user that never booked: 200 with an empty list, or 404
    /// (section 1.4).
    pub unknown_user_status: u16,
    /// Whether a token that comes again with another body is a 409 instead of a replay with a
    /// finding (section 2.5).
    pub strict_tokens: bool,
    /// What a replay of a token answers once its booking has changed (section 10.6).
    pub replay: Replay,
    /// What a second booking of the same guest leads to (section 2.5).
    pub duplicates: Duplicates,
    /// The least time between two bookings of a guest, in seconds: 0 forbids only that they
    /// overlap, and without it only duplicates are refused. No source says how close is too close.
    pub min_gap_sec: Option<i64>,
    /// How many bookings a guest may have before them; without, any number.
    pub user_booking_limit: Option<u32>,
    /// What a repeated cancel leads to (section 10.13).
    pub repeated_cancel: RepeatedCancel,
    /// What a cancel in time gives back of a prepayment (section 4.4).
    pub cancel_gives: CancelGives,
    /// How the caller learns that a guest's cancel gave money back (section 10.29).
    pub guest_cancel_refund: GuestCancelRefund,
    /// What a request with another confirmation mode than the slot's leads to (section 10.35).
    pub confirmation_mode_mismatch: ModeMismatch,
    /// Whether the very moment of a limit still counts as in time (section 10.36).
    pub limits: Limits,
    /// After how many seconds a booking that is still pending is declined by itself; without,
    /// never (section 10.26).
    pub auto_decline_after_sec: Option<u64>,
    /// Whether the aggregator is told when places change (availability:replace, section 7). Off
    /// unless asked for: each booking then causes a call of our own.
    pub send_real_time_updates: bool,
    /// How notifications are spelt.
    pub notification: NotificationSettings,
    /// How the stand-in aggregator is.
    pub aggregator: AggregatorSettings,
    /// Whether asynchronous bookings may take payments, and the inventory may hold slots that are both
    /// (section 10.24).
    pub allow_async_payment: bool,
    /// The name of a service's scheduling rules in the feeds that go out (section 10.10).
    pub scheduling_rules_key: SchedulingRulesKey,
}

/// How notifications are spelt, where sources differ (section 10).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NotificationSettings {
    /// Which fields the mask of a refund with a cancellation names (section 10.8).
    pub refund_mask: RefundMask,
    /// Spell the failure `booking_failure.cause="…"` instead of `bookingFailure.cause=…` (section
    /// 10.7).
    pub quoted_snake_case_failure: bool,
    /// Whether bodies hold merchantId and serviceId (section 10.32).
    pub send_ids: bool,
}

/// Which fields the mask of a refund with a cancellation names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundMask {
    /// `status,paymentInformation.prepaymentStatus`.
    #[default]
    StatusAndPayment,
    /// `status` alone.
    Status,
}

impl Default for NotificationSettings {
    fn default() -> Self {
        Self {
            refund_mask: RefundMask::default(),
            quoted_snake_case_failure: false,
            send_ids: true,
        }
    }
}

/// How the stand-in aggregator is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AggregatorSettings {
    /// Take notifications about bookings that it never saw, and of any partner, instead of
    /// answering 404 and 403.
    pub accept_unknown_bookings: bool,
    /// Calls in one minute before it answers 429 (section 6.5); 0 for no limit.
    pub quota_per_minute: u32,
}

impl Default for AggregatorSettings {
    fn default() -> Self {
        Self {
            accept_unknown_bookings: false,
            quota_per_minute: 1_500,
        }
    }
}

/// The name of a service's scheduling rules in feeds; both are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SchedulingRulesKey {
    /// `scheduling_rules`.
    #[default]
    SchedulingRules,
    /// `rules`.
    Rules,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            default_capacity: 100,
            create_lease: true,
            max_lease_sec: 300,
            payment: PaymentSettings::default(),
            unknown_booking_status: 400,
            unknown_booking_status_when_read: 404,
            unknown_user_status: 200,
            strict_tokens: false,
            replay: Replay::default(),
            duplicates: Duplicates::default(),
            min_gap_sec: None,
            user_booking_limit: None,
            repeated_cancel: RepeatedCancel::default(),
            cancel_gives: CancelGives::default(),
            guest_cancel_refund: GuestCancelRefund::default(),
            confirmation_mode_mismatch: ModeMismatch::default(),
            limits: Limits::default(),
            auto_decline_after_sec: None,
            send_real_time_updates: false,
            notification: NotificationSettings::default(),
            aggregator: AggregatorSettings::default(),
            allow_async_payment: false,
            scheduling_rules_key: SchedulingRulesKey::default(),
        }
    }
}

impl Settings {
    /// What cannot be: the field, and a sentence.
    #[must_use]
    pub fn problems(&self) -> Vec<(&'static str, &'static str)> {
        let checks = [
            (
                self.default_capacity > 0,
                "default_capacity",
                "It starts at 1.",
            ),
            (self.max_lease_sec > 0, "max_lease_sec", "It starts at 1."),
            (
                [400, 404].contains(&self.unknown_booking_status),
                "unknown_booking_status",
                "It is 400 or 404.",
            ),
            (
                [400, 404].contains(&self.unknown_booking_status_when_read),
                "unknown_booking_status_when_read",
                "It is 404 or 400.",
            ),
            (
                [200, 404].contains(&self.unknown_user_status),
                "unknown_user_status",
                "It is 200 or 404.",
            ),
            (
                self.min_gap_sec.is_none_or(|sec| sec >= 0),
                "min_gap_sec",
                "It starts at 0, or is null.",
            ),
            (
                self.user_booking_limit != Some(0),
                "user_booking_limit",
                "It starts at 1, or is null.",
            ),
            (
                self.auto_decline_after_sec
                    .is_none_or(|sec| (1..=31_536_000).contains(&sec)),
                "auto_decline_after_sec",
                "It is from 1 to 31536000, a year, or null.",
            ),
        ];
        let wrong = checks.into_iter().filter(|(good, ..)| !good);
        wrong.map(|(_, field, words)| (field, words)).collect()
    }
}

/// Amounts of a payment mode that is forced by a toggle.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PaymentSettings {
    /// The price where the request names none.
    #[serde(deserialize_with = "amount")]
    #[schemars(schema_with = "price")]
    pub price: Price,
    /// The fee of who does not come.
    #[serde(deserialize_with = "amount")]
    #[schemars(schema_with = "price")]
    pub no_show_fee: Price,
    /// The deposit.
    #[serde(deserialize_with = "amount")]
    #[schemars(schema_with = "price")]
    pub deposit: Price,
    /// Until how many seconds before the start the deposit is given back.
    pub deposit_min_advance_cancellation_sec: i64,
}

impl Default for PaymentSettings {
    fn default() -> Self {
        let usd = |price_micros| Price {
            price_micros,
            currency_code: "USD".to_owned(),
            ..Price::default()
        };
        Self {
            price: usd(120_000_000),
            no_show_fee: usd(25_000_000),
            deposit: usd(30_000_000),
            deposit_min_advance_cancellation_sec: 14_400,
        }
    }
}

/// An amount of money. The protocol's own reader passes over fields that it does not know.
fn amount<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Price, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        price_micros: Value,
        #[serde(default)]
        currency_code: String,
        #[serde(default)]
        pricing_option_tag: String,
    }

    let Strict {
        price_micros,
        currency_code,
        pricing_option_tag,
    } = Strict::deserialize(deserializer)?;
    let micros = match &price_micros {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    let price_micros = micros
        .filter(|micros| *micros >= 0)
        .ok_or_else(|| D::Error::custom("price_micros is a whole number of micros, from 0 on"))?;
    Ok(Price {
        price_micros,
        currency_code,
        pricing_option_tag,
    })
}

fn price(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "description": "An amount of money (section 3.9).",
        "properties": {
            "price_micros": {
                "description": "The amount in micros: 1 000 000 is one unit of the currency.",
                "type": ["integer", "string"],
            },
            "currency_code": { "description": "ISO 4217 code.", "type": "string" },
            "pricing_option_tag": { "type": "string" },
        },
        "required": ["price_micros"],
        "additionalProperties": false,
    })
}
