//! `mock-partner rehearse`: takes the steps of scenarios and says what is not as expected.
//!
//! Each scenario has a partner of its own, in memory and on free ports. With `--target` the steps
//! go to another Booking Server, and what only a mock can do is left out.

mod junit;
mod print;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;
use partner::scenario::steps::places::Places;
use partner::scenario::{self, Scenario, ScenarioError};
use partner::{Engine, EngineOptions};
use partner_server::walkthrough::{Mock, StepReport, StepState, Target, Walk};
use partner_server::{Credentials, ServeOptions};
use serde_json::Value;

/// What `rehearse` can be told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Scenario files, or folders of them.
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    /// Send the requests to this Booking Server instead: everything before /v3/.
    #[arg(long, value_name = "URL")]
    target: Option<String>,
    /// User name for the target.
    #[arg(long, requires = "target")]
    username: Option<String>,
    /// Password for the target.
    #[arg(
        long,
        requires = "target",
        env = "MOCK_PARTNER_TARGET_PASSWORD",
        hide_env_values = true
    )]
    password: Option<String>,
    /// Another value for one of the scenarios' variables; JSON, or else text.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    variables: Vec<(String, Value)>,
    /// Also write what came of it as JUnit XML.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// One scenario, rehearsed or not.
#[derive(Debug)]
struct Rehearsed {
    file: PathBuf,
    outcome: Outcome,
}

#[derive(Debug)]
enum Outcome {
    /// Its steps were taken.
    Taken {
        scenario: Box<Scenario>,
        places: Option<Places>,
        reports: Vec<StepReport>,
        /// Wall time of all, in microseconds.
        took_us: u64,
    },
    /// The file has no steps.
    NoSteps { title: String },
    /// The file cannot be taken, or the partner could not be started.
    Broken { problems: Vec<String> },
}

impl Rehearsed {
    fn failed(&self) -> bool {
        match &self.outcome {
            Outcome::Taken { reports, .. } => {
                reports.iter().any(|it| it.state == StepState::Failed)
            }
            Outcome::NoSteps { .. } => false,
            Outcome::Broken { .. } => true,
        }
    }
}

/// Rehearses all scenarios.
///
/// # Errors
/// A path that cannot be read, or a report that cannot be written.
pub(crate) fn rehearse(arguments: &Arguments) -> Result<ExitCode> {
    let files = files(&arguments.paths)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut all = Vec::new();
    for file in files {
        let outcome = runtime.block_on(one(&file, arguments));
        let rehearsed = Rehearsed { file, outcome };
        print::scenario(&rehearsed)?;
        all.push(rehearsed);
    }
    print::summary(&all)?;
    if let Some(path) = &arguments.junit {
        let text = junit::report(&all)?;
        let wrong = || format!("{} cannot be written", path.display());
        if let Some(folder) = path.parent().filter(|it| !it.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).with_context(wrong)?;
        }
        std::fs::write(path, text).with_context(wrong)?;
    }
    std::io::stdout().flush()?;
    Ok(match all.iter().any(Rehearsed::failed) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

/// The scenario files that the paths name, folders in order of names.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            if !path.is_file() {
                bail!("There is no file or folder {}.", path.display());
            }
            files.push(path.clone());
            continue;
        }
        let entries = std::fs::read_dir(path)
            .with_context(|| format!("The folder {} cannot be read", path.display()))?;
        let found: BTreeSet<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| is_scenario(path))
            .collect();
        if found.is_empty() {
            bail!("The folder {} holds no scenario.", path.display());
        }
        files.extend(found);
    }
    Ok(files)
}

/// YAML files are scenarios. JSON files beside them may be feeds: one that is meant is named.
fn is_scenario(path: &Path) -> bool {
    let ending = path.extension().and_then(|it| it.to_str());
    path.is_file() && matches!(ending, Some("yaml" | "yml"))
}

async fn one(file: &Path, arguments: &Arguments) -> Outcome {
    let broken = |problem: String| Outcome::Broken {
        problems: vec![problem],
    };
    let scenario = match scenario::load_file(file) {
        Ok(scenario) => scenario,
        Err(ScenarioError::Invalid { problems, .. }) => {
            let problems = problems.iter().map(|it| format!("{}:{it}", file.display()));
            return Outcome::Broken {
                problems: problems.collect(),
            };
        }
        Err(error) => return broken(error.to_string()),
    };
    if scenario.steps.is_empty() {
        return Outcome::NoSteps {
            title: scenario.title,
        };
    }
    match take(file, &scenario, arguments).await {
        Ok((reports, took_us)) => Outcome::Taken {
            places: std::fs::read_to_string(file)
                .ok()
                .and_then(|text| Places::read(&text)),
            scenario: Box::new(scenario),
            reports,
            took_us,
        },
        Err(error) => broken(error.to_string()),
    }
}

async fn take(
    file: &Path,
    scenario: &Scenario,
    arguments: &Arguments,
) -> Result<(Vec<StepReport>, u64)> {
    let watch = partner::clock::Stopwatch::start();
    let reports = match &arguments.target {
        Some(url) => {
            let credentials = arguments.username.clone().map(|username| Credentials {
                username,
                password: arguments.password.clone().unwrap_or_default(),
            });
            let target = Target {
                url: url.clone(),
                credentials,
            };
            walk(Walk::new(scenario, target, None)?, arguments).await
        }
        None => {
            let engine = Engine::open(EngineOptions {
                scenario: Some(file.display().to_string()),
                ..EngineOptions::default()
            })?;
            let options = ServeOptions {
                port: 0,
                control_port: 0,
                ..ServeOptions::default()
            };
            let credentials = options.credentials.clone();
            let running = partner_server::start(engine, options).await?;
            let ready = running.ready();
            let target = Target {
                url: ready.booking_url.clone(),
                credentials,
            };
            let mock = Mock {
                url: ready.control_url.clone(),
                token: ready.control_token.clone(),
            };
            let reports = walk(Walk::new(scenario, target, Some(mock))?, arguments).await;
            running.shutdown().await;
            reports
        }
    };
    Ok((reports, watch.micros()))
}

async fn walk(mut walk: Walk, arguments: &Arguments) -> Vec<StepReport> {
    for (name, value) in &arguments.variables {
        walk.set(name, value.clone());
    }
    let mut reports = Vec::new();
    for index in 0..walk.steps().len() {
        reports.push(walk.take(index).await);
    }
    reports
}

fn variable(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("Write it as NAME=VALUE, like merchant_id=m-7.")?;
    if !scenario::steps::fill::is_name(name) {
        return Err(format!("\"{name}\" cannot be a name."));
    }
    // Digits stay text, as the protocol has its 64-bit numbers; quotes and braces are JSON.
    let value = match value.starts_with(['{', '[', '"']) {
        true => {
            serde_json::from_str(value).map_err(|error| format!("This is no JSON: {error}."))?
        }
        false => Value::String(value.to_owned()),
    };
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_variable_is_text_unless_it_is_plainly_json() {
        let read = |text| variable(text).unwrap();
        assert_eq!(read("start_sec=1798822800").1, json!("1798822800"));
        assert_eq!(read("a={\"b\":1}"), ("a".to_owned(), json!({"b": 1})));
        assert_eq!(read("a=x=y").1, json!("x=y"));
        for wrong in ["a", "1=2", "a={"] {
            assert!(variable(wrong).is_err(), "{wrong}");
        }
    }
}
