//! A scenario's rules as its file has them: when a rule holds, and what it does then.
//!
//! Shape and legality only. Whether a rule holds for a request is decided in [`crate::rules`].

use std::fmt;

use booking_api::{Cause, Method};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use super::one_or_many::OneOrMany;
use crate::behaviour::patch::{self, BehaviourError};
use crate::behaviour::{
    Behaviour, Confirmation, Failure, Fault, MerchantReply, Payment, PaymentMode,
};

/// When a rule holds, and what it does then. Rules are asked in order; of two that hold and set the
/// same field, the first one wins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What it is called in decisions and lists; each rule of a file has a name of its own.
    pub name: String,
    /// Whether it is on at the start.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub on: bool,
    /// When it holds: all that is named must be so. Without, always.
    #[serde(default, skip_serializing_if = "When::is_always")]
    pub when: When,
    /// What it does then.
    pub then: Then,
}

fn yes() -> bool {
    true
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands out references"
)]
fn is_true(on: &bool) -> bool {
    *on
}

/// When a rule holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct When {
    /// The method that is called, or several. Without, every method that `then` can be about.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub method: OneOrMany<Method>,
    /// The merchant's id, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub merchant: OneOrMany<String>,
    /// The service's id, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub service: OneOrMany<String>,
    /// The guest's `user_id` or e-mail address, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub user: OneOrMany<String>,
    /// How many people come: a number, or `{from, to}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub party_size: Option<Range>,
    /// The payment mode of the slot, as a toggle or the inventory has it, or several.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub payment_mode: OneOrMany<PaymentMode>,
    /// The confirmation mode of the slot, as a toggle or the inventory has it, or both.
    #[serde(skip_serializing_if = "OneOrMany::is_empty")]
    pub confirmation: OneOrMany<Mode>,
    /// Which call: a number, or `{n, from, to, every, per}`. Calls are counted for which all
    /// else under `when` holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nth_call: Option<NthCall>,
    /// How likely it holds when all else does, above 0 to 1; drawn from the seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
}

impl When {
    /// Whether nothing is named.
    #[must_use]
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }
}

/// A slot's confirmation mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Confirmed or refused in the answer.
    Synchronous,
    /// The merchant decides later.
    Asynchronous,
}

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

/// Something that cannot be, with the field below the rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// As a JSON pointer from the rule on.
    pub(super) pointer: &'static str,
    pub(super) message: String,
    pub(super) hint: String,
}

impl Flaw {
    fn new(pointer: &'static str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            pointer,
            message: message.into(),
            hint: hint.into(),
        }
    }

    fn of(pointer: &'static str, error: BehaviourError) -> Self {
        Self::new(pointer, error.message, error.hint)
    }
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

impl Rule {
    /// The methods that it can be about: those under `when`, else all that what it does fits.
    #[must_use]
    pub fn methods(&self) -> Vec<Method> {
        if !self.when.method.is_empty() {
            return self.when.method.to_vec();
        }
        let fits = |method: &&Method| self.then.misfit(**method).is_none();
        Method::ALL.iter().filter(fits).copied().collect()
    }

    /// What cannot be. `normal` is the scenario's behaviour.
    pub(super) fn flaws(&self, normal: &Behaviour) -> Vec<Flaw> {
        let mut flaws = Vec::new();
        if self.name.trim().is_empty() {
            flaws.push(Flaw::new(
                "/name",
                "The name is empty.",
                "Say in a few words what the rule does.",
            ));
        }
        if self.then.fields().is_empty() {
            flaws.push(Flaw::new(
                "/then",
                "The rule does nothing.",
                "Set failure, confirmation, merchant_reply, payment or fault.",
            ));
        }
        self.then.flaws(normal, &mut flaws);
        for method in &self.when.method.0 {
            if let Some((field, hint)) = self.then.misfit(*method) {
                let message = format!("{} has no {field} to set.", method.name());
                flaws.push(Flaw::new("/when/method", message, hint));
            }
        }
        if flaws.is_empty() && self.methods().is_empty() {
            flaws.push(Flaw::new(
                "/then",
                "No method has all that the rule sets.",
                "Split it into several rules.",
            ));
        }
        if self
            .when
            .probability
            .is_some_and(|p| !(p > 0.0 && p <= 1.0))
        {
            flaws.push(Flaw::new(
                "/when/probability",
                "The probability is out of range.",
                "It is above 0 and at most 1; leave it out for always.",
            ));
        }
        if let Some(Range { from, to }) = self.when.party_size
            && (from.is_none() && to.is_none() || from > to.or(from))
        {
            flaws.push(Flaw::new(
                "/when/party_size",
                "No party is of this size.",
                "It is a number, or {from, to} with from at most to.",
            ));
        }
        if self.when.payment_mode.contains(&PaymentMode::Inventory) {
            flaws.push(Flaw::new(
                "/when/payment_mode",
                "\"inventory\" is no payment mode of a slot.",
                "Use none, prepayment, no_show_fee, deposit or card_required.",
            ));
        }
        flaws
    }
}

impl Then {
    fn flaws(&self, normal: &Behaviour, flaws: &mut Vec<Flaw>) {
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
    fn misfit(&self, method: Method) -> Option<(&'static str, String)> {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rule(value: Value) -> Rule {
        serde_json::from_value(value).unwrap()
    }

    fn flaws(value: Value) -> Vec<&'static str> {
        let flaws = rule(value).flaws(&Behaviour::default());
        flaws.into_iter().map(|flaw| flaw.pointer).collect()
    }

    #[test]
    fn which_calls_count() {
        let calls = |value: Value| -> Vec<u64> {
            let nth: NthCall = serde_json::from_value(value).unwrap();
            (1..=9).filter(|number| nth.holds(*number)).collect()
        };
        assert_eq!(calls(json!(2)), [2]);
        assert_eq!(calls(json!({"n": 3, "per": "user"})), [3]);
        assert_eq!(calls(json!({"from": 7})), [7, 8, 9]);
        assert_eq!(calls(json!({"to": 2})), [1, 2]);
        assert_eq!(calls(json!({"every": 3})), [3, 6, 9]);
        assert_eq!(calls(json!({"from": 4, "every": 2})), [5, 7, 9]);
        for wrong in [
            json!(0),
            json!({}),
            json!({"per": "user"}),
            json!({"n": 1, "every": 2}),
            json!({"from": 3, "to": 2}),
            json!({"n": 1, "per": "guest"}),
            json!("first"),
        ] {
            assert!(
                serde_json::from_value::<NthCall>(wrong.clone()).is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn short_forms_are_read_and_written() {
        let short = json!({
            "name": "a",
            "when": {"method": "CreateBooking", "party_size": 6, "nth_call": 2},
            "then": {"failure": "SLOT_UNAVAILABLE"},
        });
        assert_eq!(serde_json::to_value(rule(short.clone())).unwrap(), short);
        let long = json!({
            "name": "a",
            "on": false,
            "when": {
                "method": ["CreateBooking", "UpdateBooking"],
                "party_size": {"from": 6},
                "nth_call": {"every": 3, "per": "user"},
            },
            "then": {"fault": {"kind": "latency", "ms": 5}},
        });
        assert_eq!(serde_json::to_value(rule(long.clone())).unwrap(), long);
    }

    #[test]
    fn what_cannot_be_is_named() {
        let with = |when: Value, then: Value| json!({"name": "a", "when": when, "then": then});
        let failure = json!({"failure": "SLOT_UNAVAILABLE"});
        assert!(flaws(with(json!({}), failure.clone())).is_empty());
        assert_eq!(flaws(with(json!({}), json!({}))), ["/then"]);
        let when = json!({"method": "HealthCheck", "probability": 0.0, "party_size": {"from": 3, "to": 2}});
        assert_eq!(
            flaws(with(when, failure)),
            ["/when/method", "/when/probability", "/when/party_size"]
        );
        let asynchronous = json!({"confirmation": "asynchronous"});
        let when = json!({"method": "UpdateBooking"});
        assert_eq!(flaws(with(when, asynchronous)), ["/when/method"]);
        for (then, pointer) in [
            (
                json!({"failure": {"cause": "SLOT_UNAVAILABLE", "times": 2}}),
                "/then/failure",
            ),
            (
                json!({"failure": {"cause": "SLOT_UNAVAILABLE", "rejected_card_type": "VISA"}}),
                "/then/failure",
            ),
            (
                json!({"fault": {"kind": "status", "status": 99}}),
                "/then/fault",
            ),
            (
                json!({"fault": {"kind": "latency", "ms": 9, "probability": 0.5}}),
                "/then/fault",
            ),
            (json!({"payment": {"mod": "deposit"}}), "/then/payment"),
            (
                json!({"merchant_reply": {"decision": "manual", "after_sec": 3}}),
                "/then/merchant_reply",
            ),
        ] {
            assert_eq!(flaws(with(json!({}), then.clone())), [pointer], "{then}");
        }
        // A failure of changes and something about new bookings never come together.
        let then =
            json!({"failure": "OUTSIDE_CANCELLATION_WINDOW", "confirmation": "asynchronous"});
        assert_eq!(flaws(with(json!({}), then)), ["/then"]);
        let mode = json!({"payment_mode": "inventory"});
        assert_eq!(
            flaws(with(mode, json!({"confirmation": "asynchronous"}))),
            ["/when/payment_mode"]
        );
    }

    #[test]
    fn a_rule_without_a_method_is_about_those_that_its_effects_fit() {
        let methods = |then: Value| rule(json!({"name": "a", "then": then})).methods();
        assert_eq!(
            methods(json!({"confirmation": "asynchronous"})),
            [Method::CreateBooking]
        );
        let causes = methods(json!({"failure": "OUTSIDE_CANCELLATION_WINDOW"}));
        assert_eq!(causes, [Method::UpdateBooking]);
        let all = methods(json!({"fault": {"kind": "latency", "ms": 5}}));
        assert_eq!(all.len(), Method::ALL.len());
    }
}
