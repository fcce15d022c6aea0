//! A restaurant: tables by party size at lunch and dinner. Parties of eight are confirmed by the
//! merchant, those of six ask for a card, and at weekends guests cancel a day ahead.

use booking_api::feed::SchedulingRules;
use booking_api::{ConfirmationMode, RequireCreditCard, ResourceIds};

use super::times::{Calendar, clock, starts};
use super::{Draft, SlotTerms};

const TABLE: &str = "reservation";

/// Party size, and the range of tables.
const TABLES: &[(i32, u32, u32)] = &[(2, 6, 9), (4, 4, 7), (6, 2, 3), (8, 1, 2)];

pub(super) fn draw(draft: &mut Draft, calendar: &Calendar) {
    let service = draft.service(
        TABLE,
        [
            "Table reservation",
            "Tischreservierung",
            "Réservation de table",
            "Prenotazione tavolo",
            "テーブル予約",
            "Tafelreservering",
            "Reserva de mesa",
        ],
    );
    service.scheduling_rules = Some(SchedulingRules {
        min_advance_booking: 900,
        min_advance_online_canceling: 7_200,
        ..SchedulingRules::default()
    });
    let tables: Vec<(i32, u32)> = TABLES
        .iter()
        .map(|(party, low, high)| (*party, draft.between(*low, *high)))
        .collect();
    // Closed on Mondays; no lunch on weekdays before Thursday.
    for day in calendar.days().filter(|day| day.weekday != 0) {
        let lunch = starts(clock(12, 0), clock(15, 30), 30, 90).filter(|_| day.weekday >= 3);
        let dinner = starts(clock(18, 0), clock(23, 0), 30, 90);
        for start in lunch.chain(dinner) {
            for (party_size, count) in &tables {
                let minutes = if *party_size >= 6 { 120 } else { 90 };
                let at = day.at(start);
                let mut terms = SlotTerms {
                    availability_tag: format!("table-{party_size}"),
                    ..SlotTerms::default()
                };
                if day.is_weekend() {
                    terms.last_online_cancellable_sec = Some(at - 86_400);
                }
                if *party_size == 6 {
                    terms.require_credit_card = Some(RequireCreditCard::Always);
                }
                let resources = ResourceIds {
                    party_size: *party_size,
                    ..ResourceIds::default()
                };
                let new = draft.slot(TABLE, at, minutes, *count, resources, terms);
                if *party_size == 8 {
                    new.slot.confirmation_mode = ConfirmationMode::Asynchronous;
                }
            }
        }
    }
}
