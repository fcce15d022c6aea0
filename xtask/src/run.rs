//! `cargo xtask run`: from a fresh checkout to an open window, or to a headless server.

use std::env;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::setup::{self, Purpose};
use crate::workspace::{Profile, Workspace};
use crate::{process, ui};

/// What `run` can be told.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Start `mock-partner serve` instead of the window.
    #[arg(long)]
    headless: bool,
    /// Build for speed. The build takes minutes; the usual one is fast enough to work with.
    #[arg(long)]
    release: bool,
    /// Arguments for `mock-partner serve`, such as `--port 0`.
    #[arg(last = true)]
    serve: Vec<String>,
}

pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> Result<()> {
    let headless = arguments.headless || !has_display();
    if !headless && !arguments.serve.is_empty() {
        bail!("arguments after `--` are for the headless server; add --headless");
    }
    if headless && !arguments.headless {
        println!("There is no display, so the server starts without a window.");
    }
    let profile = if arguments.release {
        Profile::Release
    } else {
        Profile::Debug
    };
    setup::prepare(if headless {
        Purpose::Headless
    } else {
        Purpose::Window
    })?;
    ui::build(workspace)?;
    let (package, program) = if headless {
        ("partner-cli", "mock-partner")
    } else {
        ("mock-partner-desktop", "mock-partner-desktop")
    };
    println!("Building {program}; the first time takes minutes.");
    let mut build = workspace.cargo(&["build", "--package", package]);
    process::pass(build.args(profile.arguments()))?;

    let mut command = Command::new(workspace.binary(profile, program));
    if headless {
        command.arg("serve").args(&arguments.serve);
    } else {
        println!("Opening the window; Ctrl-C here or Quit there ends it.");
    }
    become_it(&mut command)
}

/// The program takes our place, so that it gets every signal itself and its exit code is ours.
#[cfg(unix)]
fn become_it(command: &mut Command) -> Result<()> {
    use std::os::unix::process::CommandExt;

    let error = command.exec();
    Err(error).with_context(|| format!("cannot start `{}`", process::line(command)))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> Result<()> {
    process::pass(command)
}

/// Only on Linux can a desktop be absent.
fn has_display() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}
