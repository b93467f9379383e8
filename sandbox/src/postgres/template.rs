//! A cached cluster to copy, because copying one is several times faster than
//! making one, and every test program wants its own.
//!
//! The cache lies in the temporary directory, where a cleaner may remove parts
//! of it at any time, and where several programs may make it at once. So it
//! appears by renaming only, and each copy is compared with the cache's
//! inventory before it is used.

use super::StartError;
use super::account::{Account, run};
use super::binaries::Programs;
use super::directories::{RunDirectory, remove};
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

const INITDB_LIMIT: Duration = Duration::from_secs(90);
const COPY_LIMIT: Duration = Duration::from_mins(1);
const ATTEMPTS: usize = 3;
const CLUSTER: &str = "cluster";
const INVENTORY: &str = "inventory";

/// How much care a new cluster's files need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Care {
    /// The files are flushed to the disk.
    Durable,
    /// The files may be lost together with the machine.
    Careless,
}

/// Makes a new cluster in `data`, which must not exist.
pub(super) fn make_cluster(
    account: &Account,
    programs: &Programs,
    data: &Path,
    care: Care,
) -> Result<(), StartError> {
    let initdb = programs.path("initdb");
    let mut command = account.command(&initdb);
    command
        .arg("-D")
        .arg(data)
        .args(["-U", "postgres", "-A", "trust", "-E", "UTF8"])
        .args(["--no-locale", "--no-instructions"]);
    if care == Care::Careless {
        command.arg("-N");
    }
    let finished = run(&mut command, INITDB_LIMIT).map_err(StartError::program(&initdb))?;
    if finished.success { Ok(()) } else { Err(StartError::Initdb { text: finished.text }) }
}

/// The cache of one version and user.
#[derive(Debug)]
pub(super) struct Template<'a> {
    account: &'a Account,
    programs: &'a Programs,
    base: PathBuf,
}

impl<'a> Template<'a> {
    pub(super) fn new(account: &'a Account, programs: &'a Programs, base: PathBuf) -> Self {
        Self { account, programs, base }
    }

    /// Makes a throw-away cluster in `data`, from the cache when that works.
    pub(super) fn copy_to(&self, data: &Path) -> Result<(), StartError> {
        for _ in 0..ATTEMPTS {
            if self.copy_once(data) {
                return Ok(());
            }
            remove(data);
            if !self.discard() {
                break;
            }
            if let Err(error) = self.build() {
                tracing::debug!(%error, "the cached cluster could not be made");
                break;
            }
        }
        make_cluster(self.account, self.programs, data, Care::Careless)
    }

    /// Puts the cache out of the way, so that the next copy makes it anew.
    /// Answers whether the place is free.
    pub(super) fn discard(&self) -> bool {
        if !self.path().exists() {
            return true;
        }
        let moved = RunDirectory::make(self.account, &self.base).and_then(|bin| {
            fs::rename(self.path(), bin.path().join(CLUSTER)).map_err(StartError::file(&self.path()))
        });
        if let Err(error) = moved
            && self.path().exists()
        {
            tracing::debug!(%error, "the cached cluster could not be discarded");
            return false;
        }
        true
    }

    fn path(&self) -> PathBuf {
        self.base.join(format!("vizit-pg-template-{}-{}", self.programs.major, self.account.uid))
    }

    /// Whether the copy succeeded and is whole.
    fn copy_once(&self, data: &Path) -> bool {
        let cache = self.path();
        // Somebody else's directory of that name could hold anything.
        let is_own =
            fs::symlink_metadata(&cache).is_ok_and(|found| found.is_dir() && found.uid() == self.account.uid);
        if !is_own {
            return false;
        }
        let Ok(wanted) = fs::read_to_string(cache.join(INVENTORY)) else {
            return false;
        };
        let mut copy = self.account.command(Path::new("cp"));
        copy.arg("-a");
        if cfg!(target_os = "linux") {
            copy.arg("--reflink=auto");
        }
        copy.arg(cache.join(CLUSTER)).arg(data);
        run(&mut copy, COPY_LIMIT).is_ok_and(|finished| finished.success)
            && self.inventory(data).is_ok_and(|found| found == wanted)
    }

    fn build(&self) -> Result<(), StartError> {
        let workshop = RunDirectory::make(self.account, &self.base)?;
        let fresh = workshop.path().join("template");
        let fail = || StartError::file(&fresh);
        fs::create_dir(&fresh).map_err(fail())?;
        self.account.take_directory(&fresh).map_err(fail())?;
        let cluster = fresh.join(CLUSTER);
        make_cluster(self.account, self.programs, &cluster, Care::Careless)?;
        let inventory = self.inventory(&cluster).map_err(fail())?;
        fs::write(fresh.join(INVENTORY), inventory).map_err(fail())?;
        Self::open_inventory(&fresh).map_err(fail())?;
        match fs::rename(&fresh, self.path()) {
            // Another program was faster; its cache is as good.
            Err(_) if self.path().exists() => Ok(()),
            renamed => renamed.map_err(fail()),
        }
    }

    /// The inventory is written by this program and read by others of the same
    /// server user, which may have another user themselves.
    fn open_inventory(fresh: &Path) -> io::Result<()> {
        fs::set_permissions(fresh.join(INVENTORY), fs::Permissions::from_mode(0o644))
    }

    /// The version, and the number and total size of the files below `data`.
    fn inventory(&self, data: &Path) -> io::Result<String> {
        let (mut files, mut bytes) = (0_u64, 0_u64);
        let mut pending = vec![data.to_owned()];
        while let Some(directory) = pending.pop() {
            for entry in fs::read_dir(directory)? {
                let entry = entry?;
                let metadata = entry.metadata()?;
                files += 1;
                if metadata.is_dir() {
                    pending.push(entry.path());
                } else {
                    bytes += metadata.len();
                }
            }
        }
        Ok(format!("{}\n{files} {bytes}\n", self.programs.version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_cache_is_made_anew_and_racing_copies_are_whole() -> anyhow::Result<()> {
        let account = Account::current()?;
        let programs = Programs::find(&account, None)?;
        let place = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o777)).tempdir()?;
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o777))?;
        let template = Template::new(&account, &programs, place.path().to_owned());
        let target = |name: &str| place.path().join(name);

        std::thread::scope(|scope| -> anyhow::Result<()> {
            let (template, target) = (&template, &target);
            let racers = ["a", "b", "c"].map(|name| scope.spawn(move || template.copy_to(&target(name))));
            for racer in racers {
                racer.join().map_err(|_| anyhow::anyhow!("a copy panicked"))??;
            }
            Ok(())
        })?;
        for name in ["a", "b", "c"] {
            anyhow::ensure!(target(name).join("PG_VERSION").is_file(), "{name} is not whole");
        }

        let lost = template.path().join(CLUSTER).join("global/pg_control");
        fs::remove_file(&lost)?;
        template.copy_to(&target("d"))?;
        anyhow::ensure!(target("d").join("global/pg_control").is_file());
        anyhow::ensure!(lost.is_file(), "the cache was not made anew");
        let workshops = fs::read_dir(place.path())?
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().contains("run"))
            .count();
        anyhow::ensure!(workshops == 0, "{workshops} work directories stayed");
        Ok(())
    }
}
