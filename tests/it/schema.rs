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
                           cancel_notice_minutes, position, active)
    VALUES ('here', '{\"en\": \"Here\"}', 'UTC', 'EUR', 30, 10, 0, 60, 60, 0, true);
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
