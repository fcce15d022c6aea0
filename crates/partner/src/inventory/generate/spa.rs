//! A spa with every kind of payment: a prepaid massage, a facial with a no-show fee, hot stones with
//! a deposit, a bath that asks for a card. Slots override these: no fee in quiet hours, a higher
//! deposit on Saturdays, a card for the suite.

use booking_api::feed::{CreditCardRestrictions, PaymentRestrictions};
use booking_api::feed::{SchedulingRules, TaxRate};
use booking_api::{
    BillingInformationFormat, CreditCardType, Deposit, NoShowFee, PrepaymentType, PriceType,
    RequireCreditCard, ResourceIds, TokenizationConfig,
};

use super::locale::Word;
use super::times::{Calendar, clock, starts};
use super::{Draft, SlotTerms};

const MASSAGE: &str = "massage-60";
const FACIAL: &str = "facial";
const STONES: &str = "hot-stones";
const BATH: &str = "private-bath";

/// Until how long before the start the deposit is given back.
const DEPOSIT_BACK_SEC: i64 = 14_400;

/// Id, name, minutes, dollars.
const SERVICES: &[(&str, Word, u32, u32)] = &[
    (
        MASSAGE,
        [
            "Massage",
            "Massage",
            "Massage",
            "Massaggio",
            "マッサージ",
            "Massage",
            "Massagem",
        ],
        60,
        90,
    ),
    (
        FACIAL,
        [
            "Facial",
            "Gesichtsbehandlung",
            "Soin du visage",
            "Trattamento viso",
            "フェイシャル",
            "Gezichtsbehandeling",
            "Limpeza de pele",
        ],
        45,
        70,
    ),
    (
        STONES,
        [
            "Hot stone massage",
            "Hot-Stone-Massage",
            "Massage aux pierres chaudes",
            "Massaggio hot stone",
            "ホットストーン",
            "Hotstonemassage",
            "Massagem com pedras",
        ],
        90,
        120,
    ),
    (
        BATH,
        [
            "Private bath",
            "Privates Bad",
            "Bain privé",
            "Bagno privato",
            "貸切風呂",
            "Privébad",
            "Banho privativo",
        ],
        60,
        60,
    ),
];

const ROOMS: [(&str, Word); 2] = [
    (
        "room-1",
        [
            "Garden room",
            "Gartenzimmer",
            "Chambre jardin",
            "Sala giardino",
            "庭の間",
            "Tuinkamer",
            "Sala jardim",
        ],
    ),
    (
        SUITE,
        [
            "Suite",
            "Suite",
            "Suite",
            "Suite",
            "スイート",
            "Suite",
            "Suíte",
        ],
    ),
];

const SUITE: &str = "suite";

pub(super) fn draw(draft: &mut Draft, calendar: &Calendar) {
    payments(draft);
    for (service_id, word, _, dollars) in SERVICES {
        let price = draft.price(*dollars);
        let (fee, deposit) = (draft.price(25), draft.price(30));
        let service = draft.service(service_id, *word);
        service.price = Some(price);
        let mut window = 0;
        match *service_id {
            MASSAGE => {
                service.prepayment_type = PrepaymentType::Required;
                service.require_credit_card = RequireCreditCard::Conditional;
                window = 86_400;
            }
            FACIAL => {
                service.no_show_fee = Some(NoShowFee {
                    fee: Some(fee),
                    fee_type: PriceType::FixedRateDefault,
                });
                window = 14_400;
            }
            STONES => {
                service.deposit = Some(Deposit {
                    deposit: Some(deposit),
                    min_advance_cancellation_sec: DEPOSIT_BACK_SEC,
                    deposit_type: PriceType::FixedRateDefault,
                });
                window = 86_400;
            }
            _ => service.require_credit_card = RequireCreditCard::Always,
        }
        service.scheduling_rules = Some(SchedulingRules {
            min_advance_booking: 3_600,
            min_advance_online_canceling: window,
            ..SchedulingRules::default()
        });
    }
    let staff = draft.staff(2);
    for day in calendar.days() {
        let (open, close) = if day.is_weekend() {
            (clock(10, 0), clock(18, 0))
        } else {
            (clock(11, 0), clock(20, 0))
        };
        for (number, (service_id, _, minutes, _)) in SERVICES.iter().enumerate() {
            for (room_id, room) in &ROOMS {
                for start in starts(open, close, 90, *minutes) {
                    let (staff_id, staff_name) = &staff[(number + start as usize) % staff.len()];
                    let resources = ResourceIds {
                        staff_id: staff_id.clone(),
                        room_id: (*room_id).to_owned(),
                        party_size: 0,
                    };
                    let terms = SlotTerms {
                        staff_name: staff_name.clone(),
                        room_name: draft.locale.word(*room).to_owned(),
                        ..overrides(draft, service_id, room_id, start, day.weekday)
                    };
                    draft.slot(service_id, day.at(start), *minutes, 1, resources, terms);
                }
            }
        }
    }
}

/// What a slot says instead of its service.
fn overrides(draft: &Draft, service_id: &str, room: &str, start: u32, weekday: u32) -> SlotTerms {
    let mut terms = SlotTerms::default();
    if service_id == FACIAL && (clock(13, 0)..clock(16, 0)).contains(&start) {
        // An explicit zero switches the service's fee off.
        terms.no_show_fee = Some(NoShowFee {
            fee: Some(draft.price(0)),
            fee_type: PriceType::FixedRateDefault,
        });
    }
    if service_id == STONES && weekday == 5 {
        terms.deposit = Some(Deposit {
            deposit: Some(draft.price(50)),
            min_advance_cancellation_sec: DEPOSIT_BACK_SEC,
            deposit_type: PriceType::FixedRateDefault,
        });
    }
    if room == SUITE {
        terms.require_credit_card = Some(RequireCreditCard::Always);
    }
    terms
}

/// What makes payments possible at the merchant.
fn payments(draft: &mut Draft) {
    let country = draft.locale.place().country;
    let merchant = &mut draft.drawn.merchant;
    let parameters = [
        ("gateway", "mockpay"),
        ("gatewayMerchantId", &merchant.merchant_id),
    ];
    merchant.tokenization_config = Some(TokenizationConfig {
        tokenization_parameter: parameters
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        billing_information_format: BillingInformationFormat::Min,
        merchant_of_record_name: merchant.name.clone(),
        payment_country_code: country.to_owned(),
        ..TokenizationConfig::default()
    });
    merchant.tax_rate = Some(TaxRate {
        micro_percent: 7_250_000,
    });
    merchant.payment_restrictions = Some(PaymentRestrictions {
        credit_card_restrictions: Some(CreditCardRestrictions {
            credit_card_type: vec![
                CreditCardType::Visa,
                CreditCardType::Mastercard,
                CreditCardType::AmericanExpress,
            ],
        }),
    });
}
