//! What must hold whatever happens at once: a thousand operations from three replicas on one database, again and again;
//! and once more with every check of the program switched off, so that only the constraints are left.

mod operations;
mod promises;
mod story;

use sqlx::PgPool;

use self::{
    operations::{Operation, any_operation},
    story::{Story, Tally},
};
use crate::harness::{Database, check_bookings, faults_of_bookings};
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngSeed, TestRunner},
};

const SEEDS: u64 = 20;
const OPERATIONS: usize = 1_000;
/// Operations that run at the same time.
const AT_ONCE: usize = 24;

fn operations(seed: u64) -> Vec<Operation> {
    let config = Config { rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    (0..OPERATIONS).map(|_| any_operation().new_tree(&mut runner).expect("an operation").current()).collect()
}

fn with_runtime(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(test);
}

#[test]
fn a_thousand_operations_from_three_replicas_leave_no_overlap() {
    with_runtime(async {
        let mut tally = Tally::default();
        for seed in 0..SEEDS {
            let database = Database::fresh().await;
            let story = Story::begin(database.url(), database.url()).await;
            story.run(operations(seed), AT_ONCE).await;
            check_bookings(&story.pool).await;
            story.check_what_was_promised().await;
            story.check_limits().await;
            tally.add(&story.end().await);
            database.remove().await;
        }
        assert_eq!(tally.count("gave up after deadlocks"), 0, "{tally:?}");
        for kind in [
            "held",
            "confirmed",
            "moved",
            "series",
            "cancelled",
            "cancelled from",
            "released",
            "blocked",
            "unblocked",
            "swept",
            "crashed",
            "refused",
            "clashed",
            "hold over",
        ] {
            assert!(tally.count(kind) >= 10, "hardly any {kind}: {tally:?}");
        }
    });
}

/// A schema whose functions and operators are found before PostgreSQL's own, and see and lock nothing. The constraints
/// know their operators by number, so they are not deceived.
const BLIND: &str = "
    CREATE SCHEMA blind;
    CREATE FUNCTION blind.pg_advisory_xact_lock(integer, integer) RETURNS void LANGUAGE sql AS '';
    CREATE FUNCTION blind.pg_advisory_xact_lock(bigint) RETURNS void LANGUAGE sql AS '';
    CREATE FUNCTION blind.never(tstzrange, tstzrange) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
    CREATE FUNCTION blind.never(integer[], integer[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
    CREATE OPERATOR blind.&& (LEFTARG = tstzrange, RIGHTARG = tstzrange, FUNCTION = blind.never);
    CREATE OPERATOR blind.&& (LEFTARG = integer[], RIGHTARG = integer[], FUNCTION = blind.never);";

#[test]
fn the_constraints_alone_still_hold_when_every_check_of_the_program_is_switched_off() {
    with_runtime(async {
        let mut tally = Tally::default();
        for seed in 100..103 {
            let (faults, story) = blindly(seed, "").await;
            assert!(faults.is_empty(), "{}", faults.join("\n"));
            tally.add(&story);
        }
        // What the program did not see, the database refused.
        assert!(tally.count("taken") >= 100, "{tally:?}");
        for kind in ["held", "confirmed", "moved", "series"] {
            assert!(tally.count(kind) >= 3, "hardly any {kind}: {tally:?}");
        }
        // And without them, the same check finds what they have prevented.
        let without = "ALTER TABLE bookings DROP CONSTRAINT booking_master_overlap, \
                       DROP CONSTRAINT booking_client_overlap, DROP CONSTRAINT booking_resource_overlap";
        let (faults, _) = blindly(100, without).await;
        assert!(faults.iter().any(|fault| fault.contains("overlap")), "nothing but luck: {faults:?}");
    });
}

/// Runs a story whose replicas see no time that is taken. Time off is kept by the lock and the statement, and by no
/// constraint, so it does not count.
async fn blindly(seed: u64, first: &'static str) -> (Vec<String>, Tally) {
    let database = Database::fresh().await;
    let seeing = PgPool::connect(database.url()).await.expect("the database");
    sqlx::raw_sql(BLIND).execute(&seeing).await.expect("blinders");
    sqlx::raw_sql(first).execute(&seeing).await.expect("a changed schema");
    let separator = if database.url().contains('?') { '&' } else { '?' };
    let blind = format!("{}{separator}options[search_path]=blind,pg_catalog,public", database.url());
    let story = Story::begin(&blind, database.url()).await;
    let overlapping: bool =
        sqlx::query_scalar("SELECT tstzrange('2026-01-01', '2026-01-03') && tstzrange('2026-01-02', NULL)")
            .fetch_one(&story.replicas[0].pool)
            .await
            .expect("an answer");
    assert!(!overlapping, "the program is not blind");
    story.run(operations(seed), AT_ONCE).await;
    let tally = story.end().await;
    sqlx::query("DELETE FROM time_off").execute(&seeing).await.expect("no time off");
    let faults = faults_of_bookings(&seeing).await;
    seeing.close().await;
    database.remove().await;
    (faults, tally)
}
