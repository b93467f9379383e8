//! What a backup is made of: the client programs of PostgreSQL, an encrypted archive, its parts, and a private place to
//! work in. It knows no table and no use case; `services/backup` puts it together.

pub mod archive;
pub mod keep;
pub mod link;
pub mod parts;
pub mod programs;
mod run;
#[cfg(test)]
mod tests;
pub mod work;

use std::{io, path::PathBuf};

pub use self::run::{dump, replace, restore_file, restore_stream};

/// Why a backup could not be made, read or restored; each is one line that says what to do where anything can be done.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("DATABASE_URL cannot be handed on to the programs of PostgreSQL")]
    Link,
    #[error(
        "{program} of PostgreSQL {major} is not there: install it (Debian: apt-get install postgresql-client-{major}), or name its folder in PG_BIN"
    )]
    NotInstalled { program: &'static str, major: u32 },
    #[error(
        "the server is PostgreSQL {server}, but {path} is of PostgreSQL {found}: install postgresql-client-{server}, or name its folder in PG_BIN"
    )]
    OtherMajor { server: u32, found: u32, path: PathBuf },
    #[error("{program} failed: {reason}")]
    Program { program: &'static str, reason: String },
    #[error("{} may take {needed} MB, but has {free} MB free: make room, or name another folder", .place.display())]
    NoSpace { place: PathBuf, needed: u64, free: u64 },
    #[error("{action}")]
    Io { action: String, source: io::Error },
    #[error("{action}: {reason}; make room, or name another folder")]
    Full { action: String, reason: &'static str },
    #[error("no name is free in {}", .0.display())]
    NoName(PathBuf),
    #[error("part {0:03} is missing")]
    PartMissing(usize),
    #[error("part {0:03} was given twice")]
    PartTwice(usize),
    #[error("part {0:03} has another size than the parts before it: it is damaged")]
    PartSize(usize),
    #[error("the parts are of different backups: {0} and {1}")]
    PartsMixed(String, String),
    #[error("{} is no part of a backup: its name does not end in .001, .002 and so on", .0.display())]
    NoPart(PathBuf),
    #[error("the archive is not a backup of Vizit")]
    NotOurs,
    #[error("the archive ends too early: a part at its end is missing or damaged")]
    NoEnd,
    #[error("the archive is damaged")]
    Damaged,
    #[error("what was written is not what is read: the disk of {} is not to be trusted", .0.display())]
    NotAsWritten(PathBuf),
    #[error("the archive is encrypted: BACKUP_PASSPHRASE is missing")]
    NoPassphrase,
    #[error("the passphrase is not the one of this backup; it is taken from BACKUP_PASSPHRASE")]
    WrongPassphrase,
    #[error("the backup is of a newer version of Vizit ({0}): install that one first")]
    Newer(String),
}

impl BackupError {
    /// What was tried, and how it failed.
    pub(crate) fn io(action: String, source: io::Error) -> BackupError {
        let reason = match source.kind() {
            io::ErrorKind::StorageFull => "the disk is full",
            io::ErrorKind::QuotaExceeded => "the quota of the disk is used up",
            io::ErrorKind::FileTooLarge => "a file may not be so large there",
            _ => return BackupError::Io { action, source },
        };
        BackupError::Full { action, reason }
    }
}

/// Puts in words what was tried.
pub(crate) trait Tried<T> {
    fn tried(self, action: impl FnOnce() -> String) -> Result<T, BackupError>;
}

impl<T> Tried<T> for io::Result<T> {
    fn tried(self, action: impl FnOnce() -> String) -> Result<T, BackupError> {
        self.map_err(|source| BackupError::io(action(), source))
    }
}
