//! Pages of a list: how many rows, behind which one, and what to give for the next page.

use super::error::ApiError;
use super::given::Given;

/// Rows of a page where the caller names no number.
const USUAL: u64 = 100;

/// The size of a page, as the caller gave it.
#[derive(Clone, Copy)]
pub(super) struct Page(usize);

impl Page {
    /// Reads `limit`, from 1 to `most`.
    pub(super) fn read(given: &Given, most: u64) -> Result<Self, ApiError> {
        let limit = given.number("limit", 1..=most)?.unwrap_or(USUAL);
        Ok(Self(usize::try_from(limit).unwrap_or(usize::MAX)))
    }

    /// How many rows to ask the engine for: one more than the page holds tells whether there is
    /// another page.
    pub(super) fn wanted(self) -> usize {
        self.0.saturating_add(1)
    }

    /// Leaves the page's rows. Answers the last one's `cursor` where there is another page.
    pub(super) fn cut<T>(
        self,
        rows: &mut Vec<T>,
        cursor: impl FnOnce(&T) -> String,
    ) -> Option<String> {
        let more = rows.len() > self.0;
        rows.truncate(self.0);
        rows.last().filter(|_| more).map(cursor)
    }
}

/// A cursor that is a row's number.
pub(super) fn row(given: &Given, name: &str) -> Result<Option<i64>, ApiError> {
    let number = given.number(name, 0..=u64::MAX)?;
    Ok(number.map(|row| i64::try_from(row).unwrap_or(i64::MAX)))
}

/// A cursor of two numbers, `7-12`.
pub(super) fn pair(given: &Given, name: &str) -> Result<Option<(i64, i64)>, ApiError> {
    let Some(cursor) = given.text(name) else {
        return Ok(None);
    };
    let numbers = cursor
        .split_once('-')
        .and_then(|(first, second)| Some((first.parse().ok()?, second.parse().ok()?)));
    match numbers {
        Some(numbers) => Ok(Some(numbers)),
        None => Err(unknown(name, cursor)),
    }
}

/// The refusal of a cursor that no page ended with.
pub(super) fn unknown(name: &str, cursor: &str) -> ApiError {
    ApiError::unknown_value(
        format!("\"{cursor}\" is no value for \"{name}\"."),
        "It is the `next` of the page before.",
    )
}
