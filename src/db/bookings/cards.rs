//! Bookings with the names that a person wants to see beside them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgRange, types::Json};
use uuid::Uuid;

use crate::{
    db::{
        DbError,
        rows::{ItemRow, Names, Place, range},
    },
    domain::{
        booking::{Booking, Status, Terms},
        ids::{BookingId, ClientId, LocationId, MasterId, ResourceId, SeriesId},
        language::LocalText,
        money::Money,
        ranges::Range,
        slots::Regard,
    },
};

/// A booking, with whom, where and for whom.
#[derive(Debug, Clone)]
pub struct Card {
    pub booking: Booking,
    pub master: LocalText,
    pub location: LocalText,
    pub address: String,
    pub terms: Terms,
    /// Whether the location, the master and all services are still offered.
    pub is_offered: bool,
    /// When the visit takes place that this hold is to move, and at which price.
    pub moved_from: Option<(Range, Money)>,
    /// The rule of its series.
    pub rule: Option<String>,
    /// The most visits of a series of it; `None` when it cannot be one.
    pub most_repeats: Option<u32>,
    /// The rooms and equipment that are kept for it.
    pub resources: Vec<LocalText>,
    pub client: String,
    pub phone: Option<String>,
    pub regard: Regard,
    /// How many visits the client has cancelled late.
    pub late_cancels: u32,
}

struct Row {
    id: i64,
    uid: Uuid,
    client_id: i64,
    master_id: i32,
    location_id: i32,
    status: String,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
    occupied: PgRange<DateTime<Utc>>,
    zone: String,
    hold_until: Option<DateTime<Utc>>,
    price_minor: i64,
    currency: String,
    sequence: i32,
    master: Names,
    location: Names,
    address: String,
    cancel_notice_minutes: i32,
    move_notice_minutes: i32,
    late_cancel: bool,
    is_offered: bool,
    replaces: Option<i64>,
    series_id: Option<i64>,
    resource_ids: Vec<i32>,
    is_late_cancel: bool,
    old_starts_at: Option<DateTime<Utc>>,
    old_ends_at: Option<DateTime<Utc>>,
    old_price_minor: Option<i64>,
    rule: Option<String>,
    most_repeats: i32,
    resources: Json<Vec<BTreeMap<String, String>>>,
    client: String,
    phone: Option<String>,
    regard: String,
    late_cancels: i64,
    items: Json<Vec<ItemRow>>,
}

/// The one shape in which cards are read; the tail says which.
macro_rules! cards {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT b.id, b.uid, b.client_id, b.master_id, b.location_id, b.status::text AS "status!", b.starts_at,
                      b.ends_at, b.occupied, b.zone, b.hold_until, b.price_minor, b.currency, b.sequence,
                      b.replaces, b.series_id, b.resource_ids, b.late_cancel AS is_late_cancel,
                      m.names AS "master: Names", l.names AS "location: Names", l.address, l.cancel_notice_minutes,
                      l.move_notice_minutes, l.late_cancel,
                      (m.active AND l.active AND NOT EXISTS (
                          SELECT FROM booking_items i JOIN services s ON s.id = i.service_id
                          WHERE i.booking_id = b.id AND NOT s.active)) AS "is_offered!",
                      old.starts_at AS "old_starts_at?", old.ends_at AS "old_ends_at?",
                      old.price_minor AS "old_price_minor?", s.rule AS "rule?",
                      (SELECT coalesce(min(coalesce(s.most_repeats, 0)), 0) FROM booking_items i
                       JOIN services s ON s.id = i.service_id WHERE i.booking_id = b.id) AS "most_repeats!",
                      (SELECT coalesce(jsonb_agg(r.names ORDER BY r.position), '[]') FROM resources r
                       WHERE r.id = ANY(b.resource_ids)) AS "resources!: Json<Vec<BTreeMap<String, String>>>",
                      c.name AS client, c.phone, c.regard::text AS "regard!",
                      (SELECT count(*) FROM bookings x WHERE x.client_id = b.client_id AND x.late_cancel)
                          AS "late_cancels!",
                      (SELECT jsonb_agg(jsonb_build_object('service_id', i.service_id, 'names', i.names,
                                            'minutes', i.minutes, 'price_minor', i.price_minor) ORDER BY i.position)
                       FROM booking_items i WHERE i.booking_id = b.id) AS "items!: Json<Vec<ItemRow>>"
               FROM bookings b
               JOIN masters m ON m.id = b.master_id
               JOIN locations l ON l.id = b.location_id
               JOIN clients c ON c.id = b.client_id
               LEFT JOIN bookings old ON old.id = b.replaces
               LEFT JOIN series s ON s.id = b.series_id
               WHERE "# + $tail
            $(, $argument)*
        )
    };
}

/// One booking, whoever's it is.
pub async fn card(conn: &mut PgConnection, booking: BookingId) -> Result<Option<Card>, DbError> {
    cards!("b.id = $1", booking.0).fetch_optional(conn).await?.map(Card::try_from).transpose()
}

/// A client's visits from `offset` on: those that end after `now` with the next one first, or else those before with
/// the last one first. Holds are not visits yet.
pub async fn by_client(
    conn: &mut PgConnection,
    client: ClientId,
    past: bool,
    limit: i64,
    offset: i64,
    now: DateTime<Utc>,
) -> Result<Vec<Card>, DbError> {
    let rows = cards!(
        "b.client_id = $1 AND b.status IN ('confirmed', 'completed', 'no_show', 'cancelled') \
         AND (b.ends_at <= $3 OR b.status <> 'confirmed') = $2 \
         ORDER BY CASE WHEN $2 THEN -extract(epoch FROM b.starts_at) ELSE extract(epoch FROM b.starts_at) END, b.id \
         LIMIT $4 OFFSET $5",
        client.0,
        past,
        now,
        limit,
        offset,
    );
    rows.fetch_all(conn).await?.into_iter().map(Card::try_from).collect()
}

/// Confirmed visits, those that took place, and those cancelled late, in order; of one master, or of all.
pub async fn by_day(
    conn: &mut PgConnection,
    master: Option<MasterId>,
    day: Range,
) -> Result<Vec<Card>, DbError> {
    let rows = cards!(
        "($1::int IS NULL OR b.master_id = $1) AND b.starts_at >= $2 AND b.starts_at < $3 \
         AND (b.status IN ('confirmed', 'completed', 'no_show') OR b.late_cancel) ORDER BY b.starts_at, m.position",
        master.map(|master| master.0),
        day.start(),
        day.end(),
    );
    rows.fetch_all(conn).await?.into_iter().map(Card::try_from).collect()
}

/// The confirmed visits of a client's series, from one visit on, in order.
pub async fn series_from(
    conn: &mut PgConnection,
    client: ClientId,
    booking: BookingId,
) -> Result<Vec<Card>, DbError> {
    let rows = cards!(
        "b.client_id = $1 AND b.status = 'confirmed' AND (b.series_id, b.starts_at) >= \
            (SELECT f.series_id, f.starts_at FROM bookings f WHERE f.id = $2) \
         AND b.series_id = (SELECT f.series_id FROM bookings f WHERE f.id = $2) \
         ORDER BY b.starts_at LIMIT 60",
        client.0,
        booking.0,
    );
    rows.fetch_all(conn).await?.into_iter().map(Card::try_from).collect()
}

impl TryFrom<Row> for Card {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Card, DbError> {
        let place = Place { table: "bookings", row: &row.id };
        let currency = place.currency(&row.currency)?;
        let items =
            row.items.0.into_iter().map(|item| item.into_item(place, currency)).collect::<Result<_, _>>()?;
        Ok(Card {
            booking: Booking {
                id: BookingId(row.id),
                uid: row.uid,
                client: ClientId(row.client_id),
                master: MasterId(row.master_id),
                location: LocationId(row.location_id),
                status: Status::from_label(&row.status).ok_or_else(|| place.bad("status"))?,
                visit: Range::new(row.starts_at, row.ends_at).ok_or_else(|| place.bad("ends_at"))?,
                occupied: range(&row.occupied).ok_or_else(|| place.bad("occupied"))?,
                zone: place.zone(&row.zone)?,
                hold_until: row.hold_until,
                items,
                price: place.money(row.price_minor, currency)?,
                sequence: place.count("sequence", row.sequence)?,
                replaces: row.replaces.map(BookingId),
                series: row.series_id.map(SeriesId),
                resources: row.resource_ids.into_iter().map(ResourceId).collect(),
                is_late_cancel: row.is_late_cancel,
            },
            master: place.names(row.master)?,
            location: place.names(row.location)?,
            address: row.address,
            terms: place.terms(row.cancel_notice_minutes, row.move_notice_minutes, row.late_cancel)?,
            is_offered: row.is_offered,
            moved_from: row
                .old_starts_at
                .zip(row.old_ends_at)
                .and_then(|(start, end)| Range::new(start, end))
                .zip(row.old_price_minor.map(|minor| place.money(minor, currency)).transpose()?),
            rule: row.rule,
            most_repeats: u32::try_from(row.most_repeats).ok().filter(|most| *most > 0),
            resources: names(row.resources, place)?,
            client: row.client,
            phone: row.phone,
            regard: Regard::from_label(&row.regard).ok_or_else(|| place.bad("clients.regard"))?,
            late_cancels: u32::try_from(row.late_cancels).unwrap_or(u32::MAX),
        })
    }
}

fn names(
    resources: Json<Vec<BTreeMap<String, String>>>,
    place: Place<'_>,
) -> Result<Vec<LocalText>, DbError> {
    resources.0.into_iter().map(|names| place.names(Json(names))).collect()
}
