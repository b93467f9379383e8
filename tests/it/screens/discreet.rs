//! What a discreet visit is for stands in no message, invoice or file; everything else does.

use vizit::{
    db::bookings::Card,
    domain::{
        booking::Status,
        ids::{InvoiceId, OfferId, TelegramId},
        language::Language,
        payment::{Invoice, Method, Purpose, State},
        voucher::Voucher,
    },
    i18n::Tr,
    ics,
    services::{
        browse::{self, Facts},
        outbox::Letter,
        payments::{Bill, BillFor, RefundFacts},
        waitlist::OfferFacts,
    },
    telegram::screens::{self, Frame, letters},
};

use super::{
    later,
    sample::{card, now, text},
};

const SECRET: &str = "Zanzibar";

fn keeps_to_itself(card: &mut Card, is_discreet: bool) {
    for item in &mut card.booking.items {
        item.names = text(SECRET);
    }
    if let Some(rating) = &mut card.rating {
        rating.comment = Some(format!("about {SECRET}"));
    }
    card.is_discreet = is_discreet;
}

/// The same letter about something that nobody should read; `false` when it is about no service.
fn about_a_secret(letter: &mut Letter, is_discreet: bool) -> bool {
    let whole = |voucher: &mut Voucher| {
        voucher.names = Some(text(SECRET));
        voucher.is_discreet = is_discreet;
    };
    match letter {
        Letter::ForClient { card, .. } | Letter::ForStaff { card, .. } | Letter::Tip(_, card) => {
            keeps_to_itself(card, is_discreet);
        }
        Letter::Offer(facts) => keeps_to_itself(&mut facts.card, is_discreet),
        Letter::Day(facts) => facts.cards.iter_mut().for_each(|card| keeps_to_itself(card, is_discreet)),
        Letter::Refund(facts) | Letter::RefundTask(facts) | Letter::RefundOver(facts) => {
            let RefundFacts { card, .. } = facts.as_mut();
            let Some(card) = card else { return false };
            keeps_to_itself(card, is_discreet);
        }
        Letter::Voucher(voucher, _) | Letter::Gift { voucher, .. } | Letter::GiftTaken(voucher) => {
            whole(voucher);
        }
        _ => return false,
    }
    true
}

fn offer_of(card: Card) -> Letter {
    let facts = OfferFacts { id: OfferId(1), card, until: now(), is_open: true, is_accepted: false };
    Letter::Offer(Box::new(facts))
}

fn invoice(purpose: Purpose) -> Invoice {
    Invoice {
        id: InvoiceId(1),
        payload: uuid::Uuid::nil(),
        client: TelegramId(1),
        purpose,
        method: Method::Provider,
        amount: later::voucher("x", false).price,
        state: State::Open,
    }
}

#[test]
fn letters_about_discreet_visits_do_not_say_what_they_are_for() {
    let (mut hidden, mut told) = (0, 0);
    for language in Language::ALL {
        let frame = Frame { tr: Tr::to(language), now: now(), can_go_back: false, is_aloud: false };
        for is_discreet in [true, false] {
            for mut letter in later::letters("x") {
                if !about_a_secret(&mut letter, is_discreet) {
                    continue;
                }
                let text = letters::letter(frame, &letter).text;
                assert!(!is_discreet || !text.contains(SECRET), "{text}");
                hidden += usize::from(is_discreet);
                told += usize::from(!is_discreet && text.contains(SECRET));
            }
        }
    }
    assert!(hidden > 100 && told > 100, "{hidden} {told}");
}

#[test]
fn cards_invoices_and_calendar_files_of_discreet_visits_do_not_say_it_either() {
    for language in Language::ALL {
        let tr = Tr::to(language);
        let frame = Frame { tr, now: now(), can_go_back: false, is_aloud: false };
        for is_discreet in [true, false] {
            let mut card = card("x", Status::Confirmed);
            keeps_to_itself(&mut card, is_discreet);
            let visit = browse::visit(card.clone(), now());
            let mut texts = vec![letters::card(frame, &visit).text, ics::file(&card, tr, now())];
            let offer = offer_of(card.clone());
            for is_tip in [true, false] {
                let invoice = invoice(if is_tip {
                    Purpose::Tip(card.booking.id)
                } else {
                    Purpose::Deposit(card.booking.id)
                });
                let words =
                    letters::invoice(frame, &Bill { invoice, about: BillFor::Visit(Box::new(card.clone())) });
                texts.extend([format!("{} {} {}", words.title, words.label, words.description)]);
            }
            let voucher = Voucher { names: Some(text(SECRET)), is_discreet, ..later::voucher("x", true) };
            let bill = Bill {
                invoice: invoice(Purpose::Voucher(voucher.id)),
                about: BillFor::Voucher(Box::new(voucher)),
            };
            texts.push(letters::invoice(frame, &bill).description);
            texts.push(letters::letter(frame, &offer).text);
            for text in &texts {
                assert_eq!(text.contains(SECRET), !is_discreet, "{text}");
            }
            // Whoever opens a visit wants to see all of it.
            assert!(screens::view(&Facts::Visit(visit), frame).text.contains(SECRET));
            let opened = screens::view(&Facts::StaffVisit(card), frame).text;
            assert!(opened.contains(&format!("about {SECRET}")), "{opened}");
        }
    }
}
