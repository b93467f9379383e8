//! Servers that a killed program left behind.
//!
//! The watchdog normally takes care of them, but it may still be at work, or
//! may have been killed as well; a data directory must have one server only.

use super::StartError;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const FAST_LIMIT: Duration = Duration::from_secs(8);
const IMMEDIATE_LIMIT: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(10);

/// What the server notes about itself in its data directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) pid: i32,
    pub(super) ready: bool,
}

impl Note {
    /// Reads the note in `data`, if there is a whole one.
    pub(super) fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(note_path(data)).ok()?;
        let mut lines = text.lines();
        let pid = lines.next()?.trim().parse().ok()?;
        let ready = lines.nth(6).is_some_and(|status| status.trim() == "ready");
        Some(Self { pid, ready })
    }
}

/// Stops a server that still uses `data`, and removes a note whose process
/// number now belongs to somebody else, on which a new server would stumble.
pub(super) fn stop(data: &Path) -> Result<(), StartError> {
    let Some(pid) = Note::read(data).and_then(|note| Pid::from_raw(note.pid)) else {
        return Ok(());
    };
    for (signal, limit) in [(Signal::INT, FAST_LIMIT), (Signal::QUIT, IMMEDIATE_LIMIT)] {
        let started = Instant::now();
        while serves(pid, data) {
            if started.elapsed() > limit {
                break;
            }
            if let Err(error) = kill_process(pid, signal) {
                tracing::debug!(%error, "the leftover PostgreSQL cannot be told to stop");
            }
            std::thread::sleep(PAUSE);
        }
    }
    if serves(pid, data) {
        return Err(StartError::Leftover { pid: pid.as_raw_nonzero().get(), directory: data.to_owned() });
    }
    let note = note_path(data);
    if exists(pid) && note.exists() {
        fs::remove_file(&note).map_err(StartError::file(&note))?;
    }
    Ok(())
}

fn note_path(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

fn exists(pid: Pid) -> bool {
    !matches!(test_kill_process(pid), Err(rustix::io::Errno::SRCH))
}

/// Whether `pid` is a server of `data`, and not a process that happened to get
/// its number: the server's command line names the directory.
fn serves(pid: Pid, data: &Path) -> bool {
    if !exists(pid) {
        return false;
    }
    let wanted = data.as_os_str().as_bytes();
    let number = pid.as_raw_nonzero().to_string();
    if let Ok(line) = fs::read(Path::new("/proc").join(&number).join("cmdline")) {
        return line.split(|byte| *byte == 0).any(|word| word == wanted);
    }
    Command::new("ps")
        .args(["-ww", "-o", "args=", "-p", &number])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|listed| listed.stdout.windows(wanted.len()).any(|part| part == wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_is_ready_only_when_its_eighth_line_says_so() -> std::io::Result<()> {
        let data = tempfile::tempdir()?;
        assert_eq!(Note::read(data.path()), None);
        fs::write(note_path(data.path()), "41\n/d\n1\n5432\n/s\n\n 1 2\nstarting\n")?;
        assert_eq!(Note::read(data.path()), Some(Note { pid: 41, ready: false }));
        fs::write(note_path(data.path()), "41\n/d\n1\n5432\n/s\n\n 1 2\nready   \n")?;
        assert_eq!(Note::read(data.path()), Some(Note { pid: 41, ready: true }));
        Ok(())
    }

    #[test]
    fn a_process_that_merely_got_the_number_is_left_alone() -> anyhow::Result<()> {
        let data = tempfile::tempdir()?;
        let mut stranger = Command::new("sleep").arg("30").spawn()?;
        fs::write(note_path(data.path()), format!("{}\n", stranger.id()))?;
        let stopped = stop(data.path());
        let alive = stranger.try_wait()?.is_none();
        stranger.kill()?;
        stranger.wait()?;
        stopped?;
        anyhow::ensure!(alive, "a process that is no server was ended");
        anyhow::ensure!(!note_path(data.path()).exists(), "the misleading note stayed");
        Ok(())
    }
}
