//! A hundred thousand things that nobody should send.

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, TestRunner},
};
use vizit::{
    db::conversations::{decode, encode},
    domain::{
        conversation::{self, Conversation, Effect, Event, Outcome, Screen, Standing, Wish},
        ids::{BookingId, LocationId, MasterId, ServiceId},
        month::Month,
        slots::Refusal,
    },
    telegram::Callback,
};

use crate::harness::run;

/// Callback strings: noise, near misses, and well-formed ones with any numbers.
fn any_data() -> impl Strategy<Value = String> {
    let verb = prop::sample::select(vec![
        "n", "h", "b", "ok", "bk", "lo", "s", "sp", "sd", "ma", "m", "mo", "d", "t", "al", "od", "c", "v",
        "vi", "cf", "ac", "ca", "ls", "l", "he", "pr", "st", "sy", "sv", "om", "rc", "rp", "rr", "sk", "pk",
        "pt", "cs", "cn", "mv", "rg", "ub", "zz", "",
    ]);
    let number = prop_oneof![
        "[0-9a-z]{1,13}",
        "-[0-9a-z]{1,6}",
        Just(String::new()),
        Just("ru".to_owned()),
        Just("flagged".to_owned()),
        "[0-9]"
    ];
    let built =
        (prop::sample::select(vec!["1", "2", ""]), verb, prop::collection::vec(number.clone(), 0..3), number)
            .prop_map(|(version, verb, arguments, rev)| {
                let words: Vec<&str> =
                    [version, verb].into_iter().chain(arguments.iter().map(String::as_str)).collect();
                format!("{}~{rev}", words.join("."))
            });
    prop_oneof![3 => built, 1 => ".{0,64}"]
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    let start = "2026-12-01T09:00:00Z".parse().expect("an instant");
    let day = "2026-12-01".parse().expect("a date");
    let wish =
        |moving| Wish { location: LocationId(1), services: vec![ServiceId(1)], moving, quoted: Some(6000) };
    prop::sample::select(vec![
        Outcome::Done,
        Outcome::Held(BookingId(1)),
        Outcome::Refused(Refusal::Closed),
        Outcome::Refused(Refusal::Blocked),
        Outcome::Chosen { wish: wish(None), is_less: true },
        Outcome::NothingLeft,
        Outcome::Moving { wish: wish(Some(BookingId(1))), master: MasterId(1), month: Month::of(day) },
        Outcome::TooLateToMove,
        Outcome::MasterGone,
        Outcome::SeriesClash,
        Outcome::SeriesConfirmed(BookingId(1)),
        Outcome::Moved(BookingId(1)),
        Outcome::VisitsInTheWay,
        Outcome::NotOffered,
        Outcome::Confirmed(BookingId(1)),
        Outcome::HoldOver(start),
        Outcome::Cancelled,
        Outcome::TooLateToCancel,
        Outcome::NotFound,
    ])
}

#[test]
fn a_hundred_thousand_callbacks_lead_to_a_screen_that_can_be_stored() {
    let person =
        Standing { consented: true, is_staff: true, is_admin: true, only_location: Some(LocationId(1)) };
    let way = prop::collection::vec((any_data(), any_outcome()), 50);
    let mut runner = TestRunner::new(Config { cases: 2_000, failure_persistence: None, ..Config::default() });
    let result = runner.run(&way, |way| {
        let mut conversation = Conversation::at(Screen::Home);
        for (data, outcome) in way {
            let event =
                Callback::decode(&data).map_or(Event::StaleTap, |callback| Event::Tap(callback.action));
            let mut step = conversation::step(conversation, event, person);
            if let Some(effect) = step.effect.clone() {
                // An effect never comes back with what belongs to another.
                let fits = matches!(
                    (&effect, &outcome),
                    (
                        Effect::Hold { .. },
                        Outcome::Held(_) | Outcome::Refused(_) | Outcome::NotOffered | Outcome::MasterGone
                    ) | (Effect::Choose { .. }, Outcome::Chosen { .. } | Outcome::NothingLeft)
                        | (
                            Effect::Confirm(_),
                            Outcome::Confirmed(_)
                                | Outcome::Moved(_)
                                | Outcome::HoldOver(_)
                                | Outcome::NotOffered
                                | Outcome::TooLateToMove
                                | Outcome::NotFound
                        )
                        | (
                            Effect::ConfirmSeries { .. },
                            Outcome::SeriesConfirmed(_)
                                | Outcome::SeriesClash
                                | Outcome::HoldOver(_)
                                | Outcome::NotOffered
                                | Outcome::MasterGone
                        )
                        | (Effect::Move(_), Outcome::Moving { .. } | Outcome::TooLateToMove)
                        | (
                            Effect::Cancel(_) | Effect::CancelFrom(_),
                            Outcome::Cancelled | Outcome::TooLateToCancel | Outcome::NotFound
                        )
                        | (Effect::MissHold(_), Outcome::HoldOver(_))
                        | (Effect::Block { .. }, Outcome::VisitsInTheWay)
                        | (Effect::Regard(..) | Effect::Unblock(_), Outcome::Done)
                );
                step = conversation::resume(step, &effect, if fits { outcome } else { Outcome::NotFound });
            }
            conversation = step.conversation;
            let stored = decode(&encode(&conversation));
            prop_assert_eq!(stored.as_ref(), Some(&conversation));
            prop_assert!(conversation.screens().count() <= 14);
        }
        let home = conversation::step(conversation, Event::Command(conversation::Command::Start), person);
        prop_assert_eq!(home.conversation.top(), &Screen::Home);
        let stray = conversation::step(home.conversation, Event::Text("hello".to_owned()), person);
        prop_assert!(stray.notice.is_some());
        Ok(())
    });
    result.expect("every way leads somewhere");
}

#[test]
fn three_thousand_of_them_through_the_whole_bot_get_an_answer_with_a_way_on() {
    run(async |t| {
        let mut people = Vec::new();
        for number in 0..10 {
            people.push(t.client(&format!("Person {number}")).await);
        }
        let mut runner = TestRunner::deterministic();
        let texts = any::<String>();
        for round in 0..30 {
            for person in &people {
                for _ in 0..10 {
                    let data = any_data().new_tree(&mut runner).expect("data").current();
                    // Half of them as if they stood on the current screen.
                    let current: i64 =
                        sqlx::query_scalar("SELECT rev FROM conversations WHERE telegram_id = $1")
                            .bind(person.id)
                            .fetch_one(&t.pool)
                            .await
                            .expect("the revision");
                    let current = Callback { action: conversation::Action::Home, rev: current }.encode();
                    let rev = current.rsplit_once('~').expect("a revision").1.to_owned();
                    let data = match data.rsplit_once('~') {
                        Some((words, _)) if round % 2 == 0 => format!("{words}~{rev}"),
                        _ => data,
                    };
                    t.sandbox.telegram().tap(person.id, person.screen().id, &data);
                }
                let text = texts.new_tree(&mut runner).expect("a text").current();
                t.sandbox.telegram().send_text(person.id, &format!("x{text}"));
            }
            t.settle().await;
            for person in &people {
                let screen = person.screen();
                let asks_phone = screen.text.contains("May we call you?");
                assert!(asks_phone || !person.labels().is_empty(), "no way on from:\n{}", screen.text);
                assert!(!screen.text.contains("tell us this code"), "an error for:\n{}", screen.text);
            }
        }
    });
}
