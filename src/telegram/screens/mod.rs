//! Each screen as a pure function of its facts.

mod booking;
mod home;
mod staff;
mod times;
mod visits;

use chrono::{DateTime, Utc};

use super::view::{Button, Keyboard, View, escape};
use crate::{
    db::bookings::Card,
    domain::{
        booking::Booking,
        conversation::{Action, Notice},
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
}

/// The screen for these facts.
pub fn view(facts: &Facts, frame: Frame) -> View {
    match facts {
        Facts::Welcome => home::welcome(frame),
        Facts::Phone => home::phone(frame),
        Facts::Home { next, is_staff } => home::home(frame, next.as_ref(), *is_staff),
        Facts::Language => home::language(frame),
        Facts::Help { is_staff } => home::help(frame, *is_staff),
        Facts::Privacy => home::privacy(frame),
        Facts::NobodyDoesAll => booking::nobody_does_all(frame),
        Facts::Missing => frame.inline(t!(frame.tr, "missing"), Vec::new()),
        Facts::NothingOffered => frame.inline(t!(frame.tr, "nothing-offered"), Vec::new()),
        Facts::Locations(locations) => booking::locations(frame, locations),
        Facts::Services { services, picked, page } => booking::services(frame, services, picked, *page),
        Facts::Masters { zone, choices } => booking::masters(frame, *zone, choices),
        Facts::Calendar { month, free, first, last, today, master } => {
            times::calendar(frame, (*month, *today), free, (*first, *last), master.as_ref())
        }
        Facts::Times { zone, day, starts, master } => {
            times::times(frame, *zone, *day, starts, master.as_ref())
        }
        Facts::Summary(visit) => booking::summary(frame, visit),
        Facts::Taken { zone, start, alternatives } => times::taken(frame, *zone, *start, alternatives),
        Facts::Visits { cards, past, page, more } => visits::list(frame, cards, *past, *page, *more),
        Facts::Visit(visit) => visits::card(frame, visit),
        Facts::CancelVisit(visit) => visits::cancel(frame, visit),
        Facts::Day { zone, day, today, cards, all_masters } => {
            staff::day(frame, *zone, *day, *today, cards, *all_masters)
        }
        Facts::StaffVisit(card) => staff::visit(frame, card),
    }
}

/// The short word for a notice, as plain text.
pub fn notice(tr: Tr, notice: Notice) -> String {
    match notice {
        Notice::OutOfDate => t!(tr, "notice-out-of-date"),
        Notice::StaffOnly => t!(tr, "notice-staff-only"),
        Notice::PickAService => t!(tr, "notice-pick-a-service"),
        Notice::TooManyServices => t!(tr, "notice-too-many-services"),
        Notice::PhoneSaved => t!(tr, "notice-phone-saved"),
        Notice::PhoneSkipped => t!(tr, "notice-phone-skipped"),
        Notice::PhoneNotYours => t!(tr, "notice-phone-not-yours"),
        Notice::PhoneOrSkip => t!(tr, "notice-phone-or-skip"),
        Notice::LanguageSet => t!(tr, "notice-language-set"),
        Notice::OwnVisitThen => t!(tr, "notice-own-visit-then"),
        Notice::HoldOver => t!(tr, "notice-hold-over"),
        Notice::NotOffered => t!(tr, "notice-not-offered"),
        Notice::Booked => t!(tr, "notice-booked"),
        Notice::NothingBooked => t!(tr, "notice-nothing-booked"),
        Notice::VisitCancelled => t!(tr, "notice-visit-cancelled"),
        Notice::ChooseVisitToCancel => t!(tr, "notice-choose-visit-to-cancel"),
        Notice::TooLateToCancel => t!(tr, "notice-too-late-to-cancel"),
        Notice::NotFound => t!(tr, "notice-not-found"),
        Notice::SayDay => t!(tr, "notice-say-day"),
        Notice::UnknownCommand => t!(tr, "notice-unknown-command"),
        Notice::UnknownText => t!(tr, "notice-unknown-text"),
        Notice::UnknownSticker => t!(tr, "notice-unknown-sticker"),
        Notice::UnknownPicture => t!(tr, "notice-unknown-picture"),
        Notice::UnknownOther => t!(tr, "notice-unknown-other"),
        Notice::StartedAnew => t!(tr, "notice-started-anew"),
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

    /// "• Massage · 1 h · €60", a line each.
    fn items(self, booking: &Booking) -> String {
        let lines = booking.items.iter().map(|item| {
            let name = escape(item.names.get(self.tr.language()));
            t!(
                self.tr,
                "item",
                name = name,
                duration = self.tr.minutes(item.minutes),
                price = self.tr.money(item.price)
            )
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// "Massage, Facial", not escaped.
    fn services(self, booking: &Booking) -> String {
        let names = booking.items.iter().map(|item| item.names.get(self.tr.language()));
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

    fn from(self, booking: &Booking) -> String {
        self.tr.time(booking.visit.start(), booking.zone)
    }

    fn to(self, booking: &Booking) -> String {
        self.tr.time(booking.visit.end(), booking.zone)
    }
}
