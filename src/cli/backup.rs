//! `vizit backup` and `vizit restore`.

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::Context as _;
use clap::Args;
use tokio_util::sync::CancellationToken;

use super::{say, stop_signal};
use crate::{
    backup::{parts::PART_BYTES, work},
    clock::{SharedClock, SystemClock},
    config::{self, Faults, Settings},
    domain::{backup::Stage, erasure::Code},
    services::backup::{self, Failure, Proof, Report, Setup},
};

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    /// The folder to put the backup into; made where missing.
    #[arg(long)]
    to: PathBuf,
    /// Where to work, in a private folder that is removed again; the system's temporary folder when not given.
    #[arg(long)]
    work: Option<PathBuf>,
    /// Do not encrypt: whoever has the file has all data.
    #[arg(long)]
    plain: bool,
    /// The most bytes that a part has.
    #[arg(long, default_value_t = PART_BYTES, hide = true, value_parser = clap::value_parser!(u64).range(1..))]
    part_bytes: u64,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArguments {
    /// The backup: its file, or all its parts in any order.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Replace all that is in the database now. It is gone then.
    #[arg(long)]
    force: bool,
    /// Forget this client again, as the bot has told the admins; as often as needed. Whoever was forgotten in a database
    /// that is replaced by --force need not be named.
    #[arg(long, value_name = "CODE")]
    forget: Vec<Code>,
    /// Where to work, in a private folder that is removed again; the system's temporary folder when not given.
    #[arg(long)]
    work: Option<PathBuf>,
}

/// Fails when the backup could not be proven, although it is kept then.
pub(super) async fn create(settings: &Settings, arguments: BackupArguments) -> anyhow::Result<ExitCode> {
    let config = settings.check_backup(!arguments.plain).map_err(|faults| in_one_line(&faults))?;
    let to = &arguments.to;
    let setup = Setup { to: Some(to.clone()), ..setup(config, arguments.work, arguments.part_bytes) };
    let is_new = work::private_folder(to).with_context(|| format!("{} cannot be made", to.display()))?;
    let made = make(&setup, to).await;
    if made.is_err() && is_new {
        // Only if it is empty, and then nobody misses it.
        drop(std::fs::remove_dir(to));
    }
    let report = made?;
    say(&describe(&report, to))?;
    Ok(match report.proof {
        Proof::Proven => ExitCode::SUCCESS,
        Proof::Unproven(_) => ExitCode::FAILURE,
    })
}

async fn make(setup: &Setup, to: &Path) -> anyhow::Result<Report> {
    until_stopped(async |clock, stop| {
        let (stage, _) = tokio::sync::watch::channel(Stage::Reading);
        backup::create(setup, &clock, &stop, &stage).await?.keep_in(to, &stop).await
    })
    .await
}

pub(super) async fn restore(settings: &Settings, arguments: RestoreArguments) -> anyhow::Result<()> {
    let config = settings.check_restore().map_err(|faults| in_one_line(&faults))?;
    let setup = setup(config, arguments.work, PART_BYTES);
    let (files, force, forget) = (&arguments.files, arguments.force, arguments.forget.as_slice());
    if force {
        say("--force: all that is in the database now is replaced by the backup")?;
    }
    let restored = until_stopped(async |clock, stop| {
        backup::restore(&setup, &clock, files, (force, forget), &stop).await
    })
    .await?;
    say(&format!(
        "restored the backup of {}, made by vizit {}: {} tables, {} rows, as many as were backed up; later migrations applied: {}",
        restored.taken_at.format("%Y-%m-%d %H:%M:%S UTC"),
        restored.version,
        restored.tables,
        restored.rows,
        restored.migrations,
    ))?;
    if restored.forgotten > 0 {
        say(&format!("forgotten again, as they had wished: {} clients", restored.forgotten))?;
    }
    for code in &restored.not_there {
        say(&format!("{code} names nobody whom this backup knows"))?;
    }
    if !force && forget.is_empty() {
        say(
            "who was forgotten after it was made is in it still: name them by --forget, as the bot has told the admins",
        )?;
    }
    let dropped = restored.dropped;
    if dropped > 0 {
        say(&format!(
            "{dropped} messages that may have arrived since are not sent again; `vizit outbox` shows them"
        ))?;
    }
    Ok(())
}

fn setup(config: config::Backup, work: Option<PathBuf>, part_bytes: u64) -> Setup {
    Setup {
        database_url: config.database_url,
        passphrase: config.passphrase,
        programs: config.programs,
        work: work.unwrap_or_else(std::env::temp_dir),
        to: None,
        part_bytes,
    }
}

/// Lets what is asked to end tidy up behind itself.
async fn until_stopped<T>(
    work: impl AsyncFnOnce(SharedClock, CancellationToken) -> Result<T, Failure>,
) -> anyhow::Result<T> {
    let (stop, asked) = (CancellationToken::new(), stop_signal()?);
    let work = Box::pin(work(Arc::new(SystemClock), stop.clone()));
    tokio::pin!(work);
    let done = tokio::select! {
        done = &mut work => done,
        () = asked => {
            stop.cancel();
            work.await
        }
    };
    Ok(done?)
}

fn in_one_line(faults: &Faults) -> anyhow::Error {
    anyhow::anyhow!("{}", faults.0.join("; "))
}

fn describe(report: &Report, to: &Path) -> String {
    let manifest = &report.manifest;
    let mut text = match &report.proof {
        Proof::Proven => {
            format!("{} is proven: restored, and all rows and constraints were there", report.name)
        }
        Proof::Unproven(reason) => format!("{} is NOT PROVEN: {reason}", report.name),
    };
    if !report.is_encrypted {
        text.push_str("\nNOT ENCRYPTED: whoever has the file has all data");
    }
    let rows: i64 = manifest.tables.iter().map(|table| table.rows).sum();
    let line = write!(
        text,
        "\nin {}, sha256 of the whole {}\ndatabase {} bytes, archive {} bytes, schema {}, PostgreSQL {}, vizit {}, {} s\n{} tables, {rows} rows:",
        to.display(),
        report.sha256,
        manifest.database_bytes,
        report.bytes,
        manifest.schema,
        manifest.server_major,
        manifest.version,
        report.took.as_secs(),
        manifest.tables.len(),
    );
    line.unwrap_or_default();
    for table in &manifest.tables {
        write!(text, "\n  {} {}", table.rows, table.name).unwrap_or_default();
    }
    for piece in &report.pieces {
        write!(text, "\n{} {} bytes, sha256 {}", piece.name, piece.bytes, piece.sha256).unwrap_or_default();
    }
    text
}
