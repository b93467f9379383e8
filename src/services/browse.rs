//! What a screen shows, read fresh from the database: the facts that the view turns into text and buttons.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{ServiceError, Services, booking};
use crate::{
    db::{
        availability::{self, Availability},
        bookings::{self, Card},
        catalog::{self, LocationChoice},
    },
    domain::{
        booking::Standing,
        catalog::Service,
        conversation::{MasterChoice, Screen, Wish},
        ids::{ClientId, MasterId, ServiceId, TelegramId},
        language::LocalText,
        money::Money,
        month::Month,
        ranges::Range,
        slots::{self, Slot},
        time,
    },
};

/// Visits on one page of *My visits*.
pub const VISITS_PER_PAGE: usize = 5;

/// Who looks.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    pub person: TelegramId,
    pub client: Option<ClientId>,
    pub master: Option<MasterId>,
    pub is_admin: bool,
}

impl Viewer {
    pub fn is_staff(self) -> bool {
        self.is_admin || self.master.is_some()
    }
}

/// A master to choose, with what the wish takes with them.
#[derive(Debug, Clone)]
pub struct MasterChoiceFacts {
    pub choice: MasterChoice,
    /// `None` for anyone.
    pub name: Option<LocalText>,
    /// The lowest price, where masters differ.
    pub price: Money,
    pub price_varies: bool,
    pub minutes: u32,
    pub first_free: Option<DateTime<Utc>>,
}

/// A time to take instead of one that was taken.
#[derive(Debug, Clone)]
pub struct AlternativeFacts {
    pub slot: Slot,
    pub kind: slots::AlternativeKind,
    pub master: LocalText,
}

/// A visit, and what may be done with it.
#[derive(Debug, Clone)]
pub struct VisitFacts {
    pub card: Card,
    pub standing: Standing,
}

#[derive(Debug, Clone)]
pub enum Facts {
    Welcome,
    Phone,
    Home {
        next: Option<Card>,
        is_staff: bool,
    },
    Locations(Vec<LocationChoice>),
    Services {
        services: Vec<Service>,
        picked: Vec<ServiceId>,
        page: u8,
    },
    Masters {
        zone: Tz,
        choices: Vec<MasterChoiceFacts>,
    },
    Calendar {
        month: Month,
        free: BTreeSet<NaiveDate>,
        first: Month,
        last: Month,
        today: NaiveDate,
        master: Option<LocalText>,
    },
    Times {
        zone: Tz,
        day: NaiveDate,
        starts: Vec<DateTime<Utc>>,
        master: Option<LocalText>,
    },
    Summary(VisitFacts),
    Taken {
        zone: Tz,
        start: DateTime<Utc>,
        alternatives: Vec<AlternativeFacts>,
    },
    Visits {
        cards: Vec<VisitFacts>,
        past: bool,
        page: u8,
        more: bool,
    },
    Visit(VisitFacts),
    CancelVisit(VisitFacts),
    Language,
    Help {
        is_staff: bool,
    },
    Privacy,
    Day {
        zone: Tz,
        day: NaiveDate,
        today: NaiveDate,
        cards: Vec<Card>,
        all_masters: bool,
    },
    StaffVisit(Card),
    /// No master gives all the wished services in one visit.
    NobodyDoesAll,
    /// What the screen was about is not there any more.
    Missing,
    /// There is nothing to book yet.
    NothingOffered,
}

/// Enough around an instant to decide on it, whatever the zone.
pub fn around(start: DateTime<Utc>) -> Range {
    Range::around(start, TimeDelta::hours(60), TimeDelta::hours(60))
}

/// The facts for a screen, as of now.
pub async fn facts(services: &Services, viewer: Viewer, screen: &Screen) -> Result<Facts, ServiceError> {
    let now = services.clock.now();
    let visit = |card: Card| {
        let standing = card.booking.standing(card.cancel_notice, now);
        VisitFacts { card, standing }
    };
    // What needs no database must not wait for a connection.
    match screen {
        Screen::Welcome => return Ok(Facts::Welcome),
        Screen::Phone => return Ok(Facts::Phone),
        Screen::Language => return Ok(Facts::Language),
        Screen::Help => return Ok(Facts::Help { is_staff: viewer.is_staff() }),
        Screen::Privacy => return Ok(Facts::Privacy),
        _ => {}
    }
    let mut conn = services.pool.acquire().await?;
    let conn = &mut *conn;
    Ok(match screen {
        Screen::Welcome | Screen::Phone | Screen::Language | Screen::Help | Screen::Privacy => Facts::Missing,
        Screen::Home => {
            Facts::Home { next: next_visit(conn, viewer, now).await?, is_staff: viewer.is_staff() }
        }
        Screen::Locations => match catalog::locations(conn).await? {
            locations if locations.is_empty() => Facts::NothingOffered,
            locations => Facts::Locations(locations),
        },
        Screen::Services { location, picked, page } => match catalog::services(conn, *location).await? {
            services if services.is_empty() => Facts::NothingOffered,
            services => {
                // What is not offered any more would only stand in the way, unseen.
                let offered = |id: &ServiceId| services.iter().any(|service| service.id == *id);
                let picked = picked.iter().copied().filter(offered).collect();
                Facts::Services { services, picked, page: *page }
            }
        },
        Screen::Masters { wish } => match whole_horizon(conn, viewer, wish, MasterChoice::Anyone, now).await?
        {
            Some(availability) => masters(&availability),
            None => Facts::NobodyDoesAll,
        },
        Screen::Calendar { wish, master, month } => {
            match whole_horizon(conn, viewer, wish, *master, now).await? {
                Some(availability) => calendar(&availability, *master, *month),
                None => Facts::NobodyDoesAll,
            }
        }
        Screen::Times { wish, master, day } => {
            let span = around(day.and_time(NaiveTime::MIN).and_utc());
            match availability::load(conn, wish, master.one(), viewer.client, span, now).await? {
                Some(availability) => times(&availability, *master, *day),
                None => Facts::Missing,
            }
        }
        Screen::Taken { wish, master, start } => {
            match whole_horizon(conn, viewer, wish, MasterChoice::Anyone, now).await? {
                Some(availability) => taken(&availability, *master, *start),
                None => Facts::NobodyDoesAll,
            }
        }
        Screen::Summary { booking, .. } => {
            own(conn, viewer, *booking).await?.map_or(Facts::Missing, |card| Facts::Summary(visit(card)))
        }
        Screen::Visit { booking } => {
            own(conn, viewer, *booking).await?.map_or(Facts::Missing, |card| Facts::Visit(visit(card)))
        }
        Screen::CancelVisit { booking } => {
            own(conn, viewer, *booking).await?.map_or(Facts::Missing, |card| Facts::CancelVisit(visit(card)))
        }
        Screen::Visits { past, page } => {
            let mut cards = visits(conn, viewer, *past, *page, now).await?;
            let more = cards.len() > VISITS_PER_PAGE;
            cards.truncate(VISITS_PER_PAGE);
            Facts::Visits { cards: cards.into_iter().map(visit).collect(), past: *past, page: *page, more }
        }
        Screen::Day { date } => staff_day(conn, viewer, *date, now).await?,
        Screen::StaffVisit { booking } => {
            let card = bookings::card(conn, *booking).await?;
            let may_see = |card: &Card| viewer.is_admin || viewer.master == Some(card.booking.master);
            card.filter(may_see).map_or(Facts::Missing, Facts::StaffVisit)
        }
    })
}

async fn own(
    conn: &mut PgConnection,
    viewer: Viewer,
    booking: crate::domain::ids::BookingId,
) -> Result<Option<Card>, ServiceError> {
    match viewer.client {
        Some(client) => Ok(booking::own_card(conn, client, booking).await?),
        None => Ok(None),
    }
}

async fn next_visit(
    conn: &mut PgConnection,
    viewer: Viewer,
    now: DateTime<Utc>,
) -> Result<Option<Card>, ServiceError> {
    let Some(client) = viewer.client else { return Ok(None) };
    Ok(bookings::by_client(conn, client, false, 1, 0, now).await?.into_iter().next())
}

/// One visit more than fits on the page, to know whether there is a next one.
async fn visits(
    conn: &mut PgConnection,
    viewer: Viewer,
    past: bool,
    page: u8,
    now: DateTime<Utc>,
) -> Result<Vec<Card>, ServiceError> {
    let Some(client) = viewer.client else { return Ok(Vec::new()) };
    let per_page = i64::try_from(VISITS_PER_PAGE).unwrap_or(i64::MAX);
    Ok(bookings::by_client(
        conn,
        client,
        past,
        per_page.saturating_add(1),
        i64::from(page).saturating_mul(per_page),
        now,
    )
    .await?)
}

async fn whole_horizon(
    conn: &mut PgConnection,
    viewer: Viewer,
    wish: &Wish,
    master: MasterChoice,
    now: DateTime<Utc>,
) -> Result<Option<Availability>, ServiceError> {
    // The longest horizon that a location may have is 366 days.
    let span = Range::around(now, TimeDelta::hours(60), TimeDelta::days(370));
    let found = availability::load(conn, wish, master.one(), viewer.client, span, now).await?;
    Ok(found.filter(|found| !found.candidates.is_empty()))
}

fn masters(availability: &Availability) -> Facts {
    let rules = availability.location.rules;
    let today = rules.today(availability.now);
    let one = |candidate: &crate::domain::catalog::Candidate| MasterChoiceFacts {
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

fn calendar(availability: &Availability, master: MasterChoice, month: Option<Month>) -> Facts {
    let rules = availability.location.rules;
    let (today, last_day) = (rules.today(availability.now), rules.last_day(availability.now));
    let (first, last) = (Month::of(today), Month::of(last_day));
    let searches = availability.searches();
    let has_time = |day: NaiveDate| searches.iter().any(|search| !search.on(day).is_empty());
    let month = month.unwrap_or_else(|| {
        let soonest = searches
            .iter()
            .filter_map(|search| search.first_from(today))
            .map(|slot| slot.visit.start())
            .min();
        soonest.map_or(first, |start| Month::of(time::local_date(rules.zone, start)))
    });
    let month = month.clamp(first, last);
    let days = month.first().max(today).iter_days().take_while(|day| *day <= month.last().min(last_day));
    Facts::Calendar {
        month,
        free: days.filter(|day| has_time(*day)).collect(),
        first,
        last,
        today,
        master: name(availability, master),
    }
}

fn times(availability: &Availability, master: MasterChoice, day: NaiveDate) -> Facts {
    let starts = slots::anyone_on(&availability.searches(), day);
    Facts::Times {
        zone: availability.location.rules.zone,
        day,
        starts: starts.into_iter().map(|slot| slot.visit.start()).collect(),
        master: name(availability, master),
    }
}

fn taken(availability: &Availability, master: MasterChoice, start: DateTime<Utc>) -> Facts {
    let alternatives = slots::nearest(&availability.searches(), master.one(), start)
        .into_iter()
        .filter_map(|found| {
            let master = availability.candidate(found.slot.master)?.master.names.clone();
            Some(AlternativeFacts { slot: found.slot, kind: found.kind, master })
        })
        .collect();
    Facts::Taken { zone: availability.location.rules.zone, start, alternatives }
}

fn name(availability: &Availability, master: MasterChoice) -> Option<LocalText> {
    Some(availability.candidate(master.one()?)?.master.names.clone())
}

async fn staff_day(
    conn: &mut PgConnection,
    viewer: Viewer,
    date: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Facts, ServiceError> {
    if !viewer.is_staff() {
        return Ok(Facts::Missing);
    }
    // Whoever runs the business wants to see all of it, their own visits included.
    let master = viewer.master.filter(|_| !viewer.is_admin);
    let Some(zone) = catalog::staff_zone(conn, viewer.master).await? else {
        return Ok(Facts::NothingOffered);
    };
    let today = time::local_date(zone, now);
    let day = date.unwrap_or(today);
    let cards = match time::day(zone, day) {
        Some(range) => bookings::by_day(conn, master, range).await?,
        None => Vec::new(),
    };
    Ok(Facts::Day { zone, day, today, cards, all_masters: master.is_none() })
}
