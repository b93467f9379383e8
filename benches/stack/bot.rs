//! A bot as a process of its own, with what it costs.

use std::{
    fs,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::Context as _;

pub(crate) const TOKEN: &str = "7000004:a-token-for-benchmarks-alone";

pub(crate) struct Bot(Child);

impl Bot {
    /// `vizit run`, as it is released.
    pub(crate) fn start(api: &str, database: &str) -> anyhow::Result<Bot> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vizit"));
        command
            .arg("run")
            .env("TELOXIDE_TOKEN", TOKEN)
            .env("TELOXIDE_API_URL", api)
            .env("DATABASE_URL", database)
            .env("RUST_LOG", "info")
            .current_dir(std::env::temp_dir());
        Bot::spawn(command)
    }

    pub(crate) fn spawn(mut command: Command) -> anyhow::Result<Bot> {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        Ok(Bot(child))
    }

    /// CPU time in user and kernel mode so far.
    pub(crate) fn cpu(&self) -> anyhow::Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0.id()))?;
        let (_, fields) = stat.rsplit_once(')').context("an unknown form of /proc/stat")?;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>);
        let ticks: u64 = ticks.sum::<Result<u64, _>>()?;
        // Linux counts in hundredths of a second for programs.
        Ok(Duration::from_millis(ticks * 10))
    }

    pub(crate) fn resident_kib(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse()?)
    }

    pub(crate) fn end(mut self) -> anyhow::Result<()> {
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It has ended already unless the benchmark failed.
        self.0.kill().unwrap_or_default();
    }
}
