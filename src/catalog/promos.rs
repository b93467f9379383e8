//! Promo codes: what clients type to pay less.

use std::{collections::BTreeMap, ops::RangeInclusive};

use chrono::NaiveDate;

use super::{
    check,
    fields::{Fields, Value, quoted},
    locations::{self, Place},
    units::{self, Edge},
};
use crate::domain::{catalog::PromoPlan, money::Currency, promo::Off, slots::Audience};

const CODE_LENGTH: RangeInclusive<usize> = 3..=20;
const MOST_USES: RangeInclusive<u32> = 1..=1_000_000;
const MOST_PER_CLIENT: RangeInclusive<u32> = 1..=1000;

/// Where the codes of each location were first used.
type Codes = BTreeMap<(String, String), usize>;

/// All good promo codes.
pub(super) fn promos(root: &Fields<'_>, places: &[Place]) -> Vec<PromoPlan> {
    let mut codes = Codes::new();
    let tables =
        check::tables(root, "promo", |entry| entry.peek("code").filter(|code| capitals(code).is_some()));
    tables.iter().filter_map(|fields| promo(fields, &mut codes, places)).collect()
}

fn promo(fields: &Fields<'_>, codes: &mut Codes, places: &[Place]) -> Option<PromoPlan> {
    fields.only(&["code", "location", "off", "from", "until", "limit", "per_client", "clients"]);
    let place = locations::place(fields, places);
    let code = fields.required("code", |value| code(value, place, codes));
    let off = fields.required("off", |value| off(value, place.and_then(|place| place.currency)));
    let from = fields.optional("from", None, |value| day(value).map(Some));
    let until = fields.optional("until", None, |value| last(value, from.flatten()).map(Some));
    let most_uses = fields.optional("limit", None, |value| check::count(value, &MOST_USES).map(Some));
    let most_per_client =
        fields.optional("per_client", None, |value| check::count(value, &MOST_PER_CLIENT).map(Some));
    let audience = fields.optional("clients", Audience::default(), |value| {
        check::choice(value, &Audience::ALL, Audience::label)
    });
    Some(PromoPlan {
        code: code?,
        location: place?.key.clone()?,
        off: off?,
        from: from?,
        until: until?,
        most_uses: most_uses?,
        most_per_client: most_per_client?,
        audience: audience?,
    })
}

/// A code that its location has only once; at a location that is not known, for a fault elsewhere, any may be the first.
fn code(value: &Value<'_>, place: Option<&Place>, codes: &mut Codes) -> Option<String> {
    let text = value.text()?;
    let Some(code) = capitals(text) else {
        let (least, most) = (CODE_LENGTH.start(), CODE_LENGTH.end());
        return value.refuse(format_args!(
            "must be {least} to {most} of the letters A-Z, digits and -, not {}",
            quoted(text)
        ));
    };
    if let Some(place) = place.and_then(|place| place.key.clone()) {
        value.once(codes, (place, code.clone()))?;
    }
    Some(code)
}

/// A code as it is kept, so that clients may write it in any case.
fn capitals(text: &str) -> Option<String> {
    let code = text.to_ascii_uppercase();
    let fits = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    (CODE_LENGTH.contains(&code.len()) && code.bytes().all(fits)).then_some(code)
}

/// A share such as "10%", or an amount.
fn off(value: &Value<'_>, currency: Option<Currency>) -> Option<Off> {
    if value.is_text() && value.text()?.ends_with('%') {
        return units::percent(value.text()?)
            .filter(|percent| (1..=100).contains(percent))
            .map(Off::Percent)
            .or_else(|| value.refuse("must be between 1% and 100%"));
    }
    let amount = check::price(value, currency)?;
    if amount.is_zero() {
        value.refuse("cannot be nothing: the code would change no price")
    } else {
        Some(Off::Amount(amount))
    }
}

fn last(value: &Value<'_>, first: Option<NaiveDate>) -> Option<NaiveDate> {
    let last = day(value)?;
    if first.is_some_and(|first| last < first) { value.refuse("must not be before from") } else { Some(last) }
}

fn day(value: &Value<'_>) -> Option<NaiveDate> {
    let text = value.moment()?;
    let Some(Edge::Day(day)) = Edge::parse(&text) else {
        return value
            .refuse(format_args!("must look like \"2026-12-24\", in this century, not {}", quoted(&text)));
    };
    Some(day)
}
