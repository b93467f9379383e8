//! What the bot serves over HTTP: its health, and Telegram's webhook.

mod health;
mod webhook;

use std::{net::SocketAddr, sync::Arc};

use axum::{Router, routing};
use tokio::{net::TcpListener, sync::Notify};
use tokio_util::sync::CancellationToken;

use crate::{config::Webhook, services::Services};

/// A bound socket with what is served on it.
pub struct Server {
    listener: TcpListener,
    router: Router,
}

impl Server {
    /// Binds the address, so that a port in use is told before anything else starts.
    pub async fn bind(
        address: SocketAddr,
        services: Services,
        webhook: Option<Webhook>,
        wake: Arc<Notify>,
    ) -> std::io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        let mut router =
            Router::new().route("/health", routing::get(health::health)).with_state(services.clone());
        if let Some(webhook) = webhook {
            let path = webhook.url.path().to_owned();
            let gate = webhook::Gate { services, secret: webhook.secret, wake };
            router = router.route(&path, routing::post(webhook::receive).with_state(gate));
        }
        Ok(Server { listener, router })
    }

    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves until told to stop.
    pub async fn run(self, stop: CancellationToken) {
        let serving = axum::serve(self.listener, self.router).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::error!(%error, "the HTTP server failed");
        }
    }
}
