//! The way of a booking: taps that only mean something on their own screen; anywhere else they are out of date.

use super::{Action, Conversation, Effect, MasterChoice, Notice, Screen, Wish, step::Step};
use crate::domain::{
    ids::ServiceId,
    series::{Deviation, Recurrence},
};

/// Services a visit may be made of.
const MOST_SERVICES: usize = 8;

pub(super) fn on_tap(conversation: Conversation, action: Action) -> Step {
    match (conversation.top().clone(), action) {
        (Screen::Locations, Action::Location(location)) => {
            Step::to(conversation.push(Screen::Services { location, picked: Vec::new(), page: 0 }))
        }
        (Screen::Services { picked, .. }, Action::Tick(service, true))
            if picked.len() >= MOST_SERVICES && !picked.contains(&service) =>
        {
            Step::to(conversation).saying(Notice::TooManyServices)
        }
        (Screen::Services { location, picked, page }, Action::Tick(service, wanted)) => {
            let picked = ticked(picked, service, wanted);
            Step::to(conversation.replace(Screen::Services { location, picked, page }))
        }
        (Screen::Services { location, picked, .. }, Action::ServicesPage(page)) => {
            Step::to(conversation.replace(Screen::Services { location, picked, page }))
        }
        (Screen::Services { picked, .. }, Action::ServicesDone) if picked.is_empty() => {
            Step::to(conversation).saying(Notice::PickAService)
        }
        (Screen::Services { location, picked, .. }, Action::ServicesDone) => {
            Step::to(conversation).doing(Effect::Choose { location, picked })
        }
        (
            Screen::Masters { wish } | Screen::Calendar { wish, .. } | Screen::Times { wish, .. },
            Action::Reconsider,
        ) if wish.moving.is_none() => {
            let (location, picked) = (wish.location, wish.services);
            Step::to(conversation).doing(Effect::Choose { location, picked })
        }
        (Screen::Masters { wish }, Action::Master(master, quoted)) => {
            let wish = Wish { quoted, ..wish };
            Step::to(conversation.push(Screen::Calendar { wish, master, month: None }))
        }
        (Screen::Calendar { wish, master, .. }, Action::Month(month)) => {
            Step::to(conversation.replace(Screen::Calendar { wish, master, month: Some(month) }))
        }
        (Screen::Calendar { wish, master, .. }, Action::Day(day)) => {
            Step::to(conversation.push(Screen::Times { wish, master, day }))
        }
        (Screen::Calendar { .. } | Screen::Times { .. }, Action::OtherMaster) => {
            Step::to(conversation.pop_to(|screen| matches!(screen, Screen::Masters { .. })))
        }
        (Screen::Times { wish, master, .. }, Action::Time(start)) => {
            Step::to(conversation).doing(Effect::Hold { wish, master, start })
        }
        (Screen::Taken { wish, master: wished, .. }, Action::Alternative(master, start)) => {
            let master = MasterChoice::One(master);
            // What another master takes was not what the client was told.
            let quoted = wish.quoted.filter(|_| master == wished);
            Step::to(conversation).doing(Effect::Hold { wish: Wish { quoted, ..wish }, master, start })
        }
        (Screen::Taken { .. }, Action::OtherDay) => {
            Step::to(conversation.pop_to(|screen| matches!(screen, Screen::Calendar { .. })))
        }
        (Screen::Summary { booking, .. }, Action::Confirm) => {
            Step::to(conversation).doing(Effect::Confirm(booking))
        }
        (Screen::Summary { booking, .. }, Action::Redeem(voucher)) => {
            Step::to(conversation).doing(Effect::Redeem(booking, voucher))
        }
        (Screen::Summary { wish, booking, .. }, Action::AskCode) if wish.moving.is_none() => {
            Step::to(conversation.push(Screen::Code { booking }))
        }
        (Screen::Summary { wish, booking, .. }, Action::Repeat) if wish.moving.is_none() => {
            Step::to(conversation.push(Screen::Repeat { wish, booking }))
        }
        (
            Screen::Repeat { .. } | Screen::Series { .. },
            Action::Rule(..) | Action::Skip(..) | Action::Pick(_) | Action::Put(..) | Action::ConfirmSeries,
        ) => on_series_tap(conversation, action),
        _ => Step::to(conversation).saying(Notice::OutOfDate),
    }
}

fn on_series_tap(conversation: Conversation, action: Action) -> Step {
    match (conversation.top().clone(), action) {
        (Screen::Repeat { wish, booking }, Action::Rule(weeks, times)) => {
            match Recurrence::new(weeks.into(), times.into()) {
                Ok(rule) => {
                    let deviations = Vec::new();
                    Step::to(conversation.push(Screen::Series {
                        wish,
                        booking,
                        rule,
                        deviations,
                        picking: None,
                    }))
                }
                Err(_) => Step::to(conversation).saying(Notice::OutOfDate),
            }
        }
        (Screen::Series { wish, booking, rule, deviations, .. }, Action::ConfirmSeries) => {
            Step::to(conversation).doing(Effect::ConfirmSeries { wish, booking, rule, deviations })
        }
        (Screen::Series { wish, booking, rule, deviations, .. }, Action::Pick(index)) => {
            let picking = Some(index.into());
            Step::to(conversation.push(Screen::Series { wish, booking, rule, deviations, picking }))
        }
        (Screen::Series { wish, booking, rule, deviations, picking }, Action::Skip(index, skips)) => {
            let deviation = skips.then_some(Deviation::Skip);
            let deviations = deviating(deviations, index.into(), deviation);
            settle(conversation, Screen::Series { wish, booking, rule, deviations, picking })
        }
        (Screen::Series { wish, booking, rule, deviations, picking }, Action::Put(index, start)) => {
            let deviations = deviating(deviations, index.into(), Some(Deviation::To(start)));
            settle(conversation, Screen::Series { wish, booking, rule, deviations, picking })
        }
        _ => Step::to(conversation).saying(Notice::OutOfDate),
    }
}

/// Back to the whole series, with what has been decided about one visit.
fn settle(conversation: Conversation, decided: Screen) -> Step {
    let Screen::Series { wish, booking, rule, deviations, picking } = decided else {
        return Step::to(conversation);
    };
    let conversation = if picking.is_some() { conversation.pop() } else { conversation };
    Step::to(conversation.replace(Screen::Series { wish, booking, rule, deviations, picking: None }))
}

fn deviating(
    mut deviations: Vec<(u32, Deviation)>,
    index: u32,
    deviation: Option<Deviation>,
) -> Vec<(u32, Deviation)> {
    deviations.retain(|(other, _)| *other != index);
    deviations.extend(deviation.map(|deviation| (index, deviation)));
    deviations
}

fn ticked(mut picked: Vec<ServiceId>, service: ServiceId, wanted: bool) -> Vec<ServiceId> {
    match (picked.iter().position(|other| *other == service), wanted) {
        (None, true) => picked.push(service),
        (Some(index), false) => {
            picked.remove(index);
        }
        (Some(_), true) | (None, false) => {}
    }
    picked
}

/// Whether a visit is being moved.
pub(super) fn is_moving(conversation: &Conversation) -> bool {
    conversation.screens().any(|screen| match screen {
        Screen::Masters { wish }
        | Screen::Calendar { wish, .. }
        | Screen::Times { wish, .. }
        | Screen::Taken { wish, .. }
        | Screen::Summary { wish, .. } => wish.moving.is_some(),
        _ => false,
    })
}
