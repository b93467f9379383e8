//! Tells the page when there is something new to draw.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures::Stream;
use futures::stream;
use serde_json::json;
use tokio::sync::watch;

use super::Context;

/// Changes that come closer together than this are told once.
const COALESCE: Duration = Duration::from_millis(40);

struct Watcher {
    context: Context,
    chats: watch::Receiver<u64>,
    clock: watch::Receiver<u64>,
    told: Option<u64>,
}

/// `GET /control/events`.
pub(super) async fn stream(
    State(context): State<Context>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let watcher = Watcher {
        chats: context.telegram.changes(),
        clock: context.telegram.clock().changes(),
        told: None,
        context,
    };
    Sse::new(stream::unfold(watcher, next)).keep_alive(KeepAlive::default())
}

async fn next(mut watcher: Watcher) -> Option<(Result<Event, Infallible>, Watcher)> {
    loop {
        let moved = *watcher.clock.borrow_and_update();
        watcher.chats.mark_unchanged();
        let version = watcher.context.telegram.visible_version() + moved;
        if watcher.told != Some(version) {
            watcher.told = Some(version);
            let event = Event::default().data(json!({ "version": version }).to_string());
            return Some((Ok(event), watcher));
        }
        tokio::select! {
            changed = watcher.chats.changed() => changed.ok()?,
            changed = watcher.clock.changed() => changed.ok()?,
            () = watcher.context.stop.cancelled() => return None,
        }
        tokio::time::sleep(COALESCE).await;
    }
}
