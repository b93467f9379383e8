//! Vouchers that can be bought: for so many visits of one service, or worth what they cost.

use std::{collections::BTreeMap, ops::RangeInclusive};

use super::{
    check::{self, Keys},
    fields::{Fields, Value},
    locations::{self, Place, are_apart},
    services::{self, Offer},
};
use crate::domain::{
    catalog::VoucherPlan,
    money::{Currency, Money},
};

const VALID_DAYS: RangeInclusive<u32> = 1..=3660;
const VISITS: RangeInclusive<u32> = 1..=100;

pub(super) fn voucher<'a>(
    fields: &Fields<'a>,
    keys: &mut Keys<'a>,
    places: &[Place],
    offers: &[Offer<'_>],
) -> Option<VoucherPlan> {
    fields.only(&["key", "location", "name", "service", "visits", "price", "valid"]);
    let key = check::key(fields, keys);
    let place = locations::place(fields, places);
    let currency = place.and_then(|place| place.currency);
    let names = fields.required("name", check::names);
    let is_worth_its_price = fields.get("service").or_else(|| fields.get("visits")).is_none();
    let visits = if is_worth_its_price { Some(None) } else { visits(fields, place, offers).map(Some) };
    let price = fields.required("price", |value| price(value, currency));
    if let (Some(Some((_, count))), Some(price)) = (&visits, price)
        && price.share(*count).is_zero()
    {
        fields.tell("price is less than one for each visit");
    }
    let valid_days = fields.required("valid", |value| check::days(value, &VALID_DAYS, "365 days"));
    Some(VoucherPlan {
        key: key?,
        location: place?.key.clone()?,
        names: names?,
        visits: visits?,
        price: price?,
        valid_days: valid_days?,
    })
}

/// A service and how many visits of it.
fn visits(fields: &Fields<'_>, place: Option<&Place>, offers: &[Offer<'_>]) -> Option<(String, u32)> {
    let (named, counted) = (fields.get("service"), fields.get("visits"));
    let service = named.as_ref().and_then(|value| service(value, place, offers));
    let visits = counted.as_ref().and_then(|value| check::count(value, &VISITS));
    match (named, counted) {
        (Some(_), None) => fields.refuse("visits is missing, but a service is named"),
        (None, Some(_)) => fields.refuse("service is missing, but a number of visits is named"),
        _ => service.zip(visits),
    }
}

/// A service that its location offers by itself: an add-on alone is no visit.
fn service(value: &Value<'_>, place: Option<&Place>, offers: &[Offer<'_>]) -> Option<String> {
    let (_, offer) = services::named(value, offers, &mut BTreeMap::new())?;
    if are_apart(offer.place, place) {
        return value.refuse("names a service of another location");
    }
    if offer.is_addon {
        return value.refuse("names an add-on, which cannot be booked by itself");
    }
    offer.key.clone()
}

fn price(value: &Value<'_>, currency: Option<Currency>) -> Option<Money> {
    let price = check::price(value, currency)?;
    if price.is_zero() { value.refuse("cannot be nothing: a voucher is bought") } else { Some(price) }
}
