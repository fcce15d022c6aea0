//! CheckAvailability (legacy): how many places does this slot have left?

use crate::enums::DurationRequirement;
use crate::finding::Finding;
use crate::json::message;
use crate::required::{Missing, Required};
use crate::slot::Slot;

message! {
    /// Asks how many places a slot has left.
    pub struct CheckAvailabilityRequest ["2.3"] {
        /// The slot.
        slot: Option<Slot> = required,
    }
}

message! {
    /// How many places a slot has left.
    pub struct CheckAvailabilityResponse ["2.3"] {
        /// The slot asked about, with its confirmation mode.
        slot: Option<Slot> = required,
        /// Open places for exactly this slot; 0 means none.
        count_available: i32 = always,
        /// Until when it can be cancelled online, in seconds since 1970 (UTC); superseded by the
        /// feed.
        last_online_cancellable_sec: i64,
        /// Whether the duration may be shown; superseded by the feed.
        duration_requirement: DurationRequirement,
        /// Counts of other slots, so that the caller can refresh them.
        availability_update: Option<AvailabilityUpdate>,
    }
}

message! {
    /// Counts of other slots than the one asked about.
    pub struct AvailabilityUpdate ["2.3"] {
        /// The slots.
        slot_availability: Vec<SlotAvailability>,
    }
}

message! {
    /// How many places one slot has left.
    pub struct SlotAvailability ["2.3"] {
        /// The slot.
        slot: Option<Slot>,
        /// Open places; 0 means none.
        count_available: i32 = always,
    }
}

impl Required for CheckAvailabilityRequest {
    fn missing(&self) -> Vec<Finding> {
        let mut missing = Missing::default();
        if let Some(slot) = missing.message(self.slot.as_ref(), "slot", "2.3") {
            missing.slot(slot, "/slot");
        }
        missing.found()
    }
}
