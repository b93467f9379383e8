//! How much of a master's working time is booked, and which gaps are left in a day.

use chrono::{Datelike as _, NaiveDate, TimeDelta};
use chrono_tz::Tz;

use super::{
    ranges::{Range, Ranges},
    slots::Hours,
    time,
};

/// The working hours of a local date, on the walls of the locations, without breaks and time off. A stretch belongs to
/// the date on which it begins.
pub fn work_on(date: NaiveDate, hours: &[(Tz, Hours)], time_off: &Ranges) -> Ranges {
    let span = |zone: Tz, starts, ends| {
        let opens = time::opens_at(zone, time::wall(date, starts));
        Range::new(opens, time::closes_at(zone, time::wall(date, ends)))
    };
    let today = || hours.iter().filter(|(_, hours)| hours.weekday == date.weekday());
    let open: Ranges = today().filter_map(|(zone, hours)| span(*zone, hours.starts, hours.ends)).collect();
    let breaks: Ranges = today()
        .flat_map(|(zone, hours)| hours.breaks.iter().map(|(starts, ends)| (*zone, *starts, *ends)))
        .filter_map(|(zone, starts, ends)| span(zone, starts, ends))
        .collect();
    open.subtract(&breaks).subtract(time_off)
}

/// What of the work is neither booked nor shorter than `least` minutes.
pub fn gaps(work: &Ranges, busy: &Ranges, least: u32) -> Vec<Range> {
    let least = TimeDelta::minutes(i64::from(least));
    work.subtract(busy).iter().filter(|gap| gap.end() - gap.start() >= least).collect()
}

/// The length of all ranges together, in minutes.
pub fn minutes(ranges: &Ranges) -> u32 {
    let all: i64 = ranges.iter().map(|range| (range.end() - range.start()).num_minutes()).sum();
    u32::try_from(all).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc, Weekday};

    use super::*;

    #[test]
    fn gaps_are_work_that_nobody_has_booked() {
        let zone = Tz::Europe__Berlin;
        let hours = [(
            zone,
            Hours { weekday: Weekday::Tue, starts: 9 * 60, ends: 13 * 60, breaks: vec![(660, 690)] },
        )];
        let at = |text: &str| -> DateTime<Utc> { text.parse().expect("an instant") };
        let range = |from, to| Range::new(at(from), at(to)).expect("not empty");
        let date = "2026-12-01".parse().expect("a date");
        let work = work_on(date, &hours, &Ranges::default());
        assert_eq!(minutes(&work), 210);
        let busy = Ranges::from(range("2026-12-01T08:15:00Z", "2026-12-01T09:30:00Z"));
        let free = gaps(&work, &busy, 30);
        assert_eq!(
            free,
            [
                range("2026-12-01T09:30:00Z", "2026-12-01T10:00:00Z"),
                range("2026-12-01T10:30:00Z", "2026-12-01T12:00:00Z"),
            ]
        );
        let off = Ranges::from(range("2026-12-01T00:00:00Z", "2026-12-01T10:30:00Z"));
        assert_eq!(minutes(&work_on(date, &hours, &off)), 90);
        assert!(work_on("2026-12-02".parse().expect("a date"), &hours, &Ranges::default()).is_empty());
    }

    #[test]
    fn a_day_on_which_clocks_change_has_its_true_length() {
        let night = Hours { weekday: Weekday::Sun, starts: 0, ends: 6 * 60, breaks: Vec::new() };
        let hours = [(Tz::Europe__Berlin, night)];
        let on = |date: &str| minutes(&work_on(date.parse().expect("a date"), &hours, &Ranges::default()));
        assert_eq!([on("2026-03-29"), on("2026-10-25"), on("2026-11-01")], [300, 420, 360]);
    }
}
