//! What a database that is replaced knows of those who were forgotten, for the one that comes in its place.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::withdraw;
use crate::{
    db::DbError,
    domain::{
        erasure::Code,
        ids::{ClientId, TelegramId},
    },
};

/// The wishes of a database that is to be replaced.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wishes {
    /// With when they wished it, where that is known.
    pub done: Vec<(Code, Option<DateTime<Utc>>)>,
    /// Since when others want to be forgotten, or that they have changed their minds; and when that was last said.
    pub others: Vec<(Code, Option<DateTime<Utc>>, DateTime<Utc>)>,
}

/// Whom a code names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A client, by their account.
    Somebody(TelegramId),
    /// One who was forgotten.
    Nobody,
    Unknown,
}

/// Who was forgotten and who wants to be, for the case that this database is replaced by one that does not know it.
pub async fn wishes(conn: &mut PgConnection) -> Result<Wishes, DbError> {
    let table = sqlx::query_scalar!(r#"SELECT to_regclass('forgotten_codes') IS NOT NULL AS "exists!""#);
    if !table.fetch_one(&mut *conn).await? {
        return Ok(Wishes::default());
    }
    let rows = sqlx::query!(
        r#"SELECT c.id, c.created_at, c.forgotten_at IS NOT NULL AS "is_done!",
                  (SELECT e.asked_at FROM erasures e WHERE e.client_id = c.id AND e.state = 'asked') AS asked_at,
                  (SELECT max(e.asked_at) FROM erasures e WHERE e.client_id = c.id AND e.state = 'done') AS wished_at,
                  (SELECT max(e.state_at) FROM erasures e WHERE e.client_id = c.id) AS said_at
           FROM clients c WHERE EXISTS (SELECT FROM erasures e WHERE e.client_id = c.id) OR c.forgotten_at IS NOT NULL
           ORDER BY c.id"#
    );
    let mut wishes = Wishes::default();
    for row in rows.fetch_all(&mut *conn).await? {
        let code = Code::of(ClientId(row.id), row.created_at);
        if row.is_done {
            wishes.done.push((code, row.wished_at));
        } else if let Some(said_at) = row.said_at {
            wishes.others.push((code, row.asked_at, said_at));
        }
    }
    let elsewhere = sqlx::query_scalar!("SELECT code FROM forgotten_codes ORDER BY code");
    let elsewhere = elsewhere.fetch_all(conn).await?;
    wishes.done.extend(elsewhere.iter().filter_map(|code| Some((code.parse().ok()?, None))));
    Ok(wishes)
}

/// Keeps the code of somebody whom this database does not know.
pub async fn keep_code(conn: &mut PgConnection, code: &Code) -> Result<(), DbError> {
    sqlx::query!("INSERT INTO forgotten_codes (code) VALUES ($1) ON CONFLICT DO NOTHING", code.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Makes the wish of a client what it was in the database that was replaced, open since then or none, unless that was the
/// last word in the backup, too, or something was said later.
pub async fn carry_over(
    conn: &mut PgConnection,
    client: ClientId,
    (asked_at, said_at): (Option<DateTime<Utc>>, DateTime<Utc>),
    due_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let known = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM erasures WHERE client_id = $1 AND state_at >= $2) AS "known!""#,
        client.0,
        said_at,
    );
    if known.fetch_one(&mut *conn).await? {
        return Ok(());
    }
    withdraw(conn, client, said_at).await?;
    if let Some(asked_at) = asked_at {
        sqlx::query!(
            "INSERT INTO erasures (client_id, asked_at, due_at, state, state_at) VALUES ($1, $2, $3, 'asked', $2)",
            client.0,
            asked_at,
            due_at,
        )
        .execute(conn)
        .await?;
    }
    Ok(())
}

/// Whoever wanted to be forgotten when a backup was taken may have changed their mind since, and has time to say so again.
pub async fn cool_again(conn: &mut PgConnection, due_at: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!("UPDATE erasures SET due_at = greatest(due_at, $1) WHERE state = 'asked'", due_at)
        .execute(conn)
        .await?;
    Ok(())
}

/// The client whom a code names, locked.
pub async fn named(conn: &mut PgConnection, code: &Code) -> Result<Named, DbError> {
    let row = sqlx::query!(
        "SELECT telegram_id, created_at, forgotten_at FROM clients WHERE id = $1 FOR UPDATE",
        code.client.0
    );
    let found = row.fetch_optional(conn).await?;
    Ok(match found.filter(|row| Code::of(code.client, row.created_at) == *code) {
        Some(row) if row.forgotten_at.is_some() => Named::Nobody,
        Some(row) => Named::Somebody(TelegramId(row.telegram_id)),
        None => Named::Unknown,
    })
}
