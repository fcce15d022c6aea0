//! The page: its packages and its build, each renewed only when something newer asks for it.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::process;
use crate::workspace::Workspace;

/// What the built page is made of, inside `ui/`.
const SOURCES: &[&str] = &[
    "src",
    "public",
    "index.html",
    "package-lock.json",
    "vite.config.ts",
    "tsconfig.json",
];

/// Installs the page's packages where they are missing or older than their lock file.
pub(crate) fn packages(workspace: &Workspace) -> Result<()> {
    let ui = workspace.ui();
    // npm writes this file last, so an installation that broke off counts as none.
    let installed = modified(&ui.join("node_modules/.package-lock.json"));
    let locked = modified(&ui.join("package-lock.json"));
    if installed.is_some() && installed >= locked {
        return Ok(());
    }
    println!("Installing the page's packages.");
    process::pass(&mut workspace.npm(&["ci", "--no-audit", "--no-fund"]))
        .context("the page's packages could not be installed")
}

/// Builds the page where it is missing or older than its sources.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    packages(workspace)?;
    let ui = workspace.ui();
    let built = modified(&ui.join("dist/index.html"));
    let newest = SOURCES
        .iter()
        .filter_map(|source| newest_in(&ui.join(source)))
        .max();
    if built.is_some() && built >= newest {
        println!("The page is built already.");
        return Ok(());
    }
    println!("Building the page.");
    process::pass(&mut workspace.npm(&["run", "build"])).context("the page could not be built")
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|facts| facts.modified()).ok()
}

/// The latest change in a file or in a folder and all below it. A folder's own time counts, too:
/// it tells of a file that went away.
fn newest_in(path: &Path) -> Option<SystemTime> {
    let below = fs::read_dir(path)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| newest_in(&entry.path()))
        .max();
    modified(path).max(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_file_counts_however_deep_it_lies() {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR"));
        let newest = newest_in(sources).expect("our own sources are there");
        assert!(newest >= modified(&sources.join("src/ui.rs")).expect("this file is there"));
        assert_eq!(newest_in(&sources.join("no-such-folder")), None);
    }
}
