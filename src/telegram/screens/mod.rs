//! Each screen as a pure function of its facts.

mod backups;
mod booking;
mod desk;
mod exports;
mod home;
pub mod letters;
mod money;
mod notice;
mod own_data;
mod privacy;
mod series;
mod settings;
mod sheet;
mod staff;
mod times;
mod visits;
mod vouchers;
mod waitlist;

pub use self::{
    exports::{head, rows, subject},
    money::ledger_table,
    notice::notice,
    own_data::own_data,
    sheet::BOM,
};

use chrono::{DateTime, Utc};

use super::view::{Button, Keyboard, View, escape};
use crate::{
    db::bookings::Card,
    domain::{
        booking::{Ahead, Booking, Cancelling, Status},
        conversation::Action,
        money::Money,
    },
    i18n::Tr,
    services::browse::Facts,
    t,
};

/// What every screen may use besides its facts.
#[derive(Clone, Copy)]
pub struct Frame {
    pub tr: Tr,
    pub now: DateTime<Utc>,
    /// Whether there is a screen to go back to.
    pub can_go_back: bool,
    /// Whether it comes by itself, so that it may be read on a locked screen, or passes through other hands.
    pub is_aloud: bool,
}

/// The screen for these facts.
pub fn view(facts: &Facts, frame: Frame) -> View {
    match facts {
        Facts::Welcome => home::welcome(frame),
        Facts::Phone => home::phone(frame),
        Facts::Home { next, is_staff, has_vouchers, forgotten_at } => {
            home::home(frame, next.as_ref(), (*is_staff, *has_vouchers), *forgotten_at)
        }
        Facts::Language => home::language(frame),
        Facts::Help { is_staff, is_admin } => home::help(frame, *is_staff, *is_admin),
        Facts::Privacy => privacy::privacy(frame),
        Facts::Forget { forgetting, zone } => privacy::forget(frame, forgetting, *zone),
        Facts::NobodyDoesAll => booking::nobody_does_all(frame),
        Facts::Gone { services, is_moving } => booking::gone(frame, services, *is_moving),
        Facts::HoldOver => booking::hold_over(frame),
        Facts::MasterGone => booking::master_gone(frame),
        Facts::NotAdmitted(refusal) => booking::not_admitted(frame, *refusal),
        Facts::Missing => frame.inline(t!(frame.tr, "missing"), Vec::new()),
        Facts::NothingOffered => frame.inline(t!(frame.tr, "nothing-offered"), Vec::new()),
        Facts::Locations(locations) => booking::locations(frame, locations),
        Facts::Services { services, picked, gone, page } => {
            booking::services(frame, services, picked, *gone, *page)
        }
        Facts::Masters { zone, choices } => booking::masters(frame, *zone, choices),
        Facts::Calendar(calendar) => times::calendar(frame, calendar),
        Facts::Times(facts) => times::times(frame, facts),
        Facts::Summary { visit, quoted, ways } => booking::summary(frame, visit, *quoted, ways),
        Facts::Taken { zone, start, alternatives } => times::taken(frame, *zone, *start, alternatives),
        Facts::Repeat { visit, most } => series::repeat(frame, visit, *most),
        Facts::Series(facts) => series::series(frame, facts),
        Facts::Visits { cards, past, page, more, vouchers, zone } => {
            visits::list(frame, cards, (vouchers, *zone), (*past, *page, *more))
        }
        Facts::Vouchers { shop, zone } => vouchers::shop(frame, shop, *zone),
        Facts::VoucherType(kind) => vouchers::kind(frame, kind),
        Facts::Backups { backups, are_made, zone } => backups::list(frame, backups, *are_made, *zone),
        Facts::Code => frame.inline(t!(frame.tr, "code-ask"), Vec::new()),
        Facts::Visit(visit) => visits::card(frame, visit),
        Facts::CancelVisit { visit, following } => visits::cancel(frame, visit, *following),
        Facts::Day(day) => staff::day(frame, day),
        Facts::StaffVisit(card) => staff::visit(frame, card),
        Facts::Why(why) => staff::why(frame, why.as_ref()),
        Facts::Late(visit) => desk::late(frame, visit),
        Facts::Comment { card, tips } => desk::comment(frame, card, tips),
        Facts::Wait(facts) => waitlist::wait(frame, facts),
        Facts::Waits(places) => waitlist::waits(frame, places),
        Facts::Settings { settings, business, is_staff } => {
            settings::settings(frame, settings, *business, *is_staff)
        }
        Facts::Zones { settings, business } => settings::zones(frame, settings, *business),
        Facts::StaffCancel(card) => desk::staff_cancel(frame, card),
        Facts::Unanswered(cards) => desk::unanswered(frame, cards),
        Facts::RunLate { minutes, delayed } => desk::run_late(frame, *minutes, delayed),
        Facts::NotAMaster => frame.inline(t!(frame.tr, "run-late-admin"), Vec::new()),
        Facts::Outbox { counts, parked, zone } => desk::outbox(frame, *counts, parked, *zone),
        Facts::Terms => frame.inline(t!(frame.tr, "terms-of-payment"), Vec::new()),
        Facts::PaySupport { payments, zone } => money::support(frame, payments, *zone),
        Facts::Ledger { balances, due, month } => money::ledger(frame, balances, *due, *month),
        Facts::Export(choices) => exports::choices(frame, choices),
        Facts::Jobs { jobs, zone } => desk::jobs(frame, jobs, *zone),
    }
}

impl Frame {
    fn inline(self, text: String, mut rows: Vec<Vec<Button>>) -> View {
        let back = self.can_go_back.then(|| Button::new(t!(self.tr, "button-back"), Action::Back));
        let home = self.can_go_back.then(|| Button::new(t!(self.tr, "button-home"), Action::Home));
        rows.push(back.into_iter().chain(home).collect());
        rows.retain(|row| !row.is_empty());
        if rows.is_empty() {
            rows.push(vec![Button::new(t!(self.tr, "button-home"), Action::Home)]);
        }
        View { text, keyboard: Keyboard::Inline(rows) }
    }

    /// The same for others to read.
    fn aloud(self) -> Frame {
        Frame { is_aloud: true, ..self }
    }

    /// Whether what a visit or voucher is for stays unsaid.
    fn hides(self, is_discreet: bool) -> bool {
        self.is_aloud && is_discreet
    }

    /// "• Massage · 1 h · €60", a line each.
    fn items(self, card: &Card) -> String {
        let tr = self.tr;
        let line = |name: &str, minutes: u32, price: Money| {
            let (duration, price) = (tr.minutes(minutes), tr.money(price));
            t!(tr, "item", name = escape(name), duration = duration, price = price)
        };
        let booking = &card.booking;
        if self.hides(card.is_discreet) {
            let minutes = booking.items.iter().map(|item| item.minutes).sum();
            return line(&t!(tr, "discreet-visit"), minutes, booking.price);
        }
        let items = booking.items.iter();
        let lines = items.map(|item| line(item.names.get(tr.language()), item.minutes, item.price));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// "Massage, Facial", not escaped.
    fn services(self, card: &Card) -> String {
        if self.hides(card.is_discreet) {
            return t!(self.tr, "discreet-visit");
        }
        let names = card.booking.items.iter().map(|item| item.names.get(self.tr.language()));
        names.collect::<Vec<_>>().join(", ")
    }

    /// The location with its address, escaped.
    fn place(self, card: &Card) -> String {
        let parts = [card.location.get(self.tr.language()), &card.address];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).map(escape).collect();
        parts.join(", ")
    }

    /// "Tuesday, 1 December", as of today in the booking's zone.
    fn day_of(self, booking: &Booking) -> String {
        let date = |instant: DateTime<Utc>| instant.with_timezone(&booking.zone).date_naive();
        self.tr.date(date(booking.visit.start()), date(self.now))
    }

    /// What may be done with a visit until when, once it is confirmed.
    fn terms(self, card: &Card, ahead: Ahead) -> String {
        let (tr, zone) = (self.tr, card.booking.zone);
        // Free to the start, so there is nothing after it.
        let ends_late = card.terms.late_cancel && ahead.free_until < card.booking.visit.start();
        let when = |instant| tr.when(instant, zone, self.now);
        let is_free = ahead.cancelling == Cancelling::Free;
        let mut lines = Vec::new();
        if is_free && ahead.may_move && ahead.move_until == ahead.free_until {
            lines.push(t!(tr, "terms-both", until = when(ahead.free_until)));
        } else {
            lines.extend(is_free.then(|| t!(tr, "terms-cancel", until = when(ahead.free_until))));
            lines.extend(ahead.may_move.then(|| t!(tr, "terms-move", until = when(ahead.move_until))));
        }
        lines.extend(match ahead.cancelling {
            Cancelling::Free => ends_late.then(|| t!(tr, "terms-then-late")),
            Cancelling::Late => Some(t!(tr, "terms-late")),
            Cancelling::TooLate if card.booking.status == Status::Confirmed => Some(t!(tr, "terms-too-late")),
            Cancelling::TooLate => Some(t!(tr, "summary-rules-none")),
        });
        lines.join("\n")
    }

    fn from(self, booking: &Booking) -> String {
        self.tr.time(booking.visit.start(), booking.zone)
    }

    fn to(self, booking: &Booking) -> String {
        self.tr.time(booking.visit.end(), booking.zone)
    }
}
