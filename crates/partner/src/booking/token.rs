//! Idempotency tokens (sections 2.5, 10.5 and 10.6): a token that led to a booking is answered
//! with it; one whose attempts failed counts as new, since failures are never kept.

use std::hash::{Hash as _, Hasher};

use booking_api::{BookingStatus, CreateBookingRequest, Finding, FindingCode};

use super::{Answer, Refusal, Reply};
use crate::decision::{Counterfactual, Layer};
use crate::scenario::Settings;
use crate::scenario::switches::Replay as ReplaySwitch;
use crate::store::bookings::Replay;

/// A token that is not the request's.
pub(super) fn another(request: &CreateBookingRequest) -> &'static str {
    match request.idempotency_token.as_str() {
        "another-token" => "yet-another-token",
        _ => "another-token",
    }
}

/// Tells requests apart that mean something else; spelling and order of fields do not count.
#[must_use]
pub(super) fn fingerprint(request: &CreateBookingRequest) -> i64 {
    let mut hash = Words(0xcbf2_9ce4_8422_2325);
    request.hash(&mut hash);
    hash.0.cast_signed()
}

/// FNV-1a over words of eight bytes, each stirred. Kept in the store, so it must stay the same from
/// build to build and from machine to machine: a test knows one.
struct Words(u64);

impl Words {
    fn take(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }
}

impl Hasher for Words {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.take(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        self.take(u64::from_le_bytes(last));
    }

    fn write_u8(&mut self, value: u8) {
        self.take(value.into());
    }

    fn write_i32(&mut self, value: i32) {
        self.take(i64::from(value).cast_unsigned());
    }

    fn write_i64(&mut self, value: i64) {
        self.take(value.cast_unsigned());
    }

    fn write_usize(&mut self, value: usize) {
        self.take(value as u64);
    }

    fn write_isize(&mut self, value: isize) {
        self.take((value as i64).cast_unsigned());
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Answers a token that led to a booking before.
pub(super) fn replay(
    mut reply: Reply,
    found: Replay,
    request: &CreateBookingRequest,
    settings: &Settings,
) -> Reply {
    reply.booking_id = Some(found.booking_id);
    reply.merchant_id = Some(found.merchant_id);
    let unless = Counterfactual::request(
        "Would be decided as a new request with another idempotency token.",
        None,
        "/idempotency_token",
        another(request),
    );
    let differs = found
        .fingerprint
        .is_some_and(|first| first != fingerprint(request));
    if differs {
        reply.findings.push(Finding::new(
            FindingCode::TokenReused,
            "/idempotency_token",
            request.idempotency_token.clone(),
            "a new token, or the same body as the first time",
        ));
        if settings.strict_tokens {
            let text = "The idempotency token led to a booking with another body before, and \
                        settings.strict_tokens makes that a 409.";
            reply
                .trail
                .decide_unless("token", Layer::Scenario, text, "2.5", unless);
            return reply.with(Err(Refusal::new(409, "token reused", text)));
        }
        let text = "The token came with another body before. No source says what that means; \
                    section 2.5 recommends to answer with the booking that was made.";
        reply.trail.note("token_reused", Layer::Domain, text, "2.5");
    }
    let current = settings.replay == ReplaySwitch::CurrentBooking;
    let (layer, text, section) = match (&found.changed, current) {
        (None, _) => (
            Layer::Domain,
            "This idempotency token already led to a booking: it is answered again, and nothing \
             new is made. Toggles do not touch a replay.",
            "2.5",
        ),
        (Some(_), false) => (
            Layer::Domain,
            "This idempotency token already led to a booking, which has changed since. No source \
             settles what is answered then; section 10.6 recommends the first answer.",
            "10.6",
        ),
        (Some(_), true) => (
            Layer::Scenario,
            "This idempotency token already led to a booking, which has changed since; \
             settings.replay has it answered as it is now.",
            "10.6",
        ),
    };
    reply
        .trail
        .decide_unless("token", layer, text, section, unless);
    reply.note = format!("replay · {}", reply.note);
    let body = match found.changed {
        Some(booking) if current => format!("{{\"booking\":{booking}}}"),
        _ => found.first_answer,
    };
    let label = status_in(&body);
    reply.with(Ok(Answer {
        body,
        label: label.into(),
        cause: None,
    }))
}

/// The status inside a stored answer, for the row of a replay.
fn status_in(body: &str) -> &'static str {
    BookingStatus::ALL
        .iter()
        .map(|status| status.name())
        .find(|name| body.contains(&format!("\"status\":\"{name}\"")))
        .unwrap_or(BookingStatus::Confirmed.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_stays_the_same_from_build_to_build() {
        let mut request = CreateBookingRequest {
            idempotency_token: "t".to_owned(),
            ..CreateBookingRequest::default()
        };
        let first = fingerprint(&request);
        assert_eq!(first, fingerprint(&request.clone()));
        request.additional_request = "High chair, please".to_owned();
        assert_ne!(first, fingerprint(&request));
        assert_eq!(
            first, 5_260_572_345_695_048_510,
            "kept by stores of earlier builds"
        );
    }
}
