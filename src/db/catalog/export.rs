//! The catalog in force, as a plan that would make it again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgRange, types::Json};

use crate::{
    db::{
        DbError,
        availability::HoursRow,
        rows::{Names, Place, range},
    },
    domain::{
        catalog::{HoursPlan, LocationPlan, MasterPlan, Plan, ServicePlan, SkillPlan, StaffRole},
        ids::TelegramId,
        slots::Rules,
    },
};

#[derive(Debug, serde::Deserialize)]
struct SkillRow {
    service: String,
    minutes: Option<u32>,
    price_minor: Option<i64>,
}

#[derive(Debug, serde::Deserialize)]
struct LocatedHoursRow {
    location: String,
    #[serde(flatten)]
    hours: HoursRow,
}

/// Reads the active catalog.
pub async fn export(conn: &mut PgConnection) -> Result<Plan, DbError> {
    let locations = locations(conn).await?;
    let services = services(conn, &locations).await?;
    let masters = masters(conn, &services).await?;
    Ok(Plan { locations, services, masters })
}

async fn locations(conn: &mut PgConnection) -> Result<Vec<LocationPlan>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT key, names AS "names: Names", address, zone, currency, slot_step_minutes, hold_minutes, lead_minutes,
                  horizon_days, cancel_notice_minutes
           FROM locations WHERE active ORDER BY position, id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "locations", row: &row.key };
            Ok(LocationPlan {
                names: place.names(row.names)?,
                address: row.address,
                currency: place.currency(&row.currency)?,
                rules: Rules {
                    zone: place.zone(&row.zone)?,
                    step: place.count("slot_step_minutes", row.slot_step_minutes)?,
                    lead: place.count("lead_minutes", row.lead_minutes)?,
                    horizon: place.count("horizon_days", row.horizon_days)?,
                },
                hold: place.count("hold_minutes", row.hold_minutes)?,
                cancel_notice: place.count("cancel_notice_minutes", row.cancel_notice_minutes)?,
                key: row.key,
            })
        })
        .collect()
}

async fn services(conn: &mut PgConnection, locations: &[LocationPlan]) -> Result<Vec<ServicePlan>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT s.key, l.key AS location, s.names AS "names: Names", s.minutes, s.price_minor,
                  s.buffer_before_minutes, s.buffer_after_minutes
           FROM services s JOIN locations l ON l.id = s.location_id
           WHERE s.active AND l.active ORDER BY s.position, s.id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "services", row: &row.key };
            let location = locations.iter().find(|location| location.key == row.location);
            let currency = location.ok_or_else(|| place.bad("location_id"))?.currency;
            Ok(ServicePlan {
                location: row.location,
                names: place.names(row.names)?,
                minutes: place.count("minutes", row.minutes)?,
                price: place.money(row.price_minor, currency)?,
                buffer_before: place.count("buffer_before_minutes", row.buffer_before_minutes)?,
                buffer_after: place.count("buffer_after_minutes", row.buffer_after_minutes)?,
                key: row.key,
            })
        })
        .collect()
}

async fn masters(conn: &mut PgConnection, services: &[ServicePlan]) -> Result<Vec<MasterPlan>, DbError> {
    let currencies: BTreeMap<&str, _> =
        services.iter().map(|service| (service.key.as_str(), service.price.currency())).collect();
    let rows = sqlx::query!(
        r#"SELECT m.key, m.names AS "names: Names", r.role = 'therapist' AS "is_therapist!", r.telegram_id,
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('service', s.key, 'minutes', k.minutes,
                              'price_minor', k.price_minor) ORDER BY s.position, s.id), '[]')
                   FROM skills k JOIN services s ON s.id = k.service_id AND s.active
                   WHERE k.master_id = m.id) AS "skills!: Json<Vec<SkillRow>>",
                  (SELECT coalesce(jsonb_agg(jsonb_build_object('location', l.key, 'weekday', h.weekday,
                              'starts', h.starts_minute, 'ends', h.ends_minute,
                              'breaks', (SELECT coalesce(jsonb_agg(jsonb_build_array(b.starts_minute, b.ends_minute)
                                             ORDER BY b.starts_minute), '[]')
                                         FROM breaks b WHERE b.working_hours_id = h.id))
                              ORDER BY h.weekday, h.starts_minute), '[]')
                   FROM working_hours h JOIN locations l ON l.id = h.location_id AND l.active
                   WHERE h.master_id = m.id) AS "hours!: Json<Vec<LocatedHoursRow>>",
                  ARRAY(SELECT t.away FROM time_off t WHERE t.master_id = m.id ORDER BY t.away)
                      AS "away!: Vec<PgRange<DateTime<Utc>>>"
           FROM masters m JOIN staff_roles r ON r.master_id = m.id
           WHERE m.active ORDER BY m.position, m.id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "masters", row: &row.key };
            let skill = |skill: SkillRow| {
                let currency = currencies.get(skill.service.as_str()).copied();
                let price = match skill.price_minor.zip(currency) {
                    Some((minor, currency)) => Some(place.money(minor, currency)?),
                    None => None,
                };
                Ok(SkillPlan { service: skill.service, minutes: skill.minutes, price })
            };
            let hours = |row: LocatedHoursRow| {
                Ok(HoursPlan { location: row.location, hours: row.hours.into_hours(place)? })
            };
            Ok(MasterPlan {
                names: place.names(row.names)?,
                role: if row.is_therapist { StaffRole::Therapist } else { StaffRole::Master },
                telegram: row.telegram_id.map(TelegramId),
                skills: row.skills.0.into_iter().map(skill).collect::<Result<_, DbError>>()?,
                hours: row.hours.0.into_iter().map(hours).collect::<Result<_, DbError>>()?,
                time_off: row.away.iter().filter_map(range).map(|away| (away.start(), away.end())).collect(),
                key: row.key,
            })
        })
        .collect()
}
