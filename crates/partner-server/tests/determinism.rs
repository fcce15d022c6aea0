//! Every scenario that comes with the program, walked twice: the same answers and the same log, byte
//! for byte.
//!
//! Not compared, since they are not the partner's to decide: how long things took in real time
//! (`duration_us`, `timing`), our own addresses (each run has other ports, and with them lengths of
//! what names them) and what they are shown beside (`host`), the HTTP date, and the tokens that this
//! run was started with. Nor what a control call answers: it may speak of a notification that is on
//! its way just then. How that ended is in the log.

#![allow(clippy::unwrap_used, reason = "only tests use it")]

use std::path::{Path, PathBuf};

use partner::scenario;
use partner::{Engine, EngineOptions};
use partner_server::ServeOptions;
use partner_server::walkthrough::{Mock, StepState, Target, Walk};
use serde_json::{Value, json};

/// Fields that tell real durations.
const DURATIONS: [&str; 2] = ["duration_us", "timing"];

/// Headers that differ from run to run.
const HEADERS: [&str; 4] = ["host", "date", "content-length", "authorization"];

fn scenarios() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "yaml"));
    files.sort();
    files
}

/// All that is to be the same.
async fn walked(file: &Path) -> Option<String> {
    let scenario = scenario::load_file(file).unwrap();
    if scenario.steps.is_empty() {
        return None;
    }
    assert_eq!(
        scenario.clock.mode,
        partner::clock::ClockMode::Frozen,
        "{}: a scenario with steps has a frozen clock",
        file.display()
    );
    let engine = Engine::open(EngineOptions {
        scenario: Some(file.display().to_string()),
        ..EngineOptions::default()
    })
    .unwrap();
    let options = ServeOptions {
        port: 0,
        control_port: 0,
        control_token: Some("a-token-of-this-test".to_owned()),
        ..ServeOptions::default()
    };
    let credentials = options.credentials.clone();
    let running = partner_server::start(engine.clone(), options)
        .await
        .unwrap();
    let ready = running.ready().clone();
    let target = Target {
        url: ready.booking_url.clone(),
        credentials,
    };
    let mock = Mock {
        url: ready.control_url.clone(),
        token: ready.control_token.clone(),
    };
    let mut walk = Walk::new(&scenario, target, Some(mock)).unwrap();
    let mut answers = Vec::new();
    for index in 0..walk.steps().len() {
        let report = walk.take(index).await;
        assert_eq!(
            report.state,
            StepState::Passed,
            "{}, step {}: {:?} {:?}",
            file.display(),
            index + 1,
            report.reason,
            report.differences
        );
        let mut report_fields = json!(report);
        if walk.steps()[index].send.is_none() {
            report_fields["answer"] = Value::Null;
        }
        answers.push(report_fields);
    }
    let newest = engine.log().position().newest;
    let mut log = Vec::new();
    for id in 1..=newest {
        let exchange = engine.exchange(id).await.unwrap();
        log.push(json!(exchange.map(|it| json!(it))));
    }
    running.shutdown().await;
    let mut all = json!({ "answers": answers, "log": log });
    leave_out(&mut all);
    let text = serde_json::to_string_pretty(&all).unwrap();
    let text = text.replace(&ready.booking_url, "BOOKING-SERVER");
    Some(text.replace(&ready.control_url, "CONTROL-API"))
}

fn leave_out(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for name in DURATIONS {
                fields.remove(name);
            }
            if let Some(Value::Array(headers)) = fields.get_mut("headers") {
                headers.retain(|it| !HEADERS.iter().any(|name| it[0] == *name));
            }
            for value in fields.values_mut() {
                leave_out(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_scenario_says_the_same_twice() {
    let mut walked_through = 0;
    for file in scenarios() {
        let (one, other) = tokio::join!(walked(&file), walked(&file));
        let (Some(one), Some(other)) = (one, other) else {
            continue;
        };
        walked_through += 1;
        if one != other {
            let differing = one
                .lines()
                .zip(other.lines())
                .find(|(one, other)| one != other);
            panic!("{}: {differing:#?}", file.display());
        }
    }
    assert!(
        walked_through >= 24,
        "only {walked_through} scenarios have steps"
    );
}
