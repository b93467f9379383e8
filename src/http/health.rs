//! Whether the bot can work.

use axum::{extract::State, http::StatusCode};

use crate::services::Services;

/// 200 when the database answers, 503 when it does not.
pub(super) async fn health(State(services): State<Services>) -> (StatusCode, &'static str) {
    match services.check().await {
        Ok(()) => (StatusCode::OK, "ok"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "no database"),
    }
}
