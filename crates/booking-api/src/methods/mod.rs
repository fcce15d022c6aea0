//! Requests and answers, one file per method. Answers that can be failures are in
//! [`answer`](crate::answer).

mod batch_availability_lookup;
mod check_availability;
mod create_booking;
mod create_lease;
mod get_booking_status;
mod health_check;
mod list_bookings;
mod set_marketing_preference;
mod update_booking;

pub use batch_availability_lookup::{
    BatchAvailabilityLookupRequest, BatchAvailabilityLookupResponse, SlotTime, SlotTimeAvailability,
};
pub use check_availability::{
    AvailabilityUpdate, CheckAvailabilityRequest, CheckAvailabilityResponse, SlotAvailability,
};
pub use create_booking::CreateBookingRequest;
pub use create_lease::CreateLeaseRequest;
pub use get_booking_status::{GetBookingStatusRequest, GetBookingStatusResponse};
pub use health_check::{HealthCheckResponse, ServingStatus};
pub use list_bookings::{ListBookingsRequest, ListBookingsResponse};
pub use set_marketing_preference::{SetMarketingPreferenceRequest, SetMarketingPreferenceResponse};
pub use update_booking::UpdateBookingRequest;
