//! BatchAvailabilityLookup: which of these slots can be booked now?

use crate::enums::ConfirmationMode;
use crate::finding::Finding;
use crate::json::message;
use crate::required::{Missing, Required};
use crate::slot::{ResourceIds, Slot};

message! {
    /// Asks which slots of one merchant can be booked now.
    pub struct BatchAvailabilityLookupRequest ["2.2"] {
        /// The merchant of all slots, by the partner's id.
        merchant_id: String = required,
        /// The slots; services, resources and days may be mixed.
        slot_time: Vec<SlotTime> = required,
    }
}

message! {
    /// One slot of a merchant that is named elsewhere.
    pub struct SlotTime ["2.2"] {
        /// The service, by the partner's id.
        service_id: String,
        /// When it starts, in seconds since 1970 (UTC).
        start_sec: i64,
        /// How long it lasts, in seconds.
        duration_sec: i64,
        /// Opaque mark that the partner's feed gave this slot.
        availability_tag: String,
        /// Staff, room and party that the slot is for. Called `resources` in Slot.
        resource_ids: Option<ResourceIds> = alias("resources"),
        /// Whether a booking would be confirmed at once or by the merchant later.
        confirmation_mode: ConfirmationMode,
    }
}

message! {
    /// One answer for each slot asked about, in the same order.
    pub struct BatchAvailabilityLookupResponse ["2.2"] {
        /// The slots, none left out.
        slot_time_availability: Vec<SlotTimeAvailability> = always,
    }
}

message! {
    /// Whether one slot can be booked.
    pub struct SlotTimeAvailability ["2.2"] {
        /// The slot asked about, with the confirmation mode it really has.
        slot_time: Option<SlotTime> = required,
        /// Whether it can be booked now.
        available: bool = always,
    }
}

impl SlotTime {
    /// The same slot with its merchant.
    pub fn to_slot(&self, merchant_id: &str) -> Slot {
        Slot {
            merchant_id: merchant_id.to_owned(),
            service_id: self.service_id.clone(),
            start_sec: self.start_sec,
            duration_sec: self.duration_sec,
            availability_tag: self.availability_tag.clone(),
            resources: self.resource_ids.clone(),
            confirmation_mode: self.confirmation_mode,
        }
    }
}

impl Required for BatchAvailabilityLookupRequest {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        missing.text(&self.merchant_id, "", "merchant_id", "2.2");
        if self.slot_time.is_empty() {
            missing.add(
                "",
                "slot_time",
                "nothing",
                "an array of at least one SlotTime",
                "2.2",
            );
        }
        for (index, slot) in self.slot_time.iter().enumerate() {
            if slot.service_id.is_empty() || slot.start_sec <= 0 {
                let at = format!("/slot_time/{index}");
                missing.text(&slot.service_id, &at, "service_id", "2.2");
                missing.moment(slot.start_sec, &at, "start_sec", "2.2");
            }
        }
        missing.found()
    }
}
