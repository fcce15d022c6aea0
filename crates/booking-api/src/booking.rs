//! A booking and the small messages that only it holds.

use crate::enums::BookingStatus;
use crate::json::message;
use crate::payment::PaymentInformation;
use crate::slot::Slot;
use crate::user::UserInformation;

message! {
    /// A booking. In UpdateBooking requests most of it is absent, which means "as before".
    pub struct Booking ["3.3"] {
        /// The partner's id of the booking.
        booking_id: String,
        /// What is booked.
        slot: Option<Slot>,
        /// Who booked.
        user_information: Option<UserInformation>,
        /// Where the booking stands.
        status: BookingStatus,
        /// What is paid, and what is due.
        payment_information: Option<PaymentInformation>,
        /// Where to meet, for services held online.
        virtual_session_info: Option<VirtualSessionInfo>,
        /// The offer that was used.
        offer_info: Option<OfferInfo>,
    }
}

message! {
    /// Access to a service that is held online.
    pub struct VirtualSessionInfo ["3.3"] {
        /// The address to open.
        session_url: String,
        /// The meeting's id.
        meeting_id: String,
        /// The meeting's password.
        password: String,
    }
}

message! {
    /// The offer that a booking used.
    pub struct OfferInfo ["3.3"] {
        /// The partner's id of the offer.
        offer_id: String,
    }
}
