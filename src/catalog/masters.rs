//! Masters: who they are, what they can do, and when they are away.

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::{
    check::{self, Keys, VISIT},
    fields::{Fields, Value, quoted},
    hours,
    locations::Place,
    services::{self, Offer},
    units::Edge,
};
use crate::domain::{
    catalog::{MasterPlan, SkillPlan, StaffRole},
    ids::TelegramId,
};

/// Telegram promises that the number of an account has at most 52 significant bits.
const ACCOUNTS: RangeInclusive<i64> = 1..=(1 << 52) - 1;

const ROLES: [StaffRole; 2] = [StaffRole::Master, StaffRole::Therapist];

pub(super) fn master<'a>(
    fields: &Fields<'a>,
    keys: &mut Keys<'a>,
    accounts: &mut BTreeMap<i64, usize>,
    places: &[Place],
    offers: &[Offer<'_>],
) -> Option<MasterPlan> {
    fields.only(&["key", "name", "role", "telegram", "skills", "hours", "time_off"]);
    let key = check::key(fields, keys);
    let names = fields.required("name", check::names);
    let role =
        fields.optional("role", StaffRole::Master, |value| check::choice(value, &ROLES, StaffRole::label));
    let telegram = fields.optional("telegram", None, |value| telegram(value, accounts).map(Some));
    let skills = fields.required("skills", |value| skills(value, offers));
    let work = fields.required("hours", |value| hours::read(value, places));
    let zone = work.as_ref().and_then(|work| work.zone);
    let time_off = fields.optional("time_off", Vec::new(), |value| time_off(value, zone));
    Some(MasterPlan {
        key: key?,
        names: names?,
        role: role?,
        telegram: telegram?,
        skills: skills?,
        hours: work?.plan?,
        time_off: time_off?,
    })
}

fn telegram(value: &Value<'_>, accounts: &mut BTreeMap<i64, usize>) -> Option<TelegramId> {
    let Some(id) = value.number() else {
        return value.refuse_type("the number of a Telegram account without quotes");
    };
    if !ACCOUNTS.contains(&id) {
        return value.refuse("must be the number of a Telegram account");
    }
    value.once(accounts, id)?;
    Some(TelegramId(id))
}

/// The skills in the order of the services.
fn skills(value: &Value<'_>, offers: &[Offer<'_>]) -> Option<Vec<SkillPlan>> {
    let items = value.list()?;
    if items.is_empty() {
        return value.refuse("must name at least one service");
    }
    let mut seen = BTreeMap::new();
    let read: Vec<Option<(usize, SkillPlan)>> =
        items.iter().map(|item| skill(item, offers, &mut seen)).collect();
    let mut skills = read.into_iter().collect::<Option<Vec<_>>>()?;
    skills.sort_by_key(|(position, _)| *position);
    Some(skills.into_iter().map(|(_, skill)| skill).collect())
}

/// A skill, and the position of its service.
fn skill<'a>(
    value: &Value<'a>,
    offers: &[Offer<'_>],
    seen: &mut BTreeMap<&'a str, usize>,
) -> Option<(usize, SkillPlan)> {
    if value.is_text() {
        let (position, offer) = services::named(value, offers, seen)?;
        return Some((position, SkillPlan { service: offer.key.clone()?, minutes: None, price: None }));
    }
    if !value.is_table() {
        return value.refuse_type(
            "a service's key in quotes, or { service = \"…\", duration = \"…\", price = \"…\" }",
        );
    }
    let fields = value.fields()?;
    fields.only(&["service", "duration", "price"]);
    let offer = fields.required("service", |value| services::named(value, offers, seen));
    let currency = offer.and_then(|(_, offer)| offer.currency());
    let minutes = fields.optional("duration", None, |value| check::minutes(value, VISIT).map(Some));
    let price = fields.optional("price", None, |value| check::price(value, currency).map(Some));
    let (position, offer) = offer?;
    Some((position, SkillPlan { service: offer.key.clone()?, minutes: minutes?, price: price? }))
}

/// Without a zone, for a fault elsewhere, each stretch is judged as if there were no other.
fn time_off(value: &Value<'_>, zone: Option<Tz>) -> Option<Vec<(DateTime<Utc>, DateTime<Utc>)>> {
    let read: Vec<Option<_>> = value.list()?.iter().map(|item| away(item, zone.unwrap_or(Tz::UTC))).collect();
    let mut away = read.into_iter().collect::<Option<Vec<_>>>()?;
    away.sort_unstable();
    zone.map(|_| away)
}

fn away(value: &Value<'_>, zone: Tz) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
    let fields = value.fields()?;
    fields.only(&["from", "to"]);
    let start = fields.required("from", edge).map(|edge| edge.start(zone));
    let end = fields.required("to", edge).map(|edge| edge.end(zone));
    let (start, end) = (start?, end?);
    if start < end { Some((start, end)) } else { value.refuse("must end after it starts") }
}

fn edge(value: &Value<'_>) -> Option<Edge> {
    let text = value.moment()?;
    Edge::parse(&text).or_else(|| {
        value.refuse(format_args!(
            "must look like \"2026-12-24\" or \"2026-12-24T14:00\", in this century, not {}",
            quoted(&text)
        ))
    })
}
