//! The commands of the `vizit` program.

mod backup;
mod catalog;
mod doctor;
mod jobs;
mod outbox;
mod why;

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use secrecy::ExposeSecret;

use crate::{
    app::App,
    backup::work::WorkDir,
    clock::SystemClock,
    config::{Settings, start_logging},
    db,
    services::Services,
};

/// Vizit: a Telegram bot through which clients book visits. Settings come from the environment or a `.env` file.
#[derive(Debug, Parser)]
#[command(version, about)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    settings: Settings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the bot until it is told to stop.
    Run {
        /// Do not bring the database up to date first.
        #[arg(long)]
        no_migrate: bool,
    },
    /// Bring the database up to date.
    Migrate,
    /// Check everything that the bot needs, and say what is wrong.
    Doctor,
    /// Ask a running bot whether it is well; for health checks of containers.
    Health,
    /// Explain why a time of a master is offered or not, rule by rule.
    Why {
        /// The master's key in the catalog.
        master: String,
        /// On the wall of the master's location, as in 2026-12-01T15:00.
        #[arg(value_parser = why::wall_time)]
        time: chrono::NaiveDateTime,
        /// A service's key; several make one visit. Without any, each service of the master is asked about.
        #[arg(long = "service")]
        services: Vec<String>,
    },
    /// Services, masters and hours.
    #[command(subcommand)]
    Catalog(CatalogCommand),
    /// Messages that wait to be sent, or could not be.
    #[command(subcommand)]
    Outbox(outbox::OutboxCommand),
    /// Show what runs by itself, and how it goes; fails when something is late.
    Jobs,
    /// Write an encrypted backup, and prove it by restoring it into a scratch database.
    Backup(backup::BackupArguments),
    /// Restore a backup into an empty database, then apply later migrations.
    Restore(backup::RestoreArguments),
}

#[derive(Debug, Subcommand)]
enum CatalogCommand {
    /// Make the catalog in force the one that a file describes.
    Apply { file: PathBuf },
    /// Write the catalog in force as such a file.
    Export,
}

/// Runs a command; what went wrong is told on the standard error output.
pub fn run(cli: Cli, dotenv: Option<dotenvy::Error>) -> ExitCode {
    let result = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the runtime cannot be started")
        .and_then(|runtime| runtime.block_on(execute(cli, dotenv)));
    match result {
        Ok(code) => code,
        Err(error) => {
            // Nothing is left to do about a closed error output.
            writeln!(io::stderr(), "vizit: {error:#}").unwrap_or_default();
            ExitCode::FAILURE
        }
    }
}

async fn execute(cli: Cli, dotenv: Option<dotenvy::Error>) -> anyhow::Result<ExitCode> {
    let settings = &cli.settings;
    // The error itself would show the line, and with it a secret.
    if dotenv.is_some() {
        anyhow::bail!("a line of the file .env cannot be read; a value with spaces needs quotes");
    }
    start_logging(settings)?;
    match cli.command {
        Command::Run { no_migrate } => bot(settings, !no_migrate).await?,
        Command::Migrate => {
            let services = connect(settings).await?;
            let before = db::missing_migrations(&services.pool).await?;
            db::MIGRATOR.run(&services.pool).await.context("the database cannot be brought up to date")?;
            say(&format!("the database is up to date; migrations applied: {before}"))?;
        }
        Command::Doctor => return doctor::look_around(settings).await,
        Command::Health => return doctor::ask_health(settings).await,
        Command::Why { master, time, services } => {
            why::explain(settings, &master, time, &services).await?;
        }
        Command::Catalog(CatalogCommand::Apply { file }) => catalog::apply(settings, &file).await?,
        Command::Catalog(CatalogCommand::Export) => catalog::export(settings).await?,
        Command::Outbox(command) => outbox::run(settings, command).await?,
        Command::Jobs => return jobs::show(settings).await,
        Command::Backup(arguments) => return backup::create(settings, arguments).await,
        Command::Restore(arguments) => backup::restore(settings, arguments).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn bot(settings: &Settings, migrate: bool) -> anyhow::Result<()> {
    let config = settings.check()?;
    let stop = stop_signal()?;
    WorkDir::sweep(&std::env::temp_dir());
    let app = App::start(&config, Arc::new(SystemClock), migrate).await?;
    tracing::info!(address = ?app.address(), "the bot runs");
    app.run_until(stop).await?;
    tracing::info!("the bot has stopped");
    Ok(())
}

/// Ends when the program is asked to end, by ctrl-c or SIGTERM.
fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM cannot be waited for")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be waited for")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

async fn connect(settings: &Settings) -> anyhow::Result<Services> {
    let url = settings.check_database()?;
    let pool = db::connect(url.expose_secret(), 2)
        .await
        .context("the database cannot be used; check DATABASE_URL and that PostgreSQL runs")?;
    Ok(Services::new(pool, Arc::new(SystemClock), Vec::new()))
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
