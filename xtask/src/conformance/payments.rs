//! Payments (reference: section 4).

use anyhow::Result;
use serde_json::{Value, json};

use super::target::{Session, same};
use super::{How, Item, Outcome, passed};

pub(super) const ITEMS: &[Item] = &[
    Item {
        name: "pay on arrival: PREPAYMENT_NOT_PROVIDED comes back",
        section: "4.3",
        how: How::AskMock(|session| echo(session, "none")),
    },
    Item {
        name: "full prepayment: status, transaction, processor and the request's own price",
        section: "4.3",
        how: How::AskMock(|session| echo(session, "prepayment")),
    },
    Item {
        name: "no-show fee: the fee beside status, transaction and price",
        section: "4.3",
        how: How::AskMock(|session| echo(session, "no_show_fee")),
    },
    Item {
        name: "deposit: its terms beside status, transaction and price",
        section: "4.3",
        how: How::AskMock(|session| echo(session, "deposit")),
    },
    Item {
        name: "card required: nothing beyond pay on arrival",
        section: "4.3",
        how: How::AskMock(|session| echo(session, "card_required")),
    },
    Item {
        name: "3-D Secure 1 round trip with the same token and with a new one",
        section: "9.5",
        how: How::AskMock(challenge),
    },
    Item {
        name: "missing threeds1_parameters count as PAYMENT_ERROR",
        section: "9.5",
        how: How::AskMock(without_parameters),
    },
    Item {
        name: "a deposit cancelled on both sides of each of its limits",
        section: "9.5",
        how: How::AskMock(deposit_limits),
    },
    Item {
        name: "no-show fee: taken after its window, and told as NO_SHOW_PENALIZED",
        section: "4.3",
        how: How::AskMock(fee_is_taken),
    },
    Item {
        name: "each answer of the payment processor, and nothing charged where it refuses",
        section: "4.3",
        how: How::AskMock(outcomes),
    },
];

/// The bank asks, the guest approves, and the request comes again with the bank's answer.
fn challenge(session: &Session) -> Result<Outcome> {
    for new_token in [false, true] {
        let mut request = session.booking(&session.slot()?);
        request["payment_processing_parameters"] =
            json!({"unparsed_payment_method_token": "tok_requires_3ds1"});
        request["payment_information"]["payment_processed_by"] = json!("PROCESSED_BY_PARTNER");
        let asked = session.force("CreateBooking", "payment=prepayment", &request)?;
        asked.failure("PAYMENT_REQUIRES_3DS1")?;
        let parameters = &asked.body["booking_failure"]["payment_failure"]["threeds1_parameters"];
        for name in ["acs_url", "pa_req", "transaction_id", "md_merchant_data"] {
            let given = parameters[name].as_str().is_some_and(|it| !it.is_empty());
            anyhow::ensure!(given, "no {name} in {}", asked.text);
        }
        let id = parameters["transaction_id"].as_str().unwrap_or_default();
        let path = format!("/api/challenges/{id}/complete");
        let done = session.control("POST", &path, &json!({"decision": "approve"}))?;
        request["payment_information"]["pa_response"] = done["pa_res"].clone();
        if new_token {
            request["idempotency_token"] =
                session.booking(&Value::Null)["idempotency_token"].take();
        }
        session
            .force("CreateBooking", "payment=prepayment", &request)?
            .booking()?;
    }
    passed()
}

/// A notification that a booking failed for a challenge, and does not say where to go with it.
fn without_parameters(session: &Session) -> Result<Outcome> {
    let slot = session.slot_in("CONFIRMATION_MODE_ASYNCHRONOUS")?;
    let (_, booking) = session.book(&slot)?;
    let id = booking["booking_id"].as_str().unwrap_or_default();
    let aggregator = session.control("GET", "/api/aggregator", &Value::Null)?;
    let base = aggregator["notify_url"].as_str().unwrap_or_default();
    let name = format!("partners/20002/bookings/{id}");
    let query = "updateMask=status&bookingFailure.cause=PAYMENT_REQUIRES_3DS1";
    let url = format!("{base}/v1alpha/notification/{name}?{query}");
    let body = json!({"name": name, "status": "FAILED"});
    let answer = session.control_answer("PATCH", &url, &body)?;
    anyhow::ensure!(answer.status == 200, "{}", answer.text);
    let view = session.control(
        "GET",
        &format!("/api/aggregator/bookings/{id}"),
        &Value::Null,
    )?;
    same(&view, "/status", &json!("FAILED"))?;
    same(&view, "/cause", &json!("PAYMENT_ERROR"))?;
    passed()
}

const DAY: i64 = 86_400;
const FOUR_HOURS: i64 = 14_400;

/// A service of its own with these terms, and a paying request for a slot of it.
fn paying(session: &Session, terms: &Value, from_now: i64) -> Result<Value> {
    let slot = session.slot()?;
    let service_id = format!("paid-{}", session.number());
    let mut service = json!({"merchant_id": slot["merchant_id"], "service_id": service_id,
        "name": "Paid in advance",
        "price": {"price_micros": 200_000_000, "currency_code": "USD"}});
    if let (Some(service), Some(terms)) = (service.as_object_mut(), terms.as_object()) {
        service.extend(terms.clone());
    }
    let path = "/api/inventory/import?name=services.json";
    session.control("POST", path, &json!({ "service": [service] }))?;
    let mut request = session.booking(&slot);
    request["slot"]["service_id"] = json!(service_id);
    request["slot"]["start_sec"] = json!((session.now_sec() + from_now).to_string());
    request["payment_processing_parameters"] =
        json!({"unparsed_payment_method_token": "tok_approve"});
    request["payment_information"]["payment_processed_by"] = json!("PROCESSED_BY_PARTNER");
    Ok(request)
}

/// The sample of the protocol: online until a day before, refundable until four hours before.
fn deposit_limits(session: &Session) -> Result<Outcome> {
    let terms = json!({
        "scheduling_rules": {"min_advance_online_canceling": DAY},
        "deposit": {"deposit": {"price_micros": 25_000_000, "currency_code": "USD"},
            "min_advance_cancellation_sec": FOUR_HOURS, "deposit_type": "FIXED_RATE_DEFAULT"},
    });
    // Half an hour to each side of each limit, so that no slow machine crosses one.
    const ASIDE: i64 = 1_800;
    for (from_now, guest_may, refunded) in [
        (DAY + ASIDE, true, true),
        (DAY - ASIDE, false, true),
        (FOUR_HOURS + ASIDE, false, true),
        (FOUR_HOURS - ASIDE, false, false),
    ] {
        let request = paying(session, &terms, from_now)?;
        let booking = session.ask("CreateBooking", &request)?.booking()?;
        let answer = session.cancel(&booking)?;
        let status = if guest_may {
            answer.booking()?["payment_information"]["prepayment_status"].clone()
        } else {
            answer.failure("OUTSIDE_CANCELLATION_WINDOW")?;
            // The guest telephones, and the merchant cancels.
            let id = booking["booking_id"].as_str().unwrap_or_default();
            let path = format!("/api/bookings/{id}/actions");
            session.control("POST", &path, &json!({"action": "cancel"}))?["prepayment_status"]
                .clone()
        };
        let expected = match refunded {
            true => "PREPAYMENT_REFUNDED",
            false => "PREPAYMENT_PROVIDED",
        };
        anyhow::ensure!(
            status == expected,
            "{status} instead of {expected}, {from_now} s before"
        );
    }
    passed()
}

fn fee_is_taken(session: &Session) -> Result<Outcome> {
    let terms = json!({
        "scheduling_rules": {"min_advance_online_canceling": FOUR_HOURS},
        "no_show_fee": {"fee": {"price_micros": 25_000_000, "currency_code": "USD"},
            "fee_type": "FIXED_RATE_DEFAULT"},
    });
    let request = paying(session, &terms, FOUR_HOURS / 2)?;
    let booking = session.ask("CreateBooking", &request)?.booking()?;
    session
        .cancel(&booking)?
        .failure("OUTSIDE_CANCELLATION_WINDOW")?;
    let id = booking["booking_id"].as_str().unwrap_or_default();
    let path = format!("/api/bookings/{id}/actions");
    let charged = session.control("POST", &path, &json!({"action": "charge_no_show_fee"}))?;
    same(&charged, "/status", &json!("NO_SHOW_PENALIZED"))?;
    same(&charged, "/balances/0/balance_micros", &json!("25000000"))?;
    passed()
}

fn outcomes(session: &Session) -> Result<Outcome> {
    let tokens = session.control("GET", "/api/payment_tokens", &Value::Null)?;
    let tokens = tokens["payment_tokens"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    anyhow::ensure!(!tokens.is_empty(), "there are no test tokens");
    for token in tokens {
        let mut request = session.booking(&session.slot()?);
        request["payment_processing_parameters"] =
            json!({"unparsed_payment_method_token": token["token"]});
        request["payment_information"]["payment_processed_by"] = json!("PROCESSED_BY_PARTNER");
        let answer = session.force("CreateBooking", "payment=prepayment", &request)?;
        if token["authorisation"] == "approve" {
            answer.booking()?;
        } else {
            answer.failure(token["answer"].as_str().unwrap_or_default())?;
            anyhow::ensure!(session.upcoming(&request)?.is_empty(), "a booking was made");
        }
    }
    passed()
}

/// What the answer must say of a payment mode.
fn echo(session: &Session, mode: &str) -> Result<Outcome> {
    let mut request = session.booking(&session.slot()?);
    let price = json!({"price_micros": "87500000", "currency_code": "EUR"});
    request["payment_information"] = json!({
        "prepayment_status": "PREPAYMENT_NOT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER",
        "price": price,
    });
    request["payment_processing_parameters"] = json!({
        "payment_processor": "mockpay",
        "version": "1",
        "unparsed_payment_method_token": "{\"id\":\"tok_approve\"}",
    });
    let overrides = format!("payment={mode}");
    let booking = session
        .force("CreateBooking", &overrides, &request)?
        .booking()?;
    let payment = &booking["payment_information"];
    if matches!(mode, "none" | "card_required") {
        same(
            payment,
            "/prepayment_status",
            &json!("PREPAYMENT_NOT_PROVIDED"),
        )?;
        same(payment, "/payment_transaction_id", &Value::Null)?;
        return passed();
    }
    same(payment, "/prepayment_status", &json!("PREPAYMENT_PROVIDED"))?;
    same(
        payment,
        "/payment_processed_by",
        &json!("PROCESSED_BY_PARTNER"),
    )?;
    same(payment, "/price", &price)?;
    let has = |pointer: &str, wanted: bool| -> Result<()> {
        let found = payment
            .pointer(pointer)
            .is_some_and(|it| it.as_str() != Some(""));
        anyhow::ensure!(found == wanted, "{pointer} in {payment}");
        Ok(())
    };
    has("/payment_transaction_id", true)?;
    has("/no_show_fee/fee/price_micros", mode == "no_show_fee")?;
    has("/deposit/deposit/price_micros", mode == "deposit")?;
    has("/deposit/min_advance_cancellation_sec", mode == "deposit")?;
    passed()
}
