mod faults;
mod good;
mod link_faults;
mod plans;
mod promos;
mod round_trip;
mod staff_faults;
mod vouchers;

use super::parse;

const PLACE: &str = r#"[[location]]
key = "north"
name = "North"
zone = "Europe/Berlin"
currency = "EUR"
"#;
const SERVICE: &str = r#"[[service]]
key = "massage"
name = "Massage"
duration = "1 h"
price = "60.00"
"#;
const MASTER: &str = r#"[[master]]
key = "anna"
name = "Anna"
skills = ["massage"]
hours = [{ days = "Mon-Fri", from = "09:00", to = "18:00" }]
"#;

fn told(text: &str) -> Vec<(usize, String)> {
    parse(text).err().unwrap_or_default().into_iter().map(|fault| (fault.line, fault.text)).collect()
}

fn expect(text: &str, expected: &[(usize, &str)]) {
    let told = told(text);
    let told: Vec<(usize, &str)> = told.iter().map(|(line, text)| (*line, text.as_str())).collect();
    assert_eq!(told, expected, "in:\n{text}");
}

/// One line of an entry is replaced; the fault is expected in that line.
fn expect_in(entry: &str, old: &str, cases: &[(&str, &str)]) {
    let whole = format!("{PLACE}{SERVICE}{MASTER}");
    assert!(parse(&whole).is_ok() && entry.contains(old));
    for (new, expected) in cases {
        let text = whole.replace(entry, &entry.replace(old, new));
        let line =
            text.lines().position(|line| line.contains(new.lines().last().unwrap_or(new))).unwrap() + 1;
        expect(&text, &[(line, expected)]);
    }
}
