//! 3-D Secure 1 (section 4.5): a payment that the guest's bank wants to ask about first.
//!
//! A failure asks for a challenge ([`ask`], [`open`]); the guest answers the bank's page
//! ([`Challenge::decide`]); the bank's answer comes back with the same request once more, and
//! [`verdict`] says what it is worth. The pages themselves belong to the server, and when a bank
//! wants a challenge is decided by whoever asks for one.
//!
//! Everything is a simulation: card networks have retired 3-D Secure 1, the protocol keeps it.

mod challenge;
mod verdict;

use booking_api::{BookingFailure, CreateBookingRequest, Price, ThreeDS1Parameters};
use rusqlite::Connection;
use serde_json::json;

use self::challenge::Opening;
pub use self::challenge::{Challenge, Decision, Refused, Stake, State};
pub use self::verdict::{Failed, Passed, Verdict, verdict};

use crate::behaviour::{ChallengeParameters, PaymentMode};
use crate::booking::{Call, unless};
use crate::chance::{Chance, Purpose};
use crate::clock::in_words;
use crate::decision::Trail;
use crate::merchant::act::Situation;
use crate::scenario::PaymentSettings;
use crate::store::bookings::BookingRow;
use crate::store::{StoreError, challenges};

/// The path of the bank's page on the Booking Server.
pub const CHALLENGE_PATH: &str = "/3ds1/challenge";

/// The path of a page that can be named as TermUrl where there is no client to come back to.
pub const RETURN_PATH: &str = "/3ds1/return";

/// How long the guest has to answer, in seconds, and then the caller to use the answer.
pub const CHALLENGE_SEC: i64 = 600;

/// Complete parameters of a challenge (section 4.5, step 2). Drawn from the request's dice; as
/// long as nobody [`open`]s it, no bank knows the challenge.
#[must_use]
pub fn parameters(chance: Chance, booking_url: &str) -> Option<ThreeDS1Parameters> {
    let transaction_id = chance.id(Purpose::Challenge, "acs-");
    let merchant_data = chance.id(Purpose::Challenge, "md-");
    // The classic PaReq is a packed XML message; to the caller it is an opaque string.
    let message = format!("{transaction_id}.{:016x}", chance.bits(Purpose::Challenge));
    let request: String = message.bytes().map(|byte| format!("{byte:02x}")).collect();
    ThreeDS1Parameters::new(
        format!("{booking_url}{CHALLENGE_PATH}"),
        request,
        transaction_id,
        merchant_data,
    )
    .ok()
}

/// The failure that asks for a challenge, which is opened. `amount` is what the guest is asked to
/// pay or hold. `None` only where the Booking Server has no address.
///
/// # Errors
/// [`StoreError`].
pub fn ask(
    connection: &Connection,
    call: &Call,
    request: &CreateBookingRequest,
    amount: Option<Price>,
    trail: &mut Trail,
) -> Result<Option<BookingFailure>, StoreError> {
    let Some(parameters) = parameters(call.chance, &call.booking_url) else {
        return Ok(None);
    };
    let failure = BookingFailure::requires_3ds1(parameters);
    open(connection, call, request, amount, failure, trail).map(Some)
}

/// Opens the challenge that a failure speaks of, so that the bank's page knows it; a failure that
/// speaks of none stays as it is. Where `behaviour.payment.threeds1_parameters` is `missing`, the
/// failure loses its parameters instead and no challenge is opened (section 4.5, step 3).
///
/// # Errors
/// [`StoreError`].
pub fn open(
    connection: &Connection,
    call: &Call,
    request: &CreateBookingRequest,
    amount: Option<Price>,
    failure: BookingFailure,
    trail: &mut Trail,
) -> Result<BookingFailure, StoreError> {
    let Some(parameters) = failure.threeds1_parameters() else {
        return Ok(failure);
    };
    let layer = call.snapshot.layer_of("payment");
    if call.snapshot.behaviour.payment.threeds1_parameters == ChallengeParameters::Missing {
        let text = "The challenge's parameters are left out, as payment.threeds1_parameters says: \
                    the caller has to treat this as PAYMENT_ERROR.";
        trail.note("threeds1_parameters", layer, text, "4.5");
        let patch = json!({"threeds1_parameters": "complete"});
        let condition = "if the challenge's parameters were not left out";
        if let Some(unless) = unless::behaviour(call, "payment", patch, None, condition) {
            trail.unless(unless);
        }
        let bare = BookingFailure::requires_3ds1_without_parameters();
        return Ok(bare.with_description(failure.description()));
    }
    let slot = request.slot.clone().unwrap_or_default();
    let merchant_name = challenges::merchant_name(connection, &slot.merchant_id)?;
    let opening = Opening {
        number: call.number,
        now: call.now,
        chance: call.chance,
    };
    let stake = Stake::of(request);
    let challenge = Challenge::opened(opening, parameters, stake, merchant_name, amount);
    challenges::put(connection, &challenge)?;
    let text = format!(
        "The challenge {} waits on the bank's page until {}.",
        challenge.transaction_id,
        in_words(challenge.expires_at.as_second())
    );
    trail.note("challenge", layer, text, "4.5");
    Ok(failure)
}

/// The same for a pending booking that the merchant gives up on with a failure of its own: the
/// challenge is about the booking, so that a new CreateBooking of the same passes with the bank's
/// answer.
///
/// # Errors
/// [`StoreError`].
pub fn open_for_booking(
    connection: &Connection,
    situation: Situation<'_>,
    row: &BookingRow,
    failure: &BookingFailure,
) -> Result<(), StoreError> {
    let Some(parameters) = failure.threeds1_parameters() else {
        return Ok(());
    };
    let opening = Opening {
        number: row.number,
        now: situation.now,
        chance: Chance::new(situation.seed, row.number),
    };
    let stake = Stake::of_booking(&row.booking);
    let merchant_name = challenges::merchant_name(connection, &stake.slot.merchant_id)?;
    let amount = stake.price.clone();
    let challenge = Challenge::opened(opening, parameters, stake, merchant_name, amount);
    challenges::put(connection, &challenge)
}

/// What a forced challenge is about: the amount of the payment mode that is forced, else the
/// request's price.
#[must_use]
pub fn amount(
    call: &Call,
    request: &CreateBookingRequest,
    settings: &PaymentSettings,
) -> Option<Price> {
    let mode = call.snapshot.behaviour.payment.mode;
    let price = || {
        let given = request.payment_information.as_ref();
        given.and_then(|given| given.price.clone())
    };
    match mode {
        PaymentMode::Deposit => Some(settings.deposit.clone()),
        PaymentMode::NoShowFee => Some(settings.no_show_fee.clone()),
        PaymentMode::Prepayment => price().or_else(|| Some(settings.price.clone())),
        PaymentMode::Inventory | PaymentMode::None | PaymentMode::CardRequired => price(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_complete_and_another_one_each_time() {
        let of = |number| parameters(Chance::new(1, number), "http://127.0.0.1:8790").unwrap();
        let first = of(1);
        assert_eq!(first.acs_url(), "http://127.0.0.1:8790/3ds1/challenge");
        let all = [
            first.pa_req(),
            first.transaction_id(),
            first.md_merchant_data(),
        ];
        assert!(all.iter().all(|text| !text.is_empty()));
        assert_eq!(first, of(1));
        assert_ne!(first.transaction_id(), of(2).transaction_id());
        assert_ne!(first.pa_req(), of(2).pa_req());
    }
}
