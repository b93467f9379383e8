//! Backups that were due or wanted, and what became of them, as rows.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{DbError, rows::Place};
use crate::domain::{
    backup::State,
    ids::{BackupId, MessageId, TelegramId},
};

/// A backup, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: BackupId,
    /// `None` is the nightly one.
    pub asked_by: Option<TelegramId>,
    pub asked_at: DateTime<Utc>,
    pub state: State,
    pub state_at: DateTime<Utc>,
    pub name: Option<String>,
    pub bytes: Option<i64>,
    pub database_bytes: Option<i64>,
    pub parts: Option<i32>,
    pub is_proven: Option<bool>,
    pub error: Option<String>,
}

/// A backup that this process is to make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub id: BackupId,
    pub lease: Uuid,
    pub asked_by: Option<TelegramId>,
    /// How often it was begun, this time included.
    pub attempts: i32,
}

/// Wants a backup; `false` when one is wanted or being made already.
pub async fn ask(
    conn: &mut PgConnection,
    by: Option<TelegramId>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let asked = sqlx::query!(
        "INSERT INTO backups (asked_by, asked_at, state, state_at) VALUES ($1, $2, 'asked', $2) ON CONFLICT DO NOTHING",
        by.map(|by| by.0),
        now,
    );
    Ok(asked.execute(conn).await?.rows_affected() > 0)
}

/// Wants the nightly backup unless it was wanted since it was due, or nobody who would get it has ever met the bot; `false`
/// when there is nothing to do.
pub async fn ask_nightly(
    conn: &mut PgConnection,
    due: DateTime<Utc>,
    admins: &[TelegramId],
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let admins: Vec<i64> = admins.iter().map(|admin| admin.0).collect();
    let asked = sqlx::query!(
        r#"INSERT INTO backups (asked_at, state, state_at)
           SELECT $2, 'asked', $2
           WHERE NOT EXISTS (SELECT FROM backups WHERE asked_by IS NULL AND asked_at >= $1)
             AND EXISTS (SELECT FROM clients WHERE telegram_id = ANY($3))
           ON CONFLICT DO NOTHING"#,
        due,
        now,
        &admins,
    );
    Ok(asked.execute(conn).await?.rows_affected() > 0)
}

/// Takes the backup that is wanted, or that another process has left behind.
pub async fn claim(
    conn: &mut PgConnection,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Task>, DbError> {
    let row = sqlx::query!(
        r#"UPDATE backups SET state = 'running', state_at = $1, lease_id = gen_random_uuid(), lease_until = $2,
                              attempts = attempts + 1
           WHERE id = (SELECT id FROM backups WHERE state = 'asked' OR state = 'running' AND lease_until <= $1
                       ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
           RETURNING id, lease_id AS "lease!", asked_by, attempts"#,
        now,
        until,
    );
    Ok(row.fetch_optional(conn).await?.map(|row| Task {
        id: BackupId(row.id),
        lease: row.lease,
        asked_by: row.asked_by.map(TelegramId),
        attempts: row.attempts,
    }))
}

/// Keeps a backup for this process; `false` when another has taken it.
pub async fn renew(conn: &mut PgConnection, task: &Task, until: DateTime<Utc>) -> Result<bool, DbError> {
    let renewed = sqlx::query!(
        "UPDATE backups SET lease_until = $3 WHERE id = $1 AND lease_id = $2 AND state = 'running'",
        task.id.0,
        task.lease,
        until,
    );
    Ok(renewed.execute(conn).await?.rows_affected() > 0)
}

/// Gives a backup back, to be made later.
pub async fn put_back(conn: &mut PgConnection, task: &Task, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        r#"UPDATE backups SET state = 'asked', state_at = $3, lease_id = NULL, lease_until = NULL,
                              attempts = attempts - 1
           WHERE id = $1 AND lease_id = $2 AND state = 'running'"#,
        task.id.0,
        task.lease,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What is known of a backup once it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    pub name: String,
    pub bytes: i64,
    pub database_bytes: i64,
    pub sha256: String,
    pub parts: i32,
    pub is_proven: bool,
    /// When what is in it was read.
    pub taken_at: DateTime<Utc>,
}

/// A backup has arrived; `false` when another process has it.
pub async fn done(
    conn: &mut PgConnection,
    task: &Task,
    made: &Made,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let done = sqlx::query!(
        r#"UPDATE backups SET state = 'done', state_at = $3, lease_id = NULL, lease_until = NULL, name = $4, bytes = $5,
               database_bytes = $6, sha256 = $7, parts = $8, is_proven = $9, taken_at = $10
           WHERE id = $1 AND lease_id = $2 AND state = 'running'"#,
        task.id.0,
        task.lease,
        now,
        made.name,
        made.bytes,
        made.database_bytes,
        made.sha256,
        made.parts,
        made.is_proven,
        made.taken_at,
    );
    Ok(done.execute(conn).await?.rows_affected() > 0)
}

/// There will be no such backup; `false` when another process has it.
pub async fn failed(
    conn: &mut PgConnection,
    task: &Task,
    error: &str,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let failed = sqlx::query!(
        r#"UPDATE backups SET state = 'failed', state_at = $3, lease_id = NULL, lease_until = NULL, error = $4
           WHERE id = $1 AND lease_id = $2 AND state = 'running'"#,
        task.id.0,
        task.lease,
        now,
        error,
    );
    Ok(failed.execute(conn).await?.rows_affected() > 0)
}

/// A part has arrived.
pub async fn sent(
    conn: &mut PgConnection,
    backup: BackupId,
    (recipient, part, message): (TelegramId, i32, MessageId),
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"INSERT INTO backup_messages (backup_id, recipient, part, message_id, sent_at) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (backup_id, recipient, part) DO UPDATE SET message_id = excluded.message_id, sent_at = excluded.sent_at"#,
        backup.0,
        recipient.0,
        part,
        message.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets where the parts of a backup are.
pub async fn forget_sent(conn: &mut PgConnection, backup: BackupId) -> Result<(), DbError> {
    sqlx::query!("DELETE FROM backup_messages WHERE backup_id = $1", backup.0).execute(conn).await?;
    Ok(())
}

/// The message with the first part in somebody's chat.
pub async fn first_message(
    conn: &mut PgConnection,
    backup: BackupId,
    recipient: TelegramId,
) -> Result<Option<MessageId>, DbError> {
    let message = sqlx::query_scalar!(
        "SELECT message_id FROM backup_messages WHERE backup_id = $1 AND recipient = $2 ORDER BY part LIMIT 1",
        backup.0,
        recipient.0,
    );
    Ok(message.fetch_optional(conn).await?.map(MessageId))
}

struct Row {
    id: i64,
    asked_by: Option<i64>,
    asked_at: DateTime<Utc>,
    state: String,
    state_at: DateTime<Utc>,
    name: Option<String>,
    bytes: Option<i64>,
    database_bytes: Option<i64>,
    parts: Option<i32>,
    is_proven: Option<bool>,
    error: Option<String>,
}

impl TryFrom<Row> for Entry {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Entry, DbError> {
        let place = Place { table: "backups", row: &row.id };
        Ok(Entry {
            id: BackupId(row.id),
            asked_by: row.asked_by.map(TelegramId),
            asked_at: row.asked_at,
            state: State::from_label(&row.state).ok_or_else(|| place.bad("state"))?,
            state_at: row.state_at,
            name: row.name,
            bytes: row.bytes,
            database_bytes: row.database_bytes,
            parts: row.parts,
            is_proven: row.is_proven,
            error: row.error,
        })
    }
}

/// The latest backups, the newest first; of one person, or all.
pub async fn latest(
    conn: &mut PgConnection,
    of: Option<TelegramId>,
    limit: i64,
) -> Result<Vec<Entry>, DbError> {
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT id, asked_by, asked_at, state::text AS "state!", state_at, name, bytes, database_bytes, parts, is_proven, error
           FROM backups WHERE $1::bigint IS NULL OR asked_by = $1 ORDER BY id DESC LIMIT $2"#,
        of.map(|of| of.0),
        limit,
    );
    rows.fetch_all(conn).await?.into_iter().map(Entry::try_from).collect()
}

pub async fn entry(conn: &mut PgConnection, backup: BackupId) -> Result<Option<Entry>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT id, asked_by, asked_at, state::text AS "state!", state_at, name, bytes, database_bytes, parts, is_proven, error
           FROM backups WHERE id = $1"#,
        backup.0,
    );
    row.fetch_optional(conn).await?.map(Entry::try_from).transpose()
}

/// Of when the last good backup is that one of the admins has whole, and when the first was wanted; `None` where there was none.
pub async fn last_good(
    conn: &mut PgConnection,
    admins: &[TelegramId],
) -> Result<(Option<DateTime<Utc>>, Option<DateTime<Utc>>), DbError> {
    let admins: Vec<i64> = admins.iter().map(|admin| admin.0).collect();
    // An earlier version did not write down when it read.
    let row = sqlx::query!(
        r#"SELECT max(coalesce(b.taken_at, b.asked_at)) FILTER (
                      WHERE b.state = 'done' AND b.is_proven AND EXISTS (
                          SELECT FROM backup_messages m WHERE m.backup_id = b.id AND m.recipient = ANY($1)
                          GROUP BY m.recipient HAVING count(*) = b.parts)) AS last,
                  min(b.asked_at) AS first
           FROM backups b"#,
        &admins,
    );
    let row = row.fetch_one(conn).await?;
    Ok((row.last, row.first))
}
