//! What a slot becomes.

use booking_api::{ConfirmationMode, ResourceIds};

use super::*;

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
