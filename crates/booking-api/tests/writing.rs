//! What goes on the wire: answers, failures, required fields, and the schemas that describe them.

use std::collections::BTreeMap;

use booking_api::{
    BatchAvailabilityLookupRequest, Booking, BookingFailure, BookingStatus, Cause, CauseInfo,
    CheckAvailabilityResponse, ConfirmationMode, CreateBookingRequest, CreateBookingResponse,
    CreateLeaseRequest, CreateLeaseResponse, Finding, GetBookingStatusResponse,
    HealthCheckResponse, Lease, ListBookingsResponse, Method, Outcome, PlainCause, Price,
    RejectedCardType, Rejection, RejectionKind, Required, ResourceIds, ServingStatus, Slot,
    SlotTime, SlotTimeAvailability, ThreeDS1Parameters, UpdateBookingRequest,
    UpdateBookingResponse, UserPaymentOption, causes, read,
};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

fn written(message: &impl Serialize) -> String {
    serde_json::to_string(message).expect("written")
}

fn slot() -> Slot {
    Slot {
        merchant_id: "m-pier".into(),
        service_id: "tour".into(),
        start_sec: 1_800_000_000,
        duration_sec: 900,
        resources: Some(ResourceIds {
            party_size: 3,
            ..ResourceIds::default()
        }),
        confirmation_mode: ConfirmationMode::Synchronous,
        ..Slot::default()
    }
}

fn booking() -> Booking {
    Booking {
        booking_id: "bk-1".into(),
        slot: Some(slot()),
        status: BookingStatus::Confirmed,
        ..Booking::default()
    }
}

#[test]
fn a_booking_answer_has_strings_for_64_bits_and_no_defaults() {
    let answer = CreateBookingResponse::booked(booking(), None);
    assert_eq!(
        written(&answer),
        r#"{"booking":{"booking_id":"bk-1","slot":{"merchant_id":"m-pier","service_id":"tour","#
            .to_owned()
            + r#""start_sec":"1800000000","duration_sec":"900","resources":{"party_size":3},"#
            + r#""confirmation_mode":"CONFIRMATION_MODE_SYNCHRONOUS"},"status":"CONFIRMED"}}"#
    );
}

#[test]
fn required_fields_are_written_at_their_default() {
    assert_eq!(
        written(&ListBookingsResponse::default()),
        r#"{"bookings":[]}"#
    );
    assert_eq!(
        written(&CheckAvailabilityResponse::default()),
        r#"{"count_available":0}"#
    );
    assert_eq!(
        written(&SlotTimeAvailability::default()),
        r#"{"available":false}"#
    );
    assert_eq!(written(&Price::default()), r#"{"price_micros":"0"}"#);
    assert_eq!(
        written(&UserPaymentOption {
            current_count: 2,
            ..UserPaymentOption::default()
        }),
        r#"{"original_count":0,"current_count":2}"#
    );
    assert_eq!(
        written(&HealthCheckResponse {
            status: ServingStatus::Serving
        }),
        r#"{"status":"SERVING"}"#
    );
    let status = written(&GetBookingStatusResponse::default());
    assert!(
        status.contains(r#""prepayment_status":"PREPAYMENT_STATUS_UNSPECIFIED""#),
        "{status}"
    );
}

#[test]
fn a_failure_stands_alone() {
    let failure = BookingFailure::of(PlainCause::SlotUnavailable).with_description("just gone");
    let alone = r#"{"booking_failure":{"cause":"SLOT_UNAVAILABLE","description":"just gone"}}"#;
    assert_eq!(
        written(&CreateBookingResponse::failed(failure.clone())),
        alone
    );
    assert_eq!(
        written(&UpdateBookingResponse::failed(failure.clone())),
        alone
    );
    assert_eq!(written(&CreateLeaseResponse::failed(failure)), alone);
}

#[test]
fn companions_come_with_their_cause() {
    let brand = BookingFailure::card_type_rejected(RejectedCardType::AmericanExpress);
    assert_eq!(
        written(&brand),
        r#"{"cause":"PAYMENT_ERROR_CARD_TYPE_REJECTED","rejected_card_type":"AMERICAN_EXPRESS"}"#
    );
    let parameters = ThreeDS1Parameters::new("https://acs.example", "eJx", "tx-1", "md-1");
    let challenge = BookingFailure::requires_3ds1(parameters.expect("complete"));
    assert_eq!(
        written(&challenge),
        r#"{"cause":"PAYMENT_REQUIRES_3DS1","payment_failure":{"threeds1_parameters":"#.to_owned()
            + r#"{"acs_url":"https://acs.example","pa_req":"eJx","transaction_id":"tx-1","#
            + r#""md_merchant_data":"md-1"}}}"#
    );
    assert_eq!(challenge.cause(), Cause::PaymentRequires3ds1);
}

#[test]
fn a_challenge_needs_address_and_request() {
    let error = ThreeDS1Parameters::new("", "req", "tx", "md").expect_err("refused");
    assert_eq!(error.field, "acs_url");
    let error =
        ThreeDS1Parameters::new("https://acs.example", "", "tx", "md").expect_err("refused");
    assert_eq!(error.field, "pa_req");
}

#[test]
fn every_cause_that_is_emitted_can_be_built_and_reads_back() {
    for info in causes() {
        let failure = match PlainCause::try_from(info.cause) {
            Ok(plain) => BookingFailure::of(plain),
            Err(Cause::PaymentErrorCardTypeRejected) => {
                BookingFailure::card_type_rejected(RejectedCardType::Visa)
            }
            Err(cause) => {
                assert_eq!(cause, Cause::PaymentRequires3ds1);
                let parameters = ThreeDS1Parameters::new("https://acs.example", "r", "", "");
                BookingFailure::requires_3ds1(parameters.expect("complete"))
            }
        };
        assert_eq!(failure.cause(), info.cause);
        let answer = CreateBookingResponse::failed(failure);
        let back: CreateBookingResponse =
            serde_json::from_str(&written(&answer)).expect("reads back");
        assert_eq!(back, answer);
    }
}

#[test]
fn answers_read_back_in_legal_form_only() {
    let option = UserPaymentOption {
        user_payment_option_id: "o".into(),
        ..Default::default()
    };
    let answer = CreateBookingResponse::booked(booking(), Some(option.clone()));
    let back: CreateBookingResponse = serde_json::from_str(&written(&answer)).expect("read");
    assert_eq!(back.booking(), Some(&booking()));
    assert_eq!(back.user_payment_option(), Some(&option));
    assert!(matches!(back.outcome(), Outcome::Done(booking) if booking.booking_id == "bk-1"));

    let lease = Lease {
        lease_id: "l".into(),
        slot: Some(slot()),
        ..Lease::default()
    };
    let answer = CreateLeaseResponse::leased(lease.clone());
    let back: CreateLeaseResponse = serde_json::from_str(&written(&answer)).expect("read");
    assert_eq!(back.lease(), Some(&lease));

    for illegal in [
        json!({}),
        json!({"booking": {}, "booking_failure": {"cause": "SLOT_UNAVAILABLE"}}),
        json!({"booking_failure": {}}),
        json!({"booking_failure": {"cause": "BANNED_USER"}}),
        json!({"booking_failure": {"cause": "PAYMENT_REQUIRES_3DS1"}}),
        json!({"booking_failure": {"cause": "PAYMENT_ERROR_CARD_TYPE_REJECTED"}}),
        json!({"booking_failure": {"cause": "SLOT_UNAVAILABLE", "rejected_card_type": "VISA"}}),
    ] {
        let read = serde_json::from_value::<CreateBookingResponse>(illegal.clone());
        assert!(read.is_err(), "{illegal}");
    }
}

fn missing<T: Required>(body: &Value) -> Vec<String> {
    let message = read::<T>(body.to_string().as_bytes())
        .message
        .expect("readable");
    message
        .missing()
        .into_iter()
        .map(|finding| finding.pointer)
        .collect()
}

#[test]
fn missing_fields_are_named() {
    assert_eq!(
        missing::<CreateBookingRequest>(&json!({"slot": {}, "user_information": {"user_id": "u"}})),
        [
            "/idempotency_token",
            "/slot/merchant_id",
            "/slot/service_id",
            "/slot/start_sec",
            "/user_information/given_name",
            "/user_information/family_name",
            "/user_information/telephone",
            "/user_information/email",
        ]
    );
    assert_eq!(
        missing::<CreateBookingRequest>(&json!({"idempotency_token": "t"})),
        ["/slot", "/user_information"]
    );
    assert_eq!(
        missing::<BatchAvailabilityLookupRequest>(
            &json!({"merchant_id": "m", "slot_time": [{"service_id": "s", "start_sec": 1}, {}]})
        ),
        ["/slot_time/1/service_id", "/slot_time/1/start_sec"]
    );
    assert_eq!(
        missing::<BatchAvailabilityLookupRequest>(&json!({})),
        ["/merchant_id", "/slot_time"]
    );
    assert_eq!(
        missing::<CreateLeaseRequest>(&json!({"lease": {}})),
        ["/lease/slot"]
    );
    assert_eq!(
        missing::<UpdateBookingRequest>(&json!({"booking": {}})),
        ["/booking/booking_id", "/booking/slot"]
    );
    let cancel = json!({"booking": {"booking_id": "b", "status": "CANCELED"}});
    assert!(missing::<UpdateBookingRequest>(&cancel).is_empty());
}

#[test]
fn a_negative_start_is_no_start() {
    let request = CreateBookingRequest {
        slot: Some(Slot {
            start_sec: -5,
            ..slot()
        }),
        ..CreateBookingRequest::default()
    };
    let findings = request.missing();
    let start = findings
        .iter()
        .find(|f| f.pointer == "/slot/start_sec")
        .expect("found");
    assert_eq!(start.found, "-5");
    let rejection = Rejection::missing(&findings).expect("a rejection");
    assert_eq!(rejection.kind, RejectionKind::MissingField);
    assert_eq!(rejection.pointer, "/idempotency_token");
    assert!(
        rejection
            .message
            .ends_with("Also missing: /slot/start_sec, /user_information.")
    );
    assert_eq!(Rejection::missing(&[]), None);
}

#[test]
fn a_slot_time_becomes_a_slot() {
    let time = SlotTime {
        service_id: "tour".into(),
        start_sec: 7,
        ..SlotTime::default()
    };
    let slot = time.to_slot("m");
    assert_eq!(
        (slot.merchant_id.as_str(), slot.service_id.as_str()),
        ("m", "tour")
    );
    assert_eq!(slot.start_sec, 7);
}

#[test]
fn names_and_causes_serialise_for_the_control_api() {
    assert_eq!(written(&Method::CreateBooking), "\"CreateBooking\"");
    assert_eq!(Cause::SlotUnavailable.to_string(), "SLOT_UNAVAILABLE");
    let info = serde_json::to_value(causes()[4]).expect("written");
    assert_eq!(info["cause"], "PAYMENT_ERROR_CARD_TYPE_REJECTED");
    assert_eq!(info["number"], 5);
    assert_eq!(info["group"], "payment");
    assert_eq!(info["methods"], json!(["CreateBooking"]));
    assert_eq!(info["companion"], "rejected_card_type");
}

/// Every `$ref` in a document must lead somewhere.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                match value {
                    Value::String(target) if key == "$ref" => found.push(target.clone()),
                    other => references(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// The schemas of a type and of all it refers to, as a handler that names the type pulls them in.
fn schemas_of<T: ToSchema>(schemas: &mut BTreeMap<String, Value>) {
    let mut collected = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut collected);
    for (name, schema) in collected {
        let schema = serde_json::to_value(schema).expect("written");
        let before = schemas.insert(name.clone(), schema.clone());
        assert!(
            before.is_none_or(|before| before == schema),
            "two schemas are called {name}"
        );
    }
}

#[test]
fn schemas_are_complete_and_show_the_wire() {
    let mut schemas = BTreeMap::new();
    schemas_of::<CreateBookingRequest>(&mut schemas);
    schemas_of::<CreateBookingResponse>(&mut schemas);
    schemas_of::<UpdateBookingResponse>(&mut schemas);
    schemas_of::<CreateLeaseResponse>(&mut schemas);
    schemas_of::<CheckAvailabilityResponse>(&mut schemas);
    schemas_of::<BatchAvailabilityLookupRequest>(&mut schemas);
    schemas_of::<CauseInfo>(&mut schemas);
    schemas_of::<Finding>(&mut schemas);
    let document = json!(schemas);
    let mut targets = Vec::new();
    references(&document, &mut targets);
    assert!(!targets.is_empty());
    for target in targets {
        let name = target
            .strip_prefix("#/components/schemas/")
            .expect("a schema");
        assert!(
            schemas.contains_key(name),
            "{name} is referred to and missing"
        );
    }
    assert_eq!(schemas["Slot"]["properties"]["start_sec"]["type"], "string");
    assert_eq!(
        schemas["ResourceIds"]["properties"]["party_size"]["type"],
        "integer"
    );
    assert_eq!(
        schemas["CheckAvailabilityResponse"]["required"],
        json!(["slot", "count_available"])
    );
    let forms = schemas["CreateBookingResponse"]["oneOf"]
        .as_array()
        .expect("two forms");
    assert_eq!(forms[0]["required"], json!(["booking"]));
    assert_eq!(forms[1]["required"], json!(["booking_failure"]));
    assert_eq!(
        schemas["Deposit"],
        json!({
            "type": "object",
            "description": "A deposit taken or held for a booking.",
            "properties": {
                "deposit": {"$ref": "#/components/schemas/Price", "description": "The amount."},
                "deposit_type": {
                    "$ref": "#/components/schemas/PriceType",
                    "description": "What the amount refers to."
                },
                "min_advance_cancellation_sec": {
                    "type": "string",
                    "format": "int64",
                    "pattern": "^-?[0-9]+$",
                    "description": "Until how long before the start the deposit is given back, in seconds.\n\n\
                        Written as a decimal string; read as string or number.",
                }
            }
        })
    );
    assert_eq!(
        schemas["ConfirmationMode"]["enum"],
        json!([
            "CONFIRMATION_MODE_UNSPECIFIED",
            "CONFIRMATION_MODE_SYNCHRONOUS",
            "CONFIRMATION_MODE_ASYNCHRONOUS"
        ])
    );
}
