//! The program `mock-partner-desktop`: Mock Partner in a window of its own.
//!
//! A thin shell. It starts the same engine and the same two listeners as `mock-partner serve`, and
//! shows the page that those serve to a browser. What the page does, it does over the control API;
//! nothing that Mock Partner decides or remembers is here.
//!
//! - [`engine`]: opens the engine and its listeners, and ends them
//! - [`menu`]: the native menu
//! - [`shell`]: the window, the plugins, and the order of starting and stopping

// On Windows a console window would open behind ours.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod engine;
mod menu;
mod shell;

use std::process::ExitCode;

fn main() -> ExitCode {
    shell::run()
}
