//! Behaviour: what the toggles set (design section 4.4).
//!
//! Here are its shape ([`Behaviour`]), how a change is checked ([`patch`]), how it is in force while
//! requests run ([`control`]), and how one request sees it ([`snapshot`]). What a behaviour does to a booking is decided in
//! [`crate::booking`], not here.

pub mod control;
pub mod patch;
pub mod snapshot;

use booking_api::{Cause, CreditCardType, Method, PaymentProcessedBy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::names::name_of;

/// How the partner answers until somebody changes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Behaviour {
    /// Whether bookings are confirmed at once or later.
    #[serde(default)]
    pub confirmation: Confirmation,
    /// What the merchant does with a pending booking.
    #[serde(default)]
    pub merchant_reply: MerchantReply,
    /// A business failure that is answered instead of the wish.
    #[serde(default)]
    pub failure: Option<Failure>,
    /// Which payment the answer speaks of.
    #[serde(default)]
    pub payment: Payment,
    /// Something wrong below the protocol: slowness, an HTTP status, a broken answer.
    #[serde(default)]
    pub fault: Option<Fault>,
    /// What findings in a request lead to.
    #[serde(default)]
    pub validation: Validation,
    /// What a merchant, service or slot that the inventory lacks leads to.
    #[serde(default)]
    pub unknown_inventory: UnknownInventory,
}

impl Behaviour {
    /// Its top-level fields as JSON.
    pub(crate) fn as_object(&self) -> Map<String, Value> {
        match serde_json::to_value(self) {
            Ok(Value::Object(fields)) => fields,
            // A behaviour is a struct of plain values: it always serialises to an object.
            _ => Map::new(),
        }
    }
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            confirmation: Confirmation::Inventory,
            merchant_reply: MerchantReply::default(),
            failure: None,
            payment: Payment::default(),
            fault: None,
            validation: Validation::Warn,
            unknown_inventory: UnknownInventory::Accept,
        }
    }
}

/// Whether bookings are confirmed at once or later.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// Each slot's own confirmation mode.
    #[default]
    Inventory,
    /// Every booking is confirmed in the answer.
    Synchronous,
    /// Every booking waits for the merchant.
    Asynchronous,
}

/// What the merchant does with a pending booking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MerchantReply {
    /// The merchant's decision.
    pub decision: MerchantDecision,
    /// Seconds until it comes, up to a year of the engine's clock; 0 where left out. Not with
    /// `manual`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_sec: Option<u64>,
    /// The cause of a `fail`, SLOT_UNAVAILABLE where left out; of no account to `confirm` and
    /// `decline`. Not with `manual`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
}

/// The merchant's decision about a pending booking.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum MerchantDecision {
    /// The booking is accepted.
    Confirm,
    /// The booking is refused.
    Decline,
    /// The booking fails with a cause.
    Fail,
    /// A person decides; until then the booking waits.
    #[default]
    Manual,
}

/// A forced business failure: HTTP 200 with only `booking_failure`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Any of the 15 causes of `GET /api/causes`.
    pub cause: Cause,
    /// The methods it bites; without, CreateBooking, or UpdateBooking where the cause is only
    /// about changing and cancelling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<Method>>,
    /// Companion of PAYMENT_ERROR_CARD_TYPE_REJECTED; VISA where it is not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected_card_type: Option<CreditCardType>,
    /// How many times more; without, until it is switched off. Counts down to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How likely it bites a request, above 0 to 1; without, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

impl Failure {
    /// Whether this failure is meant for `method`.
    #[must_use]
    pub fn bites(&self, method: Method) -> bool {
        match &self.methods {
            Some(methods) => methods.contains(&method),
            None => method == patch::default_method(self.cause),
        }
    }
}

/// Which payment the answer speaks of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Payment {
    /// The payment mode (protocol section 4.3).
    #[serde(default)]
    pub mode: PaymentMode,
    /// Who handles the money: PROCESSED_BY_PARTNER or PROCESSED_BY_GOOGLE.
    #[serde(default = "by_partner")]
    pub processed_by: PaymentProcessedBy,
    /// What the payment processor says, where it is asked.
    #[serde(default)]
    pub authorisation: Authorisation,
    /// Companion of `reject_card_type`; null otherwise, and for VISA.
    #[serde(default)]
    pub rejected_card_type: Option<CreditCardType>,
    /// Whether a failure that asks for a 3-D Secure 1 challenge says where to go with it.
    #[serde(default)]
    pub threeds1_parameters: ChallengeParameters,
}

fn by_partner() -> PaymentProcessedBy {
    PaymentProcessedBy::Partner
}

impl Default for Payment {
    fn default() -> Self {
        Self {
            mode: PaymentMode::Inventory,
            processed_by: by_partner(),
            authorisation: Authorisation::Approve,
            threeds1_parameters: ChallengeParameters::Complete,
            rejected_card_type: None,
        }
    }
}

/// Whether a failure that asks for a 3-D Secure 1 challenge says where to go with it.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ChallengeParameters {
    /// `payment_failure.threeds1_parameters` are there, as the protocol says.
    #[default]
    Complete,
    /// They are left out: a caller has to treat the failure as PAYMENT_ERROR (protocol section
    /// 4.5).
    Missing,
}

/// The payment modes of protocol section 4.3.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PaymentMode {
    /// As the service says.
    #[default]
    Inventory,
    /// Nothing is paid before arrival.
    None,
    /// The whole price is paid when booking.
    Prepayment,
    /// A fee is taken from who does not come.
    NoShowFee,
    /// A deposit is taken or held.
    Deposit,
    /// A card must be given; nothing is taken.
    CardRequired,
}

impl PaymentMode {
    /// Whether money or a card is held for a booking.
    #[must_use]
    pub fn takes_money(self) -> bool {
        matches!(self, Self::Prepayment | Self::NoShowFee | Self::Deposit)
    }
}

/// What the payment processor says.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Authorisation {
    /// The payment goes through.
    #[default]
    Approve,
    /// The card is declined: PAYMENT_ERROR_CARD_DECLINED.
    Decline,
    /// The card's brand is not taken: PAYMENT_ERROR_CARD_TYPE_REJECTED.
    RejectCardType,
    /// Anything else goes wrong: PAYMENT_ERROR.
    Error,
    /// The bank wants a challenge first: PAYMENT_REQUIRES_3DS1.
    #[serde(rename = "require_3ds1")]
    Require3ds1,
    /// The pack or membership cannot be used: PAYMENT_OPTION_NOT_VALID.
    OptionNotValid,
    /// The guest is not entitled to it: USER_CANNOT_USE_PAYMENT_OPTION.
    CannotUseOption,
}

impl Authorisation {
    /// All of them with their names in JSON.
    pub const NAMES: [(Self, &'static str); 7] = [
        (Self::Approve, "approve"),
        (Self::Decline, "decline"),
        (Self::RejectCardType, "reject_card_type"),
        (Self::Error, "error"),
        (Self::Require3ds1, "require_3ds1"),
        (Self::OptionNotValid, "option_not_valid"),
        (Self::CannotUseOption, "cannot_use_option"),
    ];

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, &self)
    }
}

/// Something wrong below the protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// `latency`: how long the answer is held back, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// `latency`: how far the delay strays to both sides, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jitter_ms: Option<u64>,
    /// `status`: the HTTP status, 400 to 599.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// `rate_limit`: what the header `Retry-After` says, in seconds, 0 to 86400.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_sec: Option<u64>,
    /// `drip`: how many bytes of the body are sent in a second, 1 to 1000000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes_per_sec: Option<u64>,
    /// `reset` and `empty`: whether the connection ends before or after the request is carried
    /// out; before, where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<FaultWhen>,
    /// The methods it bites; without, all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<Vec<Method>>,
    /// How many times more; without, until it is switched off. Counts down to nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How likely it bites a request, above 0 to 1; without, always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

impl Fault {
    /// Whether this fault is meant for `method`.
    #[must_use]
    pub fn bites(&self, method: Method) -> bool {
        self.methods
            .as_ref()
            .is_none_or(|methods| methods.contains(&method))
    }
}

/// What goes wrong below the protocol.
///
/// Of `status`, `rate_limit`, and `reset` and `empty` where they are not set to `after`, nothing is
/// done: the request may be sent again. Of all others the request is carried out, whatever becomes
/// of its answer: a CreateBooking that is sent again with its token is answered with the booking
/// that was made (section 2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// The answer comes late.
    Latency,
    /// An HTTP status is answered instead; nothing is done.
    Status,
    /// 429 with `Retry-After` is answered instead; nothing is done.
    RateLimit,
    /// The connection is reset (TCP RST) without an answer.
    Reset,
    /// The connection is closed in good order, but without a byte of an answer.
    Empty,
    /// The connection is closed in the middle of the body.
    Truncated,
    /// The answer comes whole, but its body is no JSON.
    Malformed,
    /// The head of the answer comes at once, its body byte by byte.
    Drip,
}

/// Whether a fault comes before or after a request is carried out.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FaultWhen {
    /// Nothing is done.
    #[default]
    Before,
    /// The request is carried out; only its answer is lost.
    After,
}

/// What findings in a request lead to.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Validation {
    /// None are kept; the answer is lenient.
    Off,
    /// They stand in the log; the answer is lenient.
    #[default]
    Warn,
    /// A request with a warning or an error is a 400 that lists its findings, before anything is
    /// done.
    Reject,
}

/// What a merchant, service or slot that the inventory lacks leads to.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum UnknownInventory {
    /// It springs into being with the scenario's default capacity.
    #[default]
    Accept,
    /// An unknown merchant or service is a 400, an unknown slot is not available.
    Reject,
}
