//! What a merchant can and cannot do, row by row.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{act, behave, cancel_as_guest, details, done, emails, go_to, legal, pending};
use crate::common::{Mock, create_booking};

/// When the bookings of these tests begin.
const START: &str = "2026-11-23T10:00:00Z";

/// Places left of the slot that these tests book.
async fn free(mock: &Mock) -> i64 {
    let request = json!({ "slot": create_booking("x")["slot"] });
    let answer = mock.booking_server("CheckAvailability", request).await;
    answer.body["count_available"].as_i64().unwrap()
}

fn set(names: &[&str]) -> HashSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn last_event(details: &Value) -> (&str, &str) {
    let event = details["timeline"].as_array().unwrap().last().unwrap();
    (
        event["event"].as_str().unwrap(),
        event["status"].as_str().unwrap(),
    )
}

#[tokio::test]
async fn a_pending_booking_is_confirmed_declined_or_failed() {
    let mock = Mock::start().await;
    let before = free(&mock).await;
    for (guest, action, status, event, email, places) in [
        ("Ann", "confirm", "CONFIRMED", "confirmed", "confirmed", 1),
        (
            "Ben",
            "decline",
            "DECLINED_BY_MERCHANT",
            "declined",
            "declined",
            1,
        ),
        ("Cem", "fail", "FAILED", "failed", "failed", 1),
    ] {
        let id = pending(&mock, guest).await;
        let asked = details(&mock, &id).await;
        assert_eq!(legal(&asked), set(&["confirm", "decline", "fail"]));
        assert_eq!(emails(&asked), ["pending"]);
        assert_eq!(
            free(&mock).await,
            before - places - i64::from(guest != "Ann"),
            "held"
        );
        let decided = done(&mock, &id, json!({ "action": action })).await;
        assert_eq!(decided["status"], status);
        assert_eq!(last_event(&decided), (event, status));
        assert_eq!(emails(&decided), ["pending", email]);
        // Ann's place stays taken, the others' are given back.
        assert_eq!(free(&mock).await, before - 1, "{action}");
        let again = act(&mock, &id, json!({ "action": action })).await;
        assert_eq!((again.status, again.refusal().1), (409, "illegal_move"));
        assert_eq!(details(&mock, &id).await["timeline"], decided["timeline"]);
    }
}

#[tokio::test]
async fn a_guest_withdraws_a_pending_booking_and_the_merchant_comes_too_late() {
    let mock = Mock::start().await;
    let before = free(&mock).await;
    let id = pending(&mock, "Ann").await;
    assert_eq!(
        cancel_as_guest(&mock, &id).await["booking"]["status"],
        "CANCELED"
    );
    assert_eq!(free(&mock).await, before);
    for action in [
        "confirm", "decline", "fail", "cancel", "no_show", "refund", "credit",
    ] {
        let late = act(&mock, &id, json!({ "action": action })).await;
        let (status, code, hint) = late.refusal();
        assert_eq!((status, code), (409, "illegal_move"), "{action}");
        assert_eq!(hint, "Nothing can be done with this booking any more.");
    }
    let after = details(&mock, &id).await;
    assert_eq!(emails(&after), ["pending", "cancelled"]);
    assert_eq!(legal(&after), set(&[]));
}

#[tokio::test]
async fn a_guest_cannot_change_an_asynchronous_booking_not_even_a_confirmed_one() {
    let mock = Mock::start().await;
    let id = pending(&mock, "Ann").await;
    let slot = json!({"start_sec": "1795431600", "duration_sec": "3600"});
    let request = json!({"booking": {"booking_id": id, "slot": slot}});
    for action in ["confirm", ""] {
        let refused = mock.booking_server("UpdateBooking", request.clone()).await;
        assert_eq!(refused.body["booking_failure"]["cause"], "SLOT_UNAVAILABLE");
        if !action.is_empty() {
            done(&mock, &id, json!({ "action": action })).await;
        }
    }
}

#[tokio::test]
async fn a_confirmed_booking_is_cancelled_by_the_merchant() {
    let mock = Mock::start().await;
    let before = free(&mock).await;
    let id = mock.book("Ann").await;
    assert_eq!(
        legal(&details(&mock, &id).await),
        set(&["cancel", "reschedule"])
    );
    let cancelled = done(&mock, &id, json!({"action": "cancel"})).await;
    assert_eq!(cancelled["status"], "CANCELED");
    assert_eq!(
        last_event(&cancelled),
        ("cancelled_by_merchant", "CANCELED")
    );
    assert_eq!(emails(&cancelled), ["confirmed", "cancelled"]);
    assert_eq!(free(&mock).await, before);
    // It was not the guest who cancelled, so this is no repetition (10.13).
    let guest = cancel_as_guest(&mock, &id).await;
    let cause = &guest["booking_failure"]["cause"];
    assert_eq!(cause, "BOOKING_ALREADY_CANCELLED");
}

#[tokio::test]
async fn a_guest_does_not_come_with_and_without_a_fee() {
    let mock = Mock::start().await;
    let ann = mock.book("Ann").await;
    let ben = mock.book("Ben").await;
    let early = act(&mock, &ann, json!({"action": "no_show"})).await;
    assert_eq!((early.status, early.refusal().1), (409, "illegal_move"));
    assert!(
        early.text.contains("2026-11-23 10:00:00 UTC"),
        "{}",
        early.text
    );
    assert_eq!(early.refusal().2, "Legal now: cancel, reschedule.");
    go_to(&mock, START).await;
    let absent = done(&mock, &ann, json!({"action": "no_show"})).await;
    assert_eq!(absent["status"], "NO_SHOW");
    assert_eq!(legal(&absent), set(&["charge_no_show_fee"]));
    let charged = done(&mock, &ann, json!({"action": "charge_no_show_fee"})).await;
    assert_eq!(charged["status"], "NO_SHOW_PENALIZED");
    assert_eq!(legal(&charged), set(&[]));
    let charged = done(&mock, &ben, json!({"action": "charge_no_show_fee"})).await;
    assert_eq!(charged["status"], "NO_SHOW_PENALIZED");
    assert_eq!(emails(&charged), ["confirmed"]);
}

#[tokio::test]
async fn a_merchant_moves_a_booking_but_not_to_a_slot_that_is_full() {
    let mock = Mock::start().await;
    let before = free(&mock).await;
    let id = mock.book("Ann").await;
    let change = json!({"action": "reschedule", "start_sec": "1795431600"});
    let moved = done(&mock, &id, change).await;
    assert_eq!(moved["status"], "CONFIRMED");
    assert_eq!(moved["start_at"], "2026-11-23T11:00:00Z");
    assert_eq!(last_event(&moved), ("rescheduled_by_merchant", "CONFIRMED"));
    assert_eq!(free(&mock).await, before, "the old place is free again");

    let change = json!({"action": "reschedule", "party_size": 5, "duration_sec": 5400});
    let moved = done(&mock, &id, change).await;
    assert_eq!(
        (&moved["party_size"], &moved["duration_sec"]),
        (&json!(5), &json!("5400"))
    );
    assert_eq!(moved["booking"]["slot"]["resources"]["party_size"], 5);
    assert_eq!(moved["booking"]["slot"]["service_id"], "massage-60");

    for (change, words) in [
        (json!({"party_size": 5}), "so already"),
        (json!({"start_sec": 1_795_309_200}), "has passed"),
    ] {
        let mut change = change;
        change["action"] = json!("reschedule");
        let refused = act(&mock, &id, change).await;
        assert_eq!(
            (refused.status, refused.refusal().1),
            (409, "slot_unavailable")
        );
        assert!(refused.text.contains(words), "{}", refused.text);
    }
    behave(&mock, json!({"unknown_inventory": "reject"})).await;
    let change = json!({"action": "reschedule", "start_sec": "1795440000"});
    let refused = act(&mock, &id, change).await;
    assert!(refused.text.contains("no such slot"), "{}", refused.text);
}

#[tokio::test]
async fn money_is_given_back_once_with_a_cancel_or_by_itself() {
    let mock = Mock::start().await;
    behave(&mock, json!({"payment": {"mode": "deposit"}})).await;
    let in_time = mock.book("Ann").await;
    let by_hand = mock.book("Ben").await;
    behave(&mock, json!({"payment": {"mode": "prepayment"}})).await;
    let kept = mock.book("Cem").await;
    behave(&mock, json!({"payment": {"mode": "none"}})).await;
    let unpaid = mock.book("Dan").await;

    let cancelled = done(&mock, &in_time, json!({"action": "cancel"})).await;
    assert_eq!(cancelled["prepayment_status"], "PREPAYMENT_REFUNDED");

    let refunded = done(&mock, &by_hand, json!({"action": "refund"})).await;
    assert_eq!(refunded["status"], "CONFIRMED");
    assert_eq!(refunded["prepayment_status"], "PREPAYMENT_REFUNDED");
    assert_eq!(last_event(&refunded).0, "refunded");
    let again = act(&mock, &by_hand, json!({"action": "refund"})).await;
    assert_eq!((again.status, again.refusal().1), (409, "illegal_move"));

    let keep = json!({"action": "cancel", "refund": false});
    let cancelled = done(&mock, &kept, keep).await;
    assert_eq!(cancelled["prepayment_status"], "PREPAYMENT_PROVIDED");
    assert_eq!(legal(&cancelled), set(&["refund", "credit"]));
    let refunded = done(&mock, &kept, json!({"action": "refund"})).await;
    assert_eq!(
        (&refunded["status"], &refunded["prepayment_status"]),
        (&json!("CANCELED"), &json!("PREPAYMENT_REFUNDED"))
    );

    let wish = json!({"action": "cancel", "refund": true});
    let refused = act(&mock, &unpaid, wish).await;
    assert!(
        refused.text.contains("nothing to refund"),
        "{}",
        refused.text
    );
    let wish = json!({"action": "cancel", "refund": false});
    assert_eq!(done(&mock, &unpaid, wish).await["status"], "CANCELED");
}

#[tokio::test]
async fn a_deposit_that_is_cancelled_too_late_stays_with_the_merchant() {
    let mock = Mock::start().await;
    behave(&mock, json!({"payment": {"mode": "deposit"}})).await;
    let (at_the_limit, late) = (mock.book("Ann").await, mock.book("Ben").await);
    // The limit is four hours before the start, and included.
    go_to(&mock, "2026-11-23T06:00:00Z").await;
    let cancelled = done(&mock, &at_the_limit, json!({"action": "cancel"})).await;
    assert_eq!(cancelled["prepayment_status"], "PREPAYMENT_REFUNDED");
    go_to(&mock, "2026-11-23T06:00:01Z").await;
    let cancelled = done(&mock, &late, json!({"action": "cancel"})).await;
    assert_eq!(cancelled["prepayment_status"], "PREPAYMENT_PROVIDED");
}

#[tokio::test]
async fn every_cause_with_its_companions_goes_through_as_the_reason_of_a_failure() {
    let mock = Mock::start().await;
    let causes = mock.get("/api/causes").await.body;
    let causes = causes["causes"]
        .as_array()
        .or(causes.as_array())
        .unwrap()
        .clone();
    let mut tried = 0;
    for cause in causes {
        let cause = cause["cause"].as_str().unwrap();
        let id = pending(&mock, &format!("guest-{tried}")).await;
        let wish = json!({"action": "fail", "cause": cause, "description": "at the till"});
        let answer = act(&mock, &id, wish).await;
        tried += 1;
        if cause == "OFFER_UNAVAILABLE" {
            assert_eq!(
                (answer.status, answer.refusal().1),
                (422, "illegal_combination")
            );
            continue;
        }
        assert_eq!(answer.body["status"], "FAILED", "{}", answer.text);
        let event = answer.body["timeline"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        assert!(event["text"].as_str().unwrap().contains(cause));
    }
    assert_eq!(tried, 15);
    let id = pending(&mock, "card").await;
    let wish = json!({"action": "fail", "cause": "PAYMENT_ERROR_CARD_TYPE_REJECTED", "rejected_card_type": "JCB"});
    assert_eq!(done(&mock, &id, wish).await["status"], "FAILED");
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_the_nearest_name() {
    let mock = Mock::start().await;
    let id = pending(&mock, "Ann").await;
    for (wish, code, hint) in [
        (json!({}), "missing_field", "confirm, decline"),
        (
            json!({"action": "confrim"}),
            "unknown_value",
            "\"confirm\"?",
        ),
        (json!({"acton": "confirm"}), "unknown_field", "\"action\"?"),
        (
            json!({"action": "confirm", "cause": "SLOT_UNAVAILABLE"}),
            "illegal_combination",
            "no other",
        ),
        (
            json!({"action": "fail", "start_sec": 5}),
            "illegal_combination",
            "cause",
        ),
        (
            json!({"action": "fail", "cause": "SLOT_UNAVAILABEL"}),
            "unknown_value",
            "SLOT_UNAVAILABLE",
        ),
        (
            json!({"action": "fail", "cause": "DEAL_UNAVAILABLE"}),
            "illegal_combination",
            "SLOT_",
        ),
        (
            json!({"action": "fail", "cause": "PAYMENT_ERROR", "rejected_card_type": "VISA"}),
            "illegal_combination",
            "Leave it out",
        ),
        (
            json!({"action": "fail", "cause": "PAYMENT_ERROR_CARD_TYPE_REJECTED", "rejected_card_type": "VISSA"}),
            "unknown_value",
            "\"VISA\"?",
        ),
        (
            json!({"action": "reschedule"}),
            "missing_field",
            "start_sec",
        ),
        (
            json!({"action": "reschedule", "party_size": 0}),
            "unknown_value",
            "start at 1",
        ),
        (
            json!({"action": "reschedule", "start_sec": "noon"}),
            "unknown_value",
            "whole numbers",
        ),
    ] {
        let answer = act(&mock, &id, wish.clone()).await;
        let (status, found, words) = answer.refusal();
        assert_eq!((status, found), (422, code), "{wish}");
        assert!(words.contains(hint), "{wish}: {words}");
    }
    let missing = act(&mock, "bk-none", json!({"action": "confirm"})).await;
    assert_eq!((missing.status, missing.refusal().1), (404, "not_found"));
    assert_eq!(
        details(&mock, &id).await["status"],
        "PENDING_MERCHANT_CONFIRMATION"
    );
}
