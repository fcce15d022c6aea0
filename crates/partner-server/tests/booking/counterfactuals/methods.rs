//! The methods that only read, and the protocol itself.

use serde_json::json;

use super::Step::Send;
use super::{NONE, Rule, prove, rule, with};
use crate::client::request;

#[tokio::test]
async fn of_the_other_methods_and_the_protocol() {
    let book = || Send("CreateBooking", request("mina"));
    let get = |path| Rule {
        verb: "GET",
        ..rule(NONE, vec![], path, NONE, "")
    };
    let marketing = json!({"user_information": request("mina")["user_information"],
        "user_to_receive_marketing": true});
    let without = |pointer: &str| {
        let mut request = request("mina");
        let (at, name) = pointer.rsplit_once('/').unwrap();
        let place = request.pointer_mut(at).unwrap().as_object_mut().unwrap();
        place.remove(name).unwrap();
        request
    };
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
        create(without("/idempotency_token"), "400 missing field"),
        create(without("/slot/merchant_id"), "400 missing field"),
        create(without("/user_information"), "400 missing field"),
        create(
            with("mina", [("/slot/confirmation_mode", json!("SYNC"))]),
            "400 unknown value",
        ),
    ])
    .await;
}
