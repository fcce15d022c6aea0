//! Files that can be read, files that cannot, and where they are looked for.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::behaviour::{Confirmation, FaultKind, MerchantDecision, PaymentMode};
use crate::clock::{ClockMode, Setting};

fn read_text(text: &str) -> Result<Scenario, Vec<Problem>> {
    problems(text, &Home::Nowhere)
}

/// What is wrong with these lines below name and title: line, path, and all that is said.
fn wrong(lines: &str) -> Vec<(u64, String, String)> {
    let text = format!("name: x\ntitle: X\n{lines}\n");
    let Err(problems) = read_text(&text) else {
        return Vec::new();
    };
    problems
        .into_iter()
        .map(|it| (it.line, it.path, format!("{} {}", it.message, it.hint)))
        .collect()
}

#[test]
fn the_default_scenario_is_the_default_behaviour_and_settings() {
    let scenario = load(None, None).unwrap();
    assert_eq!(scenario.home, Home::Shipped);
    let bare = read_text("name: default\ntitle: Nothing else\n").unwrap();
    assert_eq!(scenario.behaviour, bare.behaviour);
    assert_eq!(scenario.settings, bare.settings);
    assert_eq!(scenario.seed, bare.seed);
    assert_eq!(scenario.clock, bare.clock);
    assert_eq!(scenario.inventory, bare.inventory);
    assert_eq!(scenario.behaviour, Behaviour::default());
    assert_eq!(scenario.settings, Settings::default());
}

#[test]
fn name_and_title_cannot_be_left_out() {
    let said = |text: &str| {
        let problems = read_text(text).unwrap_err();
        let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
        said.join("\n")
    };
    assert!(said("").contains("\"name\" is missing"), "{}", said(""));
    let both = said("seed: 3\n");
    assert!(
        both.contains("\"name\"") && both.contains("\"title\""),
        "{both}"
    );
    assert!(said("name: x\ntitle: \" \"\n").starts_with("2:8: The title is empty."));
    assert!(said("[1, 2]").contains("consists of fields"));
    for name in ["../x", "a b", ".x", "con", "LPT1", "rules", ""] {
        let text = format!("name: {:?}\ntitle: X\n", name);
        assert!(read_text(&text).is_err(), "{name:?} is no name");
    }
    for name in ["a", "sold-out_2", "7"] {
        assert!(
            read_text(&format!("name: \"{name}\"\ntitle: X\n")).is_ok(),
            "{name:?}"
        );
    }
}

#[test]
fn problems_have_their_line_and_the_nearest_right_name() {
    for (lines, line, path, words) in [
        ("sed: 1", 3, "sed", "Did you mean \"seed\"?"),
        ("seed: many", 3, "seed", "a whole number"),
        (
            "audience:\n  - produkt",
            4,
            "audience[0]",
            "Did you mean \"product\"?",
        ),
        (
            "behaviour:\n  confirmaton: synchronous",
            4,
            "behaviour.confirmaton",
            "Did you mean \"confirmation\"?",
        ),
        (
            "behaviour:\n  failure:\n    cause: SLOT_UNAVAILBLE",
            5,
            "behaviour.failure.cause",
            "Did you mean SLOT_UNAVAILABLE?",
        ),
        (
            "behaviour:\n  failure:\n    cause: SLOT_UNAVAILABLE\n    times: 0",
            4,
            "behaviour.failure",
            "times starts at 1",
        ),
        (
            "behaviour:\n  payment: []",
            4,
            "behaviour.payment",
            "A list means nothing",
        ),
        (
            "settings:\n  limits: open",
            4,
            "settings.limits",
            "inclusive, exclusive",
        ),
        (
            "settings:\n  strict_token: true",
            4,
            "settings.strict_token",
            "Did you mean \"strict_tokens\"?",
        ),
        (
            "settings:\n  unknown_booking_status: 500",
            4,
            "settings.unknown_booking_status",
            "400 or 404",
        ),
        (
            "settings:\n  payment:\n    price: { price_micros: 1, currency: USD }",
            5,
            "settings.payment.price.currency",
            "Did you mean \"currency_code\"?",
        ),
        (
            "clock:\n  mode: real\n  now: 2026-11-22T01:00:00Z",
            5,
            "clock.now",
            "system's time",
        ),
        (
            "clock:\n  mode: frozen\n  now: yesterday",
            5,
            "clock.now",
            "yesterday",
        ),
        (
            "clock: { rate: 60 }",
            3,
            "clock.rate",
            "Only a scaled clock",
        ),
        (
            "rules:\n  - name: a\n    when:\n      metod: CreateBooking\n    then: { failure: SLOT_UNAVAILABLE }",
            6,
            "rules[0].when.metod",
            "Did you mean \"method\"?",
        ),
        (
            "rules:\n  - name: a\n    when:\n      method: [HealthCheck, CreateBokking]\n    then: { fault: { kind: reset } }",
            6,
            "rules[0].when.method[1]",
            "Did you mean CreateBooking?",
        ),
        (
            "rules:\n  - name: a\n    then: {}",
            5,
            "rules[0].then",
            "does nothing",
        ),
        ("rules: { name: a }", 3, "rules", "a list"),
        (
            "inventory:\n  generate: { kind: spar }",
            4,
            "inventory.generate.kind",
            "Did you mean \"spa\"?",
        ),
        (
            "inventory:\n  generate: { kind: spa, days: 91 }",
            4,
            "inventory.generate.days",
            "1 to 90",
        ),
        (
            "inventory:\n  import: [nowhere.json]",
            4,
            "inventory.import[0]",
            "nowhere.json",
        ),
        ("steps: 3", 3, "steps", "Steps are a list"),
    ] {
        let found = wrong(lines);
        assert_eq!(found.len(), 1, "{lines}: {found:?}");
        assert_eq!((found[0].0, found[0].1.as_str()), (line, path), "{found:?}");
        assert!(found[0].2.contains(words), "{lines}: {}", found[0].2);
    }
}

#[test]
fn all_problems_of_a_file_are_named_at_once_in_order() {
    let found = wrong(
        "sed: 1\nbehaviour:\n  validation: lax\n  confirmaton: x\nsettings:\n  limits: open\n  \
         default_capacity: many\nrules:\n  - name: a\n    when: { method: [A, CreateBooking, B], \
         probability: often }\n    then: { failure: SLOT_GONE }\n  - then: {}\n",
    );
    let paths: Vec<&str> = found.iter().map(|(_, path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "sed",
            "behaviour.validation",
            "behaviour.confirmaton",
            "settings.limits",
            "settings.default_capacity",
            "rules[0].when.method[0]",
            "rules[0].when.method[2]",
            "rules[0].when.probability",
            "rules[0].then.failure",
            "rules[1]",
        ]
    );
}

#[test]
fn a_record_of_the_inventory_is_named_by_its_line() {
    let found =
        wrong("inventory:\n  merchants:\n    - { merchant_id: m, name: Harbor }\n    - 7\n");
    assert!(found.iter().any(|(line, ..)| *line == 6), "{found:?}");
    let both = wrong("inventory:\n  generate: { kind: spa }\n  import: a.json\n");
    assert!(both[0].2.contains("either generate, or import"), "{both:?}");
}

#[test]
fn asynchronous_bookings_with_payments_are_refused_unless_allowed() {
    let lines = "behaviour: { confirmation: asynchronous, payment: { mode: deposit } }\n";
    let found = wrong(lines);
    assert!(
        found[0].2.contains("settings.allow_async_payment"),
        "{found:?}"
    );
    assert!(
        wrong(&format!(
            "{lines}settings: {{ allow_async_payment: true }}\n"
        ))
        .is_empty()
    );
}

#[test]
fn the_example_of_the_readme_is_a_scenario() {
    let readme = include_str!("../../../../scenarios/README.md");
    let example = readme.split("```yaml\n").nth(1).unwrap();
    let example = example.split("```").next().unwrap();
    let scenario = read_text(example).unwrap_or_else(|it| panic!("{it:?}"));
    assert_eq!(scenario.rules.len(), 2);
}

#[test]
fn two_rules_of_one_name_are_refused() {
    let rule = "  - { name: a, then: { failure: SLOT_UNAVAILABLE } }\n";
    let found = wrong(&format!("rules:\n{rule}{rule}"));
    assert_eq!(found[0].1, "rules[1].name");
}

#[test]
fn a_clock_starts_as_the_file_says() {
    let system: Timestamp = "2026-11-22T01:00:00Z".parse().unwrap();
    let setting = |lines: &str| {
        let text = format!("name: x\ntitle: X\nclock: {lines}\n");
        read_text(&text).unwrap().clock.setting(system)
    };
    assert_eq!(setting("{}"), Setting::Real);
    assert_eq!(setting("{ mode: frozen }"), Setting::Frozen(system));
    let noon: Timestamp = "2026-12-24T12:00:00Z".parse().unwrap();
    assert_eq!(
        setting("{ mode: frozen, now: 2026-12-24T12:00:00Z }"),
        Setting::Frozen(noon)
    );
    let Setting::Scaled { rate, from, .. } = setting("{ offset_sec: 3600 }") else {
        panic!("an offset clock goes on at the system's pace");
    };
    assert_eq!((rate, from.as_second() - system.as_second()), (1.0, 3_600));
    assert_eq!(setting("{ mode: scaled }").rate(), 60.0);
    assert_eq!(
        setting("{ mode: scaled, rate: 2, offset_sec: -60 }").rate(),
        2.0
    );
}

#[test]
fn a_file_is_found_by_path_by_name_and_before_the_one_that_is_compiled_in() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.json");
    std::fs::write(
        &path,
        json!({"name": "mine", "title": "Mine", "$schema": "x"}).to_string(),
    )
    .unwrap();
    let by_name = load(Some("mine"), Some(folder.path())).unwrap();
    assert_eq!(by_name.home, Home::File(path.clone()));
    assert_eq!(load(path.to_str(), None).unwrap(), by_name);
    assert_eq!(
        load(Some("mine.json"), Some(folder.path())).unwrap(),
        by_name
    );
    std::fs::write(
        folder.path().join("default.yaml"),
        "name: default\ntitle: Other\n",
    )
    .unwrap();
    assert_eq!(load(None, Some(folder.path())).unwrap().title, "Other");
    let error = load(Some("nowhere.yaml"), None).unwrap_err().to_string();
    assert!(error.contains("nowhere.yaml"), "{error}");
}

#[test]
fn an_error_at_the_start_names_line_and_column() {
    let error = read("x.yaml", "name: x\nseed: many\n", &Home::Nowhere).unwrap_err();
    let error = error.to_string();
    assert!(error.contains("line 1, column 1"), "{error}");
    assert!(error.contains("And 1 more"), "{error}");
}

#[test]
fn the_schema_knows_every_field_and_the_shipped_files_are_valid() {
    let schema: Value = serde_json::from_str(&schema::json()).unwrap();
    let fields = schema["properties"].as_object().unwrap();
    for name in [
        "$schema", "name", "title", "audience", "clock", "rules", "settings",
    ] {
        assert!(fields.contains_key(name), "{name}");
    }
    assert_eq!(schema["required"], json!(["name", "title"]));
    assert_eq!(schema["additionalProperties"], json!(false));
    for file in Shipped::iter().filter(|file| file.ends_with(".yaml")) {
        let name = file.strip_suffix(".yaml").unwrap();
        let text = shipped(name).unwrap();
        let scenario =
            problems(&text, &Home::Shipped).unwrap_or_else(|it| panic!("{file}: {it:?}"));
        assert_eq!(scenario.name, name, "a file is called as its scenario");
        let line = "# yaml-language-server: $schema=schema.json\n";
        assert!(text.starts_with(line), "{file} begins with {line:?}");
    }
}

fn words() -> impl Strategy<Value = String> {
    // What YAML might take for something else, among plain words.
    prop_oneof![
        "[a-zA-Z0-9 :#'\"\\[\\]{}&*!|>%@`,?~\u{e4}\u{1f355}\n-]{0,24}",
        Just("yes".to_owned()),
        Just("null".to_owned()),
        Just("1e3".to_owned()),
        Just("- a: b".to_owned()),
        Just("2026-11-22".to_owned()),
    ]
}

fn rule() -> impl Strategy<Value = Value> {
    let when = (
        proptest::option::of(proptest::sample::subsequence(
            vec!["CreateBooking", "UpdateBooking"],
            1..=2,
        )),
        proptest::option::of(words()),
        proptest::option::of((1_u64..9, 0_u64..9)),
        proptest::option::of((
            1_u64..9,
            1_u64..4,
            proptest::sample::select(vec!["all", "user", "merchant", "booking"]),
        )),
        proptest::option::of(0.01_f64..=1.0),
    );
    let then = proptest::sample::select(vec![
        json!({"fault": {"kind": "latency", "ms": 20, "jitter_ms": 5}}),
        json!({"fault": {"kind": "status", "status": 503}}),
    ]);
    (when, then, any::<bool>()).prop_map(|((methods, user, party, nth, odds), then, on)| {
        let mut when = json!({});
        if let Some(methods) = methods {
            when["method"] = json!(methods);
        }
        if let Some(user) = user {
            when["user"] = json!(user);
        }
        if let Some((from, more)) = party {
            when["party_size"] = json!({"from": from, "to": from + more});
        }
        if let Some((from, every, per)) = nth {
            when["nth_call"] = json!({"from": from, "every": every, "per": per});
        }
        if let Some(odds) = odds {
            when["probability"] = json!(odds);
        }
        json!({"on": on, "when": when, "then": then})
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_scenario_is_written_and_read_back_the_same(
        name in "[a-z][a-z0-9_]{3,12}",
        title in words().prop_filter("a title says something", |it| !it.trim().is_empty()),
        description in words(),
        audience in proptest::sample::subsequence(vec!["product", "engineering", "training"], 0..=3),
        seed in any::<u64>(),
        clock in proptest::sample::select(vec![
            json!({}),
            json!({"mode": "frozen", "now": "2026-12-24T12:00:00.5Z"}),
            json!({"mode": "scaled", "rate": 0.25, "offset_sec": -5}),
            json!({"offset_sec": 86_400}),
        ]),
        inventory in proptest::sample::select(vec![
            json!({}),
            json!({"generate": {"kind": "spa", "days": 3}}),
            json!({"generate": [{"kind": "salon"}, {"kind": "restaurant", "locale": "ja", "seed": 9}]}),
            json!({"merchants": [{"merchant_id": "m", "name": "Harbor", "category": "spa",
                "geo": {"latitude": 47.6, "longitude": -122.3}}]}),
        ]),
        capacity in 1_u32..500,
        gap in proptest::option::of(0_i64..4_000),
        asynchronous in any::<bool>(),
        rules in proptest::collection::vec(rule(), 0..4),
    ) {
        let rules: Vec<Value> = rules.into_iter().enumerate().map(|(index, mut rule)| {
            rule["name"] = json!(format!("rule {index}"));
            rule
        }).collect();
        let text = json!({
            "name": name, "title": title, "description": description, "audience": audience,
            "seed": seed, "clock": clock, "inventory": inventory, "rules": rules,
            "settings": {"default_capacity": capacity, "min_gap_sec": gap},
            "behaviour": {"confirmation": if asynchronous { "asynchronous" } else { "inventory" }},
        }).to_string();
        let first = read_text(&text).map_err(|it| TestCaseError::fail(format!("{it:?}\n{text}")))?;
        prop_assert_eq!(first.settings.default_capacity, capacity);
        prop_assert_eq!(&first.title, &title);
        let yaml = first.to_file().to_yaml();
        let again = read_text(&yaml).map_err(|it| TestCaseError::fail(format!("{it:?}\n{yaml}")))?;
        prop_assert_eq!(first, again);
    }
}

#[test]
fn every_kind_of_behaviour_is_written_and_read_back_the_same() {
    let mut file = read_text("name: x\ntitle: X\n").unwrap().to_file();
    file.behaviour.confirmation = Confirmation::Synchronous;
    file.behaviour.merchant_reply.decision = MerchantDecision::Decline;
    file.behaviour.payment.mode = PaymentMode::Deposit;
    file.behaviour.fault = serde_json::from_value(json!({"kind": "latency", "ms": 800})).unwrap();
    assert_eq!(
        file.behaviour.fault.as_ref().unwrap().kind,
        FaultKind::Latency
    );
    file.clock.mode = ClockMode::Frozen;
    let again = read_text(&file.to_yaml()).unwrap().to_file();
    assert_eq!(file, again);
}
