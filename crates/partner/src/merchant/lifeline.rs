//! A booking's lifeline: what can be done with it now, what each side said to which other, and the
//! e-mails that the aggregator would send. All of it is told from what is kept; nothing is decided
//! here, and no e-mail is ever sent.

mod emails;
mod messages;

use booking_api::{Booking, Slot};
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

use super::act;
use super::moves::{self, Action, EmailKind};
use crate::exchange::query::Query;
use crate::scenario::Settings;
use crate::store::bookings::{BookingRow, EventRow};
use crate::store::outbox::{self, Sent};
use crate::store::{StoreError, bookings, exchanges};

/// The most exchanges of one booking that a lifeline shows: the newest ones.
const EXCHANGES: usize = 200;

/// What a merchant could do with a booking now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ActionState {
    /// The action.
    pub action: Action,
    /// Whether it is legal.
    pub legal: bool,
    /// Why it is not, in a sentence; null where it is.
    #[schema(required)]
    pub reason: Option<String>,
}

/// An e-mail that the aggregator would send to the guest: a preview, which nobody sends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Email {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Which of the five documented ones.
    pub kind: EmailKind,
    /// The guest's address; empty where the booking has none.
    pub to: String,
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Somebody who has a part in a booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Who books.
    Guest,
    /// Who calls the Booking Server.
    Aggregator,
    /// This partner.
    Partner,
    /// Who decides about pending bookings.
    Merchant,
}

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A call over the wire.
    Request,
    /// The answer to it.
    Answer,
    /// Something that a person does, or that is shown to one.
    Action,
    /// An e-mail that the aggregator would send: a preview, which nobody sends.
    Email,
}

/// One arrow of the sequence diagram.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Message {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who says it.
    pub from: Party,
    /// To whom.
    pub to: Party,
    /// What, in a few words.
    pub label: String,
    /// What kind of message it is.
    pub kind: MessageKind,
    /// The exchange that it was part of; null where there was none, or it is no longer kept.
    #[schema(required)]
    pub exchange_id: Option<u64>,
}

/// A booking's lifeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Lifeline {
    /// What the merchant could do now, all actions in a fixed order.
    pub actions: Vec<ActionState>,
    /// The e-mails that the aggregator would have sent so far: previews, which nobody sends.
    pub emails: Vec<Email>,
    /// Who said what to whom, in order.
    pub messages: Vec<Message>,
}

/// An event with the exchange that did it.
#[derive(Clone, Debug)]
struct Step {
    event: EventRow,
    exchange_id: Option<u64>,
    email: Option<Email>,
    /// The notification that told the aggregator, where the step was not made through it.
    notification: Option<Sent>,
}

/// Tells a booking's story; `None` where there never was such a booking.
///
/// # Errors
/// [`StoreError`].
pub fn tell(
    connection: &Connection,
    settings: &Settings,
    booking_id: &str,
    now: Timestamp,
) -> Result<Option<Lifeline>, StoreError> {
    let Some(row) = bookings::get(connection, booking_id)? else {
        return Ok(None);
    };
    let facts = act::facts(connection, settings, &row, now)?;
    let actions = Action::NAMES
        .into_iter()
        .map(|(action, _)| {
            let reason = moves::check(&facts, action).err();
            ActionState {
                action,
                legal: reason.is_none(),
                reason,
            }
        })
        .collect();
    let steps = steps(connection, &row)?;
    let emails = steps.iter().filter_map(|step| step.email.clone()).collect();
    let (mut shown, _) = exchanges::query(
        connection,
        &Query {
            booking_id: Some(booking_id.to_owned()),
            limit: Some(EXCHANGES),
            ..Query::default()
        },
    )?;
    shown.reverse();
    Ok(Some(Lifeline {
        actions,
        emails,
        messages: messages::between(&row, &steps, &shown),
    }))
}

/// What happened, oldest first, with the e-mail that each step leads to.
fn steps(connection: &Connection, row: &BookingRow) -> Result<Vec<Step>, StoreError> {
    let booking_id = &row.booking.booking_id;
    let first = bookings::first(connection, booking_id)?.unwrap_or_else(|| row.booking.clone());
    let created = EventRow {
        number: row.number,
        at: row.created_at,
        event: "created".to_owned(),
        text: String::new(),
        status: first.status.name().to_owned(),
    };
    let mut steps = Vec::new();
    let mut before = None;
    let mut notifications = outbox::sent(connection, booking_id)?.into_iter().peekable();
    for event in std::iter::once(created).chain(bookings::events(connection, booking_id)?) {
        let exchange_id = match event.number {
            0 => None,
            number => exchanges::id_of_number(connection, number, booking_id)?,
        };
        let status = booking_api::BookingStatus::from_name(&event.status).unwrap_or_default();
        // Only confirmed bookings are moved, and all e-mails but that of a cancel come before: so
        // each e-mail speaks of the first slot or of the last one.
        let slot = match before {
            None => slot_of(&first),
            Some(_) => slot_of(&row.booking),
        };
        let email = moves::email(before, status)
            .map(|kind| emails::preview(kind, event.at, slot, &row.booking));
        before = Some(status);
        // Each step of the merchant put one into the outbox, in the same transaction.
        let notification = match event.number {
            0 => notifications.next_if(|it| it.created_at == event.at),
            _ => None,
        };
        steps.push(Step {
            event,
            exchange_id,
            email,
            notification,
        });
    }
    Ok(steps)
}

fn slot_of(booking: &Booking) -> Slot {
    booking.slot.clone().unwrap_or_default()
}
