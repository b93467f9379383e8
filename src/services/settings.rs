//! What people want to be told, and when.

use chrono_tz::Tz;
use sqlx::PgConnection;

use super::{Services, reminders};
use crate::{
    db::{DbError, recipients},
    domain::{
        conversation::{Outcome, Setting},
        ids::TelegramId,
    },
};

pub use crate::db::recipients::Settings;

/// Quiet hours to choose from, in hours of the day.
pub const QUIET_CHOICES: [(u32, u32); 4] = [(20, 9), (21, 8), (22, 8), (23, 7)];

/// Zones to choose from, from west to east.
pub const ZONES: [Tz; 24] = [
    Tz::America__Los_Angeles,
    Tz::America__Denver,
    Tz::America__Chicago,
    Tz::America__New_York,
    Tz::America__Sao_Paulo,
    Tz::Atlantic__Azores,
    Tz::Europe__London,
    Tz::Europe__Lisbon,
    Tz::Europe__Berlin,
    Tz::Europe__Madrid,
    Tz::Europe__Warsaw,
    Tz::Europe__Kyiv,
    Tz::Europe__Moscow,
    Tz::Europe__Istanbul,
    Tz::Asia__Tbilisi,
    Tz::Asia__Dubai,
    Tz::Asia__Yekaterinburg,
    Tz::Asia__Almaty,
    Tz::Asia__Kolkata,
    Tz::Asia__Novosibirsk,
    Tz::Asia__Bangkok,
    Tz::Asia__Irkutsk,
    Tz::Asia__Tokyo,
    Tz::Australia__Sydney,
];

/// Changes one setting in the caller's transaction; reminders follow the quiet hours.
pub async fn change(
    conn: &mut PgConnection,
    services: &Services,
    person: TelegramId,
    setting: Setting,
) -> Result<Outcome, DbError> {
    let mut settings = recipients::settings(conn, person).await?;
    match setting {
        Setting::Topic(topic, is_wanted) => {
            settings.muted.retain(|muted| *muted != topic);
            if !is_wanted {
                settings.muted.push(topic);
            }
        }
        Setting::Quiet(choice) => {
            let choice = choice.and_then(|choice| QUIET_CHOICES.get(usize::from(choice)));
            settings.quiet = choice.map(|(from, to)| (from * 60, to * 60));
        }
        Setting::Zone(place) => {
            let zone = place.and_then(|place| ZONES.get(usize::from(place)));
            settings.zone = zone.map(|zone| zone.name().to_owned());
        }
    }
    recipients::set(conn, person, &settings).await?;
    if !matches!(setting, Setting::Topic(..)) {
        reminders::replan(conn, services, person).await?;
    }
    Ok(Outcome::Done)
}
