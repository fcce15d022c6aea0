//! Why this answer, and what would have made it another one: each rule is provoked, each change
//! that the exchange names is made as a program would make it, and the request is sent again.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::client::{request, with_settings};
use crate::common::{Answer, Mock};

/// Something that happens before the request in question.
enum Step {
    /// A request; what it made is `$booking` and `$lease` from then on.
    Send(&'static str, Value),
    /// A change of behaviour.
    Toggle(Value),
    /// Terms of the first slot, set by hand.
    Terms(Value),
    /// Time passes, in seconds.
    Wait(u64),
}

use Step::{Send, Terms, Toggle, Wait};

/// A rule: what provokes it, and the label of its answer.
struct Rule {
    settings: Value,
    before: Vec<Step>,
    verb: &'static str,
    path: &'static str,
    body: Value,
    label: &'static str,
}

fn rule(
    settings: Value,
    before: Vec<Step>,
    method: &'static str,
    body: Value,
    label: &'static str,
) -> Rule {
    let verb = "POST";
    let path = method;
    Rule {
        settings,
        before,
        verb,
        path,
        body,
        label,
    }
}

const NONE: Value = Value::Null;

/// A request of a guest with some places set.
fn with<const N: usize>(guest: &str, places: [(&str, Value); N]) -> Value {
    let mut request = request(guest);
    for (pointer, value) in places {
        set(&mut request, pointer, value);
    }
    request
}

fn set(root: &mut Value, pointer: &str, value: Value) {
    let mut place = root;
    for step in pointer.split('/').skip(1) {
        if place.is_null() {
            *place = json!({});
        }
        place = &mut place[step];
    }
    *place = value;
}

fn update(booking: Value) -> Value {
    Value::Object([("booking".to_owned(), booking)].into_iter().collect())
}

fn cancel() -> Value {
    update(json!({"booking_id": "$booking", "status": "CANCELED"}))
}

fn to(start: &str) -> Value {
    update(json!({"booking_id": "$booking",
        "slot": {"start_sec": start, "duration_sec": "3600"}}))
}

fn lease(guest: &str) -> Value {
    json!({"lease": {"slot": request("mina")["slot"], "user_reference": format!("user-{guest}")}})
}

fn lookup(merchant: &str) -> Value {
    json!({"merchant_id": merchant, "slot_time": [{"service_id": "massage-60",
        "start_sec": "1795428000", "duration_sec": "3600", "resource_ids": {"party_size": 2}}]})
}

fn slot_of(guest: &str) -> Value {
    json!({"slot": request(guest)["slot"]})
}

const LATER: &str = "1795440000";
/// Before every test begins.
const PAST: &str = "1795309100";

/// Replaces the names of what earlier steps made.
fn filled(body: &Value, booking: &str, lease: &str) -> String {
    match body {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        body => body
            .to_string()
            .replace("$booking", booking)
            .replace("$lease", lease),
    }
}

impl Rule {
    /// The answer's exchange.
    async fn provoke(&self) -> (Mock, Value) {
        let mock = match &self.settings {
            Value::Null => Mock::start().await,
            settings => with_settings(settings.clone()).await,
        };
        let (mut booking, mut lease) = (String::new(), String::new());
        for step in &self.before {
            match step {
                Send(method, body) => {
                    let body = filled(body, &booking, &lease);
                    let answer = mock.post(&format!("/v3/{method}"), body).await;
                    assert_eq!(answer.status, 200, "{}", answer.text);
                    if let Some(id) = answer.body["booking"]["booking_id"].as_str() {
                        id.clone_into(&mut booking);
                    }
                    if let Some(id) = answer.body["lease"]["lease_id"].as_str() {
                        id.clone_into(&mut lease);
                    }
                }
                Toggle(change) => mock.toggle(change.clone()),
                Terms(terms) => {
                    let change = json!({ "terms": terms });
                    let answer = mock.send(Method::PATCH, "/api/slots/1", change).await;
                    assert_eq!(answer.status, 200, "{}", answer.text);
                }
                Wait(sec) => mock.clock.advance(Duration::from_secs(*sec)),
            }
        }
        let verb = Method::from_bytes(self.verb.as_bytes()).unwrap();
        let url = format!("{}/v3/{}", mock.booking_url(), self.path);
        let mut call = mock.client.request(verb, url);
        if self.label != "401 wrong password" {
            call = call.basic_auth("mock", Some("partner"));
        } else {
            call = call.basic_auth("mock", Some("guess"));
        }
        let body = filled(&self.body, &booking, &lease);
        Answer::of(call.body(body).send().await.unwrap()).await;
        let newest = mock.engine.log().position().newest;
        let exchange = mock.get(&format!("/api/exchanges/{newest}")).await.body;
        assert_eq!(exchange["label"], self.label, "{exchange:#}");
        (mock, exchange)
    }

    async fn prove(&self) {
        let (_, exchange) = self.provoke().await;
        let changes = counterfactuals(&exchange);
        for (number, one) in changes.iter().enumerate() {
            // On a partner of its own, since one change may stand in another's way.
            let (mock, exchange) = self.provoke().await;
            assert_eq!(counterfactuals(&exchange)[number]["text"], one["text"]);
            let again = apply(&mock, &exchange, &one["change"]).await;
            let place = format!("{}: {one:#}\n{again:#}", self.label);
            match one["would"].as_str() {
                Some(label) => assert_eq!(again["label"], label, "{place}"),
                None => assert_ne!(
                    (&again["status"], &again["response"]["body"]),
                    (&exchange["status"], &exchange["response"]["body"]),
                    "{place}"
                ),
            }
        }
    }
}

/// What the step that settled the answer says of others.
fn counterfactuals(exchange: &Value) -> Vec<Value> {
    let steps = exchange["decisions"].as_array().unwrap();
    let decided: Vec<&Value> = steps.iter().filter(|it| it["decided"] == true).collect();
    assert_eq!(decided.len(), 1, "{exchange:#}");
    let list = decided[0]["counterfactuals"].as_array();
    let list = list.unwrap_or_else(|| panic!("no counterfactual: {exchange:#}"));
    for one in list {
        let text = one["text"].as_str().unwrap();
        assert!(
            text.ends_with('.') && text.starts_with(char::is_uppercase),
            "{text}"
        );
    }
    list.clone()
}

/// Makes the change, sends the request again, and gives the new exchange.
async fn apply(mock: &Mock, exchange: &Value, change: &Value) -> Value {
    let mut in_request = NONE;
    match change["kind"].as_str().unwrap() {
        "control" => {
            let verb = Method::from_bytes(change["verb"].as_str().unwrap().as_bytes()).unwrap();
            let path = change["path"].as_str().unwrap();
            let answer = mock.send(verb, path, change["body"].clone()).await;
            assert!(answer.status < 300, "{change}: {}", answer.text);
        }
        "wait" => {
            let sec = change["sec"].as_u64().unwrap();
            mock.clock.advance(Duration::from_secs(sec));
        }
        _ => in_request = change.clone(),
    }
    let path = format!("/api/exchanges/{}/replay", exchange["id"]);
    let sent = mock
        .send(Method::POST, &path, json!({ "change": in_request }))
        .await;
    assert_eq!(sent.status, 200, "{change}: {}", sent.text);
    let path = format!("/api/exchanges/{}", sent.body["exchange_id"]);
    mock.get(&path).await.body
}

async fn prove(rules: Vec<Rule>) {
    for rule in rules {
        rule.prove().await;
    }
}

#[tokio::test]
async fn of_tokens_and_forced_answers() {
    let book = || Send("CreateBooking", request("mina"));
    let create =
        |settings, before, body, label| rule(settings, before, "CreateBooking", body, label);
    let other = with("mina", [("/additional_request", json!("A high chair"))]);
    prove(vec![
        create(NONE, vec![], request("mina"), "CONFIRMED"),
        create(
            json!({"duplicates": "overlapping_reservation"}),
            vec![],
            request("mina"),
            "CONFIRMED",
        ),
        create(
            json!({"duplicates": "accept"}),
            vec![],
            request("mina"),
            "CONFIRMED",
        ),
        create(
            NONE,
            vec![Toggle(json!({"confirmation": "asynchronous"}))],
            request("mina"),
            "PENDING_MERCHANT_CONFIRMATION",
        ),
        create(NONE, vec![book()], request("mina"), "CONFIRMED"),
        create(
            NONE,
            vec![book(), Send("UpdateBooking", cancel())],
            request("mina"),
            "CONFIRMED",
        ),
        create(NONE, vec![book()], other.clone(), "CONFIRMED"),
        create(
            json!({"strict_tokens": true}),
            vec![book()],
            other,
            "409 token reused",
        ),
        create(
            NONE,
            vec![Toggle(json!({"failure": {"cause": "PAYMENT_ERROR"}}))],
            request("mina"),
            "PAYMENT_ERROR",
        ),
        create(
            NONE,
            vec![Toggle(json!({"fault": {"kind": "status", "status": 503}}))],
            request("mina"),
            "503 forced",
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_the_guest_and_the_lease() {
    let book = || Send("CreateBooking", request("mina"));
    let create =
        |settings, before, body, label| rule(settings, before, "CreateBooking", body, label);
    let again = with("mina", [("/idempotency_token", json!("again"))]);
    let leased = with("mina", [("/lease_ref/lease_id", json!("$lease"))]);
    let elsewhere = with(
        "mina",
        [
            ("/lease_ref/lease_id", json!("$lease")),
            ("/slot/start_sec", json!(LATER)),
        ],
    );
    let close = with(
        "mina",
        [
            ("/idempotency_token", json!("again")),
            ("/slot/start_sec", json!("1795429800")),
        ],
    );
    let twin = with(
        "other",
        [
            ("/slot/service_id", json!("facial")),
            ("/user_information/email", json!("mina@example.com")),
        ],
    );
    prove(vec![
        create(NONE, vec![book()], again, "SLOT_ALREADY_BOOKED_BY_USER"),
        create(NONE, vec![book()], twin, "OVERLAPPING_RESERVATION"),
        create(
            json!({"min_gap_sec": 0}),
            vec![book()],
            close.clone(),
            "OVERLAPPING_RESERVATION",
        ),
        create(
            json!({"user_booking_limit": 1}),
            vec![book()],
            close,
            "USER_OVER_BOOKING_LIMIT",
        ),
        create(
            NONE,
            vec![],
            with("mina", [("/lease_ref/lease_id", json!("ls-none"))]),
            "400 unknown lease",
        ),
        create(
            NONE,
            vec![Send("CreateLease", lease("mina"))],
            elsewhere,
            "400 lease mismatch",
        ),
        create(
            NONE,
            vec![Send("CreateLease", lease("mina")), Wait(300)],
            leased.clone(),
            "LEASE_EXPIRED",
        ),
        create(
            NONE,
            vec![
                Send("CreateLease", lease("mina")),
                Send(
                    "CreateBooking",
                    with("other", [("/lease_ref/lease_id", json!("$lease"))]),
                ),
            ],
            leased,
            "LEASE_EXPIRED",
        ),
        rule(NONE, vec![], "CreateLease", lease("mina"), "leased"),
        rule(
            NONE,
            vec![book()],
            "CreateLease",
            lease("mina"),
            "SLOT_ALREADY_BOOKED_BY_USER",
        ),
        rule(
            json!({"create_lease": false}),
            vec![],
            "CreateLease",
            lease("mina"),
            "501 not enabled",
        ),
        rule(
            NONE,
            vec![],
            "CreateLease",
            json!({"lease": {"slot": request("mina")["slot"], "lease_expiration_time_sec": "5"}}),
            "400 expired at once",
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_the_inventory_and_the_mode() {
    let create =
        |settings, before, body, label| rule(settings, before, "CreateBooking", body, label);
    let book = || Send("CreateBooking", request("mina"));
    let strict = || Toggle(json!({"unknown_inventory": "reject"}));
    let past = |guest| with(guest, [("/slot/start_sec", json!(PAST))]);
    let asynchronous = json!("CONFIRMATION_MODE_ASYNCHRONOUS");
    prove(vec![
        create(
            NONE,
            vec![strict()],
            request("mina"),
            "400 unknown merchant",
        ),
        create(
            NONE,
            vec![book(), strict()],
            with("other", [("/slot/service_id", json!("cut"))]),
            "400 unknown service",
        ),
        create(
            NONE,
            vec![book(), strict()],
            with("other", [("/slot/start_sec", json!(LATER))]),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            vec![Send("CreateBooking", past("mina")), strict()],
            past("other"),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            vec![book()],
            with("other", [("/slot/confirmation_mode", asynchronous)]),
            "SLOT_UNAVAILABLE",
        ),
        rule(
            NONE,
            vec![strict()],
            "CreateLease",
            lease("mina"),
            "400 unknown merchant",
        ),
        rule(
            NONE,
            vec![],
            "BatchAvailabilityLookup",
            lookup("1234"),
            "1 of 1 free",
        ),
        rule(
            NONE,
            vec![strict()],
            "BatchAvailabilityLookup",
            lookup("x"),
            "400 unknown merchant",
        ),
        rule(
            NONE,
            vec![],
            "CheckAvailability",
            slot_of("mina"),
            "100 free",
        ),
        rule(
            NONE,
            vec![strict()],
            "CheckAvailability",
            slot_of("mina"),
            "400 unknown merchant",
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_changes_and_cancels() {
    let book = || Send("CreateBooking", request("mina"));
    let change =
        |settings, before, body, label| rule(settings, before, "UpdateBooking", body, label);
    let cancelled = || Send("UpdateBooking", cancel());
    let status = |status: &str| update(json!({"booking_id": "$booking", "status": status}));
    let second = with(
        "mina",
        [
            ("/idempotency_token", json!("second")),
            ("/slot/start_sec", json!(LATER)),
        ],
    );
    prove(vec![
        change(NONE, vec![book()], cancel(), "CANCELED"),
        change(NONE, vec![book(), cancelled()], cancel(), "CANCELED"),
        change(
            json!({"repeated_cancel": "refuse"}),
            vec![book(), cancelled()],
            cancel(),
            "BOOKING_ALREADY_CANCELLED",
        ),
        change(NONE, vec![book()], to(LATER), "CONFIRMED"),
        change(NONE, vec![book()], to("1795428000"), "CONFIRMED"),
        change(
            NONE,
            vec![book(), cancelled()],
            to(LATER),
            "BOOKING_ALREADY_CANCELLED",
        ),
        change(
            NONE,
            vec![Toggle(json!({"confirmation": "asynchronous"})), book()],
            to(LATER),
            "SLOT_UNAVAILABLE",
        ),
        change(
            NONE,
            vec![Send("CreateBooking", second), book()],
            to(LATER),
            "SLOT_ALREADY_BOOKED_BY_USER",
        ),
        change(
            NONE,
            vec![book(), Toggle(json!({"unknown_inventory": "reject"}))],
            to(LATER),
            "SLOT_UNAVAILABLE",
        ),
        change(NONE, vec![book()], status("NO_SHOW"), "400 wrong status"),
        change(NONE, vec![book()], status("CONFIRMED"), "400 nothing to do"),
        change(NONE, vec![book()], to("-5"), "400 impossible slot"),
        change(
            NONE,
            vec![book()],
            update(json!({"booking_id": "$booking", "slot": {"service_id": "cut"}})),
            "400 other service",
        ),
        change(
            NONE,
            vec![],
            update(json!({"booking_id": "bk-0", "status": "CANCELED"})),
            "400 unknown booking",
        ),
        change(
            NONE,
            vec![book()],
            update(json!({"booking_id": "bk-0", "status": "CANCELED"})),
            "400 unknown booking",
        ),
        change(
            NONE,
            vec![
                book(),
                Toggle(json!({"failure":
            {"cause": "BOOKING_NOT_CANCELLABLE"}})),
            ],
            cancel(),
            "BOOKING_NOT_CANCELLABLE",
        ),
    ])
    .await;
}

#[tokio::test]
async fn of_the_other_methods_and_the_protocol() {
    let book = || Send("CreateBooking", request("mina"));
    let get = |path| Rule {
        verb: "GET",
        ..rule(NONE, vec![], path, NONE, "")
    };
    let marketing = json!({"user_information": request("mina")["user_information"],
        "user_to_receive_marketing": true});
    let create = |body, label| rule(NONE, vec![], "CreateBooking", body, label);
    prove(vec![
        rule(
            NONE,
            vec![book()],
            "GetBookingStatus",
            json!({"booking_id": "$booking"}),
            "CONFIRMED",
        ),
        rule(
            NONE,
            vec![book()],
            "GetBookingStatus",
            json!({"booking_id": "bk-0"}),
            "404 unknown booking",
        ),
        rule(
            json!({"unknown_booking_status_when_read": 400}),
            vec![],
            "GetBookingStatus",
            json!({"booking_id": "bk-0"}),
            "400 unknown booking",
        ),
        rule(
            NONE,
            vec![book()],
            "ListBookings",
            json!({"user_id": "user-mina"}),
            "1 booking",
        ),
        rule(
            NONE,
            vec![],
            "ListBookings",
            json!({"user_id": "nobody"}),
            "0 bookings",
        ),
        rule(
            json!({"unknown_user_status": 404}),
            vec![],
            "ListBookings",
            json!({"user_id": "nobody"}),
            "404 unknown user",
        ),
        rule(NONE, vec![], "SetMarketingPreference", marketing, "wanted"),
        Rule {
            label: "SERVING",
            ..get("HealthCheck")
        },
        Rule {
            label: "405 wrong verb",
            ..get("CreateBooking")
        },
        Rule {
            label: "404 unknown path",
            ..get("Nothing")
        },
        rule(
            NONE,
            vec![],
            "CreateBookin",
            request("mina"),
            "404 unknown path",
        ),
        rule(NONE, vec![], "CreateOrder", json!({}), "501 not offered"),
        create(request("mina"), "401 wrong password"),
        create(json!("{\"slot\":"), "400 malformed JSON"),
        create(json!("[]"), "400 wrong type"),
        create(
            with("mina", [("/slot/start_sec", json!([]))]),
            "400 wrong type",
        ),
        create(
            with("mina", [("/slot/merchant_id", json!(""))]),
            "400 missing field",
        ),
        create(with("mina", [("/slot", NONE)]), "400 missing field"),
        create(
            with("mina", [("/slot/confirmation_mode", json!("SYNC"))]),
            "400 unknown value",
        ),
    ])
    .await;
}

/// The rules that need a slot with terms or with few places.
#[tokio::test]
async fn of_places_windows_and_offers() {
    const NOW: i64 = 1_795_309_200;
    let book = || Send("CreateBooking", request("mina"));
    let one = || json!({"default_capacity": 1});
    let create =
        |settings, before, body, label| rule(settings, before, "CreateBooking", body, label);
    let change = |before, body, label| rule(NONE, before, "UpdateBooking", body, label);
    let terms = |terms| vec![book(), Terms(terms)];
    let offered = with("other", [("/offer_id", json!("gone"))]);
    let check = |before, label| rule(NONE, before, "CheckAvailability", slot_of("other"), label);
    let second = || {
        let second = with("second", [("/slot/start_sec", json!(LATER))]);
        Send("CreateBooking", second)
    };
    prove(vec![
        create(one(), vec![book()], request("other"), "SLOT_UNAVAILABLE"),
        rule(
            one(),
            vec![book()],
            "CreateLease",
            lease("other"),
            "SLOT_UNAVAILABLE",
        ),
        rule(
            one(),
            vec![book()],
            "CheckAvailability",
            slot_of("other"),
            "0 free",
        ),
        rule(
            one(),
            vec![book()],
            "BatchAvailabilityLookup",
            lookup("1234"),
            "0 of 1 free",
        ),
        rule(
            one(),
            vec![second(), book()],
            "UpdateBooking",
            to(LATER),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            terms(json!({"first_bookable_sec": NOW + 60})),
            request("other"),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            terms(json!({"last_bookable_sec": NOW - 1})),
            request("other"),
            "SLOT_UNAVAILABLE",
        ),
        create(
            json!({"limits": "exclusive"}),
            terms(json!({"last_bookable_sec": NOW})),
            request("other"),
            "SLOT_UNAVAILABLE",
        ),
        create(
            NONE,
            terms(json!({"last_bookable_sec": NOW})),
            request("other"),
            "CONFIRMED",
        ),
        create(
            NONE,
            terms(json!({"offer_ids": ["spring"]})),
            offered.clone(),
            "OFFER_UNAVAILABLE",
        ),
        create(
            NONE,
            terms(json!({"offer_ids": []})),
            offered,
            "OFFER_UNAVAILABLE",
        ),
        check(terms(json!({"last_bookable_sec": NOW - 1})), "0 free"),
        change(
            terms(json!({"last_online_cancellable_sec": NOW - 1})),
            cancel(),
            "OUTSIDE_CANCELLATION_WINDOW",
        ),
        change(
            terms(json!({"last_online_cancellable_sec": NOW})),
            cancel(),
            "CANCELED",
        ),
        change(
            terms(json!({"last_online_cancellable_sec": NOW - 1})),
            to(LATER),
            "OUTSIDE_CANCELLATION_WINDOW",
        ),
        // Without terms the window is open until the slot begins, that moment included.
        change(
            vec![book(), Wait(1_795_428_000 - 1_795_309_200)],
            cancel(),
            "CANCELED",
        ),
        change(
            vec![book(), Wait(1_795_428_001 - 1_795_309_200)],
            cancel(),
            "OUTSIDE_CANCELLATION_WINDOW",
        ),
    ])
    .await;
}

/// What the payment processor says, and what would have it say something else.
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
