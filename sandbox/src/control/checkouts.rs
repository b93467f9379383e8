//! Paying: a checkout is opened, the bot answers, and then the person decides.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};

use super::chats::known;
use super::{Answer, Context, Refusal, body};
use crate::telegram::CheckoutState;

/// How late "late" is.
const LATE: TimeDelta = TimeDelta::minutes(20);

#[derive(Deserialize)]
struct Open {
    message_id: i64,
}

/// `POST /control/chats/{person}/checkout`.
pub(super) async fn open(
    State(context): State<Context>,
    Path(person): Path<i64>,
    bytes: Bytes,
) -> Answer<Json<Value>> {
    known(&context, person)?;
    let Open { message_id } = body(&bytes)?;
    let id = context.telegram.checkout(person, person, message_id).map_err(Refusal::bad)?;
    Ok(Json(json!({ "checkout_id": id })))
}

/// `GET /control/checkouts/{id}`.
pub(super) async fn show(State(context): State<Context>, Path(id): Path<String>) -> Answer<Json<Value>> {
    let state = context.telegram.checkout_state(&id);
    let state = state.ok_or_else(|| Refusal::missing("There is no such checkout."))?;
    let (name, reason) = match state {
        CheckoutState::Asked => ("asked", None),
        CheckoutState::Approved => ("approved", None),
        CheckoutState::Refused(reason) => ("refused", Some(reason)),
        CheckoutState::TimedOut => ("timed_out", None),
        CheckoutState::Paid => ("paid", None),
        CheckoutState::Failed => ("failed", None),
        CheckoutState::Abandoned => ("abandoned", None),
    };
    Ok(Json(json!({ "state": name, "reason": reason })))
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Choice {
    Pay,
    PayLate,
    Fail,
    Abandon,
}

#[derive(Deserialize)]
struct Act {
    act: Choice,
}

/// `POST /control/checkouts/{id}`.
pub(super) async fn act(
    State(context): State<Context>,
    Path(id): Path<String>,
    bytes: Bytes,
) -> Answer<Json<Value>> {
    let Act { act } = body(&bytes)?;
    let telegram = &context.telegram;
    match act {
        Choice::Pay => telegram.pay(&id).map(drop),
        Choice::PayLate => telegram.pay_later(&id, LATE),
        Choice::Fail => telegram.fail(&id),
        Choice::Abandon => telegram.abandon(&id),
    }
    .map_err(Refusal::bad)?;
    Ok(Json(json!({})))
}
