//! Every message arrives, in time, within Telegram's limits, and over crashes.

use std::time::Duration;

use chrono::TimeDelta;
use vizit::{domain::job::Job, services::jobs};
use vizit_sandbox::{Fault, FaultKind, NewPerson};

use crate::harness::{ADMIN, ANNA, TOKEN, World, program, run, run_with_limits, run_without_bot};

async fn count(t: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&t.pool).await.expect("a count")
}

/// Puts messages to the admin's own chat, or to others', into the outbox.
async fn put(t: &World, key: &str, recipient: i64, kind: &str, payload: &str, priority: i16) {
    sqlx::query(
        "INSERT INTO outbox (dedupe_key, recipient, kind, payload, priority, resends, state, created_at, not_before) \
         VALUES ($1, $2, $3, $4::jsonb, $5, true, 'waiting', $6, $6)",
    )
    .bind(key)
    .bind(recipient)
    .bind(kind)
    .bind(payload)
    .bind(priority)
    .bind(t.sandbox.clock().now())
    .execute(&t.pool)
    .await
    .expect("a message");
}

/// People who have written to the bot.
fn crowd(t: &World, from: i64, count: i64) -> Vec<i64> {
    let telegram = t.sandbox.telegram();
    (from..from + count)
        .inspect(|id| {
            let id = *id;
            let first_name = format!("Person {id}");
            telegram.add_person(NewPerson { id: Some(id), first_name, ..NewPerson::default() });
            // Telegram lets a bot write to whoever has written to it; the bot need not know of it.
            telegram.has_written(id);
        })
        .collect()
}

fn heard(t: &World, person: i64, text: &str) -> usize {
    let messages = t.sandbox.telegram().chat(person).messages;
    messages.iter().filter(|message| message.from_bot && message.text.contains(text)).count()
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    while !is_so().await {
        assert!(tokio::time::Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[test]
fn a_second_message_with_the_same_key_is_not_kept() {
    run(async |t| {
        t.person(ANNA, "Anna").says("/start").await;
        let ann = t.client("Ann").await;
        ann.books(&["Massage"], "Anna", "26", "10:00").await;
        let before = count(t, "SELECT count(*) FROM outbox").await;
        sqlx::query("UPDATE bookings SET outcome_asked_at = NULL").execute(&t.pool).await.expect("anew");
        t.advance(TimeDelta::hours(74));
        t.settle().await;
        let asked = count(t, "SELECT count(*) FROM outbox WHERE kind = 'outcome_ask'").await;
        sqlx::query("UPDATE bookings SET outcome_asked_at = NULL").execute(&t.pool).await.expect("anew");
        t.settle().await;
        assert_eq!(count(t, "SELECT count(*) FROM outbox WHERE kind = 'outcome_ask'").await, asked);
        assert!(asked == 1 && before > 0);
    });
}

/// The clock stands still, so whatever goes within one instant is a burst.
#[test]
fn limits_hold_over_all_chats() {
    run_with_limits("10", async |t| {
        let people = crowd(t, 9001, 12);
        for person in &people {
            put(t, &format!("a{person}"), *person, "parked", r#"{"count": 1}"#, 2).await;
        }
        for number in 0..5 {
            put(t, &format!("b{number}"), people[0], "parked", r#"{"count": 2}"#, 1).await;
        }
        let sent = async || count(t, "SELECT count(*) FROM outbox WHERE state = 'sent'").await;
        until("the burst has gone", async || sent().await >= 1).await;
        tokio::time::sleep(Duration::from_millis(1500)).await;
        assert_eq!(sent().await, 1, "a burst of one at ten a second");
        let mut most = 0;
        for _ in 0..40 {
            let before = sent().await;
            t.advance(TimeDelta::milliseconds(500));
            tokio::time::sleep(Duration::from_millis(150)).await;
            most = most.max(sent().await - before);
        }
        until("all have gone", async || {
            t.advance(TimeDelta::milliseconds(200));
            sent().await == 17
        })
        .await;
        assert!(most <= 6, "{most} within half a second");
        assert_eq!(heard(t, people[0], "2 messages could not be sent"), 5);
        t.stop().await;
    });
}

#[test]
fn in_one_chat_three_go_at_once_and_then_one_a_second() {
    run_with_limits("1000", async |t| {
        let people = crowd(t, 9001, 1);
        for number in 0..6 {
            put(t, &format!("c{number}"), people[0], "parked", r#"{"count": 2}"#, 1).await;
        }
        let told = || heard(t, people[0], "2 messages could not be sent");
        for expected in 3..=6 {
            until("the next one has gone", async || told() >= expected).await;
            tokio::time::sleep(Duration::from_millis(500)).await;
            assert_eq!(told(), expected);
            t.advance(TimeDelta::seconds(1));
        }
        t.stop().await;
    });
}

#[test]
fn a_flood_limit_of_one_chat_delays_no_other() {
    run(async |t| {
        t.expects_refusals();
        let people = crowd(t, 9001, 20);
        t.sandbox.telegram().add_fault(Fault {
            method: Some("sendMessage".to_owned()),
            chat: Some(people[0]),
            kind: FaultKind::TooManyRequests { retry_after: 30 },
            times: 1,
            after: 0,
        });
        put(t, "first", people[0], "parked", r#"{"count": 1}"#, 0).await;
        until("the refusal is kept", async || {
            count(
                t,
                "SELECT count(*) FROM outbox WHERE attempts = 1 AND state = 'waiting' AND lease_id IS NULL",
            )
            .await
                == 1
        })
        .await;
        put(t, "second", people[0], "parked", r#"{"count": 2}"#, 0).await;
        for person in &people[1..] {
            put(t, &format!("p{person}"), *person, "parked", r#"{"count": 3}"#, 3).await;
        }
        until("all others have gone", async || {
            count(t, "SELECT count(*) FROM outbox WHERE state = 'sent'").await == 19
        })
        .await;
        assert_eq!(heard(t, people[0], "could not be sent"), 0);
        t.advance(TimeDelta::seconds(29));
        tokio::time::sleep(Duration::from_millis(1200)).await;
        assert_eq!(heard(t, people[0], "could not be sent"), 0, "Telegram asked for thirty seconds");
        t.advance(TimeDelta::seconds(2));
        until("both have gone", async || {
            count(t, "SELECT count(*) FROM outbox WHERE state = 'sent'").await == 21
        })
        .await;
        let messages = t.sandbox.telegram().chat(people[0]).messages;
        let texts: Vec<_> =
            messages.iter().filter(|message| message.from_bot).map(|message| &message.text).collect();
        assert!(texts[0].contains("1 message") && texts[1].contains("2 messages"), "in order: {texts:?}");
    });
}

const SENT: &str = "SELECT count(*) FROM outbox WHERE state = 'sent'";

#[test]
fn a_hundred_digests_delay_no_confirmation_by_more_than_two_seconds() {
    run_with_limits("30", async |t| {
        let people = crowd(t, 9001, 100);
        for person in &people {
            put(t, &format!("d{person}"), *person, "parked", r#"{"count": 9}"#, 3).await;
        }
        until("some have gone", async || count(t, SENT).await > 0).await;
        put(t, "confirmed", ADMIN, "parked", r#"{"count": 7}"#, 0).await;
        crowd(t, ADMIN, 1);
        let began = t.sandbox.clock().now();
        // The clock goes on only when what it allows has gone, so that a slow machine changes nothing.
        while heard(t, ADMIN, "7 messages could not be sent") == 0 {
            let sent = count(t, SENT).await;
            t.advance(TimeDelta::milliseconds(34));
            until("the next has gone", async || count(t, SENT).await > sent).await;
        }
        let took = t.sandbox.clock().now() - began;
        assert!(took <= TimeDelta::seconds(2), "{took}");
        assert!(
            count(t, "SELECT count(*) FROM outbox WHERE state = 'waiting'").await > 50,
            "they still wait"
        );
        t.stop().await;
    });
}

/// Each jump of the clock makes all jobs run, and makes all of them overdue until they have.
#[test]
fn a_job_that_keeps_failing_is_reported_and_no_other() {
    run(async |t| {
        t.expects_errors();
        let olga = t.person(ADMIN, "Olga");
        olga.says("/start").await;
        let looked = "SELECT count(*) FROM jobs WHERE name = 'job_watch' AND succeeded_at >= $1";
        let look = async |t: &mut World| {
            t.advance(TimeDelta::minutes(5));
            let now = t.sandbox.clock().now();
            until("the watch has looked", async || {
                let looked = sqlx::query_scalar(looked).bind(now).fetch_one(&t.pool).await;
                looked.is_ok_and(|looked: i64| looked == 1)
            })
            .await;
        };
        for _ in 0..3 {
            look(t).await;
        }
        t.settle().await;
        assert_eq!(olga.heard("has not succeeded"), 0, "all is well");
        sqlx::raw_sql("ALTER TABLE waitlist RENAME TO elsewhere").execute(&t.pool).await.expect("a rename");
        for _ in 0..3 {
            look(t).await;
        }
        sqlx::raw_sql("ALTER TABLE elsewhere RENAME TO waitlist").execute(&t.pool).await.expect("a rename");
        olga.waits_for("waitlist_offer").await;
        let late = count(t, "SELECT count(*) FROM outbox WHERE kind = 'job_late'").await;
        assert_eq!(late, 1, "once a day, and of this job alone");
    });
}

#[test]
fn the_watch_comes_last_and_waits_for_what_another_replica_runs() {
    run_without_bot(async |t| {
        let services = t.services();
        let leased = jobs::lease(&services, &Job::ALL).await.expect("leases");
        let order: Vec<Job> = leased.iter().map(|(job, _)| *job).collect();
        assert_eq!(order, Job::ALL);
        let mut suspects = jobs::Suspects::new();
        t.advance(TimeDelta::minutes(1));
        for _ in 0..2 {
            let told = jobs::run(&services, Job::JobWatch, &mut suspects).await.expect("a look");
            assert_eq!((told, suspects.len()), (0, 0), "all of them are running");
        }
        t.advance(TimeDelta::seconds(70));
        for told in [0, 5] {
            let looked = jobs::run(&services, Job::JobWatch, &mut suspects).await.expect("a look");
            assert_eq!(looked, told, "their leases have run out without a word: {suspects:?}");
        }
        t.expects_errors();
    });
}

/// Otherwise the watch, which comes last, would take for overdue what has just run.
#[test]
fn a_job_s_success_is_written_down_while_the_next_still_runs() {
    run(async |t| {
        let mut lock = t.pool.begin().await.expect("a transaction");
        sqlx::raw_sql("LOCK TABLE waitlist IN ACCESS EXCLUSIVE MODE")
            .execute(&mut *lock)
            .await
            .expect("a lock");
        t.advance(TimeDelta::minutes(5));
        let now = t.sandbox.clock().now();
        until("what came before the locked table has its word", async || {
            let well = "SELECT count(*) FROM jobs WHERE name IN ('hold_cleanup', 'reminder_send') AND succeeded_at >= $1";
            sqlx::query_scalar(well).bind(now).fetch_one(&t.pool).await.is_ok_and(|well: i64| well == 2)
        })
        .await;
        let waits = "SELECT count(*) FROM jobs WHERE name = 'waitlist_offer' AND lease_id IS NOT NULL";
        assert_eq!(count(t, waits).await, 1, "it waits for the table");
        lock.rollback().await.expect("the lock is given up");
    });
}

#[test]
fn what_is_tried_enough_is_parked_and_can_be_sent_or_dropped() {
    run_without_bot(async |t| {
        t.expects_refusals();
        crowd(t, ADMIN, 1);
        t.sandbox.telegram().add_fault(Fault {
            method: Some("sendMessage".to_owned()),
            chat: Some(ADMIN),
            kind: FaultKind::ServerError { status: 403 },
            times: 1,
            after: 0,
        });
        put(t, "moon", ADMIN, "moon", "{}", 0).await;
        let api = t.sandbox.url().to_owned();
        let url = t.database.url().to_owned();
        let variables =
            [("TELOXIDE_TOKEN", TOKEN), ("TELOXIDE_API_URL", api.as_str()), ("DATABASE_URL", url.as_str())];
        let mut bot = program::start(&["run"], &variables);
        until("it is parked", async || {
            count(t, "SELECT count(*) FROM outbox WHERE state = 'parked'").await == 1
        })
        .await;
        bot.kill().await.expect("kill -9");
        let (well, said) = program::vizit(&["outbox", "list"], &variables).await;
        assert!(well && said.contains("moon to 4001, 1 tries") && said.contains("unknown kind"), "{said}");
        let id = said.split(' ').next().expect("a number").to_owned();
        let (well, said) = program::vizit(&["outbox", "retry", &id], &variables).await;
        assert!(well && said.contains("to be sent: 1"), "{said}");
        let (well, said) = program::vizit(&["outbox", "drop", &id], &variables).await;
        assert!(well && said.contains("dropped: 1"), "{said}");
        let (well, said) = program::vizit(&["outbox", "drop", "123456789"], &variables).await;
        assert!(!well && said.contains("1 of these cannot be dropped"), "{said}");
        let (_, said) = program::vizit(&["jobs"], &variables).await;
        for job in ["hold_cleanup", "reminder_send", "visit_outcome", "digest"] {
            assert!(said.contains(&format!("{job}: last run")), "{job} is not in {said}");
        }
        // It comes last, and not in the first seconds.
        assert!(said.contains("job_watch: "), "{said}");
    });
}

#[test]
fn a_message_whose_sender_was_killed_is_taken_up_and_a_drop_kind_is_not() {
    run_without_bot(async |t| {
        crowd(t, 9001, 3);
        put(t, "resend", 9001, "parked", r#"{"count": 1}"#, 0).await;
        put(t, "drop", 9002, "news", r#"{"at": "2026-11-23T08:00:00Z"}"#, 0).await;
        put(t, "useless", 9003, "parked", r#"{"count": 1}"#, 0).await;
        // As a process leaves them that is killed between its claim and its word.
        sqlx::query(
            "UPDATE outbox SET lease_id = gen_random_uuid(), lease_until = $1, attempts = 1, resends = (kind = 'parked')",
        )
        .bind(t.sandbox.clock().now() - TimeDelta::seconds(1))
        .execute(&t.pool)
        .await
        .expect("leases");
        // It can be taken up by nobody any more, and must not stand in the way of the next.
        sqlx::query("UPDATE outbox SET useful_until = $1 WHERE dedupe_key = 'useless'")
            .bind(t.sandbox.clock().now() - TimeDelta::minutes(1))
            .execute(&t.pool)
            .await
            .expect("too late");
        put(t, "next", 9003, "parked", r#"{"count": 2}"#, 0).await;
        let api = t.sandbox.url().to_owned();
        let url = t.database.url().to_owned();
        let mut bot = program::start(
            &["run"],
            &[("TELOXIDE_TOKEN", TOKEN), ("TELOXIDE_API_URL", &api), ("DATABASE_URL", &url)],
        );
        until("all have ended", async || {
            count(t, "SELECT count(*) FROM outbox WHERE state <> 'waiting'").await == 4
        })
        .await;
        bot.kill().await.expect("kill -9");
        assert_eq!(heard(t, 9001, "could not be sent"), 1);
        assert_eq!(heard(t, 9003, "2 messages could not be sent"), 1);
        assert_eq!(
            count(t, "SELECT count(*) FROM outbox WHERE dedupe_key = 'drop' AND state = 'dropped'").await,
            1
        );
    });
}
