use std::collections::BTreeMap;

use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;
use crate::domain::{
    booking::Item,
    deposit::{Deposit, Reason},
    ids::{BookingId, ClientId, LocationId, MasterId},
    money::Currency,
    ranges::Range,
};

fn euros(minor: i64) -> Money {
    Money::from_minor(minor, Currency::EUR).expect("in range")
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(minute * 60, 0).expect("small")
}

fn text() -> LocalText {
    LocalText::new(BTreeMap::from([("en".to_owned(), "Massage".to_owned())])).expect("a text")
}

/// On hold, of these services at these prices.
fn booking(prices: &[(i32, i64)]) -> Booking {
    let item = |(service, price): &(i32, i64)| Item {
        service: ServiceId(*service),
        names: text(),
        minutes: 60,
        price: euros(*price),
    };
    let price = euros(prices.iter().map(|(_, price)| price).sum());
    Booking {
        id: BookingId(1),
        uid: Uuid::nil(),
        client: ClientId(1),
        master: MasterId(1),
        location: LocationId(1),
        status: Status::Held,
        visit: Range::new(at(1000), at(1060)).expect("an hour"),
        occupied: Range::new(at(1000), at(1060)).expect("an hour"),
        zone: Tz::UTC,
        hold_until: Some(at(10)),
        items: prices.iter().map(item).collect(),
        price,
        deposit: None,
        money: None,
        desk: None,
        sequence: 0,
        replaces: None,
        series: None,
        resources: Vec::new(),
        is_late_cancel: false,
        purpose: Purpose::Picked,
        coming_at: None,
        client_late: 0,
        delay: 0,
        came_late: false,
        by_studio: false,
        late_fee: 100,
        discount: euros(0),
        voucher: None,
    }
}

fn voucher(left: i64, visits: Option<u32>) -> Voucher {
    let visits = visits.map(|left| Visits { service: ServiceId(1), names: text(), all: 10, left });
    Voucher {
        id: VoucherId(1),
        names: Some(text()),
        visits,
        price: euros(50_000),
        left: euros(left),
        state: State::Live,
        token: None,
        ends_at: Some(at(2000)),
        valid_days: 365,
        is_discreet: false,
    }
}

#[test]
fn an_amount_pays_as_much_as_it_can_but_never_less_than_is_due() {
    let paid = |left, due: i64| {
        let deposit = (due > 0).then(|| Deposit { amount: euros(due), reason: Reason::Usual });
        let visit = Booking { deposit, ..booking(&[(1, 6000)]) };
        voucher(left, None).redeem(&visit).map(|pays| (pays.amount.minor(), pays.price.minor()))
    };
    assert_eq!(paid(10_000, 0), Some((6000, 6000)), "not more than the price");
    assert_eq!(paid(2500, 0), Some((2500, 6000)), "the rest is paid at the desk");
    assert_eq!(paid(2500, 2500), Some((2500, 6000)));
    assert_eq!(paid(2500, 2501), None);
    assert_eq!(paid(0, 0), None);
    let deposit = Some(Deposit { amount: euros(6000), reason: Reason::New });
    let visit = Booking { deposit, ..booking(&[(1, 6000)]) };
    let instead = Voucher { names: None, ..voucher(1500, None) };
    assert_eq!(instead.redeem(&visit).map(|pays| pays.amount), Some(euros(1500)), "in place of money");
}

#[test]
fn a_visit_stands_for_its_service_and_for_nothing_else() {
    let pays = |prices: &[(i32, i64)]| {
        let redemption = voucher(50_000, Some(10)).redeem(&booking(prices))?;
        Some((redemption.amount.minor(), redemption.price.minor(), redemption.discount.minor()))
    };
    assert_eq!(pays(&[(1, 6000)]), Some((5000, 5000, 1000)));
    assert_eq!(
        pays(&[(1, 6000), (2, 1500)]),
        Some((5000, 6500, 1000)),
        "what comes beside it is paid at the desk"
    );
    assert_eq!(pays(&[(1, 4000)]), Some((5000, 5000, 0)), "bought when it was dearer");
    assert_eq!(pays(&[(2, 6000)]), None);
    let cheaper = Booking { discount: euros(600), price: euros(5400), ..booking(&[(1, 6000)]) };
    assert_eq!(voucher(50_000, Some(10)).redeem(&cheaper), None, "not on top of a code");
    assert!(voucher(50_000, None).redeem(&cheaper).is_some(), "an amount is as good as money");
}

#[test]
fn what_is_over_unpaid_or_in_another_currency_pays_nothing() {
    let visit = booking(&[(1, 6000)]);
    let good = voucher(50_000, None);
    assert!(good.redeem(&visit).is_some());
    for bad in [
        Voucher { state: State::Unpaid, ..good.clone() },
        Voucher { state: State::Over, ..good.clone() },
        Voucher { ends_at: Some(at(1000)), ..good.clone() },
        Voucher { left: Money::from_minor(500, Currency::Stars).expect("in range"), ..good.clone() },
        voucher(50_000, Some(0)),
    ] {
        assert_eq!(bad.redeem(&visit), None, "{bad:?}");
    }
    for other in [
        Booking { status: Status::AwaitingPayment, ..visit.clone() },
        Booking { purpose: Purpose::Requested, ..visit.clone() },
        Booking { replaces: Some(BookingId(2)), ..visit.clone() },
    ] {
        assert_eq!(good.redeem(&other), None);
    }
}

proptest! {
    /// However the visits are used and given back, no cent is lost, and each one pays something.
    #[test]
    fn the_visits_of_a_voucher_share_its_price_to_the_last_cent(
        price in 10i64..100_000, uses in proptest::collection::vec(any::<bool>(), 0..60),
    ) {
        let mut voucher = Voucher { price: euros(price), ..voucher(price, Some(10)) };
        let visit = booking(&[(1, 6000)]);
        let mut used: Vec<Money> = Vec::new();
        let take = |voucher: &mut Voucher, used: &mut Vec<Money>| {
            let Some(pays) = voucher.redeem(&visit) else { return };
            voucher.left = voucher.left.less(pays.amount);
            if let Some(visits) = &mut voucher.visits {
                visits.left -= 1;
            }
            used.push(pays.amount);
        };
        for gives_back in uses {
            if gives_back && let Some(amount) = used.pop() {
                voucher.left = voucher.left.plus(amount).expect("in range");
                if let Some(visits) = &mut voucher.visits {
                    visits.left += 1;
                }
            } else {
                take(&mut voucher, &mut used);
            }
            let sum: i64 = used.iter().map(|amount| amount.minor()).sum();
            prop_assert_eq!(sum + voucher.left.minor(), price);
        }
        while voucher.visits.as_ref().is_some_and(|visits| visits.left > 0) {
            let before = used.len();
            take(&mut voucher, &mut used);
            prop_assert!(used.len() > before, "the last visit is as good as the first");
        }
        prop_assert!(voucher.left.is_zero());
        prop_assert!(used.iter().all(|amount| !amount.is_zero()));
    }
}
