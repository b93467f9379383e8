//! A destructor does not run in a program that is killed, and still nothing may stay of its server.

use std::io::{BufRead as _, BufReader, Lines};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group, test_kill_process};
use vizit_sandbox::postgres::{Data, PrivatePostgres};

use crate::support::{is_gone, open_place, parent_of, psql, query, server_pid, socket_directory, wait_for};

#[test]
fn nothing_stays_of_a_killed_program() -> Result<()> {
    for signal in [Signal::KILL, Signal::TERM, Signal::INT] {
        let program = Program::start(None)?;
        // As a terminal does it: the whole foreground group gets the signal.
        kill_process_group(program.pid()?, signal)?;
        program.wait_until_all_is_gone()?;
    }
    Ok(())
}

#[test]
fn a_server_stops_with_its_program_although_a_child_of_that_program_lives_on() -> Result<()> {
    let program = Program::start(None)?;
    let child = program.other_child;
    kill_process(program.pid()?, Signal::KILL)?;
    let gone = program.wait_until_all_is_gone();
    let child = Pid::from_raw(child).context("a process number")?;
    let outlived = test_kill_process(child).is_ok();
    kill_process(child, Signal::KILL)?;
    gone?;
    ensure!(outlived, "the other child was to outlive the program");
    Ok(())
}

#[tokio::test]
async fn kept_data_can_be_used_again_at_once_after_a_kill() -> Result<()> {
    let place = open_place()?;
    let directory = place.path().join("demo");
    for watchdog_too in [false, true] {
        let program = Program::start(Some(&directory))?;
        if watchdog_too {
            kill_process(parent_of(program.server)?, Signal::KILL)?;
        }
        kill_process_group(program.pid()?, Signal::KILL)?;
        let old = program.server;
        program.reap()?;
        let again = PrivatePostgres::start(Data::Kept(directory.clone())).await?;
        ensure!(is_gone(old), "the old server still runs");
        ensure!(psql(&again, "SELECT 1")? == "1");
        again.stop().await;
    }
    Ok(())
}

/// A program with a running cluster and one more child, to be ended by force.
struct Program {
    process: Child,
    server: i32,
    other_child: i32,
    run: PathBuf,
}

impl Program {
    fn start(kept: Option<&Path>) -> Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_private-postgres"));
        if let Some(kept) = kept {
            command.arg("--keep").arg(kept);
        }
        let mut process = command
            .args(["sh", "-c", r#"echo "$DATABASE_URL"; echo "$$"; exec sleep 120"#])
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let told = process.stdout.take().context("no output")?;
        let mut lines = BufReader::new(told).lines();
        let url = next(&mut lines)?;
        let other_child = next(&mut lines)?.parse()?;
        query(&url, "CREATE TABLE IF NOT EXISTS note (text TEXT)")?;
        Ok(Self { process, server: server_pid(&url)?, other_child, run: socket_directory(&url)? })
    }

    fn pid(&self) -> Result<Pid> {
        Pid::from_raw(self.process.id().try_into()?).context("a process number")
    }

    fn reap(mut self) -> Result<()> {
        ensure!(wait_for(|| !matches!(self.process.try_wait(), Ok(None))), "the program lives on");
        Ok(())
    }

    fn wait_until_all_is_gone(self) -> Result<()> {
        let (server, run) = (self.server, self.run.clone());
        self.reap()?;
        ensure!(wait_for(|| is_gone(server)), "the server {server} stayed");
        ensure!(wait_for(|| !run.exists()), "{} stayed", run.display());
        Ok(())
    }
}

fn next(lines: &mut Lines<BufReader<ChildStdout>>) -> Result<String> {
    Ok(lines.next().context("the program did not start its cluster")??)
}
