//! The bell that a use case rings when it has left something to be sent or done, so that nobody has to wait for the
//! next look.

use std::sync::Arc;

use tokio::sync::Notify;

/// Clones ring the same bell.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Rings>);

#[derive(Debug, Default)]
struct Rings {
    outbox: Notify,
    waitlist: Notify,
}

impl Bell {
    /// There is something to send.
    pub fn ring(&self) {
        self.0.outbox.notify_one();
    }

    /// Time has become free.
    pub fn ring_free(&self) {
        self.0.waitlist.notify_one();
    }

    pub async fn rung(&self) {
        self.0.outbox.notified().await;
    }

    pub async fn rung_free(&self) {
        self.0.waitlist.notified().await;
    }
}
