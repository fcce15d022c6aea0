//! A fitness studio: a weekly timetable of classes with many places, a teacher and a room each. Ten
//! visits can be bought as a pack.

use booking_api::ResourceIds;
use booking_api::feed::{Opaque, SchedulingRules};
use serde_json::json;

use super::locale::Word;
use super::times::{Calendar, clock};
use super::{Draft, SlotTerms};

const PACK: &str = "pack-10";

/// Id, name, minutes, dollars, places, starts of the day.
type Class = (&'static str, Word, u32, u32, u32, &'static [u32]);

const CLASSES: &[Class] = &[
    (
        "yoga",
        ["Yoga", "Yoga", "Yoga", "Yoga", "ヨガ", "Yoga", "Ioga"],
        60,
        18,
        16,
        &[clock(7, 0), clock(12, 15), clock(19, 0)],
    ),
    (
        "cycling",
        [
            "Indoor cycling",
            "Indoor Cycling",
            "Cyclisme en salle",
            "Cycling indoor",
            "サイクリング",
            "Indoor cycling",
            "Ciclismo indoor",
        ],
        45,
        20,
        24,
        &[clock(6, 30), clock(17, 30), clock(18, 30)],
    ),
    (
        "pilates",
        [
            "Pilates",
            "Pilates",
            "Pilates",
            "Pilates",
            "ピラティス",
            "Pilates",
            "Pilates",
        ],
        55,
        22,
        10,
        &[clock(9, 0), clock(10, 30)],
    ),
    (
        "strength",
        [
            "Strength training",
            "Krafttraining",
            "Renforcement musculaire",
            "Forza",
            "筋力トレーニング",
            "Krachttraining",
            "Musculação",
        ],
        50,
        16,
        12,
        &[clock(8, 0), clock(20, 0)],
    ),
];

const ROOMS: [Word; 2] = [
    [
        "Studio A",
        "Saal A",
        "Salle A",
        "Sala A",
        "スタジオA",
        "Zaal A",
        "Sala A",
    ],
    [
        "Studio B",
        "Saal B",
        "Salle B",
        "Sala B",
        "スタジオB",
        "Zaal B",
        "Sala B",
    ],
];

pub(super) fn draw(draft: &mut Draft, calendar: &Calendar) {
    let pack = draft.price(150);
    let name = draft.locale.word([
        "10 classes",
        "10er-Karte",
        "10 cours",
        "10 lezioni",
        "10回券",
        "10 lessen",
        "10 aulas",
    ]);
    draft.drawn.merchant.payment_option.push(Opaque(json!({
        "payment_option_id": PACK,
        "name": name,
        "price": {"price_micros": pack.price_micros, "currency_code": pack.currency_code},
        "payment_option_type": "PAYMENT_OPTION_MULTI_USE",
        "session_count": 10,
    })));
    for (service_id, word, _, dollars, ..) in CLASSES {
        let price = draft.price(*dollars);
        let service = draft.service(service_id, *word);
        service.price = Some(price);
        service.payment_option_id = vec![PACK.to_owned()];
        service.scheduling_rules = Some(SchedulingRules {
            min_advance_booking: 600,
            min_advance_online_canceling: 14_400,
            ..SchedulingRules::default()
        });
    }
    let teachers = draft.staff(CLASSES.len());
    for day in calendar.days() {
        for (number, (service_id, _, minutes, _, places, times)) in CLASSES.iter().enumerate() {
            // Weekends have a shorter timetable.
            let classes = if day.is_weekend() { 1 } else { times.len() };
            for (turn, start) in times.iter().take(classes).enumerate() {
                let (staff_id, staff_name) = &teachers[(number + turn) % teachers.len()];
                let room = number % ROOMS.len();
                let resources = ResourceIds {
                    staff_id: staff_id.clone(),
                    room_id: format!("room-{}", room + 1),
                    party_size: 0,
                };
                let terms = SlotTerms {
                    staff_name: staff_name.clone(),
                    room_name: draft.locale.word(ROOMS[room]).to_owned(),
                    ..SlotTerms::default()
                };
                draft.slot(
                    service_id,
                    day.at(*start),
                    *minutes,
                    *places,
                    resources,
                    terms,
                );
            }
        }
    }
}
