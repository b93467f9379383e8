//! Work that nobody asks for: jobs without input that read what is due and do a bounded part of it. They may run twice
//! and on several replicas.

use std::{sync::Arc, time::Duration};

use tokio::{sync::Notify, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::services::{Services, booking};

/// How often holds are looked at; how late a client may be told that theirs is over.
const EVERY: Duration = Duration::from_secs(1);

/// Runs the jobs until told to stop. `wake` wakes the pump, which tells people what came of them.
pub async fn run(services: Services, wake: Arc<Notify>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match booking::sweep(&services).await {
            Ok(0) => {}
            Ok(swept) => {
                tracing::info!(swept, "holds have run out");
                wake.notify_one();
                // There may be more than one pass takes.
                continue;
            }
            Err(error) => {
                let error: &(dyn std::error::Error + 'static) = &error;
                tracing::warn!(%error, "holds could not be swept");
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = sleep(EVERY) => {}
        }
    }
}
