//! Running `pg_dump`, `pg_restore` and `psql`. Passwords and names reach them by the environment alone.

use std::{
    path::Path,
    process::{ExitStatus, Stdio},
};

use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    process::{Child, ChildStdin, ChildStdout},
    task::spawn_blocking,
};
use tokio_util::io::SyncIoBridge;

use super::{BackupError, Tried as _, link::Link, programs::Programs};

/// Of what a program complains about, more is never needed.
const COMPLAINTS: u64 = 64 * 1024;
const REASON_CHARS: usize = 300;
/// A table that somebody is changing is waited for this long.
const LOCK_WAIT_MS: &str = "60000";

/// Roles may be others where it is restored, and an extension that is there already belongs to somebody else, who alone may
/// say anything about it.
const PORTABLE: [&str; 3] = ["--no-owner", "--no-privileges", "--no-comments"];

/// Lets `pg_dump` write a snapshot, in its custom format, to whoever reads it in a thread of its own.
pub async fn dump<T: Send + 'static>(
    programs: &Programs,
    link: &Link,
    snapshot: &str,
    read: impl FnOnce(SyncIoBridge<ChildStdout>) -> Result<T, BackupError> + Send + 'static,
) -> Result<T, BackupError> {
    const PROGRAM: &str = "pg_dump";
    let mut command = programs.command(PROGRAM);
    link.hand_to(&mut command);
    command
        .args(["--format=custom", "--no-password"])
        .arg(format!("--lock-wait-timeout={LOCK_WAIT_MS}"))
        .arg(format!("--snapshot={snapshot}"))
        .arg(format!("--dbname={}", link.database()))
        .stdout(Stdio::piped());
    let mut child = command.spawn().tried(|| format!("{PROGRAM} cannot be started"))?;
    let output = child.stdout.take().map(SyncIoBridge::new).ok_or_else(|| no_pipe(PROGRAM))?;
    let reading = spawn_blocking(move || read(output));
    let (read, ended) = tokio::join!(reading, end(PROGRAM, &mut child));
    // When the reader has failed, what `pg_dump` complains about is only a broken pipe.
    let read = read.map_err(|_| no_pipe(PROGRAM))??;
    ended.map(|()| read)
}

/// Restores into an empty database what is written in a thread of its own, all or nothing.
pub async fn restore_stream(
    programs: &Programs,
    link: &Link,
    write: impl FnOnce(&mut SyncIoBridge<ChildStdin>) -> Result<(), BackupError> + Send + 'static,
) -> Result<(), BackupError> {
    let mut child = start_restore(programs, link, None)?;
    let input = child.stdin.take().map(SyncIoBridge::new).ok_or_else(|| no_pipe("pg_restore"))?;
    let writing = spawn_blocking(move || {
        let mut input = input;
        let written = write(&mut input);
        drop(input.shutdown());
        written
    });
    let (written, ended) = tokio::join!(writing, end("pg_restore", &mut child));
    written.map_err(|_| no_pipe("pg_restore"))??;
    ended
}

/// Restores a dump into an empty database, all or nothing.
pub async fn restore_file(programs: &Programs, link: &Link, dump: &Path) -> Result<(), BackupError> {
    let mut child = start_restore(programs, link, Some(dump))?;
    end("pg_restore", &mut child).await
}

fn start_restore(programs: &Programs, link: &Link, dump: Option<&Path>) -> Result<Child, BackupError> {
    let mut command = programs.command("pg_restore");
    link.hand_to(&mut command);
    command
        .args(["--exit-on-error", "--single-transaction", "--no-password"])
        .args(PORTABLE)
        .arg(format!("--dbname={}", link.database()));
    match dump {
        Some(dump) => command.arg(dump),
        None => command.stdin(Stdio::piped()),
    };
    command.spawn().tried(|| "pg_restore cannot be started".to_owned())
}

/// Replaces whatever is in the database by a dump, in one transaction: when anything fails, nothing has changed.
///
/// `pg_restore` alone cannot do that, for it removes only what the dump knows of; so `psql` carries out what it writes.
/// The last word, `COMMIT`, is ours: an input that ends before it, for whatever reason, changes nothing.
pub async fn replace(programs: &Programs, link: &Link, dump: &Path) -> Result<(), BackupError> {
    const BEFORE: &[u8] =
        b"BEGIN;\nSET LOCAL lock_timeout = '30s';\nSET LOCAL client_min_messages = warning;\n\
        DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n";
    let mut psql = programs.command("psql");
    link.hand_to(&mut psql);
    psql.args(["--no-psqlrc", "--quiet", "--no-password", "--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"])
        .arg("--file=-")
        .arg(format!("--dbname={}", link.database()))
        .stdin(Stdio::piped());
    let mut psql = psql.spawn().tried(|| "psql cannot be started".to_owned())?;
    let mut restore = programs.command("pg_restore");
    link.hand_to(&mut restore);
    restore.args(["--exit-on-error", "--file=-"]).args(PORTABLE).arg(dump).stdout(Stdio::piped());
    let mut restore = restore.spawn().tried(|| "pg_restore cannot be started".to_owned())?;
    let (Some(mut from), Some(mut to)) = (restore.stdout.take(), psql.stdin.take()) else {
        return Err(no_pipe("psql"));
    };
    let script = async {
        let copied = match to.write_all(BEFORE).await {
            Ok(()) => tokio::io::copy(&mut from, &mut to).await.map(drop),
            Err(error) => Err(error),
        };
        drop(from);
        let restored = end("pg_restore", &mut restore).await;
        // Otherwise `psql` has failed first, and what `pg_restore` complains about is only a broken pipe.
        if copied.is_ok() {
            restored?;
            to.write_all(b"\nCOMMIT;\n").await.and(to.shutdown().await).map_err(|_| no_pipe("psql"))?;
        }
        drop(to);
        copied.map_err(|_| no_pipe("psql"))
    };
    let (written, carried_out) = tokio::join!(script, end("psql", &mut psql));
    match written {
        Err(error @ BackupError::Program { program: "pg_restore", .. }) => Err(error),
        written => carried_out.and(written),
    }
}

/// Waits until a program has ended, and fails with what it complained about.
async fn end(program: &'static str, child: &mut Child) -> Result<(), BackupError> {
    let complaints = said(child.stderr.take()).await;
    let status = child.wait().await.tried(|| format!("{program} cannot be waited for"))?;
    judge(program, status, &complaints)
}

fn judge(program: &'static str, status: ExitStatus, complaints: &str) -> Result<(), BackupError> {
    if status.success() {
        return Ok(());
    }
    let reason = reason(complaints).unwrap_or_else(|| status.to_string());
    Err(BackupError::Program { program, reason })
}

/// All that a program says, of which the beginning is kept: that is where the cause stands.
async fn said(output: Option<impl AsyncRead + Unpin>) -> String {
    let mut kept = Vec::new();
    if let Some(mut output) = output {
        let mut beginning = (&mut output).take(COMPLAINTS);
        drop(beginning.read_to_end(&mut kept).await);
        drop(tokio::io::copy(&mut output, &mut tokio::io::sink()).await);
    }
    String::from_utf8_lossy(&kept).into_owned()
}

/// The first error, and none of the details, contexts and statements after it: those may show what is in a row.
pub(super) fn reason(complaints: &str) -> Option<String> {
    let lines = || complaints.lines().map(str::trim).filter(|line| !line.is_empty());
    let errors = ["error: ", "ERROR:  ", "FATAL:  "];
    let error = lines().find_map(|line| {
        errors.iter().find_map(|mark| line.split_once(mark).map(|(_, rest)| rest.trim().to_owned()))
    });
    let reason = error.or_else(|| lines().next().map(str::to_owned))?;
    Some(reason.chars().take(REASON_CHARS).collect())
}

fn no_pipe(program: &'static str) -> BackupError {
    BackupError::Program { program, reason: "its pipe broke".to_owned() }
}
