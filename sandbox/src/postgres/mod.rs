//! A private `PostgreSQL` for the demo and the tests.
//!
//! The demo must start with one command and the tests must never touch
//! somebody's database, so this module runs a cluster of its own from the
//! server programs already installed: reachable only over a Unix socket in a
//! private directory, and gone when the program that started it is gone,
//! however that program ended.

mod account;
mod binaries;
mod cluster;
mod directories;
mod leftover;
mod template;
mod watchdog;

use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The port in the socket's file name; set on both sides so that a `PGPORT` of
/// the environment cannot separate them.
const PORT: u16 = 5432;

/// Where the cluster's data lives and for how long.
#[derive(Debug, Clone)]
pub enum Data {
    /// In this directory; survives the program.
    Kept(PathBuf),
    /// In memory or in the temporary directory; wiped when the program ends.
    Throwaway,
}

/// Why a private cluster could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No server programs were found.
    #[error(
        "PostgreSQL's server programs were not found. Install them (Debian/Ubuntu: `apt-get install -y postgresql`; \
         Fedora: `dnf install -y postgresql-server postgresql-contrib`; macOS: `brew install postgresql@17`), \
         or set PG_BIN to their directory, or set DATABASE_URL to a running server"
    )]
    NotInstalled,
    /// `PG_BIN` does not lead to usable programs.
    #[error("PG_BIN is {directory}, but there are no working `postgres` and `initdb` in it: {reason}")]
    BadPgBin {
        /// The value of `PG_BIN`.
        directory: PathBuf,
        /// What was wrong.
        reason: String,
    },
    /// Programs were found, but none of them works.
    #[error("PostgreSQL in {directory} cannot be used: {reason}")]
    Unusable {
        /// Where the programs are.
        directory: PathBuf,
        /// What was wrong.
        reason: String,
    },
    /// Only a server that is too old was found.
    #[error("PostgreSQL in {directory} is version {major}, but at least {} is needed", binaries::OLDEST)]
    TooOld {
        /// Where the programs are.
        directory: PathBuf,
        /// Their major version.
        major: u32,
    },
    /// The kept data was made by a major version that is not installed.
    #[error(
        "the data in {directory} was made by PostgreSQL {made_by}, but only PostgreSQL {installed} is installed: \
         install version {made_by}, or move that directory away to begin anew"
    )]
    OtherMajor {
        /// The kept directory.
        directory: PathBuf,
        /// The version that made the data.
        made_by: u32,
        /// The version found.
        installed: u32,
    },
    /// `PostgreSQL` refuses to run as root and there is nobody else to run it as.
    #[error(
        "PostgreSQL cannot run as root, and this system has neither a user `postgres` nor a user `nobody`"
    )]
    NoAccount,
    /// Another program holds the kept directory.
    #[error("the demo is already running, pid {pid} (data in {directory})")]
    AlreadyRunning {
        /// The kept directory.
        directory: PathBuf,
        /// The program that holds it.
        pid: String,
    },
    /// The directory holds something else.
    #[error("{directory} is not a directory of this project: choose a new or an empty one")]
    NotOurs {
        /// The directory asked for.
        directory: PathBuf,
    },
    /// The server's user may not pass through a parent directory.
    #[error(
        "{directory} cannot be used: the server runs as user `{account}`, who may not enter {parent}; \
         choose a directory elsewhere, such as {}", directories::project_data_dir().display()
    )]
    Unreachable {
        /// The directory asked for.
        directory: PathBuf,
        /// The parent that is closed.
        parent: PathBuf,
        /// The user who runs the server.
        account: String,
    },
    /// No place for sockets and throw-away data.
    #[error("no temporary directory with a short path is writable for user `{account}` (tried {tried})")]
    NoRoom {
        /// The user who runs the server.
        account: String,
        /// The directories tried.
        tried: String,
    },
    /// A file operation failed.
    #[error("{path}: {source}")]
    File {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A program could not be run.
    #[error("cannot run {program}: {source}")]
    Program {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// `initdb` failed.
    #[error("initdb failed: {text}")]
    Initdb {
        /// What it wrote.
        text: String,
    },
    /// The server ended instead of accepting connections.
    #[error("PostgreSQL ended while starting; its log ends with:\n{log}")]
    ServerEnded {
        /// The last lines of its log.
        log: String,
    },
    /// The server did not become ready in time.
    #[error("PostgreSQL was not ready after {seconds} s; its log ends with:\n{log}")]
    TooSlow {
        /// How long it was given.
        seconds: u64,
        /// The last lines of its log.
        log: String,
    },
    /// The server of a killed program is still there and cannot be stopped.
    #[error("a PostgreSQL left over by an earlier run, pid {pid}, still uses {directory} and does not stop")]
    Leftover {
        /// The process.
        pid: i32,
        /// Its data directory.
        directory: PathBuf,
    },
    /// The runtime is shutting down.
    #[error("the program is ending, so PostgreSQL was not started")]
    Ending,
}

impl StartError {
    fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, source }
    }

    fn program(program: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let program = program.to_owned();
        move |source| Self::Program { program, source }
    }
}

/// A running private cluster; dropping it stops the server.
#[derive(Debug)]
pub struct PrivatePostgres {
    server: cluster::Server,
}

impl PrivatePostgres {
    /// Starts a cluster, making it first when needed, and waits until it
    /// accepts connections.
    pub async fn start(data: Data) -> Result<Self, StartError> {
        match tokio::task::spawn_blocking(move || cluster::Server::start(data)).await {
            Ok(started) => started.map(|server| Self { server }),
            Err(error) => {
                tracing::error!(%error, "starting the private PostgreSQL was interrupted");
                Err(StartError::Ending)
            }
        }
    }

    /// The connection URL of a database in this cluster; `postgres` always exists.
    pub fn url(&self, database: &str) -> String {
        url(self.server.socket_directory(), database)
    }

    /// The server's major version, such as 17.
    pub fn major(&self) -> u32 {
        self.server.major()
    }

    /// Stops the server and, for throw-away data, removes everything.
    pub async fn stop(self) {
        if let Err(error) = tokio::task::spawn_blocking(move || drop(self)).await {
            tracing::warn!(%error, "stopping the private PostgreSQL was interrupted");
        }
    }
}

/// A directory of the project's own for kept data, which the server's user can
/// reach both when the program runs as root and when it does not.
pub fn project_data_dir() -> PathBuf {
    directories::project_data_dir()
}

fn url(socket_directory: &Path, database: &str) -> String {
    format!(
        "postgres://postgres@localhost:{PORT}/{}?host={}",
        percent_encoded(database.as_bytes(), b""),
        percent_encoded(socket_directory.as_os_str().as_bytes(), b"/"),
    )
}

fn percent_encoded(bytes: &[u8], kept: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || kept.contains(&byte) {
            text.push(char::from(byte));
        } else if write!(text, "%{byte:02X}").is_err() {
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_url_is_escaped() {
        assert_eq!(
            url(Path::new("/tmp/a b"), "é&x"),
            "postgres://postgres@localhost:5432/%C3%A9%26x?host=/tmp/a%20b"
        );
    }
}
