//! Locations and services, and what all entries have in common: keys, names, durations and prices.

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono_tz::Tz;
use iso_currency::Currency;

use super::{
    fields::{Fields, Value, did_you_mean, quoted},
    masters,
    units::{self, MINUTES_A_DAY},
};
use crate::domain::{
    catalog::{LocationPlan, Plan, ServicePlan},
    language::{Language, LocalText},
    money::{Money, MoneyError},
    slots::Rules,
};

const STEP: RangeInclusive<u32> = 5..=240;
const HOLD: RangeInclusive<u32> = 1..=120;
const NOTICE: RangeInclusive<u32> = 0..=30 * MINUTES_A_DAY;
const HORIZON_DAYS: RangeInclusive<u32> = 1..=366;
const BUFFER: RangeInclusive<u32> = 0..=240;
/// How long a service may take.
pub(super) const VISIT: RangeInclusive<u32> = 5..=MINUTES_A_DAY;

const DEFAULT_STEP: u32 = 30;
const DEFAULT_HOLD: u32 = 10;
const DEFAULT_LEAD: u32 = 2 * 60;
const DEFAULT_HORIZON_DAYS: u32 = 60;
const DEFAULT_CANCEL_NOTICE: u32 = 24 * 60;

/// In characters; what still fits a button or the head of a message.
const LONGEST_NAME: usize = 100;
const LONGEST_ADDRESS: usize = 300;
const LONGEST_KEY: usize = 40;

/// What others need to know of a location, be the location itself good or not: its faults are told once.
pub(super) struct Place {
    pub(super) key: Option<String>,
    pub(super) zone: Option<Tz>,
    currency: Option<Currency>,
}

/// What a skill needs to know of a service, be the service itself good or not.
pub(super) struct Offer {
    pub(super) key: Option<String>,
    pub(super) currency: Option<Currency>,
}

/// The plan of what is good in the file.
pub(super) fn plan(root: &Fields<'_>) -> Plan {
    root.only(&["location", "service", "master"]);
    let (places, locations): (Vec<_>, Vec<_>) = entries(root, "location", location).into_iter().unzip();
    if places.is_empty() {
        root.tell("there is no location: write at least one [[location]]");
    }
    let (offers, services): (Vec<_>, Vec<_>) =
        entries(root, "service", |fields, keys| service(fields, keys, &places)).into_iter().unzip();
    let mut accounts = BTreeMap::new();
    let masters = entries(root, "master", |fields, keys| {
        masters::master(fields, keys, &mut accounts, &places, &offers)
    });
    Plan {
        locations: locations.into_iter().flatten().collect(),
        services: services.into_iter().flatten().collect(),
        masters: masters.into_iter().flatten().collect(),
    }
}

/// Where keys of one kind were first used.
pub(super) type Keys<'a> = BTreeMap<&'a str, usize>;

fn entries<'a, T>(
    root: &Fields<'a>,
    kind: &str,
    mut read: impl FnMut(&Fields<'a>, &mut Keys<'a>) -> T,
) -> Vec<T> {
    let mut keys = Keys::new();
    let Some(value) = root.get(kind) else { return Vec::new() };
    let entry = |(number, entry): (usize, Value<'a>)| {
        let key = entry.peek("key").filter(|key| is_key(key));
        let path = key.map_or_else(|| format!("{kind} no. {number}"), |key| format!("{kind} {key}"));
        entry.called(path).fields()
    };
    let list = if value.is_table() {
        value.tell(format_args!("needs two pairs of brackets: [[{kind}]]"));
        vec![value]
    } else {
        value.list().unwrap_or_default()
    };
    (1..).zip(list).filter_map(entry).map(|fields| read(&fields, &mut keys)).collect()
}

fn location<'a>(fields: &Fields<'a>, keys: &mut Keys<'a>) -> (Place, Option<LocationPlan>) {
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
    ]);
    let key = key(fields, keys);
    let names = fields.required("name", names);
    let address = fields.optional("address", "", |value| words(value, LONGEST_ADDRESS));
    let zone = fields.required("zone", zone);
    let currency = fields.required("currency", currency);
    let minutes = |name, default, limits| fields.optional(name, default, |value| minutes(value, limits));
    let step = minutes("slot_step", DEFAULT_STEP, STEP);
    let hold = minutes("hold", DEFAULT_HOLD, HOLD);
    let lead = minutes("lead", DEFAULT_LEAD, NOTICE);
    let horizon = fields.optional("horizon", DEFAULT_HORIZON_DAYS, horizon);
    let cancel_notice = minutes("cancel_notice", DEFAULT_CANCEL_NOTICE, NOTICE);
    let plan = || {
        Some(LocationPlan {
            key: key?,
            names: names?,
            address: address?.to_owned(),
            currency: currency?,
            rules: Rules { zone: zone?, step: step?, lead: lead?, horizon: horizon? },
            hold: hold?,
            cancel_notice: cancel_notice?,
        })
    };
    (Place { key: declared_key(fields), zone, currency }, plan())
}

fn service<'a>(fields: &Fields<'a>, keys: &mut Keys<'a>, places: &[Place]) -> (Offer, Option<ServicePlan>) {
    fields.only(&["key", "location", "name", "duration", "price", "buffer_before", "buffer_after"]);
    let key = key(fields, keys);
    let place = place(fields, places);
    let currency = place.and_then(|place| place.currency);
    let names = fields.required("name", names);
    let length = fields.required("duration", |value| minutes(value, VISIT));
    let price = fields.required("price", |value| price(value, currency));
    let buffer = |name| fields.optional(name, 0, |value| minutes(value, BUFFER));
    let (buffer_before, buffer_after) = (buffer("buffer_before"), buffer("buffer_after"));
    let plan = || {
        Some(ServicePlan {
            key: key?,
            location: place?.key.clone()?,
            names: names?,
            minutes: length?,
            price: price?,
            buffer_before: buffer_before?,
            buffer_after: buffer_after?,
        })
    };
    (Offer { key: declared_key(fields), currency }, plan())
}

/// The entry's key, which no other of its kind has.
pub(super) fn key<'a>(fields: &Fields<'a>, keys: &mut Keys<'a>) -> Option<String> {
    let value = fields.need("key")?;
    let text = value.text()?;
    if !is_key(text) {
        return value.refuse(format_args!(
            "must be 1 to {LONGEST_KEY} of the letters a-z, digits, - and _, beginning with a letter or digit, not {}",
            quoted(text)
        ));
    }
    value.once(keys, text)?;
    Some(text.to_owned())
}

fn declared_key(fields: &Fields<'_>) -> Option<String> {
    fields.get("key").filter(Value::is_text)?.text().map(str::to_owned)
}

fn is_key(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=LONGEST_KEY).contains(&text.len())
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'_')
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

/// One text for everybody, or one in each language.
pub(super) fn names(value: &Value<'_>) -> Option<LocalText> {
    if value.is_text() {
        let text = name(value)?;
        return LocalText::new(BTreeMap::from([(Language::DEFAULT.code().to_owned(), text)]));
    }
    if !value.is_table() {
        return value.refuse_type("a text in quotes, or one in each language: { en = \"…\", ru = \"…\" }");
    }
    let read: Vec<Option<(String, String)>> = value
        .fields()?
        .all()
        .map(|(code, text)| {
            let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase());
            let text_read = name(&text);
            if is_code {
                return text_read.map(|text| (code.to_owned(), text));
            }
            text.refuse("must be named by a language code of two small letters, such as en or ru")
        })
        .collect();
    if read.is_empty() {
        return value.refuse("must have a text in at least one language");
    }
    LocalText::new(read.into_iter().collect::<Option<_>>()?)
}

fn name(value: &Value<'_>) -> Option<String> {
    let text = words(value, LONGEST_NAME)?;
    if text.trim().is_empty() { value.refuse("must not be empty") } else { Some(text.to_owned()) }
}

/// A text that a message and the database can hold.
fn words<'a>(value: &Value<'a>, longest: usize) -> Option<&'a str> {
    let text = value.text()?;
    if text.chars().any(|letter| letter.is_control() && letter != '\n' && letter != '\t') {
        return value.refuse("must not contain control characters");
    }
    let length = text.chars().count();
    if length > longest {
        return value.refuse(format_args!("must have at most {longest} characters, not {length}"));
    }
    Some(text)
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

/// A duration within limits; a bare number means minutes.
pub(super) fn minutes(value: &Value<'_>, limits: RangeInclusive<u32>) -> Option<u32> {
    let minutes = match value.number() {
        Some(number) => u32::try_from(number).ok(),
        None if value.is_text() => Some(written_minutes(value, value.text()?)?),
        None => return value.refuse_type("a duration such as \"45 min\""),
    };
    minutes.filter(|minutes| limits.contains(minutes)).or_else(|| {
        let (least, most) = (units::duration(*limits.start()), units::duration(*limits.end()));
        value.refuse(format_args!("must be between {least} and {most}"))
    })
}

/// A bare number would mean minutes as it does elsewhere, and nobody would mean that.
fn horizon(value: &Value<'_>) -> Option<u32> {
    if !value.is_text() {
        return value.refuse_type("a text such as \"60 days\"");
    }
    let minutes = units::minutes(value.text()?).filter(|minutes| minutes.is_multiple_of(MINUTES_A_DAY));
    minutes.map(|minutes| minutes / MINUTES_A_DAY).filter(|days| HORIZON_DAYS.contains(days)).or_else(|| {
        let (least, most) = (HORIZON_DAYS.start(), HORIZON_DAYS.end());
        value.refuse(format_args!("must be between {least} and {most} days, as in \"60 days\""))
    })
}

fn written_minutes(value: &Value<'_>, text: &str) -> Option<u32> {
    units::minutes(text).or_else(|| {
        value.refuse(format_args!(
            "must look like \"45 min\", \"1 h 30 min\" or \"2 days\", not {}",
            quoted(text)
        ))
    })
}

/// A price. Where the currency is not known for a fault elsewhere, only its shape is judged.
pub(super) fn price(value: &Value<'_>, currency: Option<Currency>) -> Option<Money> {
    if value.is_float() {
        return value.refuse("must be in quotes, as in \"60.50\", so that no cent is lost");
    }
    let text = match value.number_text() {
        Some(number) => number,
        None if value.is_text() => value.text()?.to_owned(),
        None => return value.refuse_type("a price in quotes, as in \"60.50\""),
    };
    match Money::parse(&text, currency.unwrap_or(Currency::EUR)) {
        Ok(price) => currency.map(|_| price),
        Err(error) if currency.is_some() || error == MoneyError::NotAnAmount => {
            value.refuse(format_args!("cannot be {}: {error}", quoted(&text)))
        }
        Err(_) => None,
    }
}
