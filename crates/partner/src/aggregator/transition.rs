//! Which changes of status the aggregator takes from a notification: the rows of section 5.3 that a
//! PATCH carries.

use booking_api::BookingStatus;

/// The moves, from and to.
const MOVES: &[(BookingStatus, BookingStatus)] = {
    use BookingStatus::{
        Canceled, Confirmed, DeclinedByMerchant, Failed, NoShow, NoShowPenalized,
        PendingMerchantConfirmation as Pending,
    };
    &[
        (Pending, Confirmed),
        (Pending, DeclinedByMerchant),
        (Pending, Failed),
        (Confirmed, Canceled),
        (Confirmed, NoShow),
        (Confirmed, NoShowPenalized),
        (NoShow, NoShowPenalized),
    ]
};

/// Whether a notification may take a booking from one status to the other. Telling again what is
/// known already is always fine: notifications may come twice.
#[must_use]
pub fn is_legal(from: BookingStatus, to: BookingStatus) -> bool {
    from == to || MOVES.contains(&(from, to))
}
