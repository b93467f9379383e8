//! The client programs of the server's own major version.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use tokio::process::Command;

use super::BackupError;

const PATIENCE: Duration = Duration::from_secs(15);

/// Where packages put versions side by side: before and after the major version.
const FOLDERS: [(&str, &str); 6] = [
    ("/usr/lib/postgresql/", "/bin"),
    ("/usr/pgsql-", "/bin"),
    ("/opt/homebrew/opt/postgresql@", "/bin"),
    ("/usr/local/opt/postgresql@", "/bin"),
    ("/Library/PostgreSQL/", "/bin"),
    ("/Applications/Postgres.app/Contents/Versions/", "/bin"),
];

/// A folder with programs; `None` is `PATH`.
#[derive(Debug, Clone)]
pub struct Programs {
    folder: Option<PathBuf>,
}

impl Programs {
    /// Those of `major`: in `given` and nowhere else, or else where packages put them, or else in `PATH`.
    ///
    /// An older `pg_dump` refuses a newer server, and what a newer one writes an older server cannot take back.
    pub async fn find(given: Option<&Path>, major: u32) -> Result<Programs, BackupError> {
        let mut refusal = BackupError::NotInstalled { program: "pg_dump", major };
        for folder in candidates(given, major) {
            let programs = Programs { folder };
            match programs.check("pg_dump", major).await {
                Ok(()) => {
                    programs.check("pg_restore", major).await?;
                    return Ok(programs);
                }
                Err(error @ BackupError::OtherMajor { .. }) => refusal = error,
                Err(_) => {}
            }
        }
        Err(refusal)
    }

    /// Where they are.
    pub fn place(&self) -> String {
        self.folder.as_ref().map_or_else(|| "PATH".to_owned(), |folder| folder.display().to_string())
    }

    pub(super) fn command(&self, program: &'static str) -> Command {
        let mut command = Command::new(self.path(program));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
        command
    }

    fn path(&self, program: &str) -> PathBuf {
        self.folder.as_ref().map_or_else(|| PathBuf::from(program), |folder| folder.join(program))
    }

    async fn check(&self, program: &'static str, major: u32) -> Result<(), BackupError> {
        let asked = self.command(program).arg("--version").stdout(Stdio::piped()).output();
        let missing = || BackupError::NotInstalled { program, major };
        let answer = tokio::time::timeout(PATIENCE, asked).await.ok().and_then(Result::ok);
        let answer = answer.filter(|answer| answer.status.success()).ok_or_else(missing)?;
        match major_of(&String::from_utf8_lossy(&answer.stdout)) {
            Some(found) if found == major => Ok(()),
            Some(found) => Err(BackupError::OtherMajor { server: major, found, path: self.path(program) }),
            None => Err(missing()),
        }
    }
}

fn candidates(given: Option<&Path>, major: u32) -> Vec<Option<PathBuf>> {
    if let Some(given) = given {
        return vec![Some(given.to_owned())];
    }
    let folders = FOLDERS.iter().map(|(before, after)| PathBuf::from(format!("{before}{major}{after}")));
    folders.filter(|folder| folder.is_dir()).map(Some).chain([None]).collect()
}

/// The major version in a line such as `pg_dump (PostgreSQL) 17.2 (Debian 17.2-1)`.
fn major_of(line: &str) -> Option<u32> {
    let (_, version) = line.split_once("(PostgreSQL) ")?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_every_kind_of_version_line() {
        for (line, major) in [
            ("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", Some(15)),
            ("pg_dump (PostgreSQL) 18beta1", Some(18)),
            ("pg_dump (PostgreSQL) devel", None),
            ("bash: pg_dump: not found", None),
        ] {
            assert_eq!(major_of(line), major, "{line}");
        }
    }
}
