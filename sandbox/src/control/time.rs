//! Moving the clock.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use chrono::{DateTime, Days, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use serde_json::Value;

use super::{Answer, Context, Refusal, body, state_json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    advance_seconds: Option<i64>,
    to: Option<String>,
}

pub(super) async fn move_clock(State(context): State<Context>, bytes: Bytes) -> Answer<Json<Value>> {
    let wanted: Move = body(&bytes)?;
    let clock = context.telegram.clock();
    let by = match (wanted.advance_seconds, wanted.to.as_deref()) {
        (Some(seconds), None) => TimeDelta::try_seconds(seconds)
            .filter(|by| by.num_days().abs() <= 3660)
            .ok_or_else(|| Refusal::bad("The clock does not go that far."))?,
        (None, Some("next_morning")) => {
            let now = clock.now();
            next_morning(now, context.zone).unwrap_or(now) - now
        }
        _ => {
            return Err(Refusal::bad("Say either advance_seconds, or to: \"next_morning\"."));
        }
    };
    clock.advance(by);
    context.telegram.pay_what_is_due();
    Ok(Json(state_json(&context)))
}

/// The next 08:00 on the wall of the zone.
fn next_morning(now: DateTime<Utc>, zone: Tz) -> Option<DateTime<Utc>> {
    let eight = NaiveTime::from_hms_opt(8, 0, 0)?;
    let today = now.with_timezone(&zone).date_naive();
    (0..4)
        .filter_map(|days| today.checked_add_days(Days::new(days)))
        .filter_map(|day| zone.from_local_datetime(&day.and_time(eight)).earliest())
        .map(|morning| morning.with_timezone(&Utc))
        .find(|morning| *morning > now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn morning_is_on_the_wall_clock_of_the_zone() -> anyhow::Result<()> {
        for (now, morning) in [
            ("2026-11-21T09:00:00Z", "2026-11-22T07:00:00+00:00"),
            ("2026-11-21T06:59:59Z", "2026-11-21T07:00:00+00:00"),
            ("2026-11-21T07:00:00Z", "2026-11-22T07:00:00+00:00"),
            ("2026-03-28T12:00:00Z", "2026-03-29T06:00:00+00:00"),
        ] {
            let found = next_morning(now.parse()?, chrono_tz::Europe::Berlin);
            assert_eq!(found.map(|at| at.to_rfc3339()).as_deref(), Some(morning));
        }
        Ok(())
    }
}
