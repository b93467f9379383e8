//! What the replicas have told their callers, and whether the database agrees in the end.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::story::Story;

/// What has been committed and told, as far as its own answer says.
#[derive(Default, Clone)]
pub(super) struct Promises {
    /// Each visit with all starts that were ever confirmed for it.
    pub(super) visits: BTreeMap<i64, BTreeSet<DateTime<Utc>>>,
    pub(super) cancelled: BTreeSet<i64>,
    /// Clients who have cancelled a series from one visit on.
    pub(super) cancelled_from: BTreeSet<usize>,
}

impl Story {
    /// Whatever was confirmed and not cancelled still takes place, at a time that was confirmed.
    pub(super) async fn check_what_was_promised(&self) {
        let promises = self.promises.lock().expect("the promises").clone();
        let rows: Vec<(i64, String, DateTime<Utc>, i64)> =
            sqlx::query_as("SELECT id, status::text, starts_at, client_id FROM bookings")
                .fetch_all(&self.pool)
                .await
                .expect("the bookings");
        let rows: BTreeMap<i64, _> = rows.into_iter().map(|row| (row.0, row)).collect();
        for (id, starts) in &promises.visits {
            let (_, status, start, client) = rows.get(id).expect("a promised visit is there");
            let owner = self.clients.iter().position(|(known, _)| known.0 == *client).expect("a client");
            let may_be_cancelled =
                promises.cancelled.contains(id) || promises.cancelled_from.contains(&owner);
            match status.as_str() {
                "confirmed" => {
                    assert!(starts.contains(start), "visit {id} is at {start}, promised {starts:?}");
                }
                "cancelled" => assert!(may_be_cancelled, "nobody has cancelled visit {id}"),
                other => panic!("visit {id} was confirmed and is {other}"),
            }
        }
        let illegal: Vec<i64> = sqlx::query_scalar(
            "SELECT booking_id FROM booking_changes \
             WHERE NOT (coalesce(from_status::text, '') || '>' || to_status::text = ANY(ARRAY['>held', '>confirmed', \
                 'held>confirmed', 'held>expired', 'held>cancelled', 'confirmed>cancelled', 'confirmed>confirmed'])) \
                OR (from_status = 'confirmed' AND to_status = 'confirmed') <> (was_at IS NOT NULL)",
        )
        .fetch_all(&self.pool)
        .await
        .expect("the audit");
        assert!(illegal.is_empty(), "impossible changes of {illegal:?}");
    }

    /// A newcomer has at most two visits ahead, a series counting once.
    pub(super) async fn check_limits(&self) {
        let most: Option<i64> = sqlx::query_scalar(
            "SELECT max(ahead) FROM (SELECT count(DISTINCT coalesce(series_id, -id)) AS ahead FROM bookings \
             WHERE status = 'confirmed' GROUP BY client_id) counts",
        )
        .fetch_one(&self.pool)
        .await
        .expect("the counts");
        assert!(most.unwrap_or_default() <= 2, "a client has {most:?} visits ahead");
    }
}
