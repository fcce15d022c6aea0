//! Payments (protocol section 4): what is due for a booking, what the payment processor says, what
//! becomes of the money afterwards, and the ledger that tells it.
//!
//! The processor is a small model in here: no network, no real card. [`due`] reads the terms,
//! [`tokens`] names the tokens that choose an outcome, [`processor`] decides and acts, [`plan`] is
//! CreateBooking's part and [`later`] what follows, [`ledger`] keeps the account and [`status`] the machine of section 4.4;
//! [`options`] are the packs and memberships that guests own, and [`threeds`] is the bank that wants to ask its customer first.
//! Who may move a booking, and when, is in [`crate::merchant`]; the tables are in [`crate::store`].
//!
//! Money is in micros and integers throughout; no floating point touches it.

pub mod due;
pub mod later;
pub mod ledger;
pub mod options;
pub mod plan;
pub mod processor;
pub mod status;
pub mod threeds;
pub mod tokens;

use booking_api::Price;

/// An amount as people read it: `25.00 USD`. Digits below a hundredth are shown where there are any.
#[must_use]
pub fn in_words(price: &Price) -> String {
    let micros = price.price_micros;
    let sign = if micros < 0 { "-" } else { "" };
    let (units, rest) = (
        micros.unsigned_abs() / 1_000_000,
        micros.unsigned_abs() % 1_000_000,
    );
    let mut fraction = format!("{rest:06}");
    while fraction.len() > 2 && fraction.ends_with('0') {
        fraction.pop();
    }
    format!("{sign}{units}.{fraction} {}", price.currency_code)
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_without_losing_a_digit() {
        let words = |price_micros| {
            in_words(&Price {
                price_micros,
                currency_code: "EUR".to_owned(),
                ..Price::default()
            })
        };
        assert_eq!(words(25_000_000), "25.00 EUR");
        assert_eq!(words(-1), "-0.000001 EUR");
        assert_eq!(words(1_050_500), "1.0505 EUR");
        assert_eq!(words(i64::MIN), "-9223372036854.775808 EUR");
    }
}
