//! When backups are due, and how far they are.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::time::{local_date, opens_at};

/// How old the last good backup may be before somebody should know.
pub const OLDEST: TimeDelta = TimeDelta::hours(26);

/// Where a backup stands. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Asked,
    Running,
    Done,
    Failed,
}

impl State {
    pub const ALL: [State; 4] = [State::Asked, State::Running, State::Done, State::Failed];

    pub fn label(self) -> &'static str {
        match self {
            State::Asked => "asked",
            State::Running => "running",
            State::Done => "done",
            State::Failed => "failed",
        }
    }

    pub fn from_label(label: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.label() == label)
    }
}

/// What is being done for a backup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The database is read and encrypted.
    Reading,
    /// What was written is read again, restored and compared.
    Proving,
    /// A part of so many is on its way.
    Sending { part: usize, of: usize },
    /// It has arrived.
    Done,
}

/// The latest instant, up to now, at which the nightly backup was due.
pub fn last_due(zone: Tz, at: NaiveTime, now: DateTime<Utc>) -> DateTime<Utc> {
    let today = local_date(zone, now);
    let due = opens_at(zone, today.and_time(at));
    match today.checked_sub_days(Days::new(1)) {
        Some(yesterday) if now < due => opens_at(zone, yesterday.and_time(at)),
        _ => due,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_night_is_the_one_on_the_wall() {
        let at = NaiveTime::from_hms_opt(2, 30, 0).expect("a time");
        let due = |now: &str| last_due(Tz::Europe__Berlin, at, now.parse().expect("an instant")).to_rfc3339();
        assert_eq!(due("2026-11-27T01:29:59Z"), "2026-11-26T01:30:00+00:00");
        assert_eq!(due("2026-11-27T01:30:00Z"), "2026-11-27T01:30:00+00:00");
        assert_eq!(due("2026-11-27T22:59:00Z"), "2026-11-27T01:30:00+00:00");
        // Clocks go forward over it, and back.
        assert_eq!(due("2026-03-29T12:00:00Z"), "2026-03-29T01:00:00+00:00");
        assert_eq!(due("2026-10-25T12:00:00Z"), "2026-10-25T00:30:00+00:00", "once, at the first of the two");
    }
}
