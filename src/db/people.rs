//! Clients as rows.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::DbError;
use crate::domain::{
    ids::{ClientId, TelegramId},
    language::Language,
    slots::Regard,
};

/// Creates a client and the conversation with them, both where missing.
pub async fn meet(
    conn: &mut PgConnection,
    telegram: TelegramId,
    name: &str,
    language: Language,
    first_stack: &serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"WITH client AS (
               INSERT INTO clients (telegram_id, name, language, created_at, regard, regarded_by, regarded_at)
               -- What the staff has said of them before they were forgotten still stands.
               SELECT $1, $2, $3, $4, coalesce(k.regard, 'plain'),
                      CASE WHEN k.regard IS NOT NULL THEN $6::bigint END, CASE WHEN k.regard IS NOT NULL THEN $4 END
               FROM (VALUES (1)) AS one (row)
               LEFT JOIN kept_regards k ON k.telegram_id = $1 AND k.kept_until > $4
               ON CONFLICT (telegram_id) DO NOTHING)
           INSERT INTO conversations (telegram_id, stack, rev, updated_at) VALUES ($1, $5, 1, $4)
           ON CONFLICT (telegram_id) DO NOTHING"#,
        telegram.0,
        name,
        language.code(),
        now,
        first_stack,
        TelegramId::NOBODY.0,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// People change their names in Telegram; the staff should know them by the present one.
pub async fn rename(conn: &mut PgConnection, telegram: TelegramId, name: &str) -> Result<(), DbError> {
    sqlx::query!("UPDATE clients SET name = $2 WHERE telegram_id = $1", telegram.0, name)
        .execute(conn)
        .await?;
    Ok(())
}

/// What the staff thinks of a client.
pub async fn regard(conn: &mut PgConnection, client: ClientId) -> Result<Option<Regard>, DbError> {
    let regard =
        sqlx::query_scalar!(r#"SELECT regard::text AS "regard!" FROM clients WHERE id = $1"#, client.0);
    Ok(regard.fetch_optional(conn).await?.and_then(|label| Regard::from_label(&label)))
}

/// A client's account.
pub async fn account(conn: &mut PgConnection, client: ClientId) -> Result<Option<TelegramId>, DbError> {
    let account = sqlx::query_scalar!("SELECT telegram_id FROM clients WHERE id = $1", client.0);
    Ok(account.fetch_optional(conn).await?.map(TelegramId))
}

/// The language of somebody who is known.
pub async fn language(conn: &mut PgConnection, telegram: TelegramId) -> Result<Option<Language>, DbError> {
    let code = sqlx::query_scalar!("SELECT language FROM clients WHERE telegram_id = $1", telegram.0);
    Ok(code.fetch_optional(conn).await?.and_then(|code| Language::from_tag(&code)))
}

pub async fn set_language(
    conn: &mut PgConnection,
    telegram: TelegramId,
    language: Language,
) -> Result<(), DbError> {
    sqlx::query!("UPDATE clients SET language = $2 WHERE telegram_id = $1", telegram.0, language.code())
        .execute(conn)
        .await?;
    Ok(())
}

/// Records the consent; the first one counts.
pub async fn agree(conn: &mut PgConnection, telegram: TelegramId, now: DateTime<Utc>) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE clients SET consented_at = coalesce(consented_at, $2) WHERE telegram_id = $1",
        telegram.0,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// `phone` is in international form, "+" and digits.
pub async fn set_phone(conn: &mut PgConnection, telegram: TelegramId, phone: &str) -> Result<(), DbError> {
    sqlx::query!("UPDATE clients SET phone = $2 WHERE telegram_id = $1", telegram.0, phone)
        .execute(conn)
        .await?;
    Ok(())
}

/// Records what the staff thinks of a client, who of it, and since when.
pub async fn set_regard(
    conn: &mut PgConnection,
    client: ClientId,
    regard: Regard,
    by: TelegramId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    sqlx::query!(
        "UPDATE clients SET regard = $2::text::client_regard, regarded_by = $3, regarded_at = $4 WHERE id = $1",
        client.0,
        regard.label(),
        by.0,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}
