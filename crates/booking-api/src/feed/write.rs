//! How a feed's record is written: as the message says, but with 64-bit numbers as numbers.

use serde::Serialize;
use serde_json::{Number, Value};

/// The 64-bit fields of the feeds' messages. The messages that booking and feeds share write them as
/// text, which is right everywhere but here.
const NUMBERS: &[&str] = &[
    "begin_sec",
    "charge_time_before_start_time_sec",
    "duration_sec",
    "duration_restrict_sec",
    "end_sec",
    "end_timestamp_restrict",
    "first_bookable_sec",
    "generation_timestamp",
    "last_bookable_sec",
    "last_online_cancellable_sec",
    "min_advance_booking",
    "min_advance_cancellation_sec",
    "min_advance_online_canceling",
    "min_booking_buffer_before_end_time",
    "price_micros",
    "repeat_every_sec",
    "repeat_until_sec",
    "spots_open",
    "spots_total",
    "start_sec",
    "start_timestamp_restrict",
];

/// The name that a service's scheduling rules are written under; both are read.
///
/// Reference: section 10.10.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RulesKey {
    /// `scheduling_rules`.
    #[default]
    SchedulingRules,
    /// `rules`.
    Rules,
}

/// One record, or a feed's metadata, as it stands in a feed.
///
/// Reference: sections 8.2 to 8.5, 10.2.
#[must_use]
pub fn write_record<T: Serialize>(record: &T, rules: RulesKey) -> String {
    // Messages are structs of plain values: they always serialise.
    let mut value = serde_json::to_value(record).unwrap_or_default();
    numbers(&mut value);
    if rules == RulesKey::Rules
        && let Value::Object(fields) = &mut value
    {
        *fields = std::mem::take(fields)
            .into_iter()
            .map(|(name, value)| match name.as_str() {
                "scheduling_rules" => ("rules".to_owned(), value),
                _ => (name, value),
            })
            .collect();
    }
    value.to_string()
}

fn numbers(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(numbers),
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if NUMBERS.contains(&name.as_str()) => {
                        if let Ok(number) = text.parse::<i64>() {
                            *value = Value::Number(Number::from(number));
                        }
                    }
                    // The keys of this map are data, and what is kept as it is stays so.
                    _ if name == "tokenization_parameter" => {}
                    other => numbers(other),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use crate::feed::{Availability, FeedMerchant, FeedMetadata, FeedService};
    use crate::json::field::Field;
    use crate::json::read;
    use crate::testing::Source;

    use super::*;

    /// Every text that holds nothing but a number must be one that the protocol has as text.
    fn no_number_in_quotes(value: &Value, name: &str) {
        match value {
            Value::Array(items) => items
                .iter()
                .for_each(|item| no_number_in_quotes(item, name)),
            Value::Object(fields) => {
                for (name, value) in fields {
                    no_number_in_quotes(value, name);
                }
            }
            Value::String(text) => assert!(text.parse::<i64>().is_err(), "{name}: {text}"),
            _ => {}
        }
    }

    fn check<T: crate::Message + Field + Serialize + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
        let message = T::sample(&mut Source::new(bytes));
        for rules in [RulesKey::SchedulingRules, RulesKey::Rules] {
            let text = write_record(&message, rules);
            let reading = read::<T>(text.as_bytes());
            assert_eq!(reading.message.as_ref(), Ok(&message), "{text}");
            no_number_in_quotes(&serde_json::from_str(&text).unwrap(), "");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_reads_back_and_has_numbers_as_numbers(bytes: Vec<u8>) {
            // Digits alone could be a text that happens to look like a number.
            let bytes: Vec<u8> = bytes.into_iter().filter(|byte| byte % 16 != 2).collect();
            check::<FeedMerchant>(&bytes);
            check::<FeedService>(&bytes);
            check::<Availability>(&bytes);
            check::<FeedMetadata>(&bytes);
        }
    }
}
