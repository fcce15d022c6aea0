//! Mistakes that partners have made in their answers (reference: section 9.5), looked for in every
//! answer that the suite receives.

use serde_json::Value;

const CAUSES: &[&str] = &[
    "SLOT_UNAVAILABLE",
    "SLOT_ALREADY_BOOKED_BY_USER",
    "LEASE_EXPIRED",
    "OUTSIDE_CANCELLATION_WINDOW",
    "PAYMENT_ERROR_CARD_TYPE_REJECTED",
    "PAYMENT_ERROR_CARD_DECLINED",
    "PAYMENT_OPTION_NOT_VALID",
    "PAYMENT_ERROR",
    "USER_CANNOT_USE_PAYMENT_OPTION",
    "BOOKING_ALREADY_CANCELLED",
    "BOOKING_NOT_CANCELLABLE",
    "OVERLAPPING_RESERVATION",
    "USER_OVER_BOOKING_LIMIT",
    "OFFER_UNAVAILABLE",
    "DEAL_UNAVAILABLE",
    "PAYMENT_REQUIRES_3DS1",
];

const FAILURE_FIELDS: &[&str] = &[
    "cause",
    "rejected_card_type",
    "description",
    "payment_failure",
];

const CHALLENGE_FIELDS: &[&str] = &["acs_url", "pa_req", "transaction_id", "md_merchant_data"];

const BOOKING_FIELDS: &[&str] = &[
    "booking_id",
    "slot",
    "user_information",
    "status",
    "payment_information",
    "virtual_session_info",
    "offer_info",
];

const SLOT_FIELDS: &[&str] = &[
    "merchant_id",
    "service_id",
    "start_sec",
    "duration_sec",
    "availability_tag",
    "resources",
    "confirmation_mode",
];

const STATUSES: &[&str] = &[
    "CONFIRMED",
    "PENDING_MERCHANT_CONFIRMATION",
    "CANCELED",
    "NO_SHOW",
    "NO_SHOW_PENALIZED",
    "FAILED",
    "DECLINED_BY_MERCHANT",
];

/// What is wrong with an answer of a method; nothing where it is as it should be.
pub(super) fn objections(
    method: &str,
    status: u16,
    content_type: &str,
    body: &Value,
) -> Vec<String> {
    let mut wrong = Vec::new();
    if (300..400).contains(&status) {
        wrong.push(format!("a redirect ({status}); callers do not follow one"));
    }
    if status == 500 {
        wrong.push("a 500; a business failure is a 200 with booking_failure".to_owned());
    }
    if status != 200 || method == "HealthCheck" {
        return wrong;
    }
    if !content_type.starts_with("application/json") {
        wrong.push(format!(
            "the Content-Type is {content_type:?}, not application/json"
        ));
    }
    let Some(fields) = body.as_object() else {
        wrong.push("the body is no JSON object".to_owned());
        return wrong;
    };
    check_values("", body, &mut wrong);
    if let Some(failure) = body.get("booking_failure") {
        if fields.len() > 1 {
            wrong.push("a failure answer holds more than booking_failure".to_owned());
        }
        check_failure(failure, &mut wrong);
    }
    if let Some(booking) = body.get("booking") {
        check_booking(booking, &mut wrong);
    }
    match method {
        "CreateBooking" | "UpdateBooking"
            if !fields.contains_key("booking") && !fields.contains_key("booking_failure") =>
        {
            wrong.push("neither booking nor booking_failure".to_owned());
        }
        "BatchAvailabilityLookup" => check_availability(body, &mut wrong),
        "GetBookingStatus" => {
            for name in ["booking_id", "booking_status", "prepayment_status"] {
                if !fields.contains_key(name) {
                    wrong.push(format!("{name} is missing"));
                }
            }
        }
        "ListBookings" => match body["bookings"].as_array() {
            Some(bookings) => bookings.iter().for_each(|it| check_booking(it, &mut wrong)),
            None => wrong.push("bookings is missing".to_owned()),
        },
        _ => {}
    }
    wrong
}

/// What holds for every field of every message.
fn check_values(place: &str, value: &Value, wrong: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                let place = format!("{place}/{name}");
                if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
                    wrong.push(format!("{place} is not spelt in snake_case"));
                }
                if (name.ends_with("_sec") || name == "price_micros") && !value.is_string() {
                    wrong.push(format!(
                        "{place} is a 64-bit number, which goes as a string"
                    ));
                }
                if matches!(name.as_str(), "party_size" | "count_available") && !value.is_number() {
                    wrong.push(format!(
                        "{place} is a 32-bit number, which goes as a number"
                    ));
                }
                let is_enum = matches!(name.as_str(), "status" | "confirmation_mode" | "cause")
                    || name.ends_with("_status");
                if is_enum && !value.is_string() {
                    wrong.push(format!("{place} is an enum, which goes by name"));
                }
                check_values(&place, value, wrong);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_values(&format!("{place}/{index}"), item, wrong);
            }
        }
        Value::Null => wrong.push(format!("{place} is null; unset fields are left out")),
        _ => {}
    }
}

fn check_failure(failure: &Value, wrong: &mut Vec<String>) {
    let cause = failure["cause"].as_str().unwrap_or_default();
    if failure.get("reason").is_some() {
        wrong.push("booking_failure.reason; the field is called cause".to_owned());
    }
    if !CAUSES.contains(&cause) {
        wrong.push(format!("{cause:?} is no cause of the protocol"));
    }
    for name in failure
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
    {
        if !FAILURE_FIELDS.contains(&name.as_str()) && name != "reason" {
            wrong.push(format!(
                "booking_failure.{name} is no field of the protocol"
            ));
        }
    }
    let with_card = failure.get("rejected_card_type").is_some();
    if with_card != (cause == "PAYMENT_ERROR_CARD_TYPE_REJECTED") {
        wrong.push("rejected_card_type goes with PAYMENT_ERROR_CARD_TYPE_REJECTED".to_owned());
    }
    let challenge = failure.pointer("/payment_failure/threeds1_parameters");
    if challenge.is_some() != (cause == "PAYMENT_REQUIRES_3DS1") {
        wrong.push("threeds1_parameters go with PAYMENT_REQUIRES_3DS1".to_owned());
    }
    if let Some(challenge) = challenge {
        for name in CHALLENGE_FIELDS {
            if challenge[name].as_str().is_none_or(str::is_empty) {
                wrong.push(format!("threeds1_parameters.{name} is missing"));
            }
        }
    }
}

fn check_booking(booking: &Value, wrong: &mut Vec<String>) {
    if booking["booking_id"].as_str().is_none_or(str::is_empty) {
        wrong.push("booking_id is missing".to_owned());
    }
    let status = booking["status"].as_str().unwrap_or_default();
    if !STATUSES.contains(&status) {
        wrong.push(format!("{status:?} is no status of the protocol"));
    }
    if status == "FAILED" {
        wrong.push("a failure is booking_failure, not a booking with the status FAILED".to_owned());
    }
    for name in booking
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
    {
        if SLOT_FIELDS.contains(&name.as_str()) {
            wrong.push(format!(
                "{name} is flattened into the booking; it belongs into slot"
            ));
        } else if !BOOKING_FIELDS.contains(&name.as_str()) {
            wrong.push(format!("booking.{name} is no field of the protocol"));
        }
    }
    let slot = &booking["slot"];
    for name in [
        "merchant_id",
        "service_id",
        "start_sec",
        "confirmation_mode",
    ] {
        if slot.get(name).is_none() {
            wrong.push(format!("slot.{name} is missing"));
        }
    }
    for name in slot.as_object().into_iter().flatten().map(|(name, _)| name) {
        if !SLOT_FIELDS.contains(&name.as_str()) {
            wrong.push(format!("slot.{name} is no field of the protocol"));
        }
    }
}

fn check_availability(body: &Value, wrong: &mut Vec<String>) {
    let Some(entries) = body["slot_time_availability"].as_array() else {
        wrong.push("slot_time_availability is missing".to_owned());
        return;
    };
    for entry in entries {
        if !entry["slot_time"].is_object() || !entry["available"].is_boolean() {
            wrong.push("an entry lacks slot_time or available".to_owned());
        }
        if entry["slot_time"].get("resources").is_some() {
            wrong.push("a SlotTime calls its resources resource_ids".to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn create(status: u16, body: &Value) -> Vec<String> {
        objections("CreateBooking", status, "application/json", body)
    }

    fn booking() -> Value {
        json!({"booking": {
            "booking_id": "bk-1",
            "status": "CONFIRMED",
            "slot": {"merchant_id": "m", "service_id": "s", "start_sec": "5",
                "duration_sec": "6", "resources": {"party_size": 2},
                "confirmation_mode": "CONFIRMATION_MODE_SYNCHRONOUS"},
        }})
    }

    #[test]
    fn lawful_answers_pass() {
        let failure = json!({"booking_failure": {"cause": "SLOT_UNAVAILABLE", "description": "x"}});
        let none: Vec<String> = Vec::new();
        assert_eq!(create(200, &booking()), none);
        assert_eq!(create(200, &failure), none);
        assert_eq!(
            create(400, &json!({"error": {"code": 400, "whatEver": null}})),
            none
        );
        assert_eq!(
            objections("HealthCheck", 200, "text/plain", &Value::Null),
            none
        );
    }

    #[test]
    fn each_known_mistake_is_found() {
        let with = |pointer: &str, name: &str, value: Value| {
            let mut body = booking();
            body.pointer_mut(pointer).unwrap()[name] = value;
            body
        };
        let card = json!({"booking_failure": {"cause": "PAYMENT_ERROR_CARD_TYPE_REJECTED"}});
        let challenge = json!({"booking_failure": {"cause": "PAYMENT_REQUIRES_3DS1"}});
        let both = {
            let mut body = with("/booking", "status", json!("FAILED"));
            body["booking_failure"] = json!({"cause": "PAYMENT_ERROR"});
            body
        };
        for (body, word) in [
            (
                json!({"booking_failure": {"reason": "SLOT_UNAVAILABLE"}}),
                "reason",
            ),
            (
                json!({"booking_failure": {"cause": "INVALID_REQUEST"}}),
                "INVALID_REQUEST",
            ),
            (
                json!({"booking_failure": {"cause": "BOOKING_NOT_FOUND"}}),
                "BOOKING_NOT_FOUND",
            ),
            (
                json!({"booking_failure": {"cause": "CAUSE_UNSPECIFIED"}}),
                "CAUSE_UNSPECIFIED",
            ),
            (json!({"booking_failure": {"cause": 1}}), "goes by name"),
            (card, "rejected_card_type"),
            (challenge, "threeds1_parameters"),
            (both.clone(), "more than booking_failure"),
            (both, "status FAILED"),
            (with("/booking", "start_sec", json!("5")), "flattened"),
            (
                with("/booking", "start_time", json!({"seconds": "5"})),
                "start_time",
            ),
            (with("/booking/slot", "start_sec", json!(5)), "64-bit"),
            (
                with("/booking/slot/resources", "party_size", json!("2")),
                "32-bit",
            ),
            (
                with("/booking/slot", "durationSec", json!("5")),
                "snake_case",
            ),
            (with("/booking", "offer_info", Value::Null), "null"),
            (with("/booking", "status", json!("CANCELLED")), "CANCELLED"),
            (with("/booking", "booking_id", json!("")), "booking_id"),
            (json!({}), "neither"),
        ] {
            let found = create(200, &body);
            assert!(
                found.iter().any(|it| it.contains(word)),
                "{word}: {found:?}"
            );
        }
        assert!(create(500, &Value::Null)[0].contains("business failure"));
        assert!(create(301, &Value::Null)[0].contains("redirect"));
        let lookup = json!({"slot_time_availability": [{"slot_time": {"resources": {}}}]});
        let found = objections("BatchAvailabilityLookup", 200, "application/json", &lookup);
        assert_eq!(found.len(), 2, "{found:?}");
        let found = objections("CreateBooking", 200, "text/html", &booking());
        assert!(found[0].contains("Content-Type"), "{found:?}");
    }
}
