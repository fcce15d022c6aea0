//! Inventory drawn from a seed: businesses as a demonstration needs them.
//!
//! The same seed on the same day of the engine's clock gives the same records. One file per kind of
//! business says what it offers; `locale` says what names, prices and hours look like where.

mod fitness_studio;
mod locale;
mod restaurant;
mod salon;
mod spa;
mod times;

use booking_api::feed::{
    Degrees, FeedMerchant, FeedService, GeoAddress, GeoCoordinates, LocalizedString, LocalizedText,
};
use booking_api::{ConfirmationMode, Price, ResourceIds, Slot};
use jiff::Timestamp;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use locale::Locale;

use self::times::Calendar;
use super::lists::Counts;
use super::rows::{self, NewSlot, SlotWriter};
use super::terms::SlotTerms;
use super::{MadeBy, sweep};
use crate::chance::{Chance, Purpose};
use crate::store::StoreError;

/// Days of slots unless told otherwise: what feeds must have at least (section 8.1).
pub const DAYS: u32 = 30;

/// The most days of slots: what feeds may have (section 8.1).
pub const MOST_DAYS: u32 = 90;

/// What kind of business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Hairdressers: staff, services without payment, some confirmed by hand.
    Salon,
    /// Tables by party size, large parties confirmed by hand, cancellation limits.
    Restaurant,
    /// Classes with many places, teachers and rooms.
    FitnessStudio,
    /// Treatments with every kind of payment, and slots with terms of their own.
    Spa,
}

impl Kind {
    /// All kinds.
    pub const ALL: &'static [Self] = &[
        Self::Salon,
        Self::Restaurant,
        Self::FitnessStudio,
        Self::Spa,
    ];

    /// Its name in the control API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Salon => "salon",
            Self::Restaurant => "restaurant",
            Self::FitnessStudio => "fitness_studio",
            Self::Spa => "spa",
        }
    }
}

/// What to draw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What kind of business.
    pub kind: Kind,
    /// Where the draw starts; the scenario's seed, or the next whose business is not there yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// Where the business is.
    #[serde(default)]
    pub locale: Locale,
    /// Days of slots, from today on.
    #[serde(default = "days")]
    pub days: u32,
}

fn days() -> u32 {
    DAYS
}

/// What was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// The business.
    pub merchant: FeedMerchant,
    /// What it offers.
    pub services: Vec<FeedService>,
    /// When.
    pub slots: Vec<NewSlot>,
}

/// The id of the business that a seed leads to.
#[must_use]
pub fn merchant_id(kind: Kind, locale: Locale, seed: u64) -> String {
    format!("{}-{}-{seed}", kind.name().replace('_', "-"), locale.name())
}

/// Draws a business. Pure: nothing but the arguments counts, and of `now` only the day.
#[must_use]
pub fn draw(kind: Kind, locale: Locale, seed: u64, days: u32, now: Timestamp) -> Drawn {
    let draw = (kind as u64) * 1_000 + locale as u64;
    let bits = Chance::new(seed, draw).bits(Purpose::Inventory);
    let mut draft = Draft::new(kind, locale, seed, bits);
    let calendar = Calendar::new(now, locale.utc_offset_sec(), days);
    match kind {
        Kind::Salon => salon::draw(&mut draft, &calendar),
        Kind::Restaurant => restaurant::draw(&mut draft, &calendar),
        Kind::FitnessStudio => fitness_studio::draw(&mut draft, &calendar),
        Kind::Spa => spa::draw(&mut draft, &calendar),
    }
    draft.drawn
}

/// Draws a business and keeps it. Runs inside the writer's transaction. With `replace`, all else
/// goes that no booking holds.
///
/// # Errors
/// [`StoreError`].
pub fn keep(
    connection: &Connection,
    order: Order,
    replace: bool,
    scenario_seed: u64,
    now: Timestamp,
) -> Result<Counts, StoreError> {
    let seed = match order.seed {
        Some(seed) => seed,
        None if replace => scenario_seed,
        None => free_seed(connection, order, scenario_seed)?,
    };
    let drawn = draw(order.kind, order.locale, seed, order.days, now);
    if replace {
        sweep::everything(connection, now.as_second())?;
    }
    rows::put_merchant(connection, &drawn.merchant, MadeBy::Generated)?;
    for service in &drawn.services {
        rows::put_service(connection, service, MadeBy::Generated)?;
    }
    let mut writer = SlotWriter::default();
    for slot in &drawn.slots {
        writer.put(connection, slot, MadeBy::Generated, now.as_second())?;
    }
    Ok(Counts {
        merchants: 1,
        services: drawn.services.len() as u64,
        slots: drawn.slots.len() as u64,
    })
}

fn free_seed(connection: &Connection, order: Order, first: u64) -> Result<u64, StoreError> {
    let mut seed = first;
    while rows::merchant(connection, &merchant_id(order.kind, order.locale, seed))?.is_some() {
        seed = seed.wrapping_add(1);
    }
    Ok(seed)
}

/// A business while it is drawn.
pub(super) struct Draft {
    dice: StdRng,
    locale: Locale,
    drawn: Drawn,
}

impl Draft {
    fn new(kind: Kind, locale: Locale, seed: u64, bits: u64) -> Self {
        let mut dice = StdRng::seed_from_u64(bits);
        let place = locale.place();
        let street = locale.street(&mut dice);
        let mut near = |degrees: f64| {
            let off = f64::from(dice.random_range(-300_i32..=300)) / 10_000.0;
            Degrees(((degrees + off) * 10_000.0).round() / 10_000.0)
        };
        let (latitude, longitude) = (near(place.latitude), near(place.longitude));
        let postal_code = locale.postal_code(&mut dice);
        let telephone = locale.telephone(&mut dice);
        let name = locale.business(kind, &mut dice);
        let merchant = FeedMerchant {
            merchant_id: merchant_id(kind, locale, seed),
            name,
            telephone,
            url: format!("https://{}.example/", merchant_id(kind, locale, seed)),
            category: kind.name().to_owned(),
            geo: Some(GeoCoordinates {
                latitude,
                longitude,
                address: Some(GeoAddress {
                    country: place.country.to_owned(),
                    locality: place.city.to_owned(),
                    region: place.region.to_owned(),
                    postal_code,
                    street_address: street,
                }),
                unstructured_address: String::new(),
            }),
            ..FeedMerchant::default()
        };
        Self {
            dice,
            locale,
            drawn: Drawn {
                merchant,
                services: Vec::new(),
                slots: Vec::new(),
            },
        }
    }

    /// One draw from `low` to `high`, both included.
    fn between(&mut self, low: u32, high: u32) -> u32 {
        self.dice.random_range(low..=high)
    }

    /// People with ids `st-1`, `st-2` ….
    fn staff(&mut self, count: usize) -> Vec<(String, String)> {
        (1..=count)
            .map(|number| (format!("st-{number}"), self.locale.person(&mut self.dice)))
            .collect()
    }

    /// An amount in the locale's money, from one in dollars.
    fn price(&self, dollars: u32) -> Price {
        let (currency_code, units) = self.locale.money(dollars);
        Price {
            price_micros: units * 1_000_000,
            currency_code: currency_code.to_owned(),
            ..Price::default()
        }
    }

    /// A service with a name in the locale's language.
    fn service(&mut self, service_id: &str, word: locale::Word) -> &mut FeedService {
        let name = self.locale.word(word).to_owned();
        let mut localized_value = vec![LocalizedString {
            locale: self.locale.name().replace('_', "-"),
            value: name.clone(),
        }];
        if self.locale != Locale::En {
            localized_value.push(LocalizedString {
                locale: Locale::En.name().to_owned(),
                value: Locale::En.word(word).to_owned(),
            });
        }
        self.drawn.services.push(FeedService {
            merchant_id: self.drawn.merchant.merchant_id.clone(),
            service_id: service_id.to_owned(),
            localized_service_name: Some(LocalizedText {
                value: name,
                localized_value,
            }),
            ..FeedService::default()
        });
        let last = self.drawn.services.len() - 1;
        &mut self.drawn.services[last]
    }

    /// A synchronous slot.
    fn slot(
        &mut self,
        service_id: &str,
        start_sec: i64,
        minutes: u32,
        places: u32,
        resources: ResourceIds,
        terms: SlotTerms,
    ) -> &mut NewSlot {
        let resources = (resources != ResourceIds::default()).then_some(resources);
        self.drawn.slots.push(NewSlot {
            slot: Slot {
                merchant_id: self.drawn.merchant.merchant_id.clone(),
                service_id: service_id.to_owned(),
                start_sec,
                duration_sec: i64::from(minutes) * 60,
                resources,
                confirmation_mode: ConfirmationMode::Synchronous,
                ..Slot::default()
            },
            spots_total: places,
            spots_open: places,
            terms,
        });
        let last = self.drawn.slots.len() - 1;
        &mut self.drawn.slots[last]
    }
}

#[cfg(test)]
mod tests;
