//! One message: the table of its fields, and the macro that turns the table into a struct with reader,
//! writer and schema. Whatever is known about a field stands in the table once.

use std::borrow::Cow;

use super::reader::{Reader, RejectionKind};
use super::tree::{Json, shorten};
use crate::finding::{Finding, Severity};

/// What the reader knows about one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldSpec {
    /// The field's name, in snake_case.
    pub name: &'static str,
    /// The name it has elsewhere or had once, which is read too.
    pub other_name: Option<&'static str>,
    /// Whether it is written even at its default value.
    pub always: bool,
}

/// A message of the protocol. Implemented by this crate's messages, from their field tables.
pub trait Message: Sized + Default {
    /// The protocol's name of the message.
    const NAME: &'static str;
    /// The section of the protocol reference that describes it.
    const REFERENCE: &'static str;
    /// Its fields, in the order in which they are written.
    const FIELDS: &'static [FieldSpec];

    /// Reads the value of the field with this index in `FIELDS`.
    fn set<'v>(&mut self, field: usize, value: &'v Json<'v>, reader: &mut Reader<'v>);

    /// Runs after the last field, for messages with a peculiarity that the table cannot say.
    fn finish<'v>(&mut self, _object: &'v Json<'v>, _reader: &mut Reader<'v>) {}

    /// Reads the message from a JSON object. Problems go to the reader; the message that comes back is whole only if
    /// the reader saw nothing fatal.
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        let mut message = Self::default();
        let Json::Object(entries) = value else {
            reader.wrong_type(
                value.kind().to_owned(),
                &format!("an object ({})", Self::NAME),
                "",
            );
            return message;
        };
        let mut seen = 0_u64;
        for (key, value) in entries {
            reader.at_key(key, |reader| match find(Self::FIELDS, key) {
                None => unknown_field::<Self>(key, reader),
                Some(Found {
                    index,
                    by_other_name,
                }) => {
                    if seen & (1 << index) != 0 {
                        duplicate_field::<Self>(index, reader);
                    }
                    seen |= 1 << index;
                    if by_other_name {
                        other_name::<Self>(index, key, reader);
                    }
                    message.set(index, value, reader);
                }
            });
        }
        message.finish(value, reader);
        message
    }
}

#[derive(Debug, Clone, Copy)]
struct Found {
    index: usize,
    by_other_name: bool,
}

fn find(fields: &[FieldSpec], key: &str) -> Option<Found> {
    if let Some(index) = fields.iter().position(|field| field.name == key) {
        return Some(Found {
            index,
            by_other_name: false,
        });
    }
    if let Some(index) = fields
        .iter()
        .position(|field| is_camel_case_of(field.name, key))
    {
        return Some(Found {
            index,
            by_other_name: false,
        });
    }
    let is_other = |field: &FieldSpec| {
        field
            .other_name
            .is_some_and(|other| other == key || is_camel_case_of(other, key))
    };
    fields.iter().position(is_other).map(|index| Found {
        index,
        by_other_name: true,
    })
}

/// Whether `key` is how proto3 JSON spells the field `name` in lowerCamelCase.
pub(crate) fn is_camel_case_of(name: &str, key: &str) -> bool {
    let mut key = key.bytes();
    let mut raise = false;
    for byte in name.bytes() {
        if byte == b'_' {
            raise = true;
            continue;
        }
        let expected = if raise {
            byte.to_ascii_uppercase()
        } else {
            byte
        };
        raise = false;
        if key.next() != Some(expected) {
            return false;
        }
    }
    key.next().is_none()
}

#[cold]
fn unknown_field<M: Message>(key: &str, reader: &mut Reader<'_>) {
    reader.report(|pointer| {
        let names = || M::FIELDS.iter().map(|field| field.name);
        let hint = match nearest(&snake_case(key), names()) {
            Some(name) => format!("Did you mean {name}?"),
            None => {
                format!(
                    "{} has: {}.",
                    M::NAME,
                    names().collect::<Vec<_>>().join(", ")
                )
            }
        };
        Finding {
            severity: Severity::Warning,
            code: Cow::Borrowed("unknown_field"),
            pointer,
            found: shorten(key).into_owned(),
            expected: format!("a field of {}", M::NAME),
            hint,
            reference: Cow::Borrowed(M::REFERENCE),
        }
    });
}

#[cold]
fn duplicate_field<M: Message>(index: usize, reader: &mut Reader<'_>) {
    let name = M::FIELDS[index].name;
    reader.report(|pointer| Finding {
        severity: Severity::Warning,
        code: Cow::Borrowed("duplicate_field"),
        pointer,
        found: format!("{name} a second time"),
        expected: "each field once, in one spelling".to_owned(),
        hint: "The last one counts here; other JSON parsers may take the first or refuse."
            .to_owned(),
        reference: Cow::Borrowed("1.3"),
    });
}

#[cold]
fn other_name<M: Message>(index: usize, key: &str, reader: &mut Reader<'_>) {
    let name = M::FIELDS[index].name;
    reader.report(|pointer| Finding {
        severity: Severity::Info,
        code: Cow::Borrowed("other_name"),
        pointer,
        found: key.to_owned(),
        expected: name.to_owned(),
        hint: format!("It is read as {name}, which is its name in {}.", M::NAME),
        reference: Cow::Borrowed(M::REFERENCE),
    });
}

/// The likeliest of the names, if one is like what was written.
pub(crate) fn nearest<'n>(written: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    // Comparing costs length times length; nobody misspells a name into something this long.
    if written.len() > 80 {
        return None;
    }
    let written = written.to_ascii_lowercase();
    names
        .map(|name| {
            let lower = name.to_ascii_lowercase();
            let likeness = strsim::normalized_damerau_levenshtein(&written, &lower)
                .max(strsim::jaro_winkler(&written, &lower) - 0.2);
            (likeness, name)
        })
        .filter(|(likeness, _)| *likeness >= 0.6)
        .max_by(|(left, _), (right, _)| left.total_cmp(right))
        .map(|(_, name)| name)
}

fn snake_case(key: &str) -> String {
    let mut name = String::with_capacity(key.len().min(100));
    for character in key.chars().take(100) {
        if character.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(character.to_ascii_lowercase());
    }
    name
}

/// What the enum reader needs to know about an enum of the protocol.
pub(crate) trait Names: Copy + Default + 'static {
    const NAME: &'static str;
    const EVERY: &'static [Self];
    fn wire_name(self) -> &'static str;
    fn by_name(name: &str) -> Option<Self>;
    fn by_number(number: i32) -> Option<Self>;
}

/// Reads an enum by name or, with a finding, by number.
pub(crate) fn read_enum<E: Names>(value: &Json<'_>, reader: &mut Reader<'_>) -> E {
    let number = match value {
        Json::Text(text) if text.is_empty() => return E::default(),
        Json::Text(text) => {
            if let Some(found) = E::by_name(text) {
                return found;
            }
            None
        }
        Json::Integer(number) => i32::try_from(*number).ok(),
        Json::Float(number) if *number as i32 as f64 == *number => Some(*number as i32),
        Json::Float(_) => None,
        other => {
            reader.wrong_type(
                other.kind().to_owned(),
                &format!("a {} by name", E::NAME),
                "",
            );
            return E::default();
        }
    };
    if let Some(known) = number.and_then(E::by_number) {
        reader.report(|pointer| Finding {
            severity: Severity::Info,
            code: Cow::Borrowed("enum_number"),
            pointer,
            found: value.shown(),
            expected: format!("\"{}\"", known.wire_name()),
            hint: "Send the name: numbers differ between versions of the protocol.".to_owned(),
            reference: Cow::Borrowed("1.3"),
        });
        return known;
    }
    let names = || E::EVERY.iter().map(|value| value.wire_name());
    let hint = match value {
        Json::Text(text) => nearest(text, names()).map(|name| format!("Did you mean {name}?")),
        _ => None,
    };
    reader.refuse(
        RejectionKind::UnknownEnumValue,
        "unknown_enum_value",
        value.shown(),
        format!("one of {}", names().collect::<Vec<_>>().join(", ")),
        hint.unwrap_or_default(),
    );
    E::default()
}

/// Defines a message from its field table.
///
/// `field: Type` may be followed by `= always` (written even at its default), `= required` (marked so in the schema)
/// or `= alias("other_name")` (read under that name too). `finish(path)` after the section names a
/// function for [`Message::finish`].
macro_rules! message {
    (
        $(#[doc = $doc:literal])*
        $vis:vis struct $name:ident [$reference:literal] $(finish($finish:path))? {
            $(
                $(#[doc = $field_doc:literal])*
                $field:ident : $type:ty $(= $flag:ident $(($other:literal))?)?
            ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])*
        #[doc = concat!("\n\nReference: section ", $reference, ".")]
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        $vis struct $name {
            $( $(#[doc = $field_doc])* $vis $field: $type, )*
        }

        impl $crate::json::Message for $name {
            const NAME: &'static str = stringify!($name);
            const REFERENCE: &'static str = $reference;
            const FIELDS: &'static [$crate::json::FieldSpec] = &[
                $( $crate::json::FieldSpec {
                    name: message!(@name $field),
                    other_name: message!(@other $($flag $(($other))?)?),
                    always: message!(@always $($flag)?),
                }, )*
            ];

            fn set<'v>(
                &mut self,
                field: usize,
                value: &'v $crate::json::Json<'v>,
                reader: &mut $crate::json::Reader<'v>,
            ) {
                // Numbers the fields in the order of FIELDS.
                #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
                enum Index { $($field),* }
                match field {
                    $( i if i == Index::$field as usize => self.$field = reader.field(value), )*
                    _ => {}
                }
            }

            $(
                fn finish<'v>(
                    &mut self,
                    object: &'v $crate::json::Json<'v>,
                    reader: &mut $crate::json::Reader<'v>,
                ) {
                    $finish(self, object, reader);
                }
            )?
        }

        impl $crate::json::field::Field for $name {
            fn read<'v>(
                value: &'v $crate::json::Json<'v>,
                reader: &mut $crate::json::Reader<'v>,
            ) -> Self {
                <Self as $crate::json::Message>::read(value, reader)
            }

            fn is_default(&self) -> bool {
                false
            }

            fn emit<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serde::Serialize::serialize(self, serializer)
            }

            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::json::field::named(stringify!($name))
            }

            fn referenced(schemas: &mut $crate::json::field::Schemas) {
                schemas.push((
                    stringify!($name).to_owned(),
                    <Self as utoipa::PartialSchema>::schema(),
                ));
                <Self as utoipa::ToSchema>::schemas(schemas);
            }

            #[cfg(test)]
            fn sample(source: &mut $crate::testing::Source<'_>) -> Self {
                Self { $( $field: $crate::json::field::Field::sample(source), )* }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(None)?;
                $( $crate::json::field::emit_entry(
                    &mut map,
                    message!(@name $field),
                    &self.$field,
                    message!(@always $($flag)?),
                )?; )*
                serde::ser::SerializeMap::end(map)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::from_deserializer(deserializer)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                let object = utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::Object)
                    .description(Some(concat!($($doc, "\n"),*).trim()));
                $(
                    let object = object.property(
                        message!(@name $field),
                        $crate::json::field::described(
                            <$type as $crate::json::field::Field>::schema(),
                            concat!($($field_doc, "\n"),*),
                        ),
                    );
                    let object = if message!(@required $($flag)?) {
                        object.required(message!(@name $field))
                    } else {
                        object
                    };
                )*
                object.into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }

            fn schemas(schemas: &mut $crate::json::field::Schemas) {
                let _ = &schemas;
                $( <$type as $crate::json::field::Field>::referenced(schemas); )*
            }
        }
    };

    (@name r#type) => { "type" };
    (@name $field:ident) => { stringify!($field) };
    (@always always) => { true };
    (@always $($flag:ident)?) => { false };
    (@required always) => { true };
    (@required required) => { true };
    (@required $($flag:ident)?) => { false };
    (@other alias($other:literal)) => { Some($other) };
    (@other $($flag:ident)?) => { None };
}

/// Defines an enum of the protocol: its variants with number and name on the wire. The first is the default.
macro_rules! wire_enum {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident [$reference:literal] {
            $first:ident = $first_number:literal $first_name:literal => $first_doc:literal,
            $( $variant:ident = $number:literal $wire:literal => $variant_doc:literal, )*
        }
    ) => {
        $(#[doc = $doc])*
        #[doc = concat!("\n\nReference: section ", $reference, ".")]
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            #[doc = concat!("`", $first_name, "`: ", $first_doc)]
            #[default]
            $first,
            $( #[doc = concat!("`", $wire, "`: ", $variant_doc)] $variant, )*
        }

        impl $name {
            /// Every value, in the protocol's order.
            pub const ALL: &'static [Self] = &[Self::$first, $(Self::$variant),*];

            /// The name on the wire.
            pub const fn name(self) -> &'static str {
                match self {
                    Self::$first => $first_name,
                    $( Self::$variant => $wire, )*
                }
            }

            /// The number in the protocol's declaration, for information: only names are written.
            pub const fn number(self) -> i32 {
                match self {
                    Self::$first => $first_number,
                    $( Self::$variant => $number, )*
                }
            }

            /// The value with this name, spelt exactly so.
            pub fn from_name(name: &str) -> Option<Self> {
                match name {
                    $first_name => Some(Self::$first),
                    $( $wire => Some(Self::$variant), )*
                    _ => None,
                }
            }

            /// The first value with this number.
            pub fn from_number(number: i32) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| number >= 0 && value.number() == number)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str(self.name())
            }
        }

        impl $crate::json::message::Names for $name {
            const NAME: &'static str = stringify!($name);
            const EVERY: &'static [Self] = Self::ALL;
            fn wire_name(self) -> &'static str {
                self.name()
            }
            fn by_name(name: &str) -> Option<Self> {
                Self::from_name(name)
            }
            fn by_number(number: i32) -> Option<Self> {
                Self::from_number(number)
            }
        }

        impl $crate::json::field::Field for $name {
            fn read<'v>(
                value: &'v $crate::json::Json<'v>,
                reader: &mut $crate::json::Reader<'v>,
            ) -> Self {
                $crate::json::message::read_enum(value, reader)
            }

            fn is_default(&self) -> bool {
                *self == Self::default()
            }

            fn emit<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }

            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::json::field::named(stringify!($name))
            }

            fn referenced(schemas: &mut $crate::json::field::Schemas) {
                schemas.push((
                    stringify!($name).to_owned(),
                    <Self as utoipa::PartialSchema>::schema(),
                ));
            }

            #[cfg(test)]
            fn sample(source: &mut $crate::testing::Source<'_>) -> Self {
                Self::ALL[usize::from(source.byte()) % Self::ALL.len()]
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::json::from_deserializer(deserializer)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::schema::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(concat!(
                        $($doc, "\n",)*
                        "\n- `", $first_name, "`: ", $first_doc,
                        $( "\n- `", $wire, "`: ", $variant_doc, )*
                    ).trim()))
                    .enum_values(Some(Self::ALL.iter().map(|value| value.name())))
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    };
}

pub(crate) use {message, wire_enum};
