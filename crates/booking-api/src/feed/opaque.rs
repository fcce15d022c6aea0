//! Two kinds of values that only feeds have: parts that are kept as they are, and degrees.

use std::hash::{Hash, Hasher};

use serde::Serializer;
use serde_json::{Map, Value};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};

use crate::json::Json;
use crate::json::Reader;
use crate::json::field::Field;

/// JSON that is kept as it is, because nothing here depends on its parts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Opaque(pub Value);

fn value_of(json: &Json<'_>) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(value) => Value::from(*value),
        Json::Integer(value) => Value::from(*value),
        Json::Float(value) => Value::from(*value),
        Json::Text(text) => Value::from(text.as_ref()),
        Json::List(items) => items.iter().map(value_of).collect(),
        Json::Object(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                object.insert(key.clone().into_owned(), value_of(value));
            }
            Value::Object(object)
        }
    }
}

impl Field for Opaque {
    fn read<'v>(value: &'v Json<'v>, _: &mut Reader<'v>) -> Self {
        Self(value_of(value))
    }

    fn is_default(&self) -> bool {
        self.0.is_null()
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serde::Serialize::serialize(&self.0, serializer)
    }

    fn schema() -> RefOr<Schema> {
        Object::new().into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        Self(Value::from(source.text()))
    }
}

/// Degrees of latitude or longitude. Never NaN: JSON has no such number.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Degrees(pub f64);

impl Eq for Degrees {}

impl Hash for Degrees {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // Both zeros are equal, so they count as one here too.
        (self.0 + 0.0).to_bits().hash(state);
    }
}

impl Field for Degrees {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        let degrees = match value {
            Json::Integer(value) => Some(*value as f64),
            Json::Float(value) => Some(*value),
            Json::Text(text) if text.is_empty() => Some(0.0),
            Json::Text(text) => text.parse().ok(),
            _ => None,
        };
        match degrees {
            Some(degrees) if (-180.0..=180.0).contains(&degrees) => Self(degrees),
            _ => {
                reader.wrong_type(|| value.shown(), "degrees from -180 to 180", "");
                Self::default()
            }
        }
    }

    fn is_default(&self) -> bool {
        // A place on the equator is a place: degrees are always written.
        false
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.0)
    }

    fn schema() -> RefOr<Schema> {
        Object::with_type(Type::Number).into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        Self(f64::from(source.number() as i16) / 256.0)
    }
}
