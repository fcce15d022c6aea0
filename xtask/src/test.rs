//! `cargo xtask test`: every check and test of the repository, step by step.
//!
//! The first failure ends the run and says how to run that step alone. What a step checks lies with
//! the tool that it calls, or in a module of its own; here are only the order and the commands.

pub(crate) mod counts;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::setup::{self, Purpose};
use crate::workspace::{Profile, Workspace};
use crate::{conformance, desktop_smoke, examples, fuzz, generate, invariants, process, ui};
use counts::Runner;

/// What `test` can be told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Only these steps, in this order; all of them when none is named.
    steps: Vec<Step>,
}

/// The steps in the order in which they run: what fails soon and often comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Step {
    /// rustfmt
    Fmt,
    /// The rules of ARCHITECTURE.md that a program can check
    Invariants,
    /// Clippy without warnings, for all targets
    Clippy,
    /// rustdoc without warnings
    Doc,
    /// Rust's tests
    Rust,
    /// The conformance suite against the headless program
    Conformance,
    /// The suites of docs/examples, in Python, TypeScript and Rust
    Examples,
    /// The steps of the scenarios that come with the program, each with a partner of its own
    Rehearse,
    /// The generated files are those that the code would generate
    Generated,
    /// Arbitrary bytes and mutated requests against the real program
    Fuzz,
    /// Biome and TypeScript
    UiCheck,
    /// The page's tests
    UiTest,
    /// The end-to-end suite in a browser
    E2e,
    /// The real window
    Desktop,
}

impl Step {
    fn name(self) -> String {
        self.to_possible_value()
            .map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// What the system must have for it.
    const fn purpose(self) -> Purpose {
        match self {
            Self::Fmt | Self::Invariants | Self::UiCheck | Self::UiTest => Purpose::Headless,
            Self::Clippy
            | Self::Doc
            | Self::Rust
            | Self::Conformance
            | Self::Rehearse
            | Self::Generated
            | Self::Fuzz => Purpose::Window,
            Self::Examples | Self::E2e | Self::Desktop => Purpose::Tests,
        }
    }

    /// Runs it and returns how many test cases passed, where it has any.
    fn run(self, workspace: &Workspace) -> Result<Option<u64>> {
        match self {
            Self::Fmt => {
                process::pass(&mut workspace.cargo(&["fmt", "--all", "--check"]))?;
            }
            Self::Invariants => invariants::check(workspace)?,
            Self::Clippy => {
                ui::build(workspace)?;
                let arguments = [
                    "clippy",
                    "--workspace",
                    "--all-targets",
                    "--features",
                    "xtask/bench",
                    "--",
                    "-D",
                    "warnings",
                ];
                process::pass(&mut workspace.cargo(&arguments))?;
            }
            Self::Doc => {
                ui::build(workspace)?;
                let mut doc = workspace.cargo(&["doc", "--workspace", "--no-deps", "--quiet"]);
                process::pass(doc.env("RUSTDOCFLAGS", "-D warnings"))?;
            }
            Self::Rust => return rust(workspace).map(Some),
            Self::Conformance => {
                ui::build(workspace)?;
                return conformance::step(workspace).map(Some);
            }
            Self::Rehearse => {
                ui::build(workspace)?;
                workspace.build_all()?;
                let mut rehearse = Command::new(workspace.binary(Profile::Debug, "mock-partner"));
                rehearse.current_dir(workspace.root()).args([
                    "rehearse",
                    "scenarios",
                    "--junit",
                    "target/rehearsal.xml",
                ]);
                process::pass(&mut rehearse)?;
            }
            Self::Examples => {
                ui::build(workspace)?;
                workspace.build_all()?;
                return examples::run(workspace).map(Some);
            }
            Self::Generated => {
                ui::build(workspace)?;
                workspace.build_all()?;
                generate::check(workspace)?;
            }
            Self::Fuzz => {
                ui::build(workspace)?;
                workspace.build_all()?;
                fuzz::run(workspace, Profile::Debug, &fuzz::Arguments::short())?;
            }
            Self::UiCheck => {
                ui::packages(workspace)?;
                process::pass(&mut workspace.npm(&["run", "check"]))?;
            }
            Self::UiTest => {
                ui::packages(workspace)?;
                let output = process::tee(&mut workspace.npm(&["test"]))?;
                return Runner::Vitest.passed(&output).map(Some);
            }
            Self::E2e => return end_to_end(workspace).map(Some),
            Self::Desktop => {
                ui::build(workspace)?;
                return desktop_smoke::run(workspace);
            }
        }
        Ok(None)
    }
}

pub(crate) fn test(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let all = Step::value_variants();
    let steps = if arguments.steps.is_empty() {
        all
    } else {
        &arguments.steps
    };
    let purpose = steps.iter().map(|step| step.purpose()).max();
    setup::prepare(purpose.unwrap_or(Purpose::Headless))?;

    let mut times = Vec::new();
    let mut passed = None;
    for step in steps {
        let name = step.name();
        println!("\n== {name} ==");
        let start = Instant::now();
        let count = step.run(workspace).with_context(|| {
            format!("the step {name} failed; run it alone with `cargo xtask test {name}`")
        })?;
        times.push((name, start.elapsed()));
        passed = count.map(|count| passed.unwrap_or(0) + count).or(passed);
    }
    println!("\n{}", table(&times));
    if let Some(passed) = passed {
        println!("{passed} passed, 0 failed");
    }
    Ok(())
}

fn rust(workspace: &Workspace) -> Result<u64> {
    ui::build(workspace)?;
    let run = |arguments: &[&str], runner: Runner| {
        let mut command = workspace.cargo(arguments);
        // A snapshot that differs is a failure here, never a file to look at later.
        command
            .env("INSTA_UPDATE", "no")
            .env("CARGO_TERM_COLOR", "never");
        runner.passed(&process::tee(&mut command)?)
    };
    if process::succeeds(&mut workspace.cargo(&["nextest", "--version"])) {
        // nextest cannot run the examples of the documentation.
        let tests = run(&["nextest", "run", "--workspace"], Runner::Nextest)?;
        Ok(tests + run(&["test", "--workspace", "--doc"], Runner::CargoTest)?)
    } else {
        run(&["test", "--workspace"], Runner::CargoTest)
    }
}

fn end_to_end(workspace: &Workspace) -> Result<u64> {
    ui::build(workspace)?;
    workspace.build_all()?;
    let mut suite = workspace.npm(&["run", "e2e"]);
    suite.env(
        "MOCK_PARTNER_BIN",
        workspace.binary(Profile::Debug, "mock-partner"),
    );
    if let Some(browser) = setup::browser() {
        suite.env("CHROMIUM", browser);
    }
    Runner::Playwright.passed(&process::tee(&mut suite)?)
}

fn table(times: &[(String, Duration)]) -> String {
    let width = times.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let row =
        |(name, time): &(String, Duration)| format!("{name:width$}  {:>7.1} s", time.as_secs_f64());
    times.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_lines_its_columns_up() {
        let times = [
            ("fmt".to_owned(), Duration::from_millis(850)),
            ("ui-check".to_owned(), Duration::from_secs(100)),
        ];
        assert_eq!(table(&times), "fmt           0.8 s\nui-check    100.0 s");
    }

    #[test]
    fn steps_are_named_as_typed() {
        assert_eq!(Step::UiCheck.name(), "ui-check");
        assert_eq!(Step::E2e.name(), "e2e");
    }
}
