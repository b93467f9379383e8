//! The bot is killed at any moment: no update is lost, none is applied twice.

use std::time::Duration;

use tokio::{process::Child, time::sleep};
use vizit_sandbox::{Fault, FaultKind};

use crate::harness::{TOKEN, World, program, run_without_bot};

fn start(t: &World) -> Child {
    let api = t.sandbox.url();
    program::start(
        &["run"],
        &[("TELOXIDE_TOKEN", TOKEN), ("TELOXIDE_API_URL", api), ("DATABASE_URL", t.database.url())],
    )
}

async fn kill(mut bot: Child) {
    bot.kill().await.expect("kill -9");
}

/// How often each person's conversation has moved on since it began.
async fn steps(t: &World, person: i64) -> i64 {
    let rev: Option<i64> = sqlx::query_scalar("SELECT rev FROM conversations WHERE telegram_id = $1")
        .bind(person)
        .fetch_optional(&t.pool)
        .await
        .expect("the conversation");
    rev.unwrap_or(1) - 1
}

async fn count(t: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&t.pool).await.expect("a count")
}

#[test]
fn killed_at_many_moments_the_bot_applies_every_update_exactly_once() {
    run_without_bot(async |t| {
        let people: Vec<_> = (0..6).map(|number| t.stranger(&format!("Person {number}"), "en")).collect();
        let mut sent = 0;
        let mut bot = start(t);
        for round in 0..24u64 {
            for person in &people {
                t.sandbox.telegram().send_text(person.id, "hello");
            }
            sent += 1;
            // From before the first update is fetched to after the last one is answered.
            sleep(Duration::from_millis((round * 37) % 260)).await;
            kill(bot).await;
            bot = start(t);
        }
        t.settle().await;
        kill(bot).await;
        for person in &people {
            assert_eq!(steps(t, person.id).await, sent, "each update once");
            assert_eq!(
                person.messages().iter().filter(|message| !message.from_bot).count(),
                usize::try_from(sent).expect("small")
            );
            let answers = person.messages().iter().filter(|message| message.from_bot).count();
            assert!(answers >= usize::try_from(sent).expect("small"), "{answers} answers to {sent} messages");
        }
        assert_eq!(count(t, "SELECT count(*) FROM inbox WHERE state <> 'done'").await, 0);
        assert_eq!(count(t, "SELECT count(*) FROM inbox").await, sent * 6);
    });
}

#[test]
fn killed_between_booking_and_saying_so_the_bot_says_so_after_all() {
    run_without_bot(async |t| {
        let mut bot = start(t);
        let ann = t.client("Ann").await;
        ann.says("/book").await;
        ann.taps("Massage").await;
        ann.taps("Next").await;
        ann.taps("Anna").await;
        let day = ann.labels().into_iter().find(|label| label.parse::<u8>().is_ok()).expect("a free day");
        ann.taps_exactly(&day).await;
        let time = ann.labels().into_iter().find(|label| label.contains(':')).expect("a free time");
        for step in [time.as_str(), "Confirm"] {
            let slow = Fault {
                method: Some("editMessageText".to_owned()),
                chat: Some(ann.id),
                kind: FaultKind::Slow { by: Duration::from_secs(5) },
                times: 1,
                after: 0,
            };
            t.sandbox.telegram().add_fault(slow);
            ann.taps_without_waiting(step);
            // The tap has been applied, and its screen is on the way.
            while count(t, "SELECT count(*) FROM inbox WHERE state = 'applied'").await == 0 {
                sleep(Duration::from_millis(2)).await;
            }
            kill(bot).await;
            t.sandbox.telegram().clear_faults();
            bot = start(t);
            t.settle().await;
        }
        ann.sees("Your visit is booked");
        assert_eq!(count(t, "SELECT count(*) FROM bookings").await, 1);
        assert_eq!(
            count(t, "SELECT count(*) FROM booking_changes").await,
            2,
            "held and confirmed, each once"
        );
        kill(bot).await;
    });
}

#[test]
fn told_to_end_the_bot_finishes_what_it_has_begun() {
    run_without_bot(async |t| {
        let mut bot = start(t);
        let ann = t.client("Ann").await;
        let slow = Fault {
            method: Some("sendMessage".to_owned()),
            chat: Some(ann.id),
            kind: FaultKind::Slow { by: Duration::from_secs(1) },
            times: 1,
            after: 0,
        };
        t.sandbox.telegram().add_fault(slow);
        t.sandbox.telegram().send_text(ann.id, "/help");
        while count(t, "SELECT count(*) FROM inbox WHERE state = 'applied'").await == 0 {
            sleep(Duration::from_millis(2)).await;
        }
        let pid = rustix::process::Pid::from_raw(bot.id().expect("it runs").cast_signed()).expect("a pid");
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("SIGTERM");
        let ended = tokio::time::timeout(Duration::from_secs(25), bot.wait())
            .await
            .expect("in time")
            .expect("a status");
        assert!(ended.success(), "{ended}");
        ann.sees("How it works");
        assert_eq!(count(t, "SELECT count(*) FROM inbox WHERE state <> 'done'").await, 0);
    });
}
