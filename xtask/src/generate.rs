//! The files that are generated from the code and kept in the repository: the OpenAPI documents, the
//! UI's types made from one of them, and the schema of scenarios.
//!
//! They are committed so that a reader sees the interface and its changes; the test run compares them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::{Profile, Workspace};
use crate::{process, ui};

/// Each document: its file, and what the program is asked for it.
const DOCUMENTS: &[(&str, [&str; 2])] = &[
    ("docs/openapi/booking.json", ["openapi", "booking"]),
    ("docs/openapi/control.json", ["openapi", "control"]),
    ("scenarios/schema.json", ["schema", "scenario"]),
];
const UI_TYPES: &str = "ui/src/api/schema.d.ts";

/// Rewrites all of them.
pub(crate) fn rewrite(workspace: &Workspace) -> Result<()> {
    process::pass(&mut workspace.cargo(&["build", "--quiet", "--package", "partner-cli"]))?;
    for (path, content) in documents(workspace)? {
        put(workspace, &path, &content)?;
    }
    ui::packages(workspace)?;
    process::pass(&mut workspace.npm(&["run", "generate"]))
}

/// Fails where one of them is not what would be written now. Leaves the files as they are. The
/// program must be built.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    for (path, content) in documents(workspace)? {
        compare(&path, &get(workspace, &path)?, &content)?;
    }
    // The types' generator knows only its own place to write to, so what lies there is put back,
    // with its time: a newer source would have the page built again.
    let path = Path::new(UI_TYPES);
    let before = get(workspace, path)?;
    let time = fs::metadata(workspace.root().join(path))?.modified()?;
    process::pass(&mut workspace.npm(&["run", "generate"]))?;
    let after = get(workspace, path)?;
    put(workspace, path, &before)?;
    fs::File::options()
        .append(true)
        .open(workspace.root().join(path))?
        .set_modified(time)?;
    compare(path, &before, &after)
}

/// Each document's path and what the program, as it is built, prints for it.
fn documents(workspace: &Workspace) -> Result<Vec<(PathBuf, String)>> {
    let program = workspace.binary(Profile::Debug, "mock-partner");
    DOCUMENTS
        .iter()
        .map(|(path, arguments)| {
            let content = process::output(Command::new(&program).args(arguments))?;
            Ok((PathBuf::from(path), content))
        })
        .collect()
}

fn get(workspace: &Workspace, path: &Path) -> Result<String> {
    fs::read_to_string(workspace.root().join(path)).with_context(|| {
        format!(
            "{} is missing; write it with `cargo xtask generate`",
            path.display()
        )
    })
}

fn put(workspace: &Workspace, path: &Path, content: &str) -> Result<()> {
    let full = workspace.root().join(path);
    if let Some(folder) = full.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&full, content).with_context(|| format!("{} cannot be written", path.display()))
}

fn compare(path: &Path, committed: &str, generated: &str) -> Result<()> {
    if committed == generated {
        return Ok(());
    }
    let line = first_difference(committed, generated);
    bail!(
        "{} is out of date from line {line}; run `cargo xtask generate` and commit the result",
        path.display()
    )
}

fn first_difference(one: &str, other: &str) -> usize {
    one.lines()
        .zip(other.lines())
        .take_while(|(one, other)| one == other)
        .count()
        + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_is_named_by_line_and_remedy() {
        let path = Path::new("docs/openapi/control.json");
        assert!(compare(path, "a\nb\n", "a\nb\n").is_ok());
        let error = compare(path, "a\nb\n", "a\nc\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            "docs/openapi/control.json is out of date from line 2; \
             run `cargo xtask generate` and commit the result"
        );
    }
}
