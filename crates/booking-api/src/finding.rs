//! Findings: what is odd or wrong about a body, by JSON pointer.
//!
//! A finding never changes an answer by itself. Whoever reads the body decides what a warning is
//! worth.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How bad a [`Finding`] is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Understood and lawful, yet worth knowing.
    Info,
    /// Understood, but not what the protocol says.
    Warning,
    /// Not usable: the request cannot be answered as meant.
    Error,
}

/// One thing that is odd or wrong about a body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name of the kind of finding, such as `unknown_field`.
    pub code: Cow<'static, str>,
    /// Where in the body, as a JSON pointer (RFC 6901) in the body's own spelling; `""` is the
    /// whole body.
    pub pointer: String,
    /// What stood there.
    pub found: String,
    /// What should stand there.
    pub expected: String,
    /// What to do about it; may be empty.
    pub hint: String,
    /// The section of the protocol reference that says so, such as `3.1`.
    pub reference: Cow<'static, str>,
}
