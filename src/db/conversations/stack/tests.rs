//! Released forms stay readable.

use super::*;
use crate::domain::export::{Ending, Export, Period, Span, Subject};

/// As the first release knew them.
fn first_screens() -> Vec<Screen> {
    let services = vec![ServiceId(3), ServiceId(2)];
    let wish = Wish { location: LocationId(1), services, moving: None, quoted: None };
    let one = MasterChoice::One(MasterId(9));
    let day = NaiveDate::from_ymd_opt(2026, 12, 1).expect("a date");
    let start = day.and_hms_opt(9, 0, 0).expect("a time").and_utc();
    let booking = BookingId(77);
    vec![
        Screen::Welcome,
        Screen::Phone,
        Screen::Home,
        Screen::Locations,
        Screen::Services { location: LocationId(1), picked: vec![ServiceId(3)], page: 1 },
        Screen::Masters { wish: wish.clone() },
        Screen::Calendar { wish: wish.clone(), master: MasterChoice::Anyone, month: None },
        Screen::Calendar { wish: wish.clone(), master: one, month: Some(Month::of(day)) },
        Screen::Times { wish: wish.clone(), master: one, day },
        Screen::Summary { wish: wish.clone(), master: one, booking },
        Screen::Taken { wish, master: MasterChoice::Anyone, start },
        Screen::Visits { past: true, page: 2 },
        Screen::Visit { booking },
        Screen::CancelVisit { booking },
        Screen::Language,
        Screen::Help,
        Screen::Privacy,
        Screen::Day { date: Some(day) },
        Screen::StaffVisit { booking },
    ]
}

fn later_screens() -> Vec<Screen> {
    let start: DateTime<Utc> = "2026-12-01T09:00:00Z".parse().expect("an instant");
    let wish = Wish {
        location: LocationId(1),
        services: vec![ServiceId(3)],
        moving: Some(BookingId(5)),
        quoted: Some(6000),
    };
    let booking = BookingId(77);
    let deviations = vec![(1, Deviation::Skip), (3, Deviation::To(start))];
    let rule = Recurrence::new(2, 8).expect("a rule");
    vec![
        Screen::Repeat { wish: wish.clone(), booking },
        Screen::Series { wish: wish.clone(), booking, rule, deviations, picking: Some(3) },
        Screen::Why { at: start.naive_utc(), master: Some("anna".to_owned()) },
        Screen::Late { booking },
        Screen::Comment { booking },
        Screen::Terms,
        Screen::PaySupport,
        Screen::Ledger,
        Screen::Vouchers,
        Screen::VoucherType { kind: VoucherTypeId(4) },
        Screen::Code { booking },
        Screen::Backups,
        Screen::Wait(WaitWish {
            wish,
            master: MasterChoice::One(MasterId(9)),
            first: Some(start.date_naive()),
            last: start.date_naive(),
            weekdays: Weekdays::ALL.toggled(7),
            part: Part::Evening,
        }),
        Screen::Waits,
        Screen::Settings,
        Screen::Zones,
        Screen::StaffCancel { booking },
        Screen::Unanswered,
        Screen::RunLate { minutes: Some(15) },
        Screen::Outbox,
        Screen::Jobs,
        Screen::Export(Export {
            subject: Subject::Clients,
            span: Span::Days(start.date_naive(), start.date_naive()),
            master: Some(MasterId(9)),
            ending: Ending::Missed,
            comments: true,
        }),
        Screen::Export(Export::of(Span::Period(Period::LastMonth))),
    ]
}

#[test]
fn a_stack_survives_being_stored() {
    let screens = first_screens().into_iter().chain(later_screens()).collect();
    let conversation = Conversation::from_screens(screens).expect("screens");
    assert_eq!(decode(&encode(&conversation)), Some(conversation));
}

#[test]
fn released_forms_stay_readable() {
    let first_release = include_str!("../../../../tests/data/conversations/v1.json");
    let stored: serde_json::Value = serde_json::from_str(first_release).expect("json");
    assert_eq!(decode(&stored), Conversation::from_screens(first_screens()));
}

#[test]
fn what_cannot_be_read_is_said_to_be() {
    for bad in [
        r#"{"v":"9","screens":[]}"#,
        r#"{"v":"1","screens":[]}"#,
        r#"{"v":"1","screens":[{"at":"moon"}]}"#,
        r#"{"v":"1","screens":[{"at":"series","wish":{"location":1,"services":[1]},"booking":1,
            "rule":"FREQ=WEEKLY","deviations":[],"picking":null}]}"#,
        "[]",
        "null",
    ] {
        assert_eq!(decode(&serde_json::from_str(bad).expect("json")), None, "{bad}");
    }
}
