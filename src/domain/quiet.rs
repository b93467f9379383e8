//! Quiet hours: when somebody wants to hear nothing that can wait.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::time;

const MINUTES_A_DAY: u32 = 24 * 60;

/// From one time of the day to another on the wall of a zone, in minutes after midnight; over midnight when they end
/// before they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    from: u32,
    to: u32,
    zone: Tz,
}

impl Quiet {
    /// `None` for hours that are no time of the day, or without length.
    pub fn new(from: u32, to: u32, zone: Tz) -> Option<Quiet> {
        (from < MINUTES_A_DAY && to < MINUTES_A_DAY && from != to).then_some(Quiet { from, to, zone })
    }

    pub fn from(self) -> u32 {
        self.from
    }

    pub fn to(self) -> u32 {
        self.to
    }

    /// When the quiet hours around this instant began and when they end; `None` when it is not quiet then.
    pub fn around(self, instant: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let today = time::local_date(self.zone, instant);
        // Over midnight, they may have begun the day before.
        [today.pred_opt(), Some(today)].into_iter().flatten().find_map(|date| {
            let end = if self.to > self.from { self.to } else { self.to + MINUTES_A_DAY };
            let from = time::opens_at(self.zone, time::wall(date, self.from));
            let to = time::opens_at(self.zone, time::wall(date, end));
            (from <= instant && instant < to).then_some((from, to))
        })
    }

    /// When something can be said that is due at an instant and must come well before `deadline`: then, or when the
    /// quiet hours end, or before they begin where that would be too late.
    pub fn avoid(self, due: DateTime<Utc>, deadline: DateTime<Utc>) -> DateTime<Utc> {
        match self.around(due) {
            None => due,
            Some((_, end)) if end <= deadline => end,
            Some((begin, _)) => begin - TimeDelta::minutes(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    fn quiet(from: u32, to: u32, zone: Tz) -> Quiet {
        Quiet::new(from * 60, to * 60, zone).expect("quiet hours")
    }

    #[test]
    fn quiet_hours_run_over_midnight() {
        let night = quiet(22, 8, Tz::Europe__Berlin);
        let ends = |instant| night.around(at(instant)).map(|(_, end)| end.to_rfc3339());
        assert_eq!(ends("2026-12-01T20:59:00Z"), None);
        assert_eq!(ends("2026-12-01T21:00:00Z").as_deref(), Some("2026-12-02T07:00:00+00:00"));
        assert_eq!(ends("2026-12-02T06:59:00Z").as_deref(), Some("2026-12-02T07:00:00+00:00"));
        assert_eq!(ends("2026-12-02T07:00:00Z"), None);
        let siesta = quiet(13, 15, Tz::Europe__Madrid);
        assert!(siesta.around(at("2026-12-02T12:30:00Z")).is_some());
        assert!(siesta.around(at("2026-12-02T20:00:00Z")).is_none());
    }

    #[test]
    fn a_change_of_clocks_moves_their_end_with_the_wall() {
        let night = quiet(22, 8, Tz::Europe__Berlin);
        let end = |instant| night.around(at(instant)).map(|(_, end)| end);
        assert_eq!(end("2026-03-28T22:00:00Z"), Some(at("2026-03-29T06:00:00Z")), "an hour is missing");
        assert_eq!(end("2026-10-24T22:00:00Z"), Some(at("2026-10-25T07:00:00Z")), "an hour comes twice");
        // Ends within the hour that the wall skips.
        let short = Quiet::new(22 * 60, 2 * 60 + 30, Tz::Europe__Berlin).expect("quiet hours");
        assert_eq!(
            short.around(at("2026-03-29T00:30:00Z")).map(|(_, end)| end),
            Some(at("2026-03-29T01:00:00Z"))
        );
    }

    #[test]
    fn what_is_due_at_night_comes_in_the_morning_or_the_evening_before() {
        let night = quiet(22, 8, Tz::Europe__Berlin);
        let (visit_at_nine, visit_at_eight) = (at("2026-12-02T08:00:00Z"), at("2026-12-02T07:00:00Z"));
        let due = at("2026-12-02T04:30:00Z");
        let hour = TimeDelta::hours(1);
        assert_eq!(night.avoid(due, visit_at_nine - hour), at("2026-12-02T07:00:00Z"));
        assert_eq!(night.avoid(due, visit_at_eight - hour), at("2026-12-01T20:59:00Z"));
        assert_eq!(night.avoid(at("2026-12-01T12:00:00Z"), visit_at_nine), at("2026-12-01T12:00:00Z"));
    }

    #[test]
    fn hours_that_are_none_are_refused() {
        assert_eq!(Quiet::new(60, 60, Tz::UTC), None);
        assert_eq!(Quiet::new(1440, 60, Tz::UTC), None);
    }
}
