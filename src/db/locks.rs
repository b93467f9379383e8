//! The lock without which nobody's time can be taken.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, pool::PoolConnection};

use super::DbError;
use crate::domain::{
    ids::{ClientId, KindId, MasterId},
    ranges::Range,
};

/// How long a transaction waits for another that is taking the same time.
const WAIT: &str = "4s";

/// Whose time is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    Master(MasterId, Range),
    /// Any resource of a kind, at any location.
    Kind(KindId, Range),
    /// Everything that a client has.
    Client(ClientId),
}

/// A transaction that holds the locks of the time it may write.
///
/// Every write of occupancy takes one, so an unlocked write does not compile. Isolation is READ COMMITTED and the
/// locks are statements of their own, so that what is read afterwards includes what the previous holder wrote.
///
/// `BEGIN` and the locks travel together, as one round trip, so sqlx does not know of the transaction. Unless it was
/// ended in so many words, the connection is therefore closed and not used again; the server then rolls it back.
pub struct SlotLock {
    connection: PoolConnection<Postgres>,
    is_ended: bool,
}

impl SlotLock {
    /// Begins a transaction and waits for the locks of all days (in UTC) that the claims touch.
    pub async fn begin(pool: &PgPool, claims: &[Claim]) -> Result<SlotLock, DbError> {
        use std::fmt::Write as _;
        let mut sql = format!("BEGIN; SET LOCAL lock_timeout = '{WAIT}'");
        for key in keys(claims) {
            // Numbers only, so there is nothing to escape; writing to a String cannot fail.
            match key {
                Key::Client(client) => write!(sql, "; SELECT pg_advisory_xact_lock({client})"),
                Key::Day(whose, day) => write!(sql, "; SELECT pg_advisory_xact_lock({whose}, {day})"),
            }
            .unwrap_or_default();
        }
        let mut lock = SlotLock { connection: pool.acquire().await?, is_ended: false };
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut *lock.connection).await?;
        Ok(lock)
    }

    /// The locked connection, for reads and for writes that are not of occupancy.
    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    pub async fn commit(self) -> Result<(), DbError> {
        self.end("COMMIT").await
    }

    /// Gives everything back, and the connection to its pool.
    pub async fn roll_back(self) -> Result<(), DbError> {
        self.end("ROLLBACK").await
    }

    async fn end(mut self, how: &'static str) -> Result<(), DbError> {
        sqlx::raw_sql(how).execute(&mut *self.connection).await?;
        self.is_ended = true;
        Ok(())
    }
}

impl Drop for SlotLock {
    fn drop(&mut self) {
        if !self.is_ended {
            self.connection.close_on_drop();
        }
    }
}

/// What an advisory lock is taken on. The order is the order in which everybody takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Client(i64),
    /// A master's id, or a kind's as a negative number; and the day's number since 1970-01-01 (UTC).
    Day(i32, i32),
}

/// Sorted and without repeats: one order for everybody.
fn keys(claims: &[Claim]) -> Vec<Key> {
    let mut keys: Vec<Key> = claims
        .iter()
        .flat_map(|claim| match *claim {
            Claim::Client(client) => vec![Key::Client(client.0)],
            Claim::Master(master, range) => days(range).map(|day| Key::Day(master.0, day)).collect(),
            Claim::Kind(kind, range) => {
                days(range).map(|day| Key::Day(kind.0.saturating_neg(), day)).collect()
            }
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The days that a range touches. One that ends at midnight does not touch the day that begins there.
fn days(range: Range) -> impl Iterator<Item = i32> {
    const SECONDS: i64 = 24 * 60 * 60;
    let number = |instant: DateTime<Utc>| instant.timestamp().div_euclid(SECONDS);
    let last = number(range.end() - TimeDelta::microseconds(1));
    (number(range.start())..=last).filter_map(|day| i32::try_from(day).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_cover_exactly_the_touched_days() {
        let at = |hours: i64| DateTime::from_timestamp(hours * 3600, 0).expect("small");
        let range = |from, to| Range::new(at(from), at(to)).expect("not empty");
        let master = |id, from, to| Claim::Master(MasterId(id), range(from, to));
        assert_eq!(
            keys(&[master(2, 30, 50), master(1, 47, 48), master(2, 26, 27)]),
            [Key::Day(1, 1), Key::Day(2, 1), Key::Day(2, 2)]
        );
        assert_eq!(keys(&[master(1, 23, 24)]), [Key::Day(1, 0)]);
        assert_eq!(keys(&[master(1, 23, 73)]), [0, 1, 2, 3].map(|day| Key::Day(1, day)));
        let mixed = [master(1, 1, 2), Claim::Kind(KindId(1), range(1, 2)), Claim::Client(ClientId(7))];
        assert_eq!(keys(&mixed), [Key::Client(7), Key::Day(-1, 0), Key::Day(1, 0)]);
    }
}
