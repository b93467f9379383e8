//! What a restored backup had begun, and how old the last good one is.

use chrono::TimeDelta;

use super::support::{Folder, back_up, execute, restore};
use crate::harness::{ADMIN, Database, VERA, World, run};

async fn table(url: &str, sql: &'static str) -> Vec<(String, String)> {
    let pool = sqlx::PgPool::connect(url).await.expect("a database");
    let rows = sqlx::query_as(sql).fetch_all(&pool).await.expect("rows");
    pool.close().await;
    rows
}

#[test]
fn what_was_in_progress_is_ended_by_a_restore() {
    run(async |t| {
        t.stop().await;
        // The program that restores goes by the machine's clock.
        execute(
            &t.pool,
            "INSERT INTO backups (asked_at, state, state_at, lease_id, lease_until, attempts) \
                 VALUES ('2026-11-23', 'running', '2026-11-23', gen_random_uuid(), '2100-01-01', 1); \
             INSERT INTO outbox (dedupe_key, recipient, kind, payload, priority, resends, state, created_at, not_before, \
                                 useful_until, lease_id, lease_until) VALUES \
                 ('reminder', 1, 'parked', '1', 1, true, 'waiting', '2020-01-01', '2020-01-01', NULL, NULL, NULL), \
                 ('in flight', 2, 'parked', '1', 1, true, 'waiting', '2020-01-01', '2020-01-01', NULL, gen_random_uuid(), '2100-01-01'), \
                 ('once', 3, 'news', '1', 1, false, 'waiting', '2020-01-01', '2020-01-01', NULL, NULL, NULL), \
                 ('once in flight', 3, 'news', '1', 1, false, 'waiting', '2020-01-01', '2020-01-01', NULL, gen_random_uuid(), '2100-01-01'), \
                 ('once, not due yet', 3, 'news', '1', 1, false, 'waiting', '2020-01-01', '2100-01-01', NULL, NULL, NULL); \
             INSERT INTO inbox (update_id, person, payload, state, correlation_id, received_at, not_before, lease_id, lease_until) \
                 VALUES (7, 1, '{}', 'received', gen_random_uuid(), '2020-01-01', '2020-01-01', gen_random_uuid(), '2100-01-01'); \
             UPDATE jobs SET lease_id = gen_random_uuid(), lease_until = '2100-01-01'"
                .to_owned(),
        )
        .await;
        let folder = Folder::new();
        assert!(back_up(t.database.url(), &folder, &[]).await.0);
        let other = Database::empty().await;
        let (well, said) = restore(other.url(), &folder, &folder.backup(), &[]).await;
        assert!(well && said.contains("2 messages that may have arrived since are not sent again"), "{said}");
        let backups =
            table(other.url(), "SELECT state::text, error FROM backups WHERE lease_id IS NULL").await;
        assert_eq!(backups, [("failed".to_owned(), "left behind by a restore".to_owned())]);
        let outbox = table(
            other.url(),
            "SELECT dedupe_key, state::text FROM outbox WHERE lease_id IS NULL AND created_at = '2020-01-01' ORDER BY id",
        )
        .await;
        let states: Vec<(&str, &str)> =
            outbox.iter().map(|(key, state)| (key.as_str(), state.as_str())).collect();
        assert_eq!(
            states,
            [
                ("reminder", "waiting"),
                ("in flight", "waiting"),
                ("once", "dropped"),
                ("once in flight", "dropped"),
                ("once, not due yet", "waiting"),
            ]
        );
        let leased = "SELECT 'inbox', update_id::text FROM inbox WHERE lease_id IS NOT NULL \
                      UNION ALL SELECT 'jobs', name::text FROM jobs WHERE lease_id IS NOT NULL";
        assert_eq!(table(other.url(), leased).await, []);
        other.remove().await;
        execute(
            &t.pool,
            "DELETE FROM backups; DELETE FROM outbox WHERE created_at = '2020-01-01'; DELETE FROM inbox WHERE update_id = 7"
                .to_owned(),
        )
        .await;
    });
}

/// A backup of so many hours ago, whose parts are with somebody.
async fn backup(t: &World, (taken, arrived): (i64, i64), is_proven: bool, parts: &[(i64, i32)]) {
    let now = t.sandbox.clock().now();
    let ago = |hours: i64| now - TimeDelta::hours(hours);
    let made = "INSERT INTO backups (asked_at, state, state_at, taken_at, name, bytes, sha256, parts, is_proven) \
                VALUES ($1, 'done', $2, $1, 'x', 1, 'x', 2, $3) RETURNING id";
    let id: i64 = sqlx::query_scalar(made)
        .bind(ago(taken))
        .bind(ago(arrived))
        .bind(is_proven)
        .fetch_one(&t.pool)
        .await
        .expect("a backup");
    for (person, part) in parts {
        let sent = "INSERT INTO backup_messages (backup_id, recipient, part, message_id, sent_at) VALUES ($1, $2, $3, 1, $4)";
        let sent = sqlx::query(sent).bind(id).bind(person).bind(part).bind(ago(arrived));
        sent.execute(&t.pool).await.expect("a part");
    }
}

#[test]
fn only_what_an_admin_has_whole_counts_and_by_when_it_was_read() {
    run(async |t| {
        t.expects_errors();
        t.stop().await;
        let services = vizit::services::Services {
            backup_at: chrono::NaiveTime::from_hms_opt(3, 30, 0),
            zone: chrono_tz::Tz::Europe__Berlin,
            ..t.services()
        };
        let told = async || {
            let told = vizit::services::backup::watch(&services).await.expect("looked");
            execute(&t.pool, "DELETE FROM outbox WHERE dedupe_key LIKE 'backup:late:%'".to_owned()).await;
            told
        };
        let whole = [(ADMIN, 1), (ADMIN, 2)];
        backup(t, (27, 27), true, &whole).await;
        assert_eq!(told().await, 1, "too old");
        backup(t, (1, 1), true, &[(VERA, 1), (VERA, 2)]).await;
        assert_eq!(told().await, 1, "only a therapist has it");
        backup(t, (1, 1), true, &[(ADMIN, 2), (VERA, 1), (VERA, 2)]).await;
        assert_eq!(told().await, 1, "the admin has half of it");
        backup(t, (1, 1), false, &whole).await;
        assert_eq!(told().await, 1, "nobody knows whether it is good");
        backup(t, (28, 8), true, &whole).await;
        assert_eq!(told().await, 1, "it arrived late, and is no younger for that");
        backup(t, (25, 2), true, &whole).await;
        assert_eq!(told().await, 0);
        execute(&t.pool, "UPDATE backups SET taken_at = NULL".to_owned()).await;
        assert_eq!(told().await, 0, "an earlier version knows when it was wanted");
    });
}
