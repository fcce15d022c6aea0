//! CreateBooking: book a slot. Its answer is
//! [`CreateBookingResponse`](crate::CreateBookingResponse).

use crate::finding::Finding;
use crate::json::message;
use crate::lease::LeaseRef;
use crate::payment::{PaymentInformation, PaymentProcessingParameters};
use crate::required::{Missing, Required};
use crate::slot::Slot;
use crate::user::UserInformation;

message! {
    /// Asks for a booking.
    pub struct CreateBookingRequest ["2.5"] {
        /// What to book; equals the leased slot if there is a lease.
        slot: Option<Slot> = required,
        /// The lease to consume.
        lease_ref: Option<LeaseRef>,
        /// The guest.
        user_information: Option<UserInformation> = required,
        /// What is paid, and on which terms.
        payment_information: Option<PaymentInformation>,
        /// What the partner needs to charge a card; only if the partner processes the payment.
        payment_processing_parameters: Option<PaymentProcessingParameters>,
        /// Opaque; the same token means the same booking.
        idempotency_token: String = required,
        /// Free text from the guest.
        additional_request: String,
        /// The offer attached to the slot. Called `deal_id` in older requests.
        offer_id: String = was("deal_id"),
    }
}

impl Required for CreateBookingRequest {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        missing.text(&self.idempotency_token, "", "idempotency_token", "2.5");
        if let Some(slot) = missing.message(self.slot.as_ref(), "slot", "2.5") {
            missing.slot(slot, "/slot");
        }
        let guest = self.user_information.as_ref();
        if let Some(guest) = missing.message(guest, "user_information", "2.5") {
            missing.guest(guest, "/user_information");
        }
        missing.found()
    }
}
