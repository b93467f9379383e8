//! From an event to the next screens and an effect.

use super::{
    Action, Command, Conversation, Effect, Event, Notice, Standing, Stray,
    screen::{Screen, Wish},
};
use crate::domain::ids::{BookingId, ServiceId};

/// What an event leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub conversation: Conversation,
    pub effect: Option<Effect>,
    pub notice: Option<Notice>,
    /// The calendar file of a visit to send along.
    pub file: Option<BookingId>,
    /// Whether there is anything new to show; a tap on a mere label only wants an answer.
    pub shows: bool,
}

impl Step {
    pub(super) fn to(conversation: Conversation) -> Step {
        Step { conversation, effect: None, notice: None, file: None, shows: true }
    }

    pub(super) fn saying(self, notice: Notice) -> Step {
        Step { notice: Some(notice), ..self }
    }

    fn doing(self, effect: Effect) -> Step {
        Step { effect: Some(effect), ..self }
    }
}

/// Services a visit may be made of.
const MOST_SERVICES: usize = 8;

/// Decides what an event does.
pub fn step(conversation: Conversation, event: Event, person: Standing) -> Step {
    let held = held_booking(&conversation);
    // The staff works with other people's visits; consent is about one's own.
    let may = person.consented || (person.is_staff && is_for_staff(&conversation, &event));
    let step = if may { decide(conversation, event, person) } else { before_consent(conversation, &event) };
    match held {
        // Whoever leaves the summary by any way but Confirm gives the time back.
        Some(booking) if step.effect.is_none() && held_booking(&step.conversation) != held => {
            step.doing(Effect::Release(booking))
        }
        _ => step,
    }
}

fn is_for_staff(conversation: &Conversation, event: &Event) -> bool {
    match event {
        Event::Command(command) => {
            matches!(command, Command::Today | Command::Day(_) | Command::DayWithoutDate)
        }
        Event::Tap(Action::StaffToday | Action::StaffDay(_) | Action::StaffVisit(_)) => true,
        Event::Tap(Action::Back) => matches!(conversation.below.last(), Some(Screen::Day { .. })),
        _ => false,
    }
}

fn held_booking(conversation: &Conversation) -> Option<BookingId> {
    conversation.screens().find_map(|screen| match screen {
        Screen::Summary { booking, .. } => Some(*booking),
        _ => None,
    })
}

fn before_consent(conversation: Conversation, event: &Event) -> Step {
    match event {
        Event::Tap(Action::Agree) => Step::to(Conversation::home_then(Screen::Phone)).doing(Effect::Agree),
        Event::Tap(Action::SetLanguage(language)) => {
            Step::to(leave_languages(conversation)).doing(Effect::SetLanguage(*language))
        }
        Event::Tap(Action::Languages) | Event::Command(Command::Language) => {
            Step::to(Conversation::at(Screen::Welcome).push(Screen::Language))
        }
        Event::Tap(Action::Privacy) | Event::Command(Command::Privacy) => {
            Step::to(Conversation::at(Screen::Welcome).push(Screen::Privacy))
        }
        Event::Tap(Action::Help) | Event::Command(Command::Help) => {
            Step::to(Conversation::at(Screen::Welcome).push(Screen::Help))
        }
        Event::Tap(Action::Nothing) => Step { shows: false, ..Step::to(conversation) },
        Event::StaleTap => Step::to(Conversation::at(Screen::Welcome)).saying(Notice::OutOfDate),
        Event::Tap(_)
        | Event::Command(_)
        | Event::OwnPhone(_)
        | Event::ForeignPhone
        | Event::SkipPhone
        | Event::Stray(_) => Step::to(Conversation::at(Screen::Welcome)),
    }
}

fn decide(conversation: Conversation, event: Event, person: Standing) -> Step {
    match event {
        Event::Command(command) => on_command(conversation, command, person),
        Event::Tap(action) => on_tap(conversation, action, person),
        Event::StaleTap => Step::to(conversation).saying(Notice::OutOfDate),
        Event::OwnPhone(phone) => {
            Step::to(leave_phone(conversation)).doing(Effect::SavePhone(phone)).saying(Notice::PhoneSaved)
        }
        Event::ForeignPhone => Step::to(conversation).saying(Notice::PhoneNotYours),
        Event::SkipPhone if *conversation.top() == Screen::Phone => {
            Step::to(leave_phone(conversation)).saying(Notice::PhoneSkipped)
        }
        Event::SkipPhone => Step::to(conversation).saying(Notice::UnknownText),
        Event::Stray(stray) if *conversation.top() == Screen::Phone && stray == Stray::Text => {
            Step::to(conversation).saying(Notice::PhoneOrSkip)
        }
        Event::Stray(stray) => Step::to(conversation).saying(match stray {
            Stray::Text => Notice::UnknownText,
            Stray::Sticker => Notice::UnknownSticker,
            Stray::Picture => Notice::UnknownPicture,
            Stray::Other => Notice::UnknownOther,
        }),
    }
}

fn on_command(conversation: Conversation, command: Command, person: Standing) -> Step {
    match command {
        Command::Start => Step::to(Conversation::at(Screen::Home)),
        Command::Book => Step::to(start_booking(person)),
        Command::Visits => Step::to(Conversation::home_then(Screen::Visits { past: false, page: 0 })),
        Command::Cancel if conversation.screens().any(Screen::is_booking) => {
            Step::to(Conversation::at(Screen::Home)).saying(Notice::NothingBooked)
        }
        Command::Cancel => Step::to(Conversation::home_then(Screen::Visits { past: false, page: 0 }))
            .saying(Notice::ChooseVisitToCancel),
        Command::Help => Step::to(conversation.push(Screen::Help)),
        Command::Language => Step::to(conversation.push(Screen::Language)),
        Command::Privacy => Step::to(conversation.push(Screen::Privacy)),
        Command::Today | Command::Day(_) | Command::DayWithoutDate if !person.is_staff => {
            Step::to(conversation).saying(Notice::StaffOnly)
        }
        Command::Today => Step::to(Conversation::home_then(Screen::Day { date: None })),
        Command::Day(date) => Step::to(Conversation::home_then(Screen::Day { date: Some(date) })),
        Command::DayWithoutDate => {
            Step::to(Conversation::home_then(Screen::Day { date: None })).saying(Notice::SayDay)
        }
        Command::Unknown => Step::to(conversation).saying(Notice::UnknownCommand),
    }
}

fn on_tap(conversation: Conversation, action: Action, person: Standing) -> Step {
    match action {
        Action::Nothing => Step { shows: false, ..Step::to(conversation) },
        Action::Home | Action::Agree => Step::to(Conversation::at(Screen::Home)),
        Action::Back => Step::to(conversation.pop()),
        Action::Book => Step::to(start_booking(person)),
        Action::Visits { past, page } => {
            let screen = Screen::Visits { past, page };
            Step::to(match conversation.top() {
                Screen::Visits { .. } => conversation.replace(screen),
                _ => Conversation::home_then(screen),
            })
        }
        Action::Visit(booking) => Step::to(conversation.push(Screen::Visit { booking })),
        Action::AskCancel(booking) => Step::to(conversation.push(Screen::CancelVisit { booking })),
        Action::Cancel(booking) => Step::to(conversation).doing(Effect::Cancel(booking)),
        Action::CalendarFile(booking) => Step { file: Some(booking), ..Step::to(conversation) },
        Action::Languages => Step::to(conversation.push(Screen::Language)),
        Action::SetLanguage(language) => Step::to(leave_languages(conversation))
            .doing(Effect::SetLanguage(language))
            .saying(Notice::LanguageSet),
        Action::Help => Step::to(conversation.push(Screen::Help)),
        Action::Privacy => Step::to(conversation.push(Screen::Privacy)),
        Action::StaffToday | Action::StaffDay(_) | Action::StaffVisit(_) if !person.is_staff => {
            Step::to(conversation).saying(Notice::StaffOnly)
        }
        Action::StaffToday => Step::to(conversation.push(Screen::Day { date: None })),
        Action::StaffDay(date) => {
            let screen = Screen::Day { date: Some(date) };
            Step::to(match conversation.top() {
                Screen::Day { .. } => conversation.replace(screen),
                _ => conversation.push(screen),
            })
        }
        Action::StaffVisit(booking) => Step::to(conversation.push(Screen::StaffVisit { booking })),
        Action::Location(_)
        | Action::Tick(..)
        | Action::ServicesPage(_)
        | Action::ServicesDone
        | Action::Master(_)
        | Action::Month(_)
        | Action::Day(_)
        | Action::Time(_)
        | Action::Alternative(..)
        | Action::OtherDay
        | Action::Confirm => on_booking_tap(conversation, action),
    }
}

/// Taps that only mean something on their own screen; anywhere else they are out of date.
fn on_booking_tap(conversation: Conversation, action: Action) -> Step {
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
            Step::to(conversation.push(Screen::Masters { wish: Wish { location, services: picked } }))
        }
        (Screen::Masters { wish }, Action::Master(master)) => {
            Step::to(conversation.push(Screen::Calendar { wish, master, month: None }))
        }
        (Screen::Calendar { wish, master, .. }, Action::Month(month)) => {
            Step::to(conversation.replace(Screen::Calendar { wish, master, month: Some(month) }))
        }
        (Screen::Calendar { wish, master, .. }, Action::Day(day)) => {
            Step::to(conversation.push(Screen::Times { wish, master, day }))
        }
        (Screen::Times { wish, master, .. }, Action::Time(start)) => {
            Step::to(conversation).doing(Effect::Hold { wish, master, start })
        }
        (Screen::Taken { wish, .. }, Action::Alternative(master, start)) => {
            let master = super::MasterChoice::One(master);
            Step::to(conversation).doing(Effect::Hold { wish, master, start })
        }
        (Screen::Taken { .. }, Action::OtherDay) => {
            Step::to(conversation.pop_to(|screen| matches!(screen, Screen::Calendar { .. })))
        }
        (Screen::Summary { booking, .. }, Action::Confirm) => {
            Step::to(conversation).doing(Effect::Confirm(booking))
        }
        _ => Step::to(conversation).saying(Notice::OutOfDate),
    }
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

fn start_booking(person: Standing) -> Conversation {
    Conversation::home_then(match person.only_location {
        Some(location) => Screen::Services { location, picked: Vec::new(), page: 0 },
        None => Screen::Locations,
    })
}

fn leave_phone(conversation: Conversation) -> Conversation {
    if *conversation.top() == Screen::Phone { Conversation::at(Screen::Home) } else { conversation }
}

fn leave_languages(conversation: Conversation) -> Conversation {
    if *conversation.top() == Screen::Language { conversation.pop() } else { conversation }
}
