//! Conversations as rows: the stack of screens as versioned JSON, saved by compare-and-swap.

mod export;
mod stack;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

pub use self::{
    export::ExportV1,
    stack::{decode, encode},
};
use super::DbError;
use crate::domain::ids::{MessageId, TelegramId, UpdateId};

/// A conversation as it is stored.
#[derive(Debug, Clone)]
pub struct Stored {
    pub stack: serde_json::Value,
    /// Rises with every step; buttons carry it.
    pub rev: i64,
    /// The message that shows the current screen.
    pub living: Option<MessageId>,
    /// It is the card of a visit, which stays: the next screen gets a message of its own.
    pub is_card: bool,
}

/// A step to be saved.
#[derive(Debug)]
pub struct Save<'a> {
    pub person: TelegramId,
    pub stack: &'a serde_json::Value,
    pub expected_rev: i64,
    pub update: UpdateId,
    pub lease: Uuid,
    pub reply: &'a serde_json::Value,
    /// Whether older buttons go out of date.
    pub raises_rev: bool,
    pub now: DateTime<Utc>,
}

/// Saves the conversation and marks the update as applied, both or neither. Returns the new revision, or `None` when
/// the conversation has moved on or the update is no longer ours.
pub async fn save(conn: &mut PgConnection, save: Save<'_>) -> Result<Option<i64>, DbError> {
    let rev = sqlx::query_scalar!(
        r#"WITH current AS (
               SELECT FROM conversations WHERE telegram_id = $1 AND rev = $2 FOR UPDATE),
           applied AS (
               UPDATE inbox SET state = 'applied', reply = $5
               WHERE update_id = $3 AND lease_id = $4 AND state = 'received' AND EXISTS (SELECT FROM current)
               RETURNING update_id)
           UPDATE conversations SET stack = $6, rev = rev + CASE WHEN $8 THEN 1 ELSE 0 END, updated_at = $7
           WHERE telegram_id = $1 AND EXISTS (SELECT FROM applied)
           RETURNING rev"#,
        save.person.0,
        save.expected_rev,
        save.update.0,
        save.lease,
        save.reply,
        save.stack,
        save.now,
        save.raises_rev,
    )
    .fetch_optional(conn)
    .await?;
    Ok(rev)
}
