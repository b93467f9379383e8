//! `cargo bench --bench outbox`: messages out of the outbox beside bare `sendMessage` calls, and what a look for due
//! reminders costs when a hundred thousand are planned.
//!
//! Machines differ and are shared, so the figures that count are ratios: both sides take turns within one run.

mod sample;

use std::{
    io::{self, Write as _},
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use sqlx::PgPool;
use teloxide::{
    Bot,
    payloads::SendMessageSetters as _,
    requests::Requester as _,
    types::{ChatId, InlineKeyboardButton, InlineKeyboardMarkup, ParseMode},
};
use tokio_util::sync::CancellationToken;
use vizit::{
    clock::SystemClock,
    services::{Services, reminders},
    telegram::{Bots, sender},
};
use vizit_sandbox::{
    Clock, Options, Sandbox,
    postgres::{Data, PrivatePostgres},
};

const TOKEN: &str = "7000004:a-token-for-benchmarks-alone";
/// Messages in a turn, and turns of each side. The first, in which connections are made, is not counted.
const MESSAGES: i64 = 3000;
const ROUNDS: usize = 5;
/// Calls at the same time by the bare client; the sender has as many.
const AT_ONCE: usize = 256;
const PLANNED: i64 = 100_000;
const LOOKS: usize = 400;

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let postgres = PrivatePostgres::start(Data::Throwaway).await?;
        sending(&postgres).await?;
        looking(&postgres).await?;
        postgres.stop().await;
        Ok(())
    })
}

async fn sending(postgres: &PrivatePostgres) -> anyhow::Result<()> {
    let zone = chrono_tz::Tz::Europe__Berlin;
    let options = Options { token: TOKEN.to_owned(), port: 0, clock: Clock::running(), zone };
    let sandbox = Sandbox::start(options).await?;
    let pool = sample::found(postgres, "sending", MESSAGES).await?;
    for person in sample::people(MESSAGES) {
        sandbox.telegram().has_written(person);
    }
    let services =
        Services { limits: None, ..Services::new(pool.clone(), Arc::new(SystemClock), Vec::new()) };
    let api: reqwest::Url = sandbox.url().parse()?;
    let bots = Bots::new(&TOKEN.to_owned().into(), Some(&api), None)?;
    let bare = Bot::new(TOKEN).set_api_url(api);
    let (text, keyboard) = (sample::TEXT, keyboard());
    let mut rates: [Vec<f64>; 3] = Default::default();
    for round in 0..=ROUNDS {
        for turn in 0..rates.len() {
            let side = (round + turn) % rates.len();
            let took = match side {
                0 => by_outbox(&services, &bots, round).await?,
                1 => by_hand(&bare, text, &keyboard, 1).await?,
                _ => by_hand(&bare, text, &keyboard, AT_ONCE).await?,
            };
            if round > 0
                && let Some(rates) = rates.get_mut(side)
            {
                rates.push(3000.0 / took.as_secs_f64());
            }
        }
    }
    let [outbox, single, many] = rates.map(|rates| median(&rates));
    say(&format!(
        "{MESSAGES} reminders to as many people, limits off\n  {outbox:>5.0} rows a second out of the outbox\n  \
         {single:>5.0} bare calls one after another: {:.2} of them\n  \
         {many:>5.0} bare calls, {AT_ONCE} at a time: {:.2} of them",
        outbox / single,
        outbox / many
    ))?;
    pool.close().await;
    sandbox.stop().await;
    Ok(())
}

/// From the commit of all rows to the last of them written down as sent.
async fn by_outbox(services: &Services, bots: &Bots, round: usize) -> anyhow::Result<Duration> {
    sample::queue(&services.pool, round, services.clock.now()).await?;
    let stop = CancellationToken::new();
    let started = Instant::now();
    let sending = sender::run(services.clone(), bots.clone(), stop.clone());
    let watching = async {
        while sample::is_any_waiting(&services.pool).await? {
            tokio::time::sleep(Duration::from_millis(15)).await;
        }
        let took = started.elapsed();
        stop.cancel();
        Ok::<Duration, anyhow::Error>(took)
    };
    let ((), took) = tokio::join!(sending, watching);
    anyhow::ensure!(sample::sent(&services.pool, round).await? == MESSAGES, "not all were sent");
    took
}

async fn by_hand(
    bot: &Bot,
    text: &str,
    keyboard: &InlineKeyboardMarkup,
    at_once: usize,
) -> anyhow::Result<Duration> {
    let started = Instant::now();
    stream::iter(sample::people(MESSAGES))
        .map(|person| {
            let call = bot.send_message(ChatId(person), text).parse_mode(ParseMode::Html);
            let call = call.reply_markup(keyboard.clone());
            async move { call.await.map(drop) }
        })
        .buffer_unordered(at_once)
        .try_collect::<()>()
        .await?;
    Ok(started.elapsed())
}

/// As many buttons as a reminder has.
fn keyboard() -> InlineKeyboardMarkup {
    let button = |label: &str| InlineKeyboardButton::callback(label, "1.cm.abcd~0");
    InlineKeyboardMarkup::new([
        vec![button("✅ I'm coming"), button("🏃 I'm late")],
        vec![button("📎 Add to calendar")],
        vec![button("🗂 My visits"), button("🏠 Home")],
    ])
}

async fn looking(postgres: &PrivatePostgres) -> anyhow::Result<()> {
    let empty = sample::found(postgres, "none_planned", 1).await?;
    let full = sample::found(postgres, "many_planned", 1000).await?;
    sample::plan(&full, PLANNED).await?;
    let services = |pool: &PgPool| Services::new(pool.clone(), Arc::new(SystemClock), Vec::new());
    let mut sides = [(services(&empty), Vec::new()), (services(&full), Vec::new())];
    for look in 0..LOOKS {
        for (services, times) in &mut sides {
            let started = Instant::now();
            anyhow::ensure!(reminders::send_due(services).await? == 0, "nothing is due");
            if look >= LOOKS / 10 {
                times.push(started.elapsed());
            }
        }
    }
    let [none, many] = sides.map(|(_, times)| median(&times));
    say(&format!(
        "a look for due reminders\n  {:>4} µs with none planned, {:>4} µs with {PLANNED}: {:.2} times",
        none.as_micros(),
        many.as_micros(),
        many.as_secs_f64() / none.as_secs_f64()
    ))?;
    empty.close().await;
    full.close().await;
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
