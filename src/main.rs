//! The `vizit` program.

use std::process::ExitCode;

use clap::Parser;
use vizit::cli::{Cli, run};

fn main() -> ExitCode {
    // A missing file is the usual case in containers; a broken one is told when the settings are checked.
    let dotenv = dotenvy::dotenv();
    let cli = Cli::parse();
    run(cli, dotenv.err().filter(|error| !error.not_found()))
}
