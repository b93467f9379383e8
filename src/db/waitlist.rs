//! The waitlist and what is offered from it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use sqlx::{PgConnection, types::Json};

use super::{
    DbError,
    locks::SlotLock,
    rows::{Names, Place, quiet},
};
use crate::domain::{
    conversation::Wish,
    ids::{BookingId, ClientId, LocationId, MasterId, OfferId, ServiceId, TelegramId, WaitId},
    language::LocalText,
    quiet::Quiet,
    waitlist::{Part, Weekdays, Window},
};

/// Somebody who waits, with all that is needed to look for a time.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub id: WaitId,
    pub client: ClientId,
    pub account: TelegramId,
    pub wish: Wish,
    pub master: Option<MasterId>,
    pub window: Window,
    /// When the visit starts that an earlier time is wished for, and until when it can be moved.
    pub visit: Option<(DateTime<Utc>, DateTime<Utc>)>,
    /// Minutes for which a time is kept.
    pub minutes: u32,
    pub quiet: Option<Quiet>,
    /// What was offered before.
    pub refused: Vec<(MasterId, DateTime<Utc>)>,
}

#[derive(Debug, Deserialize)]
struct RefusedRow(i32, DateTime<Utc>);

/// Who waits without an open offer, who came first first and only those after `last`; without those who cannot be told,
/// and those who have let an offer pass in silence since then.
pub async fn waiting(
    conn: &mut PgConnection,
    last: WaitId,
    silent_since: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Waiting>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT w.id, w.client_id, c.telegram_id, w.location_id, w.service_ids, w.master_id, w.booking_id, w.first_day,
                  w.last_day, w.weekdays, w.from_minute, w.to_minute, l.offer_minutes, l.zone,
                  b.starts_at AS "starts_at?",
                  b.starts_at - make_interval(mins => l.move_notice_minutes) AS "move_until?",
                  p.quiet_from AS "quiet_from?", p.quiet_to AS "quiet_to?", p.zone AS "quiet_zone?",
                  (SELECT coalesce(jsonb_agg(jsonb_build_array(o.master_id, o.starts_at)), '[]')
                   FROM offers o WHERE o.waitlist_id = w.id
                     -- What nobody was told of, because it could not be sent in time, may be offered again.
                     AND (o.state IN ('declined', 'accepted')
                          OR EXISTS (SELECT FROM outbox m
                                     WHERE m.dedupe_key = 'offer:' || o.id AND m.state = 'sent'))) AS "refused!: Json<Vec<RefusedRow>>"
           FROM waitlist w
           JOIN clients c ON c.id = w.client_id
           JOIN locations l ON l.id = w.location_id
           LEFT JOIN bookings b ON b.id = w.booking_id
           LEFT JOIN recipients p ON p.telegram_id = c.telegram_id
           WHERE w.state = 'waiting' AND w.id > $2 AND p.unreachable_since IS NULL
             AND NOT EXISTS (SELECT FROM offers o WHERE o.waitlist_id = w.id AND o.state = 'open')
             AND NOT EXISTS (SELECT FROM offers o JOIN outbox m ON m.dedupe_key = 'offer:' || o.id AND m.state = 'sent'
                             WHERE o.waitlist_id = w.id AND o.state = 'lapsed' AND o.until > $3)
           ORDER BY w.id LIMIT $1"#,
        limit,
        last.0,
        silent_since,
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "waitlist", row: &row.id };
            let zone = row.quiet_zone.as_deref().unwrap_or(&row.zone);
            Ok(Waiting {
                id: WaitId(row.id),
                client: ClientId(row.client_id),
                account: TelegramId(row.telegram_id),
                wish: Wish {
                    location: LocationId(row.location_id),
                    services: row.service_ids.into_iter().map(ServiceId).collect(),
                    moving: row.booking_id.map(BookingId),
                    quoted: None,
                },
                master: row.master_id.map(MasterId),
                window: window(
                    place,
                    (row.first_day, row.last_day),
                    row.weekdays,
                    (row.from_minute, row.to_minute),
                )?,
                visit: row.starts_at.zip(row.move_until),
                minutes: place.count("offer_minutes", row.offer_minutes)?,
                quiet: quiet(row.quiet_from, row.quiet_to, zone),
                refused: row.refused.0.into_iter().map(|RefusedRow(id, at)| (MasterId(id), at)).collect(),
            })
        })
        .collect()
}

fn window(
    place: Place<'_>,
    (first, last): (NaiveDate, NaiveDate),
    weekdays: Vec<i32>,
    (from, to): (i16, i16),
) -> Result<Window, DbError> {
    let minute = |minute: i16| u32::try_from(minute).unwrap_or_default();
    Ok(Window {
        first,
        last,
        weekdays: Weekdays::from_numbers(weekdays).ok_or_else(|| place.bad("weekdays"))?,
        part: Part::of_minutes(minute(from), minute(to)),
    })
}

/// The most places that a client may have in the waitlist.
const MOST_PLACES: i64 = 5;

/// Puts a client into the waitlist; `false` when they wait in as many places as they may. The same wish again replaces
/// the one before.
pub async fn join(
    conn: &mut PgConnection,
    client: ClientId,
    wish: &Wish,
    master: Option<MasterId>,
    window: &Window,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let services: Vec<i32> = wish.services.iter().map(|service| service.0).collect();
    let (from, to) = window.part.minutes();
    let minute = |minute: u32| i16::try_from(minute).unwrap_or_default();
    let joined = sqlx::query_scalar!(
        r#"WITH replaced AS (
               UPDATE waitlist SET state = 'left', state_at = $12
               WHERE client_id = $1 AND state = 'waiting' AND service_ids = $3
                 AND booking_id IS NOT DISTINCT FROM $5
                 AND (booking_id IS NOT NULL OR (first_day, last_day) = ($6, $7))
               RETURNING id)
           INSERT INTO waitlist (client_id, location_id, service_ids, master_id, booking_id, first_day, last_day, weekdays,
                                 from_minute, to_minute, state, created_at, state_at)
           SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $12, $12
           WHERE $11 > (SELECT count(*) FROM waitlist w WHERE w.client_id = $1 AND w.state = 'waiting'
                          AND w.id NOT IN (SELECT id FROM replaced))
           RETURNING id"#,
        client.0,
        wish.location.0,
        &services,
        master.map(|master| master.0),
        wish.moving.map(|booking| booking.0),
        window.first,
        window.last,
        &window.weekdays.numbers(),
        minute(from),
        minute(to),
        MOST_PLACES,
        now,
    );
    Ok(joined.fetch_optional(conn).await?.is_some())
}

/// A client leaves the waitlist; `false` when they are not in that place.
pub async fn leave(
    conn: &mut PgConnection,
    client: ClientId,
    wait: WaitId,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let left = sqlx::query!(
        "UPDATE waitlist SET state = 'left', state_at = $3 WHERE id = $1 AND client_id = $2 AND state = 'waiting'",
        wait.0,
        client.0,
        now,
    );
    Ok(left.execute(conn).await?.rows_affected() > 0)
}

/// A client's place in the waitlist.
#[derive(Debug, Clone)]
pub struct PlaceInLine {
    pub id: WaitId,
    pub services: Vec<LocalText>,
    pub master: Option<LocalText>,
    pub window: Window,
    pub zone: Tz,
    /// Whether an earlier time than a visit's is wished.
    pub is_earlier: bool,
}

pub async fn of_client(conn: &mut PgConnection, client: ClientId) -> Result<Vec<PlaceInLine>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT w.id, w.booking_id, w.first_day, w.last_day, w.weekdays, w.from_minute, w.to_minute, l.zone,
                  m.names AS "master?: Names",
                  (SELECT coalesce(jsonb_agg(s.names), '[]') FROM services s WHERE s.id = ANY(w.service_ids))
                      AS "services!: Json<Vec<BTreeMap<String, String>>>"
           FROM waitlist w JOIN locations l ON l.id = w.location_id LEFT JOIN masters m ON m.id = w.master_id
           WHERE w.client_id = $1 AND w.state = 'waiting' ORDER BY w.id LIMIT 20"#,
        client.0
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "waitlist", row: &row.id };
            Ok(PlaceInLine {
                id: WaitId(row.id),
                services: place.list(row.services)?,
                master: row.master.map(|names| place.names(names)).transpose()?,
                window: window(
                    place,
                    (row.first_day, row.last_day),
                    row.weekdays,
                    (row.from_minute, row.to_minute),
                )?,
                zone: place.zone(&row.zone)?,
                is_earlier: row.booking_id.is_some(),
            })
        })
        .collect()
}

/// Ends places whose days are over, or whose visit has begun or does not take place; how many.
pub async fn tidy(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<u64, DbError> {
    let over = sqlx::query!(
        r#"UPDATE waitlist w SET state = 'over', state_at = $1
           WHERE w.state = 'waiting'
             AND NOT EXISTS (SELECT FROM offers o WHERE o.waitlist_id = w.id AND o.state = 'open')
             AND (w.last_day < ($1 AT TIME ZONE 'UTC')::date - 1
                  OR EXISTS (SELECT FROM bookings b WHERE b.id = w.booking_id
                             AND (b.status <> 'confirmed' OR b.starts_at <= $1)))"#,
        now
    );
    Ok(over.execute(conn).await?.rows_affected())
}

/// Writes down an offer together with the hold that keeps its time.
pub async fn offer_hold(
    lock: &mut SlotLock,
    wait: WaitId,
    (hold, master): (BookingId, MasterId),
    starts_at: DateTime<Utc>,
    until: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<OfferId>, DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO offers (waitlist_id, booking_id, master_id, starts_at, until, state, made_at)
           SELECT id, $2, $3, $4, $5, 'open', $6 FROM waitlist WHERE id = $1 AND state = 'waiting'
           ON CONFLICT DO NOTHING
           RETURNING id"#,
        wait.0,
        hold.0,
        master.0,
        starts_at,
        until,
        now,
    );
    Ok(id.fetch_optional(lock.connection()).await?.map(OfferId))
}

/// How an offer stands. The labels in the database are the snake-case names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferState {
    Open,
    Accepted,
    Declined,
    Lapsed,
}

impl OfferState {
    pub const ALL: [OfferState; 4] =
        [OfferState::Open, OfferState::Accepted, OfferState::Declined, OfferState::Lapsed];

    pub fn label(self) -> &'static str {
        match self {
            OfferState::Open => "open",
            OfferState::Accepted => "accepted",
            OfferState::Declined => "declined",
            OfferState::Lapsed => "lapsed",
        }
    }

    pub fn from_label(label: &str) -> Option<OfferState> {
        OfferState::ALL.into_iter().find(|state| state.label() == label)
    }
}

/// The hold of an offer, until when it is kept, and how it stands.
pub async fn offer(
    conn: &mut PgConnection,
    offer: OfferId,
) -> Result<Option<(BookingId, DateTime<Utc>, OfferState)>, DbError> {
    let row = sqlx::query!(
        r#"SELECT id, booking_id, until, state::text AS "state!" FROM offers WHERE id = $1"#,
        offer.0
    );
    let Some(row) = row.fetch_optional(conn).await? else { return Ok(None) };
    let state = OfferState::from_label(&row.state)
        .ok_or_else(|| Place { table: "offers", row: &row.id }.bad("state"))?;
    Ok(Some((BookingId(row.booking_id), row.until, state)))
}

/// Ends an open offer; who has accepted waits no more. The message that made the offer is closed. `false` when the
/// offer is not open any more.
pub async fn end_offer(
    conn: &mut PgConnection,
    offer: OfferId,
    state: OfferState,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let ended = sqlx::query_scalar!(
        r#"WITH ended AS (
               UPDATE offers SET state = $2::text::offer_state WHERE id = $1 AND state = 'open'
               RETURNING id, waitlist_id),
           served AS (
               UPDATE waitlist SET state = 'served', state_at = $3 FROM ended
               WHERE waitlist.id = ended.waitlist_id AND $2 = 'accepted'),
           closed AS (
               INSERT INTO outbox (dedupe_key, recipient, kind, payload, priority, resends, state, created_at, not_before)
               SELECT 'offer_over:' || ended.id, o.recipient, 'offer_over',
                      jsonb_build_object('offer', ended.id, 'message', o.message_id), 0, true, 'waiting', $3, $3
               FROM ended JOIN outbox o ON o.dedupe_key = 'offer:' || ended.id AND o.message_id IS NOT NULL
               ON CONFLICT (dedupe_key) DO NOTHING)
           SELECT id FROM ended"#,
        offer.0,
        state.label(),
        now,
    );
    Ok(ended.fetch_optional(conn).await?.is_some())
}

/// Open offers whose time is not kept any more.
pub async fn lapsed(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Vec<OfferId>, DbError> {
    let ids = sqlx::query_scalar!(
        r#"SELECT o.id FROM offers o JOIN bookings b ON b.id = o.booking_id
           WHERE o.state = 'open' AND (b.status <> 'held' OR o.until <= $1)
           ORDER BY o.id LIMIT 200"#,
        now
    );
    Ok(ids.fetch_all(conn).await?.into_iter().map(OfferId).collect())
}
