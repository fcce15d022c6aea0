//! A recorded request, changed in one place, to be sent again.
//!
//! What a counterfactual says of a request is done to it here. Who sends it, and where to, is not
//! decided here.

use serde_json::{Map, Value};

use super::RequestRecord;
use super::redact::HIDDEN;
use crate::decision::Change;

/// A request that is to be sent again.
#[derive(Clone, Debug)]
pub struct Amended {
    /// The request without its `Authorization`, which is not kept as it was.
    pub request: RequestRecord,
    /// What to send in the place of that header.
    pub credentials: Credentials,
}

/// What to send as `Authorization`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// The partner's own, if the request had any.
    AsBefore,
    /// The partner's own.
    Own,
    /// None.
    Without,
    /// This value.
    Given(String),
}

/// Why a change could not be made. Each message is one sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmendError {
    /// A control call, or time.
    #[error("This change is not one of the request.")]
    NotInRequest,
    /// There is nothing that a pointer could point into.
    #[error("The request's body is no JSON, so no place of it can be changed.")]
    NoJson,
    /// The pointer leads through a text or a number.
    #[error("The request's body has no such place.")]
    NoSuchPlace,
}

/// Applies a change of the kinds `request`, `request_line` and `header`; without one, the request
/// stays as it was.
pub fn amended(request: &RequestRecord, change: Option<&Change>) -> Result<Amended, AmendError> {
    let mut request = request.clone();
    let had_credentials = remove(&mut request, "authorization");
    let mut credentials = if had_credentials {
        Credentials::Own
    } else {
        Credentials::AsBefore
    };
    match change {
        None => {}
        Some(Change::Request { pointer, value }) => {
            request.body = with(&request.body, pointer, value.clone())?;
            request.body_size = request.body.len() as u64;
        }
        Some(Change::RequestLine { verb, path }) => {
            request.verb = verb.clone().into_owned();
            request.target = path.clone().into_owned();
        }
        Some(Change::Header { name, value }) if name.eq_ignore_ascii_case("authorization") => {
            credentials = match value {
                None => Credentials::Without,
                Some(value) if value.contains(HIDDEN) => Credentials::Own,
                Some(value) => Credentials::Given(value.clone().into_owned()),
            };
        }
        Some(Change::Header { name, value }) => {
            remove(&mut request, name);
            if let Some(value) = value {
                let pair = (name.to_lowercase(), value.clone().into_owned());
                request.headers.push(pair);
            }
        }
        Some(Change::Control { .. } | Change::Wait { .. }) => return Err(AmendError::NotInRequest),
    }
    Ok(Amended {
        request,
        credentials,
    })
}

/// True where there was such a header.
fn remove(request: &mut RequestRecord, name: &str) -> bool {
    let before = request.headers.len();
    request
        .headers
        .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    request.headers.len() < before
}

fn with(body: &str, pointer: &str, value: Option<Value>) -> Result<String, AmendError> {
    if pointer.is_empty() {
        return Ok(value.map(|it| it.to_string()).unwrap_or_default());
    }
    let mut root = match body.trim() {
        "" => Value::Object(Map::new()),
        text => serde_json::from_str(text).map_err(|_| AmendError::NoJson)?,
    };
    let steps: Vec<String> = pointer
        .strip_prefix('/')
        .ok_or(AmendError::NoSuchPlace)?
        .split('/')
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    let Some((last, way)) = steps.split_last() else {
        return Err(AmendError::NoSuchPlace);
    };
    let mut place = &mut root;
    for step in way {
        if place.is_null() {
            *place = Value::Object(Map::new());
        }
        place = match place {
            Value::Object(fields) => fields.entry(step.as_str()).or_insert(Value::Null),
            Value::Array(items) => item(items, step)?,
            _ => return Err(AmendError::NoSuchPlace),
        };
    }
    if place.is_null() {
        *place = Value::Object(Map::new());
    }
    match (place, value) {
        (Value::Object(fields), Some(value)) => {
            fields.insert(last.clone(), value);
        }
        (Value::Object(fields), None) => {
            fields.shift_remove(last);
        }
        (Value::Array(items), Some(value)) if *last == items.len().to_string() => items.push(value),
        (Value::Array(items), Some(value)) => *item(items, last)? = value,
        (Value::Array(items), None) => {
            item(items, last)?;
            items.remove(last.parse().map_err(|_| AmendError::NoSuchPlace)?);
        }
        _ => return Err(AmendError::NoSuchPlace),
    }
    Ok(root.to_string())
}

fn item<'a>(items: &'a mut [Value], step: &str) -> Result<&'a mut Value, AmendError> {
    step.parse::<usize>()
        .ok()
        .and_then(|index| items.get_mut(index))
        .ok_or(AmendError::NoSuchPlace)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request() -> RequestRecord {
        RequestRecord {
            verb: "POST".into(),
            target: "/v3/CreateBooking".into(),
            headers: vec![
                ("Authorization".into(), "Basic [redacted]".into()),
                ("X-Mock-Partner".into(), "latency_ms=5".into()),
            ],
            body: r#"{"slot":{"start_sec":"1","list":[1,{"a":2}]},"lease":null}"#.into(),
            ..RequestRecord::default()
        }
    }

    fn body(pointer: &'static str, value: Option<Value>) -> Result<String, AmendError> {
        let change = Change::Request {
            pointer: pointer.into(),
            value,
        };
        amended(&request(), Some(&change)).map(|it| it.request.body)
    }

    #[test]
    fn a_place_of_the_body_is_set_made_and_left_out() {
        for (pointer, value, expected) in [
            (
                "/slot/start_sec",
                Some(json!("2")),
                r#"{"slot":{"start_sec":"2","list":[1,{"a":2}]},"lease":null}"#,
            ),
            (
                "/slot/start_sec",
                None,
                r#"{"slot":{"list":[1,{"a":2}]},"lease":null}"#,
            ),
            (
                "/slot/list/1/a",
                Some(json!(3)),
                r#"{"slot":{"start_sec":"1","list":[1,{"a":3}]},"lease":null}"#,
            ),
            (
                "/slot/list/0",
                None,
                r#"{"slot":{"start_sec":"1","list":[{"a":2}]},"lease":null}"#,
            ),
            (
                "/lease/deep/er",
                Some(json!(true)),
                r#"{"slot":{"start_sec":"1","list":[1,{"a":2}]},"lease":{"deep":{"er":true}}}"#,
            ),
            ("", Some(json!({})), "{}"),
            ("", None, ""),
        ] {
            assert_eq!(body(pointer, value).as_deref(), Ok(expected), "{pointer}");
        }
        assert_eq!(
            body("/slot/start_sec/x", Some(json!(1))),
            Err(AmendError::NoSuchPlace)
        );
        assert_eq!(
            body("/slot/list/9/x", Some(json!(1))),
            Err(AmendError::NoSuchPlace)
        );
    }

    #[test]
    fn a_body_that_is_no_json_has_no_places_but_can_be_another() {
        let broken = RequestRecord {
            body: "{".into(),
            ..request()
        };
        let change = |pointer: &'static str| Change::Request {
            pointer: pointer.into(),
            value: Some(json!({})),
        };
        let result = amended(&broken, Some(&change("/slot")));
        assert_eq!(result.unwrap_err(), AmendError::NoJson);
        let whole = amended(&broken, Some(&change(""))).unwrap();
        assert_eq!(whole.request.body, "{}");
    }

    #[test]
    fn headers_are_set_and_left_out_and_credentials_are_apart() {
        let header = |name: &'static str, value: Option<&'static str>| {
            let change = Change::Header {
                name: name.into(),
                value: value.map(Into::into),
            };
            let result = amended(&request(), Some(&change)).unwrap();
            (result.request.headers, result.credentials)
        };
        let (headers, credentials) = header("x-mock-partner", None);
        assert_eq!((headers, credentials), (vec![], Credentials::Own));
        let (headers, _) = header("X-Mock-Partner", Some("status=503"));
        assert_eq!(
            headers,
            [("x-mock-partner".to_owned(), "status=503".to_owned())]
        );
        for (value, expected) in [
            (None, Credentials::Without),
            (Some("Basic [redacted]"), Credentials::Own),
            (Some("Basic eDp5"), Credentials::Given("Basic eDp5".into())),
        ] {
            assert_eq!(header("authorization", value).1, expected);
        }
        let mut unsigned = request();
        unsigned.headers.clear();
        let result = amended(&unsigned, None).unwrap();
        assert_eq!(result.credentials, Credentials::AsBefore);
    }
}
