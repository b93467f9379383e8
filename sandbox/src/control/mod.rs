//! The control interface: what the page needs to be a person, to move the clock and to let things go wrong.

mod chats;
mod checkouts;
mod events;
mod time;
mod uploads;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use chrono_tz::Tz;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::telegram::{Call, Fault, NewPerson, Person, Telegram};

/// Calls that `GET /control/calls` shows.
const SHOWN_CALLS: usize = 500;

#[derive(Clone)]
struct Context {
    telegram: Telegram,
    zone: Tz,
    stop: CancellationToken,
}

/// A refusal in one clear sentence.
struct Refusal(StatusCode, String);

impl Refusal {
    fn bad(reason: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, reason.into())
    }

    fn missing(what: impl Into<String>) -> Self {
        Self(StatusCode::NOT_FOUND, what.into())
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

type Answer<T> = Result<T, Refusal>;

/// The routes below `/control`.
pub(crate) fn routes(telegram: Telegram, zone: Tz, stop: CancellationToken) -> Router {
    Router::new()
        .route("/state", get(state))
        .route("/people", post(add_person))
        .route("/clock", post(time::move_clock))
        .route("/faults", post(add_fault).delete(clear_faults))
        .route("/calls", get(calls))
        .route("/files/{file_id}", get(file))
        .route("/events", get(events::stream))
        .route("/checkouts/{id}", get(checkouts::show).post(checkouts::act))
        .nest("/chats/{person}", chats::routes())
        // Not a fallback: those of a nested router lose against the Bot API's routes.
        .route("/{*unknown}", any(async || Refusal::missing("There is no such control call.")))
        .with_state(Context { telegram, zone, stop })
}

async fn state(State(context): State<Context>) -> Json<Value> {
    Json(state_json(&context))
}

fn state_json(context: &Context) -> Value {
    let now = context.telegram.clock().now();
    let local = now.with_timezone(&context.zone);
    json!({
        "now": now.to_rfc3339(),
        "zone": context.zone.name(),
        "local": format!("{}", local.format("%a %-d %b %Y, %H:%M")),
        "bot": context.telegram.bot(),
        "people": context.telegram.people(),
    })
}

/// Reads a JSON body whatever its `Content-Type` says.
fn body<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let bytes = if bytes.is_empty() { b"{}" } else { bytes };
    serde_json::from_slice(bytes).map_err(|error| Refusal::bad(format!("The body does not fit: {error}.")))
}

async fn add_person(State(context): State<Context>, bytes: axum::body::Bytes) -> Answer<Json<Person>> {
    let new: NewPerson = body(&bytes)?;
    if new.first_name.trim().is_empty() {
        return Err(Refusal::bad("A person needs a first name."));
    }
    Ok(Json(context.telegram.add_person(new)))
}

async fn add_fault(State(context): State<Context>, bytes: axum::body::Bytes) -> Answer<Json<Fault>> {
    let fault: Fault = body(&bytes)?;
    context.telegram.add_fault(fault.clone());
    Ok(Json(fault))
}

async fn clear_faults(State(context): State<Context>) -> Json<Value> {
    context.telegram.clear_faults();
    Json(json!({}))
}

async fn calls(State(context): State<Context>) -> Json<Vec<Call>> {
    Json(context.telegram.last_calls(SHOWN_CALLS))
}

async fn file(State(context): State<Context>, Path(file_id): Path<String>) -> Answer<(HeaderMap, Vec<u8>)> {
    let file = context.telegram.file(&file_id).ok_or_else(|| Refusal::missing("There is no such file."))?;
    let mut headers = HeaderMap::new();
    let kind = HeaderValue::from_str(&file.mime)
        .unwrap_or_else(|_| HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, kind);
    // A file must never run as a part of the page.
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let name = format!("attachment; filename*=UTF-8''{}", percent(&file.name));
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok((headers, file.bytes))
}

/// Percent-encodes a file name for `filename*`.
fn percent(name: &str) -> String {
    use std::fmt::Write;

    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else if write!(encoded, "%{byte:02X}").is_err() {
            break;
        }
    }
    encoded
}
