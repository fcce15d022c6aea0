//! The answers that are either what was asked for or a failure, never both.
//!
//! ```compile_fail,E0560
//! // A failure beside a booking.
//! let failure = booking_api::BookingFailure::of(booking_api::PlainCause::SlotUnavailable);
//! let _ = booking_api::CreateBookingResponse {
//!     booking: Some(booking_api::Booking::default()),
//!     booking_failure: Some(failure),
//! };
//! ```
//! ```compile_fail,E0061
//! // The constructor of failures takes nothing but a failure.
//! let failure = booking_api::BookingFailure::of(booking_api::PlainCause::SlotUnavailable);
//! let _ = booking_api::CreateBookingResponse::failed(failure, booking_api::Booking::default());
//! ```

use serde::ser::{Serialize, SerializeMap, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, Type};

use crate::booking::Booking;
use crate::failure::BookingFailure;
use crate::json::field::named;
use crate::json::message;
use crate::lease::Lease;
use crate::payment::UserPaymentOption;
use crate::received::ReceivedFailure;

/// What was asked for, or why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome<T> {
    /// What was asked for.
    Done(T),
    /// Why not. On the wire nothing stands beside it.
    Failed(BookingFailure),
}

impl<T: Serialize> Serialize for Outcome<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Done(done) => done.serialize(serializer),
            Self::Failed(failure) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("booking_failure", failure)?;
                map.end()
            }
        }
    }
}

/// A booking with the payment option that it changed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Booked {
    booking: Booking,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_payment_option: Option<UserPaymentOption>,
}

/// A lease that was granted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub(crate) struct Leased {
    lease: Lease,
}

message! {
    /// An answer as it was stored, legal or not.
    pub(crate) struct ReceivedAnswer ["2.5"] {
        /// The booking.
        booking: Option<Booking>,
        /// The payment option.
        user_payment_option: Option<UserPaymentOption>,
        /// The lease.
        lease: Option<Lease>,
        /// The failure.
        booking_failure: Option<ReceivedFailure>,
    }
}

impl ReceivedAnswer {
    fn outcome<T>(self, done: impl FnOnce(Self) -> Option<T>) -> Result<Outcome<Box<T>>, String> {
        let Some(failure) = self.booking_failure else {
            let done = done(self).ok_or("the answer holds neither a result nor a failure")?;
            return Ok(Outcome::Done(Box::new(done)));
        };
        if self.booking.is_some() || self.user_payment_option.is_some() || self.lease.is_some() {
            return Err("the answer holds a failure and something beside it".to_owned());
        }
        Ok(Outcome::Failed(failure.try_into()?))
    }
}

fn booked(answer: ReceivedAnswer) -> Option<Booked> {
    let user_payment_option = answer.user_payment_option;
    answer.booking.map(|booking| Booked {
        booking,
        user_payment_option,
    })
}

fn leased(answer: ReceivedAnswer) -> Option<Leased> {
    answer.lease.map(|lease| Leased { lease })
}

/// Defines an answer: its constructors and readers stand beside it.
macro_rules! answer {
    (
        $(#[doc = $doc:literal])*
        pub struct $name:ident($done:ident by $from:ident) [$reference:literal] {
            $required:ident: $required_type:ident $(, $optional:ident: $optional_type:ident)?
        }
    ) => {
        $(#[doc = $doc])*
        #[doc = concat!("\n\nReference: section ", $reference, ".")]
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(Outcome<Box<$done>>);

        impl $name {
            /// A refusal, which nothing stands beside.
            pub fn failed(failure: BookingFailure) -> Self {
                Self(Outcome::Failed(failure))
            }

            /// The failure, if it is one.
            pub fn failure(&self) -> Option<&BookingFailure> {
                match &self.0 {
                    Outcome::Done(_) => None,
                    Outcome::Failed(failure) => Some(failure),
                }
            }

            /// What was granted, or why nothing was.
            pub fn outcome(&self) -> Outcome<&$required_type> {
                match &self.0 {
                    Outcome::Done(done) => Outcome::Done(&done.$required),
                    Outcome::Failed(failure) => Outcome::Failed(failure.clone()),
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let received = ReceivedAnswer::deserialize(deserializer)?;
                received.outcome($from).map(Self).map_err(serde::de::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let done = ObjectBuilder::new()
                    .schema_type(Type::Object)
                    .title(Some("Granted"))
                    .property(stringify!($required), named(stringify!($required_type)))
                    .required(stringify!($required))
                    $(.property(stringify!($optional), named(stringify!($optional_type))))?;
                let failed = ObjectBuilder::new()
                    .schema_type(Type::Object)
                    .title(Some("Refused"))
                    .property("booking_failure", named("BookingFailure"))
                    .required("booking_failure");
                OneOfBuilder::new()
                    .description(Some(concat!($($doc, "\n"),*).trim()))
                    .item(done)
                    .item(failed)
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }

            fn schemas(schemas: &mut crate::json::field::Schemas) {
                <$required_type as crate::json::field::Field>::referenced(schemas);
                $( <$optional_type as crate::json::field::Field>::referenced(schemas); )?
                schemas.push((
                    "BookingFailure".to_owned(),
                    <BookingFailure as utoipa::PartialSchema>::schema(),
                ));
                <BookingFailure as utoipa::ToSchema>::schemas(schemas);
            }
        }
    };
}

answer! {
    /// The answer to CreateBooking: the new booking, or why there is none.
    pub struct CreateBookingResponse(Booked by booked) ["2.5"] {
        booking: Booking, user_payment_option: UserPaymentOption
    }
}

answer! {
    /// The answer to UpdateBooking: the booking as it now is, or why it stays as it was.
    pub struct UpdateBookingResponse(Booked by booked) ["2.6"] {
        booking: Booking, user_payment_option: UserPaymentOption
    }
}

answer! {
    /// The answer to CreateLease: the lease, or why there is none.
    pub struct CreateLeaseResponse(Leased by leased) ["2.4"] {
        lease: Lease
    }
}

impl CreateBookingResponse {
    /// A new booking, with the payment option that it bought or used.
    pub fn booked(booking: Booking, user_payment_option: Option<UserPaymentOption>) -> Self {
        Self(Outcome::Done(Box::new(Booked {
            booking,
            user_payment_option,
        })))
    }

    /// The booking, if it is one.
    pub fn booking(&self) -> Option<&Booking> {
        booking_of(&self.0)
    }

    /// The payment option that the booking bought or used.
    pub fn user_payment_option(&self) -> Option<&UserPaymentOption> {
        option_of(&self.0)
    }
}

impl UpdateBookingResponse {
    /// The booking as it now is, with the payment option if that changed.
    pub fn updated(booking: Booking, user_payment_option: Option<UserPaymentOption>) -> Self {
        Self(Outcome::Done(Box::new(Booked {
            booking,
            user_payment_option,
        })))
    }

    /// The booking, if the update was granted.
    pub fn booking(&self) -> Option<&Booking> {
        booking_of(&self.0)
    }

    /// The payment option, if that changed.
    pub fn user_payment_option(&self) -> Option<&UserPaymentOption> {
        option_of(&self.0)
    }
}

impl CreateLeaseResponse {
    /// A granted lease.
    pub fn leased(lease: Lease) -> Self {
        Self(Outcome::Done(Box::new(Leased { lease })))
    }

    /// The lease, if it was granted.
    pub fn lease(&self) -> Option<&Lease> {
        match &self.0 {
            Outcome::Done(done) => Some(&done.lease),
            Outcome::Failed(_) => None,
        }
    }
}

fn booking_of(outcome: &Outcome<Box<Booked>>) -> Option<&Booking> {
    match outcome {
        Outcome::Done(done) => Some(&done.booking),
        Outcome::Failed(_) => None,
    }
}

fn option_of(outcome: &Outcome<Box<Booked>>) -> Option<&UserPaymentOption> {
    match outcome {
        Outcome::Done(done) => done.user_payment_option.as_ref(),
        Outcome::Failed(_) => None,
    }
}
