//! A bookable time and what it needs.

use crate::enums::ConfirmationMode;
use crate::json::message;

message! {
    /// One bookable time of one service. Its identity is ids, start, duration and resources; slots
    /// may overlap.
    pub struct Slot ["3.1"] {
        /// The merchant, by the partner's id.
        merchant_id: String,
        /// The service, by the partner's id.
        service_id: String,
        /// When it starts, in seconds since 1970 (UTC).
        start_sec: i64,
        /// How long it lasts, in seconds.
        duration_sec: i64,
        /// Opaque mark that the partner's feed gave this slot; it comes back as it was.
        availability_tag: String,
        /// Staff, room and party that the slot is for. Called `resource_ids` in SlotTime.
        resources: Option<ResourceIds> = alias("resource_ids"),
        /// Whether the booking is confirmed at once or by the merchant later.
        confirmation_mode: ConfirmationMode,
    }
}

message! {
    /// Staff, room and party size of a slot.
    pub struct ResourceIds ["3.1"] {
        /// The member of staff, by the partner's id.
        staff_id: String,
        /// The room, by the partner's id.
        room_id: String,
        /// The number of guests (dining).
        party_size: i32,
    }
}
