//! `mock-partner check`: scenario files, before anybody loads them.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use partner::scenario::library::read_as;
use partner::scenario::{self, Home, Problem};

/// What `check` can be told.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Scenario files, YAML or JSON.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

/// Reads files. Exit code 1 where one is broken: each problem goes to standard error as
/// `FILE:LINE:COLUMN: what is wrong`, with a hint below it. Warnings go there too, and are no reason
/// for another exit code.
pub(crate) fn check(arguments: &Arguments) -> Result<ExitCode> {
    let mut broken = false;
    for path in &arguments.files {
        let file = path.display();
        let text = std::fs::read_to_string(path)
            .with_context(|| format!("The file {file} cannot be read. Name a file that exists"))?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        match read_as(&name, &text, &Home::File(path.clone())) {
            Ok(scenario) => {
                writeln!(std::io::stdout(), "{file}: {} is fine.", scenario.title)?;
                let warnings = scenario::warnings(&text, &Home::File(path.clone()));
                tell(path, "warning: ", &warnings)?;
            }
            Err(problems) => {
                broken = true;
                tell(path, "", &problems)?;
            }
        }
    }
    Ok(match broken {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

fn tell(path: &Path, kind: &str, problems: &[Problem]) -> Result<()> {
    let file = path.display();
    let mut errors = std::io::stderr().lock();
    for problem in problems {
        let (line, column) = (problem.line, problem.column);
        writeln!(errors, "{file}:{line}:{column}: {kind}{}", problem.message)?;
        if !problem.hint.is_empty() {
            writeln!(errors, "  {}", problem.hint)?;
        }
    }
    Ok(())
}
