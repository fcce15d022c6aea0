//! Values of earlier answers in later steps: `${name}` in any text.
//!
//! Where the whole text is one reference, the value takes its place with its kind: a number stays
//! a number. Within longer text it is written out. `$${` stands for `${` itself.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use thiserror::Error;

/// A name that no value was captured for.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("There is no value for ${{{name}}}.")]
pub struct Unknown {
    /// The name.
    pub name: String,
}

/// Values by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variables(BTreeMap<String, Value>);

impl From<&Map<String, Value>> for Variables {
    fn from(values: &Map<String, Value>) -> Self {
        let values = values.iter();
        Self(
            values
                .map(|(name, it)| (name.clone(), it.clone()))
                .collect(),
        )
    }
}

impl Variables {
    /// Sets a value.
    pub fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// A value with its references filled in.
    ///
    /// # Errors
    /// [`Unknown`], the first one.
    pub fn fill(&self, value: &Value) -> Result<Value, Unknown> {
        Ok(match value {
            Value::String(text) => match whole(text) {
                Some(name) => self.get(name)?.clone(),
                None => Value::String(self.fill_text(text)?),
            },
            Value::Array(items) => {
                let items = items.iter().map(|item| self.fill(item));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => Value::Object(self.fill_fields(fields)?),
            plain => plain.clone(),
        })
    }

    /// As [`Self::fill`], where references without a value stay as they are.
    #[must_use]
    pub fn fill_known(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.fill_known(item)).collect(),
            Value::Object(fields) => {
                let fields = fields.iter();
                let filled = fields.map(|(name, it)| (name.clone(), self.fill_known(it)));
                Value::Object(filled.collect())
            }
            plain => self.fill(plain).unwrap_or_else(|_| plain.clone()),
        }
    }

    /// As [`Self::fill`], of each field's value.
    ///
    /// # Errors
    /// [`Unknown`], the first one.
    pub fn fill_fields(&self, fields: &Map<String, Value>) -> Result<Map<String, Value>, Unknown> {
        fields
            .iter()
            .map(|(name, value)| Ok((name.clone(), self.fill(value)?)))
            .collect()
    }

    /// A text with its references written out.
    ///
    /// # Errors
    /// [`Unknown`], the first one.
    pub fn fill_text(&self, text: &str) -> Result<String, Unknown> {
        let mut filled = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Plain(text) => filled.push_str(text),
                Piece::Name(name) => match self.get(name)? {
                    Value::String(text) => filled.push_str(text),
                    value => filled.push_str(&value.to_string()),
                },
            }
        }
        Ok(filled)
    }

    fn get(&self, name: &str) -> Result<&Value, Unknown> {
        self.0.get(name).ok_or_else(|| Unknown {
            name: name.to_owned(),
        })
    }
}

/// Whether values can be called so.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let mut bytes = name.bytes();
    let starts_well = bytes
        .next()
        .is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    starts_well && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The names that a text refers to.
#[must_use]
pub fn names(text: &str) -> Vec<&str> {
    let names = pieces(text).into_iter().filter_map(|piece| match piece {
        Piece::Name(name) => Some(name),
        Piece::Plain(_) => None,
    });
    names.collect()
}

/// The name, where the whole text is one reference.
fn whole(text: &str) -> Option<&str> {
    match pieces(text)[..] {
        [Piece::Name(name)] => Some(name),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'t> {
    Plain(&'t str),
    Name(&'t str),
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        if rest[..at].ends_with('$') {
            // `$${`: the first sign only says that no reference follows.
            pieces.push(Piece::Plain(&rest[..at - 1]));
            pieces.push(Piece::Plain("${"));
            rest = &rest[at + 2..];
            continue;
        }
        let Some(length) = rest[at + 2..].find('}') else {
            break;
        };
        if at > 0 {
            pieces.push(Piece::Plain(&rest[..at]));
        }
        pieces.push(Piece::Name(&rest[at + 2..at + 2 + length]));
        rest = &rest[at + 3 + length..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn variables() -> Variables {
        let values = json!({ "id": "bk-1", "places": 3, "slot": { "start_sec": "9" } });
        Variables::from(values.as_object().unwrap())
    }

    #[test]
    fn a_whole_reference_keeps_its_kind_and_others_are_written_out() {
        let given = json!({
            "booking": { "booking_id": "${id}", "party": "${places}", "slot": "${slot}" },
            "words": ["of ${id} with ${places}", "$${id}", "costs $5 {id}", "${", 7, null],
        });
        let filled = variables().fill(&given).unwrap();
        let wanted = json!({
            "booking": { "booking_id": "bk-1", "party": 3, "slot": { "start_sec": "9" } },
            "words": ["of bk-1 with 3", "${id}", "costs $5 {id}", "${", 7, null],
        });
        assert_eq!(filled, wanted);
    }

    #[test]
    fn a_name_without_a_value_is_told() {
        let error = variables()
            .fill(&json!([{ "a": "x ${nothing}" }]))
            .unwrap_err();
        assert_eq!(error.name, "nothing");
        assert_eq!(error.to_string(), "There is no value for ${nothing}.");
        assert_eq!(names("${a}-${b} $${c}"), ["a", "b"]);
        for (name, good) in [
            ("booking_id", true),
            ("_2", true),
            ("2a", false),
            ("a-b", false),
        ] {
            assert_eq!(is_name(name), good, "{name}");
        }
    }
}
