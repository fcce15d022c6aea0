//! Every refusal with its code, and the nearest name where there is one.

use serde_json::json;

use super::*;

#[track_caller]
fn refused(value: &Value, code: &str, said: &str, hint: &str) {
    let error = read(value).unwrap_err();
    assert_eq!(error.code.name(), code, "{error:?}");
    assert!(error.message.contains(said), "{error:?}");
    assert!(error.hint.contains(hint), "{error:?}");
    assert!(error.message.ends_with('.'), "{error:?}");
}

#[test]
fn unknown_fields_are_named_with_the_nearest_right_one() {
    let code = "unknown_field";
    refused(
        &json!({"confirmaton":"synchronous"}),
        code,
        "\"confirmaton\"",
        "Did you mean \"confirmation\"?",
    );
    refused(
        &json!({"failure":{"cause":"SLOT_UNAVAILABLE","time":2}}),
        code,
        "\"time\" in failure",
        "Did you mean \"times\"?",
    );
    refused(
        &json!({"fault":{"kind":"latency","ms":1,"jitter":1}}),
        code,
        "\"jitter\" in fault",
        "Did you mean \"jitter_ms\"?",
    );
    refused(
        &json!({"payment":{"moode":"none"}}),
        code,
        "\"moode\" in payment",
        "Did you mean \"mode\"?",
    );
    refused(&json!({"zzz":1}), code, "\"zzz\"", "Known here: ");
}

#[test]
fn unknown_values_are_named_with_the_nearest_right_one() {
    let code = "unknown_value";
    refused(
        &json!({"confirmation":"asyncronous"}),
        code,
        "\"asyncronous\" at confirmation",
        "Did you mean \"asynchronous\"?",
    );
    refused(
        &json!({"failure":{"cause":"SLOT_UNAVAILBLE"}}),
        code,
        "SLOT_UNAVAILBLE",
        "SLOT_UNAVAILABLE",
    );
    refused(
        &json!({"failure":{"cause":"SLOT_UNAVAILABLE","methods":["CreateBoking"]}}),
        code,
        "CreateBoking",
        "CreateBooking",
    );
    refused(
        &json!({"payment":{"mode":"prepay"}}),
        code,
        "\"prepay\"",
        "Did you mean \"prepayment\"?",
    );
    refused(&json!({"fault":{"kind":"lag"}}), code, "\"lag\"", "latency");
    refused(
        &json!({"unknown_inventory":"no"}),
        code,
        "\"no\"",
        "accept, reject",
    );
}

#[test]
fn values_of_the_wrong_kind_are_refused() {
    let code = "unknown_value";
    for value in [
        json!({"confirmation":7}),
        json!({"failure":"SLOT_UNAVAILABLE"}),
        json!({"failure":{"times":2}}),
        json!({"failure":{"cause":"SLOT_UNAVAILABLE","times":-1}}),
        json!({"failure":{"cause":"SLOT_UNAVAILABLE","times":"two"}}),
        json!({"fault":{"kind":"status","status":99_999}}),
        json!({"payment":[]}),
        json!({"fault":{}}),
        json!("asynchronous"),
    ] {
        let error = read(&value).unwrap_err();
        assert_eq!(error.code.name(), code, "{value}: {error:?}");
        assert!(!error.hint.is_empty());
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    let code = "unknown_value";
    let failure = |more: &str| -> Value {
        serde_json::from_str(&format!(
            "{{\"failure\":{{\"cause\":\"SLOT_UNAVAILABLE\",{more}}}}}"
        ))
        .unwrap()
    };
    for more in [
        "\"times\":0",
        "\"probability\":0",
        "\"probability\":-0.1",
        "\"probability\":1.01",
    ] {
        refused(&failure(more), code, "failure.", "{\"failure\":null}");
    }
    for more in [
        "\"times\":1",
        "\"probability\":1",
        "\"probability\":1e-9",
        "\"times\":4294967295",
    ] {
        read(&failure(more)).unwrap();
    }
    for (fault, right) in [
        (json!({"kind":"latency"}), "up to 120000"),
        (json!({"kind":"latency","ms":120_001}), "up to 120000"),
        (
            json!({"kind":"latency","ms":10,"jitter_ms":11}),
            "jitter_ms up to ms",
        ),
        (json!({"kind":"status"}), "400 to 599"),
        (json!({"kind":"status","status":399}), "400 to 599"),
        (json!({"kind":"status","status":600}), "400 to 599"),
        (json!({"kind":"rate_limit"}), "retry_after_sec from 0"),
        (
            json!({"kind":"rate_limit","retry_after_sec":86_401}),
            "to 86400",
        ),
        (json!({"kind":"drip"}), "bytes_per_sec from 1"),
        (json!({"kind":"drip","bytes_per_sec":0}), "from 1"),
        (
            json!({"kind":"drip","bytes_per_sec":1_000_001}),
            "to 1000000",
        ),
    ] {
        refused(
            &json!({ "fault": fault }),
            code,
            "The fault's numbers",
            right,
        );
    }
    refused(
        &json!({"fault":{"kind":"status","status":503,"methods":[]}}),
        code,
        "fault.methods",
        "Leave methods out",
    );
    for fault in [
        json!({"kind":"latency","ms":0}),
        json!({"kind":"latency","ms":120_000,"jitter_ms":120_000}),
        json!({"kind":"status","status":400}),
        json!({"kind":"status","status":599,"times":3,"probability":0.5,"methods":["HealthCheck"]}),
        json!({"kind":"rate_limit","retry_after_sec":0}),
        json!({"kind":"rate_limit","retry_after_sec":86_400,"times":1}),
        json!({"kind":"reset"}),
        json!({"kind":"reset","when":"after","probability":1.0}),
        json!({"kind":"empty","when":"before"}),
        json!({"kind":"truncated","methods":["CreateBooking"]}),
        json!({"kind":"malformed"}),
        json!({"kind":"drip","bytes_per_sec":1}),
        json!({"kind":"drip","bytes_per_sec":1_000_000}),
    ] {
        read(&json!({"fault":fault})).unwrap();
    }
}

#[test]
fn fields_that_contradict_each_other_are_refused() {
    let code = "illegal_combination";
    refused(
        &json!({"failure":{"cause":"PAYMENT_ERROR","methods":["UpdateBooking"]}}),
        code,
        "PAYMENT_ERROR",
        "CreateBooking",
    );
    refused(
        &json!({"failure":{"cause":"SLOT_UNAVAILABLE","methods":[]}}),
        code,
        "failure.methods",
        "CreateLease",
    );
    refused(
        &json!({"failure":{"cause":"SLOT_UNAVAILABLE","rejected_card_type":"VISA"}}),
        code,
        "rejected_card_type",
        "PAYMENT_ERROR_CARD_TYPE_REJECTED",
    );
    refused(
        &json!({"fault":{"kind":"latency","ms":1,"status":503}}),
        code,
        "fault.status",
        "jitter_ms",
    );
    refused(
        &json!({"fault":{"kind":"status","status":503,"ms":1}}),
        code,
        "fault.ms",
        "status",
    );
    for (fault, stray, right) in [
        (json!({"kind":"reset","ms":1}), "fault.ms", "when, methods"),
        (
            json!({"kind":"truncated","when":"after"}),
            "fault.when",
            "methods, times",
        ),
        (
            json!({"kind":"drip","bytes_per_sec":1,"retry_after_sec":1}),
            "retry_after_sec",
            "bytes_per_sec",
        ),
        (
            json!({"kind":"rate_limit","retry_after_sec":1,"status":503}),
            "fault.status",
            "retry_after_sec",
        ),
    ] {
        refused(&json!({ "fault": fault }), code, stray, right);
    }
}

#[test]
fn causes_that_no_partner_answers_with_are_refused() {
    let code = "unknown_value";
    let failure = |cause: &str| json!({"failure":{"cause":cause}});
    refused(
        &failure("DEAL_UNAVAILABLE"),
        code,
        "DEAL_UNAVAILABLE",
        "OFFER_UNAVAILABLE",
    );
    for cause in ["CAUSE_UNSPECIFIED", "BANNED_USER", "UNSUPPORTED_NAME"] {
        refused(&failure(cause), code, cause, "SLOT_UNAVAILABLE");
    }
    refused(
        &json!({"failure":{"cause":"PAYMENT_ERROR_CARD_TYPE_REJECTED",
            "rejected_card_type":"CREDIT_CARD_TYPE_UNSPECIFIED"}}),
        code,
        "rejected_card_type",
        "JCB",
    );
    refused(
        &json!({"payment":{"processed_by":"PAYMENT_PROCESSED_BY_UNSPECIFIED"}}),
        code,
        "processed_by",
        "PROCESSED_BY_PARTNER",
    );
}

#[test]
fn all_fifteen_causes_can_be_forced_on_each_of_their_methods() {
    for info in causes() {
        let behaviour = read(&json!({"failure":{"cause":info.cause.name()}})).unwrap();
        let failure = behaviour.failure.unwrap();
        // Without methods it bites one of those that it belongs to, never nothing.
        let bitten = info.methods.iter().filter(|method| failure.bites(**method));
        assert_eq!(bitten.count(), 1, "{}", info.cause);
        for method in info.methods {
            let one = json!({"failure":{"cause":info.cause.name(),"methods":[method.name()]}});
            let failure = read(&one).unwrap().failure.unwrap();
            assert!(failure.bites(*method));
            assert!(!failure.bites(Method::HealthCheck));
        }
    }
}

#[test]
fn what_is_read_is_written_the_same_again() {
    let value = json!({
        "confirmation": "asynchronous",
        "merchant_reply": {"decision":"manual"},
        "failure": {"cause":"PAYMENT_ERROR_CARD_TYPE_REJECTED","methods":["CreateBooking"],
            "rejected_card_type":"DISCOVER","times":2,"probability":0.25},
        "payment": {"mode":"no_show_fee","processed_by":"PROCESSED_BY_GOOGLE",
            "authorisation":"reject_card_type","rejected_card_type":"JCB",
            "threeds1_parameters":"missing"},
        "fault": {"kind":"latency","ms":800,"jitter_ms":200,"methods":["UpdateBooking"]},
        "validation": "warn",
        "unknown_inventory": "reject",
    });
    let behaviour = read(&value).unwrap();
    assert_eq!(serde_json::to_value(behaviour).unwrap(), value);
}

#[test]
fn a_card_type_goes_with_its_own_authorisation_only() {
    let both = json!({"authorisation": "reject_card_type", "rejected_card_type": "JCB"});
    read(&json!({ "payment": both })).unwrap();
    for wrong in [
        json!({"rejected_card_type": "JCB"}),
        json!({"authorisation": "decline", "rejected_card_type": "JCB"}),
    ] {
        let error = read(&json!({ "payment": wrong })).unwrap_err();
        assert_eq!(error.code.name(), "illegal_combination");
    }
    let unnamed = json!({"authorisation": "reject_card_type", "rejected_card_type": "CREDIT_CARD_TYPE_UNSPECIFIED"});
    let error = read(&json!({ "payment": unnamed })).unwrap_err();
    assert_eq!(error.code.name(), "unknown_value");
    // Another authorisation takes the card type of the one before away, and nothing else.
    let mut payment = both;
    payment["mode"] = json!("deposit");
    let after = merged(&payment, &json!({"authorisation": "approve"}));
    assert_eq!(
        after,
        json!({"authorisation": "approve", "mode": "deposit"})
    );
    let after = merged(&payment, &json!({"mode": "none"}));
    assert_eq!(after["rejected_card_type"], "JCB");
}
