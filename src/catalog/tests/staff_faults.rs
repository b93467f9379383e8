//! What is said about masters, their hours and their time off.

use super::{MASTER, PLACE, SERVICE, expect, expect_in};

#[test]
fn masters() {
    expect_in(
        MASTER,
        "skills = [\"massage\"]",
        &[
            ("skills = []", "master anna: skills must name at least one service"),
            ("skills = \"massage\"", "master anna: skills must be a list in [ ], not a text"),
            (
                "skills = [\"mass\", \"massage\"]",
                "master anna: skills 1 names \"mass\", but there is no such service",
            ),
            (
                "skills = [\"masage\"]",
                "master anna: skills 1 names \"masage\", but there is no such service (did you mean \"massage\"?)",
            ),
            (
                "skills = [\"massage\", { service = \"massage\" }]",
                "master anna: skills 2: service is already used in line 14",
            ),
            (
                "skills = [{ service = \"massage\", price = \"x\" }]",
                "master anna: skills 1: price cannot be \"x\": an amount looks like 60 or 60.50, without sign, currency or spaces",
            ),
            (
                "skills = [{ service = \"massage\", minutes = 5 }]",
                "master anna: skills 1: unknown field \"minutes\"",
            ),
            (
                "skills = [1]",
                "master anna: skills 1 must be a service's key in quotes, or { service = \"…\", duration = \"…\", price = \"…\" }, not a number",
            ),
        ],
    );
    expect_in(
        MASTER,
        "name = \"Anna\"",
        &[
            (
                "name = \"Anna\"\nrole = \"Master\"",
                "master anna: role must be \"master\" or \"therapist\", not \"Master\" (did you mean \"master\"?)",
            ),
            (
                "name = \"Anna\"\ntelegram = \"@anna\"",
                "master anna: telegram must be the number of a Telegram account without quotes, not a text",
            ),
            (
                "name = \"Anna\"\ntelegram = -5",
                "master anna: telegram must be the number of a Telegram account",
            ),
        ],
    );
    let second = MASTER.replace("\"anna\"", "\"boris\"\ntelegram = 5");
    expect(
        &format!("{PLACE}{SERVICE}{}{second}", MASTER.replace("\"anna\"", "\"anna\"\ntelegram = 5")),
        &[(19, "master boris: telegram is already used in line 13")],
    );
    expect(
        &format!("{PLACE}[[master]]\nkey = \"mia\"\nname = \"Mia\"\n"),
        &[(6, "master mia: skills is missing"), (6, "master mia: hours is missing")],
    );
}

#[test]
fn hours() {
    let old = "hours = [{ days = \"Mon-Fri\", from = \"09:00\", to = \"18:00\" }]";
    for (entry, expected) in [
        ("", "hours must have at least one entry: who never works cannot be booked"),
        (
            "{ days = \"Mon-Fry\", from = \"09:00\", to = \"18:00\" }",
            "hours 1: days must look like \"Mon-Fri\" or \"Mon, Wed, Sat\"; \"Fry\" is not a day",
        ),
        ("{ days = \"Mon-Fri, Tue\", from = \"09:00\", to = \"18:00\" }", "hours 1: days names Tue twice"),
        (
            "{ days = \"Mon\", from = \"9\", to = \"18:00\" }",
            "hours 1: from must look like \"09:00\", not \"9\"",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"18:60\" }",
            "hours 1: to must look like \"09:00\", not \"18:60\"",
        ),
        ("{ days = \"Mon\", from = \"25:00\", to = \"26:00\" }", "hours 1: from must be before 24:00"),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"33:01\" }",
            "hours 1: to must be at most 24 hours after from",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"09:00\" }",
            "hours 1: to must not be the same as from; a whole day is from \"00:00\" to \"24:00\"",
        ),
        ("{ days = \"Mon\", from = \"09:00\" }", "hours 1: to is missing"),
        (
            "{ days = \"Mon\", from = \"09:00\", till = \"10:00\", to = \"11:00\" }",
            "hours 1: unknown field \"till\"",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"11:00\", location = \"south\" }",
            "hours 1: location names \"south\", but there is no such location",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"18:00\", breaks = [\"08:00-09:30\"] }",
            "hours 1: breaks 1 is outside of the working hours: \"08:00-09:30\"",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"18:00\", breaks = [\"17:30-18:30\"] }",
            "hours 1: breaks 1 is outside of the working hours: \"17:30-18:30\"",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"18:00\", breaks = [\"14:00-13:00\"] }",
            "hours 1: breaks 1 is outside of the working hours: \"14:00-13:00\"",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"18:00\", breaks = [\"13:00-13:00\"] }",
            "hours 1: breaks 1 must not end when it starts",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"18:00\", breaks = [\"noon\"] }",
            "hours 1: breaks 1 must look like \"13:00-14:00\", not \"noon\"",
        ),
        (
            "{ days = \"Mon\", from = \"09:00\", to = \"18:00\", breaks = [\"12:00-15:00\", \"12:30-13:00\", \"16:00-17:00\"] }",
            "hours 1: breaks 2 overlaps break 1",
        ),
        (
            "{ days = \"Mon\", from = \"22:00\", to = \"02:00\", breaks = [\"01:00-01:30\", \"23:00-01:15\"] }",
            "hours 1: breaks 2 overlaps break 1",
        ),
        (
            "{ days = \"Mon-Wed\", from = \"09:00\", to = \"13:00\" }, { days = \"Wed\", from = \"12:00\", to = \"15:00\" }",
            "hours 2 overlaps hours 1 on Wed",
        ),
        (
            "{ days = \"Sun\", from = \"20:00\", to = \"02:00\" }, { days = \"Mon\", from = \"01:00\", to = \"15:00\" }",
            "hours 2 overlaps hours 1 on Mon",
        ),
        (
            "{ days = \"Tue\", from = \"00:30\", to = \"02:00\" }, { days = \"Mon\", from = \"22:00\", to = \"01:00\" }",
            "hours 2 overlaps hours 1 on Tue",
        ),
    ] {
        expect_in(MASTER, old, &[(&format!("hours = [{entry}]"), &format!("master anna: {expected}"))]);
    }
}

#[test]
fn a_master_is_one_person_in_two_locations() {
    let south = PLACE.replace("north", "south");
    let service = SERVICE.replace("price", "location = \"south\"\nprice");
    let hours = |zone: &str| {
        let master = "[[master]]\nkey = \"anna\"\nname = \"Anna\"\nskills = [\"massage\"]\nhours = [\n\
            { days = \"Mon\", from = \"09:00\", to = \"12:00\", location = \"north\" },\n\
            { days = \"Mon\", from = \"11:00\", to = \"15:00\", location = \"south\" },\n]\n";
        format!("{PLACE}{}{service}{master}", south.replace("Europe/Berlin", zone))
    };
    expect(&hours("Europe/Berlin"), &[(23, "master anna: hours 2 overlaps hours 1 on Mon")]);
    expect(&hours("Asia/Tokyo"), &[]);
}

#[test]
fn time_off() {
    let shape = "must look like \"2026-12-24\" or \"2026-12-24T14:00\", in this century, not";
    for (entry, expected) in [
        ("{ from = \"2026-12-26\", to = \"2026-12-24\" }", "time_off 1 must end after it starts".to_owned()),
        (
            "{ from = \"2026-12-24T10:00\", to = \"2026-12-24T10:00\" }",
            "time_off 1 must end after it starts".to_owned(),
        ),
        ("{ from = \"2026-12-24\" }", "time_off 1: to is missing".to_owned()),
        (
            "{ from = \"24.12.2026\", to = \"2026-12-26\" }",
            format!("time_off 1: from {shape} \"24.12.2026\""),
        ),
        ("{ from = \"2026-12-24\", to = \"2026-02-30\" }", format!("time_off 1: to {shape} \"2026-02-30\"")),
        (
            "{ from = \"1926-12-24\", to = \"2026-12-24\" }",
            format!("time_off 1: from {shape} \"1926-12-24\""),
        ),
        ("{ from = 14:00:00, to = \"2026-12-24\" }", format!("time_off 1: from {shape} \"14:00:00\"")),
        (
            "{ from = \"2026-12-24T10:00:00.5Z\", to = \"2026-12-26\" }",
            format!("time_off 1: from {shape} \"2026-12-24T10:00:00.5Z\""),
        ),
        ("\"2026-12-24\"", "time_off 1 must be a table in { }, not a text".to_owned()),
    ] {
        let new = format!("name = \"Anna\"\ntime_off = [{entry}]");
        expect_in(MASTER, "name = \"Anna\"", &[(&new, &format!("master anna: {expected}"))]);
    }
}
