//! The booking failure in a PATCH's query (section 6.2): written in one spelling, read in all that
//! are in use, quotes and gaps included.

use crate::causes::Cause;
use crate::enums::CreditCardType;
use crate::failure::BookingFailure;
use crate::json::is_camel_case_of;

use super::rpc::{RpcCode, RpcError};

/// How a sender spells the failure (section 10.7).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum FailureSpelling {
    /// `bookingFailure.cause=SLOT_UNAVAILABLE`, as generated clients do.
    #[default]
    CamelCase,
    /// `booking_failure.cause="SLOT_UNAVAILABLE"`, as one page of the documentation shows.
    SnakeCaseQuoted,
}

/// A failure's names and values in a query, in order.
pub fn query(failure: &BookingFailure, spelling: FailureSpelling) -> Vec<(String, String)> {
    let mut pairs = vec![("cause", failure.cause().name().to_owned())];
    if let Some(card) = failure.rejected_card_type() {
        let card = CreditCardType::from(card).name().to_owned();
        pairs.push(("rejected_card_type", card));
    }
    if !failure.description().is_empty() {
        pairs.push(("description", failure.description().to_owned()));
    }
    if let Some(parameters) = failure.threeds1_parameters() {
        for (name, value) in [
            (ACS_URL, parameters.acs_url()),
            (PA_REQ, parameters.pa_req()),
            (TRANSACTION_ID, parameters.transaction_id()),
            (MD, parameters.md_merchant_data()),
        ] {
            if !value.is_empty() {
                pairs.push((name, value.to_owned()));
            }
        }
    }
    let spelt = |(name, value): (&str, String)| match spelling {
        FailureSpelling::CamelCase => {
            let name = crate::json::camel_case_name(&format!("booking_failure.{name}"));
            (name, value)
        }
        FailureSpelling::SnakeCaseQuoted => {
            (format!("booking_failure.{name}"), format!("\"{value}\""))
        }
    };
    pairs.into_iter().map(spelt).collect()
}

const ACS_URL: &str = "payment_failure.threeds1_parameters.acs_url";
const PA_REQ: &str = "payment_failure.threeds1_parameters.pa_req";
const TRANSACTION_ID: &str = "payment_failure.threeds1_parameters.transaction_id";
const MD: &str = "payment_failure.threeds1_parameters.md_merchant_data";

/// A failure as a PATCH's query had it, legal or not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NotifiedFailure {
    /// The cause; unspecified where none was given.
    pub cause: Cause,
    /// The card brand; unspecified where none was given.
    pub rejected_card_type: CreditCardType,
    /// For debugging.
    pub description: String,
    /// Names and values of the 3-D Secure 1 challenge that were given.
    pub threeds1_parameters: Vec<(&'static str, String)>,
}

impl NotifiedFailure {
    /// Takes a parameter of the query in; false if it is not the failure's.
    ///
    /// # Errors
    /// [`RpcError`] for a cause or a card brand that does not exist.
    pub(crate) fn take(&mut self, name: &str, value: &str) -> Result<bool, RpcError> {
        let is = |known: &str| {
            let known = format!("booking_failure.{known}");
            known == name || is_camel_case_of(&known, name)
        };
        let value = unquoted(value);
        let unknown = |what: &str| {
            RpcError::new(
                RpcCode::InvalidArgument,
                format!("There is no {what} \"{value}\"."),
            )
        };
        if is("cause") {
            self.cause = Cause::from_name(value).ok_or_else(|| unknown("cause"))?;
        } else if is("rejected_card_type") {
            let card = CreditCardType::from_name(value);
            self.rejected_card_type = card.ok_or_else(|| unknown("card type"))?;
        } else if is("description") {
            value.clone_into(&mut self.description);
        } else if let Some(known) = [ACS_URL, PA_REQ, TRANSACTION_ID, MD]
            .into_iter()
            .find(|known| is(known))
        {
            self.threeds1_parameters.push((known, value.to_owned()));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Whether a 3-D Secure 1 challenge could be made of what was given.
    pub fn has_challenge(&self) -> bool {
        let has = |wanted: &str| {
            self.threeds1_parameters
                .iter()
                .any(|(name, value)| *name == wanted && !value.is_empty())
        };
        has(ACS_URL) && has(PA_REQ)
    }
}

/// The text without one pair of double quotes around it.
fn unquoted(value: &str) -> &str {
    value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value)
}
