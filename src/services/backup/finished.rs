//! A backup that is made, on its way to where it stays.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use tokio_util::sync::CancellationToken;

use super::{Failure, Piece, Proof, Report, blocking};
use crate::backup::{BackupError, keep::Beside, parts::Written, work::WorkDir};

/// Backups of one second in one folder.
const MOST_NAMES: u32 = 1000;

/// A finished backup, still in its private folder. When it is dropped, what was not handed over is gone.
pub struct Finished {
    pub report: Report,
    written: Written,
    _work: WorkDir,
    /// Nobody else makes one before this one has been handed over.
    _alone: PgConnection,
}

impl Finished {
    pub(super) fn new(report: Report, written: Written, work: WorkDir, alone: PgConnection) -> Finished {
        Finished { report, written, _work: work, _alone: alone }
    }

    /// The parts in order, with where they lie.
    pub fn parts(&self) -> impl Iterator<Item = (&Piece, &Path)> {
        self.report.pieces.iter().zip(self.written.parts.iter().map(|part| part.path.as_path()))
    }

    /// A part has been handed over, so it need not lie here any more.
    pub fn let_go(&self, part: &Path) {
        drop(std::fs::remove_file(part));
    }

    /// Puts a copy of all parts into a folder, or none; what is handed over is not touched. Where the name is taken, by
    /// whomever, the backup gets another one.
    pub async fn copy_into(&mut self, folder: &Path, stop: &CancellationToken) -> Result<(), Failure> {
        let parts: Vec<PathBuf> = self.written.parts.iter().map(|part| part.path.clone()).collect();
        let (taken_at, is_proven) = (self.report.manifest.taken_at, self.report.proof == Proof::Proven);
        let (folder, stop, written) = (folder.to_owned(), stop.clone(), self.written.clone());
        let kept = blocking(move || {
            let Some(beside) = Beside::bring(&parts, &folder, &stop)? else { return Ok(None) };
            for number in 1..MOST_NAMES {
                let name = name(taken_at, is_proven, number);
                let pieces = pieces(&name, &written);
                let names: Vec<String> = pieces.iter().map(|piece| piece.name.clone()).collect();
                if beside.keep_as(&name, &names)? {
                    return Ok(Some((name, pieces)));
                }
            }
            Err(BackupError::NoName(folder))
        });
        (self.report.name, self.report.pieces) = kept.await?.ok_or(Failure::Stopped)?;
        Ok(())
    }

    /// Puts all parts into a folder, or none.
    pub async fn keep_in(mut self, folder: &Path, stop: &CancellationToken) -> Result<Report, Failure> {
        self.copy_into(folder, stop).await?;
        Ok(self.report)
    }
}

/// Names are in the order of time.
pub(super) fn name(taken_at: DateTime<Utc>, is_proven: bool, number: u32) -> String {
    let which = if number > 1 { format!("-{number}") } else { String::new() };
    let proof = if is_proven { "" } else { "-unproven" };
    format!("vizit-{}{which}{proof}", taken_at.format("%Y-%m-%dT%H-%M-%SZ"))
}

/// `.zip`, or `.zip.001` and so on: what `cat` joins and 7-Zip opens by the first.
pub(super) fn pieces(name: &str, written: &Written) -> Vec<Piece> {
    let is_one = written.parts.len() == 1;
    let named = (1..).zip(&written.parts).map(|(number, part): (u32, _)| Piece {
        name: if is_one { format!("{name}.zip") } else { format!("{name}.zip.{number:03}") },
        bytes: part.bytes,
        sha256: part.sha256.clone(),
    });
    named.collect()
}
