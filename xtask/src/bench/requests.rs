//! The requests of all measurements: CreateBooking as clients send it, each of a guest of its own for
//! a slot of its own.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use super::http;

/// What Mock Partner's Booking Server asks for unless told otherwise; the floor gets it as well.
pub(super) const BASIC: &str = "Basic bW9jazpwYXJ0bmVy";

/// A Saturday morning far enough ahead for every slot to be in the future.
const FIRST_START: u64 = 2_000_000_000;

/// The places of the numbers that differ, as long as these will ever be.
const TOKEN: &str = "TTTTTTTTTTTTTTTTTTTT";
const GUEST: &str = "GGGGGGGGGGGGGGGGGGG";
const EMAIL: &str = "EEEEEEEEEE";
const START: &str = "SSSSSSSSSS";

const BODY: &str = r#"{
  "idempotency_token": "TTTTTTTTTTTTTTTTTTTT",
  "slot": {
    "merchant_id": "salon-17",
    "service_id": "wash-cut-dry",
    "start_sec": "SSSSSSSSSS",
    "duration_sec": "2700",
    "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS",
    "resources": {
      "staff_id": "stylist-4"
    }
  },
  "user_information": {
    "user_id": "GGGGGGGGGGGGGGGGGGG",
    "given_name": "Mina",
    "family_name": "Okafor",
    "telephone": "+15005550142",
    "email": "mina.EEEEEEEEEE@example.com"
  },
  "payment_information": {
    "prepayment_status": "PREPAYMENT_NOT_PROVIDED"
  }
}
"#;

static NUMBERS: AtomicU64 = AtomicU64::new(1);

/// A number that no other request of this run has.
pub(super) fn number() -> u64 {
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

/// The idempotency token of a request.
pub(super) fn token(number: u64) -> String {
    format!("{number:020}")
}

/// A CreateBooking request, of which only the digits that differ are written anew.
#[derive(Clone)]
pub(super) struct CreateBooking {
    bytes: Vec<u8>,
    token: usize,
    guest: usize,
    email: usize,
    start: usize,
}

impl CreateBooking {
    pub(super) fn new(address: SocketAddr) -> Self {
        let bytes = http::post(address, "/v3/CreateBooking", BASIC, BODY);
        // The body holds both; were one missing, the very first answer would be wrong.
        let place = |mark: &str| http::find(&bytes, mark.as_bytes()).unwrap_or_default();
        Self {
            token: place(TOKEN),
            guest: place(GUEST),
            email: place(EMAIL),
            start: place(START),
            bytes,
        }
    }

    /// A request of its own for a slot of its own.
    pub(super) fn fresh(&mut self) -> &[u8] {
        let number = number();
        self.on_slot(number, number)
    }

    /// Request `number`, for slot `slot`.
    pub(super) fn on_slot(&mut self, number: u64, slot: u64) -> &[u8] {
        write_digits(&mut self.bytes[self.token..][..TOKEN.len()], number);
        write_digits(&mut self.bytes[self.guest..][..GUEST.len()], number);
        write_digits(&mut self.bytes[self.email..][..EMAIL.len()], number);
        write_digits(
            &mut self.bytes[self.start..][..START.len()],
            FIRST_START + slot * 60,
        );
        &self.bytes
    }
}

/// Writes the number with zeros in front.
fn write_digits(place: &mut [u8], mut number: u64) {
    for digit in place.iter_mut().rev() {
        // A remainder of ten fits.
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

/// A HealthCheck request.
pub(super) fn health_check(address: SocketAddr) -> Vec<u8> {
    http::get(address, "/v3/HealthCheck", BASIC)
}

/// A GetBookingStatus request.
pub(super) fn get_booking_status(address: SocketAddr, booking_id: &str) -> Vec<u8> {
    let body = format!(r#"{{"booking_id":"{booking_id}"}}"#);
    http::post(address, "/v3/GetBookingStatus", BASIC, &body)
}

/// The ids of all bookings that a text in JSON names.
pub(super) fn booking_ids(mut text: &[u8]) -> impl Iterator<Item = String> {
    const MARK: &[u8] = b"\"booking_id\":\"";
    std::iter::from_fn(move || {
        text = &text[http::find(text, MARK)? + MARK.len()..];
        let end = http::find(text, b"\"")?;
        Some(String::from_utf8_lossy(&text[..end]).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_request_has_its_own_token_and_start() {
        let mut request = CreateBooking::new(SocketAddr::from(([127, 0, 0, 1], 80)));
        let text = String::from_utf8(request.on_slot(42, 7).to_vec()).unwrap();
        assert!(text.contains("\"00000000000000000042\""), "{text}");
        assert!(text.contains("\"2000000420\""), "{text}");
        assert!(text.contains("\"0000000000000000042\""), "{text}");
        assert!(text.contains("mina.0000000042@"), "{text}");
        for mark in ["TTTT", "SSSS", "GGGG", "EEEE"] {
            assert!(!text.contains(mark), "{text}");
        }
    }

    #[test]
    fn booking_ids_are_read_from_answers_and_rows() {
        let text = br#"{"rows":[{"booking_id":"bk-1"},{"booking_id":null},{"booking_id":"bk-2"}]}"#;
        assert_eq!(booking_ids(text).collect::<Vec<_>>(), ["bk-1", "bk-2"]);
    }
}
