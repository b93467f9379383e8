//! The Bot API over HTTP: reads a call, lets the model do it, writes Telegram's answer.

mod answer;
mod connection;
mod polling;
mod read;
mod webhook;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::header;
use axum::response::Response;
use axum::routing::{any, get};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use self::answer::Reply;
pub(crate) use self::connection::{Breaker, Connections};
pub(crate) use self::webhook::deliver_updates;
use crate::telegram::{ApiError, Call, FaultKind, Method, Params, Telegram};

/// What a call needs besides itself.
#[derive(Clone)]
struct Context {
    telegram: Telegram,
    stop: CancellationToken,
}

/// The routes of the Bot API.
pub(crate) fn routes(telegram: Telegram, stop: CancellationToken) -> Router {
    // The token is part of the path, so the path is taken apart here and not by the router.
    Router::new()
        .route("/{bot}/{method}", any(call))
        .route("/file/{bot}/{*path}", get(download))
        .with_state(Context { telegram, stop })
}

fn check_token(telegram: &Telegram, bot: &str) -> Result<(), ApiError> {
    match bot.strip_prefix("bot") {
        Some(token) if token == telegram.token() => Ok(()),
        Some(_) => Err(ApiError::unauthorized()),
        None => Err(ApiError::not_found()),
    }
}

async fn call(
    State(context): State<Context>,
    ConnectInfo(breaker): ConnectInfo<Breaker>,
    Path((bot, name)): Path<(String, String)>,
    request: Request,
) -> Response {
    // Read before anything is refused, so that the connection lives on.
    let read = read::params(request).await;
    if let Err(error) = check_token(&context.telegram, &bot) {
        return Reply::from(Err(error)).into_response();
    }
    let mut call = Call { method: name, params: Value::Null, status: 0, description: None };
    let Some(method) = Method::named(&call.method) else {
        let reply = Reply::from(Err(ApiError::not_found()));
        return finish(&context, call, reply, read.unwrap_or_default());
    };
    method.name.clone_into(&mut call.method);
    let params = match read {
        Ok(params) => params,
        Err(error) => {
            return finish(&context, call, Reply::from(Err(error)), Params::default());
        }
    };
    if let Err(error) = method.check(&params) {
        return finish(&context, call, Reply::from(Err(error)), params);
    }
    let fault = context.telegram.fault_for(method, &params);
    match fault {
        Some(FaultKind::Refused) => {
            "the connection was closed before the call was done"
                .clone_into(call.description.get_or_insert_default());
            context.telegram.record(with_params(call, params));
            breaker.close();
            return Response::new(Body::empty());
        }
        Some(FaultKind::TooManyRequests { retry_after }) => {
            let reply = Reply::from(Err(ApiError::too_many_requests(retry_after)));
            return finish(&context, call, reply, params);
        }
        Some(FaultKind::Forbidden { description }) => {
            let reply = Reply::from(Err(ApiError::forbidden(description)));
            return finish(&context, call, reply, params);
        }
        Some(FaultKind::ServerError { status }) => {
            return finish(&context, call, Reply::broken(status), params);
        }
        Some(FaultKind::Slow { by }) => {
            tokio::select! {
                () = tokio::time::sleep(by) => {}
                () = context.stop.cancelled() => {}
            }
        }
        Some(FaultKind::AnswerLost) => {
            let reply = perform(&context, method, &params).await;
            call.status = 0;
            call.description = Some(format!("the answer was lost: {}", reply.outcome()));
            context.telegram.record(with_params(call, params));
            breaker.close();
            return Response::new(Body::empty());
        }
        // The first three are about updates, and of a share only its fault comes here.
        Some(
            FaultKind::DuplicateUpdates
            | FaultKind::ReorderUpdates
            | FaultKind::DropPush
            | FaultKind::Share { .. },
        )
        | None => {}
    }
    let reply = perform(&context, method, &params).await;
    finish(&context, call, reply, params)
}

async fn perform(context: &Context, method: &Method, params: &Params) -> Reply {
    if method.is_poll() {
        return polling::get_updates(&context.telegram, params, &context.stop).await;
    }
    Reply::from(context.telegram.perform(method, params))
}

fn with_params(mut call: Call, params: Params) -> Call {
    call.params = params.into_record();
    call
}

fn finish(context: &Context, mut call: Call, reply: Reply, params: Params) -> Response {
    call.status = reply.status();
    call.description = reply.description();
    context.telegram.record(with_params(call, params));
    reply.into_response()
}

async fn download(State(context): State<Context>, Path((bot, path)): Path<(String, String)>) -> Response {
    if let Err(error) = check_token(&context.telegram, &bot) {
        return Reply::from(Err(error)).into_response();
    }
    let Some((_, bytes)) = context.telegram.download(&path) else {
        return Reply::from(Err(ApiError::not_found())).into_response();
    };
    let mut response = Response::new(Body::from(bytes.as_ref().clone()));
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/octet-stream"));
    response
}
