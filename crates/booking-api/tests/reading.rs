//! The JSON rules, one by one.

use booking_api::{
    BookingStatus, ConfirmationMode, CreateBookingRequest, Deposit, Finding, Message, NoShowFee,
    PrepaymentStatus, Reading, RejectionKind, Severity, Slot, SlotTime, UpdateBookingRequest, read,
};

fn slot(body: &str) -> Reading<Slot> {
    read(body.as_bytes())
}

/// The message and the one finding about it.
fn with_finding<T: Message>(body: &str) -> (T, Finding) {
    let mut reading = read::<T>(body.as_bytes());
    assert_eq!(reading.findings.len(), 1, "{:?}", reading.findings);
    (
        reading.message.expect("readable"),
        reading.findings.remove(0),
    )
}

/// The rejection's kind and pointer, and what its finding found, expected and advises.
fn refused<T: Message + std::fmt::Debug>(body: &str) -> (RejectionKind, String, Finding) {
    let mut reading = read::<T>(body.as_bytes());
    let rejection = reading.message.expect_err("refused");
    let at = reading
        .findings
        .iter()
        .position(|f| f.severity == Severity::Error);
    (
        rejection.kind,
        rejection.pointer,
        reading.findings.remove(at.expect("a fatal finding")),
    )
}

#[test]
fn null_empty_and_absent_are_one() {
    let reading = slot(
        r#"{"merchant_id":null,"service_id":"","start_sec":"","duration_sec":null,
            "resources":null,"confirmation_mode":""}"#,
    );
    assert_eq!(reading.message, Ok(Slot::default()));
    let said: Vec<(&str, &str)> = reading
        .findings
        .iter()
        .map(|finding| (finding.code.as_ref(), finding.pointer.as_str()))
        .collect();
    // Each habit is remarked upon once, at its first place.
    assert_eq!(
        said,
        [
            ("null_value", "/merchant_id"),
            ("empty_text", "/service_id"),
            ("empty_value", "/start_sec")
        ]
    );
    assert_eq!(reading.findings[0].found, "null, and 2 more like it");
    assert_eq!(slot("{}").message, Ok(Slot::default()));
    assert!(slot("{}").findings.is_empty());
}

#[test]
fn party_size_may_be_text() {
    let size = |body: &str| {
        slot(body)
            .message
            .map(|slot| slot.resources.map(|resources| resources.party_size))
    };
    assert_eq!(size(r#"{"resources":{"party_size":"4"}}"#), Ok(Some(4)));
    assert_eq!(size(r#"{"resources":{"party_size":4.0}}"#), Ok(Some(4)));
    let (kind, pointer, finding) = refused::<Slot>(r#"{"resources":{"partySize":3000000000}}"#);
    assert_eq!(kind, RejectionKind::WrongType);
    assert_eq!(pointer, "/resources/partySize");
    assert_eq!(finding.hint, "The number is out of range.");
}

#[test]
fn enums_by_number_get_a_finding() {
    let (slot, finding) = with_finding::<Slot>(r#"{"confirmation_mode":2}"#);
    assert_eq!(slot.confirmation_mode, ConfirmationMode::Asynchronous);
    assert_eq!(
        (finding.severity, finding.code.as_ref()),
        (Severity::Info, "enum_number")
    );
    assert_eq!(finding.expected, "\"CONFIRMATION_MODE_ASYNCHRONOUS\"");
}

#[test]
fn unknown_enum_values_name_the_nearest() {
    const SPELT: &str = "Use one of the enum's names, spelt exactly.";
    let cases = [
        (
            r#"{"booking":{"status":"CANCELLED"}}"#,
            "Did you mean CANCELED? The status has one L, the failure causes have two.",
        ),
        (
            r#"{"booking":{"status":"confirmed"}}"#,
            "Did you mean CONFIRMED?",
        ),
        (
            r#"{"booking":{"status":"PENDING_CONFIRMATION"}}"#,
            "Did you mean PENDING_MERCHANT_CONFIRMATION?",
        ),
        (r#"{"booking":{"status":"zebra"}}"#, SPELT),
        (r#"{"booking":{"status":99}}"#, SPELT),
        (r#"{"booking":{"status":-1}}"#, SPELT),
        (r#"{"booking":{"status":1.5}}"#, SPELT),
    ];
    for (body, hint) in cases {
        let (kind, pointer, finding) = refused::<UpdateBookingRequest>(body);
        assert_eq!(kind, RejectionKind::UnknownEnumValue, "{body}");
        assert_eq!(pointer, "/booking/status", "{body}");
        assert_eq!(finding.hint, hint, "{body}");
        assert!(
            finding
                .expected
                .starts_with("one of BOOKING_STATUS_UNSPECIFIED, CONFIRMED")
        );
    }
    let (kind, ..) = refused::<UpdateBookingRequest>(r#"{"booking":{"status":true}}"#);
    assert_eq!(kind, RejectionKind::WrongType);
}

#[test]
fn unknown_fields_are_ignored_and_named() {
    let (slot, finding) = with_finding::<Slot>(r#"{"merchnatId":"m","service_id":"s"}"#);
    assert_eq!(slot.service_id, "s");
    assert_eq!(
        (finding.severity, finding.code.as_ref()),
        (Severity::Warning, "unknown_field")
    );
    assert_eq!(finding.pointer, "/merchnatId");
    assert_eq!(finding.hint, "Did you mean merchant_id?");
    assert_eq!(finding.reference, "3.1");

    let (_, finding) = with_finding::<Slot>(r#"{"zzz":{"deep":[1,{}]}}"#);
    assert!(
        finding
            .hint
            .starts_with("Slot has: merchant_id, service_id"),
        "{}",
        finding.hint
    );
}

#[test]
fn an_unknown_field_does_not_repeat_its_value() {
    let body = r#"{"payment_processing_parameters":{"payment_method_tokn":"tok_secret"}}"#;
    let (_, finding) = with_finding::<CreateBookingRequest>(body);
    assert!(!format!("{finding:?}").contains("tok_secret"));
}

#[test]
fn both_spellings_and_double_keys_get_a_finding_and_the_last_wins() {
    for body in [
        r#"{"service_id":"a","serviceId":"b"}"#,
        r#"{"service_id":"a","service_id":"b"}"#,
    ] {
        let reading = slot(body);
        assert_eq!(reading.message.expect("readable").service_id, "b");
        let objections: Vec<&Finding> = reading
            .findings
            .iter()
            .filter(|it| it.is_objection())
            .collect();
        assert_eq!(objections.len(), 1, "{body}");
        assert_eq!(objections[0].code, "duplicate_field");
        assert_eq!(objections[0].severity, Severity::Warning);
    }
}

#[test]
fn names_from_elsewhere_are_read() {
    let (slot, finding) = with_finding::<Slot>(r#"{"resourceIds":{"staff_id":"st"}}"#);
    assert_eq!(slot.resources.expect("read").staff_id, "st");
    assert_eq!(
        (finding.severity, finding.code.as_ref()),
        (Severity::Warning, "other_name")
    );

    let (slot, finding) = with_finding::<SlotTime>(r#"{"resources":{"room_id":"r"}}"#);
    assert_eq!(slot.resource_ids.expect("read").room_id, "r");
    assert_eq!(finding.expected, "resource_ids");

    let (request, finding) = with_finding::<CreateBookingRequest>(r#"{"deal_id":"d"}"#);
    assert_eq!(request.offer_id, "d");
    assert_eq!(
        (finding.severity, finding.code.as_ref()),
        (Severity::Info, "deprecated_field")
    );
}

#[test]
fn the_deposit_window_is_read_from_the_inner_price() {
    let body = r#"{"deposit":{"price_micros":"1","min_advance_cancellation_sec":"7200"}}"#;
    let (deposit, finding) = with_finding::<Deposit>(body);
    assert_eq!(deposit.min_advance_cancellation_sec, 7200);
    assert_eq!(finding.code, "other_place");
    assert_eq!(finding.pointer, "/deposit/min_advance_cancellation_sec");
    let written = serde_json::to_value(&deposit).expect("written");
    assert_eq!(written["min_advance_cancellation_sec"], "7200");
    assert_eq!(written["deposit"].get("min_advance_cancellation_sec"), None);

    let both =
        r#"{"min_advance_cancellation_sec":"5","deposit":{"minAdvanceCancellationSec":"9"}}"#;
    let (deposit, _) = with_finding::<Deposit>(both);
    assert_eq!(deposit.min_advance_cancellation_sec, 5);

    let (kind, pointer, _) =
        refused::<Deposit>(r#"{"deposit":{"min_advance_cancellation_sec":"soon"}}"#);
    assert_eq!(kind, RejectionKind::WrongType);
    assert_eq!(pointer, "/deposit/min_advance_cancellation_sec");

    let (_, finding) =
        with_finding::<NoShowFee>(r#"{"fee":{"min_advance_cancellation_sec":"60"}}"#);
    assert_eq!(finding.code, "other_place");
}

#[test]
fn wrong_types_say_where_what_and_what_instead() {
    let cases = [
        (r#"{"slot":[]}"#, "/slot", "an array", "an object (Slot)"),
        (r#"{"slot":""}"#, "/slot", "a string", "an object (Slot)"),
        (
            r#"{"slot":{"startSec":"noon"}}"#,
            "/slot/startSec",
            "\"noon\"",
            "a whole number of 64 bits, as string or number",
        ),
        (
            r#"{"idempotency_token":1}"#,
            "/idempotency_token",
            "a number",
            "a string",
        ),
        (
            r#"{"payment_processing_parameters":{"tokenization_config":
               {"allowed_auth_methods":["PAN_ONLY",null]}}}"#,
            "/payment_processing_parameters/tokenization_config/allowed_auth_methods/1",
            "null",
            "AuthMethod, by name",
        ),
        (
            r#"{"payment_processing_parameters":{"tokenization_config":
               {"tokenization_parameter":{"a/b":3}}}}"#,
            "/payment_processing_parameters/tokenization_config/tokenization_parameter/a~1b",
            "a number",
            "a string",
        ),
    ];
    for (body, at, found, expected) in cases {
        let (kind, pointer, finding) = refused::<CreateBookingRequest>(body);
        assert_eq!(kind, RejectionKind::WrongType, "{body}");
        assert_eq!(pointer, at, "{body}");
        assert_eq!(finding.pointer, at, "{body}");
        assert_eq!(
            (finding.found.as_str(), finding.expected.as_str()),
            (found, expected)
        );
    }
}

#[test]
fn every_fatal_problem_is_found_and_the_first_is_the_rejection() {
    let body = r#"{"slot":{"start_sec":[],"service_id":{}},"idempotency_token":false}"#;
    let reading = read::<CreateBookingRequest>(body.as_bytes());
    let pointers: Vec<&str> = reading
        .findings
        .iter()
        .map(|f| f.pointer.as_str())
        .collect();
    assert_eq!(
        pointers,
        ["/slot/start_sec", "/slot/service_id", "/idempotency_token"]
    );
    let rejection = reading.message.expect_err("refused");
    assert_eq!(rejection.pointer, "/slot/start_sec");
    assert_eq!(
        rejection.to_string(),
        "/slot/start_sec: found an array, expected a whole number of 64 bits, as string or number."
    );
}

#[test]
fn what_follows_the_object_is_told_from_broken_json() {
    for body in ["{} {}", "{},", "{}\u{0}", "{}\n]"] {
        let (kind, _, finding) = refused::<Slot>(body);
        assert_eq!(kind, RejectionKind::MalformedJson, "{body}");
        assert_eq!(finding.code, "trailing_data", "{body}");
    }
    let (.., finding) = refused::<Slot>("{]");
    assert_eq!(finding.code, "malformed_json");
}

#[test]
fn malformed_json_says_line_and_column() {
    let rejection = slot("{\n  \"service_id\": \"a\",\n}")
        .message
        .expect_err("refused");
    assert_eq!(rejection.kind, RejectionKind::MalformedJson);
    assert_eq!(
        rejection.message,
        "The body is not valid JSON: trailing comma (line 3, column 1)."
    );
    for body in [
        "",
        " \n",
        "{",
        "{\"a\":}",
        "{} {}",
        "{'a':1}",
        "{\"a\":\"\\ud800\"}",
        "nul",
    ] {
        let rejection = slot(body).message.expect_err("refused");
        assert_eq!(rejection.kind, RejectionKind::MalformedJson, "{body}");
        assert!(rejection.message.contains("line "), "{}", rejection.message);
    }
}

#[test]
fn invalid_utf8_is_told_from_malformed_json() {
    let rejection = read::<Slot>(b"{\"service_id\":\"\xff\"}")
        .message
        .expect_err("refused");
    assert_eq!(rejection.kind, RejectionKind::InvalidUtf8);
    assert!(
        rejection.message.contains("byte 15"),
        "{}",
        rejection.message
    );
}

#[test]
fn a_body_that_is_no_object_is_refused() {
    for body in ["[]", "null", "7", "\"slot\"", "true"] {
        let rejection = slot(body).message.expect_err("refused");
        assert_eq!(rejection.kind, RejectionKind::NotAnObject, "{body}");
        assert_eq!(rejection.pointer, "");
    }
}

#[test]
fn a_byte_order_mark_is_forgiven() {
    let (slot, finding) = with_finding::<Slot>("\u{feff}{\"service_id\":\"s\"}");
    assert_eq!(slot.service_id, "s");
    assert_eq!(finding.code, "byte_order_mark");
}

#[test]
fn deep_nesting_is_refused_and_moderate_nesting_ignored() {
    let nested = |depth: usize| format!("{{\"x\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    let rejection = slot(&nested(100_000)).message.expect_err("refused");
    assert_eq!(rejection.kind, RejectionKind::MalformedJson);
    assert!(slot(&nested(100)).message.is_ok());
}

#[test]
fn a_flood_of_oddities_is_counted_not_kept() {
    let fields: Vec<String> = (0..5_000).map(|n| format!("\"field_{n}\":1")).collect();
    let reading = slot(&format!("{{{},\"start_sec\":true}}", fields.join(",")));
    assert_eq!(reading.message.expect_err("refused").pointer, "/start_sec");
    let last = reading.findings.last().expect("some");
    assert_eq!(
        (last.code.as_ref(), last.found.as_str()),
        ("more_findings", "4900 further findings")
    );
    assert!(reading.findings.iter().any(|f| f.pointer == "/start_sec"));
    assert!(reading.findings.len() <= 102);
}

#[test]
fn stored_messages_deserialise_leniently_and_refuse_what_is_fatal() {
    let slot: Slot = serde_json::from_str(r#"{"startSec":5,"old_field":1}"#).expect("read");
    assert_eq!(slot.start_sec, 5);
    let error = serde_json::from_str::<Slot>(r#"{"start_sec":"x"}"#).expect_err("refused");
    assert!(error.to_string().contains("/start_sec"), "{error}");
    let status: BookingStatus = serde_json::from_str("\"CANCELED\"").expect("read");
    assert_eq!(status, BookingStatus::Canceled);
    assert!(serde_json::from_str::<PrepaymentStatus>("\"NOPE\"").is_err());
}
