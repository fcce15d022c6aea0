//! The test suites of `docs/examples`, run against the program as it is built here.
//!
//! They are run by the steps of the GitHub workflow that lies beside them, so that it is known to
//! be right as well: those steps that begin with "Test", each in its folder. The others fetch and
//! build what is here already.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;
use crate::test::counts::Runner;
use crate::workspace::{Profile, Workspace};

const FOLDER: &str = "docs/examples";
const WORKFLOW: &str = "github-actions.yml";

/// A step of the workflow.
#[derive(Debug, Default, PartialEq, Eq)]
struct Step {
    name: String,
    run: String,
    folder: String,
}

/// Runs all of them; the program must be built. Answers how many tests passed.
pub(crate) fn run(workspace: &Workspace) -> Result<u64> {
    let folder = workspace.root().join(FOLDER);
    let text = fs::read_to_string(folder.join(WORKFLOW))
        .with_context(|| format!("{FOLDER}/{WORKFLOW} cannot be read"))?;
    let steps = steps(&text);
    let suites = [
        ("Test in Python", Runner::Unittest),
        ("Test in TypeScript", Runner::Node),
        ("Test in Rust", Runner::CargoTest),
    ];
    let tests = steps.iter().filter(|step| step.name.starts_with("Test"));
    if tests.count() != suites.len() {
        bail!("{FOLDER}/{WORKFLOW} has other test steps than there are suites");
    }
    let program = workspace.binary(Profile::Debug, "mock-partner");
    let mut passed = 0;
    for (name, runner) in suites {
        let step = steps
            .iter()
            .find(|step| step.name == name)
            .with_context(|| format!("{FOLDER}/{WORKFLOW} has no step \"{name}\""))?;
        println!("\n{name}");
        let place = folder.join(&step.folder);
        let script = match runner {
            Runner::Node if !runs_typescript() => translated(workspace, &place)?,
            _ => step.run.clone(),
        };
        let mut command = Command::new("sh");
        command
            .args(["-ec", &script])
            .current_dir(&place)
            .env("MOCK_PARTNER", &program)
            .env("CARGO_TERM_COLOR", "never")
            // Kept with what else is built, and found again at the next run.
            .env("CARGO_TARGET_DIR", workspace.root().join("target/examples"));
        passed += runner.passed(&process::tee(&mut command)?)?;
    }
    Ok(passed)
}

/// Whether this Node.js runs TypeScript as it is.
fn runs_typescript() -> bool {
    let print = "process.exit(process.features.typescript ? 0 : 1)";
    process::succeeds(Command::new("node").args(["-e", print]))
}

/// Translates a folder's TypeScript for an older Node.js with the compiler that the page is made
/// with, and answers how it is run then.
fn translated(workspace: &Workspace, folder: &Path) -> Result<String> {
    let out = workspace.root().join("target/examples/typescript");
    let compiler = workspace.root().join("ui/node_modules/.bin/tsc");
    let files: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "ts"))
        .collect();
    let types = workspace.root().join("ui/node_modules/@types");
    process::pass(
        Command::new(compiler)
            .args(["--target", "es2022", "--module", "nodenext", "--strict"])
            .args(["--rewriteRelativeImportExtensions", "--types", "node"])
            .arg("--typeRoots")
            .arg(types)
            .arg("--outDir")
            .arg(&out)
            .args(files),
    )?;
    fs::write(out.join("package.json"), "{\"type\":\"module\"}\n")?;
    Ok(format!("cd '{}' && node --test", out.display()))
}

/// The steps of a workflow that run something. It is written plainly, a line for each field.
fn steps(workflow: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in workflow.lines().map(str::trim) {
        if let Some(field) = line.strip_prefix("- ") {
            steps.push(Step::default());
            take(steps.last_mut(), field);
        } else {
            take(steps.last_mut(), line);
        }
    }
    steps.retain(|step| !step.run.is_empty());
    steps
}

fn take(step: Option<&mut Step>, line: &str) {
    if let (Some(step), Some((name, value))) = (step, line.split_once(": ")) {
        match name {
            "name" => step.name = value.to_owned(),
            "run" => step.run = value.to_owned(),
            "working-directory" => step.folder = value.to_owned(),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_with_their_folders() {
        let text = "jobs:\n  test:\n    steps:\n      - uses: x@v4\n\n      - name: Test it\n        \
                    run: a && b: c\n        working-directory: here\n";
        let step = Step {
            name: "Test it".to_owned(),
            run: "a && b: c".to_owned(),
            folder: "here".to_owned(),
        };
        assert_eq!(steps(text), [step]);
    }
}
