//! Property tests over every message: what is written reads back as it was, in any lawful spelling,
//! and no body whatever makes the reader panic.

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::feed::{Availability, FeedMerchant, FeedMetadata, FeedService};
use crate::json::camel_case_name;
use crate::json::field::Field;
use crate::received::ReceivedFailure;
use crate::testing::Source;
use crate::*;

/// Calls a generic function for every message that stands on its own, which between them hold all
/// others.
macro_rules! for_every_message {
    ($function:ident($($argument:expr),*)) => {
        $function::<BatchAvailabilityLookupRequest>($($argument),*)?;
        $function::<BatchAvailabilityLookupResponse>($($argument),*)?;
        $function::<CheckAvailabilityRequest>($($argument),*)?;
        $function::<CheckAvailabilityResponse>($($argument),*)?;
        $function::<CreateLeaseRequest>($($argument),*)?;
        $function::<CreateBookingRequest>($($argument),*)?;
        $function::<UpdateBookingRequest>($($argument),*)?;
        $function::<GetBookingStatusRequest>($($argument),*)?;
        $function::<GetBookingStatusResponse>($($argument),*)?;
        $function::<ListBookingsRequest>($($argument),*)?;
        $function::<ListBookingsResponse>($($argument),*)?;
        $function::<SetMarketingPreferenceRequest>($($argument),*)?;
        $function::<SetMarketingPreferenceResponse>($($argument),*)?;
        $function::<HealthCheckResponse>($($argument),*)?;
        $function::<UserPaymentOption>($($argument),*)?;
        $function::<notification::NotifiedBooking>($($argument),*)?;
        $function::<rtu::BatchReplaceRequest>($($argument),*)?;
        $function::<rtu::ReplaceRequest>($($argument),*)?;
        $function::<ReceivedFailure>($($argument),*)?;
        $function::<FeedMetadata>($($argument),*)?;
        $function::<FeedMerchant>($($argument),*)?;
        $function::<FeedService>($($argument),*)?;
        $function::<Availability>($($argument),*)?;
    };
}

trait Whole: Message + Field + Serialize + DeserializeOwned + PartialEq + Debug {}

impl<T: Message + Field + Serialize + DeserializeOwned + PartialEq + Debug> Whole for T {}

fn reads_as<T: Whole>(body: &[u8], message: &T) -> Result<(), TestCaseError> {
    let reading = read::<T>(body);
    prop_assert_eq!(&reading.findings, &Vec::new());
    prop_assert_eq!(reading.message.as_ref(), Ok(message));
    Ok(())
}

/// As [`reads_as`], with remarks on the spelling and nothing worse. An empty message may hold an
/// empty text or the reserved status where a field is always written.
fn reads_as_with_remarks<T: Whole>(body: &[u8], message: &T) -> Result<(), TestCaseError> {
    let reading = read::<T>(body);
    let objection = reading
        .findings
        .iter()
        .find(|it| it.is_objection() && it.code != FindingCode::UnspecifiedStatus.name());
    prop_assert_eq!(objection, None);
    prop_assert_eq!(reading.message.as_ref(), Ok(message));
    Ok(())
}

fn round_trip<T: Whole>(bytes: &[u8]) -> Result<(), TestCaseError> {
    let message = T::sample(&mut Source::new(bytes));
    let body = serde_json::to_vec(&message).unwrap();
    reads_as_with_remarks(&body, &message)?;
    prop_assert_eq!(&serde_json::from_slice::<T>(&body).unwrap(), &message);
    let value = serde_json::to_value(&message).unwrap();
    prop_assert_eq!(
        &serde_json::from_value::<T>(value.clone()).unwrap(),
        &message
    );
    no_null(&value)
}

fn no_null(value: &Value) -> Result<(), TestCaseError> {
    match value {
        Value::Null => Err(TestCaseError::fail("null was written")),
        Value::Array(items) => items.iter().try_for_each(no_null),
        Value::Object(entries) => entries.values().try_for_each(no_null),
        _ => Ok(()),
    }
}

fn camel_case(value: Value) -> Value {
    let respell = |name: &str| {
        let mut words = name.split('_');
        let mut spelt = words.next().unwrap_or_default().to_owned();
        for word in words {
            let (first, rest) = word.split_at(word.len().min(1));
            spelt.push_str(&first.to_ascii_uppercase());
            spelt.push_str(rest);
        }
        spelt
    };
    match value {
        Value::Object(entries) => entries
            .into_iter()
            .map(|(name, value)| {
                // The keys of a map are data.
                let inner = if name == "tokenization_parameter" {
                    value
                } else {
                    camel_case(value)
                };
                (respell(&name), inner)
            })
            .collect(),
        Value::Array(items) => items.into_iter().map(camel_case).collect(),
        other => other,
    }
}

fn reads_in_camel_case<T: Whole>(bytes: &[u8]) -> Result<(), TestCaseError> {
    let message = T::sample(&mut Source::new(bytes));
    let value = camel_case(serde_json::to_value(&message).unwrap());
    reads_as_with_remarks(&serde_json::to_vec(&value).unwrap(), &message)
}

/// The value with each of its names in one of its spellings, and where each place is then.
fn respelt(
    value: &Value,
    fields: &'static [FieldSpec],
    source: &mut Source<'_>,
    (at, to): (&str, &str),
    places: &mut Vec<(String, String)>,
) -> Value {
    places.push((at.to_owned(), to.to_owned()));
    match value {
        Value::Object(entries) => entries
            .iter()
            .map(|(name, value)| {
                let field = fields.iter().find(|field| field.name == name);
                let other = field.and_then(|field| field.other_name);
                let spelt = match (field, source.byte() % 4) {
                    (Some(_), 1) => camel_case_name(name),
                    (Some(_), 2) => other.unwrap_or(name).to_owned(),
                    (Some(_), 3) => camel_case_name(other.unwrap_or(name)),
                    _ => name.clone(),
                };
                let step = |name: &str| name.replace('~', "~0").replace('/', "~1");
                let places_of = (
                    &*format!("{at}/{}", step(name)),
                    &*format!("{to}/{}", step(&spelt)),
                );
                let inner = field.map_or(&[][..], |field| field.inner);
                (spelt, respelt(value, inner, source, places_of, places))
            })
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let places_of = (&*format!("{at}/{index}"), &*format!("{to}/{index}"));
                respelt(item, fields, source, places_of, places)
            })
            .collect(),
        other => other.clone(),
    }
}

fn is_found_in_any_spelling<T: Whole>(bytes: &[u8], choices: &[u8]) -> Result<(), TestCaseError> {
    let message = T::sample(&mut Source::new(bytes));
    let value = serde_json::to_value(&message).unwrap();
    let mut places = Vec::new();
    let source = &mut Source::new(choices);
    let body = respelt(&value, T::FIELDS, source, ("", ""), &mut places).to_string();
    let is_regular = read::<T>(body.as_bytes()).findings.is_empty();
    for (canonical, place) in places {
        // A body that spells a name in another way gets a finding: without one, nothing has to be
        // looked for.
        prop_assert!(!is_regular || place == canonical, "{}", body);
        prop_assert_eq!(&spelt::<T>(body.as_bytes(), &canonical), &place, "{}", body);
        // What is spelt as the body is stays so.
        prop_assert_eq!(&spelt::<T>(body.as_bytes(), &place), &place, "{}", body);
    }
    Ok(())
}

fn reads_without_panic<T: Whole>(body: &[u8]) -> Result<(), TestCaseError> {
    let reading = read::<T>(body);
    let errors = reading
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error)
        .count();
    prop_assert_eq!(reading.message.is_err(), errors > 0);
    prop_assert!(reading.findings.len() <= 102);
    Ok(())
}

fn any_json() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "slot",
        "slot_time",
        "startSec",
        "start_sec",
        "resources",
        "resource_ids",
        "party_size",
        "booking",
        "status",
        "payment_information",
        "deposit",
        "min_advance_cancellation_sec",
        "user_information",
        "tokenization_config",
        "tokenization_parameter",
        "a/b~c",
        "",
        "bookings",
        "booking_failure",
        "cause",
        "lease",
        "confirmation_mode",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(Value::from("CONFIRMED")),
        Just(Value::from("1.8e9")),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((names.clone(), inner), 0..8).prop_map(|entries| {
                entries
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_with_no_objection(bytes: Vec<u8>) {
        for_every_message!(round_trip(&bytes));
    }

    #[test]
    fn camel_case_reads_the_same(bytes: Vec<u8>) {
        for_every_message!(reads_in_camel_case(&bytes));
    }

    #[test]
    fn each_place_is_found_in_any_spelling(bytes: Vec<u8>, choices: Vec<u8>) {
        for_every_message!(is_found_in_any_spelling(&bytes, &choices));
    }

    #[test]
    fn no_bytes_make_the_reader_panic(body: Vec<u8>) {
        for_every_message!(reads_without_panic(&body));
    }

    #[test]
    fn no_json_makes_the_reader_panic(value in any_json()) {
        let body = serde_json::to_vec(&value).unwrap();
        for_every_message!(reads_without_panic(&body));
    }

    #[test]
    fn the_forms_of_a_64_bit_number_are_equal(number: i64) {
        for form in [format!("{number}"), format!("\"{number}\"")] {
            let body = format!(r#"{{"start_sec":{form}}}"#);
            let reading = read::<Slot>(body.as_bytes());
            prop_assert!(!reading.findings.iter().any(Finding::is_objection));
            prop_assert_eq!(reading.message.map(|slot| slot.start_sec), Ok(number));
        }
    }

    #[test]
    fn exact_floats_equal_the_number_they_spell(number in -(1_i64 << 53)..(1_i64 << 53)) {
        let float = number as f64;
        for form in [format!("{number}.0"), format!("{float:e}"), format!("\"{float:e}\"")] {
            let body = format!(r#"{{"start_sec":{form}}}"#);
            let reading = read::<Slot>(body.as_bytes());
            prop_assert_eq!(reading.message.map(|slot| slot.start_sec), Ok(number), "{}", form);
        }
    }

    #[test]
    fn maps_keep_their_keys(map: BTreeMap<String, String>) {
        let config = TokenizationConfig { tokenization_parameter: map, ..Default::default() };
        reads_as(&serde_json::to_vec(&config).unwrap(), &config)?;
    }
}
