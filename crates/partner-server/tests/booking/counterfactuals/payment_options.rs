//! Why a payment option cannot be used or bought, and what would have it be otherwise.

use serde_json::{Value, json};

use super::Step::{self, Post, Send, Toggle};
use super::{NONE, Rule, prove, rule};
use crate::payment_options::{NOW, PACK, buying, feeds, wish};

/// A booking at the studio.
fn create(before: Vec<Step>, body: Value, label: &'static str) -> Rule {
    let studio = feeds().into_iter().map(|(path, feed)| Post(path, feed));
    let before = studio.chain(before).collect();
    rule(NONE, before, "CreateBooking", body, label)
}

/// Mina's pack of three, otherwise in one thing or another.
fn given<const N: usize>(otherwise: [(&str, Value); N]) -> Step {
    let mut option = json!({"user_payment_option_id": PACK, "user_id": "user-mina",
        "merchant_id": "studio", "payment_option_id": "pack"});
    for (name, value) in otherwise {
        option[name] = value;
    }
    Post("/api/user_payment_options", option)
}

#[tokio::test]
async fn of_options_that_guests_own() {
    let using = |service_id| {
        let payment = json!({ "user_payment_option_id": PACK });
        wish("mina", service_id, 0, payment)
    };
    let refused = |option| create(vec![option], using("yoga"), "PAYMENT_OPTION_NOT_VALID");
    let ravis = given([("user_id", json!("user-ravi"))]);
    let label = "USER_CANNOT_USE_PAYMENT_OPTION";
    let at_once = [
        ("user_id", json!("user-ravi")),
        ("merchant_id", json!("spa")),
        ("payment_option_id", json!("week")),
        ("withdrawn", json!(true)),
        ("original_count", json!(2)),
        ("current_count", json!(0)),
        ("valid_start_time_sec", json!(NOW - 9)),
        ("valid_end_time_sec", json!(NOW - 1)),
    ];
    prove(vec![
        create(vec![ravis], using("yoga"), label),
        refused(given([("merchant_id", json!("spa"))])),
        refused(given([("payment_option_id", json!("year"))])),
        refused(given([("withdrawn", json!(true))])),
        refused(given([("valid_start_time_sec", json!(NOW + 60))])),
        refused(given([
            ("valid_start_time_sec", json!(NOW - 9)),
            ("valid_end_time_sec", json!(NOW - 1)),
        ])),
        refused(given([("current_count", json!(0))])),
        create(vec![given(at_once)], using("yoga"), label),
        // Nobody owns one of this name.
        create(vec![], using("yoga"), "PAYMENT_OPTION_NOT_VALID"),
        create(vec![], using("open"), "PAYMENT_OPTION_NOT_VALID"),
    ])
    .await;
}

#[tokio::test]
async fn of_options_that_are_bought() {
    // Without a token, which is a secret: a request that held one cannot be sent again.
    let wants = |guest, service_id, id| wish(guest, service_id, 0, buying(id));
    let declined = || Toggle(json!({"payment": {"authorisation": "decline"}}));
    let strict = || Toggle(json!({"unknown_inventory": "reject"}));
    let known = || Send("CreateBooking", wants("mina", "open", "pack"));
    prove(vec![
        create(
            vec![],
            wants("mina", "yoga", "year"),
            "PAYMENT_OPTION_NOT_VALID",
        ),
        create(
            vec![known(), strict()],
            wants("ravi", "open", "unheard-of"),
            "PAYMENT_OPTION_NOT_VALID",
        ),
        // Where the processor declines, approval leads to the option's own refusal.
        create(
            vec![declined()],
            wants("mina", "yoga", "year"),
            "PAYMENT_ERROR_CARD_DECLINED",
        ),
        create(
            vec![declined()],
            wants("mina", "open", "pack"),
            "PAYMENT_ERROR_CARD_DECLINED",
        ),
    ])
    .await;
}
