//! Numbers in a rule's conditions: one alone, or bounds; and which calls count.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A number, or bounds, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub from: Option<u64>,
    /// The most.
    pub to: Option<u64>,
}

impl Range {
    /// Whether `number` is within.
    #[must_use]
    pub fn holds(self, number: u64) -> bool {
        self.from.is_none_or(|from| from <= number) && self.to.is_none_or(|to| number <= to)
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Bounds {
    /// The least, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<u64>,
    /// The most, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<u64>,
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { from, to } = *self;
        match (from, to) {
            (Some(low), Some(high)) if low == high => serializer.serialize_u64(low),
            _ => Bounds { from, to }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let read = number_or::<D, Bounds>(deserializer)?;
        Ok(match read {
            NumberOr::Number(number) => Self {
                from: Some(number),
                to: Some(number),
            },
            NumberOr::Fields(Bounds { from, to }) => Self { from, to },
        })
    }
}

impl JsonSchema for Range {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Range".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        number_or_schema::<Bounds>(generator)
    }
}

/// What calls are counted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// One count of all calls.
    #[default]
    All,
    /// One count for each guest.
    User,
    /// One count for each merchant.
    Merchant,
    /// One count for each booking; while it is not made yet, for each idempotency token.
    Booking,
}

/// Which of the calls that are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NthCall {
    /// From this one on, 1 being the first.
    pub from: u64,
    /// Up to this one, included; `None` for ever.
    pub to: Option<u64>,
    /// Of these, each so many-th, beginning with this many-th: 3 for the third, the sixth and so on.
    pub every: Option<u64>,
    /// What calls are counted by.
    pub per: Per,
}

impl NthCall {
    /// Whether the call with this number is one of them.
    #[must_use]
    pub fn holds(self, number: u64) -> bool {
        number >= self.from
            && self.to.is_none_or(|to| number <= to)
            && self
                .every
                .is_none_or(|every| (number - self.from + 1).is_multiple_of(every))
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WhichCall {
    /// This call only; 1 is the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<u64>,
    /// From this call on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    from: Option<u64>,
    /// Up to this call, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    to: Option<u64>,
    /// Each so many-th of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    every: Option<u64>,
    /// What calls are counted by.
    #[serde(default)]
    per: Per,
}

impl Serialize for NthCall {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self {
            from,
            to,
            every,
            per,
        } = *self;
        let only = to == Some(from) && every.is_none();
        if only && per == Per::All {
            return serializer.serialize_u64(from);
        }
        WhichCall {
            n: only.then_some(from),
            from: (!only && from != 1).then_some(from),
            to: to.filter(|_| !only),
            every,
            per,
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for NthCall {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let which = match number_or::<D, WhichCall>(deserializer)? {
            NumberOr::Number(n) => WhichCall {
                n: Some(n),
                from: None,
                to: None,
                every: None,
                per: Per::All,
            },
            NumberOr::Fields(which) => which,
        };
        let WhichCall {
            n,
            from,
            to,
            every,
            per,
        } = which;
        if n.is_some() && (from.is_some() || to.is_some() || every.is_some()) {
            return Err(Error::custom(
                "n is one call and goes with no from, to or every",
            ));
        }
        if [n, from, to, every].contains(&Some(0)) {
            return Err(Error::custom("calls are counted from 1"));
        }
        if to.is_some_and(|to| to < from.unwrap_or(1)) {
            return Err(Error::custom("to is below from: it would never hold"));
        }
        if n.is_none() && from.is_none() && to.is_none() && every.is_none() {
            return Err(Error::custom("n, from, to or every must say which call"));
        }
        Ok(Self {
            from: n.or(from).unwrap_or(1),
            to: n.or(to),
            every,
            per,
        })
    }
}

impl JsonSchema for NthCall {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "NthCall".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        number_or_schema::<WhichCall>(generator)
    }
}

enum NumberOr<T> {
    Number(u64),
    Fields(T),
}

fn number_or<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<NumberOr<T>, D::Error> {
    struct Either<T>(std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
        type Value = NumberOr<T>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a whole number or fields")
        }

        fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
            Ok(NumberOr::Number(number))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let map = serde::de::value::MapAccessDeserializer::new(map);
            T::deserialize(map).map(NumberOr::Fields)
        }
    }

    deserializer.deserialize_any(Either(std::marker::PhantomData))
}

fn number_or_schema<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let fields = T::json_schema(generator);
    json_schema!({ "anyOf": [{ "type": "integer", "minimum": 0 }, fields] })
}
