//! GetBookingStatus (legacy): where does a booking stand?

use crate::enums::{BookingStatus, PrepaymentStatus};
use crate::finding::Finding;
use crate::json::message;
use crate::required::{Missing, Required};

message! {
    /// Asks where a booking stands.
    pub struct GetBookingStatusRequest ["2.7"] {
        /// The partner's id of the booking.
        booking_id: String = required,
    }
}

message! {
    /// Where a booking stands. All three fields are always there.
    pub struct GetBookingStatusResponse ["2.7"] {
        /// The partner's id of the booking.
        booking_id: String = always,
        /// Where the booking stands.
        booking_status: BookingStatus = always,
        /// What became of the money.
        prepayment_status: PrepaymentStatus = always,
    }
}

impl Required for GetBookingStatusRequest {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        missing.text(&self.booking_id, "", "booking_id", "2.7");
        missing.found()
    }
}
