//! Merchants, services and slots by hand.

use reqwest::Method;
use serde_json::{Value, json};

use super::{SERVICES, booking_of, generate, import, slots};
use crate::common::Mock;

#[tokio::test]
async fn a_slot_is_made_changed_and_deleted_by_hand() {
    let mock = Mock::start().await;
    import(&mock, "", SERVICES).await;
    let body = json!({"merchant_id": "harbor-spa", "service_id": "late-fee",
        "start_sec": "1795500000", "duration_sec": 3_600, "resources": {"staff_id": "st-1"},
        "spots_total": 2, "terms": {"staff_name": "Mina", "no_show_fee": {"fee":
            {"price_micros": "40000000", "currency_code": "USD"}}}});
    let made = mock.send(Method::POST, "/api/slots", body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(
        (&made.body["spots_open"], &made.body["made_by"]),
        (&json!(2), &json!("edited"))
    );
    let twice = mock.send(Method::POST, "/api/slots", body.clone()).await;
    assert_eq!(
        (twice.refusal().0, twice.refusal().1),
        (409, "already_there")
    );

    let path = format!("/api/slots/{}", made.body["slot_id"]);
    let patch = json!({"terms": {"last_online_cancellable_sec": 1_795_490_000,
        "no_show_fee": {"fee": {"price_micros": 5_000_000}}}});
    let patched = mock.send(Method::PATCH, &path, patch).await;
    assert_eq!(patched.status, 200, "{}", patched.text);
    let terms = &patched.body["terms"];
    assert_eq!(terms["last_online_cancellable_sec"], 1_795_490_000);
    assert_eq!(
        terms["no_show_fee"]["fee"],
        json!({"price_micros": "5000000", "currency_code": "USD"})
    );
    assert_eq!(terms["staff_name"], "Mina");

    let booked = mock
        .booking_server("CreateBooking", booking_of(&made.body, "Ana"))
        .await;
    let id = booked.body["booking"]["booking_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let gone = mock.send(Method::DELETE, &path, Value::Null).await;
    assert_eq!((gone.refusal().0, gone.refusal().1), (409, "slot_held"));
    assert!(gone.text.contains(&id), "{}", gone.text);
    mock.booking_server("CreateBooking", booking_of(&made.body, "Lin"))
        .await;
    let fewer = mock
        .send(Method::PATCH, &path, json!({"spots_total": 1}))
        .await;
    assert_eq!(
        (fewer.refusal().0, fewer.refusal().1),
        (409, "places_taken")
    );
    let more = mock
        .send(Method::PATCH, &path, json!({"spots_total": 3}))
        .await;
    assert_eq!(
        (&more.body["spots_open"], &more.body["spots_total"]),
        (&json!(1), &json!(3))
    );

    for (patch, code, hint) in [
        (
            json!({"spots": 3}),
            "unknown_field",
            "Did you mean \"spots_total\"?",
        ),
        (
            json!({"terms": {"deposits": null}}),
            "unknown_field",
            "Did you mean \"deposit\"?",
        ),
        (
            json!({"terms": {"deposit": {"deposti": {}}}}),
            "unknown_field",
            "Did you mean deposit?",
        ),
        (
            json!({"confirmation_mode": "CONFIRMATION_MODE_ASYNC"}),
            "unknown_value",
            "Did you mean \"CONFIRMATION_MODE_ASYNCHRONOUS\"?",
        ),
        (
            json!({"spots_total": 0}),
            "unknown_value",
            "It is a whole number from 1 to 4294967295.",
        ),
    ] {
        let answer = mock.send(Method::PATCH, &path, patch.clone()).await;
        assert_eq!(answer.refusal(), (422, code, hint), "{patch}");
    }
    let body = json!({"merchant_id": "harbor-spe", "service_id": "held", "start_sec": 1,
        "duration_sec": 1});
    let answer = mock.send(Method::POST, "/api/slots", body).await;
    assert_eq!(
        answer.refusal(),
        (404, "not_found", "Did you mean \"harbor-spa\"?")
    );

    let mut cancelled = json!({"booking": {"booking_id": id, "status": "CANCELED"}});
    mock.booking_server("UpdateBooking", cancelled.clone())
        .await;
    let rows = slots(&mock, "?merchant_id=harbor-spa").await;
    cancelled["booking"]["booking_id"] = rows[0]["bookings"][0].clone();
    mock.booking_server("UpdateBooking", cancelled).await;
    let gone = mock.call(Method::DELETE, &path).send().await.unwrap();
    assert_eq!(gone.status(), 204);
    assert_eq!(
        mock.send(Method::DELETE, &path, Value::Null)
            .await
            .refusal()
            .0,
        404
    );
}

#[tokio::test]
async fn merchants_and_services_change_by_merge_patch() {
    let mock = Mock::start().await;
    import(&mock, "", SERVICES).await;
    let path = "/api/services/harbor-spa/late-fee";
    let patch = json!({"name": "Mud wrap", "no_show_fee": null, "min_advance_booking_sec": 3_600,
        "price": {"price_micros": 99_000_000}});
    let answer = mock.send(Method::PATCH, path, patch).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let service = &answer.body;
    assert_eq!(
        (&service["name"], &service["no_show_fee"]),
        (&json!("Mud wrap"), &Value::Null)
    );
    assert_eq!(
        service["price"],
        json!({"price_micros": "99000000", "currency_code": "USD"})
    );
    assert_eq!(service["min_advance_online_canceling_sec"], 14_400);
    assert_eq!(service["made_by"], "edited");
    let answer = mock
        .send(Method::PATCH, path, json!({"no_show_fees": null}))
        .await;
    assert_eq!(
        answer.refusal(),
        (422, "unknown_field", "Did you mean \"no_show_fee\"?")
    );

    let answer = mock
        .send(
            Method::PATCH,
            "/api/merchants/harbor-spa",
            json!({"name": "Harbor Spa"}),
        )
        .await;
    assert_eq!(
        (&answer.body["name"], &answer.body["services"]),
        (&json!("Harbor Spa"), &json!(4))
    );
    let answer = mock
        .send(Method::PATCH, "/api/merchants/harbour-spa", json!({}))
        .await;
    assert_eq!(
        answer.refusal(),
        (404, "not_found", "Did you mean \"harbor-spa\"?")
    );
}

#[tokio::test]
async fn lists_page_without_loss() {
    let mock = Mock::start().await;
    generate(&mock, json!({"kind": "salon", "days": 7})).await;
    generate(&mock, json!({"kind": "salon", "days": 7})).await;
    let merchants = mock.get("/api/merchants?limit=1").await.body;
    assert_eq!(merchants["merchants"][0]["merchant_id"], "salon-en-1");
    let next = merchants["next"].as_str().unwrap();
    let second = mock
        .get(&format!("/api/merchants?limit=1&after={next}"))
        .await
        .body;
    assert_eq!(second["merchants"][0]["merchant_id"], "salon-en-2");
    assert_eq!(second["next"], Value::Null);
    for (list, size) in [("services", 3), ("slots", 100)] {
        let all = mock.get(&format!("/api/{list}?limit=1000")).await.body;
        let all = all[list].as_array().unwrap().clone();
        let mut paged = Vec::new();
        let mut after = None::<String>;
        loop {
            let cursor = after.map_or(String::new(), |it| format!("&after={it}"));
            let page = mock
                .get(&format!("/api/{list}?limit={size}{cursor}"))
                .await
                .body;
            paged.extend(page[list].as_array().unwrap().clone());
            match page["next"].as_str() {
                Some(next) if paged.len() < all.len() => after = Some(next.to_owned()),
                _ => break,
            }
        }
        assert_eq!(paged, all, "{list}");
    }
    let day = slots(
        &mock,
        "?merchant_id=salon-en-1&from_sec=1795420800&to_sec=1795507200&limit=1000",
    )
    .await;
    assert!(day.iter().all(|it| it["merchant_id"] == "salon-en-1"));
}

#[tokio::test]
async fn what_cannot_be_drawn_is_refused_with_the_nearest_right_name() {
    let mock = Mock::start().await;
    for (body, hint) in [
        (json!({"kind": "saloon"}), "Did you mean \"salon\"?"),
        (
            json!({"kind": "spa", "local": "de"}),
            "Did you mean \"locale\"?",
        ),
        (
            json!({"kind": "spa", "days": 91}),
            "It is a whole number from 1 to 90.",
        ),
        (
            json!({}),
            "Known here: salon, restaurant, fitness_studio, spa.",
        ),
    ] {
        let answer = mock
            .send(Method::POST, "/api/inventory/generate", body.clone())
            .await;
        assert_eq!(
            (answer.refusal().0, answer.refusal().2),
            (422, hint),
            "{body}"
        );
    }
    let made = generate(&mock, json!({"kind": "spa", "seed": 3, "days": 1})).await;
    assert_eq!(made["services"], 4);
    let other = generate(
        &mock,
        json!({"kind": "restaurant", "days": 1, "replace": true}),
    )
    .await;
    let counts = mock.get("/api/status").await.body["counts"].clone();
    assert_eq!(
        (&counts["merchants"], &counts["slots"]),
        (&json!(1), &other["slots"])
    );
}
