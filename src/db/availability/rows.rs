//! What the search reads as JSON, turned into the domain's values.

use std::collections::BTreeMap;

use chrono::{DateTime, Weekday};
use serde::Deserialize;

use crate::{
    db::{DbError, rows::Place},
    domain::{
        ids::{KindId, ResourceId},
        ranges::{Range, Ranges},
        slots::{Audience, Guest, Hours, Oddity, Pool},
    },
};

type Deposits = BTreeMap<String, (String, i64)>;

/// What is to be known of the wished services together.
#[derive(Debug, Default, Deserialize)]
pub(super) struct OddRow {
    pub(super) gone: Vec<BTreeMap<String, String>>,
    pub(super) audiences: Vec<String>,
    pub(super) deposits: Deposits,
    pub(super) service_deposits: BTreeMap<i32, Deposits>,
    pub(super) most_repeats: u32,
    #[serde(default)]
    pub(super) approves_flagged: bool,
    pub(super) exclusive: bool,
    pub(super) lone_addon: bool,
}

impl OddRow {
    pub(super) fn oddity(&self, guest: &Guest, place: Place<'_>) -> Result<Option<Oddity>, DbError> {
        if self.exclusive {
            return Ok(Some(Oddity::Exclusive));
        }
        if self.lone_addon {
            return Ok(Some(Oddity::LoneAddon));
        }
        for label in &self.audiences {
            let audience = Audience::from_label(label).ok_or_else(|| place.bad("services.audience"))?;
            if !audience.includes(guest.is_known) {
                return Ok(Some(Oddity::NotFor(audience)));
            }
        }
        Ok(None)
    }
}

/// A kind of resource with what occupies each of it, in microseconds since 1970.
#[derive(Debug, Deserialize)]
pub(super) struct PoolRow {
    kind: i32,
    resources: Vec<ResourceRow>,
}

#[derive(Debug, Deserialize)]
struct ResourceRow {
    id: i32,
    busy: Vec<(i64, i64)>,
}

impl From<PoolRow> for Pool {
    fn from(row: PoolRow) -> Pool {
        let busy = |(from, to)| {
            Range::new(DateTime::from_timestamp_micros(from)?, DateTime::from_timestamp_micros(to)?)
        };
        let resource = |row: ResourceRow| {
            (ResourceId(row.id), row.busy.into_iter().filter_map(busy).collect::<Ranges>())
        };
        Pool { kind: KindId(row.kind), resources: row.resources.into_iter().map(resource).collect() }
    }
}

/// Working hours as `jsonb_build_object` gives them.
#[derive(Debug, Deserialize)]
pub(in crate::db) struct HoursRow {
    weekday: u8,
    starts: u32,
    ends: u32,
    breaks: Vec<(u32, u32)>,
}

impl HoursRow {
    pub(in crate::db) fn into_hours(self, place: Place<'_>) -> Result<Hours, DbError> {
        let weekday = self.weekday.checked_sub(1).and_then(|day| Weekday::try_from(day).ok());
        let weekday = weekday.ok_or_else(|| place.bad("working_hours.weekday"))?;
        Ok(Hours { weekday, starts: self.starts, ends: self.ends, breaks: self.breaks })
    }
}
