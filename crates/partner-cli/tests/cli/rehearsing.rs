//! `rehearse`: against a partner of its own, and against another Booking Server.

use std::path::Path;

use crate::{Serving, command};

/// What is booked, confirmed by the merchant, and looked up again.
const STEPS: &str = r#"
name: walk
title: A walk
variables: { merchant_id: "1234" }
behaviour: { confirmation: CONFIRMATION }
steps:
  - title: Book
    send:
      method: CreateBooking
      body:
        idempotency_token: "t-1"
        slot: { merchant_id: "${merchant_id}", service_id: s, start_sec: "4102444800", duration_sec: "1800" }
        user_information: { user_id: u-1, given_name: Mina, family_name: Okafor, telephone: "+1 206-555-0142", email: mina@example.com }
        payment_information: { prepayment_status: PREPAYMENT_NOT_PROVIDED }
    capture: { id: /booking/booking_id }
    expect:
      fields: { /booking/status: BOOKED, /booking/slot/merchant_id: "${merchant_id}" }
      notification: { sent: false }
      exchange: { outcome: ok }
  - title: Move by the merchant
    merchant: { booking_id: "${id}", action: reschedule, start_sec: "4102448400", duration_sec: "1800" }
    expect:
      notification: { booking_id: "${id}", update_mask: "startTime,duration" }
      booking: { booking_id: "${id}", status: CONFIRMED }
  - title: Ask
    send: { method: GetBookingStatus, body: { booking_id: "${id}" } }
    expect: { fields: { /booking_status: CONFIRMED } }
"#;

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let output = command(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    (output.status.code(), text)
}

fn good() -> String {
    STEPS
        .replace("CONFIRMATION", "synchronous")
        .replace("BOOKED", "CONFIRMED")
}

#[test]
fn steps_that_hold_end_with_0_and_others_with_1() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "walk.yaml", &good());
    write(folder.path(), "bare.yaml", "name: bare\ntitle: Bare\n");
    write(folder.path(), "feed.json", "{}");
    let path = folder.path().to_str().unwrap();
    let junit = folder.path().join("out/report.xml");
    let (code, said) = run(&["rehearse", path, "--junit", junit.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Bare: no steps"), "{said}");
    assert!(
        said.contains("2 scenarios: 3 steps passed, 0 failed, 0 skipped."),
        "{said}"
    );
    let xml = std::fs::read_to_string(&junit).unwrap();
    assert!(
        xml.contains("tests=\"4\" skipped=\"1\" failures=\"0\" errors=\"0\""),
        "{xml}"
    );
    assert!(
        xml.contains("name=\"2 Move by the merchant\" classname=\"walk\""),
        "{xml}"
    );

    let other = good().replace(
        "/booking_status: CONFIRMED",
        "/booking_status: \"CANCELED\"",
    );
    let line = 1 + other
        .lines()
        .position(|it| it.contains("CANCELED"))
        .unwrap();
    let other = write(folder.path(), "walk.yaml", &other);
    let (code, said) = run(&["rehearse", path, "--junit", junit.to_str().unwrap()]);
    assert_eq!(code, Some(1), "{said}");
    let told = format!("{other}:{line}:");
    assert!(said.contains(&told), "{told}\n{said}");
    let told = "/booking_status: expected \"CANCELED\", got \"CONFIRMED\"";
    assert!(said.contains(told), "{said}");
    let xml = std::fs::read_to_string(&junit).unwrap();
    assert!(
        xml.contains("failures=\"1\"") && xml.contains("got &quot;CONFIRMED&quot;"),
        "{xml}"
    );
}

#[test]
fn a_file_that_cannot_be_taken_is_named_and_the_others_are_rehearsed() {
    let folder = tempfile::tempdir().unwrap();
    let broken = write(
        folder.path(),
        "a.yaml",
        "name: a\ntitle: A\nsteps:\n  - title: B\n",
    );
    write(folder.path(), "walk.yaml", &good());
    let (code, said) = run(&["rehearse", folder.path().to_str().unwrap()]);
    assert_eq!(code, Some(1), "{said}");
    assert!(
        said.contains(&format!("{broken}:4:")) && said.contains("does nothing"),
        "{said}"
    );
    assert!(said.contains("3 steps passed"), "{said}");
    let output = command(&["rehearse", "nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn another_booking_server_is_asked_only_what_it_can_be_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = write(
        folder.path(),
        "walk.yaml",
        &STEPS
            .replace("BOOKED", "CONFIRMED")
            .replace("behaviour: { confirmation: CONFIRMATION }\n", ""),
    );
    let serving = Serving::start(&["--in-memory"]);
    let url = serving.word("booking_url").to_owned();
    let target = [
        "--target",
        &url,
        "--username",
        "mock",
        "--password",
        "partner",
    ];
    let mut arguments = vec!["rehearse", &path, "--var", "merchant_id=m-9"];
    arguments.extend(target);
    let (code, said) = run(&arguments);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("ok    1 Book (Notifications"), "{said}");
    assert!(
        said.contains("skip  2 Move by the merchant (Only a mock can do this"),
        "{said}"
    );
    assert!(
        said.contains("skip  3 Ask (It stands on what was left out"),
        "{said}"
    );

    // A scenario whose stage only a mock can set is left out as a whole.
    write(folder.path(), "walk.yaml", &good());
    let (code, said) = run(&arguments);
    assert_eq!(code, Some(0), "{said}");
    assert!(
        said.contains("0 steps passed, 0 failed, 3 skipped"),
        "{said}"
    );

    // And wrong credentials are what they are.
    write(
        folder.path(),
        "walk.yaml",
        "name: x\ntitle: X\nsteps:\n  - title: A\n    send: { method: HealthCheck }\n",
    );
    let (code, said) = run(&["rehearse", &path, "--target", &url]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("status: expected 200, got 401"), "{said}");
}
