//! The state machine of section 5.3 as one table, and that of the prepayment (section 4.4).
//!
//! Everything that asks whether a booking may move reads [`MOVES`]: what merchants do, what the
//! window offers, and the tests, which walk through all combinations.

use booking_api::{BookingStatus, ConfirmationMode, PrepaymentStatus};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::clock::in_words;
use crate::names::name_of;
use crate::payment::later::Credit;

use BookingStatus::{
    Canceled, Confirmed, DeclinedByMerchant, Failed, NoShow, NoShowPenalized,
    PendingMerchantConfirmation as Pending,
};

/// What a merchant can do with a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Accept a pending booking.
    Confirm,
    /// Refuse a pending booking.
    Decline,
    /// Give up on a pending booking, with a cause.
    Fail,
    /// Cancel a confirmed booking.
    Cancel,
    /// Move a confirmed booking, or change its number of guests.
    Reschedule,
    /// Note that the guest did not come, and take no fee.
    NoShow,
    /// Take the fee of a guest who did not come.
    ChargeNoShowFee,
    /// Give back what was paid or held.
    Refund,
    /// Give the guest a payment option instead of money, or the use of one back.
    Credit,
}

impl Action {
    /// All actions with their names in JSON.
    pub const NAMES: [(Self, &'static str); 9] = [
        (Self::Confirm, "confirm"),
        (Self::Decline, "decline"),
        (Self::Fail, "fail"),
        (Self::Cancel, "cancel"),
        (Self::Reschedule, "reschedule"),
        (Self::NoShow, "no_show"),
        (Self::ChargeNoShowFee, "charge_no_show_fee"),
        (Self::Refund, "refund"),
        (Self::Credit, "credit"),
    ];

    /// The name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        name_of(&Self::NAMES, &self)
    }

    /// What happens to the booking, as in "cannot be confirmed".
    fn done(self) -> &'static str {
        match self {
            Self::Confirm => "confirmed",
            Self::Decline => "declined",
            Self::Fail => "failed",
            Self::Cancel => "cancelled by the merchant",
            Self::Reschedule => "changed by the merchant",
            Self::NoShow | Self::ChargeNoShowFee => "marked as a no-show",
            Self::Refund => "refunded",
            Self::Credit => "credited",
        }
    }
}

/// Who moves a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "by", content = "action", rename_all = "snake_case")]
pub enum Trigger {
    /// The guest, through CreateBooking.
    GuestBooks,
    /// The guest, through UpdateBooking.
    GuestCancels,
    /// The merchant, or the partner in its stead.
    Merchant(Action),
}

/// How the other side learns of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CarriedBy {
    /// The answer of CreateBooking.
    CreateBookingAnswer,
    /// The answer of UpdateBooking.
    UpdateBookingAnswer,
    /// `notification.partners.bookings.patch` (section 6.6).
    Patch,
}

/// The e-mail that the aggregator sends; it sends it itself, the partner never does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmailKind {
    /// The booking waits for the merchant.
    Pending,
    /// It is confirmed.
    Confirmed,
    /// The merchant refused.
    Declined,
    /// It could not be made.
    Failed,
    /// It is cancelled.
    Cancelled,
}

/// When a move is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// At any time.
    Always,
    /// Once the booking has begun, or can no longer be cancelled in time.
    TooLateToCancel,
}

/// One row of section 5.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Move {
    /// From which status; null for a booking that is made.
    #[schema(required)]
    pub from: Option<BookingStatus>,
    /// To which.
    pub to: BookingStatus,
    /// By whom.
    #[serde(flatten)]
    pub trigger: Trigger,
    /// Only for bookings of this mode; null for all.
    #[schema(required)]
    pub only: Option<ConfirmationMode>,
    /// When.
    pub open: Open,
    /// How the other side learns of it.
    pub carried_by: CarriedBy,
    /// The e-mail that it leads to; null where none is documented.
    #[schema(required)]
    pub email: Option<EmailKind>,
}

const ASYNC: Option<ConfirmationMode> = Some(ConfirmationMode::Asynchronous);
const SYNC: Option<ConfirmationMode> = Some(ConfirmationMode::Synchronous);

const fn row(
    from: Option<BookingStatus>,
    to: BookingStatus,
    trigger: Trigger,
    carried_by: CarriedBy,
    email: Option<EmailKind>,
) -> Move {
    Move {
        from,
        to,
        trigger,
        only: None,
        open: Open::Always,
        carried_by,
        email,
    }
}

const fn only(mode: Option<ConfirmationMode>, mut row: Move) -> Move {
    row.only = mode;
    row
}

const fn late(mut row: Move) -> Move {
    row.open = Open::TooLateToCancel;
    row
}

/// Section 5.3, row by row. What is not here is refused.
#[rustfmt::skip]
pub const MOVES: &[Move] = {
    use CarriedBy::{CreateBookingAnswer, Patch, UpdateBookingAnswer};
    use EmailKind as Mail;
    use Trigger::{GuestBooks, GuestCancels, Merchant};
    &[
        only(ASYNC, row(None, Pending, GuestBooks, CreateBookingAnswer, Some(Mail::Pending))),
        only(SYNC, row(None, Confirmed, GuestBooks, CreateBookingAnswer, Some(Mail::Confirmed))),
        only(ASYNC, row(Some(Pending), Confirmed, Merchant(Action::Confirm), Patch, Some(Mail::Confirmed))),
        only(ASYNC, row(Some(Pending), DeclinedByMerchant, Merchant(Action::Decline), Patch, Some(Mail::Declined))),
        only(ASYNC, row(Some(Pending), Failed, Merchant(Action::Fail), Patch, Some(Mail::Failed))),
        only(ASYNC, row(Some(Pending), Canceled, GuestCancels, UpdateBookingAnswer, Some(Mail::Cancelled))),
        row(Some(Confirmed), Canceled, GuestCancels, UpdateBookingAnswer, Some(Mail::Cancelled)),
        row(Some(Confirmed), Canceled, Merchant(Action::Cancel), Patch, Some(Mail::Cancelled)),
        late(row(Some(Confirmed), NoShow, Merchant(Action::NoShow), Patch, None)),
        late(row(Some(Confirmed), NoShowPenalized, Merchant(Action::ChargeNoShowFee), Patch, None)),
        row(Some(NoShow), NoShowPenalized, Merchant(Action::ChargeNoShowFee), Patch, None),
        row(Some(Confirmed), Confirmed, Merchant(Action::Reschedule), Patch, None),
    ]
};

/// What there is to know of a booking to tell whether it may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands.
    pub status: BookingStatus,
    /// Who decided about it, and when; unspecified counts as synchronous.
    pub mode: ConfirmationMode,
    /// What became of the money.
    pub prepayment: PrepaymentStatus,
    /// Whether any of it is left to give back or let go.
    pub is_open: bool,
    /// Whether the guest can get a payment option instead.
    pub credit: Credit,
    /// When it begins, in Unix seconds.
    pub start_sec: i64,
    /// Until when guests can cancel it, in Unix seconds, included.
    pub cancellable_until_sec: i64,
    /// What time it is, in Unix seconds.
    pub now_sec: i64,
}

impl Facts {
    fn mode(&self) -> ConfirmationMode {
        match self.mode {
            ConfirmationMode::Asynchronous => ConfirmationMode::Asynchronous,
            _ => ConfirmationMode::Synchronous,
        }
    }

    fn is_open(&self, open: Open) -> bool {
        match open {
            Open::Always => true,
            Open::TooLateToCancel => {
                self.now_sec >= self.start_sec || self.now_sec > self.cancellable_until_sec
            }
        }
    }

    fn fits(&self, row: &Move) -> bool {
        row.from == Some(self.status) && row.only.is_none_or(|mode| mode == self.mode())
    }
}

/// Whether the merchant may do this to the booking; else why not, in a sentence.
///
/// # Errors
/// The reason.
pub fn check(facts: &Facts, action: Action) -> Result<(), String> {
    match action {
        Action::Refund => return check_refund(facts),
        Action::Credit => return check_credit(facts),
        _ => {}
    }
    let mut rows = MOVES
        .iter()
        .filter(|row| row.trigger == Trigger::Merchant(action));
    match rows.clone().find(|row| facts.fits(row)) {
        Some(row) if facts.is_open(row.open) => Ok(()),
        Some(_) => Err(too_early(facts)),
        None => {
            let from: Vec<&str> = rows
                .by_ref()
                .filter_map(|row| row.from)
                .map(BookingStatus::name)
                .collect();
            Err(wrong_status(facts, action, &from))
        }
    }
}

/// Section 4.4: what was provided can be given back once, whatever the booking's status.
fn check_refund(facts: &Facts) -> Result<(), String> {
    let why = match facts.prepayment {
        PrepaymentStatus::Provided if facts.is_open => return Ok(()),
        PrepaymentStatus::Provided if facts.credit == Credit::Possible => {
            "the guest paid with a payment option, whose use can be credited"
        }
        PrepaymentStatus::Provided => "nothing was taken, and the card is held no longer",
        PrepaymentStatus::Refunded => "it was given back already",
        PrepaymentStatus::Credited => "the guest got a payment option instead of money",
        PrepaymentStatus::NotProvided | PrepaymentStatus::Unspecified => "nothing was paid or held",
    };
    Err(format!("There is nothing to refund: {why}."))
}

/// The same of a payment option instead of money.
fn check_credit(facts: &Facts) -> Result<(), String> {
    let why = match (facts.prepayment, facts.credit) {
        (PrepaymentStatus::Provided, Credit::Possible) => return Ok(()),
        (PrepaymentStatus::Provided, Credit::DepositIsDue) => {
            return Err("A deposit whose limit has not passed is given back as money.".to_owned());
        }
        (PrepaymentStatus::Provided, Credit::Membership) => "the guest keeps the membership",
        (PrepaymentStatus::Refunded, _) => "the money was given back already",
        (PrepaymentStatus::Credited, _) => "it was credited already",
        _ => "nothing was paid",
    };
    Err(format!("There is nothing to credit: {why}."))
}

fn too_early(facts: &Facts) -> String {
    let start = in_words(facts.start_sec);
    if facts.cancellable_until_sec < facts.start_sec {
        let until = in_words(facts.cancellable_until_sec);
        format!(
            "The guest may still come, or cancel in time until {until}; the booking begins at {start}."
        )
    } else {
        format!("The guest may still come: the booking begins at {start}.")
    }
}

fn wrong_status(facts: &Facts, action: Action, from: &[&str]) -> String {
    let status = facts.status.name();
    let done = action.done();
    let decides = matches!(action, Action::Confirm | Action::Decline | Action::Fail);
    match (facts.status, action) {
        _ if decides && facts.mode() == ConfirmationMode::Synchronous => format!(
            "A synchronous booking is decided in the answer to CreateBooking and cannot be {done} \
             later."
        ),
        (Pending, Action::Cancel) => {
            "A pending booking is not cancelled by the merchant but declined.".to_owned()
        }
        (Pending, Action::Reschedule) => {
            "The merchant cannot propose something else for a pending booking.".to_owned()
        }
        (Canceled | Failed | DeclinedByMerchant | NoShowPenalized, _) => {
            format!("{status} is final, so the booking cannot be {done}.")
        }
        _ => format!(
            "A booking that is {status} cannot be {done}; only one that is {} can.",
            from.join(" or ")
        ),
    }
}

/// The e-mail that goes with a move to `to` from `from`.
#[must_use]
pub fn email(from: Option<BookingStatus>, to: BookingStatus) -> Option<EmailKind> {
    MOVES
        .iter()
        .find(|row| row.from == from && row.to == to)
        .and_then(|row| row.email)
}

#[cfg(test)]
mod tests;
