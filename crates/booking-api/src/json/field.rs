//! How a field of each Rust type is read, written and described in OpenAPI. One implementation per
//! type; the messages and enums get theirs from `message!` and `wire_enum!`.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use utoipa::openapi::schema::{AdditionalProperties, Array, Object, ObjectBuilder, Schema, Type};
use utoipa::openapi::{Ref, RefOr};

use super::message::FieldSpec;
use super::reader::Reader;
use super::tree::Json;
use crate::finding::FindingCode;

/// The schemas that a schema refers to, by name.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// A type that a message's field can have.
pub(crate) trait Field: Sized + Default {
    /// The fields of the message that it is or holds.
    const INNER: &'static [FieldSpec] = &[];

    /// Reads a value that is not `null`. On a fatal problem any value will do: it is thrown away.
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self;

    /// Whether the field may be left out, which reads back as the same.
    fn is_default(&self) -> bool;

    /// Writes the value, in the form the protocol wants.
    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// The schema of what `emit` writes.
    fn schema() -> RefOr<Schema>;

    /// Adds the schemas that `schema` refers to.
    fn referenced(_schemas: &mut Schemas) {}

    /// An arbitrary value.
    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self;
}

/// Writes one field, unless it is at its default and may be left out.
pub(crate) fn emit_entry<T: Field, M: SerializeMap>(
    map: &mut M,
    name: &'static str,
    value: &T,
    always: bool,
) -> Result<(), M::Error> {
    if always || !value.is_default() {
        map.serialize_entry(name, &Emit(value))
    } else {
        Ok(())
    }
}

struct Emit<'a, T>(&'a T);

impl<T: Field> Serialize for Emit<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.emit(serializer)
    }
}

/// Puts a description on a property's schema, whatever kind it is.
pub(crate) fn described(schema: RefOr<Schema>, description: &str) -> RefOr<Schema> {
    let description = description.trim();
    match schema {
        RefOr::Ref(mut reference) => {
            reference.description = description.to_owned();
            RefOr::Ref(reference)
        }
        RefOr::T(Schema::Object(mut object)) => {
            object.description = Some(match object.description {
                None => description.to_owned(),
                Some(form) => format!("{description}\n\n{form}"),
            });
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            array.description = Some(description.to_owned());
            RefOr::T(Schema::Array(array))
        }
        other => other,
    }
}

/// A reference to a named schema.
pub(crate) fn named(name: &str) -> RefOr<Schema> {
    RefOr::Ref(Ref::from_schema_name(name))
}

impl Field for String {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        if let Json::Text(text) = value {
            if text.is_empty() {
                reader.remark(FindingCode::EmptyText, || "\"\"".into(), "no field at all");
            }
            return text.clone().into_owned();
        }
        let hint = match value {
            Json::Bool(_) | Json::Integer(_) | Json::Float(_) => "Put it in quotes.",
            _ => "",
        };
        // Only the kind: payment tokens are text, and a finding must not repeat one.
        reader.wrong_type(|| value.kind().to_owned(), "a string", hint);
        Self::default()
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }

    fn schema() -> RefOr<Schema> {
        Object::with_type(Type::String).into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        source.text()
    }
}

impl Field for bool {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        match value {
            Json::Bool(value) => return *value,
            Json::Text(text) if text.is_empty() => reader.empty_value("a boolean"),
            Json::Text(text) if matches!(text.as_ref(), "true" | "false") => {
                reader.wrong_type(|| value.shown(), "a boolean", "Leave the quotes off.");
            }
            other => reader.wrong_type(|| other.shown(), "a boolean", ""),
        }
        false
    }

    fn is_default(&self) -> bool {
        !*self
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(*self)
    }

    fn schema() -> RefOr<Schema> {
        Object::with_type(Type::Boolean).into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        source.byte() % 2 == 1
    }
}

impl<T: Field> Field for Option<T> {
    const INNER: &'static [FieldSpec] = T::INNER;

    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        Some(T::read(value, reader))
    }

    fn is_default(&self) -> bool {
        self.is_none()
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Some(value) => value.emit(serializer),
            None => serializer.serialize_unit(),
        }
    }

    fn schema() -> RefOr<Schema> {
        T::schema()
    }

    fn referenced(schemas: &mut Schemas) {
        T::referenced(schemas);
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        (source.byte() > 60).then(|| T::sample(source))
    }
}

impl<T: Field> Field for Vec<T> {
    const INNER: &'static [FieldSpec] = T::INNER;

    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        if let Json::List(items) = value {
            let items = items.iter().enumerate();
            // A null inside a list is no absent field, so it goes to the element's own reader,
            // which refuses it.
            return items
                .map(|(i, item)| reader.at_index(i, |at| T::read(item, at)))
                .collect();
        }
        reader.wrong_type(|| value.kind().to_owned(), "an array", "");
        Self::default()
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.len()))?;
        for item in self {
            list.serialize_element(&Emit(item))?;
        }
        list.end()
    }

    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Array(Array::new(T::schema())))
    }

    fn referenced(schemas: &mut Schemas) {
        T::referenced(schemas);
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        (0..source.byte() % 3).map(|_| T::sample(source)).collect()
    }
}

impl Field for BTreeMap<String, String> {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        if let Json::Object(entries) = value {
            let entries = entries.iter();
            return entries
                .map(|(key, value)| {
                    (
                        key.clone().into_owned(),
                        reader.at_key(key, |at| match value {
                            // An empty text is data here, and no field that could be left out.
                            Json::Text(text) => text.clone().into_owned(),
                            other => String::read(other, at),
                        }),
                    )
                })
                .collect();
        }
        reader.wrong_type(
            || value.kind().to_owned(),
            "an object with string values",
            "",
        );
        Self::default()
    }

    fn is_default(&self) -> bool {
        self.is_empty()
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(AdditionalProperties::RefOr(
                <String as Field>::schema(),
            )))
            .into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        (0..source.byte() % 3)
            .map(|_| (source.text(), source.text()))
            .collect()
    }
}
