//! Failures that a toggle forces, always in the protocol's legal form.

use booking_api::{BookingFailure, Cause, CreditCardType, Method, PlainCause, RejectedCardType};
use serde_json::Value;

use super::{Call, unless};
use crate::behaviour::control::Control;
use crate::behaviour::snapshot::Snapshot;
use crate::chance::{Chance, Purpose};
use crate::decision::{Layer, Trail};
use crate::payment::threeds;

/// Claims the failure toggle for this request, if it bites. `fits` is for methods in which some
/// causes make sense for one wish only (a cancel, a change).
pub fn claim(
    control: &Control,
    call: &Call,
    method: Method,
    fits: impl Fn(Cause) -> bool,
    trail: &mut Trail,
) -> Option<BookingFailure> {
    let snapshot: &Snapshot = &call.snapshot;
    let failure = snapshot.behaviour.failure.as_ref()?;
    if !failure.bites(method) || !fits(failure.cause) {
        return None;
    }
    let layer = snapshot.layer_of("failure");
    if let Some(probability) = failure.probability
        && !call.chance.happens(Purpose::Failure, probability)
    {
        let text = format!("The dice spared this request: the failure bites {probability} of all.");
        trail.note("failure_toggle", layer, text, "3.11");
        return None;
    }
    let Some(left) = control.claim_failure(snapshot) else {
        let text = "Another request used up the failure's last time.";
        trail.note("failure_toggle", layer, text, "3.11");
        return None;
    };
    let count = match left {
        None => String::new(),
        Some(0) => ", for the last time".to_owned(),
        Some(left) => format!(", {left} more to come"),
    };
    let who = snapshot.who("failure", "failure");
    let text = format!("{who} answers {}{count}.", failure.cause.name());
    let condition = "if nothing forced a failure";
    let unless = unless::behaviour(call, "failure", Value::Null, None, condition);
    trail.decide_unless("failure_toggle", layer, text, "3.11", unless);
    build(
        failure.cause,
        failure.rejected_card_type,
        call.chance,
        &call.booking_url,
    )
    .map(|built| built.with_description(format!("forced by {}", in_words(layer))))
}

fn in_words(layer: Layer) -> &'static str {
    match layer {
        Layer::Header => "the header X-Mock-Partner",
        Layer::Payload => "a tag in the guest's e-mail",
        Layer::Rule => "a rule of the scenario",
        Layer::Scenario => "the scenario",
        Layer::ExpiringToggle => "a toggle that will undo itself",
        _ => "a toggle",
    }
}

/// The cause with the companions that it needs (section 3.11).
pub(crate) fn build(
    cause: Cause,
    card: Option<CreditCardType>,
    chance: Chance,
    booking_url: &str,
) -> Option<BookingFailure> {
    match cause {
        Cause::PaymentErrorCardTypeRejected => {
            let card = RejectedCardType::try_from(card.unwrap_or(CreditCardType::Visa)).ok()?;
            Some(BookingFailure::card_type_rejected(card))
        }
        Cause::PaymentRequires3ds1 => {
            threeds::parameters(chance, booking_url).map(BookingFailure::requires_3ds1)
        }
        plain => PlainCause::try_from(plain).ok().map(BookingFailure::of),
    }
}

#[cfg(test)]
mod tests {
    use booking_api::causes;

    use super::*;

    fn built(cause: Cause, card: Option<CreditCardType>, number: u64) -> Value {
        let chance = Chance::new(1, number);
        let failure = build(cause, card, chance, "http://127.0.0.1:8790").unwrap();
        assert_eq!(failure.cause(), cause);
        serde_json::to_value(&failure).unwrap()
    }

    #[test]
    fn every_cause_comes_in_its_legal_form() {
        for info in causes() {
            let failure = built(info.cause, None, 1);
            let fields: Vec<&String> = failure.as_object().unwrap().keys().collect();
            let expected: &[&str] = match info.cause {
                Cause::PaymentErrorCardTypeRejected => &["cause", "rejected_card_type"],
                Cause::PaymentRequires3ds1 => &["cause", "payment_failure"],
                _ => &["cause"],
            };
            assert_eq!(fields, expected, "{}", info.cause);
            assert_eq!(failure["cause"], info.cause.name());
        }
    }

    #[test]
    fn the_card_is_the_one_that_was_chosen_else_visa() {
        let cause = Cause::PaymentErrorCardTypeRejected;
        assert_eq!(built(cause, None, 1)["rejected_card_type"], "VISA");
        let card = Some(CreditCardType::AmericanExpress);
        assert_eq!(
            built(cause, card, 1)["rejected_card_type"],
            "AMERICAN_EXPRESS"
        );
    }
}
