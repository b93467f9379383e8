//! What the database guarantees by itself, and what it is said to guarantee.

use sqlx::{AssertSqlSafe, PgPool};
use vizit::{
    db::{Conflict, MIGRATOR},
    domain::booking::Status,
};

use crate::harness::{Database, run};

/// A client and a master's visit on a bare database.
const VISIT: &str = "
    INSERT INTO locations (key, names, zone, currency, slot_step_minutes, hold_minutes, lead_minutes, horizon_days,
                           cancel_notice_minutes, move_notice_minutes, position, active)
    VALUES ('here', '{\"en\": \"Here\"}', 'UTC', 'EUR', 30, 10, 0, 60, 60, 60, 0, true);
    INSERT INTO masters (key, names, position, active) VALUES ('anna', '{\"en\": \"Anna\"}', 0, true);
    INSERT INTO clients (telegram_id, name, language, created_at)
    VALUES (1, 'Ann', 'en', '2026-11-23 08:00Z'), (2, 'Bob', 'en', '2026-11-23 08:00Z');
    INSERT INTO conversations (telegram_id, stack, rev, updated_at) VALUES (1, '{}', 1, '2026-11-23 08:00Z');
    INSERT INTO inbox (update_id, person, payload, state, correlation_id, received_at, not_before)
    VALUES (1, 1, '{}', 'received', gen_random_uuid(), '2026-11-23 08:00Z', '2026-11-23 08:00Z');";

fn booking(client: i64, status: &str, from: &str, to: &str) -> String {
    let hold = if status == "held" { "'2026-11-23 09:00Z'" } else { "NULL" };
    format!(
        "INSERT INTO bookings (uid, client_id, master_id, location_id, status, starts_at, ends_at, occupied, zone,
                               hold_until, price_minor, currency, created_at, status_at)
         SELECT gen_random_uuid(), c.id, m.id, l.id, '{status}', '{from}', '{to}',
                tstzrange('{from}', '{to}', '[)'), 'UTC', {hold}, 0, 'EUR', '2026-11-23 08:00Z', '2026-11-23 08:00Z'
         FROM clients c, masters m, locations l WHERE c.telegram_id = {client}"
    )
}

async fn execute(pool: &PgPool, sql: &str) -> Result<(), String> {
    let result = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(pool).await;
    result.map(drop).map_err(|error| match error.as_database_error() {
        Some(refusal) => refusal.constraint().unwrap_or(refusal.message()).to_owned(),
        None => error.to_string(),
    })
}

/// Runs a test on an empty database with the schema.
fn with_schema(test: impl AsyncFnOnce(&PgPool)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let database = Database::empty().await;
        let pool = vizit::db::connect(database.url(), 2).await.expect("a pool");
        MIGRATOR.run(&pool).await.expect("the migrations");
        execute(&pool, VISIT).await.expect("the sample");
        test(&pool).await;
        pool.close().await;
        database.remove().await;
    });
}

#[test]
fn two_live_visits_of_a_master_or_a_client_cannot_overlap() {
    with_schema(async |pool| {
        let (ten, eleven, twelve) = ("2026-11-26 10:00Z", "2026-11-26 11:00Z", "2026-11-26 12:00Z");
        let half_past = "2026-11-26 10:30Z";
        execute(pool, &booking(1, "confirmed", ten, eleven)).await.expect("the first visit");
        for status in ["held", "confirmed"] {
            let overlapping = execute(pool, &booking(2, status, half_past, twelve)).await;
            assert_eq!(overlapping, Err("booking_master_overlap".to_owned()), "{status}");
        }
        execute(pool, &booking(2, "cancelled", half_past, twelve))
            .await
            .expect("what is off is in nobody's way");
        execute(pool, &booking(2, "confirmed", eleven, twelve)).await.expect("visits may touch");
        execute(
            pool,
            "INSERT INTO masters (key, names, position, active) VALUES ('boris', '{\"en\": \"B\"}', 1, true)",
        )
        .await
        .expect("another master");
        let elsewhere =
            booking(1, "confirmed", half_past, eleven).replace("WHERE", "WHERE m.key = 'boris' AND");
        assert_eq!(execute(pool, &elsewhere).await, Err("booking_client_overlap".to_owned()));
    });
}

#[test]
fn a_room_is_used_once_at_a_time_and_a_visit_may_overlap_only_the_hold_that_moves_it() {
    with_schema(async |pool| {
        let (ten, half_past, eleven, twelve) =
            ("2026-11-26 10:00Z", "2026-11-26 10:30Z", "2026-11-26 11:00Z", "2026-11-26 12:00Z");
        execute(
            pool,
            "INSERT INTO masters (key, names, position, active) VALUES ('boris', '{\"en\": \"B\"}', 1, true)",
        )
        .await
        .expect("another master");
        let with = |sql: String, column: &str, value: &str| {
            sql.replacen("status_at)", &format!("status_at, {column})"), 1).replacen(
                "'2026-11-23 08:00Z'\n",
                &format!("'2026-11-23 08:00Z', {value}\n"),
                1,
            )
        };
        let by = |master: &str, sql: String| sql.replace("WHERE", &format!("WHERE m.key = '{master}' AND"));
        let in_room = |master: &str, sql: String, rooms: &str| by(master, with(sql, "resource_ids", rooms));
        execute(pool, &in_room("anna", booking(1, "confirmed", ten, eleven), "'{7,8}'"))
            .await
            .expect("two rooms");
        let same = in_room("boris", booking(2, "confirmed", half_past, twelve), "'{8,9}'");
        assert_eq!(execute(pool, &same).await, Err("booking_resource_overlap".to_owned()));
        execute(pool, &in_room("boris", booking(2, "confirmed", half_past, eleven), "'{9}'"))
            .await
            .expect("another room");
        let nothing = in_room("boris", booking(2, "confirmed", eleven, twelve), "ARRAY[1, NULL]");
        assert!(execute(pool, &nothing).await.is_err());

        let visit = "(SELECT min(id) FROM bookings)";
        let hold = by("anna", with(booking(1, "held", half_past, twelve), "replaces", visit));
        execute(pool, &hold).await.expect("a visit may move by half an hour");
        let stranger = by("anna", booking(2, "confirmed", eleven, twelve));
        assert_eq!(execute(pool, &stranger).await, Err("booking_master_overlap".to_owned()), "held is held");
        let twice = "UPDATE bookings SET status = 'confirmed', hold_until = NULL WHERE replaces IS NOT NULL";
        assert_eq!(execute(pool, twice).await, Err("booking_only_a_hold_replaces".to_owned()));
        let late = "UPDATE bookings SET late_cancel = true";
        assert_eq!(execute(pool, late).await, Err("booking_late_cancel_is_cancelled".to_owned()));
    });
}

/// The state of the first release, with a visit, and the way back to it with what came later.
#[test]
fn the_booking_domain_is_migrated_over_data_in_both_directions() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let database = Database::empty().await;
        let pool = vizit::db::connect(database.url(), 2).await.expect("a pool");
        MIGRATOR.run_to(1, &pool).await.expect("the first migration");
        let first = VISIT.replace("move_notice_minutes, ", "").replace("60, 60, 0, true", "60, 0, true");
        execute(&pool, &first).await.expect("the first release's sample");
        execute(&pool, &booking(1, "confirmed", "2026-11-26 10:00Z", "2026-11-26 11:00Z"))
            .await
            .expect("a visit");
        MIGRATOR.run(&pool).await.expect("all the way forth");
        let rules: (i32, bool, Option<i32>, String) = sqlx::query_as(
            "SELECT l.move_notice_minutes, l.late_cancel, l.most_visits, c.regard::text FROM locations l, clients c LIMIT 1",
        )
        .fetch_one(&pool)
        .await
        .expect("the rules");
        assert_eq!(rules, (60, false, None, "plain".to_owned()), "whoever could cancel can move");

        let hold = booking(1, "held", "2026-11-26 10:30Z", "2026-11-26 11:30Z")
            .replacen("status_at)", "status_at, replaces)", 1)
            .replacen("'2026-11-23 08:00Z'\n", "'2026-11-23 08:00Z', (SELECT min(id) FROM bookings)\n", 1);
        execute(&pool, &hold).await.expect("a move that is not confirmed");
        execute(&pool, "INSERT INTO time_off (master_id, away, blocked_by) SELECT id, '[2026-12-01, 2026-12-02)', 7 FROM masters")
            .await
            .expect("time off");
        execute(
            &pool,
            "INSERT INTO inbox (update_id, person, payload, state, correlation_id, received_at, not_before) \
             VALUES (nextval('inbox_words'), 1, '{}', 'received', gen_random_uuid(), '2026-11-23 08:00Z', '2026-11-23 08:00Z')",
        )
        .await
        .expect("a word");
        MIGRATOR.undo(&pool, 1).await.expect("back to the first release");
        let left: Vec<(String, i64)> = sqlx::query_as(
            "SELECT status::text, (SELECT count(*) FROM booking_changes c WHERE c.booking_id = b.id) \
             FROM bookings b ORDER BY id",
        )
        .fetch_all(&pool)
        .await
        .expect("the bookings");
        assert_eq!(left, [("confirmed".to_owned(), 0), ("expired".to_owned(), 1)], "the visit stays, the hold is over");
        let words: i64 = sqlx::query_scalar("SELECT count(*) FROM inbox WHERE update_id < 0")
            .fetch_one(&pool)
            .await
            .expect("a count");
        assert_eq!(words, 0, "the first release could not read them");
        MIGRATOR.run(&pool).await.expect("forth again");
        pool.close().await;
        database.remove().await;
    });
}

/// The state of the second release, with a visit and a hold, and the way back to it with what came later.
#[test]
fn messages_are_migrated_over_data_in_both_directions() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let database = Database::empty().await;
        let pool = vizit::db::connect(database.url(), 2).await.expect("a pool");
        MIGRATOR.run_to(2, &pool).await.expect("two migrations");
        execute(&pool, VISIT).await.expect("the second release's sample");
        let visit = booking(1, "confirmed", "2026-11-26 10:00Z", "2026-11-26 11:00Z");
        execute(&pool, &visit).await.expect("a visit");
        MIGRATOR.run(&pool).await.expect("all the way forth");
        let new: (serde_json::Value, i32, String, i32) = sqlx::query_as(
            "SELECT l.reminders::jsonb, l.offer_minutes, b.purpose::text, b.delay FROM locations l, bookings b",
        )
        .fetch_one(&pool)
        .await
        .expect("what is new");
        assert_eq!(new, (serde_json::json!([[0, 1440], [0, 180]]), 15, "picked".to_owned(), 0));

        let purpose = |sql: String, purpose: &str| {
            sql.replacen("status_at)", "status_at, purpose)", 1).replacen(
                "'2026-11-23 08:00Z'\n",
                &format!("'2026-11-23 08:00Z', '{purpose}'\n"),
                1,
            )
        };
        let (noon, one, two) = ("2026-11-26 12:00Z", "2026-11-26 13:00Z", "2026-11-26 14:00Z");
        for (from, to, what) in [(noon, one, "offered"), (one, two, "requested")] {
            execute(&pool, &purpose(booking(1, "held", from, to), what)).await.expect("one hold of each purpose");
        }
        let second = purpose(booking(1, "held", two, "2026-11-26 15:00Z"), "requested");
        assert_eq!(execute(&pool, &second).await, Err("booking_one_request".to_owned()));
        for sql in [
            "INSERT INTO cards (booking_id, telegram_id, message_id) SELECT min(id), 1, 7 FROM bookings",
            "UPDATE conversations SET card_of = (SELECT min(id) FROM bookings)",
            "INSERT INTO outbox (dedupe_key, recipient, kind, payload, priority, resends, state, created_at, not_before) \
             VALUES ('a', 1, 'card', '{}', 0, true, 'waiting', '2026-11-23 08:00Z', '2026-11-23 08:00Z')",
        ] {
            execute(&pool, sql).await.expect("what the new release writes");
        }
        MIGRATOR.undo(&pool, 2).await.expect("back to the second release");
        let left: Vec<(String, i64)> = sqlx::query_as(
            "SELECT status::text, (SELECT count(*) FROM booking_changes c WHERE c.booking_id = b.id) \
             FROM bookings b ORDER BY id",
        )
        .fetch_all(&pool)
        .await
        .expect("the bookings");
        let expired = ("expired".to_owned(), 1);
        assert_eq!(left, [("confirmed".to_owned(), 0), expired.clone(), expired]);
        execute(&pool, &booking(1, "held", noon, one)).await.expect("one hold of a client");
        let second = execute(&pool, &booking(1, "held", one, two)).await;
        assert_eq!(second, Err("booking_one_hold".to_owned()));
        MIGRATOR.run(&pool).await.expect("forth again");
        pool.close().await;
        database.remove().await;
    });
}

#[test]
fn ranges_that_would_slip_through_are_refused() {
    with_schema(async |pool| {
        let good = booking(1, "confirmed", "2026-11-26 10:00Z", "2026-11-26 11:00Z");
        for (range, constraint) in [
            ("'empty'", "booking_occupied_bounded"),
            ("tstzrange('2026-11-26 10:00Z', NULL, '[)')", "booking_occupied_bounded"),
            ("tstzrange('2026-11-26 10:00Z', 'infinity', '[)')", "booking_occupied_bounded"),
            ("tstzrange('2026-11-26 10:00Z', '2026-11-26 11:00Z', '[]')", "booking_occupied_bounded"),
            ("tstzrange('2026-11-26 10:00Z', '2026-11-26 10:30Z', '[)')", "booking_occupied_covers_visit"),
        ] {
            let bad = good.replace("tstzrange('2026-11-26 10:00Z', '2026-11-26 11:00Z', '[)')", range);
            assert_eq!(execute(pool, &bad).await, Err(constraint.to_owned()), "{range}");
        }
        let reversed =
            execute(pool, &booking(1, "confirmed", "2026-11-26 11:00Z", "2026-11-26 11:00Z")).await;
        assert!(reversed.is_err());
        let endless = booking(1, "held", "2026-11-26 10:00Z", "2026-11-26 11:00Z")
            .replace("'2026-11-23 09:00Z', 0", "NULL, 0");
        assert_eq!(execute(pool, &endless).await, Err("booking_hold_has_an_end".to_owned()));
    });
}

#[test]
fn names_in_the_code_are_names_in_the_database() {
    with_schema(async |pool| {
        for (name, _) in Conflict::BY_CONSTRAINT {
            let known: bool = sqlx::query_scalar("SELECT to_regclass($1) IS NOT NULL")
                .bind(name)
                .fetch_one(pool)
                .await
                .expect("an answer");
            assert!(known, "{name}");
        }
        let labels: Vec<String> = sqlx::query_scalar("SELECT unnest(enum_range(NULL::booking_status))::text")
            .fetch_all(pool)
            .await
            .expect("the labels");
        assert_eq!(labels, Status::ALL.map(Status::label));
    });
}

#[test]
fn every_migration_goes_back_and_forth_over_data() {
    with_schema(async |pool| {
        execute(pool, &booking(1, "confirmed", "2026-11-26 10:00Z", "2026-11-26 11:00Z"))
            .await
            .expect("a visit");
        MIGRATOR.undo(pool, 0).await.expect("all the way back");
        let left: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname <> '_sqlx_migrations' \
             AND relname <> '_sqlx_migrations_pkey'",
        )
        .fetch_one(pool)
        .await
        .expect("a count");
        assert_eq!(left, 0, "something is left behind");
        MIGRATOR.run(pool).await.expect("all the way forth");
        execute(pool, VISIT).await.expect("the sample again");
    });
}

#[test]
fn a_row_that_cannot_be_is_told_with_its_address() {
    run(async |t| {
        t.expects_errors();
        let ann = t.client("Ann").await;
        sqlx::query("UPDATE locations SET zone = 'Mars/Olympus'").execute(&t.pool).await.expect("a bad row");
        ann.says("/book").await;
        ann.taps("Massage").await;
        ann.taps("Next").await;
        ann.sees("tell us this code");
        assert!(t.log.text().contains("locations.zone of "), "{}", t.log.errors().join("\n"));
        sqlx::query("UPDATE locations SET zone = 'Europe/Berlin'")
            .execute(&t.pool)
            .await
            .expect("a good row");
        ann.says("/start").await;
        ann.sees("What would you like to do?");
    });
}
