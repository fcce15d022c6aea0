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
        how: How::Later("there is no payment processor and no issuer's page yet"),
    },
    Item {
        name: "missing threeds1_parameters count as PAYMENT_ERROR",
        section: "9.5",
        how: How::Later("the partner cannot be told to leave them out yet"),
    },
    Item {
        name: "a deposit cancelled on both sides of each of its limits",
        section: "9.5",
        how: How::Later("a guest's cancel gives no deposit back yet"),
    },
];

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
