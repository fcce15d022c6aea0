//! `mock-partner`: the partner without a window.
//!
//! Data goes to standard output, diagnostics to standard error. Exit codes: 0 fine, 1 a check
//! failed, 2 wrong usage or cannot start.

mod check;
mod inventory;
mod rehearse;
mod serve;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use mimalloc::MiMalloc;

// What one thread asks for, another gives back: the writer drops what the connections read. The
// system's allocator took a quarter of a request's processor time for that.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A stand-in for a Booking Server partner of Google's Actions Center.
#[derive(Debug, Parser)]
#[command(name = "mock-partner", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the Booking Server and the control API until interrupted.
    Serve(Box<serve::Arguments>),
    /// Read scenario files and name everything that is wrong with them.
    Check(check::Arguments),
    /// Take merchants, services and availability feeds into the store.
    Import(inventory::ImportArguments),
    /// Write the inventory as feeds.
    Feeds(inventory::FeedsArguments),
    /// Take the steps of scenarios and say what is not as expected.
    Rehearse(rehearse::Arguments),
    /// Print an OpenAPI document.
    Openapi {
        /// Which of the two interfaces.
        interface: Interface,
    },
    /// Print a JSON Schema.
    Schema {
        /// Of which file.
        of: SchemaOf,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum SchemaOf {
    /// Of a scenario's file, for editors.
    Scenario,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Interface {
    /// What a test client calls.
    Booking,
    /// What windows and scripts call.
    Control,
}

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("MOCK_PARTNER_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let done = match Cli::parse().command {
        Command::Serve(arguments) => serve::serve(*arguments),
        Command::Check(arguments) => match check::check(&arguments) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Import(arguments) => match inventory::import(arguments) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Feeds(arguments) => inventory::feeds(arguments),
        Command::Rehearse(arguments) => match rehearse::rehearse(&arguments) {
            Ok(code) => return code,
            Err(error) => Err(error),
        },
        Command::Openapi { interface } => {
            let text = match interface {
                Interface::Booking => partner_server::booking_openapi(),
                Interface::Control => partner_server::control_openapi(),
            };
            std::io::stdout()
                .write_all(text.as_bytes())
                .map_err(Into::into)
        }
        Command::Schema {
            of: SchemaOf::Scenario,
        } => std::io::stdout()
            .write_all(partner::scenario::schema::json().as_bytes())
            .map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One sentence that says what to do; nobody is helped by a trace.
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::from(2)
        }
    }
}
