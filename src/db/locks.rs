//! The lock without which no master's time can be taken.

use chrono::Days;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, Postgres, pool::PoolConnection};

use super::DbError;
use crate::domain::{ids::MasterId, ranges::Range};

/// How long a transaction waits for another that is taking the same master's day.
const WAIT: &str = "4s";

/// A transaction that holds the locks of the masters' days it may write.
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
    /// Begins a transaction and waits for the locks of all days (in UTC) that the ranges touch.
    pub async fn begin(pool: &PgPool, spans: &[(MasterId, Range)]) -> Result<SlotLock, DbError> {
        use std::fmt::Write as _;
        let mut sql = format!("BEGIN; SET LOCAL lock_timeout = '{WAIT}'");
        for (master, day) in keys(spans) {
            // Numbers only, so there is nothing to escape; writing to a String cannot fail.
            write!(sql, "; SELECT pg_advisory_xact_lock({master}, {day})").unwrap_or_default();
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

/// Pairs of master and day number since 1970-01-01 (UTC), sorted and without repeats: one order for everybody.
fn keys(spans: &[(MasterId, Range)]) -> Vec<(i32, i32)> {
    let epoch = chrono::NaiveDate::default();
    let mut keys: Vec<(i32, i32)> = spans
        .iter()
        .flat_map(|(master, range)| {
            let last = range.end().date_naive();
            range
                .start()
                .date_naive()
                .iter_days()
                .take_while(move |day| *day <= last)
                .map(move |day| (*master, *range, day))
        })
        .filter(|(_, range, day)| {
            // A range that ends at midnight does not touch the day that begins there.
            let next = day.checked_add_days(Days::new(1)).unwrap_or(*day);
            let midnight = |day: &chrono::NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
            Range::new(midnight(day), midnight(&next)).is_some_and(|whole| whole.overlaps(*range))
        })
        .filter_map(|(master, _, day)| Some((master.0, i32::try_from((day - epoch).num_days()).ok()?)))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn keys_are_sorted_and_cover_exactly_the_touched_days() {
        let at = |hours: i64| DateTime::from_timestamp(hours * 3600, 0).expect("small");
        let span = |master, from, to| (MasterId(master), Range::new(at(from), at(to)).expect("not empty"));
        assert_eq!(keys(&[span(2, 30, 50), span(1, 47, 48), span(2, 26, 27)]), [(1, 1), (2, 1), (2, 2)]);
        assert_eq!(keys(&[span(1, 23, 24)]), [(1, 0)]);
        assert_eq!(keys(&[span(1, 23, 73)]), [(1, 0), (1, 1), (1, 2), (1, 3)]);
    }
}
