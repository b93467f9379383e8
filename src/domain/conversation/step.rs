//! From an event to the next screens and an effect.

use super::{
    Action, Command, Conversation, Effect, Event, File, Notice, Standing, Stray, flow, own, screen::Screen,
    staff,
};
use crate::domain::ids::BookingId;

/// What an event leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub conversation: Conversation,
    pub effect: Option<Effect>,
    pub notice: Option<Notice>,
    pub file: Option<File>,
    /// A hold whose summary has been left beside the effect; its time is given back.
    pub gives_back: Option<BookingId>,
    /// Whether there is anything new to show; a tap on a mere label only wants an answer.
    pub shows: bool,
    /// The visit whose card is shown instead of the screen, in a message that stays.
    pub card: Option<BookingId>,
}

impl Step {
    pub(super) fn to(conversation: Conversation) -> Step {
        Step {
            conversation,
            effect: None,
            notice: None,
            file: None,
            gives_back: None,
            shows: true,
            card: None,
        }
    }

    /// Nothing changes and nothing is shown.
    pub(super) fn stay(conversation: Conversation) -> Step {
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
    // Money is taken from whomever it comes, wherever they are.
    if let Event::Paid(paid) = event {
        return Step::to(conversation).doing(Effect::Settle(paid));
    }
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
        Event::Command(command) => is_staffs_command(command) || *command == Command::Notifications,
        Event::Tap(Action::Settings | Action::Zones | Action::Set(_)) => true,
        Event::Tap(action) if staff::is_theirs(*action) => true,
        Event::StaleTap => staff::is_shown(conversation.top()),
        Event::Tap(Action::Back) => matches!(
            conversation.below.last(),
            Some(Screen::Day { .. } | Screen::Settings | Screen::StaffVisit { .. } | Screen::Unanswered)
        ),
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
            | Command::Late
            | Command::Outbox
            | Command::Jobs
            | Command::Ledger
            | Command::Backup
            | Command::Backups
            | Command::Export(_)
            | Command::ExportWithoutDays
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
        Event::Command(Command::Terms) => Step::to(Conversation::at(Screen::Welcome).push(Screen::Terms)),
        // Whoever has agreed to nothing may be forgotten all the same.
        Event::Tap(Action::AskForget) | Event::Command(Command::Forget) => {
            Step::to(Conversation::at(Screen::Welcome).push(Screen::Forget))
        }
        Event::Tap(Action::Forget) if *conversation.top() == Screen::Forget => {
            Step::to(conversation).doing(Effect::Forget)
        }
        Event::Tap(Action::KeepData) => Step::to(leave_forget(conversation)).doing(Effect::KeepData),
        // A gift is theirs before they agree to anything, or somebody else might take it.
        Event::Command(Command::TakeGift(token)) => {
            Step::to(Conversation::at(Screen::Welcome)).doing(Effect::TakeGift(*token))
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
        | Event::Text(_)
        | Event::Stray(_)
        | Event::HoldOver(_)
        | Event::Paid(_) => Step::to(Conversation::at(Screen::Welcome)),
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
        Event::Text(text) => own::on_text(conversation, &text),
        Event::Stray(stray) => Step::to(conversation).saying(match stray {
            Stray::Sticker => Notice::UnknownSticker,
            Stray::Picture => Notice::UnknownPicture,
            Stray::Other => Notice::UnknownOther,
        }),
        Event::HoldOver(_) | Event::Paid(_) => Step::stay(conversation),
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
        Command::MyData => Step { file: Some(File::OwnData), ..Step::to(conversation.push(Screen::Privacy)) },
        Command::Forget => Step::to(conversation.push(Screen::Forget)),
        Command::Terms => Step::to(conversation.push(Screen::Terms)),
        Command::PaySupport => Step::to(conversation.push(Screen::PaySupport)),
        Command::Notifications => Step::to(conversation.push(Screen::Settings)),
        Command::Waitlist => Step::to(Conversation::home_then(Screen::Waits)),
        Command::Vouchers => Step::to(Conversation::home_then(Screen::Vouchers)),
        Command::TakeGift(token) => {
            Step::to(Conversation::home_then(Screen::Vouchers)).doing(Effect::TakeGift(token))
        }
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
        Command::Late => Step::to(today().push(Screen::RunLate { minutes: None })),
        Command::Backup => Step::to(Conversation::home_then(Screen::Backups)).doing(Effect::Backup),
        Command::Backups => Step::to(Conversation::home_then(Screen::Backups)),
        Command::Outbox | Command::Jobs | Command::Ledger if !person.is_admin => {
            Step::to(conversation).saying(Notice::AdminOnly)
        }
        Command::Outbox => Step::to(Conversation::home_then(Screen::Outbox)),
        Command::Jobs => Step::to(Conversation::home_then(Screen::Jobs)),
        Command::Ledger => Step::to(Conversation::home_then(Screen::Ledger)),
        Command::Export(span) => Step::to(staff::export(span)),
        Command::ExportWithoutDays => Step::to(staff::export(None)).saying(Notice::SayDays),
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
        // From the card of a visit, too, the way back leads to the visit.
        Action::AskCancel(booking) => {
            Step::to(at_visit(conversation, booking).push(Screen::CancelVisit { booking }))
        }
        Action::Cancel(booking) => Step::to(conversation).doing(Effect::Cancel(booking)),
        Action::CancelFrom(booking) => Step::to(conversation).doing(Effect::CancelFrom(booking)),
        Action::Move(booking) => Step::to(conversation).doing(Effect::Move(booking)),
        Action::CalendarFile(booking) => {
            Step { file: Some(File::Calendar(booking)), ..Step::to(conversation) }
        }
        Action::Languages => Step::to(conversation.push(Screen::Language)),
        Action::SetLanguage(language) => Step::to(leave_languages(conversation))
            .doing(Effect::SetLanguage(language))
            .saying(Notice::LanguageSet),
        Action::Help => Step::to(conversation.push(Screen::Help)),
        Action::Privacy => Step::to(conversation.push(Screen::Privacy)),
        Action::MyData => Step { file: Some(File::OwnData), ..Step::to(conversation) },
        Action::AskForget => Step::to(conversation.push(Screen::Forget)),
        // Only whoever has read what it means can mean it.
        Action::Forget if *conversation.top() == Screen::Forget => {
            Step::to(conversation).doing(Effect::Forget)
        }
        Action::Forget => Step::to(conversation).saying(Notice::OutOfDate),
        Action::KeepData => Step::to(leave_forget(conversation)).doing(Effect::KeepData),
        action if staff::is_theirs(action) => staff::on_tap(conversation, action, person),
        Action::Settings => Step::to(conversation.push(Screen::Settings)),
        Action::Zones => Step::to(conversation.push(Screen::Zones)),
        Action::Set(setting) => {
            let conversation =
                if *conversation.top() == Screen::Zones { conversation.pop() } else { conversation };
            Step::to(conversation).doing(Effect::Set(setting))
        }
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
        | Action::Redeem(_)
        | Action::AskCode
        | Action::ConfirmSeries => flow::on_tap(conversation, action),
        action => own::on_tap(conversation, action),
    }
}

/// At the screen of a visit, wherever somebody comes from.
pub(super) fn at_visit(conversation: Conversation, booking: BookingId) -> Conversation {
    match conversation.top() {
        Screen::Visit { booking: shown } if *shown == booking => conversation,
        _ => Conversation::home_then(Screen::Visit { booking }),
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

fn leave_forget(conversation: Conversation) -> Conversation {
    if *conversation.top() == Screen::Forget { conversation.pop() } else { conversation }
}

fn leave_languages(conversation: Conversation) -> Conversation {
    if *conversation.top() == Screen::Language { conversation.pop() } else { conversation }
}
