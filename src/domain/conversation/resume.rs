//! How a conversation goes on when its effect has been carried out.

use super::{
    Conversation, Effect, Notice, Outcome,
    screen::{MasterChoice, Screen, Wish},
    step::Step,
};
use crate::domain::slots::Refusal;

/// Goes on from the step that asked for `effect`.
pub fn resume(step: Step, effect: &Effect, outcome: Outcome) -> Step {
    let Step { conversation, notice, .. } = step;
    let go = |conversation| Step { notice, ..Step::to(conversation) };
    match (effect, outcome) {
        (Effect::Hold { wish, master, .. }, Outcome::Held(booking)) => {
            let (wish, master) = (wish.clone(), wished(&conversation, *master));
            go(without_taken(conversation).push(Screen::Summary { wish, master, booking }))
        }
        (Effect::Hold { .. }, Outcome::Refused(Refusal::OwnVisit)) => {
            go(conversation).saying(Notice::OwnVisitThen)
        }
        (Effect::Hold { wish, master, start }, Outcome::Refused(_)) => {
            let (wish, master) = (wish.clone(), wished(&conversation, *master));
            go(without_taken(conversation).push(Screen::Taken { wish, master, start: *start }))
        }
        (Effect::Hold { wish, .. }, Outcome::NotOffered) => {
            go(back_to_services(conversation, wish)).saying(Notice::NotOffered)
        }
        (_, Outcome::Confirmed(booking)) => {
            go(Conversation::home_then(Screen::Visit { booking })).saying(Notice::Booked)
        }
        (_, Outcome::HoldOver(start)) => go(hold_over(conversation, start)).saying(Notice::HoldOver),
        (_, Outcome::Cancelled) => go(leave_cancel(conversation)).saying(Notice::VisitCancelled),
        (_, Outcome::TooLateToCancel) => go(leave_cancel(conversation)).saying(Notice::TooLateToCancel),
        (_, Outcome::NotFound) => go(Conversation::at(Screen::Home)).saying(Notice::NotFound),
        (_, Outcome::Done | Outcome::Held(_) | Outcome::Refused(_) | Outcome::NotOffered) => go(conversation),
    }
}

/// The choice that Back must restore: an alternative with another master does not change it.
fn wished(conversation: &Conversation, held: MasterChoice) -> MasterChoice {
    match conversation.top() {
        Screen::Taken { master, .. } | Screen::Times { master, .. } => *master,
        _ => held,
    }
}

fn without_taken(conversation: Conversation) -> Conversation {
    if matches!(conversation.top(), Screen::Taken { .. }) { conversation.pop() } else { conversation }
}

fn hold_over(conversation: Conversation, start: chrono::DateTime<chrono::Utc>) -> Conversation {
    match conversation.top().clone() {
        Screen::Summary { wish, master, .. } => conversation.replace(Screen::Taken { wish, master, start }),
        _ => Conversation::at(Screen::Home),
    }
}

fn back_to_services(conversation: Conversation, wish: &Wish) -> Conversation {
    let services = Screen::Services { location: wish.location, picked: wish.services.clone(), page: 0 };
    match conversation.pop_to(|screen| matches!(screen, Screen::Services { .. })) {
        found if matches!(found.top(), Screen::Services { .. }) => found,
        _ => Conversation::home_then(services),
    }
}

fn leave_cancel(conversation: Conversation) -> Conversation {
    if matches!(conversation.top(), Screen::CancelVisit { .. }) { conversation.pop() } else { conversation }
}
