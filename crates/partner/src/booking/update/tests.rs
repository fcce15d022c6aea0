//! What a caller wishes.

use booking_api::Slot;

use super::*;

fn asked(status: BookingStatus, slot: Option<Slot>) -> Booking {
    Booking {
        booking_id: "bk-1".to_owned(),
        status,
        slot,
        ..Booking::default()
    }
}

#[test]
fn only_canceled_and_a_slot_are_wishes() {
    use BookingStatus::{
        Canceled, Confirmed, DeclinedByMerchant, Failed, NoShow, NoShowPenalized,
        PendingMerchantConfirmation, Unspecified,
    };
    let slot = || Some(Slot::default());
    assert_eq!(wish(&asked(Canceled, None)), Ok(Wish::Cancel));
    assert_eq!(wish(&asked(Canceled, slot())), Ok(Wish::Cancel));
    assert_eq!(wish(&asked(Unspecified, slot())), Ok(Wish::Change));
    assert_eq!(wish(&asked(Confirmed, slot())), Ok(Wish::Change));
    for status in [Unspecified, Confirmed] {
        let refusal = wish(&asked(status, None)).unwrap_err();
        assert_eq!((refusal.status, &*refusal.label), (400, "nothing to do"));
    }
    for status in [
        PendingMerchantConfirmation,
        NoShow,
        NoShowPenalized,
        Failed,
        DeclinedByMerchant,
    ] {
        for slot in [None, slot()] {
            let refusal = wish(&asked(status, slot)).unwrap_err();
            assert_eq!(refusal.status, 400, "{}", status.name());
            assert!(refusal.message.contains(status.name()));
        }
    }
}
