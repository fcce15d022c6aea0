//! Whole numbers: 64 bits travel as text, 32 bits as numbers, and both are read in either form.

use serde::Serializer;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};

use super::field::Field;
use super::reader::Reader;
use super::tree::Json;
use crate::finding::FindingCode;

/// How a whole number was written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Digits,
    Text,
    Float,
    Empty,
}

/// Why a value is no whole number.
#[derive(Debug, PartialEq)]
enum NotWhole {
    Kind,
    Fraction,
    Range,
}

fn whole(value: &Json<'_>) -> Result<(i64, Form), NotWhole> {
    match value {
        Json::Integer(value) => Ok((*value, Form::Digits)),
        Json::Float(value) => whole_float(*value),
        Json::Text(text) if text.is_empty() => Ok((0, Form::Empty)),
        Json::Text(text) => {
            let numeric = text
                .bytes()
                .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
            if !numeric || text.starts_with('+') {
                return Err(NotWhole::Kind);
            }
            match text.parse::<i64>() {
                Ok(value) => Ok((value, Form::Text)),
                Err(_) => text
                    .parse::<f64>()
                    .map_err(|_| NotWhole::Kind)
                    .and_then(whole_float),
            }
        }
        _ => Err(NotWhole::Kind),
    }
}

fn whole_float(value: f64) -> Result<(i64, Form), NotWhole> {
    // 2^63 is exact as a float and the first value beyond i64; -2^63 still fits.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if !(-BEYOND..BEYOND).contains(&value) {
        Err(NotWhole::Range)
    } else if value.fract() != 0.0 {
        Err(NotWhole::Fraction)
    } else {
        Ok((value as i64, Form::Float))
    }
}

fn refuse_number(value: &Json<'_>, why: &NotWhole, expected: &str, reader: &mut Reader<'_>) {
    let hint = match why {
        NotWhole::Kind if looks_like_a_date(value) => {
            "Send seconds since 1970 (UTC), such as \"1795428000\", not a date."
        }
        NotWhole::Kind => "",
        NotWhole::Fraction => "Fractions are not allowed here.",
        NotWhole::Range => "The number is out of range.",
    };
    reader.wrong_type(|| value.shown(), expected, hint);
}

/// Whether a text begins as dates of ISO 8601 do.
fn looks_like_a_date(value: &Json<'_>) -> bool {
    match value {
        Json::Text(text) => {
            let bytes = text.as_bytes();
            bytes.len() >= 10
                && bytes[..4].iter().all(u8::is_ascii_digit)
                && bytes[4] == b'-'
                && bytes[7] == b'-'
        }
        _ => false,
    }
}

/// What is said about a number that was written in a form that is not its own.
fn remark_on(form: Form, own: Form, value: &Json<'_>, number: i64, reader: &mut Reader<'_>) {
    if form == own {
        return;
    }
    let found = || value.shown().into();
    match form {
        Form::Empty => reader.empty_value("a number"),
        Form::Float => reader.remark(FindingCode::NumberAsFloat, found, &number.to_string()),
        Form::Digits => {
            reader.remark(FindingCode::Int64AsNumber, found, &format!("\"{number}\""));
        }
        Form::Text => reader.remark(FindingCode::Int32AsString, found, &number.to_string()),
    }
}

impl Field for i64 {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        match whole(value) {
            Ok((number, form)) => {
                remark_on(form, Form::Text, value, number, reader);
                number
            }
            Err(why) => {
                let expected = "a whole number of 64 bits, as string or number";
                refuse_number(value, &why, expected, reader);
                0
            }
        }
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
        let number = whole(value).and_then(|(number, form)| {
            let number = Self::try_from(number).map_err(|_| NotWhole::Range)?;
            Ok((number, form))
        });
        match number {
            Ok((number, form)) => {
                remark_on(form, Form::Digits, value, i64::from(number), reader);
                number
            }
            Err(why) => {
                refuse_number(value, &why, "a whole number of 32 bits", reader);
                0
            }
        }
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
            assert_eq!(whole(&json).map(|(number, _)| number), expected, "{text}");
        }
    }
}
