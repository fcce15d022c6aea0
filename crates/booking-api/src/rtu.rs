//! Real-time updates of the inventory, which the partner sends: `availability:replace` for one
//! service and for several (section 7). Names are in lowerCamelCase on the wire.
//!
//! Deliberately not here: calls for merchants and services, which are optional, and the feeds'
//! records, which say the same in another spelling (see [`crate::feed`]).

use percent_encoding::utf8_percent_encode;

use crate::enums::{ConfirmationMode, DurationRequirement, RequireCreditCard};
use crate::feed::Prepayment;
use crate::finding::{Finding, FindingCode};
use crate::json::{Reading, message, read};
use crate::moment::{Lasting, Moment};
use crate::notification::patch::{PLAIN, snake_case_names};
use crate::payment::{Deposit, NoShowFee};

message! {
    /// Asks to replace slots of several services.
    pub struct BatchReplaceRequest ["7"] {
        /// One entry per service and window.
        extended_service_availability: Vec<ExtendedServiceAvailability> = always,
    }
}

message! {
    /// Asks to replace slots of one service, which the path names.
    pub struct ReplaceRequest ["7"] {
        /// The window and its slots.
        service_availability: Option<ServiceAvailability> = required,
    }
}

message! {
    /// A window of a service and all slots in it.
    pub struct ExtendedServiceAvailability ["7"] {
        /// The merchant, by the partner's id.
        merchant_id: String = required,
        /// The service, by the partner's id.
        service_id: String = required,
        /// From when on slots are replaced; from the first one where left out.
        start_time_restrict: Option<Moment>,
        /// Before when slots are replaced; to the last one where left out.
        end_time_restrict: Option<Moment>,
        /// Only slots of this length are replaced.
        duration_restrict: Option<Lasting>,
        /// Only slots of this staff and room are replaced.
        resources_restrict: Option<RtuResources>,
        /// The slots that are there from now on.
        availability: Vec<RtuAvailability> = written,
    }
}

message! {
    /// A window of the service that the path names, and all slots in it.
    pub struct ServiceAvailability ["7"] {
        /// `partners/{partner}/merchants/{merchant}/services/{service}`.
        name: String,
        /// From when on slots are replaced; from the first one where left out.
        start_time_restrict: Option<Moment>,
        /// Before when slots are replaced; to the last one where left out.
        end_time_restrict: Option<Moment>,
        /// Only slots of this length are replaced.
        duration_restrict: Option<Lasting>,
        /// Only slots of this staff and room are replaced.
        resources_restrict: Option<RtuResources>,
        /// The slots that are there from now on.
        availability: Vec<RtuAvailability> = written,
    }
}

message! {
    /// A slot in a real-time update.
    pub struct RtuAvailability ["7"] {
        /// When it starts.
        start_time: Option<Moment> = required,
        /// How long it lasts.
        duration: Option<Lasting> = required,
        /// Places that are free.
        spots_open: i64 = written,
        /// Places it has.
        spots_total: i64 = written,
        /// Opaque mark that comes back with every request for this slot.
        availability_tag: String,
        /// Staff, room and party that the slot is for.
        resources: Option<RtuResources>,
        /// Who decides about a booking, and when.
        confirmation_mode: ConfirmationMode,
        /// Packs and memberships that it can be paid with.
        payment_option_id: Vec<String>,
        /// Further slots of the same form.
        recurrence: Option<RtuRecurrence>,
        /// Times in the row of slots that are not free.
        schedule_exception: Vec<RtuScheduleException>,
        /// The deposit, instead of the service's.
        deposit: Option<Deposit>,
        /// The no-show fee, instead of the service's.
        no_show_fee: Option<NoShowFee>,
        /// Terms of a prepayment by link.
        prepayment: Option<Prepayment>,
        /// Whether a card is asked for, instead of the service's word.
        require_credit_card: RequireCreditCard,
        /// Ticket types that it can be booked with.
        ticket_type_id: Vec<String>,
        /// Whether guests see how long it lasts.
        duration_requirement: DurationRequirement,
        /// When it can be booked and cancelled, instead of the service's rules.
        scheduling_rule_overrides: Option<RtuSchedulingRuleOverrides>,
        /// Why the guest is led elsewhere to book.
        linkout_required_reason: String,
    }
}

message! {
    /// Staff, room and party size of a slot.
    pub struct RtuResources ["7"] {
        /// The member of staff, by the partner's id.
        staff_id: String,
        /// The member of staff's name.
        staff_name: String,
        /// The room, by the partner's id.
        room_id: String,
        /// The room's name.
        room_name: String,
        /// The room in words.
        room_description: String,
        /// The number of guests (dining).
        party_size: i32,
    }
}

message! {
    /// Slots at the start, and every so often after it.
    pub struct RtuRecurrence ["7"] {
        /// The last possible start, included.
        repeat_until: Option<Moment>,
        /// The time between two starts.
        repeat_every: Option<Lasting>,
    }
}

message! {
    /// A time in which a row of slots has no free place.
    pub struct RtuScheduleException ["7"] {
        /// The time.
        time_range: Option<RtuTimeRange>,
    }
}

message! {
    /// A time from its start up to, but without, its end.
    pub struct RtuTimeRange ["7"] {
        /// The first instant.
        start_time: Option<Moment>,
        /// The first instant after it.
        end_time: Option<Moment>,
    }
}

message! {
    /// When a slot can be booked and cancelled; moments in seconds since 1970 (UTC).
    pub struct RtuSchedulingRuleOverrides ["7"] {
        /// From when it can be booked.
        first_bookable_sec: i64,
        /// Until when it can be booked.
        last_bookable_sec: i64,
        /// Until when guests can cancel online.
        last_online_cancellable_sec: i64,
    }
}

impl ServiceAvailability {
    /// The same with the ids that the path had.
    pub fn extended(self, merchant_id: &str, service_id: &str) -> ExtendedServiceAvailability {
        ExtendedServiceAvailability {
            merchant_id: merchant_id.to_owned(),
            service_id: service_id.to_owned(),
            start_time_restrict: self.start_time_restrict,
            end_time_restrict: self.end_time_restrict,
            duration_restrict: self.duration_restrict,
            resources_restrict: self.resources_restrict,
            availability: self.availability,
        }
    }
}

impl ExtendedServiceAvailability {
    /// The same without ids, for a call whose path names them.
    pub fn single(self, partner_id: &str) -> ServiceAvailability {
        ServiceAvailability {
            name: service_name(partner_id, &self.merchant_id, &self.service_id),
            start_time_restrict: self.start_time_restrict,
            end_time_restrict: self.end_time_restrict,
            duration_restrict: self.duration_restrict,
            resources_restrict: self.resources_restrict,
            availability: self.availability,
        }
    }

    /// Whether the restricts cover a start.
    pub fn covers(&self, start: Moment) -> bool {
        self.start_time_restrict.is_none_or(|from| start >= from)
            && self.end_time_restrict.is_none_or(|to| start < to)
    }
}

/// The resource name of a service.
pub fn service_name(partner_id: &str, merchant_id: &str, service_id: &str) -> String {
    format!("partners/{partner_id}/merchants/{merchant_id}/services/{service_id}")
}

/// The path of the call for several services.
pub fn batch_path(partner_id: &str) -> String {
    let partner = utf8_percent_encode(partner_id, PLAIN);
    format!("/v1alpha/inventory/partners/{partner}/availability:replace")
}

/// The path of the call for one service.
pub fn single_path(partner_id: &str, merchant_id: &str, service_id: &str) -> String {
    let segment = |text| utf8_percent_encode(text, PLAIN);
    format!(
        "/v1alpha/inventory/partners/{}/merchants/{}/services/{}/availability:replace",
        segment(partner_id),
        segment(merchant_id),
        segment(service_id)
    )
}

/// Reads the body of a call for several services.
pub fn read_batch(body: &[u8]) -> Reading<BatchReplaceRequest> {
    let mut reading = in_camel_case(read::<BatchReplaceRequest>(body), body);
    if let Ok(request) = &reading.message {
        for (place, entry) in request.extended_service_availability.iter().enumerate() {
            let at = format!("/extendedServiceAvailability/{place}");
            remarks(entry, &at, &mut reading.findings);
        }
    }
    reading
}

/// Reads the body of a call for one service.
pub fn read_single(
    merchant_id: &str,
    service_id: &str,
    body: &[u8],
) -> Reading<ExtendedServiceAvailability> {
    let reading = in_camel_case(read::<ReplaceRequest>(body), body);
    let mut findings = reading.findings;
    let message = reading.message.map(|request| {
        let window = request.service_availability.unwrap_or_default();
        let window = window.extended(merchant_id, service_id);
        remarks(&window, "/serviceAvailability", &mut findings);
        window
    });
    Reading { message, findings }
}

/// Findings about names, in this interface's own spelling.
fn in_camel_case<T>(mut reading: Reading<T>, body: &[u8]) -> Reading<T> {
    let fits = |finding: &Finding| finding.code != FindingCode::CamelCase.name();
    reading.findings.retain(fits);
    snake_case_names(body, &mut reading.findings);
    reading
}

/// What is odd about a window's slots, though each of them can be read.
fn remarks(window: &ExtendedServiceAvailability, at: &str, findings: &mut Vec<Finding>) {
    for (place, slot) in window.availability.iter().enumerate().take(100) {
        let pointer = format!("{at}/availability/{place}");
        let Some(start) = slot.start_time else {
            continue;
        };
        if !window.covers(start) {
            findings.push(Finding::new(
                FindingCode::SlotOutsideWindow,
                format!("{pointer}/startTime"),
                start.to_string(),
                "a start that the restricts cover",
            ));
        }
        if slot.confirmation_mode == ConfirmationMode::Unspecified {
            findings.push(Finding::new(
                FindingCode::UnspecifiedConfirmationMode,
                format!("{pointer}/confirmationMode"),
                "nothing",
                "a confirmation mode",
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::json::camel_case;

    #[test]
    fn a_window_with_one_slot_outside_and_a_snake_case_mode_is_read() {
        let body = json!({"extendedServiceAvailability": [{
            "merchantId": "m-harbor", "serviceId": "dinner",
            "startTimeRestrict": "2027-01-01T17:00:00.045123456Z",
            "endTimeRestrict": "2027-01-01T19:00:00.045123456Z",
            "availability": [
                {"startTime": "2027-01-01T17:30:00.00Z", "duration": "5400s", "spotsOpen": "1",
                 "spotsTotal": "3", "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS"},
                {"startTime": "2027-01-02T11:00:00Z", "duration": "5400s", "spotsOpen": "1",
                 "spotsTotal": "1", "confirmationMode": "CONFIRMATION_MODE_ASYNCHRONOUS"},
            ],
        }]});
        let reading = read_batch(body.to_string().as_bytes());
        let codes: Vec<&str> = reading.findings.iter().map(|it| it.code.as_ref()).collect();
        assert_eq!(codes, ["snake_case", "slot_outside_window"]);
        let window = &reading.message.unwrap().extended_service_availability[0];
        assert_eq!(window.availability[0].spots_open, 1);
        assert_eq!(
            window.availability[1].confirmation_mode,
            ConfirmationMode::Asynchronous
        );
    }

    #[test]
    fn a_slot_is_written_as_the_reference_shows_it() {
        let window = ExtendedServiceAvailability {
            merchant_id: "m-harbor".to_owned(),
            service_id: "dinner".to_owned(),
            start_time_restrict: Moment::of_second(1_798_822_800),
            end_time_restrict: Moment::of_second(1_798_830_000),
            availability: vec![RtuAvailability {
                start_time: Moment::of_second(1_798_822_800),
                duration: Some(Lasting::of_seconds(5_400)),
                spots_open: 0,
                spots_total: 3,
                availability_tag: "tag-77".to_owned(),
                resources: Some(RtuResources {
                    party_size: 4,
                    ..RtuResources::default()
                }),
                confirmation_mode: ConfirmationMode::Synchronous,
                ..RtuAvailability::default()
            }],
            ..ExtendedServiceAvailability::default()
        };
        let slot = json!({"startTime": "2027-01-01T17:00:00Z", "duration": "5400s",
            "spotsOpen": "0", "spotsTotal": "3", "availabilityTag": "tag-77",
            "resources": {"partySize": 4}, "confirmationMode": "CONFIRMATION_MODE_SYNCHRONOUS"});
        assert_eq!(
            camel_case(&window),
            json!({"merchantId": "m-harbor", "serviceId": "dinner",
                "startTimeRestrict": "2027-01-01T17:00:00Z",
                "endTimeRestrict": "2027-01-01T19:00:00Z", "availability": [slot]})
        );
        assert_eq!(
            camel_case(&window.clone().single("20002"))["name"],
            "partners/20002/merchants/m-harbor/services/dinner"
        );
        assert_eq!(
            window.clone().single("1").extended("m-harbor", "dinner"),
            window
        );
        assert_eq!(
            single_path("1", "m/1", "s 2"),
            "/v1alpha/inventory/partners/1/merchants/m%2F1/services/s%202/availability:replace"
        );
    }
}
