//! Starting one server and stopping it again.

use super::account::Account;
use super::binaries::Programs;
use super::directories::{self, OwnerLock, RunDirectory};
use super::leftover::{self, Note};
use super::template::{Care, Template, make_cluster};
use super::watchdog::Watchdog;
use super::{Data, PORT, StartError};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The name of the data directory within its parent.
pub(super) const DATA: &str = "data";
const READY_LIMIT: Duration = Duration::from_secs(30);
const LOG_TAIL: usize = 15;

const COMMON_SETTINGS: [&str; 11] = [
    "listen_addresses=",
    "max_connections=200",
    "shared_buffers=64MB",
    "track_io_timing=off",
    "jit=off",
    "max_wal_senders=0",
    "logging_collector=off",
    "log_destination=stderr",
    "log_line_prefix=%m [%p] ",
    "timezone=UTC",
    "log_timezone=UTC",
];

/// Nothing here must survive, so nothing waits for the disk; and the log of
/// changes, which would grow in memory, is kept short.
const THROWAWAY_SETTINGS: [&str; 6] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_size=256MB",
    "autovacuum=off",
];

/// A running server. The fields are dropped in their order: the server ends
/// before its directories are removed and released.
#[derive(Debug)]
pub(super) struct Server {
    watchdog: Watchdog,
    _stopper: Stopper,
    run: RunDirectory,
    _kept: Option<OwnerLock>,
    major: u32,
}

/// Stops the server itself in case the watchdog was killed.
#[derive(Debug)]
struct Stopper {
    data: PathBuf,
}

impl Drop for Stopper {
    fn drop(&mut self) {
        if let Err(error) = leftover::stop(&self.data) {
            tracing::warn!(%error, "the private PostgreSQL did not stop");
        }
    }
}

impl Server {
    /// Starts a server and waits until it accepts connections.
    pub(super) fn start(data: Data) -> Result<Self, StartError> {
        let account = Account::current()?;
        directories::sweep(&account);
        match data {
            Data::Kept(directory) => Self::start_kept(&account, &directory),
            Data::Throwaway => Self::start_throwaway(&account),
        }
    }

    pub(super) fn socket_directory(&self) -> &Path {
        self.run.path()
    }

    pub(super) fn major(&self) -> u32 {
        self.major
    }

    fn start_kept(account: &Account, directory: &Path) -> Result<Self, StartError> {
        let (directory, lock) = directories::open_kept(account, directory)?;
        let data = directory.join(DATA);
        let made_by = made_by(&data)?;
        let programs = Programs::find(account, made_by.map(|major| (major, directory.as_path())))?;
        leftover::stop(&data)?;
        if made_by.is_none() {
            // Under another name until it is whole: an interrupted `initdb`
            // leaves something that looks like a cluster.
            let unfinished = directory.join("data.new");
            directories::remove(&unfinished);
            make_cluster(account, &programs, &unfinished, Care::Durable)?;
            fs::rename(&unfinished, &data).map_err(StartError::file(&data))?;
        }
        let log = directory.join("server.log");
        remove_file(&log)?;
        let run = RunDirectory::make(account, &directories::disk_base(account)?)?;
        Launch { account, programs: &programs, run, kept: Some(lock), data, log }.server(&[], |_| Ok(()))
    }

    fn start_throwaway(account: &Account) -> Result<Self, StartError> {
        let programs = Programs::find(account, None)?;
        let base = directories::fast_base(account)?;
        let template = Template::new(account, &programs, directories::disk_base(account)?);
        let attempt = || {
            let run = RunDirectory::make(account, &base)?;
            let (data, log) = (run.path().join(DATA), run.path().join("server.log"));
            Launch { account, programs: &programs, run, kept: None, data, log }
                .server(&THROWAWAY_SETTINGS, |data| template.copy_to(data))
        };
        match attempt() {
            // The cache has the right files, but perhaps not the right contents.
            Err(StartError::ServerEnded { log }) => {
                tracing::debug!(log, "trying again with a new cached cluster");
                if template.discard() { attempt() } else { Err(StartError::ServerEnded { log }) }
            }
            result => result,
        }
    }
}

/// Everything a server needs to be started.
struct Launch<'a> {
    account: &'a Account,
    programs: &'a Programs,
    run: RunDirectory,
    kept: Option<OwnerLock>,
    data: PathBuf,
    log: PathBuf,
}

impl Launch<'_> {
    /// The watchdog comes first, so that it also clears up after a program
    /// that is killed while it prepares the data.
    fn server(
        self,
        settings: &[&str],
        prepare: impl FnOnce(&Path) -> Result<(), StartError>,
    ) -> Result<Server, StartError> {
        let shell_failed = || StartError::program(Path::new("/bin/sh"));
        let command_line = self.command_line(settings);
        let watchdog = Watchdog::start(self.account, self.run.path(), &self.log, &command_line)
            .map_err(shell_failed())?;
        let mut server = Server {
            watchdog,
            _stopper: Stopper { data: self.data.clone() },
            run: self.run,
            _kept: self.kept,
            major: self.programs.major,
        };
        prepare(&self.data)?;
        server.watchdog.launch_server().map_err(shell_failed())?;
        wait_until_ready(&mut server.watchdog, &self.data, &self.log)?;
        Ok(server)
    }

    fn command_line(&self, settings: &[&str]) -> Vec<OsString> {
        let mut line: Vec<OsString> = vec![
            self.programs.path("postgres").into(),
            "-D".into(),
            self.data.clone().into(),
            "-k".into(),
            self.run.path().into(),
            "-p".into(),
            PORT.to_string().into(),
        ];
        for setting in COMMON_SETTINGS.iter().chain(settings) {
            line.push("-c".into());
            line.push(setting.into());
        }
        line
    }
}

fn wait_until_ready(watchdog: &mut Watchdog, data: &Path, log: &Path) -> Result<(), StartError> {
    let started = Instant::now();
    loop {
        // A note of an earlier server may say `ready` as well.
        let pid = watchdog.server_pid();
        if Note::read(data).is_some_and(|note| note.ready && Some(note.pid) == pid) {
            return Ok(());
        }
        if watchdog.server_ended() {
            return Err(StartError::ServerEnded { log: tail(log) });
        }
        if started.elapsed() > READY_LIMIT {
            return Err(StartError::TooSlow { seconds: READY_LIMIT.as_secs(), log: tail(log) });
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The major version that made the cluster in `data`, if there is one.
fn made_by(data: &Path) -> Result<Option<u32>, StartError> {
    let path = data.join("PG_VERSION");
    match fs::read_to_string(&path) {
        Ok(text) => {
            text.trim().parse().map(Some).map_err(|error| StartError::file(&path)(io::Error::other(error)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StartError::file(&path)(error)),
    }
}

fn remove_file(path: &Path) -> Result<(), StartError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StartError::file(path)(error)),
        _ => Ok(()),
    }
}

fn tail(log: &Path) -> String {
    let text = match fs::read(log) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => return format!("{}: {error}", log.display()),
    };
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.len().saturating_sub(LOG_TAIL);
    lines.get(first..).unwrap_or_default().join("\n")
}
