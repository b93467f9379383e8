//! The pump: takes updates out of the inbox and through the handler tree, many people at once, each in order.

use std::{collections::HashMap, sync::Arc, time::Duration};

use teloxide::types::{Me, Update};
use tokio::{
    sync::Notify,
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{
    bots::Bots,
    decode,
    errors::{HandleError, chain},
    exports::Exports,
    guard,
    tree::{Context, tree},
};
use crate::services::{
    Services,
    inbox::{self, Claimed, End, Finished},
};

/// Updates handled at the same time by one process.
const AT_ONCE: usize = 32;
/// How often the inbox is looked at when nothing wakes the pump.
const FALLBACK: Duration = Duration::from_secs(1);
/// How long the updates in flight may take once the pump was told to stop.
const PATIENCE: Duration = Duration::from_secs(18);

/// Pumps until told to stop; what is in flight then is finished first.
pub async fn run(
    services: Services,
    bots: Bots,
    me: Me,
    exports: Exports,
    wake: Arc<Notify>,
    stop: CancellationToken,
) {
    let mut pump = Pump {
        services,
        bots,
        me,
        exports,
        tree: Arc::new(tree()),
        flying: JoinSet::new(),
        leases: HashMap::new(),
        renewed: Instant::now(),
        ended: Vec::new(),
        failures: 0,
    };
    while !stop.is_cancelled() {
        pump.turn().await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = wake.notified(), if !pump.is_full() => {}
            Some(end) = pump.flying.join_next_with_id() => pump.land(end),
            () = sleep_until(Instant::now() + FALLBACK) => {}
        }
    }
    let exports = pump.exports.clone();
    pump.finish().await;
    exports.finish().await;
}

/// How often the leases of updates in flight are renewed.
const RENEWAL: Duration = Duration::from_secs(3);

struct Pump {
    services: Services,
    bots: Bots,
    me: Me,
    exports: Exports,
    tree: Arc<teloxide::dispatching::UpdateHandler<HandleError>>,
    flying: JoinSet<Finished>,
    leases: HashMap<Id, Uuid>,
    renewed: Instant,
    ended: Vec<Finished>,
    /// Turns in a row that the inbox could not be reached.
    failures: u32,
}

impl Pump {
    fn is_full(&self) -> bool {
        self.flying.len() >= AT_ONCE
    }

    /// Writes down what ended and takes off with what is due.
    async fn turn(&mut self) {
        while let Some(end) = self.flying.try_join_next_with_id() {
            self.land(end);
        }
        self.renew().await;
        let free = AT_ONCE.saturating_sub(self.flying.len());
        match inbox::finish_and_claim(&self.services, &self.ended, free).await {
            Ok(claimed) => {
                self.ended.clear();
                self.failures = 0;
                for claimed in claimed {
                    self.take_off(claimed);
                }
            }
            Err(error) => {
                // What ended is kept and written down with the next turn. A dead connection, or a claim lost against
                // another replica, is over at once; anything else takes longer.
                self.failures = self.failures.saturating_add(1);
                tracing::warn!(error = %chain(&error), failures = self.failures, "inbox out of reach");
                let pause = Duration::from_millis(10) * 2u32.saturating_pow(self.failures.min(7));
                tokio::time::sleep(pause.min(FALLBACK)).await;
            }
        }
    }

    /// Slow handlers keep their updates; those of a process that died are free for others soon.
    async fn renew(&mut self) {
        if self.leases.is_empty() || self.renewed.elapsed() < RENEWAL {
            return;
        }
        self.renewed = Instant::now();
        let leases: Vec<Uuid> = self.leases.values().copied().collect();
        if let Err(error) = inbox::renew(&self.services, &leases).await {
            tracing::warn!(error = %chain(&error), "leases could not be renewed");
        }
    }

    fn land(&mut self, end: Result<(Id, Finished), JoinError>) {
        match end {
            Ok((task, finished)) => {
                self.leases.remove(&task);
                self.ended.push(finished);
            }
            // The guard catches panics; what escapes it is taken up again when its lease ends.
            Err(error) => {
                tracing::error!(%error, "a handler got away from its guard");
                self.leases.remove(&error.id());
            }
        }
    }

    fn take_off(&mut self, claimed: Claimed) {
        let context = Context {
            services: self.services.clone(),
            bots: self.bots.clone(),
            me: self.me.clone(),
            claimed: Arc::new(claimed),
            trace: guard::trace(),
            exports: self.exports.clone(),
        };
        let tree = self.tree.clone();
        let lease = context.claimed.lease;
        let task = self.flying.spawn(async move {
            let (id, trace) = (context.claimed.id, context.trace.clone());
            // Kept as it is, for whoever looks into it.
            let unknown = || End::Failed { error: "an update of an unknown form".to_owned() };
            let end = if let Some(money) = decode::payment(&context.claimed) {
                guard::take(context, money).await
            } else if context.claimed.is_word() {
                match context.claimed.word() {
                    Some(word) => guard::tell(context, word).await,
                    None => unknown(),
                }
            } else {
                match read(&context.claimed) {
                    Some(update) => guard::handle(&tree, context, update).await,
                    None => unknown(),
                }
            };
            Finished { id, lease, end, living: trace.living(), calls: trace.calls() }
        });
        self.leases.insert(task.id(), lease);
    }

    /// Lets what is in flight land, writing it down as it does, so that no other replica takes it up.
    async fn finish(mut self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.flying.is_empty() && Instant::now() < deadline {
            tokio::select! {
                Some(end) = self.flying.join_next_with_id() => self.land(end),
                () = tokio::time::sleep(RENEWAL) => {}
                () = sleep_until(deadline) => {}
            }
            self.renew().await;
            self.write_down().await;
        }
        if !self.flying.is_empty() {
            tracing::warn!(left = self.flying.len(), "updates left for the next start");
        }
        self.write_down().await;
    }

    async fn write_down(&mut self) {
        if self.ended.is_empty() {
            return;
        }
        match inbox::finish_and_claim(&self.services, &self.ended, 0).await {
            Ok(_) => self.ended.clear(),
            Err(error) => tracing::warn!(error = %chain(&error), "inbox out of reach"),
        }
    }
}

/// The update as teloxide reads it; from text, since from a JSON value it mistakes every kind.
fn read(claimed: &Claimed) -> Option<Update> {
    let update = serde_json::from_str::<Update>(&claimed.payload);
    if update.is_err() {
        tracing::warn!(correlation_id = %claimed.correlation, "an update of an unknown form was put aside");
    }
    update.ok()
}
