//! Long polling and webhooks.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::support::Fixture;

fn texts(updates: &Value) -> Vec<&str> {
    updates
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|update| update.pointer("/message/text")?.as_str())
        .collect()
}

#[tokio::test]
async fn offsets_confirm_and_forget() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    for text in ["a", "b", "c", "d"] {
        telegram.send_text(fixture.ann.id, text);
    }
    let first = fixture.call("getUpdates", json!({"limit": 2})).await?;
    assert_eq!(texts(first.result()), ["a", "b"]);
    assert_eq!(telegram.pending_updates(), 4);
    let next = first.result()[1]["update_id"].as_i64().unwrap_or_default() + 1;
    let rest = fixture.call("getUpdates", json!({"offset": next})).await?;
    assert_eq!(texts(rest.result()), ["c", "d"]);
    let last = fixture.call("getUpdates", json!({"offset": -1})).await?;
    assert_eq!(texts(last.result()), ["d"]);
    assert_eq!(telegram.pending_updates(), 1);
    Ok(())
}

#[tokio::test]
async fn a_poll_waits_for_an_update_and_yields_to_the_next_poller() -> anyhow::Result<()> {
    let fixture = Arc::new(Fixture::with_open_chat().await?);
    let poll = || {
        let fixture = Arc::clone(&fixture);
        async move { fixture.call("getUpdates", json!({"timeout": 30})).await }
    };
    let tasks = TaskTracker::new();
    let first = tasks.spawn(poll());
    tokio::time::sleep(Duration::from_millis(100)).await;
    let second = tasks.spawn(poll());
    let ended = first.await??;
    assert_eq!(ended.status, 409);
    assert_eq!(
        ended.description(),
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    );
    fixture.sandbox.telegram().send_text(fixture.ann.id, "now");
    assert_eq!(texts(second.await??.result()), ["now"]);
    Ok(())
}

#[tokio::test]
async fn allowed_updates_are_remembered() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    let ask = async |params: Value| fixture.call("getUpdates", params).await;
    ask(json!({"allowed_updates": ["callback_query"]})).await?;
    telegram.send_text(fixture.ann.id, "unheard");
    telegram.tap(fixture.ann.id, 1, "heard");
    assert_eq!(ask(json!({})).await?.result()[0]["callback_query"]["data"], "heard");
    ask(json!({"allowed_updates": "[]"})).await?;
    telegram.send_text(fixture.ann.id, "heard again");
    telegram.push_update(json!({"message_reaction": {"chat": {"id": fixture.ann.id}}}));
    assert_eq!(telegram.pending_updates(), 2);
    Ok(())
}

#[tokio::test]
async fn updates_expire() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    telegram.tap(fixture.ann.id, 1, "x");
    telegram.send_text(fixture.ann.id, "y");
    fixture.sandbox.clock().advance(TimeDelta::seconds(151));
    assert_eq!(telegram.pending_updates(), 1);
    fixture.sandbox.clock().advance(TimeDelta::hours(24));
    assert_eq!(fixture.call("getUpdates", json!({})).await?.result(), &json!([]));
    Ok(())
}

#[derive(Clone)]
struct Hook {
    failures: Arc<AtomicUsize>,
    got: mpsc::UnboundedSender<(String, Value)>,
}

async fn receive(State(hook): State<Hook>, headers: HeaderMap, Json(update): Json<Value>) -> StatusCode {
    let left = hook.failures.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| left.checked_sub(1));
    if left.is_ok() {
        return StatusCode::INTERNAL_SERVER_ERROR;
    }
    let secret = headers
        .get("x-telegram-bot-api-secret-token")
        .and_then(|secret| secret.to_str().ok())
        .unwrap_or_default();
    match hook.got.send((secret.to_owned(), update)) {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::GONE,
    }
}

#[tokio::test]
async fn a_webhook_gets_updates_in_order_and_again_after_failures() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let telegram = fixture.sandbox.telegram();
    let (got, mut arrived) = mpsc::unbounded_channel();
    let hook = Hook { failures: Arc::new(AtomicUsize::new(3)), got };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/hook", listener.local_addr()?);
    let app = Router::new().route("/hook", post(receive)).with_state(hook);
    let tasks = TaskTracker::new();
    let server = tasks.spawn(axum::serve(listener, app).into_future());

    telegram.send_text(fixture.ann.id, "0");
    let set = fixture.call("setWebhook", json!({"url": url, "secret_token": "s3cret"})).await?;
    assert_eq!(set.description(), "Webhook was set");
    for number in 1..20 {
        telegram.send_text(fixture.ann.id, &format!("{number}"));
    }
    for number in 0..20 {
        let (secret, update) =
            tokio::time::timeout(Duration::from_secs(10), arrived.recv()).await?.unwrap_or_default();
        assert_eq!(secret, "s3cret");
        assert_eq!(update["message"]["text"], format!("{number}"));
    }
    let polled = fixture.call("getUpdates", json!({})).await?;
    assert_eq!(polled.status, 409);
    assert!(
        polled.description().starts_with("Conflict: can't use getUpdates method while webhook is active")
    );
    let info = fixture.call("getWebhookInfo", json!({})).await?;
    assert_eq!(info.result()["url"], json!(url));
    assert_eq!(
        info.result()["last_error_message"],
        "Wrong response from the webhook: 500 Internal Server Error"
    );
    assert_eq!(fixture.call("deleteWebhook", json!({})).await?.description(), "Webhook was deleted");
    server.abort();
    Ok(())
}

#[tokio::test]
async fn stopping_ends_polls_at_once() -> anyhow::Result<()> {
    let fixture = Fixture::with_open_chat().await?;
    let url = fixture.sandbox.url().trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(url).await?;
    let request =
        format!("GET /bot{}/getUpdates?timeout=50 HTTP/1.1\r\nHost: x\r\n\r\n", crate::support::TOKEN);
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await?;
    tokio::time::sleep(Duration::from_millis(100)).await;
    let start = Instant::now();
    fixture.sandbox.stop().await;
    assert!(start.elapsed() < Duration::from_secs(1));
    Ok(())
}
