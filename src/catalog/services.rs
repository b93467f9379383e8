//! Services, and what of them goes together. A service may name one that comes later in the file, so what they say of
//! each other is looked up when all of them are known.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use super::{
    check::{self, Keys, VISIT, minutes},
    deposits,
    fields::{Fields, Value, did_you_mean, quoted},
    locations::{self, Asset, Place, are_apart},
};
use crate::domain::{catalog::ServicePlan, money::Currency, slots::Audience};

const BUFFER: RangeInclusive<u32> = 0..=240;
const REPEATS: RangeInclusive<u32> = 2..=52;

/// What others need to know of a service, be the service itself good or not.
pub(super) struct Offer<'p> {
    pub(super) key: Option<String>,
    pub(super) place: Option<&'p Place>,
    /// Known only once all services are.
    pub(super) is_addon: bool,
}

impl Offer<'_> {
    pub(super) fn currency(&self) -> Option<Currency> {
        self.place.and_then(|place| place.currency)
    }
}

/// What a service says of others, as it is written.
struct Links<'a> {
    addon_to: Option<Value<'a>>,
    excludes: Option<Value<'a>>,
}

/// All services as the masters need to know them, and the good ones.
pub(super) fn services<'p>(
    root: &Fields<'_>,
    places: &'p [Place],
    assets: &[Asset<'p>],
) -> (Vec<Offer<'p>>, Vec<ServicePlan>) {
    let read = check::entries(root, "service", |fields, keys| service(fields, keys, places, assets));
    let (mut offers, read): (Vec<_>, Vec<_>) = read.into_iter().unzip();
    let (links, mut plans): (Vec<Links<'_>>, Vec<_>) = read.into_iter().unzip();
    let bases: Vec<_> =
        links.iter().enumerate().map(|(own, links)| others(own, links.addon_to.as_ref(), &offers)).collect();
    let mut exclusions = BTreeSet::new();
    for (own, links) in links.iter().enumerate() {
        for (other, _) in others(own, links.excludes.as_ref(), &offers) {
            exclusions.extend([(own, other), (other, own)]);
        }
    }
    tell_bad_bases(&bases, &exclusions);
    let key = |position: usize| offers.get(position).and_then(|offer: &Offer<'_>| offer.key.clone());
    for (own, (plan, bases)) in plans.iter_mut().zip(&bases).enumerate() {
        if let Some(plan) = plan {
            let bases: BTreeSet<usize> = bases.iter().map(|(base, _)| *base).collect();
            plan.addon_to = bases.into_iter().filter_map(key).collect();
            let excluded = exclusions.range((own, 0)..=(own, usize::MAX));
            plan.excludes = excluded.filter_map(|(_, other)| key(*other)).collect();
        }
    }
    for (offer, bases) in offers.iter_mut().zip(&bases) {
        offer.is_addon = !bases.is_empty();
    }
    (offers, plans.into_iter().flatten().collect())
}

/// A service, and what is to be made of it once all are known.
type Read<'a, 'p> = (Offer<'p>, (Links<'a>, Option<ServicePlan>));

/// A service by itself: its plan does not say yet what it goes with.
fn service<'a, 'p>(
    fields: &Fields<'a>,
    keys: &mut Keys<'a>,
    places: &'p [Place],
    assets: &[Asset<'p>],
) -> Read<'a, 'p> {
    fields.only(&[
        "key",
        "location",
        "name",
        "duration",
        "price",
        "buffer_before",
        "buffer_after",
        "needs",
        "clients",
        "addon_to",
        "excludes",
        "series",
        "reminders",
        "deposit",
        "deposit_new",
        "deposit_flagged",
    ]);
    let key = check::key(fields, keys);
    let place = locations::place(fields, places);
    let offer = Offer { key: check::declared(fields, "key"), place, is_addon: false };
    let names = fields.required("name", check::names);
    let length = fields.required("duration", |value| minutes(value, VISIT));
    let price = fields.required("price", |value| check::price(value, offer.currency()));
    let buffer = |name| fields.optional(name, 0, |value| minutes(value, BUFFER));
    let (buffer_before, buffer_after) = (buffer("buffer_before"), buffer("buffer_after"));
    let needs = fields.optional("needs", None, |value| kind(value, place, assets).map(Some));
    let audience = fields.optional("clients", Audience::default(), |value| {
        check::choice(value, &Audience::ALL, Audience::label)
    });
    let most_repeats = fields.optional("series", None, |value| match audience {
        Some(Audience::New) => {
            value.refuse("cannot be said of a service for new clients: nobody comes first twice")
        }
        _ => check::count(value, &REPEATS).map(Some),
    });
    let reminders = fields.optional("reminders", None, |value| locations::leads(value).map(Some));
    let deposits = deposits::rules(fields, offer.currency());
    let plan = || {
        Some(ServicePlan {
            key: key?,
            location: place?.key.clone()?,
            names: names?,
            minutes: length?,
            price: price?,
            buffer_before: buffer_before?,
            buffer_after: buffer_after?,
            needs: needs?,
            audience: audience?,
            addon_to: Vec::new(),
            excludes: Vec::new(),
            most_repeats: most_repeats?,
            reminders: reminders?,
            deposits: deposits?,
        })
    };
    let links = Links { addon_to: fields.get("addon_to"), excludes: fields.get("excludes") };
    (offer, (links, plan()))
}

/// A kind of resource that the service's location has.
fn kind(value: &Value<'_>, place: Option<&Place>, assets: &[Asset<'_>]) -> Option<String> {
    let wanted = value.text()?;
    let here = assets.iter().filter(|asset| !are_apart(asset.place, place));
    let mut kinds = here.filter_map(|asset| asset.kind.as_deref());
    if kinds.clone().any(|kind| kind == wanted) {
        return Some(wanted.to_owned());
    }
    let hint = did_you_mean(wanted, &mut kinds);
    value.refuse(format_args!("names {}, but this location has no such resource{hint}", quoted(wanted)))
}

/// The positions of the other services that a list names, each with what names it.
fn others<'a>(own: usize, list: Option<&Value<'a>>, offers: &[Offer<'_>]) -> Vec<(usize, Value<'a>)> {
    let mut seen = BTreeMap::new();
    let place = offers.get(own).and_then(|offer| offer.place);
    let other = |value: Value<'a>| {
        let (position, offer) = named(&value, offers, &mut seen)?;
        if position == own {
            return value.refuse("names the service itself");
        }
        if are_apart(offer.place, place) {
            return value.refuse("names a service of another location");
        }
        Some((position, value))
    };
    list.and_then(Value::list).unwrap_or_default().into_iter().filter_map(other).collect()
}

/// Tells of add-ons that could never be booked.
fn tell_bad_bases(bases: &[Vec<(usize, Value<'_>)>], exclusions: &BTreeSet<(usize, usize)>) {
    for (own, (base, value)) in
        bases.iter().enumerate().flat_map(|(own, bases)| bases.iter().map(move |base| (own, base)))
    {
        if bases.get(*base).is_some_and(|bases| !bases.is_empty()) {
            value.tell("names a service that is an add-on itself");
        }
        if exclusions.contains(&(own, *base)) {
            value.tell("names a service that excludes this one, or is excluded by it");
        }
    }
}

/// The service that a text names, with its position; a list may name each only once.
pub(super) fn named<'a, 'o, 'p>(
    value: &Value<'a>,
    offers: &'o [Offer<'p>],
    seen: &mut BTreeMap<&'a str, usize>,
) -> Option<(usize, &'o Offer<'p>)> {
    let wanted = value.text()?;
    let found = offers.iter().enumerate().find(|(_, offer)| offer.key.as_deref() == Some(wanted));
    if found.is_none() {
        let hint = did_you_mean(wanted, offers.iter().filter_map(|offer| offer.key.as_deref()));
        return value.refuse(format_args!("names {}, but there is no such service{hint}", quoted(wanted)));
    }
    value.once(seen, wanted)?;
    found
}
