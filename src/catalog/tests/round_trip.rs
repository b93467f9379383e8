//! What is written is read back, and no text makes the reader fall over.

use proptest::prelude::*;

use super::plans::any_plan;
use crate::catalog::{parse, write};

#[test]
fn the_demo_survives_a_round_trip() {
    let plan = parse(include_str!("../../../examples/catalog.toml")).unwrap();
    let text = write(&plan);
    assert_eq!(parse(&text), Ok(plan));
    for line in [
        r#"{ days = "Mon-Thu", from = "09:00", to = "20:00", breaks = ["13:00-14:00"], location = "linden" },"#,
        r#"{ from = "2026-12-24", to = "2026-12-26" },"#,
        r#"{ from = "2027-01-29T15:00:00+01:00", to = "2027-02-01T11:00:00+01:00" },"#,
        r#"{ service = "facial", duration = "1 h 15 min", price = "70.00" },"#,
        r#"cancel_notice = "24 h""#,
        r#"move_notice = "4 h""#,
        r#"late_cancel = "marked""#,
        "tidy_day = true",
        "most_visits_flagged = 1",
        r#"kind = "massage-room""#,
        r#"needs = "massage-room""#,
        r#"clients = "new""#,
        r#"addon_to = ["massage", "back-massage"]"#,
        r#"excludes = ["massage"]"#,
        "series = 12",
        r#"late_fee = "50%""#,
        r#"code = "WELCOME""#,
        r#"off = "10%""#,
        r#"off = "5.00""#,
        r#"until = "2026-12-31""#,
        "per_client = 1",
    ] {
        assert!(text.contains(line), "{line} is not in:\n{text}");
    }
    let lisbon = text.split("[[").find(|entry| entry.contains("key = \"lisbon\"")).unwrap();
    for default in ["move_notice", "late_cancel", "late_fee", "tidy_day", "most_visits"] {
        assert!(!lisbon.contains(default), "{default} is in:\n{lisbon}");
    }
    assert!(!text.contains("excludes = [\"back-massage\"]"), "an exclusion is said twice in:\n{text}");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(plan in any_plan()) {
        let text = write(&plan);
        prop_assert_eq!(parse(&text), Ok(plan), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_fall_over(text in "\\PC{0,200}") {
        let lines = text.lines().count().max(1);
        for fault in parse(&text).err().unwrap_or_default() {
            prop_assert!((1..=lines).contains(&fault.line), "{fault}");
        }
    }

    /// Values of any kind and size in every field: only good files give a plan, and bad ones say why.
    #[test]
    fn no_value_makes_the_reader_fall_over(
        which in 0usize..1000,
        value in prop_oneof![
            "\"[0-9A-Za-z:+. -]{0,12}\"",
            "-?[1-9][0-9]{0,30}",
            "\"([0-9]{1,4}[-:T ]){1,6}[0-9]{1,4}\"",
            "(\\[|\\{a=){0,3}(true|nan|1e9|2026-12-24|0x[0-9a-f]{1,20}|00:00|9999-12-31T23:59:60Z)",
            Just("[]".to_owned()), Just("{}".to_owned()), Just("[[], {}, 1]".to_owned()),
            Just("\"0000-01-01\"".to_owned()), Just("\"262143-12-31\"".to_owned()),
        ],
    ) {
        let demo = include_str!("../../../examples/catalog.toml");
        let places: Vec<usize> = demo.match_indices(" = ").map(|(at, _)| at + 3).collect();
        let at = places[which % places.len()];
        let (before, after) = demo.split_at(at);
        let end = after.find([',', '}', '\n']).unwrap_or(after.len());
        let text = format!("{before}{value}{}", &after[end..]);
        match parse(&text) {
            Ok(plan) => {
                let counts = [
                    plan.locations.len(),
                    plan.resources.len(),
                    plan.services.len(),
                    plan.masters.len(),
                    plan.promos.len(),
                ];
                prop_assert_eq!(counts, [2, 2, 13, 4, 2], "an entry was lost without a word");
            }
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }
}
