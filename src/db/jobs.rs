//! The registry of jobs as rows: who runs which, and how it went.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::DbError;
use crate::domain::job::Job;

/// Longer than any lease of a job; one that lies further ahead was written before the clock was set back.
const LONGEST_LEASE: Duration = Duration::from_mins(15);

/// Takes the leases of those jobs that nobody runs at the moment. Returns their names, each with its lease.
pub async fn lease(
    conn: &mut PgConnection,
    names: &[&str],
    lease: Duration,
    now: DateTime<Utc>,
) -> Result<Vec<(String, Uuid)>, DbError> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let leased = sqlx::query!(
        r#"INSERT INTO jobs (name, lease_id, lease_until, first_seen, started_at)
           SELECT name, gen_random_uuid(), $2, $3, $3 FROM unnest($1::text[]) AS wanted (name) ORDER BY name
           ON CONFLICT (name) DO UPDATE SET
               lease_id = excluded.lease_id, lease_until = excluded.lease_until, started_at = excluded.started_at
           WHERE jobs.lease_until IS NULL OR jobs.lease_until <= $3 OR jobs.lease_until > $4
           RETURNING name, lease_id AS "lease_id!""#,
        &names,
        now + lease,
        now,
        now + LONGEST_LEASE,
    );
    Ok(leased.fetch_all(conn).await?.into_iter().map(|row| (row.name, row.lease_id)).collect())
}

/// How a run ended: what it got done, or why it failed.
#[derive(Debug)]
pub struct Ended {
    pub name: &'static str,
    pub lease: Uuid,
    pub took: Duration,
    pub result: Result<u64, String>,
}

/// Writes down how a run ended and gives its lease back; a lease that was lost meanwhile stays with its new owner.
pub async fn end(conn: &mut PgConnection, ended: &Ended, now: DateTime<Utc>) -> Result<(), DbError> {
    let took = i32::try_from(ended.took.as_millis()).unwrap_or(i32::MAX);
    let done = ended.result.as_ref().ok().map(|done| i64::try_from(*done).unwrap_or(i64::MAX));
    let error = ended.result.as_ref().err().map(String::as_str);
    sqlx::query!(
        r#"UPDATE jobs SET
               lease_id = NULL, lease_until = NULL, took_ms = $3,
               succeeded_at = CASE WHEN $5::text IS NULL THEN $6 ELSE succeeded_at END,
               done = CASE WHEN $4::bigint > 0 THEN $4 ELSE done END,
               done_at = CASE WHEN $4 > 0 THEN $6 ELSE done_at END,
               failures = CASE WHEN $5 IS NULL THEN 0 ELSE failures + 1 END,
               error = $5
           WHERE name = $1 AND lease_id = $2"#,
        ended.name,
        ended.lease,
        took,
        done,
        error,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is known of a job.
#[derive(Debug, Clone)]
pub struct Status {
    pub name: String,
    pub first_seen: DateTime<Utc>,
    pub started_at: Option<DateTime<Utc>>,
    pub succeeded_at: Option<DateTime<Utc>>,
    pub took_ms: Option<i32>,
    /// What the last run that had something to do got done, and when that was.
    pub done: i64,
    pub done_at: Option<DateTime<Utc>>,
    pub failures: i32,
    pub error: Option<String>,
    pub is_running: bool,
}

impl Status {
    /// Whether it has not succeeded for three of its periods, and does not run now either.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        let since = self.succeeded_at.unwrap_or(self.first_seen);
        !self.is_running && Job::from_name(&self.name).is_some_and(|job| now - since > job.patience())
    }
}

pub async fn all(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<Status>, DbError> {
    let rows = sqlx::query_as!(
        Status,
        r#"SELECT name, first_seen, started_at, succeeded_at, took_ms, done, done_at, failures, error,
                  coalesce(lease_until > $1, false) AS "is_running!"
           FROM jobs ORDER BY name"#,
        now
    );
    Ok(rows.fetch_all(conn).await?)
}
