//! Money that comes late: the bot has agreed long ago, and only then the payment goes through.

use std::time::Duration;

use chrono::TimeDelta;
use tokio_util::sync::CancellationToken;

use super::Telegram;

/// A clock that stands still just before its time must not keep the machine busy.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);

impl Telegram {
    /// A person pays what the bot has agreed to, but only once the clock has passed `after` from the bot's answer.
    pub fn pay_later(&self, id: &str, after: TimeDelta) -> Result<(), String> {
        self.change(|state| state.payments.pay_later(id, after))?;
        self.pay_what_is_due();
        self.0.late.notify_one();
        Ok(())
    }

    /// Carries out what was to be paid later and is due by now.
    pub(crate) fn pay_what_is_due(&self) {
        let due = {
            let state = &mut *self.state();
            let now = state.now();
            state.payments.take_due(now)
        };
        for id in due {
            // It may be over by another way.
            drop(self.pay(&id));
        }
    }

    /// Carries it out whenever the clock comes there, by itself or because it is moved; runs until `stop`.
    pub(crate) async fn pay_in_time(self, stop: CancellationToken) {
        let mut clock = self.clock().changes();
        loop {
            clock.mark_unchanged();
            self.pay_what_is_due();
            let wait = self.until_next_due();
            tokio::select! {
                changed = clock.changed() => {
                    if changed.is_err() {
                        return;
                    }
                }
                () = self.0.late.notified() => {}
                () = tokio::time::sleep(wait.unwrap_or_default()), if wait.is_some() => {}
                () = stop.cancelled() => return,
            }
        }
    }

    fn until_next_due(&self) -> Option<Duration> {
        let state = self.state();
        let wait = state.payments.next_due()? - state.now();
        Some(wait.to_std().unwrap_or_default().max(SHORTEST_WAIT))
    }
}
