//! What a caller wishes, and what a slot becomes.

use booking_api::ResourceIds;

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

#[test]
fn what_is_absent_stays_as_before() {
    let old = Slot {
        merchant_id: "m".to_owned(),
        service_id: "s".to_owned(),
        start_sec: 1_000,
        duration_sec: 60,
        availability_tag: "tag".to_owned(),
        resources: Some(ResourceIds {
            staff_id: "anna".to_owned(),
            room_id: "2".to_owned(),
            party_size: 4,
        }),
        confirmation_mode: ConfirmationMode::Synchronous,
    };
    assert_eq!(moved(&old, &Slot::default()), old);
    let party = Slot {
        resources: Some(ResourceIds {
            party_size: 6,
            ..ResourceIds::default()
        }),
        ..Slot::default()
    };
    let new = moved(&old, &party);
    let resources = new.resources.clone().unwrap();
    assert_eq!(resources.party_size, 6);
    assert_eq!((&*resources.staff_id, &*resources.room_id), ("anna", "2"));
    assert_eq!(new.start_sec, 1_000);
    let times = Slot {
        start_sec: 2_000,
        duration_sec: 90,
        ..Slot::default()
    };
    let new = moved(&old, &times);
    assert_eq!((new.start_sec, new.duration_sec), (2_000, 90));
    assert_eq!(new.resources, old.resources);
    assert_eq!(new.availability_tag, "tag");
}
