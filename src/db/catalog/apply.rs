//! Makes the database say what a plan says. What the plan leaves out is switched off, never deleted: visits refer to it.

use serde_json::json;
use sqlx::PgConnection;

use crate::{
    db::{
        DbError,
        rows::{deposits_json, leads_json},
    },
    domain::{
        catalog::{LocationPlan, MasterPlan, Plan, PromoPlan, ResourcePlan, ServicePlan, VoucherPlan},
        language::LocalText,
        money::Money,
        promo::Off,
    },
};

/// Applies a plan whose references are known to be good. The caller's transaction makes it all or nothing.
pub async fn apply(conn: &mut PgConnection, plan: &Plan) -> Result<(), DbError> {
    sqlx::query!("LOCK TABLE locations, services, masters IN SHARE ROW EXCLUSIVE MODE")
        .execute(&mut *conn)
        .await?;
    sqlx::query!("UPDATE locations SET active = false").execute(&mut *conn).await?;
    sqlx::query!("UPDATE resources SET active = false").execute(&mut *conn).await?;
    sqlx::query!("UPDATE services SET active = false").execute(&mut *conn).await?;
    sqlx::query!("UPDATE masters SET active = false").execute(&mut *conn).await?;
    sqlx::query!("UPDATE voucher_types SET active = false").execute(&mut *conn).await?;
    sqlx::query!("UPDATE promos SET active = false").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM staff_roles").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM service_addons").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM service_exclusions").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM skills").execute(&mut *conn).await?;
    sqlx::query!("DELETE FROM working_hours").execute(&mut *conn).await?;
    // What the staff took off in the chat is not the file's to end.
    sqlx::query!("DELETE FROM time_off WHERE blocked_by IS NULL").execute(&mut *conn).await?;
    for (position, location) in (0..).zip(&plan.locations) {
        put_location(conn, position, location).await?;
    }
    for (position, resource) in (0..).zip(&plan.resources) {
        put_resource(conn, position, resource).await?;
    }
    for (position, service) in (0..).zip(&plan.services) {
        put_service(conn, position, service).await?;
    }
    for service in &plan.services {
        put_links(conn, service).await?;
    }
    for (position, master) in (0..).zip(&plan.masters) {
        put_master(conn, position, master).await?;
    }
    for (position, voucher) in (0..).zip(&plan.vouchers) {
        put_voucher(conn, position, voucher).await?;
    }
    for (position, promo) in (0..).zip(&plan.promos) {
        put_promo(conn, position, promo).await?;
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
                                  horizon_days, tidy_day, most_visits, most_visits_new, most_visits_flagged,
                                  cancel_notice_minutes, move_notice_minutes, late_cancel, position, reminders,
                                  flag_after, forgive_after, approve_flagged, offer_minutes, deposits, late_fee_percent,
                                  discreet, active)
           VALUES ($1::text, $2::jsonb, $3, $4, $5::text, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                   $18::jsonb, $19, $20, $21, $22, $23::jsonb, $24, $25, true)
           ON CONFLICT (key) DO UPDATE SET
               names = excluded.names, address = excluded.address, zone = excluded.zone, currency = excluded.currency,
               slot_step_minutes = excluded.slot_step_minutes, hold_minutes = excluded.hold_minutes,
               lead_minutes = excluded.lead_minutes, horizon_days = excluded.horizon_days, tidy_day = excluded.tidy_day,
               most_visits = excluded.most_visits, most_visits_new = excluded.most_visits_new,
               most_visits_flagged = excluded.most_visits_flagged,
               cancel_notice_minutes = excluded.cancel_notice_minutes,
               move_notice_minutes = excluded.move_notice_minutes, late_cancel = excluded.late_cancel,
               reminders = excluded.reminders, flag_after = excluded.flag_after,
               forgive_after = excluded.forgive_after, approve_flagged = excluded.approve_flagged,
               offer_minutes = excluded.offer_minutes, deposits = excluded.deposits,
               late_fee_percent = excluded.late_fee_percent, discreet = excluded.discreet, position = excluded.position, active = true"#,
        location.key,
        texts(&location.names),
        location.address,
        location.rules.zone.name(),
        location.currency.code(),
        count(location.rules.step),
        count(location.hold),
        count(location.rules.lead),
        count(location.rules.horizon),
        location.rules.tidy,
        location.rules.limits.visits.map(count),
        location.rules.limits.new.map(count),
        location.rules.limits.flagged.map(count),
        count(location.terms.cancel_notice),
        count(location.terms.move_notice),
        location.terms.late_cancel,
        position,
        leads_json(&location.care.reminders),
        location.care.no_shows.flag_after.map(count),
        count(location.care.no_shows.forgive_after),
        location.care.approve_flagged,
        count(location.care.offer),
        deposits_json(location.deposits),
        i16::from(location.terms.late_fee),
        location.care.discreet,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn put_resource(
    conn: &mut PgConnection,
    position: i32,
    resource: &ResourcePlan,
) -> Result<(), DbError> {
    sqlx::query!(
        r#"WITH kind AS (
               INSERT INTO resource_kinds (key) VALUES ($2::text)
               ON CONFLICT (key) DO UPDATE SET key = excluded.key
               RETURNING id)
           INSERT INTO resources (key, kind_id, location_id, names, position, active)
           SELECT $1::text, kind.id, l.id, $4::jsonb, $5, true FROM kind, locations l WHERE l.key = $3::text
           ON CONFLICT (key) DO UPDATE SET
               kind_id = excluded.kind_id, location_id = excluded.location_id, names = excluded.names,
               position = excluded.position, active = true"#,
        resource.key,
        resource.kind,
        resource.location,
        texts(&resource.names),
        position,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn put_service(conn: &mut PgConnection, position: i32, service: &ServicePlan) -> Result<(), DbError> {
    sqlx::query!(
        r#"INSERT INTO services (key, location_id, names, minutes, price_minor, buffer_before_minutes,
                                 buffer_after_minutes, kind_id, audience, most_repeats, position, reminders, deposits,
                                 active)
           SELECT $1::text, l.id, $3::jsonb, $4, $5, $6, $7, (SELECT id FROM resource_kinds WHERE key = $8::text),
                  $9::text::audience, $10, $11, $12::jsonb, $13::jsonb, true
           FROM locations l WHERE l.key = $2::text
           ON CONFLICT (key) DO UPDATE SET
               location_id = excluded.location_id, names = excluded.names, minutes = excluded.minutes,
               price_minor = excluded.price_minor, buffer_before_minutes = excluded.buffer_before_minutes,
               buffer_after_minutes = excluded.buffer_after_minutes, kind_id = excluded.kind_id,
               audience = excluded.audience, most_repeats = excluded.most_repeats, position = excluded.position,
               reminders = excluded.reminders, deposits = excluded.deposits, active = true"#,
        service.key,
        service.location,
        texts(&service.names),
        count(service.minutes),
        service.price.minor(),
        count(service.buffer_before),
        count(service.buffer_after),
        service.needs.as_deref(),
        service.audience.label(),
        service.most_repeats.map(count),
        position,
        service.reminders.as_deref().map(leads_json),
        deposits_json(service.deposits),
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// What a service goes with, once all services are there.
async fn put_links(conn: &mut PgConnection, service: &ServicePlan) -> Result<(), DbError> {
    sqlx::query!(
        r#"INSERT INTO service_addons (addon_id, base_id)
           SELECT addon.id, base.id FROM services addon, services base
           WHERE addon.key = $1::text AND base.key = ANY($2::text[])"#,
        service.key,
        &service.addon_to,
    )
    .execute(&mut *conn)
    .await?;
    // Both services say it, and it is kept once.
    sqlx::query!(
        r#"INSERT INTO service_exclusions (one_id, other_id)
           SELECT least(one.id, other.id), greatest(one.id, other.id) FROM services one, services other
           WHERE one.key = $1::text AND other.key = ANY($2::text[])
           ON CONFLICT DO NOTHING"#,
        service.key,
        &service.excludes,
    )
    .execute(&mut *conn)
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
            skill.minutes.map(count),
            skill.price.map(Money::minor),
        )
        .execute(&mut *conn)
        .await?;
    }
    for entry in &master.hours {
        let (starts, ends): (Vec<i32>, Vec<i32>) =
            entry.hours.breaks.iter().map(|(starts, ends)| (count(*starts), count(*ends))).unzip();
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
            count(entry.hours.starts),
            count(entry.hours.ends),
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

async fn put_voucher(conn: &mut PgConnection, position: i32, voucher: &VoucherPlan) -> Result<(), DbError> {
    let (service, visits) =
        voucher.visits.as_ref().map(|(service, visits)| (service.as_str(), *visits)).unzip();
    sqlx::query!(
        r#"INSERT INTO voucher_types (key, location_id, names, service_id, visits, price_minor, valid_days, position,
                                      active)
           SELECT $1::text, l.id, $3::jsonb, (SELECT id FROM services WHERE key = $4::text), $5, $6, $7, $8, true
           FROM locations l WHERE l.key = $2::text
           ON CONFLICT (key) DO UPDATE SET
               location_id = excluded.location_id, names = excluded.names, service_id = excluded.service_id,
               visits = excluded.visits, price_minor = excluded.price_minor, valid_days = excluded.valid_days,
               position = excluded.position, active = true"#,
        voucher.key,
        voucher.location,
        texts(&voucher.names),
        service,
        visits.map(count),
        voucher.price.minor(),
        count(voucher.valid_days),
        position,
    )
    .execute(conn)
    .await?;
    Ok(())
}

async fn put_promo(conn: &mut PgConnection, position: i32, promo: &PromoPlan) -> Result<(), DbError> {
    let (percent, amount) = match promo.off {
        Off::Percent(percent) => (Some(i16::from(percent)), None),
        Off::Amount(amount) => (None, Some(amount.minor())),
    };
    sqlx::query!(
        r#"INSERT INTO promos (code, location_id, percent, off_minor, starts_on, ends_on, most_uses, most_per_client,
                               audience, position, active)
           SELECT $1, l.id, $3, $4, $5, $6, $7, $8, $9::text::audience, $10, true
           FROM locations l WHERE l.key = $2::text
           ON CONFLICT (location_id, code) DO UPDATE SET
               percent = excluded.percent, off_minor = excluded.off_minor, starts_on = excluded.starts_on,
               ends_on = excluded.ends_on, most_uses = excluded.most_uses, most_per_client = excluded.most_per_client,
               audience = excluded.audience, position = excluded.position, active = true"#,
        promo.code,
        promo.location,
        percent,
        amount,
        promo.from,
        promo.until,
        promo.most_uses.map(count),
        promo.most_per_client.map(count),
        promo.audience.label(),
        position,
    )
    .execute(conn)
    .await?;
    Ok(())
}

fn texts(names: &LocalText) -> serde_json::Value {
    json!(names.texts())
}

/// A plan's numbers are checked against limits far below this one.
fn count(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
