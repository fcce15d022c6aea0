//! What came of a rehearsal, as JUnit XML: a suite for each scenario, a case for each step.

use std::time::Duration;

use anyhow::Result;
use partner_server::walkthrough::StepState;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Outcome, Rehearsed};

/// The whole text.
pub(super) fn report(all: &[Rehearsed]) -> Result<String> {
    let mut report = Report::new("mock-partner rehearse");
    for rehearsed in all {
        report.add_test_suite(suite(rehearsed));
    }
    Ok(report.to_string()?)
}

fn suite(rehearsed: &Rehearsed) -> TestSuite {
    let file = rehearsed.file.display().to_string();
    let mut suite = TestSuite::new(file.clone());
    match &rehearsed.outcome {
        Outcome::NoSteps { title } => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("no steps");
            suite.add_test_case(TestCase::new(title.as_str(), status));
        }
        Outcome::Broken { problems } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message("cannot be rehearsed");
            status.set_description(problems.join("\n"));
            suite.add_test_case(TestCase::new("read", status));
        }
        Outcome::Taken {
            scenario,
            reports,
            took_us,
            ..
        } => {
            suite.set_time(Duration::from_micros(*took_us));
            for (index, report) in reports.iter().enumerate() {
                let title = scenario.steps.get(index).map_or("", |it| it.title.as_str());
                let mut case = TestCase::new(
                    format!("{} {title}", index + 1),
                    status(rehearsed, index, report.state, report.reason.as_deref()),
                );
                case.set_classname(scenario.name.as_str());
                case.set_time(Duration::from_micros(report.duration_us));
                suite.add_test_case(case);
            }
        }
    }
    suite
}

fn status(
    rehearsed: &Rehearsed,
    index: usize,
    state: StepState,
    reason: Option<&str>,
) -> TestCaseStatus {
    match state {
        StepState::Passed | StepState::Pending => TestCaseStatus::success(),
        StepState::Skipped => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.unwrap_or_default());
            status
        }
        StepState::Failed => {
            let lines = rehearsed.differences(index);
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(lines.first().map_or("", String::as_str));
            status.set_description(lines.join("\n"));
            status
        }
    }
}
