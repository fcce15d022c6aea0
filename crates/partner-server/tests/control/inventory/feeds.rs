//! Feeds in and out.

use std::io::Write as _;

use reqwest::Method;
use serde_json::{Value, json};

use super::{SERVICES, booking_of, generate, import, slots};
use crate::common::{Answer, Mock};

const SLOTS: &str = include_str!("../data/async_availability.json");

async fn feeds(mock: &Mock) -> [String; 3] {
    let merchants = mock.get("/feeds/merchants.json").await;
    let services = mock.get("/feeds/services.json").await;
    let availability = mock.get("/feeds/availability.json").await;
    assert_eq!(
        (merchants.status, services.status, availability.status),
        (200, 200, 200)
    );
    [merchants.text, services.text, availability.text]
}

fn problems(answer: &Answer) -> Vec<(&str, &str, &str)> {
    let problems = answer.body["problems"].as_array().unwrap();
    let word = |problem: &'_ Value, name: &str| -> &'static str {
        let text = problem[name].as_str().unwrap().to_owned();
        Box::leak(text.into_boxed_str())
    };
    problems
        .iter()
        .map(|it| {
            (
                word(it, "severity"),
                word(it, "pointer"),
                word(it, "message"),
            )
        })
        .collect()
}

#[tokio::test]
async fn what_goes_out_comes_in_again_as_it_was() {
    let mock = Mock::start().await;
    for kind in ["salon", "restaurant", "fitness_studio", "spa"] {
        generate(&mock, json!({"kind": kind, "days": 5, "locale": "ja"})).await;
    }
    // One that a request made is in the feeds too, valid as they ask for it.
    mock.book("Mina").await;
    let before = feeds(&mock).await;
    let counts = mock.get("/api/status").await.body["counts"].clone();
    assert_eq!(counts["merchants"], 5);
    mock.send(Method::POST, "/api/reset", Value::Null).await;
    let empty = feeds(&mock).await;
    assert_eq!(
        serde_json::from_str::<Value>(&empty[0]).unwrap()["merchant"],
        json!([])
    );
    // In the wrong order on purpose: who names what is not there yet makes it.
    for feed in before.iter().rev() {
        let answer = import(&mock, "?on_error=abort", feed.as_str()).await;
        assert_eq!(answer.body["taken"], true, "{}", answer.text);
        for (severity, ..) in problems(&answer) {
            assert_eq!(severity, "warning");
        }
    }
    // The guest's place is one that others hold now.
    assert_eq!(feeds(&mock).await, before);
    let mut after = mock.get("/api/status").await.body["counts"].clone();
    (after["bookings"], after["exchanges"]) =
        (counts["bookings"].clone(), counts["exchanges"].clone());
    assert_eq!(after, counts);
    // And once more over what is there.
    for feed in &before {
        let answer = import(&mock, "?replace=true", feed.as_str()).await;
        assert_eq!(problems(&answer), []);
    }
    assert_eq!(feeds(&mock).await, before);
}

#[tokio::test]
async fn feeds_are_what_the_protocol_asks_for() {
    let mock = Mock::start().await;
    generate(&mock, json!({"kind": "spa", "days": 2})).await;
    mock.book("Mina").await;
    let [merchants, services, availability] = feeds(&mock).await;
    let mut nonces = std::collections::HashSet::new();
    for text in [&merchants, &services, &availability] {
        let feed: Value = serde_json::from_str(text).unwrap();
        let metadata = &feed["metadata"];
        assert_eq!(metadata["processing_instruction"], "PROCESS_AS_COMPLETE");
        assert_eq!(
            (&metadata["shard_number"], &metadata["total_shards"]),
            (&json!(0), &json!(1))
        );
        assert!(metadata["generation_timestamp"].is_u64());
        assert!(nonces.insert(metadata["nonce"].as_str().unwrap().to_owned()));
    }
    let feed: Value = serde_json::from_str(&merchants).unwrap();
    for merchant in feed["merchant"].as_array().unwrap() {
        for name in ["merchant_id", "name", "category", "geo"] {
            assert!(merchant.get(name).is_some(), "{name}: {merchant}");
        }
    }
    let feed: Value = serde_json::from_str(&availability).unwrap();
    let lists = feed["service_availability"].as_array().unwrap();
    // A complete feed has no restricts.
    assert_eq!(
        lists[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["availability"]
    );
    let records = lists[0]["availability"].as_array().unwrap();
    assert!(records.len() > 20);
    for record in records {
        for name in ["start_sec", "duration_sec", "spots_total", "spots_open"] {
            assert!(record[name].is_u64(), "{name}: {record}");
        }
    }
    assert!(services.contains("\"price_micros\":90000000"), "{services}");
    assert!(services.contains("\"scheduling_rules\":{"), "{services}");
}

#[tokio::test]
async fn services_with_every_kind_of_payment_are_read() {
    let mock = Mock::start().await;
    let answer = import(&mock, "?name=services.json", SERVICES).await;
    assert_eq!(answer.body["kind"], "services");
    assert_eq!(answer.body["services"], 4);
    let services = mock.get("/api/services?merchant_id=harbor-spa").await.body;
    let services = services["services"].as_array().unwrap();
    let named = |id: &str| services.iter().find(|it| it["service_id"] == id).unwrap();
    assert_eq!(
        named("late-fee")["no_show_fee"]["fee"]["price_micros"],
        "20000000"
    );
    assert_eq!(
        named("late-fee")["min_advance_online_canceling_sec"],
        14_400
    );
    // The rules under their other name, the deposit's limit in its other place.
    assert_eq!(named("held")["min_advance_online_canceling_sec"], 86_400);
    assert_eq!(
        named("held")["deposit"]["min_advance_cancellation_sec"],
        "14400"
    );
    assert_eq!(named("held")["deposit"]["deposit_type"], "PER_PERSON");
    assert_eq!(
        named("carded")["require_credit_card"],
        "REQUIRE_CREDIT_CARD_ALWAYS"
    );
    assert_eq!(named("table")["name"], "Table");
    let merchants = mock.get("/api/merchants?q=HARBOR").await.body;
    assert_eq!(merchants["merchants"][0]["services"], 4);
    assert_eq!(merchants["merchants"][0]["made_by"], "imported");
}

#[tokio::test]
async fn an_imported_slot_is_booked_in_its_own_mode_and_up_to_its_places() {
    let mock = Mock::start().await;
    let answer = import(&mock, "", SLOTS).await;
    assert_eq!(
        (&answer.body["slots"], &answer.body["taken"]),
        (&json!(2), &json!(true))
    );
    let slots = slots(&mock, "?merchant_id=20417").await;
    let places = |slot: &Value| (slot["spots_open"].clone(), slot["spots_total"].clone());
    assert_eq!(places(&slots[0]), (json!(2), json!(3)));
    for (guest, status) in [("Ana", "CONFIRMED"), ("Lin", "CONFIRMED")] {
        let answer = mock
            .booking_server("CreateBooking", booking_of(&slots[0], guest))
            .await;
        assert_eq!(answer.body["booking"]["status"], status, "{}", answer.text);
    }
    let full = mock
        .booking_server("CreateBooking", booking_of(&slots[0], "Noor"))
        .await;
    assert_eq!(full.body["booking_failure"]["cause"], "SLOT_UNAVAILABLE");
    let waits = mock
        .booking_server("CreateBooking", booking_of(&slots[1], "Tom"))
        .await;
    assert_eq!(
        waits.body["booking"]["status"],
        "PENDING_MERCHANT_CONFIRMATION"
    );
    // A feed that comes again knows of our bookings and leaves them their places.
    import(&mock, "", SLOTS).await;
    let again = self::slots(&mock, "?merchant_id=20417").await;
    assert_eq!(again[0]["slot_id"], slots[0]["slot_id"]);
    assert_eq!(again[0]["bookings"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_bad_record_is_named_and_the_rest_is_taken_or_nothing_is() {
    let mock = Mock::start().await;
    let mut feed: Value = serde_json::from_str(SLOTS).unwrap();
    let records = feed["service_availability"][0]["availability"]
        .as_array_mut()
        .unwrap();
    records.push(
        json!({"merchant_id": "20417", "service_id": "table", "start_sec": "noon",
        "duration_sec": 5400, "spots_total": 1, "spots_open": 1}),
    );
    records.push(
        json!({"merchant_id": "20417", "service_id": "table", "start_sec": 1_795_480_000,
        "duration_sec": 5400, "spots_total": 1, "spots_open": 2}),
    );
    records.push(
        json!({"merchant_id": "20417", "service_id": "table", "start_sec": 1_795_480_000,
        "duration_sec": 5400, "spots_total": 1, "spots_open": 1, "confirmation_mod": 1}),
    );
    let text = feed.to_string();
    let aborted = import(&mock, "?name=a.json&on_error=abort", text.as_str()).await;
    assert_eq!(
        (&aborted.body["taken"], &aborted.body["slots"]),
        (&json!(false), &json!(0))
    );
    assert_eq!(slots(&mock, "").await, Vec::<Value>::new());
    assert_eq!(
        mock.get("/api/merchants").await.body["merchants"],
        json!([])
    );
    let found = problems(&aborted);
    let list = "/service_availability/0/availability";
    assert_eq!(found[0].1, format!("{list}/2/start_sec"));
    assert!(found[0].2.contains("\"noon\""), "{found:?}");
    assert_eq!(
        (found[1].0, found[1].1),
        ("error", &*format!("{list}/3/spots_open"))
    );
    assert_eq!(
        (found[2].0, found[2].1),
        ("warning", &*format!("{list}/4/confirmation_mod"))
    );
    assert_eq!(
        aborted.body["problems"][2]["hint"],
        "Did you mean confirmation_mode?"
    );
    assert_eq!(aborted.body["problems"][0]["file"], "a.json");

    let taken = import(&mock, "?name=a.json&on_error=skip", text).await;
    assert_eq!(
        (&taken.body["taken"], &taken.body["slots"]),
        (&json!(true), &json!(3))
    );
    assert_eq!(slots(&mock, "").await.len(), 3);
}

#[tokio::test]
async fn a_file_that_is_no_feed_is_named_by_line_and_column() {
    let mock = Mock::start().await;
    let answer = import(&mock, "?name=b.json", "{\n  \"merchant\": [}\n").await;
    assert_eq!(answer.body["taken"], false);
    let found = problems(&answer);
    assert_eq!((found[0].0, found[0].1), ("error", ""));
    assert!(found[0].2.contains("(line 2, column 16)"), "{found:?}");
    for (body, word) in [
        ("[]", "not a JSON object"),
        ("{}", "no records"),
        ("{\"merchant\":[],\"service\":[]}", "several kinds"),
        ("{\"merchants\":[]}", "no field \"merchants\""),
        ("{\"merchant\":7}", "found no list"),
        ("\u{1f}\u{8b}", "not valid JSON"),
    ] {
        let answer = import(&mock, "", body).await;
        let found = problems(&answer);
        assert!(
            found.iter().any(|it| it.2.contains(word)),
            "{body}: {found:?}"
        );
        assert_eq!(mock.get("/api/status").await.body["counts"]["merchants"], 0);
    }
    let answer = import(&mock, "", vec![0x1f, 0x8b, 1, 2, 3]).await;
    assert!(
        problems(&answer)[0].2.contains("cannot be unpacked"),
        "{}",
        answer.text
    );
    let answer = import(&mock, "?on_eror=skip", "").await;
    assert_eq!(
        answer.refusal(),
        (422, "unknown_field", "Did you mean \"on_error\"?")
    );
}

#[tokio::test]
async fn gzip_is_known_by_its_first_bytes_and_a_feed_may_be_long() {
    let mock = Mock::start().await;
    let record = |number: u32| {
        json!({"merchant_id": "big", "service_id": format!("s{}", number % 7),
            "start_sec": 1_795_500_000 + i64::from(number) * 60, "duration_sec": 600,
            "spots_total": 2, "spots_open": 2, "availability_tag": "x".repeat(200)})
    };
    let records: Vec<Value> = (0..5_000).map(record).collect();
    let text = json!({"availability": records}).to_string();
    // Far beyond what other control calls may send.
    assert!(text.len() > 1_500_000);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    let answer = import(&mock, "", packed.finish().unwrap()).await;
    assert_eq!(answer.body["slots"], 5_000);
    let answer = import(&mock, "", text).await;
    assert_eq!(answer.body["slots"], 5_000);
    assert_eq!(mock.get("/api/status").await.body["counts"]["slots"], 5_000);
    let too_long = mock.send(
        Method::PATCH,
        "/api/behaviour",
        json!({"x": "y".repeat(300_000)}),
    );
    assert_eq!(too_long.await.status, 413);
}

#[tokio::test]
async fn a_recurrence_stands_for_a_row_of_slots() {
    let mock = Mock::start().await;
    let feed = json!({"availability": [{
        "merchant_id": "m", "service_id": "s", "start_sec": 1_795_500_000, "duration_sec": 1_800,
        "recurrence": {"repeat_until_sec": 1_795_507_200, "repeat_every_sec": 3_600},
        "schedule_exception": [{"time_range": {"begin_sec": 1_795_503_600, "end_sec": 1_795_503_700}}],
    }]});
    let answer = import(&mock, "", feed.to_string()).await;
    assert_eq!(answer.body["slots"], 3, "{}", answer.text);
    let slots = slots(&mock, "").await;
    let row: Vec<_> = slots
        .iter()
        .map(|it| {
            (
                it["start_sec"].as_str().unwrap(),
                it["spots_open"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        row,
        [("1795500000", 1), ("1795503600", 0), ("1795507200", 1)]
    );
    let too_long = json!({"availability": [{
        "merchant_id": "m", "service_id": "s", "start_sec": 1_795_500_000, "duration_sec": 1_800,
        "recurrence": {"repeat_until_sec": 1_795_600_000, "repeat_every_sec": 3_600},
    }]});
    let answer = import(&mock, "", too_long.to_string()).await;
    assert_eq!(problems(&answer)[0].1, "/availability/0/recurrence");
}

#[tokio::test]
async fn a_list_with_restricts_replaces_what_they_fit() {
    let mock = Mock::start().await;
    let record = |start: i64, staff: &str| {
        json!({"merchant_id": "m", "service_id": "s", "start_sec": start, "duration_sec": 600,
            "spots_total": 1, "spots_open": 1, "resources": {"staff_id": staff}})
    };
    let day = 1_795_500_000;
    let all: Vec<Value> = (0..4)
        .flat_map(|hour| ["a", "b"].map(|staff| record(day + hour * 3_600, staff)))
        .collect();
    import(&mock, "", json!({"availability": all}).to_string()).await;
    let held = slots(&mock, "").await[2].clone();
    assert_eq!(
        (&held["start_sec"], &held["resources"]["staff_id"]),
        (&json!("1795503600"), &json!("a"))
    );
    let booked = mock
        .booking_server("CreateBooking", booking_of(&held, "Mina"))
        .await;
    assert_eq!(booked.status, 200);
    // Half-open: the slots at one and two o'clock go, that at three stays. Nothing is free there.
    let feed = json!({"service_availability": [{
        "start_timestamp_restrict": day + 3_600, "end_timestamp_restrict": day + 3 * 3_600,
        "merchant_id_restrict": "m", "service_id_restrict": "s",
        "resources_restrict": {"staff_id": "a"}, "availability": [],
    }]});
    let answer = import(&mock, "", feed.to_string()).await;
    assert_eq!(answer.body["taken"], true, "{}", answer.text);
    let left: Vec<_> = slots(&mock, "")
        .await
        .iter()
        .map(|it| {
            let hour = (it["start_sec"].as_str().unwrap().parse::<i64>().unwrap() - day) / 3_600;
            (
                hour,
                it["resources"]["staff_id"].as_str().unwrap().to_owned(),
                it["spots_open"].as_u64(),
            )
        })
        .collect();
    let is = |hour, staff: &str, open| (hour, staff.to_owned(), Some(open));
    // The booked one cannot go: its guest is expected.
    let expected = [
        is(0, "a", 1),
        is(0, "b", 1),
        is(1, "a", 0),
        is(1, "b", 1),
        is(2, "b", 1),
        is(3, "a", 1),
        is(3, "b", 1),
    ];
    assert_eq!(left, expected);
}

#[tokio::test]
async fn asynchronous_and_paid_is_refused_with_a_clear_message() {
    let mock = Mock::start().await;
    import(&mock, "", SERVICES).await;
    let record = |service: &str, own: Value| {
        let mut record = json!({"merchant_id": "harbor-spa", "service_id": service,
            "start_sec": 1_795_500_000, "duration_sec": 600, "spots_total": 1, "spots_open": 1,
            "confirmation_mode": "CONFIRMATION_MODE_ASYNCHRONOUS"});
        for (name, value) in own.as_object().unwrap() {
            record[name] = value.clone();
        }
        json!({"availability": [record]}).to_string()
    };
    let zero = json!({"no_show_fee": {"fee": {"price_micros": 0, "currency_code": "USD"}}});
    let card = json!({"require_credit_card": "REQUIRE_CREDIT_CARD_ALWAYS"});
    for (service, own, slots) in [
        ("table", json!({}), 1),
        ("table", card, 0),
        ("late-fee", json!({}), 0),
        ("late-fee", zero, 1),
        ("held", json!({}), 0),
        ("carded", json!({}), 0),
    ] {
        let answer = import(&mock, "", record(service, own)).await;
        assert_eq!(answer.body["slots"], slots, "{service}: {}", answer.text);
        if slots == 0 {
            let (severity, pointer, message) = problems(&answer)[0];
            assert_eq!(
                (severity, pointer),
                ("error", "/availability/0/confirmation_mode")
            );
            assert!(message.contains("no payment for asynchronous"), "{message}");
        }
    }
    // Nor may a service start to ask for money while it has such slots.
    let path = "/api/services/harbor-spa/table";
    let price = json!({"require_credit_card": "REQUIRE_CREDIT_CARD_ALWAYS"});
    let answer = mock.send(Method::PATCH, path, price).await;
    assert_eq!(answer.refusal().1, "illegal_combination");
}
