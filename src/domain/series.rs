//! Visits that recur: a weekly rule with an end, whose occurrences keep the time on the wall.

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use rrule::{Frequency, RRule, Unvalidated};

use super::{
    ranges::Range,
    slots::{Limits, Refusal, Search, Slot},
    time,
};

/// Every `weeks` weeks, `times` visits in all, the first included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recurrence {
    weeks: u16,
    times: u32,
}

/// Why a rule cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("this is not an RFC 5545 rule")]
    NotARule,
    #[error("only weekly rules can be booked, on the weekday of the first visit")]
    NotWeekly,
    #[error("a rule must say how many visits there will be")]
    Endless,
    #[error("a series has between 2 and {} visits", Recurrence::MOST)]
    BadCount,
    #[error("visits are at most {} weeks apart", Recurrence::WIDEST)]
    BadInterval,
}

impl Recurrence {
    /// Visits that a series may have at most, whatever a service allows.
    pub const MOST: u32 = 52;
    /// Weeks between two visits at most.
    pub const WIDEST: u16 = 12;

    pub fn new(weeks: u16, times: u32) -> Result<Recurrence, RuleError> {
        if !(2..=Recurrence::MOST).contains(&times) {
            return Err(RuleError::BadCount);
        }
        if !(1..=Recurrence::WIDEST).contains(&weeks) {
            return Err(RuleError::BadInterval);
        }
        Ok(Recurrence { weeks, times })
    }

    /// Reads an RRULE such as "FREQ=WEEKLY;INTERVAL=2;COUNT=8".
    pub fn parse(rule: &str) -> Result<Recurrence, RuleError> {
        let read: RRule<Unvalidated> = rule.parse().map_err(|_| RuleError::NotARule)?;
        let Some(times) = read.get_count() else { return Err(RuleError::Endless) };
        let recurrence = Recurrence::new(read.get_interval(), times)?;
        // What else a rule may say would be lost, so only what says nothing else is taken.
        if recurrence.rrule() == read { Ok(recurrence) } else { Err(RuleError::NotWeekly) }
    }

    /// The RRULE that [`Recurrence::parse`] reads back.
    pub fn rule(self) -> String {
        self.rrule().to_string()
    }

    pub fn weeks(self) -> u16 {
        self.weeks
    }

    /// Visits in all.
    pub fn times(self) -> u32 {
        self.times
    }

    /// The starts of all visits, the first included: the same time on the wall each time. A wall time that the clocks
    /// skip means the end of the gap.
    pub fn starts(self, first: DateTime<Utc>, zone: Tz) -> Vec<DateTime<Utc>> {
        let wall = first.with_timezone(&zone).naive_local();
        self.walls(wall)
            .into_iter()
            .enumerate()
            // The first is known exactly; its wall time might be ambiguous.
            .map(|(index, wall)| if index == 0 { first } else { time::opens_at(zone, wall) })
            .collect()
    }

    /// The rule is expanded on the wall, where a week is always a week.
    fn walls(self, first: NaiveDateTime) -> Vec<NaiveDateTime> {
        let floating = first.and_utc().with_timezone(&rrule::Tz::UTC);
        let set = self.rrule().build(floating);
        set.map(|set| set.into_iter().map(|date| date.naive_utc()).collect()).unwrap_or_default()
    }

    fn rrule(self) -> RRule<Unvalidated> {
        RRule::new(Frequency::Weekly).interval(self.weeks).count(self.times)
    }
}

/// How a client wants one visit to differ from the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deviation {
    Skip,
    /// At another time.
    To(DateTime<Utc>),
}

/// One visit of a series that is being planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// Counted from 0, which is the visit on hold.
    pub index: u32,
    /// Where the rule puts it.
    pub ruled: DateTime<Utc>,
    pub deviation: Option<Deviation>,
    /// The time it would take; `None` when it is skipped.
    pub slot: Option<Result<Slot, Refusal>>,
}

impl Occurrence {
    pub fn is_clash(&self) -> bool {
        matches!(self.slot, Some(Err(_)))
    }
}

/// Days over which a series may reach.
const REACH: u32 = 2 * 366;
/// How far from its rule a visit may be moved while the series is planned.
const NEAR: TimeDelta = TimeDelta::hours(48);
/// Times that are offered instead of one that clashes.
const INSTEAD: usize = 6;

/// Judges each visit of a series like any other, but for what the first one answers for all: the horizon and the
/// number of visits ahead. `first` is the visit on hold.
pub fn plan(
    search: Search<'_>,
    first: Slot,
    rule: Recurrence,
    deviations: &[(u32, Deviation)],
) -> Vec<Occurrence> {
    let search = unlimited(search);
    let mut taken: Vec<Range> = vec![first.occupied];
    let starts = rule.starts(first.visit.start(), search.rules.zone);
    (0u32..)
        .zip(starts)
        .map(|(index, ruled)| {
            let deviation =
                deviations.iter().find(|(other, _)| *other == index).map(|(_, deviation)| *deviation);
            let slot = match deviation {
                _ if index == 0 => Some(Ok(first)),
                Some(Deviation::Skip) => None,
                Some(Deviation::To(start)) if (start - ruled).abs() > NEAR => {
                    Some(Err(Refusal::TooFar { last: time::local_date(search.rules.zone, ruled) }))
                }
                Some(Deviation::To(start)) => Some(admit(search, start, &taken)),
                None => Some(admit(search, ruled, &taken)),
            };
            if let Some(Ok(slot)) = &slot {
                taken.push(slot.occupied);
            }
            Occurrence { index, ruled, deviation, slot }
        })
        .collect()
}

/// The nearest times on the day of a visit and on the days beside it that clash with no other visit of the series.
pub fn instead(search: Search<'_>, planned: &[Occurrence], index: u32) -> Vec<Slot> {
    let search = unlimited(search);
    let Some(wanted) = planned.iter().find(|occurrence| occurrence.index == index) else { return Vec::new() };
    let taken: Vec<Range> = planned
        .iter()
        .filter(|other| other.index != index)
        .filter_map(|other| other.slot?.ok())
        .map(|slot| slot.occupied)
        .collect();
    let date = time::local_date(search.rules.zone, wanted.ruled);
    let mut slots: Vec<Slot> = [date.pred_opt(), Some(date), date.succ_opt()]
        .into_iter()
        .flatten()
        .flat_map(|date| search.on(date))
        .filter(|slot| !taken.iter().any(|other| other.overlaps(slot.occupied)))
        .collect();
    slots.sort_by_key(|slot| ((slot.visit.start() - wanted.ruled).abs(), slot.visit.start()));
    slots.truncate(INSTEAD);
    slots.sort_by_key(|slot| slot.visit.start());
    slots
}

fn unlimited(mut search: Search<'_>) -> Search<'_> {
    search.rules.horizon = search.rules.horizon.max(REACH);
    search.rules.limits = Limits::default();
    search
}

fn admit(search: Search<'_>, start: DateTime<Utc>, taken: &[Range]) -> Result<Slot, Refusal> {
    let slot = search.admit(start)?;
    match taken.iter().find(|other| other.overlaps(slot.occupied)) {
        Some(other) => Err(Refusal::OwnVisit(*other)),
        None => Ok(slot),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_series_keeps_the_time_on_the_wall_over_a_change_of_clocks() {
        let weekly = Recurrence::new(1, 3).expect("a rule");
        let shown = |zone: Tz, first: &str| {
            let starts = weekly.starts(at(first), zone);
            starts.iter().map(|start| start.format("%m-%d %H:%M").to_string()).collect::<Vec<_>>().join(", ")
        };
        assert_eq!(
            shown(Tz::Europe__Berlin, "2026-10-20T16:00:00Z"),
            "10-20 16:00, 10-27 17:00, 11-03 17:00"
        );
        assert_eq!(
            shown(Tz::Europe__Berlin, "2027-03-23T17:00:00Z"),
            "03-23 17:00, 03-30 16:00, 04-06 16:00"
        );
        // 02:30 does not exist on 28 March.
        assert_eq!(
            shown(Tz::Europe__Berlin, "2027-03-21T01:30:00Z"),
            "03-21 01:30, 03-28 01:00, 04-04 00:30"
        );
        assert_eq!(
            shown(Tz::Australia__Lord_Howe, "2026-09-27T07:30:00Z"),
            "09-27 07:30, 10-04 07:00, 10-11 07:00"
        );
    }

    #[test]
    fn rules_that_cannot_be_booked_say_why() {
        for (rule, error) in [
            ("FREQ=WEEKLY", RuleError::Endless),
            ("FREQ=WEEKLY;UNTIL=20270101T000000Z", RuleError::Endless),
            ("FREQ=WEEKLY;COUNT=1", RuleError::BadCount),
            ("FREQ=WEEKLY;COUNT=1000", RuleError::BadCount),
            ("FREQ=WEEKLY;INTERVAL=40;COUNT=4", RuleError::BadInterval),
            ("FREQ=DAILY;COUNT=4", RuleError::NotWeekly),
            ("FREQ=WEEKLY;COUNT=4;BYDAY=MO,TU", RuleError::NotWeekly),
            ("every Tuesday", RuleError::NotARule),
            ("", RuleError::NotARule),
        ] {
            assert_eq!(Recurrence::parse(rule), Err(error), "{rule}");
        }
    }

    proptest! {
        #[test]
        fn rules_are_read_back(weeks in 1u16..=12, times in 2u32..=52) {
            let rule = Recurrence::new(weeks, times).expect("a rule");
            prop_assert_eq!(Recurrence::parse(&rule.rule()), Ok(rule));
        }

        #[test]
        fn every_visit_is_on_the_weekday_and_time_of_the_first(
            weeks in 1u16..=4, times in 2u32..=20, minute in 0i64..525_600,
            zone in prop::sample::select(vec![Tz::Europe__Berlin, Tz::America__New_York, Tz::Asia__Kathmandu]),
        ) {
            let first = at("2026-01-01T00:00:00Z") + TimeDelta::minutes(minute);
            let starts = Recurrence::new(weeks, times).expect("a rule").starts(first, zone);
            prop_assert_eq!(starts.len(), usize::try_from(times).expect("small"));
            let wall = first.with_timezone(&zone).naive_local();
            for (index, start) in (0..).zip(starts) {
                let expected = wall + TimeDelta::weeks(i64::from(weeks) * index);
                let shown = start.with_timezone(&zone).naive_local();
                // Only inside a gap may it differ, and then by the gap.
                prop_assert!(shown == expected || (shown > expected && shown - expected <= TimeDelta::hours(1)));
            }
        }
    }
}
