//! Instants and lengths of time as text, which only the interfaces use that the partner calls:
//! RFC 3339 and seconds with an `s` (sections 6.4 and 7). Fractions are read and written to the
//! nanosecond.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serializer;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};

use crate::json::field::Field;
use crate::json::{Json, Reader};

/// An instant, in RFC 3339 on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl Moment {
    /// The instant of a Unix second; `None` beyond the year 9999.
    pub fn of_second(second: i64) -> Option<Self> {
        Timestamp::from_second(second).ok().map(Self)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Field for Moment {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        const FORM: &str = "a time in RFC 3339, such as \"2027-01-01T17:00:00Z\"";
        if let Json::Text(text) = value
            && let Ok(instant) = Timestamp::from_str(text)
        {
            return Self(instant);
        }
        let hint = match value {
            Json::Integer(_) => "Seconds since 1970 are the Booking Server's form.",
            _ => "",
        };
        reader.wrong_type(|| value.shown(), FORM, hint);
        Self::default()
    }

    fn is_default(&self) -> bool {
        false
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        let second = source.number().rem_euclid(4_102_444_800);
        let nanos = source.number().rem_euclid(1_000_000_000);
        Self(Timestamp::new(second, nanos as i32).unwrap_or_default())
    }
}

/// A length of time, in seconds with an `s` on the wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lasting {
    /// Whole seconds.
    pub seconds: i64,
    /// The rest, below a second.
    pub nanos: u32,
}

impl Lasting {
    /// So many whole seconds.
    pub const fn of_seconds(seconds: i64) -> Self {
        Self { seconds, nanos: 0 }
    }
}

impl fmt::Display for Lasting {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.seconds)?;
        if self.nanos > 0 {
            let fraction = format!("{:09}", self.nanos);
            write!(formatter, ".{}", fraction.trim_end_matches('0'))?;
        }
        formatter.write_str("s")
    }
}

impl FromStr for Lasting {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let number = text.strip_suffix('s').ok_or(())?;
        let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        // Nothing here lasts less than nothing, so a sign is refused.
        if !digits(whole) || !digits(fraction) || fraction.len() > 9 {
            return Err(());
        }
        Ok(Self {
            seconds: whole.parse().map_err(|_| ())?,
            nanos: format!("{fraction:0<9}").parse().map_err(|_| ())?,
        })
    }
}

impl Field for Lasting {
    fn read<'v>(value: &'v Json<'v>, reader: &mut Reader<'v>) -> Self {
        if let Json::Text(text) = value
            && let Ok(lasting) = text.parse()
        {
            return lasting;
        }
        let hint = match value {
            Json::Integer(seconds) => format!("Write \"{seconds}s\"."),
            _ => String::new(),
        };
        reader.wrong_type(
            || value.shown(),
            "seconds with an s, such as \"5400s\"",
            &hint,
        );
        Self::default()
    }

    fn is_default(&self) -> bool {
        false
    }

    fn emit<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }

    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[0-9]+(\\.[0-9]{1,9})?s$"))
            .into()
    }

    #[cfg(test)]
    fn sample(source: &mut crate::testing::Source<'_>) -> Self {
        Self {
            seconds: source.number().rem_euclid(315_576_000_000),
            nanos: u32::from(source.byte()) * 3_906_250,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_seconds_with_an_s() {
        let read = |text: &str| text.parse::<Lasting>();
        assert_eq!(read("1800s"), Ok(Lasting::of_seconds(1_800)));
        assert_eq!(
            read("3.5s"),
            Ok(Lasting {
                seconds: 3,
                nanos: 500_000_000
            })
        );
        assert_eq!(read("3.5s").map(|it| it.to_string()), Ok("3.5s".to_owned()));
        for wrong in [
            "1800", "s", "", "-5s", "1e3s", "30m", ".5s", "1.s", "1800 s",
        ] {
            assert_eq!(read(wrong), Err(()), "{wrong}");
        }
    }
}
