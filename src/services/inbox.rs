//! The inbox as the adapters use it: keep what came, claim what is due, and say how it ended.

use std::time::Duration;

use uuid::Uuid;

use super::{ServiceError, Services};
pub use crate::db::inbox::{Claimed, Client, End, Finished, LONGEST_WAIT, NewUpdate};
use crate::domain::{
    conversation::Event,
    ids::{BookingId, TelegramId, UpdateId},
};

/// How long a claimed update belongs to the process that claimed it, unless renewed: so soon others take up what a
/// process that died had in flight.
pub const LEASE: Duration = Duration::from_secs(8);

/// Keeps updates before they are acknowledged. Repeats are harmless.
pub async fn keep(services: &Services, updates: &[NewUpdate]) -> Result<u64, ServiceError> {
    let (checkouts, updates): (Vec<NewUpdate>, Vec<NewUpdate>) =
        updates.iter().cloned().partition(|update| update.is_checkout);
    // Telegram waits for ten seconds, so they are answered beside the inbox; one that cannot be is asked again.
    for checkout in checkouts {
        if let Some(Err(error)) = services.checkouts.as_ref().map(|desk| desk.try_send(checkout.payload)) {
            tracing::warn!(%error, "a checkout cannot be answered");
        }
    }
    if updates.is_empty() {
        return Ok(0);
    }
    let mut conn = services.pool.acquire().await?;
    Ok(crate::db::inbox::keep(&mut conn, &updates, services.clock.now()).await?)
}

/// Finishes earlier updates and claims the next ones.
pub async fn finish_and_claim(
    services: &Services,
    finished: &[Finished],
    limit: usize,
) -> Result<Vec<Claimed>, ServiceError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut conn = services.pool.acquire().await?;
    let (limits, now) = (services.limits, services.clock.now());
    Ok(crate::db::inbox::finish_and_claim(&mut conn, finished, limit, LEASE, limits, now).await?)
}

/// Keeps updates that are still in flight.
pub async fn renew(services: &Services, leases: &[Uuid]) -> Result<(), ServiceError> {
    let mut conn = services.pool.acquire().await?;
    Ok(crate::db::inbox::renew(&mut conn, leases, services.clock.now() + LEASE).await?)
}

impl Claimed {
    /// Whether it is not from Telegram but the bot's own word to a conversation.
    pub fn is_word(&self) -> bool {
        self.id.0 < 0
    }

    /// What the bot has to tell the conversation; `None` for a word of another version.
    pub fn word(&self) -> Option<Event> {
        let payload: serde_json::Value = serde_json::from_str(&self.payload).ok()?;
        Some(Event::HoldOver(BookingId(payload.get("hold_over")?.as_i64()?)))
    }
}

impl NewUpdate {
    /// Reads the id and the sender out of a raw update, whatever its kind; `None` when it has no id.
    pub fn from_raw(payload: &serde_json::Value) -> Option<NewUpdate> {
        let id = UpdateId(payload.get("update_id")?.as_i64()?);
        let mut parts = payload.as_object()?.values();
        let person = parts.find_map(|part| part.get("from")?.get("id")?.as_i64()).map(TelegramId);
        let is_checkout = payload.get("pre_checkout_query").is_some();
        Some(NewUpdate { id, person, payload: payload.to_string(), is_checkout })
    }
}
