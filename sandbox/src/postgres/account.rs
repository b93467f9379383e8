//! The operating system's user who runs the server.
//!
//! `PostgreSQL` refuses to run as root, while containers usually run everything
//! as root; then the server's programs run as a user without privileges.

use super::StartError;
use std::ffi::OsString;
use std::fs::{self, File, Permissions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SHELL: &str = "/bin/sh";
const QUICK: Duration = Duration::from_secs(10);

/// Who runs the server's programs.
#[derive(Debug, Clone)]
pub(super) struct Account {
    pub(super) uid: u32,
    pub(super) name: String,
    /// The group to change to, when this program is root and must step down.
    step_down_to_group: Option<u32>,
}

impl Account {
    /// This program's own user, or one without privileges when that is root.
    pub(super) fn current() -> Result<Self, StartError> {
        let own = rustix::process::geteuid();
        if !own.is_root() {
            return Ok(Self { uid: own.as_raw(), name: own.as_raw().to_string(), step_down_to_group: None });
        }
        for name in ["postgres", "nobody"] {
            if let (Some(uid), Some(gid)) = (ask_id("-u", name)?, ask_id("-g", name)?)
                && uid != 0
            {
                return Ok(Self { uid, name: name.to_owned(), step_down_to_group: Some(gid) });
            }
        }
        Err(StartError::NoAccount)
    }

    /// A command that runs as this user, away from this program's directory,
    /// input and `PostgreSQL` settings.
    pub(super) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some(gid) = self.step_down_to_group {
            command.uid(self.uid).gid(gid);
        }
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        let locale = if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" };
        command.env("LC_ALL", locale).current_dir("/").stdin(Stdio::null());
        command
    }

    /// A shell that runs `script` as this user.
    pub(super) fn shell(&self, script: &str) -> Command {
        let mut command = self.command(Path::new(SHELL));
        command.args(["-c", script, "vizit-postgres"]);
        command
    }

    /// Makes `path` a private directory of this user.
    pub(super) fn take_directory(&self, path: &Path) -> io::Result<()> {
        if let Some(gid) = self.step_down_to_group {
            chown(path, Some(self.uid), Some(gid))?;
        }
        fs::set_permissions(path, Permissions::from_mode(0o700))
    }

    /// Whether this user can reach files in `directory`, asked of the system
    /// itself because permission bits alone do not tell.
    pub(super) fn can_enter(&self, directory: &Path) -> bool {
        self.holds(r#"cd -- "$1""#, directory)
    }

    /// Whether this user can make entries in `directory`.
    pub(super) fn can_write(&self, directory: &Path) -> bool {
        self.holds(r#"cd -- "$1" && test -w ."#, directory)
    }

    /// Whether this program gave up root's rights for the server.
    pub(super) fn steps_down(&self) -> bool {
        self.step_down_to_group.is_some()
    }

    fn holds(&self, script: &str, directory: &Path) -> bool {
        run(self.shell(script).arg(directory), QUICK).is_ok_and(|finished| finished.success)
    }
}

/// A variable that tells about the system, such as `PATH`.
#[expect(clippy::disallowed_methods, reason = "where programs and data lie is no setting of the application")]
pub(super) fn system_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// What a finished program left.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) success: bool,
    /// Its output and its errors, in the order written.
    pub(super) text: String,
}

/// Runs a program to its end, at most for `limit`. The output goes through a
/// file, so that a grandchild that stays behind cannot block the reader.
pub(super) fn run(command: &mut Command, limit: Duration) -> io::Result<Finished> {
    let mut output = tempfile::tempfile()?;
    let started = Instant::now();
    let mut child = command.stdout(output.try_clone()?).stderr(output.try_clone()?).spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Finished { success: status.success(), text: whole(&mut output)? });
        }
        if started.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("still busy after {} s", limit.as_secs()),
            ));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn whole(output: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    output.rewind()?;
    output.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn ask_id(what: &str, name: &str) -> Result<Option<u32>, StartError> {
    let program = Path::new("id");
    let finished = run(Command::new(program).args([what, name]).stdin(Stdio::null()), QUICK)
        .map_err(StartError::program(program))?;
    Ok(finished.success.then(|| finished.text.parse().ok()).flatten())
}
