//! `cargo bench --bench domain`: searching for free times and taking them, beside the bare SQL that either rests on.
//!
//! Machines differ and are shared, so the figures that count are ratios: both sides take turns within one run.

mod book;
mod business;
mod commits;
mod growth;
mod load;
mod search;
mod statements;

use std::{
    io::{self, Write as _},
    time::Duration,
};

use vizit_sandbox::postgres::{Data, PrivatePostgres};

use self::{
    business::{Business, HORIZON},
    statements::Statements,
};

fn main() -> anyhow::Result<()> {
    search::run()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(with_a_database())
}

async fn with_a_database() -> anyhow::Result<()> {
    let postgres = PrivatePostgres::start(Data::Throwaway).await?;
    let statements = Statements::read()?;
    let days = u32::try_from(HORIZON)?;
    let business = Business::found(&postgres, "vizit", 0, days).await?;
    load::run(&business, &statements).await?;
    commits::run(&business, statements).await?;
    growth::run(&postgres).await?;
    postgres.stop().await;
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

fn median<T: PartialOrd + Copy + Default>(values: &[T]) -> T {
    let mut sorted = values.to_vec();
    sorted.sort_by(|one, other| one.partial_cmp(other).unwrap_or(std::cmp::Ordering::Equal));
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

fn ratio(one: Duration, other: Duration) -> f64 {
    one.as_secs_f64() / other.as_secs_f64()
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
