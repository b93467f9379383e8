//! `cargo bench --bench checkout`: how long somebody who pays waits for the bot's word, while nothing else happens and
//! while 200 people write ten times a second and the database is dumped.

#[path = "../stack/bot.rs"]
#[expect(dead_code, reason = "the costs of the process are measured elsewhere")]
mod bot;

use std::{
    io::{self, Write as _},
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use sqlx::PgPool;
use tokio::process::Command;
use tokio_util::sync::CancellationToken;
use vizit_sandbox::{
    CheckoutState, Clock, NewPerson, Options, Sandbox,
    postgres::{Data, PrivatePostgres},
};

use self::bot::{Bot, TOKEN};

/// People who write again and again.
const PEOPLE: i64 = 200;
/// People who pay, and how often they are asked for in all.
const PAYERS: i64 = 50;
const CHECKOUTS: usize = 3000;
/// Between two messages of the same person.
const BREATH: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_millis(5);
/// Rows of about a kilobyte that a dump has to read.
const BALLAST: i64 = 200_000;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let postgres = PrivatePostgres::start(Data::Throwaway).await?;
    let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(&postgres.url("postgres")).await?;
    sqlx::query("CREATE DATABASE vizit").execute(&mut admin).await?;
    let pool = vizit::db::connect(&postgres.url("vizit"), 2).await?;
    vizit::db::MIGRATOR.run(&pool).await?;
    let payloads = furnish(&pool).await?;

    let options =
        Options { token: TOKEN.to_owned(), port: 0, clock: Clock::running(), zone: chrono_tz::Tz::UTC };
    let sandbox = Sandbox::start(options).await?;
    let bot = Bot::start(sandbox.url(), &postgres.url("vizit"))?;
    let links = links(sandbox.url(), &payloads).await?;
    for id in 1..=PEOPLE {
        write(&sandbox, id);
    }
    settled(&sandbox).await?;

    say(&format!("{CHECKOUTS} checkouts, from the question to the answer, in milliseconds"))?;
    for _ in 0..2 {
        measure(&sandbox, &links, "nothing else happens").await?;
        let stop = CancellationToken::new();
        let dumps = dump(postgres.major(), postgres.url("vizit"), stop.clone());
        let crowd = crowd(&sandbox, &stop);
        let busy = format!("{PEOPLE} people write and the database is dumped");
        let (written, dumps, measured) = tokio::join!(crowd, dumps, async {
            let measured = measure(&sandbox, &links, &busy).await;
            stop.cancel();
            measured
        });
        measured?;
        say(&format!("    meanwhile {written} messages were sent to the bot, and {} dumps begun", dumps?))?;
        settled(&sandbox).await?;
    }
    bot.end()?;
    sandbox.stop().await;
    pool.close().await;
    postgres.stop().await;
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

fn write(sandbox: &Sandbox, id: i64) {
    let new = NewPerson { first_name: format!("Person {id}"), id: Some(id), ..NewPerson::default() };
    sandbox.telegram().add_person(new);
    sandbox.telegram().send_text(id, "/start");
}

/// Bookings that await payment, and rows that make a dump take its time; the payloads of their invoices.
async fn furnish(pool: &PgPool) -> anyhow::Result<Vec<String>> {
    let catalog =
        include_str!("../../tests/data/studio.toml").replace("\"EUR\"", "\"XTR\"").replace(".00\"", "\"");
    let plan =
        vizit::catalog::parse(&catalog).map_err(|faults| anyhow::anyhow!("the catalog: {faults:?}"))?;
    let clock = std::sync::Arc::new(vizit::clock::SystemClock);
    let services = vizit::services::Services::new(pool.clone(), clock, Vec::new());
    vizit::services::catalog::apply(&services, &plan).await?;
    sqlx::query(
        "INSERT INTO inbox (update_id, payload, state, correlation_id, received_at, not_before, finished_at) \
         SELECT n, repeat(md5(n::text), 30), 'done', gen_random_uuid(), at, at, at \
         FROM generate_series(1, $1) n, (SELECT '2099-01-01 00:00Z'::timestamptz AS at) t",
    )
    .bind(BALLAST)
    .execute(pool)
    .await?;
    let payloads = sqlx::query_scalar(
        "WITH people AS ( \
             INSERT INTO clients (telegram_id, name, language, created_at) \
             SELECT 10000 + n, 'Payer ' || n, 'en', '2020-01-01 00:00Z' FROM generate_series(1, $1) n \
             RETURNING id), \
         visits AS ( \
             INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied, zone, \
                                   hold_until, price_minor, currency, created_at, status_at, deposit_minor, deposit_reason) \
             SELECT gen_random_uuid(), p.id, m.id, l.id, 'awaiting_payment', s.at, s.at + interval '1 hour', \
                    tstzrange(s.at, s.at + interval '1 hour', '[)'), 'UTC', '2099-01-01 00:00Z', 60, 'XTR', \
                    '2020-01-01 00:00Z', '2020-01-01 00:00Z', 20, 'usual' \
             FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM people) p, \
                  (SELECT id FROM masters WHERE key = 'anna') m, (SELECT id FROM locations) l, \
                  LATERAL (SELECT '2099-02-01 00:00Z'::timestamptz + p.place * interval '2 hours' AS at) s \
             RETURNING id, client_id) \
         INSERT INTO invoices (payload, client_id, booking_id, purpose, method, amount_minor, currency, state, created_at, state_at) \
         SELECT gen_random_uuid(), client_id, id, 'deposit', 'stars', 20, 'XTR', 'open', '2020-01-01 00:00Z', '2020-01-01 00:00Z' \
         FROM visits ORDER BY id RETURNING payload::text",
    );
    Ok(payloads.bind(PAYERS).fetch_all(pool).await?)
}

/// The same invoices as links, which can be opened again and again.
async fn links(api: &str, payloads: &[String]) -> anyhow::Result<Vec<String>> {
    let client = reqwest::Client::new();
    let mut links = Vec::new();
    for payload in payloads {
        let invoice = serde_json::json!({
            "title": "Deposit", "description": "A visit", "payload": payload, "currency": "XTR",
            "prices": [{ "label": "Deposit", "amount": 20 }],
        });
        let url = format!("{api}/bot{TOKEN}/createInvoiceLink");
        let request = client.post(url).header("Content-Type", "application/json").body(invoice.to_string());
        let answer: serde_json::Value = serde_json::from_str(&request.send().await?.text().await?)?;
        links.push(answer.get("result").and_then(serde_json::Value::as_str).context("no link")?.to_owned());
    }
    Ok(links)
}

async fn measure(sandbox: &Sandbox, links: &[String], what: &str) -> anyhow::Result<()> {
    let telegram = sandbox.telegram();
    let mut times = Vec::with_capacity(CHECKOUTS);
    for (number, (payer, link)) in (10_001..).zip(links).cycle().enumerate().take(CHECKOUTS) {
        let mut changes = telegram.changes();
        let started = Instant::now();
        let id = telegram.checkout_link(payer, link).map_err(anyhow::Error::msg)?;
        loop {
            match telegram.checkout_state(&id) {
                Some(CheckoutState::Asked) => {}
                Some(CheckoutState::Approved) => break,
                other => anyhow::bail!("checkout {number}: {other:?}"),
            }
            changes.changed().await?;
        }
        times.push(started.elapsed());
        tokio::time::sleep(PAUSE).await;
    }
    times.sort_unstable();
    let at = |thousandths: usize| {
        let place = (times.len() * thousandths / 1000).min(times.len().saturating_sub(1));
        let micros = times.get(place).map_or(0, Duration::as_micros);
        format!("{}.{}", micros / 1000, micros % 1000 / 100)
    };
    say(&format!(
        "  {what}: half within {}, 99 % within {}, 99.9 % within {}, all within {}",
        at(500),
        at(990),
        at(999),
        at(1000)
    ))?;
    Ok(())
}

/// Everybody writes again and again; how many messages that were.
async fn crowd(sandbox: &Sandbox, stop: &CancellationToken) -> usize {
    let telegram = sandbox.telegram();
    let mut written = 0;
    while !stop.is_cancelled() {
        for id in 1..=PEOPLE {
            telegram.send_text(id, "/book");
            written += 1;
        }
        while telegram.pending_updates() > 0 && !stop.is_cancelled() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(BREATH).await;
    }
    written
}

/// Dumps the database again and again; how often.
async fn dump(major: u32, database: String, stop: CancellationToken) -> anyhow::Result<usize> {
    let installed = PathBuf::from(format!("/usr/lib/postgresql/{major}/bin/pg_dump"));
    let program = if installed.exists() { installed } else { PathBuf::from("pg_dump") };
    let mut dumps = 0;
    while !stop.is_cancelled() {
        let mut command = Command::new(&program);
        command.args(["--format=custom", "--dbname", &database]).stdout(Stdio::null()).stderr(Stdio::null());
        let mut dumping = command.kill_on_drop(true).spawn().context("pg_dump cannot be started")?;
        dumps += 1;
        tokio::select! {
            ended = dumping.wait() => anyhow::ensure!(ended?.success(), "pg_dump failed"),
            () = stop.cancelled() => {}
        }
    }
    Ok(dumps)
}

/// Waits until all is read.
async fn settled(sandbox: &Sandbox) -> anyhow::Result<()> {
    let started = Instant::now();
    while sandbox.telegram().pending_updates() > 0 {
        anyhow::ensure!(started.elapsed() < Duration::from_mins(2), "the bot did not come to rest");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    Ok(())
}
