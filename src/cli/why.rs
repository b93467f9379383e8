//! `vizit why`: the rules' answers about one time.

use anyhow::Context as _;
use chrono::NaiveDateTime;

use super::{connect, say};
use crate::{config::Settings, db::catalog, domain::language::Language, i18n::Tr, services::staff};

pub(super) async fn explain(
    settings: &Settings,
    master: &str,
    time: NaiveDateTime,
    keys: &[String],
) -> anyhow::Result<()> {
    let services = connect(settings).await?;
    let now = services.clock.now();
    let mut conn = services.pool.acquire().await.context("the database cannot be reached")?;
    let found = catalog::master(&mut conn, Some(master), None).await?;
    let why = match &found {
        Some(found) => staff::why(&mut conn, found, time, keys, now).await?,
        None => anyhow::bail!("there is no master {master:?} in the catalog"),
    };
    let why =
        why.with_context(|| format!("{master} gives no such service; keys are those of the catalog"))?;
    for line in Tr::to(Language::DEFAULT).why(&why, now) {
        say(&line)?;
    }
    Ok(())
}

/// A wall time as in 2026-12-01T15:00.
pub(super) fn wall_time(text: &str) -> Result<NaiveDateTime, String> {
    ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"]
        .into_iter()
        .find_map(|form| NaiveDateTime::parse_from_str(text, form).ok())
        .ok_or_else(|| "write it like 2026-12-01T15:00".to_owned())
}
