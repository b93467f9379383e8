//! The proof of a backup: it is restored, and what is there is what was there.

use std::{collections::BTreeMap, path::PathBuf};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{ConnectOptions as _, Connection as _, PgConnection};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Failure, Original, Proof, Setup, blocking, unless_stopped};
use crate::{
    backup::{
        self, BackupError,
        archive::{Archive, Table},
        link::Link,
        parts::{self, Written},
        programs::Programs,
    },
    db::{self, backup::Scratch},
};

const PREFIX: &str = "vizit_proof_";
/// No proof takes longer; another database's backup may be at its own on the same server.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// Reads the archive whole, restores it into a scratch database, compares, and drops that database in any case.
pub(super) async fn prove(
    setup: &Setup,
    link: &Link,
    programs: &Programs,
    server: &mut PgConnection,
    written: &Written,
    original: &Original,
    stop: &CancellationToken,
) -> Result<Proof, Failure> {
    let again = written.clone();
    unless_stopped(stop, blocking(move || parts::check(&again))).await?;
    let name = scratch_name(original.manifest.taken_at, db::backup::number(server).await?);
    // Not to be stopped halfway: the server might create it after all.
    if let Some(reason) = db::backup::create_scratch(server, &name).await? {
        let setup = setup.clone();
        let written = written.clone();
        unless_stopped(stop, blocking(move || open(&setup, &written)?.read_dump(&mut std::io::sink())))
            .await?;
        return Ok(Proof::Unproven(format!("no scratch database can be made: {reason}")));
    }
    let scratch = link.to(&name);
    let restored =
        unless_stopped(stop, Box::pin(compare(setup, &scratch, programs, written, original))).await;
    let dropped = db::backup::drop_scratch(server, &name, true).await;
    restored?;
    dropped?;
    Ok(Proof::Proven)
}

/// Drops what proofs that were killed have left on the server: those of this database at once, for whoever calls this is
/// its one backup, and those of others when they are old.
pub(super) async fn sweep(server: &mut PgConnection, now: DateTime<Utc>) -> Result<(), Failure> {
    for Scratch { name, is_ours } in db::backup::scratches(server, PREFIX).await? {
        let is_old = made_at(&name).is_some_and(|made_at| now - made_at > LONGEST);
        if (is_ours || is_old)
            && let Err(error) = db::backup::drop_scratch(server, &name, is_ours).await
        {
            tracing::warn!(%name, %error, "a scratch database stays behind");
        }
    }
    Ok(())
}

async fn compare(
    setup: &Setup,
    scratch: &Link,
    programs: &Programs,
    written: &Written,
    original: &Original,
) -> Result<(), Failure> {
    let mut archive = {
        let (setup, written) = (setup.clone(), written.clone());
        blocking(move || open(&setup, &written)).await?
    };
    if archive.manifest != original.manifest {
        return Err(Failure::NotGood("it says of itself what was not written".to_owned()));
    }
    let restored = backup::restore_stream(programs, scratch, move |input| archive.read_dump(input)).await;
    restored.map_err(|error| match error {
        BackupError::Program { program, reason } => {
            Failure::NotGood(format!("{program} refuses it: {reason}"))
        }
        other => other.into(),
    })?;
    let mut conn = scratch.options().connect().await?;
    let rows = db::backup::count_rows(&mut conn).await?;
    let guarantees = db::backup::guarantees(&mut conn).await?;
    conn.close().await?;
    difference(&original.manifest.tables, &rows).map_or(Ok(()), |fault| Err(Failure::NotGood(fault)))?;
    match original.guarantees.symmetric_difference(&guarantees).next() {
        Some(line) if guarantees.contains(line) => {
            Err(Failure::NotGood(format!("the {line} came from nowhere")))
        }
        Some(line) => Err(Failure::NotGood(format!("the {line} was not restored"))),
        None => Ok(()),
    }
}

fn open(setup: &Setup, written: &Written) -> Result<Archive, BackupError> {
    let parts: Vec<PathBuf> = written.parts.iter().map(|part| part.path.clone()).collect();
    Archive::open(&parts, setup.passphrase.clone())
}

/// The first table that has not the rows that it should have.
pub(super) fn difference(expected: &[Table], found: &BTreeMap<String, i64>) -> Option<String> {
    for Table { name, rows } in expected {
        match found.get(name) {
            Some(found) if found == rows => {}
            Some(found) => return Some(format!("{name} has {found} rows, but {rows} were counted")),
            None => return Some(format!("{name} was not restored")),
        }
    }
    let more = found.keys().find(|name| expected.iter().all(|table| table.name != **name))?;
    Some(format!("{more} came from nowhere"))
}

/// With the second in which it is made, as a database does not tell its age, and the number of the database it is for.
fn scratch_name(now: DateTime<Utc>, database: u32) -> String {
    let random = Uuid::new_v4().simple().to_string();
    format!("{PREFIX}{:08x}{}{database:08x}", now.timestamp(), random.get(..8).unwrap_or_default())
}

fn made_at(name: &str) -> Option<DateTime<Utc>> {
    let second = name.strip_prefix(PREFIX)?.get(..8)?;
    DateTime::from_timestamp(i64::from_str_radix(second, 16).ok()?, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scratch_database_tells_when_it_was_made() {
        let now = "2026-11-27T03:30:59Z".parse().expect("an instant");
        let name = scratch_name(now, 0xbeef);
        assert_eq!((name.len(), made_at(&name)), (36, Some(now)));
        assert!(name.ends_with("0000beef"), "{name}");
        assert_eq!(made_at("vizit_proof_x"), None);
    }

    #[test]
    fn rows_that_are_missing_or_too_many_are_named() {
        let table = |name: &str, rows| Table { name: name.to_owned(), rows };
        let expected = [table("public.a", 2), table("public.b", 0)];
        let found =
            |rows: &[(&str, i64)]| rows.iter().map(|(name, rows)| ((*name).to_owned(), *rows)).collect();
        assert_eq!(difference(&expected, &found(&[("public.a", 2), ("public.b", 0)])), None);
        for (rows, fault) in [
            (vec![("public.a", 1), ("public.b", 0)], "public.a has 1 rows, but 2 were counted"),
            (vec![("public.a", 2)], "public.b was not restored"),
            (vec![("public.a", 2), ("public.b", 0), ("public.c", 0)], "public.c came from nowhere"),
        ] {
            assert_eq!(difference(&expected, &found(&rows)).as_deref(), Some(fault));
        }
    }
}
