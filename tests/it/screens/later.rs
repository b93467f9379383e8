//! Facts of the screens after the booking, and letters of every kind, with as much on them as there can be.

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use vizit::{
    db::{
        bookings::Card,
        jobs::Status as JobStatus,
        news::{Happening, Kind},
        outbox::{Counts, Line, State},
        payments::{Back, Balance, OwnPayment},
        recipients::Settings,
        waitlist::PlaceInLine,
    },
    domain::{
        backup,
        booking::{Purpose, Standing, Status},
        conversation::{MasterChoice, WaitWish, Wish},
        export::{Export, Span},
        ids::{
            BackupId, BookingId, LocationId, MasterId, OfferId, OutboxId, PaymentId, RefundId, ServiceId,
            TelegramId, VoucherId, VoucherTypeId, WaitId,
        },
        job::Job,
        ledger::Account,
        message::{Message, Topic},
        money::{Currency, LARGEST_MINOR, Money},
        month::Month,
        payment::RefundReason,
        ranges::Range,
        slots::{AlternativeKind, Slot},
        voucher::{self, Visits, Voucher, VoucherType},
        waitlist::{Part, Weekdays, Window},
    },
    services::{
        backup::Entry,
        browse::{AlternativeFacts, Facts, VisitFacts, WaitFacts},
        digest::{DayDigest, Figures, Load, WeekDigest},
        exports::{Choices, MasterName},
        outbox::Letter,
        payments::{Fault, Refund, RefundFacts},
        staff::Delayed,
        vouchers::Shop,
        waitlist::OfferFacts,
    },
};

use super::sample::{card, now, text};

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date")
}

pub(super) fn screens(name: &str) -> Vec<Facts> {
    let zone = Tz::America__Argentina__ComodRivadavia;
    let visit = VisitFacts { card: card(name, Status::Confirmed), standing: Standing::Past };
    let wait = |moving, first, last| {
        Facts::Wait(WaitFacts {
            wanted: WaitWish {
                wish: Wish { location: LocationId(1), services: vec![ServiceId(1)], moving, quoted: None },
                master: MasterChoice::Anyone,
                first,
                last,
                weekdays: Weekdays::ALL.toggled(3),
                part: Part::Evening,
            },
            services: vec![text(name); 8],
            master: Some(text(name)),
            zone,
        })
    };
    let window = Window {
        first: day(),
        last: day() + TimeDelta::days(9),
        weekdays: Weekdays::ALL.toggled(1),
        part: Part::Morning,
    };
    let place = PlaceInLine {
        id: WaitId(i64::MAX),
        services: vec![text(name); 8],
        master: Some(text(name)),
        window,
        zone,
        is_earlier: false,
    };
    let settings = Settings {
        quiet: Some((22 * 60, 8 * 60)),
        zone: Some("Europe/London".to_owned()),
        muted: Topic::ALL.to_vec(),
    };
    let line = Line {
        id: OutboxId(i64::MAX),
        kind: "studio_cancelled".to_owned(),
        recipient: TelegramId(1),
        booking: None,
        state: State::Parked,
        created_at: now(),
        at: now(),
        attempts: 12,
        error: Some(name.repeat(10)),
    };
    let job = |job: &Job| JobStatus {
        name: job.name().to_owned(),
        first_seen: now() - TimeDelta::days(1),
        started_at: Some(now()),
        succeeded_at: None,
        took_ms: Some(i32::MAX),
        done: i64::MAX,
        done_at: Some(now()),
        failures: 9,
        error: Some(name.repeat(10)),
        is_running: true,
    };
    let delayed = Delayed { card: card(name, Status::Confirmed), minutes: 30 };
    vec![
        Facts::Late(visit),
        Facts::Comment { card: card(name, Status::Completed), tips: vec![] },
        Facts::Comment {
            card: card(name, Status::Completed),
            tips: [5, 10, 15].map(|percent| (percent, card(name, Status::Completed).booking.price)).to_vec(),
        },
        wait(None, Some(day()), day()),
        wait(None, Some(day()), day() + TimeDelta::days(30)),
        wait(Some(BookingId(1)), None, day()),
        Facts::Waits(vec![place; 5]),
        Facts::Waits(vec![]),
        Facts::Settings { settings: settings.clone(), business: zone, is_staff: true },
        Facts::Settings { settings: Settings::default(), business: zone, is_staff: false },
        Facts::Zones { settings, business: zone },
        Facts::StaffCancel(card(name, Status::Confirmed)),
        Facts::Unanswered(vec![card(name, Status::Confirmed); 30]),
        Facts::Unanswered(vec![]),
        Facts::RunLate { minutes: None, delayed: vec![] },
        Facts::RunLate { minutes: Some(10), delayed: vec![] },
        Facts::RunLate { minutes: Some(30), delayed: vec![delayed; 12] },
        Facts::NotAMaster,
        Facts::Outbox { counts: Counts { parked: 10, ..Counts::default() }, parked: vec![line; 10], zone },
        Facts::Outbox { counts: Counts::default(), parked: vec![], zone },
        Facts::Jobs { jobs: Job::ALL.iter().map(job).collect(), zone },
        export(name, 60, true),
        export(name, 0, false),
    ]
}

/// A choice of what to take away.
fn export(name: &str, masters: usize, is_admin: bool) -> Facts {
    let master = MasterName { id: MasterId(i32::MAX), names: text(name) };
    let span = Span::Days(day(), day());
    let export = Export { master: is_admin.then_some(master.id), comments: true, ..Export::of(span) };
    Facts::Export(Choices { export, days: (day(), day()), masters: vec![master; masters], is_admin })
}

/// A voucher for visits, or for an amount.
pub(super) fn voucher(name: &str, is_for_visits: bool) -> Voucher {
    let price = Money::from_minor(LARGEST_MINOR, Currency::EUR).expect("in range");
    let visits = Visits { service: ServiceId(1), names: text(name), all: 100, left: 99 };
    Voucher {
        id: VoucherId(i64::MAX),
        names: Some(text(name)),
        visits: is_for_visits.then_some(visits),
        price,
        left: price,
        state: voucher::State::Live,
        token: None,
        ends_at: Some(now()),
        valid_days: 3660,
        is_discreet: false,
    }
}

fn voucher_type(name: &str, is_for_visits: bool) -> VoucherType {
    VoucherType {
        id: VoucherTypeId(i32::MAX),
        names: text(name),
        visits: is_for_visits.then(|| (text(name), 100)),
        price: voucher(name, false).price,
        valid_days: 3660,
    }
}

pub(super) fn about_money(name: &str) -> Vec<Facts> {
    let zone = Tz::America__Argentina__ComodRivadavia;
    let payment = OwnPayment {
        at: now(),
        amount_minor: i64::MIN,
        currency: name.to_owned(),
        charge: name.to_owned(),
        back: Some(Back::Due),
        back_minor: i64::MAX,
    };
    let balances = Account::ALL
        .map(|account| Balance { account, currency: "EUR".to_owned(), amount_minor: -LARGEST_MINOR })
        .to_vec();
    vec![
        Facts::Vouchers {
            shop: Shop {
                own: vec![voucher(name, true), voucher(name, false)],
                gifts: vec![voucher(name, true)],
                types: vec![voucher_type(name, true); 12],
            },
            zone,
        },
        Facts::Vouchers { shop: Shop { own: vec![], gifts: vec![], types: vec![] }, zone },
        Facts::VoucherType(voucher_type(name, true)),
        Facts::VoucherType(voucher_type(name, false)),
        Facts::Code,
        Facts::Backups { backups: backups(name), are_made: true, zone },
        Facts::Backups { backups: vec![], are_made: true, zone },
        Facts::Backups { backups: vec![], are_made: false, zone },
        Facts::Terms,
        Facts::PaySupport { payments: vec![payment; 10], zone },
        Facts::PaySupport { payments: vec![], zone },
        Facts::Ledger { balances, due: 3, month: Month::of(day()) },
        Facts::Ledger { balances: vec![], due: 0, month: Month::of(day()) },
    ]
}

fn every_message() -> Vec<Message> {
    let id = BookingId(i64::MAX);
    vec![
        Message::VisitNew(id),
        Message::VisitMoved(id),
        Message::VisitCancelled(id),
        Message::StudioCancelled(id),
        Message::Delay(id, 30),
        Message::ClientLate(id, 30),
        Message::Unreachable(id),
        Message::Reminder(id, now()),
        Message::OutcomeAsk(id),
        Message::RatingAsk(id),
        Message::Rated(id),
        Message::RequestAsk(id),
        Message::RequestApproved(id),
        Message::RequestDeclined(id),
        Message::PaymentOver(id),
        Message::Card(id),
    ]
}

/// Visits as they may be when somebody is told of them.
fn cards(name: &str) -> Vec<Card> {
    let mut requested = card(name, Status::Held);
    requested.booking.purpose = Purpose::Requested;
    requested.booking.hold_until = Some(now());
    let mut over = card(name, Status::Confirmed);
    over.booking.visit = Range::of_minutes(now() - TimeDelta::hours(2), 60).expect("an hour");
    let mut by_studio = card(name, Status::Cancelled);
    by_studio.booking.by_studio = true;
    let others = Status::ALL.map(|status| card(name, status));
    [requested, over, by_studio].into_iter().chain(others).collect()
}

pub(super) fn letters(name: &str) -> Vec<Letter> {
    let slot = Slot {
        master: MasterId(i32::MAX),
        visit: Range::of_minutes(now(), 60).expect("an hour"),
        occupied: Range::of_minutes(now(), 60).expect("an hour"),
    };
    let alternatives =
        vec![AlternativeFacts { slot, kind: AlternativeKind::OtherMaster, master: text(name) }; 8];
    let mut letters = Vec::new();
    for about in every_message() {
        for card in cards(name) {
            let card = Box::new(card);
            let (about, alternatives) = (about.clone(), alternatives.clone());
            letters.push(Letter::ForStaff { about: about.clone(), card: card.clone(), is_own: true });
            letters.push(Letter::ForStaff { about: about.clone(), card: card.clone(), is_own: false });
            letters.push(Letter::ForClient { about, card, alternatives });
        }
    }
    let gap = Range::of_minutes(now(), 60).expect("an hour");
    let happening = |kind| Happening {
        kind,
        starts_at: now(),
        zone: Tz::UTC,
        master: text(name),
        client: name.to_owned(),
        actor: TelegramId(1),
    };
    let refund = |reason, currency: &str, is_done, card| RefundFacts {
        refund: Refund {
            id: RefundId(i64::MAX),
            payment: PaymentId(1),
            payer: TelegramId(i64::MAX),
            charge: name.to_owned(),
            provider_charge: name.to_owned(),
            amount_minor: i64::MAX,
            is_part: true,
            currency: currency.to_owned(),
            reason,
            by_hand: true,
            is_done,
            booking: None,
        },
        card,
    };
    for reason in RefundReason::ALL {
        for (currency, is_done) in [("XTR", false), ("EUR", true), (name, false)] {
            for card in [None, Some(card(name, Status::Cancelled))] {
                let facts = refund(reason, currency, is_done, card);
                letters.push(Letter::Refund(Box::new(facts.clone())));
                letters.push(Letter::RefundTask(Box::new(facts.clone())));
                letters.push(Letter::RefundOver(Box::new(facts)));
            }
        }
    }
    letters.push(books(name));
    let figures = Figures { visits: 99, no_shows: 9, cancellations: 9, new_clients: 9, stars: Some(471) };
    letters.extend([
        Letter::Offer(Box::new(OfferFacts {
            id: OfferId(i64::MAX),
            card: Card {
                moved_from: Some((gap, card(name, Status::Held).booking.price)),
                ..card(name, Status::Held)
            },
            until: now(),
            is_open: true,
            is_accepted: false,
        })),
        Letter::Day(Box::new(DayDigest {
            zone: Tz::UTC,
            date: day(),
            cards: vec![card(name, Status::Confirmed); 3],
            gaps: vec![gap; 40],
            unanswered: 3,
        })),
        Letter::Day(Box::new(DayDigest {
            zone: Tz::UTC,
            date: day(),
            cards: vec![],
            gaps: vec![],
            unanswered: 0,
        })),
        Letter::Week(Box::new(WeekDigest {
            monday: day(),
            figures,
            before: Figures::default(),
            masters: vec![Load { names: text(name), booked: 600, working: 2400 }; 30],
        })),
        Letter::News {
            from: now(),
            happenings: [Kind::Booked, Kind::Moved, Kind::Cancelled].map(happening).to_vec(),
        },
        Letter::JobLate("reminder_send".to_owned()),
        Letter::Parked(21),
    ]);
    letters.extend(about_vouchers(name));
    letters.extend(about_backups(name));
    letters
}

/// One of each state, and many that are done.
fn backups(name: &str) -> Vec<Entry> {
    let entry = |state| Entry {
        id: BackupId(i64::MAX),
        asked_by: None,
        asked_at: now(),
        state,
        state_at: now(),
        name: Some(name.to_owned()),
        bytes: Some(i64::MAX),
        database_bytes: Some(i64::MAX),
        parts: Some(i32::MAX),
        is_proven: Some(false),
        error: Some(name.repeat(20)),
    };
    backup::State::ALL.map(entry).into_iter().chain(vec![entry(backup::State::Done); 26]).collect()
}

fn about_backups(name: &str) -> Vec<Letter> {
    let entry = || Box::new(backups(name).remove(3));
    vec![
        Letter::BackupFailed(entry(), Tz::UTC),
        Letter::BackupLate(Some(now()), Tz::UTC),
        Letter::BackupLate(None, Tz::UTC),
    ]
}

fn books(name: &str) -> Letter {
    Letter::Books(vec![
        Fault::NobodyOwns(PaymentId(i64::MAX)),
        Fault::Booking(BookingId(i64::MAX)),
        Fault::Voucher(VoucherId(i64::MAX)),
        Fault::Vouchers(name.to_owned()),
        Fault::Owed(name.to_owned()),
    ])
}

fn about_vouchers(name: &str) -> Vec<Letter> {
    vec![
        Letter::Voucher(Box::new(voucher(name, true)), Tz::UTC),
        Letter::Voucher(Box::new(Voucher { names: None, ..voucher(name, false) }), Tz::UTC),
        Letter::Gift {
            voucher: Box::new(voucher(name, true)),
            zone: Tz::UTC,
            link: format!("https://t.me/{name}"),
        },
        Letter::GiftTaken(Box::new(voucher(name, false))),
    ]
}
