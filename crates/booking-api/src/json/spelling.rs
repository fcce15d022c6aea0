//! Where a field stands in a body that may spell its name in another way: in lowerCamelCase, or
//! with a name that it has elsewhere or had once.
//!
//! The rules speak of fields by their names in snake_case; whoever wrote the body wants to hear of
//! it as they wrote it, and a change has to be made where the field really stands.

use std::borrow::Cow;
use std::ptr;

use super::camel::camel_case_name;
use super::message::{FieldSpec, Message, field_of};
use super::reader::{Reader, parse};
use super::tree::Json;

/// A JSON pointer in snake_case as the body of a request `T` spells it.
///
/// Of a field that stands there twice it names the last one, which is the one that is read. A
/// field that the body lacks is spelt as those beside it, or else as the rest of the body: in
/// lowerCamelCase if all of them are. What no message has (an index, a map's key) stays as it is,
/// and so does every pointer into a body that is no JSON.
///
/// Reference: section 1.3.
///
/// ```
/// use booking_api::{CreateBookingRequest, spelt};
///
/// let spelt = |body: &str| {
///     spelt::<CreateBookingRequest>(body.as_bytes(), "/slot/start_sec")
/// };
/// assert_eq!(spelt(r#"{"slot":{"start_sec":"1"}}"#), "/slot/start_sec");
/// assert_eq!(spelt(r#"{"slot":{"startSec":"1"}}"#), "/slot/startSec");
/// assert_eq!(spelt(r#"{"leaseRef":{}}"#), "/slot/startSec");
/// ```
pub fn spelt<T: Message>(body: &[u8], pointer: &str) -> String {
    match parse(body, &mut Reader::new()) {
        Some(json) => json.locate(T::FIELDS, pointer).0,
        None => pointer.to_owned(),
    }
}

impl Json<'_> {
    /// The value at a JSON pointer in snake_case into a message of these fields, and where it
    /// really stands ([`spelt`]).
    pub(crate) fn locate(
        &self,
        mut fields: &'static [FieldSpec],
        pointer: &str,
    ) -> (String, Option<&Self>) {
        let message = fields;
        let mut place = String::with_capacity(pointer.len());
        let mut value = Some(self);
        for step in pointer.split('/').skip(1) {
            place.push('/');
            let field = field_of(fields, step);
            let inner = match value {
                Some(Self::Object(entries)) => entry(entries, fields, field, step),
                Some(Self::List(items)) => {
                    let item = step.parse().ok().and_then(|at: usize| items.get(at));
                    item.map(|item| (step, item))
                }
                _ => None,
            };
            match (inner, field) {
                (Some((key, _)), _) => place.push_str(key),
                (None, Some(field)) if self.would_raise(message, value, fields) => {
                    place.push_str(&camel_case_name(field.name));
                }
                (None, Some(field)) => place.push_str(field.name),
                (None, None) => place.push_str(step),
            }
            value = inner.map(|(_, value)| value);
            fields = match field {
                Some(field) => field.inner,
                None if is_index(step) => fields,
                None => &[],
            };
        }
        (place, value)
    }

    /// Whether another field of `object` would be in lowerCamelCase.
    fn would_raise(
        &self,
        message: &'static [FieldSpec],
        object: Option<&Self>,
        fields: &'static [FieldSpec],
    ) -> bool {
        let mut habits = Habits::default();
        if let Some(object) = object {
            habits.add(object, fields, false);
        }
        if habits == Habits::default() {
            habits.add(self, message, true);
        }
        habits.camel_case && !habits.snake_case
    }
}

/// How names of more than one word are spelt.
#[derive(Debug, Default, PartialEq, Eq)]
struct Habits {
    snake_case: bool,
    camel_case: bool,
}

impl Habits {
    /// Looks at the names of an object; at those inside it too if `deep`. Keys that are no fields
    /// tell nothing.
    fn add(&mut self, value: &Json<'_>, fields: &'static [FieldSpec], deep: bool) {
        match value {
            Json::Object(entries) => {
                for (key, value) in entries {
                    let Some(field) = field_of(fields, key) else {
                        continue;
                    };
                    self.snake_case |= key.contains('_');
                    self.camel_case |= key.contains(|it: char| it.is_ascii_uppercase());
                    if deep {
                        self.add(value, field.inner, deep);
                    }
                }
            }
            Json::List(items) if deep => {
                for item in items {
                    self.add(item, fields, deep);
                }
            }
            _ => {}
        }
    }
}

/// The entry that is read as this field, which is the last one that means it; where no field is
/// meant, the entry of this name.
fn entry<'j, 'a>(
    entries: &'j [(Cow<'a, str>, Json<'a>)],
    fields: &'static [FieldSpec],
    field: Option<&'static FieldSpec>,
    step: &str,
) -> Option<(&'j str, &'j Json<'a>)> {
    let is_meant = |key: &str| match field {
        Some(field) => field_of(fields, key).is_some_and(|it| ptr::eq(it, field)),
        None => key == step,
    };
    let found = entries.iter().rev().find(|(key, _)| is_meant(key));
    found.map(|(key, value)| (key.as_ref(), value))
}

fn is_index(step: &str) -> bool {
    !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BatchAvailabilityLookupRequest, CreateBookingRequest, UpdateBookingRequest};

    fn create(body: &str, pointer: &str) -> String {
        spelt::<CreateBookingRequest>(body.as_bytes(), pointer)
    }

    #[test]
    fn a_field_is_named_as_it_stands() {
        for (body, pointer, expected) in [
            (
                r#"{"lease_ref":{"lease_id":"x"}}"#,
                "/lease_ref",
                "/lease_ref",
            ),
            (r#"{"leaseRef":{"leaseId":"x"}}"#, "/lease_ref", "/leaseRef"),
            (
                r#"{"leaseRef":{"leaseId":"x"}}"#,
                "/lease_ref/lease_id",
                "/leaseRef/leaseId",
            ),
            (
                r#"{"leaseRef":{"leaseId":"x"}}"#,
                "/leaseRef/leaseId",
                "/leaseRef/leaseId",
            ),
            (
                r#"{"lease\u005fref":{"lease_id":"x"}}"#,
                "/lease_ref",
                "/lease_ref",
            ),
            (r#"{"lease\u0052ef":{}}"#, "/lease_ref", "/leaseRef"),
            (r#"{"deal_id":"x"}"#, "/offer_id", "/deal_id"),
            (r#"{"dealId":"x"}"#, "/offer_id", "/dealId"),
            (
                r#"{"slot":{"resourceIds":{"partySize":2}}}"#,
                "/slot/resources/party_size",
                "/slot/resourceIds/partySize",
            ),
            // The name is another field's value, or a field of another message.
            (
                r#"{"additional_request":"lease_ref","leaseRef":{}}"#,
                "/lease_ref",
                "/leaseRef",
            ),
            (
                r#"{"slot":{"startSec":"1"},"payment_information":{"start_sec":1}}"#,
                "/slot/start_sec",
                "/slot/startSec",
            ),
            // The last one is read.
            (
                r#"{"leaseRef":{},"lease_ref":{}}"#,
                "/lease_ref",
                "/lease_ref",
            ),
            (
                r#"{"lease_ref":{},"leaseRef":{}}"#,
                "/lease_ref",
                "/leaseRef",
            ),
            (r#"{"dealId":"a","offerId":"b"}"#, "/offer_id", "/offerId"),
            (r#"{"offerId":"a","dealId":"b"}"#, "/offer_id", "/dealId"),
        ] {
            assert_eq!(create(body, pointer), expected, "{pointer} of {body}");
        }
    }

    #[test]
    fn a_field_that_is_not_there_is_spelt_like_its_neighbours() {
        for (body, pointer, expected) in [
            ("{}", "/slot/start_sec", "/slot/start_sec"),
            (r#"{"slot":{}}"#, "/slot/start_sec", "/slot/start_sec"),
            (
                r#"{"slot":{"merchantId":"m"}}"#,
                "/slot/start_sec",
                "/slot/startSec",
            ),
            (r#"{"slot":{"merchantId":"m"}}"#, "/offer_id", "/offerId"),
            (
                r#"{"slot":null,"idempotencyToken":"t"}"#,
                "/slot/start_sec",
                "/slot/startSec",
            ),
            (
                r#"{"idempotencyToken":"t"}"#,
                "/lease_ref/lease_id",
                "/leaseRef/leaseId",
            ),
            // The nearest ones count, and all of them.
            (
                r#"{"slot":{"merchant_id":"m"},"idempotencyToken":"t"}"#,
                "/slot/start_sec",
                "/slot/start_sec",
            ),
            (
                r#"{"slot":{"merchantId":"m","service_id":"s"}}"#,
                "/slot/start_sec",
                "/slot/start_sec",
            ),
            (
                r#"{"slot":{"merchantId":"m"},"idempotency_token":"t"}"#,
                "/slot/start_sec",
                "/slot/startSec",
            ),
            // A map's keys, and what is no field, say nothing of names.
            (
                r#"{"payment_processing_parameters":{"tokenization_config":
                    {"tokenization_parameter":{"gatewayId":"g"}}},"whatIsThis":1}"#,
                "/offer_id",
                "/offer_id",
            ),
        ] {
            assert_eq!(create(body, pointer), expected, "{pointer} of {body}");
        }
    }

    #[test]
    fn other_messages_have_their_own_names() {
        let update = |body: &str, pointer| spelt::<UpdateBookingRequest>(body.as_bytes(), pointer);
        let body = r#"{"booking":{"bookingId":"b","slot":{"startSec":"-5"}}}"#;
        for (pointer, expected) in [
            ("/booking/booking_id", "/booking/bookingId"),
            ("/booking/slot/start_sec", "/booking/slot/startSec"),
            (
                "/booking/slot/resources/party_size",
                "/booking/slot/resources/partySize",
            ),
            ("/booking/status", "/booking/status"),
        ] {
            assert_eq!(update(body, pointer), expected);
        }
        let lookup = |pointer| {
            let body = br#"{"slotTime":[{},{"startSec":"1","resources":{}}]}"#;
            spelt::<BatchAvailabilityLookupRequest>(body, pointer)
        };
        assert_eq!(lookup("/slot_time/1/start_sec"), "/slotTime/1/startSec");
        assert_eq!(lookup("/slot_time/1/resource_ids"), "/slotTime/1/resources");
        assert_eq!(
            lookup("/slot_time/0/resource_ids"),
            "/slotTime/0/resourceIds"
        );
        assert_eq!(lookup("/slot_time/7/service_id"), "/slotTime/7/serviceId");
    }

    #[test]
    fn what_is_no_field_stays_as_it_is() {
        let body = r#"{"leaseRef":{},"paymentProcessingParameters":{"tokenizationConfig":
            {"tokenizationParameter":{"a_b":"1","aB":"2"}}}}"#;
        let map = "/payment_processing_parameters/tokenization_config/tokenization_parameter";
        let spelt = "/paymentProcessingParameters/tokenizationConfig/tokenizationParameter";
        assert_eq!(create(body, &format!("{map}/a_b")), format!("{spelt}/a_b"));
        assert_eq!(
            create(body, &format!("{map}/x~1y_z")),
            format!("{spelt}/x~1y_z")
        );
        for pointer in ["", "/", "/what_is_this", "/what_is_this/lease_ref", "/0"] {
            assert_eq!(create(body, pointer), pointer);
        }
        for body in ["", "[]", "{\"leaseRef\":", "\"leaseRef\"", "7"] {
            assert_eq!(create(body, "/lease_ref"), "/lease_ref", "{body}");
        }
    }
}
