//! From an event to the next screens and an effect.

use super::{Action, Command, Conversation, Effect, Event, Notice, Standing, Stray, flow, screen::Screen};
use crate::domain::ids::BookingId;

/// What an event leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub conversation: Conversation,
    pub effect: Option<Effect>,
    pub notice: Option<Notice>,
    /// The calendar file of a visit to send along.
    pub file: Option<BookingId>,
    /// A hold whose summary has been left beside the effect; its time is given back.
    pub gives_back: Option<BookingId>,
    /// Whether there is anything new to show; a tap on a mere label only wants an answer.
    pub shows: bool,
}

impl Step {
    pub(super) fn to(conversation: Conversation) -> Step {
        Step { conversation, effect: None, notice: None, file: None, gives_back: None, shows: true }
    }

    /// Nothing changes and nothing is shown.
    fn stay(conversation: Conversation) -> Step {
        Step { shows: false, ..Step::to(conversation) }
    }

    pub(super) fn saying(self, notice: Notice) -> Step {
        Step { notice: Some(notice), ..self }
    }

    pub(super) fn doing(self, effect: Effect) -> Step {
        Step { effect: Some(effect), ..self }
    }
}

/// Decides what an event does.
pub fn step(conversation: Conversation, event: Event, person: Standing) -> Step {
    let held = held_booking(&conversation);
    if let Event::HoldOver(booking) = event {
        // Who has left the summary meanwhile does not miss the time.
        return match held {
            Some(held) if held == booking => Step::to(conversation).doing(Effect::MissHold(booking)),
            _ => Step::stay(conversation),
        };
    }
    // The staff works with other people's visits; consent is about one's own.
    let may = person.consented || (person.is_staff && is_for_staff(&conversation, &event));
    let step = if may { decide(conversation, event, person) } else { before_consent(conversation, &event) };
    match held {
        // Whoever leaves the summary by any way but Confirm gives the time back.
        Some(booking) if held_booking(&step.conversation) != held => match step.effect {
            None => step.doing(Effect::Release(booking)),
            Some(_) => Step { gives_back: held, ..step },
        },
        _ => step,
    }
}

fn is_for_staff(conversation: &Conversation, event: &Event) -> bool {
    match event {
        Event::Command(command) => is_staffs_command(command),
        Event::Tap(action) if is_staffs(*action) => true,
        Event::Tap(Action::Back) => matches!(conversation.below.last(), Some(Screen::Day { .. })),
        _ => false,
    }
}

fn is_staffs_command(command: &Command) -> bool {
    matches!(
        command,
        Command::Today
            | Command::Day(_)
            | Command::DayWithoutDate
            | Command::Why { .. }
            | Command::WhyWithoutTime
            | Command::Block { .. }
            | Command::BlockWithoutTime
    )
}

fn is_staffs(action: Action) -> bool {
    matches!(
        action,
        Action::StaffToday
            | Action::StaffDay(_)
            | Action::StaffVisit(_)
            | Action::Regard(..)
            | Action::Unblock(_)
    )
}

/// The hold whose summary is open, though the client may look aside.
pub(super) fn held_booking(conversation: &Conversation) -> Option<BookingId> {
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
        Event::Tap(Action::Nothing) => Step::stay(conversation),
        Event::StaleTap => Step::to(Conversation::at(Screen::Welcome)).saying(Notice::OutOfDate),
        Event::Tap(_)
        | Event::Command(_)
        | Event::OwnPhone(_)
        | Event::ForeignPhone
        | Event::SkipPhone
        | Event::Stray(_)
        | Event::HoldOver(_) => Step::to(Conversation::at(Screen::Welcome)),
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
        Event::HoldOver(_) => Step::stay(conversation),
    }
}

fn on_command(conversation: Conversation, command: Command, person: Standing) -> Step {
    match command {
        Command::Start => Step::to(Conversation::at(Screen::Home)),
        Command::Book => Step::to(start_booking(person)),
        Command::Visits => Step::to(Conversation::home_then(Screen::Visits { past: false, page: 0 })),
        Command::Cancel if conversation.screens().any(Screen::is_booking) => {
            let notice =
                if flow::is_moving(&conversation) { Notice::NothingMoved } else { Notice::NothingBooked };
            Step::to(Conversation::at(Screen::Home)).saying(notice)
        }
        Command::Cancel => Step::to(Conversation::home_then(Screen::Visits { past: false, page: 0 }))
            .saying(Notice::ChooseVisitToCancel),
        Command::Help => Step::to(conversation.push(Screen::Help)),
        Command::Language => Step::to(conversation.push(Screen::Language)),
        Command::Privacy => Step::to(conversation.push(Screen::Privacy)),
        Command::Unknown => Step::to(conversation).saying(Notice::UnknownCommand),
        command if is_staffs_command(&command) && !person.is_staff => {
            Step::to(conversation).saying(Notice::StaffOnly)
        }
        Command::Today => Step::to(today()),
        Command::Day(date) => Step::to(Conversation::home_then(Screen::Day { date: Some(date) })),
        Command::DayWithoutDate => Step::to(today()).saying(Notice::SayDay),
        Command::Why { at, master } => Step::to(Conversation::home_then(Screen::Why { at, master })),
        Command::WhyWithoutTime => Step::to(today()).saying(Notice::SayTime),
        Command::Block { from, to, master } => {
            let day = Screen::Day { date: Some(from.date()) };
            Step::to(Conversation::home_then(day)).doing(Effect::Block { from, to, master })
        }
        Command::BlockWithoutTime => Step::to(today()).saying(Notice::SaySpan),
    }
}

fn today() -> Conversation {
    Conversation::home_then(Screen::Day { date: None })
}

fn on_tap(conversation: Conversation, action: Action, person: Standing) -> Step {
    match action {
        Action::Nothing => Step::stay(conversation),
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
        Action::CancelFrom(booking) => Step::to(conversation).doing(Effect::CancelFrom(booking)),
        Action::Move(booking) => Step::to(conversation).doing(Effect::Move(booking)),
        Action::CalendarFile(booking) => Step { file: Some(booking), ..Step::to(conversation) },
        Action::Languages => Step::to(conversation.push(Screen::Language)),
        Action::SetLanguage(language) => Step::to(leave_languages(conversation))
            .doing(Effect::SetLanguage(language))
            .saying(Notice::LanguageSet),
        Action::Help => Step::to(conversation.push(Screen::Help)),
        Action::Privacy => Step::to(conversation.push(Screen::Privacy)),
        action if is_staffs(action) && !person.is_staff => Step::to(conversation).saying(Notice::StaffOnly),
        Action::StaffToday => Step::to(conversation.push(Screen::Day { date: None })),
        Action::StaffDay(date) => {
            let screen = Screen::Day { date: Some(date) };
            Step::to(match conversation.top() {
                Screen::Day { .. } => conversation.replace(screen),
                _ => conversation.push(screen),
            })
        }
        Action::StaffVisit(booking) => Step::to(conversation.push(Screen::StaffVisit { booking })),
        Action::Regard(booking, regard) => Step::to(conversation).doing(Effect::Regard(booking, regard)),
        Action::Unblock(time_off) => Step::to(conversation).doing(Effect::Unblock(time_off)),
        Action::Location(_)
        | Action::Tick(..)
        | Action::ServicesPage(_)
        | Action::ServicesDone
        | Action::Master(..)
        | Action::Month(_)
        | Action::Day(_)
        | Action::Time(_)
        | Action::Alternative(..)
        | Action::OtherDay
        | Action::OtherMaster
        | Action::Reconsider
        | Action::Confirm
        | Action::Repeat
        | Action::Rule(..)
        | Action::Skip(..)
        | Action::Pick(_)
        | Action::Put(..)
        | Action::ConfirmSeries => flow::on_tap(conversation, action),
    }
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
