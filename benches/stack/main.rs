//! `cargo bench`: what an update costs through the whole stack, beside a bare teloxide bot that only echoes.
//!
//! Machines differ and are shared, so the figures that count are ratios within one run and counts of round trips.

mod bot;
mod echo;
mod wire;

use std::{
    io::{self, Write as _},
    time::{Duration, Instant},
};

use anyhow::Context as _;
use vizit_sandbox::{
    ButtonKind, Clock, Keyboard, NewPerson, Options, Sandbox,
    postgres::{Data, PrivatePostgres},
};

use self::{
    bot::{Bot, TOKEN},
    wire::Wire,
};

/// People who write at the same time, and how often each writes.
const PEOPLE: i64 = 200;
const MESSAGES: i64 = 50;
const CONVERSATIONS: i64 = 10_000;
/// Days over which those who book at once are spread.
const DAYS: usize = 7;
/// People who book at the same time, each at another time.
const AT_ONCE: i64 = 30;
/// How long one part of the benchmark may take.
const PATIENCE: Duration = Duration::from_mins(3);

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    match echo::url() {
        Some(url) => runtime.block_on(echo::run(&url)),
        None => runtime.block_on(bench()),
    }
}

async fn bench() -> anyhow::Result<()> {
    let postgres = PrivatePostgres::start(Data::Throwaway).await?;
    let mut admin = <sqlx::PgConnection as sqlx::Connection>::connect(&postgres.url("postgres")).await?;
    sqlx::query("CREATE DATABASE vizit").execute(&mut admin).await?;
    let pool = vizit::db::connect(&postgres.url("vizit"), 2).await?;
    vizit::db::MIGRATOR.run(&pool).await?;
    let plan = vizit::catalog::parse(include_str!("../../tests/data/studio.toml"))
        .map_err(|faults| anyhow::anyhow!("the catalog: {faults:?}"))?;
    let clock = std::sync::Arc::new(vizit::clock::SystemClock);
    let services = vizit::services::Services::new(pool.clone(), clock, Vec::new());
    vizit::services::catalog::apply(&services, &plan).await?;

    throughput(&postgres).await?;
    round_trips(&postgres).await?;
    memory(&postgres).await?;
    pool.close().await;
    postgres.stop().await;
    Ok(())
}

fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}

async fn sandbox() -> anyhow::Result<Sandbox> {
    let options =
        Options { token: TOKEN.to_owned(), port: 0, clock: Clock::running(), zone: chrono_tz::Tz::UTC };
    Sandbox::start(options).await
}

fn person(sandbox: &Sandbox, id: i64) -> i64 {
    let new = NewPerson { first_name: format!("Person {id}"), id: Some(id), ..NewPerson::default() };
    sandbox.telegram().add_person(new).id
}

/// Waits until the bot has made `calls` calls of a method.
async fn until(sandbox: &Sandbox, method: &str, calls: usize) -> anyhow::Result<()> {
    let started = Instant::now();
    loop {
        let made = sandbox.telegram().calls().iter().filter(|call| call.method == method).count();
        if made >= calls {
            return Ok(());
        }
        anyhow::ensure!(started.elapsed() < PATIENCE, "{made} of {calls} calls of {method}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Everybody writes; each message is answered by one message. The warm-up is not counted.
async fn throughput(postgres: &PrivatePostgres) -> anyhow::Result<()> {
    say(&format!("{PEOPLE} people, {MESSAGES} messages each, one answer to each message"))?;
    let mut costs = Vec::new();
    for name in ["echo", "vizit", "echo", "vizit"] {
        let sandbox = sandbox().await?;
        let bot = match name {
            "echo" => echo::start(sandbox.url())?,
            _ => Bot::start(sandbox.url(), &postgres.url("vizit"))?,
        };
        for id in 1..=PEOPLE {
            sandbox.telegram().send_text(person(&sandbox, id), "hello");
        }
        let people = usize::try_from(PEOPLE)?;
        until(&sandbox, "sendMessage", people).await?;
        let (started, cpu) = (Instant::now(), bot.cpu()?);
        for _ in 0..MESSAGES {
            for id in 1..=PEOPLE {
                sandbox.telegram().send_text(id, "hello");
            }
        }
        let updates = usize::try_from(PEOPLE * MESSAGES)?;
        until(&sandbox, "sendMessage", people + updates).await?;
        let (wall, cpu) = (started.elapsed(), bot.cpu()?.saturating_sub(cpu));
        let updates = u32::try_from(updates)?;
        let per_core = u128::from(updates) * 1_000_000 / cpu.as_micros().max(1);
        say(&format!(
            "  {name:<6} {:>6} updates/s, {per_core:>6} updates/s per core of the bot, {:>4} us of its CPU each",
            u128::from(updates) * 1_000_000 / wall.as_micros().max(1),
            cpu.as_micros() / u128::from(updates),
        ))?;
        costs.push(cpu.as_micros());
        bot.end()?;
        sandbox.stop().await;
    }
    if let [echo, vizit, echo_again, vizit_again] = costs.as_slice() {
        let hundredths = (vizit + vizit_again) * 100 / (echo + echo_again).max(1);
        say(&format!(
            "  an update costs vizit {}.{:02} times the echo's CPU",
            hundredths / 100,
            hundredths % 100
        ))?;
    }
    Ok(())
}

/// What people do on the way to a visit.
const WAY: [&str; 10] =
    ["/start", "I agree", "Skip", "Book a visit", "Massage", "Next", "master", "day", "time", "Confirm"];

/// Each step of a booking by one person alone, and by many at once; then many messages at once.
async fn round_trips(postgres: &PrivatePostgres) -> anyhow::Result<()> {
    say("round trips to the database for each tap, everything from keeping the update to finishing it")?;
    let sandbox = sandbox().await?;
    let wire = Wire::start(&postgres.url("vizit"))?;
    let bot = Bot::start(sandbox.url(), wire.url())?;
    // At first each connection prepares its statements, which takes round trips of its own.
    book(&sandbox, &wire, "Boris", 20_000..20_000 + AT_ONCE).await?;
    book(&sandbox, &wire, "Boris", 21_000..21_001).await?;
    let alone = book(&sandbox, &wire, "Boris", 21_001..21_002).await?;
    let at_once = book(&sandbox, &wire, "Anna", 22_000..22_000 + AT_ONCE).await?;
    say(&format!("  {:<14} alone  {AT_ONCE} people at once", ""))?;
    for ((step, alone), at_once) in WAY.iter().zip(&alone).zip(&at_once) {
        say(&format!(
            "  {step:<14} {:>5}  {:>5}",
            tenths(*alone, 1),
            tenths(*at_once, usize::try_from(AT_ONCE)?)
        ))?;
    }
    let before = wire.settled().await;
    let answered = sandbox.telegram().calls().iter().filter(|call| call.method == "sendMessage").count();
    let updates = usize::try_from(PEOPLE * 10)?;
    for _ in 0..10 {
        for id in 1..=PEOPLE {
            sandbox.telegram().send_text(person(&sandbox, id), "hello");
        }
    }
    until(&sandbox, "sendMessage", answered + updates).await?;
    let trips = wire.settled().await - before;
    say(&format!("  {:<14}        {:>5}", "stray message", tenths(trips, updates)))?;
    bot.end()?;
    sandbox.stop().await;
    Ok(())
}

/// The round trips of each step, summed over all people, who take each step together.
async fn book(
    sandbox: &Sandbox,
    wire: &Wire,
    master: &str,
    people: std::ops::Range<i64>,
) -> anyhow::Result<Vec<usize>> {
    let mut trips = Vec::new();
    for step in WAY {
        let before = wire.settled().await;
        for (number, id) in people.clone().enumerate() {
            let id = person(sandbox, id);
            match step {
                "/start" | "Skip" => {
                    sandbox.telegram().send_text(id, step);
                }
                "master" => tap(sandbox, id, master, number)?,
                // Everybody wants another time.
                label => tap(sandbox, id, label, number)?,
            }
        }
        trips.push(wire.settled_after(before).await - before);
    }
    Ok(trips)
}

fn tenths(total: usize, count: usize) -> String {
    let tenths = total * 10 / count.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// Taps the button that says this; of days and times, the one for the person of this number.
fn tap(sandbox: &Sandbox, person: i64, label: &str, number: usize) -> anyhow::Result<()> {
    let fits = |text: &str| match label {
        "day" => text.parse::<u8>().is_ok(),
        "time" => text.len() == 5 && text.contains(':'),
        label => text.contains(label),
    };
    let messages = sandbox.telegram().chat(person).messages;
    let found = messages.iter().rev().find_map(|message| match &message.keyboard {
        Keyboard::Inline(rows) => {
            let buttons: Vec<_> = rows.iter().flatten().filter(|button| fits(&button.text)).collect();
            let place = match label {
                "day" => number % DAYS.min(buttons.len()).max(1),
                // Far enough from each other for a visit and its buffer.
                "time" => (number / DAYS * 3) % buttons.len().max(1),
                _ => 0,
            };
            match &buttons.get(place)?.kind {
                ButtonKind::Data(data) => Some((message.id, data.clone())),
                ButtonKind::Url(_) | ButtonKind::Other(_) => None,
            }
        }
        Keyboard::None | Keyboard::Reply { .. } | Keyboard::Remove => None,
    });
    let (message, data) = found.with_context(|| {
        format!("no button {label} after {:?}", messages.last().map(|message| &message.text))
    })?;
    sandbox.telegram().tap(person, message, &data);
    Ok(())
}

async fn memory(postgres: &PrivatePostgres) -> anyhow::Result<()> {
    let sandbox = sandbox().await?;
    let bot = Bot::start(sandbox.url(), &postgres.url("vizit"))?;
    sandbox.telegram().send_text(person(&sandbox, 1), "hello");
    until(&sandbox, "sendMessage", 1).await?;
    let idle = bot.resident_kib()?;
    for id in 30_000..30_000 + CONVERSATIONS {
        sandbox.telegram().send_text(person(&sandbox, id), "/start");
    }
    until(&sandbox, "sendMessage", usize::try_from(CONVERSATIONS)? + 1).await?;
    let after = bot.resident_kib()?;
    say(&format!(
        "resident memory of vizit run: {idle} KiB idle, {after} KiB after {CONVERSATIONS} conversations"
    ))?;
    bot.end()?;
    sandbox.stop().await;
    Ok(())
}
