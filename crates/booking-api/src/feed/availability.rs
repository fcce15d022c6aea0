//! The availability feed's record, and what narrows a list of them.

use super::opaque::Opaque;
use crate::enums::{ConfirmationMode, DurationRequirement, RequireCreditCard};
use crate::json::message;
use crate::payment::{Deposit, NoShowFee};

message! {
    /// A slot, or with `recurrence` a row of slots, as the feed describes it.
    pub struct Availability ["8.5"] {
        /// The merchant, by the partner's id.
        merchant_id: String = required,
        /// The service, by the partner's id.
        service_id: String = required,
        /// When it starts, in seconds since 1970 (UTC).
        start_sec: i64 = required,
        /// How long it lasts, in seconds.
        duration_sec: i64 = required,
        /// Places it has.
        spots_total: i64 = always,
        /// Places that are free.
        spots_open: i64 = always,
        /// Opaque mark that comes back with every request for this slot.
        availability_tag: String,
        /// Staff, room and party that the slot is for.
        resources: Option<SlotResources>,
        /// Packs and memberships that it can be paid with, instead of the service's.
        payment_option_id: Vec<String>,
        /// Further slots of the same form.
        recurrence: Option<Recurrence>,
        /// Times in the row of slots that are not free.
        schedule_exception: Vec<ScheduleException>,
        /// The deposit, instead of the service's.
        deposit: Option<Deposit>,
        /// The no-show fee, instead of the service's.
        no_show_fee: Option<NoShowFee>,
        /// Whether a card is asked for, instead of the service's word.
        require_credit_card: RequireCreditCard,
        /// When it can be booked and cancelled, instead of the service's rules.
        scheduling_rule_overrides: Option<SchedulingRuleOverrides>,
        /// Who decides about a booking, and when.
        confirmation_mode: ConfirmationMode,
        /// Whether guests see how long it lasts.
        duration_requirement: DurationRequirement,
        /// Terms of a prepayment by link; kept as they are.
        prepayment: Option<Prepayment>,
    }
}

message! {
    /// Staff, room and party size of a slot, with the names that guests see.
    pub struct SlotResources ["8.5"] {
        /// The member of staff, by the partner's id.
        staff_id: String,
        /// The member of staff's name.
        staff_name: String,
        /// The room, by the partner's id.
        room_id: String,
        /// The room's name.
        room_name: String,
        /// The number of guests (dining).
        party_size: i32,
    }
}

message! {
    /// Slots at the start, and every so often after it.
    pub struct Recurrence ["8.5"] {
        /// The last possible start, included.
        repeat_until_sec: i64,
        /// Seconds between two starts.
        repeat_every_sec: i64,
    }
}

message! {
    /// A time in which a row of slots has no free place.
    pub struct ScheduleException ["8.5"] {
        /// The time.
        time_range: Option<TimeRange>,
    }
}

message! {
    /// A time from `begin_sec` up to, but without, `end_sec`.
    pub struct TimeRange ["8.5"] {
        /// The first second.
        begin_sec: i64,
        /// The first second after it.
        end_sec: i64,
    }
}

message! {
    /// When a slot can be booked and cancelled; moments in seconds since 1970 (UTC).
    pub struct SchedulingRuleOverrides ["8.5"] {
        /// From when it can be booked.
        first_bookable_sec: i64,
        /// Until when it can be booked.
        last_bookable_sec: i64,
        /// Until when guests can cancel online.
        last_online_cancellable_sec: i64,
    }
}

message! {
    /// Terms of a prepayment by link.
    pub struct Prepayment ["7"] {
        /// Kept as it is.
        price_info: Option<Opaque>,
    }
}

message! {
    /// The resources that a list of slots is narrowed to.
    pub struct ResourcesRestrict ["8.5"] {
        /// The member of staff, by the partner's id.
        staff_id: String,
        /// The room, by the partner's id.
        room_id: String,
    }
}

impl Availability {
    /// Every start that this record stands for, and whether an exception takes its place away.
    ///
    /// # Errors
    /// [`RecurrenceError`](super::RecurrenceError).
    pub fn starts(&self) -> Result<Vec<(i64, bool)>, super::RecurrenceError> {
        let exceptions: Vec<(i64, i64)> = self
            .schedule_exception
            .iter()
            .filter_map(|exception| exception.time_range.as_ref())
            .map(|range| (range.begin_sec, range.end_sec))
            .collect();
        let recurrence = self
            .recurrence
            .as_ref()
            .map(|it| (it.repeat_until_sec, it.repeat_every_sec));
        super::expand(self.start_sec, self.duration_sec, recurrence, &exceptions)
    }
}
