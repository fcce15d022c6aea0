//! How a field of each Rust type is read, written and described in OpenAPI. One implementation per type; the
//! messages and enums get theirs from `message!` and `wire_enum!`.

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use utoipa::openapi::schema::{
    AdditionalProperties, Array, KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::{Ref, RefOr};

use super::reader::Reader;
use super::tree::Json;

/// The schemas that a schema refers to, by name.
pub(crate) type Schemas = Vec<(String, RefOr<Schema>)>;

/// A type that a message's field can have.
pub(crate) trait Field: Sized + Default {
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
            return text.clone().into_owned();
        }
        // Only the kind: payment tokens are text, and a finding must not repeat one.
        reader.wrong_type(|| value.kind().to_owned(), "a string", "");
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
            Json::Text(text) if text.is_empty() => {}
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

/// Why a value is no whole number.
#[derive(Debug, PartialEq)]
enum NotWhole {
    Kind,
    Fraction,
    Range,
}

fn whole(value: &Json<'_>) -> Result<i64, NotWhole> {
    match value {
        Json::Integer(value) => Ok(*value),
        Json::Float(value) => whole_float(*value),
        Json::Text(text) if text.is_empty() => Ok(0),
        Json::Text(text) => {
            let numeric = text
                .bytes()
                .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
            if !numeric || text.starts_with('+') {
                return Err(NotWhole::Kind);
            }
            match text.parse::<i64>() {
                Ok(value) => Ok(value),
                Err(_) => text
                    .parse::<f64>()
                    .map_err(|_| NotWhole::Kind)
                    .and_then(whole_float),
            }
        }
        _ => Err(NotWhole::Kind),
    }
}

fn whole_float(value: f64) -> Result<i64, NotWhole> {
    // 2^63 is exact as a float and the first value beyond i64; -2^63 still fits.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if !(-BEYOND..BEYOND).contains(&value) {
        Err(NotWhole::Range)
    } else if value.fract() != 0.0 {
        Err(NotWhole::Fraction)
    } else {
        Ok(value as i64)
    }
}

fn refuse_number(value: &Json<'_>, why: &NotWhole, expected: &str, reader: &mut Reader<'_>) {
    let hint = match why {
        NotWhole::Kind => "",
        NotWhole::Fraction => "Fractions are not allowed here.",
        NotWhole::Range => "The number is out of range.",
    };
    reader.wrong_type(|| value.shown(), expected, hint);
}

impl Field for i64 {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        whole(value).unwrap_or_else(|why| {
            refuse_number(
                value,
                &why,
                "a whole number of 64 bits, as string or number",
                reader,
            );
            0
        })
    }

    fn is_default(&self) -> bool {
        *self == 0
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .pattern(Some("^-?[0-9]+$"))
            .description(Some(
                "Written as a decimal string; read as string or number.",
            ))
            .into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        source.number()
    }
}

impl Field for i32 {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        let number =
            whole(value).and_then(|number| Self::try_from(number).map_err(|_| NotWhole::Range));
        number.unwrap_or_else(|why| {
            refuse_number(value, &why, "a whole number of 32 bits", reader);
            0
        })
    }

    fn is_default(&self) -> bool {
        *self == 0
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i32(*self)
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        source.number() as Self
    }
}

impl<T: Field> Field for Option<T> {
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
        (source.byte() % 4 != 0).then(|| T::sample(source))
    }
}

impl<T: Field> Field for Vec<T> {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        if let Json::List(items) = value {
            let items = items.iter().enumerate();
            // A null inside a list is no absent field, so it goes to the element's own reader, which refuses it.
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
                        reader.at_key(key, |at| String::read(value, at)),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_in_every_form() {
        let cases = [
            ("1606509000", Ok(1_606_509_000)),
            ("\"1606509000\"", Ok(1_606_509_000)),
            ("1606509000.0", Ok(1_606_509_000)),
            ("1.8e9", Ok(1_800_000_000)),
            ("\"1.8e9\"", Ok(1_800_000_000)),
            ("\"\"", Ok(0)),
            ("-0.0", Ok(0)),
            ("9223372036854775807", Ok(i64::MAX)),
            ("\"9223372036854775807\"", Ok(i64::MAX)),
            ("\"-9223372036854775808\"", Ok(i64::MIN)),
            ("-9223372036854775808", Ok(i64::MIN)),
            ("9223372036854775808", Err(NotWhole::Range)),
            ("\"9223372036854775808\"", Err(NotWhole::Range)),
            ("1e300", Err(NotWhole::Range)),
            ("\"1e999\"", Err(NotWhole::Range)),
            ("1.5", Err(NotWhole::Fraction)),
            ("\"1.5\"", Err(NotWhole::Fraction)),
            ("\"+5\"", Err(NotWhole::Kind)),
            ("\" 5\"", Err(NotWhole::Kind)),
            ("\"-\"", Err(NotWhole::Kind)),
            ("\"inf\"", Err(NotWhole::Kind)),
            ("\"NaN\"", Err(NotWhole::Kind)),
            ("\"0x10\"", Err(NotWhole::Kind)),
            ("true", Err(NotWhole::Kind)),
            ("[1]", Err(NotWhole::Kind)),
        ];
        for (text, expected) in cases {
            let json: Json<'_> = serde_json::from_str(text).unwrap();
            assert_eq!(whole(&json), expected, "{text}");
        }
    }
}
