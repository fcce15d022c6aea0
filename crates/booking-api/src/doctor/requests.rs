//! What is looked at in the request of each method.

use super::{Checkup, Examined, guest, payment, slot};
use crate::booking::Booking;
use crate::enums::BookingStatus;
use crate::finding::FindingCode;
use crate::methods::{
    BatchAvailabilityLookupRequest, CheckAvailabilityRequest, CreateBookingRequest,
    CreateLeaseRequest, GetBookingStatusRequest, ListBookingsRequest,
    SetMarketingPreferenceRequest, UpdateBookingRequest,
};

impl Examined for BatchAvailabilityLookupRequest {
    fn examine(&self, checkup: &mut Checkup<'_>) {
        for (index, time) in self.slot_time.iter().enumerate() {
            let at = format_args!("/slot_time/{index}");
            slot::moment(time.start_sec, at, "start_sec", checkup);
            slot::duration(time.duration_sec, at, checkup);
            if let Some(resources) = &time.resource_ids {
                slot::party(resources, at, "resource_ids", checkup);
            }
        }
    }
}

impl Examined for CheckAvailabilityRequest {
    fn examine(&self, checkup: &mut Checkup<'_>) {
        if let Some(asked) = &self.slot {
            slot::slot(asked, "/slot", checkup);
        }
    }
}

impl Examined for CreateLeaseRequest {
    fn examine(&self, checkup: &mut Checkup<'_>) {
        let Some(lease) = &self.lease else {
            return;
        };
        if let Some(asked) = &lease.slot {
            slot::slot(asked, "/lease/slot", checkup);
        }
        let expiry = lease.lease_expiration_time_sec;
        slot::moment(expiry, "/lease", "lease_expiration_time_sec", checkup);
        if !lease.lease_id.is_empty() {
            let code = FindingCode::IgnoredField;
            let expected = "no lease_id: the partner makes it";
            let finding = checkup.note(code, "/lease", "lease_id", "a lease_id", expected);
            finding.reference = "2.4".into();
        }
    }
}

impl Examined for CreateBookingRequest {
    fn examine(&self, checkup: &mut Checkup<'_>) {
        if let Some(asked) = &self.slot {
            slot::slot(asked, "/slot", checkup);
        }
        if let Some(user) = &self.user_information {
            guest::guest(user, "/user_information", checkup);
        }
        payment::payment(self, checkup);
    }
}

impl Examined for UpdateBookingRequest {
    fn examine(&self, checkup: &mut Checkup<'_>) {
        if let Some(booking) = &self.booking {
            change(booking, checkup);
        }
    }
}

fn change(booking: &Booking, checkup: &mut Checkup<'_>) {
    const AT: &str = "/booking";
    let cancels = booking.status == BookingStatus::Canceled;
    match booking.status {
        BookingStatus::Unspecified | BookingStatus::Confirmed | BookingStatus::Canceled => {}
        other => {
            let code = FindingCode::WrongStatus;
            checkup.note(code, AT, "status", other.name(), "CANCELED, or no status");
        }
    }
    if let Some(wanted) = &booking.slot {
        slot::slot(wanted, "/booking/slot", checkup);
        if cancels {
            let code = FindingCode::CancelWithSlot;
            checkup.note(code, AT, "slot", "a slot beside CANCELED", "either of them");
        } else {
            both_times(wanted.start_sec, wanted.duration_sec, checkup);
        }
    }
    if let Some(user) = &booking.user_information {
        guest::guest(user, "/booking/user_information", checkup);
        let code = FindingCode::IgnoredField;
        let expected = "what is to change only: the guest stays";
        checkup.note(code, AT, "user_information", "a guest", expected);
    }
    if let Some(information) = &booking.payment_information {
        payment::amounts(information, "/booking/payment_information", checkup);
    }
}

/// A reschedule names both the start and the duration.
fn both_times(start_sec: i64, duration_sec: i64, checkup: &mut Checkup<'_>) {
    let (absent, present) = match (start_sec, duration_sec) {
        (0, 1..) => ("start_sec", "duration_sec"),
        (1.., 0) => ("duration_sec", "start_sec"),
        _ => return,
    };
    let found = format!("{present} alone");
    let expected = "start_sec and duration_sec";
    let code = FindingCode::IncompleteReschedule;
    checkup.note(code, "/booking/slot", absent, found, expected);
}

impl Examined for GetBookingStatusRequest {
    fn examine(&self, _checkup: &mut Checkup<'_>) {}
}

impl Examined for ListBookingsRequest {
    fn examine(&self, _checkup: &mut Checkup<'_>) {}
}

impl Examined for SetMarketingPreferenceRequest {
    fn examine(&self, checkup: &mut Checkup<'_>) {
        if let Some(user) = &self.user_information {
            guest::guest(user, "/user_information", checkup);
        }
    }
}
