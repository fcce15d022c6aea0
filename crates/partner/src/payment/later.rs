//! What becomes of the money later (sections 4.3 and 4.4): given back, let go, kept, taken as a fee,
//! or made up for by a payment option. Who may do what is in [`crate::merchant::moves`]; here is what it does to the account.

use booking_api::{
    Booking, BookingStatus, Deposit, PaymentInformation, PaymentProcessedBy, PrepaymentStatus,
    Price, UserPaymentOption,
};
use jiff::Timestamp;
use rusqlite::Connection;

use super::ledger::{Account, Entry, EntryKind, sentence};
use super::options::OwnedOption;
use super::options::back::{self, Effect};
use super::status::{self, Trigger};
use crate::scenario::Settings;
use crate::scenario::switches::CancelGives;
use crate::store::{StoreError, bookings, ledger, payment_options, timers};
use crate::timers::Kind;

/// A booking's money, and the entries that a change adds to it.
#[derive(Clone, Debug, Default)]
pub struct Money {
    status: PrepaymentStatus,
    account: Account,
    /// The guest's payment option of which the booking took a use.
    option: Option<OwnedOption>,
    new: Vec<(EntryKind, Price)>,
    effect: Option<Effect>,
}

/// What a guest gets for a booking that is cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// Nothing: what was paid stays, what is only held is let go.
    Nothing,
    /// What was paid.
    Money,
    /// The use of a payment option, or a new one instead of money.
    Credit,
}

/// Who changes something, and when.
#[derive(Clone, Copy, Debug)]
pub struct Cause {
    /// The number of the request; 0 for the merchant and for timers.
    pub number: u64,
    /// The time.
    pub at: Timestamp,
}

impl Money {
    /// The money of a booking. Asks the store only where something was paid, held or secured.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn of(connection: &Connection, booking: &Booking) -> Result<Self, StoreError> {
        let information = booking.payment_information.as_ref();
        let status = information.map_or(PrepaymentStatus::NotProvided, |it| it.prepayment_status);
        if status != PrepaymentStatus::Provided {
            return Ok(Self {
                status,
                ..Self::default()
            });
        }
        let entries = ledger::of(connection, &booking.booking_id)?;
        let account = Account::of(&entries).map_err(|error| {
            // Only entries that fit are ever written.
            StoreError::Refused(error.to_string())
        })?;
        let option = match account.option.as_str() {
            "" => None,
            id => payment_options::get(connection, id)?,
        };
        Ok(Self {
            status,
            account,
            option,
            ..Self::default()
        })
    }

    /// Whether there is anything to give back or let go.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.has_money() || self.paid_with_uses()
    }

    /// Whether there is money to give back or let go: always where an earlier version kept no
    /// ledger.
    #[must_use]
    pub fn has_money(&self) -> bool {
        self.status == PrepaymentStatus::Provided
            && (self.account.entries == 0 || self.account.is_open())
    }

    /// Whether the guest can get a payment option instead of money: the use that was taken, or a new
    /// one for what was paid. A deposit that is due back still must be given back as money.
    #[must_use]
    pub fn can_be_credited(&self, booking: &Booking, settings: &Settings, now_sec: i64) -> Credit {
        let information = booking.payment_information.as_ref();
        let paid = information.is_some_and(|it| self.was_paid(it));
        match &self.option {
            Some(option) if option.counts() => return Credit::Possible,
            Some(_) => return Credit::Membership,
            None if !paid || self.status != PrepaymentStatus::Provided => {
                return Credit::NothingPaid;
            }
            None => {}
        }
        let deposit = information.and_then(|it| it.deposit.as_ref());
        match deposit {
            Some(deposit) if is_refundable(deposit, booking, settings, now_sec) => {
                Credit::DepositIsDue
            }
            _ => Credit::Possible,
        }
    }

    /// Whether the use of a payment option was taken that can be given back: a membership counts
    /// none.
    #[must_use]
    pub fn paid_with_uses(&self) -> bool {
        self.option.as_ref().is_some_and(OwnedOption::counts)
    }

    /// Whether the account holds what was paid, rather than a card that is kept for a fee.
    fn was_paid(&self, information: &PaymentInformation) -> bool {
        match self.account.entries {
            0 => information.no_show_fee.is_none() || information.deposit.is_some(),
            _ => self.account.balances().any(|(_, it)| it.balance() > 0),
        }
    }

    /// Whether something is authorised that is to be charged later.
    fn is_charged_later(&self) -> bool {
        self.account.balances().any(|(_, it)| it.authorised > 0)
    }

    /// What a cancel gives back now. A deposit is given back until its own limit, a prepayment and
    /// the use of a payment option as long as the guest can cancel online, limits included (sections
    /// 4.3, 10.36). `cancellable_until_sec` is the last second of that.
    #[must_use]
    pub fn due_back(
        &self,
        booking: &Booking,
        settings: &Settings,
        cancellable_until_sec: i64,
        now_sec: i64,
    ) -> Back {
        let Some(information) = &booking.payment_information else {
            return Back::Nothing;
        };
        let in_time = match &information.deposit {
            Some(deposit) => is_refundable(deposit, booking, settings, now_sec),
            None => now_sec <= cancellable_until_sec,
        };
        let paid = self.has_money() && self.was_paid(information);
        let paid_or_will = paid || self.is_charged_later();
        if !in_time {
            return Back::Nothing;
        }
        match (&self.option, settings.cancel_gives) {
            (Some(option), _) if option.counts() => Back::Credit,
            // The guest keeps the membership, and what it cost.
            (Some(_), _) => Back::Nothing,
            (None, _) if !paid_or_will => Back::Nothing,
            (None, CancelGives::Credit) if paid && information.deposit.is_none() => Back::Credit,
            (None, _) => Back::Money,
        }
    }

    /// Gives all money back, and with it the use of a payment option that was bought for it. `None`
    /// where the status machine has no such move.
    pub fn give_back(&mut self) -> Option<PrepaymentStatus> {
        let after = status::after(Some(self.status), Trigger::Refund)?;
        self.new = self.account.give_back();
        self.effect = self.option.is_some().then_some(Effect::Withdraw);
        self.status = after;
        Some(after)
    }

    /// Gives the use of a payment option back, or a new one for what was paid; what is only held is
    /// let go. `None` where the status machine has no such move.
    pub fn credit(&mut self) -> Option<PrepaymentStatus> {
        let after = status::after(Some(self.status), Trigger::Credit)?;
        if self.paid_with_uses() {
            self.new = self.account.let_go();
            self.new.extend(self.account.give_use_back());
            self.effect = Some(Effect::Return);
        } else {
            self.new = self.account.credit();
            self.effect = Some(Effect::Voucher);
        }
        self.status = after;
        Some(after)
    }

    /// Lets go of what is only held or authorised, and keeps what was paid.
    pub fn let_go(&mut self) {
        self.new = self.account.let_go();
    }

    /// Lets go of the card that is kept for a fee. What is to be charged later still is.
    pub fn let_go_of_card(&mut self) {
        self.new = self.account.let_go_of_card();
    }

    /// Takes the fee that the card was kept for; nothing where none was agreed.
    pub fn charge_fee(&mut self) {
        self.new = self.account.charge_fee();
    }

    /// Writes the new entries, and does what goes with them to the guest's payment options. Answers
    /// the option that changed or is new.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn keep(
        &self,
        connection: &Connection,
        booking: &Booking,
        cause: Cause,
    ) -> Result<Option<UserPaymentOption>, StoreError> {
        for (kind, amount) in &self.new {
            let paid_with = match kind {
                EntryKind::OptionUsed | EntryKind::OptionReturned => &self.account.option,
                _ => &self.account.payment_method,
            };
            let entry = Entry {
                kind: *kind,
                amount: amount.clone(),
                at: cause.at,
                number: cause.number,
                payment_method: paid_with.clone(),
                processed_by: self.account.processed_by,
                text: sentence(*kind, amount, self.account.processed_by),
            };
            ledger::insert(connection, &booking.booking_id, &entry)?;
        }
        if self.is_charged_later() && booking.status == BookingStatus::Canceled {
            Kind::Charge.cancel(connection, &booking.booking_id)?;
        }
        match self.effect {
            None => Ok(None),
            Some(effect) => {
                back::apply(connection, effect, self.option.as_ref(), booking, cause.at)
            }
        }
    }

    /// What the new entries say, one sentence each.
    pub fn sentences(&self) -> impl Iterator<Item = String> {
        let by: PaymentProcessedBy = self.account.processed_by;
        self.new
            .iter()
            .map(move |(kind, amount)| sentence(*kind, amount, by))
    }
}

/// Has what is authorised for a booking charged at an instant before its start.
///
/// # Errors
/// [`StoreError`].
pub fn charge_at(
    connection: &Connection,
    booking: &Booking,
    at: Timestamp,
) -> Result<(), StoreError> {
    let before_sec = start_of(booking).saturating_sub(at.as_second());
    let payload = before_sec.to_string();
    Kind::Charge.set(connection, at, &booking.booking_id, &payload)
}

/// A booking moved: what is to be charged so long before its start is charged so long before the
/// new one, at once where that has passed. Answers when.
///
/// # Errors
/// [`StoreError`].
pub fn moved(
    connection: &Connection,
    booking: &Booking,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let status = booking.payment_information.as_ref();
    if status.map(|it| it.prepayment_status) != Some(PrepaymentStatus::Provided) {
        return Ok(None);
    }
    let id = &booking.booking_id;
    let Some(timer) = timers::find(connection, Kind::Charge.name(), id)? else {
        return Ok(None);
    };
    let before_sec: i64 = timer.payload.parse().unwrap_or(0);
    let at = Timestamp::from_second(start_of(booking).saturating_sub(before_sec));
    let at = at.unwrap_or(now).max(now);
    Kind::Charge.cancel(connection, id)?;
    Kind::Charge.set(connection, at, id, &timer.payload)?;
    Ok(Some(at))
}

/// Charges what is authorised for a booking. False where there is nothing: it was cancelled, or its
/// payment is settled.
///
/// # Errors
/// [`StoreError`].
pub fn charge(
    connection: &Connection,
    booking_id: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(row) = bookings::get(connection, booking_id)? else {
        return Ok(false);
    };
    let mut money = Money::of(connection, &row.booking)?;
    money.new = money.account.capture();
    let cause = Cause { number: 0, at: now };
    money.keep(connection, &row.booking, cause)?;
    Ok(!money.new.is_empty())
}

fn start_of(booking: &Booking) -> i64 {
    booking.slot.as_ref().map_or(0, |slot| slot.start_sec)
}

/// Whether a payment option can be given instead of money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credit {
    /// It can.
    Possible,
    /// Nothing was paid.
    NothingPaid,
    /// A deposit whose limit has not passed is given back as money (section 4.3).
    DepositIsDue,
    /// The guest has a membership, and keeps it: it counts no uses.
    Membership,
}

fn is_refundable(deposit: &Deposit, booking: &Booking, settings: &Settings, now_sec: i64) -> bool {
    let limit = start_of(booking).saturating_sub(deposit.min_advance_cancellation_sec);
    now_sec <= settings.limits.last(limit)
}

/// The booking with another status of its payment.
#[must_use]
pub fn with_status(booking: Booking, prepayment_status: PrepaymentStatus) -> Booking {
    let information = booking.payment_information.unwrap_or_default();
    Booking {
        payment_information: Some(PaymentInformation {
            prepayment_status,
            ..information
        }),
        ..booking
    }
}
