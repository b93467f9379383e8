//! What the staff takes away, page by page: each begins where the one before has ended, so no table is ever in memory.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, types::Json};

use super::{
    DbError,
    rows::{Names, Place},
};
use crate::domain::{
    booking::Status,
    export::Ending,
    ids::MasterId,
    language::LocalText,
    ledger::Account,
    money::{Currency, Money},
    ranges::Range,
    slots::Regard,
};

/// Which visits a table is about.
#[derive(Debug, Clone, Copy)]
pub struct Which {
    /// Both included, on the wall of each visit's location.
    pub days: (NaiveDate, NaiveDate),
    /// `None` is all of them.
    pub master: Option<MasterId>,
    pub ending: Ending,
}

impl Which {
    /// Instants around its days, whatever the zone; an index finds what lies between them.
    fn around(self) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
        let (first, last) = self.days;
        (midnight(first) - TimeDelta::hours(26), midnight(last) + TimeDelta::hours(50))
    }

    fn statuses(self) -> Vec<String> {
        self.ending.statuses().iter().map(|status| status.label().to_owned()).collect()
    }
}

/// A visit with all that is to be known about it.
#[derive(Debug, Clone)]
pub struct VisitRow {
    pub id: i64,
    pub visit: Range,
    pub zone: Tz,
    pub location: LocalText,
    pub master: LocalText,
    pub services: Vec<LocalText>,
    /// Empty where the client has none, or is to be forgotten.
    pub client: String,
    pub phone: Option<String>,
    pub status: Status,
    pub is_late_cancel: bool,
    pub by_studio: bool,
    pub created_at: DateTime<Utc>,
    pub price: Money,
    pub discount: Money,
    pub code: Option<String>,
    /// What was paid beforehand with money, and by which way it came.
    pub deposit: Option<Money>,
    pub deposit_way: Option<Account>,
    /// Where that is which was paid beforehand, by a voucher or not.
    pub money: Option<Account>,
    pub desk: Option<(Account, Money)>,
    pub voucher: Option<Money>,
    pub stars: Option<i16>,
    pub comment: Option<String>,
}

/// Visits in the order of their starts.
pub async fn visits(
    conn: &mut PgConnection,
    which: Which,
    after: Option<(DateTime<Utc>, i64)>,
    comments: bool,
    limit: i64,
) -> Result<Vec<VisitRow>, DbError> {
    let (from, to) = which.around();
    let (start, id) = after.unwrap_or((from, 0));
    let rows = sqlx::query!(
        r#"SELECT b.id, b.starts_at, b.ends_at, b.zone, l.names AS "location: Names", m.names AS "master: Names",
                  coalesce((SELECT jsonb_agg(i.names ORDER BY i.position) FROM booking_items i WHERE i.booking_id = b.id),
                           '[]') AS "services!: Json<Vec<BTreeMap<String, String>>>",
                  CASE WHEN c.name = '#' || c.telegram_id THEN '' ELSE coalesce(c.name, '') END AS "client!",
                  c.phone AS "phone?", b.status::text AS "status!", b.late_cancel, b.by_studio, b.created_at, b.price_minor,
                  b.discount_minor, b.currency AS "currency!", p.code AS "code?",
                  CASE WHEN b.money IS NOT NULL AND b.deposit_reason <> 'voucher' THEN b.deposit_minor END AS "deposit?",
                  (SELECT i.method::text FROM invoices i
                   WHERE i.booking_id = b.id AND i.purpose = 'deposit' AND i.state = 'paid' LIMIT 1) AS "way?",
                  b.money::text AS "money?", b.desk::text AS "desk?", b.desk_minor, u.amount_minor AS "voucher?",
                  r.stars AS "stars?", CASE WHEN $8::boolean THEN r.comment END AS "comment?"
           FROM bookings b JOIN locations l ON l.id = b.location_id JOIN masters m ON m.id = b.master_id
           LEFT JOIN clients c ON c.id = b.client_id LEFT JOIN promos p ON p.id = b.promo_id
           LEFT JOIN voucher_uses u ON u.booking_id = b.id LEFT JOIN ratings r ON r.booking_id = b.id
           WHERE (b.starts_at, b.id) > ($1::timestamptz, $2::bigint) AND b.starts_at < $3
             AND (b.starts_at AT TIME ZONE b.zone)::date BETWEEN $4 AND $5
             AND ($6::int IS NULL OR b.master_id = $6) AND b.status::text = ANY($7::text[]) AND b.replaces IS NULL
           ORDER BY b.starts_at, b.id LIMIT $9"#,
        start,
        id,
        to,
        which.days.0,
        which.days.1,
        which.master.map(|master| master.0),
        &which.statuses(),
        comments,
        limit,
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "bookings", row: &row.id };
            let currency = place.currency(&row.currency)?;
            let money = |minor: Option<i64>| minor.map(|minor| place.money(minor, currency)).transpose();
            let account =
                |column, label: Option<String>| label.map(|label| place.account(column, &label)).transpose();
            Ok(VisitRow {
                visit: Range::new(row.starts_at, row.ends_at).ok_or_else(|| place.bad("ends_at"))?,
                zone: place.zone(&row.zone)?,
                location: place.names(row.location)?,
                master: place.names(row.master)?,
                services: place.list(row.services)?,
                client: row.client,
                phone: row.phone,
                status: Status::from_label(&row.status).ok_or_else(|| place.bad("status"))?,
                is_late_cancel: row.late_cancel,
                by_studio: row.by_studio,
                created_at: row.created_at,
                price: place.money(row.price_minor, currency)?,
                discount: place.money(row.discount_minor, currency)?,
                code: row.code,
                deposit: money(row.deposit)?,
                deposit_way: account("method", row.way)?.filter(|_| row.deposit.is_some()),
                money: account("money", row.money)?,
                desk: account("desk", row.desk)?.zip(money(row.desk_minor)?),
                voucher: money(row.voucher)?,
                stars: row.stars,
                comment: row.comment,
                id: row.id,
            })
        })
        .collect()
}

/// A client, and what they have had of the visits that a table is about.
#[derive(Debug, Clone)]
pub struct ClientRow {
    pub id: i64,
    /// Empty where the client has none, or is to be forgotten.
    pub name: String,
    pub phone: Option<String>,
    pub language: String,
    pub regard: Regard,
    pub created_at: DateTime<Utc>,
    pub visits: i64,
    pub took_place: i64,
    pub missed: i64,
    pub cancelled: i64,
    pub first: DateTime<Utc>,
    pub last: DateTime<Utc>,
}

/// Clients of these visits, by their numbers.
pub async fn clients(
    conn: &mut PgConnection,
    which: Which,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<ClientRow>, DbError> {
    let (from, to) = which.around();
    let rows = sqlx::query!(
        r#"SELECT c.id, CASE WHEN c.name = '#' || c.telegram_id THEN '' ELSE coalesce(c.name, '') END AS "name!", c.phone,
                  c.language, c.regard::text AS "regard!", c.created_at, v.visits AS "visits!", v.took_place AS "took_place!",
                  v.missed AS "missed!", v.cancelled AS "cancelled!", v.first AS "first!", v.last AS "last!"
           FROM clients c CROSS JOIN LATERAL (
               SELECT count(*) AS visits, count(*) FILTER (WHERE b.status = 'completed') AS took_place,
                      count(*) FILTER (WHERE b.status = 'no_show') AS missed,
                      count(*) FILTER (WHERE b.status = 'cancelled') AS cancelled,
                      min(b.starts_at) AS first, max(b.starts_at) AS last
               FROM bookings b
               WHERE b.client_id = c.id AND b.starts_at >= $2 AND b.starts_at < $3
                 AND (b.starts_at AT TIME ZONE b.zone)::date BETWEEN $4 AND $5
                 AND ($6::int IS NULL OR b.master_id = $6) AND b.status::text = ANY($7::text[]) AND b.replaces IS NULL) v
           WHERE c.id > $1 AND v.visits > 0 AND c.forgotten_at IS NULL ORDER BY c.id LIMIT $8"#,
        after.unwrap_or(0),
        from,
        to,
        which.days.0,
        which.days.1,
        which.master.map(|master| master.0),
        &which.statuses(),
        limit,
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let regard = Regard::from_label(&row.regard)
                .ok_or_else(|| Place { table: "clients", row: &row.id }.bad("regard"))?;
            Ok(ClientRow {
                id: row.id,
                name: row.name,
                phone: row.phone,
                language: row.language,
                regard,
                created_at: row.created_at,
                visits: row.visits,
                took_place: row.took_place,
                missed: row.missed,
                cancelled: row.cancelled,
                first: row.first,
                last: row.last,
            })
        })
        .collect()
}

/// Money that came in or went out.
#[derive(Debug, Clone)]
pub struct PaymentRow {
    pub id: i64,
    pub at: DateTime<Utc>,
    /// Where the business has it, or had it.
    pub way: Account,
    pub is_in: bool,
    /// What it came for, or from what it was given back.
    pub about: Account,
    /// Such money as is known; whatever came is written down, of strange kinds, too.
    pub amount: Option<Money>,
    pub amount_minor: i64,
    pub currency: String,
    pub booking: Option<i64>,
    /// When the visit is that it is about, and in which zone.
    pub visit: Option<(DateTime<Utc>, Tz)>,
    pub master: Option<LocalText>,
    pub client_id: Option<i64>,
    pub client: String,
    pub charge: Option<String>,
    pub provider_charge: Option<String>,
}

/// Movements of money over the threshold of the business, in their order. Those of no visit are there where all visits are.
pub async fn payments(
    conn: &mut PgConnection,
    which: Which,
    within: Range,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<PaymentRow>, DbError> {
    let any = which.ending == Ending::Any;
    let rows = sqlx::query!(
        r#"SELECT l.id, l.at, l.debit::text AS "debit!", l.credit::text AS "credit!",
                  l.debit IN ('stars', 'provider', 'cash', 'card') AS "is_in!", l.amount_minor, l.currency, l.booking_id,
                  b.starts_at AS "starts_at?", b.zone AS "zone?", m.names AS "master?: Names", c.id AS "client_id?",
                  CASE WHEN c.name = '#' || c.telegram_id THEN '' ELSE coalesce(c.name, '') END AS "client!",
                  p.charge_id AS "charge_id?", p.provider_charge_id AS "provider_charge_id?"
           FROM ledger l LEFT JOIN payments p ON p.id = l.payment_id LEFT JOIN bookings b ON b.id = l.booking_id
           LEFT JOIN masters m ON m.id = b.master_id LEFT JOIN vouchers v ON v.id = l.voucher_id
           LEFT JOIN clients c ON c.id = coalesce(b.client_id, v.buyer_id)
           WHERE l.id > $1 AND l.at >= $2 AND l.at < $3
             AND (l.debit IN ('stars', 'provider', 'cash', 'card') OR l.credit IN ('stars', 'provider', 'cash', 'card'))
             AND ($4::int IS NULL OR b.master_id = $4) AND ($5::boolean OR b.status::text = ANY($6::text[]))
           ORDER BY l.id LIMIT $7"#,
        after.unwrap_or(0),
        within.start(),
        within.end(),
        which.master.map(|master| master.0),
        any,
        &which.statuses(),
        limit,
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "ledger", row: &row.id };
            let (debit, credit) =
                (place.account("debit", &row.debit)?, place.account("credit", &row.credit)?);
            let (way, about) = if row.is_in { (debit, credit) } else { (credit, debit) };
            let zone = row.zone.map(|zone| place.zone(&zone)).transpose()?;
            Ok(PaymentRow {
                at: row.at,
                way,
                is_in: row.is_in,
                about,
                amount: Currency::from_code(&row.currency)
                    .and_then(|currency| Money::from_minor(row.amount_minor, currency)),
                amount_minor: row.amount_minor,
                currency: row.currency,
                booking: row.booking_id,
                visit: row.starts_at.zip(zone),
                master: row.master.map(|names| place.names(names)).transpose()?,
                client_id: row.client_id,
                client: row.client,
                charge: row.charge_id,
                provider_charge: row.provider_charge_id,
                id: row.id,
            })
        })
        .collect()
}

/// A master to choose.
#[derive(Debug, Clone)]
pub struct MasterName {
    pub id: MasterId,
    pub names: LocalText,
}

/// All masters, those who have left after the others.
pub async fn masters(conn: &mut PgConnection, limit: i64) -> Result<Vec<MasterName>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT id, names AS "names: Names" FROM masters ORDER BY active DESC, position, id LIMIT $1"#,
        limit,
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let names = Place { table: "masters", row: &row.id }.names(row.names)?;
            Ok(MasterName { id: MasterId(row.id), names })
        })
        .collect()
}
