//! The way back: from the parts of an archive to a database.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio_util::sync::CancellationToken;

use super::{Failure, Setup, alone, blocking, proof::difference, unless_stopped};
use crate::{
    backup::{
        self, BackupError,
        archive::Archive,
        link::Link,
        parts,
        programs::Programs,
        work::{self, WorkDir},
    },
    clock::SharedClock,
    db::{self, DbError, MIGRATOR, erasures::Wishes},
    domain::erasure::Code,
    services::privacy::{self, CarriedOver},
};

/// What was restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// When the backup was taken, and by which version.
    pub taken_at: DateTime<Utc>,
    pub version: String,
    pub tables: usize,
    pub rows: i64,
    /// Migrations that the program has, and the backup had not.
    pub migrations: usize,
    /// Clients who were known to the backup still, and are forgotten again.
    pub forgotten: usize,
    /// Codes that name nobody whom the backup knows.
    pub not_there: Vec<String>,
    /// Messages that may have arrived since it was taken, and are not sent again.
    pub dropped: u64,
}

/// Restores an archive, given by its parts in any order; with `force` whatever is in the database now is replaced. Who was
/// forgotten in what is replaced, or is named by `forget`, is forgotten once more.
pub async fn restore(
    setup: &Setup,
    clock: &SharedClock,
    files: &[PathBuf],
    (force, forget): (bool, &[Code]),
    stop: &CancellationToken,
) -> Result<Restored, Failure> {
    let link = Link::parse(&setup.database_url)?;
    let (files, passphrase) = (parts::arrange(files)?, setup.passphrase.clone());
    let mut archive = blocking(move || Archive::open(&files, passphrase)).await?;
    let manifest = archive.manifest.clone();
    let newest = MIGRATOR.iter().map(|migration| migration.version).max().unwrap_or_default();
    if manifest.schema > newest {
        return Err(BackupError::Newer(manifest.version).into());
    }
    let mut conn = alone(&link, clock.now()).await?;
    if !force && db::backup::count_objects(&mut conn).await? > 0 {
        return Err(Failure::NotEmpty);
    }
    let wishes = db::erasures::wishes(&mut conn).await?;
    if !wishes.done.is_empty() {
        // Should this end before they are, they can be named.
        let codes: Vec<String> = wishes.done.iter().map(|(code, _)| code.to_string()).collect();
        tracing::info!(codes = codes.join(" "), "will be forgotten again");
    }
    let major = db::backup::server_major(&mut conn).await?;
    let programs = Programs::find(setup.programs.as_deref(), major).await?;
    WorkDir::sweep(&setup.work);
    let work = WorkDir::create(&setup.work)?;
    work::check_space(work.path(), archive.dump_bytes)?;

    // Whole and in the clear first: what is damaged at its end must not have changed anything by then.
    let dump = work.path().join("database.dump");
    let to = dump.clone();
    let reading = blocking(move || {
        let io = |source| BackupError::io(format!("{} cannot be written", to.display()), source);
        let mut file = work::private_file(&to).map_err(io)?;
        archive.read_dump(&mut file)
    });
    unless_stopped(stop, reading).await?;
    let restoring = async {
        let restored = if force {
            backup::replace(&programs, &link, &dump).await
        } else {
            backup::restore_file(&programs, &link, &dump).await
        };
        restored.map_err(Failure::from)
    };
    unless_stopped(stop, restoring).await?;
    drop(work);

    // Another connection, for this one may remember what is no longer there.
    let mut fresh = link.options().connect().await?;
    let rows = db::backup::count_rows(&mut fresh).await?;
    MIGRATOR.run(&mut fresh).await.map_err(|error| Failure::Database(DbError::Migration(error)))?;
    let (dropped, carried) = settle(&mut fresh, (&wishes, forget), clock.now()).await?;
    fresh.close().await?;
    // Not before: whatever it is that was restored, the bot may be started on it.
    if let Some(fault) = difference(&manifest.tables, &rows) {
        return Err(Failure::NotRestored(fault));
    }
    let later = |version| version > manifest.schema;
    let ups = MIGRATOR.iter().filter(|migration| migration.migration_type.is_up_migration());
    Ok(Restored {
        taken_at: manifest.taken_at,
        version: manifest.version,
        tables: rows.len(),
        rows: rows.values().sum(),
        migrations: ups.filter(|migration| later(migration.version)).count(),
        forgotten: carried.forgotten_again,
        not_there: carried.not_there.iter().map(ToString::to_string).collect(),
        dropped,
    })
}

/// What has to be done before the bot may run on what was restored: all of it or nothing.
async fn settle(
    conn: &mut PgConnection,
    (wishes, typed): (&Wishes, &[Code]),
    now: DateTime<Utc>,
) -> Result<(u64, CarriedOver), Failure> {
    let mut transaction = conn.begin().await?;
    let dropped = db::restored::settle(&mut transaction, now).await?;
    let carried = privacy::carry_over(&mut transaction, wishes, typed, now).await?;
    transaction.commit().await?;
    Ok((dropped, carried))
}
