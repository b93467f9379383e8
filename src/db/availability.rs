//! All that a search for free times needs, in one round trip.

use chrono::{DateTime, Utc, Weekday};
use iso_currency::Currency;
use serde::Deserialize;
use sqlx::{PgConnection, postgres::types::PgRange, types::Json};

use super::{
    DbError,
    rows::{ItemRow, Names, Place, pg_range, range},
};
use crate::domain::{
    catalog::{Candidate, Location, Master},
    conversation::Wish,
    ids::{ClientId, LocationId, MasterId},
    money::Money,
    ranges::{Range, Ranges},
    slots::{Hours, Length, Rules, Search, Timetable},
};

/// A location's rules, and who could give a wished visit there, with what is in the way.
#[derive(Debug, Clone)]
pub struct Availability {
    pub location: Location,
    /// The masters that have every wished skill, in the catalog's order.
    pub candidates: Vec<Candidate>,
    /// The client's own live visits, without buffers.
    pub client_busy: Ranges,
    pub now: DateTime<Utc>,
}

impl Availability {
    /// One search per candidate.
    pub fn searches(&self) -> Vec<Search<'_>> {
        let search = |candidate| self.search(candidate);
        self.candidates.iter().map(search).collect()
    }

    pub fn search<'a>(&'a self, candidate: &'a Candidate) -> Search<'a> {
        Search {
            master: candidate.master.id,
            timetable: &candidate.timetable,
            length: candidate.length,
            rules: self.location.rules,
            client_busy: &self.client_busy,
            now: self.now,
        }
    }

    pub fn candidate(&self, master: MasterId) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.master.id == master)
    }
}

/// What is in the way within `span`; `only` narrows the masters. `None` when there is no such active location.
///
/// Holds that have run out are not in the way: whoever books sweeps them. The client's own hold is not either, since
/// a new one replaces it.
pub async fn load(
    conn: &mut PgConnection,
    wish: &Wish,
    only: Option<MasterId>,
    client: Option<ClientId>,
    span: Range,
    now: DateTime<Utc>,
) -> Result<Option<Availability>, DbError> {
    let services: Vec<i32> = wish.services.iter().map(|service| service.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT l.id, l.names AS "names: Names", l.address, l.zone, l.currency, l.slot_step_minutes, l.hold_minutes,
                  l.lead_minutes, l.horizon_days, l.cancel_notice_minutes,
                  ARRAY(SELECT tstzrange(b.starts_at, b.ends_at, '[)') FROM bookings b
                        WHERE b.client_id = $5 AND b.status = 'confirmed'
                          AND b.starts_at < upper($4::tstzrange) AND b.ends_at > lower($4::tstzrange))
                      AS "client_busy!: Vec<PgRange<DateTime<Utc>>>",
                  m.id AS "master_id?", m.names AS "master_names?: Names",
                  m.items AS "items?: Json<Vec<ItemRow>>", m.hours AS "hours?: Json<Vec<HoursRow>>",
                  m.buffer_before AS "buffer_before?", m.buffer_after AS "buffer_after?",
                  m.away AS "away?: Vec<PgRange<DateTime<Utc>>>", m.busy AS "busy?: Vec<PgRange<DateTime<Utc>>>"
           FROM locations l
           LEFT JOIN LATERAL (
               SELECT m.id, m.names, m.position, able.items, able.buffer_before, able.buffer_after,
                      (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                  'weekday', h.weekday, 'starts', h.starts_minute, 'ends', h.ends_minute,
                                  'breaks', (SELECT coalesce(jsonb_agg(jsonb_build_array(k.starts_minute, k.ends_minute)), '[]')
                                             FROM breaks k WHERE k.working_hours_id = h.id))
                                  ORDER BY h.weekday, h.starts_minute), '[]')
                       FROM working_hours h WHERE h.master_id = m.id AND h.location_id = l.id) AS hours,
                      ARRAY(SELECT t.away FROM time_off t WHERE t.master_id = m.id AND t.away && $4::tstzrange) AS away,
                      ARRAY(SELECT b.occupied FROM bookings b
                            WHERE b.master_id = m.id AND b.occupied && $4::tstzrange
                              AND b.status IN ('held', 'awaiting_payment', 'confirmed')
                              AND NOT (b.status = 'held' AND (b.hold_until <= $6 OR b.client_id IS NOT DISTINCT FROM $5)))
                          AS busy
               FROM masters m
               JOIN LATERAL (
                   SELECT count(*) AS known,
                          jsonb_agg(jsonb_build_object(
                              'service_id', s.id, 'names', s.names, 'minutes', coalesce(k.minutes, s.minutes),
                              'price_minor', coalesce(k.price_minor, s.price_minor)) ORDER BY w.place) AS items,
                          (array_agg(s.buffer_before_minutes ORDER BY w.place))[1] AS buffer_before,
                          (array_agg(s.buffer_after_minutes ORDER BY w.place DESC))[1] AS buffer_after
                   FROM unnest($2::int[]) WITH ORDINALITY AS w (id, place)
                   JOIN services s ON s.id = w.id AND s.active AND s.location_id = l.id
                   JOIN skills k ON k.service_id = s.id AND k.master_id = m.id
               ) able ON able.known = cardinality($2::int[]) AND able.known > 0
               WHERE m.active AND ($3::int IS NULL OR m.id = $3)
           ) m ON true
           WHERE l.id = $1 AND l.active
           ORDER BY m.position, m.id"#,
        wish.location.0,
        &services,
        only.map(|master| master.0),
        pg_range(span),
        client.map(|client| client.0),
        now,
    )
    .fetch_all(conn)
    .await?;

    let mut availability: Option<Availability> = None;
    for row in rows {
        let place = Place { table: "locations", row: &row.id };
        let currency = place.currency(&row.currency)?;
        let availability = match &mut availability {
            Some(availability) => availability,
            None => availability.insert(Availability {
                location: row.location(place, currency)?,
                candidates: Vec::new(),
                client_busy: row.client_busy.iter().filter_map(range).collect(),
                now,
            }),
        };
        availability.candidates.extend(row.into_candidate(currency)?);
    }
    Ok(availability)
}

/// A location, and a master beside it where there is one.
struct Row {
    id: i32,
    names: Names,
    address: String,
    zone: String,
    currency: String,
    slot_step_minutes: i32,
    hold_minutes: i32,
    lead_minutes: i32,
    horizon_days: i32,
    cancel_notice_minutes: i32,
    client_busy: Vec<PgRange<DateTime<Utc>>>,
    master_id: Option<i32>,
    master_names: Option<Names>,
    items: Option<Json<Vec<ItemRow>>>,
    hours: Option<Json<Vec<HoursRow>>>,
    buffer_before: Option<i32>,
    buffer_after: Option<i32>,
    away: Option<Vec<PgRange<DateTime<Utc>>>>,
    busy: Option<Vec<PgRange<DateTime<Utc>>>>,
}

impl Row {
    fn location(&self, place: Place<'_>, currency: Currency) -> Result<Location, DbError> {
        Ok(Location {
            id: LocationId(self.id),
            names: place.names(self.names.clone())?,
            address: self.address.clone(),
            rules: Rules {
                zone: place.zone(&self.zone)?,
                step: place.count("slot_step_minutes", self.slot_step_minutes)?,
                lead: place.count("lead_minutes", self.lead_minutes)?,
                horizon: place.count("horizon_days", self.horizon_days)?,
            },
            currency,
            hold: place.count("hold_minutes", self.hold_minutes)?,
            cancel_notice: place.count("cancel_notice_minutes", self.cancel_notice_minutes)?,
        })
    }

    fn into_candidate(self, currency: Currency) -> Result<Option<Candidate>, DbError> {
        let Some((id, names)) = self.master_id.zip(self.master_names) else { return Ok(None) };
        let place = Place { table: "masters", row: &id };
        let items = self.items.map(|items| items.0).unwrap_or_default();
        let items =
            items.into_iter().map(|item| item.into_item(place, currency)).collect::<Result<Vec<_>, _>>()?;
        let price = items.iter().try_fold(Money::zero(currency), |sum, item| sum.plus(item.price));
        let hours = self.hours.map(|hours| hours.0).unwrap_or_default();
        Ok(Some(Candidate {
            master: Master { id: MasterId(id), names: place.names(names)? },
            length: Length {
                minutes: items.iter().map(|item| item.minutes).sum(),
                before: place.count("buffer_before_minutes", self.buffer_before.unwrap_or_default())?,
                after: place.count("buffer_after_minutes", self.buffer_after.unwrap_or_default())?,
            },
            price: price.map_err(|_| place.bad("price_minor"))?,
            items,
            timetable: Timetable::new(
                hours.into_iter().map(|hours| hours.into_hours(place)).collect::<Result<_, _>>()?,
                self.away.unwrap_or_default().iter().filter_map(range).collect(),
                self.busy.unwrap_or_default().iter().filter_map(range).collect(),
            ),
        }))
    }
}

/// Working hours as `jsonb_build_object` gives them.
#[derive(Debug, Deserialize)]
pub(super) struct HoursRow {
    weekday: u8,
    starts: u32,
    ends: u32,
    breaks: Vec<(u32, u32)>,
}

impl HoursRow {
    pub(super) fn into_hours(self, place: Place<'_>) -> Result<Hours, DbError> {
        let weekday = self.weekday.checked_sub(1).and_then(|day| Weekday::try_from(day).ok());
        let weekday = weekday.ok_or_else(|| place.bad("working_hours.weekday"))?;
        Ok(Hours { weekday, starts: self.starts, ends: self.ends, breaks: self.breaks })
    }
}
