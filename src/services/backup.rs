//! Backups that prove themselves, and the way back.
//!
//! `pg_dump` writes one snapshot through the encryption into parts on the disk; nothing of it is ever there in the clear.
//! Then the parts are read again, restored into a scratch database, and what is there is compared with what was counted
//! in the same snapshot. Only then is the archive handed over, part after part, each removed as soon as it is taken.

mod desk;
mod examination;
mod finished;
mod proof;
mod restore;

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use secrecy::SecretString;
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio::{sync::watch, task::spawn_blocking};
use tokio_util::sync::CancellationToken;

pub use self::{
    desk::{
        Arrived, Entry, Task, ask, done, failed, found, history, language, last_good, may_have, next, point,
        put_back, recipients, renew, sent, watch,
    },
    examination::{Fitness, examine},
    finished::Finished,
    restore::{Restored, restore},
};
use crate::{
    backup::{
        self, BackupError,
        archive::{self, Manifest, Table},
        link::Link,
        parts::{PartWriter, Written},
        programs::Programs,
        work::{self, WorkDir},
    },
    clock::SharedClock,
    db::{self, DbError},
    domain::backup::Stage,
};

/// How long the end of another backup is waited for.
const MOST_TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("the database cannot be used")]
    Database(#[from] DbError),
    #[error("a backup or restore is running since {0}")]
    Running(String),
    #[error("stopped before it was done; nothing was kept")]
    Stopped,
    #[error("the backup is not good: {0}")]
    NotGood(String),
    #[error(
        "the database is not empty: restore into an empty one, or replace all that is in it with --force"
    )]
    NotEmpty,
    #[error("what was restored is not what was backed up: {0}")]
    NotRestored(String),
}

impl From<sqlx::Error> for Failure {
    fn from(error: sqlx::Error) -> Failure {
        Failure::Database(error.into())
    }
}

/// How backups are made and read here.
#[derive(Debug, Clone)]
pub struct Setup {
    pub database_url: SecretString,
    /// `None` does not encrypt.
    pub passphrase: Option<SecretString>,
    /// Where PostgreSQL's client programs are, when they are not found by themselves.
    pub programs: Option<PathBuf>,
    /// Where the private folder is made in which everything happens.
    pub work: PathBuf,
    /// The folder that the parts, or copies of them, are to be kept in; it is looked at before anything begins.
    pub to: Option<PathBuf>,
    pub part_bytes: u64,
}

/// Whether the archive was restored and found to be the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    Proven,
    /// Good as far as one can tell without a scratch database.
    Unproven(String),
}

/// A part of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// What is to be said of a backup.
#[derive(Debug, Clone)]
pub struct Report {
    pub name: String,
    pub manifest: Manifest,
    pub is_encrypted: bool,
    pub pieces: Vec<Piece>,
    pub bytes: u64,
    /// Of the whole archive.
    pub sha256: String,
    pub proof: Proof,
    pub took: Duration,
}

/// Makes a backup and proves it; `stage` says how far it is.
pub async fn create(
    setup: &Setup,
    clock: &SharedClock,
    stop: &CancellationToken,
    stage: &watch::Sender<Stage>,
) -> Result<Finished, Failure> {
    let (started, taken_at) = (Instant::now(), clock.now());
    let link = Link::parse(&setup.database_url)?;
    let mut alone = alone(&link, taken_at).await?;
    WorkDir::sweep(&setup.work);
    proof::sweep(&mut alone, taken_at).await?;
    let major = db::backup::server_major(&mut alone).await?;
    let programs = Programs::find(setup.programs.as_deref(), major).await?;
    let work = WorkDir::create(&setup.work)?;
    let size = db::backup::size(&mut alone).await?;
    check_room(setup, work.path(), size)?;

    let dumping = dump(setup, &link, &programs, work.path(), (taken_at, major, size));
    let (written, original) = unless_stopped(stop, Box::pin(dumping)).await?;
    tracing::info!(bytes = written.bytes, parts = written.parts.len(), "the archive is written");
    stage.send_replace(Stage::Proving);
    let proof = proof::prove(setup, &link, &programs, &mut alone, &written, &original, stop).await?;
    let is_proven = proof == Proof::Proven;
    let name = finished::name(taken_at, is_proven, 1);
    tracing::info!(%name, is_proven, "the backup is done");
    let report = Report {
        pieces: finished::pieces(&name, &written),
        name,
        manifest: original.manifest,
        is_encrypted: setup.passphrase.is_some(),
        bytes: written.bytes,
        sha256: written.sha256.clone(),
        proof,
        took: started.elapsed(),
    };
    Ok(Finished::new(report, written, work, alone))
}

/// Looks whether what a database of this size takes is free everywhere; how much is where the work is done.
fn check_room(setup: &Setup, work: &Path, size: u64) -> Result<u64, BackupError> {
    let free = work::check_space(work, size.saturating_add(setup.part_bytes))?;
    if let Some(to) = &setup.to
        && !work::on_one_disk(work, to)
    {
        work::check_space(to, size)?;
    }
    Ok(free)
}

/// What was in the database when it was dumped.
struct Original {
    manifest: Manifest,
    guarantees: std::collections::BTreeSet<String>,
}

/// Counts and dumps, both in one snapshot.
async fn dump(
    setup: &Setup,
    link: &Link,
    programs: &Programs,
    folder: &Path,
    (taken_at, major, size): (DateTime<Utc>, u32, u64),
) -> Result<(Written, Original), Failure> {
    let mut conn = link.options().connect().await?;
    let mut snapshot = conn.begin_with(db::SNAPSHOT).await?;
    let lent = db::backup::export_snapshot(&mut snapshot).await?;
    let rows = db::backup::count_rows(&mut snapshot).await?;
    let guarantees = db::backup::guarantees(&mut snapshot).await?;
    let schema = db::backup::newest_migration(&mut snapshot).await?;
    let tables = rows.into_iter().map(|(name, rows)| Table { name, rows }).collect();
    let manifest = Manifest::new(taken_at, major, schema, size, tables);
    let (told, passphrase) = (manifest.clone(), setup.passphrase.clone());
    let parts = PartWriter::new(folder, setup.part_bytes);
    let written = backup::dump(programs, link, &lent, move |dump| {
        archive::write(dump, parts, &told, passphrase.as_ref())
    });
    let written = written.await?;
    drop(snapshot);
    Ok((written, Original { manifest, guarantees }))
}

/// A connection that holds the lock of backups. It is one of its own, so that the lock ends with it in any case.
async fn alone(link: &Link, now: DateTime<Utc>) -> Result<PgConnection, Failure> {
    let name = format!("{}{}", db::backup::SINCE, now.format("%Y-%m-%d %H:%M:%S UTC"));
    let mut conn = link.options().application_name(&name).connect().await?;
    let mut tries = 0;
    loop {
        match db::backup::try_alone(&mut conn).await? {
            Ok(()) => return Ok(conn),
            // The server takes a moment to notice that a program has ended.
            Err(_) if tries < MOST_TRIES => {
                tries += 1;
                tokio::time::sleep(PAUSE).await;
            }
            Err(since) => {
                return Err(Failure::Running(since.unwrap_or_else(|| "a moment ago".to_owned())));
            }
        }
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, BackupError> + Send + 'static,
) -> Result<T, Failure> {
    Ok(spawn_blocking(work).await.map_err(|_| Failure::Stopped)??)
}

async fn unless_stopped<T>(
    stop: &CancellationToken,
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    stop.run_until_cancelled(work).await.ok_or(Failure::Stopped)?
}
