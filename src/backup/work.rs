//! A private folder to work in, which is gone afterwards, even when the program was killed: the next start removes it.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::ErrorKind,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use uuid::Uuid;

use super::{BackupError, Tried as _};

const PREFIX: &str = "vizit-backup-";
/// Locked for as long as the folder is in use; the lock ends with its process, however that ends.
const LOCK: &str = "lock";
const MEGABYTE: u64 = 1_000_000;

/// Removed when dropped.
#[derive(Debug)]
pub struct WorkDir {
    path: PathBuf,
    lock: File,
}

impl WorkDir {
    /// A new folder in `base`, which is created where missing.
    pub fn create(base: &Path) -> Result<WorkDir, BackupError> {
        let action = || format!("no folder to work in can be made in {}", base.display());
        private_folder(base).tried(action)?;
        let path = base.join(format!("{PREFIX}{}", Uuid::new_v4().simple()));
        let lock = make(&path).tried(action)?;
        Ok(WorkDir { path, lock })
    }

    /// Makes it again where somebody has tidied it away, or its lock.
    pub fn persist(&mut self) -> std::io::Result<()> {
        if self.path.join(LOCK).exists() {
            return Ok(());
        }
        tracing::warn!(folder = %self.path.display(), "somebody has removed a folder in use; it is made again");
        self.lock = if is_ours(&self.path) { locked(&self.path)? } else { make(&self.path)? };
        Ok(())
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Removes what programs that were killed have left in `base`; how many folders that were.
    pub fn sweep(base: &Path) -> usize {
        let Ok(entries) = fs::read_dir(base) else { return 0 };
        let leftovers = entries.flatten().map(|entry| entry.path()).filter(|path| is_leftover(path));
        leftovers.filter(|path| fs::remove_dir_all(path).is_ok()).count()
    }
}

impl Drop for WorkDir {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path)
            && error.kind() != ErrorKind::NotFound
        {
            tracing::warn!(%error, folder = %self.path.display(), "a folder stays behind; the next backup removes it");
        }
    }
}

/// A new folder with its lock.
fn make(path: &Path) -> std::io::Result<File> {
    // Under its own name a folder always has a lock, so that nobody takes a new one for a leftover.
    let unlocked = path.with_extension("new");
    DirBuilder::new().recursive(true).mode(0o700).create(&unlocked)?;
    locked(&unlocked)
        .and_then(|lock| fs::rename(&unlocked, path).map(|()| lock))
        .inspect_err(|_| drop(fs::remove_dir_all(&unlocked)))
}

fn locked(folder: &Path) -> std::io::Result<File> {
    let lock = private_file(&folder.join(LOCK))?;
    lock.try_lock()?;
    Ok(lock)
}

/// Ours by name, kind and owner, and used by nobody.
fn is_leftover(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix(PREFIX));
    let is_named = name.is_some_and(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()));
    if !is_named || !is_ours(path) {
        return false;
    }
    match OpenOptions::new().write(true).open(path.join(LOCK)) {
        // The lock is let go before the folder is removed, but a folder in removal is nobody's.
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == ErrorKind::NotFound,
    }
}

fn is_ours(folder: &Path) -> bool {
    fs::symlink_metadata(folder)
        .is_ok_and(|found| found.is_dir() && found.uid() == rustix::process::geteuid().as_raw())
}

/// Creates a folder that is nobody else's; one that is there stays as it is. Whether it was created.
pub fn private_folder(path: &Path) -> std::io::Result<bool> {
    if path.is_dir() {
        return Ok(false);
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path).map(|()| true)
}

/// Creates a file that nobody else can read, and fails where there is one.
pub fn private_file(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Fails unless so many bytes are free where `folder` lies; how many that are.
pub fn check_space(folder: &Path, needed: u64) -> Result<u64, BackupError> {
    let found = rustix::fs::statvfs(folder)
        .map_err(std::io::Error::from)
        .tried(|| format!("the free space of {} cannot be told", folder.display()))?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    if free >= needed {
        return Ok(free);
    }
    let needed = needed.div_ceil(MEGABYTE);
    Err(BackupError::NoSpace { place: folder.to_owned(), needed, free: free / MEGABYTE })
}

/// Whether both lie on one disk, so that a file can go from one to the other without being copied.
pub fn on_one_disk(one: &Path, other: &Path) -> bool {
    let device = |path: &Path| fs::metadata(path).ok().map(|found| found.dev());
    device(one).is_some_and(|one| device(other) == Some(one))
}
