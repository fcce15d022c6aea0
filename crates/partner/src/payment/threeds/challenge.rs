//! One challenge: what it is about, how the guest answers it, and the bank's answer (PaRes).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use booking_api::{
    Booking, CreateBookingRequest, PaymentInformation, Price, Slot, ThreeDS1Parameters,
    UserInformation,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::CHALLENGE_SEC;
use crate::chance::{Chance, Purpose};

/// Bytes of the bank's signature in a PaRes.
const SIGNATURE: usize = 16;

/// What the guest does on the bank's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChallengeDecision)]
pub enum Decision {
    /// The guest proves to be the card's owner.
    Approve,
    /// The bank is told that it is not the card's owner, or does not believe it.
    Decline,
    /// The guest gives up.
    Cancel,
    /// The guest does nothing: the bank answers once the time is over.
    TimeOut,
}

impl Decision {
    /// All of them.
    pub const ALL: &'static [Self] = &[Self::Approve, Self::Decline, Self::Cancel, Self::TimeOut];

    /// The word as it stands in forms, control calls and the store.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Cancel => "cancel",
            Self::TimeOut => "time_out",
        }
    }

    /// The reverse of [`Self::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.name() == name)
    }
}

/// Where a challenge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ChallengeState)]
pub enum State {
    /// The guest has not answered yet.
    Open,
    /// The guest lets the time run out, which has not happened yet.
    Waiting,
    /// Passed, and not used yet.
    Approved,
    /// The bank says no.
    Declined,
    /// The guest gave up.
    Cancelled,
    /// Nobody answered in time.
    TimedOut,
    /// Passed, and a booking was made with it.
    Used,
}

impl State {
    /// The state in a word or two.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Waiting => "left to time out",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed out",
            Self::Used => "used",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// A decision that comes too late or contradicts an earlier one; the challenge stands so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refused(pub State);

/// What a challenge is about: its answer counts for a request about the same only.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stake {
    /// Merchant, service, time and resources.
    pub slot: Slot,
    /// The guest, by the aggregator's opaque id.
    pub user_id: String,
    /// The price that the request names.
    pub price: Option<Price>,
}

/// Which request a challenge comes from, and when it is opened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Opening {
    pub(super) number: u64,
    pub(super) now: Timestamp,
    pub(super) chance: Chance,
}

impl Stake {
    /// What a request is about. What the caller may spell otherwise the second time is left out.
    #[must_use]
    pub fn of(request: &CreateBookingRequest) -> Self {
        let payment = request.payment_information.as_ref();
        Self::about(
            request.slot.clone().unwrap_or_default(),
            request.user_information.as_ref(),
            payment,
        )
    }

    /// The same of a booking.
    #[must_use]
    pub fn of_booking(booking: &Booking) -> Self {
        Self::about(
            booking.slot.clone().unwrap_or_default(),
            booking.user_information.as_ref(),
            booking.payment_information.as_ref(),
        )
    }

    fn about(
        slot: Slot,
        user: Option<&UserInformation>,
        payment: Option<&PaymentInformation>,
    ) -> Self {
        Self {
            slot: Slot {
                availability_tag: String::new(),
                confirmation_mode: booking_api::ConfirmationMode::default(),
                resources: Some(slot.resources.clone().unwrap_or_default()),
                ..slot
            },
            user_id: user.map(|user| user.user_id.clone()).unwrap_or_default(),
            price: payment.and_then(|payment| payment.price.clone()),
        }
    }

    /// In what the other differs, with its JSON pointer in a request; `None` where both are about
    /// the same.
    pub(super) fn differs(&self, other: &Self) -> Option<(&'static str, &'static str)> {
        let (own, given) = (&self.slot, &other.slot);
        if own.merchant_id != given.merchant_id {
            Some(("merchant", "/slot/merchant_id"))
        } else if own != given {
            Some(("slot", "/slot"))
        } else if self.user_id != other.user_id {
            Some(("guest", "/user_information/user_id"))
        } else if self.price != other.price {
            Some(("amount", "/payment_information/price"))
        } else {
            None
        }
    }
}

/// A challenge as the bank keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Challenge {
    /// The bank's name for it.
    pub transaction_id: String,
    /// The merchant data (MD) that went out with it.
    pub md_merchant_data: String,
    /// What the bank's page is opened with (PaReq).
    pub pa_req: String,
    /// Signs the bank's answer.
    pub(crate) secret: u64,
    /// The request that was answered with it.
    pub number: u64,
    /// What it is about.
    pub stake: Stake,
    /// The merchant as the guest knows it.
    pub merchant_name: String,
    /// What the guest is to pay or hold; `None` where nobody said.
    pub amount: Option<Price>,
    /// When it was opened.
    pub created_at: Timestamp,
    /// From when on the guest is too late.
    pub expires_at: Timestamp,
    /// What the guest did, and when.
    pub decided: Option<(Decision, Timestamp)>,
    /// The request that used the answer.
    pub used_by: Option<u64>,
}

impl Challenge {
    pub(super) fn opened(
        opening: Opening,
        parameters: &ThreeDS1Parameters,
        stake: Stake,
        merchant_name: String,
        amount: Option<Price>,
    ) -> Self {
        Self {
            transaction_id: parameters.transaction_id().to_owned(),
            md_merchant_data: parameters.md_merchant_data().to_owned(),
            pa_req: parameters.pa_req().to_owned(),
            secret: opening.chance.bits(Purpose::ChallengeSecret),
            number: opening.number,
            merchant_name: if merchant_name.is_empty() {
                stake.slot.merchant_id.clone()
            } else {
                merchant_name
            },
            stake,
            amount,
            created_at: opening.now,
            expires_at: later(opening.now),
            decided: None,
            used_by: None,
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> State {
        match self.decided {
            Some((Decision::Approve, _)) if self.used_by.is_some() => State::Used,
            Some((Decision::Approve, _)) => State::Approved,
            Some((Decision::Decline, _)) => State::Declined,
            Some((Decision::Cancel, _)) => State::Cancelled,
            _ if now >= self.expires_at => State::TimedOut,
            Some((Decision::TimeOut, _)) => State::Waiting,
            None => State::Open,
        }
    }

    /// The guest answers. Saying the same once more changes nothing, and whoever lets the time run
    /// out can still think again. Answers whether anything is to be kept.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn decide(&mut self, decision: Decision, now: Timestamp) -> Result<bool, Refused> {
        let state = self.state(now);
        let same = match state {
            State::Open => false,
            State::Waiting => decision == Decision::TimeOut,
            State::Approved | State::Used => decision == Decision::Approve,
            State::Declined => decision == Decision::Decline,
            State::Cancelled => decision == Decision::Cancel,
            State::TimedOut => decision == Decision::TimeOut,
        };
        if same {
            return Ok(false);
        }
        if !matches!(state, State::Open | State::Waiting) {
            return Err(Refused(state));
        }
        self.decided = Some((decision, now));
        Ok(true)
    }

    /// The bank's answer, once there is one. It is made anew each time and kept nowhere.
    #[must_use]
    pub fn pa_res(&self, now: Timestamp) -> Option<String> {
        let said = match self.state(now) {
            State::Open | State::Waiting => return None,
            State::Approved | State::Used => Decision::Approve,
            State::Declined => Decision::Decline,
            State::Cancelled => Decision::Cancel,
            State::TimedOut => Decision::TimeOut,
        };
        let mut hash = Sha256::new();
        hash.update(self.secret.to_be_bytes());
        hash.update(self.transaction_id.as_bytes());
        hash.update(said.name().as_bytes());
        let mut bytes = hash.finalize()[..SIGNATURE].to_vec();
        bytes.extend_from_slice(self.transaction_id.as_bytes());
        // Like the real ones it is base64, with the + and = that careless forms lose.
        Some(STANDARD.encode(bytes))
    }

    /// Until when the bank's answer to a passed challenge can be used.
    #[must_use]
    pub fn usable_until(&self) -> Timestamp {
        later(self.decided.map_or(self.created_at, |(_, at)| at))
    }
}

/// The challenge that a PaRes names, forged or not.
pub(super) fn transaction_of(pa_res: &str) -> Option<String> {
    let bytes = STANDARD.decode(pa_res).ok()?;
    String::from_utf8(bytes.get(SIGNATURE..)?.to_vec()).ok()
}

fn later(now: Timestamp) -> Timestamp {
    now.checked_add(SignedDuration::from_secs(CHALLENGE_SEC))
        .unwrap_or(Timestamp::MAX)
}
