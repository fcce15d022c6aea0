//! Test tokens: payment tokens that choose what the processor says (design section 4.4), bare or
//! anywhere inside a longer token such as a wallet's JSON.
//!
//! They fail closed: a `tok_` name that is none of these is refused with the nearest right one.
//! Tokens of real processors begin like that too, but go on with capitals or digits.

use booking_api::CreditCardType;
use serde::Serialize;
use utoipa::ToSchema;

use crate::behaviour::Authorisation;

/// A token that chooses an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TestToken {
    /// The token, to be sent as it is or inside a longer one.
    pub token: &'static str,
    /// What the processor says, as in `payment.authorisation`.
    pub authorisation: Authorisation,
    /// The card brand that is not taken; null with any other outcome.
    #[schema(required)]
    pub rejected_card_type: Option<CreditCardType>,
    /// What CreateBooking answers.
    pub answer: &'static str,
    /// The same in words.
    pub meaning: &'static str,
}

const fn token(
    token: &'static str,
    authorisation: Authorisation,
    answer: &'static str,
    meaning: &'static str,
) -> TestToken {
    TestToken {
        token,
        authorisation,
        rejected_card_type: None,
        answer,
        meaning,
    }
}

const fn reject(token: &'static str, card: CreditCardType, meaning: &'static str) -> TestToken {
    TestToken {
        token,
        authorisation: Authorisation::RejectCardType,
        rejected_card_type: Some(card),
        answer: "PAYMENT_ERROR_CARD_TYPE_REJECTED",
        meaning,
    }
}

/// All test tokens.
pub const TEST_TOKENS: &[TestToken] = &[
    token(
        "tok_approve",
        Authorisation::Approve,
        "CONFIRMED",
        "The payment goes through.",
    ),
    token(
        "tok_ok_visa",
        Authorisation::Approve,
        "CONFIRMED",
        "The same, as the protocol reference writes it in its example.",
    ),
    token(
        "tok_decline",
        Authorisation::Decline,
        "PAYMENT_ERROR_CARD_DECLINED",
        "The card is declined.",
    ),
    reject(
        "tok_reject_visa",
        CreditCardType::Visa,
        "The merchant takes no Visa.",
    ),
    reject(
        "tok_reject_mastercard",
        CreditCardType::Mastercard,
        "The merchant takes no Mastercard.",
    ),
    reject(
        "tok_reject_amex",
        CreditCardType::AmericanExpress,
        "The merchant takes no American Express.",
    ),
    reject(
        "tok_reject_discover",
        CreditCardType::Discover,
        "The merchant takes no Discover.",
    ),
    reject(
        "tok_reject_jcb",
        CreditCardType::Jcb,
        "The merchant takes no JCB.",
    ),
    token(
        "tok_error",
        Authorisation::Error,
        "PAYMENT_ERROR",
        "The processor fails.",
    ),
    token(
        "tok_option_not_valid",
        Authorisation::OptionNotValid,
        "PAYMENT_OPTION_NOT_VALID",
        "The pack or membership cannot be used any more.",
    ),
    token(
        "tok_cannot_use_option",
        Authorisation::CannotUseOption,
        "USER_CANNOT_USE_PAYMENT_OPTION",
        "The guest is not entitled to the pack or price.",
    ),
    token(
        "tok_requires_3ds1",
        Authorisation::Require3ds1,
        "PAYMENT_REQUIRES_3DS1",
        "The bank wants a 3-D Secure 1 challenge first.",
    ),
];

/// What a payment token says for itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// One test token.
    One(&'static TestToken),
    /// Two that choose different things.
    Two(&'static TestToken, &'static TestToken),
    /// A `tok_` name that is none; with the nearest right one.
    Unknown(&'static TestToken),
}

/// Reads a payment token; `None` for one that chooses nothing.
#[must_use]
pub fn read(text: &str) -> Option<Said> {
    let mut found: Option<&'static TestToken> = None;
    for word in text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
        let lower = word.to_ascii_lowercase();
        if !lower.starts_with("tok_") {
            continue;
        }
        match TEST_TOKENS.iter().find(|it| it.token == word) {
            Some(known) => match found {
                Some(first) if differ(first, known) => return Some(Said::Two(first, known)),
                _ => found = Some(known),
            },
            None if is_ours(word, &lower) => return Some(Said::Unknown(nearest(&lower))),
            None => {}
        }
    }
    found.map(Said::One)
}

/// Whether two tokens choose different things.
#[must_use]
pub fn differ(a: &TestToken, b: &TestToken) -> bool {
    (a.authorisation, a.rejected_card_type) != (b.authorisation, b.rejected_card_type)
}

/// Whether a word is meant for us: in small letters, or nearly one of ours in whatever letters.
/// Those of real processors go on with a jumble of both.
fn is_ours(word: &str, lower: &str) -> bool {
    *word == *lower || strsim::jaro_winkler(lower, nearest(lower).token) > 0.93
}

fn nearest(lower: &str) -> &'static TestToken {
    let mut best = &TEST_TOKENS[0];
    let mut score = 0.0;
    for token in TEST_TOKENS {
        // The beginning is the same in all of them, so the rest decides.
        let rest = |text: &str| text.get(4..).unwrap_or_default().to_owned();
        let alike = strsim::jaro_winkler(&rest(lower), &rest(token.token));
        if alike > score {
            (best, score) = (token, alike);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one(text: &str) -> &'static str {
        match read(text) {
            Some(Said::One(token)) => token.token,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn every_token_is_found_bare_and_inside_a_wallets_json() {
        for token in TEST_TOKENS {
            let id = token.token;
            assert_eq!(one(id), id);
            assert_eq!(one(&format!("{{\"id\":\"{id}\"}}")), id);
            let inner = serde_json::json!({"id": id, "object": "token"}).to_string();
            let wallet = serde_json::json!({"apiVersionMinor": 0, "apiVersion": 2,
                "paymentMethodData": {"type": "CARD", "description": "Visa •••• 1111",
                "tokenizationData": {"type": "PAYMENT_GATEWAY", "token": inner}}});
            assert_eq!(one(&wallet.to_string()), id);
        }
    }

    #[test]
    fn what_is_unknown_leads_to_the_nearest() {
        for (text, right) in [
            ("tok_declined", "tok_decline"),
            ("tok_reject_amx", "tok_reject_amex"),
            ("tok_required_3ds1", "tok_requires_3ds1"),
            ("tok_", "tok_approve"),
            ("{\"id\":\"tok_aprove\"}", "tok_approve"),
            ("Tok_Decline", "tok_decline"),
            ("TOK_ERROR", "tok_error"),
        ] {
            match read(text) {
                Some(Said::Unknown(near)) => assert_eq!(near.token, right, "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn tokens_of_real_processors_and_other_words_choose_nothing() {
        for text in [
            "",
            "tok_1NabcDEF2eZvKYlo2C0aXyZ1",
            "tokencc_bh_c6vvmx_qf9h72",
            "my_tok_decline",
            "{\"signature\":\"MEQCIF\",\"protocolVersion\":\"ECv2\"}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn the_readme_has_the_same_table() {
        let readme = include_str!("../../../../README.md");
        let listed: Vec<&str> = readme
            .lines()
            .filter(|line| line.starts_with("| `tok_"))
            .collect();
        let expected: Vec<String> = TEST_TOKENS
            .iter()
            .map(|it| format!("| `{}` | `{}` | {} |", it.token, it.answer, it.meaning))
            .collect();
        assert_eq!(listed, expected);
    }

    #[test]
    fn two_that_differ_are_told_apart_and_a_repetition_is_one() {
        assert_eq!(one("tok_decline tok_decline"), "tok_decline");
        assert!(matches!(
            read("tok_decline tok_approve"),
            Some(Said::Two(..))
        ));
    }

    proptest! {
        #[test]
        fn a_small_word_behind_tok_is_known_or_refused(rest in "[a-z0-9_]{0,20}") {
            let word = format!("tok_{rest}");
            let known = TEST_TOKENS.iter().any(|it| it.token == word);
            let said = read(&word);
            prop_assert_eq!(known, matches!(said, Some(Said::One(_))));
            prop_assert!(said.is_some());
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC*") {
            let _ = read(&text);
        }
    }
}
