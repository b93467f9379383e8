//! The catalog in force, as a plan that would make it again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, postgres::types::PgRange, types::Json};

use crate::{
    db::{
        DbError,
        availability::HoursRow,
        rows::{DepositsRow, Names, Place, PolicyRow, leads, range},
    },
    domain::{
        attendance::NoShowRule,
        catalog::{
            Care, HoursPlan, LocationPlan, MasterPlan, Plan, PromoPlan, ResourcePlan, ServicePlan, SkillPlan,
            StaffRole, VoucherPlan,
        },
        ids::TelegramId,
        money::{Currency, Money},
        promo::Off,
        slots::Audience,
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
    let resources = resources(conn).await?;
    let services = services(conn, &locations).await?;
    let masters = masters(conn, &services).await?;
    let vouchers = vouchers(conn, &locations).await?;
    let promos = promos(conn, &locations).await?;
    Ok(Plan { locations, resources, services, masters, vouchers, promos })
}

async fn locations(conn: &mut PgConnection) -> Result<Vec<LocationPlan>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT key, names AS "names: Names", address, zone, currency, slot_step_minutes, hold_minutes, lead_minutes,
                  horizon_days, tidy_day, most_visits, most_visits_new, most_visits_flagged, cancel_notice_minutes,
                  move_notice_minutes, late_cancel, late_fee_percent, reminders AS "reminders: Json<Vec<(u32, u32)>>", flag_after,
                  forgive_after, approve_flagged, discreet, offer_minutes, deposits AS "deposits: DepositsRow"
           FROM locations WHERE active ORDER BY position, id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "locations", row: &row.key };
            let rules = PolicyRow {
                zone: &row.zone,
                slot_step_minutes: row.slot_step_minutes,
                lead_minutes: row.lead_minutes,
                horizon_days: row.horizon_days,
                tidy_day: row.tidy_day,
                most_visits: row.most_visits,
                most_visits_new: row.most_visits_new,
                most_visits_flagged: row.most_visits_flagged,
            };
            Ok(LocationPlan {
                names: place.names(row.names)?,
                address: row.address,
                currency: place.currency(&row.currency)?,
                rules: rules.into_rules(place)?,
                terms: place.terms(
                    row.cancel_notice_minutes,
                    row.move_notice_minutes,
                    (row.late_cancel, row.late_fee_percent),
                )?,
                hold: place.count("hold_minutes", row.hold_minutes)?,
                care: Care {
                    reminders: leads(row.reminders),
                    no_shows: NoShowRule {
                        flag_after: row
                            .flag_after
                            .map(|after| place.count("flag_after", after))
                            .transpose()?,
                        forgive_after: place.count("forgive_after", row.forgive_after)?,
                    },
                    approve_flagged: row.approve_flagged,
                    offer: place.count("offer_minutes", row.offer_minutes)?,
                    discreet: row.discreet,
                },
                deposits: place.deposits(&row.deposits)?,
                key: row.key,
            })
        })
        .collect()
}

async fn resources(conn: &mut PgConnection) -> Result<Vec<ResourcePlan>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT r.key, k.key AS kind, l.key AS location, r.names AS "names: Names"
           FROM resources r JOIN resource_kinds k ON k.id = r.kind_id JOIN locations l ON l.id = r.location_id
           WHERE r.active AND l.active ORDER BY r.position, r.id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let names = Place { table: "resources", row: &row.key }.names(row.names)?;
            Ok(ResourcePlan { key: row.key, kind: row.kind, location: row.location, names })
        })
        .collect()
}

async fn services(conn: &mut PgConnection, locations: &[LocationPlan]) -> Result<Vec<ServicePlan>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT s.key, l.key AS location, s.names AS "names: Names", s.minutes, s.price_minor,
                  s.buffer_before_minutes, s.buffer_after_minutes, k.key AS "needs?", s.audience::text AS "audience!",
                  s.most_repeats, s.reminders AS "reminders: Json<Vec<(u32, u32)>>", s.deposits AS "deposits: DepositsRow",
                  ARRAY(SELECT base.key::text FROM service_addons a JOIN services base ON base.id = a.base_id
                        WHERE a.addon_id = s.id AND base.active ORDER BY base.position, base.id)
                      AS "addon_to!: Vec<String>",
                  ARRAY(SELECT other.key::text FROM service_exclusions x
                        JOIN services other ON other.id IN (x.one_id, x.other_id) AND other.id <> s.id
                        WHERE s.id IN (x.one_id, x.other_id) AND other.active ORDER BY other.position, other.id)
                      AS "excludes!: Vec<String>"
           FROM services s JOIN locations l ON l.id = s.location_id LEFT JOIN resource_kinds k ON k.id = s.kind_id
           WHERE s.active AND l.active ORDER BY s.position, s.id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "services", row: &row.key };
            let currency = currency(place, locations, &row.location)?;
            let most_repeats = row.most_repeats.map(|most| place.count("most_repeats", most));
            Ok(ServicePlan {
                location: row.location,
                names: place.names(row.names)?,
                minutes: place.count("minutes", row.minutes)?,
                price: place.money(row.price_minor, currency)?,
                buffer_before: place.count("buffer_before_minutes", row.buffer_before_minutes)?,
                buffer_after: place.count("buffer_after_minutes", row.buffer_after_minutes)?,
                needs: row.needs,
                audience: Audience::from_label(&row.audience).ok_or_else(|| place.bad("audience"))?,
                addon_to: row.addon_to,
                excludes: row.excludes,
                most_repeats: most_repeats.transpose()?,
                reminders: row.reminders.map(leads),
                deposits: place.deposits(&row.deposits)?,
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
                  ARRAY(SELECT t.away FROM time_off t
                        WHERE t.master_id = m.id AND t.blocked_by IS NULL ORDER BY t.away)
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

async fn vouchers(conn: &mut PgConnection, locations: &[LocationPlan]) -> Result<Vec<VoucherPlan>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT v.key, l.key AS location, v.names AS "names: Names", s.key AS "service?", v.visits, v.price_minor,
                  v.valid_days
           FROM voucher_types v JOIN locations l ON l.id = v.location_id LEFT JOIN services s ON s.id = v.service_id
           WHERE v.active AND l.active AND (v.service_id IS NULL OR s.active) ORDER BY v.position, v.id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "voucher_types", row: &row.key };
            let visits = row.visits.map(|visits| place.count("visits", visits)).transpose()?;
            let currency = currency(place, locations, &row.location)?;
            Ok(VoucherPlan {
                location: row.location,
                names: place.names(row.names)?,
                visits: row.service.zip(visits),
                price: place.money(row.price_minor, currency)?,
                valid_days: place.count("valid_days", row.valid_days)?,
                key: row.key,
            })
        })
        .collect()
}

async fn promos(conn: &mut PgConnection, locations: &[LocationPlan]) -> Result<Vec<PromoPlan>, DbError> {
    let rows = sqlx::query!(
        r#"SELECT p.code, l.key AS location, p.percent, p.off_minor, p.starts_on, p.ends_on, p.most_uses,
                  p.most_per_client, p.audience::text AS "audience!"
           FROM promos p JOIN locations l ON l.id = p.location_id
           WHERE p.active AND l.active ORDER BY p.position, p.id"#
    );
    rows.fetch_all(conn)
        .await?
        .into_iter()
        .map(|row| {
            let place = Place { table: "promos", row: &row.code };
            let currency = currency(place, locations, &row.location)?;
            let count =
                |column, value: Option<i32>| value.map(|value| place.count(column, value)).transpose();
            Ok(PromoPlan {
                location: row.location,
                off: off(place, (row.percent, row.off_minor), currency)?,
                from: row.starts_on,
                until: row.ends_on,
                most_uses: count("most_uses", row.most_uses)?,
                most_per_client: count("most_per_client", row.most_per_client)?,
                audience: Audience::from_label(&row.audience).ok_or_else(|| place.bad("audience"))?,
                code: row.code,
            })
        })
        .collect()
}

/// A share, or else an amount.
fn off(place: Place<'_>, columns: (Option<i16>, Option<i64>), currency: Currency) -> Result<Off, DbError> {
    match columns {
        (Some(percent), _) => Ok(Off::Percent(u8::try_from(percent).map_err(|_| place.bad("percent"))?)),
        (None, Some(minor)) => {
            Ok(Off::Amount(Money::from_minor(minor, currency).ok_or_else(|| place.bad("off_minor"))?))
        }
        (None, None) => Err(place.bad("off_minor")),
    }
}

/// What the prices of a location are in.
fn currency(place: Place<'_>, locations: &[LocationPlan], key: &str) -> Result<Currency, DbError> {
    let location = locations.iter().find(|location| location.key == key);
    Ok(location.ok_or_else(|| place.bad("location_id"))?.currency)
}
