//! What is wrong with a scenario's file, and where.

use std::fmt;

use serde::Serialize;
use utoipa::ToSchema;

/// Something wrong with a scenario's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ScenarioProblem)]
pub struct Problem {
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1, in characters.
    pub column: u64,
    /// The field it is about, e.g. `rules[1].when.method`; empty for the file as a whole.
    pub path: String,
    /// One sentence: what is wrong.
    pub message: String,
    /// One sentence: what to do. May be empty.
    pub hint: String,
}

impl Problem {
    /// Something wrong with the file as a whole.
    #[must_use]
    pub fn of_file(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            line: 1,
            column: 1,
            path: String::new(),
            message: message.into(),
            hint: hint.into(),
        }
    }
}

impl fmt::Display for Problem {
    /// `12:5: There is no field "metod". Did you mean "method"?`
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            line,
            column,
            message,
            hint,
            ..
        } = self;
        write!(formatter, "{line}:{column}: {message}")?;
        if !hint.is_empty() {
            write!(formatter, " {hint}")?;
        }
        Ok(())
    }
}
