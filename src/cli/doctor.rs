//! `vizit doctor` and `vizit health`: is everything there that the bot needs?

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    process::ExitCode,
    time::Duration,
};

use anyhow::Context as _;

use super::{connect, say};
use crate::{
    app::backups_of,
    config::{Config, Settings},
    db,
    services::{
        self,
        backup::{Fitness, examine},
    },
    telegram::{Bots, commands},
};

const MEGABYTE: u64 = 1_000_000;

/// Looks at everything and tells all of it; fails when anything is wrong.
pub(super) async fn look_around(settings: &Settings) -> anyhow::Result<ExitCode> {
    let mut is_well = true;
    let mut tell = |name: &str, finding: anyhow::Result<String>| {
        is_well &= finding.is_ok();
        let line = match finding {
            Ok(text) => format!("ok    {name}: {text}"),
            Err(error) => format!("WRONG {name}: {error:#}"),
        };
        say(&line)
    };
    let config = settings.check();
    match &config {
        Ok(config) => tell("configuration", Ok(describe(config)))?,
        Err(faults) => tell("configuration", Err(faults.clone().into()))?,
    }
    tell("database", database(settings).await)?;
    if let Ok(config) = &config {
        tell("telegram", telegram(config).await)?;
        tell("backups", backups(config).await)?;
    }
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn describe(config: &Config) -> String {
    let set = |name: &str, is_set: bool| format!("{name} {}", if is_set { "set" } else { "not set" });
    [
        format!("{} admins", config.admins.len()),
        format!("zone {}", config.business_zone),
        if config.telegram.webhook.is_some() { "webhook".to_owned() } else { "long polling".to_owned() },
        set("backup passphrase", config.nightly.is_some()),
        set("payment provider", config.payment_provider_token.is_some()),
        set("Google account", config.google.is_some()),
    ]
    .join(", ")
}

async fn database(settings: &Settings) -> anyhow::Result<String> {
    let services = connect(settings).await?;
    let version = db::server_version(&services.pool).await?;
    let missing = db::missing_migrations(&services.pool).await?;
    anyhow::ensure!(missing == 0, "PostgreSQL {version} lacks {missing} migrations; run `vizit migrate`");
    let plan = services::catalog::export(&services).await?;
    let (offers, masters) = (plan.services.len(), plan.masters.len());
    anyhow::ensure!(
        offers > 0 && masters > 0,
        "there is nothing to book; run `vizit catalog apply FILE.toml`"
    );
    Ok(format!("PostgreSQL {version}, up to date, {offers} services, {masters} masters"))
}

async fn telegram(config: &Config) -> anyhow::Result<String> {
    let bots = Bots::new(&config.telegram.token, config.telegram.api.as_ref(), None)?;
    let me = commands::whoami(&bots).await?;
    Ok(format!("the bot is @{}", me.username()))
}

async fn backups(config: &Config) -> anyhow::Result<String> {
    let Some(setup) = backups_of(config) else {
        return Ok("none are made, as BACKUP_PASSPHRASE is not set".to_owned());
    };
    let Fitness { server_major, programs, database_bytes, free_bytes } = examine(&setup).await?;
    let copies = setup
        .to
        .as_ref()
        .map_or_else(|| "BACKUP_DIR not set".to_owned(), |folder| format!("copies in {}", folder.display()));
    Ok(format!(
        "BACKUP_PASSPHRASE set, PostgreSQL {server_major}'s pg_dump and pg_restore in {programs}, {} MB free in {} for a database of {} MB, {copies}",
        free_bytes / MEGABYTE,
        setup.work.display(),
        database_bytes.div_ceil(MEGABYTE),
    ))
}

/// Asks the bot that listens at `HTTP_LISTEN` on this machine.
pub(super) async fn ask_health(settings: &Settings) -> anyhow::Result<ExitCode> {
    let config = settings.check()?;
    let mut address = config.listen.context("HTTP_LISTEN is not set, so there is nobody to ask")?;
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        IpAddr::V4(_) | IpAddr::V6(_) => {}
    }
    let client = reqwest::Client::builder().timeout(Duration::from_secs(5)).no_proxy().build()?;
    let answer =
        client.get(format!("http://{address}/health")).send().await.context("the bot does not answer")?;
    let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
    say(&text)?;
    Ok(if status.is_success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
