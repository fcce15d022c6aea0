//! Requests of every method, most of them mutated, with heads that are mostly sound.

use std::collections::VecDeque;

use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, RngExt as _};
use serde_json::{Value, json};

use super::mutate;
use super::wire::Sent;

/// What the program asks for unless told otherwise.
const BASIC: &str = "authorization: Basic bW9jazpwYXJ0bmVy\r\n";

const METHODS: [&str; 9] = [
    "CreateBooking",
    "CreateBooking",
    "UpdateBooking",
    "BatchAvailabilityLookup",
    "CheckAvailability",
    "CreateLease",
    "GetBookingStatus",
    "ListBookings",
    "SetMarketingPreference",
];

/// A request whose body, and now and then whose head, has been mutated.
pub(super) fn mutated(dice: &mut StdRng, number: u64, bookings: &VecDeque<String>) -> Sent {
    let method = METHODS[dice.random_range(0..METHODS.len())];
    let mut body = valid(method, dice, number, bookings);
    // A few stay as they are: what follows must meet bookings.
    for _ in 0..dice.random_range(0..5) {
        mutate::value(&mut body, dice);
    }
    let mut bytes = body.to_string().into_bytes();
    if dice.random_ratio(1, 3) {
        for _ in 0..dice.random_range(1..6) {
            mutate::bytes(&mut bytes, dice);
        }
    }
    if dice.random_ratio(1, 100) {
        bytes = mutate::garbage(dice, 4_096);
    }
    with_head(method, &bytes, dice)
}

/// Bytes that are no HTTP request, on a connection that is given up afterwards.
pub(super) fn not_http(dice: &mut StdRng) -> Sent {
    // A control character first: no request begins with one.
    let mut bytes = vec![dice.random_range(1..9)];
    bytes.extend(mutate::garbage(dice, 200));
    bytes.extend_from_slice(b"\r\n\r\n");
    Sent {
        bytes,
        answer_has_body: true,
        last: true,
    }
}

fn valid(method: &str, dice: &mut StdRng, number: u64, bookings: &VecDeque<String>) -> Value {
    let bookings: Vec<&String> = bookings.iter().collect();
    let booking_id = bookings.choose(dice).map_or("bk-NONE", |id| id.as_str());
    let slot = json!({
        "merchant_id": "m-quay",
        "service_id": (["supper", "brunch"])[dice.random_range(0..2)],
        "start_sec": (2_000_000_000 + dice.random_range(0..400_u64) * 900).to_string(),
        "duration_sec": "5400",
        "availability_tag": "tag-9",
        "resources": {"staff_id": "st-2", "room_id": "r-1", "party_size": dice.random_range(1..9)},
        "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS",
    });
    let guest = json!({
        "user_id": dice.random_range(0..5_000_u32).to_string(),
        "given_name": "Ravi", "family_name": "Lindqvist",
        "telephone": "+1 206-555-0177", "email": "ravi.lindqvist@example.com",
        "address": {"country": "US", "locality": "Seattle", "street_address": "1 Pier"},
    });
    match method {
        "CreateBooking" => {
            // Tokens come again now and then.
            let token = match dice.random_range(0..10) {
                0 => dice.random_range(0..1_000),
                _ => number + 1_000_000,
            };
            let mut request = json!({
                "idempotency_token": token.to_string(),
                "slot": slot,
                "user_information": guest,
                "payment_information": {"prepayment_status": "PREPAYMENT_NOT_PROVIDED"},
                "additional_request": "By the window, please",
            });
            if dice.random_ratio(1, 3) {
                // One that was paid is given back with a cancel, and the aggregator is told.
                let paid =
                    (["PREPAYMENT_NOT_PROVIDED", "PREPAYMENT_PROVIDED"])[dice.random_range(0..2)];
                request["payment_information"] = json!({
                    "prepayment_status": paid,
                    "payment_processed_by": "PROCESSED_BY_PARTNER",
                    "price": {"price_micros": "48000000", "currency_code": "USD"},
                    "deposit": {"deposit": {"price_micros": "5000000", "currency_code": "USD"},
                        "min_advance_cancellation_sec": "14400", "deposit_type": "PER_PERSON"},
                });
                request["payment_processing_parameters"] = json!({
                    "unparsed_payment_method_token": "{\"id\":\"card-1\"}",
                    "payment_processor": "mockpay", "version": "1",
                    "tokenization_config": {"tokenization_parameter": {"gateway": "mockpay"},
                        "allowed_auth_methods": ["PAN_ONLY"]},
                });
            }
            request
        }
        "UpdateBooking" => match dice.random_range(0..3) {
            0 => json!({"booking": {"booking_id": booking_id, "status": "CANCELED"}}),
            1 => json!({"booking": {"booking_id": booking_id,
                "slot": {"start_sec": slot["start_sec"], "duration_sec": "3600"}}}),
            _ => json!({"booking": {"booking_id": booking_id,
                "slot": {"resources": {"party_size": 2}}}}),
        },
        "BatchAvailabilityLookup" => {
            let time = json!({
                "service_id": "supper", "start_sec": slot["start_sec"], "duration_sec": "5400",
                "resource_ids": {"party_size": 2},
                "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS",
            });
            let times = vec![time; dice.random_range(1..6)];
            json!({"merchant_id": "m-quay", "slot_time": times})
        }
        "CheckAvailability" => json!({"slot": slot}),
        "CreateLease" => json!({"lease": {"slot": slot, "user_reference": "u-1",
            "lease_expiration_time_sec": "2000000000"}}),
        "GetBookingStatus" => json!({"booking_id": booking_id}),
        "ListBookings" => json!({"user_id": guest["user_id"]}),
        _ => json!({"user_information": guest, "user_to_receive_marketing": true}),
    }
}

/// Puts a head before the body: one in six is odd, and all of them end where they say.
fn with_head(method: &str, body: &[u8], dice: &mut StdRng) -> Sent {
    let mut verb = "POST";
    let mut path = format!("/v3/{method}");
    let mut version = "1.1";
    let mut credentials = BASIC;
    let mut more = "content-type: application/json\r\n".to_owned();
    let mut chunked = false;
    match dice.random_range(0..60) {
        0 => verb = (["GET", "PUT", "HEAD", "DELETE", "PATCH", "BREW"])[dice.random_range(0..6)],
        1 => path.push('/'),
        2 => path.push_str("?x=%00&y=%ff&&=;"),
        3 => path = path.to_lowercase(),
        4 => path = format!("/v3/{}", "%2e%2e/".repeat(dice.random_range(1..40))),
        5 => credentials = "authorization: Basic !!!\r\n",
        6 => credentials = "",
        7 => version = "1.0",
        8 => more = "content-type: text/plain; charset=latin1\r\n".to_owned(),
        9 => more.clear(),
        10 => (verb, path) = ("GET", "/v3/HealthCheck".to_owned()),
        11 => chunked = true,
        12 => more.push_str("x-odd: \u{e9}\u{1f600} \t.\r\n"),
        13..=20 => more.push_str("x-mock-partner: validation=reject\r\n"),
        21..=23 => more.push_str("x-mock-partner: validation=off\r\n"),
        24 => more.push_str("x-mock-partner: failure=SLOT_UNAVAILABLE; ;=;\r\n"),
        25 => more.push_str("x-mock-partner: confirmation=asynchronous; payment=deposit\r\n"),
        26 => {
            let name: String = (0..20).map(|_| dice.random_range('!'..='~')).collect();
            more.push_str(&format!("x-mock-partner: {name}\r\n"));
        }
        _ => {}
    }
    let framing = if chunked {
        "transfer-encoding: chunked\r\n".to_owned()
    } else {
        format!("content-length: {}\r\n", body.len())
    };
    let head = format!(
        "{verb} {path} HTTP/{version}\r\nhost: localhost\r\n{credentials}{more}{framing}\r\n"
    );
    let mut bytes = head.into_bytes();
    if chunked {
        let middle = if body.is_empty() {
            0
        } else {
            dice.next_u32() as usize % body.len()
        };
        for part in [&body[..middle], &body[middle..]] {
            if !part.is_empty() {
                bytes.extend(format!("{:x}\r\n", part.len()).into_bytes());
                bytes.extend_from_slice(part);
                bytes.extend_from_slice(b"\r\n");
            }
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
    } else {
        bytes.extend_from_slice(body);
    }
    Sent {
        bytes,
        answer_has_body: verb != "HEAD",
        last: version == "1.0",
    }
}
