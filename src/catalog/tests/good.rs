//! What good files mean.

use chrono::Weekday;
use chrono_tz::Tz;

use crate::{
    catalog::parse,
    domain::{
        booking::Terms,
        catalog::{HoursPlan, MasterPlan, Plan, ServicePlan, StaffRole},
        ids::TelegramId,
        language::Language,
        money::{Currency, Money},
        slots::{Audience, Limits, Rules},
    },
};

const DEMO: &str = include_str!("../../../examples/catalog.toml");

const SMALL: &str = r#"
[[location]]
key = "north"
name = "North"
zone = "Europe/Berlin"
currency = "EUR"

[[service]]
key = "massage"
name = { en = "Massage", de = "Massage", ru = "Массаж" }
duration = 45
price = 60

[[service]]
key = "facial"
name.ru = "Лицо"
duration = "1h30m"
price = "70.5"
buffer_before = "5 min"

[[master]]
key = "anna"
name = "Anna"
skills = [{ service = "facial", duration = "2 hours", price = 99 }, "massage"]
"#;

fn master(rest: &str) -> MasterPlan {
    let plan = parse(&format!("{SMALL}{rest}")).unwrap();
    plan.masters.into_iter().next().unwrap()
}

/// A weekday, start, end and breaks.
type Stretch = (Weekday, u32, u32, Vec<(u32, u32)>);

fn stretches(rest: &str) -> Vec<Stretch> {
    let hours = master(rest).hours.into_iter().map(|entry| entry.hours);
    hours.map(|hours| (hours.weekday, hours.starts, hours.ends, hours.breaks)).collect()
}

fn away(entries: &str) -> Vec<(String, String)> {
    let rest =
        format!("hours = [{{ days = \"Mon\", from = \"09:00\", to = \"17:00\" }}]\ntime_off = [{entries}]");
    let pairs = master(&rest).time_off.into_iter();
    pairs.map(|(start, end)| (start.to_rfc3339(), end.to_rfc3339())).collect()
}

#[test]
fn a_short_file_gets_the_defaults() {
    let plan =
        parse(&format!("{SMALL}hours = [{{ days = \"mon-WED, Sunday\", from = \"9:00\", to = \"17:00\" }}]"))
            .unwrap();
    let north = &plan.locations[0];
    let limits = Limits { visits: None, new: None, flagged: None };
    let rules = Rules { zone: Tz::Europe__Berlin, step: 30, lead: 120, horizon: 60, tidy: false, limits };
    assert_eq!(north.rules, rules);
    assert_eq!(
        north.terms,
        Terms { cancel_notice: 1440, move_notice: 1440, late_cancel: false, late_fee: 100 }
    );
    assert_eq!((north.hold, north.address.as_str()), (10, ""));
    assert_eq!((north.currency, north.names.get(Language::Russian)), (Currency::EUR, "North"));

    let [massage, facial] = plan.services.as_slice() else { panic!("two services") };
    assert_eq!((massage.minutes, massage.price.minor(), massage.buffer_before), (45, 6000, 0));
    assert_eq!((facial.minutes, facial.price.minor(), facial.buffer_before), (90, 7050, 5));
    assert_eq!((massage.location.as_str(), massage.names.texts().len()), ("north", 3));
    assert_eq!(facial.names.get(Language::English), "Лицо");
    assert_eq!((&facial.needs, facial.audience, facial.most_repeats), (&None, Audience::Everyone, None));
    assert!(facial.addon_to.is_empty() && facial.excludes.is_empty() && plan.resources.is_empty());

    let anna = &plan.masters[0];
    assert_eq!((anna.role, anna.telegram), (StaffRole::Master, None));
    let skills: Vec<_> = anna
        .skills
        .iter()
        .map(|skill| (skill.service.as_str(), skill.minutes, skill.price.map(Money::minor)))
        .collect();
    assert_eq!(
        skills,
        [("massage", None, None), ("facial", Some(120), Some(9900))],
        "as the services are ordered"
    );
    let days: Vec<_> = anna.hours.iter().map(|entry| entry.hours.weekday).collect();
    assert_eq!(days, [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Sun]);
}

#[test]
fn a_location_has_rules_of_its_own() {
    let rules = "cancel_notice = \"6 h\"\nlate_cancel = \"marked\"\ntidy_day = true\n\
                 most_visits = 5\nmost_visits_new = 1\nmost_visits_flagged = 100\n";
    let location = |rules: &str| {
        let text = SMALL.replacen("currency", &format!("{rules}currency"), 1);
        let hours = "hours = [{ days = \"Mon\", from = \"09:00\", to = \"17:00\" }]";
        parse(&format!("{text}{hours}")).unwrap().locations.remove(0)
    };
    let north = location(rules);
    assert!(north.rules.tidy);
    assert_eq!(north.rules.limits, Limits { visits: Some(5), new: Some(1), flagged: Some(100) });
    let terms = Terms { cancel_notice: 360, move_notice: 360, late_cancel: true, late_fee: 100 };
    assert_eq!(north.terms, terms, "moving is as cancelling unless it says otherwise");
    let north = location(&format!("{rules}move_notice = 0\n"));
    assert_eq!(north.terms, Terms { move_notice: 0, ..terms });
    let fee = |fee: &str| location(&format!("{rules}late_fee = \"{fee}\"\n")).terms.late_fee;
    assert_eq!((fee("0%"), fee("50 %"), fee("100%")), (0, 50, 100));
    let refused = rules.replace("marked", "refused").replace("true", "false");
    assert!(!location(&refused).terms.late_cancel && !location(&refused).rules.tidy);
}

#[test]
fn services_may_name_what_comes_later() {
    let service = |key: &str, rest: &str| {
        format!("[[service]]\nkey = \"{key}\"\nname = \"{key}\"\nduration = 30\nprice = 10\n{rest}\n")
    };
    let services = [
        service("oil", "addon_to = [\"foot\", \"back\"]\nclients = \"new\""),
        service("back", "excludes = [\"whole\", \"foot\"]\nneeds = \"room\"\nseries = 52"),
        service("whole", "excludes = [\"back\"]\naddon_to = []"),
        service("foot", "clients = \"known\"\nseries = 2"),
    ]
    .concat();
    let location = SMALL.split("[[service]]").next().unwrap();
    let resource =
        "[[resource]]\nkey = \"room-1\"\nkind = \"room\"\nname = { en = \"Room\", ru = \"Кабинет\" }\n";
    let plan = parse(&format!("{services}{location}{resource}")).unwrap();
    let links: Vec<_> = plan
        .services
        .iter()
        .map(|service| (service.key.as_str(), service.addon_to.join(" "), service.excludes.join(" ")))
        .collect();
    let link = |key, addon_to: &str, excludes: &str| (key, addon_to.to_owned(), excludes.to_owned());
    assert_eq!(
        links,
        [
            link("oil", "back foot", ""),
            link("back", "", "whole foot"),
            link("whole", "", "back"),
            link("foot", "", "back")
        ],
        "as the services are ordered, and said by both"
    );
    let own = |service: &ServicePlan| (service.needs.clone(), service.audience, service.most_repeats);
    let all: Vec<_> = plan.services.iter().map(own).collect();
    assert_eq!(all[0], (None, Audience::New, None));
    assert_eq!(all[1], (Some("room".to_owned()), Audience::Everyone, Some(52)));
    assert_eq!(all[3], (None, Audience::Known, Some(2)));
    let [room] = plan.resources.as_slice() else { panic!("one resource") };
    assert_eq!((room.key.as_str(), room.kind.as_str(), room.location.as_str()), ("room-1", "room", "north"));
    assert_eq!(room.names.get(Language::Russian), "Кабинет");
}

#[test]
fn work_may_run_over_midnight() {
    let night = r#"hours = [{ days = "Sat, Fri", from = "18:00", to = "02:00", breaks = ["00:30-01:00", "23:45–00:15"] }]"#;
    let breaks = vec![(1425, 1455), (1470, 1500)];
    assert_eq!(
        stretches(night),
        [(Weekday::Fri, 1080, 1560, breaks.clone()), (Weekday::Sat, 1080, 1560, breaks)]
    );
    let to_midnight = r#"hours = [{ days = "Mon", from = "18:00", to = "24:00", breaks = ["20:00-20:30"] }]"#;
    assert_eq!(stretches(to_midnight), [(Weekday::Mon, 1080, 1440, vec![(1200, 1230)])]);
    let also_midnight = r#"hours = [{ days = "Mon", from = 18:00:00, to = 00:00:00 }]"#;
    assert_eq!(stretches(also_midnight), [(Weekday::Mon, 1080, 1440, Vec::new())]);
    let whole_day = r#"hours = [{ days = "Mon", from = "00:00", to = "24:00" }]"#;
    assert_eq!(stretches(whole_day), [(Weekday::Mon, 0, 1440, Vec::new())]);
    let around = r#"hours = [{ days = "Sun", from = "09:00", to = "33:00" }, { days = "Mon", from = "09:00", to = "10:00" }]"#;
    assert_eq!(
        stretches(around),
        [(Weekday::Mon, 540, 600, Vec::new()), (Weekday::Sun, 540, 1980, Vec::new())],
        "touching is not overlapping"
    );
}

#[test]
fn time_off_is_read_on_the_local_clock() {
    let pair = |start: &str, end: &str| vec![(format!("{start}:00+00:00"), format!("{end}:00+00:00"))];
    let days = r#"{ from = "2026-12-24", to = "2026-12-26" }"#;
    assert_eq!(away(days), pair("2026-12-23T23:00", "2026-12-26T23:00"));
    assert_eq!(away("{ from = 2026-12-24, to = 2026-12-26 }"), away(days), "without quotes");
    let spring = r#"{ from = "2026-03-29", to = "2026-03-29" }"#;
    assert_eq!(away(spring), pair("2026-03-28T23:00", "2026-03-29T22:00"));
    let hours = r#"{ from = "2026-07-01T14:00", to = "2026-07-01 16:30" }"#;
    assert_eq!(away(hours), pair("2026-07-01T12:00", "2026-07-01T14:30"));
    let shown_twice = r#"{ from = "2026-10-25T02:30", to = "2026-10-25T02:30:00" }"#;
    assert_eq!(away(shown_twice), pair("2026-10-25T00:30", "2026-10-25T01:30"));
    let zoned = r#"{ from = "2026-07-01T14:00+03:00", to = 2026-07-01T14:00:00Z }"#;
    assert_eq!(away(zoned), pair("2026-07-01T11:00", "2026-07-01T14:00"));
}

#[test]
fn two_locations_are_told_apart() {
    let text = SMALL.replacen("[[service]]", "[[location]]\nkey = \"south\"\nname = \"South\"\nzone = \"Asia/Tokyo\"\ncurrency = \"JPY\"\n\n[[service]]", 1);
    let text = text.replace("key = \"facial\"", "key = \"facial\"\nlocation = \"north\"");
    let text = text.replace("price = 60\n", "price = 6000\nlocation = \"south\"\n");
    let text = format!(
        "{text}hours = [\n{{ days = \"Tue\", from = \"09:00\", to = \"12:00\", location = \"south\" }},\n\
         {{ days = \"Mon\", from = \"09:00\", to = \"12:00\", location = \"north\" }}]\n\
         time_off = [{{ from = \"2026-12-24\", to = \"2026-12-24\" }}]\n"
    );
    let plan = parse(&text).unwrap();
    assert_eq!(plan.services[0].price.currency(), Currency::JPY);
    assert_eq!(
        plan.masters[0].time_off[0].0.to_rfc3339(),
        "2026-12-23T15:00:00+00:00",
        "of the first hours named"
    );
    let places: Vec<_> = plan.masters[0].hours.iter().map(|entry| entry.location.as_str()).collect();
    assert_eq!(places, ["north", "south"]);
}

#[test]
fn line_ends_and_marks_of_other_editors_are_no_faults() {
    let text = format!("{SMALL}hours = [{{ days = \"Mon\", from = \"09:00\", to = \"17:00\" }}]\n");
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(parse(&windows), parse(&text));
    assert!(parse(&text).is_ok());
}

#[test]
fn the_demo_offers_something_on_every_day() {
    let plan: Plan = parse(DEMO).unwrap();
    let staff: Vec<_> =
        plan.masters.iter().map(|master| (master.role, master.telegram.map(|id| id.0))).collect();
    let (master, therapist) = (StaffRole::Master, StaffRole::Therapist);
    assert_eq!(staff, [(therapist, Some(3001)), (master, Some(3002)), (master, Some(3003)), (master, None)]);
    assert_eq!(plan.masters[0].telegram, Some(TelegramId(3001)));
    assert_eq!((plan.locations.len(), plan.resources.len(), plan.services.len()), (2, 2, 13));
    for service in &plan.services {
        let gives = |master: &&MasterPlan| master.skills.iter().any(|skill| skill.service == service.key);
        let works = |day: Weekday| {
            let here = |master: &MasterPlan| {
                let at_work =
                    |entry: &HoursPlan| entry.hours.weekday == day && entry.location == service.location;
                master.hours.iter().any(at_work)
            };
            plan.masters.iter().filter(gives).any(here)
        };
        let days: Vec<_> =
            (0..7).map(|day| Weekday::try_from(day).unwrap()).filter(|day| works(*day)).collect();
        let guest_days = [Weekday::Sat];
        assert!(
            days.len() == 7 || service.location == "lisbon" && days == guest_days,
            "{}: {days:?}",
            service.key
        );
        assert!(service.names.texts().contains_key("ru") && service.names.texts().contains_key("en"));
    }
}
