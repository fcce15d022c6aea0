//! Mutations: of JSON as a tree, and of bytes.

use rand::RngExt as _;
use rand::rngs::StdRng;
use serde_json::{Map, Value, json};

/// Texts that have upset a parser or a rule somewhere.
const TEXTS: [&str; 26] = [
    "",
    " ",
    "0",
    "-1",
    "1.5",
    "1e400",
    "-0",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "253402300800",
    "1798909200000",
    "NaN",
    "null",
    "CANCELED",
    "CANCELLED",
    "CONFIRMATION_MODE_ASYNCHRONOUS",
    "PREPAYMENT_PROVIDED",
    "\u{0}",
    "\u{feff}",
    "\u{1f600}\u{200d}",
    "\u{202e}abc",
    "'; DROP TABLE bookings; --",
    "%s%n",
    "../../etc",
    "\"",
];

/// A value that a field is not made for.
fn odd(dice: &mut StdRng) -> Value {
    match dice.random_range(0..16) {
        0 => Value::Null,
        1 => json!(dice.random_bool(0.5)),
        2 => json!(dice.random::<i64>()),
        3 => json!(dice.random_range(-3..40)),
        4 => json!(i64::MAX),
        5 => json!(i64::MIN),
        6 => json!(1e300),
        7 => json!(dice.random::<f64>() * 1e10),
        8 => json!([]),
        9 => json!({}),
        10 => json!("x".repeat(dice.random_range(0..3_000))),
        11 => json!([null, {}, [[]]]),
        12 => (0..dice.random_range(1..150)).fold(json!(1), |inner, _| json!([inner])),
        _ => json!(TEXTS[dice.random_range(0..TEXTS.len())]),
    }
}

/// Changes one place of the tree.
pub(super) fn value(root: &mut Value, dice: &mut StdRng) {
    let mut place = root;
    // Down a random way, so that every depth has its turn.
    while dice.random_ratio(3, 4) {
        let size = match place {
            Value::Object(fields) => fields.len(),
            Value::Array(items) => items.len(),
            _ => 0,
        };
        if size == 0 {
            break;
        }
        let index = dice.random_range(0..size);
        let next = match place {
            Value::Object(fields) => fields.values_mut().nth(index),
            Value::Array(items) => items.get_mut(index),
            _ => None,
        };
        match next {
            Some(next) => place = next,
            // Not reached: the index is below the size.
            None => return,
        }
    }
    match place {
        Value::Object(fields) if !fields.is_empty() && dice.random_ratio(2, 3) => {
            object(fields, dice);
        }
        Value::Array(items) if !items.is_empty() && dice.random_ratio(1, 2) => {
            let item = items[dice.random_range(0..items.len())].clone();
            items.extend(vec![item; dice.random_range(1..40)]);
        }
        Value::String(text) if dice.random_ratio(1, 2) => {
            let mut changed = std::mem::take(text).into_bytes();
            bytes(&mut changed, dice);
            *text = String::from_utf8_lossy(&changed).into_owned();
        }
        Value::String(text) if dice.random_ratio(1, 2) => {
            if let Ok(number) = text.parse::<i64>() {
                *place = json!(number);
            }
        }
        other if dice.random_ratio(1, 6) => *other = json!({"value": other.take()}),
        other => *other = odd(dice),
    }
}

fn object(fields: &mut Map<String, Value>, dice: &mut StdRng) {
    let index = dice.random_range(0..fields.len());
    let Some(name) = fields.keys().nth(index).cloned() else {
        return;
    };
    match dice.random_range(0..5) {
        0 => {
            fields.remove(&name);
        }
        1 => {
            let value = fields.remove(&name).unwrap_or_default();
            fields.insert(camel_case(&name), value);
        }
        2 => {
            let value = fields[&name].clone();
            fields.insert(camel_case(&name), value);
        }
        3 => {
            let value = fields.remove(&name).unwrap_or_default();
            let mut changed = name.into_bytes();
            bytes(&mut changed, dice);
            fields.insert(String::from_utf8_lossy(&changed).into_owned(), value);
        }
        _ => {
            fields.insert(
                TEXTS[dice.random_range(0..TEXTS.len())].to_owned(),
                odd(dice),
            );
        }
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let mut spelt = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        spelt.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        spelt.push_str(letters.as_str());
    }
    spelt
}

/// Changes a few bytes.
pub(super) fn bytes(bytes: &mut Vec<u8>, dice: &mut StdRng) {
    if bytes.is_empty() {
        bytes.extend(garbage(dice, 8));
        return;
    }
    let at = dice.random_range(0..bytes.len());
    let to = (at + dice.random_range(1..20)).min(bytes.len());
    match dice.random_range(0..7) {
        0 => bytes[at] ^= 1 << dice.random_range(0..8),
        1 => bytes[at] = dice.random(),
        2 => bytes.insert(at, dice.random()),
        3 => {
            bytes.drain(at..to);
        }
        4 => {
            let copy = bytes[at..to].to_vec();
            bytes.splice(at..at, copy);
        }
        5 => bytes.truncate(at),
        _ => {
            let text = TEXTS[dice.random_range(0..TEXTS.len())];
            bytes.splice(at..to, text.bytes());
        }
    }
}

/// Up to so many arbitrary bytes.
pub(super) fn garbage(dice: &mut StdRng, most: usize) -> Vec<u8> {
    (0..dice.random_range(0..most))
        .map(|_| dice.random())
        .collect()
}
