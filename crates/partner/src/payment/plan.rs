//! CreateBooking's payment (sections 2.5 and 4.3): what is due, whether the processor takes it, and
//! what the answer says of it. Nothing is written before all checks are passed, so that a failed
//! booking leaves nothing charged.

use booking_api::{
    BookingFailure, Cause, ConfirmationMode, CreateBookingRequest, Finding, FindingCode,
    PaymentInformation, PaymentProcessedBy, PrepaymentStatus, Price,
};
use jiff::Timestamp;
use serde_json::json;

use super::due::{self, Due};
use super::ledger::{Entry, EntryKind, sentence};
use super::options::Choice;
use super::processor::{self, Outcome};
use super::status::{self, Trigger};
use super::{in_words, tokens};
use crate::behaviour::PaymentMode;
use crate::booking::{Call, Refusal};
use crate::chance::Purpose;
use crate::decision::{Change, Counterfactual, Layer, Trail};
use crate::inventory::terms::PaymentTerms;
use crate::scenario::Settings;

/// Who chose what the processor says: part of the behaviour's field `payment`.
pub const AUTHORISATION: &str = "payment.authorisation";
/// Who chose the mode.
pub const MODE: &str = "payment.mode";
/// Who chose who handles the money.
pub const PROCESSED_BY: &str = "payment.processed_by";
const TOKEN: &str = "/payment_processing_parameters/unparsed_payment_method_token";

/// The payment of one CreateBooking.
#[derive(Clone, Debug)]
pub struct Plan {
    due: Due,
    has_token: bool,
    /// An asynchronous booking, which takes no payment (section 10.24).
    barred: bool,
    /// The same where the scenario allows it.
    allowed: bool,
    /// The payment option that is used or bought.
    option: Option<Choice>,
}

/// What came of a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// What the answer says of it.
    pub information: PaymentInformation,
    /// What the ledger says of it.
    pub entries: Vec<Entry>,
    /// The payment option of which a use is to be taken.
    pub option: Option<Choice>,
    /// When what was authorised is charged, where that is not at once.
    pub charge_at: Option<Timestamp>,
}

/// Why there is no booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// A protocol error.
    Protocol(Refusal),
    /// A business failure.
    Business(BookingFailure),
}

/// What there is to know before anything is paid.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The request.
    pub request: &'a CreateBookingRequest,
    /// What the inventory says of the slot's payment.
    pub terms: Option<&'a PaymentTerms>,
    /// The mode that the booking will have.
    pub mode: ConfirmationMode,
    /// The scenario's settings.
    pub settings: &'a Settings,
    /// The call.
    pub call: &'a Call,
}

impl Plan {
    /// Finds out what is due; `None` where the answer only gives back what was sent, which is so
    /// for nearly every booking that nobody pays for.
    #[must_use]
    pub fn of(asked: Asked<'_>, option: Option<Choice>) -> Option<Self> {
        let toggle = &asked.call.snapshot.behaviour.payment;
        let has_token = due::has_token(asked.request);
        let idle = toggle.mode == PaymentMode::Inventory
            && asked.terms.is_none()
            && option.is_none()
            && !has_token
            && asked.request.payment_information.as_ref().is_none_or(|it| {
                matches!(
                    it.prepayment_status,
                    PrepaymentStatus::Unspecified | PrepaymentStatus::NotProvided
                )
            })
            && !is_overridden(asked.call);
        if idle {
            return None;
        }
        let mut due = Due::of(asked.request, toggle, asked.terms, &asked.settings.payment);
        if let Some(option) = &option {
            let information = asked.request.payment_information.as_ref();
            due.pay_with(option, information.and_then(|it| it.price.as_ref()));
        }
        let asynchronous =
            asked.mode == ConfirmationMode::Asynchronous && (due.takes_money() || option.is_some());
        Some(Self {
            barred: asynchronous && !asked.settings.allow_async_payment,
            allowed: asynchronous && asked.settings.allow_async_payment,
            has_token,
            due,
            option,
        })
    }

    /// Whether the booking is about money, for which other limits hold (section 9.4).
    #[must_use]
    pub fn takes_money(&self) -> bool {
        self.due.takes_money() && !self.barred
    }

    /// Whether the processor has a say: where something is due, and where a token came.
    fn asks_processor(&self) -> bool {
        self.takes_money()
            || (self.due.card && !self.barred)
            || self.has_token
            || self.option().is_some()
    }

    /// The payment option that is asked for, unless the booking takes no payment at all.
    fn option(&self) -> Option<&Choice> {
        self.option.as_ref().filter(|_| !self.barred)
    }

    /// Why that option cannot be used, in the cause of a failure.
    fn option_refused(&self) -> Option<Cause> {
        let no = self.option()?.refused()?;
        Some(BookingFailure::of(no.cause).cause())
    }

    /// What the guest is asked for: the prepayment, else the deposit, else the fee.
    #[must_use]
    pub fn amount(&self) -> Option<Price> {
        let amounts = [
            self.due.total(),
            self.due.deposit_in_all(),
            self.due.fee_in_all(),
        ];
        let first = amounts.into_iter().flatten().next();
        first.or_else(|| self.due.price.clone())
    }

    /// Why the payment is refused, if it is: by the processor, or for the payment option.
    #[must_use]
    pub fn refusal(&self, call: &Call, passed: bool) -> Option<Cause> {
        let payment = &call.snapshot.behaviour.payment;
        match processor::outcome(payment, passed) {
            Outcome::Refused(cause, _) if self.asks_processor() => Some(cause),
            _ => self.option_refused(),
        }
    }

    /// Whether it can be paid. `would` is the status that the booking gets then; `challenge` says
    /// what the bank's answer is worth, where the request brings one.
    ///
    /// # Errors
    /// [`Refused`]; nothing was taken.
    pub fn check(
        &self,
        asked: Asked<'_>,
        challenge: Option<bool>,
        trail: &mut Trail,
        findings: &mut Vec<Finding>,
        would: &'static str,
    ) -> Result<(), Refused> {
        let Asked { request, call, .. } = asked;
        self.note_terms(asked, trail, findings);
        if !self.asks_processor() {
            return self.obeyed(call, trail);
        }
        if !self.takes_money() {
            self.processor_only(call, trail)?;
        }
        if self.due.wants_token() && !self.barred && !self.has_token {
            let finding = Finding::new(
                FindingCode::PaymentTokenMissing,
                TOKEN,
                "no token",
                "the payment method token",
            );
            findings.push(
                finding.with_hint(
                    "A partner could not take the money of this payment mode without it.",
                ),
            );
            let text = "The request brings no payment token. A partner could take nothing; the \
                        mock's processor takes a card of its own, so that the rest can be seen.";
            trail.note("payment_token", Layer::Domain, text, "4.1");
        }
        if challenge == Some(false) {
            // The bank's answer itself is what fails.
            return Ok(());
        }
        let toggle = &call.snapshot.behaviour.payment;
        match processor::outcome(toggle, challenge == Some(true)) {
            Outcome::Approved => self.option_holds(trail, would),
            Outcome::Refused(cause, card) => {
                let layer = call.snapshot.layer_of(AUTHORISATION);
                let who = who_says(layer, request);
                let text = format!(
                    "{who} has the processor answer {}{}: nothing is charged.{}",
                    cause.name(),
                    card.map_or_else(String::new, |card| format!(" for {}", card.name())),
                    match self.due.by {
                        PaymentProcessedBy::Google =>
                            " The aggregator cancels its own authorisation.",
                        _ => "",
                    }
                );
                let would = self.option_refused().map_or(would, Cause::name);
                let unless = match would == cause.name() {
                    // The payment option cannot be used either.
                    true => Some(Counterfactual::network_toggle()),
                    false => approved(layer, would),
                };
                trail.decide_unless("payment_processor", layer, text, "3.11", unless);
                match processor::failure(cause, card, call) {
                    Some(failure) => Err(Refused::Business(failure)),
                    // Every cause above can be built.
                    None => Err(Refused::Protocol(Refusal::new(
                        500,
                        "no answer",
                        "The processor's answer has no legal form.",
                    ))),
                }
            }
        }
    }

    /// Whether the payment option that is named can be used or bought.
    fn option_holds(&self, trail: &mut Trail, would: &'static str) -> Result<(), Refused> {
        let Some(no) = self.option().and_then(Choice::refused) else {
            return Ok(());
        };
        let would = match &no.unless.1 {
            // Without it something else may be due.
            Change::Request { .. } => None,
            _ => Some(would),
        };
        let unless = no.counterfactual(would);
        trail.decide_unless(
            "payment_option",
            Layer::Domain,
            no.why.clone(),
            "3.11",
            unless,
        );
        let failure = BookingFailure::of(no.cause).with_description(no.why.clone());
        Err(Refused::Business(failure))
    }

    /// Says which terms hold and where they come from.
    fn note_terms(&self, asked: Asked<'_>, trail: &mut Trail, findings: &mut Vec<Finding>) {
        let toggle = &asked.call.snapshot.behaviour.payment;
        let layer = asked.call.snapshot.layer_of(MODE);
        let what = self.due.in_words();
        let text = match toggle.mode {
            _ if let Some(option) = self.option() => {
                let text = match option {
                    Choice::Bought(..) => {
                        "The guest buys a payment option, and uses it: nothing else is due."
                    }
                    _ => "The guest pays with a payment option: nothing else is due.",
                };
                trail.note("payment", Layer::Domain, text, "3.9");
                None
            }
            PaymentMode::Inventory if self.due.takes_money() || self.due.card => {
                trail.note(
                    "payment",
                    Layer::Inventory,
                    format!("For this slot is due: {what}."),
                    "4.3",
                );
                None
            }
            PaymentMode::Inventory => {
                let text = "The service asks for no payment.";
                trail.note("payment", Layer::Inventory, text, "4.3");
                None
            }
            _ => Some(format!(
                "The payment mode is set to {what}, so the answer speaks of that."
            )),
        };
        if let Some(text) = text {
            trail.note("payment", layer, text, "4.3");
        }
        let offered = match self.option() {
            Some(Choice::Bought(_, price)) => price.as_ref(),
            _ => asked.terms.and_then(|it| it.price.as_ref()),
        };
        if let (Some(shown), Some(offered)) = (&self.due.price, offered)
            && self.due.prepaid
            && (shown.price_micros, &shown.currency_code)
                != (offered.price_micros, &offered.currency_code)
        {
            let text = format!(
                "The inventory's price is {}, and the guest was shown {}: what was shown is \
                 charged and given back.",
                in_words(offered),
                in_words(shown)
            );
            trail.note("price", Layer::Inventory, text, "4.3");
        }
        if self.barred || self.allowed {
            let hint = if self.allowed {
                "The protocol knows no payment for asynchronous bookings; the scenario allows it."
            } else {
                "The protocol knows no payment for asynchronous bookings: nothing is taken."
            };
            findings.push(
                Finding::new(
                    FindingCode::PaymentWithAsynchronous,
                    "/slot/confirmation_mode",
                    "an asynchronous booking with a payment",
                    "payments with synchronous bookings only",
                )
                .with_hint(hint),
            );
        }
        if self.barred {
            let text = "An asynchronous booking takes no payment, so none is taken. \
                        settings.allow_async_payment of a scenario allows it.";
            trail.note("payment", Layer::Domain, text, "10.24");
        }
    }

    /// Refuses what the request asks of a processor that is not asked.
    fn obeyed(&self, call: &Call, trail: &mut Trail) -> Result<(), Refused> {
        let layer = call.snapshot.layer_of(AUTHORISATION);
        if matches!(layer, Layer::Header | Layer::Payload) {
            let text = "authorisation has an effect only where there is something to pay. Add \
                        payment=deposit, for example, or send a payment token.";
            return Err(without_effect(layer, text, trail));
        }
        self.processor_only(call, trail)
    }

    /// The same of who handles money that is not taken.
    fn processor_only(&self, call: &Call, trail: &mut Trail) -> Result<(), Refused> {
        let layer = call.snapshot.layer_of(PROCESSED_BY);
        if matches!(layer, Layer::Header | Layer::Payload) {
            let text = "processed_by has an effect only where money is taken. Add \
                        payment=prepayment, payment=no_show_fee or payment=deposit.";
            return Err(without_effect(layer, text, trail));
        }
        Ok(())
    }

    /// Takes and holds what is due, and says what the answer says of it.
    #[must_use]
    pub fn settle(self, asked: Asked<'_>, trail: &mut Trail) -> Settlement {
        let Asked { request, call, .. } = asked;
        let mut answer = given_back(request);
        if self.has_token {
            let method = call.chance.id(Purpose::PaymentMethod, "pm-");
            let text = format!(
                "The processor exchanged the short-lived token for the durable card {method}."
            );
            trail.note("payment_processor", Layer::Domain, text, "4.1");
        }
        let option = self.option().cloned();
        if !self.takes_money() && option.is_none() {
            answer.prepayment_status = reached(Trigger::Unpaid);
            return Settlement {
                information: answer,
                entries: Vec::new(),
                option: None,
                charge_at: None,
            };
        }
        let charge_at = self.due.charged_later(call.now_sec());
        let charge_at = charge_at.and_then(|sec| Timestamp::from_second(sec).ok());
        let settled = processor::settle(&self.due, call);
        let mut entries: Vec<Entry> = settled
            .steps
            .into_iter()
            .map(|(kind, amount)| {
                let text = sentence(kind, &amount, self.due.by);
                trail.note("payment_processor", Layer::Domain, text.clone(), "4.3");
                Entry {
                    kind,
                    amount,
                    at: call.now,
                    number: call.number,
                    payment_method: settled.payment_method.clone(),
                    processed_by: self.due.by,
                    text,
                }
            })
            .collect();
        if let Some(at) = charge_at {
            let text = format!(
                "The service's prepayment_terms say CHARGE_LATER: what is authorised is charged \
                 at {at}, by the durable card."
            );
            trail.note("charge_later", Layer::Inventory, text, "4.3");
        }
        if let Some(owned) = option.as_ref().and_then(Choice::option) {
            let id = &owned.option.user_payment_option_id;
            entries.push(option_used(id, self.due.by, call));
            let text = match (owned.counts(), owned.option.current_count) {
                (false, _) => format!("The membership {id} is used; it counts no uses."),
                (_, 1) => format!("The last use of {id} is taken."),
                (_, count) => format!("A use of {id} is taken: {} are left.", count - 1),
            };
            trail.note("payment_option", Layer::Domain, text, "3.9");
            answer.user_payment_option_id.clone_from(id);
        }
        answer.prepayment_status = reached(Trigger::Paid);
        answer.payment_processed_by = self.due.by;
        if answer.payment_transaction_id.is_empty() && self.due.takes_money() {
            answer.payment_transaction_id = call.chance.id(Purpose::TransactionId, "tx-");
        }
        answer.price = self.due.price;
        if self.due.no_show_fee.is_some() {
            answer.no_show_fee = self.due.no_show_fee;
        }
        if self.due.deposit.is_some() {
            answer.deposit = self.due.deposit;
        }
        Settlement {
            information: answer,
            entries,
            option,
            charge_at,
        }
    }
}

fn option_used(id: &str, by: PaymentProcessedBy, call: &Call) -> Entry {
    let (kind, amount) = (EntryKind::OptionUsed, Price::default());
    Entry {
        kind,
        text: sentence(kind, &amount, by),
        amount,
        at: call.now,
        number: call.number,
        payment_method: id.to_owned(),
        processed_by: by,
    }
}

/// What the answer says where nothing is due: what was sent, without what only a request speaks of,
/// which is secret or has done its work.
#[must_use]
pub fn given_back(request: &CreateBookingRequest) -> PaymentInformation {
    let asked = request.payment_information.clone().unwrap_or_default();
    let prepayment_status = match asked.prepayment_status {
        PrepaymentStatus::Unspecified => PrepaymentStatus::NotProvided,
        other => other,
    };
    PaymentInformation {
        prepayment_status,
        fraud_signals: String::new(),
        pa_response: String::new(),
        md_merchant_data: String::new(),
        ..asked
    }
}

/// The status that a new booking's payment begins with.
fn reached(trigger: Trigger) -> PrepaymentStatus {
    status::after(None, trigger).unwrap_or(PrepaymentStatus::NotProvided)
}

/// Whether the request itself sets something of its payment.
fn is_overridden(call: &Call) -> bool {
    let mut overrides = call.snapshot.overrides().iter();
    overrides.any(|(field, _)| field.starts_with("payment"))
}

/// Who chose the processor's answer, as the start of a sentence.
fn who_says(layer: Layer, request: &CreateBookingRequest) -> String {
    let by_token = layer == Layer::Payload
        && request
            .payment_processing_parameters
            .as_ref()
            .is_some_and(|it| {
                [&it.unparsed_payment_method_token, &it.payment_method_token]
                    .into_iter()
                    .any(|token| matches!(tokens::read(token), Some(tokens::Said::One(_))))
            });
    if by_token {
        "The payment token".to_owned()
    } else {
        layer.who("payment")
    }
}

/// What would have the processor approve; an override says itself how to leave it out.
fn approved(layer: Layer, would: &'static str) -> Option<Counterfactual> {
    if matches!(layer, Layer::Header | Layer::Payload) {
        return None;
    }
    Some(Counterfactual::behaviour(
        format!("Would be {would} if the processor approved."),
        Some(would),
        json!({"payment": {"authorisation": "approve"}}),
    ))
}

fn without_effect(layer: Layer, text: &'static str, trail: &mut Trail) -> Refused {
    trail.decide("override", layer, text, "");
    Refused::Protocol(Refusal::new(400, "override refused", text))
}

#[cfg(test)]
mod tests;
