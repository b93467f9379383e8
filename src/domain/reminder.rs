//! When a client is reminded of a visit, and what they can do with the reminder.

use chrono::{DateTime, Days, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    booking::{Booking, Standing, Terms},
    quiet::Quiet,
    time,
};

/// How long before a visit its client is reminded: whole days on the wall, and minutes of elapsed time on top of them.
///
/// A day before a visit at 09:00 it is 09:00, whatever the clocks do in between; 24 hours before it are 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lead {
    pub days: u32,
    pub minutes: u32,
}

impl Lead {
    pub fn of_minutes(minutes: u32) -> Lead {
        Lead { days: 0, minutes }
    }

    /// The instant so long before `start`.
    pub fn before(self, start: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
        let instant = start - TimeDelta::minutes(i64::from(self.minutes));
        if self.days == 0 {
            return instant;
        }
        let wall = instant.with_timezone(&zone).naive_local();
        let wall = wall.checked_sub_days(Days::new(u64::from(self.days))).unwrap_or(wall);
        time::opens_at(zone, wall)
    }
}

/// Whoever is reminded later than this before the start has no use for it.
const LAST_USE: TimeDelta = TimeDelta::minutes(15);
/// What quiet hours push towards the start stays so far away from it.
const MORNING_MARGIN: TimeDelta = TimeDelta::hours(1);

/// A reminder that is to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Planned {
    pub lead: Lead,
    pub due: DateTime<Utc>,
    /// `due`, but outside of quiet hours.
    pub send: DateTime<Utc>,
    /// From then on it is not worth sending: the next one is due, or the visit is about to begin.
    pub useful_until: DateTime<Utc>,
}

/// The reminders of a visit that are still to come, the earliest first.
pub fn plan(
    start: DateTime<Utc>,
    zone: Tz,
    leads: &[Lead],
    quiet: Option<Quiet>,
    now: DateTime<Utc>,
) -> Vec<Planned> {
    let mut all: Vec<Planned> = leads
        .iter()
        .map(|lead| {
            let due = lead.before(start, zone);
            let send = quiet.map_or(due, |quiet| quiet.avoid(due, start - MORNING_MARGIN));
            Planned { lead: *lead, due, send, useful_until: start - LAST_USE }
        })
        .collect();
    all.sort_by_key(|planned| (planned.send, planned.due));
    // Where quiet hours bring two together, the nearer one says it all.
    all.dedup_by(|later, earlier| {
        let same = later.send == earlier.send;
        if same {
            *earlier = *later;
        }
        same
    });
    let next: Vec<DateTime<Utc>> = all.iter().skip(1).map(|planned| planned.send).collect();
    for (planned, next) in all.iter_mut().zip(next) {
        planned.useful_until = planned.useful_until.min(next);
    }
    all.retain(|planned| planned.send > now && planned.send < planned.useful_until);
    all
}

/// What a client can do with a visit that lies ahead, from the message that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Coming,
    Late,
    Move,
}

/// So long before the start a client can already say that they will be late.
const LATE_FROM: TimeDelta = TimeDelta::hours(4);

/// Whether an answer is taken now. Messages show a button exactly when this allows it, and services ask it again.
pub fn allows(booking: &Booking, terms: Terms, now: DateTime<Utc>, answer: Answer) -> bool {
    match (answer, booking.standing(terms, now)) {
        (Answer::Coming, Standing::Ahead(_)) => true,
        (Answer::Late, Standing::Ahead(_)) => now >= booking.visit.start() - LATE_FROM,
        (Answer::Late, Standing::Past) => booking.is_confirmed() && now < booking.visit.end(),
        (Answer::Move, Standing::Ahead(ahead)) => ahead.may_move,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    const DAY_AND_HOURS: [Lead; 2] = [Lead { days: 0, minutes: 1440 }, Lead { days: 0, minutes: 180 }];

    /// Zone, the visit's start at 09:00 on a day on which clocks change, and when 24 h, 1 day and 3 h before it are.
    const CHANGES: [(Tz, &str, &str, &str, &str); 8] = [
        (Tz::Europe__Berlin, "2026-03-29T07:00", "2026-03-28T07:00", "2026-03-28T08:00", "2026-03-29T04:00"),
        (Tz::Europe__Berlin, "2026-10-25T08:00", "2026-10-24T08:00", "2026-10-24T07:00", "2026-10-25T05:00"),
        (
            Tz::Australia__Lord_Howe,
            "2026-10-03T22:00",
            "2026-10-02T22:00",
            "2026-10-02T22:30",
            "2026-10-03T19:00",
        ),
        (
            Tz::Australia__Lord_Howe,
            "2026-04-04T22:30",
            "2026-04-03T22:30",
            "2026-04-03T22:00",
            "2026-04-04T19:30",
        ),
        (Tz::Africa__Cairo, "2026-04-24T06:00", "2026-04-23T06:00", "2026-04-23T07:00", "2026-04-24T03:00"),
        (Tz::Africa__Cairo, "2026-10-30T07:00", "2026-10-29T07:00", "2026-10-29T06:00", "2026-10-30T04:00"),
        (
            Tz::America__New_York,
            "2026-03-08T13:00",
            "2026-03-07T13:00",
            "2026-03-07T14:00",
            "2026-03-08T10:00",
        ),
        (
            Tz::America__New_York,
            "2026-11-01T14:00",
            "2026-10-31T14:00",
            "2026-10-31T13:00",
            "2026-11-01T11:00",
        ),
    ];

    #[test]
    fn hours_are_elapsed_and_days_are_on_the_wall_when_clocks_change() {
        let at = |text: &str| at(&format!("{text}:00Z"));
        for (zone, start, hours, day, three) in CHANGES {
            let start = at(start);
            assert_eq!(start.with_timezone(&zone).format("%H:%M").to_string(), "09:00", "{zone}");
            assert_eq!(Lead::of_minutes(1440).before(start, zone), at(hours), "{zone}: 24 h");
            assert_eq!(Lead { days: 1, minutes: 0 }.before(start, zone), at(day), "{zone}: 1 day");
            assert_eq!(Lead::of_minutes(180).before(start, zone), at(three), "{zone}: 3 h");
        }
    }

    #[test]
    fn what_is_past_is_not_planned_and_each_is_useful_until_the_next() {
        let (start, zone) = (at("2026-12-02T12:00:00Z"), Tz::Europe__Berlin);
        let all = plan(start, zone, &DAY_AND_HOURS, None, at("2026-11-30T12:00:00Z"));
        let sent: Vec<_> = all.iter().map(|planned| (planned.send, planned.useful_until)).collect();
        let (three, quarter) = (at("2026-12-02T09:00:00Z"), at("2026-12-02T11:45:00Z"));
        assert_eq!(sent, [(at("2026-12-01T12:00:00Z"), three), (three, quarter)]);
        let late = plan(start, zone, &DAY_AND_HOURS, None, at("2026-12-01T12:00:00Z"));
        assert_eq!(late.len(), 1, "the one a day before is past");
        assert_eq!(plan(start, zone, &DAY_AND_HOURS, None, at("2026-12-02T10:00:00Z")), []);
    }

    #[test]
    fn quiet_hours_move_reminders_and_two_at_once_become_one() {
        let zone = Tz::Europe__Berlin;
        let quiet = Quiet::new(22 * 60, 8 * 60, zone);
        let now = at("2026-11-30T12:00:00Z");
        let sent = |start, leads: &[Lead]| -> Vec<String> {
            let all = plan(at(start), zone, leads, quiet, now);
            all.iter().map(|planned| planned.send.format("%d %H:%M").to_string()).collect()
        };
        // 09:00 on the wall: three hours before it is night, so it comes at eight.
        assert_eq!(sent("2026-12-02T08:00:00Z", &DAY_AND_HOURS), ["01 08:00", "02 07:00"]);
        // At 08:30 that would be too late, so it comes in the evening.
        assert_eq!(sent("2026-12-02T07:30:00Z", &DAY_AND_HOURS), ["01 07:30", "01 20:59"]);
        let hours = [6, 7, 8].map(|hours| Lead::of_minutes(hours * 60));
        assert_eq!(sent("2026-12-02T10:00:00Z", &hours), ["02 07:00"]);
    }

    proptest! {
        #[test]
        fn reminders_come_in_time_in_order_and_never_when_it_is_quiet(
            start in 1_700_000_000i64..1_900_000_000,
            minutes in prop::collection::vec((0u32..3, 5u32..3000), 0..5),
            (from, to) in (0u32..1440, 0u32..1440),
            ago in 0i64..400_000,
            zone in prop::sample::select(vec![Tz::Europe__Berlin, Tz::Australia__Lord_Howe, Tz::Africa__Cairo, Tz::UTC]),
        ) {
            let start = DateTime::from_timestamp(start, 0).expect("in range");
            let now = start - TimeDelta::seconds(ago);
            let leads: Vec<Lead> = minutes.into_iter().map(|(days, minutes)| Lead { days, minutes }).collect();
            let quiet = Quiet::new(from, to, zone);
            let all = plan(start, zone, &leads, quiet, now);
            for planned in &all {
                prop_assert!(planned.send > now && planned.send < planned.useful_until);
                prop_assert!(planned.useful_until <= start - LAST_USE);
                if let Some(quiet) = quiet {
                    prop_assert_eq!(quiet.around(planned.send), None);
                }
            }
            prop_assert!(all.windows(2).all(|pair| pair[0].useful_until <= pair[1].send));
        }
    }
}
