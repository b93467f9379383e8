//! What the staff is told about visits.

use super::standing;
use crate::{
    db::bookings::Card,
    domain::{
        attendance::Attendance,
        booking::{Purpose, Status},
        conversation::Action,
        message::Message,
    },
    t,
    telegram::{
        screens::{Frame, staff, visits},
        view::{Button, View, escape},
    },
};

/// `is_own` says whether the visit is still theirs; of others' they learn only that it is gone.
pub(super) fn for_staff(frame: Frame, about: &Message, card: &Card, is_own: bool) -> View {
    let tr = frame.tr;
    if !is_own {
        let when = tr.when(card.booking.visit.start(), card.booking.zone, frame.now);
        return standing(t!(tr, "letter-moved-away", when = when), Vec::new());
    }
    let booking = &card.booking;
    let heading = match about {
        Message::VisitNew(_) => Some(t!(tr, "letter-new")),
        Message::VisitMoved(_) => Some(t!(tr, "letter-moved")),
        Message::VisitCancelled(_) if booking.by_studio => Some(t!(tr, "letter-cancelled-studio")),
        Message::VisitCancelled(_) if booking.is_late_cancel => Some(t!(tr, "letter-cancelled-late")),
        Message::VisitCancelled(_) => Some(t!(tr, "letter-cancelled")),
        Message::ClientLate(_, minutes) => Some(t!(tr, "letter-client-late", late = tr.minutes(*minutes))),
        Message::Unreachable(_) => Some(t!(tr, "letter-unreachable")),
        Message::OutcomeAsk(_) => Some(t!(tr, "letter-outcome")),
        Message::RequestAsk(_) => Some(t!(
            tr,
            "letter-request",
            until = match booking.hold_until {
                Some(until) => tr.when(until, booking.zone, frame.now),
                None => String::new(),
            }
        )),
        Message::Rated(_) => return rated(frame, card),
        _ => None,
    };
    let body = staff::body(frame, card);
    let text = match heading {
        Some(heading) => format!("{heading}\n\n{body}"),
        None => body,
    };
    let open = vec![Button::new(t!(tr, "button-open"), Action::StaffVisit(booking.id))];
    standing(text, vec![answers(frame, card), open])
}

/// Yes or no to a request; came, late or not, once the visit is over.
pub(in crate::telegram::screens) fn answers(frame: Frame, card: &Card) -> Vec<Button> {
    let tr = frame.tr;
    let booking = &card.booking;
    if booking.status == Status::Held && booking.purpose == Purpose::Requested {
        return vec![
            Button::new(t!(tr, "button-approve"), Action::Approve(booking.id)),
            Button::new(t!(tr, "button-refuse"), Action::Refuse(booking.id)),
        ];
    }
    let is_over = matches!(booking.status, Status::Completed | Status::NoShow)
        || (booking.is_confirmed() && frame.now >= booking.visit.end());
    if !is_over {
        return Vec::new();
    }
    let now = match booking.status {
        Status::Completed if booking.came_late => Some(Attendance::CameLate),
        Status::Completed => Some(Attendance::Came),
        Status::NoShow => Some(Attendance::NoShow),
        _ => None,
    };
    Attendance::ALL
        .into_iter()
        .filter(|attendance| now != Some(*attendance))
        .map(|attendance| {
            let label = match attendance {
                Attendance::Came => t!(tr, "button-came"),
                Attendance::CameLate => t!(tr, "button-came-late"),
                Attendance::NoShow => t!(tr, "button-no-show"),
            };
            Button::new(label, Action::Attended(booking.id, attendance))
        })
        .collect()
}

fn rated(frame: Frame, card: &Card) -> View {
    let tr = frame.tr;
    let Some(rating) = &card.rating else { return standing(staff::body(frame, card), Vec::new()) };
    let when = tr.when(card.booking.visit.start(), card.booking.zone, frame.now);
    let client = escape(&card.client);
    let mut text = t!(tr, "letter-rated", client = client, when = when, stars = visits::stars(rating.stars));
    if let Some(comment) = rating.comment.as_ref().filter(|_| !frame.hides(card.is_discreet)) {
        text = format!("{text}\n\n<blockquote>{}</blockquote>", escape(comment));
    }
    standing(text, vec![vec![Button::new(t!(tr, "button-open"), Action::StaffVisit(card.booking.id))]])
}
