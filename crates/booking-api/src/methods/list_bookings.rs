//! ListBookings (legacy): a guest's upcoming bookings.

use crate::booking::Booking;
use crate::finding::Finding;
use crate::json::message;
use crate::required::{Missing, Required};

message! {
    /// Asks for a guest's upcoming bookings.
    pub struct ListBookingsRequest ["2.8"] {
        /// The guest, by the aggregator's id.
        user_id: String = required,
    }
}

message! {
    /// A guest's upcoming bookings.
    pub struct ListBookingsResponse ["2.8"] {
        /// The bookings; an empty array if there are none.
        bookings: Vec<Booking> = always,
    }
}

impl Required for ListBookingsRequest {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        missing.text(&self.user_id, "", "user_id", "2.8");
        missing.found()
    }
}
