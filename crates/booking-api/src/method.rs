//! The methods of the Booking Server.

use crate::json::wire_enum;

/// Verb of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// GET.
    Get,
    /// POST.
    Post,
}

impl Verb {
    /// The verb as HTTP spells it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

wire_enum! {
    /// A method of the Booking Server; its path is `/v3/` and its name.
    pub enum Method ["2"] {
        HealthCheck = 0 "HealthCheck" => "whether the partner is up.",
        BatchAvailabilityLookup = 1 "BatchAvailabilityLookup" => "which slots of a merchant are free.",
        CheckAvailability = 2 "CheckAvailability" => "how many places a slot has left.",
        CreateLease = 3 "CreateLease" => "holds a slot for a short while.",
        CreateBooking = 4 "CreateBooking" => "books a slot.",
        UpdateBooking = 5 "UpdateBooking" => "moves, changes or cancels a booking.",
        GetBookingStatus = 6 "GetBookingStatus" => "where a booking stands.",
        ListBookings = 7 "ListBookings" => "a guest's upcoming bookings.",
        SetMarketingPreference = 8 "SetMarketingPreference" => "whether a guest wants marketing messages.",
        CheckOrderFulfillability = 9 "CheckOrderFulfillability" => "whether tickets can be had (not imitated).",
        CreateOrder = 10 "CreateOrder" => "orders tickets (not imitated).",
        ListOrders = 11 "ListOrders" => "a guest's orders (not imitated).",
        BatchGetWaitEstimates = 12 "BatchGetWaitEstimates" => "how long the wait is (not imitated).",
        CreateWaitlistEntry = 13 "CreateWaitlistEntry" => "joins a waitlist (not imitated).",
        GetWaitlistEntry = 14 "GetWaitlistEntry" => "a place on a waitlist (not imitated).",
        DeleteWaitlistEntry = 15 "DeleteWaitlistEntry" => "leaves a waitlist (not imitated).",
    }
}

impl Method {
    /// Whether the mock imitates it; the others answer 501.
    pub const fn supported(self) -> bool {
        (self as usize) <= (Self::SetMarketingPreference as usize)
    }

    /// Its HTTP verb: GET for HealthCheck, POST for everything else, reads too.
    pub const fn verb(self) -> Verb {
        match self {
            Self::HealthCheck => Verb::Get,
            _ => Verb::Post,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_and_waitlists_are_not_supported() {
        let supported = Method::ALL
            .iter()
            .filter(|method| method.supported())
            .count();
        assert_eq!(supported, 9);
        assert!(Method::SetMarketingPreference.supported());
        assert!(!Method::CreateOrder.supported());
    }

    #[test]
    fn names_are_case_sensitive() {
        assert_eq!(
            Method::from_name("CreateBooking"),
            Some(Method::CreateBooking)
        );
        assert_eq!(Method::from_name("createbooking"), None);
        assert_eq!(Method::HealthCheck.verb().name(), "GET");
        assert_eq!(Method::ListBookings.verb().name(), "POST");
    }
}
