//! `getUpdates`: waits for updates, for the end of its time, or for another poller.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::answer::Reply;
use crate::telegram::{ApiError, Batch, Params, Telegram, other_poller, webhook_set_meanwhile};

/// The longest wait that Telegram grants.
const MAX_TIMEOUT: i64 = 50;

pub(super) async fn get_updates(telegram: &Telegram, params: &Params, stop: &CancellationToken) -> Reply {
    match poll(telegram, params, stop).await {
        Ok(updates) => Reply::good(body(&updates)),
        Err(error) => Reply::from(Err(error)),
    }
}

async fn poll(
    telegram: &Telegram,
    params: &Params,
    stop: &CancellationToken,
) -> Result<Vec<Arc<str>>, ApiError> {
    let limit = params.integer("limit")?.unwrap_or(100).clamp(1, 100);
    let limit = usize::try_from(limit).unwrap_or(100);
    let timeout = params.integer("timeout")?.unwrap_or(0).clamp(0, MAX_TIMEOUT);
    let timeout = Duration::from_secs(u64::try_from(timeout).unwrap_or(0));
    let poll = telegram.begin_poll(params)?;
    let mut arrivals = telegram.arrivals();
    let end = tokio::time::sleep(timeout);
    tokio::pin!(end);
    loop {
        arrivals.mark_unchanged();
        match telegram.take_updates(poll, limit) {
            Batch::Updates(updates) => return Ok(updates),
            Batch::Superseded => return Err(other_poller()),
            Batch::WebhookSet => return Err(webhook_set_meanwhile()),
            Batch::Nothing => {}
        }
        tokio::select! {
            changed = arrivals.changed() => {
                if changed.is_err() {
                    return Ok(Vec::new());
                }
            }
            () = &mut end => return Ok(Vec::new()),
            () = stop.cancelled() => return Ok(Vec::new()),
        }
    }
}

/// Every update is JSON already, so the answer is put together as text.
fn body(updates: &[Arc<str>]) -> String {
    let bytes: usize = updates.iter().map(|update| update.len() + 1).sum();
    let mut body = String::with_capacity(bytes + 32);
    body.push_str(r#"{"ok":true,"result":["#);
    for (index, update) in updates.iter().enumerate() {
        if index > 0 {
            body.push(',');
        }
        body.push_str(update);
    }
    body.push_str("]}");
    body
}
