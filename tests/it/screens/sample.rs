//! Facts for every kind of screen, with as much on it as there can be.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use chrono_tz::Tz;
use vizit::{
    db::{
        bookings::{Card, Rating},
        catalog::LocationChoice,
        time_off::TimeOff,
    },
    domain::{
        booking::{Ahead, Booking, Cancelling, Item, Pays, Purpose, Standing, Status, Terms},
        catalog::{Offer, Service},
        conversation::MasterChoice,
        deposit::{Deposit, Reason},
        ids::{BookingId, ClientId, KindId, LocationId, MasterId, ServiceId, TelegramId, TimeOffId},
        language::LocalText,
        ledger::Account,
        money::{Currency, LARGEST_MINOR, Money},
        month::Month,
        ranges::Range,
        series::{Deviation, Occurrence, Recurrence},
        slots::{AlternativeKind, Audience, Finding, Oddity, Refusal, Regard, Rule, Slot},
        voucher::Redemption,
    },
    services::{
        browse::{
            AlternativeFacts, CalendarFacts, DayFacts, Facts, MasterChoiceFacts, SeriesFacts, TimesFacts,
            VisitFacts, Ways,
        },
        staff::{Answer, Why},
    },
};

use super::later::voucher;

pub(crate) fn now() -> DateTime<Utc> {
    "2026-11-23T08:00:00Z".parse().expect("an instant")
}

pub(crate) fn text(text: &str) -> LocalText {
    LocalText::new(BTreeMap::from([("en".to_owned(), text.to_owned())])).expect("a text")
}

pub(crate) fn card(name: &str, status: Status) -> Card {
    let price = Money::from_minor(LARGEST_MINOR, Currency::EUR).expect("in range");
    let item = Item { service: ServiceId(i32::MAX), names: text(name), minutes: 1440, price };
    Card {
        booking: Booking {
            id: BookingId(i64::MAX),
            uid: uuid::Uuid::nil(),
            client: ClientId(1),
            master: MasterId(i32::MAX),
            location: LocationId(1),
            status,
            visit: Range::of_minutes(now() + TimeDelta::days(400), 60).expect("an hour"),
            occupied: Range::of_minutes(now() + TimeDelta::days(400), 75).expect("more"),
            zone: Tz::America__Argentina__ComodRivadavia,
            hold_until: None,
            items: vec![item; 8],
            price,
            deposit: Some(Deposit { amount: price, reason: Reason::Flagged }),
            money: Some(Account::Deposits),
            desk: None,
            sequence: 0,
            replaces: None,
            series: None,
            resources: vec![],
            is_late_cancel: true,
            purpose: Purpose::Picked,
            coming_at: Some(now()),
            client_late: 30,
            delay: 30,
            came_late: true,
            by_studio: false,
            late_fee: 100,
            discount: price,
            voucher: None,
        },
        master: text(name),
        location: text(name),
        address: name.repeat(3),
        terms: Terms { cancel_notice: 60, move_notice: 30, late_cancel: true, late_fee: 100 },
        is_offered: true,
        moved_from: None,
        rule: Some("FREQ=WEEKLY;COUNT=52".to_owned()),
        most_repeats: Some(52),
        resources: vec![text(name); 3],
        client: name.to_owned(),
        phone: None,
        regard: Regard::Blocked,
        late_cancels: 3,
        no_shows: 2,
        client_account: TelegramId(1),
        master_account: None,
        reachable_master: None,
        is_unreachable: true,
        quiet: None,
        leads: vec![],
        approves_flagged: true,
        is_discreet: false,
        hold: 10,
        rating: Some(Rating { stars: 5, comment: Some(name.repeat(3)) }),
        promo: None,
    }
}

fn calendar(master: Option<LocalText>, is_moving: bool) -> CalendarFacts {
    let today = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date");
    let month = Month::of(today);
    let (first, last) = (month.previous(), month.next());
    let full = BTreeSet::from([today]);
    CalendarFacts { month, free: BTreeSet::new(), full, first, last, today, master, is_moving }
}

fn location(name: &str) -> LocationChoice {
    LocationChoice { id: LocationId(1), names: text(name), address: name.to_owned() }
}

fn service(name: &str, id: i32) -> Service {
    Service {
        id: ServiceId(id),
        names: text(name),
        minutes: 1440,
        price: Money::from_minor(LARGEST_MINOR, Currency::EUR).expect("in range"),
        audience: Audience::Everyone,
        addon_to: vec![ServiceId(1)],
        excludes: vec![],
    }
}

/// Every kind of screen, with names of the given form and as much on it as there can be.
pub(crate) fn every_screen(name: &str) -> Vec<Facts> {
    let zone = Tz::America__Argentina__ComodRivadavia;
    let day = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date");
    let month = Month::of(day);
    let price = Money::from_minor(LARGEST_MINOR, Currency::EUR).expect("in range");
    let offers = [Offer::Picked, Offer::Free, Offer::Excluded];
    let services: Vec<(Service, Offer)> =
        (0..40).zip(offers.into_iter().cycle()).map(|(id, offer)| (service(name, id), offer)).collect();
    let choice = |choice| MasterChoiceFacts {
        choice,
        name: Some(text(name)),
        price,
        price_varies: true,
        minutes: 1440,
        first_free: Some(now()),
    };
    let starts: Vec<_> = (0..288).map(|n| now() + TimeDelta::minutes(5 * n)).collect();
    let slot = Slot {
        master: MasterId(i32::MAX),
        visit: Range::of_minutes(now(), 60).expect("an hour"),
        occupied: Range::of_minutes(now(), 60).expect("an hour"),
    };
    let kinds = [AlternativeKind::Nearby, AlternativeKind::OtherMaster, AlternativeKind::LaterDay];
    let visit = |status, standing| VisitFacts { card: card(name, status), standing };
    let plain = vec![
        Facts::Welcome,
        Facts::Phone,
        Facts::Locations(vec![location(name); 10]),
        Facts::Services {
            services: services.clone(),
            picked: (0..8).map(ServiceId).collect(),
            gone: 1,
            page: 0,
        },
        Facts::Services { services: services.clone(), picked: vec![], gone: 0, page: 2 },
        Facts::Services { services, picked: vec![], gone: 0, page: 200 },
        Facts::Masters {
            zone,
            choices: std::iter::once(MasterChoice::Anyone)
                .chain((1..20).map(|id| MasterChoice::One(MasterId(id))))
                .map(choice)
                .collect(),
        },
        Facts::Masters { zone, choices: vec![] },
        Facts::Calendar(calendar(None, false)),
        Facts::Calendar(CalendarFacts {
            free: month.weeks().into_iter().flatten().flatten().collect(),
            ..calendar(Some(text(name)), false)
        }),
        Facts::Calendar(CalendarFacts { free: BTreeSet::from([day]), ..calendar(None, true) }),
        Facts::Times(TimesFacts {
            zone,
            day,
            starts: starts.clone(),
            tidy: starts.iter().copied().step_by(2).collect(),
            master: Some(text(name)),
        }),
        Facts::Times(TimesFacts { zone, day, starts: vec![], tidy: BTreeSet::new(), master: None }),
        Facts::Taken {
            zone,
            start: now(),
            alternatives: kinds.map(|kind| AlternativeFacts { slot, kind, master: text(name) }).to_vec(),
        },
        Facts::Taken { zone, start: now(), alternatives: vec![] },
        Facts::Visits { cards: vec![], past: false, page: 0, more: false, vouchers: vec![], zone: Tz::UTC },
        Facts::Visits { cards: vec![], past: true, page: 0, more: false, vouchers: vec![], zone: Tz::UTC },
        Facts::Visits {
            cards: vec![visit(Status::Cancelled, Standing::Off); 5],
            past: true,
            page: 254,
            more: true,
            vouchers: vec![voucher(name, true), voucher(name, false)],
            zone: Tz::UTC,
        },
        Facts::Language,
        Facts::Help { is_staff: true, is_admin: true },
        Facts::Help { is_staff: false, is_admin: false },
        Facts::Privacy,
        Facts::Day(staff_day(name, 120, false)),
        Facts::Day(staff_day(name, 3, true)),
        Facts::Day(staff_day(name, 0, false)),
        Facts::StaffVisit(card(name, Status::Confirmed)),
        Facts::NobodyDoesAll,
        Facts::MasterGone,
        Facts::HoldOver,
        Facts::Gone { services: vec![text(name); 8], is_moving: false },
        Facts::Gone { services: vec![text(name); 8], is_moving: true },
        Facts::Missing,
        Facts::NothingOffered,
        Facts::Why(None),
    ];
    let refused = every_refusal().into_iter().map(Facts::NotAdmitted);
    plain
        .into_iter()
        .chain(refused)
        .chain(every_visit(name))
        .chain(every_series(name))
        .chain(whys(name))
        .collect()
}

fn staff_day(name: &str, visits: usize, all_masters: bool) -> DayFacts {
    let off = TimeOff {
        id: TimeOffId(i32::MAX),
        master: MasterId(1),
        name: text(name),
        away: Range::of_minutes(now(), 90).expect("a while"),
        is_from_chat: true,
    };
    let day = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date");
    DayFacts {
        zone: Tz::America__Argentina__ComodRivadavia,
        day,
        today: day,
        cards: vec![card(name, Status::Confirmed); visits],
        time_off: vec![off; visits.min(30)],
        all_masters,
    }
}

fn every_refusal() -> Vec<Refusal> {
    let range = Range::of_minutes(now(), 90).expect("a while");
    vec![
        Refusal::Blocked,
        Refusal::Odd(Oddity::Exclusive),
        Refusal::Odd(Oddity::LoneAddon),
        Refusal::Odd(Oddity::NotFor(Audience::New)),
        Refusal::Odd(Oddity::NotFor(Audience::Known)),
        Refusal::TooMany { limit: 1 },
        Refusal::TooMany { limit: 100 },
        Refusal::TooSoon { earliest: now() },
        Refusal::TooFar { last: now().date_naive() },
        Refusal::Closed,
        Refusal::OffGrid { before: now(), after: now() },
        Refusal::Away(range),
        Refusal::Break(range),
        Refusal::TooLong { ends: now() },
        Refusal::Taken(range),
        Refusal::NoResource(KindId(1)),
        Refusal::OwnVisit(range),
    ]
}

fn every_series(name: &str) -> Vec<Facts> {
    let slot = Slot {
        master: MasterId(1),
        visit: Range::of_minutes(now(), 60).expect("an hour"),
        occupied: Range::of_minutes(now(), 60).expect("an hour"),
    };
    let occurrence = |index: u32, deviation, slot| Occurrence {
        index,
        ruled: now() + TimeDelta::weeks(i64::from(index)),
        deviation,
        slot,
    };
    let fine: Vec<_> = (0..52).map(|index| occurrence(index, None, Some(Ok(slot)))).collect();
    let skipped: Vec<_> = (0..52).map(|index| occurrence(index, Some(Deviation::Skip), None)).collect();
    let moved = |index| occurrence(index, Some(Deviation::To(now())), Some(Ok(slot)));
    let clashing: Vec<_> = (0u32..)
        .zip(every_refusal())
        .map(|(index, refusal)| occurrence(index, None, Some(Err(refusal))))
        .collect();
    let rule = Recurrence::new(12, 52).expect("a rule");
    let facts = |planned, picking| {
        Facts::Series(SeriesFacts { card: card(name, Status::Held), rule, planned, picking })
    };
    let visit = VisitFacts { card: card(name, Status::Held), standing: Standing::OnHold { until: now() } };
    vec![
        Facts::Repeat { visit: visit.clone(), most: 2 },
        Facts::Repeat { visit, most: 52 },
        facts(fine.clone(), Some((3, vec![slot; 6]))),
        facts(fine.clone(), Some((3, vec![]))),
        facts(fine, None),
        facts(skipped, None),
        facts((0..52).map(moved).collect(), None),
        facts(clashing, None),
    ]
}

/// The judge's answers: every rule kept, and every refusal.
fn whys(name: &str) -> Vec<Facts> {
    let hours = Range::of_minutes(now(), 540);
    let kept = Rule::ALL.map(|rule| Finding { rule, verdict: Some(Ok(())), hours });
    let broken = every_refusal().into_iter().map(|refusal| {
        let verdict = Some(Err(refusal));
        kept.map(
            |finding| if finding.rule == refusal.rule() { Finding { verdict, ..finding } } else { finding },
        )
    });
    let answer = |findings: [Finding; 13]| Answer {
        services: vec![text(name); 3],
        location: text(name),
        zone: Tz::UTC,
        findings: findings.to_vec(),
    };
    let why = |is_active, answers| {
        Facts::Why(Some(Why { master: text(name), is_active, start: now(), zone: Tz::UTC, answers }))
    };
    let all: Vec<Answer> = broken.chain([kept]).map(answer).collect();
    let mut facts = vec![why(true, all.clone()), why(true, vec![]), why(false, vec![])];
    facts.extend(all.into_iter().map(|answer| why(true, vec![answer])));
    facts
}

/// The screens of one visit, whatever has become of it.
fn every_visit(name: &str) -> Vec<Facts> {
    let standings = [
        Standing::OnHold { until: now() },
        Standing::HoldOver,
        ahead(Cancelling::Free, true),
        ahead(Cancelling::Late, true),
        ahead(Cancelling::TooLate, false),
        Standing::Past,
        Standing::Off,
    ];
    let visit = |status, standing| VisitFacts { card: card(name, status), standing };
    let price = Money::zero(Currency::EUR);
    let mut all = Vec::new();
    for status in Status::ALL {
        for standing in standings {
            let mut moving = visit(status, standing);
            moving.card.booking.replaces = Some(BookingId(1));
            moving.card.moved_from = Some((moving.card.booking.visit, price));
            let pays = |pays| Redemption { pays, amount: price, price, discount: price };
            let ways = Ways {
                vouchers: vec![
                    (voucher(name, true), pays(Pays::Visit)),
                    (voucher(name, false), pays(Pays::Amount)),
                ],
                too_little: Some(price),
                by_code: true,
            };
            all.push(Facts::Summary { visit: visit(status, standing), quoted: None, ways });
            all.push(Facts::Summary { visit: moving, quoted: Some(price), ways: Ways::default() });
            for (pays, late_fee) in
                [(Pays::Visit, 0), (Pays::Visit, 50), (Pays::Amount, 50), (Pays::Amount, 100)]
            {
                let mut paid = visit(status, standing);
                paid.card.booking.voucher = Some(pays);
                paid.card.promo = Some("SPRING-10".to_owned());
                paid.card.terms.late_fee = late_fee;
                paid.card.booking.late_fee = late_fee;
                all.push(Facts::Visit(paid.clone()));
                all.push(Facts::StaffVisit(paid.card.clone()));
                all.push(Facts::CancelVisit { visit: paid, following: 0 });
            }
            let mut shared = visit(status, standing);
            shared.card.terms.late_fee = 50;
            shared.card.booking.late_fee = 50;
            all.push(Facts::Visit(shared.clone()));
            all.push(Facts::CancelVisit { visit: shared, following: 0 });
            all.push(Facts::Visit(visit(status, standing)));
            all.push(Facts::CancelVisit { visit: visit(status, standing), following: 0 });
            all.push(Facts::CancelVisit { visit: visit(status, standing), following: 51 });
        }
    }
    all
}

fn ahead(cancelling: Cancelling, may_move: bool) -> Standing {
    Standing::Ahead(Ahead { cancelling, free_until: now(), may_move, move_until: now() })
}
