//! Where things are, and what Cargo knows about the workspace.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The repository and the folder that Cargo builds into.
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask has no folder above it")?
            .to_path_buf();
        let mut workspace = Self {
            root,
            target: PathBuf::new(),
        };
        let facts = workspace.metadata(&["--no-deps"])?;
        workspace.target = facts["target_directory"]
            .as_str()
            .context("cargo metadata names no target_directory")?
            .into();
        Ok(workspace)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The folder for what is built. CARGO_TARGET_DIR may have moved it.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    /// A program of ours as Cargo leaves it in `profile`'s folder.
    pub(crate) fn binary(&self, profile: Profile, name: &str) -> PathBuf {
        self.target
            .join(profile.folder())
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// A Cargo command, with the very Cargo that started us.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut command = Command::new(cargo);
        command.args(arguments).current_dir(&self.root);
        command
    }

    /// Builds the whole workspace, as the step `rust` did: Cargo builds a package anew when it is
    /// asked for alone, since its dependencies then have other features.
    pub(crate) fn build_all(&self) -> Result<()> {
        process::pass(&mut self.cargo(&["build", "--quiet", "--workspace"]))
    }

    /// An npm command in `ui/`. On Windows npm is a script with an ending of its own.
    pub(crate) fn npm(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        command
            .args(arguments)
            .current_dir(self.ui())
            // The system's Chromium is used; another one would be a large download.
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        command
    }

    /// What `cargo metadata` prints.
    pub(crate) fn metadata(&self, arguments: &[&str]) -> Result<Value> {
        let mut command = self.cargo(&["metadata", "--format-version", "1"]);
        command.args(arguments);
        let text = process::output(&mut command)?;
        serde_json::from_str(&text).context("cargo metadata printed no JSON")
    }
}

/// How our programs are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    Debug,
    Release,
}

impl Profile {
    const fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    /// The arguments that `cargo build` wants for it.
    pub(crate) const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Debug => &[],
            Self::Release => &["--release"],
        }
    }
}
