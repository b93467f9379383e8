//! The outbox as the admin sees it.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    db::{DbError, rows::Place},
    domain::ids::{BookingId, OutboxId, TelegramId},
};

/// Where a message stands. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Waiting,
    Sent,
    Skipped,
    Unreachable,
    Dropped,
    Parked,
}

impl State {
    pub const ALL: [State; 6] =
        [State::Waiting, State::Sent, State::Skipped, State::Unreachable, State::Dropped, State::Parked];

    pub fn label(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Sent => "sent",
            State::Skipped => "skipped",
            State::Unreachable => "unreachable",
            State::Dropped => "dropped",
            State::Parked => "parked",
        }
    }

    pub fn from_label(label: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.label() == label)
    }
}

/// A message in a list; what it says stays where it is.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: OutboxId,
    pub kind: String,
    pub recipient: TelegramId,
    pub booking: Option<BookingId>,
    pub state: State,
    pub created_at: DateTime<Utc>,
    /// When it is to be tried next, or was finished.
    pub at: DateTime<Utc>,
    pub attempts: u32,
    pub error: Option<String>,
}

/// The newest messages in a state.
pub async fn lines(conn: &mut PgConnection, state: State, limit: i64) -> Result<Vec<Line>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT id, kind, recipient, booking_id, created_at, attempts, error,
                  coalesce(finished_at, greatest(not_before, retry_at)) AS "at!"
           FROM outbox WHERE state = $1::text::outbox_state ORDER BY id DESC LIMIT $2"#,
        state.label(),
        limit,
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "outbox", row: &row.id };
            Ok(Line {
                id: OutboxId(row.id),
                kind: row.kind,
                recipient: TelegramId(row.recipient),
                booking: row.booking_id.map(BookingId),
                state,
                created_at: row.created_at,
                at: row.at,
                attempts: place.count("attempts", row.attempts)?,
                error: row.error,
            })
        })
        .collect()
}

/// How many messages there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Due and not sent yet.
    pub due: i64,
    /// For later.
    pub later: i64,
    pub parked: i64,
    /// Since the instant that was asked about.
    pub sent: i64,
    pub skipped: i64,
    pub dropped: i64,
    pub unreachable: i64,
}

pub async fn counts(
    conn: &mut PgConnection,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Counts, DbError> {
    let counts = sqlx::query_as!(
        Counts,
        r#"SELECT count(*) FILTER (WHERE state = 'waiting' AND not_before <= $2) AS "due!",
                  count(*) FILTER (WHERE state = 'waiting' AND not_before > $2) AS "later!",
                  count(*) FILTER (WHERE state = 'parked') AS "parked!",
                  count(*) FILTER (WHERE state = 'sent') AS "sent!",
                  count(*) FILTER (WHERE state = 'skipped') AS "skipped!",
                  count(*) FILTER (WHERE state = 'dropped') AS "dropped!",
                  count(*) FILTER (WHERE state = 'unreachable') AS "unreachable!"
           FROM outbox WHERE state IN ('waiting', 'parked') OR finished_at >= $1"#,
        since,
        now,
    );
    Ok(counts.fetch_one(conn).await?)
}

/// Has messages sent after all, or drops them; those named, or all that are parked. What is in flight stays as it is.
/// What gives money back is not dropped, as nothing else would. Returns how many that were.
pub async fn act(
    conn: &mut PgConnection,
    ids: Option<&[OutboxId]>,
    retries: bool,
    now: DateTime<Utc>,
) -> Result<u64, DbError> {
    let ids: Option<Vec<i64>> = ids.map(|ids| ids.iter().map(|id| id.0).collect());
    let done = sqlx::query!(
        r#"UPDATE outbox SET
               state = CASE WHEN $2 THEN 'waiting' ELSE 'dropped' END::outbox_state,
               finished_at = CASE WHEN $2 THEN NULL ELSE $3::timestamptz END,
               attempts = CASE WHEN $2 THEN 0 ELSE attempts END,
               not_before = CASE WHEN $2 THEN least(not_before, $3) ELSE not_before END,
               -- The admin knows best what is still of use.
               useful_until = CASE WHEN $2 THEN NULL ELSE useful_until END,
               retry_at = NULL, in_outage = false,
               error = CASE WHEN $2 THEN error ELSE 'dropped by the admin' END
           WHERE lease_id IS NULL AND ($2 OR kind <> 'refund_stars')
             AND CASE WHEN $1::bigint[] IS NULL THEN state = 'parked'
                      ELSE id = ANY($1) AND state IN ('waiting', 'parked', 'dropped', 'unreachable') END"#,
        ids.as_deref() as _,
        retries,
        now,
    )
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
