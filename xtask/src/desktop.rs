//! A desktop without a person: a virtual screen, a message bus of its own, and folders of its own.
//!
//! The window under test must neither need a screen nor meet the window that the developer has open:
//! the bus is what keeps it to one instance, and the folders are where it remembers its size.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::process::Background;

/// A running screen and bus, both ended when this is dropped.
pub(crate) struct Desktop {
    display: String,
    bus: String,
    folder: PathBuf,
    _running: [Background; 2],
}

impl Desktop {
    /// Starts one; what programs keep goes below `folder`.
    pub(crate) fn start(folder: &Path) -> Result<Self> {
        // Each program picks a free name itself and tells it once it is ready.
        let (screen, number) = start(
            "Xvfb",
            &[
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1400x900x24",
                "-nolisten",
                "tcp",
            ],
        )?;
        let (daemon, bus) = start(
            "dbus-daemon",
            &["--session", "--nofork", "--print-address=1"],
        )?;
        let folder = folder.to_path_buf();
        Ok(Self {
            display: format!(":{number}"),
            bus,
            folder,
            _running: [screen, daemon],
        })
    }

    /// Makes a command run on this desktop.
    pub(crate) fn place(&self, command: &mut Command) {
        command
            .env("DISPLAY", &self.display)
            .env_remove("WAYLAND_DISPLAY")
            .env("GDK_BACKEND", "x11")
            .env("DBUS_SESSION_BUS_ADDRESS", &self.bus)
            .env("XDG_CONFIG_HOME", self.folder.join("config"))
            .env("XDG_DATA_HOME", self.folder.join("data"))
            .env("XDG_CACHE_HOME", self.folder.join("cache"))
            // There is no screen reader, and looking for one takes seconds.
            .env("NO_AT_BRIDGE", "1");
    }
}

fn start(program: &str, arguments: &[&str]) -> Result<(Background, String)> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut running = Background::start(&mut command)?;
    let line = running
        .first_line()
        .with_context(|| format!("{program} did not get ready"))?;
    Ok((running, line))
}
