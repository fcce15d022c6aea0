//! What a merchant orders is done: checked against the table of moves, written, and put into the
//! outbox, all in one transaction of the writer. So of a guest's cancel and a merchant's
//! confirmation exactly one wins, and who comes late changes and sends nothing.

use booking_api::{Booking, BookingFailure, BookingStatus, PrepaymentStatus, Slot};
use jiff::Timestamp;
use rusqlite::Connection;

use super::moves::{self, Action, Facts};
use crate::booking::to_json;
use crate::inventory::effective_terms;
use crate::outbox::{self, Change, What};
use crate::payment::later::{self, Back, Cause, Money, with_status};
use crate::payment::threeds;
use crate::scenario::Settings;
use crate::store::bookings::{BookingRow, EventRow};
use crate::store::{StoreError, bookings, inventory};

/// What is to be done with a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Accept it.
    Confirm,
    /// Refuse it.
    Decline {
        /// Whether nobody decided in time.
        by_silence: bool,
    },
    /// Give up on it.
    Fail(BookingFailure),
    /// Cancel it.
    Cancel {
        /// Whether to give back what was paid or held; `None`: what is refundable still, a deposit
        /// by its own limit and a prepayment by that of cancelling (section 4.3).
        refund: Option<bool>,
    },
    /// Cancel it, and give the guest a payment option instead of money, or the use of one back.
    CancelWithCredit,
    /// Move it, or change its number of guests; what is `None` stays.
    Reschedule {
        /// The new start, in Unix seconds.
        start_sec: Option<i64>,
        /// How long it lasts then, in seconds.
        duration_sec: Option<i64>,
        /// How many guests come.
        party_size: Option<i32>,
    },
    /// The guest did not come; no fee is taken.
    NoShow,
    /// The guest did not come; the fee is taken.
    ChargeNoShowFee,
    /// Give back what was paid or held.
    Refund,
    /// Give the guest a payment option instead of money, or the use of one back.
    Credit,
}

impl Order {
    /// Which action it is.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::Confirm => Action::Confirm,
            Self::Decline { .. } => Action::Decline,
            Self::Fail(_) => Action::Fail,
            Self::Cancel { .. } | Self::CancelWithCredit => Action::Cancel,
            Self::Reschedule { .. } => Action::Reschedule,
            Self::NoShow => Action::NoShow,
            Self::ChargeNoShowFee => Action::ChargeNoShowFee,
            Self::Refund => Action::Refund,
            Self::Credit => Action::Credit,
        }
    }
}

/// Why an order was not carried out. Nothing was changed, and nothing is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// There is no such booking.
    Unknown,
    /// The booking cannot move so.
    Illegal {
        /// Why, in a sentence.
        reason: String,
        /// What is legal now.
        legal: Vec<Action>,
    },
    /// The place that it should move to cannot be had.
    NoPlace(String),
}

/// Where the order is carried out.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The scenario's switches.
    pub settings: &'a Settings,
    /// What time it is.
    pub now: Timestamp,
    /// Whether slots that the inventory lacks spring into being.
    pub accepts_unknown: bool,
    /// Where all chance starts from.
    pub seed: u64,
}

/// What is known of a booking to tell whether it may move.
///
/// # Errors
/// [`StoreError`].
pub fn facts(
    connection: &Connection,
    settings: &Settings,
    row: &BookingRow,
    now: Timestamp,
) -> Result<Facts, StoreError> {
    let none = Slot::default();
    let slot = row.booking.slot.as_ref().unwrap_or(&none);
    let terms = effective_terms(connection, row.slot_id)?;
    let money = Money::of(connection, &row.booking)?;
    Ok(Facts {
        is_open: money.has_money(),
        credit: money.can_be_credited(&row.booking, settings, now.as_second()),
        status: row.booking.status,
        mode: slot.confirmation_mode,
        prepayment: prepayment(&row.booking),
        start_sec: slot.start_sec,
        cancellable_until_sec: settings.limits.last(terms.cancellable_until_sec),
        now_sec: now.as_second(),
    })
}

/// The actions that are legal by these facts.
#[must_use]
pub fn legal(facts: &Facts) -> Vec<Action> {
    Action::NAMES
        .into_iter()
        .map(|(action, _)| action)
        .filter(|action| moves::check(facts, *action).is_ok())
        .collect()
}

/// Carries an order out. Runs inside the writer's transaction.
///
/// # Errors
/// [`StoreError`].
pub fn act(
    connection: &Connection,
    situation: Situation<'_>,
    booking_id: &str,
    order: &Order,
) -> Result<Result<(), Refused>, StoreError> {
    let Some(row) = bookings::get(connection, booking_id)? else {
        return Ok(Err(Refused::Unknown));
    };
    let facts = facts(connection, situation.settings, &row, situation.now)?;
    let mut money = Money::of(connection, &row.booking)?;
    if let Err(reason) = moves::check(&facts, order.action()) {
        let legal = legal(&facts);
        return Ok(Err(Refused::Illegal { reason, legal }));
    }
    let mut next = Next {
        booking: row.booking.clone(),
        slot_id: row.slot_id,
        event: "",
        text: String::new(),
    };
    let what = match order {
        Order::Confirm => {
            next.becomes(
                BookingStatus::Confirmed,
                "confirmed",
                "Confirmed by the merchant.",
            );
            What::Confirmed
        }
        Order::Decline { by_silence } => {
            let (event, text) = if *by_silence {
                (
                    "auto_declined",
                    "Declined, since the merchant did not answer in time.",
                )
            } else {
                ("declined", "Declined by the merchant.")
            };
            next.undo_payment(&mut money);
            next.becomes(BookingStatus::DeclinedByMerchant, event, text);
            What::Declined
        }
        Order::Fail(failure) => {
            threeds::open_for_booking(connection, situation, &row, failure)?;
            let cause = failure.cause().name();
            let text = format!("Could be neither confirmed nor declined: {cause}.");
            next.undo_payment(&mut money);
            next.becomes(BookingStatus::Failed, "failed", text);
            What::Failed(failure.clone())
        }
        Order::Cancel { .. } | Order::CancelWithCredit => {
            let (settings, until) = (situation.settings, facts.cancellable_until_sec);
            let (back, legality) = match order {
                Order::CancelWithCredit => (Back::Credit, moves::check(&facts, Action::Credit)),
                Order::Cancel { refund: Some(true) } => {
                    (Back::Money, moves::check(&facts, Action::Refund))
                }
                Order::Cancel {
                    refund: Some(false),
                } => (Back::Nothing, Ok(())),
                _ => {
                    let due = money.due_back(&next.booking, settings, until, facts.now_sec);
                    (due, Ok(()))
                }
            };
            if let Err(reason) = legality {
                let legal = legal(&facts);
                return Ok(Err(Refused::Illegal { reason, legal }));
            }
            let (text, what) = match back {
                Back::Money => {
                    next.refund(&mut money);
                    let text = "Cancelled by the merchant; what was paid or held is given back.";
                    (text, What::Canceled { refunded: true })
                }
                Back::Credit => {
                    next.credit(&mut money);
                    let text = "Cancelled by the merchant; the guest gets a payment option for it.";
                    (text, What::CanceledAndCredited)
                }
                Back::Nothing => {
                    money.let_go();
                    let text = "Cancelled by the merchant.";
                    (text, What::Canceled { refunded: false })
                }
            };
            next.becomes(BookingStatus::Canceled, "cancelled_by_merchant", text);
            what
        }
        Order::Reschedule { .. } => match reschedule(connection, situation, &row, order)? {
            Ok((moved, what)) => {
                next = moved;
                what
            }
            Err(refused) => return Ok(Err(refused)),
        },
        Order::NoShow => {
            money.let_go_of_card();
            let text = "The guest did not come; no fee was taken.";
            next.becomes(BookingStatus::NoShow, "no_show", text);
            What::NoShow
        }
        Order::ChargeNoShowFee => {
            money.charge_fee();
            let text = "The guest did not come, and the fee was taken.";
            next.becomes(BookingStatus::NoShowPenalized, "no_show_fee_charged", text);
            What::NoShowPenalized
        }
        Order::Refund => {
            next.refund(&mut money);
            let status = row.booking.status;
            next.becomes(status, "refunded", "What was paid or held was given back.");
            What::Refunded
        }
        Order::Credit => {
            next.credit(&mut money);
            let status = row.booking.status;
            let text = "The guest got a payment option instead of money.";
            next.becomes(status, "credited", text);
            What::Credited
        }
    };
    let cause = Cause {
        number: 0,
        at: situation.now,
    };
    money.keep(connection, &next.booking, cause)?;
    next.keep(connection, situation, &row, what)?;
    Ok(Ok(()))
}

/// A booking as it will be, and what is said of the change.
struct Next {
    booking: Booking,
    slot_id: i64,
    event: &'static str,
    text: String,
}

impl Next {
    fn becomes(&mut self, status: BookingStatus, event: &'static str, text: impl Into<String>) {
        self.booking.status = status;
        self.event = event;
        self.text = text.into();
    }

    fn refund(&mut self, money: &mut Money) {
        if let Some(status) = money.give_back() {
            self.booking = with_status(std::mem::take(&mut self.booking), status);
        }
    }

    fn credit(&mut self, money: &mut Money) {
        if let Some(status) = money.credit() {
            self.booking = with_status(std::mem::take(&mut self.booking), status);
        }
    }

    /// A booking that never came about leaves nothing charged, and no use taken. Only a scenario
    /// that allows payments of asynchronous bookings has any (section 10.24).
    fn undo_payment(&mut self, money: &mut Money) {
        if money.has_money() {
            self.refund(money);
        } else if money.paid_with_uses() {
            self.credit(money);
        }
    }

    /// Writes it, and tells the outbox of the change and of the places that it freed or took.
    fn keep(
        self,
        connection: &Connection,
        situation: Situation<'_>,
        row: &BookingRow,
        what: What,
    ) -> Result<(), StoreError> {
        let Situation { settings, now, .. } = situation;
        let event = EventRow {
            // Of no request: numbers start at 1.
            number: 0,
            at: now,
            event: self.event.to_owned(),
            text: self.text,
            status: self.booking.status.name().to_owned(),
        };
        let text = to_json(&self.booking);
        bookings::update(connection, &self.booking, &text, self.slot_id, &event)?;
        if matches!(what, What::Moved { time: true, .. }) {
            later::moved(connection, &self.booking, now)?;
        }
        let change = Change {
            booking: &self.booking,
            what,
        };
        let back = match (&change.what, prepayment(&self.booking)) {
            (_, status) if status == prepayment(&row.booking) => None,
            (What::Declined | What::Failed(_), PrepaymentStatus::Refunded) => Some(What::Refunded),
            (What::Declined | What::Failed(_), PrepaymentStatus::Credited) => Some(What::Credited),
            _ => None,
        };
        outbox::booking_changed(connection, now, row.number, &change)?;
        if let Some(what) = back {
            // No single notification tells both.
            let booking = &self.booking;
            let change = Change { booking, what };
            outbox::booking_changed(connection, now, row.number, &change)?;
        }
        if self.slot_id != row.slot_id {
            outbox::places_changed(connection, settings, now, self.slot_id)?;
        }
        if self.slot_id != row.slot_id || holds(row.booking.status) != holds(self.booking.status) {
            outbox::places_changed(connection, settings, now, row.slot_id)?;
        }
        Ok(())
    }
}

/// Whether a booking of this status holds a place.
fn holds(status: BookingStatus) -> bool {
    matches!(
        status,
        BookingStatus::Confirmed | BookingStatus::PendingMerchantConfirmation
    )
}

fn prepayment(booking: &Booking) -> PrepaymentStatus {
    booking
        .payment_information
        .as_ref()
        .map_or(PrepaymentStatus::Unspecified, |it| it.prepayment_status)
}

/// The booking at its new place, if that can be had.
fn reschedule(
    connection: &Connection,
    situation: Situation<'_>,
    row: &BookingRow,
    order: &Order,
) -> Result<Result<(Next, What), Refused>, StoreError> {
    let old = row.booking.slot.clone().unwrap_or_default();
    let mut new = old.clone();
    if let Order::Reschedule {
        start_sec,
        duration_sec,
        party_size,
    } = order
    {
        new.start_sec = start_sec.unwrap_or(old.start_sec);
        new.duration_sec = duration_sec.unwrap_or(old.duration_sec);
        if let Some(size) = party_size {
            let mut resources = new.resources.unwrap_or_default();
            resources.party_size = *size;
            new.resources = Some(resources);
        }
    }
    let time = (new.start_sec, new.duration_sec) != (old.start_sec, old.duration_sec);
    let party_size = new.resources != old.resources;
    if !time && !party_size {
        let reason = "Time and number of guests are so already.".to_owned();
        return Ok(Err(Refused::NoPlace(reason)));
    }
    let now_sec = situation.now.as_second();
    if new.start_sec <= now_sec {
        let reason = "The new start has passed already.".to_owned();
        return Ok(Err(Refused::NoPlace(reason)));
    }
    let known = inventory::look_up(connection, &new, now_sec, "")?;
    let slot_id = match known.slot {
        Some(slot) if slot.slot_id == row.slot_id || slot.free() > 0 => slot.slot_id,
        Some(slot) => {
            let reason = format!("All {} places of the new slot are taken.", slot.capacity);
            return Ok(Err(Refused::NoPlace(reason)));
        }
        None if situation.accepts_unknown => {
            let (mode, capacity) = (old.confirmation_mode, situation.settings.default_capacity);
            inventory::create_slot(connection, &new, known, mode, capacity)?.slot_id
        }
        None => {
            let reason = "The inventory has no such slot.".to_owned();
            return Ok(Err(Refused::NoPlace(reason)));
        }
    };
    let text = match (time, party_size) {
        (true, true) => "Moved by the merchant, with another number of guests.",
        (true, false) => "Moved by the merchant.",
        _ => "The merchant changed the number of guests.",
    };
    let next = Next {
        booking: Booking {
            slot: Some(new),
            ..row.booking.clone()
        },
        slot_id,
        event: "rescheduled_by_merchant",
        text: text.to_owned(),
    };
    Ok(Ok((next, What::Moved { time, party_size })))
}
