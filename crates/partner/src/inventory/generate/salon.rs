//! A hair salon: each of three people has slots of their own; nothing is paid in advance. Colouring
//! is confirmed by the merchant, who looks at the hair first.

use booking_api::feed::SchedulingRules;
use booking_api::{ConfirmationMode, ResourceIds};

use super::locale::Word;
use super::times::{Calendar, clock, starts};
use super::{Draft, SlotTerms};

/// Id, name, minutes, minutes between starts, dollars.
const SERVICES: &[(&str, Word, u32, u32, u32)] = &[
    (
        "cut",
        [
            "Haircut",
            "Haarschnitt",
            "Coupe",
            "Taglio",
            "カット",
            "Knippen",
            "Corte",
        ],
        45,
        60,
        48,
    ),
    (
        "blow-dry",
        [
            "Blow-dry",
            "Föhnen",
            "Brushing",
            "Piega",
            "ブロー",
            "Föhnen",
            "Escova",
        ],
        30,
        60,
        30,
    ),
    (
        "beard",
        [
            "Beard trim",
            "Bart trimmen",
            "Taille de barbe",
            "Barba",
            "髭トリム",
            "Baard trimmen",
            "Barba",
        ],
        20,
        30,
        22,
    ),
    (
        COLOUR,
        [
            "Colour",
            "Färben",
            "Coloration",
            "Colore",
            "カラー",
            "Kleuren",
            "Coloração",
        ],
        90,
        90,
        120,
    ),
];

const COLOUR: &str = "colour";

pub(super) fn draw(draft: &mut Draft, calendar: &Calendar) {
    for (service_id, word, _, _, dollars) in SERVICES {
        let price = draft.price(*dollars);
        let service = draft.service(service_id, *word);
        service.price = Some(price);
        service.scheduling_rules = Some(SchedulingRules {
            min_advance_booking: 1_800,
            min_advance_online_canceling: 7_200,
            ..SchedulingRules::default()
        });
    }
    let staff = draft.staff(3);
    // Tuesday to Saturday; each of the staff has one of these days off.
    for day in calendar.days().filter(|day| (1..=5).contains(&day.weekday)) {
        let close = if day.weekday == 5 {
            clock(16, 0)
        } else {
            clock(18, 0)
        };
        for (number, (staff_id, staff_name)) in staff.iter().enumerate() {
            if day.weekday == number as u32 + 1 {
                continue;
            }
            for (service_id, _, minutes, every, _) in SERVICES {
                for start in starts(clock(9, 0), close, *every, *minutes) {
                    let resources = ResourceIds {
                        staff_id: staff_id.clone(),
                        ..ResourceIds::default()
                    };
                    let terms = SlotTerms {
                        staff_name: staff_name.clone(),
                        ..SlotTerms::default()
                    };
                    let at = day.at(start);
                    let new = draft.slot(service_id, at, *minutes, 1, resources, terms);
                    if *service_id == COLOUR {
                        new.slot.confirmation_mode = ConfirmationMode::Asynchronous;
                    }
                }
            }
        }
    }
}
