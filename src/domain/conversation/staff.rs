//! What the staff does: its day, its clients' visits, and, for the admin, what the bot is busy with.

use super::{Action, Conversation, Effect, File, Notice, Screen, Standing, step::Step};
use crate::domain::export::{Export, Period, Span};

/// Whether a tap is the staff's alone.
pub(super) fn is_theirs(action: Action) -> bool {
    matches!(
        action,
        Action::StaffToday
            | Action::StaffDay(_)
            | Action::StaffVisit(_)
            | Action::Regard(..)
            | Action::Unblock(_)
            | Action::AskStaffCancel(_)
            | Action::StaffCancel(_)
            | Action::Attended(..)
            | Action::Unanswered
            | Action::RunLate
            | Action::RunLateBy(_)
            | Action::TellLate(_)
            | Action::Approve(_)
            | Action::Refuse(_)
            | Action::AtDesk(..)
            | Action::Backup
            | Action::Backups
            | Action::FindBackup(_)
            | Action::Export(_)
            | Action::SendExport
    ) || is_the_admins(action)
}

/// Whether a screen is the staff's.
pub(super) fn is_shown(screen: &Screen) -> bool {
    matches!(
        screen,
        Screen::Day { .. }
            | Screen::StaffVisit { .. }
            | Screen::Why { .. }
            | Screen::StaffCancel { .. }
            | Screen::Unanswered
            | Screen::RunLate { .. }
            | Screen::Outbox
            | Screen::Jobs
            | Screen::Ledger
            | Screen::Backups
            | Screen::Export(_)
    )
}

fn is_the_admins(action: Action) -> bool {
    matches!(
        action,
        Action::Outbox
            | Action::RetryParked
            | Action::DropParked
            | Action::Jobs
            | Action::Ledger
            | Action::LedgerFile(_)
            | Action::RefundTasks
            | Action::RefundDone(_)
    ) || matches!(action, Action::Export(choice) if choice.is_the_admins())
}

pub(super) fn on_tap(conversation: Conversation, action: Action, person: Standing) -> Step {
    if !person.is_staff {
        return Step::to(conversation).saying(Notice::StaffOnly);
    }
    if is_the_admins(action) && !person.is_admin {
        return Step::to(conversation).saying(Notice::AdminOnly);
    }
    match action {
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
        Action::AskStaffCancel(booking) => Step::to(conversation.push(Screen::StaffCancel { booking })),
        Action::StaffCancel(booking) => Step::to(conversation).doing(Effect::StaffCancel(booking)),
        // Where the screen lists or shows the visit it changes; a message of its own is brought up to date.
        Action::Attended(booking, attendance) => {
            let shows = matches!(conversation.top(), Screen::Unanswered)
                || *conversation.top() == Screen::StaffVisit { booking };
            let step = if shows { Step::to(conversation) } else { Step::stay(conversation) };
            step.doing(Effect::Attended(booking, attendance))
        }
        Action::AtDesk(booking, way) => {
            let shows = *conversation.top() == Screen::StaffVisit { booking };
            let step = if shows { Step::to(conversation) } else { Step::stay(conversation) };
            step.doing(Effect::AtDesk(booking, way))
        }
        Action::Approve(booking) => Step::stay(conversation).doing(Effect::Approve(booking)),
        Action::Refuse(booking) => Step::stay(conversation).doing(Effect::Refuse(booking)),
        Action::Unanswered => Step::to(conversation.push(Screen::Unanswered)),
        Action::RunLate => Step::to(conversation.push(Screen::RunLate { minutes: None })),
        Action::RunLateBy(minutes) => {
            let screen = Screen::RunLate { minutes: Some(minutes) };
            Step::to(match conversation.top() {
                Screen::RunLate { .. } => conversation.replace(screen),
                _ => conversation.push(screen),
            })
        }
        Action::TellLate(minutes) => Step::to(conversation).doing(Effect::RunLate(minutes.into())),
        Action::Outbox => Step::to(match conversation.top() {
            Screen::Outbox => conversation,
            _ => conversation.push(Screen::Outbox),
        }),
        Action::Ledger => Step::to(match conversation.top() {
            Screen::Ledger => conversation,
            _ => conversation.push(Screen::Ledger),
        }),
        Action::LedgerFile(month) => Step { file: Some(File::Ledger(month)), ..Step::to(conversation) },
        Action::RefundTasks => Step::stay(conversation).doing(Effect::RefundTasks),
        Action::RefundDone(refund) => Step::stay(conversation).doing(Effect::RefundDone(refund)),
        Action::Backup => Step::to(at_backups(conversation)).doing(Effect::Backup),
        Action::Backups => Step::to(at_backups(conversation)),
        Action::FindBackup(backup) => Step::stay(conversation).doing(Effect::FindBackup(backup)),
        Action::RetryParked => Step::to(conversation).doing(Effect::Parked { retries: true }),
        Action::DropParked => Step::to(conversation).doing(Effect::Parked { retries: false }),
        Action::Jobs => Step::to(match conversation.top() {
            Screen::Jobs => conversation,
            _ => conversation.push(Screen::Jobs),
        }),
        Action::Export(choice) => match *conversation.top() {
            Screen::Export(export) => Step::to(conversation.replace(Screen::Export(export.with(choice)))),
            _ => Step::to(conversation).saying(Notice::OutOfDate),
        },
        Action::SendExport => match *conversation.top() {
            Screen::Export(export) => Step { file: Some(File::Export(export)), ..Step::to(conversation) },
            _ => Step::to(conversation).saying(Notice::OutOfDate),
        },
        _ => Step::to(conversation).saying(Notice::OutOfDate),
    }
}

fn at_backups(conversation: Conversation) -> Conversation {
    match conversation.top() {
        Screen::Backups => conversation,
        _ => conversation.push(Screen::Backups),
    }
}

/// What can be taken away, of these days or of this month.
pub(super) fn export(span: Option<Span>) -> Conversation {
    let export = Export::of(span.unwrap_or(Span::Period(Period::ThisMonth)));
    Conversation::home_then(Screen::Export(export))
}
