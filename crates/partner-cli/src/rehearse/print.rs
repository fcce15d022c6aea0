//! What came of a rehearsal, for people.

use std::io::{Result, Write};

use partner_server::walkthrough::StepState;

use super::{Outcome, Rehearsed};

/// A scenario's lines: one for each step, and what is not as expected below it.
pub(super) fn scenario(rehearsed: &Rehearsed) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let file = rehearsed.file.display();
    match &rehearsed.outcome {
        Outcome::NoSteps { title } => writeln!(out, "{file}: {title}: no steps"),
        Outcome::Broken { problems } => {
            writeln!(out, "{file}: cannot be rehearsed")?;
            for problem in problems {
                writeln!(out, "        {problem}")?;
            }
            Ok(())
        }
        Outcome::Taken {
            scenario,
            reports,
            took_us,
            ..
        } => {
            writeln!(out, "{file}: {} ({} ms)", scenario.title, took_us / 1_000)?;
            for (index, report) in reports.iter().enumerate() {
                let word = match report.state {
                    StepState::Passed | StepState::Pending => "ok  ",
                    StepState::Failed => "FAIL",
                    StepState::Skipped => "skip",
                };
                let title = scenario.steps.get(index).map_or("", |it| it.title.as_str());
                write!(out, "  {word}  {} {title}", index + 1)?;
                match &report.reason {
                    Some(reason) => writeln!(out, " ({reason})")?,
                    None => writeln!(out)?,
                }
                for line in rehearsed.differences(index) {
                    writeln!(out, "        {line}")?;
                }
            }
            Ok(())
        }
    }
}

/// The last line.
pub(super) fn summary(all: &[Rehearsed]) -> Result<()> {
    let mut counts = [0_usize; 4];
    for rehearsed in all {
        match &rehearsed.outcome {
            Outcome::Taken { reports, .. } => {
                for report in reports {
                    let place = match report.state {
                        StepState::Passed | StepState::Pending => 0,
                        StepState::Failed => 1,
                        StepState::Skipped => 2,
                    };
                    counts[place] += 1;
                }
            }
            Outcome::NoSteps { .. } => {}
            Outcome::Broken { .. } => counts[3] += 1,
        }
    }
    let [passed, failed, skipped, broken] = counts;
    let mut out = std::io::stdout().lock();
    let of = all.len();
    write!(
        out,
        "{of} scenarios: {passed} steps passed, {failed} failed, {skipped} skipped"
    )?;
    if broken > 0 {
        write!(out, ", {broken} files could not be rehearsed")?;
    }
    writeln!(out, ".")
}

impl Rehearsed {
    /// What is not as expected of a step, one line each, with its place in the file.
    pub(super) fn differences(&self, index: usize) -> Vec<String> {
        let Outcome::Taken {
            reports, places, ..
        } = &self.outcome
        else {
            return Vec::new();
        };
        let differences = reports.get(index).map(|it| it.differences.as_slice());
        let lines = differences.unwrap_or_default().iter().map(|it| {
            let file = self.file.display();
            let place = match places {
                Some(places) => {
                    let (line, column) = places.of(index, &it.path);
                    format!("{file}:{line}:{column}")
                }
                None => file.to_string(),
            };
            format!(
                "{place}: {}: expected {}, got {}",
                it.what, it.expected, it.got
            )
        });
        lines.collect()
    }
}
