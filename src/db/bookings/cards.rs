//! Bookings with the names that a person wants to see beside them.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgRange, types::Json};
use uuid::Uuid;

use crate::{
    db::{
        DbError,
        rows::{ItemRow, Names, Place, range},
    },
    domain::{
        booking::{Booking, Status},
        ids::{BookingId, ClientId, LocationId, MasterId},
        language::LocalText,
        ranges::Range,
    },
};

/// A booking, with whom, where and for whom.
#[derive(Debug, Clone)]
pub struct Card {
    pub booking: Booking,
    pub master: LocalText,
    pub location: LocalText,
    pub address: String,
    /// Minutes before the start until which the client may cancel.
    pub cancel_notice: u32,
    pub client: String,
    pub phone: Option<String>,
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
    client: String,
    phone: Option<String>,
    items: Json<Vec<ItemRow>>,
}

/// The one shape in which cards are read; the tail says which.
macro_rules! cards {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT b.id, b.uid, b.client_id, b.master_id, b.location_id, b.status::text AS "status!", b.starts_at,
                      b.ends_at, b.occupied, b.zone, b.hold_until, b.price_minor, b.currency, b.sequence,
                      m.names AS "master: Names", l.names AS "location: Names", l.address, l.cancel_notice_minutes,
                      c.name AS client, c.phone,
                      (SELECT jsonb_agg(jsonb_build_object('service_id', i.service_id, 'names', i.names,
                                            'minutes', i.minutes, 'price_minor', i.price_minor) ORDER BY i.position)
                       FROM booking_items i WHERE i.booking_id = b.id) AS "items!: Json<Vec<ItemRow>>"
               FROM bookings b
               JOIN masters m ON m.id = b.master_id
               JOIN locations l ON l.id = b.location_id
               JOIN clients c ON c.id = b.client_id
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

/// Confirmed visits and those that took place, in order; of one master, or of all.
pub async fn by_day(
    conn: &mut PgConnection,
    master: Option<MasterId>,
    day: Range,
) -> Result<Vec<Card>, DbError> {
    let rows = cards!(
        "($1::int IS NULL OR b.master_id = $1) AND b.starts_at >= $2 AND b.starts_at < $3 \
         AND b.status IN ('confirmed', 'completed', 'no_show') ORDER BY b.starts_at, m.position",
        master.map(|master| master.0),
        day.start(),
        day.end(),
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
            },
            master: place.names(row.master)?,
            location: place.names(row.location)?,
            address: row.address,
            cancel_notice: place.count("cancel_notice_minutes", row.cancel_notice_minutes)?,
            client: row.client,
            phone: row.phone,
        })
    }
}
