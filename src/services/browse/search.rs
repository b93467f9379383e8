//! What the search for free times shows: masters, days, times and what to take instead.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{AlternativeFacts, CalendarFacts, Facts, MasterChoiceFacts, SeriesFacts, TimesFacts, Viewer};
use crate::{
    db::{
        DbError,
        availability::{self, Availability},
    },
    domain::{
        catalog::Candidate,
        conversation::{MasterChoice, Outcome, Wish},
        ids::BookingId,
        language::LocalText,
        month::Month,
        ranges::Range,
        series::{self, Deviation, Recurrence},
        slots, time,
    },
    services::booking,
};

/// Loads what is to be known for a wish; or what to show instead where nothing can be searched for.
pub(super) async fn load(
    conn: &mut PgConnection,
    viewer: Viewer,
    wish: &Wish,
    master: MasterChoice,
    span: Range,
    now: DateTime<Utc>,
) -> Result<Result<Availability, Facts>, DbError> {
    let found = availability::load(conn, wish, master.one(), viewer.client, span, now).await?;
    let Some(found) = found else { return Ok(Err(Facts::Missing)) };
    if !found.gone.is_empty() {
        return Ok(Err(Facts::Gone { services: found.gone, is_moving: wish.moving.is_some() }));
    }
    let Some(candidate) = found.candidates.first() else {
        let is_chosen = master.one().is_some();
        return Ok(Err(if is_chosen { Facts::MasterGone } else { Facts::NobodyDoesAll }));
    };
    match found.search(candidate).refusal() {
        Some(refusal) => Ok(Err(Facts::NotAdmitted(refusal))),
        None => Ok(Ok(found)),
    }
}

/// The longest horizon that a location may have is 366 days.
pub(super) fn whole_horizon(now: DateTime<Utc>) -> Range {
    Range::around(now, TimeDelta::hours(60), TimeDelta::days(370))
}

pub(super) fn masters(availability: &Availability) -> Facts {
    let rules = availability.location.rules;
    let today = rules.today(availability.now);
    let one = |candidate: &Candidate| MasterChoiceFacts {
        choice: MasterChoice::One(candidate.master.id),
        name: Some(candidate.master.names.clone()),
        price: candidate.price,
        price_varies: false,
        minutes: candidate.length.minutes,
        first_free: availability.search(candidate).first_from(today).map(|slot| slot.visit.start()),
    };
    let each: Vec<MasterChoiceFacts> = availability.candidates.iter().map(one).collect();
    let soonest = each.iter().filter_map(|choice| choice.first_free).min();
    let cheapest = each.iter().min_by_key(|choice| choice.price.minor());
    let anyone = cheapest.filter(|_| each.len() > 1).map(|cheapest| MasterChoiceFacts {
        choice: MasterChoice::Anyone,
        name: None,
        first_free: soonest,
        price_varies: each.iter().any(|choice| choice.price != cheapest.price),
        ..cheapest.clone()
    });
    Facts::Masters { zone: rules.zone, choices: anyone.into_iter().chain(each).collect() }
}

pub(super) fn calendar(
    availability: &Availability,
    master: MasterChoice,
    month: Option<Month>,
    is_moving: bool,
) -> Facts {
    let rules = availability.location.rules;
    let (today, last_day) = (rules.today(availability.now), rules.last_day(availability.now));
    let (first, last) = (Month::of(today), Month::of(last_day));
    let searches = availability.searches();
    let has_time = |day: NaiveDate| searches.iter().any(|search| !search.on(day).is_empty());
    let month = month.unwrap_or_else(|| {
        let soonest = today.iter_days().take_while(|day| *day <= last_day).find(|day| has_time(*day));
        soonest.map_or(first, Month::of)
    });
    let month = month.clamp(first, last);
    let days = month.first().max(today).iter_days().take_while(|day| *day <= month.last().min(last_day));
    let (free, others): (BTreeSet<NaiveDate>, BTreeSet<_>) = days.partition(|day| has_time(*day));
    let is_full = |day: &NaiveDate| searches.iter().any(|search| search.works_on(*day));
    Facts::Calendar(CalendarFacts {
        month,
        free,
        full: others.into_iter().filter(is_full).collect(),
        first,
        last,
        today,
        master: name(availability, master),
        is_moving,
    })
}

pub(super) fn times(availability: &Availability, master: MasterChoice, day: NaiveDate) -> Facts {
    let searches = availability.searches();
    let slots = slots::anyone_on(&searches, day);
    let is_tidy = |slot: &&slots::Slot| {
        availability.location.rules.tidy
            && searches.iter().any(|search| search.master == slot.master && search.is_tidy(slot))
    };
    Facts::Times(TimesFacts {
        zone: availability.location.rules.zone,
        day,
        tidy: slots.iter().filter(is_tidy).map(|slot| slot.visit.start()).collect(),
        starts: slots.iter().map(|slot| slot.visit.start()).collect(),
        master: name(availability, master),
    })
}

/// Times to take instead of one.
pub(super) fn alternatives(
    availability: &Availability,
    master: MasterChoice,
    start: DateTime<Utc>,
) -> Vec<AlternativeFacts> {
    let found = slots::nearest(&availability.searches(), master.one(), start).into_iter();
    let named = found.filter_map(|found| {
        let master = availability.candidate(found.slot.master)?.master.names.clone();
        Some(AlternativeFacts { slot: found.slot, kind: found.kind, master })
    });
    named.collect()
}

pub(super) fn taken(availability: &Availability, master: MasterChoice, start: DateTime<Utc>) -> Facts {
    let alternatives = alternatives(availability, master, start);
    Facts::Taken { zone: availability.location.rules.zone, start, alternatives }
}

/// A series as it would be booked now.
pub(super) async fn series(
    conn: &mut PgConnection,
    viewer: Viewer,
    (wish, booking): (&Wish, BookingId),
    (rule, deviations): (Recurrence, &[(u32, Deviation)]),
    picking: Option<u32>,
    now: DateTime<Utc>,
) -> Result<Facts, DbError> {
    let Some(client) = viewer.client else { return Ok(Facts::Missing) };
    let preview = match booking::preview(conn, client, wish, booking, rule, deviations, now).await? {
        Ok(preview) => preview,
        Err(Outcome::MasterGone) => return Ok(Facts::MasterGone),
        Err(Outcome::HoldOver(_)) => return Ok(Facts::HoldOver),
        Err(_) => return Ok(Facts::Missing),
    };
    let search = preview.candidate().map(|candidate| preview.availability.search(candidate));
    let picking = picking.zip(search).map(|(index, search)| {
        let instead = series::instead(search, &preview.planned, index);
        (index, instead)
    });
    Ok(Facts::Series(SeriesFacts { rule, picking, planned: preview.planned, card: preview.card }))
}

fn name(availability: &Availability, master: MasterChoice) -> Option<LocalText> {
    Some(availability.candidate(master.one()?)?.master.names.clone())
}

/// Enough around a local date to decide on its times.
pub(super) fn around_day(day: NaiveDate) -> Range {
    super::around(time::wall(day, 0).and_utc())
}
