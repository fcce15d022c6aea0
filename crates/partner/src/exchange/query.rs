//! What can be asked of the log: filters, words, pages.

use booking_api::{Cause, Method};

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

/// Whether a text that is not in the index yet would be found by these terms.
#[must_use]
pub fn holds(text: &str, terms: &[Vec<String>]) -> bool {
    // Most texts lack the words altogether, and finding that out is many times cheaper than
    // taking them apart. Outside of ASCII a capital can be longer than its small letter.
    if text.is_ascii() && !terms.iter().flatten().all(|word| appears(text, word)) {
        return false;
    }
    let tokens = words(text);
    terms.iter().all(|term| {
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

/// Whether the word, in small letters, stands anywhere in the text in letters of any size.
fn appears(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let Some(first) = word.first() else {
        return true;
    };
    let mut from = 0;
    while let Some(step) = text[from..]
        .iter()
        .position(|byte| byte.to_ascii_lowercase() == *first)
    {
        let rest = &text[from + step..];
        if rest
            .get(..word.len())
            .is_some_and(|run| run.eq_ignore_ascii_case(word))
        {
            return true;
        }
        from += step + 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, asked: &str) -> bool {
        let query = Query {
            text: Some(asked.to_owned()),
            ..Query::default()
        };
        holds(text, &query.terms())
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
