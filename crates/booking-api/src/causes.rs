//! Why a booking, lease or change was refused: the causes, and what a person needs to know about
//! each.

use serde::Serialize;
use utoipa::ToSchema;

use crate::json::wire_enum;
use crate::method::Method;

wire_enum! {
    /// Why something was refused. All but the last four and the first are emitted; those are only
    /// read.
    ///
    /// `DEAL_UNAVAILABLE` shares the number 14; a number of -1 means that none is published.
    pub enum Cause ["3.11"] {
        Unspecified = 0 "CAUSE_UNSPECIFIED" => "unset; reads as an unknown error.",
        SlotUnavailable = 1 "SLOT_UNAVAILABLE" => "the slot is no longer free.",
        SlotAlreadyBookedByUser = 2 "SLOT_ALREADY_BOOKED_BY_USER" => "the same guest already holds this slot.",
        LeaseExpired = 3 "LEASE_EXPIRED" => "the lease ran out.",
        OutsideCancellationWindow = 4 "OUTSIDE_CANCELLATION_WINDOW" => "it is too late to cancel or change.",
        PaymentErrorCardTypeRejected = 5 "PAYMENT_ERROR_CARD_TYPE_REJECTED" => "the merchant does not take that card brand.",
        PaymentErrorCardDeclined = 6 "PAYMENT_ERROR_CARD_DECLINED" => "the card was declined.",
        PaymentOptionNotValid = 7 "PAYMENT_OPTION_NOT_VALID" => "the pack or membership cannot be used.",
        PaymentError = 8 "PAYMENT_ERROR" => "any other fault of the payment.",
        UserCannotUsePaymentOption = 9 "USER_CANNOT_USE_PAYMENT_OPTION" => "the guest is not entitled to the payment option.",
        BookingAlreadyCancelled = 10 "BOOKING_ALREADY_CANCELLED" => "the booking is cancelled already.",
        BookingNotCancellable = 11 "BOOKING_NOT_CANCELLABLE" => "the booking cannot be cancelled.",
        OverlappingReservation = 12 "OVERLAPPING_RESERVATION" => "the guest has a booking too close to this one.",
        UserOverBookingLimit = 13 "USER_OVER_BOOKING_LIMIT" => "the guest has too many bookings.",
        OfferUnavailable = 14 "OFFER_UNAVAILABLE" => "the offer is gone.",
        PaymentRequires3ds1 = 15 "PAYMENT_REQUIRES_3DS1" => "the bank wants a 3-D Secure 1 challenge first.",
        DealUnavailable = 14 "DEAL_UNAVAILABLE" => "older name of `OFFER_UNAVAILABLE`.",
        UnsupportedName = -1 "UNSUPPORTED_NAME" => "the guest's name is not supported.",
        UnsupportedPhoneNumber = -1 "UNSUPPORTED_PHONE_NUMBER" => "the guest's telephone number is not supported.",
        BannedUser = -1 "BANNED_USER" => "the guest is banned.",
    }
}

/// What a cause is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CauseGroup {
    /// The slot, or the hold on it.
    Slot,
    /// The guest and the guest's other bookings.
    Guest,
    /// Money and cards.
    Payment,
    /// Cancelling and changing.
    Cancellation,
    /// Offers.
    Offer,
}

/// What a person needs to know about a cause that can be emitted.
///
/// Reference: section 3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct CauseInfo {
    /// The cause.
    pub cause: Cause,
    /// Its number in the protocol's declaration, for information.
    pub number: i32,
    /// The cause in a few plain words.
    pub title: &'static str,
    /// The cause in one sentence.
    pub meaning: &'static str,
    /// What it is about.
    pub group: CauseGroup,
    /// The methods whose answer it makes sense in.
    #[schema(value_type = Vec<Method>)]
    pub methods: &'static [Method],
    /// Whether it makes sense when UpdateBooking cancels.
    pub applies_to_cancel: bool,
    /// Whether it makes sense when UpdateBooking moves the booking or changes its party.
    pub applies_to_change: bool,
    /// The field that must come with it, if there is one.
    pub companion: Option<&'static str>,
    /// The section of the protocol reference that describes it.
    pub reference: &'static str,
}

/// The causes that can be emitted, in the order of their numbers.
pub fn causes() -> &'static [CauseInfo] {
    &CAUSES
}

impl Cause {
    /// What there is to know about the cause; nothing about those that are only read.
    pub fn info(self) -> Option<&'static CauseInfo> {
        CAUSES.iter().find(|info| info.cause == self)
    }
}

const CREATE: &[Method] = &[Method::CreateBooking];
const UPDATE: &[Method] = &[Method::UpdateBooking];
const CREATE_UPDATE: &[Method] = &[Method::CreateBooking, Method::UpdateBooking];
const CREATE_LEASE_UPDATE: &[Method] = &[
    Method::CreateLease,
    Method::CreateBooking,
    Method::UpdateBooking,
];

/// A cause that makes sense in CreateBooking only; the table changes what differs.
const fn entry(
    cause: Cause,
    group: CauseGroup,
    title: &'static str,
    meaning: &'static str,
) -> CauseInfo {
    CauseInfo {
        cause,
        number: cause.number(),
        title,
        meaning,
        group,
        methods: CREATE,
        applies_to_cancel: false,
        applies_to_change: false,
        companion: None,
        reference: "3.11",
    }
}

static CAUSES: [CauseInfo; 15] = [
    CauseInfo {
        methods: CREATE_LEASE_UPDATE,
        applies_to_change: true,
        ..entry(
            Cause::SlotUnavailable,
            CauseGroup::Slot,
            "Slot is gone",
            "Somebody else took the last place, or the merchant closed the slot.",
        )
    },
    CauseInfo {
        methods: CREATE_LEASE_UPDATE,
        applies_to_change: true,
        ..entry(
            Cause::SlotAlreadyBookedByUser,
            CauseGroup::Guest,
            "Guest already has this slot",
            "The same guest holds a booking of this very slot.",
        )
    },
    entry(
        Cause::LeaseExpired,
        CauseGroup::Slot,
        "Hold on the slot ran out",
        "The request names a lease that expired or was used before.",
    ),
    CauseInfo {
        methods: UPDATE,
        applies_to_cancel: true,
        applies_to_change: true,
        ..entry(
            Cause::OutsideCancellationWindow,
            CauseGroup::Cancellation,
            "Too late to cancel or change",
            "The merchant's time limit for cancelling and changing online has passed.",
        )
    },
    CauseInfo {
        companion: Some("rejected_card_type"),
        ..entry(
            Cause::PaymentErrorCardTypeRejected,
            CauseGroup::Payment,
            "Card brand not accepted",
            "The merchant does not take cards of this brand; the answer names the brand.",
        )
    },
    entry(
        Cause::PaymentErrorCardDeclined,
        CauseGroup::Payment,
        "Card declined",
        "The bank refused the card.",
    ),
    entry(
        Cause::PaymentOptionNotValid,
        CauseGroup::Payment,
        "Pack or membership not valid",
        "The payment option is used up, expired or otherwise unusable.",
    ),
    entry(
        Cause::PaymentError,
        CauseGroup::Payment,
        "Payment went wrong",
        "A fault of the payment that no other cause describes.",
    ),
    entry(
        Cause::UserCannotUsePaymentOption,
        CauseGroup::Payment,
        "Guest may not use this payment option",
        "The guest is not entitled to it, such as a first-visit price on a second visit.",
    ),
    CauseInfo {
        methods: UPDATE,
        applies_to_cancel: true,
        applies_to_change: true,
        ..entry(
            Cause::BookingAlreadyCancelled,
            CauseGroup::Cancellation,
            "Booking is cancelled already",
            "There is nothing left to cancel or change.",
        )
    },
    CauseInfo {
        methods: UPDATE,
        applies_to_cancel: true,
        ..entry(
            Cause::BookingNotCancellable,
            CauseGroup::Cancellation,
            "Booking cannot be cancelled",
            "The merchant does not let this booking be cancelled at all.",
        )
    },
    CauseInfo {
        methods: CREATE_UPDATE,
        applies_to_change: true,
        ..entry(
            Cause::OverlappingReservation,
            CauseGroup::Guest,
            "Another booking too close",
            "The guest has a booking that overlaps this one, or this one is a duplicate.",
        )
    },
    entry(
        Cause::UserOverBookingLimit,
        CauseGroup::Guest,
        "Guest has too many bookings",
        "The guest has reached the partner's limit of bookings for one person.",
    ),
    entry(
        Cause::OfferUnavailable,
        CauseGroup::Offer,
        "Offer is gone",
        "The offer that the request names is no longer available.",
    ),
    CauseInfo {
        companion: Some("payment_failure.threeds1_parameters"),
        ..entry(
            Cause::PaymentRequires3ds1,
            CauseGroup::Payment,
            "Bank wants a 3-D Secure check",
            "The guest must pass the bank's check, and the booking is then asked for again.",
        )
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_numbers_one_to_fifteen_in_order() {
        let numbers: Vec<i32> = causes().iter().map(|info| info.number).collect();
        assert_eq!(numbers, (1..=15).collect::<Vec<_>>());
    }

    #[test]
    fn update_booking_and_its_two_intents_agree() {
        for info in causes() {
            let updates = info.methods.contains(&Method::UpdateBooking);
            assert_eq!(
                updates,
                info.applies_to_cancel || info.applies_to_change,
                "{}",
                info.cause
            );
        }
    }

    #[test]
    fn companions_stand_with_the_two_causes_that_have_one() {
        let with: Vec<Cause> = causes()
            .iter()
            .filter(|i| i.companion.is_some())
            .map(|i| i.cause)
            .collect();
        assert_eq!(
            with,
            [
                Cause::PaymentErrorCardTypeRejected,
                Cause::PaymentRequires3ds1
            ]
        );
    }

    #[test]
    fn causes_that_are_only_read_have_no_entry() {
        for cause in [
            Cause::Unspecified,
            Cause::DealUnavailable,
            Cause::BannedUser,
        ] {
            assert!(cause.info().is_none(), "{cause}");
        }
        assert_eq!(Cause::from_number(14), Some(Cause::OfferUnavailable));
        assert_eq!(Cause::from_number(-1), None);
    }
}
