//! What can be asked of the log: filters, words, pages.

use booking_api::{Cause, Method};
use memchr::memmem::Finder;

use super::{Direction, ExchangeOutcome};

/// A question to the log. Everything that is given must hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Only ids above this one.
    pub after: Option<u64>,
    /// Only ids below this one; pages go backwards.
    pub before: Option<u64>,
    /// At most this many; see [`Query::limit`].
    pub limit: Option<usize>,
    /// Who called whom.
    pub direction: Option<Direction>,
    /// The protocol's method.
    pub method: Option<Method>,
    /// How it ended.
    pub outcome: Option<ExchangeOutcome>,
    /// The cause of a business failure.
    pub cause: Option<Cause>,
    /// Lowest and highest HTTP status.
    pub status: Option<(u16, u16)>,
    /// The booking it was about.
    pub booking_id: Option<String>,
    /// The merchant it was about.
    pub merchant_id: Option<String>,
    /// Words that path or bodies must hold, each as the beginning of a word; "…" keeps words
    /// together.
    pub text: Option<String>,
}

impl Query {
    /// The page size: 100 unless asked for, 1000 at most.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.limit.unwrap_or(100).clamp(1, 1_000)
    }

    /// The terms of [`Query::text`]: each a run of words that must follow one another, the last
    /// one of them as a prefix.
    #[must_use]
    pub fn terms(&self) -> Vec<Vec<String>> {
        let Some(text) = &self.text else {
            return Vec::new();
        };
        let mut terms = Vec::new();
        for (place, part) in text.split('"').enumerate() {
            // Every second part stood between quotes.
            if place % 2 == 1 {
                terms.push(words(part));
            } else {
                terms.extend(part.split_whitespace().map(words));
            }
        }
        terms.retain(|term| !term.is_empty());
        terms
    }
}

/// The words of a text as the index sees them: runs of letters and digits in lower case.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Terms to be looked for in texts that the index does not hold yet.
#[derive(Debug)]
pub struct Words {
    terms: Vec<Vec<String>>,
    finders: Vec<Finder<'static>>,
}

impl Words {
    /// Looks for these terms; see [`Query::terms`].
    #[must_use]
    pub fn new(terms: Vec<Vec<String>>) -> Self {
        let finders = terms
            .iter()
            .flatten()
            .map(|word| Finder::new(word).into_owned())
            .collect();
        Self { terms, finders }
    }

    /// The terms.
    #[must_use]
    pub fn terms(&self) -> &[Vec<String>] {
        &self.terms
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// False only where no part of this text can hold the words. The text's letters are made
    /// small, which changes nothing for [`Self::stand_in`].
    pub fn may_stand_in(&self, text: &mut [u8]) -> bool {
        text.make_ascii_lowercase();
        // Outside of ASCII a capital can have a small letter within.
        !text.is_ascii() || self.all_appear(text, |_, _| true)
    }

    /// Whether this text, whose ASCII letters are small, holds the words as the index would find
    /// them.
    #[must_use]
    pub fn stand_in(&self, text: &str) -> bool {
        // Taking a text apart costs many times what this look at its bytes does.
        let begins = |text: &[u8], at: usize| at == 0 || !text[at - 1].is_ascii_alphanumeric();
        if text.is_ascii() && !self.all_appear(text.as_bytes(), begins) {
            return false;
        }
        let tokens = words(text);
        self.terms.iter().all(|term| {
            tokens.windows(term.len()).any(|run| {
                let last = term.len() - 1;
                run.iter()
                    .zip(term)
                    .enumerate()
                    .all(|(place, (token, word))| {
                        if place == last {
                            token.starts_with(word.as_str())
                        } else {
                            token == word
                        }
                    })
            })
        })
    }

    fn all_appear(&self, text: &[u8], counts: impl Fn(&[u8], usize) -> bool) -> bool {
        self.finders
            .iter()
            .all(|finder| finder.find_iter(text).any(|at| counts(text, at)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, asked: &str) -> bool {
        let query = Query {
            text: Some(asked.to_owned()),
            ..Query::default()
        };
        let words = Words::new(query.terms());
        let mut text = text.as_bytes().to_owned();
        words.may_stand_in(&mut text) && words.stand_in(str::from_utf8(&text).unwrap())
    }

    #[test]
    fn words_are_found_by_their_beginning_and_in_any_order() {
        let body = r#"{"cause":"SLOT_UNAVAILABLE","email":"john.smith@gmail.com"}"#;
        assert!(found(body, "john"));
        assert!(found(body, "gmail JOHN"));
        assert!(found(body, "slot_unav"));
        assert!(found(body, "\"john smith\""));
        assert!(!found(body, "\"smith john\""));
        assert!(!found(body, "ohn"));
        assert!(found(body, "{"));
        // The first place where the letters stand need not be a word's beginning.
        assert!(found("unslot slot", "slot"));
        assert!(found("aaab aab", "aab"));
    }

    #[test]
    fn letters_outside_of_ascii_are_found_in_any_size() {
        assert!(found("SALON ZOË", "zoë"));
        assert!(found("salon zoë", "ZOË"));
        // The sign of the unit kelvin, whose small letter is an ordinary k.
        assert!(found("300 \u{212a}", "k"));
        assert!(!found("salon zoe", "zoë"));
    }
}
