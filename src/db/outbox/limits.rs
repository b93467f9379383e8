//! Telegram's limits, over all replicas together.

use chrono::{DateTime, TimeDelta, Utc};

/// How fast Telegram lets a bot write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Messages a second in all chats together.
    pub per_second: u32,
    /// Messages that may go at once in all chats together, and in one chat; a chat then takes one a second.
    pub burst: u32,
    pub chat_burst: u32,
}

impl Limits {
    fn interval(self) -> TimeDelta {
        TimeDelta::microseconds(1_000_000 / i64::from(self.per_second.max(1)))
    }

    /// What one message uses up of the limit of all chats.
    pub fn microseconds(self) -> i64 {
        self.interval().num_microseconds().unwrap_or_default()
    }

    /// How many may go now, when what was sent uses up the limit until `spent_until`.
    pub(super) fn allowance(self, spent_until: DateTime<Utc>, now: DateTime<Utc>) -> i64 {
        // What lies further ahead than any burst was written before the clock was set back.
        let spent = if spent_until > now + TimeDelta::minutes(1) { now } else { spent_until.max(now) };
        let interval = self.interval();
        let ahead = interval * i32::try_from(self.burst).unwrap_or(i32::MAX) - (spent - now);
        let (ahead, interval) = (ahead.num_microseconds(), interval.num_microseconds());
        ahead.zip(interval).map_or(0, |(ahead, interval)| ahead / interval.max(1)).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_may_go_and_then_one_an_interval() {
        let limits = Limits { per_second: 30, burst: 3, chat_burst: 3 };
        let now: DateTime<Utc> = "2026-12-01T09:00:00Z".parse().expect("an instant");
        let after = |milliseconds| limits.allowance(now + TimeDelta::milliseconds(milliseconds), now);
        assert_eq!(after(-5000), 3, "nothing is saved up");
        assert_eq!([after(0), after(33), after(34), after(99), after(101)], [3, 2, 1, 0, 0]);
        assert_eq!(after(3_600_000), 3, "a clock that was set back");
    }
}
