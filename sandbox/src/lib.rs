//! A local Telegram for Vizit's demo and tests: a stateful model, the Bot API over it, a page to be its people, and a
//! private `PostgreSQL`. Everything stays on the loopback interface.

mod bot_api;
mod clock;
mod control;
mod page;
pub mod postgres;
pub mod telegram;
mod upload;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::bot_api::{Breaker, Connections};
pub use crate::clock::Clock;
pub use crate::telegram::{
    BotCommand, Button, ButtonKind, Call, CallbackAnswer, Chat, CheckoutState, Contact, Content, Entity,
    Fault, FaultKind, Keyboard, Message, NewPerson, Payment, Person, ReplyButton, StoredFile, Telegram,
};

/// How long connections get to end by themselves when the sandbox stops.
const GRACE: Duration = Duration::from_secs(2);

/// How to start a sandbox.
#[derive(Debug, Clone)]
pub struct Options {
    /// The bot's token, `<id>:<secret>`.
    pub token: String,
    /// TCP port on the loopback interface; 0 is any free one.
    pub port: u16,
    /// The time that the sandbox goes by.
    pub clock: Clock,
    /// The time zone of the page and of "next morning".
    pub zone: chrono_tz::Tz,
}

/// A running sandbox. It stops when it is dropped, too.
pub struct Sandbox {
    url: String,
    telegram: Telegram,
    stop: DropGuard,
    tasks: TaskTracker,
    server: AbortHandle,
}

impl Sandbox {
    /// Starts a sandbox on the loopback interface.
    pub async fn start(options: Options) -> anyhow::Result<Self> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, options.port));
        let listener = TcpListener::bind(address)
            .await
            .with_context(|| format!("the sandbox cannot listen on {address}"))?;
        let url = format!("http://{}", listener.local_addr()?);
        let telegram = Telegram::new(options.token, options.clock);
        let stop = CancellationToken::new();

        let limit = telegram::MAX_UPLOAD + 1024 * 1024;
        let app = Router::new()
            .merge(page::routes())
            .merge(bot_api::routes(telegram.clone(), stop.clone()))
            .nest("/control", control::routes(telegram.clone(), options.zone, stop.clone()))
            .layer(DefaultBodyLimit::max(limit))
            .into_make_service_with_connect_info::<Breaker>();
        let server = axum::serve(Connections::new(listener), app)
            .with_graceful_shutdown(stop.clone().cancelled_owned());
        let tasks = TaskTracker::new();
        let server = tasks.spawn(server.into_future()).abort_handle();
        tasks.spawn(bot_api::deliver_updates(telegram.clone(), stop.clone()));
        tasks.spawn(telegram.clone().pay_in_time(stop.clone()));
        tasks.close();
        Ok(Self { url, telegram, stop: stop.drop_guard(), tasks, server })
    }

    /// Base address of the Bot API and of the page, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The bot's token.
    pub fn token(&self) -> &str {
        self.telegram.token()
    }

    /// The time that the sandbox goes by.
    pub fn clock(&self) -> &Clock {
        self.telegram.clock()
    }

    /// The people and what they do and see.
    pub fn telegram(&self) -> &Telegram {
        &self.telegram
    }

    /// Ends long polls and connections and waits until they are gone.
    pub async fn stop(self) {
        let Self { stop, tasks, server, .. } = self;
        drop(stop);
        if tokio::time::timeout(GRACE, tasks.wait()).await.is_err() {
            tracing::debug!("the sandbox left connections open when it stopped");
            server.abort();
        }
    }
}
