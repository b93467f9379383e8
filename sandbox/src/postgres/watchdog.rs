//! The small process that outlives this program just long enough to stop the
//! server.
//!
//! A destructor does not run when a program is killed, and statics are never
//! dropped at all. So a shell in a process group of its own is the server's
//! parent, and waits on a pipe whose only writing end is held here: the system
//! closes it however this program ends, and that is the order to stop.

use super::account::Account;
use std::ffi::OsString;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Stdio};
use std::time::{Duration, Instant};

/// Arguments: the run directory, the log, then the server's command line. The
/// first line on the pipe starts the server; its end stops it, first with a
/// fast shutdown, then an immediate one.
const SCRIPT: &str = r#"
trap '' HUP INT QUIT TERM
run=$1 log=$2
shift 2
exec 3<&0 </dev/null
if read -r line <&3; then
  "$@" >>"$log" 2>&1 3<&- &
  server=$!
  echo "$server" >"$run/server.pid"
  (
    while read -r line <&3; do :; done
    [ -e "$run/ended" ] && exit 0
    tries=0
    while [ "$tries" -lt 160 ] && kill -INT "$server"; do
      sleep 0.05
      tries=$((tries + 1))
    done
    kill -QUIT "$server" && sleep 3
    kill -KILL "$server" && sleep 1
  ) &
  wait "$server"
  echo "$?" >"$run/ended"
  wait
fi
rm -rf -- "$run"
"#;

/// How long the script can take at most, with some reserve.
const LONGEST_STOP: Duration = Duration::from_secs(15);

/// The waiting shell; dropping it stops the server and waits for that.
#[derive(Debug)]
pub(super) struct Watchdog {
    process: Child,
    pipe: Option<ChildStdin>,
    run: PathBuf,
}

impl Watchdog {
    /// Starts the shell, which removes `run` at the end; the server's command
    /// line is kept until [`Watchdog::launch_server`].
    pub(super) fn start(account: &Account, run: &Path, log: &Path, server: &[OsString]) -> io::Result<Self> {
        let mut process = account
            .shell(SCRIPT)
            .arg(run)
            .arg(log)
            .args(server)
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let pipe = process.stdin.take();
        Ok(Self { process, pipe, run: run.to_owned() })
    }

    /// Lets the shell start the server.
    pub(super) fn launch_server(&mut self) -> io::Result<()> {
        match &mut self.pipe {
            Some(pipe) => pipe.write_all(b"start\n"),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    /// The server's process, once it is started.
    pub(super) fn server_pid(&self) -> Option<i32> {
        let text = std::fs::read_to_string(self.run.join("server.pid")).ok()?;
        text.strip_suffix('\n')?.parse().ok()
    }

    /// Whether the server has ended, or the shell itself was killed.
    pub(super) fn server_ended(&mut self) -> bool {
        self.run.join("ended").exists() || !matches!(self.process.try_wait(), Ok(None))
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        drop(self.pipe.take());
        let started = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) {
            if started.elapsed() > LONGEST_STOP {
                tracing::warn!("the private PostgreSQL takes too long to stop");
                return;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}
