//! Locations with their rules, and what they have of rooms and equipment.

use std::ops::RangeInclusive;

use chrono_tz::Tz;

use super::{
    check::{self, Keys, minutes},
    deposits,
    fields::{Fields, Value, did_you_mean, quoted},
    units::{self, MINUTES_A_DAY},
};
use crate::domain::{
    attendance::NoShowRule,
    booking::Terms,
    catalog::{Care, LocationPlan, ResourcePlan},
    money::Currency,
    reminder::Lead,
    slots::{Limits, Rules},
};

const STEP: RangeInclusive<u32> = 5..=240;
const HOLD: RangeInclusive<u32> = 1..=120;
const NOTICE: RangeInclusive<u32> = 0..=30 * MINUTES_A_DAY;
const HORIZON_DAYS: RangeInclusive<u32> = 1..=366;
const MOST_VISITS: RangeInclusive<u32> = 1..=100;

const FLAG_AFTER: RangeInclusive<u32> = 1..=20;
const FORGIVE_AFTER: RangeInclusive<u32> = 1..=50;
const OFFER: RangeInclusive<u32> = 2..=240;
const MOST_REMINDERS: usize = 5;

const DEFAULT_STEP: u32 = 30;
const DEFAULT_HOLD: u32 = 10;
const DEFAULT_LEAD: u32 = 2 * 60;
const DEFAULT_HORIZON_DAYS: u32 = 60;
const DEFAULT_CANCEL_NOTICE: u32 = 24 * 60;
/// In hundredths.
pub(super) const DEFAULT_LATE_FEE: u8 = 100;

/// In characters.
const LONGEST_ADDRESS: usize = 300;

/// What others need to know of a location, be the location itself good or not: its faults are told once.
pub(super) struct Place {
    pub(super) key: Option<String>,
    pub(super) zone: Option<Tz>,
    pub(super) currency: Option<Currency>,
}

/// What a service needs to know of a resource, be the resource itself good or not.
pub(super) struct Asset<'p> {
    pub(super) kind: Option<String>,
    pub(super) place: Option<&'p Place>,
}

pub(super) fn location<'a>(fields: &Fields<'a>, keys: &mut Keys<'a>) -> (Place, Option<LocationPlan>) {
    fields.only(&[
        "key",
        "name",
        "address",
        "zone",
        "currency",
        "slot_step",
        "hold",
        "lead",
        "horizon",
        "cancel_notice",
        "move_notice",
        "late_cancel",
        "late_fee",
        "tidy_day",
        "most_visits",
        "most_visits_new",
        "most_visits_flagged",
        "reminders",
        "flag_after",
        "forgive_after",
        "approve_flagged",
        "discreet",
        "offer",
        "deposit",
        "deposit_new",
        "deposit_flagged",
    ]);
    let key = check::key(fields, keys);
    let names = fields.required("name", check::names);
    let address = fields.optional("address", "", |value| check::words(value, LONGEST_ADDRESS));
    let zone = fields.required("zone", zone);
    let currency = fields.required("currency", currency);
    let rules = rules(fields, zone);
    let terms = terms(fields);
    let hold = fields.optional("hold", DEFAULT_HOLD, |value| minutes(value, HOLD));
    let care = care(fields);
    let deposits = deposits::rules(fields, currency);
    let plan = || {
        Some(LocationPlan {
            key: key?,
            names: names?,
            address: address?.to_owned(),
            currency: currency?,
            rules: rules?,
            terms: terms?,
            hold: hold?,
            care: care?,
            deposits: deposits?,
        })
    };
    (Place { key: check::declared(fields, "key"), zone, currency }, plan())
}

fn rules(fields: &Fields<'_>, zone: Option<Tz>) -> Option<Rules> {
    let step = fields.optional("slot_step", DEFAULT_STEP, |value| minutes(value, STEP));
    let lead = fields.optional("lead", DEFAULT_LEAD, |value| minutes(value, NOTICE));
    let horizon = fields
        .optional("horizon", DEFAULT_HORIZON_DAYS, |value| check::days(value, &HORIZON_DAYS, "60 days"));
    let tidy = fields.optional("tidy_day", false, Value::truth);
    let most = |name| fields.optional(name, None, |value| check::count(value, &MOST_VISITS).map(Some));
    let (visits, new, flagged) = (most("most_visits"), most("most_visits_new"), most("most_visits_flagged"));
    Some(Rules {
        zone: zone?,
        step: step?,
        lead: lead?,
        horizon: horizon?,
        tidy: tidy?,
        limits: Limits { visits: visits?, new: new?, flagged: flagged? },
    })
}

fn care(fields: &Fields<'_>) -> Option<Care> {
    let usual = Care::default();
    let reminders = fields.optional("reminders", usual.reminders, leads);
    let count = |name, default, range: &RangeInclusive<u32>| {
        fields.optional(name, default, |value| check::count(value, range))
    };
    let flag_after = fields.optional("flag_after", None, |value| check::count(value, &FLAG_AFTER).map(Some));
    let forgive_after = count("forgive_after", usual.no_shows.forgive_after, &FORGIVE_AFTER);
    let approve_flagged = fields.optional("approve_flagged", false, Value::truth);
    let offer = fields.optional("offer", usual.offer, |value| minutes(value, OFFER));
    let discreet = fields.optional("discreet", None, |value| value.truth().map(Some));
    Some(Care {
        reminders: reminders?,
        no_shows: NoShowRule { flag_after: flag_after?, forgive_after: forgive_after? },
        approve_flagged: approve_flagged?,
        offer: offer?,
        discreet: discreet?,
    })
}

/// A list of leads such as "1 day" and "3 h", each once; an empty one reminds nobody.
pub(super) fn leads(value: &Value<'_>) -> Option<Vec<Lead>> {
    let items = value.list()?;
    if items.len() > MOST_REMINDERS {
        return value.refuse(format_args!("may name at most {MOST_REMINDERS} times"));
    }
    let read: Vec<Option<Lead>> = items.iter().map(lead).collect();
    let mut leads = read.into_iter().collect::<Option<Vec<_>>>()?;
    leads.sort_unstable_by(|one, other| other.cmp(one));
    leads.dedup();
    Some(leads)
}

fn lead(value: &Value<'_>) -> Option<Lead> {
    let text = value.text()?;
    let fits = |lead: &Lead| {
        (1..=NOTICE.end() / MINUTES_A_DAY).contains(&lead.days.max(1))
            && *NOTICE.end() >= lead.minutes
            && (lead.days, lead.minutes) > (0, 4)
    };
    units::lead(text).filter(fits).or_else(|| {
        value.refuse(format_args!(
            "must be a time before the visit such as \"1 day\" or \"3 h\", from 5 min to 30 days, not {}",
            quoted(text)
        ))
    })
}

fn terms(fields: &Fields<'_>) -> Option<Terms> {
    let cancel_notice =
        fields.optional("cancel_notice", DEFAULT_CANCEL_NOTICE, |value| minutes(value, NOTICE));
    let move_notice =
        fields.optional("move_notice", cancel_notice, |value| minutes(value, NOTICE).map(Some)).flatten();
    let late_cancel =
        fields.optional("late_cancel", false, |value| check::choice(value, &[false, true], late_cancel));
    let late_fee = fields.optional("late_fee", DEFAULT_LATE_FEE, late_fee);
    Some(Terms {
        cancel_notice: cancel_notice?,
        move_notice: move_notice?,
        late_cancel: late_cancel?,
        late_fee: late_fee?,
    })
}

/// What the file says of cancelling inside the notice.
pub(super) fn late_cancel(is_let: bool) -> &'static str {
    if is_let { "marked" } else { "refused" }
}

fn late_fee(value: &Value<'_>) -> Option<u8> {
    if !value.is_text() {
        return value.refuse_type("a text such as \"50%\"");
    }
    units::percent(value.text()?)
        .filter(|percent| *percent <= 100)
        .or_else(|| value.refuse("must be between 0% and 100%, as in \"50%\""))
}

pub(super) fn resource<'a, 'p>(
    fields: &Fields<'a>,
    keys: &mut Keys<'a>,
    places: &'p [Place],
) -> (Asset<'p>, Option<ResourcePlan>) {
    fields.only(&["key", "kind", "location", "name"]);
    let key = check::key(fields, keys);
    let kind = fields.required("kind", check::word);
    let place = place(fields, places);
    let names = fields.required("name", check::names);
    let plan = || {
        Some(ResourcePlan { key: key?, kind: kind?.to_owned(), location: place?.key.clone()?, names: names? })
    };
    (Asset { kind: check::declared(fields, "kind"), place }, plan())
}

/// The location that the entry names; where there is only one, it need not be named.
pub(super) fn place<'p>(fields: &Fields<'_>, places: &'p [Place]) -> Option<&'p Place> {
    let Some(value) = fields.get("location") else {
        return match places {
            [] => None,
            [only] => Some(only),
            _ => fields.refuse("location is missing, and there is more than one to choose from"),
        };
    };
    let wanted = value.text()?;
    let keys = || places.iter().filter_map(|place| place.key.as_deref());
    places.iter().find(|place| place.key.as_deref() == Some(wanted)).or_else(|| {
        value.refuse(format_args!(
            "names {}, but there is no such location{}",
            quoted(wanted),
            did_you_mean(wanted, keys())
        ))
    })
}

/// Whether two entries are at different locations for sure: one that is not known, for a fault elsewhere, may be any.
pub(super) fn are_apart(one: Option<&Place>, other: Option<&Place>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one.key != other.key)
}

fn zone(value: &Value<'_>) -> Option<Tz> {
    let text = value.text()?;
    text.parse().ok().or_else(|| {
        let hint = did_you_mean(text, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
        value
            .refuse(format_args!("must be a time zone such as \"Europe/Berlin\", not {}{hint}", quoted(text)))
    })
}

fn currency(value: &Value<'_>) -> Option<Currency> {
    let text = value.text()?;
    // Codes without decimal places are metals, funds and tests, which nobody pays with.
    Currency::from_code(text).filter(|currency| currency.exponent().is_some()).or_else(|| {
        value.refuse(format_args!("must be a currency's code such as \"EUR\", not {}", quoted(text)))
    })
}
