//! Finding the installed server programs.
//!
//! Distributions keep them out of `PATH`, several versions side by side, or
//! put only symbolic links into `PATH`; `initdb` needs its real neighbours.

use super::StartError;
use super::account::{Account, run, system_variable};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The oldest major version that has what the project uses.
pub(super) const OLDEST: u32 = 14;
/// The newest major version the project was tried with; preferred to later ones.
const NEWEST_KNOWN: u32 = 18;
const VERSION_LIMIT: Duration = Duration::from_secs(15);

/// Where packages put versions side by side: the parent, and what precedes the
/// version in the directory's name.
const VERSIONED: [(&str, &str); 7] = [
    ("/usr/lib/postgresql", ""),
    ("/usr", "pgsql-"),
    ("/opt/homebrew/opt", "postgresql@"),
    ("/usr/local/opt", "postgresql@"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@"),
    ("/Library/PostgreSQL", ""),
    ("/Applications/Postgres.app/Contents/Versions", ""),
];

/// Server programs that work.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    directory: PathBuf,
    pub(super) major: u32,
    /// The whole version line, which also tells builds of one major apart.
    pub(super) version: String,
}

impl Programs {
    /// The best installed programs; with `made_by`, those of exactly the
    /// version that made the data in `data`.
    pub(super) fn find(account: &Account, made_by: Option<(u32, &Path)>) -> Result<Self, StartError> {
        if let Some(directory) = system_variable("PG_BIN") {
            let directory = PathBuf::from(directory);
            let programs = match resolved(&directory) {
                Some(real) => Self::inspect(account, real),
                None => Err(StartError::Unusable {
                    directory: directory.clone(),
                    reason: "they do not exist".to_owned(),
                }),
            };
            if let Err(StartError::Unusable { reason, .. }) = programs {
                return Err(StartError::BadPgBin { directory, reason });
            }
            return Self::choose(std::iter::once(programs), made_by);
        }
        let mut seen = Vec::new();
        let found = candidates().into_iter().filter_map(|directory| {
            let real = resolved(&directory)?;
            if seen.contains(&real) {
                return None;
            }
            seen.push(real.clone());
            Some(Self::inspect(account, real))
        });
        Self::choose(found, made_by)
    }

    /// The path of one of the programs.
    pub(super) fn path(&self, program: &str) -> PathBuf {
        self.directory.join(program)
    }

    fn choose(
        found: impl Iterator<Item = Result<Self, StartError>>,
        made_by: Option<(u32, &Path)>,
    ) -> Result<Self, StartError> {
        let mut refusal = None;
        for programs in found {
            match (programs, made_by) {
                (Ok(programs), Some((made_by, data))) if programs.major != made_by => {
                    refusal = Some(StartError::OtherMajor {
                        directory: data.to_owned(),
                        made_by,
                        installed: programs.major,
                    });
                }
                (Ok(programs), _) => return Ok(programs),
                (Err(error), _) => refusal = refusal.or(Some(error)),
            }
        }
        Err(refusal.unwrap_or(StartError::NotInstalled))
    }

    fn inspect(account: &Account, directory: PathBuf) -> Result<Self, StartError> {
        let mut command = account.command(&directory.join("postgres"));
        let unusable = |reason| StartError::Unusable { directory: directory.clone(), reason };
        let finished = run(command.arg("--version"), VERSION_LIMIT)
            .map_err(|error| unusable(format!("user `{}` cannot run it: {error}", account.name)))?;
        let major = major_of(&finished.text)
            .filter(|_| finished.success)
            .ok_or_else(|| unusable(format!("`postgres --version` answered: {}", finished.text)))?;
        if major < OLDEST {
            return Err(StartError::TooOld { directory, major });
        }
        Ok(Self { directory, major, version: finished.text })
    }
}

/// Directories that may hold the programs, the best first.
fn candidates() -> Vec<PathBuf> {
    let mut directories: Vec<PathBuf> =
        system_variable("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let mut versions = Vec::new();
    for (parent, prefix) in VERSIONED {
        for entry in std::fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let version = name
                .to_str()
                .and_then(|name| name.strip_prefix(prefix))
                .and_then(|version| version.parse::<u32>().ok());
            if let Some(version) = version {
                versions.push((version <= NEWEST_KNOWN, version, entry.path().join("bin")));
            }
        }
    }
    versions.sort();
    directories.extend(versions.into_iter().rev().map(|(_, _, path)| path));
    directories.push(PathBuf::from("/usr/local/pgsql/bin"));
    directories
}

/// The real directory of the programs that `directory` has or links to.
fn resolved(directory: &Path) -> Option<PathBuf> {
    let server = directory.join("postgres").canonicalize().ok()?;
    let real = server.parent()?;
    (server.is_file() && real.join("initdb").is_file()).then(|| real.to_owned())
}

/// The major version in a line such as `postgres (PostgreSQL) 17.2 (Debian 17.2-1)`.
fn major_of(line: &str) -> Option<u32> {
    let (_, version) = line.split_once("(PostgreSQL) ")?;
    let end = version.find(|character: char| !character.is_ascii_digit()).unwrap_or(version.len());
    version.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn the_major_version_is_read_from_every_kind_of_version_line() {
        for (line, major) in [
            ("postgres (PostgreSQL) 15.13 (Debian 15.13-0+deb12u1)", Some(15)),
            ("postgres (PostgreSQL) 18beta1", Some(18)),
            ("postgres (PostgreSQL) 9.6.24", Some(9)),
            ("postgres (PostgreSQL) devel", None),
            ("bash: postgres: not found", None),
        ] {
            assert_eq!(major_of(line), major, "{line}");
        }
    }

    #[test]
    fn a_directory_of_links_leads_to_the_real_programs() -> std::io::Result<()> {
        let place = tempfile::tempdir()?;
        let place = place.path().canonicalize()?;
        let (real, links) = (place.join("real"), place.join("links"));
        std::fs::create_dir(&real)?;
        std::fs::create_dir(&links)?;
        for program in ["postgres", "initdb"] {
            std::fs::write(real.join(program), "")?;
        }
        symlink(real.join("postgres"), links.join("postgres"))?;
        assert_eq!(resolved(&links), Some(real));
        assert_eq!(resolved(&place), None);
        Ok(())
    }

    #[test]
    fn too_old_or_different_versions_are_refused_in_one_line() {
        let too_old = || StartError::TooOld { directory: PathBuf::from("/old"), major: 13 };
        let good = || Programs { directory: PathBuf::from("/good"), major: 17, version: String::new() };
        let chosen = Programs::choose([Err(too_old()), Ok(good())].into_iter(), None);
        assert!(chosen.is_ok_and(|programs| programs.major == 17));

        let refused = Programs::choose([Err(too_old())].into_iter(), None);
        let text = refused.map_err(|error| error.to_string());
        assert!(text.is_err_and(|text| text.contains("version 13, but at least 14")));

        let data = Path::new("/data");
        let refused = Programs::choose([Ok(good())].into_iter(), Some((15, data)));
        assert!(matches!(refused, Err(StartError::OtherMajor { made_by: 15, installed: 17, .. })));

        let missing = Programs::choose(std::iter::empty(), None).map_err(|error| error.to_string());
        assert!(
            missing.is_err_and(|text| text.contains("apt-get install -y postgresql") && !text.contains('\n'))
        );
    }
}
