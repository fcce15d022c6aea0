use booking_api::{PaymentInformation, Price, Slot, UserInformation};
use jiff::SignedDuration;
use proptest::prelude::*;

use super::super::CHALLENGE_SEC;
use super::super::challenge::{Decision, Refused};
use super::*;

fn start() -> Timestamp {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn after(sec: i64) -> Timestamp {
    start() + SignedDuration::from_secs(sec)
}

fn price(micros: i64) -> Price {
    Price {
        price_micros: micros,
        currency_code: "USD".to_owned(),
        ..Price::default()
    }
}

fn request() -> CreateBookingRequest {
    CreateBookingRequest {
        slot: Some(Slot {
            merchant_id: "m".to_owned(),
            service_id: "s".to_owned(),
            start_sec: 2_000_000_000,
            duration_sec: 3_600,
            ..Slot::default()
        }),
        user_information: Some(UserInformation {
            user_id: "u".to_owned(),
            ..UserInformation::default()
        }),
        payment_information: Some(PaymentInformation {
            price: Some(price(85_000_000)),
            ..PaymentInformation::default()
        }),
        ..CreateBookingRequest::default()
    }
}

fn challenge() -> Challenge {
    Challenge {
        transaction_id: "acs-0123456789".to_owned(),
        md_merchant_data: "md-0123456789".to_owned(),
        pa_req: "70".to_owned(),
        secret: 7,
        number: 1,
        stake: Stake::of(&request()),
        merchant_name: "M".to_owned(),
        amount: None,
        created_at: start(),
        expires_at: after(CHALLENGE_SEC),
        decided: None,
        used_by: None,
    }
}

fn decided(decision: Decision, sec: i64) -> Challenge {
    let mut challenge = challenge();
    assert_eq!(challenge.decide(decision, after(sec)), Ok(true));
    challenge
}

/// The cause and the finding of a failure; `None` where the challenge was passed.
fn said(verdict: Verdict) -> Option<(PlainCause, Option<String>)> {
    match verdict {
        Verdict::Passed(_) => None,
        Verdict::Failed(failed) => Some((
            failed.cause,
            failed.finding.map(|finding| finding.code.into_owned()),
        )),
    }
}

fn judged(challenge: &Challenge, sec: i64) -> Option<(PlainCause, Option<String>)> {
    let pa_res = challenge.pa_res(after(sec)).unwrap();
    let stake = Stake::of(&request());
    said(judge(Some(challenge), (&pa_res, ""), &stake, after(sec)))
}

fn finding(code: &str) -> Option<(PlainCause, Option<String>)> {
    Some((PlainCause::PaymentError, Some(code.to_owned())))
}

#[test]
fn each_decision_has_its_answer() {
    assert_eq!(judged(&decided(Decision::Approve, 5), 10), None);
    let declined = Some((PlainCause::PaymentErrorCardDeclined, None));
    assert_eq!(judged(&decided(Decision::Decline, 5), 10), declined);
    let error = Some((PlainCause::PaymentError, None));
    assert_eq!(judged(&decided(Decision::Cancel, 5), 10), error);
    let waiting = decided(Decision::TimeOut, 5);
    assert_eq!(waiting.pa_res(after(CHALLENGE_SEC - 1)), None);
    assert_eq!(judged(&waiting, CHALLENGE_SEC), error);
    assert_eq!(judged(&challenge(), CHALLENGE_SEC), error);
}

#[test]
fn an_answer_can_be_used_as_long_as_the_guest_had_and_once() {
    let approved = decided(Decision::Approve, 5);
    assert_eq!(judged(&approved, 5 + CHALLENGE_SEC), None);
    let late = judged(&approved, 6 + CHALLENGE_SEC);
    assert_eq!(late, finding("pa_response_expired"));
    let used = Challenge {
        used_by: Some(9),
        ..approved
    };
    assert_eq!(judged(&used, 10), finding("pa_response_replayed"));
}

#[test]
fn the_guest_answers_once_and_may_say_it_again() {
    let mut one = decided(Decision::Decline, 5);
    assert_eq!(one.decide(Decision::Decline, after(6)), Ok(false));
    assert_eq!(
        one.decide(Decision::Approve, after(6)),
        Err(Refused(State::Declined))
    );
    let mut waiting = decided(Decision::TimeOut, 5);
    assert_eq!(waiting.decide(Decision::TimeOut, after(6)), Ok(false));
    assert_eq!(waiting.decide(Decision::Approve, after(6)), Ok(true));
    let mut late = challenge();
    let over = after(CHALLENGE_SEC);
    assert_eq!(
        late.decide(Decision::Approve, over),
        Err(Refused(State::TimedOut))
    );
    assert_eq!(late.decide(Decision::TimeOut, over), Ok(false));
}

#[test]
fn an_answer_counts_for_its_own_booking_only() {
    let approved = decided(Decision::Approve, 5);
    let pa_res = approved.pa_res(after(10)).unwrap();
    let judged = |request: &CreateBookingRequest, merchant_data: &str| {
        let stake = Stake::of(request);
        said(judge(
            Some(&approved),
            (&pa_res, merchant_data),
            &stake,
            after(10),
        ))
    };
    let changes: [fn(&mut CreateBookingRequest); 5] = [
        |it| it.slot.as_mut().unwrap().merchant_id.push('x'),
        |it| it.slot.as_mut().unwrap().service_id.push('x'),
        |it| it.slot.as_mut().unwrap().start_sec += 1,
        |it| it.user_information.as_mut().unwrap().user_id.push('x'),
        |it| it.payment_information.as_mut().unwrap().price = Some(price(1)),
    ];
    for change in changes {
        let mut other = request();
        change(&mut other);
        assert_eq!(
            judged(&other, ""),
            finding("pa_response_mismatched"),
            "{other:?}"
        );
    }
    // What the caller may well spell otherwise the second time.
    let mut same = request();
    same.idempotency_token.push('2');
    same.slot.as_mut().unwrap().availability_tag.push('x');
    assert_eq!(judged(&same, "md-0123456789"), None);
    assert_eq!(judged(&same, "acs-0123456789"), None);
    assert_eq!(judged(&same, "md-1"), finding("pa_response_mismatched"));
}

#[test]
fn a_plus_that_became_a_space_is_told_apart_from_a_forgery() {
    // Of some secrets the answer holds a plus, of others none.
    let with_plus = (0..1_000).find_map(|secret| {
        let one = Challenge {
            secret,
            ..decided(Decision::Approve, 5)
        };
        let pa_res = one.pa_res(after(10))?;
        pa_res.contains('+').then_some((one, pa_res))
    });
    let (one, pa_res) = with_plus.unwrap();
    let spaced = pa_res.replace('+', " ");
    assert_eq!(
        transaction_of(&mended(&spaced)),
        Some(one.transaction_id.clone())
    );
    let Verdict::Failed(failed) = judge(Some(&one), (&spaced, ""), &one.stake, after(10)) else {
        panic!("it is not byte for byte the same");
    };
    let finding = failed.finding.unwrap();
    assert_eq!(finding.code, "pa_response_forged");
    assert!(finding.hint.contains("percent-encode"), "{}", finding.hint);
}

proptest! {
    #[test]
    fn no_other_text_is_an_answer(text in "\\PC{0,60}", flip in 0_usize..40, secret: u64) {
        let approved = Challenge { secret, ..decided(Decision::Approve, 5) };
        let judged = |text: &str| {
            said(judge(Some(&approved), (text, ""), &approved.stake, after(10)))
        };
        prop_assert_eq!(judged(&text), finding("pa_response_forged"));
        let mut bytes = approved.pa_res(after(10)).unwrap().into_bytes();
        bytes[flip] = if bytes[flip] == b'A' { b'B' } else { b'A' };
        let flipped = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(judged(&flipped), finding("pa_response_forged"));
        // The answer that the guest did not give.
        let declined = Challenge { secret, ..decided(Decision::Decline, 5) };
        let other = declined.pa_res(after(10)).unwrap();
        prop_assert_eq!(judged(&other), finding("pa_response_forged"));
        prop_assert_eq!(transaction_of(&other), Some(approved.transaction_id.clone()));
    }
}
