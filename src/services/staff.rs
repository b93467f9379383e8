//! What the staff does besides looking at its day: explaining times, taking time off, and minding clients.

mod visits;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, PgPool};

pub use self::visits::{Delayed, approve, ask_for_approval, cancel, decline, delayed, run_late};
use super::{ServiceError, browse, browse::Viewer};
use crate::{
    db::{
        DbError, availability, bookings, catalog,
        catalog::StaffMaster,
        locks::{Claim, SlotLock},
        people, time_off,
    },
    domain::{
        conversation::{Outcome, Wish},
        ids::{BookingId, LocationId, ServiceId, TimeOffId},
        language::LocalText,
        ranges::Range,
        slots::{Finding, Oddity, Regard},
        time,
    },
};

/// The longest stretch that can be blocked in one go.
const LONGEST_BLOCK: TimeDelta = TimeDelta::days(92);

/// Why a time of a master is offered or not.
#[derive(Debug, Clone)]
pub struct Why {
    pub master: LocalText,
    pub is_active: bool,
    pub start: DateTime<Utc>,
    pub zone: Tz,
    /// Services of which every rule says the same.
    pub answers: Vec<Answer>,
}

/// What the rules say about a visit for these services, each booked alone.
#[derive(Debug, Clone)]
pub struct Answer {
    pub services: Vec<LocalText>,
    pub location: LocalText,
    pub zone: Tz,
    pub findings: Vec<Finding>,
}

/// Asks every rule about a wall time of a master, for each of their services or for those given by key, as one visit,
/// for a client without other visits. `None` when there is no such master or service.
pub async fn why(
    conn: &mut PgConnection,
    master: &StaffMaster,
    at: NaiveDateTime,
    keys: &[String],
    now: DateTime<Utc>,
) -> Result<Option<Why>, DbError> {
    let mut wishes: Vec<(LocationId, Vec<ServiceId>)> = Vec::new();
    if keys.is_empty() {
        wishes.extend(master.skills.iter().map(|(_, service, location)| (*location, vec![*service])));
    } else {
        let asked: Option<Vec<_>> =
            keys.iter().map(|key| master.skills.iter().find(|(known, ..)| known == key)).collect();
        let Some(asked) = asked else { return Ok(None) };
        let location = asked.first().map(|(_, _, location)| *location);
        wishes.extend(location.map(|at| (at, asked.iter().map(|(_, service, _)| *service).collect())));
    }
    let start = time::opens_at(master.zone, at);
    let mut answers: Vec<Answer> = Vec::new();
    for (location, services) in wishes {
        let wish = Wish { location, services, moving: None, quoted: None };
        let around = browse::around(start);
        let found = availability::load(conn, &wish, Some(master.id), None, around, now).await?;
        let Some(mut found) = found else { continue };
        // Whether somebody has been here can only be asked of a client.
        found.oddity = found.oddity.filter(|oddity| !matches!(oddity, Oddity::NotFor(_)));
        let Some(candidate) = found.candidate(master.id) else { continue };
        // The wall of the location counts, should it be another than that of the master's first one.
        let zone = found.location.rules.zone;
        let findings = found.search(candidate).explain(time::opens_at(zone, at));
        let names = candidate.items.iter().map(|item| item.names.clone());
        let same = answers.iter_mut().find(|answer| answer.findings == findings && answer.zone == zone);
        if let Some(answer) = same {
            answer.services.extend(names);
        } else {
            let (services, location) = (names.collect(), found.location.names);
            answers.push(Answer { services, location, zone, findings });
        }
    }
    let (names, is_active) = (master.names.clone(), master.is_active);
    Ok(Some(Why { master: names, is_active, start, zone: master.zone, answers }))
}

/// The master whom a member of the staff means: by key, which only the admin may name, or themselves.
pub async fn meant(
    conn: &mut PgConnection,
    viewer: Viewer,
    key: Option<&str>,
) -> Result<Option<StaffMaster>, DbError> {
    let found = catalog::master(conn, key, viewer.master.filter(|_| key.is_none())).await?;
    Ok(found.filter(|master| viewer.is_admin || viewer.master == Some(master.id)))
}

/// Takes time off for a master, on the wall of their first location, unless somebody has booked it.
///
/// The lock is given back to be committed together with what follows.
pub async fn block(
    pool: &PgPool,
    viewer: Viewer,
    key: Option<&str>,
    (from, to): (NaiveDateTime, NaiveDateTime),
) -> Result<Result<SlotLock, Outcome>, ServiceError> {
    let mut conn = pool.acquire().await?;
    let Some(master) = meant(&mut conn, viewer, key).await? else { return Ok(Err(Outcome::NotFound)) };
    drop(conn);
    let away = Range::new(time::opens_at(master.zone, from), time::closes_at(master.zone, to));
    let Some(away) = away.filter(|away| away.end() - away.start() <= LONGEST_BLOCK) else {
        return Ok(Err(Outcome::NotFound));
    };
    let mut lock = match SlotLock::begin(pool, &[Claim::Master(master.id, away)]).await {
        Err(DbError::Conflict(_)) => return Err(ServiceError::Busy),
        lock => lock?,
    };
    if time_off::block(&mut lock, master.id, away, viewer.person).await? {
        return Ok(Ok(lock));
    }
    lock.roll_back().await?;
    Ok(Err(Outcome::VisitsInTheWay))
}

/// Takes back time off that was taken in the chat, in the caller's transaction.
pub async fn unblock(
    conn: &mut PgConnection,
    viewer: Viewer,
    time_off: TimeOffId,
) -> Result<Outcome, DbError> {
    if !viewer.is_staff() {
        return Ok(Outcome::NotFound);
    }
    let own = viewer.master.filter(|_| !viewer.is_admin);
    let gone = time_off::unblock(conn, time_off, own).await?;
    Ok(if gone { Outcome::Done } else { Outcome::NotFound })
}

/// Records what the staff thinks of the client of a visit, in the caller's transaction.
pub async fn regard(
    conn: &mut PgConnection,
    viewer: Viewer,
    booking: BookingId,
    regard: Regard,
    now: DateTime<Utc>,
) -> Result<Outcome, DbError> {
    let card = bookings::card(conn, booking).await?;
    match card.filter(|card| viewer.may_see(card)) {
        Some(card) => {
            people::set_regard(conn, card.booking.client, regard, viewer.person, now).await?;
            Ok(Outcome::Done)
        }
        None => Ok(Outcome::NotFound),
    }
}
