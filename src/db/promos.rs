//! Codes that make visits cheaper, as rows.

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use super::{DbError, rows::Place};
use crate::domain::{
    deposit::Deposit,
    ids::{BookingId, ClientId, LocationId, PromoId},
    money::Money,
    promo::{Code, Off, Used},
    slots::Audience,
};

/// Whether a location has codes at all.
pub async fn has_any(conn: &mut PgConnection, location: LocationId) -> Result<bool, DbError> {
    let has = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM promos WHERE location_id = $1 AND active) AS "has!""#,
        location.0
    );
    Ok(has.fetch_one(conn).await?)
}

struct Row {
    id: i32,
    percent: Option<i16>,
    off_minor: Option<i64>,
    starts_on: Option<NaiveDate>,
    ends_on: Option<NaiveDate>,
    most_uses: Option<i32>,
    most_per_client: Option<i32>,
    audience: String,
    currency: String,
}

impl TryFrom<Row> for Code {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Code, DbError> {
        let place = Place { table: "promos", row: &row.id };
        let off = match (row.percent, row.off_minor) {
            (Some(percent), _) => Off::Percent(u8::try_from(percent).map_err(|_| place.bad("percent"))?),
            (None, Some(minor)) => Off::Amount(place.money(minor, place.currency(&row.currency)?)?),
            (None, None) => return Err(place.bad("percent")),
        };
        let limit = |column, most: Option<i32>| most.map(|most| place.count(column, most)).transpose();
        Ok(Code {
            id: PromoId(row.id),
            off,
            from: row.starts_on,
            until: row.ends_on,
            most_uses: limit("most_uses", row.most_uses)?,
            most_per_client: limit("most_per_client", row.most_per_client)?,
            audience: Audience::from_label(&row.audience).ok_or_else(|| place.bad("audience"))?,
        })
    }
}

/// A code of a location with how often it was used, locked until the transaction ends so that nobody counts meanwhile.
pub async fn lock(
    conn: &mut PgConnection,
    location: LocationId,
    code: &str,
    client: ClientId,
    now: DateTime<Utc>,
) -> Result<Option<(Code, Used)>, DbError> {
    let row = sqlx::query_as!(
        Row,
        r#"SELECT p.id, p.percent, p.off_minor, p.starts_on, p.ends_on, p.most_uses, p.most_per_client,
                  p.audience::text AS "audience!", l.currency AS "currency!"
           FROM promos p JOIN locations l ON l.id = p.location_id
           WHERE p.location_id = $1 AND p.code = $2 AND p.active FOR NO KEY UPDATE OF p"#,
        location.0,
        code,
    );
    let Some(row) = row.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let code = Code::try_from(row)?;
    // Another statement than the one that locks: it must see what those have written who were waited for.
    let used = sqlx::query!(
        r#"SELECT count(*) AS "all!", count(*) FILTER (WHERE client_id = $2) AS "own!",
                  EXISTS (SELECT FROM bookings b WHERE b.client_id = $2
                          AND (b.status = 'completed' OR b.status = 'confirmed' AND b.ends_at <= $3)) AS "is_known!"
           FROM bookings WHERE promo_id = $1 AND (status IN ('confirmed', 'completed', 'no_show')
               OR status IN ('held', 'awaiting_payment') AND hold_until > $3)"#,
        code.id.0,
        client.0,
        now,
    );
    let used = used.fetch_one(conn).await?;
    let count = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    Ok(Some((code, Used { all: count(used.all), own: count(used.own), is_known: used.is_known })))
}

/// Makes a client's living hold cheaper; `false` when it is none any more, or is cheaper already.
pub async fn apply(
    conn: &mut PgConnection,
    booking: BookingId,
    promo: PromoId,
    (price, discount): (Money, Money),
    deposit: Option<Deposit>,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let applied = sqlx::query!(
        r#"UPDATE bookings SET promo_id = $2, price_minor = $3, discount_minor = $4, deposit_minor = $5,
               deposit_reason = $6::text::deposit_reason
           WHERE id = $1 AND status = 'held' AND hold_until > $7 AND replaces IS NULL AND purpose <> 'requested'
             AND promo_id IS NULL"#,
        booking.0,
        promo.0,
        price.minor(),
        discount.minor(),
        deposit.map(|deposit| deposit.amount.minor()),
        deposit.map(|deposit| deposit.reason.label()),
        now,
    );
    Ok(applied.execute(conn).await?.rows_affected() > 0)
}
