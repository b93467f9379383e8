//! The search by itself, without a database.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use chrono::{DateTime, NaiveDate, Utc};
use vizit::domain::{
    ids::MasterId,
    ranges::Ranges,
    slots::{Guest, Hours, Length, Search, Timetable},
    time,
};

use super::{
    business::{HORIZON, MASTERS, days, now, plan, visits},
    say,
};

const ROUNDS: usize = 15;

pub(crate) fn run() -> anyhow::Result<()> {
    let plan = plan()?;
    let location = plan.locations.first().ok_or_else(|| anyhow::anyhow!("no location"))?;
    let service = plan.services.first().ok_or_else(|| anyhow::anyhow!("no service"))?;
    let timetable = |(number, hours): (u32, Vec<Hours>)| {
        let visits = days().flat_map(|date| visits(number, date));
        let occupied = visits.map(|(_, visit)| visit.padded(service.buffer_before, service.buffer_after));
        Timetable::new(hours, Ranges::default(), occupied.collect())
    };
    let hours =
        plan.masters.iter().map(|master| master.hours.iter().map(|hours| hours.hours.clone()).collect());
    let timetables: Vec<Timetable> = (0..).zip(hours).map(timetable).collect();
    let guest = Guest::default();
    let searches: Vec<Search<'_>> = (1..)
        .zip(&timetables)
        .map(|(id, timetable)| Search {
            master: MasterId(id),
            timetable,
            length: Length {
                minutes: service.minutes,
                before: service.buffer_before,
                after: service.buffer_after,
            },
            rules: location.rules,
            guest: &guest,
            oddity: None,
            pools: &[],
            shortest: service.minutes,
            last_booked: None,
            now: now(),
        })
        .collect();
    let dates: Vec<NaiveDate> = days().collect();
    let half_hours = |date: &NaiveDate| {
        let date = *date;
        (18..42).map(move |half| time::opens_at(location.rules.zone, time::wall(date, half * 30)))
    };
    let starts: Vec<DateTime<Utc>> = dates.iter().flat_map(half_hours).collect();

    let (mut found, mut admitted) = (0, 0);
    let (mut on, mut admit): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let free =
            |search: &Search<'_>| dates.iter().map(|date| black_box(search.on(*date)).len()).sum::<usize>();
        found = searches.iter().map(free).sum();
        on.push(started.elapsed());
        let started = Instant::now();
        let fits = |search: &Search<'_>| {
            starts.iter().filter(|start| black_box(search.admit(**start)).is_ok()).count()
        };
        admitted = searches.iter().map(fits).sum();
        admit.push(started.elapsed());
    }
    anyhow::ensure!(found == admitted, "{found} times are offered, {admitted} are admitted");

    // It waits for nothing, so what takes longer than the least is somebody else's.
    let each = |times: &[Duration], count: usize| -> anyhow::Result<u128> {
        let least = times.iter().min().copied().unwrap_or_default();
        Ok(least.as_nanos() / u128::try_from(count)?)
    };
    let master_days = searches.len() * dates.len();
    let asked = searches.len() * starts.len();
    say(&format!(
        "{found} free times among {MASTERS} masters with 6 visits a day in {HORIZON} days; no database"
    ))?;
    say(&format!("  the free times of a master on a day  {:>6} ns", each(&on, master_days)?))?;
    say(&format!("  one time admitted or refused         {:>6} ns", each(&admit, asked)?))?;
    Ok(())
}
