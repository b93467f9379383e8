//! Makes the database say what a plan says. What the plan leaves out is switched off, never deleted: visits refer to it.

use serde_json::json;
use sqlx::PgConnection;

use crate::{
    db::DbError,
    domain::{
        catalog::{LocationPlan, MasterPlan, Plan, ServicePlan},
        language::LocalText,
    },
};

/// Applies a plan whose references are known to be good. The caller's transaction makes it all or nothing.
pub async fn apply(conn: &mut PgConnection, plan: &Plan) -> Result<(), DbError> {
    sqlx::query!("LOCK TABLE locations, services, masters IN SHARE ROW EXCLUSIVE MODE")
        .execute(&mut *conn)
        .await?;
    sqlx::query!("UPDATE locations SET active = false").execute(&mut *conn).await?;
    sqlx::query!("UPDATE services SET active = false").execute(&mut *conn).await?;
    sqlx::query!("UPDATE masters SET active = false").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM staff_roles").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM skills").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM working_hours").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM time_off").execute(&mut *conn).await?;
    for (position, location) in (0..).zip(&plan.locations) {
        put_location(conn, position, location).await?;
    }
    for (position, service) in (0..).zip(&plan.services) {
        put_service(conn, position, service).await?;
    }
    for (position, master) in (0..).zip(&plan.masters) {
        put_master(conn, position, master).await?;
    }
    Ok(())
}

async fn put_location(
    conn: &mut PgConnection,
    position: i32,
    location: &LocationPlan,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"INSERT INTO locations (key, names, address, zone, currency, slot_step_minutes, hold_minutes, lead_minutes,
                                  horizon_days, cancel_notice_minutes, position, active)
           VALUES ($1::text, $2::jsonb, $3, $4, $5::text, $6, $7, $8, $9, $10, $11, true)
           ON CONFLICT (key) DO UPDATE SET
               names = excluded.names, address = excluded.address, zone = excluded.zone, currency = excluded.currency,
               slot_step_minutes = excluded.slot_step_minutes, hold_minutes = excluded.hold_minutes,
               lead_minutes = excluded.lead_minutes, horizon_days = excluded.horizon_days,
               cancel_notice_minutes = excluded.cancel_notice_minutes, position = excluded.position, active = true"#,
        location.key,
        texts(&location.names),
        location.address,
        location.rules.zone.name(),
        location.currency.code(),
        minutes(location.rules.step),
        minutes(location.hold),
        minutes(location.rules.lead),
        minutes(location.rules.horizon),
        minutes(location.cancel_notice),
        position,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn put_service(conn: &mut PgConnection, position: i32, service: &ServicePlan) -> Result<(), DbError> {
    sqlx::query!(
        r#"INSERT INTO services (key, location_id, names, minutes, price_minor, buffer_before_minutes,
                                 buffer_after_minutes, position, active)
           SELECT $1::text, l.id, $3::jsonb, $4, $5, $6, $7, $8, true FROM locations l WHERE l.key = $2::text
           ON CONFLICT (key) DO UPDATE SET
               location_id = excluded.location_id, names = excluded.names, minutes = excluded.minutes,
               price_minor = excluded.price_minor, buffer_before_minutes = excluded.buffer_before_minutes,
               buffer_after_minutes = excluded.buffer_after_minutes, position = excluded.position, active = true"#,
        service.key,
        service.location,
        texts(&service.names),
        minutes(service.minutes),
        service.price.minor(),
        minutes(service.buffer_before),
        minutes(service.buffer_after),
        position,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn put_master(conn: &mut PgConnection, position: i32, master: &MasterPlan) -> Result<(), DbError> {
    let id = sqlx::query_scalar!(
        r#"INSERT INTO masters (key, names, position, active) VALUES ($1::text, $2::jsonb, $3, true)
           ON CONFLICT (key) DO UPDATE SET names = excluded.names, position = excluded.position, active = true
           RETURNING id"#,
        master.key,
        texts(&master.names),
        position,
    )
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query!(
        "INSERT INTO staff_roles (master_id, role, telegram_id) VALUES ($1, $2::text::staff_role, $3)",
        id,
        master.role.label(),
        master.telegram.map(|telegram| telegram.0),
    )
    .execute(&mut *conn)
    .await?;
    for skill in &master.skills {
        sqlx::query!(
            r#"INSERT INTO skills (master_id, service_id, minutes, price_minor)
               SELECT $1, id, $3, $4 FROM services WHERE key = $2::text"#,
            id,
            skill.service,
            skill.minutes.map(minutes),
            skill.price.map(crate::domain::money::Money::minor),
        )
        .execute(&mut *conn)
        .await?;
    }
    for entry in &master.hours {
        let (starts, ends): (Vec<i32>, Vec<i32>) =
            entry.hours.breaks.iter().map(|(starts, ends)| (minutes(*starts), minutes(*ends))).unzip();
        sqlx::query!(
            r#"WITH hours AS (
                   INSERT INTO working_hours (master_id, location_id, weekday, starts_minute, ends_minute)
                   SELECT $1, id, $3, $4, $5 FROM locations WHERE key = $2::text
                   RETURNING id)
               INSERT INTO breaks (working_hours_id, starts_minute, ends_minute)
               SELECT hours.id, pause.starts, pause.ends
               FROM hours, unnest($6::int[], $7::int[]) AS pause (starts, ends)"#,
            id,
            entry.location,
            i16::try_from(entry.hours.weekday.number_from_monday()).unwrap_or_default(),
            minutes(entry.hours.starts),
            minutes(entry.hours.ends),
            &starts,
            &ends,
        )
        .execute(&mut *conn)
        .await?;
    }
    for (start, end) in &master.time_off {
        sqlx::query!(
            "INSERT INTO time_off (master_id, away) VALUES ($1, tstzrange($2, $3, '[)'))",
            id,
            start,
            end
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

fn texts(names: &LocalText) -> serde_json::Value {
    json!(names.texts())
}

/// A plan's minutes are checked against limits far below this one.
fn minutes(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
