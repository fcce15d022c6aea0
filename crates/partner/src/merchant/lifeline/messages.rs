//! Who said what to whom: the arrows of the sequence diagram, from the steps of a booking and the
//! exchanges about it that the log still holds.

use booking_api::{BookingStatus, Method};
use jiff::Timestamp;

use super::{Message, MessageKind, Party, Step};
use crate::exchange::{Direction, ExchangeOutcome, Summary};
use crate::store::bookings::BookingRow;
use crate::store::outbox::State;

/// The notification's name in the protocol, which is no method of the Booking Server.
const NOTIFICATION: &str = "bookings.patch";

/// The arrows in order. Steps and exchanges are each oldest first; an exchange that did a step is
/// shown with it, one that is no longer kept is shown without its id.
pub(super) fn between(row: &BookingRow, steps: &[Step], exchanges: &[Summary]) -> Vec<Message> {
    let mut told = Vec::new();
    let mut rest = exchanges.iter().peekable();
    for (place, step) in steps.iter().enumerate() {
        // What lies before the step: up to its own exchange, or by time where it has none. Where
        // the clock stands still, notifications of the steps before.
        let (before, own) = (&steps[..place], step.exchange_id);
        while let Some(exchange) = rest.next_if(|exchange| match own {
            Some(id) => exchange.id < id,
            None => {
                exchange.at < step.event.at
                    || exchange.at == step.event.at
                        && before.iter().any(|it| notifies(it, exchange))
            }
        }) {
            wire(exchange, &mut told);
            email_after(before, exchange, &mut told);
        }
        match own {
            Some(id) => {
                let exchange = rest.next_if(|exchange| exchange.id == id);
                guest_wishes(step, &mut told);
                match exchange {
                    Some(exchange) => wire(exchange, &mut told),
                    None => unlogged(step, &mut told),
                }
            }
            None if step.event.number == 0 => of_the_merchant(step, &mut told),
            None => {
                guest_wishes(step, &mut told);
                unlogged(step, &mut told);
            }
        }
        if step.event.event == "created" && waits(step) {
            let label = format!("new booking {}", row.booking.booking_id);
            let merchant = (Party::Partner, Party::Merchant);
            told.push(message(step, merchant, label, MessageKind::Action));
        }
        if !is_told_later(step, exchanges) {
            told.extend(email(step, step.event.at));
        }
    }
    for exchange in rest {
        wire(exchange, &mut told);
        email_after(steps, exchange, &mut told);
    }
    told
}

/// Whether this exchange sent the step's notification.
fn notifies(step: &Step, exchange: &Summary) -> bool {
    let notification = step.notification.as_ref();
    notification.is_some_and(|it| it.exchange_ids.contains(&exchange.id))
}

/// Whether the aggregator learns of the step behind it, and writes its e-mail only then: by a
/// notification that was not taken yet, or in an exchange that is shown.
fn is_told_later(step: &Step, exchanges: &[Summary]) -> bool {
    let Some(notification) = &step.notification else {
        return false;
    };
    notification.state != State::Delivered
        || exchanges
            .iter()
            .any(|it| is_taken(it) && notifies(step, it))
}

fn is_taken(exchange: &Summary) -> bool {
    exchange.outcome == ExchangeOutcome::Ok
}

/// The e-mail of the step that the aggregator has just been told of.
fn email_after(steps: &[Step], exchange: &Summary, told: &mut Vec<Message>) {
    if !is_taken(exchange) {
        return;
    }
    let step = steps.iter().find(|step| notifies(step, exchange));
    told.extend(step.and_then(|step| email(step, exchange.at)));
}

fn email(step: &Step, at: Timestamp) -> Option<Message> {
    let subject = step.email.as_ref()?.subject.clone();
    let guest = (Party::Aggregator, Party::Guest);
    Some(Message {
        at,
        ..message(step, guest, subject, MessageKind::Email)
    })
}

fn waits(step: &Step) -> bool {
    step.event.status == BookingStatus::PendingMerchantConfirmation.name()
}

fn message(
    step: &Step,
    (from, to): (Party, Party),
    label: impl Into<String>,
    kind: MessageKind,
) -> Message {
    Message {
        at: step.event.at,
        from,
        to,
        label: label.into(),
        kind,
        exchange_id: None,
    }
}

/// What the guest does, so that the aggregator calls.
fn guest_wishes(step: &Step, told: &mut Vec<Message>) {
    let label = match step.event.event.as_str() {
        "created" => "books",
        "cancelled" => "cancels",
        _ => "changes the booking",
    };
    let sides = (Party::Guest, Party::Aggregator);
    told.push(message(step, sides, label, MessageKind::Action));
}

/// The call of a step whose exchange is no longer kept.
fn unlogged(step: &Step, told: &mut Vec<Message>) {
    let method = match step.event.event.as_str() {
        "created" => Method::CreateBooking,
        _ => Method::UpdateBooking,
    };
    let (there, back) = sides(Direction::Inbound);
    told.push(message(step, there, method.name(), MessageKind::Request));
    told.push(message(
        step,
        back,
        &*step.event.status,
        MessageKind::Answer,
    ));
}

/// What the merchant did, or let pass.
fn of_the_merchant(step: &Step, told: &mut Vec<Message>) {
    let label = match step.event.event.as_str() {
        "confirmed" => "accepts",
        "declined" => "declines",
        "auto_declined" => "does not answer in time",
        "failed" => "gives up",
        "cancelled_by_merchant" => "cancels",
        "rescheduled_by_merchant" => "changes the booking",
        "no_show" => "the guest did not come",
        "no_show_fee_charged" => "takes the no-show fee",
        "refunded" => "gives the money back",
        "credited" => "gives a payment option instead of money",
        other => other,
    };
    let sides = (Party::Merchant, Party::Partner);
    told.push(message(step, sides, label, MessageKind::Action));
}

/// One exchange: the call and its answer.
fn wire(exchange: &Summary, told: &mut Vec<Message>) {
    let (there, back) = sides(exchange.direction);
    let call = match (exchange.direction, exchange.method) {
        (_, Some(method)) => method.name().to_owned(),
        (Direction::Outbound, None) => NOTIFICATION.to_owned(),
        (Direction::Inbound, None) => exchange.path.clone(),
    };
    let mut tell = |(from, to), label: String, kind| {
        told.push(Message {
            at: exchange.at,
            from,
            to,
            label,
            kind,
            exchange_id: Some(exchange.id),
        });
    };
    tell(there, call, MessageKind::Request);
    tell(back, exchange.label.to_string(), MessageKind::Answer);
}

/// Who calls whom, and who answers whom.
fn sides(direction: Direction) -> ((Party, Party), (Party, Party)) {
    let inbound = (Party::Aggregator, Party::Partner);
    let outbound = (Party::Partner, Party::Aggregator);
    match direction {
        Direction::Inbound => (inbound, outbound),
        Direction::Outbound => (outbound, inbound),
    }
}
