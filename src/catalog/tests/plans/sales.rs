//! Any vouchers and promo codes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use proptest::prelude::*;

use super::any_names;
use crate::domain::{
    catalog::{Plan, PromoPlan, VoucherPlan},
    money::{Currency, Money},
    promo::Off,
    slots::Audience,
};

/// What it is for is for [`place_sales`] to say.
pub(super) fn any_voucher(number: usize) -> impl Strategy<Value = VoucherPlan> {
    let visits = prop::option::of((0usize..4, 1u32..=100));
    (0usize..3, any_names(), visits, any_price(), 1u32..=3660).prop_map(
        move |(place, names, visits, price, valid_days)| VoucherPlan {
            key: format!("v{number}"),
            location: format!("place-{place}"),
            names,
            visits: visits.map(|(service, visits)| (format!("{service}_service"), visits)),
            price,
            valid_days,
        },
    )
}

fn any_price() -> impl Strategy<Value = Money> {
    (1i64..=4_000_000_000).prop_map(|price| Money::from_minor(price, Currency::EUR).expect("in range"))
}

pub(super) fn any_promo() -> impl Strategy<Value = PromoPlan> {
    let off = prop_oneof![(1u8..=100).prop_map(Off::Percent), any_price().prop_map(Off::Amount)];
    let days = (any_day(), any_day()).prop_map(|(from, until)| match (from, until) {
        (Some(from), Some(until)) => (Some(from.min(until)), Some(from.max(until))),
        either => either,
    });
    let most = (prop::option::of(1u32..=1_000_000), prop::option::of(1u32..=1000));
    let audience = prop::sample::select(Audience::ALL.to_vec());
    ("SPRING-26|[A-Z0-9-]{3,20}", 0usize..3, off, days, most, audience).prop_map(
        |(code, place, off, (from, until), (most_uses, most_per_client), audience)| PromoPlan {
            code,
            location: format!("place-{place}"),
            off,
            from,
            until,
            most_uses,
            most_per_client,
            audience,
        },
    )
}

fn any_day() -> impl Strategy<Value = Option<NaiveDate>> {
    prop::option::of(
        (2000i32..=2100, 1u32..=366)
            .prop_filter_map("leap years", |(year, day)| NaiveDate::from_yo_opt(year, day)),
    )
}

/// Puts vouchers and promos where they can be: a voucher is for a service of its location which is no add-on, and a
/// location has a code once.
pub(super) fn place_sales(plan: &mut Plan) {
    let (locations, services) = (&plan.locations, &plan.services);
    let place = |key: &str| {
        let known = locations.iter().find(|location| location.key == key).unwrap_or(&locations[0]);
        (known.key.clone(), known.currency)
    };
    let in_currency = |price: Money, currency| Money::from_minor(price.minor(), currency).expect("in range");
    for voucher in &mut plan.vouchers {
        let (key, currency) = place(&voucher.location);
        let fits = |(wanted, _): &(String, u32)| {
            services.iter().any(|service| {
                service.key == *wanted && service.location == key && service.addon_to.is_empty()
            })
        };
        voucher.visits = voucher.visits.take().filter(fits);
        voucher.price = in_currency(voucher.price, currency);
        voucher.location = key;
    }
    let mut seen = BTreeSet::new();
    plan.promos.retain_mut(|promo| {
        let (key, currency) = place(&promo.location);
        if let Off::Amount(amount) = promo.off {
            promo.off = Off::Amount(in_currency(amount, currency));
        }
        promo.location = key;
        seen.insert((promo.location.clone(), promo.code.clone()))
    });
}
