//! One time for the sandbox, the application under test and the page, so that "tomorrow morning" is a call and not a wait.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use tokio::sync::watch;

/// A shared clock that follows real time or stands still, and that can be moved either way.
#[derive(Clone, Debug)]
pub struct Clock(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    reading: Mutex<Reading>,
    changes: watch::Sender<u64>,
}

#[derive(Debug, Clone, Copy)]
enum Reading {
    Running { ahead_by: TimeDelta },
    Frozen { at: DateTime<Utc> },
}

impl Clock {
    /// A clock that shows real time plus what it was advanced by.
    pub fn running() -> Self {
        Self::with(Reading::Running { ahead_by: TimeDelta::zero() })
    }

    /// A clock that stands still at `at` until it is advanced.
    pub fn frozen(at: DateTime<Utc>) -> Self {
        Self::with(Reading::Frozen { at })
    }

    fn with(reading: Reading) -> Self {
        Self(Arc::new(Inner { reading: Mutex::new(reading), changes: watch::Sender::new(0) }))
    }

    /// The time now, in whole microseconds (what `PostgreSQL` keeps).
    pub fn now(&self) -> DateTime<Utc> {
        let now = match *self.reading() {
            Reading::Running { ahead_by } => machine_time() + ahead_by,
            Reading::Frozen { at } => at,
        };
        now.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(now)
    }

    /// Moves the clock by `by`, which may be negative.
    pub fn advance(&self, by: TimeDelta) {
        {
            let mut reading = self.reading();
            match &mut *reading {
                Reading::Running { ahead_by } => *ahead_by += by,
                Reading::Frozen { at } => *at += by,
            }
        }
        self.0.changes.send_modify(|version| *version += 1);
    }

    /// Rises each time the clock is moved.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    fn reading(&self) -> MutexGuard<'_, Reading> {
        self.0.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(clippy::disallowed_methods, reason = "this clock is where the sandbox's time comes from")]
fn machine_time() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_clock_moves_only_when_told() {
        let start = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::nanoseconds(1_234_567);
        let clock = Clock::frozen(start);
        let changes = clock.changes();
        assert_eq!(clock.now().timestamp_subsec_nanos(), 1_234_000);
        clock.advance(TimeDelta::hours(2));
        clock.advance(TimeDelta::minutes(-30));
        assert_eq!(
            clock.now() - DateTime::<Utc>::UNIX_EPOCH,
            TimeDelta::minutes(90) + TimeDelta::microseconds(1234)
        );
        assert_eq!(*changes.borrow(), 2);
    }

    #[test]
    fn a_running_clock_keeps_what_it_was_advanced_by() {
        let clock = Clock::running();
        let before = clock.now();
        clock.advance(TimeDelta::days(3));
        assert!(clock.now() - before >= TimeDelta::days(3));
    }
}
