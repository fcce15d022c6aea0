//! `cargo xtask`: everything that a developer runs here, with its own set-up.
//!
//! A fresh machine needs Rust and Node; each command installs the rest and says what and why.
//! Not here: anything that the shipped programs need at run time.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a tool of the command line talks to whoever called it"
)]

mod bench;
mod conformance;
mod desktop;
mod desktop_smoke;
mod examples;
mod fuzz;
mod generate;
mod invariants;
mod process;
mod run;
mod setup;
mod test;
mod ui;
mod webdriver;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// Set-up, running, testing and measuring of Mock Partner.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds and opens the desktop app, or the headless server where there is no display.
    Run(run::Arguments),
    /// Runs all checks and tests, or only the named steps.
    Test(test::Arguments),
    /// Measures speed and memory of the release build and prints them as a table.
    Bench(bench::Arguments),
    /// Asks a Booking Server what Google tests and what is worth testing besides.
    Conformance(conformance::Arguments),
    /// Sends arbitrary bytes and mutated requests to the real program, which must survive them.
    Fuzz(fuzz::Arguments),
    /// Rewrites the generated files: the OpenAPI documents and the UI's types.
    Generate,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let done = Workspace::find().and_then(|workspace| match arguments.task {
        Task::Run(arguments) => run::run(&workspace, &arguments),
        Task::Test(arguments) => test::test(&workspace, &arguments),
        Task::Bench(arguments) => bench::bench(&workspace, &arguments),
        Task::Conformance(arguments) => conformance::conformance(&workspace, &arguments),
        Task::Fuzz(arguments) => fuzz::fuzz(&workspace, &arguments),
        Task::Generate => generate::rewrite(&workspace),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
