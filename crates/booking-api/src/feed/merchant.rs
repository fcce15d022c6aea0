//! The merchant feed's record.

use super::opaque::{Degrees, Opaque};
use crate::enums::CreditCardType;
use crate::json::message;
use crate::payment::TokenizationConfig;

message! {
    /// A merchant as its feed describes it.
    pub struct FeedMerchant ["8.3"] {
        /// The partner's id.
        merchant_id: String = required,
        /// The name that guests know.
        name: String = required,
        /// Its telephone.
        telephone: String,
        /// Its web site.
        url: String,
        /// What kind of business it is.
        category: String = required,
        /// Where it is.
        geo: Option<GeoCoordinates> = required,
        /// The tax on its prices.
        tax_rate: Option<TaxRate>,
        /// Terms that guests agree to.
        terms: Option<MerchantTerms>,
        /// How cards are turned into tokens; without it, nothing can be paid.
        tokenization_config: Option<TokenizationConfig>,
        /// Packs and memberships that can be bought; kept as they are.
        payment_option: Vec<Opaque>,
        /// What cards it takes.
        payment_restrictions: Option<PaymentRestrictions>,
        /// The brand it belongs to.
        brand_id: String,
        /// Help for finding it on a map.
        matching_hints: Option<MatchingHints>,
    }
}

message! {
    /// A place on earth.
    pub struct GeoCoordinates ["8.3"] {
        /// Degrees north.
        latitude: Degrees,
        /// Degrees east.
        longitude: Degrees,
        /// The address in parts.
        address: Option<GeoAddress>,
        /// The address in one text.
        unstructured_address: String,
    }
}

message! {
    /// An address in parts.
    pub struct GeoAddress ["8.3"] {
        /// ISO 3166-1 alpha-2.
        country: String,
        /// Town or city.
        locality: String,
        /// State, province or the like.
        region: String,
        /// Postal code.
        postal_code: String,
        /// Street and number.
        street_address: String,
    }
}

message! {
    /// A tax in millionths of a percent: 7.25 % is 7250000.
    pub struct TaxRate ["8.3"] {
        /// Millionths of a percent.
        micro_percent: i32 = written,
    }
}

message! {
    /// Terms that guests agree to.
    pub struct MerchantTerms ["8.3"] {
        /// Where they stand.
        url: String,
        /// The text itself.
        text: String,
        /// The text in several languages.
        localized_text: Option<LocalizedText>,
    }
}

message! {
    /// A text with its translations.
    pub struct LocalizedText ["8.4"] {
        /// The text where no language fits.
        value: String,
        /// Its translations.
        localized_value: Vec<LocalizedString>,
    }
}

message! {
    /// A text in one language.
    pub struct LocalizedString ["8.4"] {
        /// The language (BCP 47).
        locale: String,
        /// The text.
        value: String,
    }
}

message! {
    /// What can be paid with.
    pub struct PaymentRestrictions ["8.3"] {
        /// What cards are taken.
        credit_card_restrictions: Option<CreditCardRestrictions>,
    }
}

message! {
    /// The card brands that are taken.
    pub struct CreditCardRestrictions ["8.3"] {
        /// The brands.
        credit_card_type: Vec<CreditCardType>,
    }
}

message! {
    /// Help for finding a merchant on a map.
    pub struct MatchingHints ["8.3"] {
        /// The map's own id of the place.
        place_id: String,
    }
}
