//! The directories a cluster lives in, and who holds them.
//!
//! Each is held by a lock that the system releases however its holder ends: a
//! process number alone would be misleading in containers, where the same few
//! numbers are used again and again.

use super::StartError;
use super::account::{Account, system_variable};
use super::leftover;
use std::fs::{self, File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

const RUN_PREFIX: &str = "vizit-pg-run-";
const UNFINISHED_PREFIX: &str = "vizit-pg-new-";
const LOCK: &str = "owner.lock";
const SHARED_MEMORY: &str = "/dev/shm";
/// What throw-away data may need in memory before it goes to the disk instead.
const ROOM_IN_MEMORY: u64 = 1 << 30;
/// Leaves room for a run directory's and the socket's name within the system's
/// limit of about 104 bytes for a socket's path.
const LONGEST_BASE: usize = 60;

/// A file in a kept directory by which the system admits one program at a time.
#[derive(Debug)]
pub(super) struct OwnerLock {
    _file: File,
}

impl OwnerLock {
    /// Takes the directory, or tells what is known about the present holder.
    fn take(directory: &Path) -> io::Result<Result<Self, String>> {
        let path = directory.join(LOCK);
        let mut file =
            OpenOptions::new().create(true).truncate(false).read(true).write(true).mode(0o600).open(&path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(&path)?;
                return Ok(Err(pid.trim().to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(error),
        }
        file.set_len(0)?;
        writeln!(file, "{}", std::process::id())?;
        Ok(Ok(Self { _file: file }))
    }
}

/// A private directory of one run: the socket, the watchdog's notes and
/// throw-away data. Removed when dropped.
#[derive(Debug)]
pub(super) struct RunDirectory {
    path: PathBuf,
    _lock: File,
}

impl RunDirectory {
    /// Makes one in `base`. It gets its final name only once it is locked, so
    /// that nobody takes it for one that was left behind.
    pub(super) fn make(account: &Account, base: &Path) -> Result<Self, StartError> {
        let fail = || StartError::file(base);
        let unfinished = tempfile::Builder::new()
            .prefix(UNFINISHED_PREFIX)
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(base)
            .map_err(fail())?;
        // The directory itself is locked: cleaners of temporary directories
        // might remove an old file in it, but they respect this lock.
        let lock = File::open(unfinished.path()).map_err(fail())?;
        lock.lock().map_err(fail())?;
        account.take_directory(unfinished.path()).map_err(fail())?;
        let name = unfinished.path().file_name().unwrap_or_default();
        let unique = name.to_string_lossy().replace(UNFINISHED_PREFIX, "");
        let path = base.join(format!("{RUN_PREFIX}{}-{unique}", std::process::id()));
        fs::rename(unfinished.path(), &path).map_err(fail())?;
        Ok(Self { path, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for RunDirectory {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// Removes a directory that may be partly or wholly gone already.
pub(super) fn remove(directory: &Path) {
    match fs::remove_dir_all(directory) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => {
            tracing::warn!(%error, directory = %directory.display(), "a directory could not be removed");
        }
    }
}

/// Where run directories go: memory when there is plenty, else the disk.
pub(super) fn fast_base(account: &Account) -> Result<PathBuf, StartError> {
    let memory = Path::new(SHARED_MEMORY);
    let roomy = rustix::fs::statvfs(memory)
        .is_ok_and(|room| room.f_bavail.saturating_mul(room.f_frsize) >= ROOM_IN_MEMORY);
    if roomy && account.can_write(memory) {
        return Ok(memory.to_owned());
    }
    disk_base(account)
}

/// The system's temporary directory, as far as it suits.
pub(super) fn disk_base(account: &Account) -> Result<PathBuf, StartError> {
    let mut tried = Vec::new();
    for base in disk_bases() {
        if suits_a_socket(&base) && account.can_write(&base) {
            return Ok(base);
        }
        tried.push(base.display().to_string());
    }
    Err(StartError::NoRoom { account: account.name.clone(), tried: tried.join(", ") })
}

/// Removes the run directories of programs that are gone.
pub(super) fn sweep(account: &Account) {
    for base in disk_bases().into_iter().chain([PathBuf::from(SHARED_MEMORY)]) {
        sweep_base(account, &base);
    }
}

/// Makes or reopens the directory of kept data, for this program alone.
pub(super) fn open_kept(account: &Account, directory: &Path) -> Result<(PathBuf, OwnerLock), StartError> {
    let directory = std::path::absolute(directory).map_err(StartError::file(directory))?;
    let directory = directory.canonicalize().unwrap_or(directory);
    let parents: Vec<&Path> = directory.ancestors().skip(1).collect();
    if let Some(nearest) = parents.iter().find(|parent| parent.exists())
        && account.steps_down()
        && !account.can_enter(nearest)
    {
        return Err(StartError::Unreachable {
            directory: directory.clone(),
            parent: (*nearest).to_owned(),
            account: account.name.clone(),
        });
    }
    for parent in parents.iter().rev() {
        make_parent(account, parent)?;
    }
    if directory.exists() {
        if !is_ours(account, &directory).map_err(StartError::file(&directory))? {
            return Err(StartError::NotOurs { directory });
        }
    } else {
        fs::create_dir(&directory).map_err(StartError::file(&directory))?;
    }
    account.take_directory(&directory).map_err(StartError::file(&directory))?;
    let directory = directory.canonicalize().map_err(StartError::file(&directory))?;
    match OwnerLock::take(&directory).map_err(StartError::file(&directory))? {
        Ok(lock) => Ok((directory, lock)),
        Err(pid) => Err(StartError::AlreadyRunning { directory, pid }),
    }
}

/// See [`super::project_data_dir`].
pub(super) fn project_data_dir() -> PathBuf {
    if rustix::process::geteuid().is_root() {
        return PathBuf::from("/var/lib/vizit-demo");
    }
    let data = system_variable("XDG_DATA_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
        .or_else(|| std::env::home_dir().map(|home| home.join(".local/share")))
        .unwrap_or_else(std::env::temp_dir);
    data.join("vizit-demo/postgres")
}

fn disk_bases() -> Vec<PathBuf> {
    let mut bases = vec![std::env::temp_dir(), PathBuf::from("/tmp")];
    bases.dedup();
    bases
}

/// The server reads its socket directories as a list, and the system limits
/// the length of a socket's path.
fn suits_a_socket(base: &Path) -> bool {
    let bytes = base.as_os_str().as_bytes();
    base.is_absolute() && bytes.len() <= LONGEST_BASE && !bytes.iter().any(|byte| b",\"".contains(byte))
}

fn sweep_base(account: &Account, base: &Path) {
    for entry in fs::read_dir(base).into_iter().flatten().flatten() {
        let is_run = entry.file_name().to_str().is_some_and(|name| name.starts_with(RUN_PREFIX));
        let is_own = entry.metadata().is_ok_and(|data| data.is_dir() && data.uid() == account.uid);
        if !(is_run && is_own) {
            continue;
        }
        let directory = entry.path();
        let Ok(lock) = File::open(&directory) else {
            continue;
        };
        if lock.try_lock().is_err() {
            continue;
        }
        match leftover::stop(&directory.join(super::cluster::DATA)) {
            Ok(()) => remove(&directory),
            Err(error) => tracing::warn!(%error, "left as it is"),
        }
    }
}

fn make_parent(account: &Account, parent: &Path) -> Result<(), StartError> {
    match fs::create_dir(parent) {
        Ok(()) if account.steps_down() => {
            fs::set_permissions(parent, Permissions::from_mode(0o755)).map_err(StartError::file(parent))
        }
        Ok(()) => Ok(()),
        Err(_) if parent.is_dir() => Ok(()),
        Err(error) => Err(StartError::file(parent)(error)),
    }
}

/// Whether the directory was made here earlier, or is empty and so nobody's.
fn is_ours(account: &Account, directory: &Path) -> io::Result<bool> {
    let metadata = fs::metadata(directory)?;
    if !metadata.is_dir() {
        return Ok(false);
    }
    let is_empty = fs::read_dir(directory)?.next().is_none();
    let may_be_taken = metadata.uid() == account.uid || account.steps_down();
    Ok(may_be_taken && (is_empty || directory.join(LOCK).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_with_something_else_in_it_is_refused() -> anyhow::Result<()> {
        let account = Account::current()?;
        let place = tempfile::Builder::new().permissions(Permissions::from_mode(0o755)).tempdir()?;
        fs::write(place.path().join("letters.txt"), "private")?;
        let refused = open_kept(&account, place.path());
        assert!(matches!(refused, Err(StartError::NotOurs { .. })));
        assert_eq!(fs::metadata(place.path())?.permissions().mode() & 0o777, 0o755);
        Ok(())
    }

    #[test]
    fn a_closed_parent_is_reported_before_anything_is_made() -> anyhow::Result<()> {
        let account = Account::current()?;
        if !account.steps_down() {
            return Ok(());
        }
        let place = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir()?;
        let wanted = place.path().join("some/data");
        let refused = open_kept(&account, &wanted);
        assert!(matches!(&refused, Err(StartError::Unreachable { parent, .. }) if parent == place.path()));
        assert!(!place.path().join("some").exists());
        Ok(())
    }

    #[test]
    fn only_abandoned_run_directories_are_swept() -> anyhow::Result<()> {
        let account = Account::current()?;
        let place = tempfile::Builder::new().permissions(Permissions::from_mode(0o755)).tempdir()?;
        let abandoned = place.path().join(format!("{RUN_PREFIX}1-abc"));
        fs::create_dir(&abandoned)?;
        account.take_directory(&abandoned)?;
        let other = place.path().join("something-else");
        fs::create_dir(&other)?;
        let live = RunDirectory::make(&account, place.path())?;
        sweep_base(&account, place.path());
        assert!(!abandoned.exists());
        assert!(other.exists() && live.path().exists());
        Ok(())
    }
}
