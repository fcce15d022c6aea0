//! How an enum is read, and the macro that turns a table of names into one.

use std::fmt;
use std::marker::PhantomData;

use super::message::nearest;
use super::reader::{Reader, RejectionKind};
use super::tree::Json;
use crate::finding::{Finding, FindingCode};

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
        Json::Text(text) if text.is_empty() => {
            reader.empty_value("an enum's name");
            return E::default();
        }
        Json::Text(text) => {
            if let Some(found) = E::by_name(text) {
                if text == NEVER_SENT {
                    reader.report(|pointer| {
                        let expected = "a status, or no field at all";
                        Finding::new(
                            FindingCode::UnspecifiedStatus,
                            pointer,
                            text.as_ref(),
                            expected,
                        )
                    });
                }
                return found;
            }
            None
        }
        Json::Integer(number) => i32::try_from(*number).ok(),
        Json::Float(number) if *number as i32 as f64 == *number => Some(*number as i32),
        Json::Float(_) => None,
        other => {
            let found = || other.kind().to_owned();
            reader.wrong_type(found, format_args!("{}, by name", E::NAME), "");
            return E::default();
        }
    };
    if let Some(known) = number.and_then(E::by_number) {
        reader.report(|pointer| {
            let expected = format!("\"{}\"", known.wire_name());
            Finding::new(FindingCode::EnumNumber, pointer, value.shown(), expected)
        });
        return known;
    }
    let names = || E::EVERY.iter().map(|value| value.wire_name());
    reader.refuse(
        RejectionKind::UnknownEnumValue,
        FindingCode::UnknownEnumValue,
        || value.shown(),
        EveryName::<E>(PhantomData),
        || match value {
            Json::Text(text) => slip(E::NAME, text)
                .map(str::to_owned)
                .or_else(|| meant(text, names()).map(|name| format!("Did you mean {name}?")))
                .unwrap_or_default(),
            _ => String::new(),
        },
    );
    E::default()
}

/// The one value that is declared and reserved.
///
/// Reference: section 3.5.
const NEVER_SENT: &str = "BOOKING_STATUS_UNSPECIFIED";

/// Values that are written often enough to have a sentence of their own.
const SLIPS: &[(&str, &str, &str)] = &[
    (
        "BookingStatus",
        "CANCELLED",
        "Did you mean CANCELED? The status has one L, the failure causes have two.",
    ),
    (
        "BookingStatus",
        "PENDING_CLIENT_CONFIRMATION",
        "It belongs to another interface; v3 knows PENDING_MERCHANT_CONFIRMATION only.",
    ),
    (
        "BookingStatus",
        "CANCELED_AUTOMATIC_REFUND",
        "It belongs to an older version; v3 has CANCELED and a prepayment status beside it.",
    ),
];

fn slip(name: &str, written: &str) -> Option<&'static str> {
    let slips = SLIPS.iter();
    let mut fitting = slips.filter(|slip| slip.0 == name && slip.1.eq_ignore_ascii_case(written));
    fitting.next().map(|slip| slip.2)
}

/// The name that was likely meant: one that is alike, or the shortest that ends in what was
/// written, since many begin with the name of their enum.
fn meant<'n>(written: &str, names: impl Iterator<Item = &'n str> + Clone) -> Option<&'n str> {
    let upper = written.to_ascii_uppercase();
    let ends = |name: &&str| {
        let start = name.strip_suffix(upper.as_str());
        !upper.is_empty() && start.is_some_and(|start| start.ends_with('_'))
    };
    let ending = names.clone().filter(ends).min_by_key(|name| name.len());
    ending.or_else(|| nearest(written, names))
}

/// All names of an enum, as a sentence's end.
struct EveryName<E>(PhantomData<E>);

impl<E: Names> fmt::Display for EveryName<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, value) in E::EVERY.iter().enumerate() {
            let before = if index == 0 { "one of " } else { ", " };
            write!(formatter, "{before}{}", value.wire_name())?;
        }
        Ok(())
    }
}

/// Defines an enum of the protocol: its variants with number and name on the wire. The first is the
/// default.
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

        impl $crate::json::enumeration::Names for $name {
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
                $crate::json::enumeration::read_enum(value, reader)
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

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed(stringify!($name))
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let names: Vec<&str> = Self::ALL.iter().map(|value| value.name()).collect();
                schemars::json_schema!({
                    "type": "string",
                    "description": concat!($($doc, "\n",)*).trim(),
                    "enum": names,
                })
            }
        }
    };
}

pub(crate) use wire_enum;
