//! `POST /api/bookings/{id}/actions`: what the merchant does with a booking.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use booking_api::{Cause, CreditCardType};
use partner::behaviour::patch::failing_causes;
use partner::merchant::{Action, Order, Refused};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::bookings::{BookingDetails, details, no_booking};
use super::error::{ApiError, ErrorBody};
use super::given::{self, Body, BookingId};
use crate::app::App;

/// What the merchant does. Each field but `action` belongs to one action only.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct MerchantAction {
    /// What is done.
    action: Action,
    /// `fail`: why; SLOT_UNAVAILABLE where left out.
    cause: Option<Cause>,
    /// `fail`: the card brand of PAYMENT_ERROR_CARD_TYPE_REJECTED; VISA where left out.
    rejected_card_type: Option<CreditCardType>,
    /// `fail`: words for whoever debugs; guests do not see them.
    description: Option<String>,
    /// `cancel`: whether what was paid or held is given back. Where left out, a deposit is until
    /// its own limit, and a prepayment as long as the guest could cancel online.
    refund: Option<bool>,
    /// `cancel`: whether the guest gets a payment option instead of money, or the use of one back.
    credit: Option<bool>,
    /// `reschedule`: the new start, in seconds since 1970 (UTC); text of digits is taken too.
    #[serde(default, deserialize_with = "number")]
    start_sec: Option<i64>,
    /// `reschedule`: how long it lasts then, in seconds; text of digits is taken too.
    #[serde(default, deserialize_with = "number")]
    duration_sec: Option<i64>,
    /// `reschedule`: how many guests come.
    party_size: Option<i32>,
}

const FIELDS: &[&str] = &[
    "action",
    "cause",
    "rejected_card_type",
    "description",
    "refund",
    "credit",
    "start_sec",
    "duration_sec",
    "party_size",
];

/// The fields that each action takes.
fn fields_of(action: Action) -> &'static [&'static str] {
    match action {
        Action::Fail => &["cause", "rejected_card_type", "description"],
        Action::Cancel => &["refund", "credit"],
        Action::Reschedule => &["start_sec", "duration_sec", "party_size"],
        _ => &[],
    }
}

/// Does something with a booking as the merchant.
///
/// What is legal is the state machine of section 5.3, and for `refund` and `credit` that of section 4.4; the
/// booking's `actions` say what is, and why the rest is not. The aggregator is notified of what
/// was done. Of a guest's cancel and a merchant's action at the same time exactly one wins.
#[utoipa::path(
    post,
    path = "/api/bookings/{id}/actions",
    tag = "bookings",
    params(("id" = String, Path, description = "The booking's id.")),
    request_body(content = MerchantAction, example = json!({ "action": "confirm" })),
    responses(
        (status = 200, description = "The booking as it is now.", body = BookingDetails),
        (status = 400, description = "`invalid_json`.", body = ErrorBody),
        (status = 404, description = "`not_found`.", body = ErrorBody),
        (status = 409, description = "`illegal_move`, or `slot_unavailable` where the new place \
            cannot be had; nothing was changed and nothing is sent.", body = ErrorBody),
        (status = 422, description = "`unknown_field`, `unknown_value`, `missing_field` or \
            `illegal_combination`.", body = ErrorBody),
        (status = 503, description = "`store_unavailable`.", body = ErrorBody),
    )
)]
pub(super) async fn post_booking_action(
    State(app): State<App>,
    BookingId(id): BookingId,
    body: Body,
) -> Result<Json<BookingDetails>, ApiError> {
    let wish = read(body.object(FIELDS)?)?;
    let order = order(&app, &id, wish).await?;
    match app.engine.act(id.clone(), order).await? {
        Ok(()) => Ok(Json(details(&app, id).await?)),
        Err(Refused::Unknown) => Err(no_booking(&id)),
        Err(Refused::Illegal { reason, legal }) => {
            let names: Vec<&str> = legal.into_iter().map(Action::name).collect();
            let hint = if names.is_empty() {
                "Nothing can be done with this booking any more.".to_owned()
            } else {
                format!("Legal now: {}.", names.join(", "))
            };
            Err(ApiError::new(
                StatusCode::CONFLICT,
                "illegal_move",
                reason,
                hint,
            ))
        }
        Err(Refused::NoPlace(reason)) => Err(ApiError::new(
            StatusCode::CONFLICT,
            "slot_unavailable",
            reason,
            "The booking stays as it was. Choose another time or number of guests.",
        )),
    }
}

fn read(fields: Map<String, Value>) -> Result<MerchantAction, ApiError> {
    let names = Action::NAMES.map(|(_, name)| name);
    let word = match fields.get("action") {
        Some(Value::String(word)) => word.clone(),
        Some(other) => other.to_string(),
        None => {
            return Err(ApiError::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "missing_field",
                "The field \"action\" is missing.",
                format!("It is one of: {}.", names.join(", ")),
            ));
        }
    };
    let Some((action, _)) = Action::NAMES.into_iter().find(|(_, name)| *name == word) else {
        return Err(given::unknown_name("action", &word, &names));
    };
    let own = fields_of(action);
    let stray = fields.iter().find(|(name, value)| {
        *name != "action" && !value.is_null() && !own.contains(&name.as_str())
    });
    if let Some((name, _)) = stray {
        let hint = match own {
            [] => "It takes no other field.".to_owned(),
            own => format!("It takes {}.", own.join(", ")),
        };
        let message = format!("\"{name}\" has no meaning for the action \"{word}\".");
        return Err(illegal(message, hint));
    }
    for (name, of) in [
        ("cause", cause_names()),
        ("rejected_card_type", card_names()),
    ] {
        if let Some(Value::String(value)) = fields.get(name)
            && !of.contains(&value.as_str())
        {
            return Err(given::unknown_name(name, value, &of));
        }
    }
    serde_json::from_value(Value::Object(fields)).map_err(|_| {
        ApiError::unknown_value(
            "A field of the body has the wrong type or range.",
            "Times and party_size are whole numbers, refund and credit are true or false, the rest \
             is text.",
        )
    })
}

async fn order(app: &App, id: &str, wish: MerchantAction) -> Result<Order, ApiError> {
    Ok(match wish.action {
        Action::Confirm => Order::Confirm,
        Action::Decline => Order::Decline { by_silence: false },
        Action::Fail => {
            let card = wish.rejected_card_type;
            if card.is_some() && wish.cause != Some(Cause::PaymentErrorCardTypeRejected) {
                return Err(illegal(
                    "\"rejected_card_type\" goes with PAYMENT_ERROR_CARD_TYPE_REJECTED only.",
                    "Leave it out, or send that cause.",
                ));
            }
            let words = wish.description.as_deref();
            let url = app.booking_url();
            let failure = app
                .engine
                .failure_of(id.to_owned(), wish.cause, card, words, &url)
                .await?;
            let Some(failure) = failure else {
                let cause = wish.cause.map_or("", Cause::name);
                let message = format!("A pending booking cannot fail with {cause}.");
                return Err(illegal(message, failing_causes()));
            };
            Order::Fail(failure)
        }
        Action::Cancel => match (wish.refund, wish.credit) {
            (Some(true), Some(true)) => {
                return Err(illegal(
                    "A guest gets either money or a payment option back.",
                    "Send either refund or credit.",
                ));
            }
            (_, Some(true)) => Order::CancelWithCredit,
            (refund, _) => Order::Cancel { refund },
        },
        Action::Reschedule => {
            let MerchantAction {
                start_sec,
                duration_sec,
                party_size,
                ..
            } = wish;
            if start_sec.is_none() && duration_sec.is_none() && party_size.is_none() {
                return Err(ApiError::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "missing_field",
                    "A reschedule must say what changes.",
                    "Send start_sec, duration_sec or party_size, or several of them.",
                ));
            }
            let times = [start_sec, duration_sec];
            if times
                .into_iter()
                .flatten()
                .any(|sec| !(1..=253_370_764_799).contains(&sec))
                || party_size.is_some_and(|size| size < 1)
            {
                return Err(ApiError::unknown_value(
                    "No booking starts before 1970, lasts no time or is for nobody.",
                    "start_sec, duration_sec and party_size start at 1.",
                ));
            }
            Order::Reschedule {
                start_sec,
                duration_sec,
                party_size,
            }
        }
        Action::NoShow => Order::NoShow,
        Action::ChargeNoShowFee => Order::ChargeNoShowFee,
        Action::Refund => Order::Refund,
        Action::Credit => Order::Credit,
    })
}

fn cause_names() -> Vec<&'static str> {
    Cause::ALL.iter().map(|cause| cause.name()).collect()
}

fn card_names() -> Vec<&'static str> {
    CreditCardType::ALL
        .iter()
        .filter(|card| **card != CreditCardType::Unspecified)
        .map(|card| card.name())
        .collect()
}

/// A 64-bit number as the protocol writes it, as text, or as JSON has it.
fn number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Value::String(text)) => text.parse().map(Some).map_err(serde::de::Error::custom),
        Some(value) => value
            .as_i64()
            .map(Some)
            .ok_or_else(|| serde::de::Error::custom("not a whole number")),
    }
}

fn illegal(message: impl Into<String>, hint: impl Into<String>) -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "illegal_combination",
        message,
        hint,
    )
}
