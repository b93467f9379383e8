//! Shared pieces of rows: what the database holds, turned into the domain's values or refused with an address.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use sqlx::{postgres::types::PgRange, types::Json};

use super::DbError;
use crate::domain::{
    booking::{Item, Terms},
    deposit::{self, Rule},
    ids::ServiceId,
    language::LocalText,
    ledger::Account,
    money::{Currency, Money},
    quiet::Quiet,
    ranges::Range,
    reminder::Lead,
    slots::{Limits, Rules},
};

pub(super) type Names = Json<BTreeMap<String, String>>;

/// The address of a value, for the error when it cannot be.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) table: &'static str,
    pub(super) row: &'a dyn std::fmt::Display,
}

impl Place<'_> {
    pub(super) fn bad(self, column: &'static str) -> DbError {
        DbError::Inconsistent { table: self.table, column, row: self.row.to_string() }
    }

    pub(super) fn names(self, names: Names) -> Result<LocalText, DbError> {
        LocalText::new(names.0).ok_or_else(|| self.bad("names"))
    }

    pub(super) fn list(self, names: Json<Vec<BTreeMap<String, String>>>) -> Result<Vec<LocalText>, DbError> {
        names.0.into_iter().map(|names| self.names(Json(names))).collect()
    }

    pub(super) fn account(self, column: &'static str, label: &str) -> Result<Account, DbError> {
        Account::from_label(label).ok_or_else(|| self.bad(column))
    }

    pub(super) fn zone(self, zone: &str) -> Result<Tz, DbError> {
        zone.parse().map_err(|_| self.bad("zone"))
    }

    pub(super) fn currency(self, code: &str) -> Result<Currency, DbError> {
        Currency::from_code(code).ok_or_else(|| self.bad("currency"))
    }

    pub(super) fn money(self, minor: i64, currency: Currency) -> Result<Money, DbError> {
        Money::from_minor(minor, currency).ok_or_else(|| self.bad("price_minor"))
    }

    pub(super) fn terms(
        self,
        cancel: i32,
        moving: i32,
        (late_cancel, late_fee): (bool, i16),
    ) -> Result<Terms, DbError> {
        Ok(Terms {
            cancel_notice: self.count("cancel_notice_minutes", cancel)?,
            move_notice: self.count("move_notice_minutes", moving)?,
            late_cancel,
            late_fee: u8::try_from(late_fee).map_err(|_| self.bad("late_fee_percent"))?,
        })
    }

    pub(super) fn count(self, column: &'static str, value: i32) -> Result<u32, DbError> {
        u32::try_from(value).map_err(|_| self.bad(column))
    }
}

/// The policies of a location as its columns hold them.
pub(super) struct PolicyRow<'a> {
    pub(super) zone: &'a str,
    pub(super) slot_step_minutes: i32,
    pub(super) lead_minutes: i32,
    pub(super) horizon_days: i32,
    pub(super) tidy_day: bool,
    pub(super) most_visits: Option<i32>,
    pub(super) most_visits_new: Option<i32>,
    pub(super) most_visits_flagged: Option<i32>,
}

impl PolicyRow<'_> {
    pub(super) fn into_rules(self, place: Place<'_>) -> Result<Rules, DbError> {
        let limit = |column, most: Option<i32>| most.map(|most| place.count(column, most)).transpose();
        Ok(Rules {
            zone: place.zone(self.zone)?,
            step: place.count("slot_step_minutes", self.slot_step_minutes)?,
            lead: place.count("lead_minutes", self.lead_minutes)?,
            horizon: place.count("horizon_days", self.horizon_days)?,
            tidy: self.tidy_day,
            limits: Limits {
                visits: limit("most_visits", self.most_visits)?,
                new: limit("most_visits_new", self.most_visits_new)?,
                flagged: limit("most_visits_flagged", self.most_visits_flagged)?,
            },
        })
    }
}

/// A booking item as `jsonb_build_object` gives it.
#[derive(Debug, Deserialize)]
pub(super) struct ItemRow {
    service_id: i32,
    names: BTreeMap<String, String>,
    minutes: i32,
    price_minor: i64,
}

impl ItemRow {
    pub(super) fn into_item(self, place: Place<'_>, currency: Currency) -> Result<Item, DbError> {
        Ok(Item {
            service: ServiceId(self.service_id),
            names: place.names(Json(self.names))?,
            minutes: place.count("minutes", self.minutes)?,
            price: place.money(self.price_minor, currency)?,
        })
    }
}

/// Bounded and half-open, or `None`.
pub(super) fn range(range: &PgRange<DateTime<Utc>>) -> Option<Range> {
    use std::ops::Bound::{Excluded, Included};
    match (range.start, range.end) {
        (Included(start), Excluded(end)) => Range::new(start, end),
        _ => None,
    }
}

pub(super) fn pg_range(range: Range) -> PgRange<DateTime<Utc>> {
    PgRange::from(range.start()..range.end())
}

/// Pairs of days and minutes.
pub(super) fn leads(leads: Json<Vec<(u32, u32)>>) -> Vec<Lead> {
    leads.0.into_iter().map(|(days, minutes)| Lead { days, minutes }).collect()
}

pub(super) fn leads_json(leads: &[Lead]) -> serde_json::Value {
    serde_json::json!(leads.iter().map(|lead| (lead.days, lead.minutes)).collect::<Vec<_>>())
}

/// What is said of deposits, by for whom: the kind of rule, and its number where it has one.
pub(super) type DepositsRow = Json<BTreeMap<String, (String, i64)>>;

impl Place<'_> {
    pub(super) fn deposits(self, rules: &BTreeMap<String, (String, i64)>) -> Result<deposit::Rules, DbError> {
        let rule = |name: &str| {
            let Some((kind, number)) = rules.get(name) else { return Ok(None) };
            match kind.as_str() {
                "none" => Ok(Some(Rule::None)),
                "full" => Ok(Some(Rule::Full)),
                "fixed" => Ok(Some(Rule::Fixed(*number))),
                "percent" => u8::try_from(*number).map(|percent| Some(Rule::Percent(percent))).map_err(drop),
                _ => Err(()),
            }
            .map_err(|()| self.bad("deposits"))
        };
        Ok(deposit::Rules { everyone: rule("everyone")?, new: rule("new")?, flagged: rule("flagged")? })
    }
}

pub(super) fn deposits_json(rules: deposit::Rules) -> serde_json::Value {
    let row = |rule: Rule| match rule {
        Rule::None => ("none", 0),
        Rule::Full => ("full", 0),
        Rule::Fixed(minor) => ("fixed", minor),
        Rule::Percent(percent) => ("percent", i64::from(percent)),
    };
    let named = [("everyone", rules.everyone), ("new", rules.new), ("flagged", rules.flagged)];
    let rows: BTreeMap<_, _> =
        named.into_iter().filter_map(|(name, rule)| Some((name, row(rule?)))).collect();
    serde_json::json!(rows)
}

/// Somebody's quiet hours; `None` when they have none, or a zone that is not known any more.
pub(super) fn quiet(from: Option<i16>, to: Option<i16>, zone: &str) -> Option<Quiet> {
    let (from, to) = from.zip(to)?;
    Quiet::new(u32::try_from(from).ok()?, u32::try_from(to).ok()?, zone.parse().ok()?)
}
