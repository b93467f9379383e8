//! `vizit jobs`: what runs by itself, and how it goes.

use std::process::ExitCode;

use anyhow::Context as _;

use super::{connect, say};
use crate::{config::Settings, domain::job::Job, services::jobs};

/// Shows all jobs; fails when one has not succeeded for three of its periods.
pub(super) async fn show(settings: &Settings) -> anyhow::Result<ExitCode> {
    let services = connect(settings).await?;
    let now = services.clock.now();
    let known = jobs::statuses(&services).await.context("the jobs cannot be read")?;
    let mut is_well = true;
    for job in Job::ALL {
        let Some(status) = known.iter().find(|status| status.name == job.name()) else {
            is_well = false;
            say(&format!("LATE  {}: has never run here", job.name()))?;
            continue;
        };
        let is_late = status.is_overdue(now);
        is_well &= !is_late;
        let at = |instant: chrono::DateTime<chrono::Utc>| instant.format("%Y-%m-%d %H:%M:%S UTC").to_string();
        let mut line = format!(
            "{} {}: last run {}, last success {}, {} ms",
            if is_late { "LATE " } else { "ok   " },
            status.name,
            status.started_at.map_or_else(|| "never".to_owned(), at),
            status.succeeded_at.map_or_else(|| "never".to_owned(), at),
            status.took_ms.unwrap_or_default(),
        );
        if let Some(done_at) = status.done_at {
            line = format!("{line}; did {} at {}", status.done, at(done_at));
        }
        if let Some(error) = &status.error {
            line = format!("{line}; {error}");
        }
        say(&line)?;
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
