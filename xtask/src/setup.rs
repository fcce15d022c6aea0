//! What the system must have before we build, run or test: looked for, and installed where we can.
//!
//! Needs are recognised by what they bring (a library, a program), not by a package's name, so the
//! check is right on every Linux. Only installing speaks of packages, those of Debian and Ubuntu;
//! elsewhere the list of what is missing is printed and the task goes on.

use std::env;
use std::fs;
use std::io::{IsTerminal, stdin};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// What something is needed for; each includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Purpose {
    /// Building and running `mock-partner`.
    Headless,
    /// Building and opening the window.
    Window,
    /// The test run.
    Tests,
}

struct Need {
    purpose: Purpose,
    probe: Probe,
    package: &'static str,
    why: &'static str,
}

enum Probe {
    /// One of these programs is on the path.
    Program(&'static [&'static str]),
    /// pkg-config knows this library.
    Library(&'static str),
}

/// The browsers that the end-to-end suite can drive.
const BROWSERS: &[&str] = &[
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

const LINUX: &[Need] = &[
    Need {
        purpose: Purpose::Headless,
        probe: Probe::Program(&["cc"]),
        package: "build-essential",
        why: "links Rust programs and compiles SQLite",
    },
    Need {
        purpose: Purpose::Window,
        probe: Probe::Program(&["pkg-config"]),
        package: "pkg-config",
        why: "finds the window's libraries",
    },
    Need {
        purpose: Purpose::Window,
        probe: Probe::Library("webkit2gtk-4.1"),
        package: "libwebkit2gtk-4.1-dev",
        why: "draws the window",
    },
    Need {
        purpose: Purpose::Window,
        probe: Probe::Library("dbus-1"),
        package: "libdbus-1-dev",
        why: "lets the window talk to the desktop",
    },
    Need {
        purpose: Purpose::Tests,
        probe: Probe::Program(BROWSERS),
        package: "chromium",
        why: "the end-to-end suite's browser",
    },
    Need {
        purpose: Purpose::Tests,
        probe: Probe::Program(&["python3"]),
        package: "python3",
        why: "the example suite in Python",
    },
    Need {
        purpose: Purpose::Tests,
        probe: Probe::Program(&["Xvfb"]),
        package: "xvfb",
        why: "a screen for the desktop test",
    },
    Need {
        purpose: Purpose::Tests,
        probe: Probe::Program(&["WebKitWebDriver"]),
        package: "webkit2gtk-driver",
        why: "drives the desktop window",
    },
    Need {
        purpose: Purpose::Tests,
        probe: Probe::Program(&["dbus-daemon"]),
        package: "dbus",
        why: "a session of its own for the desktop test",
    },
];

/// Makes sure that the system has what `purpose` wants.
pub(crate) fn prepare(purpose: Purpose) -> Result<()> {
    for program in ["node", "npm"] {
        if find_program(&[program]).is_none() {
            bail!("{program} is not on the path; install Node.js 20.19 or newer and start again");
        }
    }
    if cfg!(target_os = "linux") {
        prepare_linux(purpose)
    } else {
        advise(purpose)
    }
}

/// The system's browser for the end-to-end suite.
pub(crate) fn browser() -> Option<PathBuf> {
    find_program(BROWSERS)
}

fn prepare_linux(purpose: Purpose) -> Result<()> {
    let missing = missing_for(purpose);
    if missing.is_empty() {
        return Ok(());
    }
    println!("This computer still needs:");
    for need in &missing {
        println!("  {:24} {}", need.package, need.why);
    }
    if !is_debian_like(&fs::read_to_string("/etc/os-release").unwrap_or_default()) {
        println!("The names are Debian's. Install the like of them; going on without.");
        return Ok(());
    }
    let packages: Vec<_> = missing.iter().map(|need| need.package).collect();
    install(&packages).with_context(|| {
        format!(
            "the packages could not be installed; try `apt-get install {}`",
            packages.join(" ")
        )
    })?;
    let still: Vec<_> = missing_for(purpose)
        .iter()
        .map(|need| need.package)
        .collect();
    if !still.is_empty() {
        bail!("still missing after installing: {}", still.join(", "));
    }
    Ok(())
}

#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Linux")]
fn advise(purpose: Purpose) -> Result<()> {
    if cfg!(target_os = "macos") {
        println!("On macOS this needs Xcode's command line tools: xcode-select --install");
    } else if cfg!(windows) {
        println!("On Windows this needs the MSVC build tools and WebView2 (part of Windows 11).");
    }
    if purpose == Purpose::Tests {
        println!(
            "The end-to-end suite needs Chromium or Chrome; the desktop test runs on Linux only."
        );
    }
    Ok(())
}

fn missing_for(purpose: Purpose) -> Vec<&'static Need> {
    LINUX
        .iter()
        .filter(|need| need.purpose <= purpose && !is_there(&need.probe))
        .collect()
}

fn is_there(probe: &Probe) -> bool {
    match probe {
        Probe::Program(names) => find_program(names).is_some(),
        Probe::Library(name) => {
            process::succeeds(Command::new("pkg-config").args(["--exists", name]))
        }
    }
}

fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd"]
    } else {
        &[""]
    };
    let folders: Vec<_> = env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| endings.iter().map(move |ending| format!("{name}{ending}")))
        .flat_map(|file| folders.iter().map(move |folder| folder.join(&file)))
        .find(|candidate| candidate.is_file())
}

/// Whether packages come by apt: Debian, Ubuntu, or something that says it is like them.
fn is_debian_like(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ID=")
                .or_else(|| line.strip_prefix("ID_LIKE="))
        })
        .flat_map(|value| value.trim_matches('"').split_whitespace())
        .any(|id| id == "debian" || id == "ubuntu")
}

fn install(packages: &[&str]) -> Result<()> {
    println!(
        "Installing with apt-get{}.",
        if is_root() { "" } else { " through sudo" }
    );
    process::pass(apt(&["update", "--quiet"]).env("LC_ALL", "C"))?;
    let mut command = apt(&["install", "--yes", "--quiet", "--no-install-recommends"]);
    process::pass(command.args(packages))
}

fn apt(arguments: &[&str]) -> Command {
    // `env` carries the variable through sudo, which drops most of them.
    let mut words = vec!["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"];
    if !is_root() {
        // Without a terminal there is nobody to type a password: better to fail than to wait.
        let sudo: &[_] = if stdin().is_terminal() {
            &["sudo"]
        } else {
            &["sudo", "-n"]
        };
        words.splice(0..0, sudo.iter().copied());
    }
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).args(arguments);
    command
}

fn is_root() -> bool {
    process::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debian_and_its_kin_are_recognised() {
        assert!(is_debian_like("NAME=x\nID=debian\n"));
        assert!(is_debian_like("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!is_debian_like("ID=fedora\nVERSION_ID=42\n"));
        assert!(!is_debian_like(""));
    }

    #[test]
    fn a_purpose_includes_the_smaller_ones() {
        assert!(Purpose::Headless < Purpose::Window && Purpose::Window < Purpose::Tests);
    }

    #[test]
    fn programs_are_found_on_the_path_only() {
        assert!(find_program(&["no-such-program-here", "cargo"]).is_some());
        assert!(find_program(&["no-such-program-here"]).is_none());
    }
}
