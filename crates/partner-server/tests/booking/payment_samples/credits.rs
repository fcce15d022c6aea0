//! What is given back other than as money.

use serde_json::{Value, json};

use super::{START, act, book, cancel, done, kinds, told, told_to, wish, with_service};
use crate::client::request;
use crate::common::receiver::Receiver;

#[tokio::test]
async fn a_voucher_instead_of_money() {
    let receiver = Receiver::start().await;
    let mock = told_to(&receiver).await;
    let terms = json!({"prepayment_type": "REQUIRED",
        "scheduling_rules": {"min_advance_online_canceling": 14_400}});
    with_service(&mock, terms).await;
    let (cancelled, _) = book(&mock, "mina", START).await;
    let (credited, _) = book(&mock, "ravi", START).await;
    let both = json!({"action": "cancel", "refund": true, "credit": true});
    assert_eq!(act(&mock, &cancelled, both).await.status, 422);
    let wish = json!({"action": "cancel", "credit": true});
    let of_it = done(&mock, &cancelled, wish).await;
    assert_eq!(of_it["status"], "CANCELED");
    assert_eq!(of_it["prepayment_status"], "PREPAYMENT_CREDITED");
    assert_eq!(kinds(&of_it), ["authorised", "captured", "credited"]);
    assert_eq!(of_it["balances"][0]["credited_micros"], "200000000");
    let voucher = of_it["user_payment_options"][0].clone();
    assert_eq!(voucher["origin"], "credited");
    assert_eq!(voucher["user_id"], "user-mina");
    assert_eq!(voucher["current_count"], 1);
    assert_eq!(voucher["type"], "PAYMENT_OPTION_SINGLE_USE");
    let sent = told(&mock, &receiver).await;
    let mask = "updateMask=status,paymentInformation.prepaymentStatus";
    assert!(sent[0].0.ends_with(mask), "{sent:?}");
    let payment = json!({"prepaymentStatus": "PREPAYMENT_CREDITED"});
    assert_eq!(sent[0].1["paymentInformation"], payment);
    assert_eq!(sent[0].1["status"], "CANCELED");

    let of_it = done(&mock, &credited, json!({"action": "credit"})).await;
    assert_eq!(of_it["status"], "CONFIRMED", "the booking itself stays");
    let sent = told(&mock, &receiver).await;
    assert!(
        sent[0]
            .0
            .ends_with("updateMask=paymentInformation.prepaymentStatus")
    );
    assert_eq!(sent[0].1["paymentInformation"], payment);
    for action in ["credit", "refund"] {
        let again = act(&mock, &credited, json!({ "action": action })).await;
        assert_eq!(again.status, 409, "it is final: {}", again.text);
    }

    // The voucher pays for another booking.
    let mut next = wish_with(&voucher["user_payment_option_id"]);
    next["slot"]["start_sec"] = json!((START + 7_200).to_string());
    let answer = mock.create(&next).await;
    assert_eq!(answer.body["user_payment_option"]["current_count"], 0);
}

fn wish_with(option: &Value) -> Value {
    let mut wish = wish("mina", START);
    wish["idempotency_token"] = json!("with-the-voucher");
    wish["payment_information"]["user_payment_option_id"] = option.clone();
    wish.as_object_mut()
        .unwrap()
        .remove("payment_processing_parameters");
    wish
}

#[tokio::test]
async fn a_setting_credits_what_is_cancelled_in_time_but_no_deposit() {
    let mock = crate::client::with_settings(json!({"cancel_gives": "credit"})).await;
    mock.toggle(json!({"payment": {"mode": "prepayment"}}));
    let id = mock.create(&request("mina")).await.booking_id();
    let answer = cancel(&mock, &id).await;
    let paid = &answer.booking()["payment_information"]["prepayment_status"];
    assert_eq!(paid, "PREPAYMENT_CREDITED");
    let voucher = &answer.body["user_payment_option"];
    assert_eq!(voucher["current_count"], 1);
    assert_eq!(cancel(&mock, &id).await.text, answer.text);
    mock.toggle(json!({"payment": {"mode": "deposit"}}));
    let id = mock.create(&request("ravi")).await.booking_id();
    let refused = act(&mock, &id, json!({"action": "credit"})).await;
    assert_eq!(refused.status, 409, "{}", refused.text);
    let answer = cancel(&mock, &id).await;
    let paid = &answer.booking()["payment_information"]["prepayment_status"];
    assert_eq!(paid, "PREPAYMENT_REFUNDED");
}
