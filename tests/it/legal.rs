//! Every button on a message about a visit is legal when it is shown, whatever the policies; and none is missing.

use chrono::TimeDelta;
use proptest::prelude::*;
use vizit::{
    db::bookings::Card,
    domain::{
        booking::{Ahead, Cancelling, Purpose, Standing, Status, Terms},
        conversation::Action,
        language::Language,
        message::Message,
        ranges::Range,
        reminder::{Answer, allows},
    },
    i18n::Tr,
    services::{browse, outbox::Letter},
    telegram::{
        Keyboard, View,
        screens::{Frame, letters},
    },
};

use crate::screens::sample::{card, now};

fn any_card() -> impl Strategy<Value = Card> {
    let terms =
        (0u32..3000, 0u32..3000, any::<bool>()).prop_map(|(cancel_notice, move_notice, late_cancel)| Terms {
            cancel_notice,
            move_notice,
            late_cancel,
            late_fee: 100,
        });
    let status = prop::sample::select(Status::ALL.to_vec());
    (terms, status, -300i64..3000, 5u32..300, any::<(bool, bool, bool)>()).prop_map(
        |(terms, status, start, length, (coming, delayed, requested))| {
            let mut card = card("Massage", status);
            let start = now() + TimeDelta::minutes(start);
            card.terms = terms;
            card.booking.visit = Range::of_minutes(start, length).expect("a visit");
            card.booking.occupied = card.booking.visit;
            card.booking.hold_until = matches!(status, Status::Held).then_some(now() + TimeDelta::minutes(5));
            card.booking.purpose = if requested { Purpose::Requested } else { Purpose::Picked };
            card.booking.coming_at = coming.then(now);
            card.booking.delay = if delayed { 15 } else { 0 };
            card
        },
    )
}

fn actions(view: &View) -> Vec<Action> {
    match &view.keyboard {
        Keyboard::Inline(rows) => rows.iter().flatten().map(|button| button.action).collect(),
        Keyboard::Phone { .. } => Vec::new(),
    }
}

/// What the services would say to a tap at the same moment.
fn is_legal(card: &Card, action: Action) -> bool {
    let booking = &card.booking;
    let standing = booking.standing(card.terms, now());
    match action {
        Action::Coming(_) => allows(booking, card.terms, now(), Answer::Coming),
        Action::AskLate(_) => allows(booking, card.terms, now(), Answer::Late),
        Action::Move(_) => matches!(standing, Standing::Ahead(Ahead { may_move: true, .. })),
        Action::AskCancel(_) => match standing {
            Standing::Ahead(ahead) => ahead.cancelling != Cancelling::TooLate,
            Standing::OnHold { .. } => true,
            _ => false,
        },
        Action::CalendarFile(_) => matches!(standing, Standing::Ahead(_)),
        Action::Again(_) | Action::Home | Action::Visits { .. } => true,
        other => panic!("a button that nobody expects: {other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn buttons_on_messages_are_legal_and_none_is_missing(card in any_card()) {
        let frame = Frame { tr: Tr::to(Language::English), now: now(), can_go_back: false, is_aloud: false };
        let id = card.booking.id;
        let visit = browse::visit(card.clone(), now());
        let mut views = vec![letters::card(frame, &visit)];
        for about in [Message::Reminder(id, card.booking.visit.start()), Message::Delay(id, 15), Message::RequestApproved(id)] {
            let letter = Letter::ForClient { about, card: Box::new(card.clone()), alternatives: vec![] };
            views.push(letters::letter(frame, &letter));
        }
        for view in views {
            let shown = actions(&view);
            for action in &shown {
                prop_assert!(is_legal(&card, *action), "{action:?} of {:?}", card.booking);
            }
            for wanted in [Action::Move(id), Action::AskCancel(id), Action::AskLate(id)] {
                prop_assert_eq!(shown.contains(&wanted), is_legal(&card, wanted), "{:?}", wanted);
            }
            let asks = is_legal(&card, Action::Coming(id)) && card.booking.coming_at.is_none();
            prop_assert_eq!(shown.contains(&Action::Coming(id)), asks);
        }
    }
}
