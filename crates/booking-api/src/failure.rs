//! The business failure, in its legal forms: each constructor takes what its cause must be
//! accompanied by, but for the one whose name says that it does not.
//!
//! ```compile_fail,E0599
//! // A rejected card brand without the brand: the plain causes do not have it.
//! let _ = booking_api::BookingFailure::of(booking_api::PlainCause::PaymentErrorCardTypeRejected);
//! ```
//! ```compile_fail,E0599
//! // The brand cannot be left unspecified.
//! let _ = booking_api::BookingFailure::card_type_rejected(
//!     booking_api::RejectedCardType::Unspecified,
//! );
//! ```
//! ```compile_fail,E0061
//! // 3-D Secure 1 without parameters.
//! let _ = booking_api::BookingFailure::requires_3ds1();
//! ```
//! ```compile_fail,E0451
//! // Parameters beside another cause, by way of the fields.
//! let failure = booking_api::BookingFailure::of(booking_api::PlainCause::SlotUnavailable);
//! let _ = booking_api::BookingFailure { description: String::new(), ..failure };
//! ```

use serde::ser::{Serialize, SerializeMap, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::causes::Cause;
use crate::enums::CreditCardType;

/// Defines an enum that holds some of another enum's values.
macro_rules! subset {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident of $whole:ident { $($variant:ident),* $(,)? }
    ) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $( #[doc = concat!("[`", stringify!($whole), "::", stringify!($variant), "`].")] $variant, )*
        }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
        }

        impl From<$name> for $whole {
            fn from(value: $name) -> Self {
                match value { $( $name::$variant => Self::$variant, )* }
            }
        }

        impl TryFrom<$whole> for $name {
            type Error = $whole;

            /// Gives the value back if it is not among these.
            fn try_from(value: $whole) -> Result<Self, $whole> {
                match value {
                    $( $whole::$variant => Ok(Self::$variant), )*
                    other => Err(other),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str($whole::from(*self).name())
            }
        }
    };
}

subset! {
    /// The causes that are emitted and need nothing beside them.
    pub enum PlainCause of Cause {
        SlotUnavailable,
        SlotAlreadyBookedByUser,
        LeaseExpired,
        OutsideCancellationWindow,
        PaymentErrorCardDeclined,
        PaymentOptionNotValid,
        PaymentError,
        UserCannotUsePaymentOption,
        BookingAlreadyCancelled,
        BookingNotCancellable,
        OverlappingReservation,
        UserOverBookingLimit,
        OfferUnavailable,
    }
}

subset! {
    /// The card brands that can be rejected: all that have a name.
    pub enum RejectedCardType of CreditCardType { Visa, Mastercard, AmericanExpress, Discover, Jcb }
}

/// Why something was refused, with what must come with the cause.
///
/// Reference: section 3.11.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingFailure {
    reason: Reason,
    description: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Reason {
    Plain(PlainCause),
    CardTypeRejected(RejectedCardType),
    /// Without parameters it is not legal: whoever gets it treats it as PAYMENT_ERROR.
    Requires3ds1(Option<ThreeDS1Parameters>),
}

impl BookingFailure {
    /// A failure whose cause says everything.
    pub fn of(cause: PlainCause) -> Self {
        Self {
            reason: Reason::Plain(cause),
            description: String::new(),
        }
    }

    /// The merchant does not take this brand of card.
    pub fn card_type_rejected(card_type: RejectedCardType) -> Self {
        Self {
            reason: Reason::CardTypeRejected(card_type),
            description: String::new(),
        }
    }

    /// The bank wants a 3-D Secure 1 challenge before the guest may try again.
    pub fn requires_3ds1(parameters: ThreeDS1Parameters) -> Self {
        Self {
            reason: Reason::Requires3ds1(Some(parameters)),
            description: String::new(),
        }
    }

    /// The one form that is not legal, for a caller that has to be tried with it: 3-D Secure 1
    /// without its parameters, which counts as PAYMENT_ERROR (section 4.5, step 3).
    pub fn requires_3ds1_without_parameters() -> Self {
        Self {
            reason: Reason::Requires3ds1(None),
            description: String::new(),
        }
    }

    /// Adds words for whoever debugs; the guest never sees them.
    #[must_use]
    pub fn with_description(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// The cause.
    pub fn cause(&self) -> Cause {
        match &self.reason {
            Reason::Plain(cause) => (*cause).into(),
            Reason::CardTypeRejected(_) => Cause::PaymentErrorCardTypeRejected,
            Reason::Requires3ds1(_) => Cause::PaymentRequires3ds1,
        }
    }

    /// Words for whoever debugs; may be empty.
    pub fn description(&self) -> &str {
        &self.description
    }

    /// The brand that was rejected, if that is the cause.
    pub fn rejected_card_type(&self) -> Option<RejectedCardType> {
        match &self.reason {
            Reason::CardTypeRejected(card_type) => Some(*card_type),
            _ => None,
        }
    }

    /// The parameters of the challenge, if that is the cause.
    pub fn threeds1_parameters(&self) -> Option<&ThreeDS1Parameters> {
        match &self.reason {
            Reason::Requires3ds1(parameters) => parameters.as_ref(),
            _ => None,
        }
    }
}

impl Serialize for BookingFailure {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("cause", self.cause().name())?;
        if let Some(card_type) = self.rejected_card_type() {
            map.serialize_entry("rejected_card_type", CreditCardType::from(card_type).name())?;
        }
        if !self.description.is_empty() {
            map.serialize_entry("description", &self.description)?;
        }
        if let Some(parameters) = self.threeds1_parameters() {
            map.serialize_entry("payment_failure", &PaymentFailure { parameters })?;
        }
        map.end()
    }
}

#[derive(serde::Serialize)]
struct PaymentFailure<'p> {
    #[serde(rename = "threeds1_parameters")]
    parameters: &'p ThreeDS1Parameters,
}

/// What the guest's browser needs to take a 3-D Secure 1 challenge to the bank.
///
/// Reference: sections 3.11 and 4.5.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, ToSchema)]
pub struct ThreeDS1Parameters {
    /// The address of the bank's page (ACS).
    acs_url: String,
    /// The request for that page (PaReq).
    pa_req: String,
    /// The transaction's id, given to the page.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    transaction_id: String,
    /// The merchant's data, which come back with the answer (MD).
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    md_merchant_data: String,
}

/// 3-D Secure 1 parameters that nobody could take to a bank.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("3-D Secure 1 parameters need a {field}, which is empty")]
pub struct IncompleteThreeDS1 {
    /// The field that is empty.
    pub field: &'static str,
}

impl ThreeDS1Parameters {
    /// Parameters with an address and a request; the other two may be empty.
    pub fn new(
        acs_url: impl Into<String>,
        pa_req: impl Into<String>,
        transaction_id: impl Into<String>,
        md_merchant_data: impl Into<String>,
    ) -> Result<Self, IncompleteThreeDS1> {
        let parameters = Self {
            acs_url: acs_url.into(),
            pa_req: pa_req.into(),
            transaction_id: transaction_id.into(),
            md_merchant_data: md_merchant_data.into(),
        };
        if parameters.acs_url.is_empty() {
            Err(IncompleteThreeDS1 { field: "acs_url" })
        } else if parameters.pa_req.is_empty() {
            Err(IncompleteThreeDS1 { field: "pa_req" })
        } else {
            Ok(parameters)
        }
    }

    /// The address of the bank's page (ACS).
    pub fn acs_url(&self) -> &str {
        &self.acs_url
    }

    /// The request for that page (PaReq).
    pub fn pa_req(&self) -> &str {
        &self.pa_req
    }

    /// The transaction's id.
    pub fn transaction_id(&self) -> &str {
        &self.transaction_id
    }

    /// The merchant's data (MD).
    pub fn md_merchant_data(&self) -> &str {
        &self.md_merchant_data
    }
}

impl PartialSchema for BookingFailure {
    fn schema() -> RefOr<Schema> {
        let description = || {
            ObjectBuilder::new()
                .schema_type(Type::String)
                .description(Some("For debugging; the guest never sees it."))
        };
        let form = |title: &str, causes: Vec<&'static str>| {
            ObjectBuilder::new()
                .schema_type(Type::Object)
                .title(Some(title))
                .property(
                    "cause",
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .enum_values(Some(causes)),
                )
                .required("cause")
                .property("description", description())
        };
        let plain = PlainCause::ALL
            .iter()
            .map(|cause| Cause::from(*cause).name())
            .collect();
        let brands = RejectedCardType::ALL
            .iter()
            .map(|card| CreditCardType::from(*card).name());
        let parameters = ObjectBuilder::new()
            .schema_type(Type::Object)
            .property(
                "threeds1_parameters",
                crate::json::field::named("ThreeDS1Parameters"),
            )
            .required("threeds1_parameters");
        OneOfBuilder::new()
            .description(Some(
                "Why something was refused, with what must come with the cause.",
            ))
            .item(form("Plain cause", plain))
            .item(
                form(
                    "Card brand rejected",
                    vec![Cause::PaymentErrorCardTypeRejected.name()],
                )
                .property(
                    "rejected_card_type",
                    ObjectBuilder::new()
                        .schema_type(Type::String)
                        .enum_values(Some(brands.collect::<Vec<_>>())),
                )
                .required("rejected_card_type"),
            )
            .item(
                form(
                    "3-D Secure 1 required",
                    vec![Cause::PaymentRequires3ds1.name()],
                )
                .property("payment_failure", parameters)
                .required("payment_failure"),
            )
            .into()
    }
}

impl ToSchema for BookingFailure {
    fn name() -> std::borrow::Cow<'static, str> {
        std::borrow::Cow::Borrowed("BookingFailure")
    }

    fn schemas(schemas: &mut crate::json::field::Schemas) {
        schemas.push((
            "ThreeDS1Parameters".to_owned(),
            ThreeDS1Parameters::schema(),
        ));
    }
}
