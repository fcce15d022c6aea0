//! What a caller gave, read strictly: queries, bodies, ids in paths.
//!
//! A misspelt filter that is quietly ignored would show all rows and look as if it worked, so an
//! unknown name or value is refused with the nearest right one.

use std::ops::RangeInclusive;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use serde_json::{Map, Value};

use super::error::ApiError;

/// A query's names and values.
pub(super) struct Given(Vec<(String, String)>);

impl Given {
    /// Reads a query that may hold the `known` names, each at most once.
    pub(super) fn read(uri: &Uri, known: &[&str]) -> Result<Self, ApiError> {
        let Ok(Query(pairs)) = Query::<Vec<(String, String)>>::try_from_uri(uri) else {
            return Err(ApiError::unknown_value(
                "The query cannot be read.",
                "Send it as name=value&name=value, percent-encoded.",
            ));
        };
        for (place, (name, _)) in pairs.iter().enumerate() {
            check_name("query parameter", name, known)?;
            if pairs[..place].iter().any(|(before, _)| before == name) {
                return Err(ApiError::unknown_value(
                    format!("The query parameter \"{name}\" was given twice."),
                    "Give it once.",
                ));
            }
        }
        Ok(Self(pairs))
    }

    /// A value as it was given.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(given, _)| given == name)
            .map(|(_, value)| value.as_str())
    }

    /// A whole number within bounds.
    pub(super) fn number(
        &self,
        name: &str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, ApiError> {
        self.text(name)
            .map(|value| number(name, value, range))
            .transpose()
    }

    /// One of a set of names.
    pub(super) fn one_of<T>(
        &self,
        name: &str,
        known: &[&str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let Some(value) = self.text(name) else {
            return Ok(None);
        };
        match read(value).filter(|_| known.contains(&value)) {
            Some(found) => Ok(Some(found)),
            None => Err(unknown_name(name, value, known)),
        }
    }
}

/// A whole number within bounds.
pub(super) fn number(name: &str, value: &str, range: RangeInclusive<u64>) -> Result<u64, ApiError> {
    value
        .parse()
        .ok()
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            let hint = match (*range.start(), *range.end()) {
                (0, u64::MAX) => "It is a whole number.".to_owned(),
                (low, high) => format!("It is a whole number from {low} to {high}."),
            };
            ApiError::unknown_value(format!("\"{value}\" is no value for \"{name}\"."), hint)
        })
}

/// The refusal of a value that is not among the known names.
pub(super) fn unknown_name(name: &str, value: &str, known: &[&str]) -> ApiError {
    let message = format!("There is no value \"{value}\" for \"{name}\".");
    ApiError::unknown_value(message, suggest(value, known))
}

/// Refuses a name that is not among the known ones.
pub(super) fn check_name(what: &str, name: &str, known: &[&str]) -> Result<(), ApiError> {
    if known.contains(&name) {
        return Ok(());
    }
    Err(ApiError::unknown_field(
        format!("There is no {what} \"{name}\"."),
        suggest(name, known),
    ))
}

/// "Did you mean …?" with the nearest of the known names, else all of them.
fn suggest(found: &str, known: &[&str]) -> String {
    let found = found.to_lowercase();
    let nearest = known
        .iter()
        .map(|name| (strsim::jaro_winkler(&found, &name.to_lowercase()), *name))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((score, name)) if score > 0.7 => format!("Did you mean \"{name}\"?"),
        _ => format!("Known here: {}.", known.join(", ")),
    }
}

/// A JSON body, whatever content type it was sent with; `None` where it is empty.
pub(super) struct Body(Option<Value>);

impl Body {
    /// The body as it is.
    pub(super) fn value(self) -> Result<Value, ApiError> {
        self.0.ok_or_else(|| invalid_json("The body is empty."))
    }

    /// An object whose fields somebody else checks.
    pub(super) fn fields(self) -> Result<Map<String, Value>, ApiError> {
        match self.value()? {
            Value::Object(fields) => Ok(fields),
            _ => Err(invalid_json("The body is not a JSON object.")),
        }
    }

    /// An object that may hold the `known` fields; an empty body counts as `{}`.
    pub(super) fn object(self, known: &[&str]) -> Result<Map<String, Value>, ApiError> {
        let fields = match self.0 {
            None => Map::new(),
            Some(Value::Object(fields)) => fields,
            Some(_) => return Err(invalid_json("The body is not a JSON object.")),
        };
        for name in fields.keys() {
            check_name("field", name, known)?;
        }
        Ok(fields)
    }
}

impl<S: Send + Sync> FromRequest<S> for Body {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| {
                let hint = "Control calls are short JSON objects.";
                match rejection.status() {
                    status @ StatusCode::PAYLOAD_TOO_LARGE => {
                        ApiError::new(status, "body_too_large", "The body is too long.", hint)
                    }
                    _ => invalid_json("The body did not arrive whole."),
                }
            })?;
        if body.trim_ascii().is_empty() {
            return Ok(Self(None));
        }
        match serde_json::from_slice(&body) {
            Ok(value) => Ok(Self(Some(value))),
            Err(error) => Err(invalid_json(format!(
                "The body is not valid JSON: {error}."
            ))),
        }
    }
}

fn invalid_json(message: impl Into<String>) -> ApiError {
    let hint = "Send a JSON object; GET /api/openapi.json describes it.";
    ApiError::new(StatusCode::BAD_REQUEST, "invalid_json", message, hint)
}

/// An exchange's id in a path. What is no number is no exchange.
pub(super) struct ExchangeId(pub(super) u64);

impl<S: Send + Sync> FromRequestParts<S> for ExchangeId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = Path::<u64>::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| {
            ApiError::not_found(
                "An exchange's id is a number.",
                "GET /api/exchanges lists them.",
            )
        })
    }
}

/// A booking's id in a path.
pub(super) struct BookingId(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for BookingId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = Path::<String>::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| {
            ApiError::not_found("A booking's id is text.", "GET /api/bookings lists them.")
        })
    }
}

/// A notification's id in a path. What is no number is no notification.
pub(super) struct NotificationId(pub(super) i64);

impl<S: Send + Sync> FromRequestParts<S> for NotificationId {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let id = Path::<i64>::from_request_parts(parts, state).await;
        id.map(|Path(id)| Self(id)).map_err(|_| {
            ApiError::not_found(
                "A notification's id is a number.",
                "GET /api/notifications lists them.",
            )
        })
    }
}
