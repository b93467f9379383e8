//! All that a search for free times needs, in one round trip.

mod rows;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgRange, types::Json};

pub(super) use self::rows::HoursRow;
use self::rows::{OddRow, PoolRow};
use super::{
    DbError,
    rows::{ItemRow, Names, Place, PolicyRow, pg_range, range},
};
use crate::domain::{
    catalog::{Candidate, Location, Master},
    conversation::Wish,
    deposit::Tariff,
    ids::{ClientId, LocationId, MasterId, ServiceId},
    language::LocalText,
    money::{Currency, Money},
    ranges::Range,
    slots::{Guest, Length, Oddity, Pool, Regard, Search, Timetable},
    time::local_date,
};

/// A location's rules, and who could give a wished visit there, with what is in the way.
#[derive(Debug, Clone)]
pub struct Availability {
    pub location: Location,
    /// The masters that have every wished skill, in the catalog's order.
    pub candidates: Vec<Candidate>,
    pub guest: Guest,
    pub oddity: Option<Oddity>,
    /// The kinds of resources that the visit needs one of each.
    pub pools: Vec<Pool>,
    /// Wished services that are not offered here any more.
    pub gone: Vec<LocalText>,
    /// What clients pay beforehand.
    pub tariff: Tariff,
    /// Whether the staff must approve what a flagged client books.
    pub approves_flagged: bool,
    /// The most visits of a series; `None` when a service cannot be booked as one.
    pub most_repeats: Option<u32>,
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
            guest: &self.guest,
            oddity: self.oddity,
            pools: &self.pools,
            shortest: candidate.shortest,
            last_booked: candidate.last_booked,
            now: self.now,
        }
    }

    pub fn candidate(&self, master: MasterId) -> Option<&Candidate> {
        self.candidates.iter().find(|candidate| candidate.master.id == master)
    }
}

/// Days after a visit to which it may move, though that is beyond the horizon: a series reaches further than that.
const MOVES_BEYOND: i64 = 7;

/// What is in the way within `span`; `only` narrows the masters. `None` when there is no such active location.
///
/// Holds that have run out are not in the way: whoever books sweeps them. The client's own hold is not either, since
/// a new one replaces it; nor is the visit that is to be moved, whose promised prices and durations stay with the
/// same master.
#[expect(clippy::too_many_lines, reason = "one statement makes one round trip")]
pub async fn load(
    conn: &mut PgConnection,
    wish: &Wish,
    only: Option<MasterId>,
    client: Option<ClientId>,
    span: Range,
    now: DateTime<Utc>,
) -> Result<Option<Availability>, DbError> {
    let services: Vec<i32> = wish.services.iter().map(|service| service.0).collect();
    // The first row is the location's, with all that is the same for every master; the others are the masters'.
    let rows = sqlx::query_as!(
        Row,
        r#"SELECT l.id, l.names AS "names: Names", l.address, l.zone, l.currency, l.slot_step_minutes, l.hold_minutes,
                  l.lead_minutes, l.horizon_days, l.tidy_day, l.most_visits, l.most_visits_new, l.most_visits_flagged,
                  l.cancel_notice_minutes, l.move_notice_minutes, l.late_cancel, l.late_fee_percent,
                  CASE WHEN m.id IS NULL THEN (SELECT c.regard::text FROM clients c WHERE c.id = $5) END AS "regard?",
                  CASE WHEN m.id IS NULL THEN (SELECT b.starts_at FROM bookings b WHERE b.id = $7) END AS "moving?",
                  CASE WHEN m.id IS NULL THEN EXISTS (
                      SELECT FROM bookings b WHERE b.client_id = $5
                        AND (b.status = 'completed' OR (b.status = 'confirmed' AND b.ends_at <= $6))) END AS "is_known?",
                  CASE WHEN m.id IS NULL THEN (
                      SELECT count(DISTINCT coalesce(b.series_id, -b.id)) FROM bookings b
                      WHERE b.client_id = $5 AND b.id IS DISTINCT FROM $7
                        AND (b.status = 'confirmed' -- What is being picked is given back, unlike what waits for a yes.
                             OR b.status IN ('held', 'awaiting_payment') AND b.purpose <> 'picked'
                                AND b.hold_until > $6 AND b.replaces IS NULL)
                        AND tstzrange(b.starts_at, b.ends_at, '[)') && tstzrange($6, NULL)) END AS "ahead?",
                  CASE WHEN m.id IS NULL THEN ARRAY(SELECT tstzrange(b.starts_at, b.ends_at, '[)') FROM bookings b
                      WHERE b.client_id = $5 AND b.id IS DISTINCT FROM $7
                        AND tstzrange(b.starts_at, b.ends_at, '[)') && $4::tstzrange
                        AND (b.status = 'confirmed'
                             OR b.status IN ('held', 'awaiting_payment') AND b.purpose <> 'picked' AND b.hold_until > $6))
                  END AS "client_busy?: Vec<PgRange<DateTime<Utc>>>",
                  CASE WHEN m.id IS NULL THEN (
                      SELECT jsonb_build_object(
                          'gone', coalesce(jsonb_agg(s.names) FILTER (WHERE NOT (s.active AND s.location_id = l.id)), '[]'),
                          'most_repeats', coalesce(min(coalesce(s.most_repeats, 0)), 0),
                          'audiences', coalesce(jsonb_agg(DISTINCT s.audience), '[]'),
                          'deposits', l.deposits, 'approves_flagged', l.approve_flagged,
                          'service_deposits', coalesce(jsonb_object_agg(s.id, s.deposits) FILTER (WHERE s.deposits <> '{}'), '{}'),
                          'exclusive', EXISTS (SELECT FROM service_exclusions x
                                               WHERE x.one_id = ANY($2::int[]) AND x.other_id = ANY($2::int[])),
                          'lone_addon', EXISTS (
                              SELECT FROM service_addons a WHERE a.addon_id = ANY($2::int[])
                              GROUP BY a.addon_id HAVING NOT bool_or(a.base_id = ANY($2::int[]))))
                      FROM services s WHERE s.id = ANY($2::int[])) END AS "odd?: Json<OddRow>",
                  CASE WHEN m.id IS NULL THEN (
                      SELECT coalesce(jsonb_agg(jsonb_build_object('kind', k.kind_id, 'resources', (
                          SELECT coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'busy', (
                              SELECT coalesce(jsonb_agg(jsonb_build_array(
                                         (extract(epoch FROM lower(b.occupied)) * 1000000)::bigint,
                                         (extract(epoch FROM upper(b.occupied)) * 1000000)::bigint)), '[]')
                              FROM bookings b
                              WHERE b.resource_ids && ARRAY[r.id] AND b.resource_ids <> '{}'
                                AND b.occupied && $4::tstzrange
                                AND b.status IN ('held', 'awaiting_payment', 'confirmed')
                                AND b.id IS DISTINCT FROM $7
                                AND NOT (b.status IN ('held', 'awaiting_payment')
                                         AND (b.hold_until <= $6 OR (b.client_id IS NOT DISTINCT FROM $5 AND b.purpose = 'picked')))))
                              ORDER BY r.position, r.id), '[]')
                          FROM resources r WHERE r.kind_id = k.kind_id AND r.location_id = l.id AND r.active))), '[]')
                      FROM (SELECT DISTINCT kind_id FROM services
                            WHERE id = ANY($2::int[]) AND kind_id IS NOT NULL) k) END AS "pools?: Json<Vec<PoolRow>>",
                  m.id AS "master_id?", m.names AS "master_names?: Names",
                  m.items AS "items?: Json<Vec<ItemRow>>", m.promised AS "promised?: Json<Vec<ItemRow>>",
                  m.hours AS "hours?: Json<Vec<HoursRow>>",
                  m.buffer_before AS "buffer_before?", m.buffer_after AS "buffer_after?", m.shortest AS "shortest?",
                  m.last_booked AS "last_booked?",
                  m.away AS "away?: Vec<PgRange<DateTime<Utc>>>", m.busy AS "busy?: Vec<PgRange<DateTime<Utc>>>"
           FROM locations l
           CROSS JOIN LATERAL (
               SELECT NULL::int AS id, NULL::jsonb AS names, NULL::int AS position, NULL::jsonb AS items,
                      NULL::jsonb AS promised, NULL::int AS buffer_before, NULL::int AS buffer_after,
                      NULL::int AS shortest, NULL::timestamptz AS last_booked, NULL::jsonb AS hours,
                      NULL::tstzrange[] AS away, NULL::tstzrange[] AS busy
               UNION ALL
               SELECT m.id, m.names, m.position, able.items,
                      (SELECT jsonb_agg(jsonb_build_object('service_id', i.service_id, 'names', i.names,
                                  'minutes', i.minutes, 'price_minor', i.price_minor) ORDER BY i.position)
                       FROM bookings b JOIN booking_items i ON i.booking_id = b.id
                       WHERE b.id = $7 AND b.master_id = m.id),
                      able.buffer_before, able.buffer_after,
                      (SELECT min(coalesce(k.minutes, s.minutes)) FROM skills k JOIN services s ON s.id = k.service_id
                       WHERE k.master_id = m.id AND s.active AND s.location_id = l.id
                         AND NOT EXISTS (SELECT FROM service_addons a WHERE a.addon_id = s.id)),
                      (SELECT b.created_at FROM bookings b
                       WHERE b.master_id = m.id AND b.status IN ('confirmed', 'completed', 'no_show')
                       ORDER BY b.created_at DESC LIMIT 1),
                      (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                  'weekday', h.weekday, 'starts', h.starts_minute, 'ends', h.ends_minute,
                                  'breaks', (SELECT coalesce(jsonb_agg(jsonb_build_array(k.starts_minute, k.ends_minute)), '[]')
                                             FROM breaks k WHERE k.working_hours_id = h.id))
                                  ORDER BY h.weekday, h.starts_minute), '[]')
                       FROM working_hours h WHERE h.master_id = m.id AND h.location_id = l.id),
                      ARRAY(SELECT t.away FROM time_off t WHERE t.master_id = m.id AND t.away && $4::tstzrange),
                      ARRAY(SELECT b.occupied FROM bookings b
                            WHERE b.master_id = m.id AND b.occupied && $4::tstzrange
                              AND b.status IN ('held', 'awaiting_payment', 'confirmed')
                              AND b.id IS DISTINCT FROM $7
                              AND NOT (b.status IN ('held', 'awaiting_payment') AND (b.hold_until <= $6
                                   OR (b.client_id IS NOT DISTINCT FROM $5 AND b.purpose = 'picked'))))
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
           ) m
           WHERE l.id = $1 AND l.active
           ORDER BY m.position NULLS FIRST, m.id NULLS FIRST"#,
        wish.location.0,
        &services,
        only.map(|master| master.0),
        pg_range(span),
        client.map(|client| client.0),
        now,
        wish.moving.map(|booking| booking.0),
    )
    .fetch_all(conn)
    .await?;

    let mut rows = rows.into_iter();
    let Some(first) = rows.next() else { return Ok(None) };
    let moving = first.moving;
    let mut availability = first.into_availability(now)?;
    if wish.moving.is_some() {
        // What has been booked may be moved, whatever could be booked anew; and a move adds no visit.
        availability.oddity = None;
        availability.guest.ahead = 0;
        if let Some(start) = moving {
            let rules = &mut availability.location.rules;
            let days = (local_date(rules.zone, start) - rules.today(now)).num_days() + MOVES_BEYOND;
            rules.horizon = rules.horizon.max(u32::try_from(days).unwrap_or_default());
        }
    }
    for row in rows {
        let currency = availability.location.currency;
        availability.candidates.extend(row.into_candidate(currency)?);
    }
    Ok(Some(availability))
}

/// The location with what is the same for all masters, or one of them.
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
    tidy_day: bool,
    most_visits: Option<i32>,
    most_visits_new: Option<i32>,
    most_visits_flagged: Option<i32>,
    cancel_notice_minutes: i32,
    move_notice_minutes: i32,
    late_cancel: bool,
    late_fee_percent: i16,
    regard: Option<String>,
    moving: Option<DateTime<Utc>>,
    is_known: Option<bool>,
    ahead: Option<i64>,
    client_busy: Option<Vec<PgRange<DateTime<Utc>>>>,
    odd: Option<Json<OddRow>>,
    pools: Option<Json<Vec<PoolRow>>>,
    master_id: Option<i32>,
    master_names: Option<Names>,
    items: Option<Json<Vec<ItemRow>>>,
    promised: Option<Json<Vec<ItemRow>>>,
    hours: Option<Json<Vec<HoursRow>>>,
    buffer_before: Option<i32>,
    buffer_after: Option<i32>,
    shortest: Option<i32>,
    last_booked: Option<DateTime<Utc>>,
    away: Option<Vec<PgRange<DateTime<Utc>>>>,
    busy: Option<Vec<PgRange<DateTime<Utc>>>>,
}

impl Row {
    fn into_availability(self, now: DateTime<Utc>) -> Result<Availability, DbError> {
        let place = Place { table: "locations", row: &self.id };
        let currency = place.currency(&self.currency)?;
        let regard = match self.regard.as_deref() {
            Some(label) => Regard::from_label(label).ok_or_else(|| place.bad("clients.regard"))?,
            None => Regard::default(),
        };
        let guest = Guest {
            regard,
            is_known: self.is_known.unwrap_or_default(),
            ahead: u32::try_from(self.ahead.unwrap_or_default()).unwrap_or(u32::MAX),
            busy: self.client_busy.unwrap_or_default().iter().filter_map(range).collect(),
        };
        let odd = self.odd.map(|odd| odd.0).unwrap_or_default();
        let rules = PolicyRow {
            zone: &self.zone,
            slot_step_minutes: self.slot_step_minutes,
            lead_minutes: self.lead_minutes,
            horizon_days: self.horizon_days,
            tidy_day: self.tidy_day,
            most_visits: self.most_visits,
            most_visits_new: self.most_visits_new,
            most_visits_flagged: self.most_visits_flagged,
        };
        Ok(Availability {
            location: Location {
                id: LocationId(self.id),
                names: place.names(self.names)?,
                address: self.address,
                rules: rules.into_rules(place)?,
                terms: place.terms(
                    self.cancel_notice_minutes,
                    self.move_notice_minutes,
                    (self.late_cancel, self.late_fee_percent),
                )?,
                currency,
                hold: place.count("hold_minutes", self.hold_minutes)?,
            },
            candidates: Vec::new(),
            oddity: odd.oddity(&guest, place)?,
            most_repeats: Some(odd.most_repeats).filter(|most| *most > 0),
            approves_flagged: odd.approves_flagged,
            tariff: Tariff {
                location: place.deposits(&odd.deposits)?,
                services: odd
                    .service_deposits
                    .iter()
                    .map(|(service, rules)| Ok((ServiceId(*service), place.deposits(rules)?)))
                    .collect::<Result<_, DbError>>()?,
            },
            guest,
            pools: self.pools.map(|pools| pools.0).unwrap_or_default().into_iter().map(Pool::from).collect(),
            gone: place.list(Json(odd.gone))?,
            now,
        })
    }

    fn into_candidate(self, currency: Currency) -> Result<Option<Candidate>, DbError> {
        let Some((id, names)) = self.master_id.zip(self.master_names) else { return Ok(None) };
        let place = Place { table: "masters", row: &id };
        let items = self.promised.or(self.items).map(|items| items.0).unwrap_or_default();
        let items =
            items.into_iter().map(|item| item.into_item(place, currency)).collect::<Result<Vec<_>, _>>()?;
        let price = Money::sum(currency, items.iter().map(|item| item.price));
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
            shortest: place.count("minutes", self.shortest.unwrap_or_default())?,
            last_booked: self.last_booked,
        }))
    }
}
