//! Where, what, with whom, and the summary.

use chrono_tz::Tz;

use super::{Frame, vouchers};
use crate::{
    db::{bookings::Card, catalog::LocationChoice},
    domain::{
        booking::{Standing, Status},
        catalog::{Offer, Service},
        conversation::Action,
        deposit::{Deposit, Reason},
        ids::ServiceId,
        language::LocalText,
        money::Money,
        slots::{Audience, Oddity, Refusal, Regard},
    },
    services::browse::{MasterChoiceFacts, VisitFacts, Ways},
    t,
    telegram::view::{Button, View, escape},
};

const SERVICES_PER_PAGE: usize = 8;

pub(super) fn locations(frame: Frame, locations: &[LocationChoice]) -> View {
    let button = |location: &LocationChoice| {
        let name = location.names.get(frame.tr.language());
        let label = if location.address.is_empty() {
            name.to_owned()
        } else {
            format!("{name}, {}", location.address)
        };
        vec![Button::new(label, Action::Location(location.id))]
    };
    frame.inline(t!(frame.tr, "locations"), locations.iter().map(button).collect())
}

pub(super) fn services(
    frame: Frame,
    services: &[(Service, Offer)],
    picked: &[ServiceId],
    gone: usize,
    page: u8,
) -> View {
    let tr = frame.tr;
    let pages = services.len().div_ceil(SERVICES_PER_PAGE);
    let page = usize::from(page).min(pages.saturating_sub(1));
    let shown = services.chunks(SERVICES_PER_PAGE).nth(page).unwrap_or_default();
    let mut rows: Vec<Vec<Button>> = shown
        .iter()
        .map(|(service, offer)| {
            let name = service.names.get(tr.language());
            let name = if service.addon_to.is_empty() { name.to_owned() } else { format!("+ {name}") };
            let (duration, price) = (tr.minutes(service.minutes), tr.money(service.price));
            let row = t!(tr, "services-row", name = name, duration = duration, price = price);
            vec![match offer {
                Offer::Picked => Button::new(format!("✅ {row}"), Action::Tick(service.id, false)),
                Offer::Free => Button::new(format!("⬜ {row}"), Action::Tick(service.id, true)),
                Offer::Excluded => Button::label(format!("🚫 {row}")),
            }]
        })
        .collect();
    let to_page = |page: usize| Action::ServicesPage(u8::try_from(page).unwrap_or(u8::MAX));
    let earlier = (page > 0).then(|| Button::new(t!(tr, "services-fewer"), to_page(page.saturating_sub(1))));
    let later = (page + 1 < pages).then(|| Button::new(t!(tr, "services-more"), to_page(page + 1)));
    rows.push(earlier.into_iter().chain(later).collect());

    let is_chosen = |service: &&Service| picked.contains(&service.id);
    let chosen: Vec<&Service> = services.iter().map(|(service, _)| service).filter(is_chosen).collect();
    let mut text = vec![t!(tr, "services")];
    if shown.iter().any(|(_, offer)| *offer == Offer::Excluded) {
        text.push(t!(tr, "services-excluded"));
    }
    if gone > 0 {
        text.push(t!(tr, "services-gone"));
    }
    if let Some(total) = total(&chosen) {
        let minutes = chosen.iter().map(|service| service.minutes).sum();
        let (duration, price) = (tr.minutes(minutes), tr.money(total));
        let line = t!(tr, "services-total", count = chosen.len(), duration = duration, price = price);
        text.push(format!("\n{line}"));
        rows.push(vec![Button::new(t!(tr, "services-next"), Action::ServicesDone)]);
    }
    frame.inline(text.join("\n"), rows)
}

/// `None` when nothing is chosen.
fn total(chosen: &[&Service]) -> Option<Money> {
    let (first, others) = chosen.split_first()?;
    others.iter().try_fold(first.price, |sum, service| sum.plus(service.price)).ok()
}

pub(super) fn masters(frame: Frame, zone: Tz, choices: &[MasterChoiceFacts]) -> View {
    let tr = frame.tr;
    let has_time = choices.iter().any(|choice| choice.first_free.is_some());
    let button = |choice: &MasterChoiceFacts| {
        let name = choice
            .name
            .as_ref()
            .map_or_else(|| t!(tr, "masters-anyone"), |name| name.get(tr.language()).to_owned());
        let price = tr.money(choice.price);
        match choice.first_free {
            Some(free) => {
                let when = tr.when(free, zone, frame.now);
                let label = if choice.price_varies {
                    t!(tr, "masters-row-from", name = name, price = price, when = when)
                } else {
                    t!(tr, "masters-row", name = name, price = price, when = when)
                };
                // The button carries what it says, so that a change until the summary can be told.
                let quoted = (!choice.price_varies).then_some(choice.price.minor());
                vec![Button::new(label, Action::Master(choice.choice, quoted))]
            }
            None => vec![Button::label(t!(tr, "masters-row-full", name = name, price = price))],
        }
    };
    let text = if has_time { t!(tr, "masters") } else { t!(tr, "masters-full") };
    frame.inline(text, choices.iter().map(button).collect())
}

/// The way on begins anew: a service that is not offered any more would stay ticked, unseen.
pub(super) fn nobody_does_all(frame: Frame) -> View {
    let rows = vec![vec![Button::new(t!(frame.tr, "button-book"), Action::Book)]];
    frame.inline(t!(frame.tr, "nobody-does-all"), rows)
}

/// Something of the wish is not offered any more.
pub(super) fn gone(frame: Frame, services: &[LocalText], is_moving: bool) -> View {
    let tr = frame.tr;
    let names: Vec<String> = services.iter().map(|names| escape(names.get(tr.language()))).collect();
    let names = names.join(", ");
    if is_moving {
        return frame.inline(t!(tr, "gone-moving", services = names), Vec::new());
    }
    let rows = vec![vec![Button::new(t!(tr, "button-go-on"), Action::Reconsider)]];
    frame.inline(t!(tr, "gone", services = names), rows)
}

pub(super) fn master_gone(frame: Frame) -> View {
    let rows = vec![vec![Button::new(t!(frame.tr, "button-other-master"), Action::OtherMaster)]];
    frame.inline(t!(frame.tr, "master-gone"), rows)
}

/// Why there is nothing to book for this client, whatever the time.
pub(super) fn not_admitted(frame: Frame, refusal: Refusal) -> View {
    let tr = frame.tr;
    let to_visits = || Button::new(t!(tr, "button-visits"), Action::Visits { past: false, page: 0 });
    let go_on = || Button::new(t!(tr, "button-go-on"), Action::Reconsider);
    let (text, button) = match refusal {
        Refusal::TooMany { limit } => (t!(tr, "refused-too-many", count = limit), Some(to_visits())),
        Refusal::Odd(Oddity::Exclusive) => (t!(tr, "refused-exclusive"), Some(go_on())),
        Refusal::Odd(Oddity::LoneAddon) => (t!(tr, "refused-lone-addon"), Some(go_on())),
        Refusal::Odd(Oddity::NotFor(Audience::New)) => (t!(tr, "refused-new"), Some(go_on())),
        Refusal::Odd(Oddity::NotFor(_)) => (t!(tr, "refused-known"), Some(go_on())),
        _ => (t!(tr, "refused-blocked"), None),
    };
    frame.inline(text, button.map(|button| vec![button]).into_iter().collect())
}

pub(super) fn hold_over(frame: Frame) -> View {
    frame.inline(t!(frame.tr, "summary-over"), Vec::new())
}

pub(super) fn summary(frame: Frame, visit: &VisitFacts, quoted: Option<Money>, ways: &Ways) -> View {
    let tr = frame.tr;
    let VisitFacts { card, standing } = visit;
    let booking = &card.booking;
    let Standing::OnHold { until } = standing else {
        return hold_over(frame);
    };
    if booking.status == Status::AwaitingPayment {
        return awaiting(frame, visit, *until);
    }
    // One service says it all in its own line.
    let totals = if booking.items.len() > 1 {
        let duration = tr.minutes(u32::try_from(booking.minutes()).unwrap_or_default());
        format!("{}\n", t!(tr, "summary-totals", duration = duration, price = tr.money(booking.price)))
    } else {
        String::new()
    };
    let before = card
        .moved_from
        .map(|(range, _)| t!(tr, "summary-was", when = tr.when(range.start(), booking.zone, frame.now)));
    let old_price = card.moved_from.map(|(_, price)| price).filter(|price| *price != booking.price);
    let price_was = quoted.map(|was| t!(tr, "summary-price-was", price = tr.money(was)));
    let old_price = old_price.map(|was| t!(tr, "summary-price-before", price = tr.money(was)));
    let asks = card.approves_flagged && card.regard == Regard::Flagged && booking.replaces.is_none();
    let due = booking.deposit.map(|deposit| {
        if asks {
            t!(tr, "summary-deposit-later", amount = tr.money(deposit.amount))
        } else {
            deposit_line(frame, deposit)
        }
    });
    let short = ways.too_little.map(|left| t!(tr, "summary-voucher-short", left = tr.money(left)));
    let terms = frame.terms(card, card.terms.at(booking.visit.start(), frame.now));
    let rules = [before, price_was, old_price, discount(frame, card), due, short, Some(terms)];
    let text = t!(
        tr,
        "summary",
        title =
            if booking.replaces.is_some() { t!(tr, "summary-title-move") } else { t!(tr, "summary-title") },
        items = frame.items(card),
        master = escape(card.master.get(tr.language())),
        place = frame.place(card),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking),
        zone = tr.zone(booking.zone),
        totals = totals,
        rules = rules.into_iter().flatten().collect::<Vec<_>>().join("\n"),
        until = tr.time(*until, booking.zone),
        how = if booking.deposit.is_some() && !asks { "pay" } else { "confirm" }
    );
    let confirm = match (booking.replaces, booking.deposit) {
        (None, _) if asks => t!(tr, "summary-confirm"),
        (Some(_), _) => t!(tr, "summary-confirm-move"),
        (None, Some(deposit)) => t!(tr, "summary-pay", amount = tr.money(deposit.amount)),
        (None, None) => t!(tr, "summary-confirm"),
    };
    let repeat = (card.most_repeats.is_some() && booking.replaces.is_none())
        .then(|| vec![Button::new(t!(tr, "summary-repeat"), Action::Repeat)]);
    let code = ways.by_code.then(|| vec![Button::new(t!(tr, "button-code"), Action::AskCode)]);
    let vouchers = ways.vouchers.iter().map(|(voucher, redemption)| {
        vec![Button::new(vouchers::redeem(frame, voucher, redemption), Action::Redeem(voucher.id))]
    });
    let confirm = [vec![Button::new(confirm, Action::Confirm)]].into_iter();
    frame.inline(text, vouchers.chain(confirm).chain(code).chain(repeat).collect())
}

/// What a code has made of the price.
pub(super) fn discount(frame: Frame, card: &Card) -> Option<String> {
    let (tr, booking) = (frame.tr, &card.booking);
    let code = card.promo.as_deref()?;
    let full = booking.price.plus(booking.discount).unwrap_or(booking.price);
    Some(t!(tr, "visit-code", code = code, price = tr.money(booking.price), full = tr.money(full)))
}

/// What is due before the visit is theirs, and why.
fn deposit_line(frame: Frame, deposit: Deposit) -> String {
    let amount = frame.tr.money(deposit.amount);
    match deposit.reason {
        Reason::Usual | Reason::Voucher => t!(frame.tr, "summary-deposit", amount = amount),
        Reason::New => t!(frame.tr, "summary-deposit-new", amount = amount),
        Reason::Flagged => t!(frame.tr, "summary-deposit-flagged", amount = amount),
    }
}

/// The invoice is in a message of its own; this says for how long it is good.
fn awaiting(frame: Frame, visit: &VisitFacts, until: chrono::DateTime<chrono::Utc>) -> View {
    let tr = frame.tr;
    let booking = &visit.card.booking;
    let text = t!(
        tr,
        "summary-awaiting",
        items = frame.items(&visit.card),
        master = escape(visit.card.master.get(tr.language())),
        place = frame.place(&visit.card),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking),
        zone = tr.zone(booking.zone),
        amount = booking.deposit.map(|deposit| tr.money(deposit.amount)).unwrap_or_default(),
        until = tr.time(until, booking.zone)
    );
    frame.inline(text, Vec::new())
}
