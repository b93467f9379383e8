//! Any plan that a file can say.

mod sales;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;
use proptest::prelude::*;

use self::sales::{any_promo, any_voucher, place_sales};
use crate::domain::{
    attendance::NoShowRule,
    booking::Terms,
    catalog::{
        Care, HoursPlan, LocationPlan, MasterPlan, Plan, ResourcePlan, ServicePlan, SkillPlan, StaffRole,
    },
    deposit::{self, Rule},
    ids::TelegramId,
    language::LocalText,
    money::{Currency, Money},
    reminder::Lead,
    slots::{Audience, Hours, Limits, Rules},
};

const ZONES: [Tz; 4] =
    [Tz::Europe__Berlin, Tz::America__New_York, Tz::Australia__Lord_Howe, Tz::Asia__Kathmandu];
const CURRENCIES: [Currency; 3] = [Currency::EUR, Currency::JPY, Currency::KWD];

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Zа-я \"'\\\\\n\t#=\\[\\]{}«»🌿\u{feff}\u{2028}]{0,20}[A-Z\"'\\\\]",
        Just("\"\"\"".to_owned()),
        Just("'''\n\"\"\"\\".to_owned()),
        Just("\nMassage \\u0041\n".to_owned()),
        Just("ends in a quote\"".to_owned()),
        "\\PC{0,30}x",
    ]
}

fn any_names() -> impl Strategy<Value = LocalText> {
    prop::collection::btree_map("en|ru|de|zz", any_text(), 1..4)
        .prop_map(|texts| LocalText::new(texts).expect("not empty"))
}

fn any_rules() -> impl Strategy<Value = Rules> {
    let most = || prop::option::of(1u32..=100);
    let limits = (most(), most(), most()).prop_map(|(visits, new, flagged)| Limits { visits, new, flagged });
    (0usize..ZONES.len(), 5u32..=240, 0u32..=43200, 1u32..=366, any::<bool>(), limits).prop_map(
        |(zone, step, lead, horizon, tidy, limits)| Rules {
            zone: ZONES[zone],
            step,
            lead,
            horizon,
            tidy,
            limits,
        },
    )
}

fn any_terms() -> impl Strategy<Value = Terms> {
    (0u32..=43200, prop::option::of(0u32..=43200), any::<bool>(), 0u8..=100).prop_map(
        |(cancel_notice, move_notice, late_cancel, late_fee)| Terms {
            cancel_notice,
            move_notice: move_notice.unwrap_or(cancel_notice),
            late_cancel,
            late_fee,
        },
    )
}

fn any_leads() -> impl Strategy<Value = Vec<Lead>> {
    let lead = prop_oneof![
        (1u32..=30, Just(0u32)),
        (Just(0u32), 5u32..=43200),
        (1u32..=30, 1u32..=1439),
        (Just(0u32), (1u32..=72).prop_map(|hours| hours * 60)),
    ];
    prop::collection::btree_set(lead, 0..=5)
        .prop_map(|leads| leads.into_iter().rev().map(|(days, minutes)| Lead { days, minutes }).collect())
}

fn any_care() -> BoxedStrategy<Care> {
    let no_shows = (prop::option::of(1u32..=20), 1u32..=50)
        .prop_map(|(flag_after, forgive_after)| NoShowRule { flag_after, forgive_after });
    (any_leads(), no_shows, any::<bool>(), 2u32..=240, any::<Option<bool>>())
        .prop_map(|(reminders, no_shows, approve_flagged, offer, discreet)| Care {
            reminders,
            no_shows,
            approve_flagged,
            offer,
            discreet,
        })
        .boxed()
}

fn any_deposits() -> BoxedStrategy<deposit::Rules> {
    let rule = || {
        prop::option::of(prop_oneof![
            prop::sample::select(vec![Rule::None, Rule::Full]),
            (1u8..100).prop_map(Rule::Percent),
            (1i64..=4_000_000_000).prop_map(Rule::Fixed),
        ])
    };
    (rule(), rule(), rule())
        .prop_map(|(everyone, new, flagged)| deposit::Rules { everyone, new, flagged })
        .boxed()
}

fn any_location(number: usize) -> impl Strategy<Value = LocationPlan> {
    let address = prop_oneof![Just(String::new()), any_text()];
    let money = (0usize..CURRENCIES.len(), any_deposits());
    (any_names(), address, money, any_rules(), any_terms(), 1u32..=120, any_care()).prop_map(
        move |(names, address, (currency, deposits), rules, terms, hold, care)| LocationPlan {
            key: format!("place-{number}"),
            names,
            address,
            currency: CURRENCIES[currency],
            rules,
            terms,
            hold,
            care,
            deposits,
        },
    )
}

fn any_kind() -> impl Strategy<Value = String> {
    "room|2_chairs"
}

fn any_resource(number: usize) -> impl Strategy<Value = ResourcePlan> {
    (any_kind(), 0usize..3, any_names()).prop_map(move |(kind, place, names)| ResourcePlan {
        key: format!("r{number}"),
        kind,
        location: format!("place-{place}"),
        names,
    })
}

/// What it goes with is for [`any_plan`] to say.
fn any_service(number: usize) -> impl Strategy<Value = ServicePlan> {
    let buffer = || prop_oneof![Just(0u32), 0u32..=240];
    let price =
        (0i64..=4_000_000_000).prop_map(|price| Money::from_minor(price, Currency::EUR).expect("in range"));
    let audience = prop::sample::select(Audience::ALL.to_vec());
    let who = (
        prop::option::of(any_kind()),
        audience,
        prop::option::of(2u32..=52),
        prop::option::of(any_leads()),
        any_deposits(),
    );
    (0usize..3, any_names(), 5u32..=1440, price, buffer(), buffer(), who).prop_map(
        move |(place, names, minutes, price, buffer_before, buffer_after, who)| ServicePlan {
            key: format!("{number}_service"),
            location: format!("place-{place}"),
            names,
            minutes,
            price,
            buffer_before,
            buffer_after,
            needs: who.0,
            audience: who.1,
            addon_to: Vec::new(),
            excludes: Vec::new(),
            // Nobody comes first twice.
            most_repeats: who.2.filter(|_| who.1 != Audience::New),
            reminders: who.3,
            deposits: who.4,
        },
    )
}

/// Pairs of services' positions.
fn any_pairs() -> impl Strategy<Value = BTreeSet<(usize, usize)>> {
    prop::collection::btree_set((0usize..4, 0usize..4), 0..8)
}

/// Of the wished links those that can be: within a location, odd positions added to even ones, and not both at once.
fn link(
    services: &mut [ServicePlan],
    addons: &BTreeSet<(usize, usize)>,
    exclusions: &BTreeSet<(usize, usize)>,
) {
    let known: Vec<(String, String)> =
        services.iter().map(|service| (service.key.clone(), service.location.clone())).collect();
    let is_addon = |own: usize, other: usize| {
        !own.is_multiple_of(2) && other.is_multiple_of(2) && addons.contains(&(own, other))
    };
    for (own, service) in services.iter_mut().enumerate() {
        for (other, (key, location)) in known.iter().enumerate() {
            let excludes = exclusions.contains(&(own.min(other), own.max(other)));
            if own == other || *location != service.location {
                continue;
            }
            if is_addon(own, other) {
                service.addon_to.push(key.clone());
            } else if excludes && !is_addon(other, own) {
                service.excludes.push(key.clone());
            }
        }
    }
}

/// Ascending edges, so that pairs of them neither overlap nor touch.
fn any_spans(within: std::ops::Range<u32>, most: usize) -> impl Strategy<Value = Vec<(u32, u32)>> {
    prop::collection::btree_set(within, 0..=most * 2).prop_map(|edges| {
        let edges: Vec<u32> = edges.into_iter().collect();
        edges.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    })
}

/// Hours of a week: either the same on many days, or each for itself, sometimes over midnight.
fn any_hours() -> impl Strategy<Value = Vec<HoursPlan>> {
    let same = (any_spans(600..1300, 3), prop::collection::btree_set(0u8..7, 1..7), 0u32..600, 0usize..3)
        .prop_map(|(breaks, days, early, place)| {
            let of_day = |day| (day, early, 1300 + early / 5, breaks.clone(), place);
            days.into_iter().map(of_day).collect::<Vec<_>>()
        });
    let own = any_spans(0..7 * 1440 - 1, 12).prop_flat_map(|spans| {
        spans
            .into_iter()
            .map(|(from, to)| {
                let (day, starts) = (u8::try_from(from / 1440).expect("small"), from % 1440);
                let ends = starts + (to - from).min(1440);
                (any_spans(starts..ends, 2), 0usize..3)
                    .prop_map(move |(breaks, place)| (day, starts, ends, breaks, place))
            })
            .collect::<Vec<_>>()
    });
    let own = own.prop_filter("who never works cannot be booked", |hours| !hours.is_empty());
    prop_oneof![same, own].prop_map(|hours| {
        hours
            .into_iter()
            .map(|(day, starts, ends, breaks, place)| HoursPlan {
                location: format!("place-{place}"),
                hours: Hours { weekday: Weekday::try_from(day).expect("a day"), starts, ends, breaks },
            })
            .collect()
    })
}

/// Whole days of some zone, or anything to the second.
fn any_time_off() -> impl Strategy<Value = Vec<(DateTime<Utc>, DateTime<Utc>)>> {
    let hour = (230_000i64..1_000_000).prop_map(|hours| hours * 1800 + 946_684_800);
    let start = prop_oneof![hour, 946_800_000i64..4_000_000_000];
    let length = prop_oneof![Just(86400i64), Just(2 * 86400), 1i64..10_000_000];
    prop::collection::vec((start, length), 0..4).prop_map(|pairs| {
        let instant = |seconds| DateTime::from_timestamp(seconds, 0).expect("in range");
        let pair = |(start, length)| (instant(start), instant(start) + TimeDelta::seconds(length));
        let mut pairs: Vec<_> = pairs.into_iter().map(pair).collect();
        pairs.sort_unstable();
        pairs
    })
}

fn any_master(number: usize) -> impl Strategy<Value = MasterPlan> {
    let own = (prop::option::of(5u32..=1440), prop::option::of(0i64..=4_000_000_000));
    let skills = prop::collection::btree_map(0usize..4, own, 1..4);
    (any_names(), any::<bool>(), any::<bool>(), skills, any_hours(), any_time_off()).prop_map(
        move |(names, is_therapist, has_account, skills, hours, time_off)| MasterPlan {
            key: format!("m{number}"),
            names,
            role: if is_therapist { StaffRole::Therapist } else { StaffRole::Master },
            telegram: has_account.then(|| TelegramId(3000 + i64::try_from(number).expect("small"))),
            skills: skills
                .into_iter()
                .map(|(service, (minutes, price))| SkillPlan {
                    service: format!("{service}_service"),
                    minutes,
                    price: price.and_then(|price| Money::from_minor(price, Currency::EUR)),
                })
                .collect(),
            hours,
            time_off,
        },
    )
}

/// A plan in the order that reading makes; every price is in the currency of its location.
pub(super) fn any_plan() -> impl Strategy<Value = Plan> {
    let locations = [any_location(0), any_location(1), any_location(2)];
    let resources = [any_resource(0), any_resource(1), any_resource(2)];
    let services = [any_service(0), any_service(1), any_service(2), any_service(3)];
    let masters = [any_master(0), any_master(1)];
    let sales = ([any_voucher(0), any_voucher(1)], [any_promo(), any_promo(), any_promo()]);
    let entries = (locations, resources, services, masters, sales);
    (entries, any_pairs(), any_pairs(), 1usize..=3).prop_map(|(entries, addons, exclusions, places)| {
        let (locations, resources, services, masters, (vouchers, promos)) = entries;
        let mut plan = Plan {
            locations: locations.into(),
            resources: resources.into(),
            services: services.into(),
            masters: masters.into(),
            vouchers: vouchers.into(),
            promos: promos.into(),
        };
        plan.locations.truncate(places);
        let keys: Vec<String> = plan.locations.iter().map(|location| location.key.clone()).collect();
        let known =
            |key: &str| if keys.iter().any(|known| known == key) { key.to_owned() } else { keys[0].clone() };
        for resource in &mut plan.resources {
            resource.location = known(&resource.location);
        }
        let mut currencies = BTreeMap::new();
        for service in &mut plan.services {
            service.location = known(&service.location);
            let has = |kind: &String| {
                plan.resources.iter().any(|room| room.kind == *kind && room.location == service.location)
            };
            service.needs = service.needs.take().filter(has);
            let place =
                plan.locations.iter().find(|location| location.key == service.location).expect("known");
            service.price = Money::from_minor(service.price.minor(), place.currency).expect("in range");
            currencies.insert(service.key.clone(), place.currency);
        }
        link(&mut plan.services, &addons, &exclusions);
        place_sales(&mut plan);
        for master in &mut plan.masters {
            for hours in &mut master.hours {
                hours.location = known(&hours.location);
            }
            for skill in &mut master.skills {
                let currency = currencies[&skill.service];
                skill.price = skill.price.and_then(|price| Money::from_minor(price.minor(), currency));
            }
        }
        plan
    })
}
