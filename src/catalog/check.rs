//! The whole file entry by entry, and what all entries have in common: keys, names, durations, choices and prices.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{
    fields::{Fields, Value, did_you_mean, quoted},
    locations, masters, promos, services,
    units::{self, MINUTES_A_DAY},
    vouchers,
};
use crate::domain::{
    catalog::Plan,
    language::{Language, LocalText},
    money::{Currency, Money, MoneyError},
};

/// How long a service may take.
pub(super) const VISIT: RangeInclusive<u32> = 5..=MINUTES_A_DAY;

/// In characters; what still fits a button or the head of a message.
const LONGEST_NAME: usize = 100;
const LONGEST_KEY: usize = 40;

/// The plan of what is good in the file.
pub(super) fn plan(root: &Fields<'_>) -> Plan {
    root.only(&["location", "resource", "service", "master", "voucher", "promo"]);
    let (places, locations): (Vec<_>, Vec<_>) =
        entries(root, "location", locations::location).into_iter().unzip();
    if places.is_empty() {
        root.tell("there is no location: write at least one [[location]]");
    }
    let (assets, resources): (Vec<_>, Vec<_>) =
        entries(root, "resource", |fields, keys| locations::resource(fields, keys, &places))
            .into_iter()
            .unzip();
    let (offers, services) = services::services(root, &places, &assets);
    let mut accounts = BTreeMap::new();
    let masters = entries(root, "master", |fields, keys| {
        masters::master(fields, keys, &mut accounts, &places, &offers)
    });
    let vouchers = entries(root, "voucher", |fields, keys| vouchers::voucher(fields, keys, &places, &offers));
    Plan {
        locations: locations.into_iter().flatten().collect(),
        resources: resources.into_iter().flatten().collect(),
        services,
        masters: masters.into_iter().flatten().collect(),
        vouchers: vouchers.into_iter().flatten().collect(),
        promos: promos::promos(root, &places),
    }
}

/// Where keys of one kind were first used.
pub(super) type Keys<'a> = BTreeMap<&'a str, usize>;

/// All entries of one kind, as `read` understands them.
pub(super) fn entries<'a, T>(
    root: &Fields<'a>,
    kind: &str,
    mut read: impl FnMut(&Fields<'a>, &mut Keys<'a>) -> T,
) -> Vec<T> {
    let mut keys = Keys::new();
    let tables = tables(root, kind, |entry| entry.peek("key").filter(|key| is_key(key)));
    tables.iter().map(|fields| read(fields, &mut keys)).collect()
}

/// The tables of one kind. A fault calls each what `title` says, or by its number.
pub(super) fn tables<'a>(
    root: &Fields<'a>,
    kind: &str,
    title: impl Fn(&Value<'a>) -> Option<&'a str>,
) -> Vec<Fields<'a>> {
    let Some(value) = root.get(kind) else { return Vec::new() };
    let entry = |(number, entry): (usize, Value<'a>)| {
        let path =
            title(&entry).map_or_else(|| format!("{kind} no. {number}"), |title| format!("{kind} {title}"));
        entry.called(path).fields()
    };
    let list = if value.is_table() {
        value.tell(format_args!("needs two pairs of brackets: [[{kind}]]"));
        vec![value]
    } else {
        value.list().unwrap_or_default()
    };
    (1..).zip(list).filter_map(entry).collect()
}

/// The entry's key, which no other of its kind has.
pub(super) fn key<'a>(fields: &Fields<'a>, keys: &mut Keys<'a>) -> Option<String> {
    let value = fields.need("key")?;
    let text = word(&value)?;
    value.once(keys, text)?;
    Some(text.to_owned())
}

/// A short word for use within the file.
pub(super) fn word<'a>(value: &Value<'a>) -> Option<&'a str> {
    let text = value.text()?;
    if is_key(text) {
        return Some(text);
    }
    value.refuse(format_args!(
        "must be 1 to {LONGEST_KEY} of the letters a-z, digits, - and _, beginning with a letter or digit, not {}",
        quoted(text)
    ))
}

/// A word as it is written, good or not, for the entries that refer to it.
pub(super) fn declared(fields: &Fields<'_>, name: &str) -> Option<String> {
    fields.get(name).filter(Value::is_text)?.text().map(str::to_owned)
}

fn is_key(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=LONGEST_KEY).contains(&text.len())
        && text.bytes().next().is_some_and(plain)
        && text.bytes().all(|byte| plain(byte) || byte == b'-' || byte == b'_')
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
pub(super) fn words<'a>(value: &Value<'a>, longest: usize) -> Option<&'a str> {
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

fn written_minutes(value: &Value<'_>, text: &str) -> Option<u32> {
    units::minutes(text).or_else(|| {
        value.refuse(format_args!(
            "must look like \"45 min\", \"1 h 30 min\" or \"2 days\", not {}",
            quoted(text)
        ))
    })
}

/// A whole number within limits.
pub(super) fn count(value: &Value<'_>, limits: &RangeInclusive<u32>) -> Option<u32> {
    let Some(number) = value.number() else {
        return value.refuse_type("a whole number without quotes");
    };
    u32::try_from(number)
        .ok()
        .filter(|number| limits.contains(number))
        .or_else(|| value.refuse(format_args!("must be between {} and {}", limits.start(), limits.end())))
}

/// A number of days within limits. A bare number would mean minutes as it does elsewhere, and nobody would mean that.
pub(super) fn days(value: &Value<'_>, limits: &RangeInclusive<u32>, example: &str) -> Option<u32> {
    if !value.is_text() {
        return value.refuse_type(&format!("a text such as {example:?}"));
    }
    let minutes = units::minutes(value.text()?).filter(|minutes| minutes.is_multiple_of(MINUTES_A_DAY));
    minutes.map(|minutes| minutes / MINUTES_A_DAY).filter(|days| limits.contains(days)).or_else(|| {
        let (least, most) = (limits.start(), limits.end());
        value.refuse(format_args!("must be between {least} and {most} days, as in {example:?}"))
    })
}

/// One of a few things, by its label.
pub(super) fn choice<T: Copy>(value: &Value<'_>, all: &[T], label: impl Fn(T) -> &'static str) -> Option<T> {
    let text = value.text()?;
    all.iter().copied().find(|one| label(*one) == text).or_else(|| {
        let labels: Vec<String> = all.iter().map(|one| format!("\"{}\"", label(*one))).collect();
        let (last, others) = labels.split_last()?;
        let hint = did_you_mean(text, all.iter().map(|one| label(*one)));
        value.refuse(format_args!("must be {} or {last}, not {}{hint}", others.join(", "), quoted(text)))
    })
}

/// What an invoice in Stars may come to.
const MOST_STARS: i64 = 100_000;

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
        Ok(price) if currency == Some(Currency::Stars) && price.minor() > MOST_STARS => value
            .refuse(format_args!("cannot be more than {MOST_STARS}: Telegram takes no more Stars at once")),
        Ok(price) => currency.map(|_| price),
        Err(error) if currency.is_some() || error == MoneyError::NotAnAmount => {
            value.refuse(format_args!("cannot be {}: {error}", quoted(&text)))
        }
        Err(_) => None,
    }
}
