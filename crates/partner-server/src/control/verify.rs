//! `POST /api/verify`: what automated tests assert of the traffic.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use booking_api::{Cause, Method};
use jiff::Timestamp;
use partner::exchange::{Direction, ExchangeOutcome};
use partner::verify::pattern::Pattern;
use partner::verify::{Bounds, Question, Verdict, VerifyError, Wanted};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::error::{ApiError, ErrorBody};
use super::exchanges::statuses;
use super::given::{Body, check_name, unknown_name};
use crate::app::App;

/// What an exchange is to be like: everything that is given must hold.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the body, which is read by hand for better refusals"
)]
struct ExchangePattern {
    /// Who called whom; both where left out.
    direction: Option<Direction>,
    /// The protocol's method; null asks for exchanges without one.
    method: Option<Method>,
    /// The path as it was asked for.
    path: Option<String>,
    /// How it ended.
    outcome: Option<ExchangeOutcome>,
    /// The cause of a business failure; null asks for exchanges without one.
    cause: Option<Cause>,
    /// An HTTP status, or a class of them: `404`, `"4xx"`; 0 where no answer was sent.
    #[schema(value_type = Option<Value>)]
    status: Option<Value>,
    /// The booking it was about; null asks for exchanges about none.
    booking_id: Option<String>,
    /// The merchant it was about; null asks for exchanges about none.
    merchant_id: Option<String>,
    /// The guest's id in the request, wherever the method has it.
    user_id: Option<String>,
    /// Values of the request's body by JSON pointer, e.g. `{"/slot/merchant_id": "x"}`. Names may be
    /// spelt either way, and numbers may have come as strings; null asks for a place that is not
    /// there.
    request: Option<BTreeMap<String, Value>>,
    /// Values of the answer's body, in the same way.
    answer: Option<BTreeMap<String, Value>>,
}

/// What is to be there.
#[derive(Debug, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the body, which is read by hand for better refusals"
)]
struct VerifyWish {
    /// What is counted.
    #[serde(flatten)]
    pattern: ExchangePattern,
    /// So many or more; 1 where no bound is given.
    at_least: Option<u64>,
    /// So many or fewer.
    at_most: Option<u64>,
    /// Just so many; in place of the other two.
    exactly: Option<u64>,
    /// In place of a pattern and bounds: one exchange of each pattern, in this order of their
    /// answers. Others may come between.
    in_order: Option<Vec<ExchangePattern>>,
    /// Only exchanges that began at this instant or later, by the engine's clock (RFC 3339).
    #[schema(value_type = Option<String>, format = DateTime)]
    since: Option<String>,
    /// Only exchanges that began before this instant.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<String>,
}

const PATTERN: &[&str] = &[
    "direction",
    "method",
    "path",
    "outcome",
    "cause",
    "status",
    "booking_id",
    "merchant_id",
    "user_id",
    "request",
    "answer",
];

const BOUNDS: &[&str] = &["at_least", "at_most", "exactly"];

/// Whether exchanges of this kind came: how many, and in which order.
///
/// Counted are all since the last reset, by whomever, also those that the log has dropped or that
/// were cleared from it. Where something is missing, `nearest` has the exchanges that come nearest
/// and why they do not fit. Whatever the verdict, it is a 200.
#[utoipa::path(
    post,
    path = "/api/verify",
    tag = "exchanges",
    request_body(
        content = VerifyWish,
        example = json!({
            "method": "CreateBooking", "cause": null, "request": {"/slot/merchant_id": "1234"},
            "at_least": 1,
        }),
    ),
    responses(
        (status = 200, description = "The verdict.", body = Verdict),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 409, description = "`forgotten`: so many exchanges came since the last reset that \
            the oldest are kept no longer, and they could change the verdict. `hidden_value`: a \
            secret was asked for, and secrets are not kept.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value` or `illegal_combination`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_verify(
    State(app): State<App>,
    body: Body,
) -> Result<Json<Verdict>, ApiError> {
    let known: Vec<&str> = [PATTERN, BOUNDS, &["in_order", "since", "until"]].concat();
    let question = question(&body.object(&known)?)?;
    Ok(Json(app.engine.verify(question).await?))
}

impl From<VerifyError> for ApiError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Store(error) => error.into(),
            VerifyError::Forgotten { count, until } => Self::new(
                StatusCode::CONFLICT,
                "forgotten",
                format!("The oldest {count} exchanges since the last reset are kept no longer."),
                format!("Ask \"since\" a time after {until}, or POST /api/reset before a test."),
            ),
            VerifyError::Hidden { pointer, id } => Self::new(
                StatusCode::CONFLICT,
                "hidden_value",
                format!("The value of {pointer} was hidden before exchange {id} was kept."),
                "Ask for something else, or start with --reveal-secrets.",
            ),
        }
    }
}

fn question(given: &Map<String, Value>) -> Result<Question, ApiError> {
    let wanted = match given.get("in_order") {
        None | Some(Value::Null) => Wanted::Count(Box::new(pattern(given)?), bounds(given)?),
        Some(Value::Array(patterns)) if !patterns.is_empty() => {
            if let Some(name) = given
                .keys()
                .find(|name| PATTERN.contains(&name.as_str()) || BOUNDS.contains(&name.as_str()))
            {
                return Err(illegal(
                    format!("\"{name}\" does not go with \"in_order\"."),
                    "Put what is looked for into the patterns of in_order, or leave it out.",
                ));
            }
            let read = |it: &Value| match it {
                Value::Object(fields) => {
                    fields
                        .keys()
                        .try_for_each(|name| check_name("field", name, PATTERN))?;
                    pattern(fields)
                }
                _ => Err(no_value("in_order", it, "It is a list of JSON objects.")),
            };
            Wanted::InOrder(patterns.iter().map(read).collect::<Result<_, _>>()?)
        }
        Some(other) => {
            let hint = "It is a list of JSON objects, one for each exchange.";
            return Err(no_value("in_order", other, hint));
        }
    };
    Ok(Question {
        since: instant(given, "since")?,
        until: instant(given, "until")?,
        wanted,
    })
}

fn bounds(given: &Map<String, Value>) -> Result<Bounds, ApiError> {
    let number = |name: &str| match given.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value
            .as_u64()
            .map(Some)
            .ok_or_else(|| no_value(name, value, "It is a whole number.")),
    };
    let (least, most, exactly) = (number("at_least")?, number("at_most")?, number("exactly")?);
    if exactly.is_some() && (least.is_some() || most.is_some()) {
        return Err(illegal(
            "\"exactly\" does not go with another bound.",
            "Give exactly alone, or at_least, at_most or both.",
        ));
    }
    if let (Some(least), Some(most)) = (least, most)
        && least > most
    {
        return Err(illegal(
            "\"at_least\" is more than \"at_most\".",
            "No number of exchanges is both.",
        ));
    }
    Ok(match (exactly, least, most) {
        (Some(exactly), ..) => Bounds {
            at_least: exactly,
            at_most: Some(exactly),
        },
        (None, None, None) => Bounds::default(),
        (None, least, most) => Bounds {
            at_least: least.unwrap_or(0),
            at_most: most,
        },
    })
}

fn pattern(given: &Map<String, Value>) -> Result<Pattern, ApiError> {
    let methods: Vec<&str> = Method::ALL.iter().map(|method| method.name()).collect();
    let causes: Vec<&str> = Cause::ALL.iter().map(|cause| cause.name()).collect();
    let direction = |name: &str| match name {
        "inbound" => Some(Direction::Inbound),
        "outbound" => Some(Direction::Outbound),
        _ => None,
    };
    let outcomes = ["ok", "failure", "error"];
    Ok(Pattern {
        direction: named(given, "direction", &["inbound", "outbound"], direction)?.flatten(),
        method: named(given, "method", &methods, Method::from_name)?,
        path: text(given, "path")?.flatten(),
        outcome: named(given, "outcome", &outcomes, ExchangeOutcome::from_name)?.flatten(),
        cause: named(given, "cause", &causes, Cause::from_name)?,
        status: match given.get("status") {
            None | Some(Value::Null) => None,
            Some(Value::Number(number)) if number.as_u64() == Some(0) => Some((0, 0)),
            Some(Value::Number(number)) => Some(statuses(&number.to_string())?),
            Some(Value::String(text)) => Some(statuses(text)?),
            Some(other) => {
                let hint = "It is an HTTP status like 404, or a class of them like \"4xx\".";
                return Err(no_value("status", other, hint));
            }
        },
        booking_id: text(given, "booking_id")?,
        merchant_id: text(given, "merchant_id")?,
        user_id: text(given, "user_id")?.flatten(),
        request: pointers(given, "request")?,
        answer: pointers(given, "answer")?,
    })
}

/// Text, or null, where it is given.
fn text(given: &Map<String, Value>, name: &str) -> Result<Option<Option<String>>, ApiError> {
    match given.get(name) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(Value::String(text)) => Ok(Some(Some(text.clone()))),
        Some(other) => Err(no_value(name, other, "It is text.")),
    }
}

/// One of a set of names, or null, where it is given.
fn named<T>(
    given: &Map<String, Value>,
    name: &str,
    known: &[&str],
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<Option<T>>, ApiError> {
    match text(given, name)? {
        None => Ok(None),
        Some(None) => Ok(Some(None)),
        Some(Some(word)) => match read(&word).filter(|_| known.contains(&word.as_str())) {
            Some(found) => Ok(Some(Some(found))),
            None => Err(unknown_name(name, &word, known)),
        },
    }
}

fn pointers(given: &Map<String, Value>, name: &str) -> Result<Vec<(String, Value)>, ApiError> {
    let hint = "It is an object of JSON pointers: {\"/slot/merchant_id\": \"1234\"}.";
    match given.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Object(values)) => {
            if let Some(wrong) = values
                .keys()
                .find(|pointer| !pointer.is_empty() && !pointer.starts_with('/'))
            {
                let message = format!("\"{wrong}\" is no JSON pointer.");
                let hint = format!("A pointer begins with a slash: \"/{wrong}\".");
                return Err(ApiError::unknown_value(message, hint));
            }
            let pairs = values.iter();
            Ok(pairs
                .map(|(at, value)| (at.clone(), value.clone()))
                .collect())
        }
        Some(other) => Err(no_value(name, other, hint)),
    }
}

fn instant(given: &Map<String, Value>, name: &str) -> Result<Option<Timestamp>, ApiError> {
    match text(given, name)?.flatten() {
        None => Ok(None),
        Some(text) => text.parse().map(Some).map_err(|_| {
            let hint = "It is an instant like 2026-11-22T09:00:00Z.";
            no_value(name, &Value::String(text.clone()), hint)
        }),
    }
}

fn no_value(name: &str, value: &Value, hint: &str) -> ApiError {
    ApiError::unknown_value(format!("{value} is no value for \"{name}\"."), hint)
}

fn illegal(message: impl Into<String>, hint: &str) -> ApiError {
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    ApiError::new(status, "illegal_combination", message, hint)
}
