//! Packs, memberships, single uses and vouchers: given, bought, used, used up, and given back.

use std::time::Duration;

use booking_api::Finding;
use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{request, with_settings};
use crate::common::{Answer, Mock};

/// 2026-11-23T10:00:00Z, a day and nine hours ahead.
const START: i64 = 1_795_428_000;
pub(crate) const NOW: i64 = 1_795_309_200;
pub(crate) const PACK: &str = "minas-pack";

/// A partner with the studio of [`feeds`].
async fn studio() -> Mock {
    studio_of(Mock::start().await).await
}

async fn studio_of(mock: Mock) -> Mock {
    for (call, feed) in feeds() {
        let answer = mock.send(Method::POST, call, feed).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }
    mock
}

/// A studio that sells a pack of three, single classes and a membership; its class takes the first
/// two, and can be cancelled until four hours before. With the calls that take the feeds in.
pub(crate) fn feeds() -> [(&'static str, Value); 2] {
    let price = |units: i64| json!({"price_micros": units * 1_000_000, "currency_code": "USD"});
    let merchants = json!({
        "merchant": [{"merchant_id": "studio", "name": "Studio", "category": "fitness",
            "geo": {"latitude": 47.6, "longitude": -122.3},
            "payment_option": [
                {"payment_option_id": "pack", "payment_option_type": "PAYMENT_OPTION_MULTI_USE",
                    "session_count": 3, "price": price(60), "valid_duration_sec": 604_800},
                {"payment_option_id": "single", "price": price(25),
                    "payment_option_type": "PAYMENT_OPTION_SINGLE_USE"},
                {"payment_option_id": "year", "price": price(900),
                    "payment_option_type": "PAYMENT_OPTION_UNLIMITED_USE"},
            ]}],
    });
    let class = |service_id: &str, options: &[&str]| {
        json!({"merchant_id": "studio", "service_id": service_id, "name": "Yoga",
            "price": price(25), "prepayment_type": "REQUIRED", "payment_option_id": options,
            "scheduling_rules": {"min_advance_online_canceling": 14_400}})
    };
    let services = json!({"service": [class("yoga", &["pack", "single"]), class("open", &[])]});
    [
        ("/api/inventory/import?name=merchants.json", merchants),
        ("/api/inventory/import?name=services.json", services),
    ]
}

async fn give(mock: &Mock, option: Value) -> Answer {
    mock.send(Method::POST, "/api/user_payment_options", option)
        .await
}

async fn give_pack(mock: &Mock, left: i64) -> Value {
    let answer = give(
        mock,
        json!({"user_payment_option_id": PACK, "user_id": "user-mina", "merchant_id": "studio",
            "payment_option_id": "pack", "current_count": left}),
    )
    .await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.body
}

/// A request for the class that pays so; each for a place of its own in time.
#[allow(
    clippy::needless_pass_by_value,
    reason = "calls read better without a borrow"
)]
pub(crate) fn wish(guest: &str, service_id: &str, hour: i64, payment: Value) -> Value {
    let mut wish = request(guest);
    wish["slot"]["merchant_id"] = json!("studio");
    wish["slot"]["service_id"] = json!(service_id);
    wish["slot"]["start_sec"] = json!((START + hour * 3_600).to_string());
    wish["idempotency_token"] = json!(format!("{guest}-{service_id}-{hour}"));
    wish["payment_information"] = json!({"prepayment_status": "PREPAYMENT_NOT_PROVIDED",
        "payment_processed_by": "PROCESSED_BY_PARTNER"});
    for (name, value) in payment.as_object().unwrap() {
        wish["payment_information"][name] = value.clone();
    }
    wish
}

fn with_pack() -> Value {
    json!({"user_payment_option_id": PACK,
        "price": {"price_micros": "25000000", "currency_code": "USD"}})
}

pub(crate) fn buying(id: &str) -> Value {
    json!({ "payment_option_id": id })
}

async fn buy(mock: &Mock, guest: &str, hour: i64, id: &str) -> Answer {
    let mut wish = wish(guest, "open", hour, buying(id));
    wish["payment_processing_parameters"] = json!({"unparsed_payment_method_token": "tok_approve"});
    mock.create(&wish).await
}

async fn cancel(mock: &Mock, id: &str) -> Answer {
    let body = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", body).await
}

async fn act(mock: &Mock, id: &str, action: Value) -> Answer {
    let path = format!("/api/bookings/{id}/actions");
    mock.send(Method::POST, &path, action).await
}

async fn details(mock: &Mock, id: &str) -> Value {
    mock.get(&format!("/api/bookings/{id}")).await.body
}

async fn left(mock: &Mock, id: &str) -> Value {
    let list = mock.get("/api/user_payment_options").await.body;
    let list = list["user_payment_options"].as_array().unwrap().clone();
    let one = list.iter().find(|it| it["user_payment_option_id"] == id);
    one.unwrap_or_else(|| panic!("{id} in {list:?}"))["current_count"].clone()
}

fn kinds(details: &Value) -> Vec<&str> {
    let ledger = details["ledger"].as_array().unwrap();
    ledger
        .iter()
        .map(|it| it["kind"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_pack_runs_out_and_a_use_comes_back() {
    let mock = studio().await;
    give_pack(&mock, 2).await;
    let first = mock.create(&wish("mina", "yoga", 0, with_pack())).await;
    let expected = json!({"user_payment_option_id": PACK, "payment_option_id": "pack",
        "type": "PAYMENT_OPTION_MULTI_USE", "original_count": 3, "current_count": 1,
        "valid_start_time_sec": NOW.to_string(),
        "valid_end_time_sec": (NOW + 604_800).to_string()});
    assert_eq!(first.body["user_payment_option"], expected);
    let mut information = with_pack();
    information["prepayment_status"] = json!("PREPAYMENT_PROVIDED");
    information["payment_processed_by"] = json!("PROCESSED_BY_PARTNER");
    assert_eq!(first.booking()["payment_information"], information);
    let findings = mock.newest().await.findings;
    let of_payment = |it: &&Finding| it.pointer.starts_with("/payment");
    assert_eq!(findings.iter().find(of_payment), None, "no token is wanted");

    // The same token again is the same answer, and takes no use.
    let again = mock.create(&wish("mina", "yoga", 0, with_pack())).await;
    assert_eq!(again.text, first.text);
    assert_eq!(left(&mock, PACK).await, 1);
    let second = mock.create(&wish("mina", "yoga", 2, with_pack())).await;
    assert_eq!(second.body["user_payment_option"]["current_count"], 0);
    let third = wish("mina", "yoga", 4, with_pack());
    let refused = mock.create(&third).await;
    assert_eq!(refused.cause(), "PAYMENT_OPTION_NOT_VALID");
    assert_eq!(refused.body.as_object().unwrap().len(), 1);
    assert_eq!(left(&mock, PACK).await, 0);

    let of_first = details(&mock, &first.booking_id()).await;
    assert_eq!(kinds(&of_first), ["option_used"]);
    assert_eq!(of_first["ledger"][0]["payment_method"], PACK);
    assert_eq!(of_first["balances"], json!([]));
    assert_eq!(
        of_first["user_payment_options"][0]["user_payment_option_id"],
        PACK
    );

    // Cancelled in time the use comes back, once.
    let answer = cancel(&mock, &first.booking_id()).await;
    assert_eq!(answer.body["user_payment_option"]["current_count"], 1);
    let status = &answer.booking()["payment_information"]["prepayment_status"];
    assert_eq!(status, "PREPAYMENT_CREDITED");
    assert_eq!(cancel(&mock, &first.booking_id()).await.text, answer.text);
    assert_eq!(left(&mock, PACK).await, 1);
    let of_first = details(&mock, &first.booking_id()).await;
    assert_eq!(kinds(&of_first), ["option_used", "option_returned"]);
    assert_eq!(of_first["differs"], json!([]));
    let third = mock.create(&third).await;
    assert_eq!(third.body["user_payment_option"]["current_count"], 0);
}

#[tokio::test]
async fn a_use_that_is_cancelled_too_late_stays_used() {
    let mock = studio().await;
    give_pack(&mock, 2).await;
    let id = mock
        .create(&wish("mina", "yoga", 0, with_pack()))
        .await
        .booking_id();
    let kept = mock
        .create(&wish("mina", "yoga", 2, with_pack()))
        .await
        .booking_id();
    let late = u64::try_from(START + 7_200 - 14_399 - NOW).unwrap();
    mock.clock.advance(Duration::from_secs(late));
    assert_eq!(
        cancel(&mock, &id).await.cause(),
        "OUTSIDE_CANCELLATION_WINDOW"
    );
    let no_show = act(&mock, &id, json!({"action": "no_show"})).await;
    assert_eq!(no_show.body["prepayment_status"], "PREPAYMENT_PROVIDED");
    assert_eq!(left(&mock, PACK).await, 0);
    // The merchant keeps it by the same limit, and may be generous all the same.
    let cancelled = act(&mock, &kept, json!({"action": "cancel"})).await;
    assert_eq!(cancelled.body["prepayment_status"], "PREPAYMENT_PROVIDED");
    assert_eq!(left(&mock, PACK).await, 0);
    let refund = act(&mock, &kept, json!({"action": "refund"})).await;
    assert_eq!(refund.refusal().0, 409);
    let generous = act(&mock, &kept, json!({"action": "credit"})).await;
    assert_eq!(generous.body["prepayment_status"], "PREPAYMENT_CREDITED");
    assert_eq!(left(&mock, PACK).await, 1);
    let once_more = act(&mock, &kept, json!({"action": "credit"})).await;
    assert_eq!(once_more.status, 409, "{}", once_more.text);
    assert_eq!(left(&mock, PACK).await, 1);
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_its_cause() {
    let mock = studio().await;
    give_pack(&mock, 3).await;
    for (guest, service_id, id, change, cause, why) in [
        (
            "mina",
            "yoga",
            "nobodys",
            json!({}),
            "PAYMENT_OPTION_NOT_VALID",
            "Nobody owns",
        ),
        (
            "ravi",
            "yoga",
            PACK,
            json!({}),
            "USER_CANNOT_USE_PAYMENT_OPTION",
            "another guest",
        ),
        (
            "mina",
            "yoga",
            PACK,
            json!({"payment_option_id": "year"}),
            "PAYMENT_OPTION_NOT_VALID",
            "does not take it",
        ),
        (
            "mina",
            "open",
            PACK,
            json!({"merchant_id": "spa"}),
            "PAYMENT_OPTION_NOT_VALID",
            "another merchant's",
        ),
        (
            "mina",
            "yoga",
            PACK,
            json!({"valid_start_time_sec": 5, "valid_end_time_sec": NOW - 1}),
            "PAYMENT_OPTION_NOT_VALID",
            "time is over",
        ),
        (
            "mina",
            "yoga",
            PACK,
            json!({"valid_start_time_sec": NOW + 60}),
            "PAYMENT_OPTION_NOT_VALID",
            "not begun",
        ),
        (
            "mina",
            "yoga",
            PACK,
            json!({"current_count": 0}),
            "PAYMENT_OPTION_NOT_VALID",
            "used up",
        ),
    ] {
        let path = format!("/api/user_payment_options/{PACK}");
        let changed = mock.send(Method::PATCH, &path, change.clone()).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        let payment = json!({ "user_payment_option_id": id });
        let answer = mock.create(&wish(guest, service_id, 0, payment)).await;
        assert_eq!(answer.cause(), cause, "{change}");
        let words = answer.failure()["description"].as_str().unwrap().to_owned();
        assert!(words.contains(why), "{words}");
        // Back to how it was.
        let whole = json!({"user_id": "user-mina", "merchant_id": "studio",
            "payment_option_id": "pack", "current_count": 3,
            "valid_start_time_sec": NOW, "valid_end_time_sec": 0});
        mock.send(Method::PATCH, &path, whole).await;
    }
    let nothing = json!({"user_payment_option_id": PACK});
    mock.create(&wish("mina", "yoga", 0, nothing))
        .await
        .booking();
    assert_eq!(left(&mock, PACK).await, 2, "refusals took nothing");
}

#[tokio::test]
async fn options_are_bought_with_a_booking() {
    let mock = studio().await;
    let pack = buy(&mock, "mina", 0, "pack").await;
    let option = pack.body["user_payment_option"].clone();
    assert_eq!(option["original_count"], 3);
    assert_eq!(option["current_count"], 2);
    let information = &pack.booking()["payment_information"];
    assert_eq!(information["prepayment_status"], "PREPAYMENT_PROVIDED");
    assert_eq!(information["payment_option_id"], "pack");
    assert_eq!(
        information["user_payment_option_id"],
        option["user_payment_option_id"]
    );
    assert_eq!(information["price"]["price_micros"], "60000000");
    assert!(information["payment_transaction_id"].is_string());
    let of_it = details(&mock, &pack.booking_id()).await;
    assert_eq!(kinds(&of_it), ["authorised", "captured", "option_used"]);
    assert_eq!(of_it["balances"][0]["balance_micros"], "60000000");
    let owned = &of_it["user_payment_options"][0];
    assert_eq!(owned["origin"], "bought");
    assert_eq!(owned["booking_id"], pack.booking_id());

    // Its use comes back on a cancel, and the guest keeps the pack.
    let id = option["user_payment_option_id"].as_str().unwrap();
    let answer = cancel(&mock, &pack.booking_id()).await;
    assert_eq!(answer.body["user_payment_option"]["current_count"], 3);

    // A single use comes back as a new one.
    let single = buy(&mock, "mina", 2, "single").await;
    let old = &single.body["user_payment_option"];
    assert_eq!(old["current_count"], 0);
    let answer = cancel(&mock, &single.booking_id()).await;
    let new = &answer.body["user_payment_option"];
    assert_eq!(new["current_count"], 1);
    assert_ne!(new["user_payment_option_id"], old["user_payment_option_id"]);
    let new_id = new["user_payment_option_id"].as_str().unwrap();
    let payment = json!({ "user_payment_option_id": new_id });
    mock.create(&wish("mina", "yoga", 4, payment))
        .await
        .booking();

    // A membership counts nothing, and stays as it is.
    let year = buy(&mock, "mina", 6, "year").await;
    assert_eq!(year.body["user_payment_option"]["current_count"], 0);
    let answer = cancel(&mock, &year.booking_id()).await;
    assert_eq!(answer.body["user_payment_option"], Value::Null);
    let payment = json!({"user_payment_option_id":
        year.body["user_payment_option"]["user_payment_option_id"]});
    mock.create(&wish("mina", "open", 6, payment))
        .await
        .booking();

    // Where the merchant gives the price back, the pack is worth nothing any more.
    let pack = buy(&mock, "mina", 8, "pack").await;
    let refunded = act(&mock, &pack.booking_id(), json!({"action": "refund"})).await;
    assert_eq!(refunded.body["prepayment_status"], "PREPAYMENT_REFUNDED");
    let payment = json!({"user_payment_option_id":
        pack.body["user_payment_option"]["user_payment_option_id"]});
    let refused = mock.create(&wish("mina", "open", 10, payment)).await;
    assert_eq!(refused.cause(), "PAYMENT_OPTION_NOT_VALID");

    // What fails buys nothing.
    let before = mock.get("/api/user_payment_options").await.body;
    mock.toggle(json!({"payment": {"authorisation": "decline"}}));
    let declined = mock.create(&wish("ravi", "open", 0, buying("pack"))).await;
    assert_eq!(declined.cause(), "PAYMENT_ERROR_CARD_DECLINED");
    mock.toggle(json!({"payment": {"authorisation": "approve"}}));
    let unlisted = mock.create(&wish("ravi", "yoga", 0, buying("year"))).await;
    assert_eq!(unlisted.cause(), "PAYMENT_OPTION_NOT_VALID");
    assert_eq!(mock.get("/api/user_payment_options").await.body, before);
    assert_eq!(left(&mock, id).await, 3);
}

#[tokio::test]
async fn one_that_nobody_knows_springs_into_being_or_is_refused() {
    let mock = studio().await;
    let bought = buy(&mock, "mina", 0, "unheard-of").await;
    assert_eq!(bought.body["user_payment_option"]["original_count"], 5);
    mock.toggle(json!({"unknown_inventory": "reject"}));
    // The slot is there now, but there is no such option.
    let refused = buy(&mock, "ravi", 0, "unheard-of").await;
    assert_eq!(refused.cause(), "PAYMENT_OPTION_NOT_VALID");
}

#[tokio::test]
async fn a_booking_that_never_was_takes_no_use() {
    let mock = studio_of(with_settings(json!({"allow_async_payment": true})).await).await;
    give_pack(&mock, 2).await;
    mock.toggle(json!({"confirmation": "asynchronous"}));
    let pending = mock.create(&wish("mina", "open", 0, with_pack())).await;
    assert_eq!(left(&mock, PACK).await, 1);
    let declined = act(&mock, &pending.booking_id(), json!({"action": "decline"})).await;
    assert_eq!(declined.body["prepayment_status"], "PREPAYMENT_CREDITED");
    assert_eq!(left(&mock, PACK).await, 2);
    let bought = buy(&mock, "mina", 2, "pack").await;
    let declined = act(&mock, &bought.booking_id(), json!({"action": "decline"})).await;
    assert_eq!(declined.body["prepayment_status"], "PREPAYMENT_REFUNDED");
    assert_eq!(declined.body["user_payment_options"][0]["withdrawn"], true);

    // By default an asynchronous booking takes no payment of any kind.
    let mock = studio().await;
    give_pack(&mock, 2).await;
    mock.toggle(json!({"confirmation": "asynchronous"}));
    let pending = mock.create(&wish("mina", "open", 0, with_pack())).await;
    assert_eq!(pending.body["user_payment_option"], Value::Null);
    let status = &pending.booking()["payment_information"]["prepayment_status"];
    assert_eq!(status, "PREPAYMENT_NOT_PROVIDED");
    let codes: Vec<String> = mock
        .newest()
        .await
        .findings
        .iter()
        .map(|it| it.code.to_string())
        .collect();
    assert!(
        codes.contains(&"payment_with_asynchronous".to_owned()),
        "{codes:?}"
    );
    assert_eq!(left(&mock, PACK).await, 2);
}

#[tokio::test]
async fn options_are_given_changed_and_listed() {
    let mock = studio().await;
    let given = give_pack(&mock, 1).await;
    assert_eq!(given["origin"], "given");
    assert_eq!(given["original_count"], 3, "as the merchant's feed has it");
    assert_eq!(given["booking_id"], Value::Null);
    for (wrong, status, code) in [
        (
            json!({"user_payment_option_id": PACK, "user_id": "a", "merchant_id": "b",
                "payment_option_id": "c"}),
            409,
            "already_there",
        ),
        (
            json!({"user_id": "a", "merchant_id": "b"}),
            422,
            "unknown_value",
        ),
        (
            json!({"user_id": "a", "merchant_id": "b", "payment_option_id": "c", "kind": "x"}),
            422,
            "unknown_field",
        ),
        (
            json!({"user_id": "a", "merchant_id": "b", "payment_option_id": "c",
                "type": "PAYMENT_OPTION_MULTI"}),
            422,
            "unknown_value",
        ),
        (
            json!({"user_id": "a", "merchant_id": "b", "payment_option_id": "c",
                "original_count": 2, "current_count": 3}),
            422,
            "unknown_value",
        ),
        (
            json!({"user_id": "a", "merchant_id": "studio", "payment_option_id": "single",
                "current_count": 2}),
            422,
            "unknown_value",
        ),
        (
            json!({"user_id": "a", "merchant_id": "b", "payment_option_id": "c",
                "valid_start_time_sec": 9, "valid_end_time_sec": "8"}),
            422,
            "unknown_value",
        ),
    ] {
        let answer = give(&mock, wrong.clone()).await;
        let (got, word, hint) = answer.refusal();
        assert_eq!((got, word), (status, code), "{wrong}: {}", answer.text);
        assert!(!hint.is_empty());
    }
    let made_up = give(
        &mock,
        json!({"user_id": "user-ravi", "merchant_id": "studio", "payment_option_id": "year"}),
    )
    .await;
    assert_eq!(made_up.body["type"], "PAYMENT_OPTION_UNLIMITED_USE");
    assert_eq!(made_up.body["user_payment_option_id"], "upo-2");

    let path = format!("/api/user_payment_options/{PACK}");
    let changed = mock
        .send(Method::PATCH, &path, json!({"current_count": 2}))
        .await;
    assert_eq!(changed.body["current_count"], 2);
    assert_eq!(
        changed.body["valid_end_time_sec"],
        given["valid_end_time_sec"]
    );
    for (wrong, code) in [
        (json!({"current_count": 4}), "unknown_value"),
        (json!({"user_payment_option_id": "other"}), "unknown_value"),
        (json!({"count": 4}), "unknown_field"),
    ] {
        let refused = mock.send(Method::PATCH, &path, wrong).await;
        assert_eq!(refused.refusal().1, code, "{}", refused.text);
    }
    let nowhere = "/api/user_payment_options/none";
    let missing = mock.send(Method::PATCH, nowhere, json!({})).await;
    assert_eq!(missing.refusal().0, 404);

    let ids = |list: &Value| -> Vec<String> {
        let list = list["user_payment_options"].as_array().unwrap();
        let id = |it: &Value| it["user_payment_option_id"].as_str().unwrap().to_owned();
        list.iter().map(id).collect()
    };
    let of_ravi = mock
        .get("/api/user_payment_options?user_id=user-ravi")
        .await;
    assert_eq!(ids(&of_ravi.body), ["upo-2"]);
    let first = mock.get("/api/user_payment_options?limit=1").await.body;
    assert_eq!(ids(&first), ["upo-2"]);
    let next = format!(
        "/api/user_payment_options?limit=1&before={}",
        first["next"].as_str().unwrap()
    );
    let second = mock.get(&next).await.body;
    assert_eq!(
        (ids(&second), &second["next"]),
        (vec![PACK.to_owned()], &Value::Null)
    );
    let elsewhere = mock.get("/api/user_payment_options?merchant_id=spa").await;
    assert_eq!(ids(&elsewhere.body), Vec::<String>::new());

    mock.send(Method::POST, "/api/reset", json!({})).await;
    let list = mock.get("/api/user_payment_options").await.body;
    assert_eq!(ids(&list), Vec::<String>::new());
}
