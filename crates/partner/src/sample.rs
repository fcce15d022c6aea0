//! Requests to try the partner with: a guest and a slot that nobody had before.

use booking_api::{
    BatchAvailabilityLookupRequest, ConfirmationMode, CreateBookingRequest, PaymentInformation,
    PaymentProcessedBy, PaymentProcessingParameters, PrepaymentStatus, Price, ResourceIds, Slot,
    SlotTime, UserInformation,
};
use fake::Fake;
use fake::faker::name::en::{FirstName, LastName};
use jiff::Timestamp;
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::exchange::curl::quote;

/// A slot tomorrow at a whole hour.
fn slot(now: Timestamp, bits: u64) -> Slot {
    const DAY: i64 = 24 * 60 * 60;
    const HOUR: i64 = 60 * 60;
    let tomorrow = (now.as_second() / DAY + 1) * DAY;
    let hour = i64::try_from(9 + bits % 9).unwrap_or(9);
    Slot {
        merchant_id: "harbor-spa".to_owned(),
        service_id: "stone-massage".to_owned(),
        start_sec: tomorrow + hour * HOUR,
        duration_sec: HOUR,
        resources: Some(ResourceIds {
            staff_id: "st-4".to_owned(),
            ..ResourceIds::default()
        }),
        confirmation_mode: ConfirmationMode::Synchronous,
        ..Slot::default()
    }
}

/// A CreateBooking request. The token is made from the time, so that it is new after a restart
/// too, and from ten digits of chance, since a clock can stand still.
#[must_use]
pub fn create_booking(now: Timestamp, bits: u64) -> CreateBookingRequest {
    let mut dice = StdRng::seed_from_u64(bits);
    let given_name: String = FirstName().fake_with_rng(&mut dice);
    let family_name: String = LastName().fake_with_rng(&mut dice);
    // Two guests of one name are two guests: the same address would make them one (section 2.5).
    let email = format!("{given_name}.{family_name}.{}@example.com", bits >> 1).to_lowercase();
    CreateBookingRequest {
        slot: Some(slot(now, bits)),
        user_information: Some(UserInformation {
            user_id: format!("{}", bits >> 1),
            given_name,
            family_name,
            telephone: "+1 206-555-0142".to_owned(),
            email,
            ..UserInformation::default()
        }),
        payment_information: Some(PaymentInformation {
            prepayment_status: PrepaymentStatus::NotProvided,
            ..PaymentInformation::default()
        }),
        idempotency_token: format!("{}{:010}", now.as_microsecond(), bits % 10_000_000_000),
        ..CreateBookingRequest::default()
    }
}

/// Puts into a CreateBooking request what it carries where money is due before the guest arrives
/// (section 4.1): the price, who handles the money, and, for a partner that does, the payment
/// token, inside a wallet's JSON.
pub fn pay(
    request: &mut CreateBookingRequest,
    price: Price,
    processed_by: PaymentProcessedBy,
    token: &str,
) {
    let information = request.payment_information.get_or_insert_default();
    information.price = Some(price);
    information.payment_processed_by = processed_by;
    if processed_by == PaymentProcessedBy::Partner {
        request.payment_processing_parameters = Some(PaymentProcessingParameters {
            unparsed_payment_method_token: serde_json::json!({ "id": token }).to_string(),
            version: "1".to_owned(),
            payment_processor: "mockpay".to_owned(),
            ..PaymentProcessingParameters::default()
        });
    }
}

/// A BatchAvailabilityLookup request about three slots.
#[must_use]
pub fn batch_availability_lookup(now: Timestamp, bits: u64) -> BatchAvailabilityLookupRequest {
    let slot_time = (0..3)
        .map(|step| {
            let slot = slot(now, bits + step);
            SlotTime {
                service_id: slot.service_id,
                start_sec: slot.start_sec,
                duration_sec: slot.duration_sec,
                resource_ids: slot.resources,
                confirmation_mode: slot.confirmation_mode,
                ..SlotTime::default()
            }
        })
        .collect();
    BatchAvailabilityLookupRequest {
        merchant_id: "harbor-spa".to_owned(),
        slot_time,
    }
}

/// A number that no other call makes, in any POSIX shell, on macOS too: the time, then chance.
const NEW_NUMBER: &str = "$(date +%s)$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')";

/// A command that books when it is pasted into a shell, and again when it is repeated: the
/// shell makes the token and the guest.
#[must_use]
pub fn curl(booking_url: &str, credentials: Option<(&str, &str)>, now: Timestamp) -> String {
    let request = create_booking(now, 7);
    let body = crate::booking::to_json(&request);
    let new = format!("'{NEW_NUMBER}'");
    let mut body = quote(&body).replace(&request.idempotency_token, &new);
    if let Some(guest) = &request.user_information {
        let id = format!("\"user_id\":\"{}\"", guest.user_id);
        body = body
            .replace(&id, &format!("\"user_id\":\"{new}\""))
            .replace(&guest.email, &format!("guest-{new}@example.com"));
    }
    let user = credentials
        .map(|(name, password)| format!(" -u {}", quote(&format!("{name}:{password}"))))
        .unwrap_or_default();
    format!(
        "curl -sS{user} -H 'Content-Type: application/json' {booking_url}/v3/CreateBooking -d {body}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::from_micros;

    #[test]
    fn a_sample_lies_ahead_and_has_a_guest() {
        let now = from_micros(1_700_000_000_000_000);
        for bits in 0..40 {
            let request = create_booking(now, bits);
            let slot = request.slot.unwrap();
            assert!(slot.start_sec > now.as_second());
            assert!(!request.user_information.unwrap().given_name.is_empty());
        }
    }

    #[test]
    fn while_the_clock_stands_still_no_two_samples_share_a_token() {
        let now = from_micros(1_700_000_000_000_000);
        // As far apart as to end in the same digits.
        for apart in [1, 1_000, 1_000_000, 1_000_000_000] {
            let token = |bits| create_booking(now, bits).idempotency_token;
            assert_ne!(token(7), token(7 + apart), "{apart}");
        }
    }

    #[test]
    fn the_command_makes_its_token_in_the_shell() {
        let line = curl(
            "http://127.0.0.1:1",
            Some(("mock", "partner")),
            from_micros(1),
        );
        assert!(
            line.contains("\"idempotency_token\":\"'$(date +%s)$(od "),
            "{line}"
        );
        assert!(line.contains("\"user_id\":\"'$(date +%s)$(od "), "{line}");
        assert!(line.contains("tr -d ' ')'@example.com"), "{line}");
        assert!(line.contains("-u mock:partner"));
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_makes_another_number_each_time() {
        let run = || {
            let command = format!("printf %s {NEW_NUMBER}");
            let output = std::process::Command::new("sh")
                .args(["-c", &command])
                .output();
            String::from_utf8(output.unwrap().stdout).unwrap()
        };
        let (first, second) = (run(), run());
        assert!(
            first.len() > 10 && first.bytes().all(|byte| byte.is_ascii_digit()),
            "{first}"
        );
        assert_ne!(first, second);
    }
}
