//! Facts and letters about what is stored of people, and about being forgotten.

use chrono_tz::Tz;
use vizit::{
    db::bookings::Card,
    domain::{
        booking::Status,
        erasure::Code,
        ids::{BookingId, ClientId},
        language::Language,
    },
    services::{
        browse::Facts,
        outbox::Letter,
        privacy::{Erasure, Forgetting},
    },
};

use super::{
    later::voucher,
    sample::{card, now},
};

pub(super) fn screens(name: &str) -> Vec<Facts> {
    let zone = Tz::America__Argentina__ComodRivadavia;
    let forgetting = |due_at, visits, vouchers, years, is_staff| Facts::Forget {
        forgetting: Forgetting { due_at, visits, vouchers, years, is_staff, is_marked: visits == 3 },
        zone,
    };
    let vouchers = vec![voucher(name, true), voucher(name, false)];
    let home = |next: Option<Card>, forgotten_at| Facts::Home {
        is_staff: next.is_none(),
        has_vouchers: next.is_none(),
        next,
        forgotten_at,
    };
    vec![
        home(None, Some((now(), zone))),
        home(Some(card(name, Status::Confirmed)), None),
        Facts::Privacy,
        forgetting(None, 3, vouchers, 10, false),
        forgetting(None, 1, vec![], 0, false),
        forgetting(None, 0, vec![], 1, false),
        forgetting(Some(now()), 2, vec![], 3, false),
        forgetting(None, 0, vec![], 10, true),
    ]
}

pub(super) fn letters() -> Vec<Letter> {
    let erasure = |visit| {
        Box::new(Erasure { due_at: now(), is_open: true, code: Code::of(ClientId(i64::MAX), now()), visit })
    };
    let visit = Some(BookingId(i64::MAX));
    vec![
        Letter::ErasureAsked(erasure(visit), Tz::UTC),
        Letter::ErasureAsked(erasure(None), Tz::UTC),
        Letter::ErasureWithdrawn(erasure(visit)),
        Letter::ErasureDone(erasure(None)),
        Letter::Forgotten(Language::English),
        Letter::Forgotten(Language::Russian),
    ]
}
