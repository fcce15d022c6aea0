use booking_api::Cause;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::behaviour::control::Control;
use crate::behaviour::{Behaviour, Confirmation, FaultKind, UnknownInventory};
use crate::chance::Chance;
use crate::clock::{Clock, from_micros};

fn call(control: &Control) -> Call {
    Call {
        number: 1,
        now: from_micros(1_000_000),
        snapshot: control.current(),
        chance: Chance::new(1, 1),
        booking_url: "http://127.0.0.1:1".into(),
    }
}

fn control() -> Control {
    Control::new(Behaviour::default(), Clock::manual(from_micros(1_000_000)))
}

fn body(email: &str) -> Vec<u8> {
    json!({"user_information": {"email": email, "telephone": "+1 206-555-0142"}})
        .to_string()
        .into_bytes()
}

/// What a header leads to on a method; the sentence where it is refused.
fn header(method: Method, text: &str) -> Result<Arc<Snapshot>, String> {
    let mut call = call(&control());
    take(&mut call, method, &[text], b"{}", &mut Trail::default())
        .map(|_| call.snapshot)
        .map_err(|refused| refused.refusal.message)
}

/// What an address leads to in CreateBooking.
fn email(address: &str) -> Result<Arc<Snapshot>, String> {
    let mut call = call(&control());
    let mut trail = Trail::default();
    take(
        &mut call,
        Method::CreateBooking,
        &[],
        &body(address),
        &mut trail,
    )
    .map(|_| call.snapshot)
    .map_err(|refused| refused.refusal.message)
}

#[test]
fn a_header_sets_what_it_names_and_nothing_else() {
    let text = "failure=PAYMENT_ERROR_CARD_DECLINED; confirmation=asynchronous;latency_ms=500 ;";
    let snapshot = header(Method::CreateBooking, text).unwrap();
    let behaviour = &snapshot.behaviour;
    let failure = behaviour.failure.as_ref().unwrap();
    assert_eq!(failure.cause, Cause::PaymentErrorCardDeclined);
    assert_eq!(failure.methods, Some(vec![Method::CreateBooking]));
    assert_eq!(behaviour.confirmation, Confirmation::Asynchronous);
    let fault = behaviour.fault.as_ref().unwrap();
    assert_eq!((fault.kind, fault.ms), (FaultKind::Latency, Some(500)));
    assert_eq!(behaviour.unknown_inventory, UnknownInventory::Accept);
    for field in ["failure", "confirmation", "fault"] {
        assert_eq!(snapshot.layer_of(field), Layer::Header, "{field}");
    }
    assert_eq!(snapshot.layer_of("payment"), Layer::Scenario);
}

#[test]
fn tags_in_capitals_count_and_others_are_left_alone() {
    let snapshot = email("mina+club+ASYNC+LATENCY_2000@example.com").unwrap();
    assert_eq!(snapshot.behaviour.confirmation, Confirmation::Asynchronous);
    assert_eq!(snapshot.behaviour.fault.as_ref().unwrap().ms, Some(2_000));
    assert_eq!(snapshot.layer_of("confirmation"), Layer::Payload);
    for ordinary in [
        "mina@example.com",
        "mina+club@example.com",
        "mina+Async@example.com",
        "mina+2026@example.com",
        "mina+@example.com",
        "+",
        "SLOT_UNAVAILABLE@example.com",
        "mina@SLOT_UNAVAILABLE+ASYNC",
    ] {
        assert!(
            email(ordinary).unwrap().overrides().is_empty(),
            "{ordinary}"
        );
    }
}

#[test]
fn a_plus_sign_counts_however_json_spells_it() {
    for escaped in [
        r#"{"user_information":{"email":"mina\u002bASYNC@example.com"}}"#,
        r#"{"user_information":{"email":"mina+ASYNC\u0040example.com"}}"#,
        r#"{"userInformation":{"email":"mina+ASYNC@example.com"}}"#,
    ] {
        let mut call = call(&control());
        let (method, mut trail) = (Method::CreateBooking, Trail::default());
        take(&mut call, method, &[], escaped.as_bytes(), &mut trail).unwrap();
        let confirmation = call.snapshot.behaviour.confirmation;
        assert_eq!(confirmation, Confirmation::Asynchronous, "{escaped}");
    }
}

#[test]
fn a_tag_in_small_letters_is_worth_a_remark() {
    let mut call = call(&control());
    let body = body("mina+slot-unavailable@example.com");
    let (method, mut trail) = (Method::CreateBooking, Trail::default());
    let taken = take(&mut call, method, &[], &body, &mut trail).unwrap();
    assert_eq!(taken.findings[0].code, "override_in_small_letters");
    assert_eq!(taken.findings[0].expected, "+SLOT_UNAVAILABLE");
    assert!(!taken.findings[0].is_objection());
}

#[test]
fn the_header_counts_more_than_the_payload_and_both_more_than_toggles() {
    let control = control();
    control
        .patch(
            &json!({"failure": {"cause": "PAYMENT_ERROR", "times": 1}}),
            None,
        )
        .unwrap();
    let mut call = call(&control);
    let mut trail = Trail::default();
    let lines = ["failure=SLOT_UNAVAILABLE", "confirmation=synchronous"];
    let body = body("mina+OFFER_UNAVAILABLE+PAYMENT_DEPOSIT@example.com");
    take(&mut call, Method::CreateBooking, &lines, &body, &mut trail).unwrap();
    let cause = call.snapshot.behaviour.failure.as_ref().unwrap().cause;
    assert_eq!(cause, Cause::SlotUnavailable);
    assert_eq!(call.snapshot.layer_of("failure"), Layer::Header);
    assert_eq!(call.snapshot.layer_of("payment"), Layer::Payload);
    // The toggle's only time is still there for the next request.
    assert_eq!(control.claim_failure(&call.snapshot), Some(None));
    assert_eq!(
        control.current().behaviour.failure.as_ref().unwrap().times,
        Some(1)
    );
    let said: Vec<_> = trail
        .into_decisions()
        .into_iter()
        .map(|it| it.text)
        .collect();
    assert!(
        said.iter()
            .any(|it| it.ends_with("instead of PAYMENT_ERROR (a toggle).")),
        "{said:?}"
    );
    assert!(
        said.iter()
            .any(|it| it.ends_with("instead of OFFER_UNAVAILABLE (a tag in the e-mail address).")),
        "{said:?}"
    );
}

#[test]
fn what_is_misspelt_is_refused_with_the_nearest_right_name() {
    for (text, right) in [
        ("failur=SLOT_UNAVAILABLE", "failure=SLOT_UNAVAILABLE"),
        ("failure=SLOT_UNAVALABLE", "failure=SLOT_UNAVAILABLE"),
        ("failure=slot_unavailable", "failure=SLOT_UNAVAILABLE"),
        ("SLOT_UNAVAILABLE", "failure=SLOT_UNAVAILABLE"),
        ("ASYNC", "confirmation=asynchronous"),
        ("confirmation=async", "confirmation=asynchronous"),
        ("latency=5", "latency_ms=5"),
        ("latency_ms=soon", "latency_ms from 0 to 120000"),
        ("status=200", "status from 400 to 599"),
        ("status=+503", "status from 400 to 599"),
        ("payment=depositt", "payment=deposit"),
        ("", "says nothing"),
        ("session=a b", "up to 64 letters"),
        ("session=", "up to 64 letters"),
        ("sesion=a", "session=a"),
    ] {
        let message = header(Method::CreateBooking, text).unwrap_err();
        assert!(message.contains(right), "{text}: {message}");
    }
    let message = email("mina+SLOT_UNAVALABLE@example.com").unwrap_err();
    assert!(
        message.contains("Did you mean +SLOT_UNAVAILABLE?"),
        "{message}"
    );
}

#[test]
fn what_contradicts_itself_or_has_no_effect_is_refused() {
    use Method::{CreateBooking, CreateLease, HealthCheck, ListBookings, UpdateBooking};
    for (method, text, word) in [
        (CreateBooking, "latency_ms=5; status=503", "latency_ms=5"),
        (CreateBooking, "fault=empty; latency_ms=5", "latency_ms=5"),
        (
            CreateBooking,
            "retry_after_sec=2; confirmation=asynchronous",
            "no effect",
        ),
        (
            CreateBooking,
            "fault=malformed; bytes_per_sec=5",
            "two faults",
        ),
        (
            CreateBooking,
            "status=503; failure=PAYMENT_ERROR",
            "failure=PAYMENT_ERROR",
        ),
        (
            CreateBooking,
            "failure=PAYMENT_ERROR; failure=SLOT_UNAVAILABLE",
            "once",
        ),
        (
            CreateBooking,
            "rejected_card_type=VISA",
            "CARD_TYPE_REJECTED",
        ),
        (
            CreateBooking,
            "failure=PAYMENT_ERROR; rejected_card_type=VISA",
            "CARD_TYPE_REJECTED",
        ),
        (
            CreateBooking,
            "payment=none; processed_by=PROCESSED_BY_GOOGLE",
            "payment=deposit",
        ),
        (
            CreateBooking,
            "failure=BOOKING_NOT_CANCELLABLE",
            "UpdateBooking",
        ),
        (CreateLease, "failure=PAYMENT_ERROR", "CreateBooking"),
        (HealthCheck, "failure=SLOT_UNAVAILABLE", "HealthCheck"),
        (HealthCheck, "validation=reject", "HealthCheck"),
        (ListBookings, "confirmation=asynchronous", "ListBookings"),
        (UpdateBooking, "payment=deposit", "UpdateBooking"),
    ] {
        let message = header(method, text).unwrap_err();
        let told = word.split('|').any(|word| message.contains(word));
        assert!(told, "{method} {text}: {message}");
    }
}

#[test]
fn a_failure_of_a_change_is_none_of_a_cancel() {
    let send = |cause: &str, body: &[u8]| {
        let mut call = call(&control());
        let line = format!("failure={cause}");
        let method = Method::UpdateBooking;
        take(&mut call, method, &[&line], body, &mut Trail::default()).is_ok()
    };
    let cancel = br#"{"booking":{"booking_id":"b","status":"CANCELED"}}"#;
    let change = br#"{"booking":{"booking_id":"b","slot":{"start_sec":"5"}}}"#;
    assert!(send("BOOKING_NOT_CANCELLABLE", cancel));
    assert!(!send("BOOKING_NOT_CANCELLABLE", change));
    assert!(send("SLOT_UNAVAILABLE", change));
    assert!(!send("SLOT_UNAVAILABLE", cancel));
}

#[test]
fn a_tag_for_another_method_waits_for_it() {
    let mut call = call(&control());
    let mut trail = Trail::default();
    let body = body("mina+SLOT_UNAVAILABLE+ASYNC@example.com");
    let method = Method::SetMarketingPreference;
    take(&mut call, method, &[], &body, &mut trail).unwrap();
    assert!(call.snapshot.overrides().is_empty());
    assert_eq!(trail.into_decisions().len(), 2);
}

#[test]
fn no_failure_and_no_delay_can_be_asked_for() {
    let control = control();
    let change = json!({"failure": {"cause": "PAYMENT_ERROR"},
        "fault": {"kind": "status", "status": 503}});
    control.patch(&change, None).unwrap();
    let mut call = call(&control);
    let lines = ["failure=none; latency_ms=0"];
    let (method, mut trail) = (Method::CreateBooking, Trail::default());
    take(&mut call, method, &lines, b"{}", &mut trail).unwrap();
    assert_eq!(call.snapshot.behaviour.failure, None);
    assert_eq!(call.snapshot.behaviour.fault.as_ref().unwrap().ms, Some(0));
}

/// What a body leads to in CreateBooking.
fn created(body: &serde_json::Value) -> Result<(Arc<Snapshot>, Trail), Box<Refused>> {
    let mut call = call(&control());
    let (method, mut trail) = (Method::CreateBooking, Trail::default());
    let bytes = body.to_string().into_bytes();
    take(&mut call, method, &[], &bytes, &mut trail).map(|_| (call.snapshot, trail))
}

fn with_token(field: &str, token: &str) -> serde_json::Value {
    json!({"payment_processing_parameters": { field: token }})
}

#[test]
fn a_test_token_chooses_what_the_processor_says() {
    for token in crate::payment::tokens::TEST_TOKENS {
        for body in [
            with_token("unparsed_payment_method_token", token.token),
            with_token("payment_method_token", token.token),
            with_token(
                "unparsed_payment_method_token",
                &json!({"token": json!({"id": token.token}).to_string()}).to_string(),
            ),
            json!({"paymentProcessingParameters": {"unparsedPaymentMethodToken": token.token}}),
        ] {
            let (snapshot, _) = created(&body).unwrap();
            let payment = &snapshot.behaviour.payment;
            assert_eq!(payment.authorisation, token.authorisation, "{body}");
            assert_eq!(payment.rejected_card_type, token.rejected_card_type);
            assert_eq!(snapshot.layer_of("payment.authorisation"), Layer::Payload);
            assert_eq!(snapshot.layer_of("payment.mode"), Layer::Scenario);
        }
    }
    let (snapshot, _) = created(&with_token(
        "unparsed_payment_method_token",
        "tok_1NabcDEF2eZvKYlo",
    ))
    .unwrap();
    assert!(snapshot.overrides().is_empty());
}

#[test]
fn a_token_hidden_by_an_escape_counts_all_the_same() {
    let body = br#"{"payment_processing_parameters":{"payment_method_token":"tok\u005fdecline"}}"#;
    let body = String::from_utf8(body.to_vec())
        .unwrap()
        .replace("\\\\", "\\");
    let mut call = call(&control());
    let (method, mut trail) = (Method::CreateBooking, Trail::default());
    take(&mut call, method, &[], body.as_bytes(), &mut trail).unwrap();
    let said = call.snapshot.behaviour.payment.authorisation;
    assert_eq!(said.name(), "decline", "{body}");
}

#[test]
fn an_unknown_test_token_names_the_nearest_and_is_never_repeated() {
    let body = with_token(
        "unparsed_payment_method_token",
        r#"{"id":"tok_declin_5f3a"}"#,
    );
    let refused = created(&body).unwrap_err();
    assert_eq!(refused.refusal.status, 400);
    let message = &refused.refusal.message;
    assert!(message.contains("Did you mean tok_decline?"), "{message}");
    assert_eq!(refused.finding.code, "override_misspelt");
    let place = "/payment_processing_parameters/unparsed_payment_method_token";
    assert_eq!(refused.finding.pointer, place);
    assert!(!format!("{refused:?}").contains("5f3a"), "{refused:?}");
    let two = with_token("unparsed_payment_method_token", "tok_decline tok_error");
    assert_eq!(created(&two).unwrap_err().finding.code, "override_illegal");
    let mut two = with_token("unparsed_payment_method_token", "tok_decline");
    two["payment_processing_parameters"]["payment_method_token"] = json!("tok_error");
    assert_eq!(created(&two).unwrap_err().finding.code, "override_illegal");
}

#[test]
fn the_header_counts_more_than_a_token_and_a_token_more_than_a_toggle() {
    let control = control();
    let change = json!({"payment": {"mode": "deposit", "authorisation": "reject_card_type",
        "rejected_card_type": "JCB"}});
    control.patch(&change, None).unwrap();
    let body = with_token("unparsed_payment_method_token", "tok_decline").to_string();
    let said = |lines: &[&str]| {
        let mut call = call(&control);
        let (method, mut trail) = (Method::CreateBooking, Trail::default());
        take(&mut call, method, lines, body.as_bytes(), &mut trail).unwrap();
        let layer = call.snapshot.layer_of("payment.authorisation");
        (call.snapshot.behaviour.payment.clone(), layer)
    };
    let (payment, layer) = said(&[]);
    assert_eq!(
        (payment.authorisation.name(), layer),
        ("decline", Layer::Payload)
    );
    assert_eq!(
        payment.rejected_card_type, None,
        "the toggle's own goes with it"
    );
    let (payment, layer) = said(&["authorisation=approve"]);
    assert_eq!(
        (payment.authorisation.name(), layer),
        ("approve", Layer::Header)
    );
    let (payment, layer) = said(&["payment=prepayment"]);
    assert!(payment.mode.takes_money());
    assert_eq!(
        (payment.authorisation.name(), layer),
        ("decline", Layer::Payload)
    );
}

#[test]
fn words_choose_what_the_processor_says_too() {
    let snapshot = header(
        Method::CreateBooking,
        "payment=deposit; authorisation=reject_card_type; rejected_card_type=DISCOVER",
    )
    .unwrap();
    let payment = &snapshot.behaviour.payment;
    assert_eq!(payment.authorisation.name(), "reject_card_type");
    assert_eq!(payment.rejected_card_type.unwrap().name(), "DISCOVER");
    let snapshot =
        email("mina+AUTHORISATION_REJECT_CARD_TYPE+REJECTED_CARD_TYPE_JCB@x.org").unwrap();
    assert_eq!(
        snapshot
            .behaviour
            .payment
            .rejected_card_type
            .unwrap()
            .name(),
        "JCB"
    );
    for (text, word) in [
        ("authorisation=refuse", "there is no authorisation"),
        (
            "failure=SLOT_UNAVAILABLE; authorisation=decline",
            "before the payment processor",
        ),
        (
            "authorisation=decline; rejected_card_type=VISA",
            "reject_card_type only",
        ),
    ] {
        let message = header(Method::CreateBooking, text).unwrap_err();
        assert!(message.contains(word), "{text}: {message}");
    }
    // The usual token changes nothing where something else stops the booking before.
    let mut body = with_token("unparsed_payment_method_token", "tok_approve");
    body["user_information"] = json!({"email": "mina+SLOT_UNAVAILABLE@example.com"});
    created(&body).unwrap();
}

#[test]
fn a_refusal_says_how_it_would_be_understood() {
    let mut call = call(&control());
    let mut trail = Trail::default();
    let lines = ["confirmation=synchronous; failure=SLOT_UNAVALABLE"];
    let method = Method::CreateBooking;
    let refused = take(&mut call, method, &lines, b"{}", &mut trail).unwrap_err();
    assert_eq!(refused.refusal.status, 400);
    assert_eq!(refused.finding.code, "override_misspelt");
    let decided = trail.decided().unwrap();
    assert_eq!(decided.layer, Layer::Header);
    let value = "confirmation=synchronous; failure=SLOT_UNAVAILABLE";
    let expected = Change::Header {
        name: HEADER.into(),
        value: Some(value.into()),
    };
    assert_eq!(decided.counterfactuals[0].change, expected);
    assert!(header(Method::CreateBooking, value).is_ok());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(
        line in "\\PC*|[a-z_=; 0-9A-Z+]*",
        local in "\\PC*|[a-zA-Z_+0-9]*",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        for method in Method::ALL {
            let mut one = call(&control());
            let _ = take(&mut one, *method, &[&line], &bytes, &mut Trail::default());
            let address = body(&format!("{local}@example.com"));
            let _ = take(&mut one, *method, &[], &address, &mut Trail::default());
        }
    }

    #[test]
    fn a_word_in_capitals_is_an_override_or_refused(word in "[A-Z][A-Z0-9_]{0,30}") {
        let known = grammar::tag(&word).is_some();
        let read = email(&format!("mina+{word}@example.com"));
        // A known one may still be illegal; an unknown one is never let through.
        prop_assert!(known || read.is_err());
    }
}
