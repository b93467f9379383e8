//! What is said about bad files, word for word, since these words are all that their author gets.

use super::{PLACE, SERVICE, expect, expect_in, told};
use crate::catalog::Fault;

#[test]
fn a_fault_is_shown_with_its_line() {
    let fault = Fault { line: 12, text: "service massage: price is missing".to_owned() };
    assert_eq!(fault.to_string(), "line 12: service massage: price is missing");
}

#[test]
fn broken_toml_is_told_by_line() {
    let text = "[[location]]\nkey = \"a\nname = \"x\"\nzone = Europe/Berlin\n[[service]\n";
    let told = told(text);
    let lines: Vec<usize> = told.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, [2, 4, 5], "{told:?}");
    assert!(told.iter().all(|(_, text)| text.starts_with("this is not TOML: ")), "{told:?}");
    assert_eq!(self::told("a = [1,\n\n\n").first().map(|(line, _)| *line), Some(1));
}

#[test]
fn nothing_is_not_a_catalog() {
    let none = "there is no location: write at least one [[location]]";
    for empty in ["", "\n\n# only a comment\n", "location = []"] {
        expect(empty, &[(1, none)]);
    }
    let single = PLACE.replace("[[location]]", "[location]");
    expect(&single, &[(1, "location needs two pairs of brackets: [[location]]")]);
}

#[test]
fn locations() {
    let zone = "zone = \"Europe/Berlin\"";
    expect_in(
        PLACE,
        zone,
        &[
            (
                "zone = \"Europe/Berln\"",
                "location north: zone must be a time zone such as \"Europe/Berlin\", not \"Europe/Berln\" (did you mean \"Europe/Berlin\"?)",
            ),
            (
                "zone = \"Mars/Base\"",
                "location north: zone must be a time zone such as \"Europe/Berlin\", not \"Mars/Base\"",
            ),
            ("zone = 2", "location north: zone must be a text in quotes, not a number"),
            (
                "zone = \"Europe/Berlin\"\nzon = 1",
                "location north: unknown field \"zon\" (did you mean \"zone\"?)",
            ),
            ("zone = \"Europe/Berlin\"\nowner = \"me\"", "location north: unknown field \"owner\""),
        ],
    );
    expect_in(
        PLACE,
        "currency = \"EUR\"",
        &[
            (
                "currency = \"EURO\"",
                "location north: currency must be a currency's code such as \"EUR\", not \"EURO\"",
            ),
            (
                "currency = \"XAU\"",
                "location north: currency must be a currency's code such as \"EUR\", not \"XAU\"",
            ),
        ],
    );
    expect_in(
        PLACE,
        "key = \"north\"",
        &[(
            "key = \"North\"",
            "location no. 1: key must be 1 to 40 of the letters a-z, digits, - and _, beginning with a letter or digit, not \"North\"",
        )],
    );
    let after = |line: &str| format!("{zone}\n{line}");
    for (line, expected) in [
        ("slot_step = \"4 min\"", "slot_step must be between 5 min and 4 h"),
        ("slot_step = 241", "slot_step must be between 5 min and 4 h"),
        ("slot_step = -30", "slot_step must be between 5 min and 4 h"),
        ("slot_step = 99999999999999999999999", "slot_step must be between 5 min and 4 h"),
        ("hold = \"0 min\"", "hold must be between 1 min and 2 h"),
        ("hold = 1.5", "hold must be a duration such as \"45 min\", not a number with decimals"),
        ("lead = \"31 days\"", "lead must be between 0 min and 30 days"),
        (
            "lead = \"a while\"",
            "lead must look like \"45 min\", \"1 h 30 min\" or \"2 days\", not \"a while\"",
        ),
        (
            "cancel_notice = \"24\"",
            "cancel_notice must look like \"45 min\", \"1 h 30 min\" or \"2 days\", not \"24\"",
        ),
        (
            "cancel_notice = \"30 min 1 h\"",
            "cancel_notice must look like \"45 min\", \"1 h 30 min\" or \"2 days\", not \"30 min 1 h\"",
        ),
        ("cancel_notice = \"99999999999 days\"", "cancel_notice must be between 0 min and 30 days"),
        ("horizon = 60", "horizon must be a text such as \"60 days\", not a number"),
        ("horizon = \"36 h\"", "horizon must be between 1 and 366 days, as in \"60 days\""),
        ("horizon = \"367 days\"", "horizon must be between 1 and 366 days, as in \"60 days\""),
        ("address = \"a\\u0000b\"", "address must not contain control characters"),
        ("move_notice = \"31 days\"", "move_notice must be between 0 min and 30 days"),
        (
            "late_cancel = \"market\"",
            "late_cancel must be \"refused\" or \"marked\", not \"market\" (did you mean \"marked\"?)",
        ),
        ("late_cancel = true", "late_cancel must be a text in quotes, not true or false"),
        ("late_fee = 50", "late_fee must be a text such as \"50%\", not a number"),
        ("late_fee = \"101%\"", "late_fee must be between 0% and 100%, as in \"50%\""),
        ("late_fee = \"+50%\"", "late_fee must be between 0% and 100%, as in \"50%\""),
        ("late_fee = \"50\"", "late_fee must be between 0% and 100%, as in \"50%\""),
        ("tidy_day = \"yes\"", "tidy_day must be true or false, not a text"),
        ("most_visits = 0", "most_visits must be between 1 and 100"),
        ("most_visits_new = 101", "most_visits_new must be between 1 and 100"),
        (
            "most_visits_flagged = \"1\"",
            "most_visits_flagged must be a whole number without quotes, not a text",
        ),
        ("most_vists = 5", "unknown field \"most_vists\" (did you mean \"most_visits\"?)"),
    ] {
        expect_in(PLACE, zone, &[(&after(line), &format!("location north: {expected}"))]);
    }
    let second = format!("{PLACE}{PLACE}{SERVICE}");
    expect(
        &second,
        &[
            (7, "location north: key is already used in line 2"),
            (11, "service massage: location is missing, and there is more than one to choose from"),
        ],
    );
}

#[test]
fn names() {
    let long = format!("name = \"{}\"", "ü".repeat(101));
    expect_in(
        SERVICE,
        "name = \"Massage\"",
        &[
            ("name = \"  \"", "service massage: name must not be empty"),
            ("name = { en = \"\", ru = \"М\" }", "service massage: name: en must not be empty"),
            ("name = {}", "service massage: name must have a text in at least one language"),
            (
                "name = { EN = \"A\" }",
                "service massage: name: EN must be named by a language code of two small letters, such as en or ru",
            ),
            ("name = { en = 5 }", "service massage: name: en must be a text in quotes, not a number"),
            (
                "name = 5",
                "service massage: name must be a text in quotes, or one in each language: { en = \"…\", ru = \"…\" }, not a number",
            ),
            (&long, "service massage: name must have at most 100 characters, not 101"),
        ],
    );
}

#[test]
fn deposits() {
    expect_in(
        SERVICE,
        "price = \"60.00\"",
        &[
            (
                "price = \"60.00\"\ndeposit = \"100%\"",
                "service massage: deposit must be between 1% and 99%; all of it is \"full\"",
            ),
            (
                "price = \"60.00\"\ndeposit = \"30%%\"",
                "service massage: deposit must be between 1% and 99%; all of it is \"full\"",
            ),
            (
                "price = \"60.00\"\ndeposit_new = \"some\"",
                "service massage: deposit_new cannot be \"some\": an amount looks like 60 or 60.50, without sign, currency or spaces",
            ),
            (
                "price = \"60.00\"\ndeposit_flagged = 0",
                "service massage: deposit_flagged cannot be nothing; say \"none\"",
            ),
        ],
    );
}

#[test]
fn stars_end_where_telegram_takes_no_more_of_them() {
    let priced =
        |stars: &str| format!("{PLACE}{SERVICE}").replace("\"EUR\"", "\"XTR\"").replace("\"60.00\"", stars);
    assert_eq!(told(&priced("100000")), []);
    let told = told(&priced("100001"));
    let fault = "service massage: price cannot be more than 100000: Telegram takes no more Stars at once";
    assert_eq!(told.first().map(|(_, text)| text.as_str()), Some(fault));
}

#[test]
fn services() {
    expect_in(
        SERVICE,
        "price = \"60.00\"",
        &[
            (
                "price = 60.5",
                "service massage: price must be in quotes, as in \"60.50\", so that no cent is lost",
            ),
            (
                "price = \"60,50\"",
                "service massage: price cannot be \"60,50\": an amount looks like 60 or 60.50, without sign, currency or spaces",
            ),
            (
                "price = -1",
                "service massage: price cannot be \"-1\": an amount looks like 60 or 60.50, without sign, currency or spaces",
            ),
            (
                "price = \"60.505\"",
                "service massage: price cannot be \"60.505\": this currency has 2 decimal places",
            ),
            ("price = 40000001", "service massage: price cannot be \"40000001\": the amount is too large"),
            (
                "price = true",
                "service massage: price must be a price in quotes, as in \"60.50\", not true or false",
            ),
            (
                "price = 60\nlocation = \"nort\"",
                "service massage: location names \"nort\", but there is no such location (did you mean \"north\"?)",
            ),
            (
                "price = 60\nbuffer_after = \"5 h\"",
                "service massage: buffer_after must be between 0 min and 4 h",
            ),
            ("price = 60\nprices = 1", "service massage: unknown field \"prices\" (did you mean \"price\"?)"),
        ],
    );
    expect_in(
        SERVICE,
        "duration = \"1 h\"",
        &[
            ("duration = \"0 min\"", "service massage: duration must be between 5 min and 24 h"),
            ("duration = \"25 h\"", "service massage: duration must be between 5 min and 24 h"),
            (
                "duration = [60]",
                "service massage: duration must be a duration such as \"45 min\", not a list",
            ),
        ],
    );
    expect(&format!("{PLACE}{SERVICE}{SERVICE}"), &[(12, "service massage: key is already used in line 7")]);
    expect(
        &format!("{PLACE}[[service]]\n"),
        &[
            (6, "service no. 1: key is missing"),
            (6, "service no. 1: name is missing"),
            (6, "service no. 1: duration is missing"),
            (6, "service no. 1: price is missing"),
        ],
    );
    expect(&format!("service = [7]\n{PLACE}"), &[(1, "service no. 1 must be a table in { }, not a number")]);
}

/// A file with every kind of fault.
const BROKEN: &str = r#"titel = "x"
[[location]]
key = "north"
name = ""
zone = "Europe/Berln"
currency = "EU"
slot_step = "1 min"
horizon = "2 years"
[[service]]
key = "-massage"
name = { en = "Massage", english = "Massage" }
duration = "-5 min"
price = 12.50
color = "red"
[[service]]
key = "facial"
name = "Facial"
duration = "0 min"
price = "a lot"
[[service]]
key = "facial"
location = "south"
name = "Facial"
duration = "1 h"
[[master]]
key = "anna"
telegram = 7
skills = [
    "facial",
    "facial",
    { service = "nails", duration = "2 min" },
]
hours = [
    { days = "Mon-Fri", from = "09:00", to = "18:00", breaks = ["08:00-08:30", "x"] },
    { days = "Fri", from = "17:00", to = "20:00", location = "east" },
    { days = "Someday", from = "noon", to = "24:30" },
]
time_off = [{ from = "2026-12-26", to = "2026-12-24" }, { form = "2026-12-26", to = 5 }]
[[master]]
key = "boris"
name = "Boris"
role = "boss"
telegram = 7
skills = []
hours = []
[[mastr]]
key = "mia"
"#;

#[test]
fn all_faults_come_in_one_go() {
    expect(
        BROKEN,
        &[
            (1, "unknown field \"titel\""),
            (4, "location north: name must not be empty"),
            (
                5,
                "location north: zone must be a time zone such as \"Europe/Berlin\", not \"Europe/Berln\" (did you mean \"Europe/Berlin\"?)",
            ),
            (6, "location north: currency must be a currency's code such as \"EUR\", not \"EU\""),
            (7, "location north: slot_step must be between 5 min and 4 h"),
            (8, "location north: horizon must be between 1 and 366 days, as in \"60 days\""),
            (
                10,
                "service no. 1: key must be 1 to 40 of the letters a-z, digits, - and _, beginning with a letter or digit, not \"-massage\"",
            ),
            (
                11,
                "service no. 1: name: english must be named by a language code of two small letters, such as en or ru",
            ),
            (
                12,
                "service no. 1: duration must look like \"45 min\", \"1 h 30 min\" or \"2 days\", not \"-5 min\"",
            ),
            (13, "service no. 1: price must be in quotes, as in \"60.50\", so that no cent is lost"),
            (14, "service no. 1: unknown field \"color\""),
            (18, "service facial: duration must be between 5 min and 24 h"),
            (
                19,
                "service facial: price cannot be \"a lot\": an amount looks like 60 or 60.50, without sign, currency or spaces",
            ),
            (20, "service facial: price is missing"),
            (21, "service facial: key is already used in line 16"),
            (22, "service facial: location names \"south\", but there is no such location"),
            (25, "master anna: name is missing"),
            (30, "master anna: skills 2 is already used in line 29"),
            (31, "master anna: skills 3: service names \"nails\", but there is no such service"),
            (31, "master anna: skills 3: duration must be between 5 min and 24 h"),
            (34, "master anna: hours 1: breaks 1 is outside of the working hours: \"08:00-08:30\""),
            (34, "master anna: hours 1: breaks 2 must look like \"13:00-14:00\", not \"x\""),
            (35, "master anna: hours 2: location names \"east\", but there is no such location"),
            (
                36,
                "master anna: hours 3: days must look like \"Mon-Fri\" or \"Mon, Wed, Sat\"; \"Someday\" is not a day",
            ),
            (36, "master anna: hours 3: from must look like \"09:00\", not \"noon\""),
            (38, "master anna: time_off 1 must end after it starts"),
            (38, "master anna: time_off 2: from is missing"),
            (38, "master anna: time_off 2: unknown field \"form\""),
            (38, "master anna: time_off 2: to must be a text in quotes, not a number"),
            (42, "master boris: role must be \"master\" or \"therapist\", not \"boss\""),
            (43, "master boris: telegram is already used in line 27"),
            (44, "master boris: skills must name at least one service"),
            (45, "master boris: hours must have at least one entry: who never works cannot be booked"),
            (46, "unknown field \"mastr\" (did you mean \"master\"?)"),
        ],
    );
}
