//! What is expected of a step.

use booking_api::{BookingStatus, Cause, PrepaymentStatus};
use regex_lite::Regex;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::exchange::ExchangeOutcome;

/// What must come of a step. Whatever is left out may be anything, but for `status` and `cause`:
/// the status is 200 (of a control call: any 2xx), and there is no failure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    /// The HTTP status of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The cause of the booking failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Whether no whole answer comes: the connection breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_answer: Option<bool>,
    /// Whether the body is JSON.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<bool>,
    /// The least time that the answer takes, in milliseconds of the wall's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_least_ms: Option<u64>,
    /// Values in the answer's body: a JSON pointer, and the value or `{exists: false}`,
    /// `{matches: "regular expression"}`, `{equals: any value}`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, FieldSchema>")]
    pub fields: Map<String, Value>,
    /// What the aggregator was told because of the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notification: Option<ExpectedNotification>,
    /// How a booking stands after the step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking: Option<ExpectedBooking>,
    /// How the log has the request. Of `send` only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exchange: Option<ExpectedExchange>,
}

impl Expect {
    /// Whether nothing but the usual is expected.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the connection is to break.
    #[must_use]
    pub fn is_no_answer(&self) -> bool {
        self.no_answer == Some(true)
    }

    /// Every place where values are expected by pointer: where in the step, and they.
    pub(super) fn all_fields(&self) -> Vec<(&'static str, &Map<String, Value>)> {
        let notification = self.notification.as_ref().map(|it| &it.fields);
        let booking = self.booking.as_ref().map(|it| &it.fields);
        [
            ("/expect/fields", Some(&self.fields)),
            ("/expect/notification/fields", notification),
            ("/expect/booking/fields", booking),
        ]
        .into_iter()
        .filter_map(|(place, fields)| Some((place, fields?)))
        .collect()
    }
}

/// What the aggregator was told: the newest notification that the step made or sent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExpectedNotification {
    /// `false`: it was told nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<bool>,
    /// The booking it is about; any where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub booking_id: Option<String>,
    /// The fields that change, as the query's `updateMask` has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_mask: Option<String>,
    /// The booking's status in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<BookingStatus>,
    /// The payment's status in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prepayment_status: Option<PrepaymentStatus>,
    /// The failure's cause in the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    /// Where it stands: `delivered` where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Delivery>,
    /// How often it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<u64>,
    /// Further values, by JSON pointer into the notification as `GET /api/notifications` has it.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, FieldSchema>")]
    pub fields: Map<String, Value>,
}

/// Where a notification stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// It is to be sent, for the first time or again.
    Waiting,
    /// The aggregator has taken it.
    Delivered,
    /// It will not be sent again.
    GivenUp,
}

impl Delivery {
    /// Its name in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Delivered => "delivered",
            Self::GivenUp => "given_up",
        }
    }
}

/// How a booking stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExpectedBooking {
    /// Its id, which is usually a captured one.
    pub booking_id: String,
    /// Where it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<BookingStatus>,
    /// What became of the money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prepayment_status: Option<PrepaymentStatus>,
    /// Further values, by JSON pointer into the booking as `GET /api/bookings/{id}` has it.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    #[schemars(with = "std::collections::BTreeMap<String, FieldSchema>")]
    pub fields: Map<String, Value>,
}

/// How the log has a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ExpectedExchange {
    /// How it ended, in one word.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<OutcomeName>")]
    pub outcome: Option<ExchangeOutcome>,
    /// Codes of findings that the request doctor must report.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// Words that one of the decisions must contain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", rename = "ExchangeOutcome")]
#[allow(dead_code, reason = "its schema is what counts")]
enum OutcomeName {
    Ok,
    Failure,
    Error,
}

/// What a single value must be.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// This value.
    Equals(Value),
    /// Any value, or none.
    Exists(bool),
    /// Text in which this expression is found.
    Matches(Regex),
}

impl Matcher {
    /// Reads what a file has.
    ///
    /// # Errors
    /// What is wrong, and what to do.
    pub fn of(value: &Value) -> Result<Self, (String, String)> {
        let Value::Object(fields) = value else {
            return Ok(Self::Equals(value.clone()));
        };
        let known = "Give a plain value, or one of {exists: false}, {matches: \"…\"}, {equals: …}.";
        let mut fields = fields.iter();
        let (Some((name, value)), None) = (fields.next(), fields.next()) else {
            return Err(("This is no expectation.".to_owned(), known.to_owned()));
        };
        match (name.as_str(), value) {
            ("equals", value) => Ok(Self::Equals(value.clone())),
            ("exists", Value::Bool(exists)) => Ok(Self::Exists(*exists)),
            ("matches", Value::String(pattern)) => {
                Regex::new(pattern).map(Self::Matches).map_err(|error| {
                    let message = format!("\"{pattern}\" is no regular expression: {error}.");
                    let hint = "Write \\ before signs that stand for themselves, like \\$ or \\.";
                    (message, format!("{hint}."))
                })
            }
            _ => {
                let message = format!("There is no expectation \"{name}: {value}\".");
                Err((message, known.to_owned()))
            }
        }
    }
}

/// The schema of a value in `fields`.
#[derive(Debug)]
struct FieldSchema;

impl JsonSchema for FieldSchema {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ExpectedValue".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let one = |name: &str, schema: Value| {
            serde_json::json!({
                "type": "object",
                "properties": { name: schema },
                "required": [name],
                "additionalProperties": false,
            })
        };
        let plain = serde_json::json!({ "not": { "type": "object" } });
        json_schema!({
            "description": "The value, or what holds of it.",
            "anyOf": [
                plain,
                one("exists", serde_json::json!({ "type": "boolean" })),
                one("matches", serde_json::json!({ "type": "string", "format": "regex" })),
                one("equals", serde_json::json!(true)),
            ],
        })
    }
}
