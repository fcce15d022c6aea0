//! What names, addresses, prices and hours look like where a business is.

use fake::Fake;
use fake::faker::name::raw::{FirstName, LastName};
use fake::locales::{DE_DE, EN, FR_FR, IT_IT, JA_JP, NL_NL, PT_BR};
use rand::RngExt;
use rand::rngs::StdRng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Kind;

/// Where a business is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Locale {
    /// Seattle, in English.
    #[default]
    En,
    /// Berlin, in German.
    De,
    /// Paris, in French.
    Fr,
    /// Milan, in Italian.
    It,
    /// Tokyo, in Japanese.
    Ja,
    /// Amsterdam, in Dutch.
    Nl,
    /// São Paulo, in Portuguese.
    PtBr,
}

/// A city.
pub(super) struct Place {
    pub(super) city: &'static str,
    pub(super) region: &'static str,
    /// ISO 3166-1 alpha-2.
    pub(super) country: &'static str,
    pub(super) latitude: f64,
    pub(super) longitude: f64,
}

/// What a service or room is called, in [`Locale::ALL`]'s order.
pub(super) type Word = [&'static str; 7];

impl Locale {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::En,
        Self::De,
        Self::Fr,
        Self::It,
        Self::Ja,
        Self::Nl,
        Self::PtBr,
    ];

    /// Its name in the control API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
            Self::Fr => "fr",
            Self::It => "it",
            Self::Ja => "ja",
            Self::Nl => "nl",
            Self::PtBr => "pt_br",
        }
    }

    pub(super) fn word(self, word: Word) -> &'static str {
        word[self as usize]
    }

    pub(super) const fn place(self) -> Place {
        let (city, region, country, latitude, longitude) = match self {
            Self::En => ("Seattle", "WA", "US", 47.61, -122.33),
            Self::De => ("Berlin", "Berlin", "DE", 52.52, 13.40),
            Self::Fr => ("Paris", "Île-de-France", "FR", 48.86, 2.35),
            Self::It => ("Milano", "Lombardia", "IT", 45.46, 9.19),
            Self::Ja => ("渋谷区", "東京都", "JP", 35.66, 139.70),
            Self::Nl => ("Amsterdam", "Noord-Holland", "NL", 52.37, 4.90),
            Self::PtBr => ("São Paulo", "SP", "BR", -23.55, -46.63),
        };
        Place {
            city,
            region,
            country,
            latitude,
            longitude,
        }
    }

    pub(super) const fn utc_offset_sec(self) -> i64 {
        let hours = match self {
            Self::En => -8,
            Self::De | Self::Fr | Self::It | Self::Nl => 1,
            Self::Ja => 9,
            Self::PtBr => -3,
        };
        hours * 3_600
    }

    /// Currency and whole units for an amount in dollars, at a round rate.
    pub(super) const fn money(self, dollars: u32) -> (&'static str, i64) {
        let dollars = dollars as i64;
        match self {
            Self::En => ("USD", dollars),
            Self::De | Self::Fr | Self::It | Self::Nl => ("EUR", dollars),
            Self::Ja => ("JPY", dollars * 150),
            Self::PtBr => ("BRL", dollars * 5),
        }
    }

    /// Given and family name, in the order of the language.
    pub(super) fn person(self, dice: &mut StdRng) -> String {
        let (given, family): (String, String) = match self {
            Self::En => (
                FirstName(EN).fake_with_rng(dice),
                LastName(EN).fake_with_rng(dice),
            ),
            Self::De => (
                FirstName(DE_DE).fake_with_rng(dice),
                LastName(DE_DE).fake_with_rng(dice),
            ),
            Self::Fr => (
                FirstName(FR_FR).fake_with_rng(dice),
                LastName(FR_FR).fake_with_rng(dice),
            ),
            Self::It => (
                FirstName(IT_IT).fake_with_rng(dice),
                LastName(IT_IT).fake_with_rng(dice),
            ),
            Self::Ja => (
                FirstName(JA_JP).fake_with_rng(dice),
                LastName(JA_JP).fake_with_rng(dice),
            ),
            Self::Nl => (
                FirstName(NL_NL).fake_with_rng(dice),
                LastName(NL_NL).fake_with_rng(dice),
            ),
            Self::PtBr => (
                FirstName(PT_BR).fake_with_rng(dice),
                LastName(PT_BR).fake_with_rng(dice),
            ),
        };
        match self {
            Self::Ja => format!("{family} {given}"),
            _ => format!("{given} {family}"),
        }
    }

    fn family(self, dice: &mut StdRng) -> String {
        match self {
            Self::En => LastName(EN).fake_with_rng(dice),
            Self::De => LastName(DE_DE).fake_with_rng(dice),
            Self::Fr => LastName(FR_FR).fake_with_rng(dice),
            Self::It => LastName(IT_IT).fake_with_rng(dice),
            Self::Ja => LastName(JA_JP).fake_with_rng(dice),
            Self::Nl => LastName(NL_NL).fake_with_rng(dice),
            Self::PtBr => LastName(PT_BR).fake_with_rng(dice),
        }
    }

    pub(super) fn business(self, kind: Kind, dice: &mut StdRng) -> String {
        let family = self.family(dice);
        let word = self.word(match kind {
            Kind::Salon => [
                "Hair Studio",
                "Friseursalon",
                "Coiffure",
                "Parrucchieri",
                "美容室",
                "Kapsalon",
                "Cabeleireiros",
            ],
            Kind::Restaurant => [
                "Kitchen",
                "Gasthaus",
                "Bistrot",
                "Trattoria",
                "食堂",
                "Eetcafé",
                "Restaurante",
            ],
            Kind::FitnessStudio => [
                "Fitness",
                "Sportstudio",
                "Studio Fitness",
                "Palestra",
                "フィットネス",
                "Sportschool",
                "Academia",
            ],
            Kind::Spa => [
                "Day Spa",
                "Wellness",
                "Spa & Bien-être",
                "Centro Benessere",
                "スパ",
                "Wellness",
                "Spa",
            ],
        });
        match self {
            Self::En => format!("{family} {word}"),
            Self::Ja => format!("{family}{word}"),
            _ => format!("{word} {family}"),
        }
    }

    pub(super) fn street(self, dice: &mut StdRng) -> String {
        let number = dice.random_range(1..=180);
        let family = self.family(dice);
        match self {
            Self::En => format!("{number} {family} Street"),
            Self::De => format!("{family}straße {number}"),
            Self::Fr => format!("{number} rue {family}"),
            Self::It => format!("Via {family} {number}"),
            Self::Ja => format!(
                "神南{}丁目{}-{}",
                number % 5 + 1,
                number % 20 + 1,
                number % 9 + 1
            ),
            Self::Nl => format!("{family}straat {number}"),
            Self::PtBr => format!("Rua {family}, {number}"),
        }
    }

    pub(super) fn postal_code(self, dice: &mut StdRng) -> String {
        let number = dice.random_range(0..90);
        match self {
            Self::En => format!("981{:02}", number + 1),
            Self::De => format!("101{:02}", number + 1),
            Self::Fr => format!("750{:02}", number % 20 + 1),
            Self::It => format!("201{:02}", number % 60 + 21),
            Self::Ja => format!("150-00{:02}", number % 47 + 1),
            Self::Nl => format!("10{:02} AB", number % 80 + 11),
            Self::PtBr => format!("013{number:02}-000"),
        }
    }

    /// From ranges that are kept free for fiction, where the country has any.
    pub(super) fn telephone(self, dice: &mut StdRng) -> String {
        let number = dice.random_range(0..100);
        match self {
            Self::En => format!("+1 206-555-01{number:02}"),
            Self::De => format!("+49 30 23125 0{number:02}"),
            Self::Fr => format!("+33 1 99 00 12 {number:02}"),
            Self::It => format!("+39 02 5550 12{number:02}"),
            Self::Ja => format!("+81 3-5550-12{number:02}"),
            Self::Nl => format!("+31 20 555 01{number:02}"),
            Self::PtBr => format!("+55 11 5550-12{number:02}"),
        }
    }
}
