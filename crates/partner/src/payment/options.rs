//! Payment options (sections 2.5, 2.6, 3.6 and 3.9): packs, memberships and single uses that guests
//! own, buy with a booking, and use for one. A use goes down when a booking takes it and comes back
//! when that is cancelled in time.
//!
//! Here is what CreateBooking asks: whether the named option can be used or bought. How one is
//! given by hand is in `given`, what comes back in `back`; the table is in
//! [`crate::store::payment_options`].

pub mod back;
pub mod given;

use booking_api::{
    Booking, CreateBookingRequest, PaymentOptionType, PlainCause, PrepaymentStatus, Price, Slot,
    UserPaymentOption,
};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use crate::booking::Call;
use crate::chance::Purpose;
use crate::decision::{Change, Counterfactual};
use crate::names::{name_of, named};
use crate::store::{StoreError, payment_options};

/// Uses of a pack of which nobody says how many it has.
pub(crate) const USUAL_USES: i32 = 5;

/// The payment option that stands for a voucher: one booking with the merchant, whatever the service.
pub const VOUCHER: &str = "credit";

const USED: &str = "/payment_information/user_payment_option_id";
const BOUGHT: &str = "/payment_information/payment_option_id";

/// Where a guest's payment option comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PaymentOptionOrigin)]
pub enum Origin {
    /// The scenario's, or given by hand.
    #[default]
    Given,
    /// Bought with a booking.
    Bought,
    /// A single use that came back as a new one, since its booking was cancelled.
    Returned,
    /// Given instead of money (PREPAYMENT_CREDITED).
    Credited,
}

impl Origin {
    const NAMES: [(Self, &'static str); 4] = [
        (Self::Given, "given"),
        (Self::Bought, "bought"),
        (Self::Returned, "returned"),
        (Self::Credited, "credited"),
    ];

    /// The word as it stands in JSON and in the table.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, &self)
    }

    /// The reverse of [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        named(&Self::NAMES, name)
    }
}

/// A payment option that a guest owns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnedOption {
    /// Whose it is.
    pub user_id: String,
    /// With which merchant it can be used.
    pub merchant_id: String,
    /// The option as it goes over the wire.
    pub option: UserPaymentOption,
    /// Whether its price was given back, so that it can be used no more.
    pub withdrawn: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// The booking with which it was bought, or in whose place it was given; empty otherwise.
    pub booking_id: String,
    /// When the guest got it.
    pub created_at: Timestamp,
}

impl OwnedOption {
    /// Whether uses are counted: not those of a membership.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.option.r#type != PaymentOptionType::UnlimitedUse
    }
}

/// What a merchant's record says of a payment option that it sells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    /// How often it can be used.
    pub kind: Option<PaymentOptionType>,
    /// How many uses it has.
    pub uses: Option<i32>,
    /// What it costs.
    pub price: Option<Price>,
    /// How long it can be used, in seconds.
    pub valid_sec: Option<i64>,
}

impl Offer {
    /// Reads the offer of this id out of a merchant's `payment_option` list.
    #[must_use]
    pub fn find(record: &str, payment_option_id: &str) -> Option<Self> {
        let list: Vec<Value> = serde_json::from_str(record).ok()?;
        let offer = list
            .into_iter()
            .find(|it| it["payment_option_id"] == payment_option_id)?;
        let kind = offer["payment_option_type"].as_str();
        let above_zero = |value: &Value| number(value).filter(|it| *it > 0);
        Some(Self {
            kind: kind
                .and_then(PaymentOptionType::from_name)
                .filter(|kind| *kind != PaymentOptionType::Unspecified),
            uses: above_zero(&offer["session_count"]).and_then(|it| i32::try_from(it).ok()),
            price: serde_json::from_value(offer["price"].clone()).ok(),
            valid_sec: above_zero(&offer["valid_duration_sec"]),
        })
    }

    /// How often it can be used: several times where nobody says.
    #[must_use]
    pub fn kind(&self) -> PaymentOptionType {
        self.kind.unwrap_or(PaymentOptionType::MultiUse)
    }

    /// How many uses it has.
    #[must_use]
    pub fn uses(&self) -> i32 {
        uses_of(self.kind(), self.uses)
    }
}

/// How many uses a new option of a kind has. A membership counts none.
fn uses_of(kind: PaymentOptionType, said: Option<i32>) -> i32 {
    match kind {
        PaymentOptionType::SingleUse => 1,
        PaymentOptionType::UnlimitedUse => 0,
        _ => said.unwrap_or(USUAL_USES),
    }
}

/// A whole number, as JSON or as text.
fn number(value: &Value) -> Option<i64> {
    value
        .as_i64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}

/// The payment option that a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// One that the guest owns is used.
    Used(OwnedOption),
    /// A new one is bought, at this price where the merchant names one, and used at once.
    Bought(OwnedOption, Option<Price>),
    /// Neither can be.
    Refused(Box<No>),
}

/// Why a payment option can be neither used nor bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct No {
    /// PAYMENT_OPTION_NOT_VALID or USER_CANNOT_USE_PAYMENT_OPTION.
    pub cause: PlainCause,
    /// Why, in a sentence.
    pub why: String,
    /// What would have it be otherwise, as the end of "Would be … if"; and the change that does it.
    pub unless: (&'static str, Change),
}

impl No {
    /// What would have been answered otherwise: `would`, where that is known.
    #[must_use]
    pub fn counterfactual(&self, would: Option<&'static str>) -> Counterfactual {
        let (condition, change) = self.unless.clone();
        let answer = would.unwrap_or("another answer");
        let text = format!("Would be {answer} if {condition}.");
        Counterfactual::new(text, would, change)
    }
}

/// The payment option that a request names; `None`, and not a single query, where it names none.
/// `listed` are those that the slot takes; any where it lists none.
///
/// # Errors
/// [`StoreError`].
pub fn choice(
    connection: &Connection,
    request: &CreateBookingRequest,
    listed: &[String],
    call: &Call,
    accepts_unknown: bool,
) -> Result<Option<Choice>, StoreError> {
    let Some(asked) = &request.payment_information else {
        return Ok(None);
    };
    let none = Slot::default();
    let slot = request.slot.as_ref().unwrap_or(&none);
    let user = request.user_information.as_ref();
    let user_id = user.map_or("", |user| user.user_id.as_str());
    let id = &asked.user_payment_option_id;
    if !id.is_empty() {
        let use_for = UseFor {
            user_id,
            merchant_id: &slot.merchant_id,
            listed,
            now_sec: call.now_sec(),
        };
        let owned = payment_options::get(connection, id)?;
        return Ok(Some(match owned {
            Some(owned) => use_for.check(owned),
            None => Choice::Refused(Box::new(use_for.unknown(id))),
        }));
    }
    let id = &asked.payment_option_id;
    if id.is_empty() {
        return Ok(None);
    }
    let record = payment_options::offered(connection, &slot.merchant_id)?;
    let offer = record.as_deref().and_then(|record| Offer::find(record, id));
    let is_listed = listed.is_empty() || listed.contains(id);
    if !is_listed || (offer.is_none() && !accepts_unknown) {
        let change = Change::Request {
            pointer: BOUGHT.into(),
            value: None,
        };
        return Ok(Some(Choice::Refused(Box::new(No {
            cause: PlainCause::PaymentOptionNotValid,
            why: format!("The merchant sells no payment option \"{id}\" for this service."),
            unless: ("the request bought none", change),
        }))));
    }
    let offer = offer.unwrap_or_default();
    let wanted = call.chance.growing_id(Purpose::PaymentOption, "upo-");
    let end = offer
        .valid_sec
        .map(|sec| call.now_sec().saturating_add(sec));
    let owned = OwnedOption {
        user_id: user_id.to_owned(),
        merchant_id: slot.merchant_id.clone(),
        option: UserPaymentOption {
            user_payment_option_id: payment_options::free_id(connection, &wanted)?,
            payment_option_id: id.clone(),
            r#type: offer.kind(),
            original_count: offer.uses(),
            current_count: offer.uses(),
            valid_start_time_sec: call.now_sec(),
            valid_end_time_sec: end.unwrap_or(0),
        },
        withdrawn: false,
        origin: Origin::Bought,
        booking_id: String::new(),
        created_at: call.now,
    };
    Ok(Some(Choice::Bought(owned, offer.price)))
}

/// The payment option that changed, or was given, when a booking was cancelled.
///
/// # Errors
/// [`StoreError`].
pub fn changed_by(
    connection: &Connection,
    booking: &Booking,
) -> Result<Option<UserPaymentOption>, StoreError> {
    let Some(information) = &booking.payment_information else {
        return Ok(None);
    };
    if information.prepayment_status != PrepaymentStatus::Credited {
        return Ok(None);
    }
    let given = payment_options::given_for(connection, &booking.booking_id)?;
    Ok(match given {
        Some(owned) => Some(owned.option),
        None => payment_options::get(connection, &information.user_payment_option_id)?
            .map(|owned| owned.option),
    })
}

/// What a guest's option is to be used for.
#[derive(Clone, Copy, Debug)]
struct UseFor<'a> {
    user_id: &'a str,
    merchant_id: &'a str,
    listed: &'a [String],
    now_sec: i64,
}

impl UseFor<'_> {
    /// The pure rule. Everything that stands against it is looked at: the first thing decides, and
    /// the change that would help takes all of it away.
    fn check(self, owned: OwnedOption) -> Choice {
        let option = &owned.option;
        let (now, end) = (self.now_sec, option.valid_end_time_sec);
        let invalid = PlainCause::PaymentOptionNotValid;
        let fits = self.listed.is_empty()
            || option.payment_option_id == VOUCHER
            || self.listed.contains(&option.payment_option_id);
        let checks = [
            (
                owned.user_id != self.user_id,
                PlainCause::UserCannotUsePaymentOption,
                "it belongs to another guest",
                "it belonged to this guest",
                json!({"user_id": self.user_id}),
            ),
            (
                owned.merchant_id != self.merchant_id,
                invalid,
                "it is another merchant's",
                "it were this merchant's",
                json!({"merchant_id": self.merchant_id}),
            ),
            (
                !fits,
                invalid,
                "the service does not take it",
                "it were one that the service takes",
                json!({"payment_option_id": self.listed.first()}),
            ),
            (
                owned.withdrawn,
                invalid,
                "its price was given back",
                "its price had not been given back",
                json!({"withdrawn": false}),
            ),
            (
                now < option.valid_start_time_sec,
                invalid,
                "its time has not begun",
                "its time had begun",
                json!({"valid_start_time_sec": now}),
            ),
            (
                end > 0 && now > end,
                invalid,
                "its time is over",
                "it could be used without end",
                json!({"valid_end_time_sec": 0}),
            ),
            (
                owned.counts() && option.current_count <= 0,
                invalid,
                "all its uses are used up",
                "one use were left",
                json!({"current_count": 1}),
            ),
        ];
        let wrong: Vec<_> = checks.into_iter().filter(|(wrong, ..)| *wrong).collect();
        let Some((_, cause, why, condition, _)) = wrong.first() else {
            return Choice::Used(owned);
        };
        let id = &option.user_payment_option_id;
        let condition = match wrong.len() {
            1 => *condition,
            _ => "nothing stood against its use",
        };
        let mut patch = Map::new();
        for (.., part) in &wrong {
            patch.extend(part.as_object().cloned().unwrap_or_default());
        }
        let change = Change::Control {
            verb: "PATCH".into(),
            path: format!("/api/user_payment_options/{}", in_path(id)).into(),
            body: Some(Value::Object(patch)),
        };
        Choice::Refused(Box::new(No {
            cause: *cause,
            why: format!("The payment option \"{id}\" cannot be used: {why}."),
            unless: (condition, change),
        }))
    }

    fn unknown(self, id: &str) -> No {
        let kind = self.listed.first().map_or("pack", String::as_str);
        let body = json!({
            "user_payment_option_id": id,
            "user_id": self.user_id,
            "merchant_id": self.merchant_id,
            "payment_option_id": kind,
        });
        // One that belongs to nobody cannot be given; then only leaving it out helps.
        let unless = match self.user_id.is_empty() || self.merchant_id.is_empty() {
            false => (
                "the guest had it",
                Change::Control {
                    verb: "POST".into(),
                    path: "/api/user_payment_options".into(),
                    body: Some(body),
                },
            ),
            true => (
                "the request used none",
                Change::Request {
                    pointer: USED.into(),
                    value: None,
                },
            ),
        };
        No {
            cause: PlainCause::PaymentOptionNotValid,
            why: format!("Nobody owns a payment option \"{id}\"."),
            unless,
        }
    }
}

/// An id as a part of a path.
fn in_path(id: &str) -> String {
    let mut path = String::with_capacity(id.len());
    for byte in id.bytes() {
        match byte {
            b'-' | b'_' | b'.' | b'~' => path.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => path.push(char::from(byte)),
            byte => path.push_str(&format!("%{byte:02X}")),
        }
    }
    path
}

impl Choice {
    /// Why it cannot be used, if it cannot.
    #[must_use]
    pub fn refused(&self) -> Option<&No> {
        match self {
            Self::Refused(no) => Some(no),
            _ => None,
        }
    }

    /// The option of which a use is taken.
    #[must_use]
    pub fn option(&self) -> Option<&OwnedOption> {
        match self {
            Self::Used(owned) | Self::Bought(owned, _) => Some(owned),
            Self::Refused(_) => None,
        }
    }

    /// Takes a use of it for a booking, and returns the option as the guest owns it then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn take(
        self,
        connection: &Connection,
        booking_id: &str,
    ) -> Result<Option<UserPaymentOption>, StoreError> {
        let used = |mut owned: OwnedOption| {
            if owned.counts() {
                owned.option.current_count -= 1;
            }
            owned
        };
        Ok(match self {
            Self::Used(owned) => {
                let owned = used(owned);
                payment_options::update(connection, &owned)?;
                Some(owned.option)
            }
            Self::Bought(owned, _) => {
                let mut owned = used(owned);
                booking_id.clone_into(&mut owned.booking_id);
                payment_options::insert(connection, &owned)?;
                Some(owned.option)
            }
            Self::Refused(_) => None,
        })
    }
}

#[cfg(test)]
mod tests;
