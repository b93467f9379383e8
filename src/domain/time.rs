//! Wall-clock time to instants: the only place where a local time becomes UTC.
//!
//! A wall time may not exist (clocks go forward) or exist twice (clocks go back). What is opened by a wall time opens
//! at its first occurrence, what is closed by one closes at its last, and a wall time inside a gap means the end of
//! the gap. So working hours over a change of clocks are the union of what the clock on the wall shows.

use chrono::{
    DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Utc,
};
use chrono_tz::Tz;

use super::ranges::Range;

/// The instant at which the wall clock first shows `local`, or the end of the gap that swallows it.
pub fn opens_at(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(instant) => instant.to_utc(),
        MappedLocalTime::Ambiguous(first, _) => first.to_utc(),
        MappedLocalTime::None => end_of_gap(zone, local),
    }
}

/// The instant at which the wall clock last shows `local`, or the end of the gap that swallows it.
pub fn closes_at(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(instant) => instant.to_utc(),
        MappedLocalTime::Ambiguous(_, last) => last.to_utc(),
        MappedLocalTime::None => end_of_gap(zone, local),
    }
}

/// A local day from its first instant to the first of the next; `None` for a day that the zone skipped.
pub fn day(zone: Tz, date: NaiveDate) -> Option<Range> {
    let midnight = |date: NaiveDate| opens_at(zone, date.and_time(NaiveTime::MIN));
    Range::new(midnight(date), midnight(date.succ_opt()?))
}

/// The date on the wall at an instant.
pub fn local_date(zone: Tz, instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&zone).date_naive()
}

/// The wall time a number of minutes after a date's nominal midnight, which need not exist itself.
pub fn wall(date: NaiveDate, minutes: u32) -> NaiveDateTime {
    let midnight = date.and_time(NaiveTime::MIN);
    midnight.checked_add_signed(TimeDelta::minutes(i64::from(minutes))).unwrap_or(midnight)
}

/// The first instant whose wall time is not before `local`, searched around the change of clocks.
fn end_of_gap(zone: Tz, local: NaiveDateTime) -> DateTime<Utc> {
    let shows = |instant: DateTime<Utc>| {
        let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc();
        instant.naive_utc().checked_add_signed(TimeDelta::seconds(i64::from(offset)))
    };
    // No zone is further than 26 hours from UTC, not even over a skipped day.
    let mut before = local.and_utc() - TimeDelta::hours(50);
    let mut after = local.and_utc() + TimeDelta::hours(50);
    while after - before > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if shows(middle).is_some_and(|shown| shown < local) { before = middle } else { after = middle }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a wall time")
    }

    fn check(zone: Tz, wall: &str, opens: &str, closes: &str) {
        let shown = |instant: DateTime<Utc>| instant.format("%Y-%m-%d %H:%M").to_string();
        assert_eq!(shown(opens_at(zone, local(wall))), opens, "{zone} opens at {wall}");
        assert_eq!(shown(closes_at(zone, local(wall))), closes, "{zone} closes at {wall}");
    }

    #[test]
    fn ordinary_times_are_plain() {
        check(Tz::Europe__Berlin, "2026-11-21 10:00", "2026-11-21 09:00", "2026-11-21 09:00");
        check(Tz::Asia__Kathmandu, "2026-11-21 10:00", "2026-11-21 04:15", "2026-11-21 04:15");
    }

    #[test]
    fn a_time_inside_a_gap_means_its_end() {
        check(Tz::Europe__Berlin, "2026-03-29 02:30", "2026-03-29 01:00", "2026-03-29 01:00");
        check(Tz::Australia__Lord_Howe, "2026-10-04 02:15", "2026-10-03 15:30", "2026-10-03 15:30");
        check(Tz::Africa__Cairo, "2026-04-24 00:00", "2026-04-23 22:00", "2026-04-23 22:00");
        check(Tz::Pacific__Apia, "2011-12-30 12:00", "2011-12-30 10:00", "2011-12-30 10:00");
    }

    #[test]
    fn a_time_shown_twice_opens_first_and_closes_last() {
        check(Tz::Europe__Berlin, "2026-10-25 02:30", "2026-10-25 00:30", "2026-10-25 01:30");
        check(Tz::America__New_York, "2026-11-01 01:30", "2026-11-01 05:30", "2026-11-01 06:30");
        check(Tz::Australia__Lord_Howe, "2026-04-05 01:45", "2026-04-04 14:45", "2026-04-04 15:15");
    }

    #[test]
    fn days_have_their_true_length() {
        let hours = |zone, date: &str| {
            let date = date.parse().expect("a date");
            day(zone, date).map(|range| (range.end() - range.start()).num_minutes())
        };
        assert_eq!(hours(Tz::Europe__Berlin, "2026-03-29"), Some(23 * 60));
        assert_eq!(hours(Tz::Europe__Berlin, "2026-10-25"), Some(25 * 60));
        assert_eq!(hours(Tz::Australia__Lord_Howe, "2026-04-05"), Some(24 * 60 + 30));
        assert_eq!(hours(Tz::Africa__Cairo, "2026-04-24"), Some(23 * 60));
        assert_eq!(hours(Tz::Asia__Beirut, "2026-03-29"), Some(23 * 60));
        assert_eq!(hours(Tz::Pacific__Apia, "2011-12-30"), None, "the day that never was");
    }
}
