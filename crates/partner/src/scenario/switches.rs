//! Choices that the protocol's sources leave open; each default is what the reference recommends
//! (section 10).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a replay of a token answers once its booking has changed (section 10.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Replay {
    /// The very bytes of the first answer.
    #[default]
    FirstAnswer,
    /// The booking as it is now.
    CurrentBooking,
}

/// What a second booking of the same guest leads to (section 2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Duplicates {
    /// SLOT_ALREADY_BOOKED_BY_USER for the very same slot, else OVERLAPPING_RESERVATION.
    #[default]
    Refuse,
    /// OVERLAPPING_RESERVATION for the very same slot too.
    OverlappingReservation,
    /// Another booking.
    Accept,
}

/// What cancelling a booking again leads to that the caller cancelled itself (section 10.13).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedCancel {
    /// Success again.
    #[default]
    Succeed,
    /// BOOKING_ALREADY_CANCELLED.
    Refuse,
}

/// What a request leads to that speaks of another confirmation mode than the slot has (section
/// 10.35).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ModeMismatch {
    /// SLOT_UNAVAILABLE: the guest was told something else.
    #[default]
    Refuse,
    /// A booking in the slot's own mode.
    TakeSlotMode,
}

/// How the caller learns that a guest's cancel gave money back (section 10.29).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum GuestCancelRefund {
    /// By the answer to UpdateBooking, and by a notification as well.
    #[default]
    AnswerAndPatch,
    /// By the answer alone.
    Answer,
    /// By a notification alone: the answer still says PREPAYMENT_PROVIDED.
    Patch,
}

impl GuestCancelRefund {
    /// Whether the answer tells it.
    #[must_use]
    pub fn in_answer(self) -> bool {
        self != Self::Patch
    }

    /// Whether a notification tells it.
    #[must_use]
    pub fn in_patch(self) -> bool {
        self != Self::Answer
    }
}

/// What a cancel in time gives back of a prepayment (section 4.4). A deposit is always money, and
/// whoever paid with a payment option gets its use back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CancelGives {
    /// The money.
    #[default]
    Money,
    /// A payment option instead of it (PREPAYMENT_CREDITED).
    Credit,
}

/// Whether the very moment of a limit still counts as in time (section 10.36).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limits {
    /// It does.
    #[default]
    Inclusive,
    /// It does not.
    Exclusive,
}

impl Limits {
    /// The last second that is in time, of a limit at `sec`.
    #[must_use]
    pub fn last(self, sec: i64) -> i64 {
        match self {
            Self::Inclusive => sec,
            Self::Exclusive => sec.saturating_sub(1),
        }
    }

    /// The first second that is in time, of a limit at `sec`.
    #[must_use]
    pub fn first(self, sec: i64) -> i64 {
        match self {
            Self::Inclusive => sec,
            Self::Exclusive => sec.saturating_add(1),
        }
    }
}
