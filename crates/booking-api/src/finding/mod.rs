//! Findings: what is odd or wrong about a request, by JSON pointer.
//!
//! Every finding is made from a [`FindingCode`], whose table in `catalogue`(mod@catalogue) says
//! how bad it is and what the protocol says. A finding never changes an answer by itself: whoever
//! reads the body decides what a warning is worth.

mod catalogue;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use catalogue::{FindingCode, FindingInfo, catalogue};

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

/// One thing that is odd or wrong about a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// A stable name of the kind of finding, such as `unknown_field`.
    pub code: Cow<'static, str>,
    /// Where in the body, as a JSON pointer (RFC 6901) in the body's own spelling; `""` is the
    /// whole body or what came with it.
    pub pointer: String,
    /// What stood there.
    pub found: String,
    /// What should stand there.
    pub expected: String,
    /// What to do about it, in one sentence.
    pub hint: String,
    /// The section of the protocol reference that says so, such as `3.1`.
    pub reference: Cow<'static, str>,
}

impl Finding {
    /// A finding with the severity, the hint and the reference that its code's table entry has.
    pub fn new(
        code: FindingCode,
        pointer: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self {
            severity: code.severity(),
            code: Cow::Borrowed(code.name()),
            pointer: pointer.into(),
            found: found.into(),
            expected: expected.into(),
            hint: code.advice().to_owned(),
            reference: Cow::Borrowed(code.reference()),
        }
    }

    /// The same with a hint of its own; an empty one changes nothing.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        if !hint.is_empty() {
            self.hint = hint;
        }
        self
    }

    /// The same with another place in the reference.
    #[must_use]
    pub fn with_reference(mut self, reference: &'static str) -> Self {
        self.reference = Cow::Borrowed(reference);
        self
    }

    /// Whether a strict partner refuses a request for it: anything but a remark.
    pub fn is_objection(&self) -> bool {
        self.severity != Severity::Info
    }
}
