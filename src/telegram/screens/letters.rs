//! Messages that the bot sends of its own accord. They stay in the chat, so their buttons never go out of date.

mod digests;
mod money;
mod staff;

use super::{Frame, backups, privacy, visits, vouchers};
use crate::{
    domain::{booking::Status, conversation::Action, message::Message},
    services::{
        browse::{self, AlternativeFacts, VisitFacts},
        outbox::Letter,
        waitlist::OfferFacts,
    },
    t,
    telegram::view::{Button, Keyboard, View, escape},
};

pub use self::{
    digests::chart,
    money::{InvoiceWords, invoice},
};
pub(super) use self::{
    digests::{mark, visits},
    staff::answers,
};
pub use super::backups::{caption as backup_caption, found as backup_found, stage as backup_stage};

/// Other times that are offered when the studio cancels.
const MOST_ALTERNATIVES: usize = 4;

/// The message of a letter.
pub fn letter(frame: Frame, letter: &Letter) -> View {
    let frame = frame.aloud();
    match letter {
        Letter::ForClient { about, card, alternatives } => {
            let visit = browse::visit(card.as_ref().clone(), frame.now);
            for_client(frame, about, &visit, alternatives)
        }
        Letter::ForStaff { about, card, is_own } => staff::for_staff(frame, about, card, *is_own),
        Letter::Offer(facts) => offer(frame, facts),
        Letter::Day(day) => digests::day(frame, day),
        Letter::Week(week) => digests::week(frame, week),
        Letter::News { from, happenings } => digests::news(frame, *from, happenings),
        Letter::JobLate(job) => {
            let rows = vec![vec![Button::new(t!(frame.tr, "button-jobs"), Action::Jobs)]];
            standing(t!(frame.tr, "letter-job-late", job = escape(job)), rows)
        }
        Letter::Refund(facts) => money::refund(frame, facts),
        Letter::Books(faults) => money::books(frame, faults),
        Letter::Tip(invoice, card) => money::tip(frame, invoice, card),
        Letter::RefundOver(facts) => money::over(frame, facts),
        Letter::Voucher(voucher, zone) => vouchers::letter(frame, voucher, *zone),
        Letter::Gift { voucher, zone, link } => vouchers::gift(frame, voucher, *zone, link),
        Letter::BackupFailed(entry, zone) => backups::failed(frame, entry, *zone),
        Letter::BackupLate(last, zone) => backups::late(frame, *last, *zone),
        Letter::ErasureAsked(erasure, zone) => privacy::asked(frame, erasure, *zone),
        Letter::ErasureWithdrawn(erasure) => privacy::withdrawn(frame, erasure),
        Letter::ErasureDone(erasure) => privacy::done(frame, erasure),
        Letter::Forgotten(language) => privacy::forgotten(*language),
        Letter::GiftTaken(voucher) => vouchers::gift_taken(frame, voucher),
        Letter::RefundTask(facts) => money::task(frame, facts),
        Letter::Parked(count) => {
            let rows = vec![vec![Button::new(t!(frame.tr, "button-outbox"), Action::Outbox)]];
            let count: u32 = *count;
            standing(t!(frame.tr, "letter-parked", count = count), rows)
        }
    }
}

fn standing(text: String, mut rows: Vec<Vec<Button>>) -> View {
    rows.retain(|row| !row.is_empty());
    View { text, keyboard: Keyboard::Inline(rows) }
}

/// The living card of a visit in its client's chat.
pub fn card(frame: Frame, visit: &VisitFacts) -> View {
    let frame = frame.aloud();
    carded(frame, visit, &visits::status(frame, &visit.card.booking))
}

fn carded(frame: Frame, visit: &VisitFacts, heading: &str) -> View {
    let tr = frame.tr;
    let booking = visit.card.booking.id;
    let mut rows = visits::actions(frame, visit);
    if visits::may_cancel(visit.standing) {
        rows.push(vec![Button::new(t!(tr, "button-cancel-visit"), Action::AskCancel(booking))]);
    }
    rows.push(vec![
        Button::new(t!(tr, "button-visits"), Action::Visits { past: false, page: 0 }),
        Button::new(t!(tr, "button-home"), Action::Home),
    ]);
    standing(visits::body(frame, visit, heading), rows)
}

fn for_client(frame: Frame, about: &Message, visit: &VisitFacts, alternatives: &[AlternativeFacts]) -> View {
    let tr = frame.tr;
    let booking = &visit.card.booking;
    let when = tr.when(booking.visit.start(), booking.zone, frame.now);
    match about {
        Message::Reminder(..) => carded(frame, visit, &t!(tr, "letter-reminder", when = when)),
        Message::Delay(_, minutes) => {
            let start = booking.visit.start() + chrono::TimeDelta::minutes(i64::from(*minutes));
            let (late, at) = (tr.minutes(*minutes), tr.time(start, booking.zone));
            let heading = t!(
                tr,
                "letter-delay",
                master = escape(visit.card.master.get(tr.language())),
                late = late,
                time = at
            );
            carded(frame, visit, &heading)
        }
        Message::RequestApproved(_) if booking.status == Status::AwaitingPayment => {
            let until = booking.hold_until.unwrap_or(frame.now);
            let until = tr.when(until, booking.zone, frame.now);
            carded(frame, visit, &t!(tr, "letter-approved-pay", until = until))
        }
        Message::RequestApproved(_) => carded(frame, visit, &t!(tr, "letter-approved")),
        Message::PaymentOver(_) => other_times(frame, visit, &t!(tr, "letter-payment-over"), alternatives),
        Message::StudioCancelled(_) => {
            other_times(frame, visit, &t!(tr, "letter-studio-cancelled"), alternatives)
        }
        Message::RequestDeclined(_) => other_times(frame, visit, &t!(tr, "letter-declined"), alternatives),
        Message::RatingAsk(_) => rating(frame, visit),
        _ => card(frame, visit),
    }
}

fn other_times(frame: Frame, visit: &VisitFacts, heading: &str, alternatives: &[AlternativeFacts]) -> View {
    let tr = frame.tr;
    let booking = &visit.card.booking;
    let mut text = visits::body(frame, visit, heading);
    if !alternatives.is_empty() {
        text = format!("{text}\n\n{}", t!(tr, "letter-other-times"));
    }
    let mut rows: Vec<Vec<Button>> = alternatives
        .iter()
        .take(MOST_ALTERNATIVES)
        .map(|found| {
            let start = found.slot.visit.start();
            let when = tr.when(start, booking.zone, frame.now);
            let label = t!(tr, "taken-other", when = when, master = found.master.get(tr.language()));
            vec![Button::new(label, Action::Instead(booking.id, found.slot.master, start))]
        })
        .collect();
    rows.push(vec![Button::new(t!(tr, "button-other-day"), Action::Again(booking.id))]);
    standing(text, rows)
}

fn rating(frame: Frame, visit: &VisitFacts) -> View {
    let tr = frame.tr;
    let booking = &visit.card.booking;
    let text = t!(
        tr,
        "letter-rating",
        services = escape(&frame.services(&visit.card)),
        master = escape(visit.card.master.get(tr.language())),
        day = frame.day_of(booking)
    );
    let stars = (1..=5).map(|stars| Button::new(format!("{stars} ⭐"), Action::Rate(booking.id, stars)));
    standing(text, vec![stars.collect()])
}

fn offer(frame: Frame, facts: &OfferFacts) -> View {
    let tr = frame.tr;
    let card = &facts.card;
    let booking = &card.booking;
    let was = card.moved_from.map(|(was, _)| {
        let was = tr.when(was.start(), booking.zone, frame.now);
        format!("\n{}", t!(tr, "summary-was", when = was))
    });
    let text = t!(
        tr,
        "letter-offer",
        items = frame.items(card),
        master = escape(card.master.get(tr.language())),
        place = frame.place(card),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking),
        zone = tr.zone(booking.zone),
        was = was.unwrap_or_default(),
        until = tr.time(facts.until, booking.zone)
    );
    let yes = if card.booking.replaces.is_some() { t!(tr, "offer-move") } else { t!(tr, "offer-take") };
    standing(
        text,
        vec![
            vec![Button::new(yes, Action::AcceptOffer(facts.id))],
            vec![Button::new(t!(tr, "offer-decline"), Action::DeclineOffer(facts.id))],
        ],
    )
}

/// What is left of the message that made an offer, once it is over.
pub fn offer_over(frame: Frame, facts: &OfferFacts) -> View {
    let tr = frame.tr;
    let booking = &facts.card.booking;
    let when = tr.when(booking.visit.start(), booking.zone, frame.now);
    let text = if facts.is_accepted {
        t!(tr, "offer-accepted", when = when)
    } else {
        t!(tr, "offer-ended", when = when)
    };
    let waits = vec![Button::new(t!(tr, "button-waits"), Action::Waits)];
    standing(text, if facts.is_accepted { Vec::new() } else { vec![waits] })
}
