//! Pushes updates to the webhook, and again until they are accepted.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::http::{HeaderValue, Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::telegram::{Delivery, Retry, Telegram};

/// How long the bot may take to accept a push.
const ANSWER_WITHIN: Duration = Duration::from_mins(1);
/// The first retry comes at once, the next ones after this, twice this and so on.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);
const LONGEST_ANSWER: usize = 1024 * 1024;
/// The longest `Retry-After` that Telegram honours.
const LONGEST_WISH: u64 = 3600;

type Pusher = Client<HttpConnector, Body>;

/// Runs until `stop`.
pub(crate) async fn deliver_updates(telegram: Telegram, stop: CancellationToken) {
    let client: Pusher = Client::builder(TokioExecutor::new()).build_http();
    let mut arrivals = telegram.arrivals();
    let mut pushes = JoinSet::new();
    loop {
        arrivals.mark_unchanged();
        while let Some(delivery) = telegram.next_delivery() {
            pushes.spawn(push(telegram.clone(), client.clone(), delivery));
        }
        tokio::select! {
            changed = arrivals.changed() => {
                if changed.is_err() {
                    return;
                }
            }
            Some(ended) = pushes.join_next(), if !pushes.is_empty() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a webhook push died");
                }
            }
            () = stop.cancelled() => return,
        }
    }
}

async fn push(telegram: Telegram, client: Pusher, delivery: Delivery) {
    let mut failures = 0;
    loop {
        let Err(failure) = attempt(&client, &delivery).await else {
            telegram.delivered(&delivery);
            return;
        };
        if !telegram.delivery_failed(&delivery, &failure.reason) {
            return;
        }
        let mut wait = failure.retry_after.unwrap_or_else(|| pause(failures));
        failures += 1;
        loop {
            tokio::time::sleep(wait).await;
            match telegram.retry_delivery(&delivery) {
                Retry::Now => break,
                Retry::Later => wait = FIRST_PAUSE,
                Retry::Never => return,
            }
        }
    }
}

fn pause(failures: u32) -> Duration {
    match failures.checked_sub(1) {
        None => Duration::ZERO,
        Some(doublings) => FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(doublings)).min(LONGEST_PAUSE),
    }
}

struct Failure {
    reason: String,
    retry_after: Option<Duration>,
}

impl Failure {
    fn because(reason: String) -> Self {
        Self { reason, retry_after: None }
    }
}

async fn attempt(client: &Pusher, delivery: &Delivery) -> Result<(), Failure> {
    for _ in 0..delivery.copies {
        let mut request = Request::post(&*delivery.url)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(delivery.body.as_bytes().to_vec()))
            .map_err(|error| Failure::because(format!("{error}")))?;
        if let Some(secret) = &delivery.secret {
            let secret =
                HeaderValue::from_str(secret).map_err(|error| Failure::because(format!("{error}")))?;
            request.headers_mut().insert("X-Telegram-Bot-Api-Secret-Token", secret);
        }
        let answer = tokio::time::timeout(ANSWER_WITHIN, client.request(request))
            .await
            .map_err(|_| Failure::because("Read timeout expired".to_owned()))?
            .map_err(|error| Failure::because(format!("Connection failed: {error}")))?;
        let status = answer.status();
        let retry_after = answer
            .headers()
            .get(header::RETRY_AFTER)
            .and_then(|seconds| seconds.to_str().ok()?.parse().ok())
            .map(|seconds: u64| Duration::from_secs(seconds.min(LONGEST_WISH)));
        // The body means nothing here, but a connection whose answer was read can be used again.
        let body = to_bytes(Body::new(answer.into_body()), LONGEST_ANSWER);
        if let Err(error) = body.await {
            tracing::debug!(%error, "the webhook's answer broke off");
        }
        if !status.is_success() {
            let reason = format!("Wrong response from the webhook: {}", described(status));
            return Err(Failure { reason, retry_after });
        }
    }
    Ok(())
}

fn described(status: StatusCode) -> String {
    format!("{} {}", status.as_str(), status.canonical_reason().unwrap_or_default())
}
