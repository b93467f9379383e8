//! Long polling: raw updates go into the inbox before Telegram is told that they arrived.

use std::{sync::Arc, time::Duration};

use serde::Serialize;
use teloxide::{
    RequestError,
    requests::{JsonRequest, Payload, Request},
};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::{
    bots::{Bots, POLL_SECONDS},
    errors::{Verdict, chain, verdict},
};
use crate::services::{Services, inbox};

/// The kinds of updates that the handler tree takes.
pub const ALLOWED_UPDATES: [&str; 4] = ["message", "callback_query", "my_chat_member", "pre_checkout_query"];

/// `getUpdates` with the updates left as they came: what cannot be understood today is kept all the same.
#[derive(Debug, Clone, Serialize)]
struct RawUpdates {
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<i64>,
    timeout: u32,
    limit: u8,
    allowed_updates: [&'static str; ALLOWED_UPDATES.len()],
}

impl Payload for RawUpdates {
    type Output = Vec<serde_json::Value>;

    const NAME: &'static str = "GetUpdates";
}

/// Polls until told to stop. `wake` tells the pump that something came.
pub async fn run(services: Services, bots: Bots, wake: Arc<Notify>, stop: CancellationToken) {
    // The first call names no offset: Telegram then gives whatever it was never told about.
    let mut offset = None;
    let mut failures: u32 = 0;
    while !stop.is_cancelled() {
        let batch = tokio::select! {
            () = stop.cancelled() => break,
            batch = next(&bots, offset) => batch,
        };
        let kept = match batch {
            Ok(raw) => keep(&services, &raw).await,
            Err(error) => {
                let wait = match verdict(&error) {
                    Verdict::Later(wait) => wait,
                    Verdict::Unreachable | Verdict::Never => Duration::from_secs(5),
                };
                Err((chain(&error), wait))
            }
        };
        match kept {
            Ok(last) => {
                failures = 0;
                if let Some(last) = last {
                    offset = Some(last.saturating_add(1));
                    wake.notify_one();
                }
            }
            Err((error, wait)) => {
                failures = failures.saturating_add(1);
                tracing::warn!(error, failures, "updates could not be fetched");
                let wait = wait.max(Duration::from_millis(250) * 2u32.saturating_pow(failures.min(6)));
                tokio::select! {
                    () = stop.cancelled() => break,
                    () = tokio::time::sleep(wait.min(Duration::from_secs(30))) => {}
                }
            }
        }
    }
}

async fn next(bots: &Bots, offset: Option<i64>) -> Result<Vec<serde_json::Value>, RequestError> {
    let payload = RawUpdates { offset, timeout: POLL_SECONDS, limit: 100, allowed_updates: ALLOWED_UPDATES };
    JsonRequest::new(bots.polling.clone(), payload).send().await
}

/// Keeps a batch and returns its last update id; nothing is confirmed that was not kept.
async fn keep(services: &Services, raw: &[serde_json::Value]) -> Result<Option<i64>, (String, Duration)> {
    let last = raw.iter().filter_map(|update| update.get("update_id")?.as_i64()).max();
    let updates: Vec<inbox::NewUpdate> = raw.iter().filter_map(inbox::NewUpdate::from_raw).collect();
    match inbox::keep(services, &updates).await {
        Ok(_) => Ok(last),
        Err(error) => Err((chain(&error), Duration::from_secs(1))),
    }
}
