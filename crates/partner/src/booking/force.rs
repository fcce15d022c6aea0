//! Failures that a toggle forces, always in the protocol's legal form.

use booking_api::{
    BookingFailure, Cause, CreditCardType, Method, PlainCause, RejectedCardType, ThreeDS1Parameters,
};
use serde_json::Value;

use super::{Call, unless};
use crate::behaviour::control::{Control, Snapshot};
use crate::chance::{Chance, Purpose};
use crate::decision::{Layer, Trail};

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
    let who = layer.who("failure");
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
            challenge(chance, booking_url).map(BookingFailure::requires_3ds1)
        }
        plain => PlainCause::try_from(plain).ok().map(BookingFailure::of),
    }
}

/// Complete parameters of a 3-D Secure 1 challenge (section 4.5, step 2).
fn challenge(chance: Chance, booking_url: &str) -> Option<ThreeDS1Parameters> {
    let transaction_id = chance.id(Purpose::Challenge, "acs-");
    let merchant_data = chance.id(Purpose::Challenge, "md-");
    // The classic PaReq is a packed XML message; to the caller it is an opaque string.
    let message = format!("{transaction_id}.{:016x}", chance.bits(Purpose::Challenge));
    let request: String = message.bytes().map(|byte| format!("{byte:02x}")).collect();
    ThreeDS1Parameters::new(
        format!("{booking_url}/3ds1/challenge"),
        request,
        transaction_id,
        merchant_data,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use booking_api::causes;
    use serde_json::json;

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

    #[test]
    fn a_challenge_is_complete_and_another_one_each_time() {
        let parameters = |number| {
            let failure = built(Cause::PaymentRequires3ds1, None, number);
            failure["payment_failure"]["threeds1_parameters"].clone()
        };
        let first = parameters(1);
        assert_eq!(first["acs_url"], "http://127.0.0.1:8790/3ds1/challenge");
        for name in ["acs_url", "pa_req", "transaction_id", "md_merchant_data"] {
            assert!(
                first[name].as_str().is_some_and(|it| !it.is_empty()),
                "{name}"
            );
        }
        assert_eq!(first, parameters(1));
        assert_ne!(first["transaction_id"], parameters(2)["transaction_id"]);
        assert_ne!(first, json!(null));
    }
}
