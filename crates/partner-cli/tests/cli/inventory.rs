//! `import` and `feeds`.

use std::path::Path;

use serde_json::{Value, json};

use crate::command;

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = command(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

fn write(folder: &Path, name: &str, feed: &Value) -> String {
    let path = folder.join(name);
    std::fs::write(&path, feed.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

fn slot(start: i64, open: i64) -> Value {
    json!({"merchant_id": "m", "service_id": "s", "start_sec": start, "duration_sec": 600,
        "spots_total": 2, "spots_open": open})
}

#[test]
fn feeds_go_in_and_come_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let slots = json!({"availability": [slot(4_102_444_800, 1)]});
    let slots = write(folder.path(), "slots.json", &slots);
    let services = json!({"service": [{"merchant_id": "m", "service_id": "s", "name": "Massage"}]});
    let services = write(folder.path(), "services.json", &services);
    let merchants = json!({"merchant": [{"merchant_id": "m", "name": "Harbor", "category": "spa",
        "geo": {"latitude": 47.6, "longitude": -122.3}}]});
    let merchants = write(folder.path(), "merchants.json", &merchants);
    // In any order: all files of one call belong together.
    let arguments = [
        "import",
        "--data-dir",
        data,
        "--feed",
        &slots,
        &services,
        &merchants,
    ];
    let (code, out, errors) = run(&arguments);
    assert_eq!((code, errors.as_str()), (Some(0), ""));
    assert_eq!(out, "Taken: 1 merchants, 1 services, 1 slots.\n");

    let first = folder.path().join("first");
    let (code, out, _) = run(&[
        "feeds",
        "--data-dir",
        data,
        "--out",
        first.to_str().unwrap(),
    ]);
    assert_eq!((code, out.lines().count()), (Some(0), 3));
    let read = |name: &str| -> Value {
        serde_json::from_slice(&std::fs::read(first.join(name)).unwrap()).unwrap()
    };
    assert_eq!(read("merchants.json")["merchant"][0]["name"], "Harbor");
    assert_eq!(read("services.json")["service"][0]["name"], "Massage");
    let record = &read("availability.json")["service_availability"][0]["availability"][0];
    assert_eq!(
        (&record["spots_open"], &record["spots_total"]),
        (&json!(1), &json!(2))
    );
}

#[test]
fn a_bad_record_is_named_by_file_and_place() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let data = data.to_str().unwrap();
    let feed = json!({"availability": [slot(4_102_444_800, 2), slot(4_102_448_400, 3)]});
    let feed = write(folder.path(), "slots.json", &feed);
    let abort = [
        "import",
        "--data-dir",
        data,
        "--feed",
        &feed,
        "--on-error",
        "abort",
    ];
    let (code, out, errors) = run(&abort);
    assert_eq!((code, out.as_str()), (Some(1), "Nothing was taken.\n"));
    assert!(
        errors.contains("slots.json: /availability/1/spots_open: found 3"),
        "{errors}"
    );
    let (code, out, _) = run(&["import", "--data-dir", data, "--feed", &feed]);
    assert_eq!(
        (code, out.as_str()),
        (Some(1), "Taken: 0 merchants, 0 services, 1 slots.\n")
    );
    let (code, _, errors) = run(&["import", "--data-dir", data, "--feed", "nowhere.json"]);
    assert_eq!(code, Some(2));
    assert!(errors.contains("nowhere.json cannot be read"), "{errors}");
}
