//! Two replicas, two thousand reminders that are due, and everything that can go wrong at once: one of the replicas is
//! killed every second, answers are lost after delivery, Telegram refuses for a while, and fails.

use std::{collections::HashMap, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::{process::Child, time::sleep};
use vizit_sandbox::{Fault, FaultKind};

use crate::harness::{TOKEN, World, program, run_without_bot};

const REMINDERS: i64 = 2000;
/// Messages that must never come twice, among them.
const DROPS: i64 = 100;
const KILLS: usize = 60;
const FIRST: i64 = 100_001;

/// A confirmed visit in three hours for each of two thousand people, whose last reminder is due now.
async fn prepare(t: &World, now: DateTime<Utc>) {
    for id in FIRST..FIRST + REMINDERS {
        t.sandbox.telegram().has_written(id);
    }
    sqlx::raw_sql(
        "INSERT INTO masters (key, names, position, active) \
         SELECT 'm' || n, '{\"en\": \"Master\"}', 100 + n, true FROM generate_series(1, 2000) n",
    )
    .execute(&t.pool)
    .await
    .expect("masters");
    for sql in [
        "INSERT INTO clients (telegram_id, name, language, created_at, consented_at) \
         SELECT 100000 + n, 'Person ' || n, 'en', $1, $1 FROM generate_series(1, 2000) n",
        "INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied, zone, \
                               price_minor, currency, created_at, status_at) \
         SELECT gen_random_uuid(), c.id, m.id, (SELECT min(id) FROM locations), 'confirmed', \
                $1 + interval '3 hours', $1 + interval '4 hours', \
                tstzrange($1 + interval '3 hours', $1 + interval '4 hours', '[)'), 'Europe/Berlin', 6000, 'EUR', $1, $1 \
         FROM generate_series(1, 2000) n JOIN clients c ON c.telegram_id = 100000 + n JOIN masters m ON m.key = 'm' || n",
        "INSERT INTO booking_items (booking_id, position, service_id, names, minutes, price_minor) \
         SELECT b.id, 0, (SELECT min(id) FROM services), '{\"en\": \"Massage\"}', 60, 6000 FROM bookings b \
         WHERE b.created_at = $1",
        "INSERT INTO booking_changes (booking_id, at, to_status, actor, correlation_id) \
         SELECT b.id, $1, 'confirmed', 'system', gen_random_uuid() FROM bookings b WHERE b.created_at = $1",
        "INSERT INTO reminders (booking_id, lead_days, lead_minutes, due_at, send_at, useful_until, state, state_at) \
         SELECT b.id, 0, 180, $1, $1, $1 + interval '165 minutes', 'planned', $1 FROM bookings b WHERE b.created_at = $1",
        "INSERT INTO outbox (dedupe_key, recipient, kind, payload, booking_id, priority, resends, state, created_at, not_before) \
         SELECT 'rated:' || b.id, c.telegram_id, 'rated', jsonb_build_object('booking', b.id), b.id, 1, false, 'waiting', $1, $1 \
         FROM bookings b JOIN clients c ON c.id = b.client_id WHERE c.telegram_id <= 100100 AND b.created_at = $1",
        "INSERT INTO ratings (booking_id, stars, rated_at) SELECT b.id, 5, $1 FROM bookings b WHERE b.created_at = $1",
    ] {
        sqlx::query(sql).bind(now).execute(&t.pool).await.expect("the sample");
    }
}

fn weather(t: &World) {
    for (percent, of) in [
        (5, FaultKind::AnswerLost),
        (5, FaultKind::TooManyRequests { retry_after: 1 }),
        (2, FaultKind::ServerError { status: 502 }),
    ] {
        t.sandbox.telegram().add_fault(Fault {
            method: Some("sendMessage".to_owned()),
            chat: None,
            kind: FaultKind::Share { percent, of: Box::new(of) },
            times: u32::MAX,
            after: 0,
        });
    }
}

fn replica(t: &World) -> Child {
    program::start(
        &["run"],
        &[
            ("TELOXIDE_TOKEN", TOKEN),
            ("TELOXIDE_API_URL", t.sandbox.url()),
            ("DATABASE_URL", t.database.url()),
            // More than Telegram takes, so that a minute is enough for all.
            ("MESSAGES_PER_SECOND", "60"),
        ],
    )
}

async fn count(t: &World, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&t.pool).await.expect("a count")
}

#[test]
fn every_reminder_arrives_though_replicas_are_killed_and_telegram_fails() {
    run_without_bot(async |t| {
        t.expects_refusals();
        prepare(t, t.sandbox.clock().now()).await;
        weather(t);
        let mut replicas = [replica(t), replica(t)];
        for kill in 0..KILLS {
            sleep(Duration::from_secs(1)).await;
            // Neither in turn nor by chance alone: a fixed row of zeros and ones without a pattern.
            let which = (kill * kill + kill / 3) % 2;
            replicas[which].kill().await.expect("kill -9");
            replicas[which] = replica(t);
        }
        let deadline = tokio::time::Instant::now() + Duration::from_secs(90);
        while count(t, "SELECT (SELECT count(*) FROM outbox WHERE state = 'waiting') + (SELECT count(*) FROM reminders WHERE state = 'planned')").await > 0 {
            assert!(tokio::time::Instant::now() < deadline, "not everything has ended");
            sleep(Duration::from_millis(200)).await;
        }
        for mut replica in replicas {
            replica.kill().await.expect("kill -9");
        }

        let heard = |person: i64, text: &str| {
            let messages = t.sandbox.telegram().chat(person).messages;
            messages.iter().filter(|message| message.from_bot && message.text.contains(text)).count()
        };
        let calls = t.sandbox.telegram().calls();
        let sends = || calls.iter().filter(|call| call.method == "sendMessage");
        let lost = sends().filter(|call| call.status == 0).count();
        let refused = sends().filter(|call| call.status == 429).count();
        let failed = sends().filter(|call| call.status >= 500).count();
        let mut times: HashMap<usize, i64> = HashMap::new();
        for person in FIRST..FIRST + REMINDERS {
            *times.entry(heard(person, "🔔 Your visit is")).or_default() += 1;
        }
        let twice: i64 = times
            .iter()
            .filter(|(times, _)| **times > 1)
            .map(|(times, people)| i64::try_from(times - 1).expect("small") * people)
            .sum();
        let drops: Vec<usize> =
            (FIRST..FIRST + DROPS).map(|person| heard(person, "A visit is no longer yours")).collect();
        let dropped = count(t, "SELECT count(*) FROM outbox WHERE state = 'dropped'").await;
        println!(
            "{REMINDERS} reminders, {KILLS} kills, {lost} answers lost, {refused} times 429, {failed} times 502: \
             {twice} sent again, {dropped} of {DROPS} dropped in doubt"
        );
        assert_eq!(times.get(&0).copied().unwrap_or_default(), 0, "every reminder arrives: {times:?}");
        assert!(drops.iter().all(|times| *times <= 1), "no message twice that must not come twice");
        let arrived = drops.iter().filter(|times| **times == 1).count();
        assert!(arrived >= 60, "{arrived} of {DROPS}");
        // Again comes only what nobody had confirmed: a lost answer, or a process killed before it could say so.
        let in_doubt = i64::try_from(lost + failed + KILLS * 4).expect("small");
        assert!(twice <= in_doubt, "{twice} of {in_doubt}");
        assert_eq!(count(t, "SELECT count(*) FROM outbox WHERE state = 'parked'").await, 0);
        // The next visits of this world are of no interest.
        sqlx::query("DELETE FROM bookings WHERE starts_at > $1")
            .bind(t.sandbox.clock().now() + TimeDelta::hours(1))
            .execute(&t.pool)
            .await
            .expect("done");
    });
}
