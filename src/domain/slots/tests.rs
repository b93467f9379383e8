use chrono::{Datelike, TimeDelta};
use chrono_tz::Tz;
use proptest::prelude::*;

use super::{alternatives::Kind, *};

const MASTER: MasterId = MasterId(1);

fn clock(text: &str) -> u32 {
    let (hours, minutes) = text.split_once(':').unwrap_or((text, "0"));
    hours.parse::<u32>().expect("hours") * 60 + minutes.parse::<u32>().expect("minutes")
}

fn span(text: &str) -> (u32, u32) {
    let (from, to) = text.split_once('-').expect("from-to");
    (clock(from), clock(to))
}

fn rules(zone: Tz) -> Rules {
    Rules { zone, step: 30, lead: 0, horizon: 60, tidy: false, limits: Limits::default() }
}

fn every_day(starts: u32, ends: u32, breaks: &[(u32, u32)]) -> Vec<Hours> {
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun]
        .map(|weekday| Hours { weekday, starts, ends, breaks: breaks.to_vec() })
        .into()
}

/// A search without resources or oddities.
fn search<'a>(
    timetable: &'a Timetable,
    length: Length,
    rules: Rules,
    guest: &'a Guest,
    now: DateTime<Utc>,
) -> Search<'a> {
    Search {
        master: MASTER,
        timetable,
        length,
        rules,
        guest,
        oddity: None,
        pools: &[],
        shortest: 30,
        last_booked: None,
        now,
    }
}

fn midnight(zone: Tz, date: NaiveDate) -> DateTime<Utc> {
    time::opens_at(zone, date.and_time(chrono::NaiveTime::MIN))
}

/// "09-12 break 10-10:30 busy 11-11:30 step 30 take 30 pad 0/0" → the offered wall times.
fn offered(zone: Tz, date: NaiveDate, spec: &str) -> String {
    let mut words = spec.split_whitespace();
    let (starts, ends) = span(words.next().expect("hours"));
    let (mut breaks, mut visits, mut rules) = (vec![], vec![], rules(zone));
    let mut length = Length { minutes: 30, before: 0, after: 0 };
    while let (Some(word), Some(value)) = (words.next(), words.next()) {
        match word {
            "break" => breaks.push(span(value)),
            "busy" => {
                let (from, to) = span(value);
                let at = |minutes| time::opens_at(zone, time::wall(date, minutes));
                visits.extend(Range::new(at(from), at(to)));
            }
            "step" => rules.step = value.parse().expect("minutes"),
            "take" => length.minutes = value.parse().expect("minutes"),
            "lead" => rules.lead = value.parse().expect("minutes"),
            "pad" => {
                let (before, after) = value.split_once('/').expect("before/after");
                (length.before, length.after) =
                    (before.parse().expect("minutes"), after.parse().expect("minutes"));
            }
            other => unreachable!("unknown word {other}"),
        }
    }
    let timetable = Timetable::new(every_day(starts, ends, &breaks), Ranges::default(), visits);
    let now = midnight(zone, date);
    let guest = Guest::default();
    let search = search(&timetable, length, rules, &guest, now);
    let wall = |slot: &Slot| slot.visit.start().with_timezone(&zone).format("%H:%M").to_string();
    search.on(date).iter().map(wall).collect::<Vec<_>>().join(" ")
}

fn check(spec: &str, expected: &str) {
    let date = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date");
    assert_eq!(offered(Tz::Europe__Berlin, date, spec), expected, "{spec}");
}

#[test]
fn times_follow_hours_breaks_and_visits() {
    check("09-12 break 10-10:30", "09:00 09:30 10:30 11:00 11:30");
    check("09-12 busy 10-11", "09:00 09:30 11:00 11:30");
    check("09-12 take 60", "09:00 09:30 10:00 10:30 11:00");
    check("09-12 take 60 busy 10-11", "09:00 11:00");
    check("09-12 take 181", "");
    check("09-10 step 20", "09:00 09:20");
    check("09-12 lead 640", "11:00 11:30");
    check("23-26 take 60", "00:00 00:30 01:00 23:00 23:30");
}

#[test]
fn buffers_keep_their_distance_to_visits_but_not_to_the_doors() {
    check("09-12 pad 0/15 busy 10-11", "09:00 11:00 11:30");
    check("09-12 pad 15/0 busy 10-11", "09:00 09:30 11:30");
    check("09-10 take 60 pad 30/30", "09:00");
}

#[test]
fn days_on_which_clocks_change_offer_what_the_wall_shows() {
    let on = |zone, date: &str, spec| offered(zone, date.parse().expect("a date"), spec);
    assert_eq!(on(Tz::Europe__Berlin, "2026-03-29", "01-04"), "01:00 01:30 03:00 03:30");
    assert_eq!(
        on(Tz::Europe__Berlin, "2026-10-25", "01-04"),
        "01:00 01:30 02:00 02:30 02:00 02:30 03:00 03:30"
    );
    assert_eq!(on(Tz::Africa__Cairo, "2026-04-24", "00-02"), "01:00 01:30");
    assert_eq!(on(Tz::Australia__Lord_Howe, "2026-10-04", "01-04"), "01:00 01:30 02:30 03:00 03:30");
}

/// The rules once more, minute by minute and without interval algebra.
fn oracle(search: &Search<'_>, start: DateTime<Utc>) -> bool {
    let zone = search.rules.zone;
    let minute = TimeDelta::minutes(1);
    let minutes =
        |from: DateTime<Utc>, count: u32| (0..count).map(move |n| from + TimeDelta::minutes(i64::from(n)));
    let windows = |instant: DateTime<Utc>| {
        let date = time::local_date(zone, instant);
        [date.pred_opt().expect("a date"), date].into_iter().flat_map(|date| {
            search
                .timetable
                .hours
                .iter()
                .filter(move |hours| hours.weekday == date.weekday())
                .map(move |h| (date, h))
        })
    };
    let inside = |date, (from, to): (u32, u32), instant| {
        time::opens_at(zone, time::wall(date, from)) <= instant
            && instant < time::closes_at(zone, time::wall(date, to))
    };
    let works = windows(start).any(|(date, hours)| {
        let opens = time::opens_at(zone, time::wall(date, hours.starts));
        let on_grid = start >= opens && (start - opens).num_minutes() % i64::from(search.rules.step) == 0;
        on_grid
            && minutes(start, search.length.minutes).all(|instant| {
                inside(date, (hours.starts, hours.ends), instant)
                    && !hours.breaks.iter().any(|pause| inside(date, *pause, instant))
                    && !search
                        .timetable
                        .time_off
                        .iter()
                        .any(|off| off.start() <= instant && instant < off.end())
            })
    });
    let padded = start - minute * i32::try_from(search.length.before).expect("small");
    let free =
        minutes(padded, search.length.before + search.length.minutes + search.length.after).all(|instant| {
            !search.timetable.visits.iter().any(|visit| visit.start() <= instant && instant < visit.end())
        });
    let own = minutes(start, search.length.minutes).any(|instant| {
        search.guest.busy.iter().any(|visit| visit.start() <= instant && instant < visit.end())
    });
    let pools = search.pools.iter().all(|pool| {
        pool.resources.iter().any(|(_, busy)| {
            minutes(padded, search.length.before + search.length.minutes + search.length.after)
                .all(|instant| !busy.iter().any(|range| range.start() <= instant && instant < range.end()))
        })
    });
    let horizon = time::local_date(zone, start) - time::local_date(zone, search.now);
    works
        && free
        && pools
        && !own
        && start >= search.now + minute * i32::try_from(search.rules.lead).expect("small")
        && horizon.num_days() <= i64::from(search.rules.horizon)
}

#[derive(Debug)]
struct Case {
    timetable: Timetable,
    guest: Guest,
    pools: Vec<Pool>,
    length: Length,
    rules: Rules,
    date: NaiveDate,
}

impl Case {
    fn search(&self) -> Search<'_> {
        let now = midnight(self.rules.zone, self.date);
        Search { pools: &self.pools, ..search(&self.timetable, self.length, self.rules, &self.guest, now) }
    }
}

prop_compose! {
    fn any_case()(
        zone_and_day in prop::sample::select(vec![
            (Tz::Europe__Berlin, "2026-03-29"), (Tz::Europe__Berlin, "2026-10-25"),
            (Tz::America__New_York, "2026-03-08"), (Tz::America__New_York, "2026-11-01"),
            (Tz::Australia__Lord_Howe, "2026-04-05"), (Tz::Australia__Lord_Howe, "2026-10-04"),
            (Tz::Africa__Cairo, "2026-04-24"), (Tz::Africa__Cairo, "2026-10-30"),
        ]),
        opens in 0u32..30, length in 1u32..60, pause in (0u32..40, 0u32..6),
        visits in prop::collection::vec((-6i64..40, 1i64..8), 0..5),
        off in prop::collection::vec((-6i64..40, 1i64..8), 0..2),
        own in prop::collection::vec((0i64..40, 1i64..8), 0..2),
        minutes in 1u32..10, before in 0u32..3, after in 0u32..3,
        step in prop::sample::select(vec![15u32, 20, 30, 45]), lead in 0u32..8,
        rooms in prop::collection::vec(prop::collection::vec((-6i64..40, 1i64..8), 0..3), 0..3),
    ) -> Case {
        let (zone, day) = zone_and_day;
        let date: NaiveDate = day.parse().expect("a date");
        let start = midnight(zone, date);
        let spans = |list: Vec<(i64, i64)>| list.into_iter().filter_map(|(from, length)| {
            let from = start + TimeDelta::minutes(from * 30);
            Range::new(from, from + TimeDelta::minutes(length * 15))
        }).collect::<Vec<_>>();
        let (opens, ends) = (opens * 30, (opens * 30 + length * 15).min(2880));
        let pauses = vec![(opens + pause.0 * 15, opens + (pause.0 + pause.1) * 15)];
        let breaks: Vec<_> = pauses.into_iter().filter(|(from, to)| from < to && *to <= ends).collect();
        let timetable = Timetable::new(every_day(opens, ends, &breaks), spans(off).into_iter().collect(), spans(visits));
        let length = Length { minutes: minutes * 15, before: before * 10, after: after * 10 };
        let rooms: Vec<_> = (1..).map(ResourceId).zip(rooms.into_iter().map(|busy| spans(busy).into_iter().collect())).collect();
        let pools = if rooms.is_empty() { vec![] } else { vec![Pool { kind: KindId(1), resources: rooms }] };
        let guest = Guest { busy: spans(own).into_iter().collect(), ..Guest::default() };
        let rules = Rules { zone, step, lead: lead * 60, horizon: 60, tidy: false, limits: Limits::default() };
        Case { timetable, guest, pools, length, rules, date }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn offered_is_what_a_minute_by_minute_oracle_allows(case in any_case()) {
        let search = case.search();
        let day = time::day(case.rules.zone, case.date).expect("the day exists");
        let offered: Vec<_> = search.on(case.date).iter().map(|slot| slot.visit.start()).collect();
        let mut instant = day.start();
        while instant < day.end() {
            let allowed = oracle(&search, instant);
            prop_assert_eq!(offered.contains(&instant), allowed, "on() at {}", instant);
            prop_assert_eq!(search.admit(instant).is_ok(), allowed, "admit() at {}", instant);
            let explained = search.explain(instant).iter().all(|finding| finding.verdict == Some(Ok(())));
            prop_assert_eq!(explained, allowed, "explain() at {}", instant);
            instant += TimeDelta::minutes(5);
        }
    }

    #[test]
    fn a_refusal_names_the_first_rule_that_explaining_finds_broken(case in any_case(), minute in 0i64..1500) {
        let search = case.search();
        let start = midnight(case.rules.zone, case.date) + TimeDelta::minutes(minute);
        if let Err(refusal) = search.admit(start) {
            let findings = search.explain(start);
            let broken = findings.iter().find_map(|finding| finding.verdict?.err());
            prop_assert_eq!(broken.map(Refusal::rule), Some(refusal.rule()));
        }
    }

    #[test]
    fn booking_a_time_takes_it_and_all_that_overlap(mut case in any_case()) {
        let before = case.search().on(case.date);
        if let Some(booked) = before.first().copied() {
            let visits = case.timetable.visits.iter().copied().chain([booked.occupied]).collect();
            case.timetable = Timetable::new(case.timetable.hours.clone(), case.timetable.time_off.clone(), visits);
            let after = case.search().on(case.date);
            let expected: Vec<_> = before.into_iter().filter(|slot| !slot.occupied.overlaps(booked.occupied)).collect();
            prop_assert_eq!(after, expected);
        }
    }

    #[test]
    fn tidy_times_leave_no_gap_that_is_too_short(mut case in any_case(), shortest in 1u32..8) {
        case.pools.clear();
        let search = Search { shortest: shortest * 15, ..case.search() };
        for slot in search.on(case.date) {
            // Free minutes right before and after the visit, counted one by one.
            let opening = search.openings(case.date).find(|opening| opening.window.contains(slot.visit) && !opening.breaks.meet(slot.visit)).expect("an opening");
            let free = |instant: DateTime<Utc>| {
                let within = |range: Range| range.start() <= instant && instant < range.end();
                within(opening.window)
                    && ![&opening.breaks, &case.timetable.time_off, &case.timetable.busy].iter().any(|busy| busy.iter().any(within))
            };
            let minute = TimeDelta::minutes(1);
            let before = (1..3000).take_while(|n| free(slot.visit.start() - minute * *n)).count();
            let after = (0..3000).take_while(|n| free(slot.visit.end() + minute * *n)).count();
            // Buffers are of no use to anybody else.
            let without = |minutes: usize, buffer: u32| minutes.saturating_sub(usize::try_from(buffer).expect("small"));
            let (before, after) = (without(before, search.length.before), without(after, search.length.after));
            let is_of_use = |gap: usize| gap == 0 || gap >= usize::try_from(search.shortest).expect("small");
            prop_assert_eq!(search.is_tidy(&slot), is_of_use(before) && is_of_use(after), "{:?}", slot);
        }
    }
}

#[test]
fn who_may_not_book_is_offered_nothing_and_told_why() {
    let date: NaiveDate = "2026-11-23".parse().expect("a date");
    let timetable = Timetable::new(every_day(540, 720, &[]), Ranges::default(), vec![]);
    let length = Length { minutes: 60, before: 0, after: 0 };
    let limits = Limits { visits: Some(5), new: Some(2), flagged: Some(1) };
    let rules = Rules { limits, ..rules(Tz::UTC) };
    let now = midnight(Tz::UTC, date);
    let nine = now + TimeDelta::hours(9);
    let check = |guest: Guest, oddity, expected: Option<Refusal>| {
        let search = Search { oddity, ..search(&timetable, length, rules, &guest, now) };
        assert_eq!(search.admit(nine).err(), expected, "{guest:?}");
        assert_eq!(search.refusal(), expected);
        assert_eq!(search.on(date).is_empty(), expected.is_some());
    };
    let guest = |regard, is_known, ahead| Guest { regard, is_known, ahead, ..Guest::default() };
    check(guest(Regard::Plain, true, 4), None, None);
    check(guest(Regard::Plain, true, 5), None, Some(Refusal::TooMany { limit: 5 }));
    check(guest(Regard::Plain, false, 1), None, None);
    check(guest(Regard::Plain, false, 2), None, Some(Refusal::TooMany { limit: 2 }));
    check(guest(Regard::Flagged, true, 1), None, Some(Refusal::TooMany { limit: 1 }));
    check(guest(Regard::Blocked, true, 0), None, Some(Refusal::Blocked));
    for oddity in [Oddity::Exclusive, Oddity::LoneAddon, Oddity::NotFor(Audience::New)] {
        check(guest(Regard::Plain, true, 0), Some(oddity), Some(Refusal::Odd(oddity)));
    }
}

#[test]
fn a_visit_of_no_length_fits_nowhere() {
    check("09-12 take 0", "");
    check("09-12 take 100000", "");
}

fn with_searches(visits: [Vec<Range>; 2], run: impl FnOnce(&[Search<'_>], NaiveDate, DateTime<Utc>)) {
    let date: NaiveDate = "2026-11-21".parse().expect("a date");
    let now = midnight(Tz::UTC, date);
    let timetables = visits.map(|visits| Timetable::new(every_day(540, 720, &[]), Ranges::default(), visits));
    let (length, guest) = (Length { minutes: 60, before: 0, after: 0 }, Guest::default());
    let searches: Vec<Search<'_>> = (1..)
        .zip(&timetables)
        .map(|(id, timetable)| Search {
            master: MasterId(id),
            ..search(timetable, length, rules(Tz::UTC), &guest, now)
        })
        .collect();
    run(&searches, date, now);
}

#[test]
fn anyone_means_the_least_loaded_master_at_each_time() {
    let nine = midnight(Tz::UTC, "2026-11-21".parse().expect("a date")) + TimeDelta::hours(9);
    let visit = Range::of_minutes(nine, 60).expect("an hour");
    with_searches([vec![visit], vec![]], |searches, date, _| {
        let slots = anyone_on(searches, date);
        assert_eq!(slots.len(), 5, "each time once");
        assert!(slots.iter().all(|slot| slot.master == MasterId(2)), "the first master already has a visit");
    });
}

#[test]
fn among_equally_loaded_masters_the_one_who_waits_longest_is_chosen() {
    with_searches([vec![], vec![]], |searches, date, now| {
        let booked = |first, second| {
            let mut searches = searches.to_vec();
            (searches[0].last_booked, searches[1].last_booked) = (first, second);
            anyone_on(&searches, date).first().map(|slot| slot.master.0)
        };
        let hours = |ago| Some(now - TimeDelta::hours(ago));
        assert_eq!(booked(hours(1), hours(2)), Some(2));
        assert_eq!(booked(hours(2), hours(1)), Some(1));
        assert_eq!(booked(hours(9), None), Some(2), "never booked before");
        assert_eq!(booked(None, None), Some(1), "the catalog's order");
    });
}

#[test]
fn alternatives_are_near_then_elsewhere_then_later() {
    let nine = midnight(Tz::UTC, "2026-11-21".parse().expect("a date")) + TimeDelta::hours(9);
    let visit = Range::of_minutes(nine + TimeDelta::minutes(60), 60).expect("an hour");
    with_searches([vec![visit], vec![]], |searches, _, _| {
        let found = nearest(searches, Some(MasterId(1)), nine + TimeDelta::minutes(60));
        let kinds: Vec<_> = found
            .iter()
            .map(|a| (a.kind, a.slot.master.0, (a.slot.visit.start() - nine).num_minutes()))
            .collect();
        assert_eq!(
            kinds,
            [
                (Kind::Nearby, 1, 0),
                (Kind::Nearby, 1, 120),
                (Kind::OtherMaster, 2, 60),
                (Kind::LaterDay, 1, 1440)
            ]
        );
    });
}
