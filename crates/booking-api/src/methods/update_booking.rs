//! UpdateBooking: move, change or cancel a booking. Its answer is
//! [`UpdateBookingResponse`](crate::UpdateBookingResponse).

use crate::booking::Booking;
use crate::enums::BookingStatus;
use crate::finding::Finding;
use crate::json::message;
use crate::required::{Missing, Required};

message! {
    /// Asks to change a booking: its id, and either slot details or `status: CANCELED`.
    pub struct UpdateBookingRequest ["2.6"] {
        /// The booking's id and what is to change; the rest stays as it was.
        booking: Option<Booking> = required,
    }
}

impl Required for UpdateBookingRequest {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        if let Some(booking) = missing.message(self.booking.as_ref(), "booking", "2.6") {
            missing.text(&booking.booking_id, "/booking", "booking_id", "2.6");
            if booking.slot.is_none() && booking.status == BookingStatus::Unspecified {
                let expected = "a slot to move to, or the status CANCELED";
                missing.add(
                    "/booking",
                    "slot",
                    "neither slot nor status",
                    expected,
                    "2.6",
                );
            }
        }
        missing.found()
    }
}
