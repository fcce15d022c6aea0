//! What the payment processor says, and what would have it say something else.

use serde_json::json;

use super::Step::Toggle;
use super::{NONE, prove, rule, with};
use crate::client::request;

#[tokio::test]
async fn of_payments() {
    let create = |before, body, label| rule(NONE, before, "CreateBooking", body, label);
    let says = |authorisation: &str| {
        Toggle(json!({"payment": {"mode": "deposit", "authorisation": authorisation}}))
    };
    let bearing = |token: &str| {
        let place = "/payment_processing_parameters/unparsed_payment_method_token";
        with("mina", [(place, json!(token))])
    };
    let tagged = |tag: &str| {
        let address = json!(format!("mina+{tag}@example.com"));
        with("mina", [("/user_information/email", address)])
    };
    prove(vec![
        create(vec![says("approve")], request("mina"), "CONFIRMED"),
        create(
            vec![says("decline")],
            request("mina"),
            "PAYMENT_ERROR_CARD_DECLINED",
        ),
        create(
            vec![says("reject_card_type")],
            request("mina"),
            "PAYMENT_ERROR_CARD_TYPE_REJECTED",
        ),
        create(
            vec![says("require_3ds1")],
            request("mina"),
            "PAYMENT_REQUIRES_3DS1",
        ),
        create(
            vec![],
            bearing("tok_decline"),
            "PAYMENT_ERROR_CARD_DECLINED",
        ),
        create(vec![], bearing("tok_declin"), "400 override refused"),
        create(
            vec![],
            tagged("AUTHORISATION_DECLINE"),
            "400 override refused",
        ),
        create(
            vec![],
            tagged("PAYMENT_DEPOSIT+AUTHORISATION_ERROR"),
            "PAYMENT_ERROR",
        ),
    ])
    .await;
}
