//! `vizit outbox`: what waits to be sent, and what could not be.

use anyhow::Context as _;
use clap::{Subcommand, ValueEnum};

use super::{connect, say};
use crate::{
    config::Settings,
    domain::ids::OutboxId,
    services::outbox::{self, OutboxState},
};

#[derive(Debug, Subcommand)]
pub(super) enum OutboxCommand {
    /// Show the newest messages in a state: what kind, to whom, when, and what went wrong.
    List {
        #[arg(long, value_enum, default_value = "parked")]
        state: Wanted,
        #[arg(long, default_value_t = 50)]
        limit: u16,
    },
    /// Send messages after all: those with these numbers, or all that were put aside.
    Retry { ids: Vec<i64> },
    /// Never send messages: those with these numbers, or all that were put aside.
    Drop { ids: Vec<i64> },
}

/// A state by its name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum Wanted {
    Waiting,
    Sent,
    Skipped,
    Unreachable,
    Dropped,
    Parked,
}

impl Wanted {
    fn state(self) -> OutboxState {
        match self {
            Wanted::Waiting => OutboxState::Waiting,
            Wanted::Sent => OutboxState::Sent,
            Wanted::Skipped => OutboxState::Skipped,
            Wanted::Unreachable => OutboxState::Unreachable,
            Wanted::Dropped => OutboxState::Dropped,
            Wanted::Parked => OutboxState::Parked,
        }
    }
}

pub(super) async fn run(settings: &Settings, command: OutboxCommand) -> anyhow::Result<()> {
    let services = connect(settings).await?;
    match command {
        OutboxCommand::List { state, limit } => {
            let lines = outbox::lines(&services, state.state(), limit.into())
                .await
                .context("the outbox cannot be read")?;
            if lines.is_empty() {
                say(&format!("no message is {}", state.state().label()))?;
            }
            for line in lines {
                let booking = line.booking.map(|booking| format!(" about booking {booking}"));
                let error = line.error.map(|error| format!(": {error}")).unwrap_or_default();
                say(&format!(
                    "{} {} to {}{}, {} tries, {}{error}",
                    line.id,
                    line.kind,
                    line.recipient,
                    booking.unwrap_or_default(),
                    line.attempts,
                    line.at.format("%Y-%m-%d %H:%M:%S UTC"),
                ))?;
            }
        }
        OutboxCommand::Retry { ids } => act(&services, &ids, true).await?,
        OutboxCommand::Drop { ids } => act(&services, &ids, false).await?,
    }
    Ok(())
}

async fn act(services: &crate::services::Services, ids: &[i64], retries: bool) -> anyhow::Result<()> {
    let ids: Vec<OutboxId> = ids.iter().copied().map(OutboxId).collect();
    let named = (!ids.is_empty()).then_some(ids.as_slice());
    let done = outbox::act(services, named, retries).await.context("the outbox cannot be changed")?;
    let what = if retries { "to be sent" } else { "dropped" };
    say(&format!("{what}: {done}"))?;
    // A number that was mistyped must not go unnoticed.
    let wanted = u64::try_from(ids.len()).unwrap_or(u64::MAX);
    anyhow::ensure!(named.is_none() || done == wanted, "{} of these cannot be {what}", wanted - done);
    Ok(())
}
