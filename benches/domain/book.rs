//! A visit booked, from the hold to the confirmation: through the service, and by the same statements without it.

use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, PgConnection, PgPool, postgres::types::PgRange};
use uuid::Uuid;
use vizit::{
    db::{availability::Availability, bookings::By},
    domain::{
        booking::{Item, Status},
        catalog::Location,
        conversation::{MasterChoice, Wish},
    },
    services::{booking, browse},
};

use super::{
    business::{Errand, now, services},
    statements::Statements,
};

pub(crate) async fn through_the_service(pool: &PgPool, wish: &Wish, errand: Errand) -> anyhow::Result<()> {
    let services = services(pool);
    let Errand { slot, client, person } = errand;
    let by = By { client: person, correlation: Uuid::new_v4() };
    let master = MasterChoice::One(slot.master);
    match booking::hold(pool, client, wish, master, slot.visit.start(), by, now()).await? {
        Ok(held) => {
            held.lock.commit().await?;
            match booking::confirm(&services, client, held.card.booking.id, by).await? {
                Ok(confirmed) => Ok(confirmed.lock.commit().await?),
                Err(outcome) => anyhow::bail!("{outcome:?} instead of a visit"),
            }
        }
        Err(outcome) => anyhow::bail!("{outcome:?} instead of a hold"),
    }
}

/// All that the service sends, and nothing that it thinks.
pub(crate) struct Plain {
    statements: Statements,
    wish: Wish,
    location: Location,
    item: Item,
    names: serde_json::Value,
    confirmed_from: Vec<String>,
}

impl Plain {
    pub(crate) fn new(statements: Statements, wish: Wish, found: Availability) -> anyhow::Result<Plain> {
        let item =
            found.candidates.into_iter().next().and_then(|candidate| candidate.items.into_iter().next());
        let item = item.ok_or_else(|| anyhow::anyhow!("nobody to book"))?;
        let names = serde_json::json!(item.names.texts());
        let from = Status::Confirmed.comes_from().iter();
        let confirmed_from = from.map(|status| status.label().to_owned()).collect();
        Ok(Plain { statements, wish, location: found.location, item, names, confirmed_from })
    }

    pub(crate) async fn book(&self, conn: &mut PgConnection, errand: Errand) -> anyhow::Result<()> {
        let Errand { slot, client, person } = errand;
        let correlation = Uuid::new_v4();
        let around = browse::around(slot.visit.start());
        let rows = self.statements.availability(&self.wish, Some(slot.master), Some(client), around, now());
        anyhow::ensure!(rows.fetch_all(&mut *conn).await?.len() == 2, "no master");

        let day = slot.occupied.start().timestamp().div_euclid(24 * 60 * 60);
        let master_lock = format!("SELECT pg_advisory_xact_lock({}, {day})", slot.master);
        begin(conn, &format!("SELECT pg_advisory_xact_lock({client}); {master_lock}")).await?;
        let booking: i64 = sqlx::query_scalar(self.statements.take)
            .bind(client.0)
            .bind(slot.master.0)
            .bind(self.location.id.0)
            .bind(slot.visit.start())
            .bind(slot.visit.end())
            .bind(PgRange::from(slot.occupied.start()..slot.occupied.end()))
            .bind(now())
            .bind(Uuid::new_v4())
            .bind(self.location.rules.zone.name())
            .bind(Some(now() + TimeDelta::minutes(i64::from(self.location.hold))))
            .bind(self.item.price.minor())
            .bind(self.item.price.currency().code())
            .bind(vec![self.item.service.0])
            .bind(vec![&self.names])
            .bind(vec![i32::try_from(self.item.minutes)?])
            .bind(vec![self.item.price.minor()])
            .bind(person.0)
            .bind(correlation)
            .bind(Vec::<i32>::new())
            .bind(None::<i64>)
            .bind(None::<i32>)
            .bind(None::<i64>)
            .bind("picked")
            .fetch_one(&mut *conn)
            .await?;
        commit(conn).await?;

        sqlx::query(self.statements.card).bind(booking).fetch_one(&mut *conn).await?;
        begin(conn, &master_lock).await?;
        sqlx::query(self.statements.confirm)
            .bind(booking)
            .bind(client.0)
            .bind(&self.confirmed_from)
            .bind(true)
            .bind(now())
            .bind(Status::Confirmed.label())
            .bind(person.0)
            .bind(correlation)
            .bind(false)
            .bind(None::<i64>)
            .bind("client")
            .bind(false)
            .fetch_one(&mut *conn)
            .await?;
        commit(conn).await
    }
}

/// As a lock begins.
async fn begin(conn: &mut PgConnection, locks: &str) -> anyhow::Result<()> {
    let sql = format!("BEGIN; SET LOCAL lock_timeout = '4s'; {locks}");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await?;
    Ok(())
}

async fn commit(conn: &mut PgConnection) -> anyhow::Result<()> {
    sqlx::raw_sql("COMMIT").execute(conn).await?;
    Ok(())
}
