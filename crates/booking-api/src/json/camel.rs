//! Writing in lowerCamelCase, as the interfaces want it that the partner calls (sections 6 and 7).
//! Reading needs nothing of its own: both spellings are read everywhere.

use serde::Serialize;
use serde_json::{Map, Value};

/// A message with its names in lowerCamelCase.
pub fn camel_case<T: Serialize>(message: &T) -> Value {
    // Messages are structs of strings, numbers and lists: none of them can fail to serialise.
    respelt(serde_json::to_value(message).unwrap_or_default())
}

fn respelt(value: Value) -> Value {
    match value {
        Value::Object(entries) => Value::Object(
            entries
                .into_iter()
                .map(|(key, value)| (camel_case_name(&key), respelt(value)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.into_iter().map(respelt).collect()),
        other => other,
    }
}

/// A name in lowerCamelCase.
pub(crate) fn camel_case_name(name: &str) -> String {
    let mut spelt = String::with_capacity(name.len());
    let mut raise = false;
    for character in name.chars() {
        match character {
            '_' => raise = true,
            other if raise => {
                spelt.push(other.to_ascii_uppercase());
                raise = false;
            }
            other => spelt.push(other),
        }
    }
    spelt
}
