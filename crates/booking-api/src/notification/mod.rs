//! The Booking Notification API, which the partner calls: its messages in lowerCamelCase, the
//! query of `notification.partners.bookings.patch`, and the errors that Google's interfaces answer
//! (section 6).
//!
//! Both directions are here: what a partner writes, and what an aggregator reads. Deliberately not
//! here: which change needs which PATCH, and whether a change is legal.

pub mod failure;
pub mod mask;
pub mod patch;
pub mod rpc;

use crate::enums::{BookingStatus, PrepaymentStatus};
use crate::json::message;
use crate::moment::{Lasting, Moment};

pub use failure::NotifiedFailure;
pub use mask::MaskField;
pub use patch::{PatchReading, PatchRequest, read_patch};
pub use rpc::{RpcCode, RpcError};

message! {
    /// A booking as the Booking Notification API has it.
    pub struct NotifiedBooking ["6.4"] {
        /// `partners/{partner}/bookings/{booking}`; equal to the path.
        name: String = required,
        /// The merchant, by the partner's id.
        merchant_id: String,
        /// The service, by the partner's id.
        service_id: String,
        /// When it starts.
        start_time: Option<Moment>,
        /// How long it lasts.
        duration: Option<Lasting>,
        /// The guest; not to be changed by a PATCH.
        client_information: Option<ClientInformation>,
        /// Where the booking stands.
        status: BookingStatus,
        /// What became of the money.
        payment_information: Option<NotifiedPayment>,
        /// The number of guests.
        party_size: i64,
    }
}

message! {
    /// The guest of a booking.
    pub struct ClientInformation ["6.4"] {
        /// First name.
        given_name: String,
        /// Last name.
        family_name: String,
        /// Where the guest lives.
        address: Option<ClientAddress>,
        /// Telephone number.
        telephone: String,
        /// E-mail address.
        email: String,
    }
}

message! {
    /// A guest's address, in this interface's own names.
    pub struct ClientAddress ["6.4"] {
        /// The country.
        address_country: String,
        /// The city.
        address_locality: String,
        /// The state or province.
        address_region: String,
        /// The postal code.
        postal_code: String,
        /// Street and number.
        street_address: String,
    }
}

message! {
    /// What this interface says of a payment.
    pub struct NotifiedPayment ["6.4"] {
        /// What became of the money.
        prepayment_status: PrepaymentStatus,
        /// Id of the transaction; belongs to a payment that was provided or refunded.
        payment_transaction_id: String,
    }
}

/// The resource name of a booking, which is also the end of its path.
pub fn booking_name(partner_id: &str, booking_id: &str) -> String {
    format!("partners/{partner_id}/bookings/{booking_id}")
}
