//! What a client does with their own visits, from whatever message, and with the waitlist.

use super::{
    Action, Conversation, Effect, MasterChoice, Notice, Screen, Wish,
    screen::WaitWish,
    step::{Step, at_visit},
};
use crate::domain::{
    month::Month,
    waitlist::{Part, Weekdays},
};

/// The longest comment, in characters.
pub(super) const MOST_COMMENT: usize = 1000;

/// What the messages about visits offer. A tap that only says something is answered, and no new screen is shown: the
/// card of the visit says it from then on.
pub(super) fn on_tap(conversation: Conversation, action: Action) -> Step {
    match action {
        Action::Coming(booking) => Step::stay(conversation).doing(Effect::Coming(booking)),
        Action::AskLate(booking) => Step::to(at_visit(conversation, booking).push(Screen::Late { booking })),
        Action::Late(booking, minutes) => Step::to(conversation).doing(Effect::Late(booking, minutes.into())),
        Action::Rate(booking, stars) => Step::to(conversation).doing(Effect::Rate(booking, stars)),
        Action::Tip(booking, percent) => Step::stay(conversation).doing(Effect::Tip(booking, percent)),
        Action::Vouchers => Step::to(Conversation::home_then(Screen::Vouchers)),
        Action::VoucherType(kind) => Step::to(conversation.push(Screen::VoucherType { kind })),
        Action::BuyVoucher(kind, is_gift) => {
            Step::stay(conversation).doing(Effect::BuyVoucher(kind, is_gift))
        }
        Action::SendGift(voucher) => Step::stay(conversation).doing(Effect::SendGift(voucher)),
        Action::RatherVoucher(refund) => Step::stay(conversation).doing(Effect::RatherVoucher(refund)),
        Action::NoComment => Step::to(leave_comment(conversation)).saying(Notice::Thanks),
        Action::AcceptOffer(offer) => Step::to(conversation).doing(Effect::AcceptOffer(offer)),
        Action::DeclineOffer(offer) => Step::stay(conversation).doing(Effect::DeclineOffer(offer)),
        Action::Instead(booking, master, start) => {
            Step::to(conversation).doing(Effect::HoldAgain { booking, master, start })
        }
        Action::Again(booking) => Step::to(conversation).doing(Effect::Again(booking)),
        Action::Earlier(booking) => Step::to(conversation).doing(Effect::Earlier(booking)),
        Action::Waits => Step::to(conversation.push(Screen::Waits)),
        Action::LeaveWaitlist(wait) => Step::to(conversation).doing(Effect::LeaveWaitlist(wait)),
        _ => on_wait(conversation, action),
    }
}

/// Saying what to wait for.
fn on_wait(conversation: Conversation, action: Action) -> Step {
    match (conversation.top().clone(), action) {
        (Screen::Times { wish, master, .. }, Action::WaitDay(day)) => {
            let wanted = WaitWish { first: Some(day), last: day, ..waiting(wish, master, day) };
            Step::to(conversation.push(Screen::Wait(wanted)))
        }
        (Screen::Calendar { wish, master, .. }, Action::WaitMonth(month)) => {
            let wanted = WaitWish { first: Some(month.first()), ..waiting(wish, master, month.last()) };
            Step::to(conversation.push(Screen::Wait(wanted)))
        }
        (Screen::Wait(wanted), Action::WaitWeekday(day)) => {
            let weekdays = wanted.weekdays.toggled(day);
            Step::to(conversation.replace(Screen::Wait(WaitWish { weekdays, ..wanted })))
        }
        (Screen::Wait(wanted), Action::WaitPart(part)) => {
            Step::to(conversation.replace(Screen::Wait(WaitWish { part, ..wanted })))
        }
        (Screen::Wait(wanted), Action::JoinWaitlist) => {
            Step::to(conversation).doing(Effect::JoinWaitlist(wanted))
        }
        _ => Step::to(conversation).saying(Notice::OutOfDate),
    }
}

/// Any time up to a day.
pub(super) fn waiting(wish: Wish, master: MasterChoice, last: chrono::NaiveDate) -> WaitWish {
    WaitWish { wish, master, first: None, last, weekdays: Weekdays::ALL, part: Part::Any }
}

/// Something that a client wrote.
pub(super) fn on_text(conversation: Conversation, text: &str) -> Step {
    match *conversation.top() {
        Screen::Phone => Step::to(conversation).saying(Notice::PhoneOrSkip),
        Screen::Comment { booking } => {
            let comment = text.trim();
            if comment.chars().count() > MOST_COMMENT {
                return Step::to(conversation).saying(Notice::CommentTooLong);
            }
            let effect = Effect::Comment(booking, comment.to_owned());
            Step::to(leave_comment(conversation)).doing(effect)
        }
        Screen::Code { booking } => Step::to(conversation).doing(Effect::UseCode(booking, text.to_owned())),
        _ => Step::to(conversation).saying(Notice::UnknownText),
    }
}

fn leave_comment(conversation: Conversation) -> Conversation {
    match conversation.top() {
        Screen::Comment { .. } => conversation.pop(),
        _ => conversation,
    }
}

/// The times of what a visit was made of, with anybody.
pub(super) fn again(wish: Wish, month: Month) -> Conversation {
    let masters = Screen::Masters { wish: wish.clone() };
    let calendar = Screen::Calendar { wish, master: MasterChoice::Anyone, month: Some(month) };
    Conversation::home_then(masters).push(calendar)
}
