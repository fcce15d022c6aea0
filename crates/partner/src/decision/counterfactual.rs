//! Counterfactuals: what would have made the answer another one.
//!
//! Each is one change that somebody can make, and that a program can make for them: one control
//! call, one part of the request, or time. Applying it and sending the request again does give
//! another answer; the tests do just that for every rule.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One change that gives the same request another answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Counterfactual {
    /// One plain sentence: "Would be CONFIRMED if the slot had 1 place more."
    #[schema(value_type = String)]
    pub text: Cow<'static, str>,
    /// The label of the answer that comes then, where it is known: `CONFIRMED`,
    /// `404 unknown booking`. Without, some other answer comes.
    #[schema(value_type = Option<String>, required)]
    pub would: Option<Cow<'static, str>>,
    /// What to do before the request is sent again.
    pub change: Change,
}

/// What to do before a request is sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// Make one call of the control API.
    Control {
        /// `PATCH`, `POST`, `PUT` or `DELETE`.
        #[schema(value_type = String)]
        verb: Cow<'static, str>,
        /// The path, e.g. `/api/behaviour`.
        #[schema(value_type = String)]
        path: Cow<'static, str>,
        /// The body, where the call has one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Value>,
    },
    /// Change one place of the request's body.
    Request {
        /// Where, as a JSON pointer in the body's own spelling of its names; objects on the way
        /// that are missing are made. Empty for the whole body.
        #[schema(value_type = String)]
        pointer: Cow<'static, str>,
        /// What to put there; without, the place is left out.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<Value>,
    },
    /// Send the body with another verb or to another path.
    RequestLine {
        /// The verb.
        #[schema(value_type = String)]
        verb: Cow<'static, str>,
        /// The path, from `/v3/` on.
        #[schema(value_type = String)]
        path: Cow<'static, str>,
    },
    /// Change one header of the request.
    Header {
        /// Its name.
        #[schema(value_type = String)]
        name: Cow<'static, str>,
        /// Its new value; null to leave it out. A secret is hidden here as it is in the
        /// request's headers.
        #[schema(value_type = Option<String>, required)]
        value: Option<Cow<'static, str>>,
    },
    /// Let the partner's clock pass this many seconds; 0 to send the request again as it is.
    Wait {
        /// Seconds.
        sec: i64,
    },
}

impl Counterfactual {
    /// A change of any kind.
    #[must_use]
    pub fn new(
        text: impl Into<Cow<'static, str>>,
        would: Option<&'static str>,
        change: Change,
    ) -> Self {
        Self {
            text: text.into(),
            would: would.map(Cow::Borrowed),
            change,
        }
    }

    /// Another behaviour: a merge patch of `/api/behaviour`.
    #[must_use]
    pub fn behaviour(
        text: impl Into<Cow<'static, str>>,
        would: Option<&'static str>,
        patch: Value,
    ) -> Self {
        let change = Change::Control {
            verb: "PATCH".into(),
            path: "/api/behaviour".into(),
            body: Some(patch),
        };
        Self::new(text, would, change)
    }

    /// Another value in the request's body.
    #[must_use]
    pub fn request(
        text: impl Into<Cow<'static, str>>,
        would: Option<&'static str>,
        pointer: impl Into<Cow<'static, str>>,
        value: impl Into<Value>,
    ) -> Self {
        let change = Change::Request {
            pointer: pointer.into(),
            value: Some(value.into()),
        };
        Self::new(text, would, change)
    }

    /// A request without one of its parts.
    #[must_use]
    pub fn without(
        text: impl Into<Cow<'static, str>>,
        would: Option<&'static str>,
        pointer: impl Into<Cow<'static, str>>,
    ) -> Self {
        let change = Change::Request {
            pointer: pointer.into(),
            value: None,
        };
        Self::new(text, would, change)
    }

    /// A later moment, or, with 0, the same request once more.
    #[must_use]
    pub fn wait(text: impl Into<Cow<'static, str>>, would: Option<&'static str>, sec: i64) -> Self {
        Self::new(text, would, Change::Wait { sec })
    }

    /// What holds for every request that gets as far as the network toggle.
    #[must_use]
    pub fn network_toggle() -> Self {
        Self::behaviour(
            "Would be 503 if the network toggle were set to answer that.",
            Some("503 forced"),
            json!({"fault": {"kind": "status", "status": 503}}),
        )
    }
}
