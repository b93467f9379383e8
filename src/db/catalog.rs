//! The catalog as rows: what clients browse, and what a catalog file is applied to.

mod apply;
mod export;

use sqlx::PgConnection;

pub use self::{apply::apply, export::export};
use super::{
    DbError,
    rows::{Names, Place},
};
use crate::domain::{
    catalog::Service,
    ids::{LocationId, MasterId, ServiceId, TelegramId},
    language::LocalText,
};

/// A location to choose from.
#[derive(Debug, Clone)]
pub struct LocationChoice {
    pub id: LocationId,
    pub names: LocalText,
    pub address: String,
}

pub async fn locations(conn: &mut PgConnection) -> Result<Vec<LocationChoice>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT id, names AS "names: Names", address FROM locations WHERE active ORDER BY position, id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let names = Place { table: "locations", row: &row.id }.names(row.names)?;
            Ok(LocationChoice { id: LocationId(row.id), names, address: row.address })
        })
        .collect()
}

/// The services that somebody gives at a location, in the catalog's order.
pub async fn services(conn: &mut PgConnection, location: LocationId) -> Result<Vec<Service>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.names AS "names: Names", s.minutes, s.price_minor, l.currency
           FROM services s JOIN locations l ON l.id = s.location_id
           WHERE s.location_id = $1 AND s.active AND l.active
             AND EXISTS (SELECT FROM skills k JOIN masters m ON m.id = k.master_id WHERE k.service_id = s.id AND m.active)
           ORDER BY s.position, s.id"#,
        location.0
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "services", row: &row.id };
            Ok(Service {
                id: ServiceId(row.id),
                names: place.names(row.names)?,
                minutes: place.count("minutes", row.minutes)?,
                price: place.money(row.price_minor, place.currency(&row.currency)?)?,
            })
        })
        .collect()
}

/// Where the staff looks at its day: the zone of the master's first location, or of the business's first.
pub async fn staff_zone(
    conn: &mut PgConnection,
    master: Option<MasterId>,
) -> Result<Option<chrono_tz::Tz>, DbError> {
    let zone = sqlx::query!(
        r#"SELECT l.id, l.zone FROM locations l
           WHERE l.active
           ORDER BY EXISTS (SELECT FROM working_hours h WHERE h.location_id = l.id AND h.master_id = $1) DESC, l.position
           LIMIT 1"#,
        master.map(|master| master.0)
    );
    let row = zone.fetch_optional(conn).await?;
    row.map(|row| Place { table: "locations", row: &row.id }.zone(&row.zone)).transpose()
}

/// The Telegram accounts of all active staff.
pub async fn staff(conn: &mut PgConnection) -> Result<Vec<TelegramId>, DbError> {
    let rows = sqlx::query_scalar!(
        r#"SELECT s.telegram_id AS "telegram_id!" FROM staff_roles s JOIN masters m ON m.id = s.master_id
           WHERE m.active AND s.telegram_id IS NOT NULL"#
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(TelegramId).collect())
}
