//! Looking at a server and at processes from outside.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, test_kill_process};
use tempfile::TempDir;
use vizit_sandbox::postgres::PrivatePostgres;

const PATIENCE: Duration = Duration::from_secs(30);

/// A directory that the server's user can reach.
pub(crate) fn open_place() -> Result<TempDir> {
    let place = tempfile::tempdir()?;
    fs::set_permissions(place.path(), Permissions::from_mode(0o755))?;
    Ok(place)
}

pub(crate) fn psql(postgres: &PrivatePostgres, sql: &str) -> Result<String> {
    query(&url(postgres), sql)
}

pub(crate) fn url(postgres: &PrivatePostgres) -> String {
    postgres.url("postgres")
}

pub(crate) fn query(url: &str, sql: &str) -> Result<String> {
    let done = Command::new("psql")
        .args(["-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql, url])
        .env("PGCONNECT_TIMEOUT", "10")
        .stdin(Stdio::null())
        .output()
        .context("psql")?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    Ok(String::from_utf8(done.stdout)?.trim().to_owned())
}

/// The server's own process: the first line of the file that it keeps about itself.
pub(crate) fn server_pid(url: &str) -> Result<i32> {
    let file = query(url, "SELECT pg_read_file('postmaster.pid')")?;
    Ok(file.lines().next().context("an empty postmaster.pid")?.parse()?)
}

/// The directory that is there as long as the server.
pub(crate) fn socket_directory(url: &str) -> Result<PathBuf> {
    Ok(query(url, "SHOW unix_socket_directories")?.into())
}

pub(crate) fn parent_of(pid: i32) -> Result<Pid> {
    Pid::from_raw(listed("ppid=", pid)?.parse()?).context("a process number")
}

/// Whether the process has ended; its parent may not have taken note yet.
pub(crate) fn is_gone(pid: i32) -> bool {
    Pid::from_raw(pid).is_none_or(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
        || listed("stat=", pid).is_ok_and(|state| state.is_empty() || state.starts_with('Z'))
}

fn listed(what: &str, pid: i32) -> Result<String> {
    let listed = Command::new("ps").args(["-o", what, "-p", &pid.to_string()]).output()?;
    Ok(String::from_utf8(listed.stdout)?.trim().to_owned())
}

pub(crate) fn wait_for(mut condition: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    while !condition() {
        if started.elapsed() > PATIENCE {
            return false;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    true
}
