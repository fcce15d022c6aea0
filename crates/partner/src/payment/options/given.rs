//! A payment option that a scenario or somebody by hand gives to a guest, and changes of one.

use booking_api::{PaymentOptionType, UserPaymentOption};
use jiff::Timestamp;
use rusqlite::Connection;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{Offer, Origin, OwnedOption, number, uses_of};
use crate::explain::{self, Explained};
use crate::inventory::edit::{EditError, EditErrorKind, Edited};
use crate::store::{StoreError, payment_options};

/// A payment option of a guest: a pack, a membership or a single use (sections 3.6 and 3.9).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenOption {
    /// The guest's own copy of the option, by which requests name it; made up where left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub user_payment_option_id: String,
    /// Whose it is, by the aggregator's opaque id.
    pub user_id: String,
    /// With which merchant it can be used, by the partner's id.
    pub merchant_id: String,
    /// The option that it is a copy of; a service may list those that it takes.
    pub payment_option_id: String,
    /// How often it can be used. Where left out, as the merchant's feed has it, else several times.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<PaymentOptionType>,
    /// How many uses it had. Where left out, as the merchant's feed has it, else 5; 1 for a single
    /// use, and 0 for a membership, which counts none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub original_count: Option<i32>,
    /// How many uses are left; all where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_count: Option<i32>,
    /// From when it can be used, in seconds since 1970 (UTC), included; text of digits is taken too.
    /// From now on where left out.
    #[serde(
        default,
        deserialize_with = "sec",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<i64>")]
    pub valid_start_time_sec: Option<i64>,
    /// Until when it can be used, in seconds since 1970 (UTC), included; 0 is without end.
    #[serde(
        default,
        deserialize_with = "sec",
        skip_serializing_if = "Option::is_none"
    )]
    #[schemars(with = "Option<i64>")]
    pub valid_end_time_sec: Option<i64>,
    /// Whether its price was given back, so that it can be used no more.
    #[serde(default, skip_serializing_if = "is_false")]
    #[schema(required = false)]
    pub withdrawn: bool,
}

/// Its fields.
pub const FIELDS: &[&str] = &[
    "user_payment_option_id",
    "user_id",
    "merchant_id",
    "payment_option_id",
    "type",
    "original_count",
    "current_count",
    "valid_start_time_sec",
    "valid_end_time_sec",
    "withdrawn",
];

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
fn is_false(value: &bool) -> bool {
    !value
}

/// A 64-bit number as the protocol writes it, as text, or as JSON has it.
fn sec<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(value) => match number(&value) {
            Some(number) => Ok(Some(number)),
            None => Err(D::Error::custom("expected a whole number of seconds")),
        },
    }
}

/// The last second of the year 9999, as far as the protocol's times go.
const LAST_SEC: i64 = 253_402_300_799;

impl GivenOption {
    /// What cannot be: the field, what is wrong, and what to do. What the merchant's feed has to say
    /// of it is not looked at.
    #[must_use]
    pub fn flaws(&self) -> Vec<(&'static str, &'static str)> {
        let kind = self.kind.unwrap_or(PaymentOptionType::MultiUse);
        let (original, current) = (self.original_count, self.current_count);
        let counted = kind != PaymentOptionType::UnlimitedUse;
        let times = [self.valid_start_time_sec, self.valid_end_time_sec];
        let in_range = |sec: &i64| (0..=LAST_SEC).contains(sec);
        let checks = [
            (!self.user_id.is_empty(), "user_id", "It names the guest."),
            (
                !self.merchant_id.is_empty(),
                "merchant_id",
                "It names the merchant.",
            ),
            (
                !self.payment_option_id.is_empty(),
                "payment_option_id",
                "It names the option, \"pack-of-ten\" for example.",
            ),
            (
                kind != PaymentOptionType::Unspecified,
                "type",
                "It is PAYMENT_OPTION_SINGLE_USE, PAYMENT_OPTION_MULTI_USE or \
                 PAYMENT_OPTION_UNLIMITED_USE.",
            ),
            (
                match (kind, original) {
                    (_, None) => true,
                    (PaymentOptionType::SingleUse, Some(count)) => count == 1,
                    (PaymentOptionType::UnlimitedUse, Some(count)) => count == 0,
                    (_, Some(count)) => count >= 1,
                },
                "original_count",
                "It starts at 1; it is 1 for a single use, and 0 for a membership.",
            ),
            (
                current.is_none_or(|count| count >= 0)
                    && (counted || current.is_none_or(|count| count == 0)),
                "current_count",
                "It starts at 0, and is 0 for a membership.",
            ),
            (
                original.zip(current).is_none_or(|(had, left)| left <= had),
                "current_count",
                "No more uses can be left than original_count.",
            ),
            (
                times[0].as_ref().is_none_or(in_range),
                "valid_start_time_sec",
                "It is in seconds since 1970.",
            ),
            (
                times[1].as_ref().is_none_or(in_range),
                "valid_end_time_sec",
                "It is in seconds since 1970, or 0 for no end.",
            ),
        ];
        let wrong = checks.into_iter().filter(|(good, ..)| !good);
        wrong.map(|(_, field, hint)| (field, hint)).collect()
    }

    /// The option with what is left out filled in.
    ///
    /// # Errors
    /// [`StoreError`]; inside, what cannot be once the merchant's feed is looked at.
    fn filled(self, connection: &Connection, now: Timestamp) -> Edited<OwnedOption> {
        if let Some((field, hint)) = self.flaws().into_iter().next() {
            return Ok(Err(wrong(field, hint)));
        }
        let record = payment_options::offered(connection, &self.merchant_id)?;
        let offer = record
            .as_deref()
            .and_then(|record| Offer::find(record, &self.payment_option_id))
            .unwrap_or_default();
        let kind = self.kind.unwrap_or_else(|| offer.kind());
        let original_count = match self.original_count {
            Some(count) => count,
            None => uses_of(kind, offer.uses).max(match kind {
                PaymentOptionType::MultiUse => self.current_count.unwrap_or(0),
                _ => 0,
            }),
        };
        let current_count = self.current_count.unwrap_or(original_count);
        if current_count > original_count {
            let hint = "No more uses can be left than the option had.";
            return Ok(Err(wrong("current_count", hint)));
        }
        let start = self.valid_start_time_sec.unwrap_or(now.as_second());
        let end = self.valid_end_time_sec.unwrap_or_else(|| {
            let sec = offer.valid_sec.map(|sec| start.saturating_add(sec));
            sec.unwrap_or(0)
        });
        if end > 0 && end < start {
            let hint = "It does not end before it begins.";
            return Ok(Err(wrong("valid_end_time_sec", hint)));
        }
        Ok(Ok(OwnedOption {
            user_id: self.user_id,
            merchant_id: self.merchant_id,
            option: UserPaymentOption {
                user_payment_option_id: self.user_payment_option_id,
                valid_start_time_sec: start,
                valid_end_time_sec: end,
                r#type: kind,
                original_count,
                current_count,
                payment_option_id: self.payment_option_id,
            },
            withdrawn: self.withdrawn,
            origin: Origin::Given,
            booking_id: String::new(),
            created_at: now,
        }))
    }

    fn of(owned: &OwnedOption) -> Self {
        let option = owned.option.clone();
        Self {
            user_payment_option_id: option.user_payment_option_id,
            user_id: owned.user_id.clone(),
            merchant_id: owned.merchant_id.clone(),
            payment_option_id: option.payment_option_id,
            kind: Some(option.r#type),
            original_count: Some(option.original_count),
            current_count: Some(option.current_count),
            valid_start_time_sec: Some(option.valid_start_time_sec),
            valid_end_time_sec: Some(option.valid_end_time_sec),
            withdrawn: owned.withdrawn,
        }
    }
}

fn wrong(field: &str, hint: &str) -> EditError {
    EditError {
        kind: EditErrorKind::UnknownValue,
        message: format!("The field \"{field}\" cannot be so."),
        hint: hint.to_owned(),
    }
}

/// Reads fields, whose names are known to be right.
fn read(fields: Map<String, Value>) -> Result<GivenOption, EditError> {
    serde_path_to_error::deserialize(Value::Object(fields)).map_err(|error| {
        let path = error.path().to_string();
        let Explained { message, hint, .. } = explain::explain(&path, &error.inner().to_string());
        EditError {
            kind: EditErrorKind::UnknownValue,
            message,
            hint: match hint.is_empty() {
                true => "user_id, merchant_id and payment_option_id are needed.".to_owned(),
                false => hint,
            },
        }
    })
}

/// Gives a guest an option. Runs inside a transaction.
///
/// # Errors
/// [`StoreError`]; inside, why it cannot be.
pub fn give(connection: &Connection, given: GivenOption, now: Timestamp) -> Edited<OwnedOption> {
    let mut owned = match given.filled(connection, now)? {
        Ok(owned) => owned,
        Err(error) => return Ok(Err(error)),
    };
    let id = &mut owned.option.user_payment_option_id;
    if id.is_empty() {
        let wanted = format!("upo-{}", payment_options::next_row(connection)?);
        *id = payment_options::free_id(connection, &wanted)?;
    } else if payment_options::get(connection, id)?.is_some() {
        return Ok(Err(EditError {
            kind: EditErrorKind::Conflict("already_there"),
            message: format!("There is a payment option \"{id}\" already."),
            hint: "Change it by PATCH, or choose another user_payment_option_id.".to_owned(),
        }));
    }
    payment_options::insert(connection, &owned)?;
    Ok(Ok(owned))
}

/// Gives a guest the option that a body describes.
///
/// # Errors
/// [`StoreError`]; inside, why it cannot be.
pub fn give_fields(
    connection: &Connection,
    fields: Map<String, Value>,
    now: Timestamp,
) -> Edited<OwnedOption> {
    match read(fields) {
        Ok(given) => give(connection, given, now),
        Err(error) => Ok(Err(error)),
    }
}

/// Changes an option by a JSON merge patch; its id stays. Null stands for what would be if the field
/// had been left out at first.
///
/// # Errors
/// [`StoreError`]; inside, why it cannot be.
pub fn change(
    connection: &Connection,
    id: &str,
    patch: Map<String, Value>,
    now: Timestamp,
) -> Edited<OwnedOption> {
    let Some(before) = payment_options::get(connection, id)? else {
        return Ok(Err(EditError {
            kind: EditErrorKind::NotFound,
            message: format!("There is no payment option \"{id}\"."),
            hint: "GET /api/user_payment_options lists them.".to_owned(),
        }));
    };
    let mut fields = match serde_json::to_value(GivenOption::of(&before)) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    fields.extend(patch);
    fields.retain(|_, value| !value.is_null());
    let given = match read(fields) {
        Ok(given) => given,
        Err(error) => return Ok(Err(error)),
    };
    if given.user_payment_option_id != id {
        let hint = "An option keeps its id: bookings know it by that. Leave the field out.";
        return Ok(Err(wrong("user_payment_option_id", hint)));
    }
    let changed = match given.filled(connection, now)? {
        Ok(owned) => owned,
        Err(error) => return Ok(Err(error)),
    };
    let changed = OwnedOption {
        origin: before.origin,
        booking_id: before.booking_id,
        created_at: before.created_at,
        ..changed
    };
    payment_options::update(connection, &changed)?;
    Ok(Ok(changed))
}

/// Gives guests what a scenario has for them. One whose id is there already stays as it is: a store
/// that goes on under another scenario keeps what guests have. Runs inside a transaction.
///
/// # Errors
/// [`StoreError`], also where one cannot be given.
pub fn give_all(
    connection: &Connection,
    options: &[GivenOption],
    now: Timestamp,
) -> Result<(), StoreError> {
    for option in options {
        let id = option.user_payment_option_id.as_str();
        if !id.is_empty() && payment_options::get(connection, id)?.is_some() {
            continue;
        }
        if let Err(error) = give(connection, option.clone(), now)? {
            let EditError { message, hint, .. } = error;
            let why = format!("user_payment_options: {message} {hint}");
            return Err(StoreError::Refused(why));
        }
    }
    Ok(())
}
