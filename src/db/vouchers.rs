//! Vouchers as rows: what can be bought, what somebody has, and what it has paid for.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    DbError,
    rows::{Names, Place},
};
use crate::domain::{
    booking::Pays,
    ids::{BookingId, ClientId, ServiceId, TelegramId, VoucherId, VoucherTypeId},
    money::Money,
    voucher::{Redemption, State, Visits, Voucher, VoucherType},
};

/// What can be bought now, in the order of the catalog.
pub async fn types(conn: &mut PgConnection) -> Result<Vec<VoucherType>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT t.id, t.names AS "names: Names", s.names AS "service?: Names", t.visits, t.price_minor,
                  l.currency AS "currency!", t.valid_days
           FROM voucher_types t JOIN locations l ON l.id = t.location_id LEFT JOIN services s ON s.id = t.service_id
           WHERE t.active AND l.active AND coalesce(s.active, true) ORDER BY t.position, t.id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "voucher_types", row: &row.id };
            let visits = match row.service.zip(row.visits) {
                Some((service, visits)) => Some((place.names(service)?, place.count("visits", visits)?)),
                None => None,
            };
            Ok(VoucherType {
                id: VoucherTypeId(row.id),
                names: place.names(row.names)?,
                visits,
                price: place.money(row.price_minor, place.currency(&row.currency)?)?,
                valid_days: place.count("valid_days", row.valid_days)?,
            })
        })
        .collect()
}

/// A voucher of a kind that is yet to be paid; `token` makes it a gift for whoever has that. `None` when the kind is not
/// sold any more.
pub async fn create(
    conn: &mut PgConnection,
    kind: VoucherTypeId,
    buyer: ClientId,
    token: Option<Uuid>,
    now: DateTime<Utc>,
) -> Result<Option<VoucherId>, DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO vouchers (names, service_id, visits, left_visits, price_minor, left_minor, currency, valid_days,
                                 buyer_id, client_id, token, state, created_at)
           SELECT t.names, t.service_id, t.visits, t.visits, t.price_minor, 0, l.currency, t.valid_days, $2::bigint,
                  CASE WHEN $3::uuid IS NULL THEN $2 END, $3, 'unpaid', $4
           FROM voucher_types t JOIN locations l ON l.id = t.location_id LEFT JOIN services s ON s.id = t.service_id
           WHERE t.id = $1 AND t.active AND l.active AND coalesce(s.active, true)
           RETURNING id"#,
        kind.0,
        buyer.0,
        token,
        now,
    );
    Ok(id.fetch_optional(conn).await?.map(VoucherId))
}

/// A voucher in place of money that was to go back.
pub async fn in_place_of(
    conn: &mut PgConnection,
    client: ClientId,
    amount: Money,
    (valid_days, ends_at): (u32, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<VoucherId, DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO vouchers (price_minor, left_minor, currency, valid_days, buyer_id, client_id, state, ends_at, created_at)
           VALUES ($1, $1, $2::text, $3, $4, $4, 'live', $5, $6) RETURNING id"#,
        amount.minor(),
        amount.currency().code(),
        i32::try_from(valid_days).unwrap_or(i32::MAX),
        client.0,
        ends_at,
        now,
    );
    Ok(VoucherId(id.fetch_one(conn).await?))
}

struct Row {
    id: i64,
    names: Option<Names>,
    service_id: Option<i32>,
    service: Option<Names>,
    visits: Option<i32>,
    left_visits: Option<i32>,
    price_minor: i64,
    left_minor: i64,
    currency: String,
    state: String,
    token: Option<Uuid>,
    ends_at: Option<DateTime<Utc>>,
    valid_days: i32,
    is_discreet: bool,
}

macro_rules! vouchers {
    ($tail:literal $(, $argument:expr)* $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"SELECT v.id, v.names AS "names: Names", v.service_id, s.names AS "service?: Names", v.visits, v.left_visits,
                      v.price_minor, v.left_minor, v.currency AS "currency!", v.state::text AS "state!", v.token, v.ends_at,
                      v.valid_days,
                      (s.id IS NOT NULL AND coalesce(
                           (SELECT l.discreet FROM locations l WHERE l.id = s.location_id),
                           EXISTS (SELECT FROM skills k JOIN staff_roles r ON r.master_id = k.master_id
                                   WHERE k.service_id = s.id AND r.role = 'therapist')
                           -- What nobody gives any more may have been a therapist's.
                           OR NOT EXISTS (SELECT FROM skills k JOIN staff_roles r ON r.master_id = k.master_id
                                       WHERE k.service_id = s.id AND r.role = 'master'))) AS "is_discreet!"
               FROM vouchers v LEFT JOIN services s ON s.id = v.service_id WHERE "# + $tail
            $(, $argument)*
        )
    };
}

impl TryFrom<Row> for Voucher {
    type Error = DbError;

    fn try_from(row: Row) -> Result<Voucher, DbError> {
        let place = Place { table: "vouchers", row: &row.id };
        let currency = place.currency(&row.currency)?;
        let visits = match (row.service_id, row.service, row.visits, row.left_visits) {
            (Some(service), Some(names), Some(all), Some(left)) => Some(Visits {
                service: ServiceId(service),
                names: place.names(names)?,
                all: place.count("visits", all)?,
                left: place.count("left_visits", left)?,
            }),
            _ => None,
        };
        Ok(Voucher {
            id: VoucherId(row.id),
            names: row.names.map(|names| place.names(names)).transpose()?,
            visits,
            price: place.money(row.price_minor, currency)?,
            left: place.money(row.left_minor, currency)?,
            state: State::from_label(&row.state).ok_or_else(|| place.bad("state"))?,
            token: row.token,
            ends_at: row.ends_at,
            valid_days: place.count("valid_days", row.valid_days)?,
            is_discreet: row.is_discreet,
        })
    }
}

pub async fn voucher(conn: &mut PgConnection, voucher: VoucherId) -> Result<Option<Voucher>, DbError> {
    vouchers!("v.id = $1", voucher.0).fetch_optional(conn).await?.map(Voucher::try_from).transpose()
}

/// A client's own voucher, locked until the transaction ends.
pub async fn lock(
    conn: &mut PgConnection,
    voucher: VoucherId,
    client: ClientId,
) -> Result<Option<Voucher>, DbError> {
    let row = vouchers!("v.id = $1 AND v.client_id = $2 FOR NO KEY UPDATE OF v", voucher.0, client.0);
    row.fetch_optional(conn).await?.map(Voucher::try_from).transpose()
}

/// Vouchers of a client that are good for something; what ends first comes first.
pub async fn of_client(
    conn: &mut PgConnection,
    client: ClientId,
    now: DateTime<Utc>,
) -> Result<Vec<Voucher>, DbError> {
    let rows = vouchers!(
        "v.client_id = $1 AND v.state = 'live' AND v.ends_at > $2 AND v.left_minor > 0 ORDER BY v.ends_at, v.id LIMIT 20",
        client.0,
        now,
    );
    rows.fetch_all(conn).await?.into_iter().map(Voucher::try_from).collect()
}

/// Gifts that a client has paid for and nobody has taken yet.
pub async fn gifts_of(
    conn: &mut PgConnection,
    buyer: ClientId,
    now: DateTime<Utc>,
) -> Result<Vec<Voucher>, DbError> {
    let rows = vouchers!(
        "v.buyer_id = $1 AND v.token IS NOT NULL AND v.state = 'live' AND v.ends_at > $2 ORDER BY v.id LIMIT 20",
        buyer.0,
        now,
    );
    rows.fetch_all(conn).await?.into_iter().map(Voucher::try_from).collect()
}

/// A voucher has been paid: from now on it is good. `false` when it has been before.
pub async fn come_alive(
    conn: &mut PgConnection,
    voucher: VoucherId,
    ends_at: DateTime<Utc>,
) -> Result<bool, DbError> {
    let alive = sqlx::query!(
        "UPDATE vouchers SET state = 'live', left_minor = price_minor, ends_at = $2 WHERE id = $1 AND state = 'unpaid'",
        voucher.0,
        ends_at,
    );
    Ok(alive.execute(conn).await?.rows_affected() > 0)
}

/// The gift of this token that waits for its taker, where this person has given it.
pub async fn given_by(
    conn: &mut PgConnection,
    token: Uuid,
    person: TelegramId,
) -> Result<Option<VoucherId>, DbError> {
    let id = sqlx::query_scalar!(
        "SELECT v.id FROM vouchers v JOIN clients c ON c.id = v.buyer_id \
         WHERE v.token = $1 AND c.telegram_id = $2 AND v.state = 'live'",
        token,
        person.0,
    );
    Ok(id.fetch_optional(conn).await?.map(VoucherId))
}

/// Makes a gift somebody's, once and for all; with the account of who has given it. `None` when it was taken before, or
/// there is none.
pub async fn take(
    conn: &mut PgConnection,
    token: Uuid,
    person: TelegramId,
    now: DateTime<Utc>,
) -> Result<Option<(VoucherId, TelegramId)>, DbError> {
    let row = sqlx::query!(
        r#"UPDATE vouchers SET client_id = c.id, token = NULL FROM clients c, clients giver
           WHERE c.telegram_id = $2 AND vouchers.token = $1 AND vouchers.state = 'live' AND vouchers.ends_at > $3
             AND giver.id = vouchers.buyer_id
           RETURNING vouchers.id, giver.telegram_id"#,
        token,
        person.0,
        now,
    );
    let row = row.fetch_optional(conn).await?;
    Ok(row.map(|row| (VoucherId(row.id), TelegramId(row.telegram_id))))
}

/// Takes out of a locked voucher what it pays for a visit.
pub async fn use_for(
    conn: &mut PgConnection,
    voucher: VoucherId,
    booking: BookingId,
    redemption: &Redemption,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let is_visit = redemption.pays == Pays::Visit;
    sqlx::query!(
        r#"WITH used AS (
               UPDATE vouchers SET left_minor = left_minor - $3, left_visits = left_visits - $4::boolean::int WHERE id = $1
               RETURNING id)
           INSERT INTO voucher_uses (booking_id, voucher_id, amount_minor, is_visit, used_at)
           SELECT $2, id, $3, $4, $5 FROM used"#,
        voucher.0,
        booking.0,
        redemption.amount.minor(),
        is_visit,
        now,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives back to a voucher what it has paid for a visit, or a part of it. One that has ended, or is about to, can be used
/// until `at_least`.
pub async fn give_back(
    conn: &mut PgConnection,
    booking: BookingId,
    amount_minor: i64,
    at_least: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<VoucherId>, DbError> {
    let back = sqlx::query_scalar!(
        r#"WITH back AS (
               UPDATE voucher_uses SET given_back_at = $4 WHERE booking_id = $1 AND given_back_at IS NULL
               RETURNING voucher_id, is_visit)
           UPDATE vouchers SET state = 'live', left_minor = left_minor + $2,
                               left_visits = left_visits + back.is_visit::int, ends_at = greatest(ends_at, $3)
           FROM back WHERE vouchers.id = back.voucher_id RETURNING vouchers.id"#,
        booking.0,
        amount_minor,
        at_least,
        now,
    );
    Ok(back.fetch_optional(conn).await?.map(VoucherId))
}

/// What was left of a voucher when its time ran out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub voucher: VoucherId,
    pub left_minor: i64,
    pub currency: String,
}

/// Ends vouchers whose time has run out.
pub async fn end(conn: &mut PgConnection, limit: i64, now: DateTime<Utc>) -> Result<Vec<Ended>, DbError> {
    let rows = sqlx::query!(
        r#"WITH over AS (
               SELECT id, left_minor FROM vouchers WHERE state = 'live' AND ends_at <= $1
               ORDER BY ends_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE vouchers SET state = 'over', left_minor = 0, left_visits = 0 * left_visits
           FROM over WHERE vouchers.id = over.id
           RETURNING vouchers.id, over.left_minor, vouchers.currency AS "currency!""#,
        now,
        limit,
    );
    let rows = rows.fetch_all(conn).await?.into_iter();
    let ended = |id, left_minor, currency| Ended { voucher: VoucherId(id), left_minor, currency };
    Ok(rows.map(|row| ended(row.id, row.left_minor, row.currency)).collect())
}
