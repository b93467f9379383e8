//! Invoices, receipts, and what the admin has to give back by hand.

use super::standing;
use crate::{
    db::bookings::Card,
    domain::{
        conversation::Action,
        payment::{Invoice, Method, Purpose, RefundReason},
    },
    services::payments::{Bill, BillFor, Fault, RefundFacts},
    t,
    telegram::{
        screens::{Frame, money::amount, vouchers},
        view::{Button, View, escape, lines_that_fit, shortened},
    },
};

/// What Telegram takes of an invoice's texts, in characters.
const MOST_TITLE: usize = 32;
const MOST_DESCRIPTION: usize = 255;

/// The texts of an invoice, which are no HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvoiceWords {
    pub title: String,
    pub description: String,
    pub label: String,
}

pub fn invoice(frame: Frame, bill: &Bill) -> InvoiceWords {
    let frame = frame.aloud();
    let (title, description) = match &bill.about {
        BillFor::Visit(card) => about_visit(frame, &bill.invoice, card),
        BillFor::Voucher(voucher) => {
            let title = if voucher.token.is_some() {
                t!(frame.tr, "invoice-title-gift")
            } else {
                t!(frame.tr, "invoice-title-voucher")
            };
            (title, vouchers::offer(frame, voucher))
        }
    };
    InvoiceWords {
        label: title.clone(),
        title: shortened(&title, MOST_TITLE),
        description: shortened(&description, MOST_DESCRIPTION),
    }
}

fn about_visit(frame: Frame, invoice: &Invoice, card: &Card) -> (String, String) {
    let tr = frame.tr;
    let booking = &card.booking;
    let (services, master) = (frame.services(card), card.master.get(tr.language()));
    let when = tr.when(booking.visit.start(), booking.zone, frame.now);
    if let Purpose::Tip(_) = invoice.purpose {
        let words = t!(tr, "invoice-description-tip", services = services, when = when);
        return (t!(tr, "invoice-title-tip", master = master), words);
    }
    let until = tr.when(booking.hold_until.unwrap_or(frame.now), booking.zone, frame.now);
    let is_all = booking.price == invoice.amount;
    let title = if is_all { t!(tr, "invoice-title-full") } else { t!(tr, "invoice-title") };
    let words =
        t!(tr, "invoice-description", services = services, master = master, when = when, until = until);
    (title, words)
}

/// To the client: money goes back, or has gone.
pub(super) fn refund(frame: Frame, facts: &RefundFacts) -> View {
    let tr = frame.tr;
    let RefundFacts { refund, card } = facts;
    let amount = amount(frame, refund.amount_minor, &refund.currency);
    let about = card.as_ref().map(|card| {
        let booking = &card.booking;
        let when = tr.when(booking.visit.start(), booking.zone, frame.now);
        t!(tr, "refund-about", services = escape(&frame.services(card)), when = when)
    });
    let text = if refund.is_done {
        t!(tr, "letter-refunded", amount = amount, about = about.unwrap_or_default())
    } else {
        t!(tr, "letter-refund-due", amount = amount, about = about.unwrap_or_default())
    };
    let voucher = (!refund.is_done && refund.may_be_a_voucher())
        .then(|| vec![Button::new(t!(tr, "button-rather-voucher"), Action::RatherVoucher(refund.id))]);
    let book = (!refund.is_done).then(|| vec![Button::new(t!(tr, "button-book"), Action::Book)]);
    standing(text, voucher.into_iter().chain(book).collect())
}

/// To the admin: what in the books does not agree.
pub(super) fn books(frame: Frame, faults: &[Fault]) -> View {
    let tr = frame.tr;
    let line = |fault: &Fault| match fault {
        Fault::NobodyOwns(payment) => t!(tr, "books-nobody", payment = payment.to_string()),
        Fault::Booking(booking) => t!(tr, "books-booking", booking = booking.to_string()),
        Fault::Voucher(voucher) => t!(tr, "books-voucher", voucher = voucher.to_string()),
        Fault::Vouchers(currency) => t!(tr, "books-vouchers", currency = escape(currency)),
        Fault::Owed(currency) => t!(tr, "books-owed", currency = escape(currency)),
    };
    let lines = std::iter::once(t!(tr, "letter-books")).chain(faults.iter().map(line));
    let text = lines_that_fit(lines);
    standing(text, vec![vec![Button::new(t!(tr, "button-ledger"), Action::Ledger)]])
}

/// To the master: a client was content.
pub(super) fn tip(frame: Frame, invoice: &Invoice, card: &Card) -> View {
    let tr = frame.tr;
    let booking = &card.booking;
    let text = t!(
        tr,
        "letter-tip",
        client = escape(&card.client),
        amount = tr.money(invoice.amount),
        services = escape(&frame.services(card)),
        day = frame.day_of(booking)
    );
    standing(text, Vec::new())
}

/// To the admin: the client took a voucher, so there is nothing to give back any more.
pub(super) fn over(frame: Frame, facts: &RefundFacts) -> View {
    let tr = frame.tr;
    let refund = &facts.refund;
    let text = t!(
        tr,
        "letter-refund-over",
        amount = amount(frame, refund.amount_minor, &refund.currency),
        charge = escape(&refund.charge),
        provider = escape(&refund.provider_charge)
    );
    standing(text, Vec::new())
}

/// To the admin: what to give back, and where to find it with the provider.
pub(super) fn task(frame: Frame, facts: &RefundFacts) -> View {
    let tr = frame.tr;
    let RefundFacts { refund, card } = facts;
    let reason = match refund.reason {
        RefundReason::Cancelled if refund.is_part => t!(tr, "refund-reason-part"),
        RefundReason::Cancelled => t!(tr, "refund-reason-cancelled"),
        RefundReason::Late => t!(tr, "refund-reason-late"),
        RefundReason::Duplicate => t!(tr, "refund-reason-duplicate"),
        RefundReason::Mismatch => t!(tr, "refund-reason-mismatch"),
        RefundReason::Unknown => t!(tr, "refund-reason-unknown"),
    };
    let who = match card {
        Some(card) => {
            let booking = &card.booking;
            let when = tr.when(booking.visit.start(), booking.zone, frame.now);
            t!(tr, "refund-visit", client = escape(&card.client), when = when)
        }
        None => t!(tr, "refund-stranger", person = refund.payer.to_string()),
    };
    let text = t!(
        tr,
        "letter-refund-task",
        amount = amount(frame, refund.amount_minor, &refund.currency),
        reason = reason,
        who = who,
        charge = escape(&refund.charge),
        provider = escape(&refund.provider_charge)
    );
    let button = match refund.method() {
        Method::Stars => t!(tr, "button-refund-stars"),
        Method::Provider => t!(tr, "button-refund-done"),
    };
    standing(text, vec![vec![Button::new(button, Action::RefundDone(refund.id))]])
}
