//! The lock on a master's day: who waits too long is told so, and nothing is left behind.

use vizit::{
    db::{
        self, Conflict, DbError,
        locks::{Claim, SlotLock},
    },
    domain::{ids::MasterId, ranges::Range},
};

use crate::harness::run;

fn morning() -> Range {
    let nine = "2026-11-26T09:00:00Z".parse().expect("an instant");
    Range::of_minutes(nine, 60).expect("an hour")
}

#[test]
fn a_lock_that_is_waited_for_in_vain_spoils_no_connection() {
    run(async |t| {
        let pool = db::connect(t.database.url(), 1).await.expect("a pool of one");
        let mut holder =
            SlotLock::begin(&t.pool, &[Claim::Master(MasterId(1), morning())]).await.expect("the lock");
        let waiter = SlotLock::begin(&pool, &[Claim::Master(MasterId(1), morning())]).await;
        assert!(matches!(waiter, Err(DbError::Conflict(Conflict::MasterBusy))));
        assert_eq!(db::missing_migrations(&pool).await.expect("a good connection"), 0);

        // Another master or another day waits for nobody.
        let other =
            SlotLock::begin(&pool, &[Claim::Master(MasterId(2), morning())]).await.expect("another master");
        other.roll_back().await.expect("given back");
        sqlx::query("SELECT 1").execute(holder.connection()).await.expect("the lock's own connection works");
        holder.commit().await.expect("committed");
        let waiter =
            SlotLock::begin(&pool, &[Claim::Master(MasterId(1), morning())]).await.expect("free again");
        waiter.commit().await.expect("committed");
        pool.close().await;
    });
}

#[test]
fn a_lock_that_is_dropped_is_rolled_back_and_free() {
    run(async |t| {
        let pool = db::connect(t.database.url(), 1).await.expect("a pool of one");
        let mut lock =
            SlotLock::begin(&pool, &[Claim::Master(MasterId(1), morning())]).await.expect("the lock");
        sqlx::query("UPDATE masters SET active = false").execute(lock.connection()).await.expect("a write");
        drop(lock);
        let active: i64 = sqlx::query_scalar("SELECT count(*) FROM masters WHERE active")
            .fetch_one(&pool)
            .await
            .expect("a good connection");
        assert_eq!(active, 3, "the write is undone");
        let again =
            SlotLock::begin(&pool, &[Claim::Master(MasterId(1), morning())]).await.expect("free again");
        again.commit().await.expect("committed");
        pool.close().await;
    });
}

#[test]
fn whoever_taps_while_the_day_is_held_for_long_gets_alternatives() {
    run(async |t| {
        let ann = t.client("Ann").await;
        ann.looks_for(&["Massage"], "Anna", "26").await;
        let anna: i32 = sqlx::query_scalar("SELECT id FROM masters WHERE key = 'anna'")
            .fetch_one(&t.pool)
            .await
            .expect("Anna");
        let stalled =
            SlotLock::begin(&t.pool, &[Claim::Master(MasterId(anna), morning())]).await.expect("the lock");
        ann.taps_exactly("10:00").await;
        ann.sees("This time is still free");
        stalled.roll_back().await.expect("given back");
        ann.taps("Thu 26 Nov, 10:00").await;
        ann.taps("Confirm").await;
        ann.sees("Your visit is booked");
    });
}
