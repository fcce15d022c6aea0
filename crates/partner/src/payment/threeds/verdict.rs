//! What the bank's answer that comes with a request is worth (section 4.5, steps 6 to 10).

use booking_api::{BookingFailure, CreateBookingRequest, Finding, FindingCode, PlainCause};
use jiff::Timestamp;
use rusqlite::Connection;

use super::challenge::{Challenge, Stake, State, transaction_of};
use crate::clock::in_words;
use crate::decision::{Counterfactual, Layer, Trail};
use crate::store::{StoreError, challenges};

/// Where the bank's answer stands in a request.
const POINTER: &str = "/payment_information/pa_response";

/// What the bank's answer is worth.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// The guest passed the challenge: this payment needs no other one.
    Passed(Passed),
    /// The payment fails.
    Failed(Failed),
}

/// A challenge that was passed. It counts once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    transaction_id: String,
}

/// Why the payment fails.
#[derive(Clone, Debug, PartialEq)]
pub struct Failed {
    cause: PlainCause,
    why: String,
    finding: Option<Finding>,
}

/// The verdict about the request's `pa_response`; `None` where it has none, which asks nothing of
/// the store. The payment token may be the first one or a new one (section 4.5, step 10), and so
/// may the idempotency token (step 9).
///
/// # Errors
/// [`StoreError`].
pub fn verdict(
    connection: &Connection,
    request: &CreateBookingRequest,
    now: Timestamp,
) -> Result<Option<Verdict>, StoreError> {
    let Some(given) = request.payment_information.as_ref() else {
        return Ok(None);
    };
    if given.pa_response.is_empty() {
        return Ok(None);
    }
    let challenge = match transaction_of(&mended(&given.pa_response)) {
        Some(id) => challenges::get(connection, &id)?,
        None => None,
    };
    let merchant_data = &given.md_merchant_data;
    Ok(Some(judge(
        challenge.as_ref(),
        (&given.pa_response, merchant_data),
        &Stake::of(request),
        now,
    )))
}

/// A form that was not percent-encoded turns each + into a space.
fn mended(pa_response: &str) -> String {
    pa_response.replace(' ', "+")
}

/// The pure rule. `given` is the request's `pa_response` and its `md_merchant_data`.
fn judge(
    challenge: Option<&Challenge>,
    given: (&str, &str),
    stake: &Stake,
    now: Timestamp,
) -> Verdict {
    let (pa_response, merchant_data) = given;
    let right = challenge.and_then(|it| it.pa_res(now));
    let Some(challenge) = challenge.filter(|_| right.as_deref() == Some(pa_response)) else {
        let spaced = right.is_some_and(|right| right == mended(pa_response));
        return forged(spaced);
    };
    let id = &challenge.transaction_id;
    let ours = [&challenge.md_merchant_data, id];
    if !merchant_data.is_empty() && ours.iter().all(|known| *known != merchant_data) {
        // Nobody says which of the two comes back as MD (section 4.5, step 5).
        return mismatched(
            id,
            "md_merchant_data",
            "/payment_information/md_merchant_data",
        );
    }
    if let Some((what, pointer)) = challenge.stake.differs(stake) {
        return mismatched(id, what, pointer);
    }
    let failed = |cause, why: String| {
        Verdict::Failed(Failed {
            cause,
            why,
            finding: None,
        })
    };
    let declined = PlainCause::PaymentErrorCardDeclined;
    match challenge.state(now) {
        State::Used => refused(
            FindingCode::PaResponseReplayed,
            format!("the challenge {id} has paid for a booking already"),
            "an answer that was used before",
            "the answer to a challenge of its own",
        ),
        State::Approved if now > challenge.usable_until() => {
            let until = in_words(challenge.usable_until().as_second());
            refused(
                FindingCode::PaResponseExpired,
                format!("the answer to the challenge {id} could be used until {until}"),
                format!("an answer that could be used until {until}"),
                "an answer that came lately",
            )
        }
        State::Approved => Verdict::Passed(Passed {
            transaction_id: id.clone(),
        }),
        State::Declined => failed(declined, format!("the bank declined the challenge {id}")),
        State::Cancelled => failed(
            PlainCause::PaymentError,
            format!("the guest cancelled the challenge {id}"),
        ),
        // An open one has no answer that could have been right.
        State::TimedOut | State::Open | State::Waiting => failed(
            PlainCause::PaymentError,
            format!("nobody answered the challenge {id} in time"),
        ),
    }
}

fn forged(spaced: bool) -> Verdict {
    let why = "the bank never gave this pa_response".to_owned();
    let mut verdict = refused(
        FindingCode::PaResponseForged,
        why,
        "an answer that the bank never gave",
        "the PaRes that the bank's page posted",
    );
    if let (true, Verdict::Failed(failed)) = (spaced, &mut verdict)
        && let Some(finding) = failed.finding.take()
    {
        let hint = "A + of the PaRes became a space on its way: percent-encode it in forms.";
        failed.finding = Some(finding.with_hint(hint));
    }
    verdict
}

fn mismatched(id: &str, what: &str, pointer: &str) -> Verdict {
    refused(
        FindingCode::PaResponseMismatched,
        format!("the challenge {id} was about another {what} ({pointer})"),
        format!("the answer to a challenge about another {what}"),
        "the answer to the challenge of this very request",
    )
}

fn refused(
    code: FindingCode,
    why: String,
    found: impl Into<String>,
    expected: &'static str,
) -> Verdict {
    Verdict::Failed(Failed {
        cause: PlainCause::PaymentError,
        why,
        finding: Some(Finding::new(code, POINTER, found, expected)),
    })
}

impl Verdict {
    /// Whether the challenge was passed.
    #[must_use]
    pub fn is_passed(&self) -> bool {
        matches!(self, Self::Passed(_))
    }

    /// Tells the log. `would` is the label of the answer without `pa_response`, where it is known.
    ///
    /// # Errors
    /// The failure to answer.
    pub fn settle(
        self,
        would: Option<&'static str>,
        trail: &mut Trail,
        findings: &mut Vec<Finding>,
    ) -> Result<Passed, BookingFailure> {
        match self {
            Self::Passed(passed) => {
                let text = format!(
                    "The guest passed the bank's challenge {}: no other one is asked for.",
                    passed.transaction_id
                );
                trail.note("challenge", Layer::Domain, text, "4.5");
                Ok(passed)
            }
            Self::Failed(failed) => {
                findings.extend(failed.finding);
                let text = format!("The payment fails: {}.", failed.why);
                let unless = format!(
                    "Would be {} without pa_response.",
                    would.unwrap_or("another answer")
                );
                let unless = Counterfactual::without(unless, would, POINTER);
                trail.decide_unless("challenge", Layer::Domain, text, "4.5", unless);
                Err(BookingFailure::of(failed.cause).with_description(failed.why))
            }
        }
    }
}

impl Passed {
    /// Notes that the request `number` made a booking with it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn use_up(&self, connection: &Connection, number: u64) -> Result<(), StoreError> {
        challenges::used(connection, &self.transaction_id, number)
    }
}

#[cfg(test)]
mod tests;
