//! The guest.

use crate::json::message;

message! {
    /// The guest a booking is for. Guests have no account with the partner.
    pub struct UserInformation ["3.2"] {
        /// The guest, by the aggregator's opaque id.
        user_id: String,
        /// At most 40 characters.
        given_name: String,
        /// At most 40 characters.
        family_name: String,
        /// Where the guest lives.
        address: Option<PostalAddress>,
        /// In international form, though local separators occur ("+1 206-555-0142").
        telephone: String,
        /// Required except for waitlists.
        email: String,
        /// The guest's language (BCP 47); sent only to partners enabled for it.
        language_code: String,
    }
}

message! {
    /// A postal address.
    pub struct PostalAddress ["3.2"] {
        /// The country.
        country: String,
        /// The town.
        locality: String,
        /// The region or state.
        region: String,
        /// The postal code.
        postal_code: String,
        /// Street and number.
        street_address: String,
    }
}
