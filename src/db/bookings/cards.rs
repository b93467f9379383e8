//! Bookings with the names that a person wants to see beside them.

mod row;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, types::Json};

use self::row::Row;
use crate::{
    db::{
        DbError,
        rows::{ItemRow, Names},
    },
    domain::{
        booking::{Booking, Terms},
        ids::{BookingId, ClientId, MasterId, TelegramId},
        language::LocalText,
        money::Money,
        quiet::Quiet,
        ranges::Range,
        reminder::Lead,
        slots::Regard,
    },
};

/// A booking, with whom, where and for whom.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "facts that have nothing to do with each other")]
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
    /// How many visits the client has missed.
    pub no_shows: u32,
    /// The accounts of both; a master may have none.
    pub client_account: TelegramId,
    pub master_account: Option<TelegramId>,
    /// The same, unless nothing can be told there.
    pub reachable_master: Option<TelegramId>,
    /// Whether the client cannot be told anything.
    pub is_unreachable: bool,
    pub quiet: Option<Quiet>,
    /// When the client is reminded.
    pub leads: Vec<Lead>,
    /// Whether the staff must approve what a flagged client books.
    pub approves_flagged: bool,
    /// Whether messages keep to themselves what it is for.
    pub is_discreet: bool,
    /// Minutes that a time is kept for its client.
    pub hold: u32,
    pub rating: Option<Rating>,
    /// The code that made it cheaper.
    pub promo: Option<String>,
}

/// What the client says of a visit: 1 to 5 stars, and a comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rating {
    pub stars: u8,
    pub comment: Option<String>,
}

/// The one shape in which cards are read; the tail says which.
macro_rules! cards {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT b.id AS "id!", b.uid AS "uid!", b.client_id AS "client_id!", b.master_id AS "master_id!",
                      b.location_id AS "location_id!", b.status::text AS "status!", b.starts_at AS "starts_at!",
                      b.ends_at AS "ends_at!", b.occupied AS "occupied!", b.zone AS "zone!", b.hold_until,
                      b.price_minor AS "price_minor!", b.currency AS "currency!", b.sequence AS "sequence!",
                      b.replaces, b.series_id, b.resource_ids AS "resource_ids!", b.late_cancel AS "is_late_cancel!",
                      m.names AS "master!: Names", l.names AS "location!: Names", l.address AS "address!",
                      l.cancel_notice_minutes AS "cancel_notice_minutes!",
                      l.move_notice_minutes AS "move_notice_minutes!", l.late_cancel AS "late_cancel!",
                      l.late_fee_percent AS "late_fee_percent!",
                      (m.active AND l.active AND o.are_active) AS "is_offered!",
                      old.starts_at AS "old_starts_at?", old.ends_at AS "old_ends_at?",
                      old.price_minor AS "old_price_minor?", s.rule AS "rule?",
                      o.most_repeats AS "most_repeats!",
                      (SELECT coalesce(jsonb_agg(r.names ORDER BY r.position), '[]') FROM resources r
                       WHERE r.id = ANY(b.resource_ids)) AS "resources!: Json<Vec<BTreeMap<String, String>>>",
                      c.name AS "client!", c.phone, c.regard::text AS "regard!",
                      h.late_cancels AS "late_cancels!", h.no_shows AS "no_shows!",
                      c.telegram_id AS "client_account!", r.telegram_id AS "master_account?",
                      p.unreachable_since IS NOT NULL AS "is_unreachable!",
                      CASE WHEN mp.unreachable_since IS NULL THEN r.telegram_id END AS "reachable_master?",
                      p.quiet_from AS "quiet_from?", p.quiet_to AS "quiet_to?", p.zone AS "quiet_zone?",
                      CASE WHEN o.have_reminders
                           THEN (SELECT coalesce(jsonb_agg(DISTINCT lead), '[]') FROM booking_items i
                                 JOIN services s ON s.id = i.service_id, jsonb_array_elements(s.reminders) lead
                                 WHERE i.booking_id = b.id)
                           ELSE l.reminders END AS "leads!: Json<Vec<(u32, u32)>>",
                      l.approve_flagged AS "approves_flagged!", coalesce(l.discreet, r.role IS DISTINCT FROM 'master') AS "is_discreet!", l.hold_minutes AS "hold_minutes!", g.stars AS "stars?", g.comment AS "comment?",
                      b.purpose::text AS "purpose!", b.coming_at, b.client_late AS "client_late!", b.delay AS "delay!",
                      b.came_late AS "came_late!", b.by_studio AS "by_studio!", b.deposit_minor,
                      b.deposit_reason::text AS "deposit_reason?", b.money::text AS "money?",
                      b.desk::text AS "desk?", b.desk_minor, b.discount_minor AS "discount_minor!",
                      coalesce(b.late_fee_percent, 100::smallint) AS "late_fee!", pr.code AS "promo?",
                      u.is_visit AS "is_visit?", o.items AS "items!: Json<Vec<ItemRow>>"
               FROM bookings b
               JOIN masters m ON m.id = b.master_id
               JOIN locations l ON l.id = b.location_id
               JOIN clients c ON c.id = b.client_id
               LEFT JOIN bookings old ON old.id = b.replaces
               LEFT JOIN series s ON s.id = b.series_id
               LEFT JOIN staff_roles r ON r.master_id = b.master_id
               LEFT JOIN recipients p ON p.telegram_id = c.telegram_id
               LEFT JOIN recipients mp ON mp.telegram_id = r.telegram_id
               LEFT JOIN ratings g ON g.booking_id = b.id
               LEFT JOIN promos pr ON pr.id = b.promo_id
               LEFT JOIN voucher_uses u ON u.booking_id = b.id
               CROSS JOIN LATERAL (
                   SELECT coalesce(bool_and(s.active), true) AS are_active,
                          coalesce(min(coalesce(s.most_repeats, 0)), 0) AS most_repeats,
                          bool_or(s.reminders IS NOT NULL) AS have_reminders,
                          jsonb_agg(jsonb_build_object('service_id', i.service_id, 'names', i.names,
                                        'minutes', i.minutes, 'price_minor', i.price_minor) ORDER BY i.position) AS items
                   FROM booking_items i JOIN services s ON s.id = i.service_id WHERE i.booking_id = b.id) o
               CROSS JOIN LATERAL (
                   SELECT count(*) FILTER (WHERE x.late_cancel) AS late_cancels,
                          count(*) FILTER (WHERE x.status = 'no_show') AS no_shows
                   FROM bookings x WHERE x.client_id = b.client_id) h
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

/// Confirmed visits, those that took place, those cancelled late, and what waits for the staff's word, in order; of one
/// master, or of all.
pub async fn by_day(
    conn: &mut PgConnection,
    master: Option<MasterId>,
    day: Range,
) -> Result<Vec<Card>, DbError> {
    let rows = cards!(
        "($1::int IS NULL OR b.master_id = $1) AND b.starts_at >= $2 AND b.starts_at < $3 \
         AND (b.status IN ('confirmed', 'completed', 'no_show') OR b.late_cancel \
              OR b.status = 'held' AND b.purpose = 'requested') ORDER BY b.starts_at, m.position",
        master.map(|master| master.0),
        day.start(),
        day.end(),
    );
    rows.fetch_all(conn).await?.into_iter().map(Card::try_from).collect()
}

/// Bookings in no particular order, whoever's they are.
pub async fn cards(conn: &mut PgConnection, bookings: &[BookingId]) -> Result<Vec<Card>, DbError> {
    let ids: Vec<i64> = bookings.iter().map(|booking| booking.0).collect();
    let rows = cards!("b.id = ANY($1)", &ids).fetch_all(conn).await?;
    rows.into_iter().map(Card::try_from).collect()
}

/// The visits of a master that are over without anybody having said whether the client came, the oldest first; of
/// all masters where none is given.
pub async fn unanswered(
    conn: &mut PgConnection,
    master: Option<MasterId>,
    now: DateTime<Utc>,
) -> Result<Vec<Card>, DbError> {
    let rows = cards!(
        "b.status = 'confirmed' AND b.outcome_asked_at IS NOT NULL AND b.ends_at <= $2 \
         AND ($1::int IS NULL OR b.master_id = $1) ORDER BY b.ends_at LIMIT 30",
        master.map(|master| master.0),
        now,
    );
    rows.fetch_all(conn).await?.into_iter().map(Card::try_from).collect()
}

/// A master's visits that are confirmed and not over, the next first.
pub async fn ahead_of(conn: &mut PgConnection, master: MasterId, span: Range) -> Result<Vec<Card>, DbError> {
    let rows = cards!(
        "b.master_id = $1 AND b.status = 'confirmed' AND b.ends_at > $2 AND b.starts_at < $3 ORDER BY b.starts_at",
        master.0,
        span.start(),
        span.end(),
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
