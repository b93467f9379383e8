//! Where, what, with whom, and the summary.

use chrono_tz::Tz;

use super::Frame;
use crate::{
    db::catalog::LocationChoice,
    domain::{booking::Standing, catalog::Service, conversation::Action, ids::ServiceId, money::Money},
    services::browse::{MasterChoiceFacts, VisitFacts},
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

pub(super) fn services(frame: Frame, services: &[Service], picked: &[ServiceId], page: u8) -> View {
    let tr = frame.tr;
    let pages = services.len().div_ceil(SERVICES_PER_PAGE);
    let page = usize::from(page).min(pages.saturating_sub(1));
    let shown = services.chunks(SERVICES_PER_PAGE).nth(page).unwrap_or_default();
    let mut rows: Vec<Vec<Button>> = shown
        .iter()
        .map(|service| {
            let row = t!(
                tr,
                "services-row",
                name = service.names.get(tr.language()),
                duration = tr.minutes(service.minutes),
                price = tr.money(service.price)
            );
            let is_picked = picked.contains(&service.id);
            let tick = if is_picked { "✅" } else { "⬜" };
            vec![Button::new(format!("{tick} {row}"), Action::Tick(service.id, !is_picked))]
        })
        .collect();
    let to_page = |page: usize| Action::ServicesPage(u8::try_from(page).unwrap_or(u8::MAX));
    let earlier = (page > 0).then(|| Button::new(t!(tr, "services-fewer"), to_page(page.saturating_sub(1))));
    let later = (page + 1 < pages).then(|| Button::new(t!(tr, "services-more"), to_page(page + 1)));
    rows.push(earlier.into_iter().chain(later).collect());

    let chosen: Vec<&Service> = services.iter().filter(|service| picked.contains(&service.id)).collect();
    let mut text = t!(tr, "services");
    if let Some(total) = total(&chosen) {
        let minutes = chosen.iter().map(|service| service.minutes).sum();
        let line = t!(
            tr,
            "services-total",
            count = chosen.len(),
            duration = tr.minutes(minutes),
            price = tr.money(total)
        );
        text = format!("{text}\n\n{line}");
        rows.push(vec![Button::new(t!(tr, "services-next"), Action::ServicesDone)]);
    }
    frame.inline(text, rows)
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
                vec![Button::new(label, Action::Master(choice.choice))]
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

pub(super) fn summary(frame: Frame, visit: &VisitFacts) -> View {
    let tr = frame.tr;
    let VisitFacts { card, standing } = visit;
    let booking = &card.booking;
    let Standing::OnHold { until } = standing else {
        return frame.inline(t!(tr, "summary-over"), Vec::new());
    };
    let notice = chrono::TimeDelta::minutes(i64::from(card.cancel_notice));
    let free_until = booking.visit.start() - notice;
    let rules = if frame.now < free_until {
        t!(tr, "summary-rules", until = tr.when(free_until, booking.zone, frame.now))
    } else {
        t!(tr, "summary-rules-none")
    };
    // One service says it all in its own line.
    let totals = if booking.items.len() > 1 {
        let duration = tr.minutes(u32::try_from(booking.minutes()).unwrap_or_default());
        format!("{}\n", t!(tr, "summary-totals", duration = duration, price = tr.money(booking.price)))
    } else {
        String::new()
    };
    let text = t!(
        tr,
        "summary",
        items = frame.items(booking),
        master = escape(card.master.get(tr.language())),
        place = frame.place(card),
        day = frame.day_of(booking),
        from = frame.from(booking),
        to = frame.to(booking),
        zone = tr.zone(booking.zone),
        totals = totals,
        rules = rules,
        until = tr.time(*until, booking.zone)
    );
    frame.inline(text, vec![vec![Button::new(t!(tr, "summary-confirm"), Action::Confirm)]])
}
