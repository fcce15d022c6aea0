//! The program `mock-partner-desktop`: Mock Partner in a window of its own.
//!
//! A thin shell. It starts the same engine and the same two listeners as `mock-partner serve`, and
//! shows the page that those serve to a browser. What the page does, it does over the control API;
//! nothing that Mock Partner decides or remembers is here.
//!
//! - [`engine`]: opens the engine and its listeners
//! - [`menu`]: the native menu
//! - [`shell`]: the window, the plugins, and the order of starting and stopping

// On Windows a console window would open behind ours.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod engine;
mod menu;
mod shell;

use std::io::IsTerminal;
use std::process::ExitCode;

use mimalloc::MiMalloc;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

// As in the program without a window, and for the same reason.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            EnvFilter::builder()
                .with_default_directive(LevelFilter::WARN.into())
                .from_env_lossy(),
        )
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    shell::run()
}
