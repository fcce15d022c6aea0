//! The wire format of the Maps Booking v3 Booking Server: its messages and enums, how they are read
//! from JSON that is not quite right, and what is worth saying about such JSON.
//!
//! - Messages are plain structs with the protocol's field names; `Default` is the empty message.
//! - [`read`] turns a request's body into a message and [`Finding`]s, [`Required`] says what is
//!   missing, and [`examine`] does both and looks at the rest ([`doctor`]).
//! - [`spelt`] says where a field stands in a body that spells its names in another way.
//! - Everything serialises as the protocol wants it: snake_case, 64-bit numbers as strings, enums
//!   by name, defaults left out.
//! - [`BookingFailure`] and the answers that can hold one can only be built in legal form.
//! - Every type describes itself for OpenAPI as it looks on the wire.
//!
//! "Reference: section 3.1" in these pages names a section of the protocol reference that the mock
//! is built from.
//!
//! Deliberately not here: sockets, clocks, and any rule about whether a request makes sense.
//!
//! ```
//! use booking_api::{CreateBookingRequest, Required, read};
//!
//! let reading =
//! read::<CreateBookingRequest>(br#"{"slot":{"startSec":1.6e9},"idempotency_token":"1"}"#);
//! assert!(reading.findings.iter().all(|finding| !finding.is_objection()));
//! let request = reading.message?;
//! assert_eq!(request.slot.as_ref().map(|slot| slot.start_sec), Some(1_600_000_000));
//! assert_eq!(request.missing()[0].pointer, "/slot/merchant_id");
//! # Ok::<(), booking_api::Rejection>(())
//! ```

pub mod answer;
pub mod booking;
pub mod causes;
pub mod doctor;
pub mod enums;
pub mod failure;
pub mod feed;
pub mod finding;
pub mod json;
pub mod lease;
pub mod method;
pub mod methods;
pub mod moment;
pub mod notification;
pub mod payment;
mod received;
pub mod required;
pub mod rtu;
pub mod slot;
pub mod user;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod testing;

pub use answer::{CreateBookingResponse, CreateLeaseResponse, Outcome, UpdateBookingResponse};
pub use booking::{Booking, OfferInfo, VirtualSessionInfo};
pub use causes::{Cause, CauseGroup, CauseInfo, causes};
pub use doctor::{Checkup, Examined, examine};
pub use enums::{
    AuthMethod, BillingInformationFormat, BookingStatus, ConfirmationMode, CreditCardType,
    DurationRequirement, PaymentOptionType, PaymentProcessedBy, PaymentProcessor, PrepaymentStatus,
    PrepaymentType, PriceType, ProcessingInstruction, RequireCreditCard,
};
pub use failure::{
    BookingFailure, IncompleteThreeDS1, PlainCause, RejectedCardType, ThreeDS1Parameters,
};
pub use finding::{Finding, FindingCode, FindingInfo, Severity};
pub use json::{
    FieldSpec, Json, Message, Reader, Reading, Rejection, RejectionKind, camel_case, read, spelt,
};
pub use lease::{Lease, LeaseRef};
pub use method::{Method, Verb};
pub use methods::{
    AvailabilityUpdate, BatchAvailabilityLookupRequest, BatchAvailabilityLookupResponse,
    CheckAvailabilityRequest, CheckAvailabilityResponse, CreateBookingRequest, CreateLeaseRequest,
    GetBookingStatusRequest, GetBookingStatusResponse, HealthCheckResponse, ListBookingsRequest,
    ListBookingsResponse, ServingStatus, SetMarketingPreferenceRequest,
    SetMarketingPreferenceResponse, SlotAvailability, SlotTime, SlotTimeAvailability,
    UpdateBookingRequest,
};
pub use payment::{
    CardNetworkParameters, Deposit, NoShowFee, PaymentInformation, PaymentProcessingParameters,
    Price, TokenizationConfig, UserPaymentOption,
};
pub use required::Required;
pub use slot::{ResourceIds, Slot};
pub use user::{PostalAddress, UserInformation};
