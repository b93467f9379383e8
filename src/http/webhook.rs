//! The webhook: an update is kept in the inbox before Telegram is told that it arrived.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq as _;
use tokio::sync::Notify;

use crate::services::{Services, inbox};

const SECRET_HEADER: &str = "X-Telegram-Bot-Api-Secret-Token";

#[derive(Clone)]
pub(super) struct Gate {
    pub(super) services: Services,
    pub(super) secret: SecretString,
    pub(super) wake: Arc<Notify>,
}

/// 200 once the update is kept; 401 without the secret; 503 when it could not be kept, so that Telegram comes again.
pub(super) async fn receive(State(gate): State<Gate>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let given = headers.get(SECRET_HEADER).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
    if !bool::from(given.ct_eq(gate.secret.expose_secret().as_bytes())) {
        return StatusCode::UNAUTHORIZED;
    }
    let update = serde_json::from_slice(&body).ok();
    let update = update.as_ref().and_then(inbox::NewUpdate::from_raw);
    // Coming again would not make it readable, and would hold up everything behind it.
    let Some(update) = update else {
        tracing::warn!("the webhook was sent something that is no update");
        return StatusCode::OK;
    };
    match inbox::keep(&gate.services, &[update]).await {
        Ok(_) => {
            gate.wake.notify_one();
            StatusCode::OK
        }
        Err(error) => {
            tracing::warn!(%error, "an update could not be kept");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
