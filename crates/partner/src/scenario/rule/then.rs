//! What a rule does: fields of the behaviour, as short as they can be said in a file, and what of
//! them cannot be.

use std::fmt;

use booking_api::{Cause, Method};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::Flaw;
use crate::behaviour::patch::{self, BehaviourError};
use crate::behaviour::{Behaviour, Confirmation, Failure, Fault, MerchantReply, Payment};

/// What a rule does. Each field is one of the behaviour's, for the requests that the rule holds
/// for; a toggle of the same field is stronger.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Then {
    /// A business failure that is answered; a cause alone is enough.
    #[serde(
        deserialize_with = "failure",
        serialize_with = "failure_in_short",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(schema_with = "failure_schema")]
    pub failure: Option<Failure>,
    /// Whether bookings are confirmed at once or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<Confirmation>,
    /// What the merchant does with a pending booking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merchant_reply: Option<MerchantReply>,
    /// The payment; what is not named here is as the scenario's behaviour has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<Payment>")]
    pub payment: Option<Map<String, Value>>,
    /// Something wrong below the protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "fault_schema")]
    pub fault: Option<Fault>,
}

/// A cause alone, or a failure with its companions.
fn failure<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Failure>, D::Error> {
    struct CauseOrFields;

    impl<'de> Visitor<'de> for CauseOrFields {
        type Value = Option<Failure>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a cause or fields")
        }

        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }

        fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
            let cause = Cause::deserialize(serde::de::value::StrDeserializer::new(name))?;
            Ok(Some(of_cause(cause)))
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
            let map = serde::de::value::MapAccessDeserializer::new(map);
            Failure::deserialize(map).map(Some)
        }
    }

    deserializer.deserialize_any(CauseOrFields)
}

fn of_cause(cause: Cause) -> Failure {
    Failure {
        cause,
        methods: None,
        rejected_card_type: None,
        times: None,
        probability: None,
    }
}

#[allow(clippy::ref_option, reason = "serde hands out references")]
fn failure_in_short<S: Serializer>(
    failure: &Option<Failure>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match failure {
        Some(failure) if *failure == of_cause(failure.cause) => failure.cause.serialize(serializer),
        other => other.serialize(serializer),
    }
}

/// What a rule says under `when`, and not in a failure or a fault.
const SAID_BY_WHEN: [&str; 3] = ["methods", "times", "probability"];

fn without_odds<T: JsonSchema>(generator: &mut SchemaGenerator) -> Value {
    let mut schema = T::json_schema(generator).to_value();
    if let Some(fields) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        for name in SAID_BY_WHEN {
            fields.remove(name);
        }
    }
    schema
}

fn failure_schema(generator: &mut SchemaGenerator) -> Schema {
    let cause = generator.subschema_for::<Cause>();
    let fields = without_odds::<Failure>(generator);
    json_schema!({ "anyOf": [cause, fields, { "type": "null" }] })
}

fn fault_schema(generator: &mut SchemaGenerator) -> Schema {
    let fields = without_odds::<Fault>(generator);
    json_schema!({ "anyOf": [fields, { "type": "null" }] })
}

impl Then {
    /// The top-level fields of the behaviour that are set.
    #[must_use]
    pub fn fields(&self) -> Vec<&'static str> {
        let all = [
            ("failure", self.failure.is_some()),
            ("confirmation", self.confirmation.is_some()),
            ("merchant_reply", self.merchant_reply.is_some()),
            ("payment", self.payment.is_some()),
            ("fault", self.fault.is_some()),
        ];
        let set = all.into_iter().filter(|(_, is_set)| *is_set);
        set.map(|(name, _)| name).collect()
    }

    /// Sets one of its fields for a call of `method`.
    pub(crate) fn set(&self, field: &str, behaviour: &mut Behaviour, method: Method) {
        match field {
            "failure" => {
                behaviour.failure = self.failure.clone().map(|failure| Failure {
                    methods: Some(vec![method]),
                    ..failure
                });
            }
            "confirmation" => {
                behaviour.confirmation = self.confirmation.unwrap_or(behaviour.confirmation);
            }
            "merchant_reply" => {
                if let Some(reply) = &self.merchant_reply {
                    behaviour.merchant_reply = reply.clone();
                }
            }
            "payment" => {
                // Checked when the scenario was read.
                if let Some(Ok(payment)) = self.payment_over(&behaviour.payment) {
                    behaviour.payment = payment;
                }
            }
            _ => behaviour.fault.clone_from(&self.fault),
        }
    }

    /// The payment that results, over what the scenario says of it.
    pub(crate) fn payment_over(&self, normal: &Payment) -> Option<Result<Payment, BehaviourError>> {
        let part = Value::Object(self.payment.clone()?);
        let below = serde_json::to_value(normal).unwrap_or_default();
        let whole = serde_json::json!({ "payment": patch::merged(&below, &part) });
        Some(patch::read(&whole).map(|behaviour| behaviour.payment))
    }
}

impl Then {
    pub(super) fn flaws(&self, normal: &Behaviour, flaws: &mut Vec<Flaw>) {
        let said_by_when = |methods: bool, times: bool, probability: bool| {
            let found = [methods, times, probability].into_iter().zip(SAID_BY_WHEN);
            let mut found = found.filter(|(is_set, _)| *is_set);
            found.next().map(|(_, name)| name)
        };
        let stray = |pointer: &'static str, name: &str| {
            let message = format!("A rule's {} has no {name}.", &pointer["/then/".len()..]);
            let hint = "Say it under when: method, nth_call, probability.";
            Flaw::new(pointer, message, hint)
        };
        if let Some(failure) = &self.failure {
            let Failure {
                methods,
                times,
                probability,
                ..
            } = failure;
            match said_by_when(methods.is_some(), times.is_some(), probability.is_some()) {
                Some(name) => flaws.push(stray("/then/failure", name)),
                None => flaws.extend(self.checked("/then/failure")),
            }
        }
        if let Some(fault) = &self.fault {
            let Fault {
                methods,
                times,
                probability,
                ..
            } = fault;
            match said_by_when(methods.is_some(), times.is_some(), probability.is_some()) {
                Some(name) => flaws.push(stray("/then/fault", name)),
                None => flaws.extend(self.checked("/then/fault")),
            }
        }
        if self.merchant_reply.is_some() {
            flaws.extend(self.checked("/then/merchant_reply"));
        }
        if let Some(Err(error)) = self.payment_over(&normal.payment) {
            flaws.push(Flaw::of("/then/payment", error));
        }
    }

    /// One field, checked as a toggle's is.
    fn checked(&self, pointer: &'static str) -> Option<Flaw> {
        let mut behaviour = Behaviour::default();
        match pointer {
            "/then/failure" => behaviour.failure.clone_from(&self.failure),
            "/then/fault" => behaviour.fault.clone_from(&self.fault),
            _ => behaviour.merchant_reply = self.merchant_reply.clone().unwrap_or_default(),
        }
        patch::check(&behaviour)
            .err()
            .map(|error| Flaw::of(pointer, error))
    }

    /// What is set that a method has no use for, and what to do about it.
    pub(super) fn misfit(&self, method: Method) -> Option<(&'static str, String)> {
        if let Some(failure) = &self.failure {
            let legal = patch::methods_of(failure.cause);
            if !legal.contains(&method) {
                let names: Vec<&str> = legal.iter().map(|method| method.name()).collect();
                let hint = format!(
                    "{} can be answered by {}.",
                    failure.cause.name(),
                    names.join(", ")
                );
                return Some(("such failure", hint));
            }
        }
        let for_new_bookings = [
            ("confirmation", self.confirmation.is_some()),
            ("merchant_reply", self.merchant_reply.is_some()),
            ("payment", self.payment.is_some()),
        ];
        let stray = for_new_bookings.iter().find(|(_, is_set)| *is_set);
        match stray {
            Some((field, _)) if method != Method::CreateBooking => {
                Some((field, "It is set for CreateBooking only.".to_owned()))
            }
            _ => None,
        }
    }
}
