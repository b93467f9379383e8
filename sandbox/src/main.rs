//! The sandbox alone, for clients that are not Vizit: it serves until it is told to end.
//!
//! The demo and the tests start the sandbox in process; this program exists so that anything that speaks HTTP can be
//! tried against it. It says where it listens in one line of JSON on standard output.

use std::io::{self, Write as _};

use anyhow::{Context as _, Result};
use chrono_tz::Tz;
use clap::Parser;
use tokio::signal::unix::{SignalKind, signal};
use vizit_sandbox::{Clock, Options, Sandbox};

/// A local Telegram on loopback, with a page and a control interface.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The port to listen on; 0 takes any free one.
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// The one token that the Bot API accepts.
    #[arg(long, default_value = "1000001:sandbox-token-that-opens-nothing-else")]
    token: String,
    /// The zone in which the page shows times.
    #[arg(long, default_value = "Europe/Berlin")]
    zone: Tz,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { port, token, zone } = Arguments::parse();
    // Before anybody can know the address: a signal that comes early must end it properly too.
    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let sandbox = Sandbox::start(Options { token, port, clock: Clock::running(), zone }).await?;
    let place = serde_json::json!({ "url": sandbox.url(), "token": sandbox.token() });
    writeln!(io::stdout(), "{place}").context("cannot say where the sandbox listens")?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("cannot listen for an interrupt")?,
        _ = terminate.recv() => {}
    }
    sandbox.stop().await;
    Ok(())
}
