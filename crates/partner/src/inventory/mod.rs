//! The inventory: merchants, services and slots, how they come in, go out and are changed.
//!
//! A slot's payment and scheduling terms are here ([`effective_terms`]); what a request does with
//! them is in [`crate::booking`], and the lookup that every request makes in
//! [`crate::store::inventory`].

mod calls;
pub mod edit;
pub mod export;
pub mod generate;
pub mod import;
pub mod lists;
pub mod rows;
pub mod setup;
mod sweep;
pub mod terms;

pub use setup::Setup;
pub use terms::{EffectiveTerms, PaymentTerms, SlotTerms, effective_terms, service_terms};

use serde::Serialize;
use utoipa::ToSchema;

/// How a merchant, service or slot came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MadeBy {
    /// A request named it, and `unknown_inventory` is `accept`.
    Request,
    /// Drawn from a seed.
    Generated,
    /// Read from a feed.
    Imported,
    /// Made or changed by hand.
    Edited,
}

impl MadeBy {
    /// Its name in the store and the control API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Generated => "generated",
            Self::Imported => "imported",
            Self::Edited => "edited",
        }
    }

    /// By its name; anything else counts as made by a request.
    #[must_use]
    pub fn from_name(name: &str) -> Self {
        match name {
            "generated" => Self::Generated,
            "imported" => Self::Imported,
            "edited" => Self::Edited,
            _ => Self::Request,
        }
    }
}
