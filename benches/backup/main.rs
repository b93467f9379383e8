//! `cargo bench --bench backup`: a backup beside plain `pg_dump -Fc` of the same database, and what it takes of memory.
//! `VIZIT_BENCH_MEGABYTES=2048 cargo bench --bench backup` does it with a database of that size.

use std::{
    io::{self, Write as _},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::Context as _;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use vizit::{
    backup::parts::PART_BYTES,
    clock::{SharedClock, SystemClock},
    domain::backup::Stage,
    services::backup::{Proof, Setup, create},
};
use vizit_sandbox::postgres::{Data, PrivatePostgres};

const MEGABYTES: i64 = 256;
const ROUNDS: usize = 3;
const GLANCE: Duration = Duration::from_millis(10);

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    #[expect(clippy::disallowed_methods, reason = "a bench has no settings")]
    let wanted = std::env::var("VIZIT_BENCH_MEGABYTES").ok();
    let megabytes = wanted.map_or(Ok(MEGABYTES), |text| text.parse()).context("VIZIT_BENCH_MEGABYTES")?;
    let postgres = PrivatePostgres::start(Data::Throwaway).await?;
    let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(&postgres.url("postgres")).await?;
    sqlx::query("CREATE DATABASE vizit").execute(&mut admin).await?;
    let pool = vizit::db::connect(&postgres.url("vizit"), 2).await?;
    vizit::db::MIGRATOR.run(&pool).await?;
    fill(&pool, megabytes).await?;
    pool.close().await;
    say(&format!("a database of {megabytes} MB"))?;
    let folder = std::env::temp_dir().join(format!("vizit-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let setup = Setup {
        database_url: postgres.url("vizit").into(),
        passphrase: Some("cZ4/2bnYkW0q+VfU9sXo".into()),
        programs: None,
        work: folder.clone(),
        to: None,
        part_bytes: PART_BYTES,
    };
    for _ in 0..ROUNDS {
        let plain = plain(&postgres, &folder)?;
        let (written, all, memory) = ours(&setup).await?;
        let ratio = written.as_secs_f64() / plain.as_secs_f64();
        say(&format!(
            "pg_dump {:.2} s; written and encrypted {:.2} s, {ratio:.2} of it; proven after {:.2} s; memory {} MB above idle",
            plain.as_secs_f64(),
            written.as_secs_f64(),
            all.as_secs_f64(),
            memory / 1_000_000
        ))?;
    }
    std::fs::remove_dir_all(&folder)?;
    postgres.stop().await;
    Ok(())
}

/// Rows of about two kilobytes that hardly can be compressed, as texts and pictures are.
async fn fill(pool: &PgPool, megabytes: i64) -> anyhow::Result<()> {
    sqlx::query(
        "CREATE TABLE ballast AS SELECT n AS id, (SELECT string_agg(md5(n::text || i::text), '') \
         FROM generate_series(1, 62) i) AS text FROM generate_series(1, $1 * 500) n",
    )
    .bind(megabytes)
    .execute(pool)
    .await?;
    Ok(())
}

fn plain(postgres: &PrivatePostgres, folder: &std::path::Path) -> anyhow::Result<Duration> {
    let program = format!("/usr/lib/postgresql/{}/bin/pg_dump", postgres.major());
    let program = if std::path::Path::new(&program).exists() { program } else { "pg_dump".to_owned() };
    let file = folder.join("plain.dump");
    let began = Instant::now();
    let ended = std::process::Command::new(program)
        .args(["-Fc", "--file"])
        .arg(&file)
        .arg(postgres.url("vizit"))
        .stdin(Stdio::null())
        .status()?;
    anyhow::ensure!(ended.success(), "pg_dump failed");
    std::fs::remove_file(file)?;
    Ok(began.elapsed())
}

/// Until it was written, until it was proven, and the most memory that it took, in bytes.
async fn ours(setup: &Setup) -> anyhow::Result<(Duration, Duration, u64)> {
    let idle = resident()?;
    let (most, ends) = (Arc::new(AtomicU64::new(idle)), Arc::new(AtomicBool::new(false)));
    let watching = {
        let (most, ends) = (most.clone(), ends.clone());
        std::thread::spawn(move || {
            while !ends.load(Ordering::Relaxed) {
                most.fetch_max(resident().unwrap_or_default(), Ordering::Relaxed);
                std::thread::sleep(GLANCE);
            }
        })
    };
    let clock: SharedClock = Arc::new(SystemClock);
    let (stage, mut seen) = watch::channel(Stage::Reading);
    let began = Instant::now();
    let written = async { seen.wait_for(|stage| *stage == Stage::Proving).await.map(|_| began.elapsed()) };
    let stop = CancellationToken::new();
    let (made, written) = tokio::join!(Box::pin(create(setup, &clock, &stop, &stage)), written);
    let (finished, all) = (made?, began.elapsed());
    ends.store(true, Ordering::Relaxed);
    watching.join().map_err(|_| anyhow::anyhow!("nobody watched"))?;
    anyhow::ensure!(finished.report.proof == Proof::Proven, "it was not proven");
    Ok((written?, all, most.load(Ordering::Relaxed).saturating_sub(idle)))
}

/// Of this process, in bytes.
fn resident() -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kilobytes: u64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kilobytes * 1024)
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
