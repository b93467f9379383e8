use chrono::{DateTime, NaiveDate};

use super::*;
use crate::domain::{
    ids::{BookingId, LocationId, MasterId, ServiceId},
    language::Language,
    month::Month,
    series::Deviation,
    slots::Refusal,
};

const CLIENT: Standing =
    Standing { consented: true, is_staff: false, is_admin: false, only_location: Some(LocationId(1)) };

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date")
}

fn start() -> DateTime<chrono::Utc> {
    day().and_hms_opt(9, 0, 0).expect("a time").and_utc()
}

fn taps(conversation: Conversation, actions: &[Action]) -> Step {
    let mut last = Step::to(conversation);
    for action in actions {
        last = step(last.conversation, Event::Tap(*action), CLIENT);
        if let Some(Effect::Choose { location, picked }) = last.effect.clone() {
            let effect = Effect::Choose { location, picked: picked.clone() };
            let wish = Wish { location, services: picked, moving: None, quoted: None };
            last = resume(last, &effect, Outcome::Chosen { wish, is_less: false });
        }
    }
    last
}

/// Home → services → masters → calendar → times.
fn at_times() -> Conversation {
    let way = [
        Action::Book,
        Action::Tick(ServiceId(7), true),
        Action::ServicesDone,
        Action::Master(MasterChoice::Anyone, Some(6000)),
        Action::Day(day()),
    ];
    taps(Conversation::at(Screen::Home), &way).conversation
}

fn at_summary() -> Conversation {
    let asked = step(at_times(), Event::Tap(Action::Time(start())), CLIENT);
    let effect = asked.effect.clone().expect("a hold");
    resume(asked, &effect, Outcome::Held(BookingId(5))).conversation
}

#[test]
fn back_restores_what_was_picked_on_every_screen() {
    let mut conversation = at_times();
    let names = ["times", "calendar", "masters", "services", "home"];
    for name in names {
        assert_eq!(conversation.top().name(), name);
        if let Screen::Services { picked, .. } = conversation.top() {
            assert_eq!(picked, &[ServiceId(7)]);
        }
        conversation = step(conversation, Event::Tap(Action::Back), CLIENT).conversation;
    }
    assert_eq!(conversation, Conversation::at(Screen::Home), "Back at the bottom stays there");
}

#[test]
fn a_time_is_held_and_confirmed() {
    let conversation = at_summary();
    assert_eq!(conversation.top().name(), "summary");
    let asked = step(conversation, Event::Tap(Action::Confirm), CLIENT);
    assert_eq!(asked.effect, Some(Effect::Confirm(BookingId(5))));
    let done = resume(asked, &Effect::Confirm(BookingId(5)), Outcome::Confirmed(BookingId(5)));
    assert_eq!(done.conversation, Conversation::at(Screen::Home));
    assert_eq!(done.card, Some(BookingId(5)), "the visit's card stays in the chat");
    assert_eq!(done.notice, Some(Notice::Booked));
}

#[test]
fn leaving_the_summary_gives_the_time_back_and_looking_aside_does_not() {
    let released = Some(Effect::Release(BookingId(5)));
    for event in [
        Event::Tap(Action::Back),
        Event::Tap(Action::Home),
        Event::Command(Command::Start),
        Event::Command(Command::Cancel),
        Event::Command(Command::Book),
    ] {
        assert_eq!(step(at_summary(), event.clone(), CLIENT).effect, released, "{event:?}");
    }
    for event in
        [Event::Command(Command::Language), Event::Command(Command::Help), Event::Text("hello".to_owned())]
    {
        assert_eq!(step(at_summary(), event.clone(), CLIENT).effect, None, "{event:?}");
    }
}

#[test]
fn a_taken_time_offers_others_and_back_leads_to_the_times() {
    let asked = step(at_times(), Event::Tap(Action::Time(start())), CLIENT);
    let effect = asked.effect.clone().expect("a hold");
    let taken = resume(asked, &effect, Outcome::Refused(Refusal::Closed)).conversation;
    assert_eq!(taken.top().name(), "taken");
    assert_eq!(taken.clone().pop().top().name(), "times");

    let other = step(taken, Event::Tap(Action::Alternative(MasterId(2), start())), CLIENT);
    let effect = other.effect.clone().expect("a hold");
    let summary = resume(other, &effect, Outcome::Held(BookingId(6))).conversation;
    assert_eq!(summary.top().name(), "summary");
    assert_eq!(summary.pop().top().name(), "times");
}

#[test]
fn a_hold_that_ran_out_leads_to_what_is_free_now() {
    let asked = step(at_summary(), Event::Tap(Action::Confirm), CLIENT);
    let over = resume(asked, &Effect::Confirm(BookingId(5)), Outcome::HoldOver(start()));
    assert_eq!(over.conversation.top().name(), "taken");
    assert_eq!(over.notice, Some(Notice::HoldOver));
}

#[test]
fn changing_the_language_returns_to_the_screen_it_was_asked_on() {
    let before = at_times();
    let asked = step(before.clone(), Event::Command(Command::Language), CLIENT).conversation;
    assert_eq!(asked.top(), &Screen::Language);
    let set = step(asked, Event::Tap(Action::SetLanguage(Language::Russian)), CLIENT);
    assert_eq!(set.conversation, before);
    assert_eq!(set.effect, Some(Effect::SetLanguage(Language::Russian)));
}

#[test]
fn nothing_happens_before_consent() {
    let stranger = Standing { consented: false, ..CLIENT };
    for event in [
        Event::Command(Command::Book),
        Event::Tap(Action::Confirm),
        Event::Tap(Action::Cancel(BookingId(1))),
        Event::Text("hello".to_owned()),
        Event::OwnPhone("+4930123456".to_owned()),
    ] {
        let step = step(at_summary(), event.clone(), stranger);
        assert_eq!(step.conversation, Conversation::at(Screen::Welcome), "{event:?}");
        assert!(matches!(step.effect, None | Some(Effect::Release(_))), "{event:?}");
    }
    let agreed = step(Conversation::at(Screen::Welcome), Event::Tap(Action::Agree), stranger);
    assert_eq!((agreed.effect, agreed.conversation.top()), (Some(Effect::Agree), &Screen::Phone));
}

#[test]
fn staff_screens_are_for_staff() {
    for event in [
        Event::Command(Command::Today),
        Event::Command(Command::Day(day())),
        Event::Command(Command::DayWithoutDate),
        Event::Tap(Action::StaffDay(day())),
        Event::Tap(Action::StaffVisit(BookingId(1))),
    ] {
        let refused = step(Conversation::at(Screen::Home), event.clone(), CLIENT);
        assert_eq!(refused.notice, Some(Notice::StaffOnly), "{event:?}");
        let staff = Standing { is_staff: true, ..CLIENT };
        assert_ne!(step(Conversation::at(Screen::Home), event, staff).notice, Some(Notice::StaffOnly));
    }
}

#[test]
fn buttons_of_another_screen_are_out_of_date() {
    for action in [
        Action::Tick(ServiceId(1), true),
        Action::ServicesDone,
        Action::Master(MasterChoice::Anyone, Some(6000)),
        Action::Time(start()),
        Action::Confirm,
        Action::OtherDay,
    ] {
        let step = step(Conversation::at(Screen::Home), Event::Tap(action), CLIENT);
        assert_eq!((step.notice, step.effect), (Some(Notice::OutOfDate), None), "{action:?}");
    }
}

#[test]
fn the_stack_stays_small_and_keeps_home_at_the_bottom() {
    let mut conversation = Conversation::at(Screen::Home);
    for id in 0..100 {
        conversation = conversation.push(Screen::Visit { booking: BookingId(id) });
    }
    assert!(conversation.screens().count() <= 14);
    assert_eq!(conversation.screens().next(), Some(&Screen::Home));
}

#[test]
fn notices_are_found_by_their_label() {
    for notice in Notice::ALL {
        assert_eq!(Notice::from_label(notice.label()), Some(notice));
    }
    assert_eq!(Notice::from_label("nonsense"), None);
}

#[test]
fn a_hold_that_runs_out_is_told_only_where_its_summary_is_still_open() {
    let word = |booking| Event::HoldOver(BookingId(booking));
    let told = step(at_summary(), word(5), CLIENT);
    assert_eq!(told.effect, Some(Effect::MissHold(BookingId(5))));
    let effect = Effect::MissHold(BookingId(5));
    let over = resume(told, &effect, Outcome::HoldOver(start()));
    assert_eq!((over.conversation.top().name(), over.notice), ("taken", Some(Notice::HoldOver)));
    assert!(over.shows);
    // Somebody who looks aside is led back as well.
    let aside = step(at_summary(), Event::Command(Command::Help), CLIENT).conversation;
    let over = resume(step(aside, word(5), CLIENT), &effect, Outcome::HoldOver(start()));
    assert_eq!(over.conversation.top().name(), "taken");
    // Another hold's summary, or none, stays as it is.
    for conversation in [at_summary(), at_times()] {
        let step = step(conversation.clone(), word(6), CLIENT);
        assert_eq!((step.effect, step.shows, step.conversation), (None, false, conversation));
    }
}

#[test]
fn what_cannot_be_booked_together_is_left_out_and_the_rest_kept() {
    let asked = taps(
        Conversation::at(Screen::Home),
        &[Action::Book, Action::Tick(ServiceId(7), true), Action::Tick(ServiceId(8), true)],
    );
    let asked = step(asked.conversation, Event::Tap(Action::ServicesDone), CLIENT);
    let effect = asked.effect.clone().expect("a choice to check");
    let wish = Wish { location: LocationId(1), services: vec![ServiceId(8)], moving: None, quoted: None };
    let chosen = resume(asked.clone(), &effect, Outcome::Chosen { wish: wish.clone(), is_less: true });
    assert_eq!(chosen.notice, Some(Notice::LeftOut));
    assert_eq!(chosen.conversation.top(), &Screen::Masters { wish });
    let back = chosen.conversation.pop();
    assert!(matches!(back.top(), Screen::Services { picked, .. } if picked == &[ServiceId(8)]));
    let nothing = resume(asked, &effect, Outcome::NothingLeft);
    assert!(matches!(nothing.conversation.top(), Screen::Services { picked, .. } if picked.is_empty()));
}

#[test]
fn a_visit_is_moved_by_the_same_way_and_back_leads_to_it() {
    let visit = Conversation::home_then(Screen::Visit { booking: BookingId(3) });
    let asked = step(visit, Event::Tap(Action::Move(BookingId(3))), CLIENT);
    let effect = Effect::Move(BookingId(3));
    assert_eq!(asked.effect.as_ref(), Some(&effect));
    let wish = Wish {
        location: LocationId(1),
        services: vec![ServiceId(7)],
        moving: Some(BookingId(3)),
        quoted: None,
    };
    let moving = resume(
        asked,
        &effect,
        Outcome::Moving { wish: wish.clone(), master: MasterId(2), month: Month::of(day()) },
    );
    let names: Vec<_> = moving.conversation.screens().map(Screen::name).collect();
    assert_eq!(names, ["home", "visit", "masters", "calendar"]);
    let times = step(moving.conversation, Event::Tap(Action::Day(day())), CLIENT).conversation;
    let asked = step(times, Event::Tap(Action::Time(start())), CLIENT);
    let master = MasterChoice::One(MasterId(2));
    assert_eq!(asked.effect, Some(Effect::Hold { wish, master, start: start() }));
    let stop = step(asked.conversation, Event::Command(Command::Cancel), CLIENT);
    assert_eq!(stop.notice, Some(Notice::NothingMoved));
}

#[test]
fn a_series_is_put_right_visit_by_visit_and_confirmed_as_a_whole() {
    let way = [Action::Repeat, Action::Rule(1, 4), Action::Skip(1, true), Action::Pick(2)];
    let picking = taps(at_summary(), &way).conversation;
    assert!(matches!(picking.top(), Screen::Series { picking: Some(2), .. }));
    let put = taps(picking, &[Action::Put(2, start()), Action::Skip(3, true), Action::Skip(3, false)]);
    let deviations = vec![(1, Deviation::Skip), (2, Deviation::To(start()))];
    assert!(
        matches!(put.conversation.top(), Screen::Series { picking: None, deviations: found, .. } if *found == deviations)
    );
    let asked = step(put.conversation.clone(), Event::Tap(Action::ConfirmSeries), CLIENT);
    assert!(matches!(&asked.effect, Some(Effect::ConfirmSeries { booking: BookingId(5), .. })));
    // Leaving it all gives the first time back.
    let left = step(put.conversation, Event::Tap(Action::Home), CLIENT);
    assert_eq!(left.effect, Some(Effect::Release(BookingId(5))));
    // A rule that cannot be booked comes from no button of ours.
    let forged = taps(at_summary(), &[Action::Repeat, Action::Rule(0, 4)]);
    assert_eq!(forged.notice, Some(Notice::OutOfDate));
}
