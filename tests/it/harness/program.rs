//! The `vizit` program itself, as an operator starts it.

use std::{
    process::{Output, Stdio},
    time::Duration,
};

use tokio::process::{Child, Command};

pub(crate) const PATH: &str = env!("CARGO_BIN_EXE_vizit");

/// Variables that a machine may have set for itself.
const VARIABLES: [&str; 16] = [
    "TELOXIDE_TOKEN",
    "TELOXIDE_API_URL",
    "DATABASE_URL",
    "ADMIN_IDS",
    "BUSINESS_TZ",
    "BACKUP_AT",
    "BACKUP_DIR",
    "BACKUP_PASSPHRASE",
    "PAYMENT_PROVIDER_TOKEN",
    "WEBHOOK_URL",
    "WEBHOOK_SECRET",
    "HTTP_LISTEN",
    "GOOGLE_SERVICE_ACCOUNT_JSON",
    "GOOGLE_API_URL",
    "MESSAGES_PER_SECOND",
    "LOG_FORMAT",
];

/// The program with just these variables, in a folder without a `.env`.
pub(crate) fn command(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    command_of(PATH, arguments, variables)
}

/// The same for a program that starts it.
pub(crate) fn command_of(program: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(program);
    for name in VARIABLES {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .env("RUST_LOG", "warn")
        .envs(variables.iter().copied())
        .current_dir(std::env::temp_dir())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Runs it to its end and returns whether it succeeded and all that it said.
pub(crate) async fn vizit(arguments: &[&str], variables: &[(&str, &str)]) -> (bool, String) {
    let running = command(arguments, variables).output();
    let output: Output =
        tokio::time::timeout(Duration::from_secs(30), running).await.expect("it ends").expect("it starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// Starts it in the background.
pub(crate) fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Child {
    command(arguments, variables).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts")
}
