//! How a conversation goes on when its effect has been carried out.

use super::{
    Conversation, Effect, Notice, Outcome, flow, own,
    screen::{MasterChoice, Screen, Wish},
    step::{Step, held_booking},
};
use crate::domain::{
    ids::{LocationId, MasterId, ServiceId},
    month::Month,
    promo::Useless,
    slots::Refusal,
};

/// Goes on from the step that asked for `effect`. A summary that is left without success gives its time back.
pub fn resume(step: Step, effect: &Effect, outcome: Outcome) -> Step {
    let (held, gives_back) = (held_booking(&step.conversation), step.gives_back);
    let succeeds = matches!(
        outcome,
        Outcome::Confirmed(_)
            | Outcome::Moved(_)
            | Outcome::SeriesConfirmed(_)
            | Outcome::Held(_)
            | Outcome::HeldAgain { .. }
            | Outcome::Requested(_)
            | Outcome::Invoiced(_)
    );
    let next = go_on(step, effect, outcome);
    let left = held.filter(|_| !succeeds && held_booking(&next.conversation) != held);
    Step { gives_back: gives_back.or(left), ..next }
}

fn go_on(step: Step, effect: &Effect, outcome: Outcome) -> Step {
    let Step { conversation, notice, shows, .. } = step;
    let go = |conversation| Step { notice, shows, ..Step::to(conversation) };
    // A card stays in the chat; whatever comes next gets a message of its own.
    let carded = |booking, notice| Step {
        card: Some(booking),
        notice: Some(notice),
        ..Step::to(Conversation::at(Screen::Home))
    };
    match (effect, outcome) {
        (Effect::Approve(_) | Effect::Refuse(_), Outcome::NotFound) => {
            go(conversation).saying(Notice::RequestOver)
        }
        (_, Outcome::NotFound) if !shows => go(conversation).saying(Notice::NotFound),
        (Effect::Choose { location, .. }, Outcome::Chosen { wish, is_less }) => {
            let conversation = at_services(conversation, *location, &wish.services);
            let step = go(conversation.push(Screen::Masters { wish }));
            if is_less { step.saying(Notice::LeftOut) } else { step }
        }
        (Effect::Choose { location, .. }, Outcome::NothingLeft) => {
            go(at_services(conversation, *location, &[])).saying(Notice::NotOffered)
        }
        (Effect::Hold { wish, master, .. }, Outcome::Held(booking)) => {
            let (wish, master) = (wish.clone(), wished(&conversation, *master));
            go(without_taken(conversation).push(Screen::Summary { wish, master, booking }))
        }
        (Effect::Hold { .. }, Outcome::Refused(Refusal::OwnVisit(_))) => {
            go(conversation).saying(Notice::OwnVisitThen)
        }
        // The screen itself says why there is nothing to book at all.
        (Effect::Hold { .. }, Outcome::Refused(refusal)) if refusal.is_about_the_wish() => go(conversation),
        (Effect::Hold { wish, master, start }, Outcome::Refused(_)) => {
            let (wish, master) = (wish.clone(), wished(&conversation, *master));
            go(without_taken(conversation).push(Screen::Taken { wish, master, start: *start }))
        }
        (_, Outcome::NotOffered) if flow::is_moving(&conversation) => {
            go(Conversation::at(Screen::Home)).saying(Notice::CannotMove)
        }
        (_, Outcome::NotOffered) => go(back_to_services(conversation)).saying(Notice::NotOffered),
        (_, Outcome::MasterGone) => {
            go(conversation.pop_to(|screen| matches!(screen, Screen::Masters { .. })))
                .saying(Notice::MasterGone)
        }
        // Money for one visit does not end the booking of another.
        (Effect::Settle(_), Outcome::Confirmed(booking))
            if held_booking(&conversation).is_some_and(|held| held != booking) =>
        {
            go(conversation).saying(Notice::Booked)
        }
        (_, Outcome::Confirmed(booking)) => carded(booking, Notice::Booked),
        (Effect::Confirm(_), Outcome::Invoiced(_)) => go(conversation).saying(Notice::PleasePay),
        (_, Outcome::Invoiced(booking)) => carded(booking, Notice::PleasePay),
        (_, Outcome::CannotPay) => go(conversation).saying(Notice::CannotPay),
        (_, Outcome::Tipped) => go(conversation).saying(Notice::Tipped),
        (_, Outcome::VoucherBought) => go(leave_shelf(conversation)).saying(Notice::VoucherBought),
        (_, Outcome::PaidBefore) => Step::stay(conversation),
        (_, Outcome::PaidTwice) => go(conversation).saying(Notice::PaidTwice),
        (_, Outcome::MoneyBack) => go(conversation).saying(Notice::MoneyBack),
        (_, Outcome::MoneyUnclear) => go(conversation).saying(Notice::MoneyUnclear),
        (_, Outcome::Moved(booking)) => carded(booking, Notice::Moved),
        (_, Outcome::SeriesConfirmed(booking)) => carded(booking, Notice::SeriesBooked),
        (_, Outcome::Requested(booking)) => carded(booking, Notice::Requested),
        (_, Outcome::OneRequest) => go(conversation).saying(Notice::OneRequest),
        (_, Outcome::SeriesClash) => go(conversation).saying(Notice::SeriesClash),
        (_, Outcome::HoldOver(start)) => go(hold_over(conversation, start)).saying(Notice::HoldOver),
        (Effect::StaffCancel(_), Outcome::Cancelled) => {
            go(leave_cancel(conversation)).saying(Notice::StudioCancelled)
        }
        (Effect::StaffCancel(_), Outcome::TooLateToCancel) => {
            go(leave_cancel(conversation)).saying(Notice::TooLate)
        }
        (Effect::CancelFrom(_), Outcome::Cancelled) => {
            go(leave_cancel(conversation)).saying(Notice::VisitsCancelled)
        }
        (_, Outcome::Cancelled) => go(leave_cancel(conversation)).saying(Notice::VisitCancelled),
        (_, Outcome::CancelledLate) => go(leave_cancel(conversation)).saying(Notice::VisitCancelledLate),
        (_, Outcome::TooLateToCancel) => go(leave_cancel(conversation)).saying(Notice::TooLateToCancel),
        (_, Outcome::Moving { wish, master, month }) => go(moving(conversation, wish, master, month)),
        (_, Outcome::TooLateToMove) => go(conversation).saying(Notice::TooLateToMove),
        (_, Outcome::Blocked) => go(conversation).saying(Notice::Blocked),
        (_, Outcome::VisitsInTheWay) => go(conversation).saying(Notice::BlockClash),
        (Effect::Block { .. }, Outcome::NotFound) => go(conversation).saying(Notice::NoSuchMaster),
        (Effect::Unblock(_) | Effect::LeaveWaitlist(_), Outcome::NotFound) => {
            go(conversation).saying(Notice::OutOfDate)
        }
        (Effect::Regard(..) | Effect::FindBackup(_), Outcome::NotFound) => {
            go(conversation).saying(Notice::NotFound)
        }
        (Effect::Backup, Outcome::NotFound) => go(Conversation::at(Screen::Home)).saying(Notice::StaffOnly),
        // The screen below says why there is nothing to confirm.
        (Effect::Confirm(_) | Effect::Redeem(..), Outcome::Refused(_)) => go(conversation.pop()),
        (_, Outcome::NotFound) => go(Conversation::at(Screen::Home)).saying(Notice::NotFound),
        (Effect::Regard(..), Outcome::Done) => go(conversation).saying(Notice::RegardSet),
        (Effect::Unblock(_), Outcome::Done) => go(conversation).saying(Notice::Unblocked),
        (effect, outcome) => after_booking(Step { notice, shows, ..Step::to(conversation) }, effect, outcome),
    }
}

/// What clients and staff do with visits that are booked, and with the waitlist.
fn after_booking(step: Step, effect: &Effect, outcome: Outcome) -> Step {
    let Step { conversation, notice, shows, .. } = step;
    let go = |conversation| Step { notice, shows, ..Step::to(conversation) };
    match (effect, outcome) {
        (Effect::Coming(_), Outcome::Done) => go(conversation).saying(Notice::SeeYou),
        (Effect::Late(..), Outcome::Done) => go(leave_late(conversation)).saying(Notice::LateNoted),
        (Effect::Late(..), Outcome::TooLate) => go(leave_late(conversation)).saying(Notice::TooLate),
        (Effect::Rate(..), Outcome::Rated(booking)) => {
            go(conversation.push(Screen::Comment { booking })).saying(Notice::Thanks)
        }
        (Effect::Comment(..), Outcome::Done) => go(conversation).saying(Notice::Thanks),
        (Effect::DeclineOffer(_), Outcome::Done) => go(conversation).saying(Notice::OfferDeclined),
        (_, Outcome::OfferOver) => go(conversation).saying(Notice::OfferOver),
        (_, Outcome::Earlier { wish, master, day }) => {
            let wanted = own::waiting(wish, MasterChoice::One(master), day);
            go(conversation.push(Screen::Wait(wanted)))
        }
        (_, Outcome::Again { wish, month }) => go(own::again(wish, month)),
        (Effect::HoldAgain { master, .. }, Outcome::HeldAgain { wish, booking }) => {
            let master = MasterChoice::One(*master);
            let screen = Screen::Summary { wish, master, booking };
            go(Conversation::home_then(screen))
        }
        (Effect::HoldAgain { booking, .. }, Outcome::Refused(_)) => {
            go(conversation.push(Screen::Visit { booking: *booking })).saying(Notice::TimeTaken)
        }
        (Effect::JoinWaitlist(_), Outcome::Done) => {
            go(Conversation::home_then(Screen::Waits)).saying(Notice::Waiting)
        }
        (_, Outcome::TooManyPlaces) => {
            go(Conversation::home_then(Screen::Waits)).saying(Notice::TooManyPlaces)
        }
        (Effect::LeaveWaitlist(_), Outcome::Done) => go(conversation).saying(Notice::LeftWaitlist),
        (Effect::Set(_), Outcome::Done) => go(conversation).saying(Notice::SettingKept),
        (Effect::Attended(..), Outcome::Done) => go(conversation).saying(Notice::AttendanceKept),
        (_, Outcome::TooEarly) => go(conversation).saying(Notice::TooEarly),
        (Effect::RunLate(_), Outcome::Done) => go(conversation.pop()).saying(Notice::DelayTold),
        (Effect::RunLate(_), Outcome::NothingLeft) => go(conversation).saying(Notice::NobodyToTell),
        (Effect::Approve(_), Outcome::Done) => go(conversation).saying(Notice::Approved),
        (Effect::Refuse(_), Outcome::Done) => go(conversation).saying(Notice::Refused),
        (Effect::RefundDone(_), Outcome::Refunded) => go(conversation).saying(Notice::RefundKept),
        (_, Outcome::DataKept) => go(conversation).saying(Notice::DataKept),
        (_, Outcome::BackupAsked) => go(conversation).saying(Notice::BackupAsked),
        (_, Outcome::BackupRunning) => go(conversation).saying(Notice::BackupRunning),
        (_, Outcome::NoBackups) => go(conversation).saying(Notice::NoBackups),
        (_, Outcome::VoucherAsked) => go(conversation).saying(Notice::VoucherAsked),
        (_, Outcome::VoucherOver) => go(conversation).saying(Notice::VoucherOver),
        (_, Outcome::VoucherInstead) => go(conversation).saying(Notice::VoucherInstead),
        (_, Outcome::NotSold) => go(conversation).saying(Notice::NotSold),
        (_, Outcome::GiftSent) => go(conversation).saying(Notice::GiftSent),
        (_, Outcome::GiftTaken) => go(conversation).saying(Notice::GiftTaken),
        (_, Outcome::GiftOver) => go(conversation).saying(Notice::GiftOver),
        (_, Outcome::CodeUsed) => go(leave_code(conversation)).saying(Notice::CodeUsed),
        (_, Outcome::OneCode) => go(leave_code(conversation)).saying(Notice::OneCode),
        (_, Outcome::NoSuchCode) => go(conversation).saying(Notice::NoSuchCode),
        (_, Outcome::UselessCode(why)) => go(conversation).saying(useless(why)),
        (_, Outcome::TipAsked) => go(conversation).saying(Notice::TipAsked),
        (Effect::AtDesk(..), Outcome::Done) => go(conversation).saying(Notice::DeskKept),
        (_, Outcome::RefundOver) => go(conversation).saying(Notice::RefundOver),
        (_, Outcome::RequestOver) => go(conversation).saying(Notice::RequestOver),
        (Effect::Parked { .. }, Outcome::Done) => go(conversation).saying(Notice::OutboxDone),
        (_, Outcome::TooLate) => go(conversation).saying(Notice::TooLate),
        _ => go(conversation),
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
    // The client may be looking aside, or planning a series on the hold.
    let conversation = conversation.pop_to(|screen| matches!(screen, Screen::Summary { .. }));
    match conversation.top().clone() {
        Screen::Summary { wish, master, .. } => conversation.replace(Screen::Taken { wish, master, start }),
        _ => conversation,
    }
}

/// The choice of services, as it stands now.
fn at_services(conversation: Conversation, location: LocationId, picked: &[ServiceId]) -> Conversation {
    let picked = picked.to_vec();
    let conversation = conversation.pop_to(|screen| matches!(screen, Screen::Services { .. }));
    match *conversation.top() {
        Screen::Services { page, .. } => conversation.replace(Screen::Services { location, picked, page }),
        _ => Conversation::home_then(Screen::Services { location, picked, page: 0 }),
    }
}

/// What was picked stays picked; the screen shows what of it is left.
fn back_to_services(conversation: Conversation) -> Conversation {
    let wish = conversation.screens().find_map(|screen| match screen {
        Screen::Masters { wish } | Screen::Calendar { wish, .. } => Some(wish.clone()),
        _ => None,
    });
    match wish {
        Some(wish) => at_services(conversation, wish.location, &wish.services),
        None => Conversation::at(Screen::Home),
    }
}

/// The visit's own master is taken for granted; Back leads to the others.
fn moving(conversation: Conversation, wish: Wish, master: MasterId, month: Month) -> Conversation {
    let (master, month) = (MasterChoice::One(master), Some(month));
    let masters = Screen::Masters { wish: wish.clone() };
    conversation.push(masters).push(Screen::Calendar { wish, master, month })
}

fn leave_cancel(conversation: Conversation) -> Conversation {
    match conversation.top() {
        Screen::CancelVisit { .. } | Screen::StaffCancel { .. } => conversation.pop(),
        _ => conversation,
    }
}

fn leave_late(conversation: Conversation) -> Conversation {
    if matches!(conversation.top(), Screen::Late { .. }) { conversation.pop() } else { conversation }
}

/// What was just bought is not offered again.
fn leave_shelf(conversation: Conversation) -> Conversation {
    if matches!(conversation.top(), Screen::VoucherType { .. }) { conversation.pop() } else { conversation }
}

fn leave_code(conversation: Conversation) -> Conversation {
    if matches!(conversation.top(), Screen::Code { .. }) { conversation.pop() } else { conversation }
}

fn useless(why: Useless) -> Notice {
    match why {
        Useless::TooEarly => Notice::CodeTooEarly,
        Useless::TooLate => Notice::CodeTooLate,
        Useless::UsedUp => Notice::CodeUsedUp,
        Useless::UsedByYou => Notice::CodeUsedByYou,
        Useless::NotForYou => Notice::CodeNotForYou,
    }
}
