//! The inventory that a scenario starts with, and that a reset brings back.

mod support;

use std::path::Path;

use partner::EngineOptions;
use partner::inventory::effective_terms;
use partner::inventory::generate::{DAYS, Kind, Locale, Order};
use partner::inventory::lists::SlotQuery;
use serde_json::{Value, json};

use support::{clock, in_folder};

fn scenario(folder: &Path, inventory: &Value) -> EngineOptions {
    let path = folder.join("scenario.yaml");
    let text = json!({"name": "test", "title": "Test", "inventory": inventory}).to_string();
    std::fs::write(&path, text).expect("the folder of a test can be written");
    EngineOptions {
        scenario: Some(path.to_string_lossy().into_owned()),
        clock: clock(),
        ..EngineOptions::default()
    }
}

fn counts(engine: &partner::Engine) -> (u64, u64, u64) {
    let counts = *engine.inventory_changed().borrow();
    (counts.merchants, counts.services, counts.slots)
}

#[tokio::test]
async fn a_generated_inventory_is_there_at_the_start_and_after_a_reset() {
    let folder = tempfile::tempdir().unwrap();
    let inventory = json!({"generate": [{"kind": "salon", "days": 7}, {"kind": "spa", "days": 2}]});
    let options = scenario(folder.path(), &inventory);
    let engine = partner::Engine::open(EngineOptions {
        data_dir: Some(folder.path().join("data")),
        ..options.clone()
    })
    .unwrap();
    let first = counts(&engine);
    assert_eq!((first.0, first.1), (2, 8));
    let query = || SlotQuery {
        limit: 10_000,
        ..SlotQuery::default()
    };
    let slots = engine.slots(query()).await.unwrap();
    engine.delete_slot(slots[0].slot_id).await.unwrap().unwrap();
    assert_eq!(counts(&engine).2, first.2 - 1);
    engine.reset().await.unwrap();
    assert_eq!(counts(&engine), first);
    let identities = |slots: &[partner::inventory::lists::SlotDetails]| -> Vec<_> {
        slots.iter().map(|it| it.slot.clone()).collect()
    };
    assert_eq!(
        identities(&engine.slots(query()).await.unwrap()),
        identities(&slots)
    );
    // What is there already stays: a start makes nothing twice.
    engine
        .delete_slot(engine.slots(query()).await.unwrap()[0].slot_id)
        .await
        .unwrap()
        .unwrap();
    engine.close();
    drop(engine);
    let engine = partner::Engine::open(EngineOptions {
        data_dir: Some(folder.path().join("data")),
        ..options
    })
    .unwrap();
    assert_eq!(counts(&engine).2, first.2 - 1);
}

#[tokio::test]
async fn feeds_beside_the_scenario_and_records_in_it_are_taken() {
    let folder = tempfile::tempdir().unwrap();
    let service = json!({"merchant_id": "m", "service_id": "s", "name": "Massage",
        "scheduling_rules": {"min_advance_online_canceling": 3_600}});
    let slot = json!({"merchant_id": "m", "service_id": "s", "start_sec": 1_795_500_000,
        "duration_sec": 600, "spots_total": 2, "spots_open": 2});
    std::fs::write(
        folder.path().join("s.json"),
        json!({"service": [service]}).to_string(),
    )
    .unwrap();
    let options = scenario(folder.path(), &json!({"import": ["s.json"]}));
    assert_eq!(counts(&partner::Engine::open(options).unwrap()), (1, 1, 0));
    let inline = json!({"services": [service], "availability": [slot]});
    let engine = partner::Engine::open(scenario(folder.path(), &inline)).unwrap();
    assert_eq!(counts(&engine), (1, 1, 1));
}

#[test]
fn an_inventory_that_cannot_be_made_is_refused_at_load() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |inventory: Value| {
        let options = scenario(folder.path(), &inventory);
        partner::Engine::open(options).unwrap_err().to_string()
    };
    let paid = json!({"services": [{"merchant_id": "m", "service_id": "s",
            "require_credit_card": "REQUIRE_CREDIT_CARD_ALWAYS"}],
        "availability": [{"merchant_id": "m", "service_id": "s", "start_sec": 1_795_500_000,
            "duration_sec": 600, "spots_total": 1, "spots_open": 1,
            "confirmation_mode": "CONFIRMATION_MODE_ASYNCHRONOUS"}]});
    assert!(
        refused(paid.clone()).contains("no payment for asynchronous"),
        "{}",
        refused(paid)
    );
    let error = refused(json!({"import": ["nowhere.json"]}));
    assert!(error.contains("nowhere.json cannot be read"), "{error}");
    let error = refused(json!({"services": [{"service_id": "s"}]}));
    assert!(error.contains("/service/0/merchant_id"), "{error}");
    let error = refused(json!({"generate": {"kind": "spa", "days": 91}}));
    assert!(error.contains("1 to 90"), "{error}");
    let error = refused(json!({"generate": {"kind": "spa"}, "import": ["a.json"]}));
    assert!(error.contains("either"), "{error}");
}

#[tokio::test]
async fn a_slot_that_springs_into_being_has_its_services_terms() {
    let folder = tempfile::tempdir().unwrap();
    let engine = partner::Engine::open(in_folder(folder.path())).unwrap();
    let order = Order {
        kind: Kind::Spa,
        seed: None,
        locale: Locale::En,
        days: DAYS,
    };
    engine.generate(order, false).await.unwrap();
    let slot = json!({"merchant_id": "spa-en-1", "service_id": "facial",
        "start_sec": "1795428000", "duration_sec": "60"});
    support::book(&engine, "token", slot).await;
    let query = SlotQuery {
        from_sec: Some(1_795_428_000),
        to_sec: Some(1_795_428_001),
        limit: 100,
        ..SlotQuery::default()
    };
    let slots = engine.slots(query).await.unwrap();
    let made = slots.iter().find(|it| it.slot.duration_sec == 60).unwrap();
    engine.close();
    let file = folder.path().join("mock-partner.sqlite");
    let connection = rusqlite::Connection::open(file).unwrap();
    let terms = effective_terms(&connection, made.slot_id).unwrap();
    assert_eq!(terms.cancellable_until_sec, 1_795_428_000 - 14_400);
    assert!(terms.payment.no_show_fee.is_some());
}
