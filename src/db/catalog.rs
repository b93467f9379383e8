//! The catalog as rows: what clients browse, and what a catalog file is applied to.

mod apply;
mod export;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::{PgConnection, types::Json};

pub use self::{apply::apply, export::export};
use super::{
    DbError,
    rows::{Names, Place},
};
use crate::domain::{
    catalog::Service,
    ids::{ClientId, LocationId, MasterId, ServiceId, TelegramId},
    language::LocalText,
    slots::Audience,
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

/// The services that somebody gives at a location, in the catalog's order; without those that are not for this client.
pub async fn services(
    conn: &mut PgConnection,
    location: LocationId,
    client: Option<ClientId>,
    now: DateTime<Utc>,
) -> Result<Vec<Service>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT s.id, s.names AS "names: Names", s.minutes, s.price_minor, l.currency, s.audience::text AS "audience!",
                  ARRAY(SELECT a.base_id FROM service_addons a WHERE a.addon_id = s.id) AS "addon_to!",
                  ARRAY(SELECT x.other_id FROM service_exclusions x WHERE x.one_id = s.id
                        UNION ALL SELECT x.one_id FROM service_exclusions x WHERE x.other_id = s.id) AS "excludes!"
           FROM services s JOIN locations l ON l.id = s.location_id
           WHERE s.location_id = $1 AND s.active AND l.active
             AND EXISTS (SELECT FROM skills k JOIN masters m ON m.id = k.master_id WHERE k.service_id = s.id AND m.active)
             AND (s.audience = 'everyone' OR (s.audience = 'known') = EXISTS (
                 SELECT FROM bookings b WHERE b.client_id = $2
                   AND (b.status = 'completed' OR (b.status = 'confirmed' AND b.ends_at <= $3))))
           ORDER BY s.position, s.id"#,
        location.0,
        client.map(|client| client.0),
        now,
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
                audience: Audience::from_label(&row.audience).ok_or_else(|| place.bad("audience"))?,
                addon_to: row.addon_to.into_iter().map(ServiceId).collect(),
                excludes: row.excludes.into_iter().map(ServiceId).collect(),
            })
        })
        .collect()
}

/// A master as the staff speaks of them.
#[derive(Debug, Clone)]
pub struct StaffMaster {
    pub id: MasterId,
    pub names: LocalText,
    pub is_active: bool,
    /// The zone of the first location where they work.
    pub zone: Tz,
    /// What they give, and where, by the services' keys.
    pub skills: Vec<(String, ServiceId, LocationId)>,
}

/// A master by key, or by id.
pub async fn master(
    conn: &mut PgConnection,
    key: Option<&str>,
    id: Option<MasterId>,
) -> Result<Option<StaffMaster>, DbError> {
    let row = sqlx::query!(
        r#"SELECT m.id, m.names AS "names: Names", m.active,
                  (SELECT l.zone FROM locations l WHERE l.active
                   ORDER BY EXISTS (SELECT FROM working_hours h
                                    WHERE h.location_id = l.id AND h.master_id = m.id) DESC, l.position
                   LIMIT 1) AS "zone!",
                  (SELECT coalesce(jsonb_agg(jsonb_build_array(s.key, s.id, s.location_id) ORDER BY s.position, s.id), '[]')
                   FROM skills k JOIN services s ON s.id = k.service_id
                   WHERE k.master_id = m.id AND s.active) AS "skills!: Json<Vec<(String, i32, i32)>>"
           FROM masters m WHERE m.key = $1::text OR m.id = $2
           LIMIT 1"#,
        key,
        id.map(|id| id.0),
    )
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let place = Place { table: "masters", row: &row.id };
    Ok(Some(StaffMaster {
        id: MasterId(row.id),
        names: place.names(row.names)?,
        is_active: row.active,
        zone: place.zone(&row.zone)?,
        skills: row
            .skills
            .0
            .into_iter()
            .map(|(key, service, location)| (key, ServiceId(service), LocationId(location)))
            .collect(),
    }))
}

/// Where the staff looks at its day: the zone of the master's first location, or of the business's first.
pub async fn staff_zone(conn: &mut PgConnection, master: Option<MasterId>) -> Result<Option<Tz>, DbError> {
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

/// The zone of a location; `None` when there is no such active one.
pub async fn zone(conn: &mut PgConnection, location: LocationId) -> Result<Option<Tz>, DbError> {
    let zone = sqlx::query!("SELECT id, zone FROM locations WHERE id = $1 AND active", location.0);
    let row = zone.fetch_optional(conn).await?;
    row.map(|row| Place { table: "locations", row: &row.id }.zone(&row.zone)).transpose()
}

/// Whether a Telegram account is that of an active therapist.
pub async fn has_therapist(conn: &mut PgConnection, person: TelegramId) -> Result<bool, DbError> {
    let has = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM staff_roles s JOIN masters m ON m.id = s.master_id
                          WHERE s.telegram_id = $1 AND s.role = 'therapist' AND m.active) AS "has!""#,
        person.0
    );
    Ok(has.fetch_one(conn).await?)
}

/// Whether an account is of the staff, active or not.
pub async fn has_role(conn: &mut PgConnection, person: TelegramId) -> Result<bool, DbError> {
    let has = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT FROM staff_roles WHERE telegram_id = $1) AS "has!""#,
        person.0
    );
    Ok(has.fetch_one(conn).await?)
}

/// The Telegram accounts of all active staff.
pub async fn staff(conn: &mut PgConnection) -> Result<Vec<TelegramId>, DbError> {
    let rows = sqlx::query_scalar!(
        r#"SELECT s.telegram_id AS "telegram_id!" FROM staff_roles s JOIN masters m ON m.id = s.master_id
           WHERE m.active AND s.telegram_id IS NOT NULL"#
    );
    Ok(rows.fetch_all(conn).await?.into_iter().map(TelegramId).collect())
}
