//! A private `PostgreSQL` for the time of one command: `private-postgres -- sh -c 'psql "$DATABASE_URL"'`.
//!
//! For tools that need a database of their own, and for the tests that end a program with a running server by force.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context as _, Result};
use clap::Parser;
use vizit_sandbox::postgres::{Data, PrivatePostgres};

/// Runs a command with a private PostgreSQL, which it finds in `DATABASE_URL`.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Keeps the data in this directory; without it nothing stays.
    #[arg(long, value_name = "DIRECTORY")]
    keep: Option<PathBuf>,
    /// The program to run.
    program: OsString,
    /// What the program gets.
    #[arg(value_name = "ARGUMENT", trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let Arguments { keep, program, rest } = Arguments::parse();
    let postgres = PrivatePostgres::start(keep.map_or(Data::Throwaway, Data::Kept)).await?;
    let mut command = Command::new(&program);
    command.args(rest).env("DATABASE_URL", postgres.url("postgres"));
    // A signal for the whole group, such as ctrl-c, ends both programs, and then the server stops all the same.
    let ended = tokio::task::spawn_blocking(move || command.status()).await?;
    postgres.stop().await;
    let status = ended.with_context(|| format!("cannot run {}", program.display()))?;
    Ok(status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from))
}
